"""What a strict test fails on: what was noted when it happened, the pushes that never arrived, and the rules that never ran."""

from collections.abc import Iterator

from ...desk.desk import Desk
from ..company import Company
from ..pushes.deliveries import Delivery
from ..story import push_wording
from .entries import Problem


def problems(company: Company) -> list[Problem]:
    """All problems of a company, by time. A push counts that was tried at least once and never succeeded; one without URL never does.

    A rule counts as long as it has never been set off: of the present moment, so these come last.
    """
    desk = company.look()
    undelivered = [
        Problem("undelivered_push", delivery.attempts[-1].at, _text(delivery, desk), delivery.cause)
        for delivery in company.outbox.deliveries.values()
        if _never_arrived(delivery)
    ]
    return [*sorted([*company.journal.problems, *undelivered], key=lambda problem: problem.at), *_unused(company, desk)]


def _unused(company: Company, desk: Desk) -> Iterator[Problem]:
    if company.scenario is None:
        return
    from ..story.use_report import report

    now = company.clock.now()
    for rule in report(desk)["rules"]:
        if not rule["started"]:
            name = f"“{rule['name']}”" if rule["name"] else str(rule["index"] + 1)
            yield Problem("unused_rule", now, f"{rule['place']}: rule {name} (on: {rule['on']}) never ran", None)


def _never_arrived(delivery: Delivery) -> bool:
    if delivery.sent is not None:
        # A planned fault has spoilt it: an app that refuses it is right.
        return False
    outcomes = {attempt.outcome for attempt in delivery.attempts}
    return "failed" in outcomes and "delivered" not in outcomes


def _text(delivery: Delivery, desk: Desk) -> str:
    failed = [attempt for attempt in delivery.attempts if attempt.outcome == "failed"]
    times = "once" if len(failed) == 1 else f"{len(failed)} times"
    return (
        f"{push_wording.push_named(delivery, desk)} at {failed[-1].url} failed {times}, "
        f"last: {failed[-1].reason}; it is {delivery.state}"
    )
