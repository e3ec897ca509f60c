"""Status over a real socket, expectations from the document."""

from typing import Any

import pytest

from ..integrator import Udesk
from . import talk


async def queue_status(udesk: Udesk, token: str = "c-1") -> Any:
    return (await udesk.call("GET", "/im/queue_status", query={"customer_token": token})).body


async def customer_status(udesk: Udesk, **query: str) -> Any:
    return (await udesk.call("GET", "/im/customer_status", query=query)).body


async def test_the_four_states_of_waiting(udesk: Udesk) -> None:
    """§查询排队状态: 未排队, 排队中 with the place, 分配中, 会话中."""
    await talk.settings(udesk, assign_seconds=5)
    await talk.full(udesk)
    await udesk.call("POST", "/customers", json={"customer": {"nick_name": "小王", "open_api_token": "c-1"}})
    states = [await queue_status(udesk)]
    await talk.ask(udesk, "before")
    await talk.ask(udesk)
    states.append(await queue_status(udesk))
    await udesk.call("DELETE", "/im/sessions/1001")
    states.append(await queue_status(udesk, "before"))
    await udesk.advance(5)
    states.append(await queue_status(udesk, "before"))

    assert states == [
        {"code": 1000, "status": "未排队", "count": 0},
        {"code": 1000, "status": "排队中", "count": 2},
        {"code": 1000, "status": "分配中", "count": 0},
        {"code": 1000, "status": "会话中", "count": 0},
    ]


@pytest.mark.parametrize("assign_type", ["robot", "urobot"])
async def test_who_talks_to_a_robot_neither_waits_nor_has_a_session(udesk: Udesk, assign_type: str) -> None:
    """§查询排队状态, §查询客户状态: both speak of agents alone; then the customer goes on to one."""
    await udesk.call(
        "POST",
        "/im/sessions",
        json={"customer_token": "c-1", "assign_type": assign_type, "robot_id": 2, "scene_id": 114},
    )
    await talk.say(udesk, -1 if assign_type == "urobot" else 0, "m-1", "你好", robot_id=2, scene_id=114)
    states = [await queue_status(udesk), await customer_status(udesk, customer_token="c-1")]
    await talk.session(udesk)
    states += [await queue_status(udesk), await customer_status(udesk, customer_token="c-1")]

    assert states == [
        {"code": 1000, "status": "未排队", "count": 0},
        {"code": 1000, "status_code": 0, "status": "无会话"},
        {"code": 1000, "status": "会话中", "count": 0},
        {"code": 1000, "status_code": 1, "status": "会话中"},
    ]


async def test_of_several_conversations_the_one_with_an_agent_counts(udesk: Udesk) -> None:
    """Assumed: with the API a robot's conversation beside a session of the web page counts less than that."""
    made = await udesk.operator("POST", "/customers", {"customer_token": "c-1", "web_token": "w-1"})
    assert made.status == 201, made.raw
    await udesk.call("POST", "/im/sessions", json={"customer_token": "c-1", "assign_type": "robot"})
    await udesk.operator("POST", "/sessions", {"web_token": "w-1", "session_key": "page-1"})

    assert (await queue_status(udesk))["status"] == "会话中"
    assert (await customer_status(udesk, customer_token="c-1"))["status"] == "会话中"


async def test_places_move_up(udesk: Udesk) -> None:
    """Ruling 8: places count from 1."""
    await talk.full(udesk)
    for token in ("c-1", "c-2", "c-3"):
        await talk.ask(udesk, token)

    await udesk.call("DELETE", "/im/sessions/close_queue", query={"customer_token": "c-1", "queue": "queue:company:1"})

    assert [(await queue_status(udesk, token))["count"] for token in ("c-1", "c-2", "c-3")] == [0, 1, 2]


async def test_the_queue_status_of_an_unknown_customer_is_refused(udesk: Udesk) -> None:
    """Ruling 6: not found 2015."""
    talk.assert_refused(
        await udesk.call("GET", "/im/queue_status", query={"customer_token": "nobody"}), 2015, "资源不存在"
    )


async def test_the_queue_status_needs_a_token(udesk: Udesk) -> None:
    """Ruling 5."""
    talk.assert_refused(await udesk.call("GET", "/im/queue_status"), 2000, talk.MISSING + "customer_token")
    talk.assert_malformed(await udesk.call("GET", "/im/queue_status", query="customer_token[]=c"), "customer_token")


async def test_the_four_states_of_a_customer(udesk: Udesk) -> None:
    """§查询客户状态: 0 无会话, 1 会话中, 2 排队中, 3 无效客户."""
    await talk.full(udesk)
    await talk.ask(udesk, "waits")
    await udesk.call("POST", "/customers", json={"customer": {"nick_name": "x", "open_api_token": "idle"}})

    states = [await customer_status(udesk, customer_token=token) for token in ("idle", "first", "waits", "nobody")]

    assert states == [
        {"code": 1000, "status_code": 0, "status": "无会话"},
        {"code": 1000, "status_code": 1, "status": "会话中"},
        {"code": 1000, "status_code": 2, "status": "排队中"},
        {"code": 1000, "status_code": 3, "status": "无效客户"},
    ]


async def test_being_assigned_counts_as_waiting(udesk: Udesk) -> None:
    """Assumed: the document has no state of its own for it."""
    await talk.settings(udesk, assign_seconds=5)
    await talk.full(udesk)
    await talk.ask(udesk)
    await udesk.call("DELETE", "/im/sessions/1001")

    assert (await customer_status(udesk, customer_token="c-1"))["status_code"] == 2


