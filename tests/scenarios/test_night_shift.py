"""scenarios/night_shift.yaml."""

from datetime import datetime, timedelta, timezone
from typing import Any

from .app import NOBODY, App, begun

BEGINS = datetime(2026, 11, 22, 23, 30, tzinfo=timezone(timedelta(hours=8)))


async def _unsolved(app: App) -> Any:
    answer = await app.udesk.call("GET", "/im/messages/agent_unread_messages", query={"agent_ids[]": [4]})
    return answer.body["results"][0]["unsolved_leave_message_num"]


async def test_what_was_left_by_night_is_solved_in_the_morning(app: App) -> None:
    """2002, a leave message, 9 h 30 min later Jerry, who knows the customer again."""
    answer = await app.ask()
    await app.say("耳机进水了,还能修吗", to=-2, agent_id=4)
    await app.advance(9.5 * 3600 - 1)
    by_night = await _unsolved(app), await app.ask()
    await app.advance(1)
    in_the_morning = await _unsolved(app), (await app.ask())["assign_info"]["agent_name"]
    await app.advance(1)

    assert answer == NOBODY
    assert by_night == (1, NOBODY)
    assert in_the_morning == (0, "Jerry")
    assert await app.told() == [
        *begun("09:00:00"),
        ("09:00:01", "message", "早上好!您夜里的留言「耳机进水了,还能修吗」已经处理好了。"),
    ]


async def test_what_was_left_by_day_is_solved_in_half_an_hour(app: App) -> None:
    """`when` looks at the company's clock."""
    await app.advance(12 * 3600)
    await app.say("怎么换货", to=-2, agent_id=4)
    counts = []
    for seconds in (0, 1799, 1):
        await app.advance(seconds)
        counts.append(await _unsolved(app))

    assert counts == [1, 1, 0]
    assert (await app.customer())["tags"] == []
