"""`POST /_mock/verify` over a real socket: calls and pushes, counts, order, and what can't be told."""

import asyncio
import re
from typing import Any

import pytest

from ..integrator import Answer, Udesk

CALLED = {"method": "POST", "path": "/im/messages"}
MADE = {"method": "POST", "path": "/im/sessions"}
STARTED = {"push": {"type": "start_session"}}
CLOSED = {"push": {"type": "close"}}
# The first of a company's life.
SESSION = 1001


async def verify(udesk: Udesk, **asked: Any) -> Answer:
    """Asks whether something was so."""
    return await udesk.operator("POST", "/verify", asked)


async def talked(udesk: Udesk) -> int:
    """A session with two messages of the customer, and one of the agent; replies with its id."""
    await udesk.operator("POST", "/reset")
    opened = await udesk.call(
        "POST", "/im/sessions", json={"customer_token": "c-1", "assign_type": "agent", "agent_id": 3}
    )
    session_id: int = opened.body["assign_info"]["im_sub_session_id"]
    for number, content in enumerate(("我要退款", "hello")):
        body = {"customer_token": "c-1", "message_id": f"m-{number}", "type": "message", "data": {"content": content}}
        answer = await udesk.call("POST", "/im/messages", json=body | {"im_sub_session_id": session_id})
        assert answer.body["code"] == 1000, answer.body
    await udesk.operator("POST", f"/sessions/{session_id}/messages", {"content": "您好"})
    await udesk.settle()
    return session_id


# What is asked, whether it is so, and how many there were.
CASES: list[tuple[dict[str, Any], bool, int]] = [
    ({}, True, 3),
    (CALLED, True, 2),
    ({"call": CALLED}, True, 2),
    ({**CALLED, "count": 2}, True, 2),
    ({**CALLED, "count": 1}, False, 2),
    ({**CALLED, "count": 3}, False, 2),
    ({**CALLED, "count": 0}, False, 2),
    ({**CALLED, "at_least": 2}, True, 2),
    ({**CALLED, "at_least": 3}, False, 2),
    ({**CALLED, "at_least": 0}, True, 2),
    ({**CALLED, "at_most": 2}, True, 2),
    ({**CALLED, "at_most": 1}, False, 2),
    ({**CALLED, "at_least": 1, "at_most": 2}, True, 2),
    ({**CALLED, "between": [1, 2]}, True, 2),
    ({**CALLED, "between": [3, 4]}, False, 2),
    ({**CALLED, "never": True}, False, 2),
    ({**CALLED, "never": False}, True, 2),
    ({"path": "/im/nothing", "never": True}, True, 0),
    ({"path": "/im/nothing", "count": 0}, True, 0),
    ({"path": "/im/nothing", "at_most": 3}, True, 0),
    ({"path": "/im/nothing"}, False, 0),
    ({"path": "/open_api_v1/im/messages.json"}, True, 2),
    ({"path": "~^/im/"}, True, 3),
    ({"endpoint": "POST /im/messages"}, True, 2),
    ({"method": "post", "body": {"data": {"content": "hello"}}}, True, 1),
    ({"body": {"data": {"content": {"$regex": "退款$"}}}, "count": 1}, True, 1),
    ({"body": {"data": {"content": {"$equals": "hell"}}}}, False, 0),
    ({"body": {"data": {"$type": "object"}}}, True, 2),
    ({"body": {"message_id": {"$one_of": ["m-0", "m-1"]}}, "count": 2}, True, 2),
    ({"body": {"data": {"$equals": {}}}}, False, 0),
    ({"params": {"im_sub_session_id": str(SESSION)}, "code": 1000}, True, 2),
    # What was sent as JSON is held to its types.
    ({"body": {"im_sub_session_id": str(SESSION)}}, False, 0),
    ({"body": {"im_sub_session_id": SESSION}}, True, 2),
    ({"customer_token": "c-1", "code": 1000, "status": 200}, True, 3),
    ({"customer_token": "c-2"}, False, 0),
    ({"answer": {"code": 1000}, "at_least": 3}, True, 3),
    ({"headers": {"content-type": "application/json"}}, True, 3),
    ({"query": {"sign_version": "v2"}}, True, 3),
    ({"query": {"$equals": {}}}, True, 3),
    (STARTED, True, 1),
    ({**STARTED, "count": 1}, True, 1),
    ({**STARTED, "never": True}, False, 1),
    ({**CLOSED, "never": True}, True, 0),
    (CLOSED, False, 0),
    ({"push": {"state": "delivered", "attempts": 1}, "at_least": 2}, True, 2),
    ({"push": {"state": "failed"}, "at_most": 0}, True, 0),
    ({"push": {"customer_token": "c-1", "target": "receive_url", "push": "agent_messages"}, "count": 2}, True, 2),
    ({"push": {"body": {"messages": {"$contains": {"data": {"content": "您好"}}}}}, "count": 1}, True, 1),
    ({"push": {"body": {"messages": [{"$any": True}]}}}, True, 1),
    ({"push": {"session_id": 99}}, False, 0),
    ({"push": {"session_id": SESSION}, "count": 2}, True, 2),
    ({"session_id": SESSION, "count": 3}, True, 3),
    ({"in_order": [{"call": MADE}, STARTED, {"call": CALLED}, {"call": CALLED}]}, True, 4),
    ({"in_order": [{"call": CALLED}, STARTED]}, False, 1),
    ({"in_order": [{"call": CALLED}, {"call": CALLED}, {"call": CALLED}]}, False, 2),
]


