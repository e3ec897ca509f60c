"""What differs, in words, with nothing in it that is secret."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from ...scenario.traffic.patterns import Difference
from ..journal.entries import is_secret_header
from ..secrets.values import SECRET_NAMES

_LONGEST: Final = 80
_LAST_NAME: Final = re.compile(r"([^.\[\]]+)(\[\d+\])*$")


def differing(path: str, expected: str, found: str) -> Difference:
    """A plain value that is another one."""
    expected, found = _short(expected), _short(found)
    return Difference(path, expected, found, f"{path}: expected {expected}, found {found}")


def without_secret_values(found: list[Difference]) -> list[Difference]:
    """The same, of values with a secret's name only that they differ."""
    return [_hidden(row) if _is_secret(row.path) else row for row in found]


def hidden(match: Mapping[str, Any]) -> dict[str, Any]:
    """What was asked for, as it can be shown."""
    return {
        name: _headers(value) if name == "headers" and isinstance(value, Mapping) else _open(value)
        for name, value in match.items()
    }


def _headers(patterns: Mapping[str, Any]) -> dict[str, Any]:
    return {name: "***" if is_secret_header(str(name)) else value for name, value in patterns.items()}


def _open(pattern: Any) -> Any:
    if isinstance(pattern, Mapping):
        return {
            name: "***" if str(name).casefold() in SECRET_NAMES else _open(inner) for name, inner in pattern.items()
        }
    return [_open(inner) for inner in pattern] if isinstance(pattern, list) else pattern


def _is_secret(path: str) -> bool:
    last = _LAST_NAME.search(path)
    if last is None:
        return False
    return last[1].casefold() in SECRET_NAMES or (path.startswith("headers.") and is_secret_header(last[1]))


def _hidden(row: Difference) -> Difference:
    found = row.found if row.found == "nothing" else "another value"
    return replace(row, expected="***", found=found, text=f"{row.path}: expected ***, found {found}")


def _short(text: str) -> str:
    text = text.encode(errors="backslashreplace").decode()
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
