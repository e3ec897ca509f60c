"""The company's time: read it, set its speed, move it, and wait until all is still."""

from datetime import datetime
from itertools import islice
from typing import Annotated, Any, ClassVar, Final

from pydantic import Field

from ..company.awaiting.settling import settling
from ..company.awaiting.upcoming import Upcoming, upcoming
from ..company.company import Company
from ..desk.errors import UsageError
from ..endpoint import Reply, Table
from .asking import OperatorAsk
from .operator import Moment, Nothing, OperatorCall
from .world import MAX_UPCOMING, Standing

TABLE = Table()
_SECTION = "time"


class SetClock(OperatorAsk):
    """Another moment (forward only), another speed, or both."""

    now: datetime | None = None
    rate: Annotated[float, Field(ge=0)] | None = Field(None, description="0 stands still, 1 is real time, 60 is fast")


class Advance(OperatorAsk):
    """How far."""

    seconds: Annotated[float, Field(ge=0, le=366 * 86_400)]


class Settle(OperatorAsk):
    """How patiently, in real seconds."""

    timeout_seconds: Annotated[float, Field(ge=0, le=3600)] = 5.0
    quiet_seconds: Annotated[float, Field(ge=0, le=3600)] = Field(0.0, description="For how long all has to be still")


class Timer(Reply):
    """Something that will happen by itself."""

    due: Moment
    kind: str
    text: str


class ClockShown(Reply):
    """The company's time, and what is to come."""

    now: Moment
    rate: float
    upcoming: list[Timer]
    upcoming_total: int


HELD: Final[Any] = Field(
    description="Pushes that a planned fault holds: nothing of them is due until they are released"
)


class Settled(Reply):
    """All is still; `upcoming` is what time will bring."""

    settled: bool = True
    now: Moment
    upcoming: list[Timer]
    upcoming_total: int
    held: list[int] = HELD
    held_total: int


class Trouble(Reply):
    """What went wrong, and what to do instead."""

    code: str
    message: str
    hint: str


class Unsettled(Reply):
    """The time-out passed and something was still open."""

    http_status: ClassVar[int | None] = 409

    error: Trouble
    settled: bool = False
    calls_in_progress: int
    deliveries_in_flight: list[int]
    pending: list[str] = Field(description="What is open, in words, each with when it began or was due")
    due: list[Timer]
    upcoming: list[Timer]
    upcoming_total: int
    held: list[int] = HELD
    held_total: int


@TABLE.add("GET", "/clock", section=_SECTION, source="assumed")
def show_clock(call: OperatorCall, ask: Nothing) -> ClockShown:
    """The company's time, its speed, and the timers that are running."""
    call.company.wake()
    return _clock(call.company)


@TABLE.add("PATCH", "/clock", section=_SECTION, source="assumed")
def set_clock(call: OperatorCall, ask: SetClock) -> ClockShown:
    """Sets the clock forward or changes its speed; all that is due then happens."""
    company = call.company
    company.clock.set(now=ask.now, rate=ask.rate)
    company.wake()
    company.rang()
    return _clock(company)


@TABLE.add("POST", "/clock/advance", section=_SECTION, source="assumed")
async def advance(call: OperatorCall, ask: Advance) -> ClockShown:
    """Moves time from due moment to due moment and finishes the pushes of each, so that the app can answer."""
    await call.world.advance(call.slot, ask.seconds)
    call.company.wake()
    return _clock(call.company)


@TABLE.add(
    "POST",
    "/settle",
    section=_SECTION,
    source="assumed",
    note="200 when no call is in progress, no attempt in flight and nothing due; 409 with what is open when the time is up.",
)
async def settle(call: OperatorCall, ask: Settle) -> Settled | Unsettled:
    """Returns when everything that was caused has happened."""
    if ask.quiet_seconds > ask.timeout_seconds:
        raise UsageError(
            "invalid",
            f"quiet_seconds {ask.quiet_seconds:g} can't pass within timeout_seconds {ask.timeout_seconds:g}",
            hint="give a timeout_seconds that is longer than quiet_seconds",
        )
    standing = await call.world.settle(call.slot, timeout_seconds=ask.timeout_seconds, quiet_seconds=ask.quiet_seconds)
    company = call.company
    rows, total = upcoming(company, MAX_UPCOMING)
    timers = [timer(row) for row in rows]
    parked = company.outbox.parked
    held = list(islice(parked.held, MAX_UPCOMING))
    if standing.is_settled:
        return Settled(
            now=company.clock.now(), upcoming=timers, upcoming_total=total, held=held, held_total=len(parked.held)
        )
    return Unsettled(
        error=Trouble(
            code="conflict",
            message=f"after {ask.timeout_seconds:g} s still open: {_open(standing)}",
            hint=patience(calls=standing.calls_in_progress, pushes=len(standing.in_flight)),
        ),
        calls_in_progress=standing.calls_in_progress,
        deliveries_in_flight=list(standing.in_flight),
        pending=settling(company, standing.in_flight, standing.due),
        due=[timer(row) for row in standing.due],
        upcoming=timers,
        upcoming_total=total,
        held=held,
        held_total=len(parked.held),
    )


def _open(standing: Standing) -> str:
    parts = []
    if standing.calls_in_progress:
        parts.append(f"{standing.calls_in_progress} call(s) in progress")
    if standing.in_flight:
        parts.append(f"{len(standing.in_flight)} push(es) in flight")
    if standing.due_total:
        parts.append(f"{standing.due_total} timer(s) due")
    return ", ".join(parts) or "it was not still for long enough"


def patience(*, calls: int, pushes: int) -> str:
    """What to do when so many calls and pushes were not over in time."""
    parts = ["answer the pushes faster"] if pushes else []
    parts += ["wait for your app's calls (a planned fault may hold one: GET /_mock/faults)"] if calls else []
    return ", ".join([*parts, "or give a longer timeout_seconds"]).removeprefix("or ")


def _clock(company: Company) -> ClockShown:
    rows, total = upcoming(company, MAX_UPCOMING)
    return ClockShown(
        now=company.clock.now(),
        rate=company.clock.rate,
        upcoming=[timer(row) for row in rows],
        upcoming_total=total,
    )


def timer(row: Upcoming) -> Timer:
    """A timer as an answer has it."""
    return Timer(due=row.due, kind=row.kind, text=row.text)
