"""scenarios/survey_after_close.yaml."""

from .app import App, begun, closed

GOODBYE = [
    *begun("10:00:00"),
    ("10:00:00", "message", "不客气,麻烦您为我的服务打个分。"),
    ("10:00:00", "survey", "您对本服务的评价是?"),
    closed("10:00:05"),
]


async def _is_over(app: App) -> None:
    await app.ask()
    await app.say("没有别的问题了,谢谢")
    await app.advance(5)


async def test_the_rating_after_the_close_is_noted_with_the_customer(app: App) -> None:
    """A run of the customer's waits for it; the pushes of the invitation and of the close bring the survey's options."""
    await _is_over(app)
    await app.advance(3600)
    await app.rate(1001, 36, "很耐心")
    customer = await app.customer()

    assert await app.told() == GOODBYE
    assert ["survey_options" in row["data"] for row in await app.rows()] == [False, False, False, True, True]
    assert (customer["tags"], customer["description"]) == (["已评价"], "非常满意 很耐心")


async def test_a_day_without_a_rating_is_noted_too(app: App) -> None:
    """`within: 1d`, then `else` in the place of the rest."""
    await _is_over(app)
    await app.advance(86_399)
    before = (await app.customer())["tags"]
    await app.advance(1)
    customer = await app.customer()

    assert before == []
    assert (customer["tags"], customer["description"]) == (["未评价"], None)


async def test_a_bad_rating_in_the_session_is_answered(app: App) -> None:
    """Option 40 needs a remark; 36 is no bad one."""
    await app.ask()
    await app.rate(1001, 36)
    await app.rate(1001, 40, "等太久了")

    assert await app.told() == [
        *begun("10:00:00"),
        ("10:00:00", "message", "非常抱歉没能让您满意,我们的主管会在今天内联系您。"),
    ]
