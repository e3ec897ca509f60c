"""A company's whole life as data: taken, put back, and taken apart when it is over."""
