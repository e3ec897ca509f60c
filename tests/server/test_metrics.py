"""What Prometheus reads at GET /_mock/metrics: every number is what was done, and goes on over a reset."""

import asyncio
import json
import sys

from prometheus_client.parser import text_string_to_metric_families

from mock_udesk.company.journal.tally import CLASSES, Tally
from mock_udesk.server.app import Server

from ..integrator import Udesk
from .raw import Raw, exchange

Labels = frozenset[tuple[str, str]]


async def scraped(udesk: Udesk) -> dict[tuple[str, Labels], float]:
    """Every sample by its name and labels."""
    answer = await udesk.operator("GET", "/metrics")
    assert (answer.status, answer.headers["Content-Type"]) == (200, "text/plain; version=0.0.4; charset=utf-8")
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(answer.raw.decode())
        for sample in family.samples
    }


def at(name: str, **labels: str) -> tuple[str, Labels]:
    """A sample of the default company, unless another is named."""
    return f"mock_udesk_{name}", frozenset({"company": "demo", **labels}.items())


async def _ask(udesk: Udesk, token: str = "c-1") -> None:
    answer = await udesk.call("POST", "/im/sessions", json={"customer_token": token, "assign_type": "agent"})
    assert answer.status == 200


async def test_calls_are_counted_by_endpoint_and_code_and_timed(udesk: Udesk) -> None:
    """`unknown` stands for every path that is none."""
    await _ask(udesk)
    await udesk.call("POST", "/im/sessions", json={"customer_token": ""})
    await udesk.call("GET", "/im/agent_status")
    for path in ("/im/nothing", '/im/no"thing', "/im/%0Amock_udesk_calls_total%7B%7D%201"):
        await udesk.call("GET", path)
    found = await scraped(udesk)

    calls = {key: value for key, value in found.items() if key[0] == "mock_udesk_calls_total"}
    assert calls == {
        at("calls_total", endpoint="POST /im/sessions", code="1000"): 1,
        at("calls_total", endpoint="POST /im/sessions", code="2000"): 1,
        at("calls_total", endpoint="GET /im/agent_status", code="1000"): 1,
        at("calls_total", endpoint="unknown", code="404"): 3,
    }
    assert found[at("call_seconds_count", endpoint="POST /im/sessions")] == 2
    assert found[at("call_seconds_bucket", endpoint="POST /im/sessions", le="+Inf")] == 2
    assert 0 < found[at("call_seconds_sum", endpoint="POST /im/sessions")] < 2 * 10


async def test_operators_calls_are_counted_by_status_reads_too(udesk: Udesk) -> None:
    """What the door refuses, and paths that are none, are not."""
    await udesk.operator("GET", "/agents")
    await udesk.operator("POST", "/clock/advance", {"seconds": "soon"})
    await udesk.operator("GET", "/nothing")
    await udesk.send("POST", "/_mock/reset", headers={"Origin": "http://evil.example"})
    found = await scraped(udesk)

    calls = {key: value for key, value in found.items() if key[0] == "mock_udesk_operator_calls_total"}
    assert calls == {
        at("operator_calls_total", endpoint="GET /agents", status="200"): 1,
        at("operator_calls_total", endpoint="POST /clock/advance", status="422"): 1,
    }


async def test_pushes_are_counted_by_target_outcome_and_state(udesk: Udesk) -> None:
    """An attempt counts when it is over; a delivery is in one state."""
    udesk.receiver.answer_with(500, 200)
    await _ask(udesk)
    await udesk.settle()
    failing = await scraped(udesk)
    await udesk.advance(60)
    found = await scraped(udesk)

    assert failing[at("push_attempts_total", target="receive_url", outcome="failed")] == 1
    assert failing[at("deliveries", state="pending")] == 1
    assert found[at("push_attempts_total", target="receive_url", outcome="failed")] == 1
    assert found[at("push_attempts_total", target="receive_url", outcome="delivered")] == 1
    assert (found[at("deliveries", state="pending")], found[at("deliveries", state="delivered")]) == (0, 1)


async def test_the_desk_is_told_of_as_it_stands(udesk: Udesk) -> None:
    """Sessions by state, who waits where, problems by kind, and what the journal weighs."""
    await udesk.operator("PATCH", "/agents/3", {"im_max_join_num": 1})
    await udesk.operator("PATCH", "/agents/4", {"im_status": "offline"})
    for token in ("c-1", "c-2", "c-3"):
        await _ask(udesk, token)
    await udesk.call("GET", "/im/nothing")
    await udesk.call("GET", "/im/agent_status", sign_with={"sign": "0" * 64})
    found = await scraped(udesk)

    assert (found[at("sessions", state="open")], found[at("sessions", state="closed")]) == (1, 0)
    assert found[at("queue_length", queue="company")] == 2
    assert found[at("problems", kind="unknown_path")] == 1
    assert found[at("refused_signatures_total")] == 1
    journal = udesk.slot.company.journal
    assert (found[at("journal_entries")], found[at("journal_bytes")]) == (len(journal), journal.weight)


