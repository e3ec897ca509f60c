"""Patterns, and what was found in their place, in words."""

from collections.abc import Mapping
from itertools import islice
from typing import Any, Final

from ...endpoint.wrong import short

_NOUNS: Final[Mapping[str, str]] = {
    "string": "a text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "null": "null",
    "array": "a list",
    "object": "an object",
}
_MOST_CHOICES: Final = 6
# An object within an object is told whole no further.
_DEEPEST: Final = 3


def path_words(place: tuple[str | int, ...]) -> str:
    """Where in a value: `body.messages[0].type`."""
    path = ""
    for part in place:
        if isinstance(part, int):
            path += f"[{part}]"
        else:
            name = part if part.isprintable() and not any(mark in part for mark in ". []") else short(part)
            path += f".{name}" if path else name
    return path or "value"


def found_words(found: object, missing: object) -> str:
    """What stands there, as JSON and not too long; "nothing" where there is nothing."""
    return "nothing" if found is missing else short(found)


def expected_words(pattern: object, depth: int = 0) -> str:
    """What a pattern asks for: `a text with /pay/`, `"open"`, `one of 1, 2`."""
    if not isinstance(pattern, Mapping) or not pattern or not all(str(name).startswith("$") for name in pattern):
        return short(pattern)
    if depth >= _DEEPEST:
        return short(pattern)
    return " and ".join(_operator(str(name), asked, depth + 1) for name, asked in pattern.items())


def _operator(name: str, asked: Any, depth: int) -> str:
    match name:
        case "$equals":
            return f"exactly {short(asked)}"
        case "$type":
            return " or ".join(
                _NOUNS.get(str(one), str(one)) for one in (asked if isinstance(asked, list) else [asked])
            )
        case "$regex":
            return f"a text with /{str(asked)[:80]}/"
        case "$any":
            return "anything"
        case "$absent":
            return "nothing" if asked is True else "anything"
        case "$one_of":
            choices = [expected_words(choice, depth) for choice in islice(asked, _MOST_CHOICES)]
            return f"one of {', '.join(choices)}{' …' if len(asked) > _MOST_CHOICES else ''}"
        case "$contains":
            return f"something with {expected_words(asked, depth)} in it"
        case "$not":
            return f"not {expected_words(asked, depth)}"
        case "$size":
            return _size(asked)
    return short({name: asked})


def _size(asked: Any) -> str:
    if not isinstance(asked, Mapping):
        return f"a size of {asked}"
    low, high = asked.get("at_least"), asked.get("at_most")
    if low is not None and high is not None:
        return f"a size of {low} to {high}"
    return f"a size of at least {low}" if high is None else f"a size of at most {high}"
