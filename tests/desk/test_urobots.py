"""Talking to a urobot (im_sub_session_id -1): its sessions and logs, questions, clicks, flows."""

from typing import Any

import pytest

from mock_udesk.desk.commands import Said
from mock_udesk.desk.desk import Desk
from mock_udesk.desk.effects import PushAnswer
from mock_udesk.desk.happenings import Happening
from mock_udesk.desk.lifecycle import Stage
from mock_udesk.desk.records import Message, Sender
from mock_udesk.desk.robot_commands import (
    AskUrobot,
    ChangeUrobot,
    ClickQuestion,
    TalkToUrobot,
    UrobotTalk,
    WalkFlow,
)
from mock_udesk.desk.state import Policy
from mock_udesk.desk.talks import AnswerKind, Exchange, RobotAnswer, Suggestion, Talk
from tests import NOW
from tests.desk.sample import (
    EXCHANGE,
    OTHER_SCENE,
    OTHER_UROBOT,
    RETURNS,
    SCENE,
    SHOP,
    THIRD_SCENE,
    UROBOT,
    answer_in,
    ask_robot,
    ask_urobot,
    close,
    customer_id,
    from_customer,
    happened,
    later,
    refused,
    robots_desk,
    say,
    start,
    stay,
    talk_to_robot,
    talk_to_urobot,
)

NOWHERE = [
    (99, SCENE, 2005, "机器人不存在"),
    (1, SCENE, 2005, "机器人不存在"),
    (UROBOT, THIRD_SCENE, 2005, "场景不存在"),
]


def walk(desk: Desk, talk: Talk, flow_id: int) -> RobotAnswer:
    """The customer clicks an item of a flow that leads to another."""
    command = WalkFlow(customer_token="c-1", talk_id=talk.id, robot_id=UROBOT, scene_id=SCENE, flow_id=flow_id)
    return desk.handle(command, NOW).reply


def a_click(talk_id: int, *, question_id: int | None = None, title: str = "", token: str = "c-1") -> ClickQuestion:
    """A click on a suggestion or a frequent question."""
    return ClickQuestion(
        customer_token=token, talk_id=talk_id, robot_id=UROBOT, scene_id=None, question_id=question_id, title=title
    )


# -- talks ----------------------------------------------------------------------------------------------------------------


def test_asking_for_a_urobot_begins_a_talk() -> None:
    """sessionId and logId come with the answer. Doc: im-api-v2 §机器人返回, assign_type urobot."""
    desk = robots_desk()

    outcome = desk.handle(TalkToUrobot(customer_token="c-1", robot_id=UROBOT, scene_id=SCENE), NOW)

    talk = Talk(
        id=23702,
        kind="urobot",
        robot_id=UROBOT,
        name="小优",
        hello="您好",
        customer_id=1,
        began_at=NOW,
        scene_id=SCENE,
        hello_log_id=55392,
    )
    assert outcome.reply == UrobotTalk(talk, desk.state.urobots[UROBOT])
    assert (stay(desk, "c-1").stage, stay(desk, "c-1").talk_ids) == (Stage.ROBOT, {23702: None})
    (told,) = happened(outcome.effects, Happening.ROBOT_TALK)
    assert told.facts == {"kind": "urobot", "robot_id": UROBOT, "scene_id": SCENE, "talk_id": 23702, "name": "小优"}


def test_each_request_has_its_own_session_id() -> None:
    """robot_commands.py, TalkToUrobot: each time a new talk with a new sessionId (Assumed)."""
    desk = robots_desk()

    first, second = talk_to_urobot(desk), talk_to_urobot(desk)

    assert [(talk.id, talk.hello_log_id) for talk in (first, second)] == [(23702, 55392), (23703, 55393)]
    assert list(stay(desk, "c-1").talk_ids) == [23702, 23703]


@pytest.mark.parametrize(("robot_id", "scene_id", "code", "message"), NOWHERE)
def test_unknown_urobot_or_scene_is_refused(robot_id: int, scene_id: int, code: int, message: str) -> None:
    """2005, whatever is asked of it. Ruling 17."""
    desk = robots_desk()
    talk = talk_to_urobot(desk)

    where: dict[str, Any] = {"customer_token": "c-1", "robot_id": robot_id, "scene_id": scene_id}
    assert refused(desk, TalkToUrobot(**where)) == (code, message)
    assert refused(desk, AskUrobot(data={"content": "?"}, **where)) == (code, message)
    assert refused(desk, WalkFlow(talk_id=talk.id, flow_id=81, **where)) == (code, message)
    assert refused(desk, ClickQuestion(talk_id=talk.id, question_id=1, **where)) == (code, message)


