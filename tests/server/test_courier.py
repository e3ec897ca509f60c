"""One attempt to deliver: what counts as an answer, and every way in which a receiver goes wrong, put in words."""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator

import pytest

from mock_udesk import __version__
from mock_udesk.company.pushes.deliveries import Order, Result
from mock_udesk.server.courier import ANSWER_LIMIT_BYTES, Courier

from ..receiver import Receiver

BODY = '{"messages":["您好"]}'.encode()


@pytest.fixture
async def courier() -> AsyncIterator[Courier]:
    """A courier."""
    courier = Courier()
    yield courier
    await courier.close()


def order(url: str, timeout_seconds: float = 5.0) -> Order:
    """The first attempt of delivery 1."""
    return Order(1, 1, url, BODY, timeout_seconds)


async def answered(courier: Courier, answer: bytes) -> Result:
    """How an attempt goes whose receiver sends just these bytes."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    result = await courier.deliver(order(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"))
    server.close()
    return result


def free_port() -> int:
    """A port where nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


async def test_a_push_is_a_post_of_exactly_these_bytes(courier: Courier, receiver: Receiver) -> None:
    """Doc: contract §5.1: POST, Content-Type: application/json."""
    result = await courier.deliver(order(receiver.url))

    (request,) = receiver.requests
    assert (result.status, result.reason, result.is_answered) == (200, "", True)
    assert result.seconds == round(result.seconds, 6)
    assert (request.method, request.body) == ("POST", BODY)
    assert request.headers["content-type"] == "application/json"
    assert request.headers["user-agent"] == f"mock-udesk/{__version__}"
    assert "accept-encoding" not in request.headers


@pytest.mark.parametrize(
    ("behaviour", "status", "reason"),
    [
        (500, 500, "HTTP 500"),
        (404, 404, "HTTP 404"),
        (204, 204, "HTTP 204"),
        (302, 302, "HTTP 302 to http://127.0.0.1:1/elsewhere: redirects are not followed"),
        ("close", None, "the connection was closed without an answer"),
    ],
)
async def test_what_a_receiver_answers_is_reported(
    courier: Courier, receiver: Receiver, behaviour: int | str, status: int | None, reason: str
) -> None:
    """Ruling 19: only HTTP 200 counts; redirects are not followed."""
    receiver.answer_with(behaviour)

    result = await courier.deliver(order(receiver.url))

    assert (result.status, result.reason, result.is_answered) == (status, reason, status is not None)
    assert len(receiver.requests) == 1


async def test_garbage_is_no_answer(courier: Courier, receiver: Receiver) -> None:
    """A receiver that does not speak HTTP."""
    receiver.answer_with("garbage")

    result = await courier.deliver(order(receiver.url))

    assert (result.status, result.is_answered) == (None, False)
    assert result.reason.startswith("not an HTTP answer: ")
    assert len(result.reason.splitlines()) == 1
    assert not result.reason.endswith(":")


async def test_a_push_of_megabytes_arrives(courier: Courier, receiver: Receiver) -> None:
    """A message holds what the agent gave."""
    body = b'"%s"' % (b"x" * 2_000_000)

    result = await courier.deliver(Order(1, 1, receiver.url, body, 5.0))

    (request,) = receiver.requests
    assert (result.status, result.reason, request.body == body) == (200, "", True)
    assert request.headers["content-type"] == "application/json"
    assert request.headers["content-length"] == str(len(body))


