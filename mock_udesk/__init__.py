"""mock-udesk: a local, stateful mock of the Udesk customer-service chat API."""

__version__ = "0.1.0"