def test_unknown_token_is_made_or_refused_by_policy() -> None:
    """Made on first use, 2015 with auto_create_customers off. Ruling 6."""
    desk, strict = robots_desk(), robots_desk(policy=Policy(auto_create_customers=False))

    ask_urobot(desk)

    assert desk.state.customers[1].nick_name == "API匿名用户(c-1)"
    where: dict[str, Any] = {"customer_token": "c-1", "robot_id": UROBOT, "scene_id": SCENE}
    assert refused(strict, TalkToUrobot(**where))[0] == 2015
    assert refused(strict, AskUrobot(data={"content": "?"}, **where))[0] == 2015


# -- questions ------------------------------------------------------------------------------------------------------------


def test_a_question_is_answered_by_push() -> None:
    """logId is the answer's id. Doc: im-api-v2 §回复消息通知, assign_type urobot."""
    desk = robots_desk()
    talk = talk_to_urobot(desk)

    outcome = ask_urobot(desk, "邮费", message_id="m1", talk_id=talk.id)

    answer = RobotAnswer(
        id="55393",
        at=NOW,
        kind=AnswerKind.ANSWER,
        title="运费谁出",
        content="我们出。",
        reason="question 2 “运费谁出”: keywords 邮费",
        question_id=2,
    )
    question = from_customer("m1", "邮费")
    assert outcome.reply == Said(question, None, is_repeat=False, is_changed=False)
    assert talk.exchanges == [Exchange(message=question, is_named_by_app=True, answer=answer)]
    asked, answered, push = outcome.effects
    assert push == PushAnswer(at=NOW, customer_id=1, stay_id=1, talk_id=talk.id, kind="urobot", answer=answer)
    assert [told.facts["message_id"] for told in happened([asked], Happening.UROBOT_QUESTION)] == ["m1"]
    assert [told.facts["message_id"] for told in happened([answered], Happening.ROBOT_ANSWER)] == ["55393"]
    assert {effect.stay_id for effect in (*happened([asked], Happening.UROBOT_QUESTION),)} == {stay(desk, "c-1").id}


def test_a_question_without_an_id_has_its_logs_number() -> None:
    """message_id: Udesk机器人可不传. Each line has a number of its own. Doc: im-api-v2 §发送消息."""
    desk = robots_desk()
    talk = talk_to_urobot(desk)

    outcome = ask_urobot(desk)
    again = ask_urobot(desk)

    assert (outcome.reply.message.id, answer_in(outcome.effects).id) == ("55393", "55394")
    assert (again.reply.message.id, again.reply.is_repeat, answer_in(again.effects).id) == ("55395", False, "55396")
    assert len(talk.exchanges) == 2


def test_an_id_that_looks_like_a_logs_number_is_the_apps_all_the_same() -> None:
    """Ids of our own are nobody's to repeat, ids of the app are, in a desk made from the state too. Ruling 14."""
    desk = robots_desk()
    talk_to_urobot(desk)
    session = start(desk, "c-1")

    of_ours = ask_urobot(desk).reply.message
    answer_to_the_app = answer_in(ask_urobot(desk, message_id="55394").effects)
    twin = Desk(desk.state)

    assert (of_ours.id, answer_to_the_app.id) == ("55393", "55395")
    assert ask_urobot(twin, message_id="55394").reply.is_repeat
    assert not say(twin, session, "55393").is_repeat


@pytest.mark.parametrize(
    ("content", "kind", "answer"),
    [
        ("我说坏话", AnswerKind.SENSITIVE, "请文明用语。"),
        ("赌博怎么退货", AnswerKind.SENSITIVE, "请文明用语。"),
        ("你好!", AnswerKind.SMALL_TALK, "您好!"),
        ("今天天气", AnswerKind.UNKNOWN, "这个我还不会。"),
    ],
)
def test_what_the_urobot_answers(content: str, kind: AnswerKind, answer: str) -> None:
    """ansType 8, 4, 6; the company's sensitive words count beside the robot's. Doc: im-api-v2 §回复消息通知; ruling 17."""
    desk = robots_desk(policy=Policy(sensitive_words=("赌博",)))

    found = answer_in(ask_urobot(desk, content).effects)

    assert (found.kind, found.content, found.question_id) == (kind, answer, 0)


def test_questions_that_fit_alike_are_suggested() -> None:
    """ansType 3 表示建议列表. Doc: im-api-v2 §回复消息通知."""
    desk = robots_desk()

    found = answer_in(ask_urobot(desk, "我想退货").effects)

    assert found.kind is AnswerKind.SUGGESTIONS
    assert found.guidance == (
        Suggestion(kind="question", id=1, title="怎么退货"),
        Suggestion(kind="question", id=3, title="退货要几天"),
    )


