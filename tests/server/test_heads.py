"""What a request's head may hold: bytes that are no UTF-8, and expectations."""

import json
from collections.abc import Awaitable, Callable

import pytest

from mock_udesk.cli.log import request_log
from mock_udesk.company.founding import Founding
from mock_udesk.server.app import Server, ServerOptions

from ..integrator import Udesk
from .raw import Raw, exchange

ASK = "/open_api_v1/im/sessions?customer_token=c-1&assign_type=agent"
LOG_IN = b'{"email":"admin@demo.test","password":"password"}'


def log_in(*more: str, version: str = "1.1") -> bytes:
    """The head of a log_in whose body is still to come."""
    lines = (f"POST /open_api_v1/log_in HTTP/{version}", "Host: localhost", "Content-Type: application/json")
    return "\r\n".join((*lines, f"Content-Length: {len(LOG_IN)}", *more, "\r\n")).encode()


@pytest.mark.parametrize(
    "headers",
    [
        "Host: localhost\r\nContent-Type: text/\xff",
        "Host: localhost\r\nContent-Encoding: \xff",
        "Host: \xff.example",
        "Host: \xff.udesk.cn",
        "Host: localhost\r\nX-App: \xff\xfe",
    ],
    ids=["type", "encoding", "host", "company's host", "any header"],
)
async def test_bytes_that_are_no_utf_8_can_be_shown_wherever_they_stand(
    founding: Founding,
    start_server: Callable[[ServerOptions], Awaitable[Server]],
    headers: str,
) -> None:
    """A call that was answered can be read back: in the journal, the story and the log of either form."""
    lines: list[str] = []
    server = await start_server(ServerOptions(founding=founding, log_call=request_log("json", lines.append)))
    server.companies.default.company.change_settings({"auth": "off"}, None)

    data = f"POST {ASK} HTTP/1.1\r\n{headers}\r\nContent-Length: 3\r\n\r\nabc".encode("latin-1")
    status, body = await exchange(server, data)

    assert status == 200
    assert "not a request" not in body.decode()
    assert json.loads(lines[-1])["status"] == status
    for shown in ("/_mock/requests", "/_mock/timeline?as=text", "/_mock/problems"):
        status, _ = await exchange(server, f"GET {shown} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        assert status == 200, shown
    company = server.companies.default.company
    assert company.journal.export() is not None
    assert [problem.text for problem in company.journal.problems if problem.kind == "fault"] == []


@pytest.mark.parametrize("path", ["/", "/_mock/company", "/_mock/companies"])
async def test_a_host_that_is_no_utf_8_can_be_shown_as_a_base_url(
    founding: Founding, start_server: Callable[[ServerOptions], Awaitable[Server]], path: str
) -> None:
    """The pages that name the server's own address."""
    server = await start_server(ServerOptions(founding=founding, host="0.0.0.0", control="open"))

    status, body = await exchange(server, f"GET {path} HTTP/1.1\r\nHost: a\xff.example\r\n\r\n".encode("latin-1"))

    assert (status, b"a\\xff.example" in body.replace(b"\\\\", b"\\")) == (200, True)


@pytest.mark.parametrize("word", ["100-continue", "100-Continue"])
async def test_a_caller_who_waits_for_100_continue_gets_it(udesk: Udesk, word: str) -> None:
    """RFC 9110 §10.1.1: libcurl and PHP hold a large body back until they are told to go on."""
    async with Raw(udesk.server) as raw:
        raw.send(log_in(f"Expect: {word}"))
        interim = await raw.head()
        raw.send(LOG_IN)
        status, body = await raw.answer()

    assert interim == b"HTTP/1.1 100 Continue\r\n\r\n"
    assert (status, json.loads(body)["code"]) == (200, 1000)


@pytest.mark.parametrize(("version", "more"), [("1.1", ""), ("1.0", "Connection: keep-alive")])
async def test_a_body_that_is_there_already_needs_no_100_continue(udesk: Udesk, version: str, more: str) -> None:
    """RFC 9110: it may be left out when the body has come, and HTTP/1.0 does not know it."""
    status, body = await exchange(
        udesk.server, log_in("Expect: 100-continue", more or "X-App: shop", version=version) + LOG_IN
    )

    assert (status, json.loads(body)["code"]) == (200, 1000)


async def test_another_expectation_is_417(udesk: Udesk) -> None:
    """RFC 9110: what can't be met is refused; the journal says what was expected."""
    status, body = await exchange(udesk.server, log_in("Expect: a-miracle"))
    control, _ = await exchange(
        udesk.server, b"POST /_mock/reset HTTP/1.1\r\nHost: localhost\r\nExpect: x\r\nContent-Length: 2\r\n\r\n"
    )

    assert (status, json.loads(body)["code"], control) == (417, 2000, 417)
    (entry,) = (await udesk.operator("GET", "/requests")).body["requests"]
    assert (entry["status"], entry["detail"]) == (417, "Expect: 'a-miracle' can't be met, only 100-continue")
