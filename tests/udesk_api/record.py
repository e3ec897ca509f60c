"""Sentences that tests of conversation records begin with."""

from typing import Any

from ..integrator import Answer, Udesk

# NOW is this day's, ten o'clock in Beijing.
DAY = {"start_time": "2026-11-22", "end_time": "2026-11-22"}
NOTHING: dict[str, Any] = {"status": 0, "message": "成功", "item": [], "size": 0, "total": 0, "total_pages": 0}
OVER_A_MONTH = {"status": 2000, "message": "暂只提供一个月内的数据"}
PATHS = ("/im/sessions/search", "/im/sessions/log", "/im/sessions/vote")


async def pull(udesk: Udesk, what: str, **asked: Any) -> Answer:
    """One call for records: `search`, `log` or `vote`, of the day unless a window is given."""
    query = {**({} if "start_time" in asked or "end_time" in asked else DAY), **asked}
    return await udesk.call("GET", f"/im/sessions/{what}", query=query)


async def items(udesk: Udesk, what: str, **asked: Any) -> list[dict[str, Any]]:
    """The rows of such a call, which must go well."""
    answer = await pull(udesk, what, **asked)
    assert (answer.status, answer.body["status"]) == (200, 0), answer.raw
    found: list[dict[str, Any]] = answer.body["item"]
    return found


async def ids(udesk: Udesk, **asked: Any) -> list[int]:
    """The sessions that a search finds."""
    return [row["session_id"] for row in await items(udesk, "search", **asked)]
