"""Robots of 云问 (assign_type robot, im_sub_session_id 0 or empty) over a real socket, expectations from the document."""

import re
from typing import Any
from urllib.parse import quote

import pytest

from ..integrator import Udesk
from . import robot, talk

UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
NO_ROBOT = (2005, "机器人不存在")


async def test_asking_for_a_robot_answers_who_it_is(udesk: Udesk) -> None:
    """§机器人返回, assign_type robot, whole; unknow_message is spelled so."""
    await robot.have_robot(udesk)

    answer = await robot.ask_for(udesk)

    assert (answer.status, answer.body) == (
        200,
        {
            "code": 1000,
            "message": "请求成功",
            "assign_type": "robot",
            "assign_info": {
                "robot_name": "Udesk客服机器人",
                "robot_avatar": "https://x.test/r.png",
                "welcome_message": "<p>您好</p>",
                "unknow_message": robot.UNKNOWN,
            },
        },
    )
    assert await talk.warnings(udesk) == ""


@pytest.mark.parametrize("asked", [{}, {"assign_type": ""}, {"assign_type": None}, {"assign_type": "robot"}])
async def test_a_robot_is_what_comes_by_default(udesk: Udesk, asked: dict[str, Any]) -> None:
    """§请求参数, assign_type: 默认为 'robot'; ruling 6: a new company has a robot."""
    answer = await udesk.call("POST", "/im/sessions", json={"customer_token": "c-1", **asked})

    assert (answer.body["code"], answer.body["assign_type"]) == (1000, "robot")
    assert set(answer.body["assign_info"]) == {"robot_name", "robot_avatar", "welcome_message", "unknow_message"}


@pytest.mark.parametrize(
    ("asked", "named"),
    [({"robot_id": 12362}, "robot_id 12362"), ({"robot_id": "2"}, "robot_id 2"), ({"scene_id": 39}, "scene_id 39")],
)
async def test_what_belongs_to_urobots_is_passed_over_with_a_warning(
    udesk: Udesk, asked: dict[str, Any], named: str
) -> None:
    """§请求参数: robot_id and scene_id are Udesk's own robots'; assumed: they do no harm where none is asked for."""
    plain = await robot.ask_for(udesk, "c-2", robot_id=None)

    answer = await robot.ask_for(udesk, **{"robot_id": None, **asked})

    assert answer.body == plain.body
    assert f"{named} was passed over" in await talk.warnings(udesk)


async def test_without_robots_nobody_answers(udesk: Udesk) -> None:
    """Ruling 17: 2005, for a request and for a question."""
    for one in (await udesk.operator("GET", "/robots")).body["robots"]:
        await udesk.operator("DELETE", f"/robots/{one['id']}")

    talk.assert_refused(await robot.ask_for(udesk, robot_id=None), *NO_ROBOT)
    talk.assert_refused(await talk.say(udesk, 0, "m-1"), *NO_ROBOT)


async def test_an_unknown_token_makes_an_anonymous_customer_or_not(udesk: Udesk) -> None:
    """§创建会话: API匿名用户(customer_token); ruling 6: off gives 2015."""
    await robot.ask_for(udesk, "827wd5r9", robot_id=None)
    await talk.settings(udesk, auto_create_customers=False)

    query = {"type": "token", "content": "827wd5r9"}
    customer = (await udesk.call("GET", "/customers/get_customer", query=query)).body["customer"]
    assert customer["nick_name"] == "API匿名用户(827wd5r9)"
    talk.assert_refused(await robot.ask_for(udesk, "other", robot_id=None), 2015, "资源不存在")
    talk.assert_refused(await talk.say(udesk, 0, "m-1", customer_token="other"), 2015, "资源不存在")


async def test_a_robot_neither_ends_a_session_nor_leaves_a_queue(udesk: Udesk) -> None:
    """Ruling 7."""
    await talk.full(udesk)
    await talk.ask(udesk)

    for token in ("first", "c-1"):
        assert (await robot.ask_for(udesk, token, robot_id=None)).body["assign_type"] == "robot"
        talk.assert_done(await talk.say(udesk, 0, "m-1", customer_token=token))

    statuses = [
        (await udesk.call("GET", "/im/queue_status", query={"customer_token": token})).body
        for token in ("first", "c-1")
    ]
    assert [(row["status"], row["count"]) for row in statuses] == [("会话中", 0), ("排队中", 1)]


