"""The steps of a request over a real socket: whom it is for, 404s, signatures in the ruled order, limits."""

import hashlib
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from mock_udesk.company.founding import Founding
from mock_udesk.company.journal.entries import CallEntry
from mock_udesk.endpoint import Endpoint
from mock_udesk.server.app import Server, ServerOptions
from mock_udesk.udesk_api import UDESK_API

from .. import NOW
from ..integrator import Udesk
from .raw import exchange

STATUS = "/im/agent_status"


async def _entries(udesk: Udesk) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = (await udesk.operator("GET", "/requests")).body["requests"]
    return rows


async def _problems(udesk: Udesk) -> list[tuple[str, str]]:
    rows = (await udesk.operator("GET", "/problems")).body["problems"]
    return [(row["kind"], row["text"]) for row in rows]


# -- whom it is for --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("host", ["acme.localhost", "acme.udesk.cn", "acme.s2.udesk.cn:80"])
async def test_a_host_selects_its_company(udesk: Udesk, host: str) -> None:
    """Interfaces §2: a `Host` whose first label is a company's subdomain selects it."""
    acme = udesk.company("acme")
    query = "&".join(f"{name}={value}" for name, value in acme.sign().items())

    answer = await udesk.send(
        "GET", "/open_api_v1/im/queue_status", f"customer_token=x&{query}", headers={"Host": host}
    )

    assert answer.body["code"] != 2059
    assert [entry["path"] for entry in await _entries(acme)] == ["/open_api_v1/im/queue_status"]
    assert await _entries(udesk) == []


async def test_a_path_wins_over_the_host(udesk: Udesk) -> None:
    """Interfaces §2: precedence path, then Host, then default."""
    acme = udesk.company("acme")

    await acme.call("GET", STATUS, headers={"Host": "demo.udesk.cn"})

    assert len(await _entries(acme)) == 1
    assert await _entries(udesk) == []


@pytest.mark.parametrize(
    ("path", "host"),
    [("/open_api_v1/im/agent_status", "nobody.udesk.cn"), ("/c/nobody/open_api_v1/im/agent_status", "127.0.0.1")],
)
async def test_a_company_that_is_not_there_is_2002(udesk: Udesk, path: str, host: str) -> None:
    """Contract §1.8: 子域名无效."""
    answer = await udesk.send("GET", path, headers={"Host": host})

    text = "子域名无效"
    assert (answer.status, answer.body) == (200, {"code": 2002, "message": text, "code_message": text})


async def test_a_call_of_a_company_that_is_not_there_stands_in_the_log_alone(
    founding: Founding, start_server: Callable[[ServerOptions], Awaitable[Server]]
) -> None:
    """Companies are apart: the default one's journal does not change when another was removed."""
    told: list[CallEntry] = []
    lines: list[str] = []
    server = await start_server(
        ServerOptions(founding=founding, log=lines.append, log_call=lambda entry, _: told.append(entry))
    )
    server.companies.create(subdomain="acme", now=NOW, rate=0)
    server.companies.remove("acme")

    status, _ = await exchange(
        server, b"POST /c/acme/open_api_v1/log_in?a=1 HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n{}"
    )

    detail = "there is no company 'acme'; there are: demo"
    assert status == 200
    assert [(entry.path, entry.code, entry.detail) for entry in told] == [("/c/acme/open_api_v1/log_in", 2002, detail)]
    assert lines == [f"POST /c/acme/open_api_v1/log_in: {detail}"]
    journal = server.companies.default.company.journal
    assert (len(journal), len(journal.problems), server.companies.default.calls_in_progress) == (0, 0, 0)


async def test_the_control_api_of_a_company_that_is_not_there_is_404(udesk: Udesk) -> None:
    """Interfaces §3: errors of the control API have a 4xx status."""
    answer = await udesk.send("GET", "/c/nobody/_mock/agents")

    assert (answer.status, answer.body["error"]["code"]) == (404, "unknown")


