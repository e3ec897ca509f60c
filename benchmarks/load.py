"""The load, in a process of its own: sends requests that are ready over kept connections, one at a time on each, and receives pushes."""

import asyncio
from argparse import Namespace
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from time import perf_counter, process_time
from typing import Any, cast

from .answering import Answers, run
from .calls import made

_END = b"\r\n\r\n"
_LENGTH = b"content-length: "


def _whole(data: bytes) -> int | None:
    """Where the first message in the data ends; None while some of it is missing."""
    end = data.find(_END)
    if end < 0:
        return None
    head = data[:end].lower()
    at = head.find(_LENGTH)
    length = int(head[at + len(_LENGTH) :].split(b"\r\n", 1)[0]) if at >= 0 else 0
    return end + 4 + length if len(data) >= end + 4 + length else None


class _Caller(asyncio.Protocol):
    """One kept connection: writes the next request when the answer to the one before is whole."""

    def __init__(self, requests: Iterator[bytes], ended: "asyncio.Future[None]") -> None:
        self._requests = requests
        self._ended = ended
        self._held = b""
        self.good = 0
        self.refused: list[str] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:

        self._transport = cast("asyncio.Transport", transport)  # uvloop's are none by class

    def go(self) -> None:
        request = next(self._requests, None)
        if request is None:
            self._transport.close()
        else:
            self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        data = self._held + data if self._held else data
        if _whole(data) is None:
            self._held = data
            return
        self._held = b""
        if data.startswith(b"HTTP/1.1 200 ") and b"1000" in data:
            self.good += 1
        elif len(self.refused) < 3:
            self.refused.append(data.decode(errors="replace")[-300:])
        self.go()

    def connection_lost(self, _: Exception | None) -> None:
        if not self._ended.done():
            self._ended.set_result(None)


async def send(asked: dict[str, Any]) -> dict[str, Any]:
    """Sends `count` requests of a kind; every one must be answered as asked. Replies with wall and processor seconds."""
    loop = asyncio.get_running_loop()
    requests = iter(made(asked["kind"], asked["count"], asked))
    callers: list[_Caller] = []
    ended = [loop.create_future() for _ in range(asked["connections"])]
    for future in ended:
        _, caller = await loop.create_connection(
            lambda future=future: _Caller(requests, future),  # type: ignore[misc]  # mypy infers no lambda with a default
            "127.0.0.1",
            asked["port"],
        )
        callers.append(caller)
    began, worked = perf_counter(), process_time()
    for caller in callers:
        caller.go()
    await asyncio.gather(*ended)
    seconds, busy = perf_counter() - began, process_time() - worked
    good = sum(caller.good for caller in callers)
    if good != asked["count"]:
        refused = next((text for caller in callers for text in caller.refused), "connections were closed")
        raise RuntimeError(f"{good} of {asked['count']} answered; {refused}")
    return {"seconds": seconds, "busy": busy}


class _Receiver(asyncio.Protocol):
    """A bare receiver of pushes: answers 200 to each."""

    received = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:

        self._transport = cast("asyncio.Transport", transport)  # uvloop's are none by class
        self._held = b""

    def data_received(self, data: bytes) -> None:
        data = self._held + data
        while (end := _whole(data)) is not None:
            type(self).received += 1
            self._transport.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
            data = data[end:]
        self._held = data


async def _received(_: dict[str, Any]) -> dict[str, Any]:
    return {"received": _Receiver.received}


@asynccontextmanager
async def _served(_: Namespace) -> AsyncIterator[tuple[dict[str, Any], Answers]]:
    server = await asyncio.get_running_loop().create_server(_Receiver, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        yield {"url": f"http://127.0.0.1:{port}/receive"}, {"send": send, "received": _received}


if __name__ == "__main__":
    run(_served)
