"""What the fields of a planned fault may hold: delays, bodies and headers."""

import re
from collections.abc import Callable, Mapping
from typing import Annotated, Any, Final

from pydantic import BeforeValidator, WithJsonSchema
from pydantic_core import PydanticSerializationError, to_json

LONGEST_CALL: Final = 3_600.0
LONGEST_PUSH: Final = 366 * 86_400.0
_MOST_BODY_BYTES: Final = 1024 * 1024
_MOST_HEADERS: Final = 50
_HEADER_NAME: Final = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]{1,200}")
_HEADER_VALUE: Final = re.compile(r"[\t\x20-\x7e\xa0-\U0010ffff]{0,4000}")
# How long an answer is, and how its connection goes on, are said by who sends it.
_FRAMING: Final = frozenset({"content-length", "transfer-encoding", "connection", "upgrade", "trailer"})


def _is_true(given: object) -> object:
    if given is not True:
        raise ValueError("expected true (leave it out otherwise)")
    return given


def true_or(*names: str) -> Callable[[object], object]:
    """A check for what is true, or one of a few words that say how."""
    expected = f"expected {', '.join(('true', *names[:-1]))} or {names[-1]}"

    def checked(given: object) -> object:
        if given is not True and given not in names:
            raise ValueError(expected)
        return given

    return checked


def _number(given: object, longest: float) -> float:
    if isinstance(given, bool) or not isinstance(given, int | float):
        raise ValueError("expected a number of seconds")  # noqa: TRY004 - pydantic hears ValueError only
    if not 0 <= given <= longest:
        raise ValueError(f"expected 0 to {longest:.0f} seconds")
    return given


def _delay(given: object, longest: float) -> object:
    match given:
        case {"uniform": [least, most], **rest} if not rest:
            if _number(least, longest) > _number(most, longest):
                raise ValueError("expected uniform: [least, most] with the smaller number first")
        case {"lognormal": {"median": median, "sigma": sigma, **odd}, **rest} if not rest and not odd:
            if _number(median, longest) == 0:
                raise ValueError("expected a median of more than 0 seconds")
            if isinstance(sigma, bool) or not isinstance(sigma, int | float) or not 0 <= sigma <= 10:
                raise ValueError("expected a sigma from 0 to 10 (0.5 is a usual one)")
        case Mapping():
            raise ValueError(
                "expected a number of seconds, {uniform: [least, most]} or {lognormal: {median: seconds, sigma: number}}"
            )
        case _:
            _number(given, longest)
    return given


def _sendable(given: object) -> object:
    try:
        size = len(to_json(given, inf_nan_mode="strings"))
    except (PydanticSerializationError, ValueError, UnicodeError) as error:
        raise ValueError(f"expected JSON or a text that can be sent as UTF-8: {error}") from None
    if size > _MOST_BODY_BYTES:
        raise ValueError(f"expected at most {_MOST_BODY_BYTES} bytes")
    return given


def _headers(given: object) -> object:
    if not isinstance(given, Mapping):
        raise ValueError('expected an object like {"Retry-After": "1"}')  # noqa: TRY004 - likewise
    if len(given) > _MOST_HEADERS:
        raise ValueError(f"expected at most {_MOST_HEADERS} headers")
    sent = {}
    for name, value in given.items():
        if not isinstance(name, str) or not _HEADER_NAME.fullmatch(name):
            raise ValueError(f"{name!r:.80} is no name of a header")
        if name.lower() in _FRAMING:
            raise ValueError(f"{name} is set by the server itself; truncated and close_connection break the framing")
        text = value if isinstance(value, str) else str(value) if type(value) in (int, float) else None
        if text is None or not _HEADER_VALUE.fullmatch(text) or not text.isprintable():
            raise ValueError(f"{name}: expected one line of at most 4000 printable characters")
        sent[name] = text
    return sent


_DISTRIBUTIONS: Final[list[dict[str, Any]]] = [
    {
        "type": "object",
        "required": ["uniform"],
        "properties": {"uniform": {"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 2}},
    },
    {
        "type": "object",
        "required": ["lognormal"],
        "properties": {
            "lognormal": {
                "type": "object",
                "required": ["median", "sigma"],
                "properties": {"median": {"type": "number"}, "sigma": {"type": "number"}},
            }
        },
    },
]
_DELAY_SCHEMA: Final[dict[str, Any]] = {"anyOf": [{"type": "number", "minimum": 0}, *_DISTRIBUTIONS]}
RATE_SCHEMA: Final[dict[str, Any]] = {
    "anyOf": [
        {"const": True},
        {"type": "object", "properties": {"retry_after_seconds": {"type": "integer", "minimum": 0, "maximum": 86_400}}},
        {"type": "null"},
    ]
}

Yes = Annotated[bool, BeforeValidator(_is_true), WithJsonSchema({"const": True})]
CallDelay = Annotated[Any, BeforeValidator(lambda given: _delay(given, LONGEST_CALL)), WithJsonSchema(_DELAY_SCHEMA)]
PushDelay = Annotated[Any, BeforeValidator(lambda given: _delay(given, LONGEST_PUSH)), WithJsonSchema(_DELAY_SCHEMA)]
Sendable = BeforeValidator(_sendable)
Headers = Annotated[dict[str, str], BeforeValidator(_headers)]
