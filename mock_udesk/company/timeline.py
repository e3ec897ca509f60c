"""The story of a company or of one conversation, told once: for demo, play, pytest and console."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from unicodedata import east_asian_width

from ..desk.desk import Desk
from ..desk.effects import Happening
from . import wording
from .company import Company
from .deliveries import Delivery
from .entries import CallEntry, Entry, FaultEntry, HappeningEntry, PushEntry
from .shapes import BEIJING, iso8601

LineKind = Literal["call", "operator", "happening", "push", "fault", "due"]

# Operators' calls that change nothing tell no story, unless something came of them.
_QUIET = ("/_mock/settle", "/_mock/sign", "/_mock/requests")
_WIDEST_WHAT = 36


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One step. `id` is the journal's number of a call, happening or fault, the delivery's of a push, 0 of a timer that is due.

    `entry_id` is the journal's number of all that has happened, pushes too; 0: it is still to come.
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


@dataclass(frozen=True, slots=True)
class _Scope:
    """Whose story it is: a customer's, a conversation's (one stay with all its sessions), or everybody's (both None)."""

    customer_id: int | None
    stay_id: int | None
    session_ids: frozenset[int]
    token: str | None

    @property
    def is_everybody(self) -> bool:
        return self.customer_id is None

    def has(self, customer_id: int | None, session_id: int | None, stay_id: int | None) -> bool:
        """Whether something of this customer, session or stay belongs to the story."""
        if self.is_everybody:
            return True
        if self.stay_id is None:
            return customer_id == self.customer_id
        return stay_id == self.stay_id if stay_id is not None else session_id in self.session_ids


def story(company: Company, *, customer_token: str | None = None, session_id: int | None = None) -> list[Line]:
    """All steps in order, then what is still due. An unknown customer or session has no story; both given: both must fit."""
    desk = company.look()
    scope = _scope(desk, customer_token, session_id)
    if scope is None:
        return []
    entries = list(company.journal)
    caused: dict[int, list[Entry]] = {}
    for entry in entries:
        if not isinstance(entry, CallEntry) and entry.cause is not None:
            caused.setdefault(entry.cause, []).append(entry)
    lines: list[tuple[datetime, int, int, Line]] = []
    told: set[int] = set()
    spans = _spans(entries, scope)
    for entry in entries:
        match entry:
            case CallEntry():
                results = caused.get(entry.id, [])
                if _belongs(entry, results, company, scope, spans):
                    line, main = _call(entry, results, desk)
                    told |= {main} if main is not None else set()
                    if not _is_quiet(entry, results):
                        lines.append((entry.at, entry.id, 0, line))
            case HappeningEntry():
                happened = entry.happened
                if entry.id not in told and scope.has(happened.customer_id, happened.session_id, happened.stay_id):
                    lines.append((entry.at, entry.id, 0, _happening(entry, desk)))
            case PushEntry():
                delivery = company.outbox.deliveries.get(entry.delivery_id)
                if delivery is not None and scope.has(delivery.customer_id, delivery.session_id, None):
                    steps = _push(delivery, entry, desk)
                    lines.extend((line.at, entry.id, place, line) for place, line in enumerate(steps))
            case FaultEntry():
                if scope.is_everybody:
                    lines.append((entry.at, entry.id, 0, _fault(entry)))
    lines.sort(key=lambda row: row[:3])
    return [line for *_, line in lines] + _due(company, desk, scope)


def as_text(lines: Iterable[Line], *, left_out: int = 0) -> str:
    """The story as a person reads it: one line a step, columns aligned, Beijing time; a day stands on a line of its own.

    `left_out` is how many earlier steps there were that are not among these.
    """
    rows = list(lines)
    if not rows:
        return f"{left_out} steps, all left out\n" if left_out else "nothing has happened yet\n"
    who_width = max(_width(line.who) for line in rows)
    what_width = min(max(_width(line.what) for line in rows), _WIDEST_WHAT)
    day, is_future = "", False
    written = [f"{left_out} earlier steps left out"] if left_out else []
    for line in rows:
        at = line.at.astimezone(BEIJING)
        if line.kind == "due" and not is_future:
            is_future = True
            written.append("still to come")
        if f"{at:%Y-%m-%d}" != day:
            day = f"{at:%Y-%m-%d}"
            written.append(day)
        columns = f"{at:%H:%M:%S}  {_padded(line.who, who_width)}  {_padded(line.what, what_width)}  {line.text}"
        written.append(columns.rstrip())
    return "\n".join(written) + "\n"


def as_json(lines: Iterable[Line]) -> list[dict[str, Any]]:
    """The story as plain JSON values."""
    return [
        {
            "at": iso8601(line.at),
            "who": line.who,
            "what": line.what,
            "text": line.text,
            "kind": line.kind,
            "id": line.id,
            "entry_id": line.entry_id,
            "customer_id": line.customer_id,
            "session_id": line.session_id,
        }
        for line in lines
    ]


def _scope(desk: Desk, customer_token: str | None, session_id: int | None) -> _Scope | None:
    customer = desk.customer_by("token", customer_token) if customer_token is not None else None
    if customer_token is not None and customer is None:
        return None
    if session_id is None:
        return _Scope(customer.id if customer else None, None, frozenset(), customer_token)
    session = desk.state.sessions.get(session_id)
    if session is None or (customer is not None and session.customer_id != customer.id):
        return None
    family = frozenset(other.id for other in desk.sessions_of(session.customer_id) if other.stay_id == session.stay_id)
    owner = desk.state.customers.get(session.customer_id)
    return _Scope(session.customer_id, session.stay_id, family | {session_id}, owner.token if owner else None)


