"""One line of a story."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

LineKind = Literal["call", "operator", "happening", "push", "scenario", "planned_fault", "fault", "due", "waiting"]

# What is still to come: at its moment, or whenever somebody does what a scenario waits for.
TO_COME: Final[tuple[LineKind, ...]] = ("due", "waiting")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One step. `id` is the journal's number of a call, happening or fault, the delivery's of a push, 0 of what is still to come.

    `entry_id` is the journal's number of all that has happened, pushes too; 0: it is still to come. Of kind `waiting` nobody knows when,
    and `at` is the moment of the story.
    """

    at: datetime
    who: str
    what: str
    text: str
    kind: LineKind
    id: int
    entry_id: int = 0
    customer_id: int | None = None
    session_id: int | None = None
