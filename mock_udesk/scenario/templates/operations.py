"""What templates do with values: operators, comparisons, tests and loops, each on what it is made for and within bounds."""

import operator
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from jinja2 import Undefined

from .refusal import Refused
from .values import called, finite, fits, whole
from .views import Absent

MOST_STEPS = 10_000
_NUMBER = (int, float)


def given(value: Any) -> Any:
    """The value, if it is one. Raises Refused for a noun that is absent, UndefinedError for what is not there."""
    if isinstance(value, Undefined):
        # Any use of it raises what it has to say.
        str(value)
    if isinstance(value, Absent):
        raise Refused(value.reason)
    return value


# -- operators ----------------------------------------------------------------------------------------------------------------

OPERATORS: Mapping[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "//": operator.floordiv,
    "%": operator.mod,
}


def reckoned(sign: str, left: Any, right: Any) -> Any:
    """What an operator gives. Raises Refused."""
    if isinstance(left, _NUMBER) and isinstance(right, _NUMBER):
        return _number(sign, left, right)
    match sign, left, right:
        case "+", str(), str():
            fits(len(left) + len(right))
            return left + right
        case "+", list() | tuple(), list() | tuple():
            return [*left, *right]
        case "+" | "-", datetime(), int() | float():
            return left + timedelta(seconds=right) if sign == "+" else left - timedelta(seconds=right)
        case "+", int() | float(), datetime():
            return right + timedelta(seconds=left)
        case "-", datetime(), datetime():
            return (left - right).total_seconds()
        case "+", _, _ if isinstance(left, str) or isinstance(right, str):
            raise Refused(
                f"{called(left)} + {called(right)}: texts are joined with ~, numbers added with +; a text is made a number by |int"
            )
        case "%", str(), _:
            raise Refused("% divides numbers; a text is put together with ~")
    raise Refused(f"{called(left)} {sign} {called(right)} can't be reckoned: {sign} is for numbers")


def _number(sign: str, left: float, right: float) -> float:
    if sign in {"/", "//", "%"} and not right:
        raise Refused(f"{called(left)} can't be divided by 0")
    try:
        result = OPERATORS[sign](left, right)
    except OverflowError:
        raise Refused(f"{called(left)} {sign} {called(right)} is too big a number") from None
    return whole(result) if isinstance(result, int) else finite(result)


def signed(sign: str, value: Any) -> Any:
    """A number with its sign. Raises Refused."""
    if not isinstance(value, _NUMBER):
        raise Refused(f"{sign} stands before numbers, not before {called(value)}")
    return -value if sign == "-" else +value


def numbers(*args: Any) -> range:
    """The numbers of `range(…)`. Raises Refused."""
    if not 1 <= len(args) <= 3 or not all(type(one) is int for one in args):
        raise Refused(
            "range takes one to three whole numbers: range(stop), range(start, stop) or range(start, stop, step)"
        )
    if len(args) == 3 and not args[2]:
        raise Refused("range can't go in steps of 0")
    found = range(*args)
    # Not `len`, which knows no huge ones.
    if found and abs(found[-1] - found[0]) // abs(found.step) >= MOST_STEPS:
        raise Refused(f"a range may have at most {MOST_STEPS:,} numbers")
    return found


def members(value: Any) -> list[Any]:
    """What {% for %} goes through. Raises Refused."""
    if isinstance(value, (list, tuple, str, Mapping)):
        if len(value) > MOST_STEPS:
            raise Refused(f"a loop may have at most {MOST_STEPS:,} steps, this one would have {len(value):,}")
        return list(value)
    raise Refused(f"{called(value)} can't be gone through: a list or an object can")


def concatenated(parts: Sequence[str]) -> str:
    """One text of several. Raises Refused."""
    fits(sum(map(len, parts)))
    return "".join(parts)


def sliced(value: Any, start: Any, stop: Any, step: Any) -> Any:
    """A part of a text or of a list. Raises Refused."""
    if not isinstance(value, (str, list, tuple)):
        raise Refused(f"{called(value)} has no parts: a text or a list has")
    if not all(bound is None or type(bound) is int for bound in (start, stop, step)):
        raise Refused("the bounds of a part are whole numbers: [0:10]")
    if step == 0:
        raise Refused("a part can't go in steps of 0")
    return value[start:stop:step]


# -- comparisons --------------------------------------------------------------------------------------------------------------

_ORDER: Mapping[str, tuple[str, Callable[[Any, Any], Any]]] = {
    "lt": ("<", operator.lt),
    "lteq": ("<=", operator.le),
    "gt": (">", operator.gt),
    "gteq": (">=", operator.ge),
}


def compared(name: str, left: Any, right: Any) -> bool:
    """Whether a comparison, by Jinja's name of it, is true. Raises Refused."""
    if name == "eq":
        return bool(left == right)
    if name == "ne":
        return bool(left != right)
    if name in {"in", "notin"}:
        return _is_in(left, right) is (name == "in")
    sign, function = _ORDER[name]
    try:
        return bool(function(left, right))
    except TypeError:
        hint = "; a text is made a number by |int" if {type(left), type(right)} in ({str, int}, {str, float}) else ""
        raise Refused(
            f"{called(left)} {sign} {called(right)} can't be told: they are of different kinds{hint}"
        ) from None


def _is_in(member: Any, value: Any) -> bool:
    if isinstance(value, str):
        if not isinstance(member, str):
            raise Refused(f"{called(member)} can't be looked for in a text: only a text can")
        return member in value
    if isinstance(value, (list, tuple)):
        return member in value
    if isinstance(value, Mapping):
        return isinstance(member, (str, int, float)) and member in value
    raise Refused(f"{called(value)} holds nothing: `in` looks into a text, a list or an object")


# -- tests: {{ value is test }} ------------------------------------------------------------------------------------------------


def _thing(value: Any) -> Any:
    # A noun that is absent may be tested for anything, and is nothing of it.
    return value if isinstance(value, Absent) else given(value)


def _is_whole(value: Any) -> bool:
    return isinstance(_thing(value), int) and not isinstance(value, bool)


def _divisible(value: Any, by: Any) -> bool:
    if not _is_whole(value) or not _is_whole(by) or not by:
        raise Refused(
            f"whether {called(value)} can be divided by {called(by)} can't be told: both must be whole numbers, not 0"
        )
    return bool(value % by == 0)


TESTS: Mapping[str, Callable[..., bool]] = {
    "defined": lambda value: not isinstance(value, (Undefined, Absent)),
    "undefined": lambda value: isinstance(value, (Undefined, Absent)),
    "none": lambda value: _thing(value) is None or isinstance(value, Absent),
    "true": lambda value: _thing(value) is True,
    "false": lambda value: _thing(value) is False,
    "boolean": lambda value: isinstance(_thing(value), bool),
    "string": lambda value: isinstance(_thing(value), str),
    "number": lambda value: isinstance(_thing(value), (int, float)) and not isinstance(value, bool),
    "integer": _is_whole,
    "float": lambda value: isinstance(_thing(value), float),
    "mapping": lambda value: isinstance(_thing(value), Mapping),
    "sequence": lambda value: isinstance(_thing(value), (str, list, tuple)),
    "iterable": lambda value: isinstance(_thing(value), (str, list, tuple, Mapping)),
    "even": lambda value: _divisible(value, 2),
    "odd": lambda value: not _divisible(value, 2),
    "divisibleby": _divisible,
}
