"""Agents and groups that rules name: whether the company has them, and who may be meant instead."""

from collections.abc import Iterator, Mapping

from ...desk.desk import Desk
from ...desk.references import id_in
from ..scenario import MOST_FINDINGS, Finding
from .bodies import Match, Whom
from .nodes import Path
from .steps import AcceptStep, SetAgentStep, TransferStep
from .values import few, is_template, near_one
from .walk import STEP_NAME, Read, lists, matches
from .words import finding_at


class People:
    """Who is there, by id and by name."""

    def __init__(self, desk: Desk | None, *, has_made_up: bool) -> None:
        agents, groups = ({}, {}) if desk is None else (desk.state.agents, desk.state.groups)
        self._names: Mapping[str, Mapping[int, str]] = {
            "agent": {agent.id: agent.name for agent in agents.values()},
            "group": {group.id: group.name for group in groups.values()},
        }
        self._ids: dict[str, dict[str, list[int]]] = {noun: {} for noun in self._names}
        for noun, names in self._names.items():
            for id_, name in names.items():
                self._ids[noun].setdefault(name, []).append(id_)
        # Whoever is made up has a name that nobody knows yet.
        self._open = {"agent"} if has_made_up else set[str]()

    def ids_of(self, noun: str, reference: str | int) -> list[int]:
        """The ids of all who may be meant."""
        names, text = self._names[noun], str(reference)
        number = id_in(reference)
        if number is not None and number in names:
            return [number]
        return self._ids[noun].get(text, [])

    def instead(self, noun: str, reference: str | int) -> str | None:
        """Who may be meant instead of somebody unknown; None: perhaps who is made up."""
        names = self._names[noun]
        near = near_one(str(reference), tuple(names.values()))
        if near is not None:
            return f"{near} (the nearest)"
        if noun in self._open:
            return None
        return few([f"{id_} {name}" for id_, name in names.items()]) if names else f"{noun}s: there are none"


def unknown_people(read: Read, people: People) -> Iterator[Finding]:
    """Whom rules name and nobody is, or several are whom only one can be.

    Of very many one more than are told, for who is meant instead takes time to find.
    """
    told = 0
    asked: dict[tuple[str, str | int], str | None] = {}
    for path, noun, reference in _references(read):
        if is_template(reference) or told > MOST_FINDINGS or len(asked) > 2 * MOST_FINDINGS:
            continue
        who = (noun, reference)
        ids = people.ids_of(*who)
        if len(ids) > 1 and "match" not in path:
            told += 1
            found = f"{len(ids)} {noun}s who are called {str(reference)[:80]}"
            yield finding_at(
                read.root,
                path,
                read.file,
                found=found,
                expected=f"an id, {few([str(id_) for id_ in ids])}",
                severity="warning",
            )
        if ids:
            continue
        if who not in asked:
            asked[who] = people.instead(*who)
        expected = asked[who]
        if expected is not None:
            told += 1
            found = f"unknown {noun} {str(reference)[:80]}"
            yield finding_at(read.root, path, read.file, found=found, expected=expected, severity="warning")


def _references(read: Read) -> Iterator[tuple[Path, str, str | int]]:
    """Every agent and group that rules and steps name."""
    for path, match, _ in matches(read):
        yield from _both(path, match)
    for path, steps in lists(read):
        for at, step in enumerate(steps):
            where = (*path, at, STEP_NAME[type(step)])
            if isinstance(step, TransferStep):
                yield from _both(where, step.transfer)
            elif isinstance(step, AcceptStep) and step.accept is not None:
                yield from _both(where, step.accept)
            elif isinstance(step, SetAgentStep):
                if step.set_agent.agent is not None:
                    yield (*where, "agent"), "agent", step.set_agent.agent
                # A list, or a template that comes to one.
                groups: object = step.set_agent.groups
                for index, group in enumerate(groups if isinstance(groups, list) else ()):
                    yield (*where, "groups", index), "group", group


def _both(path: Path, named: Match | Whom) -> Iterator[tuple[Path, str, str | int]]:
    if named.agent is not None:
        yield (*path, "agent"), "agent", named.agent
    if named.group is not None:
        yield (*path, "group"), "group", named.group
