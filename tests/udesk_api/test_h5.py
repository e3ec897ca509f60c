"""H5 pushes over real sockets, expectations from im-api-v2 §H5离线推送, contract §8 and ruling 22."""

from typing import Any

import pytest

from ..integrator import Answer, Udesk
from . import talk


async def switch(udesk: Udesk, on: Any = True, **who: Any) -> Answer:
    body = {"im_web_plugin_id": 119681, "h5push": on, **(who or {"web_token": "w"})}
    return await udesk.call("POST", "/im/h5push", json=body)


async def web_session(udesk: Udesk) -> int:
    """A web customer in a session, with an H5 URL set."""
    await talk.settings(udesk, h5_push_url=udesk.h5.url)
    answer = await udesk.operator("POST", "/sessions", {"web_token": "w", "im_web_plugin_id": 119681})
    session_id: int = answer.body["id"]
    return session_id


async def test_the_push_is_switched_on_and_off(udesk: Udesk) -> None:
    """Contract §8, whole."""
    await web_session(udesk)

    answers = [(await switch(udesk, on)).body for on in (True, "false")]

    assert answers == [
        {"code": 1000, "message": "请求成功", "status": "推送中", "status_code": 1},
        {"code": 1000, "message": "请求成功", "status": "无推送", "status_code": 0},
    ]


async def test_an_unknown_customer_is_a_state_not_an_error(udesk: Udesk) -> None:
    """Contract §8: 无效客户, 3."""
    assert (await switch(udesk)).body == {
        "code": 1000,
        "message": "请求成功",
        "status": "无效客户",
        "status_code": 3,
    }


async def test_the_three_tokens_are_known(udesk: Udesk) -> None:
    """Contract §8: one of customer_token, web_token, sdk_token."""
    await talk.session(udesk)
    await udesk.operator("POST", "/sessions", {"sdk_token": "s"})

    answers = [await switch(udesk, customer_token="c-1"), await switch(udesk, sdk_token="s", customer_token="")]

    assert [answer.body["status_code"] for answer in answers] == [1, 1]
    assert "no h5_push_url" in await talk.warnings(udesk)


async def test_the_switch_needs_a_token_a_plugin_and_a_value(udesk: Udesk) -> None:
    """Ruling 5."""
    path = "/im/h5push"

    talk.assert_refused(
        await udesk.call("POST", path, json={"im_web_plugin_id": 1, "h5push": True}),
        2000,
        talk.MISSING + "customer_token",
    )
    talk.assert_refused(
        await udesk.call("POST", path, json={"web_token": "w", "h5push": True}), 2000, talk.MISSING + "im_web_plugin_id"
    )
    talk.assert_refused(
        await udesk.call("POST", path, json={"web_token": "w", "im_web_plugin_id": 1}), 2000, talk.MISSING + "h5push"
    )


@pytest.mark.parametrize(("name", "value"), [("h5push", "maybe"), ("h5push", 2), ("im_web_plugin_id", "x")])
async def test_malformed_values_are_refused_by_name(udesk: Udesk, name: str, value: Any) -> None:
    """Ruling 5."""
    body = {"web_token": "w", "im_web_plugin_id": 1, "h5push": True, name: value}

    talk.assert_malformed(await udesk.call("POST", "/im/h5push", json=body), name)


async def test_what_the_agent_says_and_the_close_reach_the_h5_url(udesk: Udesk) -> None:
    """Ruling 22; im-api-v2 §H5离线推送."""
    session_id = await web_session(udesk)
    await switch(udesk)

    message_id = await talk.agent_says(udesk, session_id, "在吗")
    await udesk.operator("POST", f"/sessions/{session_id}/close", {"close_type": "normal"})
    await udesk.settle()

    said, closed = udesk.h5.bodies
    head = {
        "message_created_at": "2026-11-22 10:00:00",
        "im_web_plugin_id": 119681,
        "agent_id": 3,
        "agent_name": "Tom",
        "sender": "agent",
        "message_id": message_id,
        "im_sub_session_id": session_id,
        "type": "off_push",
    }
    data = {"content": "在吗", "msg_close": False}
    content = {
        "type": "message",
        "font": "",
        "data": data,
        "platform": "web",
        "version": 1,
        "seq_num": "",
        "auto": False,
    }
    assert said == {
        "web_token": "w",
        "customer_token": None,
        "messages": [{**head, "data": data}],
        "message": {**head, "content": content},
    }
    assert [(row["sender"], row["type"], row["data"]["msg_close"]) for row in closed["messages"]] == [
        ("system", "off_push", True)
    ]
    assert await udesk.pushes() == []


