"""A company whole over real sockets: taken when all is still, and put back in the place of another's life. Issue 5."""

import asyncio
import json
from typing import Any

import pytest

from mock_udesk.company.journal.entries import CallEntry

from ..integrator import Answer, Udesk

HELLO = "您好,有什么可以帮助您?"


async def says(udesk: Udesk, session_id: int, content: str) -> None:
    answer = await udesk.operator("POST", f"/sessions/{session_id}/messages", {"content": content})
    assert answer.status in (200, 201), answer.body


async def take(udesk: Udesk) -> Answer:
    answer = await udesk.operator("GET", "/snapshot")
    assert answer.status == 200, answer.raw
    return answer


async def put(udesk: Udesk, body: bytes, content_type: str = "application/json") -> Answer:
    return await udesk.send("PUT", "/_mock/snapshot", body=body, headers={"Content-Type": content_type})


def texts(udesk: Udesk) -> list[str]:
    """What was received, in order."""
    return [body["messages"][-1]["data"]["content"] for body in udesk.receiver.bodies]


async def test_a_snapshot_is_json_without_credentials_and_taking_it_leaves_no_trace(udesk: Udesk) -> None:
    """Two in a row on a still clock have the same bytes; nothing is journalled."""
    await udesk.ask()
    await udesk.settle()
    before = udesk.slot.company.journal.export()

    first, second = await take(udesk), await take(udesk)

    assert first.raw == second.raw
    assert first.headers["Content-Type"].startswith("application/json")
    assert (list(first.body), first.body["format"]) == (["format", "mock_udesk", "digest", "company"], 1)
    assert udesk.slot.company.journal.export() == before
    assert udesk.token not in first.raw.decode()
    assert udesk.secret not in first.raw.decode()


async def test_a_snapshot_waits_until_no_push_is_in_flight(udesk: Udesk) -> None:
    """So none is delivered twice, or never."""
    udesk.receiver.always("slow")
    await udesk.ask()
    await udesk.receiver.arrived(1)
    taking = asyncio.create_task(take(udesk))
    await udesk.operator("GET", "/clock")
    assert not taking.done()

    udesk.receiver.release()
    answer = await taking

    deliveries = answer.body["company"]["outbox"]["deliveries"]
    assert [row["state"] for row in deliveries.values()] == ["delivered"]


async def test_when_the_time_is_up_it_says_what_is_under_way(udesk: Udesk) -> None:
    """409, and the same company goes on."""
    udesk.receiver.always("slow")
    await udesk.ask()
    await udesk.receiver.arrived(1)

    answer = await udesk.operator("GET", "/snapshot?timeout_seconds=0")

    udesk.receiver.release()
    assert (answer.status, answer.body["error"]["code"]) == (409, "conflict")
    assert answer.body["error"]["message"] == "after 0 s still under way: 1 push in flight (deliveries 1)"


@pytest.mark.parametrize("seconds", ["-1", "301", "nan", "inf", "x", "1e999", ""])
async def test_a_time_that_can_not_be_is_refused(udesk: Udesk, seconds: str) -> None:
    """From 0 to 300 real seconds."""
    answer = await udesk.operator("GET", f"/snapshot?timeout_seconds={seconds}")

    assert (answer.status, answer.body["error"]["code"]) == (422, "invalid")
    assert "timeout_seconds" in answer.body["error"]["message"]


async def test_another_company_goes_on_where_the_first_one_was(udesk: Udesk) -> None:
    """It keeps its name and its credentials; people, pushes on their way and the clock are those of the snapshot."""
    session_id = await udesk.ask()
    await udesk.settle()
    udesk.receiver.answer_with(500)
    await says(udesk, session_id, "late")
    await udesk.advance(5)
    snapshot = await take(udesk)
    acme = await udesk.company("acme")
    await acme.ask("c-9")

    answer = await put(acme, snapshot.raw)

    assert answer.status == 200, answer.raw
    assert answer.body == {
        "subdomain": "acme",
        "base_url": acme.base_url,
        "seed": 0,
        "epoch": 2,
        "now": "2026-11-22T10:00:05.000+08:00",
        "rate": 0.0,
        "customers": 1,
        "sessions": 1,
        "pending_pushes": 1,
        "timers": 1,
        "journal_entries": len(udesk.slot.company.journal),
    }
    assert (acme.slot.company.credentials.token, acme.slot.company.founding.subdomain) == (acme.token, "acme")
    await acme.advance(5)
    # Settings come back too, so it is the first company's receiver that gets it.
    await says(acme, session_id, "on")
    await acme.settle()
    assert texts(udesk) == [HELLO, "late", "late", "on"]


