"""A company whole, as data, and back."""

from typing import Annotated

from pydantic import Field, WithJsonSchema

from .. import __version__
from ..company.awaiting.upcoming import upcoming
from ..company.companies import Slot
from ..desk.errors import UsageError
from ..desk.phrases import counted
from ..endpoint import Content, Reply, Table
from .asking import OperatorAsk
from .operator import Moment, OperatorCall
from .time import patience

TABLE = Table()
_SECTION = "companies"
_JSON = "application/json"
_LONGEST_WAIT_SECONDS = 300.0
# How large a snapshot may be that is put back.
_MOST_MEBIBYTES = 256
_SCHEMA = {
    "type": "object",
    "required": ["format", "mock_udesk", "digest", "company"],
    "properties": {
        "format": {"const": 1},
        "mock_udesk": {"type": "string", "description": "The version that took it"},
        "digest": {"type": "string", "description": "SHA-256 of the rest"},
        "company": {"type": "object", "description": "All of the company; no interface"},
    },
}


class TakeSnapshot(OperatorAsk):
    """How long it may take until nothing is on its way."""

    timeout_seconds: float = Field(
        15.0,
        ge=0,
        le=_LONGEST_WAIT_SECONDS,
        allow_inf_nan=False,
        description="Real seconds to wait until all calls and pushes under way are over",
    )


class PutSnapshot(OperatorAsk):
    """The body as a whole is the snapshot, as it was taken."""

    snapshot: Annotated[bytes, WithJsonSchema(_SCHEMA)] = b""


class Restored(Reply):
    """The company as it stands now."""

    subdomain: str
    base_url: str
    seed: int
    epoch: int
    now: Moment
    rate: float
    customers: int
    sessions: int
    pending_pushes: int
    timers: int
    journal_entries: int


@TABLE.add(
    "GET",
    "/snapshot",
    section=_SECTION,
    source="assumed",
    media=(_JSON,),
    note="Without credentials. Waits until no call is in progress and no push in flight; 409 with what is when the time is up.",
)
async def take_snapshot(call: OperatorCall, ask: TakeSnapshot) -> Content:
    """All of this company as data: people, conversations, timers, pushes on their way, clock, journal, faults and scenario."""
    # Its models take a tenth of a second to build.
    from ..company.snapshot.snapshot import taken

    slot = call.slot
    if not await call.world.until(slot, lambda: not _under_way(slot), timeout_seconds=ask.timeout_seconds):
        raise UsageError(
            "conflict",
            f"after {ask.timeout_seconds:g} s still under way: {', '.join(_under_way(slot))}",
            hint=patience(calls=slot.calls_in_progress, pushes=len(_flying(slot))),
        )
    keys = [other.company.credentials for other in call.companies]
    return Content(taken(call.company, keys=keys, version=__version__), _JSON)


@TABLE.add(
    "PUT",
    "/snapshot",
    section=_SECTION,
    source="assumed",
    whole_body="snapshot",
    most_mebibytes=_MOST_MEBIBYTES,
    is_body_unread=True,
    is_body_kept=False,
    note="All or nothing. What the company had is gone as after POST /_mock/reset, and who waits for it is told so.",
)
def put_snapshot(call: OperatorCall, ask: PutSnapshot) -> Restored:
    """Puts a snapshot in this company's place; its name and its credentials stay, and time goes on from the snapshot's moment."""
    call.companies.restore(call.slot, ask.snapshot, version=__version__)
    company = call.company
    _, timers = upcoming(company, 0)
    return Restored(
        subdomain=call.slot.subdomain,
        base_url=call.base_url(call.slot),
        seed=company.founding.seed,
        epoch=call.slot.epoch,
        now=company.clock.now(),
        rate=company.clock.rate,
        customers=len(company.desk.state.customers),
        sessions=len(company.desk.state.sessions),
        pending_pushes=len(company.outbox.pending()),
        timers=timers,
        journal_entries=len(company.journal),
    )


def _under_way(slot: Slot) -> list[str]:
    """What a snapshot would tear in two."""
    calls = slot.calls_in_progress
    flying = _flying(slot)
    parts = [f"{counted(calls, 'call')} in progress"] if calls else []
    if flying:
        few = ", ".join(map(str, flying[:10])) + (" …" if len(flying) > 10 else "")
        parts.append(f"{counted(len(flying), 'push')} in flight (deliveries {few})")
    return parts


def _flying(slot: Slot) -> list[int]:
    return sorted(number for numbers in slot.company.outbox.flying.values() for number in numbers)
