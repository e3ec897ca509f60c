"""Talking to a robot (im_sub_session_id 0 or empty): talks, questions, answers by push."""

import re

import pytest

from mock_udesk.desk.commands import (
    AskForAgent,
    Assigned,
    Command,
    DestroyCustomer,
    Said,
    SendLeaveMessage,
    SendMessage,
    SendWhileQueueing,
)
from mock_udesk.desk.desk import Desk
from mock_udesk.desk.effects import PushAnswer
from mock_udesk.desk.happenings import Happening
from mock_udesk.desk.knowledge import Knowledge, Robot
from mock_udesk.desk.lifecycle import Stage
from mock_udesk.desk.records import Origin
from mock_udesk.desk.robot_commands import AskRobot, ChangeRobot, RemoveRobot, RobotTalk, TalkToRobot
from mock_udesk.desk.state import Policy, State
from mock_udesk.desk.talks import AnswerKind, Exchange, RobotAnswer, Suggestion, Talk
from tests import NOW
from tests.desk.sample import (
    ANYBODY,
    ROBOT,
    TOM,
    a_desk,
    agents_of,
    answer_in,
    ask_robot,
    ask_urobot,
    close,
    customer_id,
    from_customer,
    happened,
    join,
    later,
    refused,
    robots_desk,
    say,
    say_waiting,
    start,
    stay,
    talk_to_robot,
    talk_to_urobot,
)

RETURNS_ANSWER = RobotAnswer(
    id=f"00000001-0000-4000-8000-{int(NOW.timestamp() * 1000):012x}",
    at=NOW,
    kind=AnswerKind.ANSWER,
    title="怎么退货",
    content="七天内可以退货。",
    reason="question 1 “怎么退货”: exact",
    question_id=1,
    # The flow that guides on is the urobot's alone.
    guidance=(),
    related=(Suggestion(kind="question", id=2, title="运费谁出"),),
    link="https://shop.test/returns",
)


def two_robots() -> Desk:
    """Robot 1, and robot 5 which knows nothing."""
    desk = robots_desk()
    desk.state.robots[5] = Robot(id=5, name="小五")
    return Desk(desk.state)


# -- talks ----------------------------------------------------------------------------------------------------------------


def test_asking_for_a_robot_begins_a_talk() -> None:
    """assign_type robot: the robot is named, and it begins the customer's stay. Doc: im-api-v2 §机器人返回."""
    desk = robots_desk()

    outcome = desk.handle(TalkToRobot(customer_token="c-1"), NOW)

    talk = Talk(id=23702, kind="robot", robot_id=ROBOT, name="小云", hello="<p>您好</p>", customer_id=1, began_at=NOW)
    assert outcome.reply == RobotTalk(talk, desk.state.robots[ROBOT])
    begun = stay(desk, "c-1")
    assert (begun.stage, begun.talk_ids, begun.ticket, begun.session_id) == (Stage.ROBOT, {23702: None}, None, None)
    assert desk.talks_of(1) == [talk]
    (told,) = happened(outcome.effects, Happening.ROBOT_TALK)
    assert (told.customer_id, told.stay_id) == (1, begun.id)
    assert told.facts == {"kind": "robot", "robot_id": ROBOT, "scene_id": None, "talk_id": 23702, "name": "小云"}


def test_asking_for_a_robot_again_goes_on_with_the_talk() -> None:
    """robot_commands.py, TalkToRobot: asking again within the same stay goes on with the same talk."""
    desk = robots_desk()
    talk = talk_to_robot(desk)

    outcome = desk.handle(TalkToRobot(customer_token="c-1"), later(60))

    assert (outcome.reply.talk, outcome.effects) == (talk, ())
    assert stay(desk, "c-1").talk_ids == {talk.id: None}


def test_each_robot_has_its_own_talk_within_a_stay() -> None:
    """A talk is with one robot: going back to the first goes on where it was."""
    desk = two_robots()
    first = talk_to_robot(desk, robot_id=ROBOT)
    second = talk_to_robot(desk, robot_id=5)

    assert first.id != second.id
    assert talk_to_robot(desk, robot_id=ROBOT) == first
    assert list(stay(desk, "c-1").talk_ids) == [first.id, second.id]


def test_talks_with_urobots_are_passed_over() -> None:
    """robot and urobot are two things, whatever their numbers. Doc: im-api-v2 §创建会话, assign_type."""
    desk = robots_desk()
    talk = talk_to_robot(desk)
    talk_to_urobot(desk)

    assert talk_to_robot(desk) == talk


