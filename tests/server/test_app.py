"""A whole server: starting, stopping, what it says of pushes it could not deliver, and what is not HTTP at all."""

import asyncio
import http.client
import re
import socket
from dataclasses import replace

import pytest

from mock_udesk.company.founding import Founding
from mock_udesk.desk.errors import UsageError
from mock_udesk.server.app import Server, ServerOptions

from ..integrator import Udesk
from ..receiver import Receiver


async def _raw(server: Server, sent: bytes, *, is_cut_short: bool = False) -> bytes:
    """All that comes back until the connection is closed."""
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    writer.write(sent)
    if is_cut_short:
        writer.write_eof()
    async with asyncio.timeout(10):
        received = await reader.read()
    writer.close()
    return received


async def test_a_busy_port_is_said_in_one_clear_line(server: Server, founding: Founding) -> None:
    """Field: exit code non-zero with one clear line."""
    with pytest.raises(UsageError, match=f"port {server.port} of 127.0.0.1 is in use") as refused:
        await Server(ServerOptions(founding=founding, port=server.port)).start()

    assert "--port" in refused.value.hint


@pytest.mark.parametrize(
    ("host", "port"), [("192.0.2.1", 0), ("no such host.invalid", 0), ("127.0.0.1", 70_000), ("a" * 300, 0)]
)
async def test_an_address_that_cannot_be_listened_on_is_a_usage_error(founding: Founding, host: str, port: int) -> None:
    """Never a traceback."""
    with pytest.raises(UsageError):
        await Server(ServerOptions(founding=founding, host=host, port=port)).start()


async def test_it_stops_at_once_when_idle(founding: Founding, receiver: Receiver, h5: Receiver) -> None:
    """Field, figures: stop in less than 100 ms, also with kept connections."""
    server = Server(ServerOptions(founding=founding))
    await server.start()
    async with Udesk(server, server.companies.default, server.url, receiver, h5) as udesk:
        await udesk.operator("GET", "/health")
        loop = asyncio.get_running_loop()
        started = loop.time()
        undelivered = await server.stop()
        seconds = loop.time() - started

    assert undelivered == []
    assert seconds < 0.1


async def test_stopping_gives_pushes_that_are_due_some_time(
    founding: Founding, receiver: Receiver, h5: Receiver
) -> None:
    """Nothing is lost on SIGTERM within the drain limit."""
    server = Server(ServerOptions(founding=founding, drain_seconds=5))
    await server.start()
    receiver.answer_with("slow")
    async with Udesk(server, server.companies.default, server.url, receiver, h5) as udesk:
        await udesk.call("POST", "/im/sessions", json={"customer_token": "c-1", "assign_type": "agent"})
        await receiver.arrived(1)
        stopping = asyncio.ensure_future(server.stop())
        receiver.release()

        assert await stopping == []


async def test_stopping_names_what_was_not_delivered(founding: Founding, receiver: Receiver, h5: Receiver) -> None:
    """The issue: what could not be delivered is named on exit."""
    await receiver.stop()
    server = Server(ServerOptions(founding=founding, drain_seconds=0.05))
    await server.start()
    async with Udesk(server, server.companies.default, server.url, receiver, h5) as udesk:
        answer = await udesk.call("POST", "/im/sessions", json={"customer_token": "c-1", "assign_type": "agent"})
        session_id = answer.body["assign_info"]["im_sub_session_id"]
        await udesk.operator("POST", f"/sessions/{session_id}/messages", {"content": "您好"})
        await udesk.advance(40)
        first, second = await server.stop()

    assert re.fullmatch(
        r"push 1 \(\w+\) to customer c-1: 3 attempts, last: connection refused, next due 2026-11-22T10:01:40.*", first
    )
    assert re.fullmatch(r"push 2 \(\w+\) to customer c-1: never attempted", second)


async def test_a_push_in_flight_at_the_end_is_named_too(founding: Founding, receiver: Receiver, h5: Receiver) -> None:
    """Whether the receiver took it nobody knows."""
    server = Server(ServerOptions(founding=founding, drain_seconds=0.05))
    await server.start()
    receiver.answer_with("hang")
    async with Udesk(server, server.companies.default, server.url, receiver, h5) as udesk:
        await udesk.call("POST", "/im/sessions", json={"customer_token": "c-1", "assign_type": "agent"})
        (line,) = await server.stop()

    assert line.endswith("to customer c-1: 1 attempt, the last one was not answered in time")


