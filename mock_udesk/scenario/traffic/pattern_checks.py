"""Patterns that can't be asked for, and what would be right."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from math import isfinite
from typing import Final

from ...desk.phrases import did_you_mean
from ...endpoint.wrong import short
from .pattern_words import path_words

# A pattern's objects and lists in one another, as deep as a call's own (company/params.py).
DEEPEST: Final = 32
MOST_PARTS: Final = 5_000
OPERATORS: Final = ("$equals", "$type", "$regex", "$any", "$absent", "$one_of", "$contains", "$not", "$size")
_TYPES: Final = ("string", "integer", "number", "boolean", "null", "array", "object")
_NAMED_AT_MOST: Final = 8
_Place = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Wrong:
    """Something in a pattern that can't be: `path` says where."""

    path: str
    text: str


def check(pattern: object) -> list[Wrong]:
    """All that is wrong with a pattern; empty: it can be asked for."""
    if _is_large(pattern):
        return [
            Wrong(path_words(()), f"a pattern has at most {MOST_PARTS:,} values, for it is held against every call")
        ]
    return [Wrong(path_words(place), text) for place, text in islice(_wrongs(pattern, (), 0), _NAMED_AT_MOST)]


def _is_large(pattern: object) -> bool:
    left, count = [pattern], 0
    while left and count <= MOST_PARTS:
        part = left.pop()
        count += 1
        if isinstance(part, Mapping):
            left.extend(part.values())
        elif isinstance(part, list | tuple):
            left.extend(part)
    return count > MOST_PARTS


def _wrongs(pattern: object, place: _Place, depth: int) -> Iterator[tuple[_Place, str]]:
    if depth > DEEPEST:
        yield place[:4], f"nested deeper than {DEEPEST}"
    elif isinstance(pattern, Mapping):
        dollars = [name for name in pattern if isinstance(name, str) and name.startswith("$")]
        if not dollars:
            for name, inner in pattern.items():
                yield from _wrongs(inner, (*place, str(name)), depth + 1)
        elif len(dollars) < len(pattern):
            plain = next(name for name in pattern if name not in dollars)
            text = f"{short(dollars[0])} beside {short(plain)}: a key that begins with $ is an operator, and stands with operators alone"
            yield place, f"{text}; {_LITERALLY}"
        else:
            for name in dollars:
                yield from _wrong_operator(name, pattern[name], place, depth)
    elif isinstance(pattern, list | tuple):
        for at, inner in enumerate(pattern):
            yield from _wrongs(inner, (*place, at), depth + 1)
    else:
        yield from _wrong_value(pattern, place)


_LITERALLY: Final = 'what has such a key itself is asked for with {"$equals": {…}}'


def _wrong_value(value: object, place: _Place) -> Iterator[tuple[_Place, str]]:
    if isinstance(value, float) and not isfinite(value):
        yield place, f"expected a JSON value, found {value}"
    elif not (value is None or isinstance(value, str | int | float | bool)):
        yield place, f"expected a JSON value, found {short(str(value))}"


def _wrong_operator(name: str, asked: object, place: _Place, depth: int) -> Iterator[tuple[_Place, str]]:
    here = (*place, name)
    match name:
        case "$equals":
            yield from _wrong_literal(asked, here, depth + 1)
        case "$not" | "$contains":
            yield from _wrongs(asked, here, depth + 1)
        case "$one_of":
            if not isinstance(asked, list) or not asked:
                yield here, f"expected a list of one or more, found {short(asked)}"
            else:
                yield from _wrongs(asked, here, depth + 1)
        case "$any":
            if asked is not True:
                yield here, f'expected true, found {short(asked)}; {{"$absent": true}} is there for what must not be'
        case "$absent":
            if not isinstance(asked, bool):
                yield here, f"expected true or false, found {short(asked)}"
        case "$type":
            yield from _wrong_type(asked, here)
        case "$regex":
            yield from _wrong_regex(asked, here)
        case "$size":
            yield from _wrong_size(asked, here)
        case _:
            meant = did_you_mean(name, OPERATORS) or f"; known are {', '.join(OPERATORS)};"
            yield place, f"expected an operator, found {short(name)}{meant} {_LITERALLY}"


def _wrong_literal(value: object, place: _Place, depth: int) -> Iterator[tuple[_Place, str]]:
    if depth > DEEPEST:
        yield place[:4], f"nested deeper than {DEEPEST}"
    elif isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _wrong_literal(inner, (*place, str(name)), depth + 1)
    elif isinstance(value, list | tuple):
        for at, inner in enumerate(value):
            yield from _wrong_literal(inner, (*place, at), depth + 1)
    else:
        yield from _wrong_value(value, place)


def _wrong_type(asked: object, place: _Place) -> Iterator[tuple[_Place, str]]:
    names = asked if isinstance(asked, list) and asked else [asked]
    for name in names:
        if name not in _TYPES:
            known = f"; known are {', '.join(_TYPES)}"
            meant = did_you_mean(name, _TYPES) if isinstance(name, str) else ""
            yield place, f"unknown type {short(name)}{meant or known}"


def _wrong_regex(asked: object, place: _Place) -> Iterator[tuple[_Place, str]]:
    if not isinstance(asked, str):
        yield place, f"expected a regular expression, found {short(asked)}"
        return
    from ..file.patterns import Patterns, pattern_trouble

    trouble = pattern_trouble(asked, Patterns())
    if trouble is not None:
        found, wanted = trouble
        yield place, f"expected {wanted}, found {found}"


def _wrong_size(asked: object, place: _Place) -> Iterator[tuple[_Place, str]]:
    bounds = asked if isinstance(asked, Mapping) else {"at_least": asked}
    unknown = [name for name in bounds if name not in ("at_least", "at_most")]
    if unknown or not bounds:
        found = f"unknown key {short(unknown[0])}" if unknown else "{}"
        yield place, f'expected a number or {{"at_least": n, "at_most": n}}, found {found}'
        return
    for value in bounds.values():
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            yield place, f"expected a whole number from 0 on, found {short(value)}"
            return
    low, high = bounds.get("at_least"), bounds.get("at_most")
    if isinstance(low, int) and isinstance(high, int) and low > high:
        yield place, f"at_least {low} is more than at_most {high}"
