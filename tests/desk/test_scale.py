"""100,000 waiting customers, 100,000 sessions on record: each request costs no more than O(log n).

Costs are counted, not timed: lines of Python and calls of C functions while one request is handled, long lists that
were walked in C, and the memory that was taken at the highest.
"""

import sys
import tracemalloc
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from statistics import median
from types import FrameType
from typing import Any

import pytest

from mock_udesk.desk.commands import AskForAgent, CloseSession, DestroySessions, GiveUpQueue, RateSession
from mock_udesk.desk.desk import Desk
from mock_udesk.desk.lifecycle import Stage
from mock_udesk.desk.records import Agent, AgentStatus, Closer, CloseType, Customer, QueueTicket, Session, Stay, Survey
from mock_udesk.desk.staff_commands import ChangeAgent
from mock_udesk.desk.state import Policy, State, SurveyOption
from tests import NOW
from tests.desk.sample import (
    ANYBODY,
    TOM,
    agents_of,
    ask_robot,
    ask_urobot,
    customer_id,
    join,
    later,
    robots_desk,
    start,
    talk_to_robot,
    talk_to_urobot,
    toms_desk,
)

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


# -- talks with robots -----------------------------------------------------------------------------------------------------


def test_asking_a_robot_does_not_walk_the_talks() -> None:
    """A stay with a robot ends by nothing but a session, and each request for a urobot begins a talk: none of them is looked at again."""

    def steps_after(talks: int) -> float:
        desk = robots_desk()
        talk_to_robot(desk)
        for _ in range(talks):
            last = talk_to_urobot(desk)
        of_the_robot = [lambda number=number: ask_robot(desk, f"m{number}") for number in range(5)]
        of_the_urobot = [lambda: ask_urobot(desk, talk_id=last.id)] * 4
        return steps_of([*of_the_robot, *of_the_urobot])

    assert steps_after(2_000) <= 2 * steps_after(20)


# -- sessions on record ----------------------------------------------------------------------------------------------------


def records(count: int) -> Desk:
    """So many closed and rated sessions, ten each minute, closed and rated in another order. Made as data, as the crowd is."""
    desk = toms_desk(policy=Policy(survey_options=(SurveyOption(id=36, remark="optional"),)))
    start(desk, "c-1")
    state = desk.state
    for number in range(count):
        key, at = 2_000 + number, number // 10 * 60
        # 7 and the counts have no common divisor: every minute of closing and rating has its ten again.
        other = number * 7 % count // 10 * 60
        state.sessions[key] = Session(
            id=key,
            stay_id=key,
            customer_id=key,
            agent_id=TOM,
            created_at=later(at),
            closed_at=later(60 * count + other),
            close_type=CloseType.NORMAL,
            closed_by=Closer.AGENT,
            survey=Survey(option_id=36, remark="", resolved_state=None, rated_at=later(120 * count + other)),
        )
    state.counters.session = 2_000 + count
    return Desk(state)


@pytest.fixture(scope="module")
def few_records() -> Desk:
    """1,000 sessions."""
    return records(FEW)


@pytest.fixture(scope="module")
def many_records() -> Desk:
    """100,000 sessions. Slow: about two seconds to make."""
    return records(MANY)


def reads_small_windows(desk: Desk) -> list[Callable[[], object]]:
    """Pages of five small windows each, at the beginning, in the middle and near the end of what there is."""
    count = len(desk.state.sessions) - 1
    actions: list[Callable[[], object]] = []
    for part in range(5):
        begin = count // 10 * part // 5 * 60
        actions += [
            lambda at=begin + 60: desk.sessions_between(later(at), later(at + 180), by="created", first=5, limit=30),  # type: ignore[misc]
            lambda at=60 * count + begin: desk.sessions_between(  # type: ignore[misc]
                later(at), later(at + 180), by="closed", first=5, limit=30
            ),
            lambda at=120 * count + begin: desk.rated_between(later(at), later(at + 180), first=5, limit=30),  # type: ignore[misc]
        ]
    return actions


