"""How long a body may be, in each of the two rooms."""

import json

import pytest

from ..integrator import Udesk

MEBIBYTE = 1024 * 1024
JSON = {"Content-Type": "application/json"}


def padded(body: dict[str, object], length: int) -> bytes:
    """The body as JSON, with blanks behind it up to a length."""
    return json.dumps(body).encode().ljust(length)


@pytest.mark.parametrize(("more", "code"), [(0, 1000), (1, 2000)])
async def test_a_call_of_the_emulated_api_has_one_mebibyte(udesk: Udesk, more: int, code: int) -> None:
    """Ruling 5: over-long is 2000 with the name; a message's content has 64 KiB at most."""
    body = padded({"customer_token": "c-1"}, MEBIBYTE + more)

    answer = await udesk.call("POST", "/im/sessions", body=body, headers=JSON)

    assert answer.body["code"] == code


async def test_an_operators_call_has_sixteen_for_a_robots_knowledge_comes_whole(udesk: Udesk) -> None:
    """Interfaces §3: a list that is given replaces the one before."""
    questions = [{"question": f"问题{number}", "answer": "答" * 30_000} for number in range(150)]

    answer = await udesk.operator("PATCH", "/robots/1", {"questions": questions, "flows": []})

    assert answer.status == 200, answer.raw[:300]
    assert len(udesk.slot.company.look().state.robots[1].knowledge.questions) == 150


@pytest.mark.parametrize(("more", "status"), [(0, 200), (1, 422)])
async def test_an_operator_is_told_the_limit(udesk: Udesk, more: int, status: int) -> None:
    """Style: a message has the value that was wrong and the one that would be right."""
    length = 16 * MEBIBYTE + more

    answer = await udesk.send("POST", "/_mock/clock/advance", body=padded({"seconds": 1}, length), headers=JSON)

    assert answer.status == status, answer.raw[:300]
    if more:
        assert answer.body["error"] == {
            "code": "invalid",
            "message": "body: 16777217 bytes are more than 16777216",
            "hint": "a body has at most 16 MiB (16777216 bytes) here",
        }
