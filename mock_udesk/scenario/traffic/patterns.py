"""Patterns over JSON values: a part, a type, a regular expression, anything; and where a value is another than was asked for."""

import re
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

from ...desk.phrases import counted
from ...desk.play.backtracking import most_searched
from ...endpoint.wrong import short
from .pattern_checks import OPERATORS, Wrong, check
from .pattern_words import expected_words, found_words, path_words

_LONGEST_NUMBER: Final = 40
_NUMBER: Final = re.compile(r"-?[0-9]+(\.[0-9]+)?", re.ASCII)
_NAMED_AT_MOST: Final = 8
_MOST_DIFFERENCES: Final = 50


class Missing:
    """What is found where nothing is: neither null nor empty."""


MISSING: Final = Missing()
Place = tuple[str | int, ...]


__all__ = ["MISSING", "Difference", "Wrong", "check", "differences", "fits", "is_operator", "search"]


@dataclass(frozen=True, slots=True)
class Difference:
    """One place in which a value is another than was asked for. `expected` and `found` are short texts, `text` says it in one sentence."""

    path: str
    expected: str
    found: str
    text: str


@dataclass(frozen=True, slots=True)
class _Miss:
    """A place that does not fit, not yet put into words."""

    place: Place
    pattern: object
    found: object
    note: str = ""


def fits(pattern: object, found: object, *, numeric_texts: bool = False) -> bool:
    """Whether a value is as the pattern asks for it.

    `numeric_texts`: numbers and texts of digits are the same, as in a query (ruling 5), and true and "true".
    """
    return next(_misses(pattern, found, (), numeric_texts), None) is None


def differences(pattern: object, found: object, *, at: str = "", numeric_texts: bool = False) -> list[Difference]:
    """Everything in which a value does not fit the pattern, at most 50; empty when it does. `at` is what its path begins with."""
    start: Place = (at,) if at else ()
    return [_worded(miss) for miss in islice(_misses(pattern, found, start, numeric_texts), _MOST_DIFFERENCES)]


def is_operator(pattern: object) -> bool:
    """Whether a pattern is one of `$…` names, rather than a value or a part of one."""
    return isinstance(pattern, Mapping) and bool(pattern) and all(name in OPERATORS for name in pattern)


def _worded(miss: _Miss) -> Difference:
    path, expected, found = path_words(miss.place), expected_words(miss.pattern), found_words(miss.found, MISSING)
    note = miss.note or _kind_note(miss.pattern, miss.found)
    return Difference(path, expected, found, f"{path}: expected {expected}, found {found}{note}")


def _kind_note(pattern: object, found: object) -> str:
    """A hint where a number and a text look alike."""
    if _is_number(pattern) and isinstance(found, str) and _is_same(pattern, found, numeric_texts=True):
        return " (a text, not a number)"
    if isinstance(pattern, str) and _is_number(found) and _is_same(found, pattern, numeric_texts=True):
        return " (a number, not a text)"
    return ""


# -- what fits ------------------------------------------------------------------------------------------------------------


def _misses(pattern: object, found: object, place: Place, lax: bool) -> Iterator[_Miss]:
    """The places that do not fit, as they are come upon: whoever only asks whether there is one stops at the first."""
    if isinstance(pattern, Mapping):
        if is_operator(pattern):
            for name, asked in pattern.items():
                yield from _MISSES[name](asked, found, place, lax)
        elif isinstance(found, Mapping):
            for name, inner in pattern.items():
                yield from _inner(name, inner, found, place, lax)
        else:
            yield _Miss(place, pattern, found)
    elif isinstance(pattern, list | tuple):
        if not isinstance(found, list | tuple):
            yield _Miss(place, pattern, found)
            return
        for at, (inner, item) in enumerate(zip(pattern, found, strict=False)):
            yield from _misses(inner, item, (*place, at), lax)
        if len(pattern) != len(found):
            yield _Miss(place, {"$size": len(pattern)}, found, f", {counted(len(found), 'item')}")
    elif not _is_same(pattern, found, numeric_texts=lax):
        yield _Miss(place, pattern, found)


