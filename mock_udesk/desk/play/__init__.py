"""Scenarios at the desk: rules as plain data, runs under way, and what plays them. Imported with the first script."""
