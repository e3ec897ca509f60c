"""What a file lays over a company: whom it changes where they are there, and adds where they are not."""

import copy
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Final, TypeVar

from pydantic import Field, GetJsonSchemaHandler, ValidationError, field_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError

from ...desk.answering import fold
from ...desk.commands import Command, CreateCustomer, UpdateCustomer
from ...desk.desk import Desk
from ...desk.errors import UsageError
from ...desk.knowledge import Robot, Urobot
from ...desk.records import Agent, Customer, Group
from ...desk.robot_commands import AddRobot, AddUrobot, ChangeRobot, ChangeUrobot
from ...desk.staff_commands import AddAgent, AddGroup, ChangeAgent, ChangeGroup
from ...desk.state import State
from ...settings import Settings
from .customers import CUSTOMER_KEYS, CustomerOverlay, anonymous_name, customer_fields, refuse_taken
from .finding import few, named
from .robots import KnowledgeFields, RobotOverlay, UrobotOverlay
from .robots_to_desk import NEW, in_typed_words, robot_fields, urobot_fields
from .staff import AGENT_FIELDS, AgentOverlay, GroupOverlay, agent_fields, new_agent_fields
from .typed import Typed, given_fields

if TYPE_CHECKING:
    from ..scenario import Part

Submit = Callable[[Command[Any]], Any]
_Named = TypeVar("_Named", Agent, Group, Robot, Urobot)

_DESKS_WORDS: Final = {field: name for name, field in AGENT_FIELDS.items()}
_NOTHING: Final[Mapping[str, str]] = MappingProxyType({})


class PeopleFields(Typed):
    """How many made-up people the company has beside those that are named; the same for the same seed."""

    agents: Annotated[int, Field(ge=0, le=1_000)] = 0
    customers: Annotated[int, Field(ge=0, le=10_000)] = 0


