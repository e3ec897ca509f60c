"""Pushes on real sockets: whatever a receiver does, all arrive once it is back, in order, and no call ever waits for one."""

import asyncio
from datetime import datetime
from typing import Any

import pytest

from mock_udesk.company.company import Company
from mock_udesk.company.pushes.deliveries import Order, Result
from mock_udesk.server.courier import Courier

from ..integrator import Udesk
from ..receiver import Receiver

WAITS = (10, 30, 60, 300, 900)


async def _says(udesk: Udesk, session_id: int, content: str) -> None:
    answer = await udesk.operator("POST", f"/sessions/{session_id}/messages", {"content": content})
    assert answer.status in (200, 201), answer.body


async def _deliveries(udesk: Udesk) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = (await udesk.operator("GET", "/deliveries")).body["deliveries"]
    return sorted(rows, key=lambda row: int(row["id"]))


def _contents(receiver: Receiver, customer_token: str = "c-1") -> list[str]:
    """What a customer was sent, in order, a push repeated at once only counted once."""
    texts: list[str] = []
    for body in receiver.bodies:
        if body["customer_token"] == customer_token:
            text = body["messages"][-1]["data"]["content"]
            if texts[-1:] != [text]:
                texts.append(text)
    return texts


@pytest.mark.parametrize("behaviour", [500, 302, 204, "close", "garbage"])
async def test_all_pushes_arrive_in_order_once_the_receiver_is_well(udesk: Udesk, behaviour: int | str) -> None:
    """Ruling 19: again 10, 30, 60, 300, 900 s after the end of the attempt before, with the same bytes; order per customer is kept."""
    session_id = await udesk.ask()
    await udesk.settle()
    udesk.receiver.answer_with(*[behaviour] * 5)
    for content in ("one", "two", "three"):
        await _says(udesk, session_id, content)
    await udesk.settle()
    for seconds in WAITS:
        await udesk.advance(seconds)

    rows = await _deliveries(udesk)
    assert _contents(udesk.receiver) == ["您好,有什么可以帮助您?", "one", "two", "three"]
    assert [row["state"] for row in rows] == ["delivered"] * 4
    assert [len(row["attempts"]) for row in rows] == [1, 6, 1, 1]
    assert [attempt["outcome"] for attempt in rows[1]["attempts"]] == ["failed"] * 5 + ["delivered"]
    assert all(attempt["reason"] for attempt in rows[1]["attempts"][:5])
    assert len({request.body for request in udesk.receiver.requests[1:7]}) == 1


async def test_a_receiver_that_is_down_for_five_attempts_gets_everything_later(udesk: Udesk) -> None:
    """Ruling 19; in order per customer, customers side by side."""
    port = udesk.receiver.port
    await udesk.receiver.stop()
    sessions = {token: await udesk.ask(token) for token in ("c-1", "c-2")}
    for content in ("one", "two"):
        for session_id in sessions.values():
            await _says(udesk, session_id, content)
    await udesk.settle()
    for seconds in WAITS[:4]:
        await udesk.advance(seconds)
    await udesk.receiver.start(port)
    await udesk.advance(WAITS[4])

    rows = await _deliveries(udesk)
    assert {row["state"] for row in rows} == {"delivered"}
    assert [len(row["attempts"]) for row in rows] == [6, 6, 1, 1, 1, 1]
    assert [attempt["reason"] for attempt in rows[0]["attempts"]] == ["connection refused"] * 5 + [""]
    for token in sessions:
        assert _contents(udesk.receiver, token) == ["您好,有什么可以帮助您?", "one", "two"]


async def test_a_push_that_is_never_taken_has_failed_and_the_lane_goes_on(udesk: Udesk) -> None:
    """Ruling 19: after the last wait it is `failed`."""
    udesk.receiver.answer_with(*[500] * 6)
    session_id = await udesk.ask()
    await _says(udesk, session_id, "later")
    await udesk.advance(sum(WAITS))

    rows = await _deliveries(udesk)
    assert [row["state"] for row in rows] == ["failed", "delivered"]
    problems = (await udesk.operator("GET", "/problems")).body["problems"]
    assert [problem["kind"] for problem in problems] == ["undelivered_push"]