async def test_stopping_ends_a_call_that_waits(founding: Founding, receiver: Receiver, h5: Receiver) -> None:
    """An open long wait must not hold up `docker stop`."""
    server = Server(ServerOptions(founding=founding, drain_seconds=0.1))
    await server.start()
    async with Udesk(server, server.companies.default, server.url, receiver, h5) as udesk:
        waiting = asyncio.ensure_future(
            udesk.operator("POST", "/settle", {"timeout_seconds": 600, "quiet_seconds": 600})
        )
        await udesk.waits("/settle")
        loop = asyncio.get_running_loop()
        started = loop.time()
        await server.stop()
        answer = await waiting

        assert (answer.status, "stopping" in answer.body["error"]["message"]) == (409, True)
        assert loop.time() - started < 1.0


def test_a_server_in_a_thread_answers_and_ends() -> None:
    """For plain tests without a loop of their own."""
    from mock_udesk.company.founding import made_up

    founding = Founding(subdomain="demo", credentials=made_up("demo", 0))
    with Server.in_thread(ServerOptions(founding=founding)) as server:
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=5)
        connection.request("GET", "/_mock/health")
        status = connection.getresponse().status
        connection.close()

    assert (status, server.undelivered) == (200, [])
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", server.port)) != 0


def test_a_server_in_a_thread_that_cannot_start_says_why() -> None:
    """The error comes to whoever asked."""
    from mock_udesk.company.founding import made_up

    founding = Founding(subdomain="demo", credentials=made_up("demo", 0))
    with pytest.raises(UsageError), Server.in_thread(ServerOptions(founding=founding, port=70_000)):
        pass


async def test_what_is_not_http_is_answered_400_in_json(server: Server, capfd: pytest.CaptureFixture[str]) -> None:
    """The same envelope, and nothing is printed."""
    for sent in (
        b"nonsense\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00",
        b"GET / HTTP/1.1\r\n\xff\r\n\r\n",
    ):
        received = await _raw(server, sent)
        assert received.startswith((b"HTTP/1.1 400 ", b"HTTP/1.0 400 ")), sent
        assert b'{"code":2000,' in received, sent

    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    "framing",
    [
        b"Transfer-Encoding: chunked\r\n\r\nzz\r\nnot a chunk\r\n",
        b"Content-Length: 100\r\n\r\ncut short",
        b"Content-Length: -1\r\n\r\n",
        b"Transfer-Encoding: chunked\r\n\r\n5\r\nhel",
    ],
)
async def test_broken_framing_ends_the_connection_quietly(
    server: Server, framing: bytes, capfd: pytest.CaptureFixture[str]
) -> None:
    """A client that goes away in the middle is no fault of ours."""
    await _raw(server, b"POST /open_api_v1/im/sessions HTTP/1.1\r\nHost: localhost\r\n" + framing, is_cut_short=True)
    healthy = await _raw(server, b"GET /_mock/health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")

    assert healthy.startswith(b"HTTP/1.1 200 OK")
    assert [
        problem.kind for problem in server.companies.default.company.journal.problems if problem.kind == "fault"
    ] == []
    assert capfd.readouterr() == ("", "")


async def test_the_absolute_form_of_a_proxys_client_is_understood(server: Server) -> None:
    """HTTP/1.1 asks every server to accept it."""
    received = await _raw(
        server, b"GET http://localhost/_mock/health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    )

    assert received.startswith(b"HTTP/1.1 200 OK")


async def test_a_control_token_is_asked_for(founding: Founding, receiver: Receiver, h5: Receiver) -> None:
    """Interfaces §1: all but /_mock/health; the emulated API has its signatures."""
    async with Server(ServerOptions(founding=founding, control_token="s3cret")) as server:  # noqa: SIM117
        async with Udesk(server, server.companies.default, server.url, receiver, h5) as udesk:
            without = await udesk.operator("GET", "/agents")
            given = await udesk.operator("GET", "/agents", headers={"Authorization": "Bearer s3cret"})
            health = await udesk.operator("GET", "/health")

    assert [without.status, given.status, health.status] == [401, 200, 200]


async def test_two_companies_may_be_founded_alike(founding: Founding) -> None:
    """A founding is a value: the same one begins the same life on another server."""
    async with (
        Server(ServerOptions(founding=founding)) as one,
        Server(ServerOptions(founding=replace(founding))) as two,
    ):
        assert one.port != two.port
        assert one.companies.default.company.credentials == two.companies.default.company.credentials
