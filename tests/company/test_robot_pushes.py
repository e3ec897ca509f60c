"""What robots push: each body as the document's example has it, and each validated against its declared model."""

import json
from dataclasses import replace
from typing import Any

import pytest

from mock_udesk.company.pushes.pushes import Parcel, bodies
from mock_udesk.company.pushes.robot_pushes import flow_content
from mock_udesk.desk.desk import Desk
from mock_udesk.desk.effects import PushAnswer
from mock_udesk.desk.knowledge import Flow, FlowItem
from mock_udesk.desk.records import Message, Sender
from mock_udesk.desk.talks import AnswerKind, RobotAnswer, RobotKind, Suggestion, Talk
from mock_udesk.settings import Settings
from tests import NOW
from tests.company.test_pushes import AWAY, MODELS, WELCOME, WITH_H5, desk_with, push, said
from tests.udesk_api.printed import ROBOT_PUSH, UROBOT_MESSAGES


def question(number: int, title: str) -> Suggestion:
    """A suggested question."""
    return Suggestion(kind="question", id=number, title=title)


ROBOTS = RobotAnswer(
    id="f862f80d-89aa-4f31-92d9-ccd4fcacffcf",
    at=NOW,
    kind=AnswerKind.ANSWER,
    title="公司业务是什么",
    content="嗨,我们是做云客服的公司!不同开发就可以和微信微博web上的用户进行沟通和管理",
    reason="",
    question_id=210530,
    guidance=(question(1, "你会什么业务"), question(2, "你们公司有什么业务")),
    related=(question(3, "公司在哪里"), question(4, "联系方式是什么")),
    link="https://www.udesk.cn",
)
UROBOTS = RobotAnswer(
    id="3574331",
    at=NOW,
    kind=AnswerKind.ANSWER,
    title="账号申诉",
    content="申诉流程",
    reason="",
    question_id=12,
    guidance=(question(434, "问题1"),),
)
FLOW = Flow(
    id=80,
    title="流程A",
    items=(FlowItem(text="流程子项A跳转子项-1", flow_id=81), FlowItem(text="流程子项A跳转子项-2")),
)


def answered(answer: RobotAnswer, kind: RobotKind, settings: Settings | None = None, **customer: Any) -> list[Parcel]:
    """What an answer sends, each body checked against the model it is declared with."""
    desk = desk_with(**customer)
    desk.state.talks[1835244] = Talk(
        id=1835244,
        kind=kind,
        robot_id=54,
        name="优优",
        hello="您好",
        customer_id=1,
        began_at=NOW,
        scene_id=114 if kind == "urobot" else None,
    )
    effect = PushAnswer(at=NOW, customer_id=1, stay_id=1, talk_id=1835244, kind=kind, answer=answer)
    parcels = bodies(effect, Desk(desk.state), settings or Settings())
    for parcel in parcels:
        MODELS[parcel.push].body.model_validate(parcel.body)
        assert parcel.target == MODELS[parcel.push].target
    return parcels


def message_of(answer: RobotAnswer) -> dict[str, Any]:
    """The urobot's `messages`."""
    (parcel,) = answered(answer, "urobot")
    message: dict[str, Any] = parcel.body["messages"]
    return message


def test_a_robots_answer_is_the_documents_example() -> None:
    """im-api-v2 §回复消息通知, assign_type robot: the same to the letter, the order of the names too."""
    (parcel,) = answered(ROBOTS, "robot")

    assert (parcel.target, parcel.push) == ("receive_url", "robot_answer")
    assert json.dumps(parcel.body) == json.dumps(ROBOT_PUSH)


def test_a_robots_small_talk_has_question_0_and_empty_lists() -> None:
    """im-api-v2 §回复消息通知: question_id: 0为寒暄库,非问答; no name is left out."""
    small_talk = RobotAnswer(
        id="1", at=NOW, kind=AnswerKind.SMALL_TALK, title="你好", content="您好", reason="small talk “你好”: exact"
    )

    (parcel,) = answered(small_talk, "robot")

    assert parcel.body["messages"][0]["data"] == {
        "question_id": 0,
        "question_title": "你好",
        "answer": "您好",
        "gus_list": [],
        "relate_list": [],
        "third_url": {"url": ""},
    }


