"""How often what was done in a company, over all its lives: plain numbers, counted where it happens and read as metrics."""

from bisect import bisect_left
from dataclasses import dataclass, field
from typing import Final

from .journal import Journal

# The upper bounds of the classes that the times of calls fall into, in seconds; one class is above all of them.
CLASSES: Final = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
# Whatever a planned fault answers with is a code: more than so many different ones are counted as one.
_ROWS: Final = 2_000
_OTHER: Final = ("other", None)


@dataclass(slots=True)
class Tally:
    """What one company's calls and attempts come to. A reset leaves it alone, for counters never fall."""

    # By endpoint and code: how many calls fell into each class of `CLASSES` and above, and last their seconds together.
    calls: dict[tuple[str, int | None], list[float]] = field(default_factory=dict)
    # By endpoint and status.
    operator_calls: dict[tuple[str, int], int] = field(default_factory=dict)
    # By target and outcome.
    attempts: dict[tuple[str, str], int] = field(default_factory=dict)
    # What the journals of earlier lives had noted.
    noted: dict[str, int] = field(default_factory=dict)
    dropped: int = 0
    # How many read its events now.
    readers: int = 0

    def answered(self, endpoint: str, code: int | None, seconds: float) -> None:
        """A call of the emulated API was answered. Asked for with every call, so it is one look into one table."""
        row = self.calls.get((endpoint, code)) or self._row(endpoint, code)
        row[bisect_left(CLASSES, seconds)] += 1
        row[-1] += seconds

    def operated(self, endpoint: str, status: int) -> None:
        """A call of the control API was answered."""
        self.operator_calls[endpoint, status] = self.operator_calls.get((endpoint, status), 0) + 1

    def attempted(self, target: str, outcome: str) -> None:
        """An attempt of a push is over."""
        self.attempts[target, outcome] = self.attempts.get((target, outcome), 0) + 1

    def ended(self, journal: Journal) -> None:
        """A life is over: what its journal noted is kept."""
        self.noted, self.dropped = self.noted_with(journal), self.dropped + journal.dropped

    def noted_with(self, journal: Journal) -> dict[str, int]:
        """How often each kind of problem and planned faults were noted, in this life too."""
        kinds = self.noted.keys() | journal.noted.keys()
        return {kind: self.noted.get(kind, 0) + journal.noted.get(kind, 0) for kind in kinds}

    def _row(self, endpoint: str, code: int | None) -> list[float]:
        key = (endpoint, code) if len(self.calls) < _ROWS else _OTHER
        return self.calls.setdefault(key, [0] * (len(CLASSES) + 1) + [0.0])
