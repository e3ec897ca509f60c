"""Calls of the emulated API held against what is asked for."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from ...endpoint import AUTH_PARAMETERS
from ...endpoint.wrong import short
from ...scenario.traffic.patterns import MISSING, Difference, differences, fits, search
from ..journal.entries import CallEntry
from .call_parts import CallParts
from .differing import differing, without_secret_values

# What costs least to look at comes first: of many calls most are others.
FIELDS: Final = (
    "method",
    "path",
    "endpoint",
    "customer_token",
    "status",
    "code",
    "session_id",
    "headers",
    "query",
    "body",
    "params",
    "answer",
)
# Where numbers and texts of digits are the same (ruling 5).
_NUMERIC_TEXTS: Final = frozenset({"query", "params", "headers"})


class CallMatcher:
    """A call match, `scenario/traffic/matches.py`'s plain form, ready to be held against calls."""

    def __init__(self, match: Mapping[str, Any]) -> None:
        self.match = dict(match)
        headers = match.get("headers")
        if isinstance(headers, Mapping):
            self.match["headers"] = {str(name).lower(): pattern for name, pattern in headers.items()}
        query = match.get("query")
        named = query.get("$equals", query) if isinstance(query, Mapping) else {}
        self._auth_named = frozenset(AUTH_PARAMETERS).intersection(named if isinstance(named, Mapping) else ())
        self.fields = tuple(name for name in FIELDS if name in match)
        # What a call must have at the least, seen without taking it apart.
        self._method = match.get("method")
        path = str(match.get("path", ""))
        self._in_path = "" if path.startswith("~") or "{" in path or path == "/" else path

    def fits(self, entry: CallEntry) -> bool:
        """Whether this call of the emulated API is meant."""
        if entry.kind != "call" or self._in_path not in entry.path or self._method not in (None, entry.method):
            return False
        parts = CallParts(entry, self._auth_named)
        return all(self._is_met(name, parts) for name in self.fields)

    def differences(self, entry: CallEntry) -> list[Difference]:
        """Everything in which this call is another than the one that is meant; empty when it fits."""
        if entry.kind != "call":
            return [differing("kind", "a call of the emulated API", "an operator's")]
        return [row for rows in self.by_field(entry).values() for row in rows]

    def by_field(self, entry: CallEntry) -> dict[str, list[Difference]]:
        """Of each field that is asked for in what it differs; an empty list where it does not."""
        parts = CallParts(entry, self._auth_named)
        return {name: without_secret_values(self._differences(name, parts)) for name in self.fields}

    def _is_met(self, name: str, parts: CallParts) -> bool:
        wanted = self.match[name]
        plain = _PLAIN.get(name)
        if plain is not None:
            return plain(wanted, parts)
        return fits(wanted, _VALUES[name](parts), numeric_texts=_is_lax(name, parts))

    def _differences(self, name: str, parts: CallParts) -> list[Difference]:
        wanted = self.match[name]
        if name in _PLAIN:
            return [] if _PLAIN[name](wanted, parts) else [_plain_difference(name, wanted, parts)]
        return differences(wanted, _VALUES[name](parts), at=name, numeric_texts=_is_lax(name, parts))


def _is_lax(name: str, parts: CallParts) -> bool:
    return name in _NUMERIC_TEXTS or (name == "body" and parts.is_form)


def _is_path(wanted: str, parts: CallParts) -> bool:
    if wanted.startswith("~"):
        return search(wanted[1:], parts.path)
    return parts.path == wanted or ("{" in wanted and parts.entry.endpoint.endswith(f" {wanted}"))


def _is_endpoint(wanted: str, parts: CallParts) -> bool:
    endpoint = parts.entry.endpoint
    return endpoint == wanted or (" " not in wanted and endpoint.partition(" ")[2] == wanted)


# Fields of which nothing but the whole can differ.
_PLAIN: Final[Mapping[str, Callable[[Any, CallParts], bool]]] = {
    "method": lambda wanted, parts: parts.entry.method == wanted,
    "path": _is_path,
    "endpoint": _is_endpoint,
    "customer_token": lambda wanted, parts: parts.entry.customer_token == wanted,
    "session_id": lambda wanted, parts: str(wanted) in parts.session_ids(),
}
_VALUES: Final[Mapping[str, Callable[[CallParts], Any]]] = {
    "status": lambda parts: MISSING if parts.entry.status is None else parts.entry.status,
    "code": lambda parts: MISSING if parts.entry.code is None else parts.entry.code,
    "headers": lambda parts: parts.headers,
    "query": lambda parts: parts.query,
    "body": lambda parts: parts.body,
    "params": lambda parts: parts.params,
    "answer": lambda parts: parts.answer,
}


def _plain_difference(name: str, wanted: Any, parts: CallParts) -> Difference:
    match name:
        case "method":
            return differing(name, short(wanted), short(parts.entry.method))
        case "path" if str(wanted).startswith("~"):
            return differing(name, f"a path with /{wanted[1:]}/", short(parts.path))
        case "path":
            return differing(name, short(wanted), short(parts.path))
        case "endpoint":
            known = parts.entry.endpoint
            return differing(name, short(wanted), short(known) if known else "none that is known")
        case "customer_token":
            token = parts.entry.customer_token
            return differing(name, short(wanted), short(token) if token else "nothing")
    return differing(name, short(wanted), ", ".join(sorted(parts.session_ids())) or "nothing")
