"""Whom people mean by an id or a name, in files and in calls: the one of that id, else the one of that name."""

from collections.abc import Iterable, Mapping
from typing import Protocol, TypeVar

from . import checks
from .errors import UsageError
from .records import Agent, Group
from .state import State

# An agent, a group, a robot … by id or by name.
Reference = str | int


class Named(Protocol):
    """What has an id and a name; names may be shared."""

    @property
    def id(self) -> int:
        """Nobody else's."""

    @property
    def name(self) -> str:
        """Perhaps somebody else's too."""


_Named = TypeVar("_Named", bound=Named)


def agent_named(state: State, reference: Reference) -> Agent:
    """The agent with this id or name. Raises UsageError as `one_named`."""
    return one_named(state.agents, reference, "agent")


def group_named(state: State, reference: Reference) -> Group:
    """The group with this id or name. Raises UsageError as `one_named`."""
    return one_named(state.groups, reference, "group")


def one_named(those: Mapping[int, _Named], reference: Reference, noun: str) -> _Named:
    """The one of these with this id or name; digits are an id if one has it. Raises UsageError: unknown, or conflict: several share the name."""
    meant = all_named(those, reference)
    if not meant:
        raise UsageError("unknown", f"{noun} {reference!r} is unknown", hint=checks.known(_labels(those.values())))
    if len(meant) > 1:
        ids = checks.listed([one.id for one in meant])
        raise UsageError("conflict", f"{len(meant)} {noun}s are called {reference}", hint=f"name the id: {ids}")
    return meant[0]


def all_named(those: Mapping[int, _Named], reference: Reference) -> list[_Named]:
    """All that a reference may mean, in order: the one with this id, else whoever has this name."""
    number = id_in(reference)
    if number is not None and number in those:
        return [those[number]]
    name = str(reference)
    return [one for one in those.values() if one.name == name]


def is_meant(one: Named, those: Mapping[int, Named], reference: Reference) -> bool:
    """Whether a reference means this one of these, or them among others who share the name; that it means nobody is no error here."""
    number = id_in(reference)
    if number is not None and number in those:
        return one.id == number
    return one.name == str(reference)


def id_in(reference: Reference) -> int | None:
    """The id that a reference may be: a number, or digits."""
    if isinstance(reference, int):
        return reference
    return int(reference) if reference.isascii() and reference.isdecimal() and len(reference) < 20 else None


def _labels(those: Iterable[Named]) -> list[str]:
    return [f"{one.name} ({one.id})" for one in those]
