"""A paging client pulls a month of records by windows, and finds every session and every message exactly once."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from mock_udesk.company.company import Company
from mock_udesk.desk.commands import (
    AgentSays,
    AskForAgent,
    Assigned,
    CloseByCustomer,
    RateSession,
    SendMessage,
    TransferSession,
)
from mock_udesk.desk.records import Session

from .. import NOW
from ..integrator import Udesk
from . import record

DAYS = 31
MIDNIGHT = NOW.replace(hour=0)
# How a client writes a moment.
WALL = "%Y-%m-%d %H:%M:%S"


def conversations(company: Company, count: int) -> None:
    """Plain commands, by the company's moved clock: `count` sessions over a month, begun evenly from NOW on and so at any microsecond.

    Each has a message at least; some are handed over (one of the sessions then), rated, closed a day later, or never. Those that
    begin together in the evening are closed after midnight.
    """
    step = timedelta(days=DAYS - 2) / count
    tom, jerry = 3, 4
    for agent_id in (tom, jerry):
        company.desk.state.agents[agent_id].capacity = count
    waiting: list[tuple[datetime, int]] = []
    number = 0
    while len(company.desk.state.sessions) < count:
        at = NOW + number * step
        while waiting and waiting[0][0] <= at:
            due, session_id = waiting.pop(0)
            company.clock.jump(to=due)
            company.submit(CloseByCustomer(session_id), None)
        company.clock.jump(to=at)
        token = f"c-{number}"
        answer = company.submit(AskForAgent(customer_token=token, agent_id=tom), None)
        assert isinstance(answer, Assigned)
        session_id = answer.session.id
        for line in range(1 + number % 3):
            said = SendMessage(
                customer_token=token,
                session_id=session_id,
                message_id=f"m-{line}",
                type="message",
                data={"content": f"第{line}句"},
            )
            company.submit(said, None)
        company.submit(AgentSays(session_id=session_id, type="message", data={"content": "好的"}), None)
        if number % 11 == 0 and len(company.desk.state.sessions) < count:
            session_id = company.submit(TransferSession(session_id=session_id, agent_id=jerry), None).id
        if number % 7 == 0:
            company.submit(RateSession(session_id=session_id, option_id=37), None)
        if number % 13:
            waiting.append((at + timedelta(days=1), session_id))
        number += 1
    for due, session_id in waiting:
        company.clock.jump(to=max(due, company.clock.now()))
        company.submit(CloseByCustomer(session_id), None)


@pytest.fixture
async def company(udesk: Udesk) -> Company:
    """The company, without limits and without a receive URL: nothing is pushed."""
    company = udesk.slot.company
    company.change_settings({"limits": "off", "receive_url": None}, None)
    return company


def days() -> Iterator[tuple[str, str]]:
    """The windows of a client that pulls day by day: the next begins a second after the one before has ended."""
    for day in range(DAYS + 1):
        start = MIDNIGHT + timedelta(days=day)
        yield start.strftime(WALL), (start + timedelta(days=1, seconds=-1)).strftime(WALL)


async def all_pages(udesk: Udesk, what: str, **asked: Any) -> list[dict[str, Any]]:
    """What a client does: page on while there are more, and hold the numbers to what came."""
    rows: list[dict[str, Any]] = []
    page = 1
    while True:
        answer = await record.pull(udesk, what, page=page, **asked)
        body = answer.body
        assert body["status"] == 0, answer.raw
        assert body["size"] == len(body["item"])
        rows += body["item"]
        if page >= body["total_pages"]:
            assert len(rows) == body["total"]
            return rows
        page += 1


async def all_sessions(udesk: Udesk, **asked: Any) -> list[dict[str, Any]]:
    """Every window of a month."""
    rows: list[dict[str, Any]] = []
    for start, end in days():
        rows += await all_pages(udesk, "search", start_time=start, end_time=end, **asked)
    return rows


def month_after(session: Session) -> dict[str, str]:
    """A window that holds all of a session's log: 31 days from the `created_at` that its row shows."""
    start = session.created_at.astimezone(NOW.tzinfo)
    return {"start_time": start.strftime(WALL), "end_time": (start + timedelta(days=31)).strftime(WALL)}