@pytest.mark.parametrize("to", [0, "0", "", " ", None])
async def test_a_question_is_answered_by_push(udesk: Udesk, to: int | str | None) -> None:
    """§发送消息: ID为0或空为机器人问题; §回复消息通知, assign_type robot, whole."""
    await robot.have_robot(udesk)

    talk.assert_done(await talk.say(udesk, to, "m-1", "公司业务是什么?", robot_id=robot.ROBOT))

    (push,) = await udesk.pushes()
    message_id = push["messages"][0]["message_id"]
    assert UUID.fullmatch(message_id)
    assert push == {
        "customer_token": "c-1",
        "assign_type": "robot",
        "messages": [
            {
                "type": "message",
                "message_id": message_id,
                "data": {
                    "question_id": 12,
                    "question_title": "公司业务是什么",
                    "answer": "嗨,我们是做云客服的公司!",
                    "gus_list": [{"question_title": "你会什么业务"}],
                    "relate_list": [{"question_title": "公司在哪里"}, {"question_title": "账号申诉"}],
                    "third_url": {"url": "https://www.udesk.cn"},
                },
            }
        ],
    }


@pytest.mark.parametrize(
    ("text", "data"),
    [
        ("你好!", {"question_id": 0, "question_title": "你好", "answer": "您好!"}),
        ("天气怎么样", {"question_id": 0, "question_title": "天气怎么样", "answer": robot.UNKNOWN}),
        ("这里是坏话", {"question_id": 0, "question_title": "这里是坏话", "answer": robot.UNKNOWN}),
        ("。。。", {"question_id": 0, "question_title": "。。。", "answer": robot.UNKNOWN}),
        ("你们是做什么的", {"question_id": 12}),
        ("想了解一下业务", {"question_id": 12}),
    ],
)
async def test_what_is_no_question_of_the_knowledge_has_the_id_0(udesk: Udesk, text: str, data: dict[str, Any]) -> None:
    """§回复消息通知: question_id 0为寒暄库,非问答; the unknown answer has none either. Ruling 17: sensitive words are urobots'."""
    await robot.have_robot(udesk)

    talk.assert_done(await talk.say(udesk, 0, "m-1", text, robot_id=robot.ROBOT))

    (messages,) = await robot.answered(udesk)
    found = messages[0]["data"]
    assert {name: found[name] for name in data} == data
    assert list(found) == ["question_id", "question_title", "answer", "gus_list", "relate_list", "third_url"]


async def test_a_question_begins_a_talk_by_itself_and_goes_on_with_it(udesk: Udesk) -> None:
    """§发送消息: neither a request before it nor robot_id is required with 0."""
    for message_id in ("m-1", "m-2"):
        talk.assert_done(await talk.say(udesk, 0, message_id, "天气怎么样"))
        assert await talk.warnings(udesk) == ""

    assert len(await robot.answered(udesk)) == 2
    assert len(udesk.slot.company.look().state.talks) == 1


@pytest.mark.parametrize("name", ["robot_id", "scene_id", "urobot_session_id"])
async def test_what_belongs_to_minus_one_is_passed_over_with_a_warning(udesk: Udesk, name: str) -> None:
    """§请求参数: all three are Udesk's own robots'; assumed: they do no harm with 0."""
    talk.assert_done(await talk.say(udesk, 0, "m-1", **{name: "99"}))

    assert f"{name} 99 was passed over" in await talk.warnings(udesk)


@pytest.mark.parametrize("to", [0, "", -1])
@pytest.mark.parametrize("type_", ["image", "audio", "rich", "video", "file"])
async def test_robots_take_plain_messages_alone(udesk: Udesk, to: int | str, type_: str) -> None:
    """§发送消息, 注意: 发送给机器人的消息 type 参数目前只支持 'message' 类型; ruling 14."""
    answer = await talk.say(udesk, to, "m-1", type=type_, robot_id=2, scene_id=114)

    talk.assert_malformed(answer, "type")
    assert await robot.answered(udesk) == []


