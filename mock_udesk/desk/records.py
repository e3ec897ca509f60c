"""The nouns of a desk: plain data that one company's whole state is made of.

Records that live (agents, customers, stays, sessions) are changed in place, and only by the rooms of the desk; everything
that is said once (messages, votes, targets) is frozen. No callables, no handles: a snapshot is a serialisation of `State`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Literal

from .lifecycle import Stage

# What stands in a message's `data`, as it was sent: Doc: im-api-v2 §消息内容详情.
Data = Mapping[str, Any]


class AgentStatus(StrEnum):
    """Doc: im-api-v2 §查询客服状态."""

    ONLINE = "online"
    BUSY = "busy"
    OFFLINE = "offline"


class Sender(StrEnum):
    """Who said a message. `system` is what the service itself adds: start, transfer, close, the customer's rating."""

    CUSTOMER = "customer"
    AGENT = "agent"
    SYSTEM = "system"


class CloseType(StrEnum):
    """Doc: im-api-v2 §回复消息通知: normal(正常)|redirect(转接)|force(强制)."""

    NORMAL = "normal"
    REDIRECT = "redirect"
    FORCE = "force"


class Closer(StrEnum):
    """Who ended a session."""

    AGENT = "agent"
    CUSTOMER = "customer"
    OPERATOR = "operator"
    TIMER = "timer"
    TRANSFER = "transfer"


@dataclass(slots=True, kw_only=True)
class Group:
    """A group of agents 客服组. Its members are the agents that name it."""

    id: int
    name: str


@dataclass(slots=True, kw_only=True)
class Agent:
    """An agent 客服. `capacity` is `im_max_join_num`; `nick` is what customers see, the name where it is empty."""

    id: int
    name: str
    nick: str = ""
    avatar: str = ""
    email: str = ""
    cellphone: str = ""
    profile: str = "all"
    role_name: str = ""
    duty: str = ""
    work_id: str = ""
    group_ids: list[int] = field(default_factory=list)
    status: AgentStatus = AgentStatus.OFFLINE
    custom_status: str = ""
    capacity: int = 5
    welcome: str = ""
    is_disabled: bool = False
    # The serial of this agent's latest new session: "longest without a new one" is the lowest. 0: never had one.
    last_assigned: int = 0

    @property
    def shown_name(self) -> str:
        """The name customers see. Doc: im-api-v2 §查询客服状态: 如果为空,显示客服姓名."""
        return self.nick or self.name


@dataclass(slots=True, kw_only=True)
class Cellphone:
    """One number of a customer; the id is ours, as in the service's answers."""

    id: int
    content: str


@dataclass(slots=True, kw_only=True)
class H5Push:
    """What `im/h5push` switched on for a customer's page. Doc: contract §8."""

    im_web_plugin_id: int
    is_on: bool


