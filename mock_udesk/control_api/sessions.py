"""Sessions, and what an agent does in them: speak, read, hand over, ask for a rating, close."""

from typing import Annotated, Any, ClassVar, Literal, assert_never

from pydantic import Field

from ..company.pushes.shapes import queue_name
from ..desk.commands import (
    AgentSays,
    AskForAgent,
    Assigned,
    Assigning,
    CloseSession,
    InviteSurvey,
    NobodyOnline,
    Queued,
    ReadCustomerMessages,
    TransferSession,
)
from ..desk.conversation import SAID_BY_AGENTS
from ..desk.desk import CustomerKey, Desk
from ..desk.errors import UsageError
from ..desk.phrases import did_you_mean
from ..desk.records import CloseType, Origin, Stay, Target
from ..endpoint import Reply, Table
from ..scenario.people.finding import agent_of, group_of
from ..scenario.people.typed import Number
from .asking import OperatorAsk, PathId
from .conversations import (
    MessageShown,
    SessionList,
    SessionShown,
    Waiting,
    customer_ref,
    message_shown,
    session_shown,
)
from .finding import customer_with_token, session_of, target_name
from .operator import OperatorCall

TABLE = Table()
_SECTION = "sessions"

Key = Annotated[str, Field(min_length=1, max_length=255)]
_AGENT = Field(None, description="The agent's name, instead of agent_id")
_GROUP = Field(None, description="The group's name, instead of group_id")


class ListSessions(OperatorAsk):
    """Which sessions."""

    customer_token: str | None = None
    status: Literal["open", "closed"] | None = None
    limit: Annotated[int, Field(ge=1, le=10_000)] = Field(500, description="At most so many, the latest")


class WhichSession(OperatorAsk):
    """Which session."""

    id: PathId


class OpenFromOutside(OperatorAsk):
    """A customer who comes by web, SDK or API; exactly one of the three tokens names them."""

    customer_token: Key | None = None
    web_token: Key | None = None
    sdk_token: Key | None = None
    channel: Key | None = Field(None, description="web, ios, wechat …; left out: by the kind of token")
    agent_id: Number | None = None
    agent: Key | None = _AGENT
    group_id: Number | None = None
    group: Key | None = _GROUP
    jid_resource: str | None = None
    im_web_plugin_id: int | None = None
    app_id: int | None = None
    session_key: str = ""


class Say(OperatorAsk):
    """What the agent says: `{content}` for a text, or `{type, data}` as in the document's table of types."""

    id: PathId
    content: str | None = None
    type: str = "message"
    data: dict[str, Any] | None = None


class HandOver(OperatorAsk):
    """To whom; one of the four."""

    id: PathId
    agent_id: Number | None = None
    agent: Key | None = _AGENT
    group_id: Number | None = None
    group: Key | None = _GROUP


class Close(OperatorAsk):
    """How it ends: `normal` by the agent, `force` by the operator."""

    id: PathId
    close_type: Literal["normal", "force"] = "normal"


class OpenAlready(SessionShown):
    """The session that the customer is in already, whoever was asked for."""

    http_status: ClassVar[int | None] = 200


class Read(Reply):
    """The customer's messages that were unread until now."""

    message_ids: list[str]


@TABLE.add("GET", "/sessions", section=_SECTION, source="assumed")
def list_sessions(call: OperatorCall, ask: ListSessions) -> SessionList:
    """Sessions with their transcripts, oldest first."""
    desk = call.desk
    if ask.customer_token is not None:
        sessions = desk.sessions_of(customer_with_token(desk, ask.customer_token).id)
    else:
        sessions = list(desk.state.sessions.values())
    if ask.status is not None:
        sessions = [session for session in sessions if session.is_open == (ask.status == "open")]
    shown = [session_shown(desk, session) for session in sessions[-ask.limit :]]
    return SessionList(sessions=shown, total=len(sessions))


