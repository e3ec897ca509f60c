"""Server-sent events over raw sockets: DESIGN "Journal", "Events"; issue 5, point 7."""

import asyncio
from typing import Any

import pytest

from mock_udesk.company.journal.feed import Wanted, newest
from mock_udesk.control_api import event_reader
from mock_udesk.server.app import Server

from ..integrator import Udesk
from .event_reader import Event, EventReader


async def _journal(udesk: Udesk, query: str = "") -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = (await udesk.operator("GET", f"/journal{query}")).body["entries"]
    return rows


def _held(server: Server) -> int:
    """How many bytes wait in this process for readers."""
    assert server._listener is not None
    transports = [connection.transport for connection in server._listener.connections]
    return sum(transport.get_write_buffer_size() for transport in transports if transport is not None)


def _connected(server: Server) -> int:
    """How many connections there are."""
    assert server._listener is not None
    return len(server._listener.connections)


async def test_what_happens_is_told_as_it_comes(udesk: Udesk) -> None:
    """A new reader begins now; order and data are the journal's, then attempt and state of the push."""
    await udesk.ask("before")
    await udesk.settle()
    since = udesk.slot.company.journal.last_id
    async with EventReader(udesk) as reader:
        await reader.begun()
        await udesk.ask()
        events = await reader.take(6)

    assert [event.kind for event in events] == ["call", "happening", "happening", "push", "attempt", "delivery"]
    entries = [row for row in await _journal(udesk, f"?since={since}") if row["kind"] != "operator"]
    told = [event.data for event in events[:4]]
    # Its attempts came later.
    told[3]["delivery"] = entries[3]["delivery"]
    assert told == entries
    assert [event.id for event in events] == [f"1-{since + n}.0" for n in (1, 2, 3, 4)] + [
        f"1-{since + 4}.1",
        f"1-{since + 4}.2",
    ]
    assert (events[4].data["outcome"], events[4].data["status"], events[5].data["state"]) == (
        "delivered",
        200,
        "delivered",
    )


async def test_the_answer_is_a_stream_that_nobody_keeps(udesk: Udesk) -> None:
    """The head that proxies and browsers need, and after how long to come back."""
    async with EventReader(udesk) as reader:
        await reader.begun()

    head = reader.head.decode().lower()
    assert head.startswith("http/1.1 200 ")
    for line in ("content-type: text/event-stream; charset=utf-8", "cache-control: no-store", "x-accel-buffering: no"):
        assert f"\r\n{line}\r\n" in head


async def test_a_look_whether_events_are_there_is_answered_without_a_stream(udesk: Udesk) -> None:
    """HEAD."""
    answer = await udesk.send("HEAD", "/_mock/events")

    assert (answer.status, answer.raw) == (200, b"")
    assert answer.headers["Content-Type"].startswith("text/event-stream")


async def test_only_what_is_wanted_is_told(udesk: Udesk) -> None:
    """`kind`, several with commas; `customer_token`, also of whom nobody knows yet; `session_id`."""
    async with (
        EventReader(udesk, "?kind=call,push&customer_token=c-2") as reader,
        EventReader(udesk, "?session_id=1002&kind=happening") as other,
    ):
        await reader.begun()
        await other.begun()
        first = await udesk.ask("c-1")
        second = await udesk.ask("c-2")
        told = [(event.kind, event.id) for event in await reader.take(2)]
        happened = await other.next()

    assert (first, second) == (1001, 1002)
    calls = [row["id"] for row in await _journal(udesk, "?customer_token=c-2&kind=call,push")]
    assert told == [("call", f"1-{calls[0]}.0"), ("push", f"1-{calls[1]}.0")]
    assert (happened.data["happening"], happened.data["session_id"]) == ("session_started", 1002)


async def test_what_comes_to_every_reader_can_be_asked_for_alone(udesk: Udesk) -> None:
    """`reset`, `removed`, `dropped` and `too_slow` are no kinds of entries, but their names are known; they come whatever is named."""
    async with (
        EventReader(udesk, "?kind=reset") as reader,
        EventReader(udesk, "?kind=call,removed,dropped,too_slow") as other,
    ):
        await reader.begun()
        await other.begun()
        await udesk.call("GET", "/im/agent_status")
        await udesk.operator("POST", "/reset")
        told = [(await reader.next()).kind, (await other.next()).kind, (await other.next()).kind]

    assert told == ["reset", "call", "reset"]


