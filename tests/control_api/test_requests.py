"""Calls in the journal over a real socket: filters, pages, the call as it was sent and all that came of it. DESIGN "Journal"."""

import asyncio
from typing import Any

import pytest

from ..integrator import Udesk


async def _page(udesk: Udesk, query: str) -> dict[str, Any]:
    answer = await udesk.send("GET", "/_mock/requests", query)
    assert answer.status == 200, answer.body
    page: dict[str, Any] = answer.body
    return page


async def _ids(udesk: Udesk, query: str) -> list[int]:
    return [row["id"] for row in (await _page(udesk, query))["requests"]]


async def test_calls_are_found_by_what_was_said_of_them(udesk: Udesk) -> None:
    """`status, session_id, refused, has_warnings, text, before`."""
    session_id = await udesk.ask()
    await udesk.say(session_id, "退款 Refund", message_id="m-1")
    await udesk.call("GET", "/im/nothing")
    await udesk.call("GET", "/im/agent_status", sign_with={"sign": "0" * 64})
    await udesk.call("POST", "/im/sessions", json={"customer_token": "c-2", "agentid": 3})
    asked, said, lost, refused, warned = await _ids(udesk, "")

    assert await _ids(udesk, "status=404") == [lost]
    assert await _ids(udesk, f"session_id={session_id}") == [asked, said]
    assert await _ids(udesk, "refused=true") == [refused]
    assert await _ids(udesk, "refused=false") == [asked, said, lost, warned]
    assert await _ids(udesk, "has_warnings=true") == [warned]
    assert await _ids(udesk, "has_warnings=false") == [asked, said, lost, refused]
    assert await _ids(udesk, "text=%E9%80%80%E6%AC%BE%20rEFUND") == [said]
    assert await _ids(udesk, "text=SESSIONS&code=1000") == [asked, warned]
    assert await _ids(udesk, f"before={lost}") == [asked, said]
    assert await _ids(udesk, f"since={asked}&before={refused}") == [said, lost]


async def test_text_is_found_that_json_spells_in_escapes(udesk: Udesk) -> None:
    """Python's json escapes Chinese."""
    await udesk.call("POST", "/im/messages", body=b'{"data": {"content": "\\u9000\\u6b3e"}}')

    assert len(await _ids(udesk, "text=%E9%80%80%E6%AC%BE")) == 1


@pytest.mark.parametrize("first", ["since=0&", ""])
async def test_pages_neither_skip_nor_repeat(udesk: Udesk, first: str) -> None:
    """From the oldest on with `since`, from the latest back without; while calls come in, and after some were forgotten."""
    session_id = await udesk.ask()
    for number in range(9):
        await udesk.say(session_id, message_id=f"m-{number}")
    there = await _ids(udesk, "")
    seen: list[int] = []
    query = first
    while True:
        page = await _page(udesk, f"{query}limit=3")
        rows = [row["id"] for row in page["requests"]]
        seen = seen + rows if first else rows + seen
        await udesk.say(session_id, message_id=f"n-{len(seen)}")
        if not page["has_more"] or len(seen) > len(there) + 6:
            break
        query = f"{page['next']}&"

    assert seen[: len(there)] == there
    assert len(set(seen)) == len(seen)


@pytest.mark.parametrize("first", ["since=0&", ""])
async def test_the_last_page_has_no_next(udesk: Udesk, first: str) -> None:
    """Also when it is full to the last row."""
    for _ in range(4):
        await udesk.call("GET", "/agents")
    page = await _page(udesk, f"{first}limit=2")
    last = await _page(udesk, f"{page['next']}&limit=2")

    assert (page["has_more"], len(page["requests"]), len(last["requests"])) == (True, 2, 2)
    assert (last["has_more"], last["next"]) == (False, None)


async def test_a_list_says_how_full_the_journal_is(udesk: Udesk) -> None:
    """`kept`, `dropped` and its bytes, with the bounds: in requests, journal and deliveries."""
    await udesk.operator("PATCH", "/company", {"journal_max_entries": 100})
    session_id = await udesk.ask()
    for number in range(60):
        await udesk.say(session_id, message_id=f"m-{number}")
    journal = udesk.slot.company.journal
    requests = await _page(udesk, "limit=1")
    whole = (await udesk.operator("GET", "/journal?limit=1")).body
    pushes = (await udesk.operator("GET", "/deliveries?limit=1")).body

    names = ("dropped", "dropped_bytes", "kept", "kept_bytes", "max_entries", "max_bytes")
    assert [requests[name] for name in names] == [whole[name] for name in names]
    assert (requests["kept"], requests["max_entries"], requests["dropped"]) == (100, 100, journal.last_id - 100)
    assert requests["dropped_bytes"] > 0
    assert (pushes["dropped"], pushes["kept"], pushes["max_entries"]) == (0, 1, 100)


async def test_a_call_is_shown_as_it_was_sent(udesk: Udesk) -> None:
    """First line, headers in their order, body; of the answer too."""
    await udesk.call("POST", "/im/messages", body=b'{"customer_token":\t"c-1"}', headers={"X-App": "shop"})
    (number,) = await _ids(udesk, "")
    raw = (await udesk.operator("GET", f"/requests/{number}")).body["raw"]

    head, _, body = raw["request"].partition("\r\n\r\n")
    assert head.startswith("POST /open_api_v1/im/messages?email=admin%40demo.test&")
    assert head.split("\r\n")[0].endswith(" HTTP/1.1")
    assert "\r\nX-App: shop" in head
    assert body == '{"customer_token":\t"c-1"}'
    assert raw["answer"].startswith("HTTP/1.1 200 OK\r\nContent-Type: application/json; charset=utf-8\r\n")
    assert raw["answer"].partition("\r\n\r\n")[2].startswith('{"code":')


