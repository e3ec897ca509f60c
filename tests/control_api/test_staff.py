"""Agents and groups over a real socket: interfaces §3, ruling 6."""

from urllib.parse import quote

import pytest

from ..integrator import Udesk


async def test_the_first_people_are_there(udesk: Udesk) -> None:
    """Ruling 6: Tom 3 and Jerry 4, online, five places each; Jerry in 售后 11."""
    agents = await udesk.operator("GET", "/agents")
    groups = await udesk.operator("GET", "/groups")

    assert agents.body["total"] == 2
    assert agents.body["agents"][0] == {
        "id": 3,
        "name": "Tom",
        "im_nick": "",
        "avatar": "",
        "email": "tom@demo.test",
        "cellphone": "",
        "groups": [],
        "im_status": "online",
        "im_custom_status": "",
        "im_max_join_num": 5,
        "welcome": "您好,有什么可以帮助您?",
        "im_session_num": 0,
        "session_ids": [],
    }
    assert groups.body == {"groups": [{"id": 11, "name": "售后", "agents": [4]}], "total": 1}


async def test_an_agent_is_added_changed_and_removed(udesk: Udesk) -> None:
    """POST, PATCH, DELETE; groups by id or name, agents too."""
    wanted = {"id": 9, "name": "Ann", "im_nick": "小安", "groups": ["售后"], "im_status": "busy", "im_max_join_num": 2}
    made = await udesk.operator("POST", "/agents", wanted)
    changed = await udesk.operator("PATCH", "/agents/Ann", {"im_custom_status": "午休", "groups": []})
    removed = await udesk.operator("DELETE", "/agents/9")

    assert made.status == 201
    assert (made.body["id"], made.body["groups"], made.body["im_status"]) == (9, [11], "busy")
    assert made.body["im_nick"] == "小安"
    assert changed.status == 200
    assert changed.body == {**made.body, "im_custom_status": "午休", "groups": []}
    assert removed.status == 200
    assert (await udesk.operator("GET", "/agents/9")).status == 404


async def test_an_agent_gets_the_next_free_id(udesk: Udesk) -> None:
    """`id` is optional, or null."""
    first = await udesk.operator("POST", "/agents", {"name": "Ann"})
    second = await udesk.operator("POST", "/agents", {"name": "Bob", "id": None})

    assert (first.body["id"], second.body["id"]) == (5, 6)


async def test_a_new_agent_is_there_to_be_used(udesk: Udesk) -> None:
    """Online with five places, unless it is said otherwise."""
    made = await udesk.operator("POST", "/agents", {"name": "Ann"})
    other = await udesk.operator("POST", "/agents", {"name": "Bob", "im_status": "offline", "im_max_join_num": 1})

    assert (made.body["im_status"], made.body["im_max_join_num"]) == ("online", 5)
    assert (other.body["im_status"], other.body["im_max_join_num"]) == ("offline", 1)


async def test_an_agent_in_a_session_stays(udesk: Udesk) -> None:
    """409 names the session."""
    opened = await udesk.operator("POST", "/sessions", {"customer_token": "c-1", "agent_id": 3})
    answer = await udesk.operator("DELETE", "/agents/3")

    assert (answer.status, answer.body["error"]["message"]) == (409, f"Tom is still in session {opened.body['id']}")


async def test_an_agent_shows_how_busy_they_are(udesk: Udesk) -> None:
    """`im_session_num` counts open sessions."""
    opened = await udesk.operator("POST", "/sessions", {"customer_token": "c-1", "agent_id": 3})
    answer = await udesk.operator("GET", "/agents/Tom")

    assert (answer.body["im_session_num"], answer.body["session_ids"]) == (1, [opened.body["id"]])


async def test_who_comes_online_takes_the_waiting(udesk: Udesk) -> None:
    """Ruling 9: when somebody gets room, their queue is served at once."""
    await udesk.operator("PATCH", "/agents/Tom", {"im_max_join_num": 0})
    waiting = await udesk.operator("POST", "/sessions", {"customer_token": "c-1", "agent": "Tom"})
    await udesk.operator("PATCH", "/agents/Tom", {"im_max_join_num": 1})

    assert waiting.status == 202
    sessions = await udesk.operator("GET", "/sessions?status=open")
    assert [session["customer"]["customer_token"] for session in sessions.body["sessions"]] == ["c-1"]