async def test_what_was_so_and_what_was_not(udesk: Udesk) -> None:
    """The table above: both directions, counts, bodies, order."""
    assert await talked(udesk) == SESSION
    wrong = []
    for asked, is_ok, matched in CASES:
        answer = await verify(udesk, **asked)
        if (answer.status, answer.body.get("ok"), answer.body.get("matched")) != (200, is_ok, matched):
            wrong.append((asked, answer.body))

    assert wrong == []


async def test_an_answer_is_whole(udesk: Udesk) -> None:
    """`{ok, matched, expected, entries, message, near_misses, dropped, warnings}`."""
    await talked(udesk)
    answer = await verify(udesk, **CALLED, body={"message_id": "m-7"})

    assert set(answer.body) == {"ok", "matched", "expected", "entries", "message", "near_misses", "dropped", "warnings"}
    assert (answer.body["expected"], answer.body["entries"], answer.body["dropped"]) == ("at least 1", [], 0)
    miss = answer.body["near_misses"][0]
    assert (miss["kind"], miss["what"]) == ("call", "POST /im/messages at 10:00:00")
    assert miss["differences"] == [
        {
            "path": "body.message_id",
            "expected": '"m-7"',
            "found": '"m-1"',
            "text": 'body.message_id: expected "m-7", found "m-1"',
        }
    ]
    assert '✗ body.message_id: expected "m-7", found "m-1"' in answer.body["message"]


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"pth": "/x"}, "pth: unknown, did you mean path?"),
        ({"times": 1}, "did you mean count?"),
        ({"match": CALLED}, "match: its fields stand beside the count, or under call (of pushes: push)"),
        ({"push": {"typ": "close"}}, "push.typ: unknown, did you mean type?"),
        ({"in_order": [{"call": {"pth": 1}}]}, "in_order[0].call.pth: unknown, did you mean path?"),
        ({"in_order": []}, "1 or more"),
        ({"in_order": [{}]}, "either call or push"),
        ({"in_order": [{"call": {}, "push": {}}]}, "either call or push"),
        ({"in_order": [3]}, "expected an object"),
        ({"in_order": {"call": {}}}, "expected a list"),
        ({"in_order": [{"call": {}}], "count": 1}, "in_order and count exclude each other"),
        ({"in_order": [{"call": {}}], "path": "/x"}, "in_order and path exclude each other"),
        ({"push": {}, "call": {}}, "call and push exclude each other"),
        ({"push": {}, "path": "/x"}, "push and path exclude each other"),
        ({"count": 1, "never": True}, "count and never exclude each other"),
        ({"count": 1, "at_least": 1}, "count and at_least exclude each other"),
        ({"between": [1, 2], "at_most": 1}, "exclude each other"),
        ({"between": [3, 1]}, "at least 3 is more than at most 1"),
        ({"at_least": 3, "at_most": 1}, "at least 3 is more than at most 1"),
        ({"between": [1]}, "between"),
        ({"between": 1}, "expected a list"),
        ({"count": -1}, "at least 0"),
        ({"count": "many"}, "count: expected a whole number"),
        ({"within_seconds": -1}, "within_seconds"),
        ({"within_seconds": 1e9}, "at most 3600"),
        ({"since": "yesterday"}, "since"),
        ({"since": "2026-11-22T10:00:00"}, "time zone"),
        ({"endpoint": "POST /im/mesages"}, "did you mean POST /im/messages?"),
        ({"endpoint": "/im/mesages"}, "did you mean /im/messages?"),
        ({"push": {"push": "agent_mesages"}}, "did you mean agent_messages?"),
        ({"body": {"$regx": "x"}}, "did you mean $regex?"),
        ({"body": {"a": {"$regex": "(a+)+"}}}, "take for ever"),
        ({"state": "delivered"}, "it belongs into push"),
    ],
)
async def test_a_mistake_is_named(udesk: Udesk, asked: dict[str, Any], words: str) -> None:
    """422 with what was wrong and what would be right."""
    answer = await verify(udesk, **asked)

    assert answer.status == 422, answer.body
    assert words in answer.body["error"]["message"], answer.body


