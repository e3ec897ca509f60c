"""Malformed input of every kind to every endpoint of both tables: the ruled answer, never a 5xx, nothing printed."""

import re
from typing import Any

import pytest

from mock_udesk.control_api.table import CONTROL_API
from mock_udesk.endpoint import Endpoint
from mock_udesk.udesk_api import UDESK_API

from ..integrator import Answer, Udesk

JSON = {"Content-Type": "application/json"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}

# What is sent as a body, and under which headers.
BODIES: dict[str, tuple[bytes, dict[str, str]]] = {
    "half an object": (b'{"customer_token": ', JSON),
    "a list": (b"[1, 2, 3]", JSON),
    "a number": (b"7", JSON),
    "null": (b"null", JSON),
    "not a number": (b'{"customer_token": NaN}', JSON),
    "deep lists": (b"[" * 100_000, JSON),
    "deep objects": (b'{"data":' * 190 + b"1" + b"}" * 190, JSON),
    "bytes that are no UTF-8": (b'{"customer_token": "\xff\xfe"}', JSON),
    "a lone surrogate": (b'{"customer_token": "\\ud83d", "content": "\\udc00"}', JSON),
    "a number without end": (b'{"agent_id": ' + b"9" * 9000 + b"}", JSON),
    "an infinite number": (b'{"agent_id": 1e999}', JSON),
    "two megabytes": (b'{"content": "' + b"x" * (2 * 1024 * 1024) + b'"}', JSON),
    "JSON as text": (b'{"customer_token": "c-1"}', {"Content-Type": "text/plain"}),
    "JSON as a form": (b'{"customer_token": "c-1"}', FORM),
    "a form with bad escapes": (b"customer_token=%zz&agent_id=%", FORM),
    "a form against itself": (b"data=1&data[content]=2", FORM),
    "a form that nests for ever": (b"a" + b"[b]" * 5000 + b"=1", FORM),
    "a form of bytes": (b"customer_token=\xff\xfe", FORM),
    "multipart without boundary": (b"--x\r\n\r\n--x--", {"Content-Type": "multipart/form-data"}),
    "multipart cut short": (b"--x\r\nContent-", {"Content-Type": "multipart/form-data; boundary=x"}),
    "no such type": (b"\x00\x01\x02", {"Content-Type": "/;;=,"}),
    "bad gzip": (b"this is not gzip", {**JSON, "Content-Encoding": "gzip"}),
}
# What every parameter of the endpoint is set to.
VALUES: dict[str, Any] = {
    "null": None,
    "empty": "",
    "blank": "  ",
    "a text": "not-a-number",
    "NUL": "a\0b",
    "long": "x" * 70_000,
    "huge": 10**30,
    "below zero": -(10**30),
    "a fraction": 1.5,
    "tiny": 1e-300,
    "true": True,
    "a list": [],
    "nested lists": [[[[1]]], {"a": []}],
    "an object": {"$ne": None, "content": {"content": []}},
    "odd text": "\u202e\ufeff\U0001f468\u200d\U0001f469 '\"<>&;--",
}
QUERIES = ["%", "a=%zz", "=1", "a[=1&[]=2&a[b=3", "agent_ids=1&agent_ids[]=2", "a=%ff%fe", "&&&", "customer_token=%00"]
PLACES = ["1", "0", "-1", "abc", "%00", "%ff", "%2F", "9" * 300, "1.5", "..", "%E5%94%AE", "+"]


def _path(endpoint: Endpoint, place: str) -> str:
    return re.sub(r"\{\w+\}", place, endpoint.path)


def _names(endpoint: Endpoint) -> list[str]:
    return [info.alias or name for name, info in endpoint.ask.model_fields.items()]


