"""The one place where an endpoint or a push is declared: route, models, place in the document, and all that is derived from them."""

import inspect
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Annotated, Any, ClassVar, Literal, TypeVar, get_type_hints
from urllib.parse import unquote

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

Coverage = Literal["whole", "partial"]
Source = Literal["documented", "measured", "assumed"]

# Where the two tables stand below a company's base URL.
UDESK_PREFIX = "/open_api_v1"
CONTROL_PREFIX = "/_mock"

# The parameters of a signature; they stand in the query of every signed call. Doc: contract §1.1.
AUTH_PARAMETERS = frozenset({"email", "timestamp", "sign", "nonce", "sign_version"})
# So many unknown parameters of one call are told by name.
NAMED_AT_MOST = 20


class Ask(BaseModel):
    """What a call asks for. Numbers may come as strings and the other way round (ruling 5); unknown names are kept apart, not refused."""

    model_config = ConfigDict(extra="allow", coerce_numbers_to_str=True, defer_build=True, frozen=True)

    # Fields that hold another Ask.
    nested: ClassVar[tuple[str, ...]] = ()


class Reply(BaseModel):
    """What a call answers with."""

    model_config = ConfigDict(defer_build=True, frozen=True)

    # The status of a call that can end in several ways (POST /_mock/sessions); None: the endpoint's own.
    http_status: ClassVar[int | None] = None


def _blank_to_none(value: object) -> object:
    return None if isinstance(value, str) and not value.strip() else value


def _is_none(value: object) -> bool:
    return value is None


# Rails reads an empty text where a number is meant as nothing; 64 bits are what its database holds.
Integer = Annotated[int, Field(ge=-(2**63), lt=2**63)]
Blank = BeforeValidator(_blank_to_none)
OptionalInteger = Annotated[Integer | None, Blank]
Text = Annotated[str, Field(max_length=65_535)]
Token = Annotated[Annotated[str, Field(min_length=1, max_length=255)], Blank]
OptionalToken = Annotated[Annotated[str, Field(max_length=255)] | None, Blank]
# A field of an answer that is left out when there is nothing to say.
T = TypeVar("T")
Absent = Annotated[T | None, Field(exclude_if=_is_none)]


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with one parameter, in words."""

    name: str
    text: str
    is_missing: bool = False


class BadParameters(Exception):
    """A call whose parameters don't fit its model; `problems` is never empty."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        self.problems = problems
        super().__init__("; ".join(f"{problem.name}: {problem.text}" for problem in problems))


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `calls` in any `seconds`, apart for each value of the parameter `per` ("" for the whole company)."""

    calls: int
    seconds: float
    per: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """One call that can be made, with everything that is known about it."""

    method: str
    path: str
    section: str
    summary: str
    ask: type[Ask]
    reply: type[Reply] | None
    call: Callable[..., Any]
    is_async: bool = False
    coverage: Coverage = "whole"
    source: Source = "documented"
    note: str = ""
    is_signed: bool = True
    limit: Limit | None = None
    # The code of the answer to a missing parameter; all but POST /im/messages use 2000 (ruling 5).
    missing_code: int = 2000
    status: int = 200
    # Parameters and answer fields whose values the journal never holds (password, token).
    masks: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """How the journal and the tables call it: `POST /im/messages`."""
        return f"{self.method} {self.path}"

    def parse(self, parameters: Mapping[str, Any]) -> Ask:
        """The parameters as this call's model. Raises BadParameters with all that is wrong."""
        try:
            ask: Ask = self.ask.__pydantic_validator__.validate_python(parameters)
        except ValidationError as error:
            raise BadParameters(problems(error, parameters, masks=self.masks)) from None
        return ask


