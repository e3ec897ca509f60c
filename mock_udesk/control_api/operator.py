"""What the handler of an operator's call is given, and how it refuses: typing errors are answered with the nearest name."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches
from types import MappingProxyType
from typing import Annotated, Any, ClassVar, TypeVar

from pydantic import ConfigDict, PlainSerializer, ValidationError, model_validator

from ..company.companies import Companies, Slot
from ..company.company import Company
from ..company.entries import CallEntry
from ..company.shapes import iso8601
from ..desk.commands import Command
from ..desk.desk import Desk
from ..desk.errors import UsageError
from ..desk.records import Agent, Customer, Group, Session, Target
from ..endpoint import NAMED_AT_MOST, Ask, BadParameters, Problem, Reply, Table, problems
from ..openapi import Description
from .world import World

R = TypeVar("R")

# A moment as the control API writes it: ISO 8601 in Beijing time, like all that the emulated service says.
Moment = Annotated[datetime, PlainSerializer(iso8601, return_type=str)]


class OperatorAsk(Ask):
    """What an operator asks for. An unknown name is refused, for operators make typing errors; the emulated API is lenient instead."""

    model_config = ConfigDict(extra="forbid")

    # Names that people give to this call though they belong elsewhere, and where that is.
    elsewhere: ClassVar[Mapping[str, str]] = {}

    @model_validator(mode="before")
    @classmethod
    def _names_are_known(cls, parameters: Any) -> Any:
        if isinstance(parameters, Mapping):
            known = [info.alias or name for name, info in cls.model_fields.items()]
            unknown = [str(name) for name in parameters if name not in known]
            if unknown:
                raise unknown_parameters(unknown, known, elsewhere=cls.elsewhere)
        return parameters


class Nothing(OperatorAsk):
    """A call without parameters."""


class WasDone(Reply):
    """The answer of a call that has nothing to say but that it was done."""

    done: bool = True


def unknown_parameters(
    unknown: list[str], known: list[str], *, elsewhere: Mapping[str, str] = MappingProxyType({})
) -> BadParameters:
    """The refusal of names nobody knows, each with what would be right."""
    found = [Problem(name, elsewhere.get(name) or _unknown_name(name, known)) for name in unknown[:NAMED_AT_MOST]]
    if len(unknown) > NAMED_AT_MOST:
        found.append(Problem("parameters", f"and {len(unknown) - NAMED_AT_MOST} more are unknown"))
    return BadParameters(tuple(found))


def _unknown_name(name: str, known: list[str]) -> str:
    """What is wrong with a name nobody knows: the nearest legal one, or all of them."""
    near = get_close_matches(name[:200], known, n=1, cutoff=0.6)
    if near:
        return f"unknown, did you mean {near[0]}?"
    return f"unknown; known are {', '.join(known)}" if known else "unknown; this call takes no parameters"


def bad_parameters(error: ValidationError) -> BadParameters:
    """A refusal of pydantic's, for values that were checked after the call's own model."""
    return BadParameters(problems(error, {}))


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorCall:
    """One call of an operator to one company."""

    slot: Slot
    companies: Companies
    world: World
    entry: CallEntry
    # Scheme, host and port under which the caller reached this server: the default company's base.
    server_url: str
    # Both tables, for signing and for the OpenAPI document.
    udesk_api: Table
    control_api: Callable[[], Table]
    description: Description

    @property
    def company(self) -> Company:
        """The company as it is now; a reset puts another one into the slot."""
        return self.slot.company

    @property
    def desk(self) -> Desk:
        """The desk, after all that is due has happened."""
        return self.company.look()

    def submit(self, command: Command[R]) -> R:
        """Has the desk do something; this call is the cause of all that follows."""
        return self.company.submit(command, self.entry.id)

    def base_url(self, slot: Slot) -> str:
        """Where a company's own `/open_api_v1` and `/_mock` stand."""
        return self.server_url if slot is self.companies.default else f"{self.server_url}/c/{slot.subdomain}"


# -- finding what a call names ------------------------------------------------------------------------------------------


def agent_of(desk: Desk, reference: str | int) -> Agent:
    """The agent with this id or name. Raises UsageError (unknown)."""
    return _one_of(desk.state.agents, "agent", reference)


def group_of(desk: Desk, reference: str | int) -> Group:
    """The group with this id or name. Raises UsageError (unknown)."""
    return _one_of(desk.state.groups, "group", reference)


_Staff = TypeVar("_Staff", Agent, Group)


def _one_of(staff: Mapping[int, _Staff], noun: str, reference: str | int) -> _Staff:
    text = str(reference)
    if text.isdecimal() and len(text) < 20 and int(text) in staff:
        return staff[int(text)]
    named = [one for one in staff.values() if one.name == text]
    if len(named) > 1:
        ids = ", ".join(str(one.id) for one in named)
        raise UsageError("conflict", f"{len(named)} {noun}s are called {text}", hint=f"name the id: {ids}")
    if not named:
        there = ", ".join(f"{one.id} {one.name}" for one in staff.values())
        raise UsageError(
            "unknown",
            f"there is no {noun} {text}",
            hint=f"there are: {there}" if there else f"POST /_mock/{noun}s adds one",
        )
    return named[0]


def customer_of(desk: Desk, customer_id: int) -> Customer:
    """The customer with this id. Raises UsageError (unknown)."""
    customer = desk.state.customers.get(customer_id)
    if customer is None:
        raise UsageError("unknown", f"there is no customer {customer_id}", hint="GET /_mock/customers lists them")
    return customer


def customer_with_token(desk: Desk, token: str) -> Customer:
    """The customer with this `customer_token`. Raises UsageError (unknown)."""
    customer = desk.customer_by("token", token)
    if customer is None:
        raise UsageError(
            "unknown", f"there is no customer with customer_token {token}", hint="GET /_mock/customers lists them"
        )
    return customer


def session_of(desk: Desk, session_id: int) -> Session:
    """The session with this id, open or closed. Raises UsageError (unknown)."""
    session = desk.state.sessions.get(session_id)
    if session is None:
        raise UsageError("unknown", f"there is no session {session_id}", hint="GET /_mock/sessions lists them")
    return session


def target_name(desk: Desk, target: Target) -> str:
    """Whom a queue waits for, in words: an agent's or group's name, or the company."""
    match target.kind:
        case "agent":
            agent = desk.state.agents.get(target.id)
            return agent.name if agent else f"agent {target.id}"
        case "group":
            group = desk.state.groups.get(target.id)
            return group.name if group else f"group {target.id}"
        case "company":
            return "anybody"
