"""What a strict test fails on: what was noted when it happened, and the pushes that never arrived."""

from ..desk.desk import Desk
from . import push_wording
from .company import Company
from .deliveries import Delivery
from .entries import Problem


def problems(company: Company) -> list[Problem]:
    """All problems of a company, by time. A push counts that was tried at least once and never succeeded; one without URL never does."""
    desk = company.look()
    undelivered = [
        Problem("undelivered_push", delivery.attempts[-1].at, _text(delivery, desk), delivery.cause)
        for delivery in company.outbox.deliveries.values()
        if _never_arrived(delivery)
    ]
    return sorted([*company.journal.problems, *undelivered], key=lambda problem: problem.at)


def _never_arrived(delivery: Delivery) -> bool:
    outcomes = {attempt.outcome for attempt in delivery.attempts}
    return "failed" in outcomes and "delivered" not in outcomes


def _text(delivery: Delivery, desk: Desk) -> str:
    failed = [attempt for attempt in delivery.attempts if attempt.outcome == "failed"]
    times = "once" if len(failed) == 1 else f"{len(failed)} times"
    return (
        f"{push_wording.push_named(delivery, desk)} at {failed[-1].url} failed {times}, "
        f"last: {failed[-1].reason}; it is {delivery.state}"
    )