async def test_a_header_that_only_this_answer_had_is_shown(udesk: Udesk) -> None:
    """Retry-After."""
    await udesk.operator("PATCH", "/company", {"limits": "all", "rate_limit_status": 429})
    await udesk.operator("PATCH", "/clock", {"rate": 0.001})
    for _ in range(61):
        answer = await udesk.call("GET", "/im/customer_status", query={"customer_token": "c-1"})
    number = (await _ids(udesk, ""))[-1]
    raw = (await udesk.operator("GET", f"/requests/{number}")).body["raw"]

    assert answer.status == 429
    assert f"\r\nRetry-After: {answer.headers['Retry-After']}\r\n" in raw["answer"]


async def test_bytes_that_are_no_text_are_shown_safely(udesk: Udesk) -> None:
    """Neither lost nor a fault."""
    await udesk.call("POST", "/im/messages", body=b"\xff\xfe{")
    (number,) = await _ids(udesk, "")
    raw = (await udesk.operator("GET", f"/requests/{number}")).body["raw"]

    assert raw["request"].endswith("\r\n\r\n\\xff\\xfe{")


async def test_a_call_leads_to_its_attempts_and_a_push_to_its_call(udesk: Udesk) -> None:
    """`cause_tree`: call, happenings, pushes, attempts; `chain`: root first; `pushes`: whole."""
    udesk.receiver.answer_with(500)
    await udesk.ask()
    await udesk.advance(10)
    (number,) = await _ids(udesk, "")
    whole = (await udesk.operator("GET", f"/requests/{number}")).body
    push = (await udesk.operator("GET", "/deliveries/1")).body

    tree = whole["cause_tree"]
    assert (tree["id"], tree["kind"]) == (number, "call")
    assert tree["text"].startswith("POST /im/sessions: 1000")
    assert [node["kind"] for node in tree["caused"]] == ["happening", "happening", "push"]
    assert tree["caused"][1]["text"] == "session 1001: c-1 talks to Tom"
    assert [(one["number"], one["outcome"], one["status"]) for one in tree["caused"][2]["attempts"]] == [
        (1, "failed", 500),
        (2, "delivered", 200),
    ]
    assert whole["deliveries"] == [1]
    assert whole["pushes"][0] == {name: value for name, value in push.items() if name != "chain"}
    assert push["chain"] == [{"id": number, "kind": "call", "text": tree["text"]}]


async def test_the_chain_of_a_scenarios_push_goes_back_to_the_call(udesk: Udesk) -> None:
    """Call, happening, step; of what a timer did the root is the timer."""
    rule = {"on": "message", "do": [{"reply": "好的"}]}
    loaded = await udesk.operator("PUT", "/scenario", {"scenario": "s", "rules": [rule]})
    assert loaded.status == 200, loaded.body
    session_id = await udesk.ask()
    await udesk.say(session_id, message_id="m-1")
    await udesk.settle()
    pushes = (await udesk.operator("GET", "/deliveries")).body["deliveries"]
    chain = (await udesk.operator("GET", f"/deliveries/{pushes[-1]['id']}")).body["chain"]

    assert (chain[0]["kind"], chain[0]["text"][:17]) == ("call", "POST /im/messages")
    assert chain[-1]["kind"] == "scenario"
    assert {link["kind"] for link in chain} <= {"call", "happening", "scenario"}


async def test_a_refused_call_says_why(udesk: Udesk) -> None:
    """Interfaces §5: `diagnosis`, in lists, in the whole and in the journal; never kept."""
    await udesk.call("GET", "/im/agent_status", sign_with={"sign": udesk.sign()["sign"].upper()})
    await udesk.call("GET", "/im/agent_status")
    bad, good = (await _page(udesk, ""))["requests"]
    whole = (await udesk.operator("GET", f"/requests/{bad['id']}")).body
    journal = (await udesk.operator("GET", "/journal?kind=call")).body["entries"]

    assert (good["diagnosis"], bad["code"]) == (None, 2059)
    assert bad["diagnosis"]["findings"]
    assert whole["diagnosis"] == journal[0]["diagnosis"] == bad["diagnosis"]
    assert "diagnosis" not in repr(list(udesk.slot.company.journal))


async def test_a_page_of_refused_calls_is_soon_there(udesk: Udesk) -> None:
    """Of a long page the latest 20 have the findings, the others say where theirs are."""
    calls = (udesk.call("GET", "/im/agent_status", sign_with={"sign": f"{n:064x}"}) for n in range(25))
    await asyncio.gather(*calls)
    rows = (await _page(udesk, ""))["requests"]

    assert ["findings" in row["diagnosis"] for row in rows] == [False] * 5 + [True] * 20
    assert f"GET /_mock/requests/{rows[0]['id']}" in rows[0]["diagnosis"]["summary"]


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("status=ok", "status"),
        ("session_id=x", "session_id"),
        ("refused=perhaps", "refused"),
        ("has_warning=1", "did you mean has_warnings?"),
        (f"text={'x' * 20_000}", "text"),
        ("before=yesterday", "before"),
        ("limit=0", "limit"),
        ("limit=NaN", "limit"),
        (f"path=~{'(' * 3_000}", "regular expression"),
        ("path=~a{99999999999}", "regular expression"),
        ("path=~^/(a%2B)%2B$", "regular expression"),
    ],
)
async def test_a_mistake_is_named(udesk: Udesk, query: str, words: str) -> None:
    """422 with what was wrong."""
    answer = await udesk.send("GET", "/_mock/requests", query)

    assert (answer.status, words in answer.body["error"]["message"]) == (422, True), answer.body
