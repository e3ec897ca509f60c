"""How much of a request is read: beyond it a clear error, at once, in the form of the room; never a fault."""

import json

import pytest

from mock_udesk.server.app import Server

from ..integrator import Udesk
from .raw import Raw, exchange

HOST = "Host: localhost\r\n"
DEEP = 10_000
JSON = {"Content-Type": "application/json"}
# One endpoint of each room that takes a body.
EMULATED, OPERATORS = "/open_api_v1/im/sessions", "/_mock/agents"


def _nothing_went_wrong(server: Server) -> None:
    assert not any(slot.company.journal.noted.get("fault") for slot in server.companies)


@pytest.mark.parametrize(
    ("what", "head", "status", "said"),
    [
        ("a long query", f"?x={'a' * 70_000} HTTP/1.1\r\n{HOST}", 431, "longer than 65536 bytes"),
        ("a long header", f" HTTP/1.1\r\n{HOST}X-App: {'a' * 70_000}\r\n", 431, "longer than 65536 bytes"),
        ("many headers", f" HTTP/1.1\r\n{HOST}" + "X: a\r\n" * 500, 431, "headers"),
        ("two lengths", f" HTTP/1.1\r\n{HOST}Content-Length: 2\r\nContent-Length: 3\r\n", 400, "Content-Length"),
        ("a length below zero", f" HTTP/1.1\r\n{HOST}Content-Length: -1\r\n", 400, "Content-Length"),
        ("an endless length", f" HTTP/1.1\r\n{HOST}Content-Length: {'9' * 40}\r\n", 400, "Content-Length"),
        (
            "length and chunks",
            f" HTTP/1.1\r\n{HOST}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n",
            400,
            "Transfer-Encoding",
        ),
        ("NUL in a header", f" HTTP/1.1\r\n{HOST}X-App: a\0b\r\n", 400, "not a request"),
        ("NUL in the path", f"\0x HTTP/1.1\r\n{HOST}", 400, "not a request"),
        ("two hosts", f" HTTP/1.1\r\n{HOST}Host: evil.example\r\n", 400, "Host"),
        ("no such protocol", f" HTTP/7.0\r\n{HOST}", 400, "not a request"),
    ],
)
async def test_a_head_that_can_not_be_read_is_refused_in_the_forms_of_both_rooms(
    server: Server, what: str, head: str, status: int, said: str
) -> None:
    """Nobody knows yet which room was meant: `code` and `message` as Udesk has them, and the control API's `error`."""
    found, body = await exchange(server, f"POST {OPERATORS}{head}\r\n".encode("latin-1"))

    answer = json.loads(body)
    assert (found, answer["code"]) == (status, 2000)
    assert said in answer["message"]
    assert answer["message"] == answer["code_message"] == answer["error"]["message"]
    assert answer["error"]["hint"]
    _nothing_went_wrong(server)


@pytest.mark.parametrize("target", ["/_mock/requests?text=退款", "/open_api_v1/im/退款", "/_mock/#退"])
async def test_chinese_in_a_url_is_to_be_percent_encoded(server: Server, target: str) -> None:
    """RFC 3986: curl sends what is typed as it is. The hint says what to type instead."""
    status, body = await exchange(server, f"GET {target} HTTP/1.1\r\n{HOST}\r\n".encode())

    assert status == 400
    assert json.loads(body)["error"]["hint"].startswith("percent-encode it: 退 is %E9%80%80; ")


@pytest.mark.parametrize(
    ("first", "said"),
    [
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"x" * 99, "TLS"),
        (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "HTTP/2"),
    ],
)
async def test_another_protocol_is_called_by_its_name(server: Server, first: bytes, said: str) -> None:
    """https:// in place of http:// is what people type."""
    _, body = await exchange(server, first)

    assert said in json.loads(body)["error"]["message"]


@pytest.mark.parametrize("framing", ["length", "chunks"])
@pytest.mark.parametrize(("path", "most"), [(EMULATED, 1024 * 1024), (OPERATORS, 16 * 1024 * 1024)])
async def test_a_body_that_is_too_long_is_answered_before_it_has_come(
    server: Server, path: str, most: int, framing: str
) -> None:
    """Ruling 5: 200 with 2000; the control API: 422 with what would be right. What was announced is not waited for."""
    server.companies.default.company.change_settings({"auth": "off"}, None)
    how = f"Content-Length: {10**9}" if framing == "length" else "Transfer-Encoding: chunked"
    async with Raw(server) as raw:
        raw.send(f"POST {path} HTTP/1.1\r\n{HOST}Content-Type: application/json\r\n{how}\r\n\r\n".encode())
        if framing == "chunks":
            raw.send(b"%x\r\n" % (most + 1) + b" " * (most + 1))
        status, body = await raw.answer()

    answer = json.loads(body)
    if path == EMULATED:
        assert (status, answer["code"], answer["message"]) == (200, 2000, "参数错误: body")
        assert f"more than {most}" in server.companies.default.company.journal.export().decode()
    else:
        assert (status, answer["error"]["code"]) == (422, "invalid")
        assert answer["error"]["hint"] == f"a body has at most 16 MiB ({most} bytes) here"
    _nothing_went_wrong(server)


