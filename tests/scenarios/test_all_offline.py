"""scenarios/all_offline.yaml."""

from .app import NOBODY, App, begun


async def test_everybody_gets_2002_until_tom_comes(app: App) -> None:
    """Whomever they ask for; nothing is pushed meanwhile."""
    answers = [await app.ask("c-1"), await app.ask("c-2", agent_id=3), await app.ask("c-3", group_id=11)]
    await app.advance(599)
    late = await app.ask("c-1")
    pushed = await app.udesk.pushes()
    await app.advance(1)
    answer = await app.ask("c-1")

    assert [*answers, late] == [NOBODY] * 4
    assert pushed == []
    assert (answer["code"], answer["assign_info"]["agent_name"]) == (1000, "Tom")
    assert await app.told() == begun("10:10:00", "您好,我刚上线,请问有什么可以帮您?")
    assert await app.ask("c-3", group_id=11) == NOBODY
