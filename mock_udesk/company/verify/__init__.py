"""Which calls and pushes there were of those that are asked for, how many, and what came nearest. Imported with the first question."""
