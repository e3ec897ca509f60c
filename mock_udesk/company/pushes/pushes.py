"""What a desk pushes, as the document's bodies: for the receive URL and for the H5 URL."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import Field

from ...desk.desk import Desk
from ...desk.effects import PushAnswer, PushBody, PushMessages, PushRead
from ...desk.records import CloseType, Customer, Message, Sender, Session
from ...endpoint import Absent, Push
from ...settings import Settings
from .robot_pushes import ROBOT_PUSHES, robot_body, urobot_body
from .shapes import AgentMessage, MessageData, Shape, agent_message, beijing, survey_options

H5_VERSION = 1
# A body that the author of a scenario wrote: it is none of the service's pushes, so it stands in no table of them.
SCENARIO_PUSH = "scenario_push"


class AgentMessagesBody(Shape):
    """Messages to the customer, in the order in which they were said; what belongs together comes in one POST."""

    customer_token: str
    assign_type: Literal["agent"]
    messages: list[AgentMessage]


class ReadBody(Shape):
    """These messages of the customer were read. Neither customer nor assign_type is named: a receiver tells it by its keys."""

    session_id: int
    message_ids: list[str]


class H5Message(Shape):
    """One message to a customer whose page is not open."""

    message_created_at: str
    agent_avatar: Absent[str] = None
    im_web_plugin_id: int | None
    agent_id: int
    agent_name: str
    data: MessageData
    sender: Literal["agent", "customer", "system"]
    message_id: str
    im_sub_session_id: int
    type: Literal["create", "close", "off_push"]


class H5Content(Shape):
    """The message itself, in the envelope that H5 pages know."""

    type: str
    font: str
    data: MessageData
    platform: str
    version: int
    seq_num: str
    auto: bool = Field(description="Whether the service said it by itself")


class H5WholeMessage(Shape):
    """The same message once more, with its content in full."""

    message_created_at: str
    agent_avatar: Absent[str] = None
    im_web_plugin_id: int | None
    agent_id: int
    agent_name: str
    sender: Literal["agent", "customer", "system"]
    message_id: str
    im_sub_session_id: int
    type: Literal["create", "close", "off_push"]
    content: H5Content


class H5Body(Shape):
    """A message to a customer who is away from the H5 page; one a POST, for `message` has room for one."""

    web_token: str | None
    customer_token: str | None
    session_key: Absent[str] = None
    messages: list[H5Message]
    message: H5WholeMessage


class H5LegacyMessage(Shape):
    """One message in the older shape: a close is of type `message`, with `msg_close` in its data."""

    type: str
    message_id: str
    agent_id: int
    agent_name: str
    im_sub_session_id: int
    message_created_at: str
    data: MessageData


class H5LegacyBody(Shape):
    """The older body, by setting `h5_shape: legacy`."""

    web_token: str | None
    messages: list[H5LegacyMessage]


PUSHES: tuple[Push, ...] = (
    Push(
        name="agent_messages",
        target="receive_url",
        section="回复消息通知",
        summary="What the agent and the service say to a customer with a customer_token.",
        body=AgentMessagesBody,
        note="`survey` and `struct` are pushed by setting, against the document's table (rulings 16 and 24); `robot_transfer` never is.",
    ),
    *ROBOT_PUSHES,
    Push(
        name="read",
        target="receive_url",
        section="发送客户消息已读状态",
        summary="The agent has read what the customer said.",
        body=ReadBody,
    ),
    Push(
        name="h5",
        target="h5_push_url",
        section="H5离线推送",
        summary="What the agent says, and the close, while the customer is away from the H5 page or has im/h5push on.",
        body=H5Body,
        note="A close is one off_push of the system with msg_close; create and close events by setting (ruling 22).",
    ),
    Push(
        name="h5_legacy",
        target="h5_push_url",
        section="H5离线推送",
        summary="The same in the older shape, by setting `h5_shape: legacy`.",
        body=H5LegacyBody,
        source="assumed",
        note="As a running receiver got it in November 2025 (contract §11).",
    ),
)


@dataclass(frozen=True, slots=True)
class Parcel:
    """One body on its way: to which URL, which kind of push (a name of PUSHES, or SCENARIO_PUSH), and what stands in it."""

    target: Literal["receive_url", "h5_push_url"]
    push: str
    body: dict[str, Any]


def bodies(effect: PushMessages | PushRead | PushAnswer | PushBody, desk: Desk, settings: Settings) -> list[Parcel]:
    """What an effect sends, in order. The receive URL is for customers with a token; the H5 URL as ruling 22 has it.

    Assumed: nothing goes to a customer who was removed since, though agents may still read what was said.
    """
    customer = desk.state.customers.get(effect.customer_id)
    if customer is None:
        return []
    match effect:
        case PushRead():
            if customer.token is None:
                return []
            read = {"session_id": effect.session_id, "message_ids": list(effect.message_ids)}
            return [Parcel("receive_url", "read", read)]
        case PushAnswer():
            if customer.token is None:
                return []
            if effect.kind == "robot":
                return [Parcel("receive_url", "robot_answer", robot_body(effect.answer, customer.token))]
            talk = desk.state.talks[effect.talk_id]
            body = urobot_body(effect.answer, talk, customer.token, settings)
            return [Parcel("receive_url", "urobot_answer", body)]
        case PushMessages():
            session = desk.state.sessions[effect.session_id]
            parcels = []
            to_app = tuple(message for message in effect.messages if _is_for_app(message, settings))
            if customer.token is not None and to_app:
                parcels.append(_agent_messages(to_app, customer.token, session, desk, settings))
            if settings.h5_push_url is not None and _wants_h5(customer):
                parcels.extend(_h5(effect.messages, customer, session, desk, settings))
            return parcels
        case PushBody():
            return [Parcel(effect.target, SCENARIO_PUSH, dict(effect.body))]


def _is_for_app(message: Message, settings: Settings) -> bool:
    # Doc: im-api-v2 §消息内容格式: struct 暂不支持 (ruling 24: by setting), robot_transfer 仅用于客服显示, a rating's survey too.
    match message.type:
        case "struct":
            return settings.struct_to_api_customers
        case "survey":
            return message.sender is Sender.AGENT
        case "robot_transfer":
            return False
        case _:
            return True


def _agent_messages(
    messages: tuple[Message, ...], token: str, session: Session, desk: Desk, settings: Settings
) -> Parcel:
    rows = [
        shown_message(message, session, desk, settings)
        if message.type not in ("close", "survey")
        else _with_survey(shown_message(message, session, desk, settings), settings)
        for message in messages
    ]
    return Parcel("receive_url", "agent_messages", {"customer_token": token, "assign_type": "agent", "messages": rows})


def shown_message(message: Message, session: Session, desk: Desk, settings: Settings) -> dict[str, Any]:
    """A message to the customer in the form of the receive URL; what the service says bears the session's agent."""
    agent_id = session.agent_id if message.agent_id is None else message.agent_id
    return agent_message(
        message,
        desk.state.agents.get(agent_id),
        session_id=session.id,
        agent_id=agent_id,
        time_format=settings.receive_time_format,
    )