def _inner(name: str, pattern: object, found: Mapping[str, Any], place: Place, lax: bool) -> Iterator[_Miss]:
    value = found.get(name, MISSING)
    for miss in _misses(pattern, value, (*place, name), lax):
        if miss.found is MISSING and len(miss.place) == len(place) + 1:
            yield _Miss(miss.place, miss.pattern, MISSING, _there_are(name, found))
        else:
            yield miss


def _there_are(name: str, found: Mapping[str, Any]) -> str:
    """What stands beside what is missing: a name that is nearly the same, or the names."""
    if not found:
        return " (the object is empty)"
    from difflib import get_close_matches

    names = [str(key)[:80] for key in islice(found, 200)]
    near = get_close_matches(str(name)[:80], names, n=1, cutoff=0.7)
    if near:
        return f" (there is {short(near[0])})"
    more = f" and {len(found) - _NAMED_AT_MOST} more" if len(found) > _NAMED_AT_MOST else ""
    return f" (there are {', '.join(names[:_NAMED_AT_MOST])}{more})" if len(found) > 1 else f" (there is {names[0]})"


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_same(pattern: object, found: object, *, numeric_texts: bool) -> bool:
    """Whether two plain values are equal: 1 is 1.0, but neither is true."""
    if isinstance(pattern, bool) or isinstance(found, bool):
        if numeric_texts and isinstance(pattern, bool) != isinstance(found, bool):
            flag, other = (pattern, found) if isinstance(pattern, bool) else (found, pattern)
            return isinstance(other, str) and other == ("true" if flag else "false")
        return isinstance(pattern, bool) and isinstance(found, bool) and pattern == found
    if _is_number(pattern) and _is_number(found):
        return pattern == found
    if numeric_texts:
        if isinstance(pattern, str) and _is_number(found):
            pattern, found = found, pattern
        if _is_number(pattern) and isinstance(found, str):
            return _as_number(found) == pattern
    return type(pattern) is type(found) and pattern == found


def _as_number(text: str) -> int | float | None:
    if len(text) > _LONGEST_NUMBER or (match := _NUMBER.fullmatch(text)) is None:
        return None
    return float(text) if match[1] else int(text)


def _is_equal(wanted: object, found: object, lax: bool) -> bool:
    """Whether two values are the same to the last key."""
    if isinstance(wanted, Mapping):
        return (
            isinstance(found, Mapping)
            and wanted.keys() == found.keys()
            and all(_is_equal(value, found[name], lax) for name, value in wanted.items())
        )
    if isinstance(wanted, list | tuple):
        return (
            isinstance(found, list | tuple)
            and len(wanted) == len(found)
            and all(_is_equal(one, other, lax) for one, other in zip(wanted, found, strict=True))
        )
    return _is_same(wanted, found, numeric_texts=lax)


# -- the operators --------------------------------------------------------------------------------------------------------


def _equals(wanted: object, found: object, place: Place, lax: bool) -> Iterator[_Miss]:
    if _is_equal(wanted, found, lax):
        return
    if isinstance(wanted, Mapping) and isinstance(found, Mapping):
        # Key by key says more than both objects whole.
        for name in wanted:
            yield from _inner(name, {"$equals": wanted[name]}, found, place, lax)
        for name in found.keys() - wanted.keys():
            yield _Miss((*place, name), {"$absent": True}, found[name])
    else:
        yield _Miss(place, wanted if not isinstance(wanted, Mapping | list) else {"$equals": wanted}, found)


def _type(wanted: object, found: object, place: Place, lax: bool) -> Iterator[_Miss]:
    names = wanted if isinstance(wanted, list) else [wanted]
    if not any(_is_of_type(str(name), found, lax) for name in names):
        yield _Miss(place, {"$type": wanted}, found)


