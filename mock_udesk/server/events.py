"""Sends an answer without an end to a reader, fast or slow, at the cost of one connection and nothing more."""

import asyncio
from contextlib import suppress
from email.utils import format_datetime
from typing import Final, cast

from aiohttp import web
from aiohttp.abc import AbstractStreamWriter

from .. import __version__
from ..company.clock import real_now
from ..company.companies import Slot
from ..endpoint import Stream
from .faults import note_fault
from .listener import Connection

# A comment after so long a silence keeps proxies from closing the connection.
HEARTBEAT_SECONDS: Final = 15.0
# How long a reader that was too slow may take to read its last words.
LINGER_SECONDS: Final = 30.0


class StreamAnswer(web.StreamResponse):
    """A stream on its way; the connection ends with it. aiohttp holds all data it can't get rid of: here a full one is waited for."""

    def __init__(self, stream: Stream, request: web.BaseRequest, slot: Slot) -> None:
        super().__init__()
        self._stream = stream
        self._request = request
        self._slot = slot

    @property
    def keep_alive(self) -> bool:
        """Whether another call may follow on this connection."""
        return False

    async def prepare(self, request: web.BaseRequest) -> AbstractStreamWriter | None:  # noqa: ARG002 - aiohttp's signature
        """Nothing is sent before its end."""
        return None

    async def write_eof(self, data: bytes = b"") -> None:  # noqa: ARG002 - aiohttp's signature
        """Sends all of it, for as long as there is a reader. Raises ConnectionResetError when there is none from the start."""
        transport = self._request.transport
        connection = cast(Connection, self._request.protocol)
        task = asyncio.current_task()
        if transport is None or transport.is_closing() or task is None:
            raise ConnectionResetError("the caller has gone")
        source = self._stream.source
        connection.streaming, connection.on_drained = cast("asyncio.Task[None]", task), source.stir
        self._slot.tally.readers += 1
        try:
            await self._send(connection, transport)
        except asyncio.CancelledError:
            if not transport.is_closing():
                raise
            task.uncancel()
        except Exception as error:  # a bug of ours, which must not end in silence
            note_fault(self._slot.company, error, cause=None)
        finally:
            connection.streaming = connection.on_drained = None
            self._slot.tally.readers -= 1
            if transport.get_write_buffer_size():
                transport.abort()

    async def _send(self, connection: Connection, transport: asyncio.Transport) -> None:
        source = self._stream.source
        transport.write(self._head())
        while not transport.is_closing():
            if connection.writing_paused:
                if await source.relieved(lambda: not connection.writing_paused, HEARTBEAT_SECONDS):
                    continue
                transport.write(source.parting())
                break
            chunk = source.take()
            if chunk is None:
                break
            if chunk:
                transport.write(chunk)
                # Others come in between.
                await asyncio.sleep(0)
            elif not await source.more(HEARTBEAT_SECONDS):
                transport.write(source.beat())
        if transport.get_write_buffer_size():
            with suppress(RuntimeError):
                transport.set_write_buffer_limits(high=0)
            await source.flushed(lambda: not transport.get_write_buffer_size(), LINGER_SECONDS)

    def _head(self) -> bytes:
        lines = (
            "HTTP/1.1 200 OK",
            f"Content-Type: {self._stream.media}; charset=utf-8",
            f"Server: mock-udesk/{__version__}",
            f"Date: {format_datetime(real_now(), usegmt=True)}",
            "Cache-Control: no-store",
            "X-Accel-Buffering: no",
            "Connection: close",
        )
        return "\r\n".join((*lines, "", "")).encode()
