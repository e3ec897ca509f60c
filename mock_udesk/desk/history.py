"""What is on record: sessions by when they were created, closed or rated, and queues left in vain."""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from .books import Books
from .commands import DestroySessions
from .effects import Happened, Outcome
from .happenings import Happening
from .records import AbandonedQueue, QueueTicket, Session, Stay
from .state import State


def destroy_sessions(books: Books, command: DestroySessions, now: datetime) -> Outcome[tuple[int, ...]]:
    """Doc: im-api-v2 §删除会话: by the time of creation, of one customer or of all. Ruling 18. Costs O(log n) for each, and what was said in it."""
    if command.customer_id is None:
        found, _ = sessions_between(books, command.start, command.end, by="created", first=0, limit=len(books.created))
    else:
        of_customer = (books.state.sessions[session_id] for session_id in books.sessions.get(command.customer_id, ()))
        found = [session for session in of_customer if command.start <= session.created_at <= command.end]
    closed = [session for session in found if session.closed_at is not None]
    for session in closed:
        books.remove_session(session)
        stay = books.state.stays.get(session.stay_id)
        if stay is not None:
            stay.session_ids.remove(session.id)
    ids = tuple(session.id for session in closed)
    if not ids:
        return Outcome(ids, ())
    happened = Happened(
        at=now,
        kind=Happening.SESSIONS_DESTROYED,
        customer_id=command.customer_id,
        reason=f"created from {command.start} to {command.end}",
        facts={"session_ids": list(ids)},
    )
    return Outcome(ids, (happened,))


def sessions_between(
    books: Books, start: datetime, end: datetime, *, by: Literal["created", "closed"], first: int, limit: int
) -> tuple[list[Session], int]:
    """Sessions that were created, or closed, in this window, ends included: a page of them in order, and how many there are. Ruling 27."""
    archive = books.created if by == "created" else books.closed
    ids, count = archive.between(start, end, first, limit)
    return [books.state.sessions[session_id] for session_id in ids], count


def rated_between(books: Books, start: datetime, end: datetime, *, first: int, limit: int) -> tuple[list[Session], int]:
    """Sessions whose rating, the latest, was given in this window, ends included: a page in order, and how many there are. Rulings 16 and 27."""
    ids, count = books.rated.between(start, end, first, limit)
    return [books.state.sessions[session_id] for session_id in ids], count


def note_abandoned(
    state: State,
    stay: Stay,
    ticket: QueueTicket,
    reason: Literal["gave_up", "timed_out", "customer_removed"],
    now: datetime,
) -> None:
    """Writes down a queue that was left in vain."""
    left = AbandonedQueue(
        id=state.counters.abandoned,
        customer_id=stay.customer_id,
        target=ticket.target,
        channel=stay.origin.channel,
        im_web_plugin_id=stay.origin.im_web_plugin_id,
        joined_at=ticket.joined_at,
        left_at=now,
        reason=reason,
    )
    state.counters.abandoned += 1
    insort(state.abandoned, left, key=lambda other: (other.joined_at, other.id))


def abandoned_between(state: State, start: datetime | None, end: datetime | None) -> Sequence[AbandonedQueue]:
    """Queues left in vain that were joined in this window, ends included, in order. Doc: im-api-v2 §放弃排队查询."""
    left = state.abandoned
    low = 0 if start is None else bisect_left(left, start, key=_joined_at)
    high = len(left) if end is None else bisect_right(left, end, key=_joined_at)
    return left[low:high]


def _joined_at(left: AbandonedQueue) -> datetime:
    return left.joined_at
