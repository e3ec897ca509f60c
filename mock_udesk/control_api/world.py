"""The protocol for what an operator's call needs of the loop: letting time pass, and waiting until all is still."""

from dataclasses import dataclass
from typing import Final, Protocol

from ..company.companies import Slot
from ..company.company import Upcoming

# How many timers an answer lists; the rest are counted.
MAX_UPCOMING: Final = 100


@dataclass(frozen=True, slots=True)
class Standing:
    """How a company stood when `settle` gave up or was content: what is open, and what is to come."""

    is_settled: bool
    # Calls of the emulated API that have not been answered.
    calls_in_progress: int = 0
    # Ids of the deliveries whose attempt is not over.
    in_flight: tuple[int, ...] = ()
    # Timers that are due by now, the first of them, and how many there are.
    due: tuple[Upcoming, ...] = ()
    due_total: int = 0


class World(Protocol):
    """What the server does for the control API. `server/pump.py` implements it."""

    async def advance(self, slot: Slot, seconds: float) -> None:
        """Moves the company's clock from due moment to due moment and finishes the deliveries of each before the next.

        Raises UsageError: invalid for a moment that can't be, and then nothing has changed; conflict when the company is
        reset or removed meanwhile.
        """

    async def settle(self, slot: Slot, *, timeout_seconds: float, quiet_seconds: float) -> Standing:
        """Waits until nothing is in progress, in flight or due now, and has been so for `quiet_seconds`; both are real seconds.

        On time-out replies with what is still open; raises nothing for it.
        """
