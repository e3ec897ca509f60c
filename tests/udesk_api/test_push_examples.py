"""Each push that im-api-v2 prints, against the body that a conversation really brings: names, nesting and JSON types are the same."""

import re
from copy import deepcopy
from html.parser import HTMLParser
from typing import Any

import pytest

from ..integrator import Udesk
from . import prepared, printed, talk
from .printed import shape

UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


async def ask_robot(udesk: Udesk, text: str) -> dict[str, Any]:
    """The customer of the example asks the robot of the example; the push."""
    data = printed.ROBOT_PUSH["messages"][0]["data"]
    guidance = [row["question_title"] for row in data["gus_list"]]
    related = [row["question_title"] for row in data["relate_list"]]
    question = {
        "id": data["question_id"],
        "question": data["question_title"],
        "answer": data["answer"],
        "guidance": guidance,
        "related": related,
        "link": data["third_url"]["url"],
    }
    others = [{"question": title, "answer": "x"} for title in (*guidance, *related)]
    await prepared.robot(udesk, 9, questions=[question, *others], flows=[])
    talk.assert_done(await talk.say(udesk, 0, "m-1", text, customer_token="axb", robot_id=9))
    return (await udesk.pushes())[-1]


async def ask_urobot(udesk: Udesk, text: str, robot_id: int = 54) -> dict[str, Any]:
    """The customer of the example asks a urobot, in the session and with the log number of the example; the push."""
    await prepared.urobot(udesk, robot_id, 1)
    # The hello takes the log number before.
    prepared.number(udesk, talk=1835244, robot_log=3574330)
    info = await prepared.urobot_talk(udesk, "axb", robot_id, 1)
    more = {"customer_token": "axb", "urobot_session_id": info["sessionId"]}
    await prepared.ask_urobot(udesk, text, robot_id, 1, **more)
    return (await udesk.pushes())[-1]


def test_a_shape_has_names_and_types_and_no_order() -> None:
    """Two bodies are alike when names, nesting and JSON types are; neither order nor number of like elements says anything."""
    body = {"a": 1, "b": [{"c": "x"}, {"c": None}], "d": True}

    assert shape(body) == shape({"d": False, "b": [{"c": None}, {"c": ""}, {"c": "y"}], "a": 2.5})
    for other in ({**body, "a": "1"}, {**body, "d": 1}, {**body, "b": []}, {**body, "e": 1}, {"a": 1}):
        assert shape(other) != shape(body)


async def test_a_robots_answer_is_pushed_as_printed(udesk: Udesk) -> None:
    """§回复消息通知, assign_type robot, values too; message_id is a UUID as there."""
    push = await ask_robot(udesk, "公司业务是什么")

    assert shape(push) == shape(printed.ROBOT_PUSH)
    message_id = push["messages"][0]["message_id"]
    assert UUID.fullmatch(message_id)
    expected = deepcopy(printed.ROBOT_PUSH)
    expected["messages"][0]["message_id"] = message_id
    assert push == expected


@pytest.mark.parametrize("text", ["你好", "谁也不知道"])
async def test_what_is_no_answer_to_a_question_has_the_same_names(udesk: Udesk, text: str) -> None:
    """§回复消息通知: question_id 0为寒暄库,非问答; the lists are there, and empty."""
    push = await ask_robot(udesk, text)

    (message,) = push["messages"]
    (example,) = printed.ROBOT_PUSH["messages"]
    assert (push.keys(), message.keys()) == (printed.ROBOT_PUSH.keys(), example.keys())
    assert message["data"].keys() == example["data"].keys()
    assert (message["data"]["question_id"], message["data"]["gus_list"], message["data"]["relate_list"]) == (0, [], [])


async def test_a_urobots_answer_is_pushed_as_printed(udesk: Udesk) -> None:
    """§回复消息通知, assign_type urobot, values too, but that the table has 2 for 答案和建议列表 where the example prints 1 beside a list."""
    push = await ask_urobot(udesk, "账号申诉")

    assert shape(push) == shape({"customer_token": "axb", "assign_type": "urobot", "messages": printed.UROBOT_MESSAGES})
    assert push["messages"] == {**printed.UROBOT_MESSAGES, "ansType": 2}


