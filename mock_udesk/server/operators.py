"""The steps of an operator's call: like the emulated ones, with the door in place of the sign."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, cast

from aiohttp import web

from ..company.companies import Companies, Slot
from ..company.journal.entries import CallEntry
from ..company.params import Unreadable, merge, read_body, read_query, read_whole
from ..control_api import health
from ..control_api.operator import OperatorCall
from ..control_api.world import Surroundings, World
from ..desk.errors import DeskError, UsageError
from ..endpoint import CONTROL_PREFIX, BadParameters, Endpoint, Found, Missed, Table
from . import replies
from .faults import LogCall, note_fault, tell
from .front import Door, Front, Place
from .listener import Connection
from .reading import MEBIBYTE, OPERATOR_BYTES, Received, header, receive
from .replies import Answer, operator_error, operator_refused

_JSON = "application/json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Operators:
    """Answers the control API."""

    companies: Companies
    front: Front
    door: Door
    emulated: Callable[[], Table]
    world: World
    surroundings: Surroundings
    own_url: Callable[[], str]
    log: Callable[[str], None] | None
    # Gets what the journal holds: calls that only read are not told.
    log_call: LogCall | None = None

    async def answer(self, request: web.BaseRequest, place: Place, target: str, query: str) -> web.StreamResponse:
        """The answer to a call below /_mock."""
        found = self._found(request, place)
        if isinstance(found, Answer):
            return found.response()
        slot, route = found
        most_bytes = route.endpoint.most_mebibytes * MEBIBYTE or OPERATOR_BYTES
        received = await receive(request, target, query, most_bytes=most_bytes)
        connection = cast(Connection, request.protocol)
        answer = await self._known(slot, route, received, self.server_url(request), connection)
        if not answer.status:
            from .misbehaving import Over

            return Over()
        if answer.stream is not None and request.method != "HEAD":
            from .events import StreamAnswer

            return StreamAnswer(answer.stream, request, slot)
        return received.answered(answer)

    def _found(self, request: web.BaseRequest, place: Place) -> Answer | tuple[Slot, Found]:
        # Whoever only looks whether something is there may: HEAD is answered like GET, without the body.
        method = "GET" if request.method == "HEAD" else request.method
        closed = self.door.refuses(method, place.path, request.headers, _peer(request))
        if closed is not None:
            return operator_refused(closed.status, closed.code, closed.message, closed.hint)
        if place.slot is None:
            known = ", ".join(slot.subdomain for slot in self.companies)
            return operator_refused(
                404, "unknown", f"there is no company {place.wanted[:200]!r}", f"there are: {known}"
            )
        if "websocket" in header(request, "Upgrade").lower():
            return operator_refused(
                400,
                "invalid",
                "no WebSocket is spoken here",
                f"GET {CONTROL_PREFIX}/events tells what happens, as server-sent events",
            )
        found = health.TABLE.find(method, place.path)
        if isinstance(found, Missed):
            found = _table().find(method, place.path)
        if isinstance(found, Missed):
            return self._unknown(method, place.path, found)
        return place.slot, found

    def server_url(self, request: web.BaseRequest) -> str:
        """The default company's base as this caller reaches it."""
        host = header(request, "Host")
        slot, _ = self.front.by_host(host)
        # A host that selects another company would do so in every URL made of it.
        if not host or slot is not self.companies.default:
            return self.own_url()
        return f"http://{host}"

    def base_url(self, request: web.BaseRequest, slot: Slot) -> str:
        """A company's base as this caller reaches it."""
        server_url = self.server_url(request)
        return server_url if slot is self.companies.default else f"{server_url}/c/{slot.subdomain}"

    def _unknown(self, method: str, path: str, missed: Missed) -> Answer:
        if missed.allowed:
            takes = ", ".join(missed.allowed)
            message = f"{CONTROL_PREFIX}{path} does not take {method}"
            answer = operator_refused(405, "unknown", message, f"it takes {takes}")
            answer.headers = {"Allow": takes}
            return answer
        hint = f"GET {CONTROL_PREFIX} lists all calls"
        if missed.nearest:
            methods = ", ".join(endpoint.method for endpoint in _table() if endpoint.path == missed.nearest)
            hint = f"the nearest is {methods} {CONTROL_PREFIX}{missed.nearest}; {hint}"
        return operator_refused(404, "unknown", f"there is no {CONTROL_PREFIX}{path[:500]}", hint)

    async def _known(
        self, slot: Slot, found: Found, received: Received, server_url: str, connection: Connection
    ) -> Answer:
        endpoint = found.endpoint
        company = slot.company
        entry = _entry(slot, endpoint, received)
        try:
            values = _values(found, received)
            ask = endpoint.parse(values)
            call = OperatorCall(
                slot=slot,
                companies=self.companies,
                world=self.world,
                surroundings=self.surroundings,
                keeper=self.door,
                entry=entry,
                server_url=server_url,
                udesk_api=self.emulated,
                control_api=_table,
            )
            if endpoint.is_async and entry.id:
                # It is told as open to whoever reads events.
                self.world.changed(slot)
            reply = endpoint.call(call, ask)
            answer = replies.success(endpoint, await _while_there(connection, reply) if endpoint.is_async else reply)
        except _CallerGone:
            answer, entry.detail = Answer(0, None, b""), "the caller went before there was an answer"
        except (UsageError, DeskError, BadParameters, Unreadable) as error:
            answer = operator_error(error)
            entry.detail = str(error)
        except Exception as error:  # a bug of ours: journalled, and answered without a 500
            line = note_fault(company, error, cause=entry.id or None)
            entry.detail = f"fault: {line}"
            if self.log is not None:
                self.log(f"fault in {endpoint.name}: {line}")
            answer = replies.operator_fault(line)
        entry.seconds = received.seconds()
        if entry.id:
            entry.answer_headers = answer.own_headers
            company.journal.close_call(
                entry, status=answer.status, code=answer.code, answer=answer.body, masks=endpoint.masks
            )
            self.world.changed(slot)
            if self.log_call is not None:
                tell(self.log_call, slot, entry)
        slot.tally.operated(endpoint.name, answer.status)
        return answer