# -- paths -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "path", "hint"),
    [
        ("POST", "/open_api_v1/im/session", "the nearest is /open_api_v1/im/sessions"),
        ("GET", "/open_api_v1/im/sessions", "this path takes POST"),
        ("OPTIONS", "/open_api_v1/im/sessions", "this path takes POST"),
        ("HEAD", "/open_api_v1/im/agent_status", "this path takes GET"),
        ("POST", "/im/sessions", "/open_api_v1 is missing before it"),
        ("GET", "/open_api_v1/im/sessions/1001", "this path takes DELETE"),
        ("POST", "/open_api_v1/im/sessions/search", "this path takes GET"),
        ("POST", "/open_api_v1/im/urobots.json", "this path takes GET"),
        ("GET", "/open_api_v1/customers/feeds/", "not emulated: feeds are no part of IM"),
        ("PUT", "/open_api_v1/im/sessions/surveys", "the nearest is /open_api_v1/im/sessions/survey"),
        ("GET", "/open_api_v1/nothing/at/all", "nothing like it is emulated"),
        ("GET", "/open_api_v1", "nothing like it is emulated"),
        ("PUT", "/", "nothing like it is emulated"),
    ],
)
async def test_an_unknown_path_or_method_is_404_and_a_problem(udesk: Udesk, method: str, path: str, hint: str) -> None:
    """Ruling 5: HTTP 404 with code 404; the nearest route stands in the journal."""
    answer = await udesk.send(method, path, "x=1")

    assert answer.status == 404
    assert answer.headers["Content-Type"] == "application/json; charset=utf-8"
    if method != "HEAD":
        assert answer.body == {"code": 404, "message": "接口不存在", "code_message": "接口不存在"}
    assert await _problems(udesk) == [("unknown_path", f"{method} {path}: unknown; {hint}")]


async def test_a_json_suffix_is_accepted(udesk: Udesk) -> None:
    """Interfaces §2."""
    assert (await udesk.call("GET", f"{STATUS}.json")).status == 200


async def test_the_root_says_what_this_is(udesk: Udesk) -> None:
    """Somebody who opens the port in a browser finds the way; the browser's own request is no mistake."""
    page = await udesk.send("GET", "/")
    icon = await udesk.send("GET", "/favicon.ico")

    assert page.status == 200
    assert f"{udesk.base_url}/_mock/openapi.json" in page.raw.decode()
    assert (icon.status, await _problems(udesk)) == (404, [])


async def test_the_page_of_a_company_has_its_urls(udesk: Udesk) -> None:
    """Interfaces §2: below /c/NAME; one that is not there has none."""
    acme = await udesk.company(subdomain="acme")
    page = (await acme.send("GET", "/")).raw.decode()
    nobody = await udesk.send("GET", "/c/nobody/")

    assert f"{udesk.base_url}/c/acme/open_api_v1\n" in page
    assert f"{udesk.base_url}/c/acme/_mock\n" in page
    assert nobody.body["code"] == 2002


@pytest.mark.parametrize("path", ["", "/"])
async def test_the_control_api_lists_its_calls(udesk: Udesk, path: str) -> None:
    """The link that is printed works when it is clicked."""
    answer = await udesk.operator("GET", path)

    assert answer.status == 200
    assert answer.body["control_api"] == f"{udesk.base_url}/_mock"
    assert "POST /_mock/sessions" in answer.body["calls"]


async def test_why_nobody_took_the_customer_is_journalled(udesk: Udesk) -> None:
    """2001 and 2002: the detail and the timeline have the reason."""
    await udesk.operator("PATCH", "/agents/3", {"im_max_join_num": 0})
    await udesk.operator("PATCH", "/agents/4", {"im_status": "offline"})
    for agent_id in (3, 3, 4):
        await udesk.call("POST", "/im/sessions", json={"customer_token": "c-1", "agent_id": agent_id})
    told = (await udesk.operator("GET", "/timeline")).body["lines"]

    assert [entry["detail"] for entry in await _entries(udesk)] == ["Tom is full: 0 of 0"] * 2 + ["Jerry is offline"]
    assert [line["text"] for line in told if line["kind"] == "call"] == [
        "2001 c-1 queued for Tom, place 1 (Tom is full: 0 of 0)",
        "2001 当前客服正繁忙,您排在第1位。 (Tom is full: 0 of 0)",
        "2002 当前没有客服在线 (Jerry is offline)",
    ]