@pytest.mark.parametrize(("text", "kind"), [("你好", 4), ("谁也不知道", 6), ("敏感词甲", 8), ("怎么退货", 1)])
async def test_a_urobots_answers_of_all_kinds_have_the_same_names(udesk: Udesk, text: str, kind: int) -> None:
    """§回复消息通知: ansType 1 普通答案, 4 寒暄, 6 未知说辞, 8 敏感词; the list is there, and empty."""
    push = await ask_urobot(udesk, text)

    expected = {**printed.UROBOT_MESSAGES, "suggestQuestionList": []}
    assert shape(push["messages"]) == shape(expected)
    assert push["messages"]["ansType"] == kind


async def test_a_flow_is_pushed_with_its_three_names(udesk: Udesk) -> None:
    """§回复消息通知: flowId, flowTitle, flowContent beside the rest; no example of theirs is printed."""
    push = await ask_urobot(udesk, "流程A")

    expected = {**printed.UROBOT_MESSAGES, "suggestQuestionList": []}
    flow = {"flowId": 80, "flowTitle": "流程A", "flowContent": printed.FLOW_CONTENT}
    assert shape(push["messages"]) == shape(expected | flow)
    assert (push["messages"]["flowId"], push["messages"]["flowTitle"]) == (80, "流程A")