async def test_never_can_not_be_told_of_what_was_dropped(udesk: Udesk) -> None:
    """409: but what was found too often was too often, and `since` leaves out what is gone."""
    await udesk.operator("PATCH", "/company", {"journal_max_entries": 100})
    for number in range(60):
        await udesk.call("POST", "/im/sessions", json={"customer_token": f"c-{number}"})
    last = (await udesk.operator("GET", "/requests?limit=1")).body["requests"][0]["id"]
    await udesk.call("POST", "/im/sessions", json={"customer_token": "c-x"})

    for asked in ({"never": True}, {"at_most": 3}, {"count": 0}, {"between": [0, 5]}):
        answer = await verify(udesk, path="/im/nothing", **asked)
        assert answer.status == 409
        assert answer.body["error"]["message"].startswith("cannot tell whether it was ")
        assert "dropped from the journal" in answer.body["error"]["message"]
        assert "since" in answer.body["error"]["hint"]
    assert (await verify(udesk, path="/im/sessions", never=True)).body["ok"] is False
    assert (await verify(udesk, path="/im/sessions", at_most=1, since=str(last))).body["ok"] is True
    at_least = (await verify(udesk, path="/im/nothing")).body
    assert (at_least["ok"], "there may have been more" in at_least["message"]) == (False, True)


async def test_what_can_not_be_told_says_how_to_ask_so_that_it_can(udesk: Udesk) -> None:
    """A full journal drops an entry with every call of the app: the id of its last entry is what holds longest as `since`."""
    await udesk.operator("PATCH", "/company", {"journal_max_entries": 100})
    for number in range(60):
        await udesk.call("POST", "/im/sessions", json={"customer_token": f"c-{number}"})
    refused = await verify(udesk, path="/im/nothing", never=True)
    assert "GET /_mock/journal?limit=1" in refused.body["error"]["hint"]
    (last,) = (await udesk.operator("GET", "/journal?limit=1")).body["entries"]

    assert (await verify(udesk, path="/im/nothing", never=True, since=str(last["id"]))).body["ok"] is True


