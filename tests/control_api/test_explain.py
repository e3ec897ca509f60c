"""`POST /_mock/explain` and the diagnosis of refused calls in the journal, over real sockets."""

import hashlib
from typing import Any
from urllib.parse import quote, urlencode

import pytest

from mock_udesk.company.doctor import diagnosis_of
from mock_udesk.company.journal.entries import CallEntry

from ..integrator import Udesk


def url(udesk: Udesk, path: str = "/im/sessions?customer_token=c-1", **changes: str | None) -> str:
    """A URL of the integrator's, some of its parameters changed (None takes one away)."""
    signature: dict[str, str | None] = {**udesk.sign(), **changes}
    mark = "&" if "?" in path else "?"
    query = urlencode({name: value for name, value in signature.items() if value is not None}, quote_via=quote)
    return f"{udesk.base_url}/open_api_v1{path}{mark}{query}"


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


async def explained(udesk: Udesk, url: str, **more: Any) -> dict[str, Any]:
    """The answer to a question that can be answered."""
    answer = await udesk.operator("POST", "/explain", {"url": url, **more})
    assert answer.status == 200, answer.raw
    body: dict[str, Any] = answer.body
    return body


def causes(body: dict[str, Any]) -> list[tuple[str, str]]:
    return [(finding["cause"], finding["certainty"]) for finding in body["findings"]]


async def test_a_good_url_would_be_accepted_and_its_nonce_is_not_spent(udesk: Udesk) -> None:
    """Asked twice, and then sent: asking spends nothing."""
    good = url(udesk)
    first, second = await explained(udesk, good), await explained(udesk, good)
    path, _, query = good.removeprefix(udesk.base_url).partition("?")

    sent = await udesk.send("POST", path, query)

    assert (first["ok"], first["summary"], first["code"], first["findings"]) == (True, "would be accepted", None, [])
    assert second == first
    assert (first["endpoint"], first["company"], first["scheme"]) == ("POST /im/sessions", "demo", "v2")
    assert sent.body["code"] == 1000


async def test_a_url_that_was_sent_names_the_request_that_used_its_nonce(udesk: Udesk) -> None:
    """20623, with the entry in the journal."""
    good = url(udesk)
    path, _, query = good.removeprefix(udesk.base_url).partition("?")
    await udesk.send("POST", path, query)

    body = await explained(udesk, good)

    assert (body["ok"], body["code"], body["message"], body["sign_is_right"]) == (False, 20623, "nonce已被使用", True)
    assert "used before by request 1" in body["findings"][0]["text"]


async def test_a_wrong_sign_is_explained_with_both_strings(udesk: Udesk) -> None:
    """Code and text are Udesk's; ours and theirs part by part, the token masked."""
    signature = udesk.sign()
    text = f"{udesk.email}&{udesk.token}&{signature['timestamp']}000&{signature['nonce']}&v2"
    body = await explained(udesk, f"/im/sessions?{urlencode(signature | {'sign': sha256(text)})}")

    assert (body["code"], body["message"], causes(body)) == (
        2059,
        "open api签名不对",
        [("timestamp_in_milliseconds", "certain")],
    )
    assert body["signed_string"] == text.replace(udesk.token, "[token]")
    assert {"part": "timestamp", "value": signature["timestamp"], "signed_as": f"{signature['timestamp']}000"} in body[
        "parts"
    ]
    assert body["expected_sign"] == signature["sign"]


async def test_sha1_is_accepted_with_its_warnings(udesk: Udesk) -> None:
    """Ruling 2: without sign_version."""
    body = await explained(udesk, f"/agents?{urlencode(udesk.sign(scheme='sha1'))}")

    assert (body["ok"], body["scheme"], body["summary"]) == (True, "sha1", "would be accepted, with a warning")
    assert "SHA-1 over three parts" in body["warnings"][0]


async def test_a_body_and_a_method_are_looked_at_too(udesk: Udesk) -> None:
    """A body that was signed; the method is the path's own where none is given."""
    signature = udesk.sign()
    text = f"{udesk.email}&{udesk.token}&{signature['timestamp']}&{signature['nonce']}&v2"
    signed = f"/im/sessions?{urlencode(signature | {'sign': sha256(text + '{}')})}"

    assert causes(await explained(udesk, signed, body="{}")) == [("body_signed_too", "certain")]
    posted = f"/im/sessions?{urlencode(signature | {'sign': sha256('POST&' + text)})}"
    assert causes(await explained(udesk, posted)) == [("method_signed_too", "certain")]


