"""Sessions opened from outside, and what agents do in them, over a real socket: interfaces §3, rulings 8 to 16."""

from typing import Any

import pytest

from ..integrator import Udesk


async def _open(udesk: Udesk, **asked: Any) -> dict[str, Any]:
    answer = await udesk.operator("POST", "/sessions", asked or {"customer_token": "c-1", "agent": "Tom"})
    assert answer.status == 201, answer.body
    body: dict[str, Any] = answer.body
    return body


async def test_a_session_is_opened_from_outside(udesk: Udesk) -> None:
    """201 with the session; the id is `im_sub_session_id`."""
    session = await _open(
        udesk, web_token="w-1", channel="wechat", group="售后", im_web_plugin_id=5, jid_resource="r", session_key="k"
    )

    messages = session.pop("messages")
    assert session == {
        "id": 1001,
        "state": "open",
        "customer": {
            "id": 1,
            "nick_name": session["customer"]["nick_name"],
            "customer_token": None,
            "web_token": "w-1",
            "sdk_token": None,
        },
        "agent": {"id": 4, "name": "Jerry"},
        "channel": "wechat",
        "robot_role_id": None,
        "app_id": None,
        "jid_resource": "r",
        "im_web_plugin_id": 5,
        "session_key": "k",
        "created_at": "2026-11-22T10:00:00.000+08:00",
        "closed_at": None,
        "close_type": None,
        "closed_by": None,
        "transferred_from": None,
        "transferred_to": None,
        "queue_seconds": None,
        "idle_closes_at": None,
        "is_survey_invited": False,
        "survey": None,
        "preview": "",
        "unread_by_agent": [],
        "unread_by_customer": session["unread_by_customer"],
        "robot_talks": [],
    }
    assert [message["type"] for message in messages] == ["start_session", "message"]
    assert messages[1]["is_welcome"]


@pytest.mark.parametrize(("kind", "channel"), [("customer_token", "api"), ("web_token", "web"), ("sdk_token", "ios")])
async def test_the_channel_follows_the_token(udesk: Udesk, kind: str, channel: str) -> None:
    """Unless it is given; im-api-v2 §放弃排队查询 lists web wechat ios android weibo api mchat."""
    session = await _open(udesk, **{kind: "x"})

    assert (session["channel"], session["customer"][kind]) == (channel, "x")


async def test_asking_again_returns_the_open_session(udesk: Udesk) -> None:
    """Ruling 7."""
    first = await _open(udesk)
    second = await udesk.operator("POST", "/sessions", {"customer_token": "c-1", "agent_id": 4})

    assert (second.status, second.body) == (200, first)


async def test_who_has_to_wait_gets_202(udesk: Udesk) -> None:
    """Ruling 8: online but full: a place and a queue."""
    await udesk.operator("PATCH", "/agents/3", {"im_max_join_num": 1})
    await _open(udesk)
    answer = await udesk.operator("POST", "/sessions", {"sdk_token": "s-2", "agent_id": 3})

    assert answer.status == 202
    assert answer.body == {
        "state": "queued",
        "count": 1,
        "queue": "queue:company:1:agent:3",
        "queue_of": "Tom",
        "reason": "Tom is full: 1 of 1",
        "channel": "ios",
        "robot_role_id": None,
        "app_id": None,
        "customer": {
            "id": 2,
            "nick_name": answer.body["customer"]["nick_name"],
            "customer_token": None,
            "web_token": None,
            "sdk_token": "s-2",
        },
    }


async def test_who_is_being_assigned_gets_202_with_count_0(udesk: Udesk) -> None:
    """Ruling 10: 分配中."""
    await udesk.operator("PATCH", "/company", {"assign_seconds": 5})
    await udesk.operator("PATCH", "/agents/3", {"im_max_join_num": 1})
    first = await _open(udesk)
    await udesk.operator("POST", "/sessions", {"customer_token": "c-2", "agent_id": 3})
    await udesk.operator("POST", f"/sessions/{first['id']}/close")
    answer = await udesk.operator("POST", "/sessions", {"customer_token": "c-2", "agent_id": 3})

    assert answer.status == 202
    assert (answer.body["state"], answer.body["count"]) == ("assigning", 0)


async def test_nobody_online_is_a_conflict(udesk: Udesk) -> None:
    """409 says who is offline and what would help."""
    await udesk.operator("PATCH", "/agents/3", {"im_status": "offline"})
    answer = await udesk.operator("POST", "/sessions", {"customer_token": "c-1", "agent": "Tom"})

    assert answer.status == 409
    assert answer.body["error"]["message"] == "Tom is offline"
    assert "im_status" in answer.body["error"]["hint"]


