"""100,000 waiting customers: each request costs no more than O(log n).

Costs are counted, not timed: lines of Python and calls of C functions while one request is handled, long lists that
were walked in C, and the memory that was taken at the highest.
"""

import sys
import tracemalloc
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from statistics import median
from types import FrameType
from typing import Any

import pytest

from mock_udesk.desk.commands import AskForAgent, ChangeAgent, CloseSession, GiveUpQueue
from mock_udesk.desk.desk import Desk
from mock_udesk.desk.lifecycle import Stage
from mock_udesk.desk.records import (
    Agent,
    AgentStatus,
    CloseType,
    Customer,
    Policy,
    QueueTicket,
    State,
    Stay,
)
from tests import NOW
from tests.desk.sample import ANYBODY, TOM, agents_of, customer_id, join, later, start, toms_desk

FEW, MANY = 1_000, 100_000
# log2(100,000) / log2(1,000) is 1.7; a list that is walked would give 100.
AT_MOST_TIMES = 4
WALKS = {"remove", "index", "insert", "count", "sort", "copy", "extend", "reverse"}


class Meter:
    """Counts what is done while it is on."""

    def __init__(self) -> None:
        self.steps = 0
        self.walked: set[str] = set()

    def trace(self, frame: FrameType, event: str, argument: Any) -> Callable[[FrameType, str, Any], Any]:
        """Counts lines."""
        self.steps += 1
        return self.trace

    def profile(self, frame: FrameType, event: str, argument: Any) -> None:
        """Counts calls of C functions, and notes those that walk a long list."""
        if event == "c_call":
            self.steps += 1
            owner = getattr(argument, "__self__", None)
            if isinstance(owner, list | deque) and len(owner) >= FEW // 2 and argument.__name__ in WALKS:
                self.walked.add(argument.__name__)

    @contextmanager
    def on(self) -> Iterator[None]:
        """Counts within."""
        tracer, profiler = sys.gettrace(), sys.getprofile()
        sys.setprofile(self.profile)
        sys.settrace(self.trace)
        try:
            yield
        finally:
            sys.settrace(tracer)
            sys.setprofile(profiler)


def crowd(waiting: int) -> Desk:
    """Tom talks in his only place; so many wait for anybody, each with a time-out. Made as data: asking takes too long."""
    desk = toms_desk(tom=1, policy=Policy(queue_timeout_seconds=3600))
    start(desk, "talking")
    state = desk.state
    for number in range(1, waiting + 1):
        key = number + 1
        state.customers[key] = Customer(
            id=key, nick_name=f"w-{number}", token=f"w-{number}", created_at=NOW, updated_at=NOW
        )
        state.stays[key] = Stay(
            id=key,
            customer_id=key,
            began_at=NOW,
            stage=Stage.QUEUED,
            ticket=QueueTicket(
                target=ANYBODY,
                serial=state.counters.serial + number,
                joined_at=NOW,
                times_out_at=later(3600),
            ),
        )
    state.counters.customer = state.counters.stay = waiting + 2
    state.counters.serial += waiting + 1
    return Desk(state)


@pytest.fixture(scope="module")
def few() -> Desk:
    """1,000 waiting customers."""
    return crowd(FEW)


@pytest.fixture(scope="module")
def many() -> Desk:
    """100,000 waiting customers. Slow: about two seconds to make."""
    return crowd(MANY)


def steps_of(actions: list[Callable[[], object]]) -> float:
    """The median of the steps of some actions; one of them may pay for many others. None may walk a long list."""
    counts = []
    for action in actions:
        meter = Meter()
        with meter.on():
            action()
        assert meter.walked == set()
        counts.append(meter.steps)
    return median(counts)


def bytes_of(actions: list[Callable[[], object]]) -> float:
    """The median of the memory that some actions took at their highest: a copied list shows."""
    peaks = []
    for action in actions:
        tracemalloc.start()
        action()
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    return median(peaks)