async def test_a_slow_receiver_slows_no_call(udesk: Udesk) -> None:
    """Architecture: a push is never awaited by the request that caused it."""
    udesk.receiver.always("slow")
    session_id = await udesk.ask()
    await udesk.receiver.arrived(1)
    loop = asyncio.get_running_loop()
    started = loop.time()
    for number in range(50):
        await udesk.call(
            "POST",
            "/im/messages",
            json={
                "customer_token": "c-1",
                "im_sub_session_id": session_id,
                "message_id": f"m-{number}",
                "type": "message",
                "data": {"content": "?"},
            },
        )
    seconds = loop.time() - started
    udesk.receiver.always(200)
    udesk.receiver.release()
    await udesk.settle()

    assert seconds < 2.0
    assert {row["state"] for row in await _deliveries(udesk)} == {"delivered"}


async def test_a_dead_receiver_of_one_company_delays_no_push_of_another(udesk: Udesk) -> None:
    """Each company has room of its own for attempts under way."""
    acme = await udesk.company("acme")
    await acme.operator("PATCH", "/agents/3", {"im_max_join_num": 200})
    acme.receiver.always("hang")
    for number in range(70):
        await acme.ask(f"c-{number}")
    await acme.receiver.arrived(60)
    await udesk.ask()

    assert len(await udesk.pushes()) == 1
    assert len(acme.receiver.requests) <= 64
    acme.receiver.always(200)
    acme.receiver.release()


async def test_a_reset_during_a_slow_delivery_lets_nothing_of_the_old_life_arrive(udesk: Udesk) -> None:
    """Architecture: each life has an epoch; late reports of an older one are dropped."""
    udesk.receiver.answer_with("slow")
    session_id = await udesk.ask()
    for number in range(5):
        await _says(udesk, session_id, f"old {number}")
    await udesk.receiver.arrived(1)
    before = len(udesk.receiver.requests)
    assert (await udesk.operator("POST", "/reset")).status == 200
    udesk.receiver.release()
    await udesk.advance(3600)
    assert await _deliveries(udesk) == []
    again = await udesk.ask()
    await udesk.settle()

    assert again == session_id
    assert len(udesk.receiver.requests) == before + 1
    assert [row["state"] for row in await _deliveries(udesk)] == ["delivered"]


async def test_a_removed_company_pushes_no_more(udesk: Udesk) -> None:
    """Its attempts under way are called off."""
    acme = await udesk.company("acme")
    acme.receiver.answer_with("slow")
    session_id = await acme.ask()
    await _says(acme, session_id, "never")
    await acme.receiver.arrived(1)
    assert (await udesk.operator("DELETE", "/companies/acme")).status in (200, 204)
    acme.receiver.release()
    await udesk.advance(60)

    assert len(acme.receiver.requests) == 1


async def test_a_receiver_that_hangs_for_one_customer_holds_up_no_other_while_time_stands_still(udesk: Udesk) -> None:
    """Customers run side by side at any rate; only what really is in flight is named so."""
    udesk.receiver.answer_with("slow")
    await udesk.ask("c-1")
    await udesk.receiver.arrived(1)
    session_id = await udesk.ask("c-2")
    await _says(udesk, session_id, "later")
    await udesk.receiver.arrived(3)
    open_ = await udesk.operator("POST", "/settle", {"timeout_seconds": 0.05})
    udesk.receiver.release()

    assert (open_.status, open_.body["deliveries_in_flight"]) == (409, [1])
    assert _contents(udesk.receiver, "c-2")[-1] == "later"


async def test_what_waits_for_room_has_not_been_attempted(udesk: Udesk) -> None:
    """64 attempts of one company are under way at once to each URL; the others are said to be due, and never tried."""
    await udesk.operator("PATCH", "/agents/3", {"im_max_join_num": 200})
    udesk.receiver.always("hang")
    for number in range(70):
        await udesk.ask(f"c-{number}")
    await udesk.receiver.arrived(64)
    open_ = await udesk.operator("POST", "/settle", {"timeout_seconds": 0})
    lines = await udesk.server.stop(0)

    assert "64 push(es) in flight, 6 timer(s) due" in open_.body["error"]["message"]
    assert [row["kind"] for row in open_.body["due"]] == ["push_attempt"] * 6
    assert sum(line.endswith("never attempted") for line in lines) == 6
    assert len(udesk.receiver.requests) == 64