async def test_sessions_are_listed_and_filtered(udesk: Udesk) -> None:
    """`customer_token`, `status`, `limit`."""
    first = await _open(udesk)
    second = await _open(udesk, customer_token="c-2")
    await udesk.operator("POST", f"/sessions/{first['id']}/close")

    async def ids(query: str) -> tuple[list[int], int]:
        body = (await udesk.operator("GET", f"/sessions{query}")).body
        return [session["id"] for session in body["sessions"]], body["total"]

    assert await ids("") == ([first["id"], second["id"]], 2)
    assert await ids("?status=open") == ([second["id"]], 1)
    assert await ids("?status=closed") == ([first["id"]], 1)
    assert await ids("?customer_token=c-2") == ([second["id"]], 1)
    assert await ids("?customer_token=c-2&status=closed") == ([], 0)
    assert await ids("?limit=1") == ([second["id"]], 2)


async def test_the_agent_says_something(udesk: Udesk) -> None:
    """`{content}` is a text, `{type, data}` anything an agent may send; it is pushed."""
    session = await _open(udesk)
    text = await udesk.operator("POST", f"/sessions/{session['id']}/messages", {"content": "您好"})
    image = await udesk.operator(
        "POST", f"/sessions/{session['id']}/messages", {"type": "image", "data": {"content": "http://x/a.png"}}
    )

    assert text.status == 201
    assert text.body == {
        "id": text.body["id"],
        "sender": "agent",
        "type": "message",
        "data": {"content": "您好"},
        "agent_id": 3,
        "is_welcome": False,
        "is_read": False,
        "created_at": "2026-11-22T10:00:00.000+08:00",
    }
    assert (image.body["type"], image.body["data"]) == ("image", {"content": "http://x/a.png"})
    said = [message for push in await udesk.pushes() for message in push["messages"]]
    assert [(message["type"], message["data"]["content"]) for message in said[-2:]] == [
        ("message", "您好"),
        ("image", "http://x/a.png"),
    ]
    transcript = (await udesk.operator("GET", f"/sessions/{session['id']}")).body["messages"]
    assert [message["id"] for message in transcript[-2:]] == [text.body["id"], image.body["id"]]


async def test_a_session_is_handed_over_to_an_agent(udesk: Udesk) -> None:
    """Ruling 12: a new session id; the old one is closed with `redirect`."""
    session = await _open(udesk)
    answer = await udesk.operator("POST", f"/sessions/{session['id']}/transfer", {"agent": "Jerry"})

    assert answer.status == 200
    assert (answer.body["id"], answer.body["agent"]["name"], answer.body["transferred_from"]) == (
        session["id"] + 1,
        "Jerry",
        session["id"],
    )
    old = (await udesk.operator("GET", f"/sessions/{session['id']}")).body
    assert (old["state"], old["close_type"], old["closed_by"], old["transferred_to"]) == (
        "closed",
        "redirect",
        "transfer",
        answer.body["id"],
    )


async def test_a_session_is_handed_over_to_a_group(udesk: Udesk) -> None:
    """Somebody of the group takes it."""
    session = await _open(udesk)
    answer = await udesk.operator("POST", f"/sessions/{session['id']}/transfer", {"group_id": 11})

    assert answer.body["agent"] == {"id": 4, "name": "Jerry"}


@pytest.mark.parametrize(("asked", "close_type", "by"), [(None, "normal", "agent"), ("force", "force", "operator")])
async def test_a_session_is_closed(udesk: Udesk, asked: str | None, close_type: str, by: str) -> None:
    """`normal` by the agent, `force` by the operator; pushed as `close`."""
    session = await _open(udesk)
    answer = await udesk.operator("POST", f"/sessions/{session['id']}/close", {"close_type": asked} if asked else None)

    assert answer.status == 200
    assert (answer.body["state"], answer.body["close_type"], answer.body["closed_by"]) == ("closed", close_type, by)
    last = (await udesk.pushes())[-1]["messages"][-1]
    assert (last["type"], last["data"]["close_type"]) == ("close", close_type)


async def test_the_agent_reads_what_the_customer_said(udesk: Udesk) -> None:
    """The ids that were unread until now; pushed as the read status."""
    session = await _open(udesk)
    await udesk.call(
        "POST",
        "/im/messages",
        json={
            "customer_token": "c-1",
            "im_sub_session_id": session["id"],
            "message_id": "m-1",
            "type": "message",
            "data": {"content": "在吗"},
        },
    )
    unread = (await udesk.operator("GET", f"/sessions/{session['id']}")).body["unread_by_agent"]
    answer = await udesk.operator("POST", f"/sessions/{session['id']}/read")
    again = await udesk.operator("POST", f"/sessions/{session['id']}/read")

    assert unread == ["m-1"]
    assert (answer.status, answer.body) == (200, {"message_ids": ["m-1"]})
    assert again.body == {"message_ids": []}
    assert (await udesk.pushes())[-1] == {"session_id": session["id"], "message_ids": ["m-1"]}


