"""Groups of agents, as the account's own systems read and keep them."""

from typing import Literal

from ..company.call import Call
from ..desk.errors import NOT_FOUND, SUCCESS, DeskError
from ..desk.records import Group
from ..desk.staff_commands import AddGroup, ChangeGroup, RemoveGroup
from ..endpoint import Ask, Integer, Reply, Table, Token
from .fields import DONE, Done, Meta, PageNumber, as_the_service, one_page, page_size
from .staff import DEFAULT_PAGE, AgentShape, agent_shape

TABLE = Table()
SECTION = "contract §7.3"
SOURCE: Literal["assumed"] = "assumed"


class ListGroups(Ask):
    """Which page."""

    page: PageNumber = None
    per_page: PageNumber = None
    page_size: PageNumber = None


class Member(Reply):
    """An agent of a group, in short."""

    id: int
    nick_name: str


class GroupShape(Reply):
    """A group with its agents."""

    id: int
    name: str
    agents: list[Member]


class Groups(Reply):
    """One page, by id."""

    code: int = SUCCESS
    user_groups: list[GroupShape]
    meta: Meta


@TABLE.add("GET", "/user_groups", section=SECTION, source=SOURCE, note="Fields as on the official page of user groups.")
def list_groups(call: Call, ask: ListGroups) -> Groups:
    """Lists groups with their agents."""
    size = page_size(call, ask.per_page, ask.page_size, default=DEFAULT_PAGE)
    groups = sorted(call.desk.state.groups.values(), key=lambda group: group.id)
    shown, meta = one_page(groups, page=ask.page, size=size)
    return Groups(user_groups=[_group(call, group) for group in shown], meta=meta)


def _group(call: Call, group: Group) -> GroupShape:
    members = [Member(id=agent.id, nick_name=agent.name) for agent in call.desk.members(group.id)]
    return GroupShape(id=group.id, name=group.name, agents=members)


class GroupAgentsAsk(Ask):
    """Whose agents, and which page of them."""

    id: Integer
    page: PageNumber = None
    per_page: PageNumber = None
    page_size: PageNumber = None


class GroupWithAgents(Reply):
    """A group with its agents in full."""

    id: int
    name: str
    agents: list[AgentShape]


class GroupAgents(Reply):
    """One page of a group's agents."""

    code: int = SUCCESS
    user_group: GroupWithAgents


@TABLE.add(
    "GET",
    "/user_groups/{id}/agents",
    section=SECTION,
    source=SOURCE,
    note="As on the official page of user groups, which has no meta here. Assumed: an unknown id is 2015.",
)
def group_agents(call: Call, ask: GroupAgentsAsk) -> GroupAgents:
    """Lists the agents of a group."""
    size = page_size(call, ask.per_page, ask.page_size, default=DEFAULT_PAGE)
    group = call.desk.state.groups.get(ask.id)
    if group is None:
        raise DeskError(NOT_FOUND, detail=f"no group has the id {ask.id}")
    shown, _ = one_page(call.desk.members(group.id), page=ask.page, size=size)
    agents = [agent_shape(agent) for agent in shown]
    return GroupAgents(user_group=GroupWithAgents(id=group.id, name=group.name, agents=agents))


class CreateGroup(Ask):
    """A new group."""

    name: Token


class CreatedGroup(Reply):
    """The new group's id."""

    code: int = SUCCESS
    user_group_id: int


@TABLE.add(
    "POST",
    "/user_groups",
    section=SECTION,
    source=SOURCE,
    note="As third-party code calls it. Assumed: the answer names the id as POST /agents does.",
)
def create_group(call: Call, ask: CreateGroup) -> CreatedGroup:
    """Adds a group."""
    with as_the_service():
        return CreatedGroup(user_group_id=call.submit(AddGroup({"name": ask.name})))


class UpdateGroup(Ask):
    """Which group, and its new name."""

    id: Integer
    name: Token


@TABLE.add(
    "PUT",
    "/user_groups/{id}",
    section=SECTION,
    source=SOURCE,
    note="As third-party code calls it. Assumed: an unknown id is 2015.",
)
def update_group(call: Call, ask: UpdateGroup) -> Done:
    """Renames a group."""
    with as_the_service():
        call.submit(ChangeGroup(ask.id, {"name": ask.name}))
    return DONE


class DestroyGroup(Ask):
    """Which group."""

    id: Integer


@TABLE.add(
    "DELETE",
    "/user_groups/{id}",
    section=SECTION,
    source=SOURCE,
    note="As third-party code calls it. Assumed: its agents stay, its queue goes to the end of the company's.",
)
def destroy_group(call: Call, ask: DestroyGroup) -> Done:
    """Removes a group."""
    with as_the_service():
        call.submit(RemoveGroup(ask.id))
    return DONE
