"""One reader of events: where it is, what it is told next, and when it is too slow. No reader costs anything but what it reads."""

from collections.abc import Callable
from typing import Any, Final

from pydantic_core import to_json

from ..company.companies import Companies, Slot
from ..company.journal.entries import CallEntry
from ..company.journal.feed import Cursor, Row, Wanted, after_missed, kind_of, missed, newest, rows_after, told, weight
from ..company.secrets.credentials import CredentialMask
from ..desk.errors import UsageError
from .world import World

# How much is made ready at once, how much may wait for a reader, and how large one event may be.
_CHUNK_BYTES: Final = 32 * 1024
WAITING_BYTES: Final = 256 * 1024
LARGEST_BYTES: Final = 128 * 1024
# Of an event that is too large these fields stay.
_SMALL_BYTES: Final = 2048
_ROWS: Final = 100


class EventReader:
    """A reader of one company's events, through all its lives."""

    def __init__(
        self, slot: Slot, companies: Companies, world: World, wanted: Wanted, *, buffer: int, start: Cursor
    ) -> None:
        self._slot = slot
        self._companies = companies
        self._world = world
        self._wanted = wanted
        self._buffer = buffer
        self._epoch = slot.epoch
        self._at = start
        # What there was when it came is the past, which it may take its time for; what comes later waits for it.
        self._past = start
        self._told: Cursor | None = None
        self._has_begun = self._is_over = False
        # How far what waits for it has been counted since it takes nothing.
        self._counted: Cursor | None = None
        self._waiting = self._waiting_bytes = 0
        self._slots: list[Slot] = []
        self._mask = CredentialMask(())

    def begin(self, cursor: Cursor) -> None:
        """Begins after this cursor."""
        self._at = cursor

    def go_on(self, epoch: int, cursor: Cursor) -> None:
        """Goes on after what was told last; with another life of the company from its beginning, and says so."""
        if epoch != self._slot.epoch or cursor > newest(self._slot.company):
            self._epoch = -1
        else:
            self._at = cursor

    def take(self) -> bytes | None:
        """What is to be told next, some KiB; empty: nothing yet; None: it has ended."""
        if self._is_over:
            return None
        self._counted = None
        if not self._has_begun:
            self._has_begun = True
            first = self._id() if self._epoch == self._slot.epoch else ""
            return f": events of {self._slot.subdomain}\nretry: 1000\n{first}\n".encode()
        if self._is_removed():
            self._is_over = True
            return self._said("removed", {"kind": "removed", "company": self._slot.subdomain})
        if self._slot.epoch != self._epoch:
            self._epoch, self._at, self._past = self._slot.epoch, (0, 0), newest(self._slot.company)
            return self._said("reset", {"kind": "reset", "epoch": self._epoch})
        company = self._slot.company
        if newest(company) <= self._at:
            return b""
        count = missed(company, self._at)
        if count:
            self._at = after_missed(company, self._at)
            hint = "journal_max_entries and journal_max_bytes keep more"
            return self._said("dropped", {"kind": "dropped", "dropped": count, "hint": hint})
        return self._next()

    async def more(self, seconds: float) -> bool:
        """Waits until there is something to tell; False when the time is up before."""
        try:
            return await self._world.until(self._slot, self._has_more, timeout_seconds=seconds)
        except UsageError:
            self._look_whether_it_is_over()
            return True

    async def relieved(self, is_free: Callable[[], bool], seconds: float) -> bool:
        """Waits until the reader has taken what it was sent, at most so long; False when too much waits for it, or all has ended."""
        try:
            await self._world.until(self._slot, lambda: is_free() or self._is_too_slow(), timeout_seconds=seconds)
        except UsageError:
            self._look_whether_it_is_over()
        return is_free() or not (self._is_over or self._is_removed() or self._is_too_slow())

    async def flushed(self, is_free: Callable[[], bool], seconds: float) -> None:
        """Waits until the reader has taken its last words, at most so long."""
        try:
            await self._world.until(self._slot, is_free, timeout_seconds=seconds)
        except UsageError:
            return

    def stir(self) -> None:
        """The reader has taken something."""
        self._world.changed(self._slot)

    def beat(self) -> bytes:
        """A comment, and how far the reader is when nothing of what came was for it."""
        return f": still here\n{self._id() if self._told != self._at else ''}\n".encode()

    def parting(self) -> bytes:
        """The last words to a reader for whom too much waits; it may go on where it is."""
        if self._is_removed():
            return self._said("removed", {"kind": "removed", "company": self._slot.subdomain})
        if self._is_over:
            return b": the server is stopping\n\n"
        last = f"{self._epoch}-{self._at[0]}.{self._at[1]}"
        hint = f"read faster, or go on with the header Last-Event-ID: {last}"
        row = {
            "kind": "too_slow",
            "waiting": self._waiting,
            "waiting_bytes": self._waiting_bytes,
            "buffer": self._buffer,
            "last_event_id": last,
            "hint": hint,
        }
        return self._said("too_slow", row)

    def _next(self) -> bytes:
        """The next rows that are wanted; those that are not are passed over."""
        company, parts, size = self._slot.company, list[bytes](), 0
        while size < _CHUNK_BYTES:
            rows = rows_after(company, self._at, _ROWS)
            for cursor, row in rows:
                self._at = cursor
                if not self._wanted.fits(row, company):
                    continue
                part = self._event(row)
                if part:
                    parts.append(part)
                    size += len(part)
                    if size >= _CHUNK_BYTES:
                        break
            if len(rows) < _ROWS:
                break
        return b"".join(parts)

    def _event(self, row: Row) -> bytes:
        company = self._slot.company
        if isinstance(row, CallEntry) and row.status is None:
            company.journal.seen_open.add(row.id)
        value = told(row, company)
        return self._said(kind_of(row, company), value) if value is not None else b""

    def _said(self, kind: str, row: dict[str, Any]) -> bytes:
        self._told = self._at
        return f"{self._id()}event: {kind}\ndata: ".encode() + self._data(row) + b"\n\n"

    def _data(self, row: dict[str, Any]) -> bytes:
        data = to_json(row, inf_nan_mode="null")
        if len(data) > LARGEST_BYTES:
            small = {name: value for name, value in row.items() if len(to_json(value)) <= _SMALL_BYTES}
            data = to_json({**small, "cut": {"bytes": len(data), "hint": "GET /_mock/journal has it whole"}})
        slots = list(self._companies)
        if slots != self._slots:
            self._slots, self._mask = slots, CredentialMask(slot.company.credentials for slot in slots)
        return self._mask.over(data)

    def _id(self) -> str:
        return f"id: {self._epoch}-{self._at[0]}.{self._at[1]}\n"

    def _has_more(self) -> bool:
        return self._has_new_life() or newest(self._slot.company) > self._at

    def _has_new_life(self) -> bool:
        return self._slot.epoch != self._epoch

    def _is_removed(self) -> bool:
        return self._companies.find(self._slot.subdomain) is not self._slot

    def _look_whether_it_is_over(self) -> None:
        """The wait was broken off: by a reset or a removal, of which it is told, or because the server stops."""
        if not self._has_new_life() and not self._is_removed():
            self._is_over = True

    def _is_too_slow(self) -> bool:
        """Whether more of what came after the past waits than may."""
        if self._has_new_life():
            return False
        company = self._slot.company
        if self._counted is None:
            self._counted, self._waiting, self._waiting_bytes = max(self._at, self._past), 0, 0
        while self._waiting <= self._buffer and self._waiting_bytes <= WAITING_BYTES:
            rows = rows_after(company, self._counted, _ROWS)
            if not rows:
                return False
            for cursor, row in rows:
                self._counted = cursor
                if self._wanted.fits(row, company):
                    self._waiting += 1
                    self._waiting_bytes += weight(row, company)
        return True
