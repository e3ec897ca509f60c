"""Planned faults: what is planned, what of it fires, and what it does to pushes."""