async def test_a_header_that_is_no_text_is_told_in_text(courier: Courier) -> None:
    """What is told goes into JSON and onto terminals: bytes that are no UTF-8 are spelled out."""
    result = await answered(
        courier, b"HTTP/1.1 302 Found\r\nLocation: /\xff\xfe/\xe5\xa5\xbd\r\nContent-Length: 0\r\n\r\n"
    )

    assert result.reason == "HTTP 302 to /\\xff\\xfe/好: redirects are not followed"


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 \xff\xfe\r\nX: \xff\r\n Y\r\n\r\n",
        b"\xff\xfe\r\n\r\n",
        b"HTTP/1.1 302 Found\r\nLocation: \x0b\x0c\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nZZZ\r\nxx\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 5\r\n\r\nabcde",
        b"HTTP/1.1 200 OK\r\nX: " + b"\xff" * 100_000 + b"\r\n\r\n",
    ],
)
async def test_every_reason_is_one_line_of_text(courier: Courier, answer: bytes) -> None:
    """Whatever a receiver sends."""
    result = await answered(courier, answer)

    assert len(result.reason.splitlines()) <= 1
    assert (result.reason + result.answer).encode().decode() == result.reason + result.answer


async def test_a_silent_receiver_times_out(courier: Courier, receiver: Receiver) -> None:
    """Ruling 19: real seconds."""
    receiver.answer_with("hang")

    result = await courier.deliver(order(receiver.url, timeout_seconds=0.05))

    assert (result.status, result.reason) == (None, "no answer within 0.05 s")


async def test_a_body_that_never_ends_is_no_failure(courier: Courier, receiver: Receiver) -> None:
    """Ruling 19: any body is fine; what came of it is kept."""
    receiver.answer_with("endless")

    result = await courier.deliver(order(receiver.url, timeout_seconds=0.5))

    assert (result.status, result.is_answered, result.answer) == (200, True, "hello")


async def test_only_the_beginning_of_a_long_body_is_read(courier: Courier) -> None:
    """An error page of megabytes must not fill the journal."""

    async def pour(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 9000000\r\n\r\n" + b"x" * 100_000)
        writer.close()

    server = await asyncio.start_server(pour, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    result = await courier.deliver(order(f"http://127.0.0.1:{port}/"))
    server.close()

    assert (result.status, result.answer) == (200, "x" * ANSWER_LIMIT_BYTES)


async def test_nobody_listening_is_connection_refused(courier: Courier) -> None:
    """The commonest mistake: the app is not up yet."""
    result = await courier.deliver(order(f"http://127.0.0.1:{free_port()}/"))

    assert (result.reason, result.is_answered) == ("connection refused", False)


async def test_a_host_that_does_not_exist_is_named_so(courier: Courier, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that no resolver knows."""

    async def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", unknown)
    result = await courier.deliver(order("http://nobody.invalid/"))

    assert result.reason == "the host name nobody.invalid could not be resolved: Name or service not known"


async def test_a_receiver_without_tls_is_named_so(courier: Courier) -> None:
    """https to a plain port."""

    async def plain(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.write(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
        writer.close()

    server = await asyncio.start_server(plain, "127.0.0.1", 0)
    result = await courier.deliver(order(f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}/"))
    server.close()

    assert result.is_answered is False
    assert result.reason.startswith("TLS: ")


@pytest.mark.parametrize("url", ["http://", "http://a b/", "http://[::1", f"http://{'a' * 300}.test/", "nonsense", ""])
async def test_no_url_makes_it_raise(courier: Courier, url: str) -> None:
    """A bad receiver can never raise out of it."""
    result = await courier.deliver(order(url, timeout_seconds=1.0))

    assert result.is_answered is False
    assert result.reason


async def test_an_error_nobody_thought_of_is_a_failed_attempt(
    courier: Courier, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its kind and text are the reason."""

    def broken(*_: object, sock: socket.socket, **__: object) -> None:
        sock.close()
        raise ssl.SSLError("a strange certificate")

    monkeypatch.setattr(asyncio.get_running_loop(), "create_connection", broken)
    result = await courier.deliver(order(receiver.url))

    assert result.is_answered is False
    assert "a strange certificate" in result.reason


async def test_a_connection_is_kept_for_the_next_push(courier: Courier, receiver: Receiver) -> None:
    """Five hundred pushes a second must not use up the machine's ports."""
    for _ in range(5):
        await courier.deliver(order(receiver.url))

    assert receiver.connections_made == 1