@pytest.mark.parametrize(
    ("what", "body", "headers"),
    [
        ("objects", b'{"a":' * DEEP + b"1" + b"}" * DEEP, JSON),
        ("lists", b'{"a":' + b"[" * DEEP + b"]" * DEEP + b"}", JSON),
        ("lists without end", b"[" * DEEP, JSON),
        ("a form", b"a" + b"[b]" * DEEP + b"=1", {"Content-Type": "application/x-www-form-urlencoded"}),
        ("a form of lists", b"a" + b"[]" * DEEP + b"=1", {"Content-Type": "application/x-www-form-urlencoded"}),
        ("NUL", b'{"customer_token":"a\x00b"}', JSON),
        ("no UTF-8", b'{"customer_token":"\xff"}', JSON),
        ("UTF-16", '{"customer_token":"c"}'.encode("utf-16"), JSON),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_a_body_without_bottom_is_refused_with_the_fields_name(
    udesk: Udesk, what: str, body: bytes, headers: dict[str, str]
) -> None:
    """In both rooms, whatever stands at its bottom; nothing recurses."""
    emulated = await udesk.call("POST", "/im/sessions", body=body, headers=headers)
    operators = await udesk.send("POST", "/_mock/agents", body=body, headers=headers)

    assert (emulated.status, emulated.body["code"]) == (200, 2000)
    assert (operators.status, operators.body["error"]["code"]) == (422, "invalid")
    assert operators.body["error"]["message"]
    assert len(emulated.raw) + len(operators.raw) < 4_000
    _nothing_went_wrong(udesk.server)


@pytest.mark.parametrize("query", ["a" + "[b]" * DEEP + "=1", "a" + "[]" * DEEP + "=1", "a" + "%5Bb%5D" * 5_000 + "=1"])
async def test_a_query_without_bottom_is_refused(udesk: Udesk, query: str) -> None:
    """Likewise."""
    emulated = await udesk.call("GET", "/im/agent_status", query=query)
    operators = await udesk.operator("GET", f"/agents?{query}")

    assert (emulated.status, emulated.body["code"]) == (200, 2000)
    assert (operators.status, operators.body["error"]["code"]) == (422, "invalid")
    assert len(emulated.raw) + len(operators.raw) < 4_000
    _nothing_went_wrong(udesk.server)


@pytest.mark.parametrize(
    "text",
    [
        "[" * DEEP,
        "[" * DEEP + "]" * DEEP,
        "{a: " * DEEP + "1" + "}" * DEEP,
        "".join(f"{' ' * at}a:\n" for at in range(300)),
        "- " * DEEP + "a",
        "rules: &a [*a]",
        "a: &a [1,1]\n"
        + "".join(f"{chr(98 + at)}: &{chr(98 + at)} [*{chr(97 + at)},*{chr(97 + at)}]\n" for at in range(24)),
        "scenario: a\0b",
    ],
    ids=["lists", "closed lists", "objects", "indented", "dashes", "itself", "laughs", "NUL"],
)
async def test_a_scenario_without_bottom_is_refused_with_its_place(udesk: Udesk, text: str) -> None:
    """YAML as it is sent to PUT /_mock/scenario."""
    answer = await udesk.send(
        "PUT", "/_mock/scenario", body=text.encode(), headers={"Content-Type": "application/yaml"}
    )

    assert (answer.status, answer.body["error"]["code"]) == (422, "invalid")
    assert answer.body["error"]["message"]
    _nothing_went_wrong(udesk.server)


@pytest.mark.parametrize("path", ["/verify", "/await", "/faults", "/explain", "/snapshot", "/scenario", "/companies"])
@pytest.mark.parametrize("depth", [30, 300, DEEP])
async def test_what_is_said_of_calls_and_pushes_has_a_bottom_too(udesk: Udesk, path: str, depth: int) -> None:
    """Patterns, snapshots and scenarios in JSON: whatever depth is read is also worked with."""
    method = "PUT" if path in ("/snapshot", "/scenario") else "POST"
    for inner in ('{"$not":', '{"a":', "["):
        pattern = inner * depth + "1" + ("]" if inner == "[" else "}") * depth
        for body in (
            f'{{"body": {pattern}}}',
            f'{{"on": "call", "match": {{"body": {pattern}}}, "do": {{"code": 1}}}}',
            pattern,
        ):
            answer = await udesk.send(method, f"/_mock{path}", body=body.encode(), headers=JSON)

            assert answer.status < 500, answer.raw[:300]
            assert answer.status < 400 or answer.body["error"]["code"] in ("invalid", "conflict", "unknown"), (
                answer.raw[:300]
            )
    _nothing_went_wrong(udesk.server)
