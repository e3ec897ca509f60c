"""The short way onto the wire sends what the long way sends, and is taken only where nothing is out of the ordinary."""

import asyncio
from datetime import UTC, datetime

import pytest
from aiohttp import web

from mock_udesk.server.plain import PlainAnswers
from mock_udesk.server.replies import TEXT, Answer

BODY = b'{"code":1000}'
HEAD = "{method} / HTTP/{version}\r\nHost: demo\r\n{more}\r\n"


class Wire:
    """A server that answers everything with `answer`, and a connection to it."""

    def __init__(self) -> None:
        self.answer = Answer(200, 1000, BODY)
        self.is_plain: list[bool] = []
        self.answers = PlainAnswers(lambda: datetime(2026, 11, 22, 2, 0, tzinfo=UTC))
        self.server = web.Server(self._handle, access_log=None)

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        plain = self.answers.of(self.answer, request, asyncio.get_running_loop().time())
        self.is_plain.append(plain is not None)
        return plain or self.answer.response()

    async def sent(self, *, method: str = "GET", version: str = "1.1", more: str = "") -> bytes:
        """What comes back for a request, until the answer is whole."""
        sockets = await asyncio.get_running_loop().create_server(self.server, "127.0.0.1", 0)
        async with sockets:
            reader, writer = await asyncio.open_connection(*sockets.sockets[0].getsockname())
            writer.write(HEAD.format(method=method, version=version, more=more).encode())
            head = await reader.readuntil(b"\r\n\r\n")
            length = int(head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0])
            body = b"" if method == "HEAD" else await reader.readexactly(length)
            writer.close()
            await self.server.shutdown(0)
            return head + body


@pytest.fixture
async def wire() -> Wire:
    """One for each test."""
    return Wire()


async def test_a_plain_answer_has_the_headers_of_the_long_way(wire: Wire) -> None:
    """Only their order and the moment may differ."""
    plain = await wire.sent()
    wire.server, wire.answers = web.Server(wire._handle, access_log=None), PlainAnswers()
    long = await wire.sent(more="Connection: close\r\n")

    assert wire.is_plain == [True, False]
    assert plain.startswith(b"HTTP/1.1 200 OK\r\n")
    assert plain.endswith(b"\r\n\r\n" + BODY)
    assert b"Date: Sun, 22 Nov 2026 02:00:00 GMT\r\n" in plain
    assert names(plain) == names(long) - {b"connection"}


async def test_two_calls_on_one_connection_are_both_answered(wire: Wire) -> None:
    """The connection is kept."""
    sockets = await asyncio.get_running_loop().create_server(wire.server, "127.0.0.1", 0)
    async with sockets:
        reader, writer = await asyncio.open_connection(*sockets.sockets[0].getsockname())
        writer.write(2 * HEAD.format(method="GET", version="1.1", more="").encode())
        first = await reader.readuntil(BODY)
        second = await reader.readuntil(BODY)
        writer.close()
        await wire.server.shutdown(0)

    assert first == second
    assert wire.is_plain == [True, True]


@pytest.mark.parametrize(
    ("method", "version", "more"),
    [
        ("GET", "1.0", ""),
        ("GET", "1.0", "Connection: keep-alive\r\n"),
        ("GET", "1.1", "Connection: close\r\n"),
        ("HEAD", "1.1", ""),
    ],
)
async def test_whoever_asks_out_of_the_ordinary_gets_the_long_way(
    wire: Wire, method: str, version: str, more: str
) -> None:
    """Old versions, closed connections and HEAD have rules of their own."""
    sent = await wire.sent(method=method, version=version, more=more)

    assert wire.is_plain == [False]
    assert sent.split(b" ", 1)[1].startswith(b"200 OK\r\n")


@pytest.mark.parametrize(
    "answer",
    [
        Answer(404, 404, BODY),
        Answer(429, 429, BODY, {"Retry-After": "1"}),
        Answer(200, 429, BODY, {"Retry-After": "1"}),
        Answer(200, None, b"text", {}, TEXT),
        Answer(200, 1000, b" " * 20_000),
    ],
    ids=["status", "status and header", "header", "type", "size"],
)
async def test_an_answer_out_of_the_ordinary_goes_the_long_way(wire: Wire, answer: Answer) -> None:
    """It comes whole all the same."""
    wire.answer = answer

    sent = await wire.sent()

    assert wire.is_plain == [False]
    assert sent.startswith(f"HTTP/1.1 {answer.status} ".encode())
    assert sent.endswith(b"\r\n\r\n" + answer.body)


def names(message: bytes) -> set[bytes]:
    """The names of a message's headers."""
    head = message.partition(b"\r\n\r\n")[0]
    return {line.partition(b":")[0].lower() for line in head.split(b"\r\n")[1:]}
