"""Calls, pushes, timeline and problems over a real socket: interfaces §3."""

import pytest

from ..integrator import Udesk


async def test_a_call_is_shown_as_received_and_answered(udesk: Udesk) -> None:
    """The journal's entry: request, answer, scheme, warnings; real time stands under `measured`."""
    await udesk.ask(agentid=3)
    listed = (await udesk.operator("GET", "/requests")).body

    assert (listed["total"], listed["dropped"]) == (1, 0)
    row = listed["requests"][0]
    assert (row["kind"], row["method"], row["path"], row["endpoint"]) == (
        "call",
        "POST",
        "/open_api_v1/im/sessions",
        "POST /im/sessions",
    )
    assert row["body"] == {"customer_token": "c-1", "assign_type": "agent", "agent_id": 3, "agentid": 3}
    assert (row["status"], row["code"], row["answer"]["code"]) == (200, 1000, 1000)
    assert (row["scheme"], row["customer_token"], row["at"]) == ("v2", "c-1", "2026-11-22T10:00:00.000+08:00")
    assert "agent_id" in row["warnings"][0]
    assert row["measured"]["seconds"] >= 0


async def test_a_call_is_shown_with_all_that_came_of_it(udesk: Udesk) -> None:
    """`GET /_mock/requests/{id}`: happenings and deliveries; operators' calls too."""
    session_id = await udesk.ask()
    await udesk.operator("POST", f"/sessions/{session_id}/messages", {"content": "您好"})
    number = (await udesk.operator("GET", "/requests")).body["requests"][0]["id"]
    call = (await udesk.operator("GET", f"/requests/{number}")).body
    cause = (await udesk.operator("GET", "/deliveries/2")).body["cause"]
    operator = (await udesk.operator("GET", f"/requests/{cause}")).body

    assert [row["happening"] for row in call["happenings"]] == ["customer_created", "session_started"]
    assert call["deliveries"] == [1]
    assert (operator["kind"], operator["path"], operator["deliveries"]) == (
        "operator",
        f"/_mock/sessions/{session_id}/messages",
        [2],
    )


async def test_calls_are_filtered(udesk: Udesk) -> None:
    """By method, path, endpoint, code, customer_token, since, limit."""
    session_id = await udesk.ask()
    await udesk.say(session_id, message_id="m-1")
    await udesk.advance(10)
    await udesk.say(99, message_id="m-1")
    await udesk.call("GET", "/im/customer_status.json", query={"customer_token": "c-2"})

    async def found(**filters: str) -> list[str]:
        answer = await udesk.send(
            "GET", "/_mock/requests", "&".join(f"{key}={value}" for key, value in filters.items())
        )
        assert answer.status == 200, answer.body
        return [f"{row['method']} {row['endpoint'].partition(' ')[2]} {row['code']}" for row in answer.body["requests"]]

    everything = await found()
    assert len(everything) == 4
    said = ["POST /im/messages 1000", "POST /im/messages 9200"]
    assert await found(method="get") == everything[3:]
    assert await found(path="/im/messages") == said
    assert await found(path="/open_api_v1/im/customer_status") == everything[3:]
    assert await found(path="~^/im/m") == said
    assert await found(endpoint="POST%20/im/messages") == said
    assert await found(endpoint="/im/messages") == said
    assert await found(endpoint="post%20/open_api_v1/im/messages.json") == said
    assert await found(code="9200") == said[1:]
    assert await found(customer_token="c-2") == everything[3:]
    assert await found(limit="1") == everything[3:]
    assert await found(since="2026-11-22T10:00:05%2B08:00") == everything[2:]
    first = (await udesk.operator("GET", "/requests")).body["requests"][0]["id"]
    assert await found(since=str(first)) == everything[1:]


async def test_calls_are_forgotten(udesk: Udesk) -> None:
    """`DELETE /_mock/requests`."""
    await udesk.ask()
    answer = await udesk.operator("DELETE", "/requests")

    assert answer.status == 200
    assert answer.body["cleared"] >= 1
    assert (await udesk.operator("GET", "/requests")).body["total"] == 0


async def test_a_push_shows_body_attempts_and_cause(udesk: Udesk) -> None:
    """`GET /_mock/deliveries/{id}`."""
    udesk.receiver.answer_with(500)
    session_id = await udesk.ask()
    await udesk.advance(10)
    row = (await udesk.operator("GET", "/deliveries/1")).body

    assert (row["state"], row["target"], row["push"], row["session_id"]) == (
        "delivered",
        "receive_url",
        "agent_messages",
        session_id,
    )
    assert row["customer"]["customer_token"] == "c-1"
    assert row["caused_by"] == "POST /open_api_v1/im/sessions"
    assert row["body"] == udesk.receiver.bodies[0]
    assert [(one["number"], one["outcome"], one["status"], one["at"][11:19]) for one in row["attempts"]] == [
        (1, "failed", 500, "10:00:00"),
        (2, "delivered", 200, "10:00:10"),
    ]
    assert row["attempts"][0]["reason"]
    assert row["attempts"][0]["measured"]["url"] == udesk.receiver.url


