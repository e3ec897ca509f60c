"""Which part of a long list: what came after an id or a moment, and at most so many."""

from collections.abc import Iterable
from datetime import datetime
from itertools import islice
from typing import Annotated, TypeVar

from pydantic import AfterValidator, Field, TypeAdapter, ValidationError

from ..scenario.people.typed import is_id

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


def is_after(since: str | None, number: int, at: datetime) -> bool:
    """Whether something with this number and moment is wanted; a `since` in digits is an id."""
    if since is None:
        return True
    return number > int(since) if is_id(since) else at >= _MOMENT.validate_python(since)


def latest(rows: list[T], limit: int) -> Iterable[T]:
    """The last ones of a list, in its order."""
    return islice(rows, max(len(rows) - limit, 0), None)
