"""Planning faults: what can be planned, how it is listed and taken back, and how nonsense is refused."""

from typing import Any

import pytest

from ..integrator import Answer, Udesk
from ..udesk_api.talk import session

UNAVAILABLE = {"http_status": 503}


async def _plan(udesk: Udesk, **plan: Any) -> Answer:
    return await udesk.operator("POST", "/faults", {"on": "call", "do": UNAVAILABLE, **plan})


async def _listed(udesk: Udesk) -> list[Any]:
    answer = await udesk.operator("GET", "/faults")
    assert answer.body["total"] == len(answer.body["faults"])
    rows: list[Any] = answer.body["faults"]
    return rows


async def test_a_plan_is_answered_with_all_that_is_usual_filled_in(udesk: Udesk) -> None:
    """201 with its id."""
    answer = await _plan(udesk)

    assert answer.status == 201
    assert answer.body == {
        "id": 1,
        "on": "call",
        "when": "before",
        "match": {},
        "times": None,
        "probability": 1.0,
        "expires_at": None,
        "do": {"http_status": 503},
        "text": "HTTP 503",
        "cause": 1,
        "state": "active",
        "matched": 0,
        "fired": 0,
        "left": None,
        "held": [],
        "warnings": [],
    }


async def test_all_that_can_be_said_of_a_plan_is_kept(udesk: Udesk) -> None:
    """Match and do as they were typed."""
    plan = {
        "when": "after",
        "match": {"path": "~messages$", "params": {"data": {"content": {"$regex": "退款"}}}, "code": 1000},
        "times": 3,
        "probability": 0.25,
        "do": {"delay_seconds": {"lognormal": {"median": 0.5, "sigma": 1}}, "code": 9200, "message": "稍后再试"},
    }

    answer = await _plan(udesk, **plan, expires_in_seconds=60)

    assert {name: answer.body[name] for name in plan} == plan
    assert (answer.body["expires_at"], answer.body["left"]) == ("2026-11-22T10:01:00.000+08:00", 3)
    assert (await udesk.operator("GET", "/faults/1")).body == answer.body


async def test_the_list_says_what_came_of_each(udesk: Udesk) -> None:
    """Fired, left, and whether it may fire yet."""
    await _plan(udesk, times=1)
    await _plan(udesk, times=2)
    await _plan(udesk, expires_in_seconds=5)
    for _ in range(2):
        await udesk.call("GET", "/im/im_sensitive_words")
    await udesk.advance(5)

    rows = [(row["id"], row["state"], row["fired"], row["left"]) for row in await _listed(udesk)]

    assert rows == [(1, "spent", 1, 0), (2, "active", 1, 1), (3, "expired", 0, None)]


async def test_a_plan_can_be_taken_back(udesk: Udesk) -> None:
    """The others stay."""
    await _plan(udesk)
    await _plan(udesk)

    answer = await udesk.operator("DELETE", "/faults/1")

    assert (answer.status, answer.body) == (200, {"removed": 1, "released": []})
    assert [row["id"] for row in await _listed(udesk)] == [2]
    assert (await udesk.operator("DELETE", "/faults/1")).status == 404


async def test_all_plans_can_be_taken_back_at_once(udesk: Udesk) -> None:
    """And calls are answered as always."""
    await _plan(udesk)
    await udesk.operator("POST", "/faults", {"on": "push", "do": {"drop": True}})

    answer = await udesk.operator("DELETE", "/faults")

    assert answer.body == {"removed": 2, "released": []}
    assert await _listed(udesk) == []
    assert (await udesk.call("GET", "/im/im_sensitive_words")).status == 200


@pytest.mark.parametrize("path", ["/faults/1", "/faults"])
async def test_what_a_plan_held_goes_out_when_it_is_taken_back(udesk: Udesk, path: str) -> None:
    """Nobody could let it go any more."""
    await udesk.operator("POST", "/faults", {"on": "push", "do": {"hold": True}, "times": 1})
    await session(udesk)
    await udesk.settle()
    (plan,) = await _listed(udesk)
    held = plan["held"]

    answer = await udesk.operator("DELETE", path)
    await udesk.settle()

    assert len(held) == 1
    assert answer.body == {"removed": 1, "released": held}
    assert (await udesk.operator("GET", f"/deliveries/{held[0]}")).body["state"] == "delivered"


