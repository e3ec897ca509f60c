"""Queues and leave messages over a real socket: interfaces §3, rulings 8, 9, 17."""

from ..integrator import Udesk


async def _leave(udesk: Udesk, token: str, text: str) -> None:
    answer = await udesk.call(
        "POST",
        "/im/messages",
        json={
            "customer_token": token,
            "im_sub_session_id": -2,
            "message_id": f"m-{token}",
            "type": "message",
            "data": {"content": text},
        },
    )
    assert answer.body["code"] == 1000, answer.body


async def test_nobody_waits_at_first(udesk: Udesk) -> None:
    """No queue is shown that nobody stands in."""
    assert (await udesk.operator("GET", "/queues")).body == {"queues": [], "total": 0}


async def test_queues_show_who_waits_where_and_since_when(udesk: Udesk) -> None:
    """Per queue: name, target, length, customers with place and since when."""
    await udesk.operator("PATCH", "/agents/3", {"im_status": "busy"})
    await udesk.operator("POST", "/sessions", {"customer_token": "c-1", "agent": "Tom"})
    await udesk.advance(30)
    await udesk.operator("POST", "/sessions", {"web_token": "w-2", "agent": "Tom"})
    answer = await udesk.operator("GET", "/queues")

    assert answer.body["total"] == 1
    queue = answer.body["queues"][0]
    assert (queue["queue"], queue["name"], queue["target"], queue["target_id"], queue["length"]) == (
        "queue:company:1:agent:3",
        "Tom",
        "agent",
        3,
        2,
    )
    first, second = queue["customers"]
    assert (first["place"], first["customer"]["customer_token"], first["since"], first["waiting_seconds"]) == (
        1,
        "c-1",
        "2026-11-22T10:00:00.000+08:00",
        30.0,
    )
    assert (second["place"], second["customer"]["web_token"], second["channel"]) == (2, "w-2", "web")


async def test_queues_of_groups_and_of_the_company_have_names(udesk: Udesk) -> None:
    """Ruling 8: the three kinds of queues."""
    for agent in ("Tom", "Jerry"):
        await udesk.operator("PATCH", f"/agents/{agent}", {"im_status": "busy"})
    await udesk.operator("POST", "/sessions", {"customer_token": "c-1", "group": "售后"})
    await udesk.operator("POST", "/sessions", {"customer_token": "c-2"})
    answer = await udesk.operator("GET", "/queues")

    assert sorted((queue["queue"], queue["name"]) for queue in answer.body["queues"]) == [
        ("queue:company:1", "anybody"),
        ("queue:company:1:group:11", "售后"),
    ]


async def test_a_long_queue_is_cut(udesk: Udesk) -> None:
    """`limit` shows the first ones, `length` counts all."""
    await udesk.operator("PATCH", "/agents/3", {"im_status": "busy"})
    for number in range(3):
        await udesk.operator("POST", "/sessions", {"customer_token": f"c-{number}", "agent_id": 3})
    queue = (await udesk.operator("GET", "/queues?limit=2")).body["queues"][0]

    assert (queue["length"], [row["place"] for row in queue["customers"]]) == (3, [1, 2])


async def test_a_wrong_limit_is_named(udesk: Udesk) -> None:
    """422."""
    wrong = await udesk.operator("GET", "/queues?limit=many")
    typo = await udesk.operator("GET", "/queues?limti=1")

    assert (wrong.status, "limit" in wrong.body["error"]["message"]) == (422, True)
    assert typo.body["error"]["message"] == "limti: unknown, did you mean limit?"


async def test_a_leave_message_is_shown_and_solved(udesk: Udesk) -> None:
    """Ruling 17: unsolved until the operator solves it."""
    await udesk.operator("POST", "/customers", {"nick_name": "小明", "customer_token": "c-1"})
    await _leave(udesk, "c-1", "请回电")
    listed = await udesk.operator("GET", "/leave-messages?status=unsolved")
    number = listed.body["leave_messages"][0]["id"]
    solved = await udesk.operator("POST", f"/leave-messages/{number}/solve")
    again = await udesk.operator("POST", f"/leave-messages/{number}/solve")

    row = listed.body["leave_messages"][0]
    assert listed.body["total"] == 1
    assert (row["status"], row["customer"]["nick_name"], row["agent"]["name"], row["solved_at"]) == (
        "unsolved",
        "小明",
        "Tom",
        None,
    )
    assert (row["message"]["type"], row["message"]["data"]["content"]) == ("message", "请回电")
    assert (solved.status, solved.body["status"], solved.body["solved_at"]) == (
        200,
        "solved",
        "2026-11-22T10:00:00.000+08:00",
    )
    assert again.body == solved.body
    assert (await udesk.operator("GET", "/leave-messages?status=unsolved")).body["total"] == 0
    assert (await udesk.operator("GET", "/leave-messages?status=solved")).body["total"] == 1


async def test_an_unknown_leave_message_is_a_404(udesk: Udesk) -> None:
    """The error names the id."""
    answer = await udesk.operator("POST", "/leave-messages/7/solve")

    assert (answer.status, answer.body["error"]["message"]) == (404, "there is no leave message 7")


async def test_channel_role_and_app_are_shown_while_waiting_too(udesk: Udesk) -> None:
    """Ruling 18: in the queue, with the customer, and to whoever asks again."""
    await udesk.operator("PATCH", "/agents/3", {"im_status": "busy"})
    asked = {"customer_token": "c-1", "agent_id": 3, "channel": "我的渠道", "robot_role_id": "vip", "app_id": 7}
    await udesk.call("POST", "/im/sessions", json=asked)

    queue = (await udesk.operator("GET", "/queues")).body["queues"][0]["customers"][0]
    standing = (await udesk.operator("GET", "/customers/1")).body["stays"][0]
    again = (await udesk.operator("POST", "/sessions", {"customer_token": "c-1", "agent_id": 3})).body

    shown = [(one["channel"], one["robot_role_id"], one["app_id"]) for one in (queue, standing, again)]
    assert shown == [("我的渠道", "vip", 7)] * 3
