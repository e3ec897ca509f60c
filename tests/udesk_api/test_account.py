"""Logging in over a real socket, expectations from the contract's §1.4 and ruling 3."""

from typing import Any

import pytest

from ..integrator import Udesk
from . import talk


async def test_logging_in_gives_the_token_unsigned(udesk: Udesk) -> None:
    """Ruling 3, whole."""
    body = {"email": udesk.email, "password": udesk.password}

    answer = await udesk.call("POST", "/log_in", json=body, signed=False)

    assert (answer.status, answer.body) == (200, {"code": 1000, "open_api_auth_token": udesk.token})


async def test_a_form_is_taken_too(udesk: Udesk) -> None:
    """Contract §1.4: JSON or form body."""
    answer = await udesk.call(
        "POST",
        "/log_in",
        body=b"email=admin%40demo.test&password=password",
        headers={"Content-Type": "application/x-www-form-urlencoded"},
        signed=False,
    )

    assert answer.body["open_api_auth_token"] == udesk.token


@pytest.mark.parametrize("wrong", [{"email": "x@y.test"}, {"password": "wrong"}, {"password": "密码"}])
async def test_a_wrong_email_or_password_is_2005(udesk: Udesk, wrong: dict[str, str]) -> None:
    """Ruling 3."""
    body = {"email": udesk.email, "password": udesk.password, **wrong}

    talk.assert_refused(await udesk.call("POST", "/log_in", json=body, signed=False), 2005, "邮箱或密码错误")


@pytest.mark.parametrize("name", ["email", "password"])
async def test_logging_in_needs_both(udesk: Udesk, name: str) -> None:
    """Ruling 5."""
    body: dict[str, Any] = {"email": udesk.email, "password": udesk.password}

    lacking = await udesk.call("POST", "/log_in", json={**body, name: None}, signed=False)
    wrong = await udesk.call("POST", "/log_in", json={**body, name: ["x"]}, signed=False)

    talk.assert_refused(lacking, 2000, talk.MISSING + name)
    talk.assert_malformed(wrong, name)


async def test_neither_password_nor_token_stand_in_the_journal(udesk: Udesk) -> None:
    """architecture.md, masks."""
    body = {"email": udesk.email, "password": udesk.password}

    await udesk.call("POST", "/log_in", json=body, signed=False)

    entry = await talk.entry(udesk)
    assert udesk.token not in str(entry)
    assert entry["body"]["password"] != udesk.password


async def test_only_a_post_logs_in(udesk: Udesk) -> None:
    """Ruling 5."""
    assert (await udesk.call("GET", "/log_in", signed=False)).status == 404


async def test_every_other_call_is_signed(udesk: Udesk) -> None:
    """Ruling 1."""
    answer = await udesk.call("GET", "/im/agent_status", signed=False)

    assert answer.body["code"] == 20621
