"""The nouns of the outbox: a push on its way, its attempts, and what goes to the courier and comes back."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from ..secrets.values import parsed

Target = Literal["receive_url", "h5_push_url"]
State = Literal["pending", "delivered", "failed", "undeliverable"]


@dataclass(slots=True, kw_only=True)
class Attempt:
    """One try to deliver, `cause` its round's. `at` is company time; `url` and `seconds` (real ones) are measured, so they differ between equal runs."""

    number: int
    at: datetime
    cause: int | None
    outcome: Literal["in_flight", "delivered", "failed"] = "in_flight"
    status: int | None = None
    reason: str = ""
    answer: str = ""
    url: str
    seconds: float | None = None


@dataclass(slots=True, kw_only=True)
class Delivery:
    """One push. Those of one lane, a target and a customer, go out one after another, each with the same bytes every time.

    `next_attempt_at` is None while it is in flight, waits behind another of its lane, or has ended. `retries` counts the
    waits since it was put, or sent again. `reason` says why it failed or can't be delivered. `cause` is the journal's
    entry that made it happen, `round_cause` the one that began the present round of attempts: a resend begins another.
    What robots answer belongs to a stay, but to no session.

    A planned fault that has fired on it is its `fault`: then `sent` are the bytes that go out instead of the body, `copy_of` the push whose
    copy it is, `held_by` the plan while that holds it, `released_after` the journal's newest entry when that let it go, `delayed_until` when
    its first attempt comes at the earliest.
    """

    id: int
    target: Target
    customer_id: int
    session_id: int | None
    stay_id: int | None = None
    push: str
    body: bytes
    created_at: datetime
    cause: int | None
    round_cause: int | None
    state: State = "pending"
    attempts: list[Attempt] = field(default_factory=list)
    next_attempt_at: datetime | None = None
    retries: int = 0
    reason: str = ""
    fault: int | None = None
    sent: bytes | None = None
    copy_of: int | None = None
    held_by: int | None = None
    released_after: int | None = None
    delayed_until: datetime | None = None

    @property
    def is_in_flight(self) -> bool:
        """Whether the courier is out with it."""
        return bool(self.attempts) and self.attempts[-1].outcome == "in_flight"


@dataclass(frozen=True, slots=True)
class Order:
    """What the courier is to do: POST the body, once, and report. The time-out is real time."""

    delivery_id: int
    attempt_number: int
    url: str
    body: bytes
    timeout_seconds: float


@dataclass(frozen=True, slots=True)
class Result:
    """How an attempt went, as the courier saw it. Without an answer, or with a redirect, `reason` says what happened, in words."""

    status: int | None
    reason: str
    answer: str
    seconds: float
    is_answered: bool


def shown(delivery: Delivery) -> dict[str, Any]:
    """A delivery as the operator sees it: the body parsed, what was measured apart under each attempt. Moments stay `datetime`."""
    return {
        "id": delivery.id,
        "target": delivery.target,
        "push": delivery.push,
        "customer_id": delivery.customer_id,
        "session_id": delivery.session_id,
        "cause": delivery.cause,
        "created_at": delivery.created_at,
        "state": delivery.state,
        "reason": delivery.reason,
        "next_attempt_at": delivery.next_attempt_at,
        "retries": delivery.retries,
        "body": parsed(delivery.body),
        "fault": delivery.fault,
        "sent": None if delivery.sent is None else parsed(delivery.sent),
        "copy_of": delivery.copy_of,
        "held_by": delivery.held_by,
        "delayed_until": delivery.delayed_until,
        "attempts": [
            {
                "number": attempt.number,
                "at": attempt.at,
                "cause": attempt.cause,
                "outcome": attempt.outcome,
                "status": attempt.status,
                "reason": attempt.reason,
                "answer": attempt.answer,
                "measured": {"url": attempt.url, "seconds": attempt.seconds},
            }
            for attempt in delivery.attempts
        ],
    }
