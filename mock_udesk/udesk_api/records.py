"""Conversation records 会话记录: sessions, what was said in them, and ratings, pulled by windows of time; an envelope of their own."""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal, Self

from pydantic import ConfigDict, Field, ModelWrapValidatorHandler, PrivateAttr, TypeAdapter, model_validator

from ..company.call import Call
from ..company.pushes.shapes import iso8601
from ..desk.checks import not_a_session
from ..desk.errors import OVER_A_MONTH
from ..desk.records import Message
from ..endpoint import Ask, Blank, Integer, Limit, Reply, Table
from .fields import OptionalEnd, OptionalStart, PageNumber, expect_order, page_size
from .record_rows import LogRow, SessionRow, VoteRow, log_row, session_row, vote_row
from .robot_hints import talk_as_session

TABLE = Table()

# Measured: 31 days pass, 39 fail. Source: contract §8, §11.
LONGEST = timedelta(days=31)
DEFAULT_PAGE, MOST_PER_PAGE = 30, 1000
SECTION = "contract §8"
REFUSED_AS = ("code", "status")
SOURCE: Literal["measured"] = "measured"

NO_RECORDS_OF_TALKS = "talks with robots aren't in the records"
# The fields of an answer without rows.
NOTHING: Mapping[str, Any] = {"item": (), "size": 0, "total": 0, "total_pages": 0}

_AS_GIVEN: TypeAdapter[datetime | None] = TypeAdapter(OptionalStart, config=ConfigDict(defer_build=True))