async def test_what_a_plan_holds_can_be_let_go_at_once(udesk: Udesk) -> None:
    """POST /_mock/faults/{id}/release; the plan stays."""
    await udesk.operator("POST", "/faults", {"on": "push", "do": {"hold": True}, "times": 1})
    await session(udesk)
    held = (await _listed(udesk))[0]["held"]

    answer = await udesk.operator("POST", "/faults/1/release")

    assert answer.body == {"released": held}
    assert (await _listed(udesk))[0]["held"] == []


async def test_a_plan_that_holds_nothing_can_let_nothing_go(udesk: Udesk) -> None:
    """It says what it does instead."""
    await _plan(udesk)

    answer = await udesk.operator("POST", "/faults/1/release")

    assert (answer.status, answer.body["error"]["message"]) == (409, "planned fault 1 holds no pushes: HTTP 503")


@pytest.mark.parametrize("method", ["GET", "DELETE"])
async def test_an_unknown_plan_is_404(udesk: Udesk, method: str) -> None:
    """With those that there are, or how to plan one."""
    answer = await udesk.operator(method, "/faults/9")

    assert (answer.status, answer.body["error"]["message"]) == (404, "there is no planned fault 9")
    assert answer.body["error"]["hint"] == "none is planned; POST /_mock/faults plans one"


async def test_of_many_plans_the_latest_are_named(udesk: Udesk) -> None:
    """And that there are more."""
    for _ in range(22):
        await _plan(udesk)
    answer = await udesk.operator("DELETE", "/faults/99")

    named = ", ".join(map(str, range(3, 23)))
    assert answer.body["error"]["hint"] == f"there are: …, {named}"


