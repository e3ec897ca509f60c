"""Agents, groups and the company's policy, as the operator sets them; and who takes from the queues by it."""

import dataclasses
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from . import checks, routing
from .books import Books, ticket_of
from .commands import SetPolicy
from .effects import Effect, Happened, Outcome
from .errors import UsageError
from .happenings import Happening
from .phrases import nouns
from .records import Agent, AgentStatus, Group, Stay, Target
from .staff_commands import AddAgent, AddGroup, ChangeAgent, ChangeGroup, RemoveAgent, RemoveGroup

_AGENT_FIELDS = {field.name for field in dataclasses.fields(Agent)} - {"id", "last_assigned"}
_STATUS_FIELDS = {"status", "custom_status"}


def add_agent(books: Books, command: AddAgent, now: datetime) -> Outcome[int]:
    """Doc: contract §7.2."""
    checks.check_fields(command.fields, _AGENT_FIELDS | {"id"})
    state = books.state
    wanted = checks.free_id(command.fields, state.agents, "agent")
    fields = _checked(books, command.fields, agent_id=None)
    if not fields.get("name"):
        raise UsageError("invalid", "an agent needs a name", hint="give name")
    agent_id = state.counters.agent if wanted is None else wanted
    state.counters.agent = max(state.counters.agent, agent_id + 1)
    agent = Agent(id=agent_id, **fields)
    state.agents[agent_id] = agent
    books.roster.file_agent(agent)
    effects: list[Effect] = [_staff_changed(now, f"{agent.name} was added", agent_id=agent_id, fields=fields)]
    routing.serve(books, agent, now, effects)
    return Outcome(agent_id, tuple(effects))


def change_agent(books: Books, command: ChangeAgent, now: datetime) -> Outcome[int]:
    """Doc: contract §7.2. Ruling 9: lowering the capacity leaves open sessions; who is freed takes from the queues."""
    agent = checks.agent(books, command.agent_id)
    checks.check_fields(command.fields, _AGENT_FIELDS)
    fields = _checked(books, command.fields, agent_id=agent.id)
    changed = {name: value for name, value in fields.items() if getattr(agent, name) != value}
    if not changed:
        return Outcome(agent.id, ())
    if not changed.get("name", agent.name):
        raise UsageError("invalid", "an agent needs a name", hint="leave name out to keep it")
    before = agent.status
    books.roster.unfile_agent(agent)
    for name, value in changed.items():
        setattr(agent, name, value)
    books.roster.file_agent(agent)
    effects: list[Effect] = []
    if changed.keys() - _STATUS_FIELDS:
        told = {name: value for name, value in changed.items() if name not in _STATUS_FIELDS}
        effects.append(_staff_changed(now, f"{agent.name} was changed", agent_id=agent.id, fields=told))
    if changed.keys() & _STATUS_FIELDS:
        facts = {"status": str(agent.status), "custom_status": agent.custom_status, "before": str(before)}
        effects.append(
            Happened(
                at=now,
                kind=Happening.AGENT_STATUS,
                agent_id=agent.id,
                reason=f"{agent.name} is {agent.status}",
                facts=facts,
            )
        )
    lost = _lost(books, agent)
    if lost:
        routing.release(books, lost, now, effects, reason=f"{agent.name} can't take them any more")
    routing.serve(books, agent, now, effects)
    return Outcome(agent.id, tuple(effects))


def remove_agent(books: Books, command: RemoveAgent, now: datetime) -> Outcome[None]:
    """Doc: contract §7.2. Assumed: an agent's own queue goes on as the company's."""
    agent = checks.agent(books, command.agent_id)
    busy_with = books.roster.sessions[agent.id]
    if busy_with:
        raise UsageError(
            "conflict",
            f"{agent.name} is still in {nouns(len(busy_with), 'session')} {checks.listed(busy_with)}",
            hint="close or transfer them first",
        )
    if books.roster.reserved[agent.id]:
        comers = [books.state.stays[stay_id].customer_id for stay_id in books.roster.reserved[agent.id]]
        raise UsageError(
            "conflict",
            f"{agent.name} is being assigned to customer {checks.listed(comers)}",
            hint="let the time of assign_seconds pass, and close the session first",
        )
    books.roster.remove_agent(agent)
    del books.state.agents[agent.id]
    reason = f"{agent.name} was removed"
    effects: list[Effect] = [_staff_changed(now, reason, agent_id=agent.id)]
    routing.move_queue(books, Target("agent", agent.id), now, effects, reason=reason)
    return Outcome(None, tuple(effects))


def add_group(books: Books, command: AddGroup, now: datetime) -> Outcome[int]:
    """Doc: contract §7.3."""
    state = books.state
    checks.check_fields(command.fields, ("id", "name"))
    wanted = checks.free_id(command.fields, state.groups, "group")
    name = _group_name(command.fields)
    group_id = state.counters.group if wanted is None else wanted
    state.counters.group = max(state.counters.group, group_id + 1)
    state.groups[group_id] = Group(id=group_id, name=name)
    books.roster.file_group(group_id)
    return Outcome(group_id, (_staff_changed(now, f"group {name} was added", group_id=group_id),))