async def test_a_reader_goes_on_where_it_left_off(udesk: Udesk) -> None:
    """Last-Event-ID: without a gap or a repetition, late changes too, while calls go on."""
    await udesk.ask()
    await udesk.settle()
    parts: list[Event] = []
    for number in range(5):
        source = f"Last-Event-ID: {parts[-1].id}\r\n" if parts else ""
        async with EventReader(udesk, "" if parts else "?since=0", source) as reader:
            await udesk.say(1001, f"{number}")
            parts += await reader.take(2)
    await udesk.ask("end")
    async with EventReader(udesk, headers=f"Last-Event-ID: {parts[-1].id}\r\n") as reader:
        parts += await _up_to(reader, "end")
    async with EventReader(udesk, "?since=0") as reader:
        whole = await _up_to(reader, "end")

    assert [event.id for event in parts] == [event.id for event in whole]
    assert len({event.id for event in parts}) == len(parts) > 15


async def test_what_was_not_for_a_reader_moves_its_place_too(udesk: Udesk) -> None:
    """A filtered reader that comes back begins behind all that it has seen pass."""
    async with EventReader(udesk, "?kind=fault") as reader:
        await udesk.ask()
        await udesk.settle()
        await reader.begun()
    source = f"?kind=call&last_event_id={reader.last_id}"
    async with EventReader(udesk, source) as reader:
        await udesk.say(1001)
        event = await reader.next()

    assert event.data["endpoint"] in ("POST /im/sessions", "POST /im/messages")


def _reading(udesk: Udesk, *kinds: str, buffer: int = 1000) -> event_reader.EventReader:
    """A reader without a connection, for what would take too long or too much over one."""
    slot, start = udesk.slot, newest(udesk.slot.company)
    server, wanted = udesk.server, Wanted(frozenset(kinds))
    return event_reader.EventReader(slot, server.companies, server.pump, wanted, buffer=buffer, start=start)


async def test_a_silence_says_how_far_a_filtered_reader_is(udesk: Udesk) -> None:
    """The comment of every 15 s has the id of what was passed over, so that coming back costs nothing; once."""
    reading = _reading(udesk, "fault")
    reading.take()
    await udesk.ask()
    await udesk.settle()
    assert reading.take() == b""
    last = newest(udesk.slot.company)

    assert f"id: 1-{last[0]}.{last[1]}\n".encode() in reading.beat()


