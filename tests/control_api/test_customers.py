"""Customers over a real socket: interfaces §3."""

from typing import Any

import pytest

from ..integrator import Udesk


async def _add(udesk: Udesk, **fields: Any) -> dict[str, Any]:
    answer = await udesk.operator("POST", "/customers", {"nick_name": "小明", **fields})
    assert answer.status == 201, answer.body
    body: dict[str, Any] = answer.body
    return body


async def test_there_are_none_at_first(udesk: Udesk) -> None:
    """Ruling 6: no customers."""
    assert (await udesk.operator("GET", "/customers")).body == {"customers": [], "total": 0}


async def test_a_customer_is_added_whole(udesk: Udesk) -> None:
    """All fields come back; customers start online."""
    made = await _add(udesk, customer_token="c-1", email="m@x.test", cellphones=["13800000000"], tags=["vip"])

    assert made == {
        "id": 1,
        "nick_name": "小明",
        "customer_token": "c-1",
        "web_token": None,
        "sdk_token": None,
        "email": "m@x.test",
        "cellphones": ["13800000000"],
        "other_emails": [],
        "description": None,
        "level": "normal",
        "tags": ["vip"],
        "custom_fields": {},
        "is_blocked": False,
        "is_online": True,
        "is_anonymous": False,
        "session_id": None,
        "queue": None,
        "place": 0,
        "stays": [],
        "created_at": "2026-11-22T10:00:00.000+08:00",
        "updated_at": "2026-11-22T10:00:00.000+08:00",
    }
    assert (await udesk.operator("GET", "/customers/1")).body == made


async def test_a_customer_is_changed(udesk: Udesk) -> None:
    """What is named changes, the rest stays."""
    made = await _add(udesk, customer_token="c-1", email="m@x.test")
    answer = await udesk.operator("PATCH", "/customers/1", {"is_online": False, "nick_name": "大明", "tags": ["a"]})

    assert answer.status == 200
    assert answer.body == {**made, "is_online": False, "nick_name": "大明", "tags": ["a"]}


@pytest.mark.parametrize(
    ("key", "value"),
    [("customer_token", "c-2"), ("web_token", "w-2"), ("sdk_token", "s-2"), ("email", "two@x.test")],
)
async def test_a_customer_is_found(udesk: Udesk, key: str, value: str) -> None:
    """By each token and by email."""
    await _add(udesk, customer_token="c-1")
    second = await _add(udesk, **{"customer_token": "c-2", key: value})
    answer = await udesk.operator("GET", f"/customers?{key}={value}")

    assert answer.body == {"customers": [second], "total": 1}
    assert (await udesk.operator("GET", f"/customers?{key}=nobody")).body == {"customers": [], "total": 0}


async def test_a_list_has_a_limit(udesk: Udesk) -> None:
    """`total` counts all."""
    for number in range(3):
        await _add(udesk, customer_token=f"c-{number}")
    answer = await udesk.operator("GET", "/customers?limit=2")

    assert ([row["customer_token"] for row in answer.body["customers"]], answer.body["total"]) == (["c-0", "c-1"], 3)


async def test_a_customer_in_a_session_shows_it(udesk: Udesk) -> None:
    """Where a customer stands: the session."""
    opened = await udesk.operator("POST", "/sessions", {"web_token": "w-1"})
    answer = await udesk.operator("GET", "/customers?web_token=w-1")

    customer = answer.body["customers"][0]
    assert customer["session_id"] == opened.body["id"]
    assert (customer["stays"][0]["state"], customer["stays"][0]["channel"]) == (
        "in_session",
        "web",
    )


