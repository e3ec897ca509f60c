"""YAML and people: a scenario file, checked, put into the desk's words, with templates and made-up people."""
