"""What is due when: one heap over the moments that stand in the records."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from heapq import heapify, heappop, heappush, nsmallest
from typing import Literal

TimerKind = Literal["assign", "run", "idle_close", "queue_timeout"]

# At one and the same moment: who is being assigned comes first, then scenarios go on, then places are freed, then waiting ends in vain.
_ORDER: dict[TimerKind, int] = {"assign": 0, "run": 1, "idle_close": 2, "queue_timeout": 3}
_KINDS: tuple[TimerKind, ...] = tuple(_ORDER)

# Due, order of the kind, order within the kind (a ticket's serial, a session's or a run's id), and whose it is (a stay, a session, a run).
Entry = tuple[datetime, int, int, int]


@dataclass(frozen=True, slots=True)
class Timer:
    """One thing that will happen by itself. `stay_id` None: to a run that belongs to the customer; `run_id`: of `run` alone."""

    due: datetime
    kind: TimerKind
    customer_id: int
    stay_id: int | None
    run_id: int | None = None


@dataclass(frozen=True, slots=True)
class Due:
    """A timer as the rooms of the desk need it: `owner` is a stay's id, a session's for `idle_close`, a run's for `run`."""

    at: datetime
    kind: TimerKind
    owner: int


class Timers:
    """All timers. `due_of` reads the moment in the records, which alone decide; None: there is none any more.

    A timer that moves to a later moment, as an idle close does with each message, costs nothing here: its entry is
    moved when it comes to the top. So the heap holds one entry a timer, and few that are out of date.
    """

    __slots__ = ("_due_of", "_entries", "_heap")

    def __init__(self, due_of: Callable[[TimerKind, int], datetime | None]) -> None:
        self._due_of = due_of
        self._heap: list[Entry] = []
        self._entries: dict[tuple[int, int], Entry] = {}

    def set(self, kind: TimerKind, owner: int, due: datetime, order: int) -> None:
        """Notes that a timer stands at `due` in the records now."""
        rank = _ORDER[kind]
        entry = self._entries.get((rank, owner))
        if entry is None or due < entry[0] or order != entry[2]:
            entry = (due, rank, order, owner)
            self._entries[rank, owner] = entry
            heappush(self._heap, entry)

    def drop(self, kind: TimerKind, owner: int) -> None:
        """Forgets a timer, if there is one."""
        self._entries.pop((_ORDER[kind], owner), None)
        if len(self._heap) > 2 * len(self._entries) + 64:
            self._heap = list(self._entries.values())
            heapify(self._heap)

    def first(self) -> Due | None:
        """What is due first."""
        heap, entries = self._heap, self._entries
        while heap:
            entry = heap[0]
            at, rank, order, owner = entry
            if entries.get((rank, owner)) != entry:
                heappop(heap)
                continue
            due = self._due_of(_KINDS[rank], owner)
            if due == at:
                return Due(at, _KINDS[rank], owner)
            heappop(heap)
            del entries[rank, owner]
            if due is not None:
                self.set(_KINDS[rank], owner, due, order)
        return None

    def all(self) -> list[Due]:
        """All timers, the first due first."""
        return [Due(due, _KINDS[rank], owner) for due, rank, _, owner in sorted(self._standing(until=None))]

    def soonest(self, limit: int, *, until: datetime | None) -> tuple[list[Due], int]:
        """The first `limit` timers in order, and how many there are; `until` leaves out those that are due later."""
        standing = self._standing(until=until)
        return [Due(due, _KINDS[rank], owner) for due, rank, _, owner in nsmallest(limit, standing)], len(standing)

    def _standing(self, *, until: datetime | None) -> list[Entry]:
        known = (
            (self._due_of(_KINDS[rank], owner), rank, order, owner) for _, rank, order, owner in self._entries.values()
        )
        return [
            (due, rank, order, owner)
            for due, rank, order, owner in known
            if due is not None and (until is None or due <= until)
        ]
