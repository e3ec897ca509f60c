"""What will happen by itself, on the company's clock: timers of the desk and attempts of pushes, with their moments."""

from dataclasses import dataclass
from datetime import datetime
from heapq import nsmallest
from typing import Any

from ..company import Company
from ..pushes.shapes import iso8601
from ..story import push_wording, wording


@dataclass(frozen=True, slots=True)
class Upcoming:
    """One thing that will happen."""

    due: datetime
    kind: str
    text: str

    def shown(self) -> dict[str, Any]:
        """As plain JSON values."""
        return {"due": iso8601(self.due), "kind": self.kind, "text": self.text}


def upcoming(company: Company, limit: int, *, until: datetime | None = None) -> tuple[list[Upcoming], int]:
    """The first `limit` of them, in order, and how many there are; `until` leaves out what comes later."""
    desk, outbox = company.desk, company.outbox
    timers, count = desk.soonest(limit, until=until)
    rows = []
    for timer in timers:
        who = wording.customer_named(desk, timer.customer_id)
        rows.append(Upcoming(timer.due, timer.kind, wording.timer(timer, desk, who)))
    attempts = [attempt for attempt in outbox.waiting() if until is None or attempt[0] <= until]
    for due, delivery_id in nsmallest(limit, attempts):
        delivery = outbox.get(delivery_id)
        where = f"{push_wording.push_named(delivery, desk)} at {company.url_of(delivery.target)}"
        rows.append(Upcoming(due, "push_attempt", f"{where}, attempt {len(delivery.attempts) + 1}"))
    return sorted(rows, key=lambda row: row.due)[:limit], count + len(attempts)