def _with_survey(row: dict[str, Any], settings: Settings) -> dict[str, Any]:
    # Doc: im-api-v2 §回复消息通知, close; ruling 16 for the agent's invitation.
    return row | {"data": {**row["data"], "survey_options": survey_options(settings.survey)}}


def _wants_h5(customer: Customer) -> bool:
    return not customer.is_online or (customer.h5_push is not None and customer.h5_push.is_on)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Offline:
    """One message for the H5 URL, whatever its shape will be."""

    message: Message
    type: Literal["create", "close", "off_push"]
    data: dict[str, Any]

    @property
    def is_said_by_agent(self) -> bool:
        return self.message.sender is Sender.AGENT and self.type == "off_push" and not self.data["msg_close"]


def _offline(messages: tuple[Message, ...], settings: Settings) -> Iterator[_Offline]:
    """What of a push goes to the H5 URL. Doc: contract §5.4: only what agents say after the session was made, and the close.

    Assumed: a closing text that the service says just before the close is the close's content, as in the document's example
    and in the body measured in 2025; the welcome belongs to the making of the session; a redirect is no close, for the
    customer is handed over and talks on.
    """
    closing = ""
    for message in messages:
        content = str(message.data.get("content", ""))
        if message.type == "close":
            if message.data["close_type"] == CloseType.REDIRECT:
                continue
            yield _Offline(message=message, type="off_push", data={"content": closing or content, "msg_close": True})
            if settings.h5_events:
                yield _Offline(message=message, type="close", data={"content": content, "msg_close": True})
        elif message.type == "start_session":
            if settings.h5_events:
                yield _Offline(message=message, type="create", data={"content": content, "msg_close": False})
        elif message.sender is Sender.AGENT and not message.is_welcome and message.type != "survey":
            yield _Offline(message=message, type="off_push", data={**message.data, "msg_close": False})
        elif message.sender is Sender.SYSTEM and message.type == "message":
            closing = content


def _h5(
    messages: tuple[Message, ...], customer: Customer, session: Session, desk: Desk, settings: Settings
) -> Iterator[Parcel]:
    agent = desk.state.agents.get(session.agent_id)
    agent_name = agent.shown_name if agent is not None else ""
    plugin_id = session.origin.im_web_plugin_id
    if plugin_id is None and customer.h5_push is not None:
        plugin_id = customer.h5_push.im_web_plugin_id
    # Left out when empty, as in the document's example.
    avatar = {"agent_avatar": agent.avatar} if agent is not None and agent.avatar else {}
    session_key = {"session_key": session.origin.session_key} if session.origin.session_key else {}
    for offline in _offline(messages, settings):
        message, data = offline.message, offline.data
        at = beijing(message.created_at, settings.h5_time_format)
        kind = message.type if offline.is_said_by_agent else "message"
        if settings.h5_shape == "legacy":
            row = {
                "type": kind if offline.type == "off_push" else offline.type,
                "message_id": message.id,
                "agent_id": session.agent_id,
                "agent_name": agent_name,
                "im_sub_session_id": session.id,
                "message_created_at": at,
                "data": data,
            }
            yield Parcel("h5_push_url", "h5_legacy", {"web_token": customer.web_token, "messages": [row]})
            continue
        head = {
            "message_created_at": at,
            **avatar,
            "im_web_plugin_id": plugin_id,
            "agent_id": session.agent_id,
            "agent_name": agent_name,
        }
        tail = {
            "sender": "agent" if offline.is_said_by_agent else "system",
            "message_id": message.id,
            "im_sub_session_id": session.id,
            "type": offline.type,
        }
        content = {
            "type": kind,
            "font": str(message.data.get("font") or ""),
            "data": data,
            "platform": "web",
            "version": H5_VERSION,
            "seq_num": "",
            "auto": not offline.is_said_by_agent,
        }
        body = {
            "web_token": customer.web_token,
            "customer_token": customer.token,
            **session_key,
            "messages": [{**head, "data": data, **tail}],
            "message": {**head, **tail, "content": content},
        }
        yield Parcel("h5_push_url", "h5", body)
