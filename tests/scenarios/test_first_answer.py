"""scenarios/first_answer.yaml."""

from typing import Any

from ..integrator import Udesk
from .app import WELCOME, App


def _pushed(udesk: Udesk, at: str, *said: tuple[str, str]) -> dict[str, Any]:
    """A whole push of Tom's to c-1, with the ids that came."""
    body: dict[str, Any] = next(
        body
        for body in udesk.receiver.bodies
        if [row["data"]["content"] for row in body.get("messages", [])] == [content for _, content in said]
    )
    return {
        "customer_token": "c-1",
        "assign_type": "agent",
        "messages": [
            {
                "type": type_,
                "message_id": body["messages"][place]["message_id"],
                "agent_id": 3,
                "agent_name": "Tom",
                "agent_avatar": "",
                "im_sub_session_id": 1001,
                "message_created_at": f"20261122 {at}",
                "data": {"content": content},
            }
            for place, (type_, content) in enumerate(said)
        ],
    }


async def test_tom_reads_at_once_and_answers_after_three_seconds(app: App) -> None:
    """The pushes whole, in order, at their times."""
    await app.ask()
    await app.say("耳机没声音怎么办")
    await app.advance(2.9)
    early = await app.udesk.pushes()
    await app.advance(0.1)

    answer = "API匿名用户(c-1),您好!我是Tom,您说的「耳机没声音怎么办」我马上为您查。"
    assert await app.udesk.pushes() == [
        _pushed(app.udesk, "10:00:00", ("start_session", "对话开始"), ("message", WELCOME)),
        {"session_id": 1001, "message_ids": ["m-1"]},
        _pushed(app.udesk, "10:00:03", ("message", answer)),
    ]
    assert len(early) == 2


async def test_the_second_message_gets_no_first_answer(app: App) -> None:
    """`turn: 1` is the first message of the conversation, and the other customer's first is their own."""
    await app.ask()
    await app.say("耳机没声音怎么办")
    await app.say("一只响一只不响")
    await app.ask("c-2")
    await app.say("你好", "c-2")
    await app.advance(60)

    assert [len(await app.told(token)) for token in ("c-1", "c-2")] == [3, 3]
    assert await app.read() == [["m-1"], ["m-3"]]
