"""Who takes the customer, and who stands where in which queue."""

import dataclasses
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Literal

from . import checks, people, sessions
from .books import COMPANY, Books, ticket_of
from .commands import Answer, AskForAgent, Assigned, Assigning, GiveUpQueue, NobodyOnline, Queued
from .effects import Effect, Happened, Outcome
from .errors import NOT_QUEUEING, DeskError
from .happenings import Happening
from .history import note_abandoned
from .lifecycle import Move, Stage, after
from .records import FROM_API, Agent, AgentStatus, Origin, QueueTicket, Stay, Target


def ask_for_agent(books: Books, command: AskForAgent, now: datetime) -> Outcome[Answer]:
    """Doc: im-api-v2 §创建会话(请求分配客服). Rulings 7 to 10."""
    customer = people.asking(books, command)
    stay = None if customer is None else books.stay_of(customer.id, command.origin.session_key)
    if stay is not None and stay.session_id is not None:
        # Ruling 7: an open session is returned whoever is asked for, so nobody is looked up.
        return Outcome(Assigned(books.state.sessions[stay.session_id], is_new=False), ())
    target = checks.target(books, agent_id=command.agent_id, group_id=command.group_id)
    effects: list[Effect] = []
    if customer is None:
        customer = people.make_asking(books, command, now, effects)
    is_elsewhere = stay is None or stay.ticket is None or stay.ticket.target != target
    agent = books.roster.pick(target) if is_elsewhere else None
    reason = "" if agent is not None else why_nobody(books, target)
    if not books.roster.is_anybody_there(target):
        return Outcome(NobodyOnline(target, reason), tuple(effects))
    if stay is None:
        stay = begin_stay(books, customer.id, command.origin, now)
    elif stay.stage is Stage.ROBOT:
        come_from(stay, command.origin)
    if agent is not None:
        # Who has room has nobody waiting for them, so this is nobody else's turn.
        serve(books, sessions.start(books, stay, agent, now=now, effects=effects), now, effects)
    elif is_elsewhere:
        serve(books, join(books, stay, _new_ticket(books, target, now), now, effects, reason=reason), now, effects)
    return Outcome(_answer(books, stay, reason), tuple(effects))


def give_up_queue(books: Books, command: GiveUpQueue, now: datetime) -> Outcome[None]:
    """Doc: im-api-v2 §放弃排队. Ruling 13."""
    customer = checks.customer_by_token(books, command.customer_token)
    for stay in books.stays_of(customer.id):
        if stay.ticket is not None and stay.ticket.target == command.target:
            effects: list[Effect] = []
            serve(books, abandon(books, stay, "gave_up", now, effects), now, effects)
            return Outcome(None, tuple(effects))
    named = "no queue" if command.target is None else checks.queue_of(command.target)
    tickets = (stay.ticket for stay in books.stays_of(customer.id))
    queues = [checks.queue_of(ticket.target) for ticket in tickets if ticket is not None]
    raise DeskError(NOT_QUEUEING, detail=f"{named} was named; the customer waits in {', '.join(queues) or 'none'}")


def begin_stay(books: Books, customer_id: int, origin: Origin, now: datetime) -> Stay:
    """The stay of a customer who has just come; the caller makes the first move."""
    counters = books.state.counters
    stay = Stay(id=counters.stay, customer_id=customer_id, began_at=now, stage=Stage.NEW, origin=origin)
    counters.stay += 1
    books.add_stay(stay)
    return stay


def come_from(stay: Stay, origin: Origin) -> None:
    """Who has only talked to robots asks again: the new origin counts, but what it leaves open stays as it was said before. Ruling 18."""
    fields = {field.name: getattr(origin, field.name) for field in dataclasses.fields(Origin)}
    said = {name: value for name, value in fields.items() if value != getattr(FROM_API, name)}
    stay.origin = dataclasses.replace(stay.origin, **said)


def serve(books: Books, agent: Agent | None, now: datetime, effects: list[Effect]) -> None:
    """A freed agent takes from the queues as long as they have room. Ruling 9."""
    while agent is not None and books.roster.has_room(agent):
        stay = books.next_for(agent)
        if stay is None:
            return
        _take(books, stay, agent, now, effects)


def serve_queue(books: Books, target: Target, now: datetime, effects: list[Effect]) -> None:
    """Those who came into a queue otherwise than by asking are taken as long as somebody has room."""
    while target in books.queues and len(books.queues[target]):
        agent = books.roster.pick(target)
        stay = None if agent is None else books.next_for(agent)
        if agent is None or stay is None:
            return
        _take(books, stay, agent, now, effects)


def join(
    books: Books, stay: Stay, ticket: QueueTicket, now: datetime, effects: list[Effect], *, reason: str
) -> Agent | None:
    """Puts a stay at the end of a queue, out of the one it may stand in; returns the agent whose kept place is free by this."""
    freed = None
    stay.stage = after(stay.stage, Move.JOIN)
    if stay.waits_since is None:
        stay.waits_since = now
    if stay.ticket is not None:
        freed = books.leave(stay)
    books.join(stay, ticket)
    effects.append(_happened(Happening.QUEUED, stay, ticket.target, now, reason=reason, place=books.place(stay)))
    return freed