@pytest.mark.parametrize(
    ("plan", "refusal"),
    [
        ({"on": None}, "on: missing; it is call or push"),
        ({"on": "calls"}, "on: expected call or push, found 'calls'"),
        ({"on": ["call"]}, "on: expected call or push, found ['call']"),
        ({"on": {}}, "on: expected call or push, found {}"),
        ({"when": "during"}, "when: expected 'before' or 'after', found \"during\""),
        ({"whem": "after"}, "whem: unknown, did you mean when?"),
        ({"http_status": 503}, "http_status: put it in do"),
        ({"delay_seconds": 1}, "delay_seconds: put it in do"),
        ({"path": "/im/messages"}, "path: put it in match"),
        ({"times": 0}, "times: expected at least 1, found 0"),
        ({"times": -1}, "times: expected at least 1, found -1"),
        ({"times": 1.5}, "times: expected a whole number, found 1.5"),
        ({"times": "x"}, 'times: expected a whole number, found "x"'),
        ({"times": 2**63}, f"times: expected less than {2**63}, found {2**63}"),
        ({"probability": 1.1}, "probability: expected at most 1.0, found 1.1"),
        ({"probability": -0.1}, "probability: expected at least 0.0, found -0.1"),
        ({"probability": "often"}, 'probability: expected a number, found "often"'),
        ({"expires_in_seconds": 0}, "expires_in_seconds: expected more than 0.0, found 0"),
        ({"match": []}, "match: expected an object, found []"),
        ({"match": "POST"}, 'match: expected an object, found "POST"'),
        ({"match": {"pth": "/x"}}, "match.pth: unknown, did you mean path?"),
        ({"match": {"code": 1000}}, "match.code: it is known only when the call was answered: say when: after"),
        ({"match": {"status": 200}}, "match.status: it is known only when the call was answered: say when: after"),
        ({"match": {"answer": {}}}, "match.answer: it is known only when the call was answered: say when: after"),
        ({"do": None}, "do: expected an object, found null"),
        ({"do": []}, "do: expected an object, found []"),
        ({"do": {}}, "do: expected one of delay_seconds, http_status, code, close_connection, malformed_json, "),
        ({"do": {"http_staus": 503}}, "do.http_staus: unknown, did you mean http_status?"),
        ({"do": {"delay": 2}}, "do.delay: unknown, did you mean delay_seconds?"),
        ({"do": {"status": 503}}, "do.status: unknown, did you mean http_status?"),
        ({"on": "push", "do": {"delay": 2}}, "do.delay: unknown, did you mean delay_seconds?"),
        ({"do": {"drop": True}}, "do.drop: only pushes can be that: say on: push"),
        ({"do": {"http_status": 199}}, "do.http_status: expected at least 200, found 199"),
        ({"do": {"http_status": 600}}, "do.http_status: expected at most 599, found 600"),
        ({"do": {"http_status": 204, "body": {}}}, "do.body: an answer with HTTP 204 has none"),
        ({"do": {"http_status": 503, "code": 1}}, "do: http_status and code can't be at once: plan two faults"),
        ({"do": {"empty": True, "truncated": True}}, "do: truncated and empty can't be at once"),
        ({"do": {"body": "x"}}, "do: expected one of delay_seconds, "),
        ({"do": {"code": 1, "body": "x"}}, "do.body: it goes with http_status only"),
        ({"do": {"code": 1, "headers": {}}}, "do.headers: it goes with http_status only"),
        ({"do": {"http_status": 500, "message": "x"}}, "do.message: it goes with code only"),
        ({"do": {"empty": False}}, "do.empty: expected true (leave it out otherwise), found false"),
        ({"do": {"empty": "yes"}}, 'do.empty: expected true (leave it out otherwise), found "yes"'),
        ({"do": {"close_connection": "fin"}}, 'do.close_connection: expected true or reset, found "fin"'),
        ({"do": {"delay_seconds": -1}}, "do.delay_seconds: expected 0 to 3600 seconds, found -1"),
        ({"do": {"delay_seconds": 3601}}, "do.delay_seconds: expected 0 to 3600 seconds, found 3601"),
        ({"do": {"delay_seconds": "2s"}}, 'do.delay_seconds: expected a number of seconds, found "2s"'),
        ({"do": {"delay_seconds": True}}, "do.delay_seconds: expected a number of seconds, found true"),
        ({"do": {"delay_seconds": {"uniform": [2, 1]}}}, "do.delay_seconds: expected uniform: [least, most]"),
        ({"do": {"delay_seconds": {"uniform": [1]}}}, "do.delay_seconds: expected a number of seconds, {uniform:"),
        ({"do": {"delay_seconds": {"normal": 1}}}, "do.delay_seconds: expected a number of seconds, {uniform:"),
        (
            {"do": {"delay_seconds": {"lognormal": {"median": 0, "sigma": 1}}}},
            "do.delay_seconds: expected a median of more than 0 seconds",
        ),
        (
            {"do": {"delay_seconds": {"lognormal": {"median": 1, "sigma": 99}}}},
            "do.delay_seconds: expected a sigma from 0 to 10",
        ),
        ({"do": {"slow_body": {"seconds": 0}}}, "do.slow_body.seconds: expected more than 0.0, found 0"),
        ({"do": {"slow_body": {"second": 1}}}, "do.slow_body.second: unknown, did you mean seconds?"),
        ({"do": {"slow_body": True}}, "do.slow_body: expected an object, found true"),
        ({"do": {"rate_limited": {"retry_after": 1}}}, "do.rate_limited.retry_after: unknown, did you mean "),
        ({"do": {"rate_limited": False}}, "do.rate_limited: expected an object, found false"),
        ({"do": {"code": -1}}, "do.code: expected at least 0, found -1"),
        ({"do": {"http_status": 500, "headers": {"a b": "x"}}}, "do.headers: 'a b' is no name of a header"),
        ({"do": {"http_status": 500, "headers": {"X": "a\r\nb"}}}, "do.headers: X: expected one line"),
        ({"do": {"http_status": 500, "headers": {"Content-Length": "5"}}}, "do.headers: Content-Length is set by"),
        ({"do": {"http_status": 500, "headers": []}}, "do.headers: expected an object"),
        ({"do": {"http_status": 500, "body": "x" * 1_100_000}}, "do.body: expected at most 1048576 bytes"),
        ({"on": "push"}, "do.http_status: only calls can be that: say on: call"),
        ({"on": "push", "do": {"drop": True}, "when": "after"}, "when: a push has no after: leave it out"),
        ({"on": "push", "do": {"drop": True}, "match": {"path": "/x"}}, "match.path: unknown"),
        (
            {"on": "push", "do": {"drop": True}, "match": {"state": "pending"}},
            "match.state: it is not there yet when a push meets its fault: leave it out",
        ),
        ({"on": "push", "do": {"drop": True}, "match": {"copy_of": 1}}, "match.copy_of: it is not there yet"),
        ({"on": "push", "do": {"drop": True}, "match": {"attempts": 0}}, "match.attempts: it is not there yet"),
        (
            {"match": {"endpoint": "POST /im/mesages"}},
            'endpoint: unknown endpoint "POST /im/mesages", did you mean POST /im/messages?',
        ),
        (
            {"on": "push", "do": {"drop": True}, "match": {"push": "agent_message"}},
            'push: unknown push "agent_message", did you mean agent_messages?',
        ),
        ({"on": "push", "do": {"duplicate": 0}}, "do.duplicate: expected at least 1, found 0"),
        ({"on": "push", "do": {"duplicate": 101}}, "do.duplicate: expected at most 100, found 101"),
        ({"on": "push", "do": {"drop": True, "hold": True}}, "do: drop and hold can't be at once"),
        ({"on": "push", "do": {"drop": True, "delay_seconds": 1}}, "do.delay_seconds: it can't go with drop"),
        (
            {"on": "push", "do": {"corrupt": "html"}},
            'do.corrupt: expected true, malformed, truncated or empty, found "html"',
        ),
        ({"on": "push", "do": {"duplicate": 1, "within_seconds": 1}}, "do.within_seconds: it goes with reorder only"),
        ({"on": "push", "do": {}}, "do: expected one of delay_seconds, duplicate, drop, hold, reorder, corrupt"),
    ],
    ids=lambda value: str(value)[:60] if isinstance(value, dict) else "",
)
async def test_nonsense_is_refused_in_words_with_its_path(udesk: Udesk, plan: dict[str, Any], refusal: str) -> None:
    """422; nothing is planned."""
    answer = await _plan(udesk, **plan)

    assert (answer.status, answer.body["error"]["code"]) == (422, "invalid")
    assert answer.body["error"]["message"].startswith(refusal), answer.body
    assert await _listed(udesk) == []


