"""Status: where customers stand, and who of the agents is there."""

from typing import Literal

from ..company.call import Call
from ..desk.errors import NO_STATUS_GROUP, NOT_FOUND, SUCCESS, DeskError
from ..desk.lifecycle import Stage
from ..desk.records import Agent, AgentStatus, Customer, Stay
from ..endpoint import Ask, OptionalInteger, OptionalToken, Reply, Table, Token
from .fields import missing

TABLE = Table()

QueueStatusText = Literal["排队中", "未排队", "会话中", "分配中"]
CustomerStatusText = Literal["无会话", "会话中", "排队中", "无效客户"]
CustomerKind = Literal["token", "web_token", "sdk_token"]

# Of several conversations of one customer the one that has come furthest tells where they stand.
_FURTHEST = (Stage.IN_SESSION, Stage.ASSIGNING, Stage.QUEUED, Stage.ROBOT)
# Who talks to a robot alone is in neither table: 未排队, 无会话.
_QUEUE_STATUS: dict[Stage, QueueStatusText] = {
    Stage.QUEUED: "排队中",
    Stage.ASSIGNING: "分配中",
    Stage.IN_SESSION: "会话中",
}
_CUSTOMER_STATUS: dict[Stage, tuple[int, CustomerStatusText]] = {
    Stage.IN_SESSION: (1, "会话中"),
    Stage.QUEUED: (2, "排队中"),
    # Assumed: being assigned is still waiting; the document has no word of its own for it here.
    Stage.ASSIGNING: (2, "排队中"),
}


class QueueStatusAsk(Ask):
    """Whose place."""

    customer_token: Token


class QueueStatus(Reply):
    """Where the customer waits; places count from 1, 0: nowhere."""

    code: int = SUCCESS
    status: QueueStatusText
    count: int


@TABLE.add(
    "GET",
    "/im/queue_status",
    section="查询排队状态",
    note=(
        "Assumed: an unknown customer_token is 2015 (ruling 6); of several conversations of one customer a session counts before "
        "分配中, and that before a place; who talks to a robot is 未排队."
    ),
)
def queue_status(call: Call, ask: QueueStatusAsk) -> QueueStatus:
    """Whether the customer waits, and in which place."""
    desk = call.desk
    customer = desk.customer_by("token", ask.customer_token)
    if customer is None:
        raise DeskError(NOT_FOUND, detail=f"no customer has the customer_token {ask.customer_token!r}")
    stay = _furthest(desk.stays_of(customer.id))
    if stay is None:
        return QueueStatus(status="未排队", count=0)
    return QueueStatus(status=_QUEUE_STATUS.get(stay.stage, "未排队"), count=desk.place(stay))


class CustomerStatusAsk(Ask):
    """One of three tokens, the first that is not empty; `session_key` with web_token tells conversations of one customer apart."""

    customer_token: OptionalToken = None
    web_token: OptionalToken = None
    sdk_token: OptionalToken = None
    session_key: OptionalToken = None


class CustomerStatus(Reply):
    """0 无会话, 1 会话中, 2 排队中, 3 无效客户."""

    code: int = SUCCESS
    status_code: int
    status: CustomerStatusText


@TABLE.add(
    "GET",
    "/im/customer_status",
    section="查询客户状态",
    note=(
        "Assumed: no token at all is 2000; 分配中 counts as 排队中; without a session_key any conversation of the customer counts, "
        "a session before a place, and a talk with a robot is 无会话; with a token other than web_token the session_key is passed over."
    ),
)
def customer_status(call: Call, ask: CustomerStatusAsk) -> CustomerStatus:
    """Whether the customer is in a session."""
    kind, customer = one_customer(
        call, customer_token=ask.customer_token, web_token=ask.web_token, sdk_token=ask.sdk_token
    )
    if customer is None:
        return CustomerStatus(status_code=3, status="无效客户")
    if ask.session_key is not None and kind == "web_token":
        stay = call.desk.stay_of(customer.id, ask.session_key)
    else:
        stay = _furthest(call.desk.stays_of(customer.id))
    status_code, status = _CUSTOMER_STATUS.get(stay.stage, (0, "无会话")) if stay is not None else (0, "无会话")
    return CustomerStatus(status_code=status_code, status=status)


def _furthest(stays: list[Stay]) -> Stay | None:
    return min(stays, key=lambda stay: _FURTHEST.index(stay.stage), default=None)


def one_customer(
    call: Call, *, customer_token: str | None, web_token: str | None, sdk_token: str | None
) -> tuple[CustomerKind, Customer | None]:
    """The customer of the first token that is given, and which it was. Doc: im-api-v2 §查询客户状态: 按顺序取第一个有值参数."""
    tokens: tuple[tuple[CustomerKind, str | None], ...] = (
        ("token", customer_token),
        ("web_token", web_token),
        ("sdk_token", sdk_token),
    )
    for kind, token in tokens:
        if token is not None:
            return kind, call.desk.customer_by(kind, token)
    raise missing("customer_token")


class AgentStatusAsk(Ask):
    """Of one group, or of all."""

    group_id: OptionalInteger = None


class AgentStatusRow(Reply):
    """One agent. `nick` stands in the document's table, `im_nick` and `profile` in its example (ruling 21)."""

    id: int
    name: str
    nick: str
    im_nick: str
    avatar: str
    profile: str
    im_status: Literal["online", "busy", "offline"]
    im_custom_status: str
    im_session_num: int
    im_max_join_num: int


class AgentStatusReply(Reply):
    """All agents, by id."""

    code: int = SUCCESS
    agents: list[AgentStatusRow]


@TABLE.add(
    "GET",
    "/im/agent_status",
    section="查询客服状态",
    note="Assumed: agents who are disabled are left out.",
)
def agent_status(call: Call, ask: AgentStatusAsk) -> AgentStatusReply:
    """Who of the agents is there, and how many customers each has."""
    desk = call.desk
    if ask.group_id is None:
        agents = sorted(desk.state.agents.values(), key=lambda agent: agent.id)
    elif ask.group_id in desk.state.groups:
        agents = desk.members(ask.group_id)
    else:
        raise DeskError(NO_STATUS_GROUP, detail=f"no group has the id {ask.group_id}")
    rows = [_row(agent, desk.open_sessions(agent.id)) for agent in agents if not agent.is_disabled]
    return AgentStatusReply(agents=rows)


def _row(agent: Agent, open_sessions: int) -> AgentStatusRow:
    return AgentStatusRow(
        id=agent.id,
        name=agent.name,
        nick=agent.nick,
        im_nick=agent.nick,
        avatar=agent.avatar,
        profile=agent.profile,
        im_status=agent.status.value,
        # Doc: im-api-v2 §查询客服状态: 仅在im_status为busy时有效.
        im_custom_status=agent.custom_status if agent.status is AgentStatus.BUSY else "",
        im_session_num=open_sessions,
        im_max_join_num=agent.capacity,
    )
