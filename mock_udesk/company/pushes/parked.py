"""Pushes that a planned fault keeps out of their lane: held until somebody lets them go, or put aside to be overtaken."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from heapq import heappop, heappush


@dataclass(slots=True)
class Parked:
    """They have not ended and are in no lane. Plain data; each step costs O(log n) of those that are put aside."""

    # Held ones in the order in which they were put, each with its plan. Nothing of them is due.
    held: dict[int, int] = field(default_factory=dict)
    # Those put aside, each with its lane; of each lane those that go right behind the next push that is put into it.
    aside: dict[int, str] = field(default_factory=dict)
    followers: dict[str, dict[int, None]] = field(default_factory=dict)
    # A heap of when each goes by itself. Some have gone before; the first has not.
    returns: list[tuple[datetime, int]] = field(default_factory=list)

    def put_aside(self, delivery_id: int, lane: str, due: datetime, *, follows: bool) -> None:
        """Out of its lane until `due`, or until it follows the next push of it."""
        self.aside[delivery_id] = lane
        heappush(self.returns, (due, delivery_id))
        if follows:
            self.followers.setdefault(lane, {})[delivery_id] = None

    def follow(self, lane: str) -> list[int]:
        """Those that go right behind the push that was just put into their lane; they are not parked any more."""
        ids = list(self.followers.pop(lane, ()))
        for delivery_id in ids:
            del self.aside[delivery_id]
        self._tidy()
        return ids

    def back(self, now: datetime) -> Iterator[tuple[datetime, int]]:
        """Those whose time has come, in its order; they are not parked any more."""
        while self.returns and self.returns[0][0] <= now:
            due, delivery_id = heappop(self.returns)
            lane = self.aside.pop(delivery_id)
            followers = self.followers.get(lane)
            if followers is not None:
                followers.pop(delivery_id, None)
                if not followers:
                    del self.followers[lane]
            self._tidy()
            yield due, delivery_id

    def next_due(self) -> datetime | None:
        """When the first of those put aside goes by itself."""
        return self.returns[0][0] if self.returns else None

    def waiting(self) -> Iterator[tuple[datetime, int]]:
        """Moment and id of all that are put aside, in no order."""
        return (one for one in self.returns if one[1] in self.aside)

    def ids(self) -> Iterator[int]:
        """All of them, in no order."""
        yield from self.held
        yield from self.aside

    def _tidy(self) -> None:
        while self.returns and self.returns[0][1] not in self.aside:
            heappop(self.returns)