async def test_the_agent_asks_for_a_rating(udesk: Udesk) -> None:
    """Ruling 16: pushed as `survey`."""
    session = await _open(udesk)
    answer = await udesk.operator("POST", f"/sessions/{session['id']}/invite-survey")

    assert (answer.status, answer.body["type"]) == (200, "survey")
    assert (await udesk.operator("GET", f"/sessions/{session['id']}")).body["is_survey_invited"]
    assert "survey_options" in (await udesk.pushes())[-1]["messages"][0]["data"]


async def test_no_rating_is_asked_for_when_surveys_are_off(udesk: Udesk) -> None:
    """Surveys switched off: a conflict."""
    session = await _open(udesk)
    await udesk.operator("PATCH", "/company", {"survey": {"enabled": False}})
    answer = await udesk.operator("POST", f"/sessions/{session['id']}/invite-survey")

    assert answer.status == 409


async def test_a_closed_session_takes_nothing(udesk: Udesk) -> None:
    """Say, transfer, close, invite: a conflict."""
    session = await _open(udesk)
    await udesk.operator("POST", f"/sessions/{session['id']}/close")

    for action, asked in (
        ("messages", {"content": "x"}),
        ("transfer", {"agent_id": 4}),
        ("close", None),
        ("invite-survey", None),
    ):
        answer = await udesk.operator("POST", f"/sessions/{session['id']}/{action}", asked)
        assert (answer.status, "closed" in answer.body["error"]["message"]) == (409, True), (action, answer.body)


@pytest.mark.parametrize(
    ("path", "asked", "status", "words"),
    [
        ("/sessions", {}, 422, "0 tokens are given"),
        ("/sessions", {"customer_token": "a", "web_token": "b"}, 422, "2 tokens are given"),
        ("/sessions", {"customer_token": "a", "agent_id": 99}, 404, "there is no agent 99"),
        ("/sessions", {"customer_token": "a", "group": "售前"}, 404, "there is no group 售前"),
        ("/sessions", {"customer_token": "a", "agent_id": 3, "agent": "Tom"}, 422, "the agent is named twice"),
        ("/sessions", {"costumer_token": "a"}, 422, "did you mean customer_token?"),
        ("/sessions", {"customer_token": ""}, 422, "customer_token"),
        ("/sessions", {"customer_token": "a", "agent_id": 3, "group": "售后"}, 422, "an agent and a group"),
        ("/sessions/1001/messages", {}, 422, "content is missing"),
        ("/sessions/1001/messages", {"content": ""}, 422, "content is empty"),
        ("/sessions/1001/messages", {"type": "image"}, 422, "content is missing"),
        ("/sessions/1001/messages", {"type": "file", "data": {}}, 422, "data.content is missing"),
        ("/sessions/1001/messages", {"data": {"content": 5}}, 422, "data.content is no text"),
        ("/sessions/1001/messages", {"content": "a", "data": {"content": "b"}}, 422, "content and data are both given"),
        (
            "/sessions/1001/messages",
            {"type": "imgae", "content": "a"},
            422,
            "unknown type 'imgae', did you mean image?",
        ),
        ("/sessions/1001/messages", {"type": "survey", "content": "a"}, 422, "survey"),
        (
            "/sessions/1001/messages",
            {"type": "struct", "data": {"title": "a"}},
            422,
            "type struct is no message of an agent's here",
        ),
        ("/sessions/1001/messages", {"id": 1002, "content": "a"}, 422, "id 1002 is another than 1001 in the path"),
        ("/sessions/1001/read", {"message_ids": ["a"]}, 422, "POST /_mock/sessions/{id}/read takes no body"),
        ("/sessions/1001/messages", {"text": "a"}, 422, "text: unknown"),
        ("/sessions/99/messages", {"content": "a"}, 404, "there is no session 99"),
        ("/sessions/1001/transfer", {}, 422, "one agent or to one group"),
        ("/sessions/1001/transfer", {"agent_id": 3, "group_id": 11}, 422, "one agent or to one group"),
        ("/sessions/1001/transfer", {"agent_id": 3}, 409, "Tom"),
        ("/sessions/1001/transfer", {"agent": "Nobody"}, 404, "there is no agent Nobody"),
        ("/sessions/99/transfer", {"agent_id": 4}, 404, "there is no session 99"),
        ("/sessions/1001/close", {"close_type": "redirect"}, 422, "close_type"),
        ("/sessions/99/close", {}, 404, "there is no session 99"),
        ("/sessions/99/read", {}, 404, "there is no session 99"),
        ("/sessions/99/invite-survey", {}, 404, "there is no session 99"),
    ],
)
async def test_a_mistake_is_named(udesk: Udesk, path: str, asked: dict[str, object], status: int, words: str) -> None:
    """4xx with what was wrong; nothing changes."""
    session = await _open(udesk)
    answer = await udesk.operator("POST", path, asked)

    assert (answer.status, words in answer.body["error"]["message"]) == (status, True), answer.body
    assert (await udesk.operator("GET", "/sessions")).body["sessions"] == [session]


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/sessions/99", 404, "there is no session 99"),
        ("/sessions/x", 422, "id"),
        ("/sessions?customer_token=nobody", 404, "customer_token nobody"),
        ("/sessions?status=opened", 422, "status"),
        ("/sessions?statsu=open", 422, "did you mean status?"),
        ("/sessions?limit=0", 422, "limit"),
    ],
)
async def test_looking_for_what_is_not_there(udesk: Udesk, path: str, status: int, words: str) -> None:
    """4xx with what was wrong."""
    answer = await udesk.operator("GET", path)

    assert (answer.status, words in answer.body["error"]["message"]) == (status, True), answer.body


