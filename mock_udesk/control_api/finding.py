"""Finding what a call names, by id or by name; what is not there is refused with what is."""

from collections.abc import Mapping
from typing import TypeVar

from ..desk.desk import Desk
from ..desk.errors import UsageError
from ..desk.knowledge import Robot, Urobot
from ..desk.records import Agent, Customer, Group, Session, Target
from .operator import is_id

_Named = TypeVar("_Named", Agent, Group, Robot, Urobot)


def agent_of(desk: Desk, reference: str | int) -> Agent:
    """The agent with this id or name. Raises UsageError (unknown)."""
    return _one_of(desk.state.agents, "agent", reference)


def group_of(desk: Desk, reference: str | int) -> Group:
    """The group with this id or name. Raises UsageError (unknown)."""
    return _one_of(desk.state.groups, "group", reference)


def robot_of(desk: Desk, reference: str | int) -> Robot:
    """The robot with this id or name. Raises UsageError (unknown)."""
    return _one_of(desk.state.robots, "robot", reference)


def urobot_of(desk: Desk, reference: str | int) -> Urobot:
    """The urobot with this id or name. Raises UsageError (unknown)."""
    return _one_of(desk.state.urobots, "urobot", reference)


def _one_of(staff: Mapping[int, _Named], noun: str, reference: str | int) -> _Named:
    text = str(reference)
    if is_id(text) and int(text) in staff:
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
        hint = "GET /_mock/sessions lists them"
        if session_id in desk.state.talks:
            hint = f"{session_id} is a talk with a robot: GET /_mock/robot-talks/{session_id}"
        raise UsageError("unknown", f"there is no session {session_id}", hint=hint)
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
