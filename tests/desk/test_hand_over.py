"""From the robot to a person: the same stay goes on, and the agent sees what was said to the robot."""

from dataclasses import replace
from typing import Any

import pytest

from mock_udesk.desk.commands import AskForAgent, NobodyOnline, Queued, TransferSession
from mock_udesk.desk.desk import Desk
from mock_udesk.desk.happenings import Happening
from mock_udesk.desk.lifecycle import Stage
from mock_udesk.desk.records import Message, Origin, Sender, Stay
from mock_udesk.desk.robot_commands import TalkToRobot
from mock_udesk.desk.staff_commands import ChangeAgent
from mock_udesk.desk.state import Policy
from tests import NOW
from tests.desk.sample import (
    ANY_ID,
    ANYBODY,
    JERRY,
    TOM,
    TOMS,
    ask,
    ask_robot,
    ask_urobot,
    close,
    from_customer,
    happened,
    join,
    later,
    pushes,
    robots_desk,
    say_waiting,
    start,
    stay,
    talk_to_robot,
    talk_to_urobot,
)

TRANSFER = Message(
    id=ANY_ID,
    sender=Sender.SYSTEM,
    type="robot_transfer",
    data={"content": "机器人转接对话"},
    created_at=later(5),
    agent_id=TOM,
)


def types(messages: list[Message]) -> list[str]:
    """What sort of messages, in order."""
    return [message.type for message in messages]


def freed(desk: Desk) -> None:
    """Tom has room for one more."""
    desk.handle(ChangeAgent(TOM, {"capacity": 1}), later(30))


def test_the_stay_goes_on_with_an_agent() -> None:
    """lifecycle.py: robot, start, in session; one stay for the whole conversation. Issue 3, hand-over."""
    desk = robots_desk()
    talk = talk_to_robot(desk)

    session = start(desk, "c-1", at=later(5))

    found = stay(desk, "c-1")
    assert found == Stay(
        id=session.stay_id,
        customer_id=1,
        began_at=NOW,
        stage=Stage.IN_SESSION,
        talk_ids={talk.id: None},
        session_id=session.id,
        session_ids=[session.id],
    )
    assert (session.talk_ids, session.queue_seconds) == ({talk.id: 0}, None)


def test_robot_transfer_stands_in_the_transcript_and_is_never_pushed() -> None:
    """事件 robot_transfer 机器人转接对话 × × 仅用于客服显示. Doc: im-api-v2 §消息类型."""
    desk = robots_desk()
    desk.handle(ChangeAgent(TOM, {"welcome": "您好"}), NOW)
    talk_to_robot(desk)

    outcome = desk.handle(AskForAgent(customer_token="c-1"), later(5))

    session = desk.state.sessions[1001]
    assert session.messages[0] == TRANSFER
    assert types(session.messages) == ["robot_transfer", "start_session", "message"]
    assert pushes(outcome.effects) == [
        (1001, [("start_session", {"content": "对话开始"}), ("message", {"content": "您好"})])
    ]


def test_without_a_robot_there_is_no_robot_transfer() -> None:
    """Who has talked to no robot is handed over by none."""
    desk = robots_desk()

    session = start(desk, "c-1")

    assert (types(session.messages), session.talk_ids, desk.robot_part(session)) == (["start_session"], {}, [])


def test_the_robot_part_is_what_was_said_before_the_session() -> None:
    """The transcript of the robot part belongs to the customer's history, and an agent can see it. Issue 3, hand-over."""
    desk = robots_desk()
    with_robot = talk_to_robot(desk)
    ask_robot(desk, "m1", at=later(1))
    ask_urobot(desk, "你好", at=later(2))
    with_urobot = desk.talks_of(1)[1]
    session = start(desk, "c-1", at=later(5))

    ask_robot(desk, "m2", "运费谁出", at=later(6))
    talk_to_urobot(desk, at=later(7))

    assert desk.robot_part(session) == [(with_robot, with_robot.exchanges[:1]), (with_urobot, with_urobot.exchanges)]
    assert len(with_robot.exchanges) == 2


def test_what_is_asked_in_the_moment_of_the_hand_over_comes_after_it() -> None:
    """At a clock that stands still the order counts, not the moment: what was asked in the session is not what led to it."""
    desk = robots_desk()
    ask_robot(desk, "m1")
    session = start(desk, "c-1")

    ask_robot(desk, "m2", "运费谁出")

    (talk,) = desk.talks_of(1)
    assert len(talk.exchanges) == 2
    assert desk.robot_part(session) == Desk(desk.state).robot_part(session) == [(talk, talk.exchanges[:1])]


def test_the_robot_part_goes_with_a_transfer() -> None:
    """records.py, Session: the talks are copied to the next session, without another robot_transfer."""
    desk = robots_desk()
    talk = talk_to_robot(desk)
    ask_robot(desk, "m1")
    first = start(desk, "c-1", at=later(5))
    desk.handle(ChangeAgent(JERRY, {"status": "online"}), later(6))

    second = desk.handle(TransferSession(session_id=first.id, agent_id=JERRY), later(6)).reply

    assert second.talk_ids == {talk.id: 1}
    assert desk.robot_part(second) == [(talk, talk.exchanges)]
    assert types(second.messages) == ["transfer", "message"]


def test_the_next_session_has_nothing_of_the_last_robot() -> None:
    """state.py, Stay: the stay ends with its session, and its talks with it."""
    desk = robots_desk()
    talk_to_robot(desk)
    close(desk, start(desk, "c-1"))

    assert start(desk, "c-1").talk_ids == {}


