"""What is told to a reader of the journal after a cursor: the entries as plain JSON values, and what became of them later."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any, Final, Literal, cast, get_args

from ..company import Company
from ..pushes import deliveries
from ..pushes.deliveries import Delivery
from ..pushes.shapes import iso8601
from .entries import CallEntry, Entry, HappeningEntry, Late, PlannedFaultEntry, PushEntry, ScenarioEntry, shown
from .subject import Subject

EntryKind = Literal["call", "operator", "happening", "push", "scenario", "planned_fault", "fault"]
EventKind = Literal[EntryKind, "attempt", "delivery"]
ENTRY_KINDS: Final[tuple[str, ...]] = get_args(EntryKind)
EVENT_KINDS: Final[tuple[str, ...]] = get_args(EventKind)
# What is told to every reader, whatever kinds it names.
ALWAYS: Final = ("reset", "removed", "dropped", "too_slow")
# An entry's number and 0, or the N-th late change after that entry and N.
Cursor = tuple[int, int]
Row = Entry | Late
# What a late change counts for beside its delivery's body.
_LATE_BYTES: Final = 300


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which rows a reader wants; no kinds: all."""

    kinds: frozenset[str] = frozenset()
    subject: Subject = field(default_factory=Subject)

    def fits(self, row: Row, company: Company) -> bool:
        """Whether this row is wanted."""
        if self.kinds and kind_of(row, company) not in self.kinds:
            return False
        if not isinstance(row, Late):
            return self.subject.fits(row, company)
        if self.subject.is_everybody:
            return True
        if row.what == "answered":
            entry = company.journal.get(row.about)
            return entry is not None and self.subject.fits(entry, company)
        delivery = company.outbox.deliveries.get(row.about)
        return delivery is not None and self.subject.fits_delivery(delivery, company)


def kind_of(row: Row, company: Company) -> str:
    """The kind under which a row is told."""
    match row:
        case CallEntry():
            return row.kind
        case HappeningEntry():
            return "happening"
        case PushEntry():
            return "push"
        case ScenarioEntry():
            return "scenario"
        case PlannedFaultEntry():
            return "planned_fault"
        case Late(what="answered"):
            entry = company.journal.get(row.about)
            return entry.kind if isinstance(entry, CallEntry) else "call"
        case Late():
            return row.what
        case _:
            return "fault"


def newest(company: Company) -> Cursor:
    """Where a reader begins who wants nothing of the past."""
    journal = company.journal
    late = journal.late[-1] if journal.late else None
    return (journal.last_id, late.number if late is not None and late.after == journal.last_id else 0)


def rows_after(company: Company, cursor: Cursor, limit: int) -> list[tuple[Cursor, Row]]:
    """The first so many rows after a cursor, in the order in which they came."""
    entries = [((entry.id, 0), entry) for entry in islice(company.journal.after(cursor[0]), limit)]
    late = [((row.after, row.number), row) for row in islice(_late_after(company, cursor), limit)]
    if not late:
        return cast("list[tuple[Cursor, Row]]", entries)
    return sorted([*entries, *late], key=lambda row: row[0])[:limit]


def missed(company: Company, cursor: Cursor) -> int:
    """How many entries after a cursor were dropped before they were told; late changes that were dropped count as one."""
    journal = company.journal
    if cursor[0] < journal.dropped_up_to:
        return journal.dropped_up_to - cursor[0]
    return int(cursor < journal.late_dropped_up_to)


def after_missed(company: Company, cursor: Cursor) -> Cursor:
    """The cursor behind all that was dropped."""
    return max(cursor, (company.journal.dropped_up_to, 0), company.journal.late_dropped_up_to)


def weight(row: Row, company: Company) -> int:
    """What a row weighs when it is told, in bytes, about."""
    if isinstance(row, Late):
        return _LATE_BYTES + (_pushed(row.about, company) if row.what == "delivery" else 0)
    return row.size + (_pushed(row.delivery_id, company) if isinstance(row, PushEntry) else 0)


def told(row: Row, company: Company, *, with_measured: bool = True) -> dict[str, Any] | None:
    """A row as plain JSON values: a push with its delivery. None for what nobody knows any more."""
    if not isinstance(row, Late):
        told = shown(row, with_measured=with_measured)
        if isinstance(row, PushEntry):
            delivery = company.outbox.deliveries.get(row.delivery_id)
            told["delivery"] = (
                None if delivery is None else delivery_told(delivery, company, with_measured=with_measured)
            )
        return told
    if row.what == "answered":
        entry = company.journal.get(row.about)
        return shown(entry) if entry is not None else None
    delivery = company.outbox.deliveries.get(row.about)
    if delivery is None:
        return None
    whole = delivery_told(delivery, company, with_measured=with_measured)
    if row.what == "delivery":
        return {"kind": "delivery", **whole}
    attempt = next((one for one in whole["attempts"] if one["number"] == row.attempt), None)
    head = {name: whole[name] for name in ("target", "push", "customer_id", "customer_token", "session_id")}
    return {"kind": "attempt", "delivery_id": delivery.id, **head, **attempt} if attempt is not None else None


def delivery_told(delivery: Delivery, company: Company, *, with_measured: bool) -> dict[str, Any]:
    """A delivery as plain JSON values with its customer's token; what was measured may be left out."""
    row = deliveries.shown(delivery)
    customer = company.desk.state.customers.get(delivery.customer_id)
    row["customer_token"] = customer.token if customer is not None else None
    if not with_measured:
        for attempt in row["attempts"]:
            del attempt["measured"]
    return cast("dict[str, Any]", _plain(row))


def _plain(value: Any) -> Any:
    """The same without moments: those of the company in Beijing time, as everywhere."""
    if isinstance(value, datetime):
        return iso8601(value)
    if isinstance(value, dict):
        # What was sent stays as it is: it may be deep, and has no moments.
        return {name: inner if name == "body" else _plain(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    return value


def _pushed(delivery_id: int, company: Company) -> int:
    delivery = company.outbox.deliveries.get(delivery_id)
    return len(delivery.body) if delivery is not None else 0


def _late_after(company: Company, cursor: Cursor) -> Iterator[Late]:
    late = company.journal.late
    if not late or (late[-1].after, late[-1].number) <= cursor:
        return iter(())
    return iter(_newer(late, cursor))


def _newer(late: Sequence[Late], cursor: Cursor) -> list[Late]:
    found: list[Late] = []
    for row in reversed(late):
        if (row.after, row.number) <= cursor:
            break
        found.append(row)
    return found[::-1]