def test_the_first_robot_answers_who_names_none() -> None:
    """robot_commands.py, TalkToRobot: the one named, else the first."""
    desk = two_robots()

    assert talk_to_robot(desk).robot_id == ROBOT


@pytest.mark.parametrize("robot_id", [2, 99])
def test_unknown_robot_is_refused(robot_id: int) -> None:
    """A robot that there is not, a urobot's number too: 2005. Ruling 17."""
    desk = robots_desk()

    assert refused(desk, TalkToRobot(customer_token="c-1", robot_id=robot_id)) == (2005, "机器人不存在")
    question = AskRobot(customer_token="c-1", message_id="m1", data={"content": "?"}, robot_id=robot_id)
    assert refused(desk, question) == (2005, "机器人不存在")


def test_without_any_robot_nobody_can_be_asked_for() -> None:
    """robot_commands.py, TalkToRobot: raises NO_ROBOT when there is none."""
    desk = a_desk()

    assert refused(desk, TalkToRobot(customer_token="c-1"))[0] == 2005


def test_unknown_token_makes_the_customer() -> None:
    """API匿名用户(customer_token), as when asking for an agent. Doc: im-api-v2 §创建会话; ruling 6."""
    desk = robots_desk()

    talk_to_robot(desk, "c-1")
    ask_robot(desk, "m1", token="c-2")

    names = [customer.nick_name for customer in desk.state.customers.values()]
    assert names == ["API匿名用户(c-1)", "API匿名用户(c-2)"]


def test_unknown_token_is_refused_by_policy() -> None:
    """auto_create_customers off: 2015. Ruling 6."""
    desk = robots_desk(policy=Policy(auto_create_customers=False))

    assert refused(desk, TalkToRobot(customer_token="c-1"))[0] == 2015
    assert refused(desk, AskRobot(customer_token="c-1", message_id="m1", data={"content": "?"}))[0] == 2015


def test_the_origin_of_a_robot_request_is_kept() -> None:
    """channel, robot_role_id and app_id are kept and shown. Ruling 18."""
    desk = robots_desk()
    origin = Origin(channel="shop", robot_role_id="vip", app_id=7)

    desk.handle(TalkToRobot(customer_token="c-1", origin=origin), NOW)
    ask_robot(desk, "m1")

    assert stay(desk, "c-1").origin == origin


# -- questions and answers --------------------------------------------------------------------------------------------------


def test_a_question_is_answered_by_push() -> None:
    """1000 at once, the answer by push. Doc: im-api-v2 §回复消息通知, assign_type robot."""
    desk = robots_desk()
    talk = talk_to_robot(desk)

    outcome = ask_robot(desk, "m1", "怎么退货?")

    question = from_customer("m1", "怎么退货?")
    assert outcome.reply == Said(question, None, is_repeat=False, is_changed=False)
    assert talk.exchanges == [Exchange(message=question, is_named_by_app=True, answer=RETURNS_ANSWER)]
    asked, answered, push = outcome.effects
    assert push == PushAnswer(at=NOW, customer_id=1, stay_id=1, talk_id=talk.id, kind="robot", answer=RETURNS_ANSWER)
    assert [told.facts for told in happened([asked], Happening.ROBOT_QUESTION)] == [
        {"message_id": "m1", "type": "message", "data": {"content": "怎么退货?"}, "talk_id": talk.id, "robot_id": ROBOT}
    ]
    (told,) = happened([answered], Happening.ROBOT_ANSWER)
    assert told.reason == "question 1 “怎么退货”: exact"
    assert told.facts == {
        "talk_id": talk.id,
        "robot_id": ROBOT,
        "message_id": RETURNS_ANSWER.id,
        "kind": "answer",
        "question_id": 1,
        "content": "七天内可以退货。",
    }
    assert told.stay_id == stay(desk, "c-1").id


def test_the_first_question_begins_a_talk() -> None:
    """robot_commands.py, AskRobot: nobody has to ask for the robot first; the talk is told before the question."""
    desk = robots_desk()

    outcome = ask_robot(desk, "m1")

    kinds = [getattr(effect, "kind", None) for effect in outcome.effects]
    assert kinds == [
        Happening.CUSTOMER_CREATED,
        Happening.ROBOT_TALK,
        Happening.ROBOT_QUESTION,
        Happening.ROBOT_ANSWER,
        "robot",
    ]
    (talk,) = desk.talks_of(customer_id(desk, "c-1"))
    assert stay(desk, "c-1").talk_ids == {talk.id: None}


