"""The protocols for what an operator's call needs of the server: its loop, how it stands in its surroundings, and who guards the door."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from ..company.awaiting.upcoming import Upcoming
from ..company.companies import Companies, Slot

# What a browser that has logged in sends in place of the control token; and the calls that are for who has neither.
CONTROL_COOKIE: Final = "mock_udesk_control"
HEALTH: Final = "/health"
LOGIN: Final = "/login"
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

    async def until(self, slot: Slot, is_met: Callable[[], bool], *, timeout_seconds: float) -> bool:
        """Waits until `is_met` says so, asked now and whenever something of this company changes; False when the (real) time is up.

        Raises UsageError (conflict) when the company is reset or removed meanwhile, or the server stops.
        """

    async def pause(self, slot: Slot) -> None:
        """Lets others have their turn in a long piece of work. Raises UsageError as `until` does."""

    def changed(self, slot: Slot) -> None:
        """Something changed that no timer and no call of the emulated API is behind: who waits looks again."""


class Surroundings(Protocol):
    """How the server stands in its surroundings. `server/surroundings.py` implements it."""

    async def probe(self, urls: Sequence[str], *, timeout_seconds: float) -> list[str]:
        """For each URL why nobody answers at its host and port, in words; "" where somebody takes connections. All are asked at once."""

    @property
    def is_ready(self) -> bool:
        """Whether calls are taken: the server has started, and does not stop yet."""

    @property
    def is_in_container(self) -> bool:
        """Whether this machine is a container, so that its loopback is its own."""

    def exposition(self, companies: Companies) -> bytes:
        """How much is done, for all companies, as Prometheus reads it."""


class Keeper(Protocol):
    """Who guards the control API. `server/front.py` implements it."""

    @property
    def is_guarded(self) -> bool:
        """Whether a control token is needed."""

    def pass_for(self, token: str) -> str | None:
        """What the cookie of who knows the control token holds; None for a wrong token."""
