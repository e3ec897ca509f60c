"""The company's time over a real socket: interfaces §3, clock, advance, settle."""

import asyncio

import pytest

from ..integrator import Udesk


async def test_the_clock_is_shown(udesk: Udesk) -> None:
    """`{now, rate, upcoming}`."""
    answer = await udesk.operator("GET", "/clock")

    assert answer.body == {
        "now": "2026-11-22T10:00:00.000+08:00",
        "rate": 0.0,
        "upcoming": [],
        "upcoming_total": 0,
    }


async def test_the_clock_is_set_forward(udesk: Udesk) -> None:
    """`PATCH {now, rate}`."""
    answer = await udesk.operator("PATCH", "/clock", {"now": "2026-11-22T11:00:00+08:00", "rate": 0})

    assert (answer.status, answer.body["now"]) == (200, "2026-11-22T11:00:00.000+08:00")


async def test_the_rate_is_changed(udesk: Udesk) -> None:
    """60: a minute in a second."""
    answer = await udesk.operator("PATCH", "/clock", {"rate": 60})

    assert answer.body["rate"] == 60.0


async def test_advance_moves_time_and_lets_timers_happen(udesk: Udesk) -> None:
    """Ruling 15: a session nobody talks in is closed by its timer, and the close is pushed."""
    await udesk.operator("PATCH", "/company", {"customer_idle_close_seconds": 60})
    await udesk.operator("POST", "/sessions", {"customer_token": "c-1"})
    upcoming = (await udesk.operator("GET", "/clock")).body["upcoming"]
    answer = await udesk.operator("POST", "/clock/advance", {"seconds": 61})

    assert upcoming[-1] == {"due": "2026-11-22T10:01:00.000+08:00", "kind": "idle_close", "text": "customer c-1"}
    assert (answer.status, answer.body["now"]) == (200, "2026-11-22T10:01:01.000+08:00")
    assert udesk.receiver.bodies[-1]["messages"][-1]["type"] == "close"


async def test_advance_finishes_the_retries_on_the_way(udesk: Udesk) -> None:
    """Ruling 19: 10 and 30 s after the attempts before; all within one advance."""
    udesk.receiver.answer_with(500, 500)
    await udesk.operator("POST", "/sessions", {"customer_token": "c-1"})
    await udesk.advance(40)

    attempts = (await udesk.operator("GET", "/deliveries/1")).body["attempts"]
    assert [(attempt["at"][11:19], attempt["status"]) for attempt in attempts] == [
        ("10:00:00", 500),
        ("10:00:10", 500),
        ("10:00:40", 200),
    ]


@pytest.mark.parametrize(
    ("method", "path", "asked", "words"),
    [
        ("PATCH", "/clock", {"now": "2020-01-01T00:00:00+08:00"}, "can't go back"),
        (
            "PATCH",
            "/clock",
            {"now": "2026-11-22T01:00:00Z"},
            "it shows 2026-11-22T10:00:00.000+08:00, asked for 2026-11-22T09:00:00.000+08:00",
        ),
        ("PATCH", "/clock", {"now": "soon"}, "now"),
        ("PATCH", "/clock", {"now": "2026-11-22T11:00:00"}, "time zone"),
        ("PATCH", "/clock", {"rate": -1}, "rate"),
        ("PATCH", "/clock", {"rate": 1e9}, "rate"),
        ("PATCH", "/clock", {"speed": 1}, "speed: unknown"),
        ("POST", "/clock/advance", {}, "seconds"),
        ("POST", "/clock/advance", {"seconds": -1}, "seconds"),
        ("POST", "/clock/advance", {"second": 1}, "did you mean seconds?"),
        ("POST", "/settle", {"timeout": 1}, "did you mean timeout_seconds?"),
        ("POST", "/settle", {"timeout_seconds": "long"}, "timeout_seconds"),
    ],
)
async def test_a_mistake_is_named(udesk: Udesk, method: str, path: str, asked: dict[str, object], words: str) -> None:
    """422 with what was wrong; the clock stays."""
    answer = await udesk.operator(method, path, asked)

    assert (answer.status, words in answer.body["error"]["message"]) == (422, True), answer.body
    assert (await udesk.operator("GET", "/clock")).body["now"] == "2026-11-22T10:00:00.000+08:00"