async def test_the_first_token_that_is_not_empty_counts(udesk: Udesk) -> None:
    """§查询客户状态: 按顺序取第一个有值参数."""
    await talk.session(udesk)

    states = [
        await customer_status(udesk, customer_token="c-1", web_token="nobody"),
        await customer_status(udesk, customer_token="", web_token="nobody", sdk_token="c-1"),
        await customer_status(udesk, sdk_token="c-1"),
    ]

    assert [state["status_code"] for state in states] == [1, 3, 3]


async def test_web_and_sdk_customers_are_found_and_session_keys_tell_conversations_apart(udesk: Udesk) -> None:
    """§查询客户状态: session_key: web_token 存在时,支持多会话不同的会话状态."""
    await udesk.operator("POST", "/sessions", {"web_token": "w", "session_key": "179306259"})
    await udesk.operator("POST", "/sessions", {"sdk_token": "s"})

    states = [
        await customer_status(udesk, web_token="w", session_key="179306259"),
        await customer_status(udesk, web_token="w", session_key="other"),
        await customer_status(udesk, web_token="w"),
        await customer_status(udesk, sdk_token="s", session_key="179306259"),
    ]

    assert [state["status_code"] for state in states] == [1, 0, 1, 1]


@pytest.mark.parametrize("kind", ["customer_token", "web_token", "sdk_token"])
async def test_without_a_session_key_any_conversation_of_the_customer_counts(udesk: Udesk, kind: str) -> None:
    """§查询客户状态: whether the customer is in a session; a session comes before a place in a queue."""
    await talk.agent(udesk, 3, im_status="busy")
    states = []
    await udesk.operator("POST", "/sessions", {kind: "x", "session_key": "waits", "agent_id": 3})
    states.append(await customer_status(udesk, **{kind: "x"}))
    await udesk.operator("POST", "/sessions", {kind: "x", "session_key": "talks", "agent_id": 4})
    states.append(await customer_status(udesk, **{kind: "x"}))

    assert [state["status_code"] for state in states] == [2, 1]


async def test_the_queue_status_is_that_of_the_conversation_that_has_come_furthest(udesk: Udesk) -> None:
    """§查询排队状态: 会话中, else 分配中, else 排队中 with its place; session keys can't be told apart here."""
    await talk.settings(udesk, assign_seconds=5)
    await talk.full(udesk)
    await talk.ask(udesk, "before")
    states = []
    await udesk.operator("POST", "/sessions", {"customer_token": "c-1", "session_key": "first"})
    states.append(await queue_status(udesk))
    await udesk.operator("POST", "/sessions", {"customer_token": "c-1", "session_key": "second", "agent_id": 3})
    await udesk.call("DELETE", "/im/sessions/1001")
    states.append(await queue_status(udesk))
    await udesk.advance(5)
    states.append(await queue_status(udesk))

    assert [(state["status"], state["count"]) for state in states] == [("排队中", 2), ("分配中", 0), ("会话中", 0)]


async def test_the_customer_status_needs_a_token(udesk: Udesk) -> None:
    """§查询客户状态: customer_token/web_token/sdk_token必须存在一个; ruling 5."""
    answer = await udesk.call("GET", "/im/customer_status", query={"customer_token": "", "session_key": "1"})

    talk.assert_refused(answer, 2000, talk.MISSING + "customer_token")


async def test_agents_are_listed_with_their_state(udesk: Udesk) -> None:
    """§查询客服状态, whole; both nick and im_nick (ruling 21)."""
    await talk.agent(udesk, 3, im_nick="小汤", im_status="busy", im_custom_status="吃饭")
    await talk.agent(udesk, 4, im_custom_status="吃饭", avatar="https://x.test/j.png")
    await talk.session(udesk)

    answer = await udesk.call("GET", "/im/agent_status")

    assert answer.body == {
        "code": 1000,
        "agents": [
            {
                "id": 3,
                "name": "Tom",
                "nick": "小汤",
                "im_nick": "小汤",
                "avatar": "",
                "profile": "all",
                "im_status": "busy",
                "im_custom_status": "吃饭",
                "im_session_num": 0,
                "im_max_join_num": 5,
            },
            {
                "id": 4,
                "name": "Jerry",
                "nick": "",
                "im_nick": "",
                "avatar": "https://x.test/j.png",
                "profile": "all",
                "im_status": "online",
                "im_custom_status": "",
                "im_session_num": 1,
                "im_max_join_num": 5,
            },
        ],
    }


async def test_agents_of_one_group_are_listed(udesk: Udesk) -> None:
    """§查询客服状态, group_id; an empty one is none."""
    of_group = await udesk.call("GET", "/im/agent_status", query={"group_id": "11"})
    of_all = await udesk.call("GET", "/im/agent_status", query={"group_id": ""})

    assert [agent["id"] for agent in of_group.body["agents"]] == [4]
    assert [agent["id"] for agent in of_all.body["agents"]] == [3, 4]


async def test_an_unknown_group_has_a_code_of_its_own(udesk: Udesk) -> None:
    """§查询客服状态: 11012指定组不存在."""
    talk.assert_refused(await udesk.call("GET", "/im/agent_status", query={"group_id": 99}), 11012, "指定组不存在")


@pytest.mark.parametrize("group_id", ["x", "1.5", "9" * 100])
async def test_a_group_id_that_is_no_number_is_refused(udesk: Udesk, group_id: str) -> None:
    """Ruling 5."""
    talk.assert_malformed(await udesk.call("GET", "/im/agent_status", query={"group_id": group_id}), "group_id")