async def test_an_agent_who_is_away_takes_nobody_over(udesk: Udesk) -> None:
    """Ruling 9: transfer to somebody offline or full is refused (409)."""
    session = await _open(udesk)
    await udesk.operator("PATCH", "/agents/Jerry", {"im_status": "offline"})
    offline = await udesk.operator("POST", f"/sessions/{session['id']}/transfer", {"agent": "Jerry"})
    await udesk.operator("PATCH", "/agents/Jerry", {"im_status": "online", "im_max_join_num": 0})
    full = await udesk.operator("POST", f"/sessions/{session['id']}/transfer", {"agent": "Jerry"})

    assert (offline.status, full.status) == (409, 409)
    assert "offline" in offline.body["error"]["message"]
    assert "full" in full.body["error"]["message"]


async def test_what_a_removed_customer_left_behind_can_still_be_read_rated_and_seen(udesk: Udesk) -> None:
    """Assumed: closed conversations, leave messages and abandoned queues stay in the records of somebody who is gone."""
    await udesk.operator("PATCH", "/agents/3", {"im_max_join_num": 1})
    session = await _open(udesk)
    said = {"customer_token": "c-1", "message_id": "m-1", "data": {"content": "在吗"}}
    await udesk.call("POST", "/im/messages", json={**said, "im_sub_session_id": session["id"]})
    await udesk.call("POST", "/im/messages", json={**said, "im_sub_session_id": -2, "message_id": "m-2"})
    await udesk.operator("POST", "/sessions", {"customer_token": "c-1", "session_key": "k", "agent_id": 3})
    await udesk.operator("DELETE", "/customers/1")
    pushes = len(await udesk.pushes())

    read = await udesk.operator("POST", f"/sessions/{session['id']}/read")
    invited = await udesk.operator("POST", f"/sessions/{session['id']}/invite-survey")
    rated = await udesk.call("POST", "/im/sessions/survey", json={"im_sub_session_id": session["id"], "option_id": 36})
    unread = await udesk.call(
        "GET", "/im/messages/unread_customer_offline", query={"im_sub_session_id": session["id"], "customer_id": 1}
    )
    queues = await udesk.call("GET", "/im/im_queues")
    seen = (await udesk.operator("GET", f"/sessions/{session['id']}")).body
    left = (await udesk.operator("GET", "/leave-messages")).body["leave_messages"]
    solved = await udesk.operator("POST", f"/leave-messages/{left[0]['id']}/solve")
    timeline = await udesk.operator("GET", "/timeline")

    gone = {"id": 1, "nick_name": "", "customer_token": None, "web_token": None, "sdk_token": None}
    assert (read.status, read.body) == (200, {"message_ids": ["m-1"]})
    assert (invited.status, rated.body["code"], unread.body["code"]) == (409, 1000, 2015)
    assert (seen["customer"], seen["unread_by_agent"], seen["survey"]["option_id"]) == (gone, [], 36)
    assert (left[0]["customer"], solved.status, timeline.status) == (gone, 200, 200)
    assert [row["customer_name"] for row in queues.body["shut_queues"]] == [None]
    assert len(await udesk.pushes()) == pushes
    assert (await udesk.operator("GET", "/problems")).body["problems"] == []


async def test_a_survey_is_asked_for_by_its_own_call(udesk: Udesk) -> None:
    """The hint names it."""
    session = await _open(udesk)
    answer = await udesk.operator("POST", f"/sessions/{session['id']}/messages", {"type": "survey", "content": "a"})

    assert f"POST /_mock/sessions/{session['id']}/invite-survey" in answer.body["error"]["hint"]