async def test_a_dead_h5_url_delays_no_push_to_the_receive_url(udesk: Udesk) -> None:
    """Each of a company's two URLs has room of its own."""
    await udesk.operator("PATCH", "/company", {"h5_push_url": udesk.h5.url, "push_timeout_seconds": 60.0})
    await udesk.operator("PATCH", "/agents/3", {"im_max_join_num": 200})
    udesk.h5.always("hang")
    sessions = [await udesk.ask(f"c-{number}") for number in range(66)]
    for number in range(66):
        state = {"customer_token": f"c-{number}", "state": "0"}
        answer = await udesk.call("POST", "/im/customer_online_state", json=state)
        assert answer.body["code"] == 1000, answer.body
    for session_id in sessions:
        await _says(udesk, session_id, "?")
    await udesk.receiver.arrived(132)

    assert len(udesk.h5.requests) <= 64


async def test_a_report_that_fails_loses_no_other(udesk: Udesk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A bug of ours in one is journalled, and all the others are booked."""
    report = Company.report

    def broken(company: Company, delivery_id: int, attempt_number: int, result: Result) -> None:
        if delivery_id == 1:
            raise AssertionError("a bug of ours")
        report(company, delivery_id, attempt_number, result)

    monkeypatch.setattr(Company, "report", broken)
    udesk.receiver.answer_with("slow")
    for token in ("c-1", "c-2", "c-3"):
        await udesk.ask(token)
    await udesk.receiver.arrived(3)
    udesk.receiver.release()
    await udesk.settle()

    assert [row["state"] for row in await _deliveries(udesk)] == ["pending", "delivered", "delivered"]
    problems = (await udesk.operator("GET", "/problems")).body["problems"]
    assert [(row["kind"], row["text"]) for row in problems] == [("fault", "AssertionError: a bug of ours")]


async def test_a_courier_that_fails_is_a_failed_attempt(udesk: Udesk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever it raises: the push comes again, and the room is free."""
    deliver, failures = Courier.deliver, [AssertionError("a bug of ours")] * 70

    async def broken(courier: Courier, order: Order) -> Result:
        if failures:
            raise failures.pop()
        return await deliver(courier, order)

    monkeypatch.setattr(Courier, "deliver", broken)
    await udesk.operator("PATCH", "/agents/3", {"im_max_join_num": 200})
    for number in range(70):
        await udesk.ask(f"c-{number}")
    await udesk.advance(10)

    rows = await _deliveries(udesk)
    assert {row["state"] for row in rows} == {"delivered"}
    assert {row["attempts"][0]["reason"] for row in rows} == {"fault of mock-udesk: AssertionError: a bug of ours"}


async def test_a_push_that_failed_slowly_waits_from_the_end_of_its_attempt(udesk: Udesk) -> None:
    """Ruling 19: after the end of the attempt before. Slow by intent: 0.2 s of silence are 200 s at this rate."""
    await udesk.operator("PATCH", "/company", {"push_timeout_seconds": 0.2, "push_retry_seconds": [200.0]})
    await udesk.operator("PATCH", "/clock", {"rate": 1000})
    udesk.receiver.answer_with("hang")
    await udesk.ask()
    await udesk.receiver.arrived(2)

    (row,) = await _deliveries(udesk)
    first, second = (datetime.fromisoformat(attempt["at"]) for attempt in row["attempts"])
    assert row["attempts"][0]["reason"] == "no answer within 0.2 s"
    # A little less, because the machine's two clocks are not one.
    assert (second - first).total_seconds() > 390


async def test_a_changed_time_out_holds_for_the_next_attempt(udesk: Udesk) -> None:
    """Setting push_timeout_seconds, in real seconds."""
    await udesk.operator("PATCH", "/company", {"push_timeout_seconds": 0.05})
    udesk.receiver.answer_with("hang")
    await udesk.ask()
    await udesk.settle()

    (row,) = await _deliveries(udesk)
    assert [attempt["reason"] for attempt in row["attempts"]] == ["no answer within 0.05 s"]


async def test_pushes_go_out_by_themselves_while_time_runs(udesk: Udesk) -> None:
    """At rate 1 nobody advances anything; a retry comes when it is due on the company's clock."""
    await udesk.operator("PATCH", "/company", {"push_retry_seconds": [60.0]})
    await udesk.operator("PATCH", "/clock", {"rate": 6000})
    udesk.receiver.answer_with(500)
    await udesk.ask()
    await udesk.receiver.arrived(2)
    await udesk.settle()

    (row,) = await _deliveries(udesk)
    assert [attempt["outcome"] for attempt in row["attempts"]] == ["failed", "delivered"]