def move_queue(books: Books, target: Target, now: datetime, effects: list[Effect], *, reason: str) -> None:
    """All of a queue that is no more go to the end of the company's, in order; they keep the moments they joined and time out."""
    queue = books.queues.get(target)
    freed: list[Agent | None] = []
    for stay_id in [] if queue is None else queue.held():
        stay = books.state.stays[stay_id]
        old = ticket_of(stay)
        ticket = QueueTicket(
            target=COMPANY, serial=_serial(books), joined_at=old.joined_at, times_out_at=old.times_out_at
        )
        freed.append(join(books, stay, ticket, now, effects, reason=reason))
    for agent in freed:
        serve(books, agent, now, effects)
    serve_queue(books, COMPANY, now, effects)


def release(books: Books, stays: Iterable[Stay], now: datetime, effects: list[Effect], *, reason: str) -> None:
    """The places kept for these are not to be had after all: back to the old places, and to whoever else has room."""
    released = sorted(stays, key=lambda stay: ticket_of(stay).serial)
    for stay in released:
        agent_id = ticket_of(stay).agent_id
        stay.stage = after(stay.stage, Move.RELEASE)
        books.release(stay)
        target = ticket_of(stay).target
        effects.append(
            _happened(Happening.RELEASED, stay, target, now, reason=reason, place=books.place(stay), agent_id=agent_id)
        )
    for target in dict.fromkeys(ticket_of(stay).target for stay in released):
        serve_queue(books, target, now, effects)


def abandon(
    books: Books,
    stay: Stay,
    reason: Literal["gave_up", "timed_out", "customer_removed"],
    now: datetime,
    effects: list[Effect],
) -> Agent | None:
    """The customer leaves the queue unserved; returns the agent whose kept place is free by this. Doc: im-api-v2 §放弃排队查询."""
    stay.stage = after(stay.stage, Move.ABANDON)
    ticket = ticket_of(stay)
    freed = books.leave(stay)
    books.end_stay(stay)
    note_abandoned(books.state, stay, ticket, reason, now)
    effects.append(_happened(Happening.QUEUE_ABANDONED, stay, ticket.target, now, reason=reason))
    return freed


def assign_due(books: Books, stay_id: int, now: datetime, effects: list[Effect]) -> None:
    """The time of 分配中 is over: the session starts. Ruling 10."""
    stay = books.state.stays[stay_id]
    agent_id = ticket_of(stay).agent_id
    if agent_id is not None:
        serve(books, sessions.start(books, stay, books.state.agents[agent_id], now=now, effects=effects), now, effects)


def queue_timeout_due(books: Books, stay_id: int, now: datetime, effects: list[Effect]) -> None:
    """The customer has waited long enough, being assigned or not. Ruling 15."""
    serve(books, abandon(books, books.state.stays[stay_id], "timed_out", now, effects), now, effects)


def why_nobody(books: Books, target: Target) -> str:
    """Why no agent of the target takes anybody, in English."""
    state, roster = books.state, books.roster
    if target.kind == "agent":
        agent = state.agents[target.id]
        if agent.is_disabled:
            return f"{agent.name} is disabled"
        if agent.status is AgentStatus.ONLINE:
            return f"{agent.name} is full: {roster.load(agent)} of {agent.capacity}"
        return f"{agent.name} is {agent.status}"
    pool = roster.pool(target)
    of_whom = f" of {state.groups[target.id].name}" if target.kind == "group" else ""
    if not pool.ids:
        return f"there is nobody{of_whom}"
    if not pool.online:
        how = "offline" if not pool.busy else "busy" if pool.busy == len(pool.ids) else "busy or offline"
        return f"everybody{of_whom} is {how}"
    return f"everybody{of_whom} who is online is full"


def _take(books: Books, stay: Stay, agent: Agent, now: datetime, effects: list[Effect]) -> None:
    """An agent with room and the customer whose turn it is: the place is kept for them first, if so set. Ruling 10."""
    delay = timedelta(seconds=books.state.policy.assign_seconds)
    if not delay:
        sessions.start(books, stay, agent, now=now, effects=effects)
        return
    stay.stage = after(stay.stage, Move.RESERVE)
    books.reserve(stay, agent, now + delay)
    effects.append(
        _happened(
            Happening.ASSIGNING, stay, ticket_of(stay).target, now, reason=f"{agent.name} has room", agent_id=agent.id
        )
    )


def _answer(books: Books, stay: Stay, reason: str) -> Answer:
    """How the customer stands after asking."""
    if stay.session_id is not None:
        return Assigned(books.state.sessions[stay.session_id], is_new=True)
    target = ticket_of(stay).target
    if stay.stage is Stage.ASSIGNING:
        return Assigning(target)
    return Queued(target, books.place(stay), reason)


def _new_ticket(books: Books, target: Target, now: datetime) -> QueueTicket:
    seconds = books.state.policy.queue_timeout_seconds
    due = None if seconds is None else now + timedelta(seconds=seconds)
    return QueueTicket(target=target, serial=_serial(books), joined_at=now, times_out_at=due)


def _serial(books: Books) -> int:
    serial = books.state.counters.serial
    books.state.counters.serial += 1
    return serial


def _happened(
    kind: Happening,
    stay: Stay,
    target: Target,
    now: datetime,
    *,
    reason: str,
    place: int | None = None,
    agent_id: int | None = None,
) -> Happened:
    facts: dict[str, object] = {"target": {"kind": target.kind, "id": target.id}}
    if place is not None:
        facts["place"] = place
    return Happened(
        at=now,
        kind=kind,
        customer_id=stay.customer_id,
        stay_id=stay.id,
        agent_id=agent_id,
        reason=reason,
        facts=facts,
    )