async def test_an_escaped_ampersand_is_told(udesk: Udesk) -> None:
    """A URL copied out of HTML is not signed, whatever it looks like."""
    query = "&amp;".join(f"{name}={value}" for name, value in udesk.sign().items())
    answer = await udesk.call("GET", "/im/agent_status", query=query, signed=False)

    assert answer.body["code"] == 20621
    assert "amp;timestamp" in (await _entries(udesk))[-1]["detail"]


async def test_an_unknown_path_of_the_control_api_names_the_nearest(udesk: Udesk) -> None:
    """Interfaces §3: operators make typing errors too."""
    missing = await udesk.operator("GET", "/agent")
    wrong = await udesk.operator("DELETE", "/clock")

    strange = await udesk.operator("GET", "/%F0%9F%A6%84")

    assert (missing.status, missing.body["error"]["hint"]) == (
        404,
        "the nearest is GET, POST /_mock/agents; GET /_mock lists all calls",
    )
    assert (strange.status, strange.body["error"]["hint"]) == (404, "GET /_mock lists all calls")
    assert (wrong.status, wrong.headers["Allow"]) == (405, "GET, PATCH")
    assert await _problems(udesk) == []


async def test_head_is_answered_by_the_control_api(udesk: Udesk) -> None:
    """Container health checks ask so."""
    answer = await udesk.operator("HEAD", "/health")

    assert (answer.status, answer.raw) == (200, b"")


# -- signatures ------------------------------------------------------------------------------------------------------


def _resign(udesk: Udesk, **changes: str | None) -> dict[str, str | None]:
    """Good parameters with some changed, signed again."""
    values: dict[str, str | None] = {**udesk.sign(), **changes}
    parts = [values["email"], udesk.token, values["timestamp"], values["nonce"], values["sign_version"]]
    text = "&".join("" if part is None else part for part in parts)
    return {**values, "sign": hashlib.sha256(text.encode()).hexdigest()}


ORDER: list[tuple[int, Callable[[Udesk], dict[str, str | None]]]] = [
    (20621, lambda udesk: {"timestamp": None}),
    (20621, lambda udesk: {"timestamp": "12345"}),
    (20621, lambda udesk: {"timestamp": f"{udesk.timestamp}000"}),
    (20622, lambda udesk: {"timestamp": "1000000000"}),
    (20624, lambda udesk: {"nonce": None}),
    (20624, lambda udesk: {"nonce": ""}),
    (2015, lambda udesk: {"email": None}),
    (2015, lambda udesk: {"email": "nobody@demo.test"}),
    (2059, lambda udesk: {"sign": None}),
    (2059, lambda udesk: {"sign": "0" * 64}),
    (2059, lambda udesk: {"sign_version": "v3"}),
]


@pytest.mark.parametrize(("code", "changes"), ORDER)
async def test_a_bad_signature_is_refused_with_its_code(
    udesk: Udesk, code: int, changes: Callable[[Udesk], dict[str, str | None]]
) -> None:
    """Ruling 1: HTTP 200, `message` and `code_message` the same; a problem in the journal."""
    answer = await udesk.call("GET", STATUS, sign_with=changes(udesk))

    assert (answer.status, answer.body["code"]) == (200, code)
    assert set(answer.body) == {"code", "message", "code_message"}
    assert answer.body["message"] == answer.body["code_message"]
    assert [kind for kind, _ in await _problems(udesk)] == ["refused_signature"]


