"""Planned faults on pushes over real sockets: what arrives, what the operator sees, what a server that stops says. Interfaces §6."""

from typing import Any

import pytest

from mock_udesk.server.app import Server

from ..integrator import Udesk


async def plan(udesk: Udesk, do: dict[str, Any], **more: Any) -> None:
    """Plans a fault on pushes."""
    answer = await udesk.operator("POST", "/faults", {"on": "push", "do": do, **more})
    assert answer.status == 201, answer.raw


async def talk(udesk: Udesk, *texts: str) -> None:
    """c-1 talks to an agent, who says this."""
    answer = await udesk.operator("POST", "/sessions", {"customer_token": "c-1"})
    for text in texts:
        said = await udesk.operator("POST", f"/sessions/{answer.body['id']}/messages", {"content": text})
        assert said.status < 300, said.raw


async def deliveries(udesk: Udesk, query: str = "") -> list[dict[str, Any]]:
    """The pushes as the operator sees them."""
    rows: list[dict[str, Any]] = (await udesk.operator("GET", f"/deliveries{query}")).body["deliveries"]
    return rows


def contents(udesk: Udesk) -> list[str]:
    """What has arrived, in order: the last text of each push."""
    return [body["messages"][-1]["data"]["content"] for body in udesk.receiver.bodies]


async def test_a_held_push_is_shown_and_said_and_arrives_when_it_is_released(udesk: Udesk) -> None:
    """settle doesn't wait for it, and names it; advance doesn't send it."""
    await plan(udesk, {"hold": True}, match={"type": "message", "body": {"messages": [{"type": "message"}]}}, times=1)
    await talk(udesk, "一", "二")
    await udesk.settle()
    settled = (await udesk.operator("POST", "/settle")).body
    await udesk.advance(3600)
    pending = await deliveries(udesk, "?state=pending")
    early = contents(udesk)
    answer = await udesk.operator("POST", "/deliveries/2/release")
    await udesk.settle()

    assert (settled["settled"], settled["held"], settled["held_total"]) == (True, [2], 1)
    assert [(row["id"], row["held_by"], row["fault"], row["attempts"]) for row in pending] == [(2, 1, 1, [])]
    assert (answer.status, answer.body["id"], answer.body["held_by"]) == (200, 2, None)
    assert (early[-1], contents(udesk)[-1]) == ("二", "一")
    assert (await deliveries(udesk))[1]["state"] == "delivered"


@pytest.mark.parametrize(
    ("method", "path", "line"),
    [
        ("POST", "/deliveries/2/release", "push 2 is released"),
        ("POST", "/faults/1/release", "let go: 2"),
        ("DELETE", "/faults/1", "1 planned fault taken back"),
    ],
)
async def test_a_release_is_told_before_what_comes_of_it(udesk: Udesk, method: str, path: str, line: str) -> None:
    """Also on a still clock, where all of it has one moment."""
    await plan(udesk, {"hold": True}, match={"type": "message", "body": {"messages": [{"type": "message"}]}}, times=1)
    await talk(udesk, "一")
    await udesk.settle()
    await udesk.operator(method, path)
    await udesk.settle()

    lines = (await udesk.operator("GET", "/timeline")).body["lines"]
    assert [row["text"] for row in lines][-2:] == [line, "to c-1: “一” → 200"]


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/deliveries/1/release", 409, "delivery 1 is not held: it is delivered"),
        ("/deliveries/99/release", 404, "there is no delivery 99"),
        ("/deliveries/x/release", 422, "id"),
        ("/deliveries/0/release", 422, "id"),
        ("/deliveries/2/resend", 409, "delivery 2 is held by planned fault 1"),
    ],
)
async def test_a_release_that_can_not_be_is_refused_with_words(
    udesk: Udesk, path: str, status: int, words: str
) -> None:
    """Nothing changes."""
    await plan(udesk, {"hold": True}, match={"body": {"messages": {"$size": 1}}}, times=1)
    await talk(udesk, "一")
    await udesk.settle()

    answer = await udesk.operator("POST", path)

    assert answer.status == status
    assert words in answer.body["error"]["message"]
    assert [row["held_by"] for row in await deliveries(udesk)] == [None, 1]


async def test_copies_arrive_as_the_same_bytes_and_a_spoilt_push_as_it_is_shown(udesk: Udesk) -> None:
    """On the wire."""
    await plan(udesk, {"duplicate": 1}, times=1)
    await plan(udesk, {"corrupt": "truncated"}, times=1)
    await plan(udesk, {"corrupt": "empty"}, times=1)
    await talk(udesk, "您好", "再见")
    await udesk.settle()

    first, copy, cut, empty = (request.body for request in udesk.receiver.requests)
    rows = await deliveries(udesk)
    assert first == copy
    assert [(row["fault"], row["copy_of"]) for row in rows] == [(1, None), (1, 1), (2, None), (3, None)]
    assert (rows[2]["sent"], rows[3]["sent"], empty) == (cut.decode(), "", b"")
    assert rows[2]["body"]["messages"][0]["data"] == {"content": "您好"}
    assert rows[1]["caused_by"] == "planned fault 1"


async def test_a_delay_passes_on_the_companys_clock_and_is_listed(udesk: Udesk) -> None:
    """Advance walks to it; what is behind it waits."""
    await plan(udesk, {"delay_seconds": 30}, times=1)
    await talk(udesk, "一")
    await udesk.settle()
    before = (await udesk.operator("GET", "/clock")).body["upcoming"]
    nothing = list(udesk.receiver.requests)
    await udesk.advance(30)

    assert nothing == []
    assert [(row["due"][11:19], row["kind"]) for row in before] == [("10:00:30", "push_attempt")]
    assert [row["attempts"][0]["at"][11:19] for row in await deliveries(udesk)] == ["10:00:30", "10:00:30"]
    assert (await deliveries(udesk))[0]["delayed_until"] == "2026-11-22T10:00:30.000+08:00"


async def test_a_reset_forgets_plans_and_what_they_hold(udesk: Udesk) -> None:
    """Nothing of the old life arrives afterwards."""
    await plan(udesk, {"hold": True}, times=1)
    await plan(udesk, {"reorder": True}, times=1)
    await talk(udesk, "一")
    await udesk.operator("POST", "/reset")
    await udesk.advance(3600)

    assert (await udesk.operator("GET", "/faults")).body["faults"] == []
    assert await deliveries(udesk) == []
    assert udesk.receiver.requests == []


async def test_a_server_that_stops_names_what_is_held(udesk: Udesk, server: Server) -> None:
    """Like every push that was not delivered."""
    await plan(udesk, {"hold": True}, times=1)
    await talk(udesk)
    await udesk.settle()

    await server.stop(0)

    assert server.undelivered == ["push 1 (agent_messages) to customer c-1: held by planned fault 1"]


async def test_the_same_seed_spoils_the_same_pushes(udesk: Udesk) -> None:
    """probability, from the company's seed: two companies of one seed, and one of another chance."""

    async def states(subdomain: str, probability: float) -> list[str]:
        other = await udesk.company(subdomain)
        await plan(other, {"drop": True}, probability=probability)
        await talk(other, *(str(number) for number in range(20)))
        await other.settle()
        return [row["state"] for row in await deliveries(other)]

    first, second = await states("one", 0.5), await states("two", 0.5)
    assert first == second
    assert {"delivered", "undeliverable"} == set(first)
    assert set(await states("never", 0)) == {"delivered"}
    assert set(await states("always", 1)) == {"undeliverable"}