class Window(Ask):
    """Between which moments, ends included, at most 31 days apart, and which page. Without both there is nothing."""

    start_time: OptionalStart = None
    end_time: OptionalEnd = None
    page: PageNumber = None
    page_size: Annotated[PageNumber, Field(description="30, at most 1000")] = None
    # As it came: a day alone is its first moment here, where the days are counted.
    _end_as_given: datetime | None = PrivateAttr(None)

    @model_validator(mode="wrap")
    @classmethod
    def _keeping_the_end(cls, values: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        ask = handler(values)
        ask._end_as_given = _AS_GIVEN.validate_python(values.get("end_time"))
        return ask


class Search(Window):
    """By the moment a session was created; with `status` close by the moment it was closed."""

    status: Annotated[Literal["close"] | None, Blank] = None


class Log(Window):
    """Which session, and a window too."""

    session_id: Integer


class OverAMonth(Reply):
    """More than 31 days were asked for at once."""

    status: int = OVER_A_MONTH.code
    message: str = OVER_A_MONTH.message


class Records(Reply):
    """One page, the oldest first. `size` is how many rows it has, `total` how many there are in all."""

    status: int = 0
    message: str = "成功"
    item: list[Any]
    size: int
    total: int
    total_pages: int


class SessionRecords(Records):
    """One page of sessions, the oldest first."""

    item: list[SessionRow]


class LogRecords(Records):
    """One page of what was said, the oldest first."""

    item: list[LogRow]


class VoteRecords(Records):
    """One page of ratings, the oldest first."""

    item: list[VoteRow]


@dataclass(frozen=True, slots=True)
class _Page:
    """Which rows are wanted: of those from `start` to `end` at most `size`, from the `first` on."""

    start: datetime
    end: datetime
    first: int
    size: int

    def of(self, rows: Sequence[Reply], total: int) -> dict[str, Any]:
        """The fields of an answer with these rows."""
        return {"item": rows, "size": len(rows), "total": total, "total_pages": -(-total // self.size)}


def _page(call: Call, ask: Window) -> _Page | OverAMonth | None:
    """What is asked for; None: nothing, for the window is missing, which the journal says."""
    given = {"start_time": ask.start_time, "end_time": ask.end_time}
    lacking = [name for name, value in given.items() if value is None]
    if ask.start_time is None or ask.end_time is None or ask._end_as_given is None:
        call.warn(f"{' and '.join(lacking)} missing: without a window there is nothing, and no error (contract §11)")
        return None
    expect_order(ask.start_time, ask.end_time)
    if ask._end_as_given - ask.start_time > LONGEST:
        apart = ask._end_as_given - ask.start_time
        call.entry.detail = f"start_time and end_time are {apart} apart, at most {LONGEST.days} days"
        return OverAMonth()
    size = page_size(call, ask.page_size, default=DEFAULT_PAGE, most=MOST_PER_PAGE)
    # An end with a fraction has all of its millisecond, which is as exact as apps are: nothing lies between .999 and .000.
    end = ask.end_time.replace(microsecond=ask.end_time.microsecond // 1000 * 1000 + 999)
    return _Page(ask.start_time, end, ((ask.page or 1) - 1) * size, size)


@TABLE.add(
    "GET",
    "/im/sessions/search",
    section=SECTION,
    source=SOURCE,
    refused_as=REFUSED_AS,
    limit=Limit(1, 2.0),
    note=(
        "Measured (contract §8, §11): success is status 0, there is no code; windows of up to 31 days, more is status 2000, none is "
        "empty. Assumed: both ends belong to the window, a second and a day with all they have; another status than close is 2000; session_id and sub_session_id are the same number; the texts of "
        "close_method and way_of_open_session; platform is the channel; what a mock's desk has no notion of is null."
    ),
)
def search(call: Call, ask: Search) -> SessionRecords | OverAMonth:
    """Sessions by the moment they were created, or closed."""
    page = _page(call, ask)
    if isinstance(page, OverAMonth):
        return page
    if page is None:
        return SessionRecords(**NOTHING)
    by: Literal["created", "closed"] = "closed" if ask.status == "close" else "created"
    sessions, total = call.desk.sessions_between(page.start, page.end, by=by, first=page.first, limit=page.size)
    return SessionRecords(**page.of([session_row(call, session) for session in sessions], total))


@TABLE.add(
    "GET",
    "/im/sessions/log",
    section=SECTION,
    source=SOURCE,
    refused_as=REFUSED_AS,
    limit=Limit(1, 2.0),
    note=(
        "Measured (contract §8, §11): content is JSON as a text; without a window there is nothing. Assumed: an unknown session_id has "
        "nothing either, with a warning; the window is that of search, and what was said while queueing counts from the session's start; what the service itself says has the sender agent, and auto."
    ),
)
def log(call: Call, ask: Log) -> LogRecords | OverAMonth:
    """What was said in a session, a rating included."""
    page = _page(call, ask)
    if isinstance(page, OverAMonth):
        return page
    session = call.desk.state.sessions.get(ask.session_id)
    if session is None:
        talk = talk_as_session(call, ask.session_id)
        why = f"{ask.session_id} is unknown" if talk is None else f"{not_a_session(talk)}: {NO_RECORDS_OF_TALKS}"
        call.warn(f"session_id {why}")
    if page is None or session is None:
        return LogRecords(**NOTHING)
    said, began_at = session.messages, session.created_at

    def came_at(message: Message) -> datetime:
        # What was said while queueing came into the session with its start.
        return max(message.created_at, began_at)

    low = bisect_left(said, page.start, key=came_at)
    high = bisect_right(said, page.end, key=came_at)
    if low >= high:
        end = f"was closed {iso8601(session.closed_at)}" if session.closed_at is not None else "is open"
        call.warn(f"session {session.id} has nothing in this window: it began {iso8601(session.created_at)} and {end}")
    rows = said[low + page.first : min(low + page.first + page.size, high)]
    return LogRecords(**page.of([log_row(session, message) for message in rows], max(high - low, 0)))


@TABLE.add(
    "GET",
    "/im/sessions/vote",
    section=SECTION,
    source=SOURCE,
    refused_as=REFUSED_AS,
    note=(
        "Measured (contract §11): the same envelope, a window and no session_id. Assumed: by the moment of the latest rating, which is "
        "created_at; windows of up to 31 days as for the other two."
    ),
)
def vote(call: Call, ask: Window) -> VoteRecords | OverAMonth:
    """Ratings by the moment they were given."""
    page = _page(call, ask)
    if isinstance(page, OverAMonth):
        return page
    if page is None:
        return VoteRecords(**NOTHING)
    sessions, total = call.desk.rated_between(page.start, page.end, first=page.first, limit=page.size)
    return VoteRecords(**page.of([vote_row(session) for session in sessions], total))
