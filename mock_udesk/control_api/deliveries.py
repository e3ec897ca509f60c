"""Pushes: their bodies, attempts and causes, and sending one again."""

from typing import Any, Literal

from pydantic import Field

from ..company import deliveries
from ..company.company import Company
from ..company.deliveries import Delivery
from ..company.entries import CallEntry, HappeningEntry, ScenarioEntry
from ..desk.desk import Desk
from ..desk.effects import Played
from ..endpoint import Reply, Table
from .asking import OperatorAsk, PathId
from .conversations import CustomerRef, customer_ref
from .finding import customer_with_token
from .operator import Moment, OperatorCall
from .window import SINCE, Limit, Since, is_after, latest

TABLE = Table()
_SECTION = "traffic"


class ListDeliveries(OperatorAsk):
    """Which pushes."""

    state: Literal["pending", "delivered", "failed", "undeliverable"] | None = None
    target: Literal["receive_url", "h5_push_url"] | None = None
    customer_token: str | None = None
    since: Since | None = SINCE
    limit: Limit = Field(1000, description="At most so many, the latest")


class WhichDelivery(OperatorAsk):
    """Which push."""

    id: PathId


class AttemptShown(Reply):
    """One try to deliver."""

    number: int
    at: Moment
    cause: int | None = Field(description="The journal's entry that began this round of attempts; null: a timer")
    outcome: Literal["in_flight", "delivered", "failed"]
    status: int | None
    reason: str
    answer: str
    measured: dict[str, Any]


class DeliveryShown(Reply):
    """A push, its body, its attempts, and the entry of the journal that caused it (null: a timer)."""

    id: int
    state: Literal["pending", "delivered", "failed", "undeliverable"]
    target: Literal["receive_url", "h5_push_url"]
    push: str
    customer: CustomerRef
    customer_id: int
    session_id: int | None = Field(description="null: a robot's answer")
    body: Any
    created_at: Moment
    cause: int | None
    caused_by: str = Field(description="The cause in words")
    reason: str
    retries: int
    next_attempt_at: Moment | None
    attempts: list[AttemptShown]


class DeliveryList(Reply):
    """Pushes, oldest first; `total` counts all that fit and are still kept, `dropped` what the outbox let go of."""

    deliveries: list[DeliveryShown]
    total: int
    dropped: int


@TABLE.add("GET", "/deliveries", section=_SECTION, source="assumed")
def list_deliveries(call: OperatorCall, ask: ListDeliveries) -> DeliveryList:
    """Pushes with every attempt."""
    company, desk = call.company, call.desk
    customer_id = customer_with_token(desk, ask.customer_token).id if ask.customer_token is not None else None

    def fits(delivery: Delivery) -> bool:
        return (
            (ask.state is None or delivery.state == ask.state)
            and (ask.target is None or delivery.target == ask.target)
            and (customer_id is None or delivery.customer_id == customer_id)
            and is_after(ask.since, delivery.id, delivery.created_at)
        )

    deliveries = [delivery for delivery in company.outbox.deliveries.values() if fits(delivery)]
    return DeliveryList(
        deliveries=[_delivery(company, desk, delivery) for delivery in latest(deliveries, ask.limit)],
        total=len(deliveries),
        dropped=company.outbox.dropped,
    )


@TABLE.add("GET", "/deliveries/{id}", section=_SECTION, source="assumed")
def show_delivery(call: OperatorCall, ask: WhichDelivery) -> DeliveryShown:
    """One push with every attempt."""
    desk = call.desk
    return _delivery(call.company, desk, call.company.outbox.get(ask.id))


@TABLE.add("POST", "/deliveries/{id}/resend", section=_SECTION, source="assumed")
def resend(call: OperatorCall, ask: WhichDelivery) -> DeliveryShown:
    """Sends a push once more, same id and bytes, with all its retries; this call is their cause."""
    delivery = call.company.resend(ask.id, call.entry.id)
    return _delivery(call.company, call.desk, delivery)


def _delivery(company: Company, desk: Desk, delivery: Delivery) -> DeliveryShown:
    return DeliveryShown(
        **deliveries.shown(delivery),
        customer=customer_ref(desk, delivery.customer_id),
        caused_by=_caused_by(company, delivery.cause),
    )


def _caused_by(company: Company, cause: int | None) -> str:
    """The entry that made a push happen, in words: a call, a scenario's step, or a timer."""
    if cause is None:
        return "a timer"
    match company.journal.get(cause):
        case CallEntry() as call:
            return f"{call.method} {call.path.partition('?')[0]}"
        case ScenarioEntry(did=Played() as did):
            return f"scenario {did.place}: {did.step or did.what}"
        case HappeningEntry() as row:
            return row.happened.kind.value.replace("_", " ")
        case None:
            return "an entry that was dropped"
        case other:
            return f"entry {other.id}"
