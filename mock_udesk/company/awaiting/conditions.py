"""What somebody waits for: sessions, places in a queue, calls and pushes; looked at cheaply, for a busy company stirs often."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Literal, Protocol

from ...desk.desk import Desk
from ...desk.happenings import Happening
from ...desk.lifecycle import Stage
from ...desk.records import Session, Stay, Target
from ..company import Company
from ..journal.entries import HappeningEntry
from ..verify.sightings import Criterion, Sightings, Since

QueueState = Literal["queued", "assigning", "left"]
# Happenings after which any session may be another, or gone.
_SWEEPING = (Happening.STAFF_CHANGED, Happening.SESSIONS_DESTROYED, Happening.CUSTOMER_REMOVED)


class Condition(Protocol):
    """Something to wait for."""

    def look(self) -> None:
        """Takes in what has changed since it looked last."""

    def count(self) -> int:
        """How many there are that are as they should be."""

    def found(self) -> list[int]:
        """The first of their ids: sessions', stays', or the journal's."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """A number, or from where to where; None: any."""

    least: int = 0
    most: int | None = None

    def takes_in(self, number: int) -> bool:
        """Whether this number is one of them."""
        return self.least <= number and (self.most is None or number <= self.most)


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionWanted:
    """Which sessions; what is None may be anything."""

    customer_token: str | None = None
    id: int | None = None
    is_open: bool | None = None
    agent_id: int | None = None
    group_id: int | None = None
    channel: str | None = None
    close_type: str | None = None
    message_count: Bounds | None = None

    def fits(self, session: Session, desk: Desk) -> bool:
        """Whether a session is one of them."""
        return next(self.misses(session, desk), None) is None

    def misses(self, session: Session, desk: Desk) -> Iterator[tuple[str, str, str]]:
        """In what a session is another: the field, what was expected, what was found."""
        if self.id is not None and session.id != self.id:
            yield "id", str(self.id), str(session.id)
        if self.is_open is not None and session.is_open != self.is_open:
            yield "state", *(("open", "closed") if self.is_open else ("closed", "open"))
        if self.agent_id is not None and session.agent_id != self.agent_id:
            yield "agent", agent_words(desk, self.agent_id), agent_words(desk, session.agent_id)
        if self.group_id is not None:
            agent = desk.state.agents.get(session.agent_id)
            if agent is None or self.group_id not in agent.group_ids:
                yield (
                    "group",
                    group_words(desk, self.group_id),
                    f"{agent_words(desk, session.agent_id)}, who is not in it",
                )
        if self.channel is not None and session.origin.channel != self.channel:
            yield "channel", self.channel, session.origin.channel
        closed = session.close_type.value if session.close_type else "none"
        if self.close_type is not None and closed != self.close_type:
            yield "close_type", self.close_type, closed
        count = len(session.messages)
        if self.message_count is not None and not self.message_count.takes_in(count):
            yield "message_count", bounds_words(self.message_count), str(count)
        if self.customer_token is not None:
            customer = desk.state.customers.get(session.customer_id)
            if customer is None or customer.token != self.customer_token:
                yield "customer_token", self.customer_token, (customer and customer.token) or "another customer's"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceWanted:
    """Who should stand where; `kind` and `target_id` tell the queue."""

    customer_token: str | None = None
    place: Bounds | None = None
    kind: Literal["agent", "group", "company"] | None = None
    target_id: int | None = None
    state: QueueState | None = None

    def is_of(self, target: Target) -> bool:
        """Whether it is about this queue."""
        return (self.kind is None or target.kind == self.kind) and (
            self.target_id is None or target.id == self.target_id
        )


class Traffic:
    """So many calls or pushes."""

    def __init__(self, company: Company, criterion: Criterion, since: Since) -> None:
        self.sightings = Sightings(company, [criterion], since)

    def look_on(self) -> bool:
        """Takes in a slice of what has come since it looked last; whether there is no more."""
        return self.sightings.look_on()

    def look(self) -> None:
        """Takes in what has changed since it looked last."""
        self.sightings.look()

    def count(self) -> int:
        """How many there are that are as they should be."""
        return self.sightings.count()

    def found(self) -> list[int]:
        """The numbers of their entries."""
        return self.sightings.entries()


class Sessions:
    """So many sessions that are in a state. Without a customer all are looked at once, then those that something happened to."""

    def __init__(self, company: Company, wanted: SessionWanted) -> None:
        self._company = company
        self._wanted = wanted
        self._found: dict[int, None] = {}
        self._cursor: int | None = None
        # How often a session was held against what is wanted.
        self.steps = 0

    def look(self) -> None:
        """Takes in what has changed since it looked last."""
        desk, wanted = self._company.look(), self._wanted
        if wanted.id is not None:
            session = desk.state.sessions.get(wanted.id)
            self._found.clear()
            self._held((session,) if session is not None else (), desk)
        elif wanted.customer_token is not None:
            customer = desk.customer_by("token", wanted.customer_token)
            self._found.clear()
            self._held(desk.sessions_of(customer.id) if customer is not None else (), desk)
        else:
            touched = self._touched()
            if touched is None:
                self._found.clear()
                self._held(desk.state.sessions.values(), desk)
            else:
                self._held((desk.state.sessions[number] for number in touched if number in desk.state.sessions), desk)
        self._cursor = self._company.journal.last_id

    def count(self) -> int:
        """How many there are that are as they should be."""
        return len(self._found)

    def found(self) -> list[int]:
        """The ids of the sessions."""
        return sorted(self._found)

    def _held(self, sessions: Iterable[Session], desk: Desk) -> None:
        for session in sessions:
            self.steps += 1
            if self._wanted.fits(session, desk):
                self._found[session.id] = None
            else:
                self._found.pop(session.id, None)

    def _touched(self) -> dict[int, None] | None:
        """The sessions that something happened to since; None: any may be another."""
        journal = self._company.journal
        if self._cursor is None or journal.dropped_up_to > self._cursor:
            return None
        numbers: dict[int, None] = {}
        for entry in journal.after(self._cursor):
            if isinstance(entry, HappeningEntry):
                happened = entry.happened
                if happened.kind in _SWEEPING:
                    return None
                for number in (happened.session_id, happened.facts.get("from_session_id")):
                    if isinstance(number, int):
                        numbers[number] = None
        return numbers


