"""scenarios/lost_and_doubled.yaml."""

import json

from .app import App, begun


async def test_one_answer_is_lost_one_comes_twice_and_two_change_places(app: App) -> None:
    """What the first three faults do; each once, so the conversation goes on."""
    await app.ask()
    await app.say("我的包裹到哪了")
    await app.advance(1)

    assert await app.told() == [
        *begun("10:00:00"),
        ("10:00:01", "message", "您的包裹昨天已经发出。"),
        ("10:00:01", "message", "您的包裹昨天已经发出。"),
        ("10:00:01", "message", "预计明天送到,请保持电话畅通。"),
        ("10:00:01", "message", "快递单号 SF1023456789。"),
    ]
    rows = (await app.udesk.operator("GET", "/deliveries?state=undeliverable")).body["deliveries"]
    assert [(row["fault"], row["reason"]) for row in rows] == [(1, "dropped by planned fault 1")]


async def test_one_answer_is_late_and_one_is_garbled(app: App) -> None:
    """Five seconds after Tom said it; half of the bytes."""
    await app.ask()
    await app.say("还没收到")
    await app.advance(6)
    early = len(app.udesk.receiver.requests)
    await app.advance(5)
    *_, late, garbled = (request.body.decode() for request in app.udesk.receiver.requests)
    rows = (await app.udesk.operator("GET", "/deliveries")).body["deliveries"]

    assert early == 2
    assert json.loads(late)["messages"][0]["data"] == {"content": "请您再等一天。"}
    assert [row["attempts"][0]["at"][11:19] for row in rows] == ["10:00:00", "10:00:06", "10:00:11"]
    assert rows[-1]["sent"] == garbled
    assert json.dumps(rows[-1]["body"], ensure_ascii=False, separators=(",", ":")).startswith(garbled)


async def test_faults_are_one_customers_and_told_to_the_operator(app: App) -> None:
    """A step's plan names the customer of its conversation."""
    await app.ask()
    await app.ask("c-2")
    await app.say("我的包裹到哪了")
    await app.advance(1)
    await app.say("你好", "c-2")
    await app.advance(1)

    faults = (await app.udesk.operator("GET", "/faults")).body["faults"]
    assert [(row["match"]["customer_token"], row["fired"]) for row in faults] == [("c-1", 1)] * 3
    assert await app.told("c-2") == begun("10:00:00")
