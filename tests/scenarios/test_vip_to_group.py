"""scenarios/vip_to_group.yaml."""

from .app import App, begun, handed_over, queued


async def test_a_vip_in_toms_queue_is_taken_out_of_order(app: App) -> None:
    """Two wait, the later one is the VIP; who waits before keeps the place."""
    answers = [await app.ask(token, agent_id=3) for token in ("c-1", "c-2", "vip-1")]
    await app.advance(1)

    assert answers[0]["code"] == 1000
    assert answers[1:] == [queued(place, "queue:company:1:agent:3") for place in (1, 2)]
    assert await app.told("vip-1") == [
        *begun("10:00:00", welcome=""),
        ("10:00:01", "message", "王女士,您好!我是您的专属客服Lily。"),
    ]
    assert (await app.told("c-2"), await app.status("c-2")) == ([], ("排队中", 1))


async def test_a_vip_who_came_to_tom_is_handed_over(app: App) -> None:
    """`when` looks at the customer's level; Tom is free again for the next."""
    answer = await app.ask("vip-2", agent_id=3)
    after = await app.ask("c-1", agent_id=3)
    await app.advance(1)

    assert [(row["code"], row["assign_info"]["agent_name"]) for row in (answer, after)] == [(1000, "Tom")] * 2
    assert await app.told("vip-2") == [
        *begun("10:00:00"),
        *handed_over("10:00:00", "Lily"),
        ("10:00:01", "message", "李先生,您好!我是您的专属客服Lily。"),
    ]
    assert await app.told("c-1") == begun("10:00:00")