async def test_a_url_names_its_company(udesk: Udesk) -> None:
    """By its path, by its host, and else the default one; a relative one is the called company's."""
    async with udesk.company("acme") as acme:
        mine = url(acme)
        by_path = await explained(udesk, mine)
        by_host = await explained(udesk, mine.replace(acme.base_url, "http://acme.udesk.cn"))
        relative = await explained(acme, mine.removeprefix(acme.base_url))
        astray = await explained(acme, mine.replace("/c/acme", ""))

    assert [(body["ok"], body["company"]) for body in (by_path, by_host, relative)] == [(True, "acme")] * 3
    assert by_path["warnings"] == ["this URL is for the company acme, not for demo, which was asked"]
    assert (astray["ok"], astray["company"], causes(astray)[0]) == (
        False,
        "demo",
        ("email_of_another_company", "certain"),
    )


async def test_the_token_of_another_company_is_named_and_never_shown(udesk: Udesk) -> None:
    """Only its subdomain is told."""
    async with udesk.company("acme") as acme:
        signature = udesk.sign(token=acme.token)
        answer = await udesk.operator("POST", "/explain", {"url": f"/agents?{urlencode(signature)}"})

    assert causes(answer.body) == [("token_of_another_company", "certain")]
    assert '"acme"' in answer.body["findings"][0]["text"]
    assert acme.token.encode() not in answer.raw
    assert udesk.token.encode() not in answer.raw


async def test_lenient_and_off_let_it_pass_and_say_so(udesk: Udesk) -> None:
    """Strict checking is what is explained."""
    wrong = url(udesk, sign="0" * 64)
    for auth in ("lenient", "off"):
        await udesk.operator("PATCH", "/company", {"auth": auth})

        body = await explained(udesk, wrong)

        assert not body["ok"]
        assert f"auth is {auth}" in body["warnings"][-1]


async def test_a_structured_messages_url_is_explained_by_its_own_scheme(udesk: Udesk) -> None:
    """MD5, by the path or by the query's names."""
    text = f"im_sub_session_id=1001&customer_id=1&agent_id=3&timestamp={udesk.timestamp}"
    sign = hashlib.md5(f"{text}&{udesk.token}".encode()).hexdigest()

    by_path = await explained(udesk, f"/im/sessions/struct_messages?{text}&sign={sign}")
    by_query = await explained(udesk, f"{text}&sign={sign}")

    assert causes(by_path) == causes(by_query) == [("token_instead_of_secret", "certain")]
    assert by_path["scheme"] == "md5"


async def test_a_moment_can_be_given(udesk: Udesk) -> None:
    """A URL out of an old log."""
    old = str(int(udesk.timestamp) - 86_400)
    text = f"{udesk.email}&{udesk.token}&{old}&n&v2"
    one = f"/agents?email={udesk.email}&timestamp={old}&sign={sha256(text)}&nonce=n&sign_version=v2"

    assert (await explained(udesk, one))["code"] == 20622
    assert (await explained(udesk, one, at="2026-11-21T10:00:00+08:00"))["ok"]


async def test_a_path_that_is_not_emulated_is_a_warning(udesk: Udesk) -> None:
    """The signature is looked at all the same."""
    body = await explained(udesk, url(udesk, "/im/sesions"))

    assert body["ok"]
    assert body["warnings"] == ["GET /im/sesions is not emulated: it would be answered with 404"]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"url": ""},
        {"url": "hello"},
        {"url": 3},
        {"url": ["x"]},
        {"url": "http://x/_mock/health"},
        {"url": "/c/nobody/open_api_v1/agents?sign=1"},
        {"url": "/log_in?sign=1"},
        {"url": "sign=1", "at": "2026-11-21T10:00:00"},
        {"url": "sign=1", "at": "soon"},
        {"url": "sign=1", "method": "x" * 100},
        {"url": "sign=1", "boddy": 1},
    ],
)
async def test_what_can_not_be_read_is_refused_clearly(udesk: Udesk, body: dict[str, Any]) -> None:
    """A 4xx with what would be right."""
    answer = await udesk.operator("POST", "/explain", body)

    assert answer.status in (404, 422)
    assert answer.body["error"]["message"]


