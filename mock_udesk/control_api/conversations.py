"""How the operator's API shows a session, its people and its messages."""

from typing import Any, ClassVar

from pydantic import Field

from ..desk.desk import Desk
from ..desk.records import Customer, Message, Session, Survey
from ..endpoint import Absent, Reply
from .answers import TalkPart, talk_fields
from .operator import Moment


class Person(Reply):
    """An agent, in short."""

    id: int
    name: str


class CustomerRef(Reply):
    """A customer, in short."""

    id: int
    nick_name: str
    customer_token: str | None
    web_token: str | None
    sdk_token: str | None


class MessageShown(Reply):
    """Something that was said or announced. `is_read` is about the other side; absent for the service's own."""

    id: str
    sender: str
    type: str
    data: dict[str, Any]
    agent_id: int | None
    is_welcome: bool
    is_read: Absent[bool] = None
    created_at: Moment


class SurveyShown(Reply):
    """The customer's rating."""

    option_id: int
    remark: str
    resolved_state: int | None
    rated_at: Moment


class SessionShown(Reply):
    """A session with its transcript."""

    id: int = Field(description="im_sub_session_id")
    state: str = Field(description="open or closed")
    customer: CustomerRef
    agent: Person
    channel: str
    robot_role_id: str | None
    app_id: int | None
    jid_resource: str | None
    im_web_plugin_id: int | None
    session_key: str
    created_at: Moment
    closed_at: Moment | None
    close_type: str | None
    closed_by: str | None
    transferred_from: int | None
    transferred_to: int | None
    queue_seconds: float | None
    idle_closes_at: Moment | None
    is_survey_invited: bool
    survey: SurveyShown | None
    preview: str = Field(description="What the customer is typing")
    unread_by_agent: list[str]
    unread_by_customer: list[str]
    robot_talks: list[TalkPart] = Field(description="What was said to robots before, which the agent can see")
    messages: list[MessageShown]


class SessionList(Reply):
    """Sessions, oldest first; `total` counts all that fit."""

    sessions: list[SessionShown]
    total: int


class Waiting(Reply):
    """The customer has to wait: `count` is the place, from 1; 0 while an agent is being assigned."""

    http_status: ClassVar[int | None] = 202

    state: str
    count: int
    queue: str
    queue_of: str
    reason: str
    channel: str
    robot_role_id: str | None
    app_id: int | None
    customer: CustomerRef


def customer_ref(desk: Desk, customer_id: int) -> CustomerRef:
    """A customer in short; one who was removed meanwhile keeps the id."""
    customer: Customer | None = desk.state.customers.get(customer_id)
    if customer is None:
        return CustomerRef(id=customer_id, nick_name="", customer_token=None, web_token=None, sdk_token=None)
    return CustomerRef(
        id=customer.id,
        nick_name=customer.nick_name,
        customer_token=customer.token,
        web_token=customer.web_token,
        sdk_token=customer.sdk_token,
    )


def person(desk: Desk, agent_id: int) -> Person:
    """An agent in short; one who was removed meanwhile keeps the id."""
    agent = desk.state.agents.get(agent_id)
    return Person(id=agent_id, name=agent.name if agent else "")


def message_shown(message: Message, session: Session | None) -> MessageShown:
    """A message, and whether the other side has read it."""
    is_read: bool | None = None
    if session is not None:
        if message.sender == "customer":
            is_read = message.id not in session.unread_by_agent
        elif message.sender == "agent":
            is_read = message.id not in session.unread_by_customer
    return MessageShown(
        id=message.id,
        sender=message.sender.value,
        type=message.type,
        data=dict(message.data),
        agent_id=message.agent_id,
        is_welcome=message.is_welcome,
        is_read=is_read,
        created_at=message.created_at,
    )


def session_shown(desk: Desk, session: Session) -> SessionShown:
    """A session whole."""
    return SessionShown(
        id=session.id,
        state="open" if session.is_open else "closed",
        customer=customer_ref(desk, session.customer_id),
        agent=person(desk, session.agent_id),
        channel=session.origin.channel,
        robot_role_id=session.origin.robot_role_id,
        app_id=session.origin.app_id,
        jid_resource=session.origin.jid_resource,
        im_web_plugin_id=session.origin.im_web_plugin_id,
        session_key=session.origin.session_key,
        created_at=session.created_at,
        closed_at=session.closed_at,
        close_type=session.close_type.value if session.close_type else None,
        closed_by=session.closed_by.value if session.closed_by else None,
        transferred_from=session.transferred_from,
        transferred_to=session.transferred_to,
        queue_seconds=session.queue_seconds,
        idle_closes_at=session.idle_closes_at,
        is_survey_invited=session.is_survey_invited,
        survey=_survey(session.survey),
        preview=session.preview,
        unread_by_agent=list(session.unread_by_agent),
        unread_by_customer=list(session.unread_by_customer),
        robot_talks=[TalkPart(**talk_fields(talk, part)) for talk, part in desk.robot_part(session)],
        messages=[message_shown(message, session) for message in session.messages],
    )


def _survey(survey: Survey | None) -> SurveyShown | None:
    if survey is None:
        return None
    return SurveyShown(
        option_id=survey.option_id,
        remark=survey.remark,
        resolved_state=survey.resolved_state,
        rated_at=survey.rated_at,
    )
