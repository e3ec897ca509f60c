"""What is wrong with the parameters of a call, in plain words."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError


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
    wanted = dict.fromkeys(phrase(row) for row in rows)
    text = " or ".join(words if at == 0 else words.removeprefix("expected ") for at, words in enumerate(wanted))
    if kind == "missing" or ", found " in text or (masks and _may_hold_secret(rows[0]["loc"], found, masks)):
        return Problem(path, text, is_missing)
    # A blank text may have become null on the way.
    return Problem(
        path, f"{text}, found {short(_sent(parameters, rows[0]['loc']) if found is None else found)}", is_missing
    )


def phrase(row: Any) -> str:
    """One of pydantic's errors in plain words: `expected a text`, `missing`, `unknown`."""
    if row["msg"] == "Field required":
        return "missing"
    words = _PHRASES.get(row["type"])
    return words.format_map(row.get("ctx", {})) if words else str(row["msg"]).removeprefix("Value error, ")


def _sent(parameters: object, where: Iterable[int | str]) -> object:
    """What stands in one place of the parameters, None when nothing does."""
    found = parameters
    for part in where:
        if isinstance(found, Mapping):
            found = found.get(part)
        elif isinstance(found, list) and isinstance(part, int) and part < len(found):
            found = found[part]
    return None if found is parameters else found


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


def short(value: object) -> str:
    """A value as JSON, in at most 80 characters."""
    # The query may hold what is no character, and what a test hands over may be no JSON.
    text = json.dumps(value, ensure_ascii=False, default=repr).encode(errors="backslashreplace").decode()
    return text if len(text) <= 80 else f"{text[:77]}..."
