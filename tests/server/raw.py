"""Requests byte by byte, for what no client library sends."""

import asyncio
import re
from dataclasses import dataclass, field
from types import TracebackType

from mock_udesk.server.app import Server


@dataclass(slots=True)
class Raw:
    """A bare connection to a server."""

    server: Server
    _reader: asyncio.StreamReader = field(init=False)
    _writer: asyncio.StreamWriter = field(init=False)

    async def __aenter__(self) -> "Raw":
        self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self.server.port)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._writer.close()

    def send(self, data: bytes) -> None:
        """Sends bytes as they are."""
        self._writer.write(data)

    async def head(self) -> bytes:
        """The next head that comes."""
        async with asyncio.timeout(5):
            return await self._reader.readuntil(b"\r\n\r\n")

    async def take(self, length: int) -> bytes:
        """So many bytes more."""
        async with asyncio.timeout(5):
            return await self._reader.readexactly(length)

    async def answer(self) -> tuple[int, bytes]:
        """Status and body of the next answer."""
        head = await self.head()
        length = re.search(rb"(?i)content-length: (\d+)", head)
        async with asyncio.timeout(5):
            return int(head.split(b" ", 2)[1]), await self._reader.readexactly(int(length[1]) if length else 0)

    async def rest(self) -> bytes:
        """All that comes until the server ends the connection. Raises ConnectionResetError when it does so with an RST."""
        async with asyncio.timeout(5):
            return await self._reader.read()


async def exchange(server: Server, data: bytes) -> tuple[int, bytes]:
    """Status and body of the answer to these bytes on a connection of their own."""
    async with Raw(server) as raw:
        raw.send(data)
        return await raw.answer()
