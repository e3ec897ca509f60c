"""The mock as a measured process: the server that `serve` runs, and a way to fill it that the measured requests don't pay for."""

import asyncio
from argparse import Namespace
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from tempfile import TemporaryFile
from time import perf_counter
from typing import Any

from mock_udesk.cli.log import request_log
from mock_udesk.company.company import Company
from mock_udesk.company.founding import Founding
from mock_udesk.company.signing.open_api import Credentials
from mock_udesk.desk.commands import AgentSays, AskForAgent, Assigned
from mock_udesk.desk.records import AgentStatus
from mock_udesk.desk.staff_commands import ChangeAgent
from mock_udesk.server import garbage
from mock_udesk.server.app import Server, ServerOptions

from .answering import Answers, run
from .calls import EMAIL, JERRY, TOKEN, TOM


def founding(rule_count: int = 0) -> Founding:
    """A company as `serve` founds it, its defaults throughout; with so many rules of a scenario, if any."""
    plain = Founding(subdomain="demo", credentials=Credentials(EMAIL, "password", TOKEN, "secret"))
    if not rule_count:
        return plain
    # Not imported by those that measure a server without one.
    from mock_udesk.scenario.loader import load
    from mock_udesk.scenario.scenario import Source

    from .rules import rules

    return replace(plain, scenario=load([Source(file="rules", data=rules(rule_count))]))


def open_sessions(company: Company, amount: int) -> dict[str, Any]:
    """Gives Tom so many customers, and room for all that come; replies with their tokens and sessions."""
    company.submit(ChangeAgent(TOM, {"capacity": 1_000_000}), None)
    customers = [f"c-{number}" for number in range(amount)]
    sessions = []
    for token in customers:
        answer = company.submit(AskForAgent(customer_token=token, agent_id=TOM), None)
        assert isinstance(answer, Assigned)
        sessions.append(answer.session.id)
    return {"customers": customers, "sessions": sessions}


def fill_queue(company: Company, amount: int) -> dict[str, Any]:
    """Makes Jerry busy and lets so many customers wait for him, those from before among them; replies with their tokens."""
    company.submit(ChangeAgent(JERRY, {"status": AgentStatus.BUSY}), None)
    customers = [f"q-{number}" for number in range(amount)]
    for token in customers:
        company.submit(AskForAgent(customer_token=token, agent_id=JERRY), None)
    return {"customers": customers}


async def push(company: Company, asked: dict[str, Any]) -> dict[str, Any]:
    """Tom says so many things, shared out among the open sessions; the seconds until the receiver has answered the last of them."""
    company.change_settings({"receive_url": asked["url"]}, None)
    sessions: list[int] = asked["sessions"]
    until = _ended(company) + asked["count"]
    began = perf_counter()
    for number in range(asked["count"]):
        session_id = sessions[number % len(sessions)]
        company.submit(AgentSays(session_id=session_id, type="message", data={"content": f"第{number}条"}), None)
    while _ended(company) < until:  # noqa: ASYNC110 - asking seldom costs less than being told of each
        await asyncio.sleep(0.002)
    seconds = perf_counter() - began
    company.change_settings({"receive_url": None}, None)
    return {"seconds": seconds}


def _ended(company: Company) -> int:
    return len(company.outbox.ended) + company.outbox.dropped


@asynccontextmanager
async def _served(options: Namespace) -> AsyncIterator[tuple[dict[str, Any], Answers]]:
    with TemporaryFile("w", encoding="utf-8") as log:

        def write(line: str) -> None:
            log.write(f"{line}\n")
            log.flush()

        server = Server(
            ServerOptions(
                founding=founding(int(options.rules or 0)), log_call=request_log("text", write) if options.log else None
            )
        )
        async with server:
            garbage.take_up()  # as `serve` does
            yield _asked(server)


def _asked(server: Server) -> tuple[dict[str, Any], Answers]:
    # A reset puts another company into it.
    slot = server.companies.default

    async def sessions(asked: dict[str, Any]) -> dict[str, Any]:
        return open_sessions(slot.company, asked["count"])

    async def queue(asked: dict[str, Any]) -> dict[str, Any]:
        return fill_queue(slot.company, asked["count"])

    async def say(asked: dict[str, Any]) -> dict[str, Any]:
        return await push(slot.company, asked)

    async def later(asked: dict[str, Any]) -> dict[str, Any]:
        company = slot.company
        company.clock.jump(to=company.clock.now() + timedelta(seconds=asked["seconds"]))
        company.rang()
        return {"journal": len(company.journal), "nonces": len(company.nonces)}

    return {"port": server.port}, {"sessions": sessions, "queue": queue, "push": say, "later": later}


if __name__ == "__main__":
    run(_served, extra=("log", "rules"))