# What pydantic says, by its types of errors, in plain words; the nouns are JSON's. `{...}` is filled from the error's context.
_PHRASES: Mapping[str, str] = {
    **dict.fromkeys(("int_type", "int_parsing", "int_from_float", "int_parsing_size"), "expected a whole number"),
    **dict.fromkeys(("float_type", "float_parsing", "finite_number"), "expected a number"),
    **dict.fromkeys(("string_type", "string_sub_type"), "expected a text"),
    **dict.fromkeys(("bool_type", "bool_parsing"), "expected true or false"),
    **dict.fromkeys(("list_type", "tuple_type", "set_type", "iterable_type"), "expected a list"),
    **dict.fromkeys(("dict_type", "mapping_type", "model_type", "model_attributes_type"), "expected an object"),
    **dict.fromkeys(
        ("datetime_type", "datetime_parsing", "datetime_from_date_parsing", "datetime_object_invalid"),
        "expected a moment like 2026-11-22T10:00:00+08:00",
    ),
    **dict.fromkeys(("url_type", "url_parsing", "url_syntax_violation", "url_scheme"), "expected an http or https URL"),
    **dict.fromkeys(("literal_error", "enum"), "expected {expected}"),
    "extra_forbidden": "unknown",
    "greater_than_equal": "expected at least {ge}",
    "greater_than": "expected more than {gt}",
    "less_than_equal": "expected at most {le}",
    "less_than": "expected less than {lt}",
    "string_too_short": "expected {min_length} or more characters",
    "string_too_long": "expected {max_length} or fewer characters",
    "string_pattern_mismatch": "expected a text like {pattern}",
    "too_short": "expected {min_length} or more items",
    "too_long": "expected {max_length} or fewer items",
}


def problems(
    error: ValidationError, parameters: Mapping[str, Any], *, masks: tuple[str, ...] = ()
) -> tuple[Problem, ...]:
    """All that pydantic refused of these parameters, in plain words; the values of masked names are never told."""
    by_path: dict[str, list[Any]] = {}
    for row in error.errors(include_url=False):
        by_path.setdefault(_path(row["loc"]), []).append(row)
    return tuple(_problem(path, rows, parameters, masks) for path, rows in by_path.items())


def _problem(path: str, rows: list[Any], parameters: Mapping[str, Any], masks: tuple[str, ...]) -> Problem:
    """What is wrong in one place; a union has a row for each of its members."""
    found, kind = rows[0].get("input"), rows[0]["type"]
    is_missing = kind == "missing" or (kind != "value_error" and found is None) or found == ""
    wanted = dict.fromkeys(_phrase(row) for row in rows)
    text = " or ".join(phrase if at == 0 else phrase.removeprefix("expected ") for at, phrase in enumerate(wanted))
    if kind == "missing" or ", found " in text or (masks and _may_hold_secret(rows[0]["loc"], found, masks)):
        return Problem(path, text, is_missing)
    # A blank text may have become null on the way.
    return Problem(path, f"{text}, found {_short(parameters.get(path) if found is None else found)}", is_missing)


def _phrase(row: Any) -> str:
    if row["msg"] == "Field required":
        return "missing"
    phrase = _PHRASES.get(row["type"])
    return phrase.format_map(row.get("ctx", {})) if phrase else str(row["msg"]).removeprefix("Value error, ")


def _path(where: Iterable[int | str]) -> str:
    """Where in the parameters: names with dots, places in a list as [1]."""
    path = ""
    for part in where:
        if isinstance(part, int):
            path += f"[{part}]"
        elif not _is_machinery(part):
            path += f".{part}" if path else part
    return path or "parameters"


def _may_hold_secret(where: Iterable[int | str], found: object, masks: tuple[str, ...]) -> bool:
    # A list or an object may hold anything, a secret too.
    return isinstance(found, list | dict) or any(str(part).casefold() in masks for part in where)


def _is_machinery(part: str) -> bool:
    # pydantic names validators and union members in `loc`; a user never typed those.
    return "[" in part or part in {"int", "str", "list", "constrained-str", "function-before"}


def _short(value: object) -> str:
    # The query may hold what is no character, and what a test hands over may be no JSON.
    text = json.dumps(value, ensure_ascii=False, default=repr).encode(errors="backslashreplace").decode()
    return text if len(text) <= 80 else f"{text[:77]}..."


@dataclass(frozen=True, slots=True, kw_only=True)
class Push:
    """One kind of body that is POSTed to the integrator."""

    name: str
    target: Literal["receive_url", "h5_push_url"]
    section: str
    summary: str
    body: type[BaseModel]
    coverage: Coverage = "whole"
    source: Source = "documented"
    note: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """A route that fits, with what stood in its place-holders."""

    endpoint: Endpoint
    path_parameters: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Missed:
    """No route fits: the methods that this path has, if any, and the nearest route otherwise."""

    allowed: tuple[str, ...]
    nearest: str


