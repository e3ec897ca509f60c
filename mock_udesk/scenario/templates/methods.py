"""The methods of templates, `customer.nick_name.upper()`: those there are, by what they belong to."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from inspect import signature
from typing import Any

from jinja2 import nodes

from .moments import formatted
from .refusal import Refused, nearest
from .values import called, fits


def _replace(value: str, old: str, new: str, count: int | None = None) -> str:
    found = value.count(old) if count is None or count < 0 else min(value.count(old), count)
    fits(len(value) + found * (len(new) - len(old)))
    return value.replace(old, new, -1 if count is None else count)


def _split(value: str, separator: str | None = None) -> list[str]:
    if separator == "":
        raise Refused("a text is split at something, not at nothing")
    return value.split(separator)


def _strip(value: str, characters: str | None = None) -> str:
    # Each character of the text is looked for in them.
    if characters is not None and len(characters) > 100:
        raise Refused("at most 100 characters can be stripped")
    return value.strip(characters)


def _zfill(value: str, width: int) -> str:
    fits(width)
    return value.zfill(width)


def _get(value: Mapping[Any, Any], key: Any, default: Any = None) -> Any:
    return value.get(key, default)


def _strftime(value: datetime, form: str) -> str:
    return formatted(value, form)


_TEXT: Mapping[str, Callable[..., Any]] = {
    "upper": lambda value: value.upper(),
    "lower": lambda value: value.lower(),
    "strip": _strip,
    "startswith": lambda value, part: value.startswith(part),
    "endswith": lambda value, part: value.endswith(part),
    "removeprefix": lambda value, part: value.removeprefix(part),
    "removesuffix": lambda value, part: value.removesuffix(part),
    "isdigit": lambda value: value.isdigit(),
    "replace": _replace,
    "split": _split,
    "zfill": _zfill,
}
METHODS: Mapping[type, Mapping[str, Callable[..., Any]]] = {
    str: _TEXT,
    datetime: {
        "strftime": _strftime,
        "isoweekday": lambda value: value.isoweekday(),
    },
    Mapping: {
        "get": _get,
        "keys": lambda value: list(value),
        "values": lambda value: list(value.values()),
        "items": lambda value: list(value.items()),
    },
}
METHOD_NAMES = frozenset(name for methods in METHODS.values() for name in methods)


def of_type(value: object) -> type:
    """Under which of METHODS a value's are."""
    return next((known for known in METHODS if isinstance(value, known)), object)


def called_method(value: Any, name: str, args: Sequence[Any], options: Mapping[str, Any]) -> Any:
    """What a method gives. Raises Refused."""
    methods = METHODS.get(of_type(value), {})
    if name not in methods:
        known = nearest(name, methods) if methods else "it has no methods"
        raise Refused(f"{called(value)} has no {name}(); {known}")
    return tried(methods[name], f"{name}()", value, *args, **options)


_SIGNATURE = re.compile(r"takes \d|missing \d|unexpected keyword|multiple values")


def tried(function: Callable[..., Any], name: str, *args: Any, **options: Any) -> Any:
    """What a function gives; Python's own complaint in the words of templates. Raises Refused."""
    try:
        return function(*args, **options)
    except TypeError as error:
        what = "other values in its brackets" if _SIGNATURE.search(str(error)) else "values of another kind"
        given_values = ", ".join(called(one) for one in args)
        raise Refused(f"{name} takes {what}; it was given {given_values}") from error
    except (AttributeError, OverflowError, ValueError, LookupError) as error:
        raise Refused(f"{name} can't do this with {', '.join(called(one) for one in args)}") from error


# -- what stands in brackets -----------------------------------------------------------------------------------------------------


def takes(function: Callable[..., Any], call: nodes.Call | nodes.Filter | nodes.Test) -> bool:
    """Whether a function can be given what stands in these brackets, beside the value before them."""
    try:
        signature(function).bind(None, *call.args, **{str(option.key): None for option in call.kwargs})
    except TypeError:
        return False
    return True


def wanted(function: Callable[..., Any]) -> str:
    """What a function is given in brackets, as a message has it."""
    found = [*signature(function).parameters.values()][1:]
    return ", ".join(one.name if one.default is one.empty else f"{one.name}=…" for one in found)