@TABLE.add("GET", "/sessions/{id}", section=_SECTION, source="assumed")
def show_session(call: OperatorCall, ask: WhichSession) -> SessionShown:
    """One session with its transcript."""
    desk = call.desk
    return session_shown(desk, session_of(desk, ask.id))


@TABLE.add(
    "POST",
    "/sessions",
    section=_SECTION,
    source="assumed",
    status=201,
    note="201 with the new session; 200 with the open one, if there is one already; 202 when the customer has to wait; 409 when nobody is online.",
)
def open_session(call: OperatorCall, ask: OpenFromOutside) -> SessionShown | OpenAlready | Waiting:
    """A customer comes from outside the API, as web and SDK customers do."""
    tokens: dict[CustomerKey, str | None]
    tokens = {"token": ask.customer_token, "web_token": ask.web_token, "sdk_token": ask.sdk_token}
    given = [(kind, token) for kind, token in tokens.items() if token is not None]
    if len(given) != 1:
        raise UsageError(
            "invalid",
            f"{len(given)} tokens are given",
            hint="give exactly one of customer_token, web_token, sdk_token",
        )
    ((kind, token),) = given
    desk = call.desk
    agent_id, group_id = _whom(desk, ask)
    if agent_id is not None and group_id is not None:
        raise UsageError(
            "invalid",
            "an agent and a group are named: a customer asks for one of them",
            hint="give one of agent_id, agent, group_id, group, or none for anybody",
        )
    answer = call.submit(
        AskForAgent(
            customer_token=ask.customer_token,
            web_token=ask.web_token,
            sdk_token=ask.sdk_token,
            agent_id=agent_id,
            group_id=group_id,
            origin=Origin(
                session_key=ask.session_key,
                channel=ask.channel or _channel(kind),
                jid_resource=ask.jid_resource,
                im_web_plugin_id=ask.im_web_plugin_id,
                app_id=ask.app_id,
            ),
        )
    )
    desk = call.desk
    match answer:
        case Assigned():
            shown = session_shown(desk, answer.session)
            return shown if answer.is_new else OpenAlready(**dict(shown))
        case Queued():
            return _waiting(desk, _comers_stay(desk, kind, token, ask.session_key), answer.target, answer.reason)
        case Assigning():
            return _waiting(
                desk, _comers_stay(desk, kind, token, ask.session_key), answer.target, "an agent is being assigned"
            )
        case NobodyOnline():
            raise UsageError(
                "conflict",
                answer.reason,
                hint='PATCH /_mock/agents/{id} {"im_status": "online"} brings somebody online',
            )
        case _:
            assert_never(answer)


@TABLE.add("POST", "/sessions/{id}/messages", section=_SECTION, source="assumed", status=201)
def say(call: OperatorCall, ask: Say) -> MessageShown:
    """The session's agent says something, which is pushed to the customer."""
    session = session_of(call.desk, ask.id)
    data = _said(ask)
    return message_shown(call.submit(AgentSays(session_id=session.id, type=ask.type, data=data)), session)


@TABLE.add("POST", "/sessions/{id}/transfer", section=_SECTION, source="assumed")
def transfer(call: OperatorCall, ask: HandOver) -> SessionShown:
    """Hands the conversation over; answers with the new session."""
    desk = call.desk
    session_of(desk, ask.id)
    agent_id, group_id = _whom(desk, ask)
    if (agent_id is None) == (group_id is None):
        raise UsageError(
            "invalid",
            "a session goes to one agent or to one group",
            hint="give one of agent_id, agent, group_id, group",
        )
    new = call.submit(TransferSession(session_id=ask.id, agent_id=agent_id, group_id=group_id))
    return session_shown(call.desk, new)


@TABLE.add("POST", "/sessions/{id}/close", section=_SECTION, source="assumed")
def close(call: OperatorCall, ask: Close) -> SessionShown:
    """Ends a session, which is pushed to the customer."""
    session_of(call.desk, ask.id)
    closed = call.submit(CloseSession(ask.id, CloseType(ask.close_type)))
    return session_shown(call.desk, closed)


