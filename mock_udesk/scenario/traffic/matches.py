"""Which calls and which pushes are meant, as users type it: in verify, await, planned faults and a scenario's step `fault`."""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Final, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from ...desk.phrases import did_you_mean
from ...endpoint import CONTROL_PREFIX, UDESK_PREFIX
from ...endpoint.wrong import short
from ..file.patterns import Patterns, pattern_trouble
from ..people.typed import Key, Number, Typed
from .patterns import check, is_operator

METHODS: Final = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")
# What only an answered call has: a fault that comes before the call is done can't ask for it.
ANSWER_FIELDS: Final = ("code", "status", "answer")
# What a push has not yet when its fault is chosen.
SENT_FIELDS: Final = ("state", "attempts", "fault", "copy_of")


def _pattern(value: object) -> object:
    found = check(value)
    if found:
        raise ValueError("; ".join(f"{wrong.path}: {wrong.text}" for wrong in found))
    return value


def _whole_number(value: object) -> object:
    """A number, or a pattern for one; a number may come as a text, as everywhere."""
    if isinstance(value, str) and value.strip().lstrip("-").isdecimal() and value.isascii() and len(value) < 20:
        return int(value)
    if value is None or (isinstance(value, int) and not isinstance(value, bool)):
        return value
    if isinstance(value, Mapping) and any(str(name).startswith("$") for name in value):
        return _pattern(value)
    raise ValueError(f'expected a whole number or a pattern like {{"$one_of": [1000, 2000]}}, found {short(value)}')


def _headers(value: object) -> object:
    if value is not None and (not isinstance(value, Mapping) or is_operator(value)):
        raise ValueError(f"expected an object of names and patterns, found {short(value)}")
    return value


def _method(text: str) -> str:
    method = text.strip().upper()
    if method not in METHODS:
        meant = did_you_mean(method, METHODS) or f"; known are {', '.join(METHODS)}"
        raise ValueError(f"expected a method, found {short(text)}{meant}")
    return method


def _path(text: str) -> str:
    """A path as calls are held against it: relative to the prefix, without `.json`. A `~` in front makes it a regular expression."""
    if text.startswith("~"):
        trouble = pattern_trouble(text[1:], Patterns())
        if trouble is not None:
            raise ValueError(f"expected {trouble[1]} after ~, found {trouble[0]}")
        return text
    head, _, rest = text.partition("?")
    if rest:
        raise ValueError(f"expected a path without its query, found {short(text)}: the query stands in query")
    if head.startswith(CONTROL_PREFIX):
        raise ValueError(
            f"expected a path of the emulated API, found {short(text)}: calls of {CONTROL_PREFIX} are none"
        )
    return relative_path(head)


def relative_path(text: str) -> str:
    """A path as it is declared, whether or not prefix, closing slash and `.json` were typed."""
    _, found, rest = text.partition(UDESK_PREFIX)
    return "/" + (rest if found else text).strip("/").removesuffix(".json")


def _endpoint(text: str) -> str:
    method, _, path = text.strip().rpartition(" ")
    return f"{_method(method)} {relative_path(path)}" if method else relative_path(path)


Pattern = Annotated[Any, AfterValidator(_pattern)]
NumberOrPattern = Annotated[Any, BeforeValidator(_whole_number)]


def _bounds(value: object) -> object:
    found = [] if value is None else check({"$size": value})
    if found:
        raise ValueError(found[0].text)
    return value


CountOrBounds = Annotated[Any, AfterValidator(_bounds)]


class CallMatch(Typed):
    """Which calls of the emulated API; what is left out may be anything."""

    method: Annotated[str, AfterValidator(_method)] | None = None
    path: Annotated[str, Field(max_length=2_000), AfterValidator(_path)] | None = Field(
        None, description="Relative to /open_api_v1, which is tolerated; exact, or ~ and a regular expression"
    )
    endpoint: Annotated[str, Field(max_length=500), AfterValidator(_endpoint)] | None = Field(
        None, description="As declared: POST /im/messages, or its path alone"
    )
    query: Pattern = Field(
        None, description="A pattern over the query; the signature's parameters only where they are named"
    )
    body: Pattern = Field(None, description="A pattern over the body as it was sent, JSON or a form")
    params: Pattern = Field(None, description="A pattern over path, body and query as the service merges them")
    headers: Annotated[Pattern, AfterValidator(_headers)] = Field(
        None, description="Patterns by the names of headers, in any case"
    )
    customer_token: Key | None = None
    session_id: Number | None = Field(None, description="The session that the call names, or is answered with")
    code: NumberOrPattern = Field(None, description="The code it was answered with")
    status: NumberOrPattern = Field(None, description="The HTTP status it was answered with")
    answer: Pattern = Field(None, description="A pattern over the answer's JSON")

    aliases: ClassVar[Mapping[str, str]] = {
        "url": "path",
        "json": "body",
        "http_status": "status",
        "response": "answer",
        "im_sub_session_id": "session_id",
    }

    def plain(self) -> dict[str, Any]:
        """What was given, as plain JSON values: what `company/matching` is made of."""
        return _given(self, CallMatch)

    def answer_fields(self) -> list[str]:
        """The fields given here that only an answered call has."""
        return [name for name in ANSWER_FIELDS if getattr(self, name) is not None]


class PushMatch(Typed):
    """Which pushes; what is left out may be anything."""

    target: Literal["receive_url", "h5_push_url"] | None = None
    push: Key | None = Field(None, description="Its name, as GET /_mock/deliveries has it: agent_messages, h5, read …")
    type: Key | None = Field(
        None, description="The type of any message in it: message, close, transfer, start_session …"
    )
    customer_token: Key | None = None
    session_id: Number | None = None
    body: Pattern = Field(None, description="A pattern over the body")
    state: Literal["pending", "delivered", "failed", "undeliverable"] | None = None
    attempts: CountOrBounds = Field(
        None, description='How often it was tried: a number, or {"at_least": n, "at_most": n}'
    )
    fault: Number | None = Field(None, description="The planned fault that has fired on it")
    copy_of: Number | None = Field(None, description="The push that a planned fault made this copy of")

    aliases: ClassVar[Mapping[str, str]] = {
        "json": "body",
        "name": "push",
        "im_sub_session_id": "session_id",
    }

    def plain(self) -> dict[str, Any]:
        """What was given, as plain JSON values: what `company/matching` is made of."""
        return _given(self, PushMatch)

    def sent_fields(self) -> list[str]:
        """The fields given here that a push gets after its fault was chosen."""
        return [name for name in SENT_FIELDS if getattr(self, name) is not None]


def _given(match: Typed, model: type[Typed]) -> dict[str, Any]:
    values = ((name, getattr(match, name)) for name in model.model_fields)
    return {name: value for name, value in values if value is not None}
