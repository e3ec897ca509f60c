"""Companies are apart: the same token in two of them never meets, and a busy one does not change a byte of another's journal."""

import asyncio
from typing import Any

from mock_udesk.company.founding import Founding
from mock_udesk.server.app import Server, ServerOptions

from ..integrator import Udesk
from ..receiver import Receiver


async def _conversation(udesk: Udesk) -> None:
    """A customer talks to an agent, from the first call to the survey."""
    ask: dict[str, Any] = {"customer_token": "c-1", "assign_type": "agent"}
    session_id = (await udesk.call("POST", "/im/sessions", json=ask)).body["assign_info"]["im_sub_session_id"]
    say = {"customer_token": "c-1", "im_sub_session_id": session_id, "type": "message"}
    for number in range(3):
        message = {**say, "message_id": f"m-{number}", "data": {"content": f"问题 {number}"}}
        await udesk.call("POST", "/im/messages", json=message)
        await udesk.operator("POST", f"/sessions/{session_id}/messages", {"content": f"回答 {number}"})
        await udesk.advance(5)
    await udesk.operator("POST", f"/sessions/{session_id}/transfer", {"agent_id": 4})
    await udesk.call("GET", "/im/no_such_path")
    await udesk.settle()


async def test_the_same_token_in_two_companies_never_meets(udesk: Udesk) -> None:
    """Interfaces §2: a company is everything one Udesk account holds."""
    acme = await udesk.company("acme")
    await _conversation(udesk)
    ask = {"customer_token": "c-1", "assign_type": "agent"}

    status = await acme.call("GET", "/im/customer_status", query={"customer_token": "c-1"})
    first = await acme.call("POST", "/im/sessions", json=ask)
    pushed = await acme.pushes()

    assert status.body["code"] == 1000 or status.body["code"] == 2015
    assert first.body["assign_info"]["im_sub_session_id"] == 1001
    assert len(pushed) == 1
    assert len(await udesk.pushes()) > 1


async def test_a_nonce_of_one_company_is_fresh_in_another(udesk: Udesk) -> None:
    """Ruling 1: its scope is the company; and a sign of one is none of the other's."""
    acme = await udesk.company("acme")
    own = udesk.sign()
    foreign = await acme.call("GET", "/im/agent_status", sign_with=own)

    assert foreign.body["code"] in (2015, 2059)
    assert (await udesk.call("GET", "/im/agent_status", sign_with=own)).body["code"] == 1000


async def _journal_of_a(founding: Founding, with_busy_b: bool) -> bytes:
    async with Receiver() as receiver, Receiver() as h5, Server(ServerOptions(founding=founding)) as server:
        slot = server.companies.default
        slot.company.change_settings({"receive_url": receiver.url}, None)
        async with Udesk(server, slot, server.url, receiver, h5) as a:
            if not with_busy_b:
                await _conversation(a)
                return slot.company.journal.export()
            b = await a.company("busy")
            is_over = False

            async def busy() -> None:
                number = 0
                while not is_over:
                    number += 1
                    token = "c-1" if number % 2 else f"c-{number}"
                    await b.call("POST", "/im/sessions", json={"customer_token": token, "assign_type": "agent"})
                    await b.advance(1)

            crowd = [asyncio.ensure_future(busy()) for _ in range(3)]
            await _conversation(a)
            is_over = True
            await asyncio.gather(*crowd)
            assert len(b.slot.company.journal) > 0
            return slot.company.journal.export()


async def test_a_busy_company_does_not_change_a_byte_of_anothers_journal(founding: Founding) -> None:
    """Architecture: proof of isolation and of determinism at once."""
    alone = await _journal_of_a(founding, with_busy_b=False)
    beside = await _journal_of_a(founding, with_busy_b=True)

    assert alone == beside
    assert alone.count(b"\n") > 20
