"""Pushes on their way: deliveries in lanes per customer, their attempts, the rule of retries. No network, no clock."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from heapq import heapify, heappop, heappush
from itertools import chain

from ...desk.errors import UsageError
from ...desk.phrases import counted
from ...settings import Settings
from .deliveries import Attempt, Delivery, Order, Result, State, Target
from .parked import Parked

# How much of a receiver's answer is kept, in characters: enough to recognise an error page.
ANSWER_KEPT = 2_000
# How many attempts are under way at once, to each target: each waits for an answer, so this bounds the connections.
ROOM = 64
# What an attempt counts towards the bound in bytes, beside its texts.
_ATTEMPT_BYTES = 200


@dataclass(slots=True)
class Outbox:
    """All deliveries of a company. Plain data; every step but a resend costs O(log n) of the lanes that wait.

    Each lane with something to send has its first delivery either in flight or among its target's `heads`, a heap by the
    moment of its next attempt (then by id). Ended deliveries beyond `max_entries` and `max_bytes` are dropped, those first
    that ended first; of one moment those with the lower id, so that what is left does not depend on how fast receivers
    answer while time stands still.
    """

    deliveries: dict[int, Delivery] = field(default_factory=dict)
    last_id: int = 0
    lanes: dict[str, deque[int]] = field(default_factory=dict)
    heads: dict[Target, list[tuple[datetime, int]]] = field(
        default_factory=lambda: {"receive_url": [], "h5_push_url": []}
    )
    flying: dict[Target, set[int]] = field(default_factory=lambda: {"receive_url": set(), "h5_push_url": set()})
    parked: Parked = field(default_factory=Parked)
    # Ended ones with the bytes each counts for, and a heap of them by the moment of ending (then by id).
    ended: dict[int, int] = field(default_factory=dict)
    ended_bytes: int = 0
    endings: list[tuple[datetime, int]] = field(default_factory=list)
    # The latest ending that was dropped: an earlier one that is reported after it is dropped too.
    dropped_up_to: tuple[datetime, int] | None = None
    dropped: int = 0
    dropped_bytes: int = 0
    max_entries: int = Settings.model_fields["journal_max_entries"].default
    max_bytes: int = Settings.model_fields["journal_max_bytes"].default

    def draft(
        self,
        *,
        target: Target,
        customer_id: int,
        session_id: int | None,
        stay_id: int | None = None,
        push: str,
        body: bytes,
        cause: int | None,
        now: datetime,
    ) -> Delivery:
        """A new delivery with its number, which is then placed or misplaced."""
        self.last_id += 1
        delivery = Delivery(
            id=self.last_id,
            target=target,
            customer_id=customer_id,
            session_id=session_id,
            stay_id=stay_id,
            push=push,
            body=body,
            created_at=now,
            cause=cause,
            round_cause=cause,
        )
        self.deliveries[delivery.id] = delivery
        return delivery

    def place(self, delivery: Delivery, now: datetime, *, url: str | None) -> None:
        """Puts a draft at the end of its lane; without a URL it is undeliverable at once, and in nobody's way."""
        if url is None:
            self.end(delivery, "undeliverable", f"{delivery.target} is not set", now)
            return
        if self.parked.returns:
            self.take_back(now)
        self.join(delivery, now)
        if self.parked.followers:
            self.let_follow(delivery, now)

    def take_due(self, now: datetime, settings: Settings) -> list[Order]:
        """What is to be sent now, in order of due time, then of id; it counts as in flight until `finish`.

        What there is no room for waits on, untried. What has no URL any more when its time comes is undeliverable, and
        its lane goes on.
        """
        if self.parked.returns:
            self.take_back(now)
        orders = []
        while (target := self._next_target()) is not None and self.heads[target][0][0] <= now:
            delivery = self.deliveries[heappop(self.heads[target])[1]]
            delivery.next_attempt_at = None
            url = settings.receive_url if target == "receive_url" else settings.h5_push_url
            if url is None:
                tries = counted(len(delivery.attempts), "attempt")
                when = f"after {tries}" if delivery.attempts else "before it was sent"
                self._leave(delivery, now)
                self.end(delivery, "undeliverable", f"{target} was unset {when}", now)
                continue
            attempt = Attempt(number=len(delivery.attempts) + 1, at=now, cause=delivery.round_cause, url=url)
            delivery.attempts.append(attempt)
            self.flying[target].add(delivery.id)
            body = delivery.body if delivery.sent is None else delivery.sent
            orders.append(Order(delivery.id, attempt.number, url, body, settings.push_timeout_seconds))
        return orders

    def finish(
        self, delivery_id: int, attempt_number: int, result: Result, now: datetime, settings: Settings
    ) -> Delivery | None:
        """Books how an attempt went; None, and nothing changes, when that attempt is not in flight (any more).

        Ruling 19: only HTTP 200 is a success (or 2xx, by setting). After a failure the next attempt comes one wait of
        `push_retry_seconds` after the end of this one; when the waits are used up it has failed, and the lane goes on.
        Doc: contract §5.1: 10 s, HTTP Status Code 200, 否则 UDesk 端会认为发送失败,并尝试重发. Assumed: the waits.
        """
        delivery = self.deliveries.get(delivery_id)
        if delivery is None or not delivery.is_in_flight or delivery.attempts[-1].number != attempt_number:
            return None
        self.flying[delivery.target].discard(delivery_id)
        attempt = delivery.attempts[-1]
        attempt.status = result.status
        attempt.answer = result.answer[:ANSWER_KEPT]
        attempt.seconds = result.seconds
        if _is_success(result, settings):
            attempt.outcome = "delivered"
            self._leave(delivery, now)
            self.end(delivery, "delivered", "", now)
            return delivery
        attempt.outcome = "failed"
        attempt.reason = _why(result)
        waits = settings.push_retry_seconds
        if delivery.retries < len(waits):
            self._wait(delivery, now + timedelta(seconds=waits[delivery.retries]))
            delivery.retries += 1
        else:
            tries = counted(len(delivery.attempts), "attempt")
            self._leave(delivery, now)
            self.end(delivery, "failed", f"{attempt.reason}; given up after {tries}", now)
        return delivery

    def resend(self, delivery_id: int, now: datetime, *, cause: int, url: str | None) -> Delivery:
        """Sends an ended delivery again: same id and bytes, at the end of its lane, with all its retries; earlier attempts stay.

        Raises UsageError: unknown; conflict when it is still pending, or there is no URL. Nothing changes then.
        """
        delivery = self.get(delivery_id)
        if delivery.state == "pending":
            raise UsageError(
                "conflict",
                f"delivery {delivery_id} is {self.whereabouts(delivery)}",
                hint="it is sent by itself; advance the clock or settle"
                if delivery.held_by is None
                else f"POST /_mock/deliveries/{delivery_id}/release lets it go",
            )
        if url is None:
            raise UsageError(
                "conflict", f"{delivery.target} is not set", hint=f"set {delivery.target} first: PATCH /_mock/company"
            )
        self.ended_bytes -= self.ended.pop(delivery_id)
        self.endings = [ending for ending in self.endings if ending[1] != delivery_id]
        heapify(self.endings)
        delivery.state, delivery.reason, delivery.retries, delivery.round_cause = "pending", "", 0, cause
        self.join(delivery, now)
        return delivery

    def get(self, delivery_id: int) -> Delivery:
        """The delivery with this id. Raises UsageError (unknown), also for one that was dropped."""
        delivery = self.deliveries.get(delivery_id)
        if delivery is None:
            is_dropped = 0 < delivery_id <= self.last_id
            hint = (
                f"{counted(self.dropped, 'old one')} dropped; journal_max_entries and journal_max_bytes keep more"
                if is_dropped
                else f"the latest has the id {self.last_id}"
                if self.last_id
                else "nothing has been pushed yet"
            )
            raise UsageError(
                "unknown", f"there is no delivery {delivery_id}{' any more' if is_dropped else ''}", hint=hint
            )
        return delivery

    def next_due(self) -> datetime | None:
        """When `take_due` has something to do next; None: nothing waits but for what is in flight, or held."""
        target = self._next_target()
        due = None if target is None else self.heads[target][0][0]
        back = self.parked.next_due()
        return due if back is None else back if due is None else min(due, back)

    def waiting(self) -> Iterator[tuple[datetime, int]]:
        """Moment and id of every next attempt that is waited for, in no order."""
        return chain(*self.heads.values(), self.parked.waiting())

    def pending(self) -> list[Delivery]:
        """All that has not ended, by id: in flight, waiting for the next attempt, behind another of the lane, or kept out of it."""
        return [self.deliveries[delivery_id] for delivery_id in sorted(chain(*self.lanes.values(), self.parked.ids()))]

    def held_by(self, plan_id: int) -> list[int]:
        """The ids of all that this planned fault holds, oldest first."""
        return [delivery_id for delivery_id, plan in self.parked.held.items() if plan == plan_id]

    def whereabouts(self, delivery: Delivery) -> str:
        """Where a pending one is."""
        if delivery.is_in_flight:
            return "in flight"
        if delivery.held_by is not None:
            return f"held by planned fault {delivery.held_by}"
        return "put aside" if delivery.id in self.parked.aside else "waiting for its turn"

    def join(self, delivery: Delivery, now: datetime) -> None:
        """Puts a pending one at the end of its lane."""
        lane = self.lanes.setdefault(lane_of(delivery), deque())
        lane.append(delivery.id)
        if len(lane) == 1:
            self._wait(delivery, now)

    def end(self, delivery: Delivery, state: State, reason: str, now: datetime) -> None:
        """Ends one that is in no lane."""
        delivery.state, delivery.reason, delivery.next_attempt_at = state, reason, None
        size = len(delivery.body) + len(delivery.sent or b"") + len(reason)
        size += sum(_ATTEMPT_BYTES + len(attempt.answer) + len(attempt.url) for attempt in delivery.attempts)
        self.ended[delivery.id] = size
        self.ended_bytes += size
        heappush(self.endings, (now, delivery.id))
        self._drop()

    def let_follow(self, delivery: Delivery, now: datetime) -> None:
        """What was put aside goes right behind the push that was put now."""
        for delivery_id in self.parked.follow(lane_of(delivery)):
            self._rejoin(delivery_id, now)

    def take_back(self, now: datetime) -> None:
        """What was put aside goes to the end of its lane when its time has come."""
        for due, delivery_id in self.parked.back(now):
            self._rejoin(delivery_id, due)

    def bound(self, settings: Settings) -> None:
        """Keeps to the settings' bounds from now on."""
        self.max_entries, self.max_bytes = settings.journal_max_entries, settings.journal_max_bytes
        self._drop()

    def _next_target(self) -> Target | None:
        # Whose room is used up can't go on before something of it is over.
        ready = [
            (heads[0], target) for target, heads in self.heads.items() if heads and len(self.flying[target]) < ROOM
        ]
        return min(ready)[1] if ready else None

    def _rejoin(self, delivery_id: int, now: datetime) -> None:
        delivery = self.deliveries[delivery_id]
        delivery.next_attempt_at = None
        self.join(delivery, now)

    def _wait(self, delivery: Delivery, due: datetime) -> None:
        if delivery.delayed_until is not None:
            due = max(due, delivery.delayed_until)
        delivery.next_attempt_at = due
        heappush(self.heads[delivery.target], (due, delivery.id))

    def _leave(self, delivery: Delivery, now: datetime) -> None:
        # Only the first of a lane leaves it, and it is in flight or just off the heap; the one behind it may go at once.
        lane = self.lanes[lane_of(delivery)]
        lane.popleft()
        if lane:
            self._wait(self.deliveries[lane[0]], now)
        else:
            del self.lanes[lane_of(delivery)]

    def _drop(self) -> None:
        while self._is_over_bounds():
            ending = heappop(self.endings)
            self.dropped_up_to = max(ending, self.dropped_up_to or ending)
            delivery_id = ending[1]
            del self.deliveries[delivery_id]
            size = self.ended.pop(delivery_id)
            self.ended_bytes -= size
            self.dropped += 1
            self.dropped_bytes += size

    def _is_over_bounds(self) -> bool:
        # The last one stays, however big it is: whoever asks how it went finds it.
        if len(self.endings) < 2:
            return False
        if self.dropped_up_to is not None and self.endings[0] < self.dropped_up_to:
            return True
        return len(self.ended) > self.max_entries or self.ended_bytes > self.max_bytes


def lane_of(delivery: Delivery) -> str:
    """The name of its lane: its target and its customer."""
    return f"{delivery.target} {delivery.customer_id}"


def _is_success(result: Result, settings: Settings) -> bool:
    if not result.is_answered or result.status is None:
        return False
    return result.status == 200 or (settings.push_success == "2xx" and 200 <= result.status < 300)


def _why(result: Result) -> str:
    if result.status is not None and result.is_answered:
        if 200 <= result.status < 300:
            return f"HTTP {result.status} is not 200 (setting push_success: 2xx accepts it)"
        return result.reason or f"HTTP {result.status}"
    return result.reason or "no answer"
