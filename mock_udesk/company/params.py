"""What a request's query and body say, read as Rails and Rack read them. Pure: bytes in, plain values out.

Ruling 5: path over body over query; arrays as `a[]=1&a[]=2`; JSON needs its content type. A text that can't be read raises
`Unreadable`; nothing in here raises anything else, whatever the bytes.
"""

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from math import isinf
from typing import Any, cast

from pydantic_core import from_json

from .multipart import text_fields

DEPTH_LIMIT = 32
_FORM = "application/x-www-form-urlencoded"
_HEX = "0123456789abcdefABCDEF"
_BYTE_OF = {(high + low).encode(): bytes((int(high + low, 16),)) for high in _HEX for low in _HEX}
# What is a text even where it looks like JSON.
_TEXTS = frozenset(
    {"application/yaml", "application/x-yaml", "text/yaml", "text/x-yaml", "text/vnd.yaml", "text/plain"}
)
_LOOKS_LIKE_JSON = re.compile(rb"\s*[\[{\"]")
# Only an exponent or hundreds of digits make a number too large for a float; looking for one walks all of the values.
# One way to begin, so that `re` looks at nothing but digits.
_MAY_BE_INFINITE = re.compile(rb"\d(?:[eE]|\d{199})")


class Unreadable(Exception):
    """A query or body that can't be read; `name` is the parameter, "body" or "query", `text` says what is wrong with it.

    `status` is the HTTP status it is answered with where the protocol demands one, `hint` says what to send instead.
    """

    def __init__(self, name: str, text: str, status: int | None = None, *, hint: str = "") -> None:
        self.name = name
        self.text = text
        self.status = status
        self.hint = hint
        super().__init__(f"{name}: {text}")


def readable(text: str) -> str:
    """A text off the wire that can be shown and stored: bytes that were no UTF-8 come as surrogates and leave as `\\xff`."""
    return text if text.isascii() else text.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def read_query(text: str) -> dict[str, Any]:
    """A query or a form as nested values. Assumed: Rack's rules, for the service is a Rails application (contract §1.1)."""
    values: dict[str, Any] = {}
    if not text:
        return values
    is_plain = text.isascii() and "+" not in text and "[" not in text
    for pair in text.split("&"):
        name, is_given, value = pair.partition("=")
        if is_plain and is_given and "%" not in pair:
            # As nearly all of them are.
            values[name] = value
            continue
        if not pair:
            continue
        decoded: str | None = _decode(value, name) if is_given else None
        name = _decode(name, name)
        if "[" in name:
            _put_nested(values, name, decoded)
        else:
            values[name] = decoded
    return values


def auth_values(text: str, names: frozenset[str]) -> dict[str, str]:
    """The named plain values of a query that can't be read as a whole: enough to check its sign."""
    values: dict[str, str] = {}
    for pair in text.split("&"):
        name, is_given, value = pair.partition("=")
        if name in names and is_given:
            try:
                values[name] = _decode(value, name)
            except Unreadable:
                values[name] = value
    return values


def read_body(body: bytes, content_type: str, *, method: str) -> tuple[Mapping[str, Any], str]:
    """The body's values, and a note for the journal when it was passed over. Raises Unreadable."""
    if not body:
        return {}, ""
    media, _, rest = content_type.partition(";")
    media = media.strip().lower()
    if media == "application/json" or media.endswith("+json"):
        return read_json(body), ""
    if media == "multipart/form-data":
        return _read_multipart(body, rest)
    # Rack reads a POST without a content type as a form; JSON text is never one (ruling 5).
    is_form = media == _FORM or (not media and method == "POST")
    if not is_form or _LOOKS_LIKE_JSON.match(body):
        shown = f"as {media[:80]}" if media else "without a content type"
        return {}, f"the body was sent {shown} and so was not read: JSON needs Content-Type: application/json"
    try:
        return read_query(body.strip(b"\r\n").decode()), ""
    except UnicodeDecodeError as error:
        raise Unreadable("body", f"not UTF-8 at byte {error.start}") from None


def read_json(body: bytes) -> dict[str, Any]:
    """A JSON object. NaN, numbers too large, lone surrogates and nesting without end are refused."""
    try:
        value = from_json(body, allow_inf_nan=False, cache_strings="keys")
    except ValueError as error:
        if not body.strip():
            return {}
        raise Unreadable("body", f"not JSON: {error}") from None
    if not isinstance(value, dict):
        raise Unreadable("body", f"a JSON object is expected, found {_kind(value)}")
    if _MAY_BE_INFINITE.search(body) and _has_infinite(value.values()):
        raise Unreadable("body", "a number in it is too large")
    return value


def read_whole(body: bytes, content_type: str) -> Any:
    """A body that is one value as a whole: JSON where it is some, else its text (YAML, whatever it was sent as). Raises Unreadable."""
    media = content_type.partition(";")[0].strip().lower()
    if media not in _TEXTS and _LOOKS_LIKE_JSON.match(body):
        try:
            value = from_json(body, allow_inf_nan=False, cache_strings="keys")
        except ValueError as error:
            if media == "application/json" or media.endswith("+json"):
                raise Unreadable("body", f"not JSON: {error}", hint="YAML has Content-Type: application/yaml") from None
        else:
            if _MAY_BE_INFINITE.search(body) and _has_infinite([value]):
                raise Unreadable("body", "a number in it is too large")
            if (twice := _key_twice(body)) is not None:
                raise Unreadable("body", f"key {twice:.80} a second time in an object", hint="give it once")
            return value
    try:
        return body.decode()
    except UnicodeDecodeError as error:
        raise Unreadable("body", f"not UTF-8 at byte {error.start}") from None