async def all_logs(udesk: Udesk, sessions: list[Session], page_size: int) -> Counter[tuple[int, str]]:
    """How often each message of these sessions comes, pulled over HTTP by pages, with several connections."""
    found: Counter[tuple[int, str]] = Counter()
    waiting = iter(sessions)

    async def pull() -> None:
        for session in waiting:
            asked = {"session_id": session.id, "page_size": page_size, **month_after(session)}
            found.update((session.id, row["message_id"]) for row in await all_pages(udesk, "log", **asked))

    await asyncio.gather(*(pull() for _ in range(8)))
    return found


def said_in(sessions: list[Session]) -> Counter[tuple[int, str]]:
    """What the desk knows: each message, once."""
    return Counter((session.id, message.id) for session in sessions for message in session.messages)


def in_order(sessions: list[Session], by: str) -> list[int]:
    """Ids by a moment, and then by themselves."""
    return [session.id for session in sorted(sessions, key=lambda session: (getattr(session, by), session.id))]


async def check_all_is_found(udesk: Udesk, company: Company, count: int, *, page_size: int) -> None:
    """Every session by creation, every closed one by closing, every message by its session's log, by pages of this size."""
    sessions = list(company.desk.state.sessions.values())
    closed = [session for session in sessions if session.closed_at is not None]
    assert len(sessions) == count
    assert 0 < len(closed) < count

    by_creation = await all_sessions(udesk, page_size=page_size)
    by_closing = await all_sessions(udesk, page_size=page_size, status="close")

    assert [row["session_id"] for row in by_creation] == in_order(sessions, "created_at")
    assert [row["session_id"] for row in by_closing] == in_order(closed, "closed_at")
    assert {row["session_id"]: row["customer_msg_num"] + row["agent_msg_num"] for row in by_creation} == {
        session.id: sum(message.sender != "system" and not message.is_welcome for message in session.messages)
        for session in sessions
    }
    assert await all_logs(udesk, sessions, page_size) == said_in(sessions)


async def test_a_month_of_sessions_is_found_once(udesk: Udesk, company: Company) -> None:
    """Issue 3, must hold: every session and every message exactly once."""
    conversations(company, 300)

    await check_all_is_found(udesk, company, 300, page_size=4)


@pytest.mark.slow
async def test_a_month_of_five_thousand_sessions_is_found_once(udesk: Udesk, company: Company) -> None:
    """Issue 3, must hold, also with 5,000 sessions and `limits: off`. Slow: each of the 5,000 logs comes over HTTP; above is a small month."""
    conversations(company, 5000)

    await check_all_is_found(udesk, company, 5000, page_size=1000)


@pytest.mark.parametrize("seconds", [86_400, 3_600.5, 10_000.123])
async def test_windows_with_a_millisecond_between_them_lose_nothing(
    udesk: Udesk, company: Company, seconds: float
) -> None:
    """Contract §11: a client sends ISO 8601 in UTC with milliseconds and Z; its windows end one before the next begins."""
    conversations(company, 100)
    start, step = NOW - timedelta(hours=1), timedelta(seconds=seconds)
    found: list[int] = []

    def iso(moment: datetime) -> str:
        return (moment - timedelta(hours=8)).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"

    while start < NOW + timedelta(days=DAYS):
        end = start + step
        rows = await all_pages(
            udesk, "search", start_time=iso(start), end_time=iso(end - timedelta(milliseconds=1)), page_size=1000
        )
        found += [row["session_id"] for row in rows]
        start = end

    assert found == in_order(list(company.desk.state.sessions.values()), "created_at")
