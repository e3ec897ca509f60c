"""Waiting for something: a session's state, a place in a queue, calls and pushes; woken by what happens, with no looking again and again."""

from typing import Any, ClassVar, Literal

from pydantic import Field

from ..company.awaiting.conditions import Condition, Places, Sessions, Traffic
from ..company.awaiting.pending import places_pending, pushes_pending, sessions_pending
from ..company.awaiting.upcoming import upcoming
from ..company.company import Company
from ..company.journal import entries
from ..company.journal.entries import CallEntry, PushEntry
from ..company.pushes.shapes import iso8601, queue_name
from ..company.secrets.values import SECRET_NAMES
from ..company.verify.judging import miss_lines
from ..company.verify.near_misses import near_misses
from ..company.verify.sightings import Criterion
from ..desk.errors import UsageError
from ..desk.phrases import nouns
from ..desk.records import Stay
from ..endpoint import Reply, Table
from .awaited import Await, Until, how_many, place_wanted, session_wanted
from .conversations import customer_ref, session_shown
from .criteria import NearMissShown, criterion, miss_shown, since_of
from .deliveries import delivery_shown
from .finding import target_name
from .masking import mask_of
from .operator import OperatorCall
from .time import Timer, Trouble, patience, timer
from .world import MAX_UPCOMING

TABLE = Table()
_SECTION = "time"
# So many of those that were found are shown.
_MOST_SHOWN = 20


class Matched(Reply):
    """One that is as it should be; `shown` is what the control API shows of it elsewhere."""

    kind: Literal["session", "queue", "push", "call"]
    id: int = Field(description="A session's; a call's or a push's in the journal; of a queue the customer's")
    shown: dict[str, Any]


class Met(Reply):
    """It is so. The first of what was found are shown."""

    met: bool = True
    count: int
    matched: list[Matched]
    measured: dict[str, float] = Field(description="waited_seconds, real ones")


class Unmet(Reply):
    """The time-out passed. `pending` says where it stands, `upcoming` what time will bring."""

    http_status: ClassVar[int | None] = 409

    error: Trouble
    met: bool = False
    count: int = Field(description="How many there were")
    pending: list[str]
    near_misses: list[NearMissShown]
    upcoming: list[Timer]
    upcoming_total: int


@TABLE.add(
    "POST",
    "/await",
    section=_SECTION,
    source="assumed",
    masks=SECRET_NAMES,
    note="200 as soon as it is so; 409 with what is pending when the time is up, or when the company is reset or removed meanwhile.",
)
async def wait_for(call: OperatorCall, ask: Await) -> Met | Unmet:
    """Waits until a session, a queue, pushes or calls are as asked for. Changes nothing."""
    company = call.company
    condition, wanted = _condition(call, ask), how_many(ask)
    began = company.clock.real()

    def is_met() -> bool:
        condition.look()
        return condition.count() >= wanted

    company.look()
    while isinstance(condition, Traffic) and not condition.look_on():
        await call.world.pause(call.slot)
    if is_met() or await call.world.until(call.slot, is_met, timeout_seconds=ask.timeout_seconds):
        waited = (company.clock.real() - began).total_seconds()
        return Met(
            count=condition.count(),
            matched=_matched(call, ask.until, condition.found()),
            measured={"waited_seconds": round(max(waited, 0.0), 6)},
        )
    return _unmet(call, ask, condition)


def _condition(call: OperatorCall, ask: Await) -> Condition:
    until, company = ask.until, call.company
    if ask.since is not None and (until.session or until.queue):
        raise UsageError(
            "invalid",
            "since is for calls and pushes: a session and a queue are as they are now",
            hint="name the session by its id, or leave since out",
        )
    if until.session is not None:
        return Sessions(company, session_wanted(call, until.session))
    if until.queue is not None:
        return Places(company, place_wanted(call, until.queue))
    return Traffic(company, _criterion(call, until), since_of(ask.since))


def _criterion(call: OperatorCall, until: Until) -> Criterion:
    match = until.push or until.call
    if match is None:
        raise AssertionError("a condition without a match")
    return criterion(call, match)


