"""One tenant: a desk with a clock, keys, an outbox and a journal. Synchronous, so that each call is atomic without locks."""
