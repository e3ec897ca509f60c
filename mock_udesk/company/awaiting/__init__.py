"""What somebody waits for, where that stands, and what is upcoming by itself."""
