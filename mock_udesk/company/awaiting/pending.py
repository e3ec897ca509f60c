"""Where those stand who are waited for, in words: what a time-out says."""

from collections.abc import Iterator
from itertools import islice

from ...desk.desk import Desk
from ...desk.lifecycle import Stage
from ...desk.phrases import nearest, nouns
from ...desk.records import Customer, Session, Stay, Target
from ..company import Company
from ..pushes.shapes import BEIJING
from ..story import push_wording
from ..story.wording import customer_label
from .conditions import PlaceWanted, SessionWanted, agent_words, group_words

_MOST = 5


def sessions_pending(company: Company, wanted: SessionWanted) -> list[str]:
    """Where the sessions stand that come nearest to what is waited for."""
    desk = company.look()
    if wanted.id is not None:
        session = desk.state.sessions.get(wanted.id)
        return (
            [_session_words(session, wanted, desk)] if session is not None else [f"there is no session {wanted.id} yet"]
        )
    if wanted.customer_token is not None:
        return _of_customer(desk, wanted.customer_token, wanted)
    latest = list(islice(reversed(desk.state.sessions.values()), _MOST))
    lines = [_session_words(session, wanted, desk) for session in latest]
    return lines or ["there is no session yet", *_queues(desk)]


def places_pending(company: Company, wanted: PlaceWanted) -> list[str]:
    """Where those stand who should stand in a queue, or have left it."""
    desk = company.look()
    if wanted.customer_token is not None:
        return _of_customer(desk, wanted.customer_token, None)
    return _queues(desk) or ["nobody waits in any queue"]


def pushes_pending(company: Company) -> list[str]:
    """The pushes that are on their way, the first of them."""
    desk, lines = company.look(), []
    pending = company.outbox.pending()
    for delivery in pending[:_MOST]:
        due = delivery.next_attempt_at
        if delivery.is_in_flight:
            where = f"attempt {len(delivery.attempts)} is in flight"
        elif due is not None:
            where = f"attempt {len(delivery.attempts) + 1} is due at {due.astimezone(BEIJING):%H:%M:%S}"
        else:
            where = f"is {company.outbox.whereabouts(delivery)}"
        lines.append(f"{push_wording.push_named(delivery, desk)}: {where}")
    if len(pending) > _MOST:
        rest = len(pending) - _MOST
        lines.append(f"and {rest} more {nouns(rest, 'push')} on the way")
    return lines


def _of_customer(desk: Desk, token: str, wanted: SessionWanted | None) -> list[str]:
    customer = desk.customer_by("token", token)
    if customer is None:
        tokens = (one.token for one in desk.state.customers.values() if one.token)
        near = nearest(token, islice(tokens, 2_000))
        return [
            f"there is no customer {token:.100} yet"
            + (f"; there is one with the customer_token {near}" if near else "")
        ]
    stays = [stay for stay in desk.stays_of(customer.id) if stay.stage is not Stage.ENDED]
    sessions = desk.sessions_of(customer.id)
    lines = [_stay_words(stay, customer, desk) for stay in stays if stay.session_id is None]
    lines += [_session_words(session, wanted, desk) for session in islice(reversed(sessions), _MOST)]
    return lines or [f"{customer_label(desk, customer.id)} has asked for nobody yet"]


def _stay_words(stay: Stay, customer: Customer, desk: Desk) -> str:
    who = customer_label(desk, customer.id)
    match stay.stage:
        case Stage.ROBOT:
            return f"{who} talks to a robot"
        case Stage.ASSIGNING if stay.ticket is not None:
            due = stay.ticket.assigns_at
            when = f", due at {due.astimezone(BEIJING):%H:%M:%S}" if due is not None else ""
            return f"{who} is being assigned to {agent_words(desk, stay.ticket.agent_id or 0)}{when}"
        case Stage.QUEUED if stay.ticket is not None:
            return f"{who} is queued, place {desk.place(stay)} of {_queue_words(stay.ticket.target, desk)}"
    return f"{who} is {stay.stage.value.replace('_', ' ')}"


def _session_words(session: Session, wanted: SessionWanted | None, desk: Desk) -> str:
    who = customer_label(desk, session.customer_id)
    closed = session.closed_at
    end = f"closed at {closed.astimezone(BEIJING):%H:%M:%S} ({session.close_type})" if closed is not None else "open"
    text = f"session {session.id} of {who} with {agent_words(desk, session.agent_id)} is {end}"
    misses = (
        []
        if wanted is None
        else [
            f"{name} is {found}, not {expected}"
            for name, expected, found in wanted.misses(session, desk)
            if name != "state"
        ]
    )
    return "; ".join([text, *misses])


def _queues(desk: Desk) -> list[str]:
    return [
        f"{desk.queue_length(target)} wait in {_queue_words(target, desk)}" for target in islice(_targets(desk), _MOST)
    ]


def _targets(desk: Desk) -> Iterator[Target]:
    return iter(desk.queues())


def _queue_words(target: Target, desk: Desk) -> str:
    match target.kind:
        case "agent":
            return f"{agent_words(desk, target.id)}'s queue"
        case "group":
            return f"the queue of group {group_words(desk, target.id)}"
    return "the company's queue"