@dataclass(slots=True)
class Table:
    """A list of endpoints with its routes. Chapters declare their own; a room joins them."""

    endpoints: list[Endpoint] = field(default_factory=list)
    _fixed: dict[tuple[str, str], Found] = field(default_factory=dict)
    # Each path once, in the order of declaration.
    _paths: dict[str, None] = field(default_factory=dict)
    # By method and number of segments: endpoints whose path has place-holders.
    _open: dict[tuple[str, int], list[tuple[tuple[str, ...], Endpoint]]] = field(default_factory=dict)

    def add(
        self, method: str, path: str, *, section: str, **facts: Any
    ) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """Declares the decorated function `(call, ask: AnAsk) -> AReply` as an endpoint; `facts` are fields of Endpoint."""

        def declare(function: Callable[..., Any]) -> Callable[..., Any]:
            hints = get_type_hints(function)
            reply = hints["return"]
            self._put(
                Endpoint(
                    method=method,
                    path=path,
                    section=section,
                    summary=(inspect.getdoc(function) or "").split("\n\n")[0].replace("\n", " "),
                    ask=hints["ask"],
                    reply=reply if isinstance(reply, type) and issubclass(reply, Reply) else None,
                    call=function,
                    is_async=inspect.iscoroutinefunction(function),
                    **facts,
                )
            )
            return function

        return declare

    def _put(self, endpoint: Endpoint) -> None:
        if any(other.name == endpoint.name for other in self.endpoints):
            raise ValueError(f"{endpoint.name} is declared twice")
        self.endpoints.append(endpoint)
        self._paths[endpoint.path] = None
        segments = tuple(endpoint.path.split("/"))
        if "{" in endpoint.path:
            self._open.setdefault((endpoint.method, len(segments)), []).append((segments, endpoint))
        else:
            self._fixed[endpoint.method, endpoint.path] = Found(endpoint, {})

    def join(self, tables: Iterable["Table"]) -> "Table":
        """Adds all endpoints of other tables; replies with itself."""
        for table in tables:
            for endpoint in table.endpoints:
                self._put(endpoint)
        return self

    def __iter__(self) -> Iterator[Endpoint]:
        return iter(self.endpoints)

    def find(self, method: str, path: str) -> Found | Missed:
        """The endpoint for a path below the table's prefix. Fixed paths win over place-holders; a `.json` suffix and a closing slash are tolerated."""
        found = self._fixed.get((method, path))
        if found is not None:
            return found
        plain = plain_path(path)
        found = self._fixed.get((method, plain))
        if found is not None:
            return found
        segments = plain.split("/")
        for pattern, candidate in self._open.get((method, len(segments)), ()):
            values = _fit(pattern, segments)
            if values is not None:
                return Found(candidate, values)
        return self._miss(plain)

    def _miss(self, path: str) -> Missed:
        segments = path.split("/")
        allowed = {method for method, fixed in self._fixed if fixed == path}
        for (method, length), candidates in self._open.items():
            if length == len(segments) and any(_is_meant(pattern, segments) for pattern, _ in candidates):
                allowed.add(method)
        near = get_close_matches(path[:200], self._paths, n=1, cutoff=0.6)
        return Missed(tuple(sorted(allowed)), near[0] if near else "")


def plain_path(path: str) -> str:
    """A path as it is declared: without the `.json` and the closing slash that are tolerated."""
    return path.rstrip("/").removesuffix(".json") or "/"


def _fit(pattern: tuple[str, ...], segments: list[str]) -> dict[str, str] | None:
    values: dict[str, str] = {}
    for expected, found in zip(pattern, segments, strict=True):
        if expected.startswith("{"):
            if not found:
                return None
            values[expected[1:-1]] = unquote(found, errors="replace")
        elif expected != found:
            return None
    return values


def _is_meant(pattern: tuple[str, ...], segments: list[str]) -> bool:
    """Whether a path of another method looks like this one: where an id belongs there are digits."""
    return _fit(pattern, segments) is not None and all(
        found.isdecimal() for expected, found in zip(pattern, segments, strict=True) if expected.endswith("id}")
    )