def test_a_urobots_answer_is_the_documents_example() -> None:
    """im-api-v2 §回复消息通知, assign_type urobot: an object, ids as numbers.

    ansType apart: 2 表示答案和建议列表, as the text says, where the example has 1 beside a list of suggestions.
    """
    (parcel,) = answered(UROBOTS, "urobot")

    assert (parcel.target, parcel.push) == ("receive_url", "urobot_answer")
    wanted = {"customer_token": "axb", "assign_type": "urobot", "messages": UROBOT_MESSAGES | {"ansType": 2}}
    assert json.dumps(parcel.body) == json.dumps(wanted)


def test_a_urobots_messages_are_a_list_by_setting() -> None:
    """Ruling 21: the table says 对象数组, the section 对像; setting urobot_messages."""
    (as_object,) = answered(UROBOTS, "urobot", Settings(urobot_messages="object"))
    (as_list,) = answered(UROBOTS, "urobot", Settings(urobot_messages="list"))

    assert as_list.body["messages"] == [as_object.body["messages"]]
    assert as_list.body | {"messages": None} == as_object.body | {"messages": None}


@pytest.mark.parametrize(
    ("kind", "suggestions", "number"),
    [
        (AnswerKind.ANSWER, (), 1),
        (AnswerKind.ANSWER, (question(434, "问题1"),), 2),
        (AnswerKind.SUGGESTIONS, (question(434, "问题1"),), 3),
        (AnswerKind.SMALL_TALK, (), 4),
        (AnswerKind.UNKNOWN, (), 6),
        (AnswerKind.SENSITIVE, (), 8),
    ],
)
def test_every_kind_of_answer_has_its_number(
    kind: AnswerKind, suggestions: tuple[Suggestion, ...], number: int
) -> None:
    """im-api-v2 §回复消息通知: 1表示普通答案,2表示答案和建议列表, 3表示建议列表, 4表示返回寒暄,6表示未知说辞, 8表示敏感词."""
    assert message_of(replace(UROBOTS, kind=kind, guidance=suggestions))["ansType"] == number
    assert message_of(replace(UROBOTS, kind=kind, guidance=(), related=suggestions))["ansType"] == number


def test_guidance_and_related_are_one_list_with_each_once() -> None:
    """im-api-v2 §回复消息通知: suggestQuestionList has one kind of row. Assumed: guidance first, and type 2 for a flow."""
    flow = Suggestion(kind="flow", id=434, title="退换货")
    answer = replace(
        UROBOTS,
        guidance=(question(434, "问题1"), question(435, "问题2")),
        related=(question(435, "问题2"), flow, question(434, "问题1")),
    )

    assert message_of(answer)["suggestQuestionList"] == [
        {"id": 434, "content": "问题1", "type": 1},
        {"id": 435, "content": "问题2", "type": 1},
        {"id": 434, "content": "退换货", "type": 2},
    ]


def test_an_answer_with_a_flow_has_the_flows_three_names() -> None:
    """im-api-v2 §回复消息通知: flowId, flowTitle, flowContent; §流程问题接口 has the first line of the example."""
    message = message_of(replace(UROBOTS, guidance=(), flow=FLOW))

    assert list(message) == [*UROBOT_MESSAGES, "flowId", "flowTitle", "flowContent"]
    assert (message["flowId"], message["flowTitle"]) == (80, "流程A")
    assert message["flowContent"] == (
        '<p><b data-type="2" class="flow-item" data-id="81" data-robotid="54">流程子项A跳转子项-1</b></p>'
        "<p>流程子项A跳转子项-2<br></p>"
    )


