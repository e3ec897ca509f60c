"""The desk, by plain calls with a literal time."""