@pytest.mark.parametrize(
    ("content", "kind", "question_id", "answer"),
    [
        ("你好", AnswerKind.SMALL_TALK, 0, "您好!"),
        ("今天天气", AnswerKind.UNKNOWN, 0, "这个我还不会。"),
        ("邮费?", AnswerKind.ANSWER, 2, "我们出。"),
        ("坏话", AnswerKind.UNKNOWN, 0, "这个我还不会。"),
        ("", AnswerKind.UNKNOWN, 0, "这个我还不会。"),
    ],
)
def test_what_the_robot_answers(content: str, kind: AnswerKind, question_id: int, answer: str) -> None:
    """0为寒暄库,非问答; sensitive words are the urobot's matter. Doc: im-api-v2 §回复消息通知; ruling 17."""
    desk = robots_desk()

    found = answer_in(ask_robot(desk, "m1", content).effects)

    assert (found.kind, found.question_id, found.content) == (kind, question_id, answer)


def test_answers_have_ids_of_their_own() -> None:
    """message_id is a UUID in the document's example, and the answer is found by it. Doc: im-api-v2 §回复消息通知."""
    desk = robots_desk()
    answers = [answer_in(ask_robot(desk, f"m{number}", token=token).effects) for number, token in enumerate("aab")]

    assert len({answer.id for answer in answers}) == 3
    assert all(re.fullmatch(r"[0-9a-f]{8}-0000-4000-8000-[0-9a-f]{12}", answer.id) for answer in answers)
    first = customer_id(desk, "a")
    assert desk.answer_by_id(first, answers[1].id) == (desk.talks_of(first)[0], answers[1])
    assert desk.answer_by_id(first, answers[2].id) is None


def test_a_changed_robot_answers_anew_and_keeps_what_it_said() -> None:
    """robot_commands.py, ChangeRobot: answers given stay as they are."""
    desk = robots_desk()
    before = answer_in(ask_robot(desk, "m1").effects)

    desk.handle(ChangeRobot(ROBOT, {"knowledge": Knowledge(unknown="?")}), NOW)
    after = answer_in(ask_robot(desk, "m2").effects)

    assert (before.content, after.content) == ("七天内可以退货。", "?")
    assert [exchange.answer for exchange in desk.talks_of(1)[0].exchanges] == [before, after]


def test_talks_of_a_removed_robot_stay() -> None:
    """robot_commands.py, RemoveRobot: its talks stay in the history, and a desk made from the state knows them."""
    desk = robots_desk()
    answer = answer_in(ask_robot(desk, "m1").effects)

    desk.handle(RemoveRobot(ROBOT), NOW)

    assert refused(desk, AskRobot(customer_token="c-1", message_id="m2", data={"content": "?"}))[0] == 2005
    twin = Desk(desk.state)
    assert twin.answer_by_id(1, answer.id) == (desk.talks_of(1)[0], answer)


def test_a_talk_keeps_what_the_robot_was_called_and_how_it_began() -> None:
    """talks.py, Talk: what was said stays said, whatever becomes of the robot."""
    desk = robots_desk()
    talk = talk_to_robot(desk)

    desk.handle(ChangeRobot(ROBOT, {"name": "新云", "welcome": "嗨"}), NOW)
    ask_robot(desk, "m1")
    desk.handle(RemoveRobot(ROBOT), NOW)

    assert (talk.name, talk.hello) == ("小云", "<p>您好</p>")


# -- repeats (ruling 14) ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("content", "is_changed"), [("怎么退货", False), ("运费谁出", True)])
def test_a_message_id_seen_before_asks_nothing(content: str, is_changed: bool) -> None:
    """Not delivered twice: nothing is asked and nothing pushed. Ruling 14."""
    desk = robots_desk()
    first = ask_robot(desk, "m1").reply.message

    outcome = ask_robot(desk, "m1", content, at=later(1))

    assert (outcome.reply, outcome.effects) == (Said(first, None, is_repeat=True, is_changed=is_changed), ())
    assert len(desk.talks_of(1)[0].exchanges) == 1


def test_a_message_id_used_with_a_robot_is_used_up_everywhere() -> None:
    """A message_id seen before from this customer, wherever. Ruling 14."""
    desk = robots_desk(tom=1)
    ask_robot(desk, "m1")
    ask_urobot(desk, message_id="m2")
    session = start(desk, "c-1")
    commands: list[Command[Said]] = [
        SendMessage(customer_token="c-1", session_id=session.id, message_id="m1", type="message", data={}),
        SendWhileQueueing(customer_token="c-1", message_id="m2", type="message", data={}),
        SendLeaveMessage(customer_token="c-1", message_id="m1", type="message", data={}),
    ]

    assert [desk.handle(command, NOW).reply.is_repeat for command in commands] == [True] * 3
    assert ask_urobot(desk, message_id="m1").reply.is_repeat


