"""scenarios/robot_to_human.yaml."""

from .app import App, begun


async def _asks_the_robot(app: App, *questions: str) -> list[str]:
    """What the robot answers."""
    await app.ask(assign_type="robot")
    for question in questions:
        await app.say(question, to=0)
    bodies = await app.udesk.pushes()
    return [body["messages"][0]["data"]["answer"] for body in bodies if body["assign_type"] == "robot"]


async def test_the_agent_begins_with_what_the_robot_was_asked(app: App) -> None:
    """One run from the robot to the session; it keeps the first question."""
    answers = await _asks_the_robot(app, "下单以后能改地址吗", "你好")
    await app.advance(600)
    answer = await app.ask()
    await app.advance(2)

    assert answers == [
        "这个问题我还没学会,您可以转人工客服。",
        "您好，我是耳机小店的机器人，退货、换货、保修、发货都可以问我。",
    ]
    assert answer["code"] == 1000
    reply = "您好,我是Tom。您刚才问机器人「下单以后能改地址吗」,没发货的订单可以改,请把新地址发给我。"
    assert await app.told() == [*begun("10:10:00"), ("10:10:02", "message", reply)]


async def test_who_comes_an_hour_later_is_not_reminded(app: App) -> None:
    """`within: 1h`, then `stop`."""
    await _asks_the_robot(app, "下单以后能改地址吗")
    await app.advance(3601)
    await app.ask()
    await app.advance(60)

    assert await app.told() == begun("11:00:01")
