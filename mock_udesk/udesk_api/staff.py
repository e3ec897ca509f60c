"""Agents: who answers customers, as the account's own systems read and keep them."""

from typing import Annotated, Any, Literal

from pydantic import Field

from ..company.call import Call
from ..desk.errors import SUCCESS
from ..desk.records import Agent
from ..desk.staff_commands import AddAgent, ChangeAgent, RemoveAgent
from ..endpoint import Ask, Blank, Integer, OptionalInteger, OptionalToken, Reply, Table, Text, Token
from .fields import DONE, Done, Meta, PageNumber, as_the_service, missing, one_page, page_size

TABLE = Table()
DEFAULT_PAGE = 20
SOURCE: Literal["assumed"] = "assumed"
SECTION = "contract §7.2"


class ListAgents(Ask):
    """Which page, and whether with those who are disabled."""

    with_disabled: Annotated[bool | None, Blank] = None
    page: PageNumber = None
    per_page: PageNumber = None
    page_size: PageNumber = None


class Subaccount(Reply):
    """An account of the call centre; not emulated."""

    number: str | None = None
    password: str | None = None


class Department(Reply):
    """A department; not emulated."""

    id: int | None = None
    name: str | None = None


class AgentShape(Reply):
    """An agent; `aliase` is spelled so on the wire."""

    id: int
    email: str
    nick_name: str
    profile: str
    aliase: str
    cellphone: str
    role_name: str
    duty: str
    im_ability_value: int
    user_group_ids: list[int]
    ucpapp_subaccount: Subaccount = Subaccount()
    avatar: str
    work_id: str
    departments: Department = Department()
    agent_callout_display_number: str | None = None
    disable_status: bool
    availability: str
    im_welcomes: str
    lang: str = "zh-cn"


class Agents(Reply):
    """One page, by id."""

    code: int = SUCCESS
    meta: Meta
    agents: list[AgentShape]


@TABLE.add(
    "GET",
    "/agents",
    section=SECTION,
    source=SOURCE,
    note="Fields as on the official page of agents. Assumed: disabled ones are left out unless with_disabled; availability is the im_status.",
)
def list_agents(call: Call, ask: ListAgents) -> Agents:
    """Lists agents."""
    size = page_size(call, ask.per_page, ask.page_size, default=DEFAULT_PAGE)
    agents = sorted(call.desk.state.agents.values(), key=lambda agent: agent.id)
    listed = [agent for agent in agents if ask.with_disabled or not agent.is_disabled]
    shown, meta = one_page(listed, page=ask.page, size=size)
    return Agents(meta=meta, agents=[agent_shape(agent) for agent in shown])


def agent_shape(agent: Agent) -> AgentShape:
    """An agent as answers show it."""
    return AgentShape(
        id=agent.id,
        email=agent.email,
        nick_name=agent.name,
        profile=agent.profile,
        aliase=agent.nick,
        cellphone=agent.cellphone,
        role_name=agent.role_name,
        duty=agent.duty,
        im_ability_value=agent.capacity,
        user_group_ids=list(agent.group_ids),
        avatar=agent.avatar,
        work_id=agent.work_id,
        disable_status=agent.is_disabled,
        availability=agent.status.value,
        im_welcomes=agent.welcome,
    )


class AgentFields(Ask):
    """What is said of an agent, under the names under which it is read."""

    nick_name: Annotated[Token | None, Blank] = None
    email: OptionalToken = None
    aliase: Text | None = None
    cellphone: Text | None = None
    profile: Annotated[Literal["all", "im", "call", "ticket", "dial"] | None, Blank] = None
    role_name: Text | None = None
    duty: Text | None = None
    im_ability_value: Annotated[Annotated[int, Field(ge=0, lt=2**31)] | None, Blank] = None
    user_group_ids: list[Integer] | None = None
    avatar: Text | None = None
    work_id: Text | None = None
    im_welcomes: Text | None = None
    # Taken, for clients send it; agents of the mock don't log in.
    password: Text | None = None


# Names on the wire → names at the desk.
_AGENT_FIELDS: dict[str, str] = {
    "nick_name": "name",
    "email": "email",
    "aliase": "nick",
    "cellphone": "cellphone",
    "profile": "profile",
    "role_name": "role_name",
    "duty": "duty",
    "im_ability_value": "capacity",
    "user_group_ids": "group_ids",
    "avatar": "avatar",
    "work_id": "work_id",
    "im_welcomes": "welcome",
}
_WIRE_NAMES = {name: f"agent.{wire}" for wire, name in _AGENT_FIELDS.items()}


def _agent_fields(asked: AgentFields) -> dict[str, Any]:
    return {name: value for wire, name in _AGENT_FIELDS.items() if (value := getattr(asked, wire, None)) is not None}


class CreateAgent(Ask):
    """A new agent."""

    nested = ("agent",)

    agent: AgentFields


class CreatedAgent(Reply):
    """The new agent's id."""

    code: int = SUCCESS
    agent_id: int


@TABLE.add(
    "POST",
    "/agents",
    section=SECTION,
    source=SOURCE,
    masks=("password",),
    note="As third-party code calls it. Assumed: field names are those of GET /agents; a new agent is offline; a taken email is 2004.",
)
def create_agent(call: Call, ask: CreateAgent) -> CreatedAgent:
    """Adds an agent, offline."""
    fields = _agent_fields(ask.agent)
    if "name" not in fields:
        raise missing("agent.nick_name")
    with as_the_service(**_WIRE_NAMES):
        return CreatedAgent(agent_id=call.submit(AddAgent(fields)))


class UpdateAgent(Ask):
    """Whom, and what to change: what is not named stays."""

    nested = ("agent",)

    id: Integer
    agent: AgentFields


@TABLE.add(
    "PUT",
    "/agents/{id}",
    section=SECTION,
    source=SOURCE,
    masks=("password",),
    note="As third-party code calls it. Assumed: an unknown id is 2015.",
)
def update_agent(call: Call, ask: UpdateAgent) -> Done:
    """Changes an agent."""
    fields = _agent_fields(ask.agent)
    if not fields:
        raise missing("agent")
    with as_the_service(**_WIRE_NAMES):
        call.submit(ChangeAgent(ask.id, fields))
    return DONE


class DestroyAgent(Ask):
    """Whom, and who gets what was theirs."""

    id: Integer
    owner_id: OptionalInteger = None
    owner_group_id: OptionalInteger = None


@TABLE.add(
    "DELETE",
    "/agents/{id}",
    section=SECTION,
    coverage="partial",
    source=SOURCE,
    note="As third-party code calls it; owner_id and owner_group_id are passed over. Assumed: with open sessions 2004.",
)
def destroy_agent(call: Call, ask: DestroyAgent) -> Done:
    """Removes an agent who has no open session."""
    with as_the_service():
        call.submit(RemoveAgent(ask.id))
    return DONE
