"""A queued customer is taken out of order, or goes: what an operator or a scenario decides over the queue's head."""

from datetime import datetime

from . import checks, routing, sessions
from .books import Books, ticket_of
from .commands import AcceptQueued, LeaveQueue
from .effects import Effect, Outcome
from .errors import UsageError
from .records import Agent, Session, Stay, Target
from .standing import standing


def accept_queued(books: Books, command: AcceptQueued, now: datetime) -> Outcome[Session]:
    """Ruling 9: nobody who is offline, busy or full. Who is being assigned keeps that agent's place, or gives it up for another's.

    Assumed: bare means whoever the queue waits for, and the agent whose place is kept before all others.
    """
    stay = _queued(books, command.stay_id)
    target = _asked_for(books, command, stay)
    agent = _kept(books, stay, target) or books.roster.pick(target)
    if agent is None:
        raise UsageError(
            "conflict", routing.why_nobody(books, target), hint="whoever accepts must be online and have room"
        )
    effects: list[Effect] = []
    freed = sessions.start(books, stay, agent, now=now, effects=effects)
    session = books.state.sessions[stay.session_ids[-1]]
    routing.serve(books, freed, now, effects)
    return Outcome(session, tuple(effects))


def leave_queue(books: Books, command: LeaveQueue, now: datetime) -> Outcome[None]:
    """As 放弃排队, whichever queue it is. Ruling 13."""
    stay = _queued(books, command.stay_id)
    effects: list[Effect] = []
    routing.serve(books, routing.abandon(books, stay, "gave_up", now, effects), now, effects)
    return Outcome(None, tuple(effects))


def _queued(books: Books, stay_id: int) -> Stay:
    stay = books.state.stays.get(stay_id)
    if stay is None:
        raise UsageError("unknown", f"stay {stay_id} is unknown, or over", hint=checks.known(books.state.stays))
    if stay.ticket is None:
        raise UsageError("conflict", f"{standing(books, stay)}, not in a queue", hint="name somebody who waits")
    return stay


def _asked_for(books: Books, command: AcceptQueued, stay: Stay) -> Target:
    if command.agent_id is not None:
        return Target("agent", checks.agent(books, command.agent_id).id)
    if command.group_id is not None:
        return Target("group", checks.group(books, command.group_id).id)
    return ticket_of(stay).target


def _kept(books: Books, stay: Stay, target: Target) -> Agent | None:
    """The agent whose place is kept for the customer, if one of those is asked for."""
    agent_id = ticket_of(stay).agent_id
    agent = None if agent_id is None else books.state.agents[agent_id]
    if agent is None or target.kind == "company" or target == Target("agent", agent.id):
        return agent
    return agent if target.kind == "group" and target.id in agent.group_ids else None
