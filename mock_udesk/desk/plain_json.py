"""Plain JSON values, which alone may stand in the state and in what is pushed."""

import json
import math
from typing import Any


class NotPlainError(ValueError):
    """A value that JSON has no words for; says where it stands."""


def plain(value: object, path: str) -> Any:
    """A copy of a value, its tuples as lists. Raises NotPlainError, which names it by this path."""
    match value:
        case None | bool() | int():
            return value
        case str():
            # A text of a class of its own, as templates make them, is a text.
            return str(value)
        case float():
            if not math.isfinite(value):
                raise NotPlainError(f"{path} is {value}, which JSON has no number for")
            return value
        case list() | tuple():
            return [plain(item, f"{path}[{number}]") for number, item in enumerate(value)]
        case dict():
            for key in value:
                if not isinstance(key, str):
                    raise NotPlainError(f"{path} has the key {key!r}, which is no text")
            return {str(key): plain(item, f"{path}.{key}") for key, item in value.items()}
        case _:
            raise NotPlainError(f"{path} is a {type(value).__name__}: only plain JSON values are kept")


def size(value: object) -> int:
    """How many bytes a plain value has as JSON."""
    return len(json.dumps(value, ensure_ascii=False).encode(errors="surrogatepass"))
