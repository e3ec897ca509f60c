"""scenarios/two_agent_hand_over.yaml."""

from .app import App, begun, handed_over

TO_JERRY = [
    *begun("10:00:00"),
    ("10:00:02", "message", "好的 API匿名用户(c-1),退款由售后的同事处理,我帮您转接。"),
    *handed_over("10:00:02", "Jerry"),
    ("10:00:03", "message", "您好,我是Jerry,请把订单号发给我。"),
]


async def test_jerry_takes_the_refund_over_and_writes_the_order_down(app: App) -> None:
    """The run goes along; what it doesn't wait for is answered by the other rule, once."""
    await app.ask()
    await app.say("我要退款")
    await app.advance(10)
    for content in ("等我找一下", "马上", "订单号是 20261115"):
        await app.say(content)
    await app.advance(10)

    assert await app.told() == [
        *TO_JERRY,
        ("10:00:10", "message", "不着急,订单号是八位数字,在「我的订单」里可以看到。"),
        ("10:00:11", "message", "订单 20261115 的退款已为您登记,一到三个工作日到账。"),
    ]
    assert [row["agent_name"] for row in await app.rows()] == ["Tom"] * 3 + ["Jerry"] * 5
    assert {row["im_sub_session_id"] for row in await app.rows()} == {1001, 1002}
    assert await app.read() == [["m-1"], ["m-2", "m-3", "m-4"]]


async def test_the_order_number_comes_from_this_customer(app: App) -> None:
    """Two conversations at once: each has its own run and its own variables."""
    for token in ("c-1", "c-2"):
        await app.ask(token, agent_id=3)
        await app.say("refund please", token)
    await app.advance(3)
    await app.say("20260002", "c-2")
    await app.say("20260001", "c-1")
    await app.advance(2)

    assert [(await app.told(token))[-1][2][:11] for token in ("c-1", "c-2")] == ["订单 20260001", "订单 20260002"]
