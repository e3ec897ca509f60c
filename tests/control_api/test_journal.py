"""`GET /_mock/journal`: all entries, found, paged and exported. DESIGN "Journal"."""

import json
from typing import Any

import pytest

from ..integrator import Udesk


async def _talk(udesk: Udesk, token: str = "c-1") -> int:
    answer = await udesk.call(
        "POST", "/im/sessions", json={"customer_token": token, "assign_type": "agent", "agent_id": 3}
    )
    await udesk.settle()
    number: int = answer.body["assign_info"]["im_sub_session_id"]
    return number


async def _entries(udesk: Udesk, query: str = "") -> list[dict[str, Any]]:
    answer = await udesk.send("GET", "/_mock/journal", query)
    assert answer.status == 200, answer.body
    rows: list[dict[str, Any]] = answer.body["entries"]
    return rows


async def test_everything_stands_in_it_with_its_cause(udesk: Udesk) -> None:
    """Calls, happenings, pushes with their delivery, operators' calls."""
    await _talk(udesk)
    call, created, started, push, settle = await _entries(udesk)

    assert [row["kind"] for row in (call, created, started, push, settle)] == [
        "call",
        "happening",
        "happening",
        "push",
        "operator",
    ]
    assert created["cause"] == started["cause"] == push["cause"] == call["id"]
    assert push["delivery"]["body"] == udesk.receiver.bodies[0]
    assert push["delivery"]["attempts"][0]["status"] == 200


async def test_entries_are_filtered(udesk: Udesk) -> None:
    """By kind, cause, customer_token, session_id, since, before, limit."""
    await _talk(udesk, "c-1")
    second = await _talk(udesk, "c-2")
    rows = await _entries(udesk)
    ids = [row["id"] for row in rows]

    async def found(query: str) -> list[int]:
        return [row["id"] for row in await _entries(udesk, query)]

    assert ids == list(range(1, 11))
    assert await found("kind=push,%20Operator") == [4, 5, 9, 10]
    assert await found("cause=6") == [7, 8, 9]
    assert await found("customer_token=c-2") == [6, 7, 8, 9]
    assert await found(f"session_id={second}&kind=call,push") == [6, 9]
    assert await found("since=4&before=8") == [5, 6, 7]
    assert await found("limit=2") == [9, 10]
    assert await found("since=4&limit=2") == [5, 6]
    assert await found("customer_token=nobody") == []


async def test_a_call_that_names_its_customer_is_no_other_ones(udesk: Udesk) -> None:
    """Whosever session it names: c-2 speaks in c-1's, by mistake. Of calls that name the session alone its customer is meant."""
    session_id = await _talk(udesk, "c-1")
    said = {"im_sub_session_id": session_id, "message_id": "m-1", "type": "message", "data": {"content": "在吗"}}
    await udesk.call("POST", "/im/messages", json={"customer_token": "c-2", **said})
    wrong = udesk.slot.company.journal.last_id
    await udesk.operator("POST", f"/sessions/{session_id}/messages", {"content": "您好"})

    ids = [row["id"] for row in await _entries(udesk, "kind=call,operator&customer_token=c-1")]
    assert (wrong in ids, wrong + 1 in ids) == (False, True)


async def test_lines_are_the_canonical_export(udesk: Udesk) -> None:
    """`as=jsonl`: all entries, one a line, nothing measured unless asked for."""
    await _talk(udesk)
    lines = await udesk.operator("GET", "/journal?as=jsonl")
    measured = await udesk.operator("GET", "/journal?as=jsonl&measured=true")

    assert lines.headers["Content-Type"].partition(";")[0] == "application/jsonl"
    rows = [json.loads(line) for line in lines.raw.splitlines()]
    assert [row["id"] for row in rows] == [1, 2, 3, 4, 5]
    assert b'"measured"' not in lines.raw
    assert str(udesk.receiver.port).encode() not in lines.raw
    assert [json.loads(line) for line in measured.raw.splitlines()] == await _entries(udesk)


async def test_equal_runs_have_equal_bytes(udesk: Udesk) -> None:
    """Seed, calls and clock alike, in two companies and after a reset: but for the nonces, which the caller makes."""
    udesk.slot.company.change_settings({"auth": "off"}, None)

    async def run() -> bytes:
        asked = {"customer_token": "c-1", "assign_type": "agent", "agent_id": 3}
        udesk.receiver.answer_with(500)
        await udesk.call("POST", "/im/sessions", json=asked, signed=False)
        await udesk.advance(60)
        return (await udesk.operator("GET", "/journal?as=jsonl&since=0")).raw

    await udesk.operator("POST", "/reset")
    first = await run()
    await udesk.operator("POST", "/reset")
    second = await run()

    assert first == second
    assert b'"attempts":[{"number":1' in first


async def test_what_is_no_text_and_no_number_is_a_legal_line(udesk: Udesk) -> None:
    """NaN is null, whatever bytes came."""
    await udesk.call("POST", "/im/messages", body=b'{"a": NaN, "b": Infinity}')
    await udesk.call("POST", "/im/messages", body=b"\xff\x00\n")
    lines = (await udesk.operator("GET", "/journal?as=jsonl")).raw.splitlines()

    def illegal(name: str) -> None:
        raise AssertionError(name)

    rows = [json.loads(line, parse_constant=illegal) for line in lines]
    assert rows[0]["body"] == {"a": None, "b": None}
    assert len(rows) == 2


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("kind=cal", "unknown kind 'cal', did you mean call?"),
        ("kind=call,x%00%E4%B8%AD", "unknown kind"),
        ("as=yaml", "as"),
        ("measured=maybe", "measured"),
        ("cause=first", "cause"),
        ("limit=-1", "limit"),
        ("causes=1", "did you mean cause?"),
    ],
)
async def test_a_mistake_is_named(udesk: Udesk, query: str, words: str) -> None:
    """422 with what was wrong."""
    answer = await udesk.send("GET", "/_mock/journal", query)

    assert (answer.status, words in answer.body["error"]["message"]) == (422, True), answer.body