async def test_what_is_wrong_first_in_the_ruled_order_is_said(udesk: Udesk) -> None:
    """Ruling 1: 20621, 20622, 20624, 2015, 2059, 20623, each hiding those after it."""
    wrong: dict[str, str | None] = {"timestamp": "x", "nonce": None, "email": "nobody@demo.test", "sign": "0"}
    codes = []
    for name, right in [
        ("timestamp", "1000000000"),
        ("timestamp", udesk.timestamp),
        ("nonce", "nonce-of-this-test"),
        ("email", udesk.email),
    ]:
        codes.append((await udesk.call("GET", STATUS, sign_with=wrong)).body["code"])
        wrong[name] = right
    codes.append((await udesk.call("GET", STATUS, sign_with=wrong)).body["code"])
    good = _resign(udesk, nonce="nonce-of-this-test")
    await udesk.call("GET", STATUS, sign_with=good)
    codes.append((await udesk.call("GET", STATUS, sign_with=good)).body["code"])

    assert codes == [20621, 20622, 20624, 2015, 2059, 20623]


async def test_the_sign_is_checked_before_the_parameters(udesk: Udesk) -> None:
    """A stranger learns nothing about parameters, however unreadable they are."""
    bad_query = await udesk.call("GET", STATUS, query="agent_ids=%zz", sign_with={"sign": "0"})
    bad_body = await udesk.call(
        "POST", "/im/sessions", body=b"{", headers={"Content-Type": "application/json"}, sign_with={"sign": "0"}
    )
    signed = await udesk.call("GET", STATUS, query="agent_ids=%zz")

    assert [answer.body["code"] for answer in (bad_query, bad_body, signed)] == [2059, 2059, 2000]
    assert "agent_ids" in signed.body["message"]


async def test_lenient_answers_and_journals_what_strict_would_have_refused(udesk: Udesk) -> None:
    """Interfaces §1, --auth lenient: a warning, no problem."""
    await udesk.operator("PATCH", "/company", {"auth": "lenient"})

    answer = await udesk.call("GET", STATUS, query={"group_id": 11}, sign_with={"sign": "0"})

    entry = (await _entries(udesk))[-1]
    assert answer.body["code"] == 1000
    assert entry["lenient_code"] == 2059
    assert any("strict would have refused this with 2059" in warning for warning in entry["warnings"])
    assert await _problems(udesk) == []


async def test_off_checks_nothing(udesk: Udesk) -> None:
    """Interfaces §1, --auth off."""
    await udesk.operator("PATCH", "/company", {"auth": "off"})

    answer = await udesk.call("GET", STATUS, query={"group_id": 11}, signed=False)

    entry = (await _entries(udesk))[-1]
    assert (answer.body["code"], entry["warnings"], entry["lenient_code"]) == (1000, [], None)


@pytest.mark.parametrize("scheme", ["v2", "sha1"])
async def test_both_schemes_are_accepted_and_named_in_the_journal(udesk: Udesk, scheme: str) -> None:
    """Ruling 2."""
    answer = await udesk.call("GET", STATUS, query={"group_id": 11}, sign_with=scheme)

    assert (answer.body["code"], (await _entries(udesk))[-1]["scheme"]) == (1000, scheme)


@pytest.mark.parametrize(
    "endpoint", [e for e in UDESK_API if e.signature != "none"], ids=lambda endpoint: endpoint.name
)
async def test_every_signed_endpoint_refuses_a_bad_sign(udesk: Udesk, endpoint: Endpoint) -> None:
    """Field: an emulator that can't refuse lets client bugs pass."""
    if endpoint.path_setting:
        await udesk.operator("PATCH", "/company", {endpoint.path_setting: endpoint.path})
    path = endpoint.path.replace("{", "").replace("}", "")

    answer = await udesk.call(endpoint.method, path, sign_with={"sign": "0"})

    assert (answer.status, [answer.body[name] for name in endpoint.refused_as]) == (
        200,
        [2059] * len(endpoint.refused_as),
    )


