"""Planned misbehaviour of calls and pushes: what is planned, what of it fires, drawn so that the same seed draws the same."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import log
from random import Random
from typing import TYPE_CHECKING, Any, Final, Literal

from ...desk.errors import UsageError
from ..clock import LATEST

if TYPE_CHECKING:
    from ...desk.desk import Desk
    from ..journal.entries import CallEntry
    from ..matching import CallMatcher, PushMatcher
    from ..pushes.deliveries import Delivery

On = Literal["call", "push"]
When = Literal["before", "after"]
State = Literal["active", "spent", "expired"]

# So many plans are kept; those that are over make room for others.
MOST_PLANS: Final = 1_000
# No draw of a delay is longer, whatever its distribution: a call is held in real time, a push in the company's.
LONGEST_SECONDS: Final[Mapping[On, float]] = {"call": 3_600.0, "push": 366 * 86_400.0}


@dataclass(slots=True, kw_only=True)
class Plan:
    """One planned fault. `match` and `do` are the plain forms of `scenario/traffic/faults.py`, checked there."""

    id: int
    on: On
    when: When = "before"
    match: Mapping[str, Any] = field(default_factory=dict)
    times: int | None = None
    probability: float = 1.0
    expires_at: datetime | None = None
    do: Mapping[str, Any] = field(default_factory=dict)
    # The journal's entry of who planned it: an operator's call, or a scenario's step.
    cause: int | None = None
    # How often it matched, and how often it fired.
    matched: int = 0
    fired: int = 0

    @property
    def left(self) -> int | None:
        """How often it may fire yet; None: without end."""
        return None if self.times is None else max(self.times - self.fired, 0)

    def state(self, now: datetime) -> State:
        """Whether it may fire yet at this moment of the company's clock, and why not."""
        if self.left == 0:
            return "spent"
        return "expired" if self.expires_at is not None and now >= self.expires_at else "active"


@dataclass(frozen=True, slots=True)
class Firing:
    """A plan that fires on one call or push. `delay_seconds` was drawn: real seconds for a call, the company's for a push; 0.0 is none."""

    plan: Plan
    delay_seconds: float

    @property
    def do(self) -> Mapping[str, Any]:
        """What the plan does, as it was typed."""
        return self.plan.do

    @property
    def did(self) -> dict[str, Any]:
        """What it does this time, for the journal: the delay as drawn, and without what would be sent, for that stands where it is sent."""
        done = {name: value for name, value in self.plan.do.items() if name not in ("body", "headers")}
        if "delay_seconds" in done:
            done["delay_seconds"] = self.delay_seconds
        return done


