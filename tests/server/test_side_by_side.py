"""Many clients at one server, each in a company of its own with its own clock and faults: nobody notices the others."""

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import aiohttp
import pytest

from mock_udesk.company.founding import Founding
from mock_udesk.server.app import Server, ServerOptions

from .. import NOW
from ..integrator import Answer, Udesk
from ..receiver import Receiver

# What goes wrong in each company: answers that get lost, refusals, and pushes that come late, twice, in another order or not at all.
FAULTS: tuple[dict[str, Any], ...] = (
    {"on": "call", "match": {"path": "/im/messages"}, "probability": 0.2, "do": {"http_status": 503}},
    {
        "on": "call",
        "when": "after",
        "match": {"path": "/im/messages"},
        "probability": 0.1,
        "do": {"close_connection": True},
    },
    {"on": "call", "match": {"path": "/im/sessions"}, "probability": 0.1, "do": {"code": 2001}},
    {"on": "push", "match": {"type": "transfer"}, "probability": 0.3, "do": {"delay_seconds": 2}},
    {"on": "push", "probability": 0.1, "do": {"duplicate": 1}},
    {"on": "push", "probability": 0.1, "do": {"drop": True}},
    {"on": "push", "probability": 0.1, "do": {"reorder": True}},
    {"on": "push", "probability": 0.1, "do": {"corrupt": "truncated"}},
)


@dataclass(slots=True)
class Life:
    """What a company has lived: its journal as lines, and every byte that its app has received."""

    journal: bytes = b""
    received: list[bytes] = field(default_factory=list)


async def call(udesk: Udesk, method: str, path: str, body: dict[str, Any]) -> Answer | None:
    """A call of the emulated API; None when its answer was lost."""
    try:
        return await udesk.call(method, path, json=body)
    except aiohttp.ClientConnectionError:
        return None


async def conversation(udesk: Udesk, number: int) -> None:
    """A customer and an agent, from the first call to the rating; whatever goes wrong is tried once more."""
    token = f"c-{number % 7}"
    ask = {"customer_token": token, "assign_type": "agent", **({"agent_id": 3} if number % 3 else {})}
    answer = await call(udesk, "POST", "/im/sessions", ask) or await call(udesk, "POST", "/im/sessions", ask)
    info = (answer.body or {}).get("assign_info", {}) if answer is not None else {}
    session_id = info.get("im_sub_session_id")
    if session_id is None:
        await udesk.advance(1)
        return
    message = {
        "customer_token": token,
        "im_sub_session_id": session_id,
        "type": "message",
        "message_id": f"m-{number}",
        "data": {"content": f"问题 {number}"},
    }
    for _ in range(2):
        said = await call(udesk, "POST", "/im/messages", message)
        if said is not None and said.status == 200:
            break
    await udesk.operator("POST", f"/sessions/{session_id}/messages", {"content": f"回答 {number}"})
    await udesk.advance(number % 5)
    if number % 4 == 0:
        await udesk.operator("POST", f"/sessions/{session_id}/transfer", {"agent_id": 4})
    for session in (await udesk.operator("GET", f"/sessions?customer_token={token}&status=open")).body["sessions"]:
        await udesk.operator("POST", f"/sessions/{session['id']}/close", {"close_type": "normal"})
    await udesk.advance(15)


async def live(server: Server, at: int, conversations: int) -> Life:
    """The whole life of the company number `at`: founded, lived through and read."""
    async with Receiver() as receiver, Receiver() as h5:
        founded = {
            "subdomain": f"side-{at}",
            "seed": at,
            "now": (NOW + timedelta(days=at)).isoformat(),
            "rate": 0,
            "settings": {
                "journal_max_entries": 200_000,
                "journal_max_bytes": 2**30,
                "push_retry_seconds": [1 + at, 10],
            },
        }
        async with Udesk(server, server.companies.default, server.url, receiver, h5) as founder:
            answer = await founder.operator("POST", "/companies", founded)
            assert answer.status == 201, answer.raw
        slot = server.companies.find(f"side-{at}")
        assert slot is not None
        async with Udesk(server, slot, answer.body["base_url"], receiver, h5) as udesk:
            # The one URL that differs between two runs; it is measured, so no journal has it.
            slot.company.change_settings({"receive_url": receiver.url}, None)
            for plan in FAULTS:
                planned = await udesk.operator("POST", "/faults", plan)
                assert planned.status == 201, planned.raw
            for number in range(conversations):
                await conversation(udesk, number)
            await udesk.advance(3600)
            lines = await udesk.operator("GET", "/journal?as=jsonl&limit=1000000")
            return Life(lines.raw, [posted.body for posted in receiver.requests])


@pytest.mark.parametrize(
    ("clients", "conversations"),
    [
        pytest.param(4, 8, id="few"),
        # 16 × 200 conversations twice over real HTTP: two minutes on two cores.
        pytest.param(16, 200, id="many", marks=pytest.mark.slow),
    ],
)
async def test_every_company_lives_beside_others_as_it_does_alone(
    founding: Founding, clients: int, conversations: int
) -> None:
    """Each journal, and each byte that each app received, is the one that the company has with a server to itself.

    That is also: the same seed and the same faults let the same calls and pushes misbehave, twice.
    """
    async with Server(ServerOptions(founding=founding)) as server:
        beside = await asyncio.gather(*(live(server, at, conversations) for at in range(clients)))
    alone: list[Life] = []
    for at in range(clients):
        async with Server(ServerOptions(founding=founding)) as server:
            alone.append(await live(server, at, conversations))

    for one, other in zip(beside, alone, strict=True):
        assert one.journal == other.journal
        assert one.received == other.received
    assert all(life.journal.count(b'"planned_fault"') > conversations / 4 for life in alone)
    assert len({life.journal for life in alone}) == clients