class Places:
    """So many customers who stand in a queue, or have left it. Costs no walk along the queues."""

    def __init__(self, company: Company, wanted: PlaceWanted) -> None:
        self._company = company
        self._wanted = wanted
        self._count = 0
        # Those whom an agent is being assigned to: they have place 0, and no queue counts them.
        self._aside: dict[int, None] = {}
        self._cursor: int | None = None

    def look(self) -> None:
        """Takes in what has changed since it looked last."""
        desk, wanted = self._company.look(), self._wanted
        self._note_aside(desk)
        if wanted.customer_token is not None:
            self._count = len(self._of_customer(desk))
        else:
            self._count = sum(last - first + 1 for _, first, last in self._ranges(desk)) + len(self._assigning(desk))

    def count(self) -> int:
        """How many there are that are as they should be."""
        return self._count

    def found(self) -> list[int]:
        """The ids of the stays of the first of them."""
        desk = self._company.look()
        if self._wanted.customer_token is not None:
            return [stay.id for stay in self._of_customer(desk)]
        rows = [
            stay.id
            for target, first, last in self._ranges(desk)
            for stay in islice(desk.waiting(target), first - 1, min(last, first + 99))
        ]
        return rows + [stay.id for stay in self._assigning(desk)]

    def _of_customer(self, desk: Desk) -> list[Stay]:
        customer = desk.customer_by("token", self._wanted.customer_token or "")
        if customer is None:
            return []
        return [stay for stay in desk.stays_of(customer.id) if self._fits(stay, desk)]

    def _fits(self, stay: Stay, desk: Desk) -> bool:
        wanted = self._wanted
        if wanted.state == "left":
            return stay.waits_since is not None and stay.ticket is None
        if stay.ticket is None or not wanted.is_of(stay.ticket.target):
            return False
        if wanted.state is not None and (stay.stage is Stage.QUEUED) != (wanted.state == "queued"):
            return False
        return wanted.place is None or wanted.place.takes_in(desk.place(stay))

    def _ranges(self, desk: Desk) -> Iterator[tuple[Target, int, int]]:
        """The queues with the places in them that are meant, from first to last."""
        if self._wanted.state == "assigning":
            return
        place = self._wanted.place or Bounds()
        for target in desk.queues():
            length = desk.queue_length(target)
            first, last = max(1, place.least), length if place.most is None else min(place.most, length)
            if self._wanted.is_of(target) and first <= last:
                yield target, first, last

    def _assigning(self, desk: Desk) -> list[Stay]:
        """Those who have place 0: an agent is being assigned to them."""
        if self._wanted.state == "queued" or not (self._wanted.place or Bounds()).takes_in(0):
            return []
        stays = [desk.state.stays[stay_id] for stay_id in self._aside if stay_id in desk.state.stays]
        return [stay for stay in stays if stay.ticket is not None and self._wanted.is_of(stay.ticket.target)]

    def _note_aside(self, desk: Desk) -> None:
        journal = self._company.journal
        numbers: Iterable[int | None]
        if self._cursor is None or journal.dropped_up_to > self._cursor:
            self._aside.clear()
            numbers = (row.stay_id for row in desk.timers() if row.kind == "assign")
        else:
            entries = journal.after(self._cursor)
            numbers = [entry.happened.stay_id for entry in entries if isinstance(entry, HappeningEntry)]
        for number in numbers:
            stay = desk.state.stays.get(number) if number is not None else None
            if stay is not None and stay.stage is Stage.ASSIGNING:
                self._aside[stay.id] = None
            elif number is not None:
                self._aside.pop(number, None)
        self._cursor = journal.last_id


def bounds_words(bounds: Bounds) -> str:
    """From where to where, in words."""
    if bounds.most is None:
        return f"at least {bounds.least}"
    if bounds.least == bounds.most:
        return str(bounds.least)
    return f"{bounds.least} to {bounds.most}" if bounds.least else f"at most {bounds.most}"


def agent_words(desk: Desk, agent_id: int) -> str:
    """An agent's name."""
    agent = desk.state.agents.get(agent_id)
    return agent.name if agent is not None else f"agent {agent_id}"


def group_words(desk: Desk, group_id: int) -> str:
    """A group's name."""
    group = desk.state.groups.get(group_id)
    return group.name if group is not None else f"group {group_id}"
