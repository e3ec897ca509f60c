"""A reset, and the end of a company, however large it is: nothing of the old life arrives, and it is freed in slices. Issue 5."""

import asyncio
import gc
import weakref
from collections.abc import Iterator
from typing import Any

import pytest

from mock_udesk.company.company import Company
from mock_udesk.company.snapshot.retiring import taken_apart
from mock_udesk.desk.commands import AgentSays, AskForAgent, Assigned
from mock_udesk.desk.staff_commands import ChangeAgent

from ..integrator import Udesk

HELLO = "您好,有什么可以帮助您?"


def fill(company: Company, count: int) -> None:
    """So many sessions, each with an idle timer and a push on its way."""
    company.submit(ChangeAgent(3, {"capacity": count + 10}), None)
    for number in range(count):
        opened = company.submit(AskForAgent(customer_token=f"old-{number}", agent_id=3), None)
        assert isinstance(opened, Assigned)
        company.submit(AgentSays(session_id=opened.session.id, type="message", data={"content": "old"}), None)


def pushed(udesk: Udesk) -> list[str]:
    """To whom something was pushed, in order."""
    return [body["customer_token"] for body in udesk.receiver.bodies]


async def test_nothing_of_the_old_life_arrives_and_the_next_push_does(udesk: Udesk) -> None:
    """Not a timer, not a push in flight, none that is held or waits for its retry, none behind them in its lane."""
    await udesk.operator("PATCH", "/company", {"customer_idle_close_seconds": 5.0})
    udesk.receiver.answer_with(*[500] * 40)
    udesk.receiver.always("hang")
    fill(udesk.slot.company, 400)
    plan = {"on": "push", "match": {"customer_token": "held"}, "do": {"hold": True}}
    assert (await udesk.operator("POST", "/faults", plan)).status == 201
    await udesk.ask("held")
    # As many as are under way at once, after those that wait for their retry now.
    await udesk.receiver.arrived(40 + 64)
    company = udesk.slot.company
    assert (len(company.desk.timers()), len(company.outbox.pending())) == (401, 801)

    answer = await udesk.operator("POST", "/reset", {})

    assert answer.status == 200
    udesk.receiver.always(200)
    udesk.receiver.release()
    since = len(udesk.receiver.requests)
    await udesk.advance(3600)
    assert pushed(udesk)[since:] == []
    await udesk.ask("new")
    await udesk.settle()
    assert pushed(udesk)[since:] == ["new"]


@pytest.mark.parametrize("end", ["reset", "remove"])
async def test_a_life_that_has_ended_is_freed_without_the_collector(udesk: Udesk, end: str) -> None:
    """Nobody holds it: no handler, no timer, no waiter, no traceback; so it is gone once it was taken apart."""
    acme = await udesk.company("acme")
    fill(acme.slot.company, 500)
    waiting = asyncio.create_task(acme.operator("POST", "/clock/advance", {"seconds": 1e6}))
    await acme.waits("/clock/advance")
    old = weakref.ref(acme.slot.company)
    gc.collect()
    gc.disable()
    try:
        if end == "reset":
            answer = await acme.operator("POST", "/reset", {})
        else:
            answer = await udesk.operator("DELETE", "/companies/acme")
        await waiting
        for _ in range(200):
            await asyncio.sleep(0)
        is_gone = old() is None
    finally:
        gc.enable()

    assert answer.status == 200
    assert is_gone


async def test_an_old_life_is_freed_after_the_answer_and_between_all_that_comes(
    udesk: Udesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By counted slices: the answer comes before the first few, and another company's call is answered in the midst of them."""
    counted = 0

    def slices(company: Company) -> Iterator[None]:
        nonlocal counted
        for _ in taken_apart(company):
            counted += 1
            yield

    monkeypatch.setattr("mock_udesk.company.snapshot.retiring.taken_apart", slices)
    fill(udesk.slot.company, 1_000)
    await udesk.operator("PATCH", "/company", {"receive_url": None})
    acme = await udesk.company("acme")
    await acme.ask("c-0")

    await udesk.operator("POST", "/reset", {})
    at_answer = counted
    await acme.ask("c-1")
    at_call = counted
    while udesk.server.pump.retiring:  # noqa: ASYNC110 - gives way, does not wait
        await asyncio.sleep(0)

    assert counted >= 12
    assert at_answer < counted / 2
    assert at_answer <= at_call < counted


async def test_a_call_that_is_still_coming_in_finds_an_empty_company(udesk: Udesk) -> None:
    """A company that is removed meanwhile answers it as one of its first day: no fault of ours."""
    acme = await udesk.company("acme", auth="off")
    fill(acme.slot.company, 10)
    _, writer = await asyncio.open_connection("127.0.0.1", udesk.server.port)
    body = b'{"customer_token": "old-1", "assign_type": "agent"}'
    writer.write(
        b"POST /c/acme/open_api_v1/im/sessions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        b"Content-Length: %d\r\n\r\n" % len(body)
    )
    while acme.slot.calls_in_progress == 0:  # noqa: ASYNC110 - gives way, does not wait
        await asyncio.sleep(0)
    await udesk.operator("DELETE", "/companies/acme")
    for _ in range(50):
        await asyncio.sleep(0)
    writer.write(body)
    while acme.slot.calls_in_progress:  # noqa: ASYNC110 - likewise
        await asyncio.sleep(0)
    writer.close()

    rows: list[Any] = [entry for entry in acme.slot.company.journal if type(entry).__name__ == "FaultEntry"]
    assert rows == []
    assert len(acme.slot.company.desk.state.sessions) == 1
