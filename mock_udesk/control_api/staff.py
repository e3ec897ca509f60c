"""The company's agents and groups: who is there, online or busy, and for how many."""

from collections.abc import Mapping
from typing import ClassVar

from ..desk.desk import Desk
from ..desk.records import Agent, AgentStatus, Group
from ..desk.staff_commands import AddAgent, AddGroup, ChangeAgent, ChangeGroup, RemoveAgent, RemoveGroup
from ..endpoint import Reply, Table
from ..scenario.people.finding import agent_of, group_of
from ..scenario.people.staff import AgentFields, agent_fields, new_agent_fields
from ..scenario.people.typed import Name, Number, given_fields
from .asking import IdOrName, OperatorAsk
from .operator import Nothing, OperatorCall, WasDone

TABLE = Table()
_SECTION = "people"

_MEMBERS = {"agents": 'agents have groups, not groups agents: PATCH /_mock/agents/{id} {"groups": […]}'}


class NewAgent(OperatorAsk, AgentFields):
    """An agent to be added; the id is the next free one unless given."""

    id: Number | None = None
    name: Name


class ChangeAgentFields(OperatorAsk, AgentFields):
    """What to change of an agent; what is left out stays."""

    id: IdOrName
    name: Name = ""


class WhichAgent(OperatorAsk):
    """Which agent."""

    id: IdOrName


class AgentShown(Reply):
    """An agent, and how busy."""

    id: int
    name: str
    im_nick: str
    avatar: str
    email: str
    cellphone: str
    groups: list[int]
    im_status: AgentStatus
    im_custom_status: str
    im_max_join_num: int
    welcome: str
    im_session_num: int
    session_ids: list[int]


class AgentList(Reply):
    """All agents of the company."""

    agents: list[AgentShown]
    total: int


class NewGroup(OperatorAsk):
    """A group to be added; the id is the next free one unless given."""

    elsewhere: ClassVar[Mapping[str, str]] = _MEMBERS

    id: Number | None = None
    name: Name


class ChangeGroupFields(OperatorAsk):
    """A group's new name."""

    elsewhere: ClassVar[Mapping[str, str]] = _MEMBERS

    id: IdOrName
    name: Name


class WhichGroup(OperatorAsk):
    """Which group."""

    id: IdOrName


class GroupShown(Reply):
    """A group and its members."""

    id: int
    name: str
    agents: list[int]


class GroupList(Reply):
    """All groups of the company."""

    groups: list[GroupShown]
    total: int


@TABLE.add("GET", "/agents", section=_SECTION, source="assumed")
def list_agents(call: OperatorCall, ask: Nothing) -> AgentList:
    """All agents with their status and number of open sessions."""
    desk = call.desk
    rows = [_agent(desk, agent) for agent in desk.state.agents.values()]
    return AgentList(agents=rows, total=len(rows))


@TABLE.add("POST", "/agents", section=_SECTION, source="assumed", status=201)
def add_agent(call: OperatorCall, ask: NewAgent) -> AgentShown:
    """Adds an agent; an online one takes waiting customers at once."""
    number = call.submit(AddAgent(new_agent_fields(call.desk, ask)))
    desk = call.desk
    return _agent(desk, desk.state.agents[number])


@TABLE.add("GET", "/agents/{id}", section=_SECTION, source="assumed")
def show_agent(call: OperatorCall, ask: WhichAgent) -> AgentShown:
    """One agent, by id or name."""
    desk = call.desk
    return _agent(desk, agent_of(desk, ask.id))


@TABLE.add("PATCH", "/agents/{id}", section=_SECTION, source="assumed")
def change_agent(call: OperatorCall, ask: ChangeAgentFields) -> AgentShown:
    """Changes an agent; one who is freed by it takes from the queues at once."""
    number = agent_of(call.desk, ask.id).id
    fields = agent_fields(call.desk, ask)
    del fields["id"]
    call.submit(ChangeAgent(number, fields))
    desk = call.desk
    return _agent(desk, desk.state.agents[number])


@TABLE.add("DELETE", "/agents/{id}", section=_SECTION, source="assumed")
def remove_agent(call: OperatorCall, ask: WhichAgent) -> WasDone:
    """Removes an agent without open sessions; who waits for them goes to the end of the company's queue."""
    call.submit(RemoveAgent(agent_of(call.desk, ask.id).id))
    return WasDone()


@TABLE.add("GET", "/groups", section=_SECTION, source="assumed")
def list_groups(call: OperatorCall, ask: Nothing) -> GroupList:
    """All groups with their members."""
    desk = call.desk
    rows = [_group(desk, group) for group in desk.state.groups.values()]
    return GroupList(groups=rows, total=len(rows))


@TABLE.add("POST", "/groups", section=_SECTION, source="assumed", status=201)
def add_group(call: OperatorCall, ask: NewGroup) -> GroupShown:
    """Adds a group; agents join it by their `groups`."""
    number = call.submit(AddGroup(given_fields(ask)))
    desk = call.desk
    return _group(desk, desk.state.groups[number])


@TABLE.add("GET", "/groups/{id}", section=_SECTION, source="assumed")
def show_group(call: OperatorCall, ask: WhichGroup) -> GroupShown:
    """One group, by id or name."""
    desk = call.desk
    return _group(desk, group_of(desk, ask.id))


@TABLE.add("PATCH", "/groups/{id}", section=_SECTION, source="assumed")
def change_group(call: OperatorCall, ask: ChangeGroupFields) -> GroupShown:
    """Renames a group."""
    number = group_of(call.desk, ask.id).id
    call.submit(ChangeGroup(number, {"name": ask.name}))
    desk = call.desk
    return _group(desk, desk.state.groups[number])


@TABLE.add("DELETE", "/groups/{id}", section=_SECTION, source="assumed")
def remove_group(call: OperatorCall, ask: WhichGroup) -> WasDone:
    """Removes a group from its members; who waits for it goes to the end of the company's queue."""
    call.submit(RemoveGroup(group_of(call.desk, ask.id).id))
    return WasDone()


def _agent(desk: Desk, agent: Agent) -> AgentShown:
    return AgentShown(
        id=agent.id,
        name=agent.name,
        im_nick=agent.nick,
        avatar=agent.avatar,
        email=agent.email,
        cellphone=agent.cellphone,
        groups=list(agent.group_ids),
        im_status=agent.status,
        im_custom_status=agent.custom_status,
        im_max_join_num=agent.capacity,
        welcome=agent.welcome,
        im_session_num=desk.open_sessions(agent.id),
        session_ids=[session.id for session in desk.sessions_with(agent.id)],
    )


def _group(desk: Desk, group: Group) -> GroupShown:
    return GroupShown(id=group.id, name=group.name, agents=[agent.id for agent in desk.members(group.id)])