async def _barrage(udesk: Udesk, prefix: str, endpoint: Endpoint) -> list[tuple[str, Answer]]:
    """Everything malformed, once; each answer with what was sent."""
    moved = {endpoint.path_setting: endpoint.path} if endpoint.path_setting else {}
    udesk.slot.company.change_settings({"auth": "off", **moved}, None)
    answers = []

    async def send(what: str, path: str, query: str = "", **rest: Any) -> None:
        answers.append((what, await udesk.send(endpoint.method, f"{prefix}{path}", query, **rest)))

    for what, (body, headers) in BODIES.items():
        await send(what, _path(endpoint, "1"), body=body, headers=headers)
    for what, value in VALUES.items():
        if endpoint.path == "/settle" and what in ("true", "a fraction"):
            continue  # whole seconds of waiting, as asked for
        await send(f"everything {what}", _path(endpoint, "1"), json=dict.fromkeys(_names(endpoint), value))
        for name in _names(endpoint):
            await send(f"{name} {what}", _path(endpoint, "1"), json={name: value})
    for query in QUERIES:
        await send(f"?{query}", _path(endpoint, "1"), query)
    for place in PLACES:
        await send(f"at {place}", _path(endpoint, place))
    return answers


@pytest.mark.parametrize("endpoint", list(UDESK_API), ids=lambda endpoint: endpoint.name)
async def test_the_emulated_api_answers_whatever_comes(
    udesk: Udesk, endpoint: Endpoint, capfd: pytest.CaptureFixture[str]
) -> None:
    """Ruling 5: HTTP 200 with a code (404 for a path that is none); no fault of ours, nothing on stdout or stderr."""
    answers = await _barrage(udesk, "/open_api_v1", endpoint)

    for what, answer in answers:
        assert answer.status in (200, 404), (what, answer.raw[:300])
        assert isinstance(answer.body, dict), what
        code = answer.body.get("code", answer.body.get("status"))
        assert isinstance(code, int), (what, answer.raw[:300])
        if code != 1000 and answer.status == 200 and "code" in answer.body:
            assert answer.body["message"] == answer.body.get("code_message", answer.body["message"])
    _nothing_went_wrong(udesk, capfd)


@pytest.mark.parametrize("endpoint", list(CONTROL_API), ids=lambda endpoint: endpoint.name)
async def test_the_control_api_answers_whatever_comes(
    udesk: Udesk, endpoint: Endpoint, capfd: pytest.CaptureFixture[str]
) -> None:
    """Interfaces §3: errors are `{"error": …}` with a 4xx status; no fault of ours, nothing on stdout or stderr."""
    answers = await _barrage(udesk, "/_mock", endpoint)

    for what, answer in answers:
        assert answer.status < 500, (what, answer.raw[:300])
        if answer.status >= 400:
            # A scenario's errors are told one by one beside these.
            assert set(answer.body["error"]) - {"errors", "warnings"} == {"code", "message", "hint"}, what
            assert answer.body["error"]["message"], what
    _nothing_went_wrong(udesk, capfd)


def _nothing_went_wrong(udesk: Udesk, capfd: pytest.CaptureFixture[str]) -> None:
    faults = [problem for problem in udesk.slot.company.journal.problems if problem.kind == "fault"]
    assert faults == []
    printed = capfd.readouterr()
    assert (printed.out, printed.err) == ("", "")


@pytest.mark.parametrize("what", [what for what in BODIES if what not in ("JSON as text", "JSON as a form")])
async def test_a_body_that_cannot_be_read_is_2000_with_the_fields_name(udesk: Udesk, what: str) -> None:
    """Ruling 5: not JSON, over-long: 2000, naming what is wrong; the journal has the rest."""
    body, headers = BODIES[what]

    answer = await udesk.call("POST", "/im/sessions", body=body, headers=headers)

    assert answer.status == 200
    assert answer.body["code"] == 2000
    assert answer.body["message"] == answer.body["code_message"]


async def test_json_under_another_type_counts_as_absent_and_the_journal_says_why(udesk: Udesk) -> None:
    """Ruling 5."""
    answer = await udesk.call("POST", "/im/sessions", body=b'{"customer_token": "c-1"}', headers=FORM)

    (entry,) = (await udesk.operator("GET", "/requests")).body["requests"]
    assert answer.body["message"].startswith("param is missing or the value is empty: ")
    assert any("JSON needs Content-Type: application/json" in warning for warning in entry["warnings"])