async def test_what_can_not_be_told_is_not_waited_for(udesk: Udesk) -> None:
    """What has been dropped comes back in no time."""
    await udesk.operator("PATCH", "/company", {"journal_max_entries": 100})
    for _ in range(110):
        await udesk.call("GET", "/im/agent_status")
    async with asyncio.timeout(10):
        answer = await verify(udesk, path="/im/nothing", never=True, within_seconds=3_000)

    assert answer.status == 409


async def test_it_waits_for_what_is_to_come(udesk: Udesk) -> None:
    """`within_seconds`: answered as soon as it is so."""
    asking = asyncio.ensure_future(verify(udesk, **CLOSED, within_seconds=20))
    await udesk.is_watched()
    session_id = await _open(udesk)
    await udesk.operator("POST", f"/sessions/{session_id}/close")
    answer = await asking

    assert (answer.body["ok"], answer.body["matched"]) == (True, 1)


async def test_it_waits_for_an_order(udesk: Udesk) -> None:
    """Until the last of them has come."""
    order = [{"call": MADE}, CLOSED]
    asking = asyncio.ensure_future(verify(udesk, in_order=order, within_seconds=20))
    await udesk.is_watched()
    opened = await udesk.call(
        "POST", "/im/sessions", json={"customer_token": "c-1", "assign_type": "agent", "agent_id": 3}
    )
    await udesk.operator("POST", f"/sessions/{opened.body['assign_info']['im_sub_session_id']}/close")

    assert (await asking).body["ok"] is True


async def test_never_has_to_hold(udesk: Udesk) -> None:
    """Answered at once when it is broken, else at the end."""
    asking = asyncio.ensure_future(verify(udesk, **STARTED, never=True, within_seconds=20))
    await udesk.is_watched()
    await _open(udesk)
    answer = await asking
    held = await verify(udesk, **CLOSED, never=True, within_seconds=0.01)

    assert (answer.body["ok"], answer.body["matched"]) == (False, 1)
    assert held.body["ok"] is True


async def test_a_time_out_answers_with_what_came_nearest(udesk: Udesk) -> None:
    """200 with ok false: it is an answer, not a refusal."""
    await _open(udesk)
    answer = await verify(udesk, **CLOSED, within_seconds=0.01)

    assert (answer.status, answer.body["ok"]) == (200, False)
    assert answer.body["near_misses"][0]["kind"] == "push"


async def test_a_reset_ends_the_waiting(udesk: Udesk) -> None:
    """409, as it ends a settle."""
    asking = asyncio.ensure_future(verify(udesk, **CLOSED, within_seconds=20))
    await udesk.is_watched()
    await udesk.operator("POST", "/reset")
    answer = await asking

    assert (answer.status, "reset meanwhile" in answer.body["error"]["message"]) == (409, True)


async def test_asking_changes_nothing(udesk: Udesk) -> None:
    """Nor does it stand in the story."""
    await talked(udesk)
    before = (await udesk.operator("GET", "/timeline")).body["lines"]
    await verify(udesk, **CALLED)
    await verify(udesk, path="/im/nothing")

    assert (await udesk.operator("GET", "/timeline")).body["lines"] == before
    assert (await udesk.operator("GET", "/problems")).body["total"] == 0


@pytest.mark.parametrize(
    ("asked", "warnings"),
    [
        ({"path": "/im/mesages"}, ["/im/mesages is not emulated; the nearest is /im/messages"]),
        ({"path": "/im/mesages", "never": True}, ["/im/mesages is not emulated; the nearest is /im/messages"]),
        (
            {"in_order": [{"call": CALLED}, {"call": {"path": "/im/mesages"}}]},
            ["/im/mesages is not emulated; the nearest is /im/messages"],
        ),
        (CALLED, []),
        ({"push": {"type": "transfer"}}, []),
    ],
    ids=str,
)
async def test_a_path_that_is_no_calls_is_told(udesk: Udesk, asked: dict[str, Any], warnings: list[str]) -> None:
    """A `never` of it would hold for ever: the nearest call is named."""
    answer = await verify(udesk, **asked)

    assert answer.body["warnings"] == warnings
    assert all(warning in answer.body["message"] for warning in warnings)


