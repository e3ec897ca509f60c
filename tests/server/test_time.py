"""Letting time pass: advance in due order with the pushes of each moment finished, settle that says what is open."""

import asyncio
import gc
import json
import weakref
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from mock_udesk.desk.errors import UsageError
from mock_udesk.server.app import Server

from ..integrator import Answer, Udesk


async def _ask(udesk: Udesk, customer_token: str, **more: object) -> Answer:
    ask = {"customer_token": customer_token, "assign_type": "agent", **more}
    return await udesk.call("POST", "/im/sessions", json=ask)


@asynccontextmanager
async def _half_a_call(udesk: Udesk, path: str = "/open_api_v1/log_in") -> AsyncIterator[asyncio.StreamWriter]:
    """A call whose body is yet to come: the second of its two bytes."""
    _, writer = await asyncio.open_connection("127.0.0.1", udesk.server.port)
    head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n"
    writer.write(head.encode() + b"{")
    while udesk.slot.calls_in_progress == 0:  # noqa: ASYNC110 - gives way, does not wait
        await asyncio.sleep(0)
    yield writer
    writer.close()


async def test_advance_finishes_the_pushes_of_each_moment_before_the_next(udesk: Udesk) -> None:
    """Architecture, time: from due moment to due moment."""
    await udesk.operator("PATCH", "/company", {"customer_idle_close_seconds": 60.0})
    for token, gap in (("c-1", 0), ("c-2", 4), ("c-3", 4)):
        await udesk.advance(gap)
        await _ask(udesk, token)
    await udesk.settle()
    udesk.receiver.answer_with(500)
    await udesk.advance(3600)

    closes = [body["customer_token"] for body in udesk.receiver.bodies[3:]]
    assert closes == ["c-1", "c-2", "c-3", "c-1"]


async def test_advance_stops_exactly_where_it_was_told(udesk: Udesk) -> None:
    """To the microsecond."""
    before = udesk.slot.company.clock.now()

    await udesk.advance(0.25)

    assert (udesk.slot.company.clock.now() - before).total_seconds() == 0.25


async def test_the_clocks_of_other_companies_stay(udesk: Udesk) -> None:
    """One clock per company."""
    acme = udesk.company("acme")
    before = acme.slot.company.clock.now()

    await udesk.advance(86_400)

    assert acme.slot.company.clock.now() == before


async def test_a_day_with_hundreds_of_events_takes_a_moment(udesk: Udesk) -> None:
    """Field, figures: 24 h with 500 events in less than a second; here without pushes, which take the receiver's time."""
    await udesk.operator("PATCH", "/company", {"queue_timeout_seconds": 60.0, "receive_url": None})
    for agent_id in (3, 4):
        await udesk.operator("PATCH", f"/agents/{agent_id}", {"im_max_join_num": 0})
    for number in range(500):
        await _ask(udesk, f"c-{number}")
        if number % 50 == 0:
            await udesk.advance(0.1)
    loop = asyncio.get_running_loop()
    started = loop.time()
    await udesk.advance(86_400)

    assert loop.time() - started < 1.0
    assert (await udesk.operator("GET", "/queues")).body["queues"] == []


async def test_two_advances_of_one_company_go_one_after_another(udesk: Udesk) -> None:
    """They add up."""
    before = udesk.slot.company.clock.now()

    answers = await asyncio.gather(*(udesk.operator("POST", "/clock/advance", {"seconds": 10}) for _ in range(3)))

    assert {answer.status for answer in answers} == {200}
    assert (udesk.slot.company.clock.now() - before).total_seconds() == 30


async def test_settle_says_what_is_still_open(udesk: Udesk) -> None:
    """Interfaces §3: on time-out 409 with what is still open."""
    udesk.receiver.answer_with("slow")
    await _ask(udesk, "c-1")
    open_ = await udesk.operator("POST", "/settle", {"timeout_seconds": 0.05})
    udesk.receiver.release()
    still = await udesk.operator("POST", "/settle", {"timeout_seconds": 5})

    assert (open_.status, open_.body["deliveries_in_flight"]) == (409, [1])
    assert "1 push(es) in flight" in open_.body["error"]["message"]
    assert (still.status, still.body["settled"]) == (200, True)