@dataclass(slots=True, kw_only=True)
class Customer:
    """A customer 客户. `token` is the app's own id (`open_api_token`, `customer_token`); each token, email and number is unique."""

    id: int
    nick_name: str
    created_at: datetime
    updated_at: datetime
    token: str | None = None
    web_token: str | None = None
    sdk_token: str | None = None
    email: str | None = None
    other_emails: list[str] = field(default_factory=list)
    cellphones: list[Cellphone] = field(default_factory=list)
    weixins: list[Any] = field(default_factory=list)
    description: str | None = None
    level: str = "normal"
    organization_id: int | None = None
    owner_id: int | None = None
    owner_group_id: int | None = None
    tags: list[str] = field(default_factory=list)
    custom_fields: dict[str, Any] = field(default_factory=dict)
    is_blocked: bool = False
    # Made on first use of an unknown token, or created through the API; others come from web or SDK channels.
    is_anonymous: bool = False
    is_made_by_api: bool = False
    is_online: bool = True
    h5_push: H5Push | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """Whom a customer asks for, and so the queue they stand in: one agent, one group, or anybody (`company`, id 0)."""

    kind: Literal["agent", "group", "company"]
    id: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where a customer comes from, as the caller said; kept with the conversation and shown (ruling 18).

    `session_key` tells conversations of one web customer apart; customers of the API have the empty one.
    """

    session_key: str = ""
    channel: str = "api"
    robot_role_id: str | None = None
    jid_resource: str | None = None
    im_web_plugin_id: int | None = None
    app_id: int | None = None


FROM_API = Origin()


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """Something said or announced in a conversation. Types and data: Doc: im-api-v2 §消息内容格式."""

    id: str
    sender: Sender
    type: str
    data: Data
    created_at: datetime
    agent_id: int | None = None
    is_welcome: bool = False


@dataclass(slots=True, kw_only=True)
class QueueTicket:
    """A place in a queue. While an agent is being assigned (分配中) `agent_id` and `assigns_at` are set."""

    target: Target
    # Order of joining over all queues of the desk: who waits longest has the lowest.
    serial: int
    joined_at: datetime
    times_out_at: datetime | None = None
    agent_id: int | None = None
    assigns_at: datetime | None = None


@dataclass(slots=True, kw_only=True)
class Stay:
    """One conversation: a customer's stay from asking for somebody, a robot too, until the last session of it is closed or the queue left.

    A customer has one stay at a time for each `session_key`; customers of the API have the empty key.
    """

    id: int
    customer_id: int
    began_at: datetime
    stage: Stage
    origin: Origin = FROM_API
    # When the customer first stood in a queue; None: has not yet.
    waits_since: datetime | None = None
    # The talks with robots that this stay has had, oldest first: they may be many, so none is looked for by walking.
    talk_ids: dict[int, None] = field(default_factory=dict)
    ticket: QueueTicket | None = None
    # The open session, and all of this stay's, oldest first.
    session_id: int | None = None
    session_ids: list[int] = field(default_factory=list)
    # Said while queueing (-3); handed to the agent who takes the customer.
    waiting: list[Message] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """A customer's rating of a session 满意度. Doc: im-api-v2 §会话评价(评价客服)."""

    option_id: int
    remark: str
    resolved_state: int | None
    rated_at: datetime


@dataclass(slots=True, kw_only=True)
class Session:
    """A session 会话 between a customer and one agent; a transfer closes it and opens the next of the same stay."""

    id: int
    stay_id: int
    customer_id: int
    agent_id: int
    created_at: datetime
    origin: Origin = FROM_API
    # How long the customer waited; None: was never in a queue.
    queue_seconds: float | None = None
    # The queue the customer was taken from.
    queue: Target | None = None
    # The talks with robots that led to it → how many exchanges each had then: those the agent can see.
    talk_ids: dict[int, int] = field(default_factory=dict)
    transferred_from: int | None = None
    transferred_to: int | None = None
    messages: list[Message] = field(default_factory=list)
    # Ids of customer messages the agent has not read, oldest first.
    unread_by_agent: list[str] = field(default_factory=list)
    # Ids of agent messages the customer has not read → whether they were pushed while the customer was offline.
    unread_by_customer: dict[str, bool] = field(default_factory=dict)
    preview: str = ""
    survey: Survey | None = None
    is_survey_invited: bool = False
    idle_closes_at: datetime | None = None
    closed_at: datetime | None = None
    close_type: CloseType | None = None
    closed_by: Closer | None = None

    @property
    def is_open(self) -> bool:
        """Whether the two can still talk."""
        return self.closed_at is None


@dataclass(slots=True, kw_only=True)
class LeaveMessage:
    """A message left for somebody (-2, IM工作台留言), assigned to an agent, unsolved until the operator solves it."""

    id: int
    customer_id: int
    agent_id: int
    group_id: int | None
    message: Message
    solved_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AbandonedQueue:
    """A customer who left a queue without having been served. Doc: im-api-v2 §放弃排队查询."""

    id: int
    customer_id: int
    target: Target
    channel: str
    im_web_plugin_id: int | None
    joined_at: datetime
    left_at: datetime
    reason: Literal["gave_up", "timed_out", "customer_removed"]
