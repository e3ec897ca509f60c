"""Tests that take minutes: `make test-slow`; each says why."""
