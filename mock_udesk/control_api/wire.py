"""Help with the wire: a signed URL for any call, and the whole interface as OpenAPI."""

from typing import Any
from urllib.parse import parse_qsl, urlencode

from pydantic import ConfigDict, Field

from .. import __version__
from ..company.pushes import PUSHES
from ..company.signing import signed_query
from ..endpoint import CONTROL_PREFIX, UDESK_PREFIX, Missed, Reply, Table
from .operator import Nothing, OperatorAsk, OperatorCall

TABLE = Table()
_SECTION = "wire"


class Sign(OperatorAsk):
    """The call to be signed; the path is relative to `/open_api_v1`, which is tolerated."""

    method: str = "GET"
    path: str = Field(min_length=1)
    query: dict[str, Any] = Field({})


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
    """A signed URL for a call of the emulated API."""
    company = call.company
    path, _, in_path = ask.path.partition("?")
    path = "/" + path.removeprefix(UDESK_PREFIX).lstrip("/")
    method = ask.method.upper()
    # `timestamp_against: real` holds a signature to real time, every other choice takes the company's.
    now = company.clock.real() if company.settings.timestamp_against == "real" else company.clock.now()
    auth = signed_query(company.credentials, now=now, nonce=f"signed-{company.epoch}-{call.entry.id}")
    query = [*parse_qsl(in_path, keep_blank_values=True), *_pairs(ask.query), *auth.items()]
    found = call.udesk_api.find(method, path)
    warnings = []
    if isinstance(found, Missed):
        near = f"; the nearest is {found.nearest}" if found.nearest else ""
        warnings.append(f"{method} {path} is not emulated{near}")
    return Signed(
        method=method, url=f"{call.base_url(call.slot)}{UDESK_PREFIX}{path}?{urlencode(query)}", warnings=warnings
    )


@TABLE.add("GET", "/openapi.json", section=_SECTION, source="assumed")
def show_openapi(call: OperatorCall, ask: Nothing) -> OpenApi:
    """Both interfaces and the pushes as OpenAPI 3.1."""
    document = call.description.at(
        call.base_url(call.slot),
        udesk_api=call.udesk_api,
        control_api=call.control_api(),
        pushes=PUSHES,
        version=__version__,
    )
    return OpenApi.model_validate(document)


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