def change_group(books: Books, command: ChangeGroup, now: datetime) -> Outcome[int]:
    """Doc: contract §7.3."""
    group = checks.group(books, command.group_id)
    checks.check_fields(command.fields, ("name",))
    name = _group_name(command.fields)
    if name == group.name:
        return Outcome(group.id, ())
    reason = f"group {group.name} is called {name} now"
    group.name = name
    return Outcome(group.id, (_staff_changed(now, reason, group_id=group.id),))


def remove_group(books: Books, command: RemoveGroup, now: datetime) -> Outcome[None]:
    """Doc: contract §7.3. Assumed: the group's queue goes on as the company's."""
    state = books.state
    group = checks.group(books, command.group_id)
    for agent_id in sorted(books.roster.members[group.id]):
        agent = state.agents[agent_id]
        books.roster.unfile_agent(agent)
        agent.group_ids.remove(group.id)
        books.roster.file_agent(agent)
    books.roster.unfile_group(group.id)
    del state.groups[group.id]
    state.leave_turns.pop(group.id, None)
    reason = f"group {group.name} was removed"
    effects: list[Effect] = [_staff_changed(now, reason, group_id=group.id)]
    routing.move_queue(books, Target("group", group.id), now, effects, reason=reason)
    return Outcome(None, tuple(effects))


def set_policy(books: Books, command: SetPolicy, now: datetime) -> Outcome[None]:
    """Timers that run keep their moments."""
    old, new = books.state.policy, command.policy
    if old == new:
        return Outcome(None, ())
    books.state.policy = new
    names = [field.name for field in dataclasses.fields(new) if getattr(old, field.name) != getattr(new, field.name)]
    return Outcome(None, (Happened(at=now, kind=Happening.POLICY_CHANGED, facts={"fields": names}),))


def _lost(books: Books, agent: Agent) -> list[Stay]:
    """Of those whom a place of the agent is kept for: who can't have it any more, the latest first where room is short."""
    reserved = [books.state.stays[stay_id] for stay_id in books.roster.reserved[agent.id]]
    if agent.status is not AgentStatus.ONLINE or agent.is_disabled:
        return reserved
    lost = [stay for stay in reserved if not _serves(agent, ticket_of(stay).target)]
    kept = sorted(
        (stay for stay in reserved if stay not in lost),
        key=lambda stay: (ticket_of(stay).assigns_at, ticket_of(stay).serial),
    )
    room = max(0, agent.capacity - len(books.roster.sessions[agent.id]))
    return lost + kept[room:]


def _serves(agent: Agent, target: Target) -> bool:
    return target.kind != "group" or target.id in agent.group_ids


def _checked(books: Books, fields: Mapping[str, Any], agent_id: int | None) -> dict[str, Any]:
    """The fields as they will stand in the record, without the id, else UsageError."""
    checked = {name: value for name, value in fields.items() if name != "id"}
    if "status" in checked:
        checked["status"] = _status(checked["status"])
    capacity = checked.get("capacity", 0)
    if not isinstance(capacity, int) or isinstance(capacity, bool) or capacity < 0:
        raise UsageError("invalid", f"capacity {capacity!r} is no number of sessions", hint="a whole number from 0")
    if "group_ids" in checked:
        checked["group_ids"] = list(dict.fromkeys(checked["group_ids"]))
        for group_id in checked["group_ids"]:
            if group_id not in books.state.groups:
                raise UsageError(
                    "invalid",
                    f"group {group_id} is unknown",
                    hint=checks.known(books.state.groups),
                    field="group_ids",
                )
    owner = books.roster.emails.get(checked.get("email", ""), agent_id)
    if owner != agent_id:
        raise UsageError(
            "conflict",
            f"email {checked['email']!r} belongs to agent {owner}",
            hint="each has their own",
            field="email",
        )
    return checked


def _status(value: str) -> AgentStatus:
    statuses: Collection[str] = [str(status) for status in AgentStatus]
    if value not in statuses:
        raise UsageError("invalid", f"status {value!r} is unknown", hint=checks.known(statuses))
    return AgentStatus(value)


def _group_name(fields: Mapping[str, Any]) -> str:
    name = fields.get("name")
    if not isinstance(name, str) or not name:
        raise UsageError("invalid", f"{name!r} is no name of a group", hint="give name")
    return name


def _staff_changed(
    now: datetime,
    reason: str,
    *,
    agent_id: int | None = None,
    group_id: int | None = None,
    fields: Mapping[str, Any] | None = None,
) -> Happened:
    facts: dict[str, Any] = {} if group_id is None else {"group_id": group_id}
    if fields is not None:
        facts["fields"] = sorted(fields)
    return Happened(at=now, kind=Happening.STAFF_CHANGED, agent_id=agent_id, reason=reason, facts=facts)
