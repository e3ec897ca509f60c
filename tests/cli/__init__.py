"""The commands of scenarios: check, schema, play, serve --reload."""
