"""Settings that change how sessions begin and end, on both of their sides, switched while the company lives."""

from typing import Any

import pytest

from mock_udesk.company.pushes.shapes import survey_options
from mock_udesk.settings import Settings

from ..integrator import Udesk
from . import talk


async def status(udesk: Udesk, token: str = "c-1") -> Any:
    return (await udesk.call("GET", "/im/queue_status", query={"customer_token": token})).body["status"]


async def test_a_freed_place_is_taken_at_once_or_later(udesk: Udesk) -> None:
    """assign_seconds, ruling 10: 0 takes at once; otherwise 分配中 for so long."""
    await talk.full(udesk)
    await talk.ask(udesk)
    await talk.ask(udesk, "c-2")
    states = []

    await udesk.call("DELETE", "/im/sessions/1001")
    states.append(await status(udesk))
    await talk.settings(udesk, assign_seconds=5)
    await udesk.call("DELETE", "/im/sessions/1002")
    for seconds in (0, 4.9, 0.1):
        await udesk.advance(seconds)
        states.append(await status(udesk, "c-2"))

    assert states == ["会话中", "分配中", "分配中", "会话中"]


async def test_message_is_success_or_the_welcome(udesk: Udesk) -> None:
    """session_message, ruling 11; §返回数据: 分配成功时为欢迎语, while every example prints 请求成功."""
    messages = []
    for value in ("success", "welcome", "success"):
        await talk.settings(udesk, session_message=value)
        messages.append((await talk.ask(udesk)).body["message"])

    assert messages == ["请求成功", talk.WELCOME, "请求成功"]


async def test_a_close_by_delete_is_pushed_or_not(udesk: Udesk) -> None:
    """push_close_on_delete, ruling 12: `normal`."""
    closed = []
    for value in (True, False):
        await talk.settings(udesk, push_close_on_delete=value)
        session_id = await talk.session(udesk)
        talk.assert_done(await udesk.call("DELETE", f"/im/sessions/{session_id}"))
        rows = [row for push in await udesk.pushes() for row in push["messages"] if row["type"] == "close"]
        closed.append([(row["im_sub_session_id"], row["data"]["close_type"]) for row in rows])

    assert closed == [[(1001, "normal")], [(1001, "normal")]]


async def test_one_waits_for_ever_or_so_long(udesk: Udesk) -> None:
    """queue_timeout_seconds, ruling 15: off unless set; ruling 18: time-outs are in im_queues."""
    await talk.full(udesk)
    await talk.ask(udesk)
    await udesk.advance(86_400)
    before = await status(udesk)

    await talk.settings(udesk, queue_timeout_seconds=60)
    await talk.ask(udesk, "c-2")
    await udesk.advance(60)

    assert before == "排队中"
    assert await status(udesk, "c-2") == "未排队"
    rows = (await udesk.call("GET", "/im/im_queues")).body["shut_queues"]
    assert 60 in [row["queue_seconds"] for row in rows]


async def test_an_idle_session_stays_or_is_closed(udesk: Udesk) -> None:
    """customer_idle_close_seconds, ruling 15: off unless set; pushes 会话结束,祝您愉快! and the close in one POST."""
    await talk.session(udesk)
    await udesk.advance(86_400)
    before, pushed = await status(udesk), len(await udesk.pushes())

    await talk.settings(udesk, customer_idle_close_seconds=60)
    await talk.say(udesk, 1001, "m-1")
    await udesk.advance(60)

    (push,) = (await udesk.pushes())[pushed:]
    assert (before, await status(udesk)) == ("会话中", "未排队")
    assert [(row["type"], row["data"]["content"]) for row in push["messages"]] == [
        ("message", "会话结束,祝您愉快!"),
        ("close", "会话关闭"),
    ]


@pytest.mark.parametrize("show_type", ["text", "expression", "star"])
async def test_the_survey_is_the_documents_or_ones_own(udesk: Udesk, show_type: str) -> None:
    """survey, ruling 16: show_type text by default, ids of the shown options equal the compatible ones, and what is shown is what is taken."""
    before = (await talk.ask(udesk)).body["assign_info"]["survey_options"]
    options = [{"id": 111, "text": "满意"}, {"id": 112, "text": "不满意", "remark_option": "required"}]
    own = {"show_type": show_type, "title": "怎么样?", "options": options, "default_option_id": 112}
    rate = {"im_sub_session_id": 1001, "option_id": 36}

    talk_codes = [(await udesk.call("POST", "/im/sessions/survey", json=rate)).body["code"]]
    await talk.settings(udesk, survey=own)
    after = (await talk.ask(udesk)).body["assign_info"]["survey_options"]
    for option_id in (36, 111, 112):
        answer = await udesk.call("POST", "/im/sessions/survey", json={**rate, "option_id": option_id})
        talk_codes.append(answer.body["code"])

    assert before == survey_options(Settings().survey)
    assert (before["show_type"], after["show_type"], after["title"]) == ("text", show_type, "怎么样?")
    assert {"text", "expression", "star"} & after.keys() == {show_type}
    shown = after[show_type]
    assert (shown["default_option_id"], [row["id"] for row in shown["options"]]) == (112, [111, 112])
    assert [row["id"] for row in after["options"]] == [111, 112]
    assert talk_codes == [1000, 2000, 1000, 2000]
