"""What a command is checked for before it changes anything: that what it names exists, in words that say what would be right."""

from collections.abc import Collection, Mapping
from itertools import islice
from typing import Any

from .books import COMPANY, Books
from .errors import NO_AGENT, NO_GROUP, NO_SESSION, NOT_FOUND, DeskError, UsageError
from .records import Agent, Customer, Group, Session, Target


def known(names: Collection[object]) -> str:
    """What would have been right: the first few of what there is."""
    return f"known: {listed(names)}" if names else "there are none"


def listed(names: Collection[object]) -> str:
    """The first few of these, and how many more there are."""
    few = ", ".join(str(name) for name in islice(names, 8))
    return few + (f" and {len(names) - 8} more" if len(names) > 8 else "")


def queue_of(target: Target) -> str:
    """A queue in words."""
    return "the company's queue" if target.kind == "company" else f"{target.kind} {target.id}'s queue"


def check_fields(fields: Mapping[str, Any], allowed: Collection[str]) -> None:
    """Raises UsageError when a field is named that can't be set."""
    for name in fields:
        if name not in allowed:
            raise UsageError("invalid", f"unknown field {name!r}", hint=known(sorted(allowed)))


def customer(books: Books, customer_id: int) -> Customer:
    """The customer with this id, else DeskError NOT_FOUND."""
    found = books.state.customers.get(customer_id)
    if found is None:
        raise DeskError(NOT_FOUND, detail=f"customer {customer_id} is unknown; {known(books.state.customers)}")
    return found


def customer_by_token(books: Books, token: str) -> Customer:
    """The customer with this token, else DeskError NOT_FOUND."""
    customer_id = books.by_token.get(token)
    if customer_id is None:
        raise DeskError(NOT_FOUND, detail=f"customer_token {token!r} is unknown: create the customer first")
    return books.state.customers[customer_id]


def target(books: Books, *, agent_id: int | None, group_id: int | None) -> Target:
    """Whom a customer asks for; the agent wins over the group. Raises DeskError NO_AGENT, NO_GROUP. Ruling 8."""
    if agent_id is not None:
        if agent_id not in books.state.agents:
            raise DeskError(NO_AGENT, detail=f"agent_id {agent_id} is unknown; {known(books.state.agents)}")
        return Target("agent", agent_id)
    if group_id is not None:
        if group_id not in books.state.groups:
            raise DeskError(NO_GROUP, detail=f"group_id {group_id} is unknown; {known(books.state.groups)}")
        return Target("group", group_id)
    return COMPANY


def talking(books: Books, session_id: int) -> Session:
    """An open session that a customer's app names, else DeskError NO_SESSION."""
    found = rated(books, session_id)
    if found.closed_at is not None:
        raise DeskError(
            NO_SESSION, detail=f"session {session_id} was closed by the {found.closed_by}; ask for an agent"
        )
    return found


def rated(books: Books, session_id: int) -> Session:
    """A session that a customer's app names, open or closed, else DeskError NO_SESSION."""
    found = books.state.sessions.get(session_id)
    if found is None:
        raise DeskError(NO_SESSION, detail=f"session {session_id} is unknown; {known(books.state.sessions)}")
    return found


def session(books: Books, session_id: int) -> Session:
    """A session that the operator names, open or closed, else UsageError."""
    found = books.state.sessions.get(session_id)
    if found is None:
        raise UsageError("unknown", f"session {session_id} is unknown", hint=known(books.state.sessions))
    return found


def open_session(books: Books, session_id: int) -> Session:
    """An open session that the operator names, else UsageError."""
    found = session(books, session_id)
    if found.closed_at is not None:
        raise UsageError(
            "conflict",
            f"session {session_id} was closed by the {found.closed_by} ({found.close_type})",
            hint="the customer has to ask for an agent again",
        )
    return found


def agent(books: Books, agent_id: int) -> Agent:
    """An agent that the operator names, else UsageError."""
    found = books.state.agents.get(agent_id)
    if found is None:
        raise UsageError("unknown", f"agent {agent_id} is unknown", hint=known(books.state.agents))
    return found


def group(books: Books, group_id: int) -> Group:
    """A group that the operator names, else UsageError."""
    found = books.state.groups.get(group_id)
    if found is None:
        raise UsageError("unknown", f"group {group_id} is unknown", hint=known(books.state.groups))
    return found


def free_id(fields: Mapping[str, Any], taken: Collection[int], what: str) -> int | None:
    """The id that is asked for, None when none is; else UsageError: taken, or no id at all."""
    wanted = fields.get("id")
    if wanted is None:
        return None
    if not isinstance(wanted, int) or isinstance(wanted, bool) or wanted < 1:
        raise UsageError("invalid", f"id {wanted!r} is no id", hint="a whole number from 1")
    if wanted in taken:
        raise UsageError(
            "conflict", f"there is {what} {wanted} already", hint="leave the id out to get the next free one"
        )
    return wanted