async def test_settle_tells_what_is_to_come(udesk: Udesk) -> None:
    """200 with the future timers as `upcoming`."""
    udesk.receiver.answer_with(500)
    await udesk.operator("POST", "/sessions", {"customer_token": "c-1"})
    answer = await udesk.operator("POST", "/settle")

    assert answer.status == 200
    assert answer.body == {
        "settled": True,
        "now": "2026-11-22T10:00:00.000+08:00",
        "upcoming": [
            {
                "due": "2026-11-22T10:00:10.000+08:00",
                "kind": "push_attempt",
                "text": f"push 1 (start_session + message) to customer c-1 at {udesk.receiver.url}, attempt 2",
            }
        ],
        "upcoming_total": 1,
        "held": [],
        "held_total": 0,
    }


async def test_settle_gives_up_with_what_is_open(udesk: Udesk) -> None:
    """On time-out 409 with what is still open."""
    udesk.receiver.always("hang")
    await udesk.operator("POST", "/sessions", {"customer_token": "c-1"})
    await udesk.receiver.arrived(1)
    answer = await udesk.operator("POST", "/settle", {"timeout_seconds": 0.05})
    udesk.receiver.release()

    assert answer.status == 409
    assert answer.body["error"]["code"] == "conflict"
    assert answer.body["error"]["message"] == "after 0.05 s still open: 1 push(es) in flight"
    assert answer.body["error"]["hint"] == "answer the pushes faster, or give a longer timeout_seconds"
    assert (answer.body["settled"], answer.body["deliveries_in_flight"], answer.body["calls_in_progress"]) == (
        False,
        [1],
        0,
    )


async def test_who_waits_for_a_call_is_not_sent_to_the_pushes(udesk: Udesk) -> None:
    """The hints of settle, snapshot and await say what fits to what is open."""
    await udesk.operator("POST", "/faults", {"on": "call", "do": {"delay_seconds": 60}})
    calling = asyncio.ensure_future(udesk.call("GET", "/im/agent_status"))
    seen = await udesk.operator("POST", "/await", {"until": {"call": {"path": "/im/agent_status"}}})
    settling = await udesk.operator("POST", "/settle", {"timeout_seconds": 0})
    taking = await udesk.operator("GET", "/snapshot?timeout_seconds=0")
    waiting = await udesk.operator("POST", "/await", {"until": {"call": {"status": 200}}, "timeout_seconds": 0})
    await udesk.operator("POST", "/reset")
    await calling

    hint = (
        "wait for your app's calls (a planned fault may hold one: GET /_mock/faults), or give a longer timeout_seconds"
    )
    assert (seen.status, settling.status, taking.status, waiting.status) == (200, 409, 409, 409)
    assert [answer.body["error"]["hint"] for answer in (settling, taking, waiting)] == [hint] * 3


async def test_settle_says_in_words_what_is_pending(udesk: Udesk) -> None:
    """What it is, and since when."""
    udesk.receiver.always("hang")
    await udesk.operator("POST", "/sessions", {"customer_token": "c-1"})
    await udesk.receiver.arrived(1)
    answer = await udesk.operator("POST", "/settle", {"timeout_seconds": 0})
    udesk.receiver.release()

    assert answer.body["pending"] == [
        "push 1 (start_session + message) to customer c-1: attempt 1, begun at 10:00:00, is in flight"
    ]


@pytest.mark.parametrize("rate", [0, 1, 100_000])
async def test_settle_works_whatever_the_clock_does(udesk: Udesk, rate: float) -> None:
    """Still, real and fast: what is due is done, what is to come is told."""
    await udesk.operator("PATCH", "/company", {"customer_idle_close_seconds": 3600})
    await udesk.operator("PATCH", "/clock", {"rate": rate})
    await udesk.operator("POST", "/sessions", {"customer_token": "c-1"})
    answer = await udesk.operator("POST", "/settle", {"timeout_seconds": 5, "quiet_seconds": 0.05})

    assert (answer.status, answer.body["settled"]) == (200, True)
    assert answer.body["upcoming_total"] == (0 if rate > 1 else 1)


async def test_a_reset_ends_an_advance(udesk: Udesk) -> None:
    """Who waits for a life that is over is told so: 409."""
    udesk.receiver.answer_with(500, "hang")
    await udesk.operator("POST", "/sessions", {"customer_token": "c-1"})
    await udesk.settle()
    advancing = asyncio.ensure_future(udesk.operator("POST", "/clock/advance", {"seconds": 60}))
    await udesk.receiver.arrived(2)
    await udesk.operator("POST", "/reset")
    answer = await advancing

    assert (answer.status, answer.body["error"]["code"]) == (409, "conflict")
