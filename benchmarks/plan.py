"""How much a run does, and what a line of its table holds."""

from dataclasses import dataclass
from statistics import median

from .child import loops


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The sizes of one run: how often each measure is repeated, and how much is done each time.

    Of at most `tries` rounds the steadiest `rounds` count.
    """

    loops: tuple[str, ...]
    rounds: int
    tries: int
    requests: int
    connections: int
    customers: int
    waiting: int
    pushes: int
    warm_starts: int
    starts: int
    reads: int
    weighed: int


# Many short rounds rather than few long ones: whatever else the machine does then spoils few of them.
FULL = Plan(
    loops=loops(),
    rounds=15,
    tries=45,
    requests=1_500,
    connections=16,
    customers=100,
    waiting=100_000,
    pushes=1_000,
    warm_starts=1,
    starts=9,
    reads=200_000,
    weighed=20_000,
)
QUICK = Plan(
    loops=loops(),
    rounds=7,
    tries=21,
    requests=1_000,
    connections=16,
    customers=100,
    waiting=100_000,
    pushes=500,
    warm_starts=1,
    starts=5,
    reads=20_000,
    weighed=5_000,
)
# Enough to see that all of it works.
TINY = Plan(
    loops=("asyncio",),
    rounds=1,
    tries=1,
    requests=20,
    connections=2,
    customers=4,
    waiting=30,
    pushes=8,
    warm_starts=0,
    starts=1,
    reads=120,
    weighed=50,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One measure on one loop: the medians, and the median of the ratios of each round, as neighbours in time share the machine's mood."""

    measure: str
    unit: str
    ours: float
    bare: float | None = None
    least: float | None = None
    of_bare: float | None = None
    of_least: float | None = None
    loop: str = ""
    # Something else ran on the measured cores for too long.
    is_disturbed: bool = False


def compared(measure: str, unit: str, loop: str, rounds: list[dict[str, float]], *, is_disturbed: bool = False) -> Row:
    """A row of several rounds, each with a number for `ours`, `bare` and mostly `least`."""
    has_least = "least" in rounds[0]
    return Row(
        measure=measure,
        unit=unit,
        loop=loop,
        ours=median(each["ours"] for each in rounds),
        bare=median(each["bare"] for each in rounds),
        least=median(each["least"] for each in rounds) if has_least else None,
        of_bare=median(each["ours"] / each["bare"] for each in rounds),
        of_least=median(each["ours"] / each["least"] for each in rounds) if has_least else None,
        is_disturbed=is_disturbed,
    )