def asks_for_place(desk: Desk) -> list[Callable[[], object]]:
    """Five who wait ask for their place."""
    stays = list(desk.waiting(ANYBODY))
    return [lambda stay=stay: desk.place(stay) for stay in stays[:: len(stays) // 5][:5]]  # type: ignore[misc]  # mypy can't infer a lambda with a default


def asks_again(desk: Desk) -> list[Callable[[], object]]:
    """Five who wait ask for an agent again."""
    tokens = [desk.state.customers[stay.customer_id].token for stay in desk.waiting(ANYBODY)][-5:]
    return [lambda token=token: desk.handle(AskForAgent(customer_token=token), NOW) for token in tokens]  # type: ignore[misc]


def joins(desk: Desk) -> list[Callable[[], object]]:
    """Five newcomers join the queue."""
    first = desk.state.counters.customer
    tokens = [f"new-{first + number}" for number in range(5)]
    return [lambda token=token: desk.handle(AskForAgent(customer_token=token), NOW) for token in tokens]  # type: ignore[misc]


def leaves(desk: Desk) -> list[Callable[[], object]]:
    """Five from all over the queue give up."""
    stays = list(desk.waiting(ANYBODY))
    tokens = [desk.state.customers[stay.customer_id].token or "" for stay in stays[10 :: len(stays) // 5][:5]]
    return [lambda token=token: desk.handle(GiveUpQueue(token, ANYBODY), NOW) for token in tokens]  # type: ignore[misc]


def moves_up(desk: Desk) -> list[Callable[[], object]]:
    """Five times Tom is freed and takes the next."""

    def close_the_open_one() -> None:
        (session,) = desk.sessions_with(TOM)
        desk.handle(CloseSession(session.id, CloseType.NORMAL), NOW)

    return [close_the_open_one] * 5


def changes_queue(desk: Desk) -> list[Callable[[], object]]:
    """Five go over to Tom's own queue."""
    stays = list(desk.waiting(ANYBODY))
    tokens = [desk.state.customers[stay.customer_id].token for stay in stays[20 :: len(stays) // 5][:5]]
    return [lambda token=token: desk.handle(AskForAgent(customer_token=token, agent_id=TOM), NOW) for token in tokens]  # type: ignore[misc]


def looks_around(desk: Desk) -> list[Callable[[], object]]:
    """The cheap questions."""
    return [
        desk.next_due,
        lambda: desk.wake(NOW),
        desk.queues,
        lambda: desk.queue_length(ANYBODY),
        lambda: next(iter(desk.waiting(ANYBODY))),
    ]


REQUESTS = [asks_for_place, asks_again, joins, leaves, moves_up, changes_queue, looks_around]


@pytest.mark.parametrize("requests", REQUESTS)
def test_cost_of_a_request_grows_with_the_logarithm(
    few: Desk, many: Desk, requests: Callable[[Desk], list[Callable[[], object]]]
) -> None:
    """Joining, leaving and moving up cost no more than O(log n): no list is scanned per request.."""
    with_few, with_many = steps_of(requests(few)), steps_of(requests(many))

    assert with_many <= AT_MOST_TIMES * with_few


@pytest.mark.parametrize("requests", REQUESTS)
def test_no_request_copies_the_queue(
    few: Desk, many: Desk, requests: Callable[[Desk], list[Callable[[], object]]]
) -> None:
    """No list is scanned per request: nor is one copied, which 100,000 places would show as 800,000 bytes.."""
    assert bytes_of(requests(many)) < 100_000


def test_places_of_a_hundred_thousand_are_without_holes(many: Desk) -> None:
    """Places are 1…n without holes, however many wait and whoever left.."""
    for stay in list(many.waiting(ANYBODY))[5::20_000]:
        many.handle(GiveUpQueue(many.state.customers[stay.customer_id].token or "", ANYBODY), NOW)

    places = [many.place(stay) for stay in many.waiting(ANYBODY)]

    assert places == list(range(1, many.queue_length(ANYBODY) + 1))


def test_emptying_a_queue_costs_the_same_for_each_customer() -> None:
    """Moving up is O(log n) on the whole way, clean-ups included.."""

    def steps_each(waiting: int) -> float:
        desk, meter = crowd(waiting), Meter()
        for _ in range(waiting):
            (session,) = desk.sessions_with(TOM)
            with meter.on():
                desk.handle(CloseSession(session.id, CloseType.NORMAL), NOW)
        assert desk.queues() == []
        return meter.steps / waiting

    assert steps_each(1_000) <= 2.5 * steps_each(50)


@pytest.mark.parametrize("status", [AgentStatus.ONLINE, AgentStatus.BUSY])
def test_choice_of_agent_does_not_walk_all_agents(status: AgentStatus) -> None:
    """No list is scanned per request, that of the agents neither.."""

    def steps_among(agents: int) -> float:
        desk = Desk(
            State(
                agents={key: Agent(id=key, name=f"A{key}", status=status) for key in range(1, agents + 1)},
            )
        )
        return steps_of(joins(desk))

    assert steps_among(2_000) <= AT_MOST_TIMES * steps_among(20)


def test_freed_agents_take_the_crowd_in_order() -> None:
    """Oldest first, also among many. Ruling 9."""
    desk = crowd(FEW)

    desk.handle(ChangeAgent(TOM, {"capacity": 4}), NOW)

    assert agents_of(desk) == {"talking": TOM, "w-1": TOM, "w-2": TOM, "w-3": TOM}
    assert join(desk, "new").place == FEW - 2
    assert customer_id(desk, "new") == FEW + 2
