"""Settings that change what calls answer, on both of their sides, switched while the company lives."""

from typing import Any

import pytest

from ..integrator import Answer, Udesk
from . import talk


@pytest.mark.parametrize("kind", ["agent", "robot", "urobot", "asked"])
async def test_unknown_customers_are_made_or_refused(udesk: Udesk, kind: str) -> None:
    """auto_create_customers, ruling 6: 2015 for an unknown token when it is off, wherever the document lets Udesk make a customer."""

    async def comes(token: str) -> int:
        body: dict[str, Any] = {"customer_token": token, "assign_type": kind, "robot_id": 2, "scene_id": 114}
        if kind == "robot":
            del body["robot_id"], body["scene_id"]
        if kind == "asked":
            answer = await talk.say(udesk, 0, f"m-{token}", customer_token=token)
        else:
            answer = await udesk.call("POST", "/im/sessions", json=body)
        code: int = answer.body["code"]
        return code

    codes = []
    for token, is_on in (("c-1", True), ("c-2", False), ("c-3", True)):
        await talk.settings(udesk, auto_create_customers=is_on)
        codes.append(await comes(token))
    await talk.settings(udesk, auto_create_customers=False)

    assert (codes, await comes("c-1")) == ([1000, 2015, 1000], 1000)


async def test_previews_are_open_or_not(udesk: Udesk) -> None:
    """message_preview, ruling 6; §发送消息预览: 该接口需要单独开通, 2065 没有开通该接口."""
    path = f"/im/sessions/{await talk.session(udesk)}/message_preview"
    talk.assert_done(await udesk.call("PUT", path, json={"content": "a"}))

    await talk.settings(udesk, message_preview=False)

    talk.assert_refused(await udesk.call("PUT", path, json={"content": "b"}), 2065, "没有开通该接口")
    assert (await talk.shown(udesk, 1001))["preview"] == "a"


@pytest.mark.parametrize("to", ["agent", "robot", "urobot"])
async def test_a_repeated_message_id_is_accepted_or_refused(udesk: Udesk, to: str) -> None:
    """duplicate_message, ruling 14: 1000 and not delivered again with a warning, or 2000; nothing is said or pushed twice."""
    session_id = await talk.session(udesk)
    where = {"agent": session_id, "robot": 0, "urobot": -1}[to]
    more = {"robot_id": 2, "scene_id": 114} if to == "urobot" else {}
    await talk.say(udesk, where, "m-1", **more)
    pushed = len(await udesk.pushes())

    again = await talk.say(udesk, where, "m-1", **more)
    warned = await talk.warnings(udesk)
    await talk.settings(udesk, duplicate_message="error")
    refused = await talk.say(udesk, where, "m-1", **more)

    talk.assert_done(again)
    assert "m-1 was used before" in warned
    talk.assert_malformed(refused, "message_id")
    assert len(await udesk.pushes()) == pushed
    ids = [row["id"] for row in (await talk.shown(udesk, session_id))["messages"]]
    assert ids.count("m-1") == (1 if to == "agent" else 0)


async def preview(udesk: Udesk, times: int) -> list[Answer]:
    path = "/im/sessions/1001/message_preview"
    return [await udesk.call("PUT", path, json={"content": "x"}) for _ in range(times)]


async def slowly(udesk: Udesk) -> None:
    """Time goes on, for at a standstill an excess is a warning (ruling 25); so slowly that a test stays within one window."""
    await udesk.operator("PATCH", "/clock", {"rate": 0.001})


@pytest.mark.parametrize(
    ("limits", "previews", "words"), [("endpoint", 429, 200), ("off", 200, 200), ("all", 429, 429)]
)
async def test_limits_hold_or_not(udesk: Udesk, limits: str, previews: int, words: int) -> None:
    """limits, ruling 25: those of single endpoints (previews: 3 a second), none, or 60 a minute for each endpoint too."""
    await talk.settings(udesk, limits=limits)
    await talk.session(udesk)
    await slowly(udesk)

    fourth = (await preview(udesk, 4))[-1]
    sixty_first = [await udesk.call("GET", "/im/im_sensitive_words") for _ in range(61)][-1]

    assert (fourth.status, sixty_first.status) == (previews, words)


@pytest.mark.parametrize("status", [429, 200])
async def test_an_excess_is_answered_429_or_200(udesk: Udesk, status: int) -> None:
    """rate_limit_status, ruling 25: the body is the same."""
    await talk.settings(udesk, rate_limit_status=status)
    await talk.session(udesk)
    await slowly(udesk)

    *_, third, fourth = await preview(udesk, 4)

    talk.assert_done(third)
    assert (fourth.status, fourth.body) == (status, talk.refusal(429, "请求频率超限"))


@pytest.mark.parametrize(
    ("is_full", "queued", "name", "transferred", "goodbye"),
    [
        (
            False,
            "当前客服正繁忙,您排在第1位。",
            "API匿名用户(c-1)",
            "会话转接成功,客服Jerry为您服务",
            "会话结束,祝您愉快!",
        ),
        (
            True,
            "当前客服正繁忙，您排在第1位。",
            "API匿名用户（c-1）",
            "会话转接成功，客服Jerry为您服务",
            "会话结束，祝您愉快！",
        ),
    ],
)
async def test_punctuation_is_half_width_or_full_width(
    udesk: Udesk, is_full: bool, queued: str, name: str, transferred: str, goodbye: str
) -> None:
    """fullwidth, ruling 28: texts as captured in the document have half-width punctuation."""
    await talk.settings(udesk, fullwidth=is_full, customer_idle_close_seconds=60)
    await talk.full(udesk)
    told = (await talk.ask(udesk)).body["message"]
    customer = (await udesk.operator("GET", "/customers?customer_token=c-1")).body["customers"][0]["nick_name"]
    await talk.agent(udesk, 4, im_status="online")

    await udesk.operator("POST", "/sessions/1001/transfer", {"agent_id": 4})
    await udesk.advance(60)

    said = [row["data"]["content"] for push in await udesk.pushes() for row in push["messages"]]
    assert (told, customer) == (queued, name)
    assert {transferred, goodbye} <= set(said)
