"""The steps of a request, the same for both tables: identify the company, read, open the entry, verify, limits, parse, call, answer, close the entry."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from math import ceil
from typing import Any, Final, Protocol

from aiohttp import web

from ..company.bodies import SECRET_NAMES
from ..company.call import Call
from ..company.companies import Companies, Slot
from ..company.company import Company
from ..company.entries import CallEntry
from ..company.signing import without_secrets
from ..desk.errors import BAD_SUBDOMAIN, INVALID, NO_ROUTE, TOO_MANY_CALLS, DeskError, UsageError
from ..endpoint import AUTH_PARAMETERS, STRUCT_PARAMETERS, BadParameters, Endpoint, Found, Limit, Missed, Table
from ..settings import Settings
from . import replies
from .faults import note_fault, tell
from .front import Front, Place
from .hints import hint, unknown_parameters
from .operators import Operators
from .params import Unreadable, auth_values, merge, read_body, read_query, readable
from .plain import PlainAnswers
from .reading import Received, header, receive
from .replies import Answer

# Doc: contract §3: 60 calls a minute, for each endpoint that has no limit of its own (ruling 25).
GENERAL_LIMIT: Final = Limit(60, 60.0)
# All that a signature is over or consists of, whichever it is.
_SIGNED: Final = frozenset((*AUTH_PARAMETERS, *STRUCT_PARAMETERS))
_FAVICON: Final = "/favicon.ico"
# At a tiny rate the next moment that a call is allowed may lie beyond any calendar.
_LONGEST_WAIT_SECONDS: Final = 86_400.0


class Ended(Protocol):
    """Who wants to know that a call began, and that it was answered: the pump."""

    def call_began(self, slot: Slot) -> None:
        """A call of the emulated API is coming in."""

    def call_ended(self, slot: Slot) -> None:
        """A call of the emulated API was answered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pipeline:
    """Answers every request that comes in."""

    companies: Companies
    front: Front
    table: Callable[[], Table]
    operators: Operators
    pump: Ended
    log: Callable[[str], None] | None
    log_call: Callable[[CallEntry], None] | None = None
    plain: PlainAnswers = field(default_factory=PlainAnswers)

    async def answer(self, request: web.BaseRequest) -> web.StreamResponse:
        """The answer to a request; whatever came and whatever fails, this raises nothing but what ends the connection."""
        place: Place | None = None
        try:
            target = _origin_form(request.raw_path)
            path, _, query = target.partition("?")
            if not target.isascii():
                target, path = readable(target), readable(path)
            place = self.front.place(path, header(request, "Host"))
            if place.room == "operator":
                return await self.operators.answer(request, place, target, query)
            if place.room == "hall" and place.slot is not None and request.method in ("GET", "HEAD"):
                return replies.hall(self.operators.base_url(request, place.slot), place.slot.subdomain).response()
            if path == _FAVICON:
                # Browsers ask for it by themselves: no mistake of the app under test.
                return Answer(404, None, b"", None, replies.TEXT).response()
            slot = place.slot
            if slot is None:
                received = await receive(request, target, query)
                return received.answered(self._nobodys(place, received))
            slot.calls_in_progress += 1
            self.pump.call_began(slot)
            try:
                received = await receive(request, target, query)
                answer = self._emulated(slot, place, received)
                plain = None if received.is_broken else self.plain.of(answer, request, received.started)
                return received.answered(answer) if plain is None else plain
            finally:
                slot.calls_in_progress -= 1
                self.pump.call_ended(slot)
        except Exception as error:  # a bug of ours outside the steps that look for one
            return self._failed(place, error)

    def _emulated(self, slot: Slot, place: Place, received: Received) -> Answer:
        """All steps of a call of the emulated API once it was received: nothing comes between them."""
        company = slot.company
        entry = company.journal.open_call(
            "call", received.method, received.target, received.headers, company.clock.now()
        )
        entry.body = received.body
        entry.received_at = company.clock.real()
        masks, names = SECRET_NAMES, replies.CODE
        try:
            # Only paths below the prefix are routes.
            method = received.method if place.room == "emulated" else ""
            found = self.table().find(method, place.path, company.settings)
            if isinstance(found, Found):
                masks, names = found.endpoint.masks, found.endpoint.refused_as
                answer = self._known(company, entry, found.endpoint, found.path_parameters, received)
            else:
                answer = self._unknown(company, entry, received, place, found)
        except DeskError as error:
            entry.detail = error.detail or entry.detail
            answer = replies.refused(error, names)
        except UsageError as error:
            entry.detail = error.message
            answer = replies.refused(DeskError(INVALID, message=error.message), names)
        except Exception as error:  # a bug of ours: journalled, and answered without a 500
            line = note_fault(company, error, cause=entry.id)
            entry.detail = f"fault: {line}"
            self._say(f"fault in {received.method} {received.target.partition('?')[0]}: {line}")
            answer = replies.fault(names)
        entry.seconds = received.seconds()
        company.journal.close_call(entry, status=answer.status, code=answer.code, answer=answer.body, masks=masks)
        if self.log_call is not None:
            tell(self.log_call, company, entry)
        return answer

    def _nobodys(self, place: Place, received: Received) -> Answer:
        """The answer to a call of a company that is not there: it stands in nobody's journal, only the log tells of it."""
        known = ", ".join(slot.subdomain for slot in self.companies)
        detail = f"there is no company {place.wanted[:200]!r}; there are: {known}"
        path = received.target.partition("?")[0]
        answer = replies.refused(DeskError(BAD_SUBDOMAIN))
        self._say(f"{received.method} {path}: {detail}")
        if self.log_call is not None:
            company = self.companies.default.company
            real = company.clock.real()
            entry = CallEntry(id=0, at=real, kind="call", method=received.method, path=path, headers=(), detail=detail)
            entry.status, entry.code, entry.received_at = answer.status, answer.code, real
            tell(self.log_call, company, entry)
        return answer

    def _failed(self, place: Place | None, error: Exception) -> web.Response:
        slot = (place.slot if place is not None else None) or self.companies.default
        line = note_fault(slot.company, error, cause=None)
        self._say(f"fault: {line}")
        is_operators = place is not None and place.room == "operator"
        return (replies.operator_fault(line) if is_operators else replies.fault()).response()

    def _known(
        self,
        company: Company,
        entry: CallEntry,
        endpoint: Endpoint,
        path_parameters: Mapping[str, str],
        received: Received,
    ) -> Answer:
        entry.endpoint = endpoint.name
        # Read all, but say what could not be read only after the sign: a stranger learns nothing else first.
        trouble = received.trouble
        query: dict[str, Any] = {}
        body: Mapping[str, Any] = {}
        try:
            query = read_query(received.query)
            signed = query
        except Unreadable as error:
            trouble = error
            signed = auth_values(received.query, _SIGNED)
        if received.body and trouble is None:
            try:
                body, note = read_body(received.body, received.content_type, method=received.method)
                if note:
                    entry.warnings.append(note)
            except Unreadable as error:
                trouble = error
        if endpoint.signature != "none":
            query = self._verified(company, entry, endpoint, signed)
            if endpoint.signature == "struct":
                body = _unsigned_part(entry, body)
        values = merge(path_parameters, body, query)
        token = values.get("customer_token")
        if token is not None:
            entry.customer_token = str(token)[:255]
        if company.settings.limits != "off":
            over = self._over_limit(company, entry, endpoint, values)
            if over is not None:
                return over
        if trouble is not None:
            entry.detail = str(trouble)
            return replies.unreadable(trouble, endpoint.refused_as)
        try:
            ask = endpoint.parse(values)
        except BadParameters as error:
            missing = [problem.name for problem in error.problems if problem.is_missing]
            entry.warnings += unknown_parameters(endpoint.ask, values, missing=missing)
            raise replies.bad_parameters(error, endpoint) from None
        if ask.model_extra or ask.nested:
            entry.warnings += unknown_parameters(endpoint.ask, values)
        return replies.success(endpoint, endpoint.call(Call(company, entry), ask))

    def _verified(
        self, company: Company, entry: CallEntry, endpoint: Endpoint, query: dict[str, Any]
    ) -> dict[str, Any]:
        """Checks the sign; replies with the query without its parameters: they are the call's frame, not its matter."""
        own, signed = {}, {}
        for name, value in query.items():
            if name not in AUTH_PARAMETERS:
                own[name] = value
                if not name.startswith("amp;"):
                    continue
            # `&amp;` in place of `&` is no signature either, but the verdict can say so.
            if isinstance(value, str):
                signed[name] = value
        auth = company.settings.auth
        if auth == "off":
            return own
        real = entry.received_at or company.clock.real()
        if endpoint.signature == "open_api":
            verdict = company.verify(signed, now=entry.at, real=real)
        else:
            # Its sign is over parameters that are the call's own too, and their order can be a mistake.
            signed = {name: value for name, value in query.items() if isinstance(value, str)}
            verdict = company.verify_struct(signed, now=entry.at, real=real)
        entry.scheme = verdict.scheme
        if verdict.warnings:
            entry.warnings.extend(verdict.warnings)
        refusal = verdict.refusal
        if refusal is None:
            return own
        entry.detail = verdict.detail
        path, mark, text = entry.path.partition("?")
        entry.path = f"{path}{mark}{without_secrets(text, company.credentials)}"
        if auth == "lenient":
            entry.lenient_code = refusal.code
            entry.warnings.append(f"strict would have refused this with {refusal.code}: {verdict.detail}")
            return own
        text = f"{entry.endpoint} was refused with {refusal.code}: {verdict.detail}"
        company.journal.problem("refused_signature", entry.at, text, entry.id)
        self._say(text)
        raise DeskError(refusal, detail=verdict.detail)

    def _over_limit(
        self, company: Company, entry: CallEntry, endpoint: Endpoint, values: Mapping[str, Any]
    ) -> Answer | None:
        """The answer to a call too many; None when it is within the limits. Ruling 25."""
        settings: Settings = company.settings
        limit = endpoint.limit
        if limit is None:
            if settings.limits != "all":
                return None
            limit = GENERAL_LIMIT
        value = str(values.get(limit.per, ""))[:255] if limit.per else ""
        seconds = company.limits.take(endpoint.name, limit, value, company.clock.now())
        if seconds is None:
            return None
        of = f" for {limit.per} {value}" if limit.per else ""
        calls = "1 call" if limit.calls == 1 else f"{limit.calls} calls"
        text = f"more than {calls} in {limit.seconds:g} s{of}"
        rate = company.clock.rate
        if rate == 0:
            entry.warnings.append(f"{text}: answered, because this company's time stands still")
            return None
        entry.detail = f"{text}; the setting limits=off lets them through"
        error = DeskError(TOO_MANY_CALLS, detail=entry.detail)
        # The caller waits in real seconds.
        wait = {"Retry-After": str(max(1, ceil(min(seconds / rate, _LONGEST_WAIT_SECONDS))))}
        return replies.refused(error, endpoint.refused_as, status=settings.rate_limit_status, headers=wait)

    def _unknown(self, company: Company, entry: CallEntry, received: Received, place: Place, missed: Missed) -> Answer:
        """Ruling 5: HTTP 404, and the journal says what was most likely meant."""
        said = hint(place, missed, company.settings)
        text = f"{received.method} {received.target.partition('?')[0][:500]}: unknown; {said}"
        entry.detail = text
        company.journal.problem("unknown_path", entry.at, text, entry.id)
        self._say(text)
        return replies.refused(DeskError(NO_ROUTE, detail=text), status=404)

    def _say(self, text: str) -> None:
        if self.log is not None:
            self.log(text)


def _unsigned_part(entry: CallEntry, body: Mapping[str, Any]) -> Mapping[str, Any]:
    """A body without what is signed: that counts where it is signed, in the query (ruling 4), or anybody could send what they like."""
    passed_over = [name for name in STRUCT_PARAMETERS if name in body]
    if not passed_over:
        return body
    entry.warnings.append(f"{', '.join(passed_over)} in the body: passed over, for the sign is over the query alone")
    return {name: value for name, value in body.items() if name not in passed_over}


def _origin_form(target: str) -> str:
    """A request's target without scheme and host, as a proxy's client sends them."""
    if target.startswith("/"):
        return target
    _, mark, rest = target.partition("://")
    return "/" + rest.partition("/")[2] if mark else "/" + target