def _is_of_type(name: str, found: object, lax: bool) -> bool:
    if lax and isinstance(found, str) and name in ("integer", "number", "boolean"):
        if name == "boolean":
            return found in ("true", "false")
        found = _as_number(found)
    match name:
        case "string":
            return isinstance(found, str)
        case "number":
            return _is_number(found)
        case "integer":
            return _is_number(found) and (isinstance(found, int) or (isinstance(found, float) and found.is_integer()))
        case "boolean":
            return isinstance(found, bool)
        case "null":
            return found is None
        case "array":
            return isinstance(found, list | tuple)
    return isinstance(found, Mapping)


def _regex(wanted: object, found: object, place: Place, lax: bool) -> Iterator[_Miss]:
    text = str(found) if lax and _is_number(found) else found
    if not isinstance(text, str) or not search(str(wanted), text):
        most = most_searched(str(wanted))
        note = f" (only the first {most:,} characters are searched)"
        is_cut = isinstance(text, str) and len(text) > most
        yield _Miss(place, {"$regex": wanted}, found, note if is_cut else "")


def search(pattern: str, text: str) -> bool:
    """Whether a checked regular expression is found in a text's beginning: in as much of it as it searches in time."""
    with warnings.catch_warnings():
        # What a later Python may read otherwise is no fault of today's.
        warnings.simplefilter("ignore")
        compiled = re.compile(pattern)
    return compiled.search(text, 0, most_searched(pattern)) is not None


def _any(_: object, found: object, place: Place, __: bool) -> Iterator[_Miss]:
    if found is MISSING:
        yield _Miss(place, {"$any": True}, found)


def _absent(wanted: object, found: object, place: Place, _: bool) -> Iterator[_Miss]:
    if (found is MISSING) != (wanted is True):
        yield _Miss(place, {"$absent": wanted}, found)


def _one_of(wanted: object, found: object, place: Place, lax: bool) -> Iterator[_Miss]:
    choices = wanted if isinstance(wanted, Sequence) else ()
    if not any(_is_chosen(choice, found, lax) for choice in choices):
        yield _Miss(place, {"$one_of": wanted}, found)


def _is_chosen(choice: object, found: object, lax: bool) -> bool:
    # Plain values are most of what is chosen from, and a choice may be long.
    if isinstance(choice, Mapping | list | tuple):
        return fits(choice, found, numeric_texts=lax)
    return _is_same(choice, found, numeric_texts=lax)


def _contains(wanted: object, found: object, place: Place, lax: bool) -> Iterator[_Miss]:
    if isinstance(found, list | tuple):
        if any(fits(wanted, item, numeric_texts=lax) for item in found):
            return
    elif isinstance(found, str) and isinstance(wanted, str) and wanted in found:
        return
    yield _Miss(place, {"$contains": wanted}, found)


def _not(wanted: object, found: object, place: Place, lax: bool) -> Iterator[_Miss]:
    if fits(wanted, found, numeric_texts=lax):
        yield _Miss(place, {"$not": wanted}, found)


def _size(wanted: object, found: object, place: Place, _: bool) -> Iterator[_Miss]:
    if not isinstance(found, list | tuple | str | Mapping):
        yield _Miss(place, {"$size": wanted}, found)
        return
    size = len(found)
    low, high = wanted, wanted
    if isinstance(wanted, Mapping):
        low, high = wanted.get("at_least", 0), wanted.get("at_most", size)
    if not (isinstance(low, int) and isinstance(high, int) and low <= size <= high):
        noun = {str: "character", dict: "key"}.get(type(found), "item")
        yield _Miss(place, {"$size": wanted}, found, f", {counted(size, noun)}")


_MISSES: Final[Mapping[str, Callable[[Any, object, Place, bool], Iterator[_Miss]]]] = {
    "$equals": _equals,
    "$type": _type,
    "$regex": _regex,
    "$any": _any,
    "$absent": _absent,
    "$one_of": _one_of,
    "$contains": _contains,
    "$not": _not,
    "$size": _size,
}
