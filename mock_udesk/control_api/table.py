"""All calls of the operator's API in one table; imported with the first of them, for that takes a tenth of a server's start."""

from ..endpoint import Table
from . import companies, customers, deliveries, health, sessions, staff, time, traffic, waiting, wire

CONTROL_API = Table().join(
    chapter.TABLE
    for chapter in (health, companies, staff, customers, sessions, waiting, traffic, deliveries, time, wire)
)
