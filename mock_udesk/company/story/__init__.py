"""What happened, told to people: each thing in words, and the timeline they make."""