# -- the journal --------------------------------------------------------------------------------------------------------


def last_call(udesk: Udesk) -> CallEntry:
    return [entry for entry in udesk.slot.company.journal if isinstance(entry, CallEntry) and entry.kind == "call"][-1]


async def test_a_refused_calls_entry_has_its_diagnosis_when_it_is_read(udesk: Udesk) -> None:
    """The nonce of an earlier request: its entry is told."""
    await udesk.call("GET", "/agents")
    earlier = last_call(udesk)
    nonce = earlier.path.partition("nonce=")[2].partition("&")[0]
    fresh = udesk.sign()
    text = f"{udesk.email}&{udesk.token}&{fresh['timestamp']}&{nonce}&v2"
    await udesk.call("GET", "/agents", sign_with={"sign": sha256(text), "nonce": fresh["nonce"]})

    diagnosis = diagnosis_of(last_call(udesk), udesk.slot.company, {})

    assert diagnosis is not None
    assert [finding.cause for finding in diagnosis.findings] == ["nonce_of_another_request"]
    assert f"of request {earlier.id} was signed" in diagnosis.findings[0].text
    assert diagnosis.summary.startswith("refused with 2059 open api签名不对: ")


async def test_what_was_not_refused_for_its_signature_has_no_diagnosis(udesk: Udesk) -> None:
    """A call that succeeds, one that the desk refuses with 2015, and an operator's."""
    await udesk.call("GET", "/agents")
    fine = last_call(udesk)
    await udesk.call("GET", "/customers/get_customer", query={"type": "id", "content": "404"})
    not_found = last_call(udesk)
    await udesk.operator("GET", "/health")

    company = udesk.slot.company
    assert not_found.code == 2015
    assert [diagnosis_of(entry, company, {}) for entry in (fine, not_found)] == [None, None]


async def test_what_lenient_let_pass_has_a_diagnosis(udesk: Udesk) -> None:
    """It was answered, and strict would have refused it."""
    await udesk.operator("PATCH", "/company", {"auth": "lenient"})
    answer = await udesk.call("GET", "/agents", sign_with={"sign": udesk.sign()["sign"].upper()})
    diagnosis = diagnosis_of(last_call(udesk), udesk.slot.company, {})

    assert answer.body["code"] == 1000
    assert diagnosis is not None


async def test_what_lenient_let_pass_is_found_and_read_with_its_diagnosis(udesk: Udesk) -> None:
    """`refused=true` is also what strict would have refused: that is what lenient is for."""
    await udesk.operator("PATCH", "/company", {"auth": "lenient"})
    await udesk.call("GET", "/agents")
    signed = udesk.sign()
    await udesk.call("GET", "/agents", sign_with={**signed, "sign": signed["sign"].upper()})
    (row,) = (await udesk.operator("GET", "/requests?refused=true")).body["requests"]

    assert row["code"] == 1000
    assert [finding["cause"] for finding in row["diagnosis"]["findings"]] == ["upper_case_hex"]


async def test_a_path_that_was_signed_is_named_with_its_company_too(udesk: Udesk) -> None:
    """The base URL of a company that is not the default one has a path of its own, which a caller may sign as a whole."""
    acme = await udesk.company("acme")
    signed = acme.sign()
    path = "/c/acme/open_api_v1/agents"
    text = f"{acme.email}&{acme.token}&{signed['timestamp']}&{signed['nonce']}&v2&{path}"
    query = urlencode({**signed, "sign": hashlib.sha256(text.encode()).hexdigest()})
    answer = await udesk.operator("POST", "/explain", {"url": f"{udesk.server.url}{path}?{query}"})

    assert [finding["cause"] for finding in answer.body["findings"]] == ["path_signed_too"]


async def test_a_token_that_was_sent_as_the_sign_is_named_and_masked(udesk: Udesk) -> None:
    """The journal masks it, and the doctor still knows."""
    await udesk.call("GET", "/agents", sign_with={"sign": udesk.token})
    diagnosis = diagnosis_of(last_call(udesk), udesk.slot.company, {})

    assert diagnosis is not None
    assert [finding.cause for finding in diagnosis.findings] == ["secret_sent_as_sign"]
    assert udesk.token not in str(diagnosis)
