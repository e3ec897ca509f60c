"""What happened in a company: its entries, what came of what, whose each is, and what is told of it."""