async def test_nothing_of_the_life_before_arrives_and_who_waits_is_told(udesk: Udesk) -> None:
    """As after a reset: retries, timers and pushes in flight are called off."""
    snapshot = await take(udesk)
    session_id = await udesk.ask()
    await udesk.settle()
    udesk.receiver.answer_with(500, "slow")
    await says(udesk, session_id, "first")
    await udesk.settle()
    advancing = asyncio.create_task(udesk.operator("POST", "/clock/advance", {"seconds": 30}))
    await udesk.receiver.arrived(3)

    answer = await put(udesk, snapshot.raw)

    assert (answer.status, answer.body["sessions"], answer.body["pending_pushes"]) == (200, 0, 0)
    told = await advancing
    assert (told.status, "was reset meanwhile" in told.body["error"]["message"]) == (409, True)
    udesk.receiver.release()
    await udesk.advance(3600)
    await says(udesk, await udesk.ask("c-2"), "second")
    await udesk.settle()
    assert texts(udesk) == [HELLO, "first", "first", HELLO, "second"]


@pytest.mark.parametrize("content_type", ["application/json", "application/x-www-form-urlencoded", "text/plain", ""])
async def test_it_is_put_back_whatever_it_is_sent_as(udesk: Udesk, content_type: str) -> None:
    """`curl --data-binary @snapshot.json` says that it is a form."""
    snapshot = await take(udesk)

    answer = await put(udesk, snapshot.raw, content_type)

    assert answer.status == 200, answer.raw


async def test_a_snapshot_larger_than_other_bodies_is_put_back(udesk: Udesk) -> None:
    """Up to 256 MiB: a company with a long day is no small thing."""
    snapshot = await take(udesk)

    answer = await put(udesk, b" " * (17 * 1024 * 1024) + snapshot.raw)

    assert answer.status == 200, answer.raw


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}",
        b"[]",
        b"null",
        b'"\xe5\xbf\xab"',
        b"rules: []",
        b"\xff\xfe",
        b'{"a": 1, "a": 2}',
        b"[" * 5_000,
        b'{"format": 1, "mock_udesk": "9", "digest": "", "company": {}}',
        b'{"format": 1e999}',
    ],
)
async def test_what_is_no_snapshot_is_refused_and_nothing_has_changed(udesk: Udesk, body: bytes) -> None:
    """422 in words; no fault of ours, and the body does not crowd the journal."""
    await udesk.ask()
    await udesk.settle()
    epoch, company = udesk.slot.epoch, udesk.slot.company

    answer = await put(udesk, body)

    assert (answer.status, answer.body["error"]["code"]) == (422, "invalid"), answer.raw
    assert "can't be put back" in answer.body["error"]["message"]
    assert (udesk.slot.epoch, udesk.slot.company) == (epoch, company)
    assert (await udesk.operator("GET", "/problems")).body["problems"] == []
    last = list(company.journal)[-1]
    assert isinstance(last, CallEntry)
    assert (last.endpoint, last.status, last.body) == ("PUT /_mock/snapshot", 422, b"")


async def test_one_that_was_edited_is_refused(udesk: Udesk) -> None:
    """The digest is of all that it says."""
    whole: dict[str, Any] = (await take(udesk)).body
    whole["company"]["rate"] = 60.0

    answer = await put(udesk, json.dumps(whole).encode())

    assert answer.status == 422
    assert "changed or damaged" in answer.body["error"]["message"]


async def test_an_unknown_parameter_is_refused(udesk: Udesk) -> None:
    """With the nearest name."""
    answer = await udesk.operator("GET", "/snapshot?timeout_second=1")

    assert answer.status == 422
    assert "timeout_seconds" in answer.body["error"]["message"]
