"""The steps of a request, the same for both tables: identify the company, read, open the entry, verify, limits, parse, fault (before), call, fault (after), answer, close the entry."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Protocol

from aiohttp import web

from ..company.call import Call
from ..company.companies import Companies, Slot
from ..company.company import Company
from ..company.journal.entries import CallEntry
from ..company.params import Unreadable, auth_values, merge, read_body, read_query, readable
from ..company.secrets.values import SECRET_NAMES, masked, masked_query
from ..company.signing.open_api import without_secrets
from ..desk.errors import BAD_SUBDOMAIN, NO_ROUTE, DeskError, UsageError
from ..endpoint import AUTH_PARAMETERS, STRUCT_PARAMETERS, BadParameters, Endpoint, Found, Missed, Table
from . import replies
from .faults import LogCall, note_fault, tell
from .front import Front, Place
from .hints import hint, unknown_parameters
from .limiting import over_limit
from .operators import Operators
from .plain import PlainAnswers
from .reading import Received, header, receive
from .replies import Answer

if TYPE_CHECKING:
    from .planned import Course, Underway

# All that a signature is over or consists of, whichever it is.
_SIGNED: Final = frozenset((*AUTH_PARAMETERS, *STRUCT_PARAMETERS))
_FAVICON: Final = "/favicon.ico"


class Ended(Protocol):
    """Who wants to know that a call began, and that it was answered: the pump."""

    def call_began(self, slot: Slot) -> None:
        """A call of the emulated API is coming in."""

    def call_ended(self, slot: Slot) -> None:
        """A call of the emulated API was answered."""

    async def hold(self, slot: Slot, seconds: float) -> bool:
        """Holds a call for so many real seconds; False at once when the company is reset or removed meanwhile, or the server stops."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pipeline:
    """Answers every request that comes in."""

    companies: Companies
    front: Front
    table: Callable[[], Table]
    operators: Operators
    pump: Ended
    log: Callable[[str], None] | None
    log_call: LogCall | None = None
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
                if not isinstance(answer, Answer):
                    return await self._gone_on(slot, answer, request, received)
                plain = None if received.is_broken else self.plain.of(answer, request, received.started)
                return received.answered(answer) if plain is None else plain
            finally:
                slot.calls_in_progress -= 1
                self.pump.call_ended(slot)
        except Exception as error:  # a bug of ours outside the steps that look for one
            return self._failed(place, error)

    def _emulated(self, slot: Slot, place: Place, received: Received) -> "Answer | Underway":
        """All steps of a call of the emulated API once it was received: nothing comes between them, unless a planned fault may."""
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
                known = self._known(company, entry, found.endpoint, found.path_parameters, received)
                if not isinstance(known, Answer):
                    from .planned import Underway

                    return Underway(entry, known, masks, names)
                answer = known
            else:
                answer = self._unknown(company, entry, received, place, found)
        except (DeskError, UsageError) as error:
            answer = replies.said_no(error, entry, names)
        except Exception as error:  # a bug of ours: journalled, and answered without a 500
            answer = self._fault(company, entry, error, names)
        self._close(slot, company, entry, answer, received, masks)
        return answer

    def _fault(self, company: Company, entry: CallEntry, error: Exception, names: tuple[str, ...]) -> Answer:
        line = note_fault(company, error, cause=entry.id)
        entry.detail = f"fault: {line}"
        self._say(f"fault in {entry.method} {entry.path.partition('?')[0]}: {line}")
        return replies.fault(names)

    def _close(
        self,
        slot: Slot,
        company: Company,
        entry: CallEntry,
        answer: Answer,
        received: Received,
        masks: tuple[str, ...],
    ) -> None:
        entry.seconds = received.seconds()
        if answer.headers:
            entry.answer_headers = answer.own_headers
        company.journal.close_call(entry, status=answer.status, code=answer.code, answer=answer.body, masks=masks)
        slot.tally.answered(entry.endpoint, answer.code, entry.seconds)
        if self.log_call is not None:
            tell(self.log_call, slot, entry)

    async def _gone_on(
        self, slot: Slot, underway: "Underway", request: web.BaseRequest, received: Received
    ) -> web.StreamResponse:
        """The answer to a call that planned faults may meet. One whose company begins anew while it is held is not done, and gets none."""
        from .misbehaving import Over, Spoilt, send

        company, entry = slot.company, underway.entry
        while True:
            try:
                seconds = next(underway.course)
            except StopIteration as end:
                outcome: Answer | Spoilt = end.value
                break
            except Exception as error:  # a bug of ours: journalled, and answered without a 500
                outcome = self._fault(company, entry, error, underway.names)
                break
            if underway.masks:
                # It can be looked at while it is held.
                entry.body, entry.path = masked(entry.body, underway.masks), masked_query(entry.path, underway.masks)
            if not await self.pump.hold(slot, seconds):
                return Over()
        sent = outcome if isinstance(outcome, Answer) else outcome.sent
        self._close(slot, company, entry, sent, received, underway.masks)
        if isinstance(outcome, Answer):
            return received.answered(outcome)
        return await send(request, outcome, lambda seconds: self.pump.hold(slot, seconds))

    def _nobodys(self, place: Place, received: Received) -> Answer:
        """The answer to a call of a company that is not there: it stands in nobody's journal, only the log tells of it."""
        known = ", ".join(slot.subdomain for slot in self.companies)
        detail = f"there is no company {place.wanted[:200]!r}; there are: {known}"
        path = received.target.partition("?")[0]
        answer = replies.refused(DeskError(BAD_SUBDOMAIN))
        self._say(f"{received.method} {path}: {detail}")
        if self.log_call is not None:
            real = self.companies.default.company.clock.real()
            entry = CallEntry(id=0, at=real, kind="call", method=received.method, path=path, headers=(), detail=detail)
            entry.status, entry.code, entry.received_at = answer.status, answer.code, real
            tell(self.log_call, self.companies.default, entry, is_nobodys=True)
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
    ) -> "Answer | Course":
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
            over = over_limit(company, entry, endpoint, values)
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
        if company.faults.on_calls:
            from .planned import course

            return course(Call(company, entry), endpoint, ask)
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
        entry.detail, entry.sign_refusal = verdict.detail, refusal.code
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
