"""A scenario file: how it is read, what may stand in it, all that is wrong with it, and what it comes to in the desk's words."""
