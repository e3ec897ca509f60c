"""Conversation records: sessions by when they were created, closed or rated, page by page. Ruling 27."""

from copy import deepcopy
from typing import Any, Literal

import pytest

from mock_udesk.desk.commands import (
    CloseByCustomer,
    CloseSession,
    Command,
    DestroyCustomer,
    DestroySessions,
    RateSession,
    TransferSession,
)
from mock_udesk.desk.desk import Desk
from mock_udesk.desk.records import CloseType
from mock_udesk.desk.state import Policy, SurveyOption
from tests import NOW
from tests.desk.sample import JERRY, TOM, a_desk, close, customer_id, later, start

By = Literal["created", "closed"]
GOOD, BAD = 36, 40
OPTIONS = (
    SurveyOption(id=GOOD, remark="optional", text="满意"),
    SurveyOption(id=BAD, remark="optional", text="不满意"),
)


def four_sessions(policy: Policy | None = None) -> Desk:
    """1001 to 1004 of c-1 to c-4, created at 0, 10, 10 and 20 s; 1003, 1001, 1002 closed at 30, 40 and 40 s, 1004 open."""
    desk = a_desk(policy=policy or Policy(survey_options=OPTIONS))
    sessions = [start(desk, f"c-{number}", at=later(at)) for number, at in ((1, 0), (2, 10), (3, 10), (4, 20))]
    for number, at in ((2, 30), (0, 40), (1, 40)):
        close(desk, sessions[number], at=later(at))
    return desk


def between(
    desk: Desk, begin: float, end: float, *, by: By = "created", first: int = 0, limit: int = 30
) -> tuple[list[int], int]:
    """The ids of a page, and how many there are."""
    page, count = desk.sessions_between(later(begin), later(end), by=by, first=first, limit=limit)
    return [session.id for session in page], count


def rated(desk: Desk, begin: float, end: float, *, first: int = 0, limit: int = 30) -> tuple[list[int], int]:
    """The same of the rated ones."""
    page, count = desk.rated_between(later(begin), later(end), first=first, limit=limit)
    return [session.id for session in page], count


def rate(desk: Desk, session_id: int, at: float, option_id: int = GOOD) -> None:
    """The customer rates a session."""
    desk.handle(RateSession(session_id=session_id, option_id=option_id), later(at))


# -- created ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("begin", "end", "ids"),
    [
        (0, 60, [1001, 1002, 1003, 1004]),
        (0, 0, [1001]),
        (10, 10, [1002, 1003]),
        (10, 20, [1002, 1003, 1004]),
        (0.001, 9.999, []),
        (20.001, 60, []),
        (20, 10, []),
    ],
)
def test_session_belongs_to_the_window_that_holds_its_creation(begin: float, end: float, ids: list[int]) -> None:
    """Window matches session creation instant only, open and closed alike; oldest first. Contract §8 and §11, measured."""
    assert between(four_sessions(), begin, end) == (ids, len(ids))


def test_every_session_stands_on_exactly_one_page() -> None:
    """Pages of the same window, one after another, and `total` on each. Contract §11: `page`, `total`, `total_pages`."""
    desk = four_sessions()

    pages = [between(desk, 0, 60, first=first, limit=3) for first in (0, 3, 6)]

    assert pages == [([1001, 1002, 1003], 4), ([1004], 4), ([], 4)]


def test_both_parts_of_a_transfer_are_sessions() -> None:
    """A transfer makes a new session id. Ruling 12."""
    desk = a_desk()
    session = start(desk, "c-1", agent_id=TOM)

    desk.handle(TransferSession(session_id=session.id, agent_id=JERRY), later(10))

    assert between(desk, 0, 60) == ([1001, 1002], 2)


# -- closed ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("begin", "end", "ids"),
    [
        (0, 60, [1003, 1001, 1002]),
        (30, 30, [1003]),
        (40, 40, [1001, 1002]),
        (30.001, 39.999, []),
        (0, 20, []),
    ],
)
def test_closed_session_belongs_to_the_window_that_holds_its_close(begin: float, end: float, ids: list[int]) -> None:
    """With status=close: by closing time, and no open ones. Contract §8 and §11, measured."""
    assert between(four_sessions(), begin, end, by="closed") == (ids, len(ids))


def test_closed_at_one_instant_in_any_order_stand_in_the_order_of_their_ids() -> None:
    """A clock that stands still: pages stay what they were, whoever closed first."""
    desk = four_sessions()
    others = [start(desk, f"d-{number}", at=later(50)) for number in range(3)]
    for session in reversed(others):
        close(desk, session, at=later(50))

    assert between(desk, 50, 50, by="closed") == ([1005, 1006, 1007], 3)


def test_transfer_closes_at_its_moment() -> None:
    """The old session is closed with `redirect`. Ruling 12."""
    desk = a_desk()
    session = start(desk, "c-1", agent_id=TOM)

    desk.handle(TransferSession(session_id=session.id, agent_id=JERRY), later(10))

    assert between(desk, 10, 10, by="closed") == ([1001], 1)


@pytest.mark.parametrize("how", [CloseByCustomer(1001), CloseSession(1001, CloseType.FORCE), DestroyCustomer(1)])
def test_customer_operator_and_removal_close_at_their_moment(how: Command[Any]) -> None:
    """By DELETE, by force, with the customer gone: Ruling 12; DestroyCustomer in commands.py."""
    desk = a_desk()
    start(desk, "c-1")

    desk.handle(how, later(10))

    assert between(desk, 10, 10, by="closed") == ([1001], 1)


