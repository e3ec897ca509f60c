"""Types of parameters and answers that several chapters share: moments, lists, pages, and the two small refusals."""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from itertools import islice
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError

from ..company.call import Call
from ..company.pushes.shapes import BEIJING, iso8601
from ..desk.errors import DUPLICATE, INVALID, MISSING, NOT_FOUND, SUCCESS, DeskError, UsageError
from ..endpoint import Ask, Blank, Integer, Reply

T = TypeVar("T")

MOST_PER_PAGE = 100

_MOMENT = re.compile(
    r"(\d{4}-\d{2}-\d{2})(?:[ T](\d{2}:\d{2}(?::\d{2}(\.\d{1,6})?)?) ?(Z|[+-]\d{2}:?\d{2})?)?", re.ASCII
)
# Beyond these years a change of zone could leave what a datetime can hold.
_YEARS = range(1970, 3000)


def missing(name: str) -> DeskError:
    """The refusal of a call without a required parameter. Ruling 5."""
    return DeskError(MISSING, message=MISSING.message.format(name=name))


def invalid(name: str, detail: str) -> DeskError:
    """The refusal of a value that can't be taken; names the field. Ruling 5."""
    return DeskError(INVALID, message=f"{INVALID.message}: {name}", detail=f"{name}: {detail}")


@contextmanager
def as_the_service(**wire_names: str) -> Iterator[None]:
    """What the desk tells operators, told to callers of the emulated API. Assumed: by ruling 6 and contract §2.2.

    `wire_names`: what the fields of the desk's record are called in the call.
    """
    try:
        yield
    except UsageError as error:
        text = error.message
        match error.kind:
            case "unknown":
                raise DeskError(NOT_FOUND, detail=text) from error
            case "conflict":
                # Rails' own words where a field is taken, as for customers.
                reason = f"{error.field.capitalize()} has already been taken" if error.field else text
                raise DeskError(DUPLICATE, detail=text, exception=f"Validation failed: {reason}") from error
            case "invalid":
                if error.field in wire_names:
                    raise invalid(wire_names[error.field], text) from error
                raise DeskError(INVALID, message=f"{INVALID.message}: {text}", detail=text) from error


class NoParameters(Ask):
    """Nothing but the signature."""


# -- moments ----------------------------------------------------------------------------------------------------------


def _absent() -> PydanticCustomError:
    return PydanticCustomError("missing", "Field required")


def _moment(value: object) -> tuple[datetime, Literal["day", "second", "exact"]]:
    """A Beijing day or moment, or ISO 8601 with or without a zone, and how exactly it was given. Doc: im-api-v2 §删除会话, §放弃排队查询."""
    if value is None or value == "":
        raise _absent()
    match = _MOMENT.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None:
        raise ValueError("expected YYYY-MM-DD, YYYY-MM-DD HH:MM:SS (Beijing time) or ISO 8601")
    day, time, fraction, zone = match.groups()
    moment = datetime.fromisoformat(f"{day}T{time or '00:00'}{zone or ''}")
    if moment.year not in _YEARS:
        raise ValueError(f"expected a year from {_YEARS.start} to {_YEARS.stop - 1}")
    exactness: Literal["day", "second", "exact"] = "day" if time is None else "second" if fraction is None else "exact"
    return (moment if moment.tzinfo is not None else moment.replace(tzinfo=BEIJING)), exactness


def _start(value: object) -> datetime:
    return _moment(value)[0]


def _end(value: object) -> datetime:
    moment, exactness = _moment(value)
    match exactness:
        case "day":
            return moment.replace(hour=23, minute=59, second=59, microsecond=999_999)
        case "second":
            return moment.replace(microsecond=999_999)
        case "exact":
            return moment


def expect_order(start_time: datetime, end_time: datetime) -> None:
    """Refuses a window that ends before it begins."""
    if start_time > end_time:
        raise invalid("end_time", f"{iso8601(end_time)} is before start_time, {iso8601(start_time)}")


Start = Annotated[datetime, BeforeValidator(_start)]
# A day as an end is meant with all its hours (ruling 18). Assumed: a second with all of it, for the service keeps no fractions.
End = Annotated[datetime, BeforeValidator(_end)]
OptionalStart = Annotated[Start | None, Blank]
OptionalEnd = Annotated[End | None, Blank]

# -- lists ------------------------------------------------------------------------------------------------------------