async def test_pushes_are_filtered(udesk: Udesk) -> None:
    """By state, target, customer_token, since, limit."""
    await udesk.ask("c-1")
    await udesk.settle()
    await udesk.operator("PATCH", "/company", {"receive_url": None})
    await udesk.advance(10)
    await udesk.ask("c-2")

    async def found(query: str) -> list[int]:
        body = (await udesk.operator("GET", f"/deliveries?{query}")).body
        return [row["id"] for row in body["deliveries"]]

    assert await found("limit=9") == [1, 2]
    assert await found("state=undeliverable") == [2]
    assert await found("state=delivered") == [1]
    assert await found("target=h5_push_url") == []
    assert await found("customer_token=c-1") == [1]
    assert await found("since=1") == [2]
    assert await found("since=2026-11-22T10:00:10%2B08:00") == [2]
    assert await found("limit=1") == [2]


async def test_a_push_is_sent_again(udesk: Udesk) -> None:
    """Same id, same bytes; attempts are kept."""
    await udesk.ask()
    await udesk.settle()
    answer = await udesk.operator("POST", "/deliveries/1/resend")
    await udesk.settle()

    assert (answer.status, answer.body["id"]) == (200, 1)
    assert len(udesk.receiver.requests) == 2
    assert udesk.receiver.requests[0].body == udesk.receiver.requests[1].body
    assert len((await udesk.operator("GET", "/deliveries/1")).body["attempts"]) == 2


async def test_a_push_that_is_sent_again_names_the_operators_call(udesk: Udesk) -> None:
    """As the cause of its new attempts, in the delivery and in the timeline; the push itself keeps its own."""
    await udesk.ask()
    await udesk.settle()
    await udesk.operator("POST", "/deliveries/1/resend")
    await udesk.settle()

    row = (await udesk.operator("GET", "/deliveries/1")).body
    asked, resent = (attempt["cause"] for attempt in row["attempts"])
    call = (await udesk.operator("GET", f"/requests/{resent}")).body
    assert (row["cause"], row["caused_by"]) == (asked, "POST /open_api_v1/im/sessions")
    assert (call["path"], call["deliveries"]) == ("/_mock/deliveries/1/resend", [1])
    steps = [line["text"] for line in (await udesk.operator("GET", "/timeline")).body["lines"]]
    assert (steps[-2], steps[-1].rpartition("→ ")[2]) == ("push 1 goes out once more", "attempt 2: 200")


async def test_a_push_on_its_way_is_not_sent_again(udesk: Udesk) -> None:
    """409 while pending or without a URL."""
    udesk.receiver.answer_with(500)
    await udesk.ask()
    await udesk.settle()
    pending = await udesk.operator("POST", "/deliveries/1/resend")
    await udesk.advance(10)
    await udesk.operator("PATCH", "/company", {"receive_url": None})
    nowhere = await udesk.operator("POST", "/deliveries/1/resend")

    assert (pending.status, nowhere.status) == (409, 409)
    assert "receive_url" in nowhere.body["error"]["message"]


@pytest.mark.parametrize(
    ("method", "path", "status", "words"),
    [
        ("GET", "/requests/99", 404, "there is no call 99"),
        ("GET", "/requests?cod=1", 422, "did you mean code?"),
        ("GET", "/requests?code=x", 422, "code"),
        ("GET", "/requests?method=PSOT", 422, "unknown method 'PSOT', did you mean POST?"),
        ("GET", "/requests?endpoint=/im/session", 422, "did you mean /im/sessions?"),
        ("GET", "/requests?endpoint=PUT%20/im/sessions", 422, "did you mean POST /im/sessions?"),
        ("GET", "/requests?path=~[", 422, "regular expression"),
        ("GET", "/requests?since=yesterday", 422, "since"),
        ("GET", f"/requests?since={'9' * 5000}", 422, "since"),
        ("GET", "/requests?since=2026-11-22T10:00:00", 422, "time zone"),
        ("GET", "/deliveries/99", 404, "there is no delivery 99"),
        ("GET", "/deliveries?state=lost", 422, "state"),
        ("GET", "/deliveries?customer_token=nobody", 404, "customer_token nobody"),
        ("POST", "/deliveries/99/resend", 404, "there is no delivery 99"),
        ("GET", "/timeline?as=song", 422, "as"),
        ("GET", "/timeline?customer=c", 422, "did you mean customer_token?"),
        ("GET", "/timeline?session_id=99", 404, "there is no session 99"),
        ("GET", "/timeline?customer_token=nobody", 404, "customer_token nobody"),
        ("GET", "/problems?kind=x", 422, "kind: unknown"),
    ],
)
async def test_a_mistake_is_named(udesk: Udesk, method: str, path: str, status: int, words: str) -> None:
    """4xx with what was wrong."""
    answer = await udesk.operator(method, path)

    assert (answer.status, words in answer.body["error"]["message"]) == (status, True), answer.body


