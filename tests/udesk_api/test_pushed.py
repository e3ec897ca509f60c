"""What the receive URL gets over real sockets, expectations from im-api-v2 §回复消息通知 and §消息内容格式."""

from typing import Any

import pytest

from ..integrator import Udesk
from . import talk


def told(push: dict[str, Any]) -> list[tuple[str, int, str]]:
    """Type, session and content of each message of a push."""
    return [(row["type"], row["im_sub_session_id"], row["data"]["content"]) for row in push["messages"]]


async def test_a_session_starts_with_its_welcome_in_one_post(udesk: Udesk) -> None:
    """§消息内容详情: start_session 通常为数组推送,后面有欢迎语; ruling 11. Ids: ruling 20."""
    session_id = await talk.session(udesk)

    (push,) = await udesk.pushes()

    head = {
        "agent_id": 3,
        "agent_name": "Tom",
        "agent_avatar": "",
        "im_sub_session_id": session_id,
        "message_created_at": "20261122 10:00:00",
    }
    assert push == {
        "customer_token": "c-1",
        "assign_type": "agent",
        "messages": [
            {
                "type": "start_session",
                "message_id": "udesk_11795312800000",
                **head,
                "data": {"content": "对话开始"},
            },
            {"type": "message", "message_id": "udesk_21795312800000", **head, "data": {"content": talk.WELCOME}},
        ],
    }


async def test_a_session_that_starts_from_the_queue_is_pushed_too(udesk: Udesk) -> None:
    """Ruling 11: at once or from the queue."""
    await talk.full(udesk)
    await talk.ask(udesk)
    await udesk.call("DELETE", "/im/sessions/1001")

    push = (await udesk.pushes())[-1]

    assert push["customer_token"] == "c-1"
    assert told(push) == [("start_session", 1002, "对话开始"), ("message", 1002, talk.WELCOME)]


@pytest.mark.parametrize("type_", ["message", "image", "audio", "video", "file", "rich"])
async def test_every_type_of_an_agent_is_pushed_as_it_was_said(udesk: Udesk, type_: str) -> None:
    """§type 类型及支持列表."""
    session_id = await talk.session(udesk)
    data = {"content": "https://x.test/a", "filename": "足球.mp4", "filesize": "4.3M"}

    await udesk.operator("POST", f"/sessions/{session_id}/messages", {"type": type_, "data": data})

    (message,) = (await udesk.pushes())[-1]["messages"]
    assert (message["type"], message["data"]) == (type_, data)


@pytest.mark.parametrize("type_", ["struct", "info_transfer", "active_guest", "form", "robot_transfer", "info"])
async def test_what_the_table_marks_is_never_pushed(udesk: Udesk, type_: str) -> None:
    """§type 类型及支持列表: ×; ruling 17."""
    session_id = await talk.session(udesk)

    answer = await udesk.operator("POST", f"/sessions/{session_id}/messages", {"type": type_, "data": {"content": "x"}})

    assert answer.status == 422
    assert len(await udesk.pushes()) == 1


@pytest.mark.parametrize("is_redirect_pushed", [False, True])
async def test_a_transfer_comes_in_one_post_with_the_new_id(udesk: Udesk, is_redirect_pushed: bool) -> None:
    """§type 类型及支持列表: 客户需要修改im_sub_session_id 为新的; ruling 12: the redirect of the old one by setting."""
    await talk.settings(udesk, push_redirect_close=is_redirect_pushed)
    session_id = await talk.session(udesk)

    await udesk.operator("POST", f"/sessions/{session_id}/transfer", {"agent_id": 4})

    _, *redirect, transfer = await udesk.pushes()
    assert told(transfer) == [
        ("transfer", 1002, "会话转接"),
        ("message", 1002, "会话转接成功,客服Jerry为您服务"),
    ]
    assert {row["agent_name"] for row in transfer["messages"]} == {"Jerry"}
    assert [told(push) for push in redirect] == ([[("close", session_id, "会话关闭")]] if is_redirect_pushed else [])
    assert [push["messages"][0]["data"]["close_type"] for push in redirect] == ["redirect"] * is_redirect_pushed
    talk.assert_refused(await talk.say(udesk, session_id, "m-1"), 9200, "会话不存在/会话已关闭")
    talk.assert_done(await talk.say(udesk, 1002, "m-2"))


@pytest.mark.parametrize("close_type", ["normal", "force"])
async def test_a_close_by_the_agent_or_by_force_is_pushed_with_the_survey(udesk: Udesk, close_type: str) -> None:
    """§回复消息通知, close; ruling 12."""
    session_id = await talk.session(udesk)

    await udesk.operator("POST", f"/sessions/{session_id}/close", {"close_type": close_type})

    (close,) = (await udesk.pushes())[-1]["messages"]
    assert (close["type"], close["data"]["close_type"], close["data"]["content"]) == ("close", close_type, "会话关闭")
    assert close["data"].keys() == {"close_type", "content", "survey_options"}


async def test_an_idle_customer_is_told_goodbye_and_the_close_in_one_post(udesk: Udesk) -> None:
    """Ruling 15."""
    await talk.settings(udesk, customer_idle_close_seconds=60)
    session_id = await talk.session(udesk)

    await udesk.advance(60)

    push = (await udesk.pushes())[-1]
    assert told(push) == [("message", session_id, "会话结束,祝您愉快!"), ("close", session_id, "会话关闭")]
    assert push["messages"][1]["data"]["close_type"] == "force"
    assert push["messages"][1]["message_created_at"] == "20261122 10:01:00"


async def test_customers_without_a_token_are_not_pushed_to_the_receive_url(udesk: Udesk) -> None:
    """The body names its customer by the token alone."""
    answer = await udesk.operator("POST", "/sessions", {"web_token": "w"})

    await talk.agent_says(udesk, answer.body["id"], "x")

    assert await udesk.pushes() == []


async def test_the_form_of_the_time_is_set(udesk: Udesk) -> None:
    """Ruling 20."""
    await talk.settings(udesk, receive_time_format="dashed")
    await talk.session(udesk)

    (push,) = await udesk.pushes()

    assert push["messages"][0]["message_created_at"] == "2026-11-22 10:00:00"


@pytest.mark.parametrize(
    ("success", "status", "outcomes"),
    [
        ("200", 204, ["failed", "delivered"]),
        ("2xx", 204, ["delivered"]),
        ("2xx", 500, ["failed", "delivered"]),
    ],
)
async def test_what_counts_as_delivered_is_set(udesk: Udesk, success: str, status: int, outcomes: list[str]) -> None:
    """Ruling 19: only HTTP 200, by setting any 2xx; a 204 is journalled with the reason."""
    udesk.receiver.answer_with(status)
    await talk.settings(udesk, push_success=success)
    await talk.session(udesk)
    await udesk.settle()
    await udesk.advance(10)

    (delivery,) = (await udesk.operator("GET", "/deliveries")).body["deliveries"]
    assert [attempt["outcome"] for attempt in delivery["attempts"]] == outcomes
    assert all(attempt["reason"] for attempt in delivery["attempts"] if attempt["outcome"] == "failed")
