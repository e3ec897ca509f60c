"""Calls and pushes that are as they are asked for, found as they come: each entry of the journal is looked at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any, Final, Literal

from ..company import Company
from ..journal.entries import CallEntry, Entry, PushEntry
from ..matching import CallMatcher, PushMatcher
from ..matching.pushes import CHANGING
from ..pushes.deliveries import Delivery

# So many entries are looked at before others get their turn.
_SLICE: Final = 50


@dataclass(frozen=True, slots=True)
class Criterion:
    """One thing to look out for. `match` is the plain form of `scenario/traffic/matches.py`."""

    kind: Literal["call", "push"]
    match: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Since:
    """From where on: behind an entry of the journal, or from a moment; both None: from the beginning."""

    entry_id: int | None = None
    moment: datetime | None = None

    def takes_in(self, number: int, at: datetime) -> bool:
        """Whether an entry with this number and moment counts."""
        if self.entry_id is not None:
            return number > self.entry_id
        return self.moment is None or at >= self.moment


@dataclass(slots=True)
class _Spot:
    """What was found of one criterion."""

    calls: CallMatcher | None
    pushes: PushMatcher | None
    # Whether a push that fits may cease to, and the other way round, while it is on its way.
    is_changing: bool
    # The numbers of the entries.
    found: dict[int, None] = field(default_factory=dict)


class Sightings:
    """All that fits some criteria since some entry. `look` goes on where it ended; what may still change is looked at again."""

    def __init__(self, company: Company, criteria: Sequence[Criterion], since: Since) -> None:
        self._company = company
        self._since = since
        self._spots = [_spot(criterion) for criterion in criteria]
        self._wants_calls = any(spot.calls for spot in self._spots)
        self._wants_pushes = any(spot.pushes for spot in self._spots)
        self._cursor = _start(company, since)
        self._open_calls: dict[int, CallEntry] = {}
        # Pushes that a criterion of changing things is about, by delivery, with their entries.
        self._open_pushes: dict[int, tuple[int, Delivery]] = {}
        self._entries: dict[int, int] = {}
        # Whether something was dropped that was never seen here; how often something was held against a criterion.
        self.is_incomplete = False
        self.steps = 0

    def look(self) -> None:
        """Takes in what has come since it looked last."""
        journal = self._company.journal
        if journal.dropped_up_to > self._cursor:
            self.is_incomplete = True
        self._look_again()
        for entry in journal.after(self._cursor):
            self._entry(entry)
        self._cursor = max(self._cursor, journal.last_id)

    def look_on(self) -> bool:
        """Takes in a slice of what has come since it looked last; whether there is no more. A full journal keeps others waiting for seconds."""
        journal, seen = self._company.journal, 0
        most = max(1, _SLICE // len(self._spots))
        if journal.dropped_up_to > self._cursor:
            self.is_incomplete = True
        for entry in islice(journal.after(self._cursor), most):
            self._entry(entry)
            self._cursor = entry.id
            seen += 1
        return seen < most

    def count(self, place: int = 0) -> int:
        """How many there are of a criterion."""
        return len(self._spots[place].found)

    def entries(self, place: int = 0) -> list[int]:
        """The numbers of their entries, in order."""
        return sorted(self._spots[place].found)

    def in_order(self) -> list[int]:
        """For as many of the criteria as there are, one behind another: the first entry of each that comes after the one before."""
        reached: list[int] = []
        for spot in self._spots:
            last = reached[-1] if reached else 0
            following = [number for number in spot.found if number > last]
            if not following:
                break
            reached.append(min(following))
        return reached

    def _entry(self, entry: Entry) -> None:
        if isinstance(entry, CallEntry):
            if self._wants_calls and entry.kind == "call" and self._since.takes_in(entry.id, entry.at):
                self._call(entry)
        elif isinstance(entry, PushEntry) and self._wants_pushes and self._since.takes_in(entry.id, entry.at):
            self._push(entry)

    def _look_again(self) -> None:
        """At what was on its way when it was seen last: calls that are answered now, pushes that were tried."""
        for entry in [entry for entry in self._open_calls.values() if entry.status is not None]:
            del self._open_calls[entry.id]
            self._call(entry)
        for number, delivery in list(self._open_pushes.values()):
            self._delivery(number, delivery)

    def _call(self, entry: CallEntry) -> None:
        if entry.status is None:
            self._open_calls[entry.id] = entry
        for spot in self._spots:
            if spot.calls is not None:
                self.steps += 1
                _note(spot, entry.id, is_met=spot.calls.fits(entry))

    def _push(self, entry: PushEntry) -> None:
        delivery = self._company.outbox.deliveries.get(entry.delivery_id)
        if delivery is None:
            # Ended, and let go of.
            self.is_incomplete = True
            return
        # A push that is sent again has another entry; it is one push.
        self._delivery(self._entries.setdefault(delivery.id, entry.id), delivery)

    def _delivery(self, number: int, delivery: Delivery) -> None:
        is_open = False
        for spot in self._spots:
            if spot.pushes is not None:
                self.steps += 1
                is_met = spot.pushes.fits(delivery, self._company.desk)
                is_open |= spot.is_changing and delivery.state == "pending"
                _note(spot, number, is_met=is_met)
        if is_open:
            self._open_pushes[delivery.id] = (number, delivery)
        else:
            self._open_pushes.pop(delivery.id, None)


def _note(spot: _Spot, number: int, *, is_met: bool) -> None:
    if is_met:
        spot.found[number] = None
    else:
        spot.found.pop(number, None)


def _spot(criterion: Criterion) -> _Spot:
    if criterion.kind == "call":
        return _Spot(CallMatcher(criterion.match), None, is_changing=False)
    return _Spot(None, PushMatcher(criterion.match), is_changing=not CHANGING.isdisjoint(criterion.match))


def _start(company: Company, since: Since) -> int:
    """The number behind which to begin: nothing before it counts."""
    if since.entry_id is not None:
        return since.entry_id
    if since.moment is None:
        return 0
    # A call's moment is when it came, so what was journalled before it is no later.
    journal = company.journal
    first = next((entry for entry in journal if isinstance(entry, CallEntry)), None)
    return journal.dropped_up_to if first is not None and first.at < since.moment else 0