def test_what_was_said_to_an_agent_is_not_asked_again() -> None:
    """A message_id seen before from this customer, wherever. Ruling 14."""
    desk = robots_desk()
    said = say(desk, start(desk, "c-1"), "m1", "怎么退货")

    outcome = ask_robot(desk, "m1")

    assert (outcome.reply, outcome.effects) == (Said(said.message, 1001, is_repeat=True, is_changed=False), ())
    assert desk.talks_of(1) == []


def test_another_customer_may_use_the_same_message_id() -> None:
    """A message_id seen before *from this customer*. Ruling 14."""
    desk = robots_desk()
    ask_robot(desk, "m1")

    assert not ask_robot(desk, "m1", token="c-2").reply.is_repeat


# -- queues and sessions (ruling 7) ---------------------------------------------------------------------------------------


def test_a_robot_ends_no_session() -> None:
    """Robot requests neither end an open session nor open another; the talk belongs to the stay. Ruling 7."""
    desk = robots_desk()
    session = start(desk, "c-1")

    talk = talk_to_robot(desk, at=later(1))
    ask_robot(desk, "m1", at=later(1))

    assert agents_of(desk) == {"c-1": TOM}
    found = stay(desk, "c-1")
    assert (found.stage, found.session_id, found.talk_ids) == (Stage.IN_SESSION, session.id, {talk.id: None})
    assert session.talk_ids == {}
    assert desk.robot_part(session) == []


def test_a_robot_leaves_no_queue() -> None:
    """Robot requests leave no queue: the place is kept, and what is said to the robot is not the agent's. Ruling 7."""
    desk = robots_desk(tom=0)
    join(desk, "c-1")
    join(desk, "c-2")

    ask_robot(desk, "m1")

    found = stay(desk, "c-1")
    assert (found.stage, desk.place(found), found.waiting) == (Stage.QUEUED, 1, [])
    assert len(found.talk_ids) == 1
    assert desk.queue_length(ANYBODY) == 2


def test_after_the_session_a_new_stay_begins() -> None:
    """state.py, Stay: when the session closes the stay ends, and the next robot request begins a new one with a new talk."""
    desk = robots_desk()
    first = talk_to_robot(desk)
    close(desk, start(desk, "c-1"))

    second = talk_to_robot(desk, at=later(60))

    assert first.id != second.id
    found = stay(desk, "c-1")
    assert (found.id, found.stage, found.talk_ids) == (2, Stage.ROBOT, {second.id: None})
    assert desk.talks_of(1) == [first, second]


def test_who_talks_to_a_robot_is_not_queueing() -> None:
    """-3 without a place or a session: 9200. Ruling 13."""
    desk = robots_desk()
    talk_to_robot(desk)

    command = SendWhileQueueing(customer_token="c-1", message_id="m1", type="message", data={"content": "?"})
    assert refused(desk, command) == (9200, "会话不存在/会话已关闭")


def test_who_talks_to_a_robot_under_one_key_is_heard_by_the_agent_under_another() -> None:
    """-3 with an open session: delivered there, though another conversation of theirs is with a robot. Ruling 13."""
    desk = robots_desk()
    talk_to_robot(desk)
    answer = desk.handle(AskForAgent(customer_token="c-1", origin=Origin(session_key="k")), NOW).reply

    said = say_waiting(desk, "c-1", "m1")

    assert isinstance(answer, Assigned)
    assert said.session_id == answer.session.id


def test_time_alone_ends_no_talk() -> None:
    """A stay with a robot is never ended by time."""
    desk = robots_desk(policy=Policy(queue_timeout_seconds=1, customer_idle_close_seconds=1, assign_seconds=1))
    talk_to_robot(desk)

    assert desk.next_due() is None
    assert desk.wake(later(10**6)).effects == ()
    assert stay(desk, "c-1").stage is Stage.ROBOT


def test_a_removed_customer_leaves_the_robot() -> None:
    """lifecycle.py, remove: the stay ends, nobody has abandoned a queue, and the talk stays in the history."""
    desk = robots_desk()
    ask_robot(desk, "m1")

    outcome = desk.handle(DestroyCustomer(1), NOW)

    assert [getattr(effect, "kind", None) for effect in outcome.effects] == [Happening.CUSTOMER_REMOVED]
    assert (desk.state.stays, desk.state.abandoned) == ({}, [])
    assert len(desk.talks_of(1)) == 1


def test_a_state_without_robots_is_a_desk_too() -> None:
    """What was not there yet is empty."""
    assert Desk(State()).talks_of(1) == []