@pytest.mark.parametrize(
    "lacking",
    [
        {"message_id": None},
        {"message_id": ""},
        {"customer_token": ""},
        {"data": {}},
        {"data": {"content": ""}},
        {"message_id": None, "type": "image"},
    ],
)
async def test_what_lacks_is_2062(udesk: Udesk, lacking: dict[str, Any]) -> None:
    """§发送消息, 错误返回: 2062 缺少参数; message_id: Udesk机器人可不传, so robots need it."""
    talk.assert_refused(await talk.say(udesk, 0, "m-1", **lacking), 2062, "缺少参数")


async def test_a_repeat_is_taken_and_not_asked_again(udesk: Udesk) -> None:
    """Ruling 14, for both kinds of robots: 1000, a warning, one push."""
    await robot.have_urobot(udesk)
    for to, message_id in ((0, "m-0"), (-1, "m-1")):
        more = {"robot_id": robot.UROBOT, "scene_id": robot.SCENE} if to else {}
        for _ in range(2):
            talk.assert_done(await talk.say(udesk, to, message_id, "你好", **more))
        assert f"{message_id} was used before" in await talk.warnings(udesk)

    assert len(await robot.answered(udesk)) == 2
    assert (await udesk.operator("GET", "/problems")).body["problems"] == []


@pytest.mark.parametrize("setting", ["accept", "error"])
async def test_a_repeat_with_other_content_is_a_problem(udesk: Udesk, setting: str) -> None:
    """Ruling 14; by setting it is refused too."""
    await talk.settings(udesk, duplicate_message=setting)
    talk.assert_done(await talk.say(udesk, 0, "m-1", "one"))

    answer = await talk.say(udesk, 0, "m-1", "other")

    assert answer.body["code"] == (1000 if setting == "accept" else 2000)
    problems = (await udesk.operator("GET", "/problems")).body["problems"]
    assert [problem["kind"] for problem in problems] == ["reused_message_id"]
    assert len(await robot.answered(udesk)) == 1


async def test_all_parameters_may_stand_in_the_query_of_a_post(udesk: Udesk) -> None:
    """Ruling 5; numbers come as texts then."""
    await robot.have_robot(udesk)
    begun = await udesk.call("POST", "/im/sessions", query={"customer_token": "c-1", "robot_id": str(robot.ROBOT)})
    query = (
        f"customer_token=c-1&message_id=m-1&im_sub_session_id=0&robot_id={robot.ROBOT}&data[content]={quote('你好')}"
    )
    talk.assert_done(await udesk.call("POST", "/im/messages", query=query))

    assert begun.body["assign_info"]["robot_name"] == "Udesk客服机器人"
    assert [messages[0]["data"]["answer"] for messages in await robot.answered(udesk)] == ["您好!"]


async def test_keys_that_no_call_has_are_taken_with_a_warning(udesk: Udesk) -> None:
    """Ruling 5."""
    assert (await robot.ask_for(udesk, robot_id=None, robotid=3)).body["code"] == 1000
    assert "unknown parameter robotid: robot_id is meant?" in await talk.warnings(udesk)


@pytest.mark.parametrize(
    ("name", "value"), [(name, value) for name in ("robot_id", "scene_id") for value in talk.NO_NUMBERS]
)
async def test_malformed_numbers_are_refused_by_name(udesk: Udesk, name: str, value: Any) -> None:
    """Ruling 5: 2000 with the field's name, for both kinds of robots."""
    for assign_type in ("robot", "urobot"):
        talk.assert_malformed(await robot.ask_for(udesk, assign_type=assign_type, **{name: value}), name)
    for to in (0, -1):
        talk.assert_malformed(await talk.say(udesk, to, "m-1", **{name: value}), name)
    await talk.assert_no_faults(udesk)


async def test_a_customer_goes_from_the_robot_to_an_agent(udesk: Udesk) -> None:
    """Contract §9.6: a new POST /im/sessions; §type 类型及支持列表: robot_transfer is never pushed."""
    await robot.ask_for(udesk, robot_id=None, channel="小程序", robot_role_id="vip")
    await talk.say(udesk, 0, "m-1", "你好")

    session_id = await talk.session(udesk)

    shown = await talk.shown(udesk, session_id)
    assert (shown["channel"], shown["robot_role_id"]) == ("小程序", "vip")
    assert [row["type"] for row in shown["messages"]] == ["robot_transfer", "start_session", "message"]
    pushed = [(push["assign_type"], [row["type"] for row in push["messages"]]) for push in await udesk.pushes()]
    assert pushed == [("robot", ["message"]), ("agent", ["start_session", "message"])]
