"""Takes a request off the wire: its head, and its body within bounds."""

import asyncio
from dataclasses import dataclass
from time import perf_counter
from typing import Final

from aiohttp import HttpVersion11, web

from ..company.journal.entries import RawHeaders
from ..company.params import Unreadable, readable
from .replies import Answer

MEBIBYTE: Final = 1024 * 1024
# How long a body of the emulated API may be, and one of the operator's, which replaces what a robot knows as a whole.
CALL_BYTES: Final = MEBIBYTE
OPERATOR_BYTES: Final = 16 * MEBIBYTE
# A body that does not come must not keep `settle` and `advance` waiting for its call for ever.
BODY_SECONDS: Final = 30.0
_CONTINUE: Final = "100-continue"


@dataclass(slots=True)
class Received:
    """A request, as it came. `trouble` is why its body could not be taken whole; then `body` is empty."""

    method: str
    target: str
    query: str
    headers: RawHeaders
    content_type: str
    body: bytes
    trouble: Unreadable | None
    # Nothing sane can follow on its connection.
    is_broken: bool
    # Of the precise clock, `perf_counter`: the loop's own may tick in milliseconds.
    started: float

    def seconds(self) -> float:
        """How long ago it began, in real seconds, to the microsecond."""
        # `round(…, 6)` goes by the decimal text: it costs four times as much.
        return round((perf_counter() - self.started) * 1e6) / 1e6

    def answered(self, answer: Answer) -> web.Response:
        """The answer as aiohttp sends it on this request's connection."""
        response = answer.response()
        if self.is_broken:
            response.force_close()
        return response


def header(request: web.BaseRequest, name: str) -> str:
    """A header's value, readable whatever its bytes; "" when it did not come."""
    value = request.headers.get(name)
    return "" if value is None else readable(value)


async def receive(request: web.BaseRequest, target: str, query: str, *, most_bytes: int = CALL_BYTES) -> Received:
    """The whole request; `target` is readable, `query` as it came. Raises only what ends the connection."""
    started = perf_counter()
    body, trouble, is_broken = b"", None, False
    if request.can_read_body:
        try:
            body = await _body(request, most_bytes)
        except Unreadable as error:
            trouble = error
        except Exception as error:  # whatever is wrong with a client's framing is answered like any unreadable body
            trouble = Unreadable("body", f"it could not be received: {type(error).__name__}")
            is_broken = True
    return Received(
        request.method,
        target,
        query,
        request.raw_headers,
        header(request, "Content-Type"),
        body,
        trouble,
        is_broken,
        started,
    )


async def _body(request: web.BaseRequest, most_bytes: int) -> bytes:
    expected = header(request, "Expect")
    if expected and expected.lower() != _CONTINUE:
        raise Unreadable("Expect", f"{expected[:40]!r} can't be met, only {_CONTINUE}", status=417)
    encoding = header(request, "Content-Encoding")
    if encoding and encoding.lower() != "identity":
        raise Unreadable("body", f"Content-Encoding {encoding[:40]} is not read; send it as it is")
    content = request.content
    if content.is_eof():
        # It came with the head, as nearly always.
        chunk = content.read_nowait()
        if len(chunk) > most_bytes:
            raise _too_long(len(chunk), most_bytes)
        return chunk
    length = request.content_length
    if length is not None and length > most_bytes:
        raise _too_long(length, most_bytes)
    if expected and request.version >= HttpVersion11 and request.transport is not None:
        # The caller holds the body back until it is asked for; libcurl does so with large ones.
        request.transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")
    chunks: list[bytes] = []
    held = 0
    try:
        async with asyncio.timeout(BODY_SECONDS):
            while True:
                chunk = await content.readany()
                if not chunk:
                    return b"".join(chunks)
                held += len(chunk)
                if held > most_bytes:
                    raise _too_long(held, most_bytes)
                chunks.append(chunk)
    except TimeoutError:
        raise Unreadable("body", f"it did not come within {BODY_SECONDS:g} s") from None


def _too_long(found_bytes: int, most_bytes: int) -> Unreadable:
    limit = f"{most_bytes // MEBIBYTE} MiB"
    return Unreadable(
        "body",
        f"{found_bytes} bytes are more than {most_bytes}",
        hint=f"a body has at most {limit} ({most_bytes} bytes) here",
    )
