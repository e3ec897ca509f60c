"""The values that a template reckons with: how big they may be, how they are written, and what to call them in a message."""

import json
import math
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from .fake import Fake
from .moments import iso8601
from .refusal import Refused, short
from .views import Absent, Noun

# Of a template and of what comes out of it.
MOST_CHARACTERS = 65_535
# Of a list or an object: its characters and its members together, however deep.
MOST_IN_A_VALUE = 100_000
_DEEPEST = 40
# 128 bits: more than any id needs.
_HIGHEST = 2**128


def called(value: object) -> str:
    """What to call a value in a message."""
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case str():
            return f"the text “{short(value, 30)}”"
        case int():
            return f"the number {value}" if abs(value) < _HIGHEST else "a huge number"
        case float():
            return f"the number {value}"
        case datetime():
            return "a moment"
        case Noun() | Absent():
            return value.name
        case Fake():
            return "fake"
        case Mapping():
            return "an object"
        case list() | tuple() | range():
            return "a list"
        case _:
            return "something without a value"


def whole(number: int) -> int:
    """A whole number that is not too big. Raises Refused."""
    if -_HIGHEST < number < _HIGHEST:
        return number
    raise Refused("that is too big a number: at most 38 digits")


def finite(number: float) -> float:
    """A number that JSON knows. Raises Refused."""
    if math.isfinite(number):
        return number
    raise Refused("that is not a number that can be written")


def fits(characters: int) -> None:
    """Raises Refused when a text of so many characters is too long."""
    if characters > MOST_CHARACTERS:
        raise Refused(f"a text may have at most {MOST_CHARACTERS:,} characters, this one would have {characters:,}")


def weight(value: Any) -> int:
    """How many members and characters a value has, however deep. Raises Refused when there are too many, or it is too deep."""
    found = 0
    rest: list[tuple[Any, int]] = [(value, 0)]
    while rest:
        one, depth = rest.pop()
        found += 1
        if isinstance(one, str):
            found += len(one)
        elif isinstance(one, (list, tuple)):
            rest.extend((member, depth + 1) for member in one)
        elif isinstance(one, Mapping):
            for key, member in one.items():
                found += len(key) if isinstance(key, str) else 1
                rest.append((member, depth + 1))
        if depth > _DEEPEST:
            raise Refused(f"lists and objects may be at most {_DEEPEST} deep")
        if found + len(rest) > MOST_IN_A_VALUE:
            raise Refused(f"a value may hold at most {MOST_IN_A_VALUE:,} members and characters in all")
    return found


def cost(value: Any) -> int:
    """What it costs to walk or to make a value. Raises Refused when it is too big."""
    if isinstance(value, str):
        fits(len(value))
        return 1 + len(value) // 8
    if isinstance(value, (list, tuple, Mapping)):
        return weight(value)
    return 1


def plain(value: Any) -> Any:
    """A value as plain JSON, a copy of its own: moments are ISO texts in Beijing time. Raises Refused for what JSON has not."""
    if isinstance(value, (list, tuple, dict, Mapping)):
        weight(value)
    return _plain(value)


def _plain(value: Any) -> Any:
    match value:
        case None | bool():
            return value
        case str():
            return str(value)
        case int():
            return int(value)
        case float():
            return finite(float(value))
        case datetime():
            return iso8601(value)
        case list() | tuple():
            return [_plain(member) for member in value]
        case Noun():
            first = next(iter(value.fields))
            raise Refused(f"{value.name} as a whole has no value: name a field of it, such as {value.name}.{first}")
        case Absent():
            raise Refused(value.reason)
        case Fake():
            raise Refused("fake as a whole has no value: ask it for something, such as fake.name()")
        case Mapping():
            return {_key(key): _plain(member) for key, member in value.items()}
        case _:
            raise Refused(f"{called(value)} can't be written as JSON")


def _key(key: object) -> str:
    match key:
        case str():
            return str(key)
        case bool() | float() | None:
            raise Refused(f"the keys of an object are texts, not {called(key)}")
        case int():
            return str(whole(key))
        case _:
            raise Refused(f"the keys of an object are texts, not {called(key)}")


def as_json(value: Any) -> str:
    """A value as JSON text. Raises Refused."""
    text = json.dumps(plain(value), ensure_ascii=False)
    fits(len(text))
    return text


def as_text(value: Any) -> str:
    """A value as it stands in a text: nothing for null, true and false as in JSON, lists and objects as JSON. Raises Refused."""
    match value:
        case str():
            return str(value)
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case int():
            return str(whole(value))
        case float():
            return str(finite(value))
        case datetime():
            return iso8601(value)
        case _:
            return as_json(value)
