"""Starts and stops a whole server, on this loop or in a thread."""

import asyncio
import errno
import os
import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from typing import Final, Literal

from ..company.companies import Companies, Slot
from ..company.founding import Founding
from ..company.pushes.deliveries import Delivery
from ..company.pushes.shapes import iso8601
from ..control_api.world import Standing
from ..desk.errors import UsageError
from ..desk.phrases import counted
from ..endpoint import Table
from . import garbage
from .courier import Courier
from .faults import LogAttempt, LogCall
from .front import Door, Front, is_loopback_host
from .listener import Listener
from .operators import Operators
from .pipeline import Pipeline
from .pump import Pump
from .surroundings import Surroundings

_BACKLOG: Final = 1024
_LAST_PORT: Final = 65_535


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerOptions:
    """How a server runs. `control`: who may use `/_mock`; `log` gets a line for whatever deserves a look, the other two each answered call and each attempt."""

    founding: Founding
    host: str = "127.0.0.1"
    port: int = 0
    control: Literal["open", "loopback"] = "loopback"
    control_token: str | None = None
    drain_seconds: float = 0.5
    log: Callable[[str], None] | None = None
    log_call: LogCall | None = None
    log_attempt: LogAttempt | None = None
    # Whether this machine is a container; None: what it looks like.
    is_in_container: bool | None = None