async def test_all_that_is_wrong_is_said_at_once(udesk: Udesk) -> None:
    """As everywhere in the control API."""
    answer = await _plan(udesk, times=0, probability=2, do={"http_status": 1})

    message = answer.body["error"]["message"]
    assert [part.split(":")[0] for part in message.split("; ")] == ["times", "probability", "do.http_status"]


@pytest.mark.parametrize(
    ("match", "warnings"),
    [
        ({"path": "/im/mesages"}, ["/im/mesages is not emulated; the nearest is /im/messages"]),
        (
            {"path": "/im/mesages", "method": "POST"},
            ["POST /im/mesages is not emulated; the nearest is /im/messages"],
        ),
        (
            {"path": "/im/agent_status", "method": "POST"},
            ["POST /im/agent_status is not emulated: this path takes GET"],
        ),
        ({"path": "/im/messages"}, []),
        ({"path": "/open_api_v1/im/messages.json", "method": "POST"}, []),
        ({"path": "/im/sessions/1001"}, []),
        ({"path": "/im/sessions/{session_id}"}, []),
        ({"path": "~mesages"}, []),
        ({"method": "POST"}, []),
    ],
    ids=str,
)
async def test_a_path_that_is_no_calls_is_told_with_the_nearest(
    udesk: Udesk, match: dict[str, Any], warnings: list[str]
) -> None:
    """`warnings`: it is planned all the same, and meets nothing."""
    planned = await _plan(udesk, match=match)

    assert (planned.status, planned.body["warnings"]) == (201, warnings)
    assert (await _listed(udesk))[0]["warnings"] == warnings