def test_timer_closes_at_the_moment_it_was_due() -> None:
    """Whenever somebody looks. Ruling 15."""
    desk = a_desk(policy=Policy(customer_idle_close_seconds=60))
    start(desk, "c-1")

    desk.wake(later(500))

    assert between(desk, 60, 60, by="closed") == ([1001], 1)


# -- rated -----------------------------------------------------------------------------------------------------------------


def test_rating_belongs_to_the_window_that_holds_it() -> None:
    """im/sessions/vote takes only the time window; not the session's own times. Contract §11; DESIGN, vote by rated_at."""
    desk = four_sessions()
    rate(desk, 1004, 50)
    rate(desk, 1001, 60)

    windows = [rated(desk, *window) for window in ((0, 99), (50, 50), (50.001, 60), (0, 49.999))]

    assert windows == [([1004, 1001], 2), ([1004], 1), ([1001], 1), ([], 0)]


def test_second_rating_takes_the_place_of_the_first() -> None:
    """A second survey replaces the first: it counts once, at its own time. Ruling 16."""
    desk = four_sessions()
    rate(desk, 1001, 50)
    rate(desk, 1002, 60)

    rate(desk, 1001, 70, BAD)

    assert [rated(desk, 0, 99), rated(desk, 50, 50), rated(desk, 70, 70)] == [([1002, 1001], 2), ([], 0), ([1001], 1)]


def test_second_rating_at_the_same_instant_counts_once() -> None:
    """A clock that stands still. Ruling 16."""
    desk = four_sessions()
    rate(desk, 1001, 50)

    rate(desk, 1001, 50, BAD)

    assert rated(desk, 0, 99) == ([1001], 1)


def test_ratings_come_in_pages() -> None:
    """Same envelope as search: `page`, `page_size`, `total`. Contract §11."""
    desk = four_sessions()
    for number in range(4):
        rate(desk, 1004 - number, 50 + number)

    assert [rated(desk, 0, 99, first=first, limit=3) for first in (0, 3)] == [([1004, 1003, 1002], 4), ([1001], 4)]


# -- what changes the records ----------------------------------------------------------------------------------------------


def test_destroyed_sessions_are_in_no_record_and_in_no_count() -> None:
    """`destroy_session` removes closed sessions from records; the open one stays. Ruling 18."""
    desk = four_sessions()
    for number in range(4):
        rate(desk, 1001 + number, 50 + number)

    desk.handle(DestroySessions(later(10), later(20), None), later(60))

    assert between(desk, 0, 99) == ([1001, 1004], 2)
    assert between(desk, 0, 99, by="closed") == ([1001], 1)
    assert rated(desk, 0, 99) == ([1001, 1004], 2)


def test_destroying_those_of_one_customer_leaves_the_others_on_record() -> None:
    """若传该参数,则仅删除该客户在对应时间段内的对话记录. Doc: im-api-v2 §删除会话."""
    desk = four_sessions()
    rate(desk, 1002, 50)
    rate(desk, 1003, 50)

    desk.handle(DestroySessions(later(0), later(20), customer_id(desk, "c-2")), later(60))

    assert between(desk, 10, 10) == ([1003], 1)
    assert between(desk, 40, 40, by="closed") == ([1001], 1)
    assert rated(desk, 0, 99) == ([1003], 1)


def test_removed_customers_sessions_stay_on_record() -> None:
    """Closed and rated conversations stay in the records. closing.py, destroy_customer."""
    desk = four_sessions()
    rate(desk, 1001, 50)

    desk.handle(DestroyCustomer(customer_id(desk, "c-1")), later(60))

    assert between(desk, 0, 0) == ([1001], 1)
    assert rated(desk, 50, 50) == ([1001], 1)


@pytest.mark.parametrize("is_destroyed", [False, True])
def test_records_are_the_same_after_a_snapshot(is_destroyed: bool) -> None:
    """Indexes are rebuilt from the state alone. architecture.md, all state is plain data."""
    desk = four_sessions()
    rate(desk, 1003, 50)
    rate(desk, 1001, 60)
    rate(desk, 1003, 70, BAD)
    if is_destroyed:
        desk.handle(DestroySessions(later(0), later(5), None), later(80))

    twin = Desk(deepcopy(desk.state))

    for begin, end in ((0, 99), (10, 40), (70, 70)):
        assert between(twin, begin, end) == between(desk, begin, end)
        assert between(twin, begin, end, by="closed") == between(desk, begin, end, by="closed")
        assert rated(twin, begin, end) == rated(desk, begin, end)


def test_windows_that_touch_give_every_session_once() -> None:
    """A paging client pulls all by windows and pages: each session exactly once. Issue 3."""
    desk = a_desk(tom=500, jerry=500)
    for number in range(700):
        session = start(desk, f"c-{number}", at=later(number // 7))
        close(desk, session, at=later(200 + number % 50))

    windows: tuple[tuple[By, int, int], ...] = (("created", 0, 100), ("closed", 200, 250))
    for by, begin, end in windows:
        found = []
        for second in range(begin, end, 10):
            total = between(desk, second, second + 9, by=by, limit=0)[1]
            for first in range(0, total, 30):
                found += between(desk, second, second + 9, by=by, first=first)[0]
        assert sorted(found) == list(range(1001, 1701))


def test_page_holds_the_desks_own_sessions() -> None:
    """They read the same state that the conversations made. Issue 3."""
    desk = four_sessions()

    page, _ = desk.sessions_between(NOW, NOW, by="created", first=0, limit=30)

    assert page[0] is desk.state.sessions[1001]