class Server:
    """All companies behind one port."""

    def __init__(self, options: ServerOptions) -> None:
        self.options = options
        self.undelivered: list[str] = []
        self._courier = Courier()
        self.pump = Pump(
            self._courier,
            is_there=lambda slot: self.companies.find(slot.subdomain) is slot,
            log_attempt=options.log_attempt,
        )
        self.surroundings = Surroundings(self._courier, is_in_container=options.is_in_container)
        self.companies = Companies(options.founding, self.pump)
        front = Front(self.companies)
        door = Door(
            is_bound_to_loopback=is_loopback_host(options.host),
            is_open=options.control == "open",
            token=options.control_token,
        )
        operators = Operators(
            companies=self.companies,
            front=front,
            door=door,
            emulated=emulated_api,
            world=self.pump,
            surroundings=self.surroundings,
            own_url=lambda: self.url,
            log=options.log,
            log_call=options.log_call,
        )
        self._pipeline = Pipeline(
            companies=self.companies,
            front=front,
            table=emulated_api,
            operators=operators,
            pump=self.pump,
            log=options.log,
            log_call=options.log_call,
        )
        self._listener: Listener | None = None
        self._sockets: asyncio.Server | None = None
        self._port = options.port

    @property
    def port(self) -> int:
        """Where it listens; with the option 0, known after `start`."""
        return self._port

    @property
    def url(self) -> str:
        """The default company's base URL, as this machine reaches it."""
        host = self.options.host
        if host in ("0.0.0.0", "::", ""):
            host = "127.0.0.1"
        return f"http://[{host}]:{self._port}" if ":" in host else f"http://{host}:{self._port}"

    async def start(self) -> None:
        """Listens, and lets time pass. Raises UsageError when the port can't be had."""
        loop = asyncio.get_running_loop()
        listener = Listener(self._pipeline.answer)
        options = self.options
        if not 0 <= options.port <= _LAST_PORT:
            # uvloop would listen on what is left of the number.
            raise UsageError("invalid", f"port {options.port} can't be", hint=f"ports go from 0 to {_LAST_PORT}")
        try:
            self._sockets = await loop.create_server(
                listener, options.host, options.port, backlog=_BACKLOG, reuse_address=os.name == "posix"
            )
        except (OSError, UnicodeError) as error:
            raise _cannot_listen(options, error) from None
        self._listener = listener
        self._port = self._sockets.sockets[0].getsockname()[1]
        self.pump.start()
        self.surroundings.is_ready = True

    async def stop(self, drain_seconds: float | None = None) -> list[str]:
        """Stops taking calls, gives those in progress and the pushes that are due some time, and names what was not delivered."""
        if self._sockets is None or self._listener is None:
            return []
        drain = self.options.drain_seconds if drain_seconds is None else drain_seconds
        self.surroundings.is_ready = False
        sockets, self._sockets = self._sockets, None
        sockets.close()
        await asyncio.gather(*(self._drained(slot, drain) for slot in self.companies))
        self._listener.pre_shutdown()
        await self.pump.stop()
        await self._listener.shutdown(max(0.05, min(drain, 1.0)))
        await self._courier.close()
        self.undelivered = [line for slot in self.companies for line in self._named(slot)]
        return self.undelivered

    async def __aenter__(self) -> "Server":
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    @classmethod
    @contextmanager
    def in_thread(cls, options: ServerOptions) -> "Iterator[Server]":
        """A server on a loop of its own in a thread; afterwards `undelivered` names what was left."""
        server = cls(options)
        started: Future[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = Future()
        thread = threading.Thread(target=server._live, args=(started,), name="mock-udesk", daemon=True)
        thread.start()
        loop, is_over = started.result()
        try:
            yield server
        finally:
            with suppress(RuntimeError):
                loop.call_soon_threadsafe(is_over.set)
            thread.join()

    def _live(self, started: "Future[tuple[asyncio.AbstractEventLoop, asyncio.Event]]") -> None:
        async def live() -> None:
            is_over = asyncio.Event()
            try:
                await self.start()
            except BaseException as error:
                started.set_exception(error)
                return
            started.set_result((asyncio.get_running_loop(), is_over))
            await is_over.wait()
            await self.stop()

        with asyncio.Runner(loop_factory=loop_factory()) as runner:
            runner.run(live())

    async def _drained(self, slot: Slot, seconds: float) -> Standing | None:
        with suppress(UsageError):
            return await self.pump.settle(slot, timeout_seconds=seconds, quiet_seconds=0.0)
        return None

    def _named(self, slot: Slot) -> list[str]:
        company = slot.company
        customers = company.desk.state.customers
        prefix = "" if slot is self.companies.default else f"company {slot.subdomain}: "
        lines = []
        for delivery in company.outbox.pending():
            customer = customers.get(delivery.customer_id)
            name = customer.token if customer is not None and customer.token else str(delivery.customer_id)
            lines.append(f"{prefix}push {delivery.id} ({delivery.push}) to customer {name}: {_state(delivery)}")
        return lines


@cache
def emulated_api() -> Table:
    """The emulated API, loaded with its first call: a server that starts is there for its health check a tenth sooner (`make bench`)."""
    from ..udesk_api import UDESK_API

    garbage.spare()
    return UDESK_API


def loop_factory() -> Callable[[], asyncio.AbstractEventLoop]:
    """How event loops are made here: uvloop's where it is installed (`pip install mock-udesk[speed]`), else asyncio's own."""
    try:
        import uvloop
    except ImportError:
        return asyncio.new_event_loop
    return uvloop.new_event_loop


def _state(delivery: Delivery) -> str:
    if delivery.held_by is not None:
        return f"held by planned fault {delivery.held_by}"
    if not delivery.attempts:
        return "never attempted"
    attempts = counted(len(delivery.attempts), "attempt")
    if delivery.is_in_flight:
        return f"{attempts}, the last one was not answered in time"
    due = f", next due {iso8601(delivery.next_attempt_at)}" if delivery.next_attempt_at is not None else ""
    return f"{attempts}, last: {delivery.attempts[-1].reason}{due}"


def _cannot_listen(options: ServerOptions, error: Exception) -> UsageError:
    where = f"port {options.port} of {options.host}"
    match error:
        case OSError(errno=errno.EADDRINUSE):
            return UsageError("conflict", f"{where} is in use", hint="choose another with --port; 0 picks a free one")
        case OSError(errno=errno.EACCES | errno.EPERM):
            return UsageError("conflict", f"{where} may not be used", hint="choose one above 1023 with --port")
        case OSError(errno=errno.EADDRNOTAVAIL) | socket.gaierror() | UnicodeError():
            return UsageError(
                "invalid", f"{options.host!r} is no address of this machine", hint="use 127.0.0.1 or 0.0.0.0"
            )
        case _:
            text = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
            return UsageError("invalid", f"{where} can't be listened on: {text}", hint="check --host and --port")
