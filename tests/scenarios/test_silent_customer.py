"""scenarios/silent_customer.yaml."""

from .app import App, begun, closed


async def test_who_says_nothing_is_asked_once_and_closed(app: App) -> None:
    """Two minutes, then one: both `else` branches."""
    await app.ask()
    await app.advance(179)
    before = await app.told()
    await app.advance(3600)

    asked = [*begun("10:00:00"), ("10:02:00", "message", "请问您还在吗?")]
    goodbye = ("10:03:00", "message", "长时间没有收到您的消息,会话先结束了,欢迎随时再来。")
    assert before == asked
    assert await app.told() == [*asked, goodbye, closed("10:03:00")]
    assert (await app.rows())[-1]["data"]["close_type"] == "force"


async def test_who_comes_back_in_time_goes_on(app: App) -> None:
    """The message is taken by the `wait_for` in `else`, and nothing closes after it."""
    await app.ask()
    await app.advance(10)
    await app.say("我的包裹到哪了")
    await app.advance(150)
    await app.say("在的")
    await app.advance(3600)

    assert await app.told() == [
        *begun("10:00:00"),
        ("10:00:10", "message", "好的,我查一下,请不要离开。"),
        ("10:02:10", "message", "请问您还在吗?"),
        ("10:02:40", "message", "在的,您请说。"),
    ]


async def test_who_is_never_silent_gets_the_answer(app: App) -> None:
    """`within` is not over: the run goes on with the next step."""
    await app.ask()
    await app.say("我的包裹到哪了")
    await app.advance(119)
    await app.say("查到了吗")
    await app.advance(3600)

    assert await app.told() == [
        *begun("10:00:00"),
        ("10:00:00", "message", "好的,我查一下,请不要离开。"),
        ("10:01:59", "message", "查到了,您的包裹今天送达。"),
    ]