def test_an_item_that_asks_a_question_has_data_type_1() -> None:
    """im-api-v2 §流程问题接口, the second line of the example."""
    flow = Flow(id=80, title="流程A", items=(FlowItem(text="分类问题A", question_id=307),))

    assert flow_content(flow, 54) == (
        '<p><b data-type="1" class="flow-item" data-id="307" data-robotid="54">分类问题A</b></p>'
    )


def test_what_an_item_says_can_not_break_the_html() -> None:
    """Whoever edits the knowledge types text, not HTML."""
    flow = Flow(id=80, title="流程A", items=(FlowItem(text="a<b & c", flow_id=1), FlowItem(text="</p>")))

    assert flow_content(flow, 2) == (
        '<p><b data-type="2" class="flow-item" data-id="1" data-robotid="2">a&lt;b &amp; c</b></p><p>&lt;/p&gt;<br></p>'
    )


def test_a_flow_without_items_is_empty() -> None:
    """Nothing to click."""
    assert flow_content(Flow(id=80, title="流程A"), 2) == ""


@pytest.mark.parametrize("kind", ["robot", "urobot"])
def test_robots_answer_the_receive_url_alone(kind: RobotKind) -> None:
    """Contract §5.4: the H5 URL gets what agents say; the body of a robot has nothing but the token to name a customer with."""
    answer = ROBOTS if kind == "robot" else UROBOTS

    assert [parcel.target for parcel in answered(answer, kind, WITH_H5, **AWAY)] == ["receive_url"]
    assert answered(answer, kind, WITH_H5, token=None, web_token="w", is_online=False) == []


def test_nothing_is_answered_to_a_customer_who_is_gone() -> None:
    """As with the agents' messages."""
    desk = desk_with()
    del desk.state.customers[1]

    assert (
        bodies(PushAnswer(at=NOW, customer_id=1, stay_id=1, talk_id=1, kind="robot", answer=ROBOTS), desk, Settings())
        == []
    )


# -- what an app is not to see ------------------------------------------------------------------------------------------

STRUCT = replace(said(3, "struct", ""), data={"title": "测试", "buttons": [{"type": "link", "text": "访问"}]})
HANDED_OVER = Message(
    id="udesk_4", sender=Sender.SYSTEM, type="robot_transfer", data={"content": "机器人转接对话"}, created_at=NOW
)
RATED = Message(
    id="udesk_5",
    sender=Sender.SYSTEM,
    type="survey",
    data={"content": "客户评价:满意", "option_id": 36, "remark": ""},
    created_at=NOW,
)


def types(parcels: list[Parcel]) -> list[list[str]]:
    """What each parcel carries."""
    return [[row["type"] for row in parcel.body["messages"]] for parcel in parcels]


def test_a_structured_message_is_pushed_by_setting() -> None:
    """im-api-v2 §消息内容格式: struct 暂不支持; ruling 24: setting struct_to_api_customers, and then as type struct with its data."""
    off = push(desk_with(), Settings(), STRUCT, WELCOME)
    (on,) = push(desk_with(), Settings(struct_to_api_customers=True), STRUCT)

    assert types(off) == [["message"]]
    assert push(desk_with(), Settings(), STRUCT) == []
    assert (on.body["messages"][0]["type"], on.body["messages"][0]["data"]) == ("struct", STRUCT.data)


@pytest.mark.parametrize("message", [HANDED_OVER, RATED])
def test_what_is_for_agents_alone_is_never_pushed(message: Message) -> None:
    """im-api-v2 §消息内容格式: robot_transfer 仅用于客服显示, survey 只会在客服IM工作台显示; an invitation is by setting (ruling 16)."""
    settings = WITH_H5.changed({"struct_to_api_customers": True, "h5_events": True})

    assert push(desk_with(**AWAY), settings, message) == []
    assert types(push(desk_with(), settings, message, WELCOME)) == [["message"]]
    assert types(push(desk_with(), settings, said(6, "survey", "您对本服务的评价是?"))) == [["survey"]]