class _CallerGone(Exception):
    """Nobody waits for the answer any more."""


async def _while_there(connection: Connection, reply: Awaitable[Any]) -> Any:
    """A reply that is waited for, as long as the caller is there. Raises _CallerGone."""
    task = asyncio.current_task()
    connection.waiting = cast("asyncio.Task[None] | None", task)
    try:
        return await reply
    except asyncio.CancelledError:
        if task is None or (connection.transport is not None and not connection.transport.is_closing()):
            raise
        task.uncancel()
        raise _CallerGone from None
    finally:
        connection.waiting = None


def _table() -> Table:
    """All calls of the control API, loaded with the first that is more than a look at its health: a start takes a tenth less."""
    from ..control_api.table import CONTROL_API

    return CONTROL_API


def _entry(slot: Slot, endpoint: Endpoint, received: Received) -> CallEntry:
    """The journal's entry of this call. One that only reads causes nothing: its entry is numbered 0 and stays out of the journal."""
    company = slot.company
    now = company.clock.now()
    if endpoint.method == "GET" or endpoint.changes_nothing:
        return CallEntry(
            id=0,
            at=now,
            kind="operator",
            method=endpoint.method,
            path=received.target,
            headers=received.headers,
            endpoint=endpoint.name,
        )
    entry = company.journal.open_call("operator", received.method, received.target, received.headers, now)
    entry.endpoint = f"{endpoint.method} {CONTROL_PREFIX}{endpoint.path}"
    entry.body = received.body if endpoint.is_body_kept else b""
    entry.received_at = company.clock.real()
    return entry


def _values(found: Found, received: Received) -> dict[str, Any]:
    if received.trouble is not None:
        raise received.trouble
    query = read_query(received.query)
    content_type = received.content_type
    whole = found.endpoint.whole_body
    if whole:
        if found.endpoint.is_body_unread:
            return merge(found.path_parameters, {whole: received.body}, query)
        value = {whole: read_whole(received.body, content_type)} if received.body.strip() else {}
        return merge(found.path_parameters, value, query)
    # People type `curl -d '{…}'` without a header; here, unlike in the emulated API, it is plain what they mean.
    if received.body.lstrip()[:1] in (b"{", b"["):
        content_type = _JSON
    body, note = read_body(received.body, content_type, method=received.method)
    if note:
        raise Unreadable("body", note)
    _refuse_unread(found, body, query)
    return merge(found.path_parameters, body, query)


def _refuse_unread(found: Found, body: Mapping[str, Any], query: Mapping[str, Any]) -> None:
    """Whatever nobody would look at is refused, for who sent it thinks that it counts."""
    endpoint, in_path = found.endpoint, found.path_parameters
    if body and endpoint.ask.model_config.get("extra") == "forbid" and not endpoint.ask.model_fields.keys() - in_path:
        raise UsageError(
            "invalid", f"{endpoint.method} {CONTROL_PREFIX}{endpoint.path} takes no body", hint="leave it out"
        )
    for name, value in in_path.items():
        for given in (body, query):
            if name in given and str(given[name]) != value:
                raise UsageError(
                    "invalid",
                    f"{name} {given[name]!r:.80} is another than {value} in the path",
                    hint=f"leave it out: {name} can't be changed",
                )


def _peer(request: web.BaseRequest) -> str | None:
    transport = request.transport
    name = transport.get_extra_info("peername") if transport is not None else None
    return name[0] if isinstance(name, tuple) and name else None
