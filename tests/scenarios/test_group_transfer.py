"""scenarios/group_transfer.yaml."""

import pytest

from .app import App, begun, handed_over


@pytest.mark.parametrize(
    ("said", "agent_id", "name"),
    [("蓝牙老是断开", 5, "技术小丽"), ("我要退货", 4, "售后小杰")],
    ids=["technical", "returns"],
)
async def test_tom_hands_over_to_the_group_that_knows(app: App, said: str, agent_id: int, name: str) -> None:
    """One of the group takes over, under a new session id, and says so."""
    await app.ask(agent_id=3)
    await app.say(said)
    await app.advance(5)

    assert await app.told() == [
        *begun("10:00:00"),
        ("10:00:02", "message", "这个问题我请专门的同事来帮您,请稍等。"),
        *handed_over("10:00:02", name),
        ("10:00:03", "message", f"您好,我是{name},之前的对话我看到了,我们接着说。"),
    ]
    assert [row["agent_id"] for row in await app.rows()] == [3] * 3 + [agent_id] * 3
    assert await app.read() == [["m-1"]]


async def test_who_has_been_handed_over_is_not_handed_over_again(app: App) -> None:
    """The rules are Tom's: `agent` is matched with the session's."""
    await app.ask(agent_id=3)
    await app.say("我要退货")
    await app.advance(5)
    before = await app.told()
    await app.say("蓝牙也不好用")
    await app.advance(60)

    assert await app.told() == before