def _matched(call: OperatorCall, until: Until, numbers: list[int]) -> list[Matched]:
    """The first of what was found, as it stands now; what has gone since is left out."""
    company, mask = call.company, mask_of(call)
    desk, rows = company.look(), list[Matched]()
    for number in numbers[:_MOST_SHOWN]:
        if until.session is not None:
            session = desk.state.sessions.get(number)
            if session is not None:
                shown = session_shown(desk, session).model_dump(mode="json", by_alias=True)
                rows.append(Matched(kind="session", id=number, shown=shown))
        elif until.queue is not None:
            stay = desk.state.stays.get(number)
            if stay is not None:
                rows.append(Matched(kind="queue", id=stay.customer_id, shown=_place_shown(company, stay)))
        else:
            entry = company.journal.get(number)
            if isinstance(entry, CallEntry):
                rows.append(Matched(kind="call", id=number, shown=mask.over_row(entries.shown(entry))))
            elif isinstance(entry, PushEntry) and entry.delivery_id in company.outbox.deliveries:
                delivery = company.outbox.deliveries[entry.delivery_id]
                push = delivery_shown(call, delivery, mask).model_dump(mode="json", by_alias=True)
                rows.append(Matched(kind="push", id=number, shown=push))
    return rows


def _place_shown(company: Company, stay: Stay) -> dict[str, Any]:
    desk, ticket = company.desk, stay.ticket
    return {
        "customer": customer_ref(desk, stay.customer_id).model_dump(mode="json"),
        "state": stay.stage.value if ticket is not None else "left",
        "place": desk.place(stay) if ticket is not None else None,
        "queue": queue_name(ticket.target) if ticket is not None else None,
        "queue_of": target_name(desk, ticket.target) if ticket is not None else None,
        "since": iso8601(ticket.joined_at) if ticket is not None else None,
        "session_id": stay.session_id,
    }


def _unmet(call: OperatorCall, ask: Await, condition: Condition) -> Unmet:
    company, until, mask = call.company, ask.until, mask_of(call)
    count, wanted = condition.count(), how_many(ask)
    pending, nearest = list[str](), list[NearMissShown]()
    if until.session is not None:
        what = nouns(wanted, "session")
        pending = sessions_pending(company, session_wanted(call, until.session))
    elif until.queue is not None:
        what = f"{nouns(wanted, 'customer')} in the queue"
        pending = places_pending(company, place_wanted(call, until.queue))
    else:
        asked = _criterion(call, until)
        what = nouns(wanted, asked.kind)
        misses = near_misses(company, asked, since_of(ask.since))
        nearest = [miss_shown(miss, mask) for miss in misses]
        pending = ["\n".join(miss_lines(miss, asked)) for miss in misses]
        if asked.kind == "push":
            pending += pushes_pending(company)
    pending = [mask.over_text(text) for text in pending]
    rows, total = upcoming(company, MAX_UPCOMING)
    found = f"{count} of {wanted} {what}" if wanted > 1 or count else f"no such {what}"
    stands = (
        f"; the nearest is {nearest[0].what} ({nearest[0].differences[0].text})"
        if nearest
        else f": {pending[0]}"
        if pending
        else ""
    )
    return Unmet(
        error=Trouble(
            code="conflict", message=f"after {ask.timeout_seconds:g} s {found}{stands}", hint=_hint(call, total)
        ),
        count=count,
        pending=pending,
        near_misses=nearest,
        upcoming=[timer(row) for row in rows],
        upcoming_total=total,
    )


def _hint(call: OperatorCall, total: int) -> str:
    company = call.company
    flying = sum(map(len, company.outbox.flying.values()))
    if total and company.clock.rate == 0:
        return "this company's time stands still: POST /_mock/clock/advance brings what is upcoming"
    if total:
        return "upcoming says what time will bring; give a longer timeout_seconds"
    if flying or call.slot.calls_in_progress:
        return patience(calls=call.slot.calls_in_progress, pushes=flying)
    if company.outbox.parked.held:
        return "planned faults hold pushes: POST /_mock/faults/{id}/release lets them go"
    return "nothing will happen by itself: what is waited for has to be done first"
