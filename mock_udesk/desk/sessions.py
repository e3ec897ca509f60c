"""How a session begins and ends: the records, what is pushed, and nothing about who comes next."""

from datetime import datetime, timedelta

from . import texts
from .books import Books
from .effects import Effect, Happened, PushMessages
from .happenings import Happening
from .lifecycle import Move, after
from .numbers import next_message_id
from .records import Agent, Closer, CloseType, Message, Sender, Session, Stay

# Doc: im-api-v2 §消息类型, robot_transfer: 仅用于客服显示, so it is never pushed. Assumed: the content is the table's name for it.
_ROBOT_TRANSFER = "机器人转接对话"


def start(books: Books, stay: Stay, agent: Agent, *, now: datetime, effects: list[Effect]) -> Agent | None:
    """The agent takes the customer, who waited or has just come; returns the agent whose kept place is free by this, if any.

    Pushes start_session and the welcome in one POST: Doc: im-api-v2 §消息类型, ruling 11.
    """
    counters = books.state.counters
    stay.stage = after(stay.stage, Move.START)
    waited = None if stay.waits_since is None else (now - stay.waits_since).total_seconds()
    queue = None if stay.ticket is None else stay.ticket.target
    freed = None if stay.ticket is None else books.leave(stay)
    session = _begin(books, stay, agent, now=now, queue_seconds=waited)
    session.queue = queue
    session.messages.extend(stay.waiting)
    session.unread_by_agent.extend(message.id for message in stay.waiting)
    if stay.talk_ids:
        session.messages.append(
            texts.system_message(counters, "robot_transfer", {"content": _ROBOT_TRANSFER}, agent.id, now)
        )
    said = [texts.system_message(counters, "start_session", {"content": texts.SESSION_STARTED}, agent.id, now)]
    if agent.welcome:
        welcome = Message(
            id=next_message_id(counters, now),
            sender=Sender.AGENT,
            type="message",
            data={"content": agent.welcome},
            created_at=now,
            agent_id=agent.id,
            is_welcome=True,
        )
        note_unread(books, session, welcome)
        said.append(welcome)
    session.messages.extend(said)
    stay.waiting = []
    books.add_session(session)
    effects.append(
        Happened(
            at=now,
            kind=Happening.SESSION_STARTED,
            customer_id=stay.customer_id,
            stay_id=stay.id,
            session_id=session.id,
            agent_id=agent.id,
            facts={"queue_seconds": waited, "said_while_queueing": len(session.unread_by_agent)},
        )
    )
    effects.append(push(session, said, now))
    return freed


def hand_over(
    books: Books, old: Session, agent: Agent, *, now: datetime, effects: list[Effect]
) -> tuple[Session, Agent]:
    """Another agent takes the session over under a new id; returns it and the agent who has let go.

    Pushes transfer and a text in one POST: Doc: im-api-v2 §消息类型, ruling 12. What was unread stays unread, for the new agent.
    """
    state = books.state
    stay = state.stays[old.stay_id]
    stay.stage = after(stay.stage, Move.TRANSFER)
    close, left = _end(books, old, CloseType.REDIRECT, Closer.TRANSFER, now)
    unread = old.unread_by_agent
    books.roster.count_unread(old.agent_id, -len(unread))
    old.unread_by_agent = []
    session = _begin(books, stay, agent, now=now, queue_seconds=None)
    session.transferred_from, old.transferred_to = old.id, session.id
    session.unread_by_agent = unread
    content = texts.worded(texts.TRANSFERRED, state.policy, name=agent.shown_name)
    said = [
        texts.system_message(state.counters, "transfer", {"content": texts.TRANSFER}, agent.id, now),
        texts.system_message(state.counters, "message", {"content": content}, agent.id, now),
    ]
    session.messages.extend(said)
    books.add_session(session)
    effects.append(
        Happened(
            at=now,
            kind=Happening.TRANSFERRED,
            customer_id=stay.customer_id,
            stay_id=stay.id,
            session_id=session.id,
            agent_id=agent.id,
            facts={"from_session_id": old.id, "from_agent_id": old.agent_id, "unread": len(unread)},
        )
    )
    if state.policy.push_redirect_close:
        effects.append(push(old, [close], now))
    effects.append(push(session, said, now))
    return session, left


