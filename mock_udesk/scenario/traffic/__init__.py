"""What can be said of calls and pushes, and of what shall go wrong with them, as users type it: in files and in the control API."""
