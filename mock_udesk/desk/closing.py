"""How customer and agent part: by transfer, by either of them, by the operator, by the timer, with the customer gone."""

from datetime import datetime

from . import checks, people, routing, sessions, texts
from .books import Books
from .commands import CloseByCustomer, CloseSession, DestroyCustomer, TransferSession
from .effects import Effect, Outcome
from .errors import UsageError
from .happenings import Happening
from .lifecycle import Move, after
from .records import Agent, Closer, CloseType, Session, Target

_CLOSERS = {CloseType.NORMAL: Closer.AGENT, CloseType.FORCE: Closer.OPERATOR}


def transfer_session(books: Books, command: TransferSession, now: datetime) -> Outcome[Session]:
    """Doc: im-api-v2 §消息类型, transfer. Rulings 9 and 12."""
    old = checks.open_session(books, command.session_id)
    agent = _receiver(books, old, command)
    effects: list[Effect] = []
    session, left = sessions.hand_over(books, old, agent, now=now, effects=effects)
    routing.serve(books, left, now, effects)
    return Outcome(session, tuple(effects))


def close_session(books: Books, command: CloseSession, now: datetime) -> Outcome[Session]:
    """Doc: im-api-v2 §消息类型, close. Ruling 12."""
    session = checks.open_session(books, command.session_id)
    closer = _CLOSERS.get(command.close_type)
    if closer is None:
        raise UsageError(
            "invalid",
            f"close_type {str(command.close_type)!r} can't be asked for",
            hint="normal or force; redirect comes with a transfer",
        )
    effects: list[Effect] = []
    message, freed = sessions.close(books, session, command.close_type, closer, now=now, effects=effects)
    effects.append(sessions.push(session, [message], now))
    routing.serve(books, freed, now, effects)
    return Outcome(session, tuple(effects))


def close_by_customer(books: Books, command: CloseByCustomer, now: datetime) -> Outcome[Session]:
    """Doc: im-api-v2 §关闭会话. Whether a close is pushed then is a setting: ruling 12."""
    session = checks.apps_open_session(books, command.session_id)
    effects: list[Effect] = []
    message, freed = sessions.close(books, session, CloseType.NORMAL, Closer.CUSTOMER, now=now, effects=effects)
    if books.state.policy.push_close_on_delete:
        effects.append(sessions.push(session, [message], now))
    routing.serve(books, freed, now, effects)
    return Outcome(session, tuple(effects))


def destroy_customer(books: Books, command: DestroyCustomer, now: datetime) -> Outcome[None]:
    """Doc: contract §7.1. Assumed: closed and rated conversations stay in the records, and nothing is pushed to somebody who is gone."""
    customer = checks.customer(books, command.customer_id)
    effects: list[Effect] = []
    freed: list[Agent | None] = []
    # Everything of theirs ends before anybody freed by it takes the next, lest that be the same customer again.
    for stay in books.stays_of(customer.id):
        if stay.session_id is not None:
            session = books.state.sessions[stay.session_id]
            freed.append(sessions.close(books, session, CloseType.FORCE, Closer.OPERATOR, now=now, effects=effects)[1])
        elif stay.ticket is not None:
            freed.append(routing.abandon(books, stay, "customer_removed", now, effects))
        else:
            stay.stage = after(stay.stage, Move.REMOVE)
            books.end_stay(stay)
    books.unfile_customer(customer)
    del books.state.customers[customer.id]
    effects.append(people.happened(Happening.CUSTOMER_REMOVED, customer, now))
    for agent in freed:
        routing.serve(books, agent, now, effects)
    return Outcome(None, tuple(effects))


def idle_close_due(books: Books, session_id: int, now: datetime, effects: list[Effect]) -> None:
    """The customer has said nothing for long enough: a goodbye and the close in one POST. Ruling 15."""
    state = books.state
    session = state.sessions[session_id]
    content = texts.worded(texts.GOODBYE, state.policy)
    goodbye = texts.system_message(state.counters, "message", {"content": content}, session.agent_id, now)
    session.messages.append(goodbye)
    message, freed = sessions.close(books, session, CloseType.FORCE, Closer.TIMER, now=now, effects=effects)
    effects.append(sessions.push(session, [goodbye, message], now))
    routing.serve(books, freed, now, effects)


def _receiver(books: Books, old: Session, command: TransferSession) -> Agent:
    """Who takes the session over, else UsageError. Ruling 9: nobody who is offline, busy or full."""
    if command.agent_id is not None:
        agent = checks.agent(books, command.agent_id)
        if agent.id == old.agent_id:
            raise UsageError(
                "conflict", f"session {old.id} is with {agent.name} already", hint="name another agent or a group"
            )
        target = Target("agent", agent.id)
    elif command.group_id is not None:
        target = Target("group", checks.group(books, command.group_id).id)
    else:
        raise UsageError("invalid", "a transfer needs a receiver", hint="give agent_id or group_id")
    receiver = books.roster.pick(target, excluded=old.agent_id)
    if receiver is None:
        why = routing.why_nobody(books, target)
        if target.kind == "group" and books.roster.pick(target) is not None:
            why = f"nobody of {books.state.groups[target.id].name} but the session's own agent has room"
        raise UsageError("conflict", why, hint="the receiver must be online and have room")
    return receiver
