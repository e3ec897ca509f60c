"""Help with the wire: a signed URL for any call, and the whole interface as OpenAPI."""

from functools import cache
from typing import Any
from urllib.parse import parse_qsl, urlencode

from pydantic import ConfigDict, Field

from .. import __version__
from ..company.pushes.pushes import PUSHES
from ..company.signing.open_api import signed_query
from ..company.signing.struct import signed_again, unsigned_ids
from ..desk.errors import REFUSALS, UsageError
from ..endpoint import CONTROL_PREFIX, STRUCT_PARAMETERS, UDESK_PREFIX, Missed, Reply, Table
from ..openapi import openapi
from ..openapi.examples import load
from .asking import OperatorAsk
from .criteria import not_found_words
from .operator import Nothing, OperatorCall

TABLE = Table()
_SECTION = "wire"


class Sign(OperatorAsk):
    """The call to be signed; the path is relative to `/open_api_v1`, which is tolerated."""

    method: str = Field("GET", description="GET unless it is said otherwise")
    path: str = Field(min_length=1)
    query: dict[str, Any] = Field({}, description="Structured messages are signed over three ids that stand here")


class Signed(Reply):
    """A URL that works once, within 300 seconds of the company's time."""

    method: str
    url: str
    warnings: list[str]


class Index(Reply):
    """Every call of the control API with what it does; their parameters stand in openapi.json."""

    company: str
    emulated_api: str
    control_api: str
    openapi: str
    calls: dict[str, str]


class OpenApi(Reply):
    """An OpenAPI 3.1 document."""

    model_config = ConfigDict(extra="allow")

    openapi: str


@TABLE.add("GET", "/", section=_SECTION, source="assumed")
def index(call: OperatorCall, ask: Nothing) -> Index:
    """All calls of the control API, in short."""
    base = call.base_url(call.slot)
    return Index(
        company=call.slot.subdomain,
        emulated_api=f"{base}{UDESK_PREFIX}",
        control_api=f"{base}{CONTROL_PREFIX}",
        openapi=f"{base}{CONTROL_PREFIX}/openapi.json",
        calls={
            f"{endpoint.method} {CONTROL_PREFIX}{endpoint.path}": endpoint.summary for endpoint in call.control_api()
        },
    )


@TABLE.add("POST", "/sign", section=_SECTION, source="assumed")
def sign(call: OperatorCall, ask: Sign) -> Signed:
    """A signed URL for a call of the emulated API, by the scheme that this call has."""
    company = call.company
    path, _, in_path = ask.path.partition("?")
    path = "/" + path.removeprefix(UDESK_PREFIX).lstrip("/")
    method = ask.method.upper()
    own = [*parse_qsl(in_path, keep_blank_values=True), *_pairs(ask.query)]
    found = call.udesk_api().find(method, path, company.settings)
    if not isinstance(found, Missed) and found.endpoint.signature == "struct":
        query = _struct_query(call, own)
    else:
        nonce = f"signed-{company.epoch}-{call.entry.id}"
        query = [*own, *signed_query(company.credentials, now=call.signing_time, nonce=nonce).items()]
    return Signed(
        method=method,
        url=f"{call.base_url(call.slot)}{UDESK_PREFIX}{path}?{urlencode(query)}",
        warnings=[f"{method} {path} {not_found_words(found)}"] if isinstance(found, Missed) else [],
    )


@TABLE.add("GET", "/openapi.json", section=_SECTION, source="assumed")
def show_openapi(call: OperatorCall, ask: Nothing) -> OpenApi:
    """Both interfaces and the pushes as OpenAPI 3.1."""
    return OpenApi.model_validate(described(call))


def described(call: OperatorCall) -> dict[str, Any]:
    """Both interfaces and the pushes as an OpenAPI document, which has the caller's company as its server."""
    document = document_of(call.udesk_api(), call.control_api())
    (server,) = document["servers"]
    return {**document, "servers": [{**server, "url": call.base_url(call.slot)}]}


@cache
def document_of(udesk_api: Table, control_api: Table) -> dict[str, Any]:
    """The document of these tables, which are always the same: made when it is first asked for, for that takes a fifth of a second."""
    return openapi(
        udesk_api=udesk_api,
        control_api=control_api,
        pushes=PUSHES,
        version=__version__,
        examples=load(),
        codes=[{"code": row.code, "message": row.message, "source": row.source} for row in REFUSALS],
    )


def _struct_query(call: OperatorCall, own: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """The query of a structured message's call. Raises UsageError: an id that is signed is missing, or none."""
    wrong = unsigned_ids(own)
    missing = [name for name, text in wrong.items() if not text]
    if missing:
        raise UsageError(
            "invalid",
            f"query: {', '.join(missing)} {'is' if len(missing) == 1 else 'are'} missing",
            hint=f"structured messages are signed over {', '.join(STRUCT_PARAMETERS)}, the last one is added",
        )
    for name, text in wrong.items():
        raise UsageError("invalid", f"query: {name} {text!r:.80} is no id", hint="expected a whole number")
    return signed_again(own, call.company.credentials, now=call.signing_time)


def _pairs(query: dict[str, Any]) -> list[tuple[str, str]]:
    """A query as Rails writes it: lists as `name[]`."""
    pairs: list[tuple[str, str]] = []
    for name, value in query.items():
        if isinstance(value, list):
            key = name if name.endswith("[]") else f"{name}[]"
            pairs.extend((key, _text(inner)) for inner in value)
        else:
            pairs.append((name, _text(value)))
    return pairs


def _text(value: object) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)