async def test_log_in_is_not_signed_and_its_secrets_stay_out_of_the_journal(udesk: Udesk) -> None:
    """Ruling 3."""
    sent = {"email": udesk.email, "password": udesk.password}

    answer = await udesk.call("POST", "/log_in", json=sent, signed=False)

    assert answer.body == {"code": 1000, "open_api_auth_token": udesk.token}
    journal = udesk.slot.company.journal.export().decode()
    assert udesk.token not in journal
    assert f'"password":"{udesk.password}"' not in journal


# -- parameters ------------------------------------------------------------------------------------------------------


async def test_an_unknown_parameter_is_a_warning_that_names_the_nearest(udesk: Udesk) -> None:
    """Ruling 5: accepted; `agentid` → `agent_id`."""
    await udesk.call("POST", "/im/sessions", json={"customer_token": "c-1", "assign_type": "agent", "agentid": 3})

    assert (await _entries(udesk))[-1]["warnings"] == ["unknown parameter agentid: agent_id is meant?"]


async def test_a_refused_call_names_the_parameter_that_was_meant_too(udesk: Udesk) -> None:
    """Ruling 5: the typing error is why a parameter is missing."""
    answer = await udesk.call("POST", "/im/sessions", json={"customertoken": "c-1", "assign_type": "agent"})

    assert answer.body["code"] == 2000
    assert (await _entries(udesk))[-1]["warnings"] == ["unknown parameter customertoken: customer_token is meant?"]


async def test_an_unknown_name_inside_an_object_is_told_with_a_dot_and_bare_fields_are_known(udesk: Udesk) -> None:
    """Contract §11, client 6: some clients send a customer's fields without `customer`."""
    await udesk.call("POST", "/customers", json={"customer": {"nickname": "小明"}})
    await udesk.call("POST", "/customers", json={"nick_name": "小明", "customer_token": "c-1"})

    warned = [[text for text in row["warnings"] if "unknown" in text] for row in await _entries(udesk)]
    assert warned == [["unknown parameter customer.nickname: customer.nick_name is meant?"], []]


async def test_of_many_unknown_parameters_twenty_are_named(udesk: Udesk) -> None:
    """A journal is read by people, and a call must not grow by its warnings."""
    names = {f"strange{number}": 1 for number in range(1000)}
    await udesk.call("POST", "/im/sessions", json={"customer_token": "c-1", "assign_type": "agent", **names})
    operators = await udesk.operator("POST", "/clock/advance", {"seconds": 1, **names})

    warnings = (await _entries(udesk))[-1]["warnings"]
    assert (len(warnings), warnings[-1]) == (21, "and 980 more unknown parameters")
    message = operators.body["error"]["message"]
    assert (message.count("unknown;"), message.endswith("parameters: and 980 more are unknown")) == (20, True)


async def test_a_missing_parameter_is_named(udesk: Udesk) -> None:
    """Ruling 5: 2000 with Rails' own words; on POST /im/messages 2062 缺少参数."""
    session = await udesk.call("POST", "/im/sessions", json={"assign_type": "agent"})
    message = await udesk.call("POST", "/im/messages", json={})

    text = "param is missing or the value is empty: customer_token"
    assert session.body == {"code": 2000, "message": text, "code_message": text}
    assert message.body == {"code": 2062, "message": "缺少参数", "code_message": "缺少参数"}


async def test_a_post_may_carry_its_parameters_in_the_query_or_as_a_form(udesk: Udesk) -> None:
    """Contract §1.1: one merged `params`."""
    ask = {"customer_token": "c-1", "assign_type": "agent"}
    by_query = await udesk.call("POST", "/im/sessions", query=ask)
    by_form = await udesk.call(
        "POST",
        "/im/sessions",
        body=b"customer_token=c-1&assign_type=agent",
        headers={"Content-Type": "application/x-www-form-urlencoded"},
    )

    assert by_query.body["code"] == by_form.body["code"] == 1000
    assert by_query.body["assign_info"]["im_sub_session_id"] == by_form.body["assign_info"]["im_sub_session_id"]