async def test_the_entry_of_a_happening_is_no_call(udesk: Udesk) -> None:
    """404 that says what it is."""
    await udesk.ask()
    number = (await udesk.operator("GET", "/requests")).body["requests"][0]["id"]
    answer = await udesk.operator("GET", f"/requests/{number + 1}")

    assert (answer.status, "that entry is a happening" in answer.body["error"]["message"]) == (404, True)


async def test_the_story_comes_as_json_and_as_text(udesk: Udesk) -> None:
    """One source: lines with the same words in both."""
    await udesk.ask()
    await udesk.settle()
    told = await udesk.operator("GET", "/timeline?as=json")
    text = await udesk.operator("GET", "/timeline?as=text")

    assert told.body["lines"][0] == {
        "at": "2026-11-22T10:00:00.000+08:00",
        "who": "app → udesk",
        "what": "POST /im/sessions",
        "text": "1000 session 1001: c-1 talks to Tom",
        "kind": "call",
        "id": told.body["lines"][0]["id"],
        "entry_id": told.body["lines"][0]["id"],
        "customer_id": 1,
        "session_id": 1001,
    }
    assert text.headers["Content-Type"].startswith("text/plain")
    lines = text.raw.decode().splitlines()
    assert lines[0] == "2026-11-22"
    assert lines[1].startswith("10:00:00  app → udesk  POST /im/sessions")
    assert lines[1].endswith("  1000 session 1001: c-1 talks to Tom")
    assert any("“您好,有什么可以帮助您?” → 200" in line for line in lines)


async def test_a_long_story_is_cut_to_its_latest_steps(udesk: Udesk) -> None:
    """`limit`, `since`; what is left out is counted."""
    session_id = await udesk.ask()
    await udesk.say(session_id, message_id="m-1")
    await udesk.settle()
    everything = (await udesk.operator("GET", "/timeline")).body
    cut = (await udesk.operator("GET", "/timeline?limit=1")).body
    text = (await udesk.operator("GET", "/timeline?limit=1&as=text")).raw.decode()
    first = everything["lines"][0]["entry_id"]
    later = (await udesk.operator("GET", f"/timeline?since={first}")).body

    assert (everything["left_out"], cut["left_out"]) == (0, len(everything["lines"]) - 1)
    assert cut["lines"] == everything["lines"][-1:]
    assert text.startswith(f"{cut['left_out']} earlier steps left out\n2026-11-22\n")
    assert later["lines"] == everything["lines"][1:]


async def test_the_story_of_one_customer_leaves_out_the_others(udesk: Udesk) -> None:
    """`customer_token`, `session_id`."""
    await udesk.ask("c-1")
    second = await udesk.ask("c-2")
    mine = (await udesk.operator("GET", "/timeline?customer_token=c-1")).body["lines"]
    theirs = (await udesk.operator("GET", f"/timeline?session_id={second}")).body["lines"]

    assert {line["customer_id"] for line in mine} == {1}
    assert {line["customer_id"] for line in theirs} == {2}


async def test_a_good_conversation_has_no_problems(udesk: Udesk) -> None:
    """Nothing a strict test fails on."""
    await udesk.say(await udesk.ask())
    await udesk.settle()

    assert (await udesk.operator("GET", "/problems")).body == {"problems": [], "total": 0, "dropped": 0}


async def test_problems_are_listed(udesk: Udesk) -> None:
    """Unknown paths, refused signatures, reused message ids, pushes that never arrived."""
    session_id = await udesk.ask()
    await udesk.settle()
    await udesk.call("GET", "/im/nothing")
    await udesk.call("POST", "/im/sessions", json={"customer_token": "c-1"}, sign_with={"sign": "0" * 64})
    await udesk.say(session_id, "一", message_id="m-1")
    await udesk.say(session_id, "二", message_id="m-1")
    udesk.receiver.answer_with(500)
    await udesk.operator("POST", f"/sessions/{session_id}/messages", {"content": "您好"})
    await udesk.settle()
    failed = (await udesk.operator("GET", "/problems")).body
    await udesk.advance(10)
    arrived = (await udesk.operator("GET", "/problems")).body

    assert sorted(problem["kind"] for problem in failed["problems"]) == [
        "refused_signature",
        "reused_message_id",
        "undelivered_push",
        "unknown_path",
    ]
    undelivered = next(problem for problem in failed["problems"] if problem["kind"] == "undelivered_push")
    assert f"push 2 (message) to customer c-1 at {udesk.receiver.url} failed once" in undelivered["text"]
    assert "undelivered_push" not in {problem["kind"] for problem in arrived["problems"]}


async def test_a_push_without_a_url_is_no_problem(udesk: Udesk) -> None:
    """`undeliverable` never fails a test."""
    await udesk.operator("PATCH", "/company", {"receive_url": None})
    await udesk.ask()

    assert (await udesk.operator("GET", "/problems")).body["total"] == 0
