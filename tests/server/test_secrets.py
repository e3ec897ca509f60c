"""Secrets that the journal must never hold, however they came in."""

import json
from typing import Any
from urllib.parse import quote

import pytest

from mock_udesk.company.secrets.credentials import CredentialMask
from mock_udesk.company.signing.open_api import Credentials

from ..integrator import Udesk
from .event_reader import EventReader

WORD = "hunter2"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
# Another thing in each of the ways in which it is written.
ODD = 'pass/"word-4711'


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


async def test_odd_keys_are_masked_where_json_stands_in_json_too(udesk: Udesk) -> None:
    """The request as it was sent is a text, and so is its body; the name that a customer got of it, and a planned fault."""
    odd = 'to"ken-中%&文-1'
    udesk.server.companies.create(subdomain="acme", token=odd)
    await udesk.call("POST", "/im/sessions", json={"customer_token": odd, "assign_type": "agent"})
    await udesk.operator(
        "POST", "/faults", {"on": "call", "match": {"body": {"a": odd}}, "do": {"code": 1, "message": odd}}
    )

    told = [(await udesk.operator("GET", path)).raw.decode() for path in ("/requests/1", "/deliveries", "/faults")]
    assert ["ken-" in text for text in told] == [False, False, False]
    assert ["***" in text for text in told] == [True, True, True]


_SURFACES = (
    "/requests",
    "/requests/1",
    "/journal",
    "/journal?as=jsonl&measured=true",
    "/deliveries",
    "/deliveries/1",
    "/timeline",
    "/timeline?as=text",
    "/problems",
    "/metrics",
    "/clock",
    "/ready",
)


async def _everywhere(udesk: Udesk) -> str:
    """All that a company says of its past."""
    texts = []
    for path in _SURFACES:
        answer = await udesk.operator("GET", path)
        assert answer.status in (200, 404), (path, answer.raw)
        texts.append(answer.raw.decode())
    async with EventReader(udesk, "?since=0") as reader:
        texts += [repr(event) for event in await reader.take(udesk.slot.company.journal.last_id)]
    return "\n".join(texts)


@pytest.mark.parametrize("whose", ["own", "another's"])
async def test_no_company_tells_of_a_key_that_somebody_sent_it(udesk: Udesk, whose: str) -> None:
    """Wherever it stood: in a header, a body, a query, a message, the answer of a receiver; and whosever it is."""
    acme = await udesk.company()
    key = udesk if whose == "own" else acme
    session = await udesk.call(
        "POST",
        "/im/sessions",
        json={"customer_token": "c-1", "assign_type": "agent", "agent_id": 3, "note": key.token},
        headers={"X-Api-Token": key.token, "Authorization": f"Bearer {key.secret}", "X-Odd": key.secret},
    )
    await udesk.call(
        "POST",
        "/im/messages",
        json={
            "customer_token": "c-1",
            "im_sub_session_id": session.body["assign_info"]["im_sub_session_id"],
            "message_id": "m-1",
            "type": "message",
            "data": {"content": f"my key is {key.token}"},
        },
    )
    await udesk.call("GET", "/im/agent_status", query={"k": key.secret}, sign_with={"sign": key.token})
    await udesk.call("GET", f"/im/{key.token}")
    await udesk.operator("POST", "/sessions/1001/messages", {"content": f"no: {key.secret}"})
    await udesk.operator(
        "POST", "/explain", {"url": f"{udesk.base_url}/open_api_v1/x?sign={key.token}&token={key.secret}"}
    )
    await udesk.operator("POST", "/verify", {"path": key.token, "body": {"x": key.secret}})
    await udesk.settle()

    told = await _everywhere(udesk)

    for word in (key.token, key.secret):
        assert word not in told, told[max(told.index(word) - 300, 0) : told.index(word) + 50]


@pytest.mark.parametrize(
    "written",
    [ODD, quote(ODD, safe=""), json.dumps(ODD), json.dumps(json.dumps(ODD))],
    ids=["plain", "url", "json", "twice"],
)
def test_a_key_is_masked_however_it_was_written(written: str) -> None:
    """Plain, percent-encoded in a URL, in JSON, and in a text of JSON within JSON."""
    keys = Credentials(email="a@b.test", password=ODD, token="t" * 36, secret="s" * 36)
    hidden = CredentialMask([keys]).over(f"x={written}&y=1".encode())

    assert b"word-4711" not in hidden
    assert hidden.endswith(b"&y=1")
