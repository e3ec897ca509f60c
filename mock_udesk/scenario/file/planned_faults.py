"""The value of the step `fault`: a planned fault, what is wrong with it said in an author's words."""

import re
from collections.abc import Iterator
from typing import Annotated

from pydantic import PlainValidator, ValidationError
from pydantic_core import InitErrorDetails, PydanticCustomError

from ...endpoint import BadParameters, Problem
from ...endpoint.wrong import short
from ..people.typed import Unknown
from ..traffic.faults import KINDS, ONLY, PLACES, PlannedFault, UnknownInPlan, read_plan
from .values import templates_in, wrong

_PART = re.compile(r"\[(\d+)\]|[^.\[\]]+")
# What belongs where an author left a key out.
_MISSING = {"on": "on: call or on: push", "do": "do: what goes wrong, like {drop: true}"}


def _planned(value: object) -> PlannedFault:
    if not isinstance(value, dict):
        raise wrong("a mapping: {on: push, match: {…}, do: {…}}")
    faults = [
        _row(wrong("it as it is: nothing is rendered here", found=f"a template: {short(text)}", path=path), value)
        for path, text in templates_in(value)
    ]
    if not faults:
        try:
            return read_plan(value)
        except UnknownInPlan as error:
            faults = [_row(_unknown(one, error.on), value) for one in error.names]
        except BadParameters as error:
            faults = [_row(_in_our_words(problem), value) for problem in error.problems]
    raise ValidationError.from_exception_data("fault", faults)


def _row(error: PydanticCustomError, value: object) -> InitErrorDetails:
    return InitErrorDetails(type=error, input=value)


def _unknown(one: Unknown, on: str) -> PydanticCustomError:
    """A key that nobody knows where it stands, in a plan on calls or pushes."""
    path, other = (*_parts(one.path), one.name), "push" if on == "call" else "call"
    # An author may have an empty key.
    name = one.name[:80] or '""'
    if one.path == "do." and one.name in ONLY[other]:
        expected = f"one of {', '.join(KINDS[on])} ({name} is for on: {other})"
        return wrong(expected, found=f"{name} here", path=path, at_key=True)
    if not one.path and one.name in PLACES:
        expected = f"it inside {PLACES[one.name]}"
    elif one.meant is not None:
        expected = f"{one.meant} (the nearest)"
    else:
        expected = f"one of {', '.join(one.known)}"
    return wrong(expected, found=f"unknown key {name}", path=path, at_key=True)


def _in_our_words(problem: Problem) -> PydanticCustomError:
    """`expected X, found Y` as what was found and expected of what stands there; whatever else is said as it is."""
    path, text = tuple(_parts(problem.name)), problem.text
    name = str(path[-1])[:80] if path else ""
    if text.startswith("missing"):
        return wrong(_MISSING.get(name, f"a {name}"), found=f"no {name}", path=path, at_key=True)
    expected, _, found = text.partition(", found ")
    if expected.startswith("expected "):
        # A text is shown as everywhere.
        it = None if not found or found.startswith("'") else found
        return wrong(expected.removeprefix("expected ").replace("True", "true"), found=it, path=path)
    return wrong("", found=f"{name}: {text}" if text.startswith("it ") else text, path=path)


def _parts(name: str) -> Iterator[str | int]:
    """`do.delay_seconds.uniform[1]` as its parts; the names of our own models are none."""
    for part in _PART.finditer(name):
        yield int(part[1]) if part[1] else part[0]


# Kept as it was read; its plain form is what the desk gets.
Planned = Annotated[PlannedFault, PlainValidator(_planned, json_schema_input_type=PlannedFault)]
