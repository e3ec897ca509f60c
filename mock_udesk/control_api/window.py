"""Which part of a long list: after an id or a moment, before an id, and at most so many; page by page nothing is skipped or repeated."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Annotated, Generic, TypeVar

from pydantic import AfterValidator, Field, TypeAdapter, ValidationError

from ..scenario.people.typed import Number, is_id

T = TypeVar("T")

_MOMENT: TypeAdapter[datetime] = TypeAdapter(datetime)


def _is_since(text: str) -> str:
    if not is_id(text):
        try:
            moment = _MOMENT.validate_python(text)
        except ValidationError:
            raise ValueError("expected an id or a moment like 2026-11-22T10:00:00+08:00") from None
        if moment.tzinfo is None:
            raise ValueError("expected a moment with its time zone, like 2026-11-22T10:00:00+08:00")
    return text


Limit = Annotated[int, Field(ge=1, le=1_000_000)]
Since = Annotated[str, AfterValidator(_is_since)]
SINCE = Field(None, description="An id (what came after it) or a moment (what came then or later)")
Before = Number
BEFORE = Field(None, description="An id: what came before it")
PAGE = "At most so many: the latest, or with since the first ones after it"


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """A part of the rows that fit; `next` is the parameter that asks for the following one, None when there is no more."""

    rows: list[T]
    next: str | None


def page(rows: Sequence[tuple[int, T]], *, since: str | None, limit: int) -> Page[T]:
    """Of numbered rows that fit, in order: with `since` the first so many, else the latest."""
    if since is not None:
        part = rows[:limit]
        return Page([row for _, row in part], f"since={part[-1][0]}" if len(part) < len(rows) else None)
    part = rows[max(len(rows) - limit, 0) :]
    return Page([row for _, row in part], f"before={part[0][0]}" if len(part) < len(rows) else None)


def is_after(since: str | None, number: int, at: datetime) -> bool:
    """Whether something with this number and moment is wanted; a `since` in digits is an id."""
    if since is None:
        return True
    return number > int(since) if is_id(since) else at >= _MOMENT.validate_python(since)


def is_before(before: int | None, number: int) -> bool:
    """Whether something with this number is wanted."""
    return before is None or number < before


def moment_of(since: str) -> datetime:
    """The moment that a `since` means which is no id."""
    return _MOMENT.validate_python(since)


def latest(rows: list[T], limit: int) -> Iterable[T]:
    """The last ones of a list, in its order."""
    return islice(rows, max(len(rows) - limit, 0), None)