@pytest.mark.parametrize(
    ("receive_url", "h5_push_url", "match", "warning"),
    [
        (None, None, {}, "neither receive_url nor h5_push_url is set"),
        (None, "http://127.0.0.1:9/", {"target": "receive_url"}, "receive_url is not set"),
        (None, "http://127.0.0.1:9/", {"push": "agent_messages"}, "receive_url is not set"),
        ("http://127.0.0.1:9/", None, {"push": "h5"}, "h5_push_url is not set"),
        ("http://127.0.0.1:9/", None, {}, None),
        (None, "http://127.0.0.1:9/", {}, None),
    ],
)
async def test_pushes_that_go_nowhere_are_told(
    udesk: Udesk, receive_url: str | None, h5_push_url: str | None, match: dict[str, str], warning: str | None
) -> None:
    """Without their URL they meet no fault; once it is set nothing is said any more."""
    await udesk.operator("PATCH", "/company", {"receive_url": receive_url, "h5_push_url": h5_push_url})
    planned = await _plan(udesk, on="push", match=match, do={"drop": True})
    listed = (await _listed(udesk))[0]["warnings"]
    await udesk.operator("PATCH", "/company", {"receive_url": udesk.receiver.url, "h5_push_url": udesk.h5.url})

    never = ": nothing is sent there, so this never fires; PATCH /_mock/company sets it"
    assert planned.body["warnings"] == listed == ([f"{warning}{never}"] if warning else [])
    assert (await _listed(udesk))[0]["warnings"] == []


@pytest.mark.parametrize(
    "body",
    [
        b"[]",
        b"null",
        b"7",
        b"{",
        b'"call"',
        b'{"on": "call", "do": {"http_status": 500, "body": ' + b"[" * 5_000 + b"]" * 5_000 + b"}}",
        b'{"on": "call", "do": {"http_status": 500, "body": ' + b"[" * 190 + b"]" * 190 + b"}}",
        b'{"on": "call", "do": {"http_status": 500, "body": "\\ud800"}}',
        b'{"on": "call", "do": {"code": 5, "message": "\\ud800"}}',
        b'{"on": "call", "do": {"delay_seconds": NaN}}',
        b'{"on": "call", "do": {"delay_seconds": 1e999}}',
        b'{"on": "call", "do": {"code": 5}, "match": {"body": ' + b'{"$not":' * 100 + b"1" + b"}" * 100 + b"}}",
    ],
    ids=lambda body: body[:40].decode(),
)
async def test_hostile_bodies_are_refused_or_planned_and_never_a_fault(udesk: Udesk, body: bytes) -> None:
    """A clear error, or a plan that works."""
    answer = await udesk.operator("GET", "/problems")
    sent = await udesk.send("POST", "/_mock/faults", body=body, headers={"Content-Type": "application/json"})
    called = await udesk.call("GET", "/im/im_sensitive_words")

    assert sent.status in (201, 400, 422), sent.raw
    assert called.status in (200, 500)
    assert (await udesk.operator("GET", "/problems")).body == answer.body


async def test_null_is_as_good_as_left_out(udesk: Udesk) -> None:
    """Clients that write every field."""
    answer = await _plan(
        udesk,
        match=None,
        times=None,
        when=None,
        probability=None,
        expires_in_seconds=None,
        do={"http_status": 500, "body": None, "headers": None, "code": None, "delay_seconds": None},
    )

    assert (answer.status, answer.body["do"]) == (201, {"http_status": 500})


async def test_true_is_short_for_the_usual_rate_limit(udesk: Udesk) -> None:
    """Retry after a second."""
    answer = await _plan(udesk, do={"rate_limited": True})

    assert answer.body["do"] == {"rate_limited": {"retry_after_seconds": 1}}
