"""What can be said of agents and groups, in files and in the control API, and how the desk calls it."""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Final, Self

from pydantic import Field, model_validator

from ...desk.desk import Desk
from ...desk.errors import UsageError
from ...desk.records import AgentStatus
from .finding import group_of
from .typed import Name, Number, Typed, given_fields, named_by

# What users type → the field of the desk's record.
AGENT_FIELDS: Final[Mapping[str, str]] = {
    "id": "id",
    "name": "name",
    "im_nick": "nick",
    "avatar": "avatar",
    "email": "email",
    "cellphone": "cellphone",
    "groups": "group_ids",
    "im_status": "status",
    "im_custom_status": "custom_status",
    "im_max_join_num": "capacity",
    "welcome": "welcome",
}


class AgentFields(Typed):
    """What can be said of an agent."""

    im_nick: str = Field("", description="The name customers see; empty: `name`")
    avatar: str = ""
    email: str = ""
    cellphone: str = ""
    groups: list[int | str] = Field([], description="Ids or names of groups")
    im_status: AgentStatus = Field(AgentStatus.ONLINE, description="A new agent is online unless it is said otherwise")
    im_custom_status: str = ""
    im_max_join_num: Annotated[int, Field(ge=0, le=1_000_000)] = Field(
        5, description="How many sessions at a time; a new agent takes 5 unless it is said otherwise"
    )
    welcome: str = Field("", description="Pushed when a session starts; empty: nothing is")


class AgentOverlay(AgentFields):
    """An agent of a file: changed where the company has one with this id, or without an id this name; else added."""

    id: Number | None = None
    name: Name = ""

    @model_validator(mode="after")
    def _is_named(self) -> Self:
        return named_by(self, "id", "name")


class GroupOverlay(Typed):
    """A group of a file: renamed where the company has one with this id; added unless it has one with this name."""

    elsewhere: ClassVar[Mapping[str, str]] = {
        "agents": "agents have groups, not groups agents: name it in the agent's groups"
    }

    id: Number | None = None
    name: Name = ""

    @model_validator(mode="after")
    def _is_named(self) -> Self:
        return named_by(self, "id", "name")


def agent_fields(desk: Desk, agent: AgentFields) -> dict[str, Any]:
    """The fields that were given, as the desk's record has them. Raises UsageError: an unknown group."""
    fields = given_fields(agent)
    if "groups" in fields:
        fields["groups"] = [_group_id(desk, reference, at) for at, reference in enumerate(agent.groups)]
    return {AGENT_FIELDS[name]: value for name, value in fields.items()}


def new_agent_fields(desk: Desk, agent: AgentFields) -> dict[str, Any]:
    """The record's fields of an agent to be added: who is new is online and takes five, unless it is said otherwise."""
    return {"status": agent.im_status, "capacity": agent.im_max_join_num, **agent_fields(desk, agent)}


def _group_id(desk: Desk, reference: int | str, at: int) -> int:
    try:
        return group_of(desk, reference).id
    except UsageError as error:
        raise UsageError(error.kind, error.message, hint=error.hint, field=f"groups[{at}]") from None
