"""What stays on record: abandoned queues, and closed sessions until they are destroyed."""

from datetime import datetime

import pytest

from mock_udesk.desk.commands import (
    AskForAgent,
    DestroySessions,
    GiveUpQueue,
    RateSession,
)
from mock_udesk.desk.desk import Desk
from mock_udesk.desk.records import AbandonedQueue, Origin
from mock_udesk.desk.state import Policy, SurveyOption
from tests import NOW
from tests.desk.sample import (
    ANYBODY,
    JERRY,
    TOM,
    TOMS,
    a_desk,
    close,
    customer_id,
    join,
    later,
    refused,
    say,
    start,
    toms_desk,
)

# -- abandoned queues ------------------------------------------------------------------------------------------------------


def three_who_gave_up() -> Desk:
    """c-2, c-3 and c-4 joined at 10, 20 and 30 s and gave up in the opposite order."""
    desk = toms_desk()
    start(desk, "c-1")
    for seconds, token in ((10, "c-2"), (20, "c-3"), (30, "c-4")):
        join(desk, token, at=later(seconds))
    for seconds, token in ((40, "c-4"), (50, "c-3"), (60, "c-2")):
        desk.handle(GiveUpQueue(token, ANYBODY), later(seconds))
    return desk


def test_who_gives_up_is_on_record() -> None:
    """用于取得放弃排队的用户信息. Doc: im-api-v2 §放弃排队查询: customer, channel, queue_start_time, queue_seconds, queue_name."""
    desk = toms_desk()
    start(desk, "c-1", agent_id=TOM)
    desk.handle(
        AskForAgent(customer_token="c-2", agent_id=TOM, origin=Origin(channel="小程序", im_web_plugin_id=16)), later(10)
    )

    desk.handle(GiveUpQueue("c-2", TOMS), later(37))

    assert list(desk.abandoned_between(None, None)) == [
        AbandonedQueue(
            id=1,
            customer_id=2,
            target=TOMS,
            channel="小程序",
            im_web_plugin_id=16,
            joined_at=later(10),
            left_at=later(37),
            reason="gave_up",
        )
    ]


def test_abandoned_queues_are_in_order_of_joining() -> None:
    """By `joined_at`, then id, in whatever order they were left. records.py, State."""
    desk = three_who_gave_up()

    assert [one.joined_at for one in desk.abandoned_between(None, None)] == [later(10), later(20), later(30)]


@pytest.mark.parametrize(
    ("start_time", "end_time", "customers"),
    [
        (None, None, [2, 3, 4]),
        (later(10), later(20), [2, 3]),
        (later(20), later(20), [3]),
        (later(11), None, [3, 4]),
        (None, later(29), [2, 3]),
        (later(31), later(60), []),
        (later(30), later(10), []),
    ],
)
def test_window_is_of_joining_and_includes_its_ends(
    start_time: datetime | None, end_time: datetime | None, customers: list[int]
) -> None:
    """`abandoned_between` is by joined_at, ends inclusive. Doc: im-api-v2 §放弃排队查询; ruling 18."""
    desk = three_who_gave_up()

    assert [one.customer_id for one in desk.abandoned_between(start_time, end_time)] == customers


def test_who_was_served_did_not_abandon() -> None:
    """Only who left without having been served is on record. records.py, AbandonedQueue."""
    desk = toms_desk()
    session = start(desk, "c-1")
    join(desk, "c-2")

    close(desk, session)

    assert list(desk.abandoned_between(None, None)) == []


def test_who_moved_to_another_queue_did_not_abandon() -> None:
    """Asking for another target moves; it is the same stay. Ruling 8."""
    desk = toms_desk()
    start(desk, "c-1")
    join(desk, "c-2")

    join(desk, "c-2", agent_id=TOM)

    assert list(desk.abandoned_between(None, None)) == []


# -- destroyed sessions ----------------------------------------------------------------------------------------------------


def three_closed_sessions() -> Desk:
    """Sessions 1001, 1002 of c-1 and 1003 of c-2, created at 0, 10 and 20 s, closed long after."""
    desk = a_desk(policy=Policy(survey_options=(SurveyOption(id=36, remark="optional"),)))
    for seconds, token in ((0, "c-1"), (10, "c-1"), (20, "c-2")):
        session = start(desk, token, agent_id=TOM, at=later(seconds))
        close(desk, session, at=later(seconds + 5))
    return desk


def test_closed_sessions_of_the_window_are_destroyed() -> None:
    """start_time 和 end_time 查询的是会话的创建时间; ends included. Doc: im-api-v2 §删除会话."""
    desk = three_closed_sessions()

    reply = desk.handle(DestroySessions(later(0), later(10), None), later(60)).reply

    assert (reply, list(desk.state.sessions)) == ((1001, 1002), [1003])


def test_only_the_given_customers_sessions_are_destroyed() -> None:
    """若传该参数,则仅删除该客户在对应时间段内的对话记录. Doc: im-api-v2 §删除会话."""
    desk = three_closed_sessions()

    reply = desk.handle(DestroySessions(later(0), later(60), customer_id(desk, "c-2")), later(60)).reply

    assert (reply, list(desk.state.sessions)) == ((1003,), [1001, 1002])


def test_open_sessions_are_not_destroyed() -> None:
    """删除已经关闭的会话. Doc: im-api-v2 §删除会话."""
    desk = a_desk()
    session = start(desk, "c-1")

    reply = desk.handle(DestroySessions(NOW, later(60), None), later(60)).reply

    assert (reply, desk.state.sessions) == ((), {1001: session})


def test_destroyed_sessions_are_gone_from_the_customers_record() -> None:
    """`destroy_session` removes closed sessions from records. Ruling 18."""
    desk = three_closed_sessions()

    desk.handle(DestroySessions(later(0), later(5), None), later(60))

    assert [session.id for session in desk.sessions_of(customer_id(desk, "c-1"))] == [1002]


def test_destroyed_sessions_are_gone_from_the_unread_counts() -> None:
    """`destroy_session` removes closed sessions from unread counts. Ruling 18."""
    desk = a_desk()
    session = start(desk, "c-1", agent_id=TOM)
    other = start(desk, "c-2", agent_id=TOM, at=later(10))
    say(desk, session, "m-1")
    say(desk, other, "m-1", token="c-2", at=later(10))
    close(desk, session, at=later(20))

    desk.handle(DestroySessions(NOW, NOW, None), later(60))

    assert desk.unread_session_messages(TOM) == 1


def test_destroyed_session_can_not_be_rated() -> None:
    """An unknown session: 2062. Ruling 13."""
    desk = three_closed_sessions()
    desk.handle(DestroySessions(later(0), later(60), None), later(60))

    assert refused(desk, RateSession(session_id=1001, option_id=36)) == (2062, "找不到会话或会话已关闭")


def test_ids_of_destroyed_sessions_are_not_given_out_again() -> None:
    """Ids are counters. DESIGN."""
    desk = three_closed_sessions()
    desk.handle(DestroySessions(later(0), later(60), None), later(60))

    assert start(desk, "c-1", at=later(70)).id == 1004


def test_destroying_leaves_the_choice_of_agent_alone() -> None:
    """Records go, the turn of the agents stays. Rulings 9 and 18."""
    desk = three_closed_sessions()
    desk.handle(DestroySessions(later(0), later(60), None), later(60))

    assert start(desk, "c-1", at=later(70)).agent_id == JERRY
