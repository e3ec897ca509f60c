"""What happened in a company, in order, each entry with its cause; bounded by count and bytes, and it says what it dropped."""

from collections import deque
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Literal

from pydantic_core import to_json

from ..desk.effects import Happened, Played
from .bodies import masked, masked_query
from .entries import (
    CallEntry,
    Entry,
    FaultEntry,
    HappeningEntry,
    Problem,
    ProblemKind,
    PushEntry,
    RawHeaders,
    ScenarioEntry,
    shown,
)

# What an entry weighs beside its texts; measured once with tracemalloc, so that the bound in bytes is honest.
_ENTRY_BYTES = 700
_HAPPENING_BYTES = 500
_PLAYED_BYTES = 400
# Problems that no call had: they stay when calls are forgotten.
_NOT_OF_CALLS = ("fault", "scenario_error")


class Journal:
    """The entries of one company's life, numbered from 1."""

    def __init__(self, *, max_entries: int, max_bytes: int) -> None:
        self.max_entries = max_entries
        self.max_bytes = max_bytes
        self.dropped = 0
        self.dropped_problems = 0
        self.problems: deque[Problem] = deque()
        self._entries: deque[Entry] = deque()
        self._bytes = 0
        self._next_id = 1

    def bound(self, *, max_entries: int, max_bytes: int) -> None:
        """Changes how much is kept."""
        self.max_entries, self.max_bytes = max_entries, max_bytes
        self._make_room()

    def open_call(
        self, kind: Literal["call", "operator"], method: str, path: str, headers: RawHeaders, at: datetime
    ) -> CallEntry:
        """Begins the entry of a request; it is counted in full when it is closed."""
        entry = CallEntry(id=self._number(), at=at, kind=kind, method=method, path=path, headers=headers)
        self._append(entry, 0)
        return entry

    def close_call(
        self, entry: CallEntry, *, status: int, code: int | None, answer: bytes, masks: tuple[str, ...] = ()
    ) -> None:
        """Ends the entry of a request with its answer; values named by `masks` are never kept."""
        if masks:
            entry.body, answer, entry.path = (
                masked(entry.body, masks),
                masked(answer, masks),
                masked_query(entry.path, masks),
            )
        entry.status, entry.code, entry.answer = status, code, answer
        entry.size = _ENTRY_BYTES + len(entry.path) + len(entry.body) + len(answer) + len(entry.detail)
        for name, value in entry.headers:
            entry.size += len(name) + len(value)
        for warning in entry.warnings:
            entry.size += len(warning)
        if self._entries and entry.id >= self._entries[0].id:
            self._bytes += entry.size
            if self._bytes > self.max_bytes:
                self._make_room()

    def happened(self, happened: Happened, cause: int | None) -> int:
        """Notes what happened at the desk; replies with the entry's number."""
        number = self._number()
        size = _HAPPENING_BYTES + _weight(happened.facts)
        self._append(HappeningEntry(number, cause, happened, size), size)
        return number

    def played(self, played: Played, cause: int | None) -> int:
        """Notes what a scenario did, a failure as a problem too; replies with the entry's number."""
        number = self._number()
        size = _PLAYED_BYTES + len(played.reason)
        self._append(ScenarioEntry(number, played.at, cause, played.what, played, {}, size), size)
        if played.what == "failed":
            place = f"{played.place}: {played.place.path}" if played.place.line and played.place.path else played.place
            self.problem("scenario_error", played.at, f"{place}: {played.reason}", number)
        return number

    def scenario(
        self, what: Literal["loaded", "unloaded"], facts: Mapping[str, Any], at: datetime, cause: int | None
    ) -> int:
        """Notes that a scenario was loaded or unloaded; replies with the entry's number."""
        number = self._number()
        size = _PLAYED_BYTES + _weight(facts)
        self._append(ScenarioEntry(number, at, cause, what, None, facts, size), size)
        return number

    def pushed(self, delivery_id: int, at: datetime, cause: int | None) -> None:
        """Notes that a push was put into the outbox."""
        number = self._number()
        self._append(PushEntry(number, at, cause, delivery_id, 150), 150)

    def fault(self, at: datetime, cause: int | None, error: str, trace: str) -> FaultEntry:
        """Notes a bug of ours, which is a problem too."""
        entry = FaultEntry(self._number(), at, cause, error, trace, 500 + len(trace))
        self._append(entry, entry.size)
        self.problem("fault", at, error, entry.id)
        return entry

    def problem(self, kind: ProblemKind, at: datetime, text: str, entry_id: int | None) -> None:
        """Notes what a strict test fails on."""
        self.problems.append(Problem(kind, at, text, entry_id))
        while len(self.problems) > self.max_entries:
            self.problems.popleft()
            self.dropped_problems += 1

    def clear_calls(self) -> int:
        """Forgets all closed calls (DELETE /_mock/requests), with the problems they had; replies with their number."""
        kept = [entry for entry in self._entries if not (isinstance(entry, CallEntry) and entry.status is not None)]
        gone = len(self._entries) - len(kept)
        self._entries = deque(kept)
        self._bytes = sum(entry.size for entry in kept)
        self.problems = deque(problem for problem in self.problems if problem.kind in _NOT_OF_CALLS)
        return gone

    def get(self, entry_id: int) -> Entry | None:
        """The entry of this number, or None when there is none (any more)."""
        # Numbers rise by one but for calls that were cleared, so the place is at or before the distance from the first.
        low, high = 0, len(self._entries)
        while low < high:
            middle = (low + high) // 2
            if self._entries[middle].id < entry_id:
                low = middle + 1
            else:
                high = middle
        found = self._entries[low] if low < len(self._entries) else None
        return found if found is not None and found.id == entry_id else None

    def __iter__(self) -> Iterator[Entry]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    @property
    def weight(self) -> int:
        """What the entries weigh in bytes, about."""
        return self._bytes

    @property
    def last_id(self) -> int:
        """The number of the newest entry; 0 before the first."""
        return self._next_id - 1

    def export(self) -> bytes:
        """All entries as JSON lines without what was measured: the same for the same seed, calls and clock."""
        return b"".join(to_json(shown(entry, with_measured=False)) + b"\n" for entry in self._entries)

    def _number(self) -> int:
        number = self._next_id
        self._next_id += 1
        return number

    def _append(self, entry: Entry, size: int) -> None:
        self._entries.append(entry)
        self._bytes += size
        if len(self._entries) > self.max_entries or self._bytes > self.max_bytes:
            self._make_room()

    def _make_room(self) -> None:
        while len(self._entries) > self.max_entries or (self._bytes > self.max_bytes and len(self._entries) > 1):
            self._bytes -= self._entries.popleft().size
            self.dropped += 1


def _weight(value: object) -> int:
    """What a plain JSON value weighs, about: its texts count, however deep they stand."""
    # Asked for with every happening, so by exact type: a `match` costs three times as much.
    kind = type(value)
    if kind is str:
        return len(value)  # type: ignore[arg-type] # narrowed by its exact type
    weight = 0
    if kind is dict:
        for inner in value.values():  # type: ignore[attr-defined] # likewise
            inner_kind = type(inner)
            if inner_kind is str:
                weight += len(inner)
            elif inner_kind is not int:
                weight += _weight(inner)
    elif kind is list or kind is tuple:
        for inner in value:  # type: ignore[attr-defined] # likewise
            weight += 8 + _weight(inner)
    return weight
