"""Bodies and queries as somebody may read them: parsed where they are JSON, the values of secret names hidden."""

import re
from typing import Any, Final

from pydantic_core import from_json, to_json

# Whatever has one of these names is a secret, also in a call that nobody knows. `open_api_token` is none: it is the customer's id.
SECRET_NAMES: Final[tuple[str, ...]] = ("password", "token", "secret", "open_api_auth_token")
_LOOKS_LIKE_A_FORM = re.compile(r"[^\s\"<>{=]+=[^\s\"<>{]*")


def parsed(body: bytes) -> Any:
    """A body as JSON where it is some, else as text."""
    try:
        return from_json(body)
    except ValueError:
        return body.decode("utf-8", errors="replace")


def masked(body: bytes, names: tuple[str, ...]) -> bytes:
    """A body with the values of these names (in lower case) hidden, however deep they stand; what can't be read is hidden whole."""
    if not body:
        return body
    try:
        value = from_json(body)
    except ValueError:
        text = body.decode("utf-8", errors="replace")
        return _masked_pairs(text, names).encode() if _LOOKS_LIKE_A_FORM.fullmatch(text) else b"***"
    return to_json(_hidden(value, names)) if isinstance(value, dict | list) else b'"***"'


def masked_query(path: str, names: tuple[str, ...]) -> str:
    """A path with the values of these names (in lower case) hidden in its query."""
    head, mark, query = path.partition("?")
    return head + mark + _masked_pairs(query, names)


def _hidden(value: Any, names: tuple[str, ...]) -> Any:
    match value:
        case dict():
            return {name: "***" if name.casefold() in names else _hidden(inner, names) for name, inner in value.items()}
        case list():
            return [_hidden(inner, names) for inner in value]
        case _:
            return value


def _masked_pairs(text: str, names: tuple[str, ...]) -> str:
    """Pairs of a query or a form, Rack's nested ones (`agent[password]=`) too, whose brackets may be encoded."""
    some = "|".join(map(re.escape, names))
    return re.sub(rf"(?i)((?:^|&)(?:[^=&]*(?:\[|%5B))?(?:{some})(?:\]|%5D)?)=[^&]*", r"\1=***", text)