def _spans(entries: list[Entry], scope: _Scope) -> tuple[int, int]:
    """The first and last number of the conversation's own entries: a customer's refused calls between them belong to it."""
    numbers = [
        entry.id
        for entry in entries
        if isinstance(entry, HappeningEntry)
        and scope.has(entry.happened.customer_id, entry.happened.session_id, entry.happened.stay_id)
    ]
    return (numbers[0], numbers[-1]) if numbers else (0, 0)


def _belongs(entry: CallEntry, results: list[Entry], company: Company, scope: _Scope, spans: tuple[int, int]) -> bool:
    if scope.is_everybody:
        return True
    for result in results:
        if isinstance(result, HappeningEntry):
            happened = result.happened
            if scope.has(happened.customer_id, happened.session_id, happened.stay_id):
                return True
        elif isinstance(result, PushEntry):
            delivery = company.outbox.deliveries.get(result.delivery_id)
            if delivery is not None and scope.has(delivery.customer_id, delivery.session_id, None):
                return True
    if scope.token is None or entry.customer_token != scope.token:
        return False
    return scope.stay_id is None or spans[0] <= entry.id <= spans[1]


def _call(entry: CallEntry, results: list[Entry], desk: Desk) -> tuple[Line, int | None]:
    """A call with the chief thing it made happen, and that thing's number: it needs no line of its own."""
    happenings = [result for result in results if isinstance(result, HappeningEntry)]
    if not wording.call_path(entry).endswith("/customers"):
        # A customer who is made by asking for an agent is not what the call was for.
        happenings = [row for row in happenings if row.happened.kind is not Happening.CUSTOMER_CREATED]
    main = happenings[0] if happenings else None
    changed = wording.changes(entry) if entry.kind == "operator" and entry.method == "PATCH" else ""
    line = Line(
        at=entry.at,
        who="app → udesk" if entry.kind == "call" else "operator",
        what=f"{entry.method} {wording.call_path(entry)}",
        text=wording.verdict(entry, wording.happening(main.happened, desk, changed) if main else ""),
        kind="call" if entry.kind == "call" else "operator",
        id=entry.id,
        entry_id=entry.id,
        customer_id=main.happened.customer_id if main else None,
        session_id=main.happened.session_id if main else None,
    )
    return line, main.id if main else None


def _is_quiet(entry: CallEntry, results: list[Entry]) -> bool:
    if entry.kind == "call" or results:
        return False
    return entry.method == "GET" or wording.call_path(entry).startswith(_QUIET)


def _happening(entry: HappeningEntry, desk: Desk) -> Line:
    happened = entry.happened
    return Line(
        at=happened.at,
        who="udesk",
        what=happened.kind.value.replace("_", " "),
        text=wording.happening(happened, desk),
        kind="happening",
        id=entry.id,
        entry_id=entry.id,
        customer_id=happened.customer_id,
        session_id=happened.session_id,
    )


def _fault(entry: FaultEntry) -> Line:
    return Line(
        at=entry.at,
        who="mock-udesk",
        what="fault",
        text=entry.error,
        kind="fault",
        id=entry.id,
        entry_id=entry.id,
    )


def _push(delivery: Delivery, entry: PushEntry, desk: Desk) -> Iterator[Line]:
    """A line for each attempt of the round that this entry began; one for a push that was never tried in it."""
    who = "app ← udesk" if delivery.target == "receive_url" else "h5 ← udesk"
    content = wording.push_content(delivery)
    said = f"to {wording.customer_label(desk, delivery.customer_id)}" + (f": {content}" if content else "")
    outcomes = [(one.at, wording.attempt(delivery, one)) for one in delivery.attempts if one.cause == entry.cause]
    if not outcomes:
        outcomes = [(entry.at, wording.untried(delivery, entry))]
    for at, outcome in outcomes:
        yield Line(
            at=at,
            who=who,
            what=wording.push_what(delivery),
            text=f"{said} → {outcome}",
            kind="push",
            id=delivery.id,
            entry_id=entry.id,
            customer_id=delivery.customer_id,
            session_id=delivery.session_id,
        )


def _due(company: Company, desk: Desk, scope: _Scope) -> list[Line]:
    now = company.clock.now()
    rows = []
    for timer in desk.timers():
        stay = desk.state.stays.get(timer.stay_id)
        if scope.has(timer.customer_id, stay.session_id if stay else None, timer.stay_id):
            rows.append(
                Line(
                    at=timer.due,
                    who="udesk",
                    what=timer.kind.replace("_", " "),
                    text=wording.customer_label(desk, timer.customer_id),
                    kind="due",
                    id=0,
                    customer_id=timer.customer_id,
                    session_id=stay.session_id if stay else None,
                )
            )
    for delivery in company.outbox.pending():
        due = delivery.next_attempt_at
        # What is due at this very moment has its line among the pushes.
        if due is not None and due > now and scope.has(delivery.customer_id, delivery.session_id, None):
            rows.append(
                Line(
                    at=due,
                    who="app ← udesk" if delivery.target == "receive_url" else "h5 ← udesk",
                    what=wording.push_what(delivery),
                    text=f"push {delivery.id} to {wording.customer_label(desk, delivery.customer_id)}, "
                    f"attempt {len(delivery.attempts) + 1}",
                    kind="due",
                    id=delivery.id,
                    customer_id=delivery.customer_id,
                    session_id=delivery.session_id,
                )
            )
    return sorted(rows, key=lambda line: line.at)


def _width(text: str) -> int:
    """Columns on a terminal: Chinese characters take two."""
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)


def _padded(text: str, width: int) -> str:
    return text + " " * max(width - _width(text), 0)
