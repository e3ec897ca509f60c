"""What happened in a company, in order, each entry with its cause; bounded by count and bytes, and it says what it dropped."""

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import Any, Literal

from pydantic_core import to_json

from ...desk.effects import Happened, Played
from ..secrets.values import masked, masked_query
from .entries import (
    CallEntry,
    Entry,
    FaultEntry,
    HappeningEntry,
    Late,
    PlannedFaultEntry,
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
# So many entries back it is quicker to go than to look for the place.
_FEW = 64
# Problems that no call had: they stay when calls are forgotten.
_NOT_OF_CALLS = ("fault", "scenario_error")


class Journal:
    """The entries of one company's life, numbered from 1."""

    def __init__(self, *, max_entries: int, max_bytes: int) -> None:
        self.max_entries = max_entries
        self.max_bytes = max_bytes
        self.dropped = 0
        self.dropped_bytes = 0
        # The number of the newest entry that was dropped.
        self.dropped_up_to = 0
        self.dropped_problems = 0
        # How often each kind of problem, and planned faults, were noted; nothing is ever taken off.
        self.noted: dict[str, int] = {}
        self.problems: deque[Problem] = deque()
        self._entries: deque[Entry] = deque()
        self._bytes = 0
        self._next_id = 1
        # What became of entries after they were journalled, for readers of events; bounded as the entries are.
        self.late: deque[Late] = deque()
        self.late_dropped_up_to = (0, 0)
        # Calls that a reader of events was shown while they were open: it is told when they are answered.
        self.seen_open: set[int] = set()

    def bound(self, *, max_entries: int, max_bytes: int) -> None:
        """Changes how much is kept."""
        self.max_entries, self.max_bytes = max_entries, max_bytes
        self._make_room()

    def resume(self, entries: Sequence[Entry], *, next_id: int) -> None:
        """Takes over the entries of another journal, in their order, in the place of its own."""
        self._entries = deque(entries)
        self._bytes = sum(entry.size for entry in entries)
        self._next_id = next_id

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
        size = _ENTRY_BYTES + len(entry.path) + len(entry.body) + len(answer) + len(entry.detail)
        for name, value in entry.headers:
            size += len(name) + len(value)
        for warning in entry.warnings:
            size += len(warning)
        entry.size = size
        if self._entries and entry.id >= self._entries[0].id:
            self._bytes += size
            if self._bytes > self.max_bytes:
                self._make_room()
        if self.seen_open and entry.id in self.seen_open:
            self.seen_open.discard(entry.id)
            self.changed("answered", entry.id)

    def changed(self, what: Literal["attempt", "delivery", "answered"], about: int, *, attempt: int = 0) -> None:
        """Notes for readers of events what became of a call or a delivery, `about` its number, after its entry was made."""
        last = self.late[-1] if self.late else None
        number = last.number + 1 if last is not None and last.after == self.last_id else 1
        self.late.append(Late(self.last_id, number, what, about, attempt))
        while len(self.late) > self.max_entries:
            gone = self.late.popleft()
            self.late_dropped_up_to = (gone.after, gone.number)

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

    def fired(
        self,
        plan_id: int,
        on: Literal["call", "push"],
        did: Mapping[str, Any],
        at: datetime,
        cause: int | None,
        *,
        delivery_id: int | None = None,
    ) -> int:
        """Notes that a planned fault fired; replies with the entry's number."""
        number = self._number()
        size = _PLAYED_BYTES + _weight(did)
        self.noted["planned_fault"] = self.noted.get("planned_fault", 0) + 1
        self._append(PlannedFaultEntry(number, at, cause, plan_id, on, did, delivery_id, size), size)
        return number

    def fault(self, at: datetime, cause: int | None, error: str, trace: str) -> FaultEntry:
        """Notes a bug of ours, which is a problem too."""
        entry = FaultEntry(self._number(), at, cause, error, trace, 500 + len(trace))
        self._append(entry, entry.size)
        self.problem("fault", at, error, entry.id)
        return entry

    def problem(self, kind: ProblemKind, at: datetime, text: str, entry_id: int | None) -> None:
        """Notes what a strict test fails on."""
        self.problems.append(Problem(kind, at, text, entry_id))
        self.noted[kind] = self.noted.get(kind, 0) + 1
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
        place = self._place(entry_id)
        found = self._entries[place] if place < len(self._entries) else None
        return found if found is not None and found.id == entry_id else None

    def after(self, entry_id: int) -> Iterator[Entry]:
        """All entries with a higher number, in order. To be read at once: what is journalled meanwhile breaks it off."""
        if self.last_id - entry_id > _FEW:
            return islice(self._entries, self._place(entry_id + 1), None)
        few: list[Entry] = []
        for entry in reversed(self._entries):
            if entry.id <= entry_id:
                break
            few.append(entry)
        return reversed(few)

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
        rows = (shown(entry, with_measured=False) for entry in self._entries)
        return b"".join(to_json(row, inf_nan_mode="null") + b"\n" for row in rows)

    def _place(self, entry_id: int) -> int:
        """Where the first entry stands whose number is not lower. Numbers rise by one but for calls that were cleared."""
        low, high = 0, len(self._entries)
        while low < high:
            middle = (low + high) // 2
            if self._entries[middle].id < entry_id:
                low = middle + 1
            else:
                high = middle
        return low

    def _number(self) -> int:
        number = self._next_id
        self._next_id += 1
        return number

    def _append(self, entry: Entry, size: int) -> None:
        entries = self._entries
        entries.append(entry)
        self._bytes += size
        if len(entries) > self.max_entries or self._bytes > self.max_bytes:
            self._make_room()

    def _make_room(self) -> None:
        entries = self._entries
        while len(entries) > self.max_entries or (self._bytes > self.max_bytes and len(entries) > 1):
            gone = entries.popleft()
            self._bytes -= gone.size
            self.dropped += 1
            self.dropped_bytes += gone.size
            self.dropped_up_to = gone.id


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
