"""Pushes: their bodies, attempts and causes, sending one again, and letting go one that is held."""

from typing import Any, Literal

from pydantic import Field

from ..company.journal import correlation
from ..company.pushes import deliveries
from ..company.pushes.deliveries import Delivery
from ..company.secrets.credentials import CredentialMask
from ..endpoint import Reply, Table
from ..scenario.people.typed import Number
from .asking import OperatorAsk, PathId
from .conversations import CustomerRef, customer_ref
from .finding import customer_with_token
from .masking import mask_of
from .operator import Moment, OperatorCall
from .retention import Kept, kept_pushes
from .window import BEFORE, PAGE, SINCE, Before, Limit, Since, is_after, is_before, page

TABLE = Table()
_SECTION = "traffic"


class ListDeliveries(OperatorAsk):
    """Which pushes."""

    state: Literal["pending", "delivered", "failed", "undeliverable"] | None = None
    target: Literal["receive_url", "h5_push_url"] | None = None
    customer_token: str | None = None
    session_id: Number | None = None
    since: Since | None = SINCE
    before: Before | None = BEFORE
    limit: Limit = Field(1000, description=PAGE)


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
    fault: int | None = Field(description="The planned fault that has fired on it")
    sent: Any = Field(description="What goes out in place of the body, when a planned fault has spoilt it; else null")
    copy_of: int | None = Field(description="The push that a planned fault made this copy of")
    held_by: int | None = Field(description="The planned fault that holds it; null: none does, or not any more")
    delayed_until: Moment | None = Field(
        description="When a planned fault lets its first attempt come, at the earliest"
    )
    attempts: list[AttemptShown]


class Cause(Reply):
    """One link of the chain of causes; `id` null: a timer."""

    id: int | None
    kind: str
    text: str


class DeliveryWhole(DeliveryShown):
    """A push with all that led to it."""

    chain: list[Cause] = Field(description="Its causes, root first")


class DeliveryList(Kept):
    """Pushes, oldest first; `total` counts all that fit and are still kept, `next` is the parameter of the next page."""

    deliveries: list[DeliveryShown]
    total: int
    has_more: bool
    next: str | None


@TABLE.add("GET", "/deliveries", section=_SECTION, source="assumed")
def list_deliveries(call: OperatorCall, ask: ListDeliveries) -> DeliveryList:
    """Pushes with every attempt."""
    outbox, desk = call.company.outbox, call.desk
    customer_id = customer_with_token(desk, ask.customer_token).id if ask.customer_token is not None else None

    def fits(delivery: Delivery) -> bool:
        return (
            (ask.state is None or delivery.state == ask.state)
            and (ask.target is None or delivery.target == ask.target)
            and (customer_id is None or delivery.customer_id == customer_id)
            and (ask.session_id is None or delivery.session_id == ask.session_id)
            and is_before(ask.before, delivery.id)
            and is_after(ask.since, delivery.id, delivery.created_at)
        )

    found = [(delivery.id, delivery) for delivery in outbox.deliveries.values() if fits(delivery)]
    rows, mask = page(found, since=ask.since, limit=ask.limit), mask_of(call)
    return DeliveryList(
        deliveries=[delivery_shown(call, delivery, mask) for delivery in rows.rows],
        total=len(found),
        has_more=rows.next is not None,
        next=rows.next,
        **kept_pushes(call.company),
    )


@TABLE.add("GET", "/deliveries/{id}", section=_SECTION, source="assumed")
def show_delivery(call: OperatorCall, ask: WhichDelivery) -> DeliveryWhole:
    """One push with every attempt and the chain of its causes."""
    call.desk  # noqa: B018 - the past happens before it is read
    delivery = call.company.outbox.get(ask.id)
    row = delivery_row(call, delivery, mask_of(call))
    chain = [Cause(**link) for link in correlation.chain(call.company, delivery)]
    return DeliveryWhole(**row, chain=chain)


@TABLE.add("POST", "/deliveries/{id}/resend", section=_SECTION, source="assumed")
def resend(call: OperatorCall, ask: WhichDelivery) -> DeliveryShown:
    """Sends a push once more, same id and bytes, with all its retries; this call is their cause."""
    delivery = call.company.resend(ask.id, call.entry.id)
    return delivery_shown(call, delivery, mask_of(call))


@TABLE.add("POST", "/deliveries/{id}/release", section=_SECTION, source="assumed")
def release(call: OperatorCall, ask: WhichDelivery) -> DeliveryShown:
    """Lets go a push that a planned fault holds: it goes to the end of its lane."""
    delivery = call.company.release(ask.id)
    return delivery_shown(call, delivery, mask_of(call))


def delivery_shown(call: OperatorCall, delivery: Delivery, mask: CredentialMask) -> DeliveryShown:
    """A push as answers have it."""
    return DeliveryShown(**delivery_row(call, delivery, mask))


def delivery_row(call: OperatorCall, delivery: Delivery, mask: CredentialMask) -> dict[str, Any]:
    """The fields of a push as answers have it."""
    row = {
        **deliveries.shown(delivery),
        "customer": customer_ref(call.company.desk, delivery.customer_id),
        "caused_by": correlation.caused_by(call.company, delivery.cause),
    }
    return mask.over_row(row)