async def test_a_waiting_customer_shows_queue_and_place(udesk: Udesk) -> None:
    """Where a customer stands: the queue and place."""
    await udesk.operator("PATCH", "/agents/Tom", {"im_status": "busy"})
    for token in ("c-1", "c-2"):
        await udesk.operator("POST", "/sessions", {"customer_token": token, "agent": "Tom"})
    answer = await udesk.operator("GET", "/customers?customer_token=c-2")

    customer = answer.body["customers"][0]
    assert (customer["session_id"], customer["queue"], customer["place"]) == (None, "queue:company:1:agent:3", 2)
    assert customer["stays"][0]["queue_of"] == "Tom"


async def test_a_customer_is_removed_with_session_and_place(udesk: Udesk) -> None:
    """Their session is closed by force."""
    opened = await udesk.operator("POST", "/sessions", {"customer_token": "c-1"})
    answer = await udesk.operator("DELETE", "/customers/1")

    assert answer.status == 200
    assert (await udesk.operator("GET", "/customers/1")).status == 404
    session = await udesk.operator("GET", f"/sessions/{opened.body['id']}")
    assert (session.status, session.body["state"]) == (200, "closed")


@pytest.mark.parametrize(
    ("method", "path", "asked", "status", "words"),
    [
        ("POST", "/customers", {}, 422, "nick_name"),
        ("POST", "/customers", {"nick_name": " "}, 422, "nick_name: expected more than blanks"),
        ("POST", "/customers", {"nick_name": "x", "customer_tokn": "c"}, 422, "did you mean customer_token?"),
        ("POST", "/customers", {"nick_name": "x", "cellphones": 3}, 422, "cellphones"),
        ("POST", "/customers", {"customer_token": "c-1"}, 409, "customer_token 'c-1' belongs to customer 1 小明"),
        ("PATCH", "/customers/9", {"nick_name": "x"}, 404, "there is no customer 9"),
        ("PATCH", "/customers/1", {"online": False}, 422, "did you mean is_online?"),
        ("GET", "/customers/1?x=1", None, 422, "x: unknown; this call takes no parameters"),
        ("GET", "/customers/9", None, 404, "there is no customer 9"),
        ("GET", "/customers/x", None, 422, "id"),
        ("DELETE", "/customers/9", None, 404, "there is no customer 9"),
        ("GET", "/customers?token=c-1", None, 422, "token: unknown, did you mean"),
    ],
)
async def test_a_mistake_is_named(
    udesk: Udesk, method: str, path: str, asked: dict[str, object] | None, status: int, words: str
) -> None:
    """4xx with what was wrong."""
    await _add(udesk, customer_token="c-1")
    answer = await udesk.operator(method, path, asked)

    assert (answer.status, words in answer.body["error"]["message"]) == (status, True), answer.body


@pytest.mark.parametrize(
    ("kind", "name"),
    [("customer_token", "API匿名用户(c-9)"), ("web_token", "WEB匿名用户(c-9)"), ("sdk_token", "SDK匿名用户(c-9)")],
)
async def test_a_token_is_name_enough(udesk: Udesk, kind: str, name: str) -> None:
    """Named as the API names whoever comes by a token alone. Doc: im-api-v2 §创建会话(请求分配客服)."""
    answer = await udesk.operator("POST", "/customers", {kind: "c-9"})

    assert (answer.status, answer.body["nick_name"]) == (201, name)


async def test_a_key_is_kept_by_its_owner_and_refused_to_others(udesk: Udesk) -> None:
    """Ruling 6, in the words of who types it."""
    await _add(udesk, customer_token="c-1", cellphones=["138"])
    await _add(udesk, customer_token="c-2")
    own = await udesk.operator("PATCH", "/customers/1", {"customer_token": "c-1", "cellphones": ["138"]})
    token = await udesk.operator("PATCH", "/customers/2", {"customer_token": "c-1"})
    number = await udesk.operator("PATCH", "/customers/2", {"cellphones": ["138"]})

    assert (own.status, token.status, number.status) == (200, 409, 409)
    assert token.body["error"]["message"] == "customer_token 'c-1' belongs to customer 1 小明"
    assert number.body["error"]["message"] == "cellphones '138' belongs to customer 1 小明"
