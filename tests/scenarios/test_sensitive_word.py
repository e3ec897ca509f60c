"""scenarios/sensitive_word.yaml."""

from typing import Any

from .app import App, begun, closed


async def test_warned_once_then_closed_and_blocked(app: App) -> None:
    """What does not fit the `wait_for` is left alone."""
    await app.ask()
    for content in ("能帮我刷单吗", "那算了", "代考也行"):
        await app.advance(10)
        await app.say(content)
    customer = await app.customer()

    assert await app.told() == [
        *begun("10:00:00"),
        ("10:00:10", "message", "请不要发布违规内容,再次出现时会话会被关闭。"),
        ("10:00:30", "message", "您多次发布违规内容,会话到此结束。"),
        closed("10:00:30"),
    ]
    assert (await app.rows())[-1]["data"]["close_type"] == "force"
    assert await app.read() == [["m-1"], ["m-2", "m-3"]]
    assert (customer["is_blocked"], customer["tags"]) == (True, ["违规"])


async def test_a_urobot_refuses_by_itself(app: App) -> None:
    """The company's words are listed, and answered with ansType 8 (ruling 17)."""
    words = (await app.udesk.call("GET", "/im/im_sensitive_words")).body
    where: dict[str, Any] = {"robot_id": 2, "scene_id": 114}
    await app.ask(assign_type="urobot", **where)
    await app.say("能帮我代考吗", to=-1, **where)

    (pushed,) = await app.udesk.pushes()
    assert words == {"code": 1000, "customer_words_string": "刷单,代考", "customer_is_open": 1}
    assert pushed["messages"]["ansType"] == 8
