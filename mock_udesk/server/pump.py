"""Lets time pass: wakes companies when something is due, hands their pushes to the courier, and knows when all is still."""

import asyncio
from collections.abc import Callable, Iterator
from typing import Final, Protocol

from ..company.awaiting.upcoming import upcoming
from ..company.companies import Slot
from ..company.company import Company
from ..company.pushes.deliveries import Delivery, Order, Result
from ..control_api.world import MAX_UPCOMING, Standing
from ..desk.errors import UsageError
from .faults import LogAttempt, note_fault, tell_attempt
from .watch import Watch

# Timers further away are looked at again after so many real seconds; an event loop takes no more than a few weeks.
_LONGEST_WAIT_SECONDS: Final = 86_400.0


class Carrier(Protocol):
    """Who carries pushes: the courier."""

    async def deliver(self, order: Order) -> Result:
        """One attempt; never raises for what the receiver does."""


class Pump:
    """The bell of all companies and the world of their operators. Lives on one event loop; before `start` it only listens."""

    def __init__(
        self,
        courier: Carrier,
        *,
        is_there: Callable[[Slot], bool],
        log_attempt: LogAttempt | None = None,
    ) -> None:
        self._courier = courier
        self._is_there = is_there
        self._log_attempt = log_attempt
        self._loop: asyncio.AbstractEventLoop | None = None
        self._watches: dict[Slot, Watch] = {}
        self._rung: dict[Slot, None] = {}
        # How many lives that have ended are being freed.
        self.retiring = 0
        self._is_looking = False
        self._is_stopping = False

    # -- the bell -------------------------------------------------------------------------------------------------------

    def ring(self, slot: Slot) -> None:
        """Something of this company may be due; looked at when the present step is over, once however often it rings."""
        if not self._rung and self._loop is not None and not self._is_looking:
            self._loop.call_soon(self._look_at_rung)
        self._rung[slot] = None

    def replaced(self, slot: Slot, ended: Company) -> None:
        """The company begins anew or is gone: what was under way for its old life is called off, whoever waits is told.

        That life is freed bit by bit, after whatever is being answered now and between all that comes.
        """
        watch = self._watches.pop(slot, None)
        if watch is not None:
            watch.call_off()
        if self._is_there(slot):
            self.ring(slot)
        if self._loop is not None:
            # A start has no use for it.
            from ..company.snapshot import retiring

            self.retiring += 1
            self._loop.call_soon(self._retire, retiring.taken_apart(ended))

    def _retire(self, slices: Iterator[None]) -> None:
        for _ in slices:
            if self._loop is not None:
                self._loop.call_soon(self._retire, slices)
            return
        self.retiring -= 1

    def call_began(self, slot: Slot) -> None:
        """A call of the emulated API is coming in."""
        self._stir(slot)

    def call_ended(self, slot: Slot) -> None:
        """A call of the emulated API was answered."""
        self._stir(slot)

    async def hold(self, slot: Slot, seconds: float) -> bool:
        """Holds a call for so many real seconds; False at once when the company is reset or removed meanwhile, or the server stops."""
        if self._is_stopping or not self._is_there(slot):
            return False
        # Whoever looks at what is in progress sees it now.
        self._stir(slot)
        return await self._watch(slot).hold(seconds)

    def _stir(self, slot: Slot) -> None:
        watch = self._watches.get(slot)
        if watch is not None and watch.waiters:
            watch.stir()

    def start(self) -> None:
        """Begins to let time pass, on the running loop."""
        self._loop = asyncio.get_running_loop()
        if self._rung:
            self._loop.call_soon(self._look_at_rung)

    async def stop(self) -> None:
        """Calls off all that is under way; those who wait get a UsageError."""
        self._is_stopping = True
        tasks = [task for watch in self._watches.values() for task in watch.call_off()]
        self._watches.clear()
        self._rung.clear()
        self._loop = None
        await asyncio.gather(*tasks, return_exceptions=True)

    # -- looking --------------------------------------------------------------------------------------------------------

    def _look_at_rung(self) -> None:
        # What rings while its company is looked at is seen by the same look.
        self._is_looking = True
        try:
            while self._rung:
                slot = next(iter(self._rung))
                try:
                    self._look(slot)
                except Exception as error:  # a bug in one company must not stop the others' time
                    note_fault(slot.company, error, cause=None)
                self._rung.pop(slot, None)
                self._stir(slot)
        finally:
            self._is_looking = False

    def _look(self, slot: Slot) -> None:
        """Wakes a company, sends off what is due, and comes back when more will be."""
        if self._loop is None or not self._is_there(slot):
            return
        watch = self._watch(slot)
        company = slot.company
        before = company.next_due()
        if before is None and watch.handle is None:
            # Nothing waits for time to pass: so it is after most calls.
            return
        company.wake()
        for order in company.take_due():
            watch.flights[order.delivery_id] = self._loop.create_task(self._fly(watch, order))
        if watch.handle is not None:
            watch.handle.cancel()
            watch.handle = None
        due = company.next_due()
        if due is not None:
            seconds = company.clock.real_seconds_until(due)
            if seconds is not None:
                watch.handle = self._loop.call_later(min(seconds, _LONGEST_WAIT_SECONDS), self.ring, slot)
        if due != before:
            watch.stir()

    def _watch(self, slot: Slot) -> Watch:
        watch = self._watches.get(slot)
        if watch is None:
            watch = self._watches[slot] = Watch(slot, slot.company, slot.epoch)
        return watch

    # -- pushes ---------------------------------------------------------------------------------------------------------

    async def _fly(self, watch: Watch, order: Order) -> None:
        try:
            result = await self._courier.deliver(order)
        except Exception as error:  # a bug of ours is journalled, and the attempt has failed
            line = note_fault(watch.company, error, cause=None)
            result = Result(None, f"fault of mock-udesk: {line}", "", 0.0, False)
        if watch.is_over:
            return
        del watch.flights[order.delivery_id]
        try:
            delivery = watch.company.report(order.delivery_id, order.attempt_number, result)
            if delivery is not None:
                self._tell(watch.slot, delivery)
        except Exception as error:  # a bug of ours is journalled, and the other pushes go on
            note_fault(watch.company, error, cause=None)
        self.ring(watch.slot)

    def _tell(self, slot: Slot, delivery: Delivery) -> None:
        slot.tally.attempted(delivery.target, delivery.attempts[-1].outcome)
        if self._log_attempt is not None:
            tell_attempt(self._log_attempt, slot, delivery)

    # -- the world ------------------------------------------------------------------------------------------------------

    async def advance(self, slot: Slot, seconds: float) -> None:
        """Moves the company's clock from due moment to due moment, each finished before the next; one advance at a time.

        How long that takes in real time is bounded by the time-outs of the receivers, and by how slowly the bodies of
        calls arrive that have begun. Raises UsageError: invalid for a moment that the clock will never show, and then
        nothing has changed; conflict when the company is reset or removed meanwhile.
        """
        watch = self._watch(self._there(slot))
        async with watch.turn:
            company = self._living(watch).company
            target = company.clock.after(seconds)
            while True:
                await self._finish_moment(watch)
                due = company.next_due()
                if due is None or due > target:
                    break
                company.clock.jump(to=max(due, company.clock.now()))
                # The other companies' calls are answered between two moments.
                await asyncio.sleep(0)
            if company.clock.now() < target:
                company.clock.jump(to=target)
            self._look(slot)

    async def settle(self, slot: Slot, *, timeout_seconds: float, quiet_seconds: float) -> Standing:
        """Waits until no call is in progress, no attempt in flight and nothing due, and for `quiet_seconds` nothing stirred.

        All real seconds. When time is up, replies with what is open. Raises UsageError (conflict) on a reset or removal.
        """
        loop = asyncio.get_running_loop()
        watch = self._watch(self._there(slot))
        deadline = loop.time() + timeout_seconds
        while True:
            self._living(watch)
            self._look(slot)
            left = deadline - loop.time()
            is_still = self._is_still(watch)
            if is_still and quiet_seconds <= 0:
                return Standing(is_settled=True)
            if await watch.stirred(min(quiet_seconds, left) if is_still else left):
                continue
            # Nothing stirred, but time went on: something may have become due.
            self._living(watch)
            if is_still and quiet_seconds <= left and self._is_still(watch):
                return Standing(is_settled=True)
            if deadline <= loop.time():
                return self._open(watch)

    async def until(self, slot: Slot, is_met: Callable[[], bool], *, timeout_seconds: float) -> bool:
        """Waits until `is_met` says so, asked now and whenever something of this company changes; False when the (real) time is up.

        Raises UsageError (conflict) when the company is reset or removed meanwhile, or the server stops.
        """
        loop = asyncio.get_running_loop()
        watch = self._watch(self._there(slot))
        deadline = loop.time() + timeout_seconds
        while True:
            self._living(watch)
            self._look(slot)
            if is_met():
                return True
            if not await watch.stirred(deadline - loop.time()) and deadline <= loop.time():
                self._living(watch)
                return is_met()

    async def pause(self, slot: Slot) -> None:
        """Lets others have their turn in a long piece of work. Raises UsageError (conflict) as `until` does."""
        watch = self._watch(self._there(slot))
        await asyncio.sleep(0)
        self._living(watch)

    def changed(self, slot: Slot) -> None:
        """Something changed that no timer and no call of the emulated API is behind: who waits looks again."""
        self._stir(slot)

    async def _finish_moment(self, watch: Watch) -> None:
        """Until nothing is in progress, in flight or due by now."""
        while True:
            self._living(watch)
            self._look(watch.slot)
            if self._is_still(watch):
                return
            await watch.stirred(None)

    def _there(self, slot: Slot) -> Slot:
        if self._is_stopping:
            raise UsageError("conflict", "the server is stopping", hint="nothing of this was finished for sure")
        if not self._is_there(slot):
            raise UsageError(
                "conflict",
                f"company {slot.subdomain!r} was removed meanwhile",
                hint="GET /_mock/companies lists those that there are",
            )
        return slot

    def _living(self, watch: Watch) -> Watch:
        slot = self._there(watch.slot)
        if watch.is_over:
            raise UsageError(
                "conflict", f"company {slot.subdomain!r} was reset meanwhile", hint="ask again: it has begun anew"
            )
        return watch

    def _is_still(self, watch: Watch) -> bool:
        if watch.flights or watch.slot.calls_in_progress:
            return False
        due = watch.company.next_due()
        return due is None or due > watch.company.clock.now()

    def _open(self, watch: Watch) -> Standing:
        due, total = upcoming(watch.company, MAX_UPCOMING, until=watch.company.clock.now())
        return Standing(
            is_settled=False,
            calls_in_progress=watch.slot.calls_in_progress,
            in_flight=tuple(sorted(watch.flights)),
            due=tuple(due),
            due_total=total,
        )
