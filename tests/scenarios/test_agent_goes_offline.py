"""scenarios/agent_goes_offline.yaml."""

from .app import NOBODY, App, begun, handed_over, queued


async def test_jerry_takes_over_all_who_talked_to_tom_or_waited_for_him(app: App) -> None:
    """One run sets rules off in three conversations."""
    answers = [await app.ask(token, agent_id=3) for token in ("c-1", "c-2", "c-3")]
    await app.say("还有库存吗", "c-1")
    await app.advance(4)
    before = await app.told("c-3")
    await app.advance(40)

    by_jerry = [*handed_over("10:00:35", "Jerry"), ("10:00:35", "message", "您好,Tom暂时离开,由我继续为您服务。")]
    assert [answer["code"] for answer in answers] == [1000, 1000, 2001]
    assert answers[2] == queued(1, "queue:company:1:agent:3")
    assert await app.told("c-1") == [*begun("10:00:00"), ("10:00:00", "message", "我去仓库看一下,请稍等。"), *by_jerry]
    assert await app.told("c-2") == [*begun("10:00:00"), *by_jerry]
    assert (before, await app.told("c-3")) == ([], begun("10:00:05"))


async def test_tom_is_offline_for_everybody_who_comes_later(app: App) -> None:
    """`set_agent` is seen by everyone: 2002 for Tom, Jerry for anybody else."""
    await app.ask("c-1", agent_id=3)
    await app.say("有货吗", "c-1")
    await app.advance(5)
    agents = (await app.udesk.call("GET", "/im/agent_status")).body["agents"]

    assert [(row["name"], row["im_status"]) for row in agents] == [("Tom", "offline"), ("Jerry", "online")]
    assert await app.ask("c-4", agent_id=3) == NOBODY
    assert (await app.ask("c-5"))["assign_info"]["agent_name"] == "Jerry"