@pytest.mark.parametrize(("content", "question_id"), [("账号申诉", 4), ("退换货", 0)])
def test_an_answer_may_begin_a_flow(content: str, question_id: int) -> None:
    """flowId, flowTitle and flowContent. Doc: im-api-v2 §回复消息通知, 账号申诉."""
    desk = robots_desk()

    found = answer_in(ask_urobot(desk, content).effects)

    assert (found.flow, found.question_id) == (RETURNS, question_id)


def test_without_urobot_session_id_the_latest_talk_goes_on() -> None:
    """robot_commands.py, AskUrobot: the latest with this robot and scene, else a new one."""
    desk = robots_desk()
    talk_to_urobot(desk)
    latest = talk_to_urobot(desk)
    talk_to_urobot(desk, robot_id=OTHER_UROBOT, scene_id=THIRD_SCENE)

    ask_urobot(desk)
    ask_urobot(desk, scene_id=OTHER_SCENE)

    assert len(latest.exchanges) == 1
    begun = desk.talks_of(1)[-1]
    assert (begun.scene_id, begun.robot_id, len(begun.exchanges)) == (OTHER_SCENE, UROBOT, 1)
    assert list(stay(desk, "c-1").talk_ids) == [23702, 23703, 23704, 23705]


@pytest.mark.parametrize("which", ["unknown", "somebody else's", "another scene", "another robot", "a robot's"])
def test_a_talk_that_does_not_fit_is_refused(which: str) -> None:
    """9200 for a message, 2062 for a click. Doc: im-api-v2 §发送消息 (9200), §发送消息预览 (2062)."""
    desk = robots_desk()
    talk_to_urobot(desk)
    talk_id = {
        "unknown": 1,
        "somebody else's": talk_to_urobot(desk, "c-2").id,
        "another scene": talk_to_urobot(desk, scene_id=OTHER_SCENE).id,
        "another robot": talk_to_urobot(desk, robot_id=OTHER_UROBOT, scene_id=THIRD_SCENE).id,
        "a robot's": talk_to_robot(desk).id,
    }[which]

    where: dict[str, Any] = {"customer_token": "c-1", "robot_id": UROBOT, "scene_id": SCENE, "talk_id": talk_id}
    assert refused(desk, AskUrobot(data={"content": "?"}, **where)) == (9200, "会话不存在/会话已关闭")
    assert refused(desk, WalkFlow(flow_id=81, **where)) == (2062, "找不到会话或会话已关闭")
    assert refused(desk, ClickQuestion(question_id=1, **where)) == (2062, "找不到会话或会话已关闭")


def test_an_old_talk_goes_on_in_a_new_stay() -> None:
    """talks.py, Talk: nothing ends it, the customer may come back to it; its stay is over, so a new one begins."""
    desk = robots_desk()
    talk = talk_to_urobot(desk)
    close(desk, start(desk, "c-1"))

    ask_urobot(desk, talk_id=talk.id, at=later(60))

    found = stay(desk, "c-1")
    assert (found.id, found.stage, found.talk_ids) == (2, Stage.ROBOT, {talk.id: None})
    assert len(talk.exchanges) == 1


def test_a_message_id_seen_before_asks_nothing() -> None:
    """Not delivered twice, with a robot or a urobot. Ruling 14."""
    desk = robots_desk()
    first = ask_urobot(desk, message_id="m1").reply.message
    ask_robot(desk, "m2", "运费谁出")

    same = ask_urobot(desk, message_id="m1")
    other = ask_urobot(desk, message_id="m2")

    assert (same.reply, same.effects) == (Said(first, None, is_repeat=True, is_changed=False), ())
    assert (other.reply.is_repeat, other.reply.is_changed, other.effects) == (True, True, ())


# -- clicks ---------------------------------------------------------------------------------------------------------------


def test_a_flow_is_walked() -> None:
    """flow_id from data-id; the answer comes as a urobot push. Doc: im-api-v2 §流程问题接口."""
    desk = robots_desk()
    talk = talk_to_urobot(desk)
    command = WalkFlow(customer_token="c-1", talk_id=talk.id, robot_id=UROBOT, scene_id=SCENE, flow_id=82)

    outcome = desk.handle(command, NOW)

    answer = RobotAnswer(
        id="55394", at=NOW, kind=AnswerKind.ANSWER, title="换货", content="换货", reason="clicked", flow=EXCHANGE
    )
    clicked = Message(id="55393", sender=Sender.CUSTOMER, type="click", data={"content": "换货"}, created_at=NOW)
    assert outcome.reply == answer
    assert talk.exchanges == [Exchange(message=clicked, is_named_by_app=False, answer=answer)]
    push = outcome.effects[-1]
    assert push == PushAnswer(at=NOW, customer_id=1, stay_id=1, talk_id=talk.id, kind="urobot", answer=answer)
    (told,) = happened(outcome.effects, Happening.UROBOT_QUESTION)
    assert (told.facts["type"], told.facts["data"]) == ("click", {"content": "换货"})
    assert walk(desk, talk, 81).flow == RETURNS


