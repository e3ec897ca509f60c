"""scenarios/busy_then_queue.yaml."""

from .app import App, begun, queued


async def test_the_first_of_the_queue_is_answered_when_tom_is_back(app: App) -> None:
    """2001 with the places, what is said meanwhile (-3) is read at once by who takes them, the wait is told."""
    answers = [await app.ask("c-1"), await app.ask("c-2")]
    await app.say("我的耳机充不进电", "c-1", to=-3)
    await app.advance(39)
    places = [await app.status("c-1"), await app.status("c-2")]
    await app.advance(3)

    assert answers == [queued(1), queued(2)]
    assert places == [("排队中", 1), ("排队中", 2)]
    assert await app.told("c-1") == [
        *begun("10:00:40"),
        ("10:00:42", "message", "让您久等了40秒,我是Tom,您的留言我看到了。"),
    ]
    assert await app.read() == [["m-1"]]
    assert (await app.told("c-2"), await app.ask("c-2")) == ([], queued(1))


async def test_who_does_not_want_to_wait_is_out_of_the_queue(app: App) -> None:
    """`leave_queue`, while the customer has no session; those behind move up."""
    for token in ("c-1", "c-2", "c-3"):
        await app.ask(token)
    await app.advance(10)
    await app.say("算了,不等了", "c-2", to=-3)
    shut = (await app.udesk.call("GET", "/im/im_queues")).body["shut_queues"]

    assert [(row["queue_seconds"], row["customer_name"]["nick_name"]) for row in shut] == [(10, "API匿名用户(c-2)")]
    assert [await app.status(token) for token in ("c-1", "c-2", "c-3")] == [("排队中", 1), ("未排队", 0), ("排队中", 2)]


async def test_the_same_words_in_a_session_leave_nothing(app: App) -> None:
    """`when: not session`."""
    await app.ask()
    await app.advance(42)
    await app.say("算了,不等了")

    assert await app.status() == ("会话中", 0)
