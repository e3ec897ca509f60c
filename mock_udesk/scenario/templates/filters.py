"""The filters of templates, `{{ value|filter }}`: those there are, and no others."""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import wraps
from typing import Any
from urllib.parse import quote

from .methods import METHODS, tried
from .moments import BEIJING, beijing, formatted
from .operations import members
from .refusal import Refused
from .values import as_json, as_text, called, finite, fits, whole

_NONE_GIVEN = object()


def _of_text(name: str) -> Callable[..., Any]:
    """A method of texts as a filter, for any value as it stands in a text."""
    method = METHODS[str][name]

    @wraps(method)
    def filtered(value: Any, *args: Any, **options: Any) -> Any:
        return method(as_text(value), *args, **options)

    return filtered


def _truncate(value: Any, length: int = 255, end: str = "…") -> str:
    text = as_text(value)
    if type(length) is not int or length < 0 or not isinstance(end, str):
        raise Refused("truncate takes a length and the text to end with: truncate(10, “…”)")
    return text if len(text) <= length else (text[: max(length - len(end), 0)] + end)[:length]


def _join(value: Any, separator: str = "") -> str:
    between = as_text(separator)
    texts: list[str] = []
    length = 0
    for one in members(value):
        text = as_text(one)
        length += len(text) + len(between)
        fits(length - len(between))
        texts.append(text)
    return between.join(texts)


def _length(value: Any) -> int:
    if isinstance(value, (str, list, tuple, Mapping)):
        return len(value)
    raise Refused(f"{called(value)} has no length: a text, a list or an object has")


def _int(value: Any, default: Any = _NONE_GIVEN) -> Any:
    try:
        if isinstance(value, str) and len(value) <= 50:
            text = value.strip()
            return whole(int(text) if "." not in text else int(float(text)))
        if isinstance(value, (int, float)):
            return whole(int(value))
    except (ValueError, OverflowError):
        pass
    return _or_default(value, default, "a whole number")


def _float(value: Any, default: Any = _NONE_GIVEN) -> Any:
    try:
        if isinstance(value, (int, float)) or (isinstance(value, str) and len(value) <= 50):
            return finite(float(value))
    except (ValueError, OverflowError):
        pass
    return _or_default(value, default, "a number")


def _or_default(value: Any, default: Any, wanted: str) -> Any:
    if default is _NONE_GIVEN:
        raise Refused(f"{called(value)} is not {wanted}; give a default in brackets where it may not be")
    return default


def _numeric(value: Any) -> Any:
    if isinstance(value, (int, float)):
        return value
    raise Refused(f"{called(value)} is not a number; |int or |float make one of a text")


def _round(value: Any, precision: int = 0) -> Any:
    number = _numeric(value)
    if type(precision) is not int or not 0 <= precision <= 15:
        raise Refused(f"round takes 0 to 15 places, not {called(precision)}")
    if isinstance(number, int):
        return number
    from decimal import ROUND_HALF_UP, Context, Decimal

    # By what is written, as people do: 2.675 is 2.68, whatever its binary form.
    written = Decimal(str(finite(number)))
    rounded = written.quantize(Decimal(1).scaleb(-precision), ROUND_HALF_UP, Context(prec=400))
    return whole(int(rounded)) if precision == 0 else float(rounded)


def _abs(value: Any) -> Any:
    return abs(_numeric(value))


def _sum(value: Any) -> Any:
    total = sum(_numeric(one) for one in members(value))
    return whole(total) if isinstance(total, int) else finite(total)


def _first(value: Any) -> Any:
    return _end(value, 0)


def _last(value: Any) -> Any:
    return _end(value, -1)


def _end(value: Any, place: int) -> Any:
    found = members(value)
    if not found:
        raise Refused(f"{called(value)} is empty")
    return found[place]


def _sort(value: Any, reverse: bool = False) -> list[Any]:
    found = members(value)
    if not any(all(isinstance(one, kind) for one in found) for kind in (str, (int, float), datetime)):
        raise Refused("only texts, numbers or moments have an order, and not a mixture of them")
    return sorted(found, reverse=bool(reverse))


def _reverse(value: Any) -> Any:
    return value[::-1] if isinstance(value, str) else members(value)[::-1]


def _urlencode(value: Any) -> str:
    text = as_text(value)
    fits(3 * len(text.encode(errors="replace")))
    return quote(text, safe="")


def moment_of(value: Any) -> datetime:
    """A moment: one, an ISO text (Beijing time unless it says otherwise), or seconds since 1970. Raises Refused."""
    try:
        match value:
            case datetime():
                return beijing(value)
            case bool():
                pass
            case int() | float():
                return datetime.fromtimestamp(value, BEIJING)
            case str():
                found = datetime.fromisoformat(value)
                return beijing(found) if found.tzinfo else found.replace(tzinfo=BEIJING)
    except (ValueError, OverflowError, OSError):
        pass
    raise Refused(
        f"{called(value)} is not a moment: now is one, and texts like 2026-11-22T10:00:00 and seconds since 1970 are"
    )


def _time(value: Any, form: str = "%H:%M") -> str:
    return formatted(moment_of(value), form)


def _timestamp(value: Any) -> int:
    return int(moment_of(value).timestamp())


def named(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """A filter whose complaints have its name."""

    def filtered(value: Any, *args: Any, **options: Any) -> Any:
        return tried(function, f"|{name}", value, *args, **options)

    return filtered


def _default(value: Any, default_value: Any = "", boolean: bool = False) -> Any:
    """Stands here for its arguments; where a value is missing altogether, it is done where that is known."""
    return default_value if value is None or (boolean and not value) else value


# Each as it is called, for checks.
SIGNED: Mapping[str, Callable[..., Any]] = {
    "default": _default,
    "d": _default,
    "upper": _of_text("upper"),
    "lower": _of_text("lower"),
    "trim": _of_text("strip"),
    "truncate": _truncate,
    "replace": _of_text("replace"),
    "split": _of_text("split"),
    "join": _join,
    "string": as_text,
    "urlencode": _urlencode,
    "tojson": as_json,
    "int": _int,
    "float": _float,
    "round": _round,
    "abs": _abs,
    "sum": _sum,
    "length": _length,
    "count": _length,
    "first": _first,
    "last": _last,
    "list": members,
    "sort": _sort,
    "reverse": _reverse,
    "time": _time,
    "timestamp": _timestamp,
}
FILTERS = {name: named(name, function) for name, function in SIGNED.items()}
