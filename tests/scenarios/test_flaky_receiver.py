"""scenarios/flaky_receiver.yaml."""

from .app import App, begun


async def test_what_tom_says_arrives_once_and_in_order_after_500s(app: App) -> None:
    """The first answer fails twice; the others wait for it. Ruling 19, with the waits of the file."""
    await app.ask()
    await app.udesk.settle()
    app.udesk.receiver.answer_with(500, 500)
    await app.say("我的包裹到哪了")
    await app.advance(20)
    early = len(app.udesk.receiver.requests)
    await app.advance(1)

    rows = (await app.udesk.operator("GET", "/deliveries")).body["deliveries"]
    attempts = [
        [(attempt["at"][11:19], attempt["status"]) for attempt in row["attempts"]]
        for row in sorted(rows, key=lambda row: int(row["id"]))
    ]
    bodies = [request.body for request in app.udesk.receiver.requests]
    assert early == 3
    assert attempts == [
        [("10:00:00", 200)],
        [("10:00:01", 500), ("10:00:06", 500), ("10:00:21", 200)],
        [("10:00:21", 200)],
        [("10:00:21", 200)],
    ]
    assert bodies[1] == bodies[2] == bodies[3]
    assert list(dict.fromkeys(await app.told())) == [
        *begun("10:00:00"),
        ("10:00:01", "message", "您的包裹昨天已经发出。"),
        ("10:00:01", "message", "快递单号 SF1023456789。"),
        ("10:00:03", "message", "预计明天送到,请保持电话畅通。"),
    ]


async def test_a_well_receiver_gets_them_at_their_times(app: App) -> None:
    """One second, and two more."""
    await app.ask()
    await app.say("我的包裹到哪了")
    counts = []
    for seconds in (0, 1, 1, 1):
        await app.advance(seconds)
        counts.append(len(await app.told()))

    assert counts == [2, 4, 4, 5]