class _SettingsByName:
    """Gives a mapping of settings the JSON Schema of the settings themselves."""

    @classmethod
    def __get_pydantic_json_schema__(cls, _: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return handler(Settings.__pydantic_core_schema__)


class CompanyFields(Typed):
    """What a file lays over a company, in the fields of the control API."""

    nested: ClassVar[tuple[str, ...]] = ("groups", "agents", "customers", "robots", "urobots", "people")
    elsewhere: ClassVar[Mapping[str, str]] = dict.fromkeys(Settings.model_fields, "put it in settings")

    groups: list[GroupOverlay] = Field([], max_length=1_000)
    agents: list[AgentOverlay] = Field([], max_length=1_000)
    customers: list[CustomerOverlay] = Field([], max_length=10_000)
    robots: list[RobotOverlay] = Field([], max_length=100)
    urobots: list[UrobotOverlay] = Field([], max_length=100)
    people: PeopleFields = Field(PeopleFields(), description="Made-up people")
    settings: Annotated[dict[str, Any], _SettingsByName] = Field({}, description="Any settings of the company")

    @field_validator("settings")
    @classmethod
    def _are_settings(cls, settings: dict[str, Any]) -> dict[str, Any]:
        words = Settings().changed(settings).sensitive_words
        blank = PydanticCustomError(
            "no_word", "expected a letter, a digit or a sign: punctuation and spaces don't count"
        )
        wrong = [(at, word) for at, word in enumerate(words) if not fold(word)]
        if wrong:
            raise ValidationError.from_exception_data(
                "Settings",
                [{"type": blank, "loc": ("sensitive_words", at), "input": word} for at, word in wrong],
            )
        return settings


def lay_over(company: CompanyFields, desk: Desk, submit: Submit, *, seed: int) -> None:
    """Has the desk, by `submit`, change whom it has and add whom it has not: groups first, made-up people last.

    Raises UsageError whose `field` is the path in the file's words, `agents[2].email`; what stands before it is laid over then:
    `rehearse` tells before anything is.
    """
    for at, group in enumerate(company.groups):
        with _standing_at(f"groups[{at}]"):
            _lay_group(group, desk, submit)
    for at, agent in enumerate(company.agents):
        with _standing_at(f"agents[{at}]", _DESKS_WORDS):
            _lay_agent(agent, desk, submit)
    for at, customer in enumerate(company.customers):
        with _standing_at(f"customers[{at}]"):
            _lay_customer(customer, desk, submit)
    for at, robot in enumerate(company.robots):
        with _standing_at(f"robots[{at}]"):
            _lay_robot(robot, desk, submit)
    for at, urobot in enumerate(company.urobots):
        with _standing_at(f"urobots[{at}]"):
            _lay_urobot(urobot, desk, submit)
    if company.people.agents or company.people.customers:
        _lay_people(company.people, desk, submit, seed)


def rehearse(parts: Iterable["Part"], desk: Desk, *, seed: int, now: datetime) -> None:
    """Lays all parts over a copy of the desk's people, so that the desk itself stays as it is.

    Raises UsageError as `lay_over` would, its message led by the file.
    """
    copied = copy_of_people(desk)
    for part in parts:
        try:
            lay_over(part.company, copied, lambda command: copied.handle(command, now).reply, seed=seed)
        except UsageError as error:
            raise UsageError(error.kind, f"{part.file}: {error.message}", hint=error.hint, field=error.field) from None


def copy_of_people(desk: Desk) -> Desk:
    """A desk with the same people and robots, and nothing else: what is done to it is done to nobody."""
    state = desk.state
    # The desk gives a record new values and never changes those that it has, so shallow copies do.
    copied = State(
        policy=state.policy,
        counters=copy.copy(state.counters),
        groups={id_: copy.copy(group) for id_, group in state.groups.items()},
        agents={id_: copy.copy(agent) for id_, agent in state.agents.items()},
        customers={id_: copy.copy(customer) for id_, customer in state.customers.items()},
        robots=dict(state.robots),
        urobots=dict(state.urobots),
    )
    return Desk(copied)


@contextmanager
def _standing_at(place: str, words: Mapping[str, str] = _NOTHING) -> Iterator[None]:
    """Leads a refusal's field by its place in the file; `words` are the file's for the desk's."""
    try:
        yield
    except UsageError as error:
        field = words.get(error.field, error.field)
        path = f"{place}.{field}" if field else place
        message = error.message.removeprefix(f"{error.field}: ")
        raise UsageError(error.kind, f"{path}: {message}", hint=error.hint, field=path) from None


def _lay_group(row: GroupOverlay, desk: Desk, submit: Submit) -> None:
    group = _there(desk.state.groups, "group", row.id, row.name)
    if group is None:
        submit(AddGroup(given_fields(row)))
    elif row.name:
        submit(ChangeGroup(group.id, {"name": row.name}))


def _lay_agent(row: AgentOverlay, desk: Desk, submit: Submit) -> None:
    agent = _there(desk.state.agents, "agent", row.id, row.name)
    if agent is None:
        submit(AddAgent(new_agent_fields(desk, row)))
    else:
        submit(ChangeAgent(agent.id, _without_id(agent_fields(desk, row))))


def _lay_customer(row: CustomerOverlay, desk: Desk, submit: Submit) -> None:
    customer = _customer_there(row, desk)
    hint = "each customer has their own: name the one to be changed by id: {id}"
    refuse_taken(desk, row, own_id=customer.id if customer else None, hint=hint)
    fields = customer_fields(row)
    if customer is not None:
        submit(UpdateCustomer(customer.id, _without_id(fields)))
        return
    if row.id is not None and not row.nick_name and not any(getattr(row, name) for name in CUSTOMER_KEYS):
        hint = "nick_name, or a token, adds one"
        raise UsageError("unknown", f"there is no customer {row.id} to be changed", hint=hint, field="id")
    fields["nick_name"] = row.nick_name or anonymous_name(desk, row)
    with _about_the_id():
        submit(CreateCustomer(fields))


def _lay_robot(row: RobotOverlay, desk: Desk, submit: Submit) -> None:
    robot = _there(desk.state.robots, "robot", row.id, row.name)
    fields = robot_fields(row, robot.knowledge if robot else NEW)
    with _about_the_id(), _typed_words(row):
        submit(AddRobot(fields) if robot is None else ChangeRobot(robot.id, _without_id(fields)))


def _lay_urobot(row: UrobotOverlay, desk: Desk, submit: Submit) -> None:
    urobot = _there(desk.state.urobots, "urobot", row.id, row.name)
    fields = urobot_fields(row, urobot.knowledge if urobot else NEW, urobot.top_asks if urobot else ())
    with _about_the_id(), _typed_words(row):
        submit(AddUrobot(fields) if urobot is None else ChangeUrobot(urobot.id, _without_id(fields)))


def _lay_people(people: PeopleFields, desk: Desk, submit: Submit, seed: int) -> None:
    # Making people up takes a library that is long to load.
    from .made_up import new_agents, new_customers

    for agent in new_agents(desk, people.agents, seed):
        _lay_agent(agent, desk, submit)
    for customer in new_customers(desk, people.customers, seed):
        _lay_customer(customer, desk, submit)


def _there(those: Mapping[int, _Named], noun: str, id_: int | None, name: str) -> _Named | None:
    """The one that a row means, None when it is to be added. Raises UsageError: several have the name, or none the id and it names none."""
    if id_ is None:
        try:
            return named(those, noun, name)
        except UsageError as error:
            raise UsageError(error.kind, error.message, hint=error.hint, field="name") from None
    if id_ not in those and not name:
        there = few(those)
        raise UsageError(
            "unknown",
            f"there is no {noun} {id_} to be changed",
            hint=f"a name adds one; there are: {there}" if there else "a name adds one",
            field="id",
        )
    return those.get(id_)


def _customer_there(row: CustomerOverlay, desk: Desk) -> Customer | None:
    if row.id is not None:
        return desk.state.customers.get(row.id)
    keys = ((kind, getattr(row, name)) for name, kind in CUSTOMER_KEYS.items())
    found = (desk.customer_by(kind, value) for kind, value in keys if value is not None)
    return next((customer for customer in found if customer is not None), None)


def _without_id(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if name != "id"}


@contextmanager
def _typed_words(row: KnowledgeFields) -> Iterator[None]:
    try:
        yield
    except UsageError as error:
        raise in_typed_words(error, row.model_fields_set) from None


@contextmanager
def _about_the_id() -> Iterator[None]:
    """What the desk refuses without a field is the id of who is added: all else that has none was checked before."""
    try:
        yield
    except UsageError as error:
        raise UsageError(error.kind, error.message, hint=error.hint, field=error.field or "id") from None