@dataclass
class Faults:
    """The plans of one company's life. Plain data; matchers are made anew from the plans when they are needed, and are no field."""

    seed: int = 0
    last_id: int = 0
    # Empty nearly always: then a call or a push costs one look at each.
    on_calls: dict[int, Plan] = field(default_factory=dict)
    on_pushes: dict[int, Plan] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Begins without matchers."""
        self._calls: dict[int, CallMatcher] = {}
        self._pushes: dict[int, PushMatcher] = {}

    def __iter__(self) -> Iterator[Plan]:
        return iter(sorted((*self.on_calls.values(), *self.on_pushes.values()), key=lambda plan: plan.id))

    def __len__(self) -> int:
        return len(self.on_calls) + len(self.on_pushes)

    def add(self, plain: Mapping[str, Any], now: datetime, *, cause: int | None = None) -> Plan:
        """Plans a fault, `PlannedFault.plain()`. Raises UsageError (conflict) when there are too many that may fire yet."""
        if len(self) >= MOST_PLANS:
            self._make_room(now)
        seconds = plain.get("expires_in_seconds")
        self.last_id += 1
        plan = Plan(
            id=self.last_id,
            on=plain["on"],
            when=plain.get("when", "before"),
            match=plain.get("match", {}),
            times=plain.get("times"),
            probability=plain.get("probability", 1.0),
            expires_at=now + timedelta(seconds=min(seconds, (LATEST - now).total_seconds())) if seconds else None,
            do=plain["do"],
            cause=cause,
        )
        self._those(plan.on)[plan.id] = plan
        return plan

    def get(self, plan_id: int) -> Plan:
        """The plan with this id, also one that is over. Raises UsageError (unknown)."""
        plan = self.on_calls.get(plan_id) or self.on_pushes.get(plan_id)
        if plan is None:
            known = ", ".join(["…"] * (len(self) > 20) + [str(plan.id) for plan in list(self)[-20:]])
            hint = f"there are: {known}" if known else "none is planned; POST /_mock/faults plans one"
            raise UsageError("unknown", f"there is no planned fault {plan_id}", hint=hint)
        return plan

    def remove(self, plan_id: int) -> Plan:
        """Takes a plan back; what it has done stays done. Raises UsageError (unknown)."""
        plan = self.get(plan_id)
        del self._those(plan.on)[plan_id]
        self._calls.pop(plan_id, None)
        self._pushes.pop(plan_id, None)
        return plan

    def clear(self) -> int:
        """Takes all plans back; replies with their number."""
        count = len(self)
        for kept in (self.on_calls, self.on_pushes, self._calls, self._pushes):
            kept.clear()
        return count

    def of_call(self, entry: "CallEntry", when: When, now: datetime) -> Firing | None:
        """What fires on this call, if anything: the first plan that matches and is drawn. It has then fired."""
        for plan in self.on_calls.values():
            if plan.when == when and plan.state(now) == "active" and self._means_call(plan, entry):
                firing = self._drawn(plan)
                if firing is not None:
                    return firing
        return None

    def of_push(self, delivery: "Delivery", desk: "Desk", now: datetime) -> Firing | None:
        """What fires on this push, if anything: the first plan that matches and is drawn. It has then fired."""
        for plan in self.on_pushes.values():
            if plan.state(now) == "active" and self._means_push(plan, delivery, desk):
                firing = self._drawn(plan)
                if firing is not None:
                    return firing
        return None

    def _drawn(self, plan: Plan) -> Firing | None:
        """Whether a plan fires that matched. Each match has a draw of its own, so other plans and other chances change nothing in it."""
        plan.matched += 1
        chance = Random(f"{self.seed}/fault/{plan.id}/{plan.matched}")  # noqa: S311 - chance that repeats, no secret
        if plan.probability < 1 and chance.random() >= plan.probability:
            return None
        plan.fired += 1
        delay = plan.do.get("delay_seconds")
        return Firing(plan, 0.0 if delay is None else min(_seconds(delay, chance), LONGEST_SECONDS[plan.on]))

    def _means_call(self, plan: Plan, entry: "CallEntry") -> bool:
        if not plan.match:
            return True
        matcher = self._calls.get(plan.id)
        if matcher is None:
            from ..matching import CallMatcher

            matcher = self._calls[plan.id] = CallMatcher(plan.match)
        return matcher.fits(entry)

    def _means_push(self, plan: Plan, delivery: "Delivery", desk: "Desk") -> bool:
        if not plan.match:
            return True
        matcher = self._pushes.get(plan.id)
        if matcher is None:
            from ..matching import PushMatcher

            matcher = self._pushes[plan.id] = PushMatcher(plan.match)
        return matcher.fits(delivery, desk)

    def _those(self, on: On) -> dict[int, Plan]:
        return self.on_calls if on == "call" else self.on_pushes

    def _make_room(self, now: datetime) -> None:
        over = next((plan.id for plan in self if plan.state(now) != "active"), None)
        if over is None:
            raise UsageError(
                "conflict",
                f"{MOST_PLANS} faults are planned, all of which may fire yet",
                hint="take some back with DELETE /_mock/faults/{id}, or all with DELETE /_mock/faults",
            )
        self.remove(over)


def _seconds(delay: float | Mapping[str, Any], chance: Random) -> float:
    """A delay as it was typed, drawn; to the microsecond."""
    match delay:
        case {"uniform": [least, most]}:
            drawn = chance.uniform(least, most)
        case {"lognormal": {"median": median, "sigma": sigma}}:
            drawn = chance.lognormvariate(log(median), sigma)
        case int() | float():
            drawn = float(delay)
        case _:
            raise ValueError(f"{delay!r} is no delay")
    return round(drawn, 6)