async def test_a_path_that_was_called_all_the_same_is_no_mistake(udesk: Udesk) -> None:
    """Who asks for calls that nobody has finds them, and is told nothing more."""
    await udesk.call("GET", "/im/mesages")
    answer = await verify(udesk, path="/im/mesages")

    assert (answer.body["ok"], answer.body["warnings"]) == (True, [])


async def test_the_hint_of_a_full_journal_can_be_used(udesk: Udesk) -> None:
    """409 names the id to ask from, and asking drops no more: the journal has no entry of a verify, as of a GET."""
    await udesk.operator("PATCH", "/company", {"journal_max_entries": 100})
    for _ in range(110):
        await udesk.call("GET", "/im/agent_status")
    refused = await verify(udesk, path="/im/messages", never=True)
    gone = re.search(r"an id from (\d+) on", refused.body["error"]["hint"])
    assert gone is not None
    before = (await udesk.operator("GET", "/journal?as=json")).body["entries"]
    answer = await verify(udesk, path="/im/messages", never=True, since=gone[1])

    assert (refused.status, answer.status, answer.body["ok"]) == (409, 200, True)
    assert (await udesk.operator("GET", "/journal?as=json")).body["entries"] == before


@pytest.mark.parametrize(
    ("path", "asked"),
    [
        ("/verify", {"path": "/im/nothing"}),
        ("/verify", {"colour": "red"}),
        ("/explain", {"url": "/agents?sign=1"}),
        ("/robots/1/try", {"text": "退货"}),
        ("/urobots/1/try", {"text": "退货"}),
        ("/robots/99/try", {"text": "退货"}),
    ],
)
async def test_who_only_asks_leaves_no_entry(udesk: Udesk, path: str, asked: dict[str, Any]) -> None:
    """The journal has what changes something or waits for it; a question with a body is none, refused or not."""
    await udesk.operator("POST", "/sign", {"path": "/agents"})
    await udesk.operator("POST", path, asked)
    told = (await udesk.operator("GET", "/journal?kind=operator&as=json")).body["entries"]

    assert [row["path"] for row in told] == ["/_mock/sign"]


async def test_no_secret_is_told(udesk: Udesk) -> None:
    """Neither the one that is asked for nor the one that was sent, wherever it stood."""
    await udesk.call("POST", "/log_in", json={"email": "admin@demo.test", "password": "right-one"}, signed=False)
    await udesk.call("POST", "/im/messages", json={"message_id": f"it is {udesk.token}"})
    asked = {"password": "wrong-one", "message_id": "x", "token": "wrong-one"}
    answer = await verify(udesk, body=asked, headers={"authorization": "Bearer wrong-one"})
    waited = await udesk.operator("POST", "/await", {"until": {"call": {"body": asked}}, "timeout_seconds": 0})
    found = await udesk.operator("POST", "/await", {"until": {"call": {}}, "count": 2})
    whole = b"".join((answer.raw, waited.raw, found.raw)).decode()

    assert (answer.body["ok"], waited.status, found.status) == (False, 409, 200)
    for word in ("wrong-one", "right-one", udesk.token):
        at = whole.find(word)
        assert at < 0, whole[max(0, at - 200) : at + 50]
    shown = (await udesk.operator("GET", "/journal?kind=operator&as=json")).raw.decode()
    assert '"password":"***"' in shown.replace(" ", "")


async def _open(udesk: Udesk) -> int:
    opened = await udesk.operator("POST", "/sessions", {"customer_token": "c-1", "agent_id": 3})
    session_id: int = opened.body["id"]
    return session_id