async def test_settle_lists_what_is_to_come(udesk: Udesk) -> None:
    """Interfaces §3: the future timers as `upcoming`."""
    udesk.receiver.answer_with(500)
    await _ask(udesk, "c-1")

    answer = await udesk.operator("POST", "/settle", {})

    assert [(row["kind"], row["due"][:19]) for row in answer.body["upcoming"]] == [
        ("push_attempt", "2026-11-22T10:00:10")
    ]


async def test_settle_waits_for_quiet(udesk: Udesk) -> None:
    """`quiet_seconds` begins anew whenever something stirs."""
    loop = asyncio.get_running_loop()
    started = loop.time()
    settling = asyncio.ensure_future(udesk.operator("POST", "/settle", {"timeout_seconds": 5, "quiet_seconds": 0.2}))
    for number in range(5):
        await _ask(udesk, f"c-{number}")
    stirred = loop.time() - started
    answer = await settling

    assert answer.status == 200
    assert loop.time() - started >= stirred + 0.1


async def test_two_that_wait_for_quiet_do_not_disturb_each_other(udesk: Udesk) -> None:
    """Looking is not stirring."""
    ask = {"timeout_seconds": 5, "quiet_seconds": 0.1}
    answers = await asyncio.gather(*(udesk.operator("POST", "/settle", ask) for _ in range(3)))

    assert [answer.status for answer in answers] == [200] * 3


async def test_quiet_that_takes_longer_than_the_timeout_is_refused_at_once(udesk: Udesk) -> None:
    """Both are real seconds, and both are named."""
    answer = await udesk.operator("POST", "/settle", {"timeout_seconds": 5, "quiet_seconds": 10})

    assert answer.status == 422
    assert answer.body["error"]["message"] == "quiet_seconds 10 can't pass within timeout_seconds 5"


async def test_a_call_that_begins_in_the_quiet_time_is_waited_for(udesk: Udesk) -> None:
    """Interfaces §3: settled means no call in progress; one that begins stirs, like one that ends."""
    ask = {"timeout_seconds": 0.4, "quiet_seconds": 0.2}
    settling = asyncio.ensure_future(udesk.operator("POST", "/settle", ask))
    await udesk.waits("/settle")
    async with _half_a_call(udesk):
        answer = await settling

    assert (answer.status, answer.body.get("calls_in_progress")) == (409, 1)


async def test_settle_goes_on_when_the_call_has_ended(udesk: Udesk) -> None:
    """The quiet time begins anew then."""
    ask = {"timeout_seconds": 10, "quiet_seconds": 0.05}
    async with _half_a_call(udesk) as writer:
        settling = asyncio.ensure_future(udesk.operator("POST", "/settle", ask))
        await udesk.waits("/settle")
        writer.write(b"}")
        answer = await settling

    assert (answer.status, answer.body["settled"]) == (200, True)


async def test_an_advance_past_the_end_of_time_changes_nothing(udesk: Udesk) -> None:
    """Style, code: check first, change after."""
    await udesk.operator("PATCH", "/company", {"customer_idle_close_seconds": 60.0, "receive_url": None})
    await udesk.operator("PATCH", "/clock", {"now": "8999-12-31T00:00:00Z"})
    await udesk.operator("POST", "/sessions", {"customer_token": "c-1"})
    answer = await udesk.operator("POST", "/clock/advance", {"seconds": 10 * 86_400})

    assert (answer.status, answer.body["error"]["code"]) == (422, "invalid")
    assert "9000" in answer.body["error"]["message"]
    clock = (await udesk.operator("GET", "/clock")).body
    assert (clock["now"][:10], [row["kind"] for row in clock["upcoming"]]) == ("8999-12-31", ["idle_close"])


@pytest.mark.parametrize("path", ["/clock/advance", "/settle"])
async def test_a_reset_ends_the_waiting_of_others(udesk: Udesk, path: str) -> None:
    """Waiters hold the slot: they are told that the company began anew."""
    udesk.receiver.answer_with("slow")
    await _ask(udesk, "c-1")
    await udesk.receiver.arrived(1)
    ask = {"seconds": 60} if path == "/clock/advance" else {"timeout_seconds": 60}
    waiting = asyncio.ensure_future(udesk.operator("POST", path, ask))
    await udesk.waits(path)
    await udesk.operator("POST", "/reset")
    answer = await waiting
    udesk.receiver.release()

    assert (answer.status, answer.body["error"]["code"]) == (409, "conflict")
    assert "was reset meanwhile" in answer.body["error"]["message"]
    assert answer.body["error"]["hint"] == "ask again: it has begun anew"


