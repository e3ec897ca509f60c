"""Whether the server answers: a chapter of its own, for it is asked for before and more often than all others."""

from .. import __version__
from ..endpoint import Reply, Table
from .operator import Nothing, OperatorCall

TABLE = Table()


class Health(Reply):
    """The server lives."""

    status: str = "ok"
    version: str = __version__


@TABLE.add("GET", "/health", section="health", source="assumed")
def health(call: OperatorCall, ask: Nothing) -> Health:
    """Whether the server answers."""
    return Health()
