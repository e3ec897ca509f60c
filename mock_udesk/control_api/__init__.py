"""The operator's API under /_mock, declared like the emulated one; `table.py` has all of it."""
