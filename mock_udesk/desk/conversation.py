"""What is said in a session or on the way to one, what has been read, what is being typed."""

from collections.abc import Iterator
from datetime import datetime

from . import checks, sessions
from .books import Books
from .commands import (
    AgentSays,
    PreviewMessage,
    ReadAgentMessages,
    ReadCustomerMessages,
    Said,
    SendMessage,
    SendStruct,
    SendWhileQueueing,
)
from .effects import Effect, Happened, Outcome, PushRead
from .errors import API_CUSTOMER, NO_SESSION, SESSION_CLOSED, DeskError, UsageError
from .happenings import Happening
from .numbers import next_message_id
from .records import Data, Message, Sender, Session

# Doc: im-api-v2 §消息类型. Assumed: where the table lost its column, the list of what is pushed decides; contract §5.2.1.
SAID_BY_AGENTS = ("message", "image", "audio", "video", "file", "rich")


def send_message(books: Books, command: SendMessage, now: datetime) -> Outcome[Said]:
    """Doc: im-api-v2 §发送消息. Rulings 13 and 14."""
    session = books.state.sessions.get(command.session_id)
    customer_id = books.by_token.get(command.customer_token)
    if session is None or session.closed_at is not None or session.customer_id != customer_id:
        raise _not_talking(books, session, customer_id, command)
    said = books.messages.by_customer.get(customer_id)
    if said is not None and command.message_id in said:
        return repeat(books, customer_id, command.message_id, command.type, command.data)
    return _deliver(books, session, command.message_id, command.type, command.data, now)


def send_while_queueing(books: Books, command: SendWhileQueueing, now: datetime) -> Outcome[Said]:
    """Doc: im-api-v2 §发送消息, -3. Ruling 13: with a session it is delivered there."""
    customer_id = books.by_token.get(command.customer_token)
    stays = [] if customer_id is None else books.stays_of(customer_id)
    # Who waits under one session key and talks under another means the waiting.
    talking = (stay for stay in stays if stay.session_id is not None)
    stay = next((stay for stay in stays if stay.ticket is not None), next(talking, None))
    if customer_id is None or stay is None:
        raise DeskError(
            SESSION_CLOSED,
            detail=f"customer_token {command.customer_token!r} neither waits nor has a session; ask for an agent first",
        )
    if command.message_id in books.messages.of(customer_id):
        return repeat(books, customer_id, command.message_id, command.type, command.data)
    if stay.session_id is not None:
        session = books.state.sessions[stay.session_id]
        return _deliver(books, session, command.message_id, command.type, command.data, now)
    message = customer_message(command.message_id, command.type, command.data, now)
    stay.waiting.append(message)
    books.messages.hear(customer_id, None, message)
    happened = Happened(
        at=now, kind=Happening.MESSAGE, customer_id=customer_id, stay_id=stay.id, facts=facts_of(message)
    )
    return Outcome(Said(message, None, is_repeat=False, is_changed=False), (happened,))


def preview_message(books: Books, command: PreviewMessage, now: datetime) -> Outcome[None]:
    """Doc: im-api-v2 §发送消息预览."""
    session = checks.apps_open_session(books, command.session_id)
    session.preview = command.content
    return Outcome(None, (sessions.happened(Happening.PREVIEW, session, now, {"content": command.content}),))


def read_agent_messages(books: Books, command: ReadAgentMessages, now: datetime) -> Outcome[tuple[str, ...]]:
    """Doc: im-api-v2 §修改客服消息已读状态. Assumed: one reads after the close too, and under the new id after a transfer. Ruling 23."""
    session = checks.apps_session(books, command.session_id)
    parts = list(_with_those_before(books, session))
    read: list[str] = []
    for message_id in command.message_ids:
        for part in parts:
            if message_id in part.unread_by_customer:
                del part.unread_by_customer[message_id]
                read.append(message_id)
    if not read:
        return Outcome((), ())
    return Outcome(tuple(read), (sessions.happened(Happening.MESSAGE_READ, session, now, {"message_ids": read}),))


def agent_says(books: Books, command: AgentSays, now: datetime) -> Outcome[Message]:
    """Doc: im-api-v2 §回复消息通知."""
    session = checks.open_session(books, command.session_id)
    if command.type not in SAID_BY_AGENTS:
        raise UsageError(
            "invalid", f"a message of type {command.type!r} never reaches a customer", hint=checks.known(SAID_BY_AGENTS)
        )
    message = agent_message(books, session, command.type, command.data, now)
    sessions.note_unread(books, session, message)
    return _say(session, message, now)


def send_struct(books: Books, command: SendStruct, now: datetime) -> Outcome[Message]:
    """Doc: im-api-v2 §发送 IM 结构化消息: not to customers made by the API. Ruling 24: by setting to them too.

    Assumed: whatever is unknown is named first, in the order of the parameters, then what doesn't belong to the session. Assumed:
    without the setting the receive URL gets none, and customers with the SDK see it by other means; so it counts as missed by nobody.
    """
    session = checks.apps_open_session(books, command.session_id)
    customer = checks.customer(books, command.customer_id)
    checks.target(books, agent_id=command.agent_id, group_id=None)
    if (session.customer_id, session.agent_id) != (customer.id, command.agent_id):
        raise DeskError(
            NO_SESSION,
            detail=(
                f"session {session.id} is of customer {session.customer_id} with agent {session.agent_id}, "
                f"not of customer {customer.id} with agent {command.agent_id}"
            ),
        )
    if customer.is_made_by_api and not books.state.policy.struct_to_api_customers:
        raise DeskError(
            API_CUSTOMER,
            detail=f"customer {customer.id} was made by the API; the setting struct_to_api_customers lets these through",
        )
    message = agent_message(books, session, "struct", command.data, now)
    if books.state.policy.struct_to_api_customers:
        sessions.note_unread(books, session, message)
    return _say(session, message, now)


