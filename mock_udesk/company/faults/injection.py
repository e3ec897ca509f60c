"""What planned faults do to pushes: drop, hold, delay, double and garble them, or let others overtake. Imported with the first that fires."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final, Literal

from ...desk.effects import PlanFault
from ...desk.errors import UsageError
from ..clock import LATEST
from ..journal.entries import ScenarioEntry
from ..journal.journal import Journal
from ..pushes.deliveries import Delivery
from ..pushes.outbox import Outbox, lane_of
from .plans import Faults, Firing

Corruption = Literal["malformed", "truncated", "empty"]

# How long a push waits to be overtaken, unless the plan says otherwise.
OVERTAKEN_WITHIN_SECONDS: Final = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class InjectedFault:
    """What happens to one push when it is put. A delay goes with copies, garbled bytes and `overtaken_within`; else it is one of them."""

    plan_id: int
    delay_seconds: float = 0.0
    copies: int = 0
    is_dropped: bool = False
    is_held: bool = False
    # After so many seconds it goes anyway, if no other push of its lane came that it could go behind. With a delay its lane goes on meanwhile.
    overtaken_within: float | None = None
    corruption: Corruption | None = None


def add_from_step(effect: PlanFault, faults: Faults, journal: Journal, cause: int | None) -> None:
    """Plans what a scenario's step asks for. There may be too many plans already: that is the author's problem, and no caller's."""
    try:
        faults.add(effect.plan, effect.at, cause=cause)
    except UsageError as error:
        step = journal.get(cause) if cause is not None else None
        did = step.did if isinstance(step, ScenarioEntry) else None
        where = f"{did.place}: {did.place.path}" if did is not None and did.place.line else "fault"
        journal.problem("scenario_error", effect.at, f"{where}: no fault was planned: {error.message}", cause)


def inject(firing: Firing, delivery: Delivery, outbox: Outbox, journal: Journal, now: datetime) -> None:
    """A planned fault fires on a draft: that is journalled, and done to the draft and its copies."""
    number = firing.plan.id
    entry = journal.fired(number, "push", firing.did, now, delivery.cause, delivery_id=delivery.id)
    for copy in apply(outbox, delivery, push_fault(number, firing.do, firing.delay_seconds), now, cause=entry):
        journal.pushed(copy.id, now, entry)


def push_fault(plan_id: int, do: Mapping[str, Any], delay_seconds: float) -> InjectedFault:
    """A plan's `do`, in its plain form, with the delay that was drawn."""
    corrupt = do.get("corrupt")
    return InjectedFault(
        plan_id=plan_id,
        delay_seconds=delay_seconds,
        copies=do.get("duplicate") or 0,
        is_dropped=bool(do.get("drop")),
        is_held=bool(do.get("hold")),
        overtaken_within=do.get("within_seconds", OVERTAKEN_WITHIN_SECONDS) if do.get("reorder") else None,
        corruption="malformed" if corrupt is True else corrupt or None,
    )


def apply(outbox: Outbox, delivery: Delivery, fault: InjectedFault, now: datetime, *, cause: int) -> list[Delivery]:
    """Does this to a draft, which is then pending or has ended; replies with its copies, whose cause is the firing's entry.

    What is dropped is never sent, and its lane goes on. What is held is in no lane, and nothing of it is due. What is delayed holds its lane.
    """
    outbox.take_back(now)
    delivery.fault = fault.plan_id
    if fault.corruption is not None:
        delivery.sent = corrupted(delivery.body, fault.corruption)
    if fault.delay_seconds > 0:
        delivery.delayed_until = _later(now, fault.delay_seconds)
    if fault.is_dropped:
        outbox.end(delivery, "undeliverable", f"dropped by planned fault {fault.plan_id}", now)
        return []
    if fault.is_held:
        delivery.held_by = outbox.parked.held[delivery.id] = fault.plan_id
        return []
    if fault.overtaken_within is not None:
        # One that is delayed waits for its own time alone, and for nobody to go behind.
        due = delivery.delayed_until or _later(now, fault.overtaken_within)
        delivery.next_attempt_at = due
        outbox.parked.put_aside(delivery.id, lane_of(delivery), due, follows=delivery.delayed_until is None)
        return []
    outbox.join(delivery, now)
    copies = []
    for _ in range(fault.copies):
        copy = _copy(outbox, delivery, cause)
        outbox.join(copy, now)
        copies.append(copy)
    outbox.let_follow(delivery, now)
    return copies


def release(outbox: Outbox, delivery_id: int, now: datetime) -> Delivery:
    """Lets go what a planned fault holds: it goes to the end of its lane.

    Raises UsageError: unknown; conflict when it is not held. Nothing changes then.
    """
    delivery = outbox.get(delivery_id)
    if delivery.held_by is None:
        is_over = delivery.state != "pending"
        where = delivery.state if is_over else outbox.whereabouts(delivery)
        hint = f"POST /_mock/deliveries/{delivery_id}/resend sends it again"
        if not is_over:
            hint = "it is sent by itself; advance the clock or settle"
        raise UsageError("conflict", f"delivery {delivery_id} is not held: it is {where}", hint=hint)
    del outbox.parked.held[delivery_id]
    delivery.held_by = None
    outbox.take_back(now)
    outbox.join(delivery, now)
    return delivery


def corrupted(body: bytes, how: Corruption) -> bytes:
    """These bytes gone wrong: as long but no JSON, the first half, or none."""
    match how:
        case "malformed":
            # With the wrong bracket at its end whatever was JSON is none.
            return body[:-1] + (b"]" if body.endswith(b"}") else b"}")
        case "truncated":
            # Whole characters, so that it can be shown and kept as a text.
            return body[: len(body) // 2].decode(errors="ignore").encode()
        case "empty":
            return b""


def _copy(outbox: Outbox, original: Delivery, cause: int) -> Delivery:
    """One more delivery of the same bytes."""
    outbox.last_id += 1
    copy = replace(
        original,
        id=outbox.last_id,
        cause=cause,
        round_cause=cause,
        attempts=[],
        next_attempt_at=None,
        copy_of=original.id,
        delayed_until=None,
    )
    outbox.deliveries[copy.id] = copy
    return copy


def _later(now: datetime, seconds: float) -> datetime:
    """So much later, as far as the clock goes."""
    return now + timedelta(seconds=min(seconds, (LATEST - now).total_seconds()))
