"""Tables of endpoints with their routes."""

import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any, get_type_hints
from urllib.parse import unquote

from .declared import Endpoint
from .models import Reply


@dataclass(frozen=True, slots=True)
class Found:
    """A route that fits, with what stood in its place-holders."""

    endpoint: Endpoint
    path_parameters: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Missed:
    """No route fits: the methods that this path has, if any, and the nearest route otherwise.

    `elsewhere` is a movable endpoint that this path is a guess at: it is where its setting says, or nowhere.
    """

    allowed: tuple[str, ...]
    nearest: str
    elsewhere: Endpoint | None = None


@dataclass(slots=True, eq=False)
class Table:
    """A list of endpoints with its routes. Chapters declare their own; a room joins them."""

    endpoints: list[Endpoint] = field(default_factory=list)
    # Those of them whose path a setting holds: they stand under no path of their own.
    movable: list[Endpoint] = field(default_factory=list)
    _fixed: dict[tuple[str, str], Found] = field(default_factory=dict)
    # Each path once, in the order of declaration.
    _paths: dict[str, None] = field(default_factory=dict)
    # By method and number of segments: endpoints whose path has place-holders.
    _open: dict[tuple[str, int], list[tuple[tuple[str, ...], Endpoint]]] = field(default_factory=dict)

    def add(
        self, method: str, path: str, *, section: str, **facts: Any
    ) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """Declares the decorated function `(call, ask: AnAsk) -> AReply` as an endpoint; `facts` are fields of Endpoint."""

        def declare(function: Callable[..., Any]) -> Callable[..., Any]:
            hints = get_type_hints(function)
            reply = hints["return"]
            self._put(
                Endpoint(
                    method=method,
                    path=path,
                    section=section,
                    summary=(inspect.getdoc(function) or "").split("\n\n")[0].replace("\n", " "),
                    ask=hints["ask"],
                    reply=reply if isinstance(reply, type) and issubclass(reply, Reply) else None,
                    call=function,
                    is_async=inspect.iscoroutinefunction(function),
                    **facts,
                )
            )
            return function

        return declare

    def _put(self, endpoint: Endpoint) -> None:
        if any(other.name == endpoint.name for other in self.endpoints):
            raise ValueError(f"{endpoint.name} is declared twice")
        self.endpoints.append(endpoint)
        if endpoint.path_setting:
            self.movable.append(endpoint)
            return
        self._paths[endpoint.path] = None
        segments = tuple(endpoint.path.split("/"))
        if "{" in endpoint.path:
            self._open.setdefault((endpoint.method, len(segments)), []).append((segments, endpoint))
        else:
            self._fixed[endpoint.method, endpoint.path] = Found(endpoint, {})

    def join(self, tables: Iterable["Table"]) -> "Table":
        """Adds all endpoints of other tables; replies with itself."""
        for table in tables:
            for endpoint in table.endpoints:
                self._put(endpoint)
        return self

    def __iter__(self) -> Iterator[Endpoint]:
        return iter(self.endpoints)

    def find(self, method: str, path: str, settings: object = None) -> Found | Missed:
        """The endpoint for a path below the table's prefix. Fixed paths win over place-holders; a `.json` suffix and a closing slash are tolerated.

        Only a path that is none of theirs may be a movable endpoint's, by the company's `settings`.
        """
        found = self._fixed.get((method, path))
        if found is not None:
            return found
        plain = plain_path(path)
        found = self._settled(method, plain)
        if found is not None:
            return found
        moved = [endpoint for endpoint in self.movable if _is_at(endpoint, plain, settings)]
        for candidate in moved:
            if candidate.method == method:
                return Found(candidate, {})
        return self._miss(plain, moved)

    def has(self, method: str, path: str) -> bool:
        """Whether an endpoint stands at this path whatever the settings: a movable one there would never be found."""
        return self._settled(method, plain_path(path)) is not None

    def _settled(self, method: str, plain: str) -> Found | None:
        """The endpoint whose own path this plain path is."""
        found = self._fixed.get((method, plain))
        if found is not None:
            return found
        segments = plain.split("/")
        for pattern, candidate in self._open.get((method, len(segments)), ()):
            values = _fit(pattern, segments)
            if values is not None:
                return Found(candidate, values)
        return None

    def _miss(self, path: str, moved: list[Endpoint]) -> Missed:
        segments = path.split("/")
        allowed = {method for method, fixed in self._fixed if fixed == path}
        allowed.update(endpoint.method for endpoint in moved)
        for (method, length), candidates in self._open.items():
            if length == len(segments) and any(_is_meant(pattern, segments) for pattern, _ in candidates):
                allowed.add(method)
        near = get_close_matches(path[:200], self._paths, n=1, cutoff=0.6)
        elsewhere = next(
            (endpoint for endpoint in self.movable if endpoint.path == path and endpoint not in moved), None
        )
        return Missed(tuple(sorted(allowed)), near[0] if near else "", elsewhere)


def _is_at(endpoint: Endpoint, path: str, settings: object) -> bool:
    """Whether a movable endpoint stands at this plain path by the settings."""
    return getattr(settings, endpoint.path_setting, None) == path


def plain_path(path: str) -> str:
    """A path as it is declared: without the `.json` and the closing slash that are tolerated."""
    return path.rstrip("/").removesuffix(".json") or "/"


def _fit(pattern: tuple[str, ...], segments: list[str]) -> dict[str, str] | None:
    values: dict[str, str] = {}
    for expected, found in zip(pattern, segments, strict=True):
        if expected.startswith("{"):
            if not found:
                return None
            values[expected[1:-1]] = unquote(found, errors="replace")
        elif expected != found:
            return None
    return values


def _is_meant(pattern: tuple[str, ...], segments: list[str]) -> bool:
    """Whether a path of another method looks like this one: where an id belongs there are digits."""
    return _fit(pattern, segments) is not None and all(
        found.isdecimal() for expected, found in zip(pattern, segments, strict=True) if expected.endswith("id}")
    )
