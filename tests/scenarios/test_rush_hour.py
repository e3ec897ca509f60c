"""scenarios/rush_hour.yaml."""

import re
from collections import Counter
from datetime import timedelta

from .. import NOW
from .app import WELCOME, App, closed, queued

CUSTOMERS = 200
PLACES = 30
# Ten seconds to the answer, twenty more to the close.
ANSWER, SERVICE = 10, 30
REPLY = re.compile(r"(?P<customer>[^,]+),您好!您的订单由骑手(?P<rider>[^,]+)配送,电话(?P<phone>1\d{10})。")


def _time(seconds: int) -> str:
    return f"{NOW + timedelta(seconds=seconds):%H:%M:%S}"


async def test_everybody_is_served_once_in_the_order_of_coming(app: App) -> None:
    """Seven times thirty: who comes as number n waits for n // 30 rounds, and nobody is lost."""
    people = (await app.udesk.operator("GET", "/customers")).body["customers"]
    tokens = [row["customer_token"] for row in people]
    answers = [await app.ask(token) for token in tokens]
    await app.advance(-(-CUSTOMERS // PLACES) * SERVICE)

    stories: dict[str, list[tuple[str, str, str]]] = {token: [] for token in tokens}
    for body in await app.udesk.pushes():
        for row in body["messages"]:
            told = row["message_created_at"][9:], row["type"], row["data"]["content"]
            stories[body["customer_token"]].append(told)
    assert [answer["code"] for answer in answers] == [1000] * PLACES + [2001] * (CUSTOMERS - PLACES)
    assert answers[PLACES:] == [queued(place) for place in range(1, CUSTOMERS - PLACES + 1)]
    replies = {}
    for number, token in enumerate(tokens):
        begins = number // PLACES * SERVICE
        start, welcome, reply, close = stories[token]
        assert start == (_time(begins), "start_session", "对话开始")
        assert welcome[:2] == (_time(begins), "message")
        assert reply[:2] == (_time(begins + ANSWER), "message")
        assert close == closed(_time(begins + SERVICE))
        match = REPLY.fullmatch(reply[2])
        assert match is not None, reply
        replies[token] = match
    assert [replies[row["customer_token"]]["customer"] for row in people] == [row["nick_name"] for row in people]
    assert len({match["phone"] for match in replies.values()}) > 0.9 * CUSTOMERS
    assert Counter(story[1][2] for story in stories.values()).keys() == {WELCOME, "您好,我是Lily。"}
    assert (await app.udesk.operator("GET", "/queues")).body["queues"] == []
    assert (await app.udesk.operator("GET", "/sessions?status=open")).body["total"] == 0
    sessions = (await app.udesk.operator("GET", "/sessions")).body["sessions"]
    assert Counter(row["customer"]["customer_token"] for row in sessions) == Counter(tokens)
    assert sorted(Counter(row["agent"]["name"] for row in sessions)) == ["Jerry", "Lily", "Tom"]
