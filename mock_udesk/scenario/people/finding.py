"""Finding whom somebody names, by id or by name; what is not there is refused with what is."""

from collections.abc import Mapping, Sequence
from itertools import islice
from typing import NoReturn, TypeVar

from ...desk.desk import Desk
from ...desk.errors import UsageError
from ...desk.knowledge import Robot, Urobot
from ...desk.records import Agent, Group
from ...desk.references import all_named

# So many are told where somebody is not found.
_MOST = 8
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


def named(those: Mapping[int, _Named], noun: str, name: str) -> _Named | None:
    """The one of them with this name, None when there is none. Raises UsageError (conflict): several have it."""
    found = [one for one in those.values() if one.name == name]
    if len(found) > 1:
        _refuse_shared(found, noun, name)
    return found[0] if found else None


def few(those: Mapping[int, _Named]) -> str:
    """Who is there by id and name, of many the first; "" when nobody is."""
    there = ", ".join(f"{one.id} {one.name:.80}" for one in islice(those.values(), _MOST))
    return there + (f" and {len(those) - _MOST:,} more" if len(those) > _MOST else "")


def _one_of(those: Mapping[int, _Named], noun: str, reference: str | int) -> _Named:
    found = all_named(those, reference)
    if not found:
        there = few(those)
        raise UsageError(
            "unknown",
            f"there is no {noun} {reference}",
            hint=f"there are: {there}" if there else f"POST /_mock/{noun}s adds one",
        )
    if len(found) > 1:
        _refuse_shared(found, noun, str(reference))
    return found[0]


def _refuse_shared(found: Sequence[_Named], noun: str, name: str) -> NoReturn:
    ids = ", ".join(str(one.id) for one in found[:_MOST]) + (" …" if len(found) > _MOST else "")
    raise UsageError("conflict", f"{len(found)} {noun}s are called {name}", hint=f"name the id: {ids}")