async def test_counters_go_on_over_a_reset_and_end_with_their_company(udesk: Udesk) -> None:
    """A counter that falls looks like a restart to Prometheus; what stands now begins anew."""
    acme = await udesk.company("acme")
    for _ in range(2):
        await _ask(acme)
        await acme.call("GET", "/im/agent_status", sign_with={"sign": "0" * 64})
        await acme.settle()
        acme.slot.company.journal.bound(max_entries=1, max_bytes=1_000_000)
        await acme.operator("POST", "/reset")
    found = await scraped(udesk)
    udesk.server.companies.remove("acme")
    gone = await scraped(udesk)

    assert found[at("calls_total", company="acme", endpoint="POST /im/sessions", code="1000")] == 2
    assert found[at("push_attempts_total", company="acme", target="receive_url", outcome="delivered")] == 2
    assert found[at("refused_signatures_total", company="acme")] == 2
    assert found[at("journal_dropped_total", company="acme")] > 0
    assert found[at("sessions", company="acme", state="open")] == 0
    assert [key for key in gone if ("company", "acme") in key[1]] == []
    assert found[("mock_udesk_companies", frozenset())] - gone[("mock_udesk_companies", frozenset())] == 1


async def test_a_planned_fault_that_fires_is_counted(udesk: Udesk) -> None:
    """Also when its plan is gone."""
    company = udesk.slot.company
    company.journal.fired(1, "call", {"code": 2000}, company.clock.now(), None)
    await udesk.operator("POST", "/reset")
    udesk.slot.company.journal.fired(1, "call", {"code": 2000}, company.clock.now(), None)

    assert (await scraped(udesk))[at("planned_faults_fired_total")] == 2


async def test_no_caller_writes_a_line_of_his_own(server: Server) -> None:
    """Hosts, companies and paths that are none leave no label."""
    for target, host in (
        ("/c/x%22%7D%0Aevil%201/open_api_v1/im/sessions", "localhost"),
        ("/open_api_v1/a", 'evil".udesk.cn'),
    ):
        await exchange(server, f"GET {target} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
    _, body = await exchange(server, b"GET /_mock/metrics HTTP/1.1\r\nHost: localhost\r\n\r\n")

    assert b"evil" not in body


async def test_the_process_and_the_version_are_told(udesk: Udesk) -> None:
    """What a dashboard starts with."""
    found = await scraped(udesk)

    from mock_udesk import __version__

    assert found["mock_udesk_build_info", frozenset({("version", __version__)})] == 1
    if sys.platform == "linux":
        names = {name for name, _ in found}
        assert {
            "process_resident_memory_bytes",
            "process_cpu_seconds_total",
            "process_start_time_seconds",
            "process_open_fds",
        } <= names


def test_a_time_on_a_bound_counts_below_it() -> None:
    """Prometheus: `le` is at most; the row's last is the sum."""
    tally = Tally()
    tally.answered("GET /a", 1000, CLASSES[0])
    tally.answered("GET /a", 1000, 11.0)

    assert tally.calls == {("GET /a", 1000): [1, *[0] * (len(CLASSES) - 1), 1, CLASSES[0] + 11.0]}


def test_whatever_codes_planned_faults_make_up_there_is_room_for_so_many() -> None:
    """A label's values are bounded."""
    tally = Tally()
    for code in range(5_000):
        tally.answered("GET /a", code, 0.0)

    assert len(tally.calls) == 2_001
    assert sum(row[0] for row in tally.calls.values()) == 5_000
    assert json.dumps(tally.calls["other", None])[:6] == "[3000,"


async def test_who_reads_events_is_counted_as_long_as_he_does(udesk: Udesk) -> None:
    """A reader that goes is none any more."""
    async with Raw(udesk.server) as raw:
        raw.send(b"GET /_mock/events HTTP/1.1\r\nHost: localhost\r\n\r\n")
        await raw.head()
        reading = (await scraped(udesk))[at("event_readers")]
    async with asyncio.timeout(5):
        while (gone := (await scraped(udesk))[at("event_readers")]) == reading:
            pass

    assert (reading, gone) == (1, 0)