def test_waiting_counts_from_the_queue() -> None:
    """排队时间 is the time in the queue: what was spent with the robot is none of it. Contract §8, queue_seconds."""
    desk = robots_desk(tom=0)
    talk_to_robot(desk)

    answer = join(desk, "c-1", at=later(20))
    assert (stay(desk, "c-1").stage, stay(desk, "c-1").waits_since, answer.place) == (Stage.QUEUED, later(20), 1)
    freed(desk)

    assert desk.state.sessions[1001].queue_seconds == 10.0


def test_waiting_counts_from_the_first_queue() -> None:
    """records.py, Stay: `waits_since` is when the customer first stood in a queue; asking for somebody else changes the queue alone."""
    desk = robots_desk(tom=0)
    talk_to_robot(desk)
    join(desk, "c-1", at=later(10))
    join(desk, "c-1", agent_id=TOM, at=later(20))
    freed(desk)

    assert desk.state.sessions[1001].queue_seconds == 20.0


def test_what_was_said_while_queueing_comes_before_the_hand_over() -> None:
    """A transcript is in the order of time: robot, queue, session."""
    desk = robots_desk(tom=0)
    talk_to_robot(desk)
    join(desk, "c-1", at=later(10))
    say_waiting(desk, "c-1", "m1", at=later(20))
    freed(desk)

    session = desk.state.sessions[1001]
    assert types(session.messages) == ["message", "robot_transfer", "start_session"]
    assert session.messages[0] == from_customer("m1", "还要多久?", at=later(20))


def test_who_asks_a_robot_while_queueing_brings_the_talk_along() -> None:
    """The talk belongs to the stay, whoever was asked first. Ruling 7."""
    desk = robots_desk(tom=0)
    join(desk, "c-1")
    ask_robot(desk, "m1", at=later(10))
    freed(desk)

    session = desk.state.sessions[1001]
    assert session.queue_seconds == 30.0
    assert [len(exchanges) for _, exchanges in desk.robot_part(session)] == [1]
    assert types(session.messages) == ["robot_transfer", "start_session"]


def test_being_assigned_after_a_robot() -> None:
    """分配中 after a robot: the place is kept, then the session starts. Ruling 10."""
    desk = robots_desk(tom=0, policy=Policy(assign_seconds=5))
    talk_to_robot(desk)
    join(desk, "c-1", at=later(20))
    freed(desk)
    assert stay(desk, "c-1").stage is Stage.ASSIGNING

    desk.wake(later(35))

    assert desk.state.sessions[1001].queue_seconds == 15.0


def test_nobody_online_leaves_the_customer_with_the_robot() -> None:
    """2002: nothing has changed, the origin neither. Ruling 8."""
    desk = robots_desk()
    origin = Origin(channel="shop")
    desk.handle(TalkToRobot(customer_token="c-1", origin=origin), NOW)
    before = stay(desk, "c-1")

    outcome = desk.handle(AskForAgent(customer_token="c-1", agent_id=JERRY, origin=Origin(channel="web")), NOW)

    assert isinstance(outcome.reply, NobodyOnline)
    assert outcome.effects == ()
    assert (before.stage, before.origin, before.waits_since) == (Stage.ROBOT, origin, None)


@pytest.mark.parametrize(
    ("asked", "changed"),
    [
        ({}, {}),
        ({"channel": "web", "app_id": 7}, {"channel": "web", "app_id": 7}),
        ({"robot_role_id": "new", "im_web_plugin_id": 8}, {"robot_role_id": "new", "im_web_plugin_id": 8}),
        ({"jid_resource": "sdk"}, {"jid_resource": "sdk"}),
    ],
)
def test_the_origin_of_the_hand_over_counts(asked: dict[str, Any], changed: dict[str, Any]) -> None:
    """Kept and shown: what is not said anew stays as the robot's request had it. Ruling 18."""
    desk = robots_desk()
    before = Origin(channel="shop", robot_role_id="vip", jid_resource="h5", im_web_plugin_id=3, app_id=5)
    desk.handle(TalkToRobot(customer_token="c-1", origin=before), NOW)

    desk.handle(AskForAgent(customer_token="c-1", origin=Origin(**asked)), NOW)

    assert stay(desk, "c-1").origin == desk.state.sessions[1001].origin == replace(before, **changed)


def test_the_queue_is_left_with_the_robot_behind() -> None:
    """A queue left in vain ends the stay, with a robot before it or without. Doc: im-api-v2 §放弃排队查询."""
    desk = robots_desk(tom=0, policy=Policy(queue_timeout_seconds=60))
    talk = talk_to_robot(desk)
    assert isinstance(ask(desk, "c-1", agent_id=TOM, at=later(20)), Queued)

    effects = desk.wake(later(80)).effects

    (told,) = happened(effects, Happening.QUEUE_ABANDONED)
    assert told.stay_id == 1
    assert [(left.target, left.joined_at, left.left_at) for left in desk.state.abandoned] == [
        (TOMS, later(20), later(80))
    ]
    assert desk.state.stays == {}
    assert talk_to_robot(desk, at=later(90)).id != talk.id


def test_a_desk_made_from_the_state_hands_over_alike() -> None:
    """A snapshot goes on as if nothing had happened: queue, waiting, talks."""
    desk = robots_desk(tom=0)
    ask_robot(desk, "m1")
    join(desk, "c-1", at=later(10))
    twin = Desk(desk.state)

    assert list(twin.waiting(ANYBODY)) == [stay(twin, "c-1")]
    freed(twin)

    session = twin.state.sessions[1001]
    assert (session.queue_seconds, session.talk_ids) == (20.0, {23702: 1})
