"""What an operator can ask of a desk about agents and groups. Who asks and what is checked: `commands.py`."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .commands import Command


@dataclass(frozen=True, slots=True)
class AddAgent(Command[int]):
    """Adds an agent; `fields` are names of `Agent`, `id` optional. Raises UsageError: id or email taken, unknown group, bad capacity."""

    fields: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ChangeAgent(Command[int]):
    """Changes the named fields of an agent; who is freed by it takes from the queues at once. Raises UsageError."""

    agent_id: int
    fields: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class RemoveAgent(Command[None]):
    """Removes an agent; the agent's own queue goes on as the company's. Raises UsageError: unknown, still with a customer (conflict)."""

    agent_id: int


@dataclass(frozen=True, slots=True)
class AddGroup(Command[int]):
    """Adds a group; `fields` are `id` (optional) and `name`. Raises UsageError: id taken."""

    fields: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ChangeGroup(Command[int]):
    """Renames a group. Raises UsageError: unknown."""

    group_id: int
    fields: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class RemoveGroup(Command[None]):
    """Removes a group from its members; customers in its queue go to the end of the company's. Raises UsageError: unknown."""

    group_id: int