def test_unknown_flow_is_refused() -> None:
    """robot_commands.py, WalkFlow: NOT_FOUND (customer, flow)."""
    desk = robots_desk()
    talk = talk_to_urobot(desk)
    where: dict[str, Any] = {"talk_id": talk.id, "robot_id": UROBOT, "scene_id": SCENE}

    assert refused(desk, WalkFlow(customer_token="c-1", flow_id=99, **where))[0] == 2015
    assert refused(desk, WalkFlow(customer_token="nobody", flow_id=81, **where))[0] == 2015


@pytest.mark.parametrize("how", [{"question_id": 2}, {"title": "运费谁出?"}, {"question_id": 2, "title": "怎么退货"}])
def test_a_click_on_a_question_is_answered(how: dict[str, Any]) -> None:
    """6 常见问题点击, 7 建议列表点击: by id, else by title; the answer is pushed. Doc: im-api-v2 §用户点击行为接口."""
    desk = robots_desk()
    talk = talk_to_urobot(desk)

    outcome = desk.handle(a_click(talk.id, **how), NOW)

    answer = outcome.reply
    assert (answer.question_id, answer.content, answer.reason) == (2, "我们出。", "clicked")
    assert answer_in(outcome.effects) == answer
    assert [exchange.message.type for exchange in talk.exchanges] == ["click"]


@pytest.mark.parametrize("how", [{"question_id": 81}, {"question_id": 5_000, "title": "退换货"}])
def test_a_suggested_flow_can_be_clicked_like_a_question(how: dict[str, Any]) -> None:
    """Doc: im-api-v2 §用户点击行为接口, 建议列表点击: the list holds flows too (type 2); an id that nothing has may be a title of digits."""
    desk = robots_desk()
    talk = talk_to_urobot(desk)

    clicked = desk.handle(a_click(talk.id, **how), NOW).reply

    assert clicked.flow is not None
    assert (clicked.flow.id, clicked.title, clicked.question_id) == (81, "退换货", 0)


def test_a_click_on_a_text_that_is_no_title_is_asked() -> None:
    """robot_commands.py, ClickQuestion: a title that is none is asked like any text."""
    desk = robots_desk()
    talk = talk_to_urobot(desk)

    answer = desk.handle(a_click(talk.id, title="邮费"), NOW).reply

    assert (answer.question_id, answer.reason) == (2, "question 2 “运费谁出”: keywords 邮费")


def test_unknown_question_is_refused() -> None:
    """robot_commands.py, ClickQuestion: an unknown id is NOT_FOUND."""
    desk = robots_desk()
    talk = talk_to_urobot(desk)

    assert refused(desk, a_click(talk.id, question_id=99))[0] == 2015
    assert refused(desk, a_click(talk.id, question_id=1, token="nobody"))[0] == 2015


def test_a_click_does_not_use_up_an_id_of_the_app() -> None:
    """Ruling 14 is about the app's message_id: the log's number of a click is not one."""
    desk = robots_desk()
    talk = talk_to_urobot(desk)
    desk.handle(a_click(talk.id, question_id=1), NOW)

    assert [exchange.message.id for exchange in talk.exchanges] == ["55393"]
    assert not ask_robot(desk, "55393").reply.is_repeat


def test_clicks_keep_a_session_open_and_begin_a_stay_when_there_is_none() -> None:
    """Ruling 7; a click on an old talk begins a new stay as a question does."""
    desk = robots_desk()
    talk = talk_to_urobot(desk)
    session = start(desk, "c-1")

    walk(desk, talk, 81)
    assert (session.is_open, stay(desk, "c-1").stage) == (True, Stage.IN_SESSION)

    close(desk, session)
    walk(desk, talk, 82)
    assert (stay(desk, "c-1").stage, stay(desk, "c-1").talk_ids) == (Stage.ROBOT, {talk.id: None})


def test_a_changed_knowledge_is_clicked_as_it_is_now() -> None:
    """robot_commands.py, ChangeUrobot: answers given stay as they are, new ones follow the new knowledge."""
    desk = robots_desk()
    talk = talk_to_urobot(desk)
    before = walk(desk, talk, 81)

    desk.handle(ChangeUrobot(UROBOT, {"knowledge": SHOP, "name": "新优"}), NOW)

    assert walk(desk, talk, 81).flow == before.flow
    assert desk.answer_by_id(customer_id(desk, "c-1"), before.id) == (talk, before)
