"""What the pump keeps for one life of one company: attempts under way, its timer, and those who wait for something to stir."""

import asyncio
from dataclasses import dataclass, field

from ..company.companies import Slot
from ..company.company import Company


@dataclass(slots=True, eq=False)
class Watch:
    """One life of one company, as the pump sees it."""

    slot: Slot
    company: Company
    epoch: int
    # Attempts under way, by the id of the delivery: each has one at most.
    flights: "dict[int, asyncio.Task[None]]" = field(default_factory=dict)
    handle: asyncio.TimerHandle | None = None
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    waiters: "list[asyncio.Future[None]]" = field(default_factory=list)
    # Calls that a planned fault holds.
    held: "set[asyncio.Future[bool]]" = field(default_factory=set)
    is_called_off: bool = False

    @property
    def is_over(self) -> bool:
        """Whether the company has begun another life."""
        return self.is_called_off or self.slot.epoch != self.epoch

    def stir(self) -> None:
        """Tells those who wait that something changed."""
        waiters, self.waiters = self.waiters, []
        for waiter in waiters:
            if not waiter.done():
                waiter.set_result(None)

    async def stirred(self, seconds: float | None) -> bool:
        """Waits until something changes, at most so many real seconds; whether it did."""
        if seconds is not None and seconds <= 0:
            return False
        waiter = asyncio.get_running_loop().create_future()
        self.waiters.append(waiter)
        try:
            async with asyncio.timeout(seconds):
                await waiter
        except TimeoutError:
            return False
        finally:
            if waiter in self.waiters:
                self.waiters.remove(waiter)
        return True

    async def hold(self, seconds: float) -> bool:
        """Waits so many real seconds; False at once when this life ends."""
        loop = asyncio.get_running_loop()
        held = loop.create_future()
        timer = loop.call_later(seconds, _let_go, held, True)
        self.held.add(held)
        try:
            return await held and not self.is_over
        finally:
            timer.cancel()
            self.held.discard(held)

    def call_off(self) -> "list[asyncio.Task[None]]":
        """Ends this life: cancels what is under way and wakes those who wait; replies with what has to end yet."""
        self.is_called_off = True
        if self.handle is not None:
            self.handle.cancel()
            self.handle = None
        tasks = list(self.flights.values())
        for task in tasks:
            task.cancel()
        self.flights.clear()
        for held in self.held:
            _let_go(held, False)
        self.stir()
        return tasks


def _let_go(held: "asyncio.Future[bool]", goes_on: bool) -> None:
    if not held.done():
        held.set_result(goes_on)
