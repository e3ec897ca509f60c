"""Secrets that the journal must never hold, however they came in."""

from typing import Any

import pytest

from ..integrator import Udesk

WORD = "hunter2"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def _kept(udesk: Udesk) -> str:
    """All that the company keeps of its calls."""
    journal = udesk.slot.company.journal
    return repr([*journal, *journal.problems])


@pytest.mark.parametrize(
    ("method", "path", "sent"),
    [
        ("POST", "/log_in", {"json": {"email": "a", "password": {"x": WORD}}}),
        ("POST", "/log_in", {"json": {"email": "a", "password": [WORD]}}),
        ("POST", "/log_in", {"json": {"email": "a", "Password": WORD}}),
        ("POST", "/log_in", {"json": {"email": {"password": WORD}}}),
        ("POST", "/agents", {"json": {"agent": [{"password": WORD}]}}),
        ("POST", "/agents", {"json": {"agent": {"password": [WORD]}}}),
        ("GET", "/log_in", {"query": f"email=a&password={WORD}"}),
        ("GET", "/log_in", {"query": f"PASSWORD={WORD}&a[token]={WORD}"}),
        ("POST", "/login", {"json": {"email": "a", "password": WORD}}),
        ("POST", "/login", {"json": {"Token": WORD, "in": [{"SECRET": WORD, "open_api_auth_token": WORD}]}}),
        ("POST", "/login", {"body": f"email=a&password={WORD}".encode(), "headers": FORM}),
        ("POST", "/login", {"body": f'{{"a=b": 1, "password": "{WORD}'.encode()}),
        ("POST", "/login", {"body": f'--x\r\nContent-Disposition: form-data; name="token"\r\n\r\n{WORD}'.encode()}),
    ],
)
async def test_no_call_leaves_a_secret_in_the_journal(
    udesk: Udesk, method: str, path: str, sent: dict[str, Any]
) -> None:
    """Values of secret names are kept nowhere: not in the body, the path, the detail or a problem."""
    udesk.slot.company.change_settings({"auth": "off"}, None)

    await udesk.call(method, path, signed=False, **sent)

    assert len(udesk.slot.company.journal) == 1
    assert WORD not in _kept(udesk)


async def test_an_operators_secret_is_shown_neither_in_the_answer_nor_in_the_journal(udesk: Udesk) -> None:
    """POST /_mock/companies: found values are shown, but not those of secret names."""
    answer = await udesk.operator("POST", "/companies", {"secret": [WORD], "seed": "many"})

    assert answer.status == 422
    assert 'found "many"' in answer.body["error"]["message"]
    assert WORD not in answer.raw.decode() + _kept(udesk)


async def test_what_is_no_secret_stays_in_the_journal_of_an_unknown_call(udesk: Udesk) -> None:
    """`open_api_token` is the customer's own id; a form without a secret is kept."""
    await udesk.call("POST", "/login?open_api_token=c-1&a=b", signed=False, body=b"customer_token=c-1&x=y")

    (entry,) = (await udesk.operator("GET", "/requests")).body["requests"]
    assert (entry["query"], entry["body"]) == ("open_api_token=c-1&a=b", "customer_token=c-1&x=y")


@pytest.mark.parametrize("auth", ["strict", "lenient"])
async def test_the_companys_own_keys_in_a_refused_query_are_masked(udesk: Udesk, auth: str) -> None:
    """Somebody sends the token where the email belongs."""
    await udesk.operator("PATCH", "/company", {"auth": auth})
    await udesk.call("GET", "/im/agent_status", sign_with={"email": udesk.token, "nonce": f"a{udesk.secret}"})

    kept = _kept(udesk)
    assert udesk.token not in kept
    assert udesk.secret not in kept
    (entry,) = (await udesk.operator("GET", "/requests")).body["requests"]
    assert (entry["path"], "email=[masked]&" in entry["query"]) == ("/open_api_v1/im/agent_status", True)
