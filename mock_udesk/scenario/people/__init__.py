"""Whom a company has: what can be typed of agents, groups, customers and robots, and how it is laid over a desk."""