async def test_a_silence_is_broken_by_comments(udesk: Udesk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Proxies end what is silent for long: every 15 s one comes; here sooner. A reader ignores them."""
    monkeypatch.setattr("mock_udesk.server.events.HEARTBEAT_SECONDS", 0.01)
    async with EventReader(udesk) as reader:
        await reader.begun()
        reader.comments.clear()
        await reader.begun()

        assert reader.comments == ["still here"]


async def test_the_past_may_be_read_slowly(udesk: Udesk) -> None:
    """What was there when a reader came waits for it as long as the journal has it; only what came later counts."""
    for _ in range(20):
        await udesk.call("GET", "/agents")
    reading = _reading(udesk, "call", buffer=3)
    reading.begin((0, 0))
    in_past = await reading.relieved(lambda: False, 0)
    for _ in range(4):
        await udesk.call("GET", "/agents")

    assert (in_past, await reading.relieved(lambda: False, 0)) == (True, False)


async def test_a_reader_may_begin_behind_what_there_is(udesk: Udesk) -> None:
    """An id that is yet to come is taken as now: what happens next is told, whatever its number."""
    async with EventReader(udesk, "?since=999999&kind=call") as reader:
        await reader.begun()
        await udesk.ask()

        assert (await reader.next()).data["endpoint"] == "POST /im/sessions"


async def test_a_call_that_is_open_is_told_again_when_it_is_answered(udesk: Udesk) -> None:
    """An operator's wait: first without a status, then as a late change."""
    async with EventReader(udesk, "?kind=operator") as reader:
        await reader.begun()
        settling = asyncio.create_task(
            udesk.operator("POST", "/settle", {"timeout_seconds": 10, "quiet_seconds": 0.05})
        )
        begun = await reader.next()
        await settling
        answered = await reader.next()

    assert (begun.data["path"], begun.data["status"]) == ("/_mock/settle", None)
    assert (answered.data["id"], answered.data["status"]) == (begun.data["id"], 200)
    assert answered.id == f"{begun.id[:-2]}.1"


async def test_a_reset_is_told_and_the_new_life_follows(udesk: Udesk) -> None:
    """`event: reset`, then all of the new life."""
    async with EventReader(udesk, "?kind=call") as reader:
        await reader.begun()
        await udesk.ask()
        before = await reader.next()
        await udesk.operator("POST", "/reset")
        await udesk.ask()
        reset, after = await reader.take(2)

    assert (before.id[:2], reset.kind, reset.id, after.kind, after.id[:2]) == ("1-", "reset", "2-0.0", "call", "2-")


@pytest.mark.parametrize("last", ["7-3.0", "1-999.0"])
async def test_a_reader_of_another_life_is_told_so(udesk: Udesk, last: str) -> None:
    """Last-Event-ID of another epoch, or beyond all that there is, as after a restart: reset, and all of this life."""
    await udesk.ask()
    async with EventReader(udesk, headers=f"Last-Event-ID: {last}\r\n") as reader:
        reset, first = await reader.take(2)

    assert (reset.kind, reset.id, first.id) == ("reset", "1-0.0", "1-1.0")


async def test_what_was_dropped_meanwhile_is_counted(udesk: Udesk) -> None:
    """`event: dropped`, then the rest."""
    journal = udesk.slot.company.journal
    await udesk.ask()
    for _ in range(30):
        await udesk.say(1001)
    journal.bound(max_entries=100, max_bytes=10_000_000)
    journal.bound(max_entries=20, max_bytes=10_000_000)
    async with EventReader(udesk, "?last_event_id=1-1.0") as reader:
        dropped, first = await reader.take(2)

    assert (dropped.kind, dropped.data["dropped"]) == ("dropped", journal.dropped_up_to - 1)
    assert first.id == f"1-{journal.dropped_up_to + 1}.0"


async def test_forgotten_calls_leave_readers_where_they_are(udesk: Udesk) -> None:
    """DELETE /_mock/requests: no reset, nothing dropped, nothing twice."""
    await udesk.ask()
    await udesk.settle()
    async with EventReader(udesk, "?since=0&kind=call,happening") as reader:
        first = await reader.take(3)
        await udesk.operator("DELETE", "/requests")
        await udesk.say(1001)
        rest = await reader.take(2)

    assert [event.kind for event in (*first, *rest)] == ["call", "happening", "happening", "call", "happening"]
    assert int(rest[0].id[2:-2]) > int(first[-1].id[2:-2])


async def test_a_removed_company_says_goodbye(udesk: Udesk) -> None:
    """`event: removed`, and the end; a company's events are its own."""
    acme = await udesk.company()
    async with EventReader(acme) as reader:
        await reader.begun()
        await udesk.ask()
        await udesk.operator("DELETE", "/companies/acme")
        events = await reader.rest()

    assert [(event.kind, event.data["company"]) for event in events] == [("removed", "acme")]


async def test_a_reader_that_does_not_read_is_sent_away_and_may_come_back(udesk: Udesk) -> None:
    """At most `buffer` events and 256 KiB wait for it; `too_slow` names the last id, from which nothing is missed."""
    await udesk.ask()
    udesk.slot.company.change_settings({"journal_max_bytes": 100_000_000}, None)
    count = 130
    async with EventReader(udesk, "?kind=call", small=True) as slow, EventReader(udesk, "?kind=call") as fast:
        await fast.begun()
        for _ in range(count):
            # More than what the sockets of this machine hold: 60 kB each.
            await udesk.say(1001, "长" * 20_000)
            await fast.next()
        events = await slow.rest()
    *told, parting = events
    async with EventReader(udesk, "?kind=call", headers=f"Last-Event-ID: {slow.last_id}\r\n") as back:
        more = await back.take(count - len(told))

    assert (parting.kind, parting.data["last_event_id"]) == ("too_slow", told[-1].id)
    assert parting.data["waiting"] >= 4
    ids = [int(event.id[2:-2]) for event in (*told, *more)]
    assert ids == sorted(set(ids))
    assert len(ids) == count


async def test_a_large_event_is_cut(udesk: Udesk) -> None:
    """One body must not fill the buffer: /journal has it whole."""
    async with EventReader(udesk, "?kind=call") as reader:
        await reader.begun()
        await udesk.call("POST", "/im/messages", json={"customer_token": "c-1", "data": "x" * 300_000})
        event = await reader.next()

    assert event.data["endpoint"] == "POST /im/messages"
    assert (event.data["cut"]["bytes"] > 300_000, "body" in event.data) == (True, False)


async def test_many_read_at_once_and_all_the_same(udesk: Udesk) -> None:
    """A hundred readers, half of whom go away: their connections are freed at once."""
    readers = [EventReader(udesk) for _ in range(100)]
    for reader in readers:
        await reader.__aenter__()
    await asyncio.gather(*(reader.begun() for reader in readers))
    for reader in readers[50:]:
        await reader.__aexit__()
    await udesk.ask()
    told = await asyncio.gather(*(reader.take(6) for reader in readers[:50]))
    connections = _connected(udesk.server)
    for reader in readers[:50]:
        await reader.__aexit__()

    assert all(events == told[0] for events in told)
    # And the integrator's own.
    assert connections <= 50 + 2


async def test_readers_end_with_the_server(udesk: Udesk) -> None:
    """Within the drain, whether they read or not."""
    async with EventReader(udesk) as reader, EventReader(udesk, small=True):
        await reader.begun()
        async with asyncio.timeout(5):
            await udesk.server.stop(0)
        events = await reader.rest()

    assert events == []


async def test_a_reader_that_does_not_read_costs_no_more_than_its_buffer(udesk: Udesk) -> None:
    """While it is there and when it was sent away; the others are told all meanwhile, and the server ends in spite of it."""
    await udesk.ask()
    held = 0
    async with EventReader(udesk, "?kind=call", small=True), EventReader(udesk, "?kind=call") as fast:
        await fast.begun()
        for _ in range(100):
            await udesk.say(1001, "长" * 20_000)
            await fast.next()
            held = max(held, _held(udesk.server))
        async with asyncio.timeout(5):
            await udesk.server.stop(0)

    # What the transport took before it was full, one event and the last words.
    assert 64 * 1024 < held < 256 * 1024


async def test_any_text_is_a_legal_event(udesk: Udesk) -> None:
    """Chinese, line ends of every kind, NaN and what is no UTF-8."""
    text = "你好\r\n世界\r\u2028data: x\n\nid: 9"
    async with EventReader(udesk, "?kind=call") as reader:
        await reader.begun()
        await udesk.call("POST", "/im/messages", json={"customer_token": "c-1", "data": {"content": text}})
        first = await reader.next()
        await udesk.call("POST", "/im/messages?x=%ff", body=b'{"a": NaN, "b": "\xff"}')
        await udesk.call("POST", "/im/messages", body=b'{"a": NaN, "b": "\\ud800"}')
        await udesk.call("POST", "/im/messages", body=b'{"a": NaN}')
        second, third, fourth = await reader.take(3)

    assert first.data["body"]["data"]["content"] == text
    assert isinstance(second.data["body"], str)
    assert isinstance(third.data["body"], str)
    assert fourth.data["body"] == {"a": None}


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("?kind=calls", "unknown kind 'calls', did you mean call?"),
        ("?last_event_id=12", "'12' is no id of an event"),
        ("?last_event_id=1-2.x", "no id of an event"),
        (f"?last_event_id={'9' * 400}", "no id of an event"),
        ("?buffer=0", "buffer"),
        ("?buffer=9999999999999999999999", "buffer"),
        ("?since=yesterday", "since"),
        ("?session_id=%E4%B8%80", "session_id"),
        ("?customer=c-1", "did you mean customer_token?"),
    ],
)
async def test_a_mistake_is_named(udesk: Udesk, query: str, words: str) -> None:
    """422 before any stream begins."""
    answer = await udesk.operator("GET", f"/events{query}")

    assert (answer.status, words in answer.body["error"]["message"]) == (422, True), answer.body


async def _up_to(reader: EventReader, token: str) -> list[Event]:
    """All events up to a call of this customer's."""
    events = [await reader.next()]
    while events[-1].data.get("customer_token") != token or events[-1].kind != "call":
        events.append(await reader.next())
    return events