# -- limits ----------------------------------------------------------------------------------------------------------


async def _leave_messages(udesk: Udesk, count: int) -> list[Any]:
    path = "/im/messages/agent_unread_messages"
    return [await udesk.call("GET", path, query={"agent_ids[]": [3]}) for _ in range(count)]


def _limited() -> Endpoint:
    return next(endpoint for endpoint in UDESK_API if endpoint.limit is not None)


async def test_a_documented_limit_answers_429(udesk: Udesk) -> None:
    """Ruling 25: HTTP 429 with Retry-After once time goes on; the window runs on the company's clock."""
    endpoint = _limited()
    assert endpoint.limit is not None
    await udesk.operator("PATCH", "/clock", {"rate": 0.001})
    path = endpoint.path.replace("{", "").replace("}", "")

    answers = [await udesk.call(endpoint.method, path) for _ in range(endpoint.limit.calls + 1)]

    text = "请求频率超限"
    assert answers[-2].status == 200
    assert (answers[-1].status, answers[-1].body) == (429, {"code": 429, "message": text, "code_message": text})
    assert int(answers[-1].headers["Retry-After"]) >= 1
    assert (await _entries(udesk))[-1]["detail"] == (
        "more than 3 calls in 1 s for session_id session_id; the setting limits=off lets them through"
    )


@pytest.mark.parametrize(("rate", "seconds"), [(1, 60), (2, 30), (1e-9, 86_400), (5e-324, 86_400)])
async def test_whoever_calls_too_often_is_told_how_many_real_seconds_to_wait(
    udesk: Udesk, rate: float, seconds: int
) -> None:
    """Ruling 25: the window is the company's minute, the caller waits in real time; a day at most is told."""
    await udesk.operator("PATCH", "/company", {"limits": "all"})
    await udesk.operator("PATCH", "/clock", {"rate": rate})

    answers = await _leave_messages(udesk, 61)

    assert [answer.status for answer in answers] == [200] * 60 + [429]
    assert int(answers[-1].headers["Retry-After"]) == pytest.approx(seconds, abs=1 if rate >= 1 else 0)


async def test_limits_can_be_switched_off(udesk: Udesk) -> None:
    """Ruling 25, setting `limits`: off."""
    endpoint = _limited()
    assert endpoint.limit is not None
    await udesk.operator("PATCH", "/company", {"limits": "off"})
    await udesk.operator("PATCH", "/clock", {"rate": 0.001})

    answers = [await udesk.call(endpoint.method, endpoint.path) for _ in range(endpoint.limit.calls + 1)]

    assert {answer.status for answer in answers} == {200}
    assert [row["warnings"] for row in await _entries(udesk)] == [[]] * len(answers)


async def test_the_status_of_a_limit_is_a_setting(udesk: Udesk) -> None:
    """Ruling 25: setting HTTP 200, same body."""
    endpoint = _limited()
    assert endpoint.limit is not None
    await udesk.operator("PATCH", "/company", {"rate_limit_status": 200})
    await udesk.operator("PATCH", "/clock", {"rate": 0.001})
    path = endpoint.path.replace("{", "").replace("}", "")

    answers = [await udesk.call(endpoint.method, path) for _ in range(endpoint.limit.calls + 1)]

    assert (answers[-1].status, answers[-1].body["code"]) == (200, 429)


async def test_an_excess_is_answered_with_a_warning_while_time_stands_still(udesk: Udesk) -> None:
    """Ruling 25: at rate 0."""
    endpoint = _limited()
    assert endpoint.limit is not None
    path = endpoint.path.replace("{", "").replace("}", "")

    answers = [await udesk.call(endpoint.method, path) for _ in range(endpoint.limit.calls + 1)]

    assert {answer.status for answer in answers} == {200}
    warned = [any("time stands still" in warning for warning in row["warnings"]) for row in await _entries(udesk)]
    assert sorted(warned) == [False] * endpoint.limit.calls + [True]


