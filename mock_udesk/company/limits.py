"""How often what was called lately, by the company's clock, so that documented rate limits can be kept."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from ..endpoint import Limit


@dataclass(slots=True)
class Window:
    """The calls of all keys that share one length of window, in two generations. A key moves to the young one when it is used."""

    since: datetime
    young: dict[str, list[datetime]] = field(default_factory=dict)
    old: dict[str, list[datetime]] = field(default_factory=dict)

    def turn(self, now: datetime, length: timedelta) -> None:
        """Starts a new generation when the young one is as old as the window is long; the one before it is freed whole.

        A key that is still in `old` then was last used before `since`: all of its calls have left the window.
        """
        age = now - self.since
        if age >= length:
            self.old = self.young if age < 2 * length else {}
            self.young = {}
            self.since = now


@dataclass(slots=True)
class Limits:
    """Sliding windows of calls. Plain data; keeps at most `calls` moments for a key, and frees keys by generations: no key is looked for."""

    windows: dict[float, Window] = field(default_factory=dict)

    def take(self, name: str, limit: Limit, value: str, now: datetime) -> float | None:
        """None: allowed, and counted. Otherwise the seconds, more than 0, until a call would be; a refused call doesn't count.

        `name` is the endpoint's, `value` that of the parameter the limit is apart for, "" for the whole company.
        Assumed: the doc gives calls and seconds only; a sliding window allows no burst across a border.
        """
        length = timedelta(seconds=limit.seconds)
        window = self.windows.get(limit.seconds)
        if window is None:
            window = self.windows[limit.seconds] = Window(now)
        window.turn(now, length)
        # The value comes last: whatever stands in it, no two keys are the same text.
        key = f"{limit.calls} {name}\n{value}"
        moments = window.young.get(key)
        if moments is None:
            moments = window.old.get(key, [])
        if len(moments) >= limit.calls:
            age = now - moments[0]
            if age < length:
                return (length - age).total_seconds()
            del moments[0]
        moments.append(now)
        window.young[key] = moments
        window.old.pop(key, None)
        return None

    def forget(self, now: datetime) -> None:
        """Frees what has aged; `take` does so too, but only for windows of its own length."""
        for seconds, window in self.windows.items():
            window.turn(now, timedelta(seconds=seconds))

    def __len__(self) -> int:
        """How many keys memory holds."""
        return sum(len(window.young) + len(window.old) for window in self.windows.values())