async def test_a_customer_who_went_offline_gets_both_pushes(udesk: Udesk) -> None:
    """Ruling 22: agent messages go there too."""
    await talk.settings(udesk, h5_push_url=udesk.h5.url)
    session_id = await talk.session(udesk)
    await udesk.call("POST", "/im/customer_online_state", json={"customer_token": "c-1", "state": 0})

    await talk.agent_says(udesk, session_id, "x")

    assert len(await udesk.pushes()) == 2
    assert len(udesk.h5.bodies) == 1


async def test_a_customer_who_is_there_gets_no_h5_push(udesk: Udesk) -> None:
    """Ruling 22: while offline or switched on."""
    session_id = await web_session(udesk)
    await switch(udesk)
    await switch(udesk, False)

    await talk.agent_says(udesk, session_id, "x")
    await udesk.settle()

    assert udesk.h5.bodies == []


async def test_the_automatic_close_says_goodbye(udesk: Udesk) -> None:
    """Ruling 15 and im-api-v2 §H5离线推送: one off_push with the closing text, msg_close true, auto true."""
    await talk.settings(udesk, customer_idle_close_seconds=60)
    await web_session(udesk)
    await switch(udesk)

    await udesk.advance(60)

    (body,) = udesk.h5.bodies
    assert body["messages"][0]["data"] == {"content": "会话结束,祝您愉快!", "msg_close": True}
    assert body["message"]["content"]["auto"] is True


async def test_the_older_shape_comes_by_setting(udesk: Udesk) -> None:
    """Ruling 22; contract §11."""
    session_id = await web_session(udesk)
    await talk.settings(udesk, h5_shape="legacy")
    await switch(udesk)

    await talk.agent_says(udesk, session_id, "x")
    await udesk.settle()

    (body,) = udesk.h5.bodies
    assert body.keys() == {"web_token", "messages"}
    assert "agent_avatar" not in body["messages"][0]


async def test_a_transfer_does_not_close_the_h5_page(udesk: Udesk) -> None:
    """Ruling 12: the redirect of the old session goes to the receive URL alone."""
    await talk.settings(udesk, h5_push_url=udesk.h5.url, push_redirect_close=True, h5_events=True)
    session_id = await talk.session(udesk)
    await switch(udesk, customer_token="c-1")

    await udesk.operator("POST", f"/sessions/{session_id}/transfer", {"agent_id": 4})

    assert [push["messages"][0]["type"] for push in await udesk.pushes()] == ["start_session", "close", "transfer"]
    assert udesk.h5.bodies == []


@pytest.mark.parametrize(
    ("has_events", "types"), [(False, ["off_push", "off_push"]), (True, ["create", "off_push", "off_push", "close"])]
)
async def test_create_and_close_events_come_by_setting(udesk: Udesk, has_events: bool, types: list[str]) -> None:
    """Ruling 22; im-api-v2 §H5离线推送, type."""
    await talk.settings(udesk, h5_push_url=udesk.h5.url, h5_events=has_events)
    await udesk.call("POST", "/customers", json={"customer": {"nick_name": "x", "open_api_token": "c-1"}})
    await switch(udesk, customer_token="c-1")

    session_id = await talk.session(udesk)
    await talk.agent_says(udesk, session_id, "x")
    await udesk.operator("POST", f"/sessions/{session_id}/close")
    await udesk.settle()

    assert [row["type"] for body in udesk.h5.bodies for row in body["messages"]] == types


@pytest.mark.parametrize(("form", "at"), [("dashed", "2026-11-22 10:00:00"), ("compact", "20261122 10:00:00")])
async def test_the_form_of_the_time_is_set_for_the_h5_url_alone(udesk: Udesk, form: str, at: str) -> None:
    """Ruling 20."""
    await talk.settings(udesk, h5_push_url=udesk.h5.url, h5_time_format=form)
    session_id = await talk.session(udesk)
    await switch(udesk, customer_token="c-1")

    await talk.agent_says(udesk, session_id, "x")

    assert [push["messages"][0]["message_created_at"] for push in await udesk.pushes()] == ["20261122 10:00:00"] * 2
    assert [body["message"]["message_created_at"] for body in udesk.h5.bodies] == [at]