def _listed(value: object) -> object:
    """A JSON list, `a[]=1&a[]=2` (which comes as a list), or the text `['1','2']`. Doc: im-api-v2 §修改客服消息已读状态; ruling 5."""
    if isinstance(value, str) and value.strip():
        inner = value.strip()
        if not (inner.startswith("[") and inner.endswith("]")):
            raise ValueError("expected a list: a JSON list, a[]=1&a[]=2, or the text ['1','2']")
        inner = inner[1:-1].strip()
        value = [_unquoted(part.strip()) for part in inner.split(",")] if inner else []
    if value is None or value in ("", []):
        raise _absent()
    return value


def _unquoted(part: str) -> str:
    for quote in ("'", '"'):
        if len(part) > 1 and part.startswith(quote) and part.endswith(quote):
            part = part[1:-1]
            break
    if not part or "'" in part or '"' in part:
        raise ValueError("expected each element of the list in one pair of quotes, or without")
    return part


Texts = Annotated[list[Annotated[str, Field(min_length=1, max_length=255)]], BeforeValidator(_listed)]
Integers = Annotated[list[Integer], BeforeValidator(_listed)]


def _contents(value: object) -> object:
    """Numbers or addresses in the forms clients send: [[null,"1"]], [null,"1"], ["1"], [{"content":"1"}]. Source: contract §7.1, §11."""
    if value is None or value == "":
        return []
    if not isinstance(value, list):
        raise ValueError('expected pairs like [[null,"1"]]')  # noqa: TRY004 - pydantic reads ValueError alone
    rows = [value] if len(value) == 2 and value[0] is None and isinstance(value[1], str | int) else value
    return [_content(row) for row in rows]


def _content(row: object) -> str:
    match row:
        case [None | int() | str(), str() | int() as content] | {"content": str() | int() as content}:
            found = str(content).strip() if not isinstance(content, bool) else ""
        case str():
            found = row.strip()
        case _:
            found = ""
    if not 0 < len(found) <= 255:
        raise ValueError('expected pairs like [null,"1"], texts, or objects like {"content":"1"}')
    return found


Contents = Annotated[list[str], BeforeValidator(_contents, json_schema_input_type=list[Any])]


def _tags(value: object) -> object:
    if value is None:
        return []
    return [tag for part in value.split(",") if (tag := part.strip())] if isinstance(value, str) else value


# Sent as "a,b", answered as a list. Source: contract §7.1.
Tags = Annotated[list[Annotated[str, Field(min_length=1, max_length=255)]], BeforeValidator(_tags)]

# -- pages ------------------------------------------------------------------------------------------------------------

PageNumber = Annotated[Annotated[int, Field(ge=1, lt=2**63)] | None, Blank]


class Meta(Reply):
    """Where in a list this page stands. Ruling 21: `count` (Doc: im-api-v2 §放弃排队查询: 当页总数) and `total_count` (contract §2.1)."""

    current_page: int
    total_pages: int
    count: int
    total_count: int


def page_size(call: Call, *asked: int | None, default: int, most: int = MOST_PER_PAGE) -> int:
    """How many rows a page has: the first size that was asked for, at most `most`. Doc: im-api-v2 §放弃排队查询: 最大100.

    Assumed: a larger one is answered with that many rows, and the journal warns.
    """
    size = next((size for size in asked if size is not None), default)
    if size > most:
        call.warn(f"a page has at most {most} rows, {size} were asked for")
    return min(size, most)


def one_page(rows: Sequence[T], *, page: int | None, size: int) -> tuple[list[T], Meta]:
    """The rows of one page, and where it stands; a page beyond the last is empty."""
    current = page or 1
    first = (current - 1) * size
    shown = list(rows[first : first + size])
    return shown, _meta(current, size, shown=len(shown), total=len(rows))


def one_page_of(rows: Mapping[int, T], *, page: int | None, size: int) -> tuple[list[T], Meta]:
    """The same of a mapping's values, without copying what is not shown."""
    current = page or 1
    first = min((current - 1) * size, len(rows))
    shown = list(islice(rows.values(), first, first + size))
    return shown, _meta(current, size, shown=len(shown), total=len(rows))


def _meta(current: int, size: int, *, shown: int, total: int) -> Meta:
    return Meta(current_page=current, total_pages=-(-total // size), count=shown, total_count=total)


# -- answers ----------------------------------------------------------------------------------------------------------

# Doc: im-api-v2 §创建会话(请求分配客服), §获取urobot列表, the examples.
SUCCEEDED = "请求成功"


class Done(Reply):
    """It was done, and there is nothing more to say."""

    code: int = SUCCESS


DONE = Done()