def close(
    books: Books, session: Session, close_type: CloseType, closer: Closer, *, now: datetime, effects: list[Effect]
) -> tuple[Message, Agent]:
    """Ends a session and its stay; returns the close message, for the caller to push or not, and the agent who is freed."""
    stay = books.state.stays[session.stay_id]
    stay.stage = after(stay.stage, Move.CLOSE)
    message, freed = _end(books, session, close_type, closer, now)
    stay.session_id = None
    books.end_stay(stay)
    effects.append(
        Happened(
            at=now,
            kind=Happening.SESSION_CLOSED,
            customer_id=session.customer_id,
            stay_id=stay.id,
            session_id=session.id,
            agent_id=session.agent_id,
            facts={"close_type": str(close_type), "closed_by": str(closer)},
        )
    )
    return message, freed


def note_unread(books: Books, session: Session, message: Message) -> None:
    """The agent's message is pushed, and not read yet. Ruling 23."""
    session.unread_by_customer[message.id] = not books.state.customers[session.customer_id].is_online


def push(session: Session, messages: list[Message], now: datetime) -> PushMessages:
    """These messages of the session, to its customer, in one POST."""
    return PushMessages(at=now, customer_id=session.customer_id, session_id=session.id, messages=tuple(messages))


def happened(kind: Happening, session: Session, now: datetime, facts: dict[str, object]) -> Happened:
    """Something that happened in a session, between its customer and its agent."""
    return Happened(
        at=now,
        kind=kind,
        customer_id=session.customer_id,
        stay_id=session.stay_id,
        session_id=session.id,
        agent_id=session.agent_id,
        facts=facts,
    )


def set_idle_timer(books: Books, session: Session, now: datetime) -> None:
    """Starts the idle timer anew, or stops it when there is none by policy any more. Ruling 15."""
    seconds = books.state.policy.customer_idle_close_seconds
    if seconds is not None:
        session.idle_closes_at = due = now + timedelta(seconds=seconds)
        books.timers.set("idle_close", session.id, due, session.id)
    elif session.idle_closes_at is not None:
        session.idle_closes_at = None
        books.timers.drop("idle_close", session.id)


def _begin(books: Books, stay: Stay, agent: Agent, *, now: datetime, queue_seconds: float | None) -> Session:
    """A new session of a stay that has none, not yet in the books."""
    counters = books.state.counters
    session = Session(
        id=counters.session,
        stay_id=stay.id,
        customer_id=stay.customer_id,
        agent_id=agent.id,
        created_at=now,
        origin=stay.origin,
        queue_seconds=queue_seconds,
        talk_ids={talk_id: len(books.state.talks[talk_id].exchanges) for talk_id in stay.talk_ids},
    )
    seconds = books.state.policy.customer_idle_close_seconds
    if seconds is not None:
        session.idle_closes_at = now + timedelta(seconds=seconds)
    counters.session += 1
    agent.last_assigned = counters.serial
    counters.serial += 1
    stay.session_id = session.id
    stay.session_ids.append(session.id)
    return session


def _end(books: Books, session: Session, close_type: CloseType, closer: Closer, now: datetime) -> tuple[Message, Agent]:
    session.close_type, session.closed_by = close_type, closer
    session.idle_closes_at = None
    session.preview = ""
    # `survey_options` join the data where the push is made; the content is that of the document's example.
    data = {"close_type": str(close_type), "content": texts.SESSION_CLOSED}
    message = texts.system_message(books.state.counters, "close", data, session.agent_id, now)
    session.messages.append(message)
    return message, books.close_session(session, now)
