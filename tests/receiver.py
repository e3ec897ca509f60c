"""A receiver of pushes: a real HTTP server that can behave badly on demand."""

import asyncio
import json
from collections import deque
from dataclasses import dataclass
from typing import Any

# An HTTP status, or a way to go wrong: "close" without an answer, "garbage" instead of HTTP, "hang" until released,
# "slow" likewise but answered 200 then, "endless" for a 200 whose body never ends, "redirect" elsewhere.
Behaviour = int | str


@dataclass(frozen=True, slots=True)
class Posted:
    """One request as it came."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


class Receiver:
    """Takes POSTs and answers 200 with nothing, unless told otherwise. Everything that came is kept, whatever was answered."""

    def __init__(self) -> None:
        self.requests: list[Posted] = []
        self.port = 0
        self.connections_made = 0
        self._behaviours: deque[Behaviour] = deque()
        self._always: Behaviour = 200
        self._server: asyncio.Server | None = None
        self._connections: set[asyncio.Task[None]] = set()
        self._released = asyncio.Event()
        self._arrived: list[asyncio.Future[None]] = []

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}/receive"

    @property
    def bodies(self) -> list[dict[str, Any]]:
        """What was received, parsed, in order."""
        return [json.loads(request.body) for request in self.requests]

    def answer_with(self, *behaviours: Behaviour) -> None:
        """The next requests are answered so, one after another; then 200 again."""
        self._behaviours.extend(behaviours)

    def always(self, behaviour: Behaviour) -> None:
        """From now on every request is answered so."""
        self._always = behaviour

    def release(self) -> None:
        """Lets all that hangs or is slow go on."""
        self._released.set()

    async def arrived(self, count: int) -> None:
        """Waits until so many requests have come."""
        async with asyncio.timeout(10):
            while len(self.requests) < count:
                waiter = asyncio.get_running_loop().create_future()
                self._arrived.append(waiter)
                await waiter

    async def start(self, port: int = 0) -> None:
        """Listens; again on the same port after `stop`, if that is given."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Closes port and connections: whoever calls now is refused."""
        if self._server is not None:
            self._server.close()
        for task in list(self._connections):
            task.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)
        self._server = None

    async def __aenter__(self) -> "Receiver":
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._connections.add(task)
        self.connections_made += 1
        try:
            while await self._one(reader, writer):
                pass
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            self._connections.discard(task)
            writer.close()

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        line = await reader.readline()
        if not line:
            return False
        method, path, _ = line.decode("latin-1").split(" ", 2)
        headers: dict[str, str] = {}
        while (row := await reader.readline()) not in (b"\r\n", b""):
            name, _, value = row.decode("latin-1").partition(":")
            headers[name.strip().lower()] = value.strip()
        body = await reader.readexactly(int(headers.get("content-length", "0")))
        self.requests.append(Posted(method, path, headers, body))
        waiters, self._arrived = self._arrived, []
        for waiter in waiters:
            if not waiter.done():
                waiter.set_result(None)
        behaviour = self._behaviours.popleft() if self._behaviours else self._always
        return await self._behave(behaviour, writer)

    async def _behave(self, behaviour: Behaviour, writer: asyncio.StreamWriter) -> bool:
        match behaviour:
            case int():
                extra = b"Location: http://127.0.0.1:1/elsewhere\r\n" if 300 <= behaviour < 400 else b""
                writer.write(b"HTTP/1.1 %d Said\r\n%sContent-Length: 0\r\n\r\n" % (behaviour, extra))
            case "close":
                return False
            case "garbage":
                writer.write(b"\x00\x01 this is not HTTP\r\n\r\n")
                await writer.drain()
                return False
            case "hang":
                await self._released.wait()
                return False
            case "slow":
                await self._released.wait()
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
            case "endless":
                writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n")
                await self._released.wait()
                return False
            case "redirect":
                return await self._behave(302, writer)
            case _:
                raise AssertionError(f"a receiver can't behave like {behaviour!r}")
        await writer.drain()
        return True