@pytest.mark.parametrize(
    ("method", "path", "asked", "status", "words"),
    [
        ("POST", "/agents", {}, 422, "name"),
        ("POST", "/agents", {"name": "Ann", "im_statos": "online"}, 422, "im_statos: unknown, did you mean im_status?"),
        ("POST", "/agents", {"name": "Ann", "im_status": "asleep"}, 422, "im_status"),
        ("POST", "/agents", {"name": "Ann", "im_max_join_num": -1}, 422, "im_max_join_num"),
        ("POST", "/agents", {"name": "Ann", "groups": ["售前"]}, 404, "there is no group 售前"),
        ("POST", "/agents", {"name": "Ann", "id": 3}, 409, "3"),
        ("PATCH", "/agents/3", {"id": 9}, 422, "id 9 is another than 3 in the path"),
        ("PATCH", "/agents/3?id=9", None, 422, "id '9' is another than 3 in the path"),
        ("DELETE", "/agents/3", {"force": True}, 422, "DELETE /_mock/agents/{id} takes no body"),
        ("POST", "/groups", {"name": "x", "agents": [3]}, 422, 'PATCH /_mock/agents/{id} {"groups": […]}'),
        ("POST", "/agents", {"name": "Ann", "groups": [11, None]}, 422, "groups[1]: expected a whole number or a text"),
        ("POST", "/agents", {"name": ""}, 422, 'name: expected 1 or more characters, found ""'),
        ("POST", "/agents", {"name": "  "}, 422, 'name: expected more than blanks, found "  "'),
        ("PATCH", "/agents/3", {"name": "\u3000"}, 422, "name: expected more than blanks"),
        ("POST", "/groups", {"name": "\t"}, 422, "name: expected more than blanks"),
        ("PATCH", "/groups/11", {"name": " "}, 422, "name: expected more than blanks"),
        ("PATCH", "/agents/99", {"name": "Ann"}, 404, "there is no agent 99"),
        ("PATCH", "/agents/Nobody", {"name": "Ann"}, 404, "there is no agent Nobody"),
        ("PATCH", "/agents/3", {"colour": "red"}, 422, "colour: unknown; known are im_nick"),
        ("DELETE", "/agents/99", None, 404, "there is no agent 99"),
        ("POST", "/groups", {}, 422, "name"),
        ("POST", "/groups", {"name": "x", "id": 11}, 409, "11"),
        ("POST", "/groups", {"name": "x", "agent": 3}, 422, "agent: unknown"),
        ("PATCH", "/groups/99", {"name": "x"}, 404, "there is no group 99"),
        ("DELETE", "/groups/99", None, 404, "there is no group 99"),
        ("GET", "/groups/99", None, 404, "there is no group 99"),
        ("GET", "/agents?limit=3", None, 422, "limit: unknown; this call takes no parameters"),
    ],
)
async def test_a_mistake_is_named(
    udesk: Udesk, method: str, path: str, asked: dict[str, object] | None, status: int, words: str
) -> None:
    """4xx with what was wrong; unknown ones say who is there."""
    answer = await udesk.operator(method, path, asked)

    assert (answer.status, words in answer.body["error"]["message"]) == (status, True), answer.body


async def test_a_missing_agent_is_answered_with_those_there_are(udesk: Udesk) -> None:
    """The hint has the values that would be right."""
    answer = await udesk.operator("GET", "/agents/Tim")

    assert answer.body["error"] == {
        "code": "unknown",
        "message": "there is no agent Tim",
        "hint": "there are: 3 Tom, 4 Jerry",
    }


async def test_a_name_that_two_have_is_a_conflict(udesk: Udesk) -> None:
    """Names are taken where ids are, if only one has them."""
    await udesk.operator("POST", "/agents", {"name": "Tom"})
    answer = await udesk.operator("GET", "/agents/Tom")

    assert answer.status == 409
    assert answer.body["error"]["hint"] == "name the id: 3, 5"


async def test_an_agent_with_open_sessions_stays(udesk: Udesk) -> None:
    """Removing a busy agent is a conflict."""
    await udesk.operator("POST", "/sessions", {"customer_token": "c-1", "agent_id": 3})
    answer = await udesk.operator("DELETE", "/agents/3")

    assert (answer.status, answer.body["error"]["code"]) == (409, "conflict")


async def test_a_group_is_added_renamed_and_removed(udesk: Udesk) -> None:
    """The same calls for groups."""
    made = await udesk.operator("POST", "/groups", {"name": "售前"})
    renamed = await udesk.operator("PATCH", "/groups/12", {"name": "销售"})
    found = await udesk.operator("GET", "/groups/12")
    removed = await udesk.operator("DELETE", f"/groups/{quote('销售')}")

    assert (made.status, made.body) == (201, {"id": 12, "name": "售前", "agents": []})
    assert renamed.body == found.body == {"id": 12, "name": "销售", "agents": []}
    assert removed.status == 200
    assert (await udesk.operator("GET", "/groups")).body["total"] == 1


async def test_a_removed_group_loses_its_members(udesk: Udesk) -> None:
    """Agents stay, without it."""
    await udesk.operator("DELETE", "/groups/11")

    assert (await udesk.operator("GET", "/agents/Jerry")).body["groups"] == []
