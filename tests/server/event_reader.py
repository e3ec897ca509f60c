"""A reader of server-sent events over a bare socket, which may also not read."""

import asyncio
import json
import socket
from dataclasses import dataclass
from typing import Any

from ..integrator import Udesk


@dataclass(frozen=True, slots=True)
class Event:
    """One event as it came; `id` is "" when it has none."""

    id: str
    kind: str
    data: Any


class EventReader:
    """One connection to `GET /_mock/events`."""

    def __init__(self, udesk: Udesk, query: str = "", headers: str = "", *, method: str = "GET", small: bool = False):
        self._path = udesk.base_url.partition(f":{udesk.server.port}")[2] + "/_mock/events" + query
        self._port = udesk.server.port
        self._headers = headers
        self._method = method
        self._small = small
        self._held = b""
        self.head = b""
        self.last_id = ""
        self.comments: list[str] = []

    async def __aenter__(self) -> "EventReader":
        own = socket.socket()
        if self._small:
            own.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        own.setblocking(False)
        await asyncio.get_running_loop().sock_connect(own, ("127.0.0.1", self._port))
        # A small limit: what is not read stays in the socket.
        self._reader, self._writer = await asyncio.open_connection(sock=own, limit=1024 if self._small else 2**24)
        self._writer.write(f"{self._method} {self._path} HTTP/1.1\r\nHost: localhost\r\n{self._headers}\r\n".encode())
        async with asyncio.timeout(10):
            while not self.head.endswith(b"\r\n\r\n"):
                self.head += await self._reader.readline()
        return self

    async def __aexit__(self, *_: object) -> None:
        self._writer.close()

    async def begun(self) -> "EventReader":
        """Until the first lines came: from now on nothing is missed."""
        while not self.comments:
            await self._block()
        return self

    async def next(self) -> Event:
        """The next event."""
        while True:
            event = await self._block()
            if event is not None:
                return event

    async def take(self, count: int) -> list[Event]:
        """The next events."""
        return [await self.next() for _ in range(count)]

    async def rest(self) -> list[Event]:
        """All events until the end."""
        events = []
        try:
            while True:
                events.append(await self.next())
        except EOFError:
            return events

    async def _block(self) -> Event | None:
        """As the standard reads a block: fields up to an empty line."""
        kind, data = "message", list[str]()
        is_first = True
        while True:
            async with asyncio.timeout(10):
                line = await self._line()
            if not line and is_first:
                raise EOFError
            is_first = False
            text = line.decode().removesuffix("\n")
            if not text:
                return Event(self.last_id, kind, json.loads("\n".join(data))) if data else None
            name, _, value = text.partition(":")
            value = value.removeprefix(" ")
            match name:
                case "":
                    self.comments.append(value)
                case "id":
                    self.last_id = value
                case "event":
                    kind = value
                case "data":
                    data.append(value)

    async def _line(self) -> bytes:
        while b"\n" not in self._held:
            part = await self._reader.read(65_536)
            if not part:
                return b""
            self._held += part
        line, _, self._held = self._held.partition(b"\n")
        return line + b"\n"
