"""The lines that `serve` writes of calls and pushes: their numbers join them with the journal and the deliveries."""

import json
import re
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import quote

import pytest

from mock_udesk.cli.log import Form, MaskedWrite, attempt_log, request_log
from mock_udesk.company.founding import Founding
from mock_udesk.server.app import Server, ServerOptions

from ..integrator import Udesk
from ..receiver import Receiver
from ..server.raw import exchange
from ..test_cli import Program, free_port

Start = Callable[[ServerOptions], Awaitable[Server]]
LOG = re.compile(r"\d\d:\d\d:\d\d (.*)")


async def logged(founding: Founding, receiver: Receiver, start_server: Start, form: Form) -> tuple[list[str], Udesk]:
    """The lines of a server and its default company's integrator."""
    lines: list[str] = []
    calls, attempts = request_log(form, lines.append), attempt_log(form, lines.append)
    server = await start_server(ServerOptions(founding=founding, log_call=calls, log_attempt=attempts))
    return lines, Udesk(server, server.companies.default, server.url, receiver, receiver)


async def opened(udesk: Udesk, token: str = "c-1") -> None:
    """A session, and its push."""
    await udesk.call("POST", "/im/sessions", json={"customer_token": token, "assign_type": "agent"})
    await udesk.settle()


@pytest.mark.parametrize("form", ["text", "json"])
async def test_no_line_tells_a_key_of_any_company(
    founding: Founding, receiver: Receiver, start_server: Start, form: Form
) -> None:
    """In a path, where the time belongs, as a customer: a caller may have put one anywhere."""
    lines: list[str] = []
    masked = MaskedWrite(lines.append)
    server = await start_server(ServerOptions(founding=founding, log_call=request_log(form, masked)))
    masked.companies = server.companies
    odd = 'to"ken-%&中文-1'
    server.companies.create(subdomain="acme", token=odd, secret="s" * 20)
    async with Udesk(server, server.companies.default, server.url, receiver, receiver) as udesk:
        for key in (udesk.token, odd, "s" * 20):
            await udesk.call("GET", f"/{quote(key)}", sign_with={"timestamp": key})
            await udesk.call("GET", "/im/agent_status", sign_with={"timestamp": key})
            await opened(udesk, key)

    assert [line for line in lines for part in (udesk.token, "ken-", "s" * 20) if part in line] == []
    assert any("***" in line for line in lines)


def parts(line: str) -> str:
    """A line without its time of day and without durations."""
    found = LOG.fullmatch(line)
    assert found, line
    return re.sub(r"\d+\.\d ms", "… ms", found[1])


async def test_each_call_has_its_number_and_each_attempt_the_call_that_caused_it(
    founding: Founding, receiver: Receiver, start_server: Start
) -> None:
    """`#1` is GET /_mock/requests/1, `push 1` is GET /_mock/deliveries/1."""
    lines, udesk = await logged(founding, receiver, start_server, "text")
    async with udesk:
        receiver.answer_with(500)
        await opened(udesk)
        await udesk.advance(60)
        entry = (await udesk.operator("GET", "/requests/1")).body
        delivery = (await udesk.operator("GET", "/deliveries/1")).body

    shown = [parts(line) for line in lines]
    assert shown[0] == "#1 POST /open_api_v1/im/sessions 200 1000 c-1 … ms"
    assert shown[1] == (
        "push 1 (agent_messages) to c-1: failed: HTTP 500 in … ms, attempt 1, caused by #1; "
        f"next attempt at {delivery['attempts'][1]['at']}"
    )
    assert "push 1 (agent_messages) to c-1: 200 in … ms, attempt 2, caused by #1" in shown
    assert (entry["endpoint"], entry["deliveries"][0]) in [("POST /im/sessions", 1), ("POST /im/sessions", delivery)]


async def test_as_json_a_line_says_what_an_attempt_was(
    founding: Founding, receiver: Receiver, start_server: Start
) -> None:
    """For log collectors: the same numbers under fixed names."""
    lines, udesk = await logged(founding, receiver, start_server, "json")
    async with udesk:
        await opened(udesk)

    rows: list[dict[str, Any]] = [json.loads(line) for line in lines]
    call, attempt = rows[:2]
    assert {name: call[name] for name in ("event", "company", "id", "code")} == {
        "event": "call",
        "company": "demo",
        "id": 1,
        "code": 1000,
    }
    seconds, at = attempt.pop("seconds"), attempt.pop("at")
    cause = attempt.pop("cause")
    assert attempt == {
        "event": "attempt",
        "company": "demo",
        "delivery": 1,
        "push": "agent_messages",
        "target": "receive_url",
        "attempt": 1,
        "outcome": "delivered",
        "status": 200,
        "reason": None,
        "request": 1,
    }
    assert 0 < seconds < 10
    assert at is not None
    assert 1 <= cause <= udesk.slot.company.journal.last_id


@pytest.mark.parametrize("form", ["text", "json"])
async def test_another_company_is_named(
    founding: Founding, receiver: Receiver, start_server: Start, form: Form
) -> None:
    """In text only when it is not the default one; a company that is not there has no name and its call no number."""
    lines, udesk = await logged(founding, receiver, start_server, form)
    udesk.server.companies.create(subdomain="acme")
    for company in ("acme", "nobody"):
        await exchange(
            udesk.server,
            f"GET /c/{company}/open_api_v1/im/agent_status HTTP/1.1\r\nHost: localhost\r\n\r\n".encode(),
        )

    if form == "text":
        assert parts(lines[0]).startswith("acme #1 GET /c/acme/open_api_v1/im/agent_status 200 ")
        assert parts(lines[1]).startswith("GET /c/nobody/open_api_v1/im/agent_status 200 2002")
    else:
        named = [(row["company"], row["id"]) for row in map(json.loads, lines)]
        assert named == [("acme", 1), (None, None)]


async def test_a_push_of_the_operators_names_the_operators_call(
    founding: Founding, receiver: Receiver, start_server: Start
) -> None:
    """What an agent says is caused by the operator's call that said it."""
    lines, udesk = await logged(founding, receiver, start_server, "json")
    async with udesk:
        await opened(udesk)
        await udesk.operator("POST", "/sessions/1001/messages", {"content": "您好"})
        await udesk.settle()

    rows: list[dict[str, Any]] = [json.loads(line) for line in lines]
    said = next(row for row in rows if row["event"] == "operator" and row["path"].endswith("/messages"))
    pushed = [row for row in rows if row["event"] == "attempt"][-1]
    assert pushed["request"] == said["id"]


async def test_what_a_caller_sends_stays_on_its_line(
    founding: Founding, receiver: Receiver, start_server: Start
) -> None:
    """A token with a line break writes no line of its own, neither of its call nor of its push."""
    lines, udesk = await logged(founding, receiver, start_server, "text")
    async with udesk:
        await opened(udesk, "c-1\n12:00:00 #7 forged\u2028\x1b[31m")

    assert len([line for line in lines if "forged" in line]) == 2
    assert all(line.isprintable() for line in lines)


def test_serve_says_at_once_that_nobody_takes_connections_at_the_receive_url() -> None:
    """A warning: the app may start later. The query may hold a secret, so it stays out."""
    url = f"http://127.0.0.1:{free_port()}/in?key=s3cret"
    with Program("serve", "--port", "0", "--receive-url", url) as program:
        said = program.until(lambda line: line.startswith("  warning"))
        code, _, _, _ = program.end()

    assert said.startswith("  warning       receive_url http://127.0.0.1:")
    assert "s3cret" not in said
    assert code == 0
