"""The company's time: read it, set its speed, move it, and wait until all is still."""

from datetime import datetime
from typing import Annotated, ClassVar

from pydantic import Field

from ..company.company import Company, Upcoming
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


class Settled(Reply):
    """All is still; `upcoming` is what time will bring."""

    settled: bool = True
    now: Moment
    upcoming: list[Timer]
    upcoming_total: int


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
    due: list[Timer]
    upcoming: list[Timer]
    upcoming_total: int


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
    upcoming, total = company.upcoming(MAX_UPCOMING)
    timers = [_timer(row) for row in upcoming]
    if standing.is_settled:
        return Settled(now=company.clock.now(), upcoming=timers, upcoming_total=total)
    return Unsettled(
        error=Trouble(
            code="conflict",
            message=f"after {ask.timeout_seconds:g} s still open: {_open(standing)}",
            hint="answer the pushes faster, or give a longer timeout_seconds",
        ),
        calls_in_progress=standing.calls_in_progress,
        deliveries_in_flight=list(standing.in_flight),
        due=[_timer(row) for row in standing.due],
        upcoming=timers,
        upcoming_total=total,
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


def _clock(company: Company) -> ClockShown:
    upcoming, total = company.upcoming(MAX_UPCOMING)
    return ClockShown(
        now=company.clock.now(),
        rate=company.clock.rate,
        upcoming=[_timer(row) for row in upcoming],
        upcoming_total=total,
    )


def _timer(row: Upcoming) -> Timer:
    return Timer(due=row.due, kind=row.kind, text=row.text)
