"""Answers that go wrong on the wire: none at all, half of one, or one that drips."""

import socket
import struct
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from math import ceil
from typing import Final, Literal

from aiohttp import web
from aiohttp.abc import AbstractStreamWriter

from .. import __version__
from .replies import Answer

# Waits so many real seconds; False: what waited is to end, for its company began anew or is gone.
Hold = Callable[[float], Awaitable[bool]]

_PIECE_SECONDS: Final = 0.1
_MOST_PIECES: Final = 10_000
# No lingering: what is not sent is thrown away, and the caller gets an RST.
_ABORT: Final = struct.pack("ii", 1, 0)


@dataclass(frozen=True, slots=True)
class Spoilt:
    """An answer and how it goes wrong: `closed` (FIN) and `reset` (RST) send not one byte of it, `truncated` half of its body, `slow` all of it in `seconds`."""

    answer: Answer
    how: Literal["closed", "reset", "truncated", "slow"]
    seconds: float = 0.0

    @property
    def sent(self) -> Answer:
        """What of it goes out, for the journal; status 0: nothing did."""
        match self.how:
            case "closed" | "reset":
                return Answer(0, None, b"")
            case "truncated":
                whole = self.answer
                headers = {**(whole.headers or {}), "Content-Length": str(len(whole.body))}
                return Answer(whole.status, None, self.half, headers, whole.content_type)
            case "slow":
                return self.answer

    @property
    def half(self) -> bytes:
        """The part of its body that is sent before the connection ends."""
        return self.answer.body[: len(self.answer.body) // 2]


class Over(web.StreamResponse):
    """No more is sent, and the connection ends."""

    @property
    def keep_alive(self) -> bool:
        """Whether another call may follow on this connection."""
        return False

    async def prepare(self, request: web.BaseRequest) -> AbstractStreamWriter | None:  # noqa: ARG002 - aiohttp's signature
        """Sends nothing."""
        return None

    async def write_eof(self, data: bytes = b"") -> None:
        """Sends nothing."""


async def send(request: web.BaseRequest, spoilt: Spoilt, hold: Hold) -> web.StreamResponse:
    """Sends an answer in the way in which it goes wrong; replies with what is left to send."""
    try:
        match spoilt.how:
            case "closed":
                return Over()
            case "reset":
                return _reset(request)
            case "truncated":
                return await _truncated(request, spoilt)
            case "slow":
                return await _dripped(request, spoilt, hold)
    except ConnectionError:
        # The caller has gone meanwhile.
        return Over()


def _reset(request: web.BaseRequest) -> web.StreamResponse:
    transport = request.transport
    if transport is not None:
        bare = transport.get_extra_info("socket")
        if bare is not None:
            bare.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _ABORT)
        transport.abort()
    return Over()


async def _truncated(request: web.BaseRequest, spoilt: Spoilt) -> web.StreamResponse:
    response, writer = await _begun(request, spoilt.answer)
    writer.send_headers()
    if spoilt.half:
        await response.write(spoilt.half)
    return Over()


async def _dripped(request: web.BaseRequest, spoilt: Spoilt, hold: Hold) -> web.StreamResponse:
    """The head at once, then the body piece by piece; the last one when the time is up."""
    response, writer = await _begun(request, spoilt.answer)
    writer.send_headers()
    body = spoilt.answer.body
    pieces = max(1, min(len(body), ceil(spoilt.seconds / _PIECE_SECONDS), _MOST_PIECES))
    for number in range(pieces):
        if not await hold(spoilt.seconds / pieces):
            return Over()
        piece = body[len(body) * number // pieces : len(body) * (number + 1) // pieces]
        if piece:
            await response.write(piece)
    return response


async def _begun(request: web.BaseRequest, answer: Answer) -> tuple[web.StreamResponse, AbstractStreamWriter]:
    headers = {"Content-Type": answer.content_type, "Server": f"mock-udesk/{__version__}", **(answer.headers or {})}
    response = web.StreamResponse(status=answer.status, headers=headers)
    response.content_length = len(answer.body)
    writer = await response.prepare(request)
    if writer is None:
        raise ConnectionResetError("the caller has gone")
    return response, writer
