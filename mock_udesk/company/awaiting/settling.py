"""What a company is not done with, in words: calls, pushes in flight and timers that are due."""

from collections.abc import Sequence
from itertools import islice

from ..company import Company
from ..journal.entries import CallEntry
from ..pushes.shapes import BEIJING
from ..story import push_wording
from ..story.call_wording import call_path
from .upcoming import Upcoming

# Of each kind so many are told.
_MOST = 20


def settling(company: Company, in_flight: Sequence[int], due: Sequence[Upcoming]) -> list[str]:
    """What is open: calls that were not answered, attempts with when they began, timers with when they are due."""
    calls = (entry for entry in company.journal if isinstance(entry, CallEntry))
    open_calls = (entry for entry in calls if entry.kind == "call" and entry.status is None)
    lines = [
        f"{entry.method} {call_path(entry)[:200]}, which came at {entry.at.astimezone(BEIJING):%H:%M:%S}, is not answered yet"
        for entry in islice(open_calls, _MOST)
    ]
    pushes = (company.outbox.deliveries[number] for number in in_flight if number in company.outbox.deliveries)
    for delivery in islice(pushes, _MOST):
        attempt = delivery.attempts[-1]
        lines.append(
            f"{push_wording.push_named(delivery, company.desk)}: attempt {attempt.number}, "
            f"begun at {attempt.at.astimezone(BEIJING):%H:%M:%S}, is in flight"
        )
    return lines + [f"{row.kind} of {row.text} is due at {row.due.astimezone(BEIJING):%H:%M:%S}" for row in due[:_MOST]]
