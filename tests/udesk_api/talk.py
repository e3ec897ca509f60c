"""Sentences that many tests of the emulated API begin with."""

from typing import Any

from ..integrator import Answer, Udesk

WELCOME = "您好,有什么可以帮助您?"
# Under which names each family of calls has the number of a refusal. Doc: contract §2.1; ruling 4.
USUAL, STRUCT, RECORDS = ("code",), ("status",), ("code", "status")
MISSING = "param is missing or the value is empty: "

# What refuses malformed values of every kind in a field that is a number.
NO_NUMBERS: tuple[Any, ...] = ("x", "1.5", [1], {"a": 1}, 2**63, "9" * 5000, "1 2", "٣x", "\u0000")


def refusal(
    number: int, message: str, exception: str | None = None, *, family: tuple[str, ...] = USUAL
) -> dict[str, Any]:
    """The body of a no, its number under the family's names. Doc: contract §2.1; §11.9: beside a code both texts are the same."""
    body: dict[str, Any] = {**dict.fromkeys(family, number), "message": message}
    if "code" in family:
        body["code_message"] = message
    return body if exception is None else {**body, "exception": exception}


def assert_refused(answer: Answer, number: int, message: str, *, family: tuple[str, ...] = USUAL) -> None:
    """The call was refused so, with HTTP 200."""
    assert (answer.status, answer.body) == (200, refusal(number, message, family=family))


def assert_malformed(answer: Answer, name: str, *, family: tuple[str, ...] = USUAL) -> None:
    """2000 with the field's name, never a fault of ours (ruling 5)."""
    assert_refused(answer, 2000, answer.body["message"], family=family)
    assert name in answer.body["message"], answer.raw


def assert_done(answer: Answer) -> None:
    """The call did what it should, and answers exactly the documented field."""
    assert (answer.status, answer.body) == (200, {"code": 1000})


async def entry(udesk: Udesk) -> dict[str, Any]:
    """The journal's entry of the latest call."""
    answer = await udesk.operator("GET", "/requests?limit=1")
    found: dict[str, Any] = answer.body["requests"][-1]
    return found


async def warnings(udesk: Udesk) -> str:
    """What the journal warned of at the latest call."""
    return "\n".join((await entry(udesk))["warnings"])


async def settings(udesk: Udesk, **changes: Any) -> None:
    """Switches settings of the company."""
    answer = await udesk.operator("PATCH", "/company", changes)
    assert answer.status == 200, answer.raw


async def agent(udesk: Udesk, agent_id: int, **changes: Any) -> None:
    """Changes an agent: im_status, im_max_join_num, …"""
    answer = await udesk.operator("PATCH", f"/agents/{agent_id}", changes)
    assert answer.status == 200, answer.raw


async def ask(udesk: Udesk, token: str = "c-1", **more: Any) -> Answer:
    """A customer asks for an agent."""
    return await udesk.call("POST", "/im/sessions", json={"customer_token": token, "assign_type": "agent", **more})


async def session(udesk: Udesk, token: str = "c-1", **more: Any) -> int:
    """A customer gets an agent; the session's id."""
    answer = await ask(udesk, token, **more)
    assert answer.body["code"] == 1000, answer.raw
    session_id: int = answer.body["assign_info"]["im_sub_session_id"]
    return session_id


async def full(udesk: Udesk) -> None:
    """Tom takes one customer at a time and has one; Jerry is offline: whoever comes next waits for Tom."""
    await agent(udesk, 4, im_status="offline")
    await agent(udesk, 3, im_max_join_num=1)
    await session(udesk, "first")


async def say(
    udesk: Udesk, session_id: int | str | None, message_id: str, text: str = "在吗", /, **more: Any
) -> Answer:
    """A customer says something."""
    body = {
        "customer_token": "c-1",
        "im_sub_session_id": session_id,
        "message_id": message_id,
        "data": {"content": text},
        **more,
    }
    return await udesk.call("POST", "/im/messages", json=body)


async def agent_says(udesk: Udesk, session_id: int, text: str) -> str:
    """The agent says something; the message's id."""
    answer = await udesk.operator("POST", f"/sessions/{session_id}/messages", {"content": text})
    assert answer.status in (200, 201), answer.raw
    message_id: str = answer.body["id"]
    return message_id


async def shown(udesk: Udesk, session_id: int) -> dict[str, Any]:
    """The session as the operator sees it."""
    answer = await udesk.operator("GET", f"/sessions/{session_id}")
    assert answer.status == 200, answer.raw
    found: dict[str, Any] = answer.body
    return found


async def assert_no_faults(udesk: Udesk) -> None:
    """The mock itself failed nowhere."""
    answer = await udesk.operator("GET", "/problems")
    assert [problem for problem in answer.body["problems"] if problem["kind"] == "fault"] == []
