"""How calls are signed: made and verified by each scheme, and the nonces that are spent."""