async def test_sixty_calls_a_minute_only_with_limits_all(udesk: Udesk) -> None:
    """Interfaces §1: `endpoint` (the default) keeps to the limits of single endpoints; `all`: 60 a minute too."""
    await udesk.operator("PATCH", "/clock", {"rate": 0.001})
    free = await _leave_messages(udesk, 61)
    await udesk.operator("PATCH", "/company", {"limits": "all"})
    held = await _leave_messages(udesk, 61)

    assert {answer.status for answer in free} == {200}
    assert [answer.status for answer in held] == [200] * 60 + [429]


# -- faults ----------------------------------------------------------------------------------------------------------


async def test_a_bug_of_ours_is_journalled_and_not_hidden_in_a_500(
    udesk: Udesk, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """Architecture: the mock's own faults are journalled as `fault` and fail the test that met them."""

    def broken(*_: object) -> None:
        raise KeyError("no such thing")

    monkeypatch.setattr(udesk.slot.company, "submit", broken)
    answer = await udesk.call("POST", "/im/sessions", json={"customer_token": "c-1", "assign_type": "agent"})

    text = "mock-udesk fault: see GET /_mock/problems"
    assert (answer.status, answer.body) == (200, {"code": 2000, "message": text, "code_message": text})
    assert await _problems(udesk) == [("fault", "KeyError: 'no such thing'")]
    assert capfd.readouterr() == ("", "")


# -- the control API -------------------------------------------------------------------------------------------------


async def test_reading_the_journal_does_not_fill_it(udesk: Udesk) -> None:
    """What only reads causes nothing; what changes is the cause of what follows."""
    for path in ("/health", "/agents", "/requests", "/problems"):
        await udesk.operator("GET", path)
    before = len(udesk.slot.company.journal)
    await udesk.operator("POST", "/reset")

    assert before == 0


async def test_json_for_the_control_api_needs_no_content_type(udesk: Udesk) -> None:
    """`curl -d '{…}'` sends a form's type; an operator's meaning is plain."""
    answer = await udesk.send(
        "POST",
        "/_mock/clock/advance",
        body=b' {"seconds": 1}',
        headers={"Content-Type": "application/x-www-form-urlencoded"},
    )

    assert answer.status == 200


async def test_a_page_of_another_site_can_change_nothing(udesk: Udesk) -> None:
    """Interfaces §2: 403."""
    foreign = await udesk.operator("POST", "/reset", {}, {"Origin": "http://evil.example"})
    own = await udesk.operator("POST", "/reset", {}, {"Origin": udesk.base_url})

    assert (foreign.status, own.status) == (403, 200)


async def test_a_foreign_host_name_cannot_control(udesk: Udesk) -> None:
    """Interfaces §2: bound to loopback, `Host` must be this machine's; the emulated API does not care."""
    control = await udesk.operator("GET", "/agents", headers={"Host": "evil.example"})
    emulated = await udesk.call("GET", STATUS, query={"group_id": 11}, headers={"Host": "proxy.example"})

    assert (control.status, control.body["error"]["code"], emulated.body["code"]) == (403, "forbidden", 1000)


async def test_urls_are_given_as_the_caller_reaches_the_server(udesk: Udesk, server: Server) -> None:
    """A container calls it by another name than this machine does."""
    made = await udesk.operator("POST", "/companies", {"subdomain": "acme"}, {"Host": f"localhost:{server.port}"})
    by_company = await udesk.operator("GET", "/companies", headers={"Host": f"acme.localhost:{server.port}"})

    assert made.body["base_url"] == f"http://localhost:{server.port}/c/acme"
    assert {row["base_url"] for row in by_company.body["companies"]} == {server.url, f"{server.url}/c/acme"}