async def test_a_pause_ends_with_the_life_that_it_was_made_in(udesk: Udesk) -> None:
    """A long piece of work lets others have their turn, and one of them may begin the company anew."""
    pump, slot = udesk.server.pump, udesk.slot
    await pump.pause(slot)
    paused = asyncio.ensure_future(pump.pause(slot))
    await asyncio.sleep(0)
    udesk.server.companies.reset(slot, settings=False)

    with pytest.raises(UsageError, match="was reset meanwhile"):
        await paused


@pytest.mark.parametrize(
    ("path", "ask"),
    [
        ("/settle", {"timeout_seconds": 300}),
        ("/clock/advance", {"seconds": 5}),
        ("/await", {"until": {"push": {"type": "close"}}, "timeout_seconds": 300}),
        ("/verify", {"path": "/im/messages", "within_seconds": 300}),
    ],
)
async def test_nobody_is_waited_for_who_has_gone(udesk: Udesk, path: str, ask: dict[str, object]) -> None:
    """A test was broken off, and its connection with it: what it asked to wait for ends, and others have their turn."""
    body = json.dumps(ask).encode()
    head = f"POST /_mock{path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(body)}\r\n\r\n"
    async with _half_a_call(udesk):
        _, writer = await asyncio.open_connection("127.0.0.1", udesk.server.port)
        writer.write(head.encode() + body)
        watch = udesk.server.pump._watch(udesk.slot)
        async with asyncio.timeout(10):
            while not watch.waiters:  # noqa: ASYNC110 - gives way, does not wait
                await asyncio.sleep(0)
            writer.close()
            while watch.waiters or watch.turn.locked():  # noqa: ASYNC110 - likewise
                await asyncio.sleep(0)

    assert (await udesk.operator("GET", "/problems")).body["problems"] == []
    assert (await udesk.operator("GET", "/timeline?as=text")).status == 200
    advanced = await udesk.operator("POST", "/clock/advance", {"seconds": 1})
    assert advanced.status == 200


@pytest.mark.parametrize("path", ["/clock/advance", "/settle"])
async def test_a_removal_ends_the_waiting_of_others_too(udesk: Udesk, path: str) -> None:
    """There is nothing to ask again."""
    acme = await udesk.company("acme")
    acme.receiver.answer_with("slow")
    await _ask(acme, "c-1")
    await acme.receiver.arrived(1)
    ask = {"seconds": 60} if path == "/clock/advance" else {"timeout_seconds": 60}
    waiting = asyncio.ensure_future(acme.operator("POST", path, ask))
    await acme.waits(path)
    await udesk.operator("DELETE", "/companies/acme")
    answer = await waiting

    assert (answer.status, answer.body["error"]["code"]) == (409, "conflict")
    assert "was removed meanwhile" in answer.body["error"]["message"]
    assert answer.body["error"]["hint"] == "GET /_mock/companies lists those that there are"


@pytest.mark.parametrize("path", ["/clock/advance?seconds=1", "/settle?timeout_seconds=1"])
async def test_nothing_is_kept_of_a_removed_company(server: Server, udesk: Udesk, path: str) -> None:
    """Nor when a call that was on its way comes to it too late."""
    server.companies.create(subdomain="gone")
    slot = server.companies.find("gone")
    assert slot is not None
    company = weakref.ref(slot.company)
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    head = f"POST /c/gone/_mock{path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 2\r\n\r\n"
    writer.write(head.encode() + b"{")
    assert (await udesk.operator("GET", "/companies")).body["total"] == 2
    await udesk.operator("DELETE", "/companies/gone")
    writer.write(b"}")
    received = await reader.read()
    writer.close()
    del slot
    gc.collect()

    assert received.startswith(b"HTTP/1.1 409 ")
    assert b"was removed meanwhile" in received
    assert company() is None


async def test_an_app_that_answers_a_push_with_a_call_is_waited_for(udesk: Udesk) -> None:
    """`advance` finishes the calls in progress of each moment, so that the app under test can answer."""
    await udesk.operator("PATCH", "/company", {"customer_idle_close_seconds": 60.0})
    await _ask(udesk, "c-1")
    await udesk.settle()
    advancing = asyncio.ensure_future(udesk.operator("POST", "/clock/advance", {"seconds": 60}))
    await udesk.receiver.arrived(2)
    reply = await _ask(udesk, "c-1")
    await advancing

    assert reply.body["code"] == 1000
    assert len(await udesk.pushes()) == 3