class Clicks(HTMLParser):
    """What can be clicked in a flow's content, with all attributes, and all its lines."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.clicks: list[tuple[dict[str, str | None], str]] = []
        self.lines: list[str] = []
        self._is_click = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in ("p", "b", "br"), tag
        if tag == "p":
            self.lines.append("")
        if tag == "b":
            self.clicks.append((dict(attrs), ""))
        self._is_click = tag == "b"

    def handle_endtag(self, tag: str) -> None:
        self._is_click = False

    def handle_data(self, data: str) -> None:
        if not data.strip():
            return
        self.lines[-1] += data
        if self._is_click:
            self.clicks[-1] = (self.clicks[-1][0], self.clicks[-1][1] + data)


async def test_the_content_of_a_flow_is_as_printed(udesk: Udesk) -> None:
    """§流程问题接口: data-type 2 a flow, 1 a question, class flow-item, data-id, data-robotid; what leads nowhere is a line of text."""
    push = await ask_urobot(udesk, "流程A")

    found, example = Clicks(push["messages"]["flowContent"]), Clicks(printed.FLOW_CONTENT)
    assert (found.clicks, found.lines) == (example.clicks, example.lines)
    assert [list(attributes) for attributes, _ in found.clicks] == [
        list(attributes) for attributes, _ in example.clicks
    ]


async def test_the_flow_that_the_example_clicks_is_pushed(udesk: Udesk) -> None:
    """§流程问题接口: 可以使用 flow_id=81来调用本接口; 推送数据参考urobot回复消息通知."""
    push = await ask_urobot(udesk, "流程A")
    session_id = push["messages"]["sessionId"]
    body = {
        "customer_token": "axb",
        "im_sub_session_id": session_id,
        "flow_id": 81,
        "robot_id": 54,
        "scene_id": 1,
    }

    talk.assert_done(await udesk.call("POST", "/im/messages/flow", json=body))

    after = (await udesk.pushes())[-1]
    assert shape(after) == shape(push)
    assert (after["messages"]["flowId"], after["messages"]["sessionId"]) == (81, session_id)


async def test_an_agents_messages_are_pushed_as_printed(udesk: Udesk) -> None:
    """§回复消息通知, assign_type agent: each type as in the batch that is printed; start and welcome in one POST (FAQ)."""
    fields = {"id": 1, "name": "TOM", "avatar": "https://123.com/1.png", "welcome": talk.WELCOME}
    await prepared.have(udesk, "/agents", **fields)
    prepared.number(udesk, session=3)
    assert await talk.session(udesk, "axb", agent_id=1) == 3
    examples = {row["type"]: row for row in printed.AGENT_PUSH["messages"]}
    for type_ in ("message", "rich"):
        said = {"type": type_, "data": examples[type_]["data"]}
        await udesk.operator("POST", "/sessions/3/messages", said)
    await udesk.operator("POST", "/sessions/3/close")

    started, *single = await udesk.pushes()

    start, welcome = started["messages"]
    without_font = {**examples["message"], "data": {"content": "x"}}
    assert [shape(start), shape(welcome)] == [shape(examples["start_session"]), shape(without_font)]
    assert [shape(push["messages"]) for push in single] == [
        shape([examples[type_]]) for type_ in ("message", "rich", "close")
    ]
    for push in (started, *single):
        assert (push.keys(), push["customer_token"], push["assign_type"]) == (
            printed.AGENT_PUSH.keys(),
            "axb",
            "agent",
        )
        for row in push["messages"]:
            same = ("agent_id", "agent_name", "agent_avatar", "im_sub_session_id")
            assert [row[name] for name in same] == [examples["rich"][name] for name in same]
    assert single[0]["messages"][0]["data"] == examples["message"]["data"]
    assert single[1]["messages"][0]["data"] == examples["rich"]["data"]


async def test_what_the_agent_has_read_is_pushed_as_tabled(udesk: Udesk) -> None:
    """§发送客户消息已读状态: session_id and message_ids, and nothing else."""
    session_id = await talk.session(udesk)
    await talk.say(udesk, session_id, "m-1")

    await udesk.operator("POST", f"/sessions/{session_id}/read")

    assert shape((await udesk.pushes())[-1]) == shape(printed.READ_PUSH)


async def test_the_h5_push_is_as_printed(udesk: Udesk) -> None:
    """§H5离线推送: the closing text that the service says by itself, to a customer with both tokens; agent_avatar and session_key are optional."""
    example = printed.H5_PUSH
    token, row = example["web_token"], example["messages"][0]
    await talk.settings(udesk, h5_push_url=udesk.h5.url, customer_idle_close_seconds=60)
    await prepared.have(udesk, "/customers", customer_token=token, web_token=token)
    await prepared.have(udesk, "/agents", id=row["agent_id"], name=row["agent_name"])
    prepared.number(udesk, session=row["im_sub_session_id"])
    plugin = {"im_web_plugin_id": row["im_web_plugin_id"]}
    await prepared.have(udesk, "/sessions", web_token=token, agent_id=row["agent_id"], **plugin)
    await udesk.call("POST", "/im/h5push", json={"web_token": token, "h5push": True, **plugin})

    await udesk.advance(60)

    (body,) = udesk.h5.bodies
    assert shape(body) == shape(example)
    changing = {"message_created_at", "message_id", "data"}
    assert {name: body["messages"][0][name] for name in row.keys() - changing} == {
        name: row[name] for name in row.keys() - changing
    }
    content = example["message"]["content"]
    assert {name: body["message"]["content"][name] for name in content.keys() - {"data"}} == {
        name: content[name] for name in content.keys() - {"data"}
    }
    assert re.fullmatch(r"udesk_[0-9]+[0-9]{13}", body["message"]["message_id"])
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", body["message"]["message_created_at"])


async def test_the_address_of_the_custom_page_is_as_printed(udesk: Udesk) -> None:
    """§自定义 IM 结构化消息列表页面, to the last character: jid_resource stands in the address and not in the sign."""
    slot = udesk.server.companies.create(
        subdomain="printed",
        secret=printed.STRUCT_PAGE_SECRET,
        now=prepared.at(printed.STRUCT_PAGE_TIMESTAMP),
        rate=0,
        settings={"struct_page_url": "https://www.demo.com/struct_message"},
    )
    async with Udesk(udesk.server, slot, f"{udesk.server.url}/c/printed", udesk.receiver, udesk.h5) as theirs:
        await prepared.have(theirs, "/agents", id=1, name="TOM")
        prepared.number(theirs, session=1)
        await prepared.sdk_session(theirs, agent_id=1, jid_resource=printed.STRUCT_PAGE_JID)

        answer = await theirs.operator("GET", "/sessions/1/struct-page")

    assert answer.body["url"] == printed.STRUCT_PAGE