def reads_deep_pages(desk: Desk) -> list[Callable[[], object]]:
    """Pages of thirty, far into a window that holds everything."""
    count = len(desk.state.sessions) - 1
    far = later(240 * count)
    return [
        lambda first=count * part // 5: desk.sessions_between(NOW, far, by="closed", first=first, limit=30)  # type: ignore[misc]
        for part in range(5)
    ]


def rates_again(desk: Desk) -> list[Callable[[], object]]:
    """Five sessions from all over are rated a second time, and the ratings counted."""

    def rate(session_id: int, at: datetime) -> None:
        desk.handle(RateSession(session_id=session_id, option_id=36), at)
        desk.rated_between(NOW, at, first=0, limit=1)

    at = later(200 * len(desk.state.sessions))
    ids = list(desk.state.sessions)[:: len(desk.state.sessions) // 5][1:5]
    return [lambda session_id=session_id: rate(session_id, at) for session_id in ids]  # type: ignore[misc]


def destroys_small_windows(desk: Desk) -> list[Callable[[], object]]:
    """Five windows of ten sessions are destroyed, and each time the rest is counted."""
    count = len(desk.state.sessions) - 1

    def destroy(at: float) -> None:
        ids = desk.handle(DestroySessions(later(at), later(at), None), NOW).reply
        assert len(ids) == 10
        desk.sessions_between(NOW, later(240 * count), by="closed", first=0, limit=1)

    return [lambda at=count // 10 * part // 6 * 60: destroy(at) for part in range(1, 6)]  # type: ignore[misc]


READINGS = [reads_small_windows, reads_deep_pages, rates_again, destroys_small_windows]


def test_page_of_a_small_window_is_that_page(few_records: Desk, many_records: Desk) -> None:
    """What is measured below: forty sessions in a window of four minutes, by each of the three moments."""
    for desk in (few_records, many_records):
        pages = [read() for read in reads_small_windows(desk)]

        assert [(len(page), count) for page, count in pages] == [(30, 40)] * 15  # type: ignore[misc,has-type]


@pytest.mark.parametrize("requests", READINGS)
def test_cost_of_reading_records_grows_with_the_logarithm(
    few_records: Desk, many_records: Desk, requests: Callable[[Desk], list[Callable[[], object]]]
) -> None:
    """The search for a window costs no more than what it returns: issue 3; a removal no more than O(log n) either."""
    with_few, with_many = steps_of(requests(few_records)), steps_of(requests(many_records))

    assert with_many <= AT_MOST_TIMES * with_few


@pytest.mark.parametrize("requests", [reads_small_windows, reads_deep_pages])
def test_no_reading_copies_the_records(
    many_records: Desk, requests: Callable[[Desk], list[Callable[[], object]]]
) -> None:
    """Nor is a list of them copied, which 100,000 would show as 800,000 bytes."""
    assert bytes_of(requests(many_records)) < 100_000


def test_destroying_sessions_costs_the_same_for_each() -> None:
    """Many at once, of all there are: no list is walked for each, clean-ups included."""

    def steps_each(count: int) -> float:
        desk, meter = records(count), Meter()
        with meter.on():
            desk.handle(DestroySessions(NOW, later(60 * count), None), NOW)
        assert list(desk.state.sessions) == [1001]
        # What goes is listed run by run, once for all.
        assert meter.walked <= {"extend"}
        return meter.steps / count

    assert steps_each(10_000) <= 2 * steps_each(100)


def test_freed_agents_take_the_crowd_in_order() -> None:
    """Oldest first, also among many. Ruling 9."""
    desk = crowd(FEW)

    desk.handle(ChangeAgent(TOM, {"capacity": 4}), NOW)

    assert agents_of(desk) == {"talking": TOM, "w-1": TOM, "w-2": TOM, "w-3": TOM}
    assert join(desk, "new").place == FEW - 2
    assert customer_id(desk, "new") == FEW + 2