@TABLE.add("POST", "/sessions/{id}/read", section=_SECTION, source="assumed")
def read(call: OperatorCall, ask: WhichSession) -> Read:
    """The agent reads all that the customer said, which is pushed to the customer."""
    session_of(call.desk, ask.id)
    ids = call.submit(ReadCustomerMessages(ask.id))
    return Read(message_ids=list(ids))


@TABLE.add("POST", "/sessions/{id}/invite-survey", section=_SECTION, source="assumed")
def invite_survey(call: OperatorCall, ask: WhichSession) -> MessageShown:
    """The agent asks the customer for a rating."""
    session = session_of(call.desk, ask.id)
    return message_shown(call.submit(InviteSurvey(ask.id)), session)


def _said(ask: Say) -> dict[str, Any]:
    """What the agent says, as `data`. Raises UsageError, with what is wrong of type, content and data."""
    if ask.type not in SAID_BY_AGENTS:
        known = ", ".join(SAID_BY_AGENTS)
        if ask.type == "survey":
            raise UsageError(
                "invalid",
                "type survey is no message of an agent's",
                hint=f"POST /_mock/sessions/{ask.id}/invite-survey asks for a rating",
            )
        if ask.type == "struct":
            raise UsageError(
                "invalid",
                "type struct is no message of an agent's here: the app sends it by the emulated API",
                hint="POST /open_api_v1/im/sessions/struct_messages sends one; POST /_mock/sign signs that call",
            )
        meant = did_you_mean(ask.type[:50], SAID_BY_AGENTS)
        raise UsageError("invalid", f"type: unknown type {ask.type[:50]!r}{meant}", hint=f"agents say {known}")
    if ask.content is not None and ask.data is not None:
        raise UsageError(
            "invalid",
            "content and data are both given",
            hint="leave content out: it belongs into data, as data.content",
        )
    data = ask.data if ask.data is not None else {} if ask.content is None else {"content": ask.content}
    content = data.get("content")
    if not isinstance(content, str) or not content.strip():
        name = "content" if ask.data is None else "data.content"
        trouble = "is missing" if content is None else "is empty" if isinstance(content, str) else "is no text"
        what = "the text" if ask.type in ("message", "rich") else f"the URL of the {ask.type}"
        raise UsageError("invalid", f"{name} {trouble}", hint=f"give {what} as content, or as data.content")
    return data


def _whom(desk: Desk, ask: OpenFromOutside | HandOver) -> tuple[int | None, int | None]:
    """The ids of the agent and of the group that a call names. Raises UsageError."""
    agents = [who for who in (ask.agent_id, ask.agent) if who is not None]
    groups = [who for who in (ask.group_id, ask.group) if who is not None]
    for noun, named in (("agent", agents), ("group", groups)):
        if len(named) > 1:
            raise UsageError("invalid", f"the {noun} is named twice", hint=f"give {noun}_id or {noun}")
    return (
        agent_of(desk, agents[0]).id if agents else None,
        group_of(desk, groups[0]).id if groups else None,
    )


def _channel(kind: CustomerKey) -> str:
    # Doc: im-api-v2 §放弃排队查询 lists web wechat ios android weibo api mchat. Assumed: an SDK customer without one has an iPhone.
    return {"token": "api", "web_token": "web", "sdk_token": "ios"}[kind]


def _comers_stay(desk: Desk, kind: CustomerKey, token: str, session_key: str) -> Stay:
    customer = desk.customer_by(kind, token)
    stay = desk.stay_of(customer.id, session_key) if customer is not None else None
    if stay is None:
        raise LookupError("a customer who waits is known")
    return stay


def _waiting(desk: Desk, stay: Stay, target: Target, reason: str) -> Waiting:
    return Waiting(
        state=stay.stage.value,
        count=desk.place(stay),
        queue=queue_name(target),
        queue_of=target_name(desk, target),
        reason=reason,
        channel=stay.origin.channel,
        robot_role_id=stay.origin.robot_role_id,
        app_id=stay.origin.app_id,
        customer=customer_ref(desk, stay.customer_id),
    )