def read_customer_messages(books: Books, command: ReadCustomerMessages, now: datetime) -> Outcome[tuple[str, ...]]:
    """Doc: im-api-v2 §发送客户消息已读状态. Ruling 23."""
    session = checks.session(books, command.session_id)
    read = tuple(session.unread_by_agent)
    if not read:
        return Outcome(read, ())
    session.unread_by_agent = []
    books.roster.count_unread(session.agent_id, -len(read))
    effects: tuple[Effect, ...] = (
        sessions.happened(Happening.AGENT_READ, session, now, {"message_ids": list(read)}),
        PushRead(at=now, customer_id=session.customer_id, session_id=session.id, message_ids=read),
    )
    return Outcome(read, effects)


def repeat(books: Books, customer_id: int, message_id: str, type_: str, data: Data) -> Outcome[Said]:
    """The answer to an id that this customer has used before: nothing is delivered, nothing has happened. Ruling 14.

    The session may differ: an app sends the same message again under the new id after a transfer.
    """
    first_session_id, first = books.messages.of(customer_id)[message_id]
    is_changed = first.type != type_ or first.data != data
    return Outcome(Said(first, first_session_id, is_repeat=True, is_changed=is_changed), ())


def customer_message(message_id: str, type_: str, data: Data, now: datetime) -> Message:
    """Something a customer says, under the id that the app gave it."""
    return Message(id=message_id, sender=Sender.CUSTOMER, type=type_, data=data, created_at=now)


def agent_message(books: Books, session: Session, type_: str, data: Data, now: datetime) -> Message:
    """Something the session's agent says, under a new id."""
    return Message(
        id=next_message_id(books.state.counters, now),
        sender=Sender.AGENT,
        type=type_,
        data=data,
        created_at=now,
        agent_id=session.agent_id,
    )


def facts_of(message: Message) -> dict[str, object]:
    """A message as it stands in a happening."""
    return {"message_id": message.id, "type": message.type, "data": message.data}


def offline_unread(books: Books, session: Session) -> list[tuple[Session, Message]]:
    """The agent's messages that came while the customer was offline and are unread, oldest first. Ruling 23.

    Each comes with the session it was said in. Assumed: a transfer reads nothing, so what was missed before it counts on.
    """
    parts = [*_with_those_before(books, session)][::-1]
    return [(part, message) for part in parts for message in _missed_in(part)]


def _with_those_before(books: Books, session: Session) -> Iterator[Session]:
    """A session, then those that it was transferred from, as far back as none was destroyed."""
    part: Session | None = session
    while part is not None:
        yield part
        part = None if part.transferred_from is None else books.state.sessions.get(part.transferred_from)


def _missed_in(session: Session) -> list[Message]:
    wanted = {message_id for message_id, was_offline in session.unread_by_customer.items() if was_offline}
    found: list[Message] = []
    # What is unread is recent as a rule: look from the end, and no further than needed.
    for message in reversed(session.messages):
        if len(found) == len(wanted):
            break
        if message.id in wanted and message.sender is Sender.AGENT:
            found.append(message)
    return found[::-1]


def _say(session: Session, message: Message, now: datetime) -> Outcome[Message]:
    session.messages.append(message)
    happened = sessions.happened(Happening.AGENT_MESSAGE, session, now, facts_of(message))
    return Outcome(message, (happened, sessions.push(session, [message], now)))


def _deliver(books: Books, session: Session, message_id: str, type_: str, data: Data, now: datetime) -> Outcome[Said]:
    # Not by `customer_message`: this is what is done most, and a call more would be felt (`make bench`).
    message = Message(id=message_id, sender=Sender.CUSTOMER, type=type_, data=data, created_at=now)
    session.messages.append(message)
    session.unread_by_agent.append(message_id)
    session.preview = ""
    books.roster.unread[session.agent_id] += 1
    books.messages.hear(session.customer_id, session.id, message)
    sessions.set_idle_timer(books, session, now)
    return Outcome(
        Said(message, session.id, is_repeat=False, is_changed=False),
        (sessions.happened(Happening.MESSAGE, session, now, facts_of(message)),),
    )


def _not_talking(books: Books, session: Session | None, customer_id: int | None, command: SendMessage) -> DeskError:
    talk = books.state.talks.get(command.session_id)
    if session is None and talk is not None and talk.kind == "urobot" and talk.customer_id == customer_id:
        hint = "ask the urobot in that talk, or ask for an agent"
        return DeskError(SESSION_CLOSED, detail=f"{checks.not_a_session(talk)}: {hint}")
    if session is None:
        why = f"session {command.session_id} is unknown"
    elif session.closed_at is not None:
        why = f"session {session.id} was closed by the {session.closed_by}"
    else:
        why = f"session {session.id} is not of customer_token {command.customer_token!r}"
    return DeskError(SESSION_CLOSED, detail=f"{why}; asking for an agent tells the open one")