def _key_twice(body: bytes) -> str | None:
    """A key that an object of a JSON text has twice, None when each is there once: a reader would take the last of them."""
    found: list[str] = []

    def members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        known = dict(pairs)
        if len(known) < len(pairs) and not found:
            counts = Counter(name for name, _ in pairs)
            found.append(next(name for name in counts if counts[name] > 1))
        return known

    json.loads(body.decode(), object_pairs_hook=members, parse_int=str, parse_float=str)
    return found[0] if found else None


def merge(path: Mapping[str, str], body: Mapping[str, Any], query: dict[str, Any]) -> dict[str, Any]:
    """All parameters of a call, as Rails merges them: path over body over query, by first names. May reuse `query`."""
    if body:
        query.update(body)
    if path:
        query.update(path)
    return query


def _read_multipart(body: bytes, rest: str) -> tuple[dict[str, Any], str]:
    values: dict[str, Any] = {}
    fields, files = text_fields(body, rest)
    if fields is None:
        raise Unreadable("body", files[0])
    for name, content in fields:
        try:
            text = content.decode()
        except UnicodeDecodeError:
            raise Unreadable(name, "not UTF-8") from None
        if "[" in name:
            _put_nested(values, name, text)
        else:
            values[name] = text
    return values, f"files are not read: {', '.join(files)[:200]}" if files else ""


def _decode(text: str, name: str) -> str:
    if "%" not in text and text.isascii():
        return text.replace("+", " ") if "+" in text else text
    first, *parts = text.replace("+", " ").encode("utf-8", "surrogateescape").split(b"%")
    decoded = [first]
    for part in parts:
        byte = _BYTE_OF.get(part[:2])
        if byte is None:
            raise Unreadable(_plain(name), f"invalid %-encoding (%{part[:2].decode('latin-1')})")
        decoded.append(byte)
        decoded.append(part[2:])
    try:
        return b"".join(decoded).decode()
    except UnicodeDecodeError:
        raise Unreadable(_plain(name), "not UTF-8") from None


def _plain(name: str) -> str:
    return readable(name)[:80] or "query"


def _put_nested(values: dict[str, Any], name: str, value: str | None) -> None:
    head = name.find("[", 1)
    if head < 0:
        values[name] = value
        return
    _put(values, name[:head], name[head:], value, name=name, depth=1)


def _put(into: dict[str, Any], key: str, rest: str, value: str | None, *, name: str, depth: int) -> None:
    """Puts a value where `key` and what follows it (`[]`, `[b]`, `[][b]`, any depth) point."""
    if depth > DEPTH_LIMIT:
        raise Unreadable(_plain(name), f"nested deeper than {DEPTH_LIMIT}")
    if rest in ("", "["):
        into[key + rest] = value
    elif rest.startswith("[]"):
        rows = into.setdefault(key, [])
        if not isinstance(rows, list):
            raise Unreadable(_plain(name), f"a list is expected, found {_kind(rows)}")
        inner = rest[2:]
        if not inner:
            rows.append(value)
            return
        deeper_key, deeper_rest = _step(inner)
        # A repeated first name begins the next object of a list: a[][x]=1&a[][y]=2&a[][x]=3.
        if not rows or not isinstance(rows[-1], dict) or _has(rows[-1], deeper_key, deeper_rest):
            rows.append({})
        _put(rows[-1], deeper_key, deeper_rest, value, name=name, depth=depth + 1)
    else:
        held = into.setdefault(key, {})
        if not isinstance(held, dict):
            raise Unreadable(_plain(name), f"an object is expected, found {_kind(held)}")
        deeper_key, deeper_rest = _step(rest)
        _put(held, deeper_key, deeper_rest, value, name=name, depth=depth + 1)


def _step(rest: str) -> tuple[str, str]:
    end = rest.find("]", 1)
    if rest.startswith("[") and end > 0:
        return rest[1:end], rest[end + 1 :]
    return rest, ""


def _has(row: dict[str, Any], key: str, rest: str) -> bool:
    while True:
        if key not in row:
            return False
        if not rest or rest.startswith("[]"):
            return not rest
        row = row[key]
        if not isinstance(row, dict):
            return True
        key, rest = _step(rest)


def _kind(value: object) -> str:
    names = {dict: "an object", list: "a list", str: "a text", bool: "true or false", type(None): "null"}
    return names.get(type(value), "a number")


def _has_infinite(values: Iterable[object]) -> bool:
    """Whether a number in there was too large for a float; from_json nests no deeper than Python can follow."""
    for value in values:
        kind = type(value)
        if kind is str or kind is int:
            continue
        if (kind is float and isinf(cast(float, value))) or (
            (kind is dict and _has_infinite(cast(dict[str, object], value).values()))
            or (kind is list and _has_infinite(cast(list[object], value)))
        ):
            return True
    return False
