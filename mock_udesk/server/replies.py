"""What goes over the wire: the answers of both tables, and how each kind of refusal is put."""

from dataclasses import dataclass
from typing import Any, Final

from aiohttp import web
from pydantic_core import to_json

from .. import __version__
from ..company.journal.entries import CallEntry
from ..company.params import Unreadable
from ..desk.errors import INVALID, MISSING, MISSING_PARAMETER, DeskError, UsageError
from ..endpoint import BadParameters, Content, Endpoint, Stream

JSON: Final = "application/json; charset=utf-8"
TEXT: Final = "text/plain; charset=utf-8"
# Where nearly all of the emulated API has a refusal's number.
CODE: Final[tuple[str, ...]] = ("code",)
_SERVER: Final = f"mock-udesk/{__version__}"
# Only these are sent on the way to a plain answer; a dict is copied by aiohttp, so it is never changed.
_JSON_HEADERS: Final = {"Content-Type": JSON, "Server": _SERVER}
_USAGE_STATUS: Final = {"unauthorized": 401, "unknown": 404, "conflict": 409, "invalid": 422}

_FAULT: Final = "mock-udesk fault: see GET /_mock/problems"


@dataclass(slots=True)
class Answer:
    """An answer before it is sent; `code` is the `code` of its body, for the journal, or its `status` where the family has no code."""

    status: int
    code: int | None
    body: bytes
    headers: dict[str, str] | None = None
    content_type: str = JSON
    # What follows without an end, in place of a body.
    stream: Stream | None = None

    @property
    def own_headers(self) -> tuple[tuple[str, str], ...]:
        """Those of its headers that are not the same with every answer, for the journal."""
        if not self.headers and self.content_type is JSON:
            return ()
        return (("Content-Type", self.content_type), *(self.headers or {}).items())

    def response(self) -> web.Response:
        """As aiohttp sends it."""
        if not self.headers and self.content_type is JSON:
            return web.Response(body=self.body, status=self.status, headers=_JSON_HEADERS)
        return web.Response(
            body=self.body,
            status=self.status,
            headers={"Content-Type": self.content_type, "Server": _SERVER, **(self.headers or {})},
        )


def success(endpoint: Endpoint, reply: Any) -> Answer:
    """The answer of a handler: a reply's JSON, or plain text."""
    if isinstance(reply, str):
        return Answer(endpoint.status, None, reply.encode(), None, TEXT)
    if isinstance(reply, Content):
        return Answer(endpoint.status, None, reply.body, dict(reply.headers), reply.media)
    if isinstance(reply, Stream):
        return Answer(endpoint.status, None, b"", {"Cache-Control": "no-store"}, reply.media, reply)
    code = getattr(reply, "code", None)
    if code is None and "status" in endpoint.refused_as:
        code = getattr(reply, "status", None)
    body = reply.__pydantic_serializer__.to_json(reply, by_alias=True)
    return Answer(reply.http_status or endpoint.status, code if isinstance(code, int) else None, body)


def refused(
    error: DeskError, names: tuple[str, ...] = CODE, *, status: int = 200, headers: dict[str, str] | None = None
) -> Answer:
    """How the emulated API says no; `names` are those that the family holds its number under. Doc: contract §2.1."""
    return Answer(status, error.code, envelope(error.code, error.message, error.exception, names), headers)


def said_no(error: DeskError | UsageError, entry: CallEntry, names: tuple[str, ...]) -> Answer:
    """The answer of the emulated API to what was refused; the journal's entry says why."""
    if isinstance(error, DeskError):
        entry.detail = error.detail or entry.detail
        return refused(error, names)
    entry.detail = error.message
    return refused(DeskError(INVALID, message=error.message), names)


def envelope(code: int, message: str, exception: str | None = None, names: tuple[str, ...] = CODE) -> bytes:
    """The body of a refusal of the emulated API. Doc: contract §11.9: with a code, `message` and `code_message` have the same text."""
    body: dict[str, Any] = dict.fromkeys(names, code)
    body["message"] = message
    if "code" in names:
        body["code_message"] = message
    if exception is not None:
        body["exception"] = exception
    return to_json(body)


def unreadable(error: Unreadable, names: tuple[str, ...]) -> Answer:
    """A query or body that can't be read, as the emulated API refuses it. Ruling 5: 2000 with the field's name."""
    return refused(DeskError(INVALID, message=f"{INVALID.message}: {error.name}"), names, status=error.status or 200)


def fault(names: tuple[str, ...] = CODE) -> Answer:
    """A bug of ours, as the emulated API puts it."""
    return refused(DeskError(INVALID, message=_FAULT), names)


def operator_fault(line: str) -> Answer:
    """A bug of ours, as the control API puts it."""
    return operator_refused(409, "fault", _FAULT, line)


def bad_parameters(error: BadParameters, endpoint: Endpoint) -> DeskError:
    """Parameters that don't fit, as the emulated API refuses them: a missing one comes first. Ruling 5."""
    for problem in error.problems:
        if problem.is_missing:
            if endpoint.missing_code == MISSING_PARAMETER.code:
                return DeskError(MISSING_PARAMETER, detail=f"{problem.name} is missing")
            return DeskError(MISSING, message=MISSING.message.format(name=problem.name), detail=str(error))
    return DeskError(INVALID, message=f"{INVALID.message}: {error.problems[0].name}", detail=str(error))


def operator_refused(status: int, code: str, message: str, hint: str = "") -> Answer:
    """How the control API says no (interfaces §3)."""
    return Answer(status, None, to_json({"error": {"code": code, "message": message, "hint": hint}}))


def operator_error(error: DeskError | UsageError | BadParameters | Unreadable) -> Answer:
    """The refusal that an error means to an operator."""
    match error:
        case UsageError():
            return operator_refused(_USAGE_STATUS[error.kind], error.kind, error.message, error.hint)
        case DeskError():
            return operator_refused(409, "refused", f"{error.code} {error.message}", error.detail)
        case BadParameters() | Unreadable():
            status = error.status if isinstance(error, Unreadable) and error.status else 422
            hint = error.hint if isinstance(error, Unreadable) else ""
            return operator_refused(
                status, "invalid", str(error), hint or "GET /_mock/openapi.json has the parameters of each call"
            )


def not_http(status: int, text: str, hint: str) -> Answer:
    """The refusal of what could not be read so far that it is known for which room it was: in the forms of both."""
    both = {"code": INVALID.code, "message": text, "code_message": text}
    return Answer(status, None, to_json({**both, "error": {"code": "invalid", "message": text, "hint": hint}}))


def hall(base_url: str, subdomain: str) -> Answer:
    """The page at a company's base."""
    text = (
        f"mock-udesk {__version__}: a local mock of the Udesk customer-service chat API, company {subdomain}\n\n"
        f"the emulated API:  {base_url}/open_api_v1\n"
        f"the control API:   {base_url}/_mock\n"
        f"both described:    {base_url}/_mock/openapi.json\n"
    )
    return Answer(200, None, text.encode(), None, TEXT)
