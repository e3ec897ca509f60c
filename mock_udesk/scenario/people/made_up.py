"""Made-up people that a company has not yet: none who is there already, and none who would have what is somebody else's."""

from collections.abc import Callable
from enum import Enum, auto
from typing import Any, TypeVar

from ...desk.desk import Desk
from ..templates.fake import made_up_agents, made_up_customers
from .customers import CustomerOverlay, owned
from .staff import AgentOverlay

T = TypeVar("T", AgentOverlay, CustomerOverlay)


class _Standing(Enum):
    """How a made-up person stands to a company: there as made up, somebody else has their name or the like, or new."""

    THERE = auto()
    TAKEN = auto()
    NEW = auto()


def new_agents(desk: Desk, count: int, seed: int) -> list[AgentOverlay]:
    """Those that the desk lacks of so many agents of this seed: a file that is loaded again adds nobody."""
    people = {(agent.name, agent.email) for agent in desk.state.agents.values()}
    names, emails = {name for name, _ in people}, {email for _, email in people}

    def standing(agent: AgentOverlay) -> _Standing:
        if (agent.name, agent.email) in people:
            return _Standing.THERE
        return _Standing.TAKEN if agent.name in names or agent.email in emails - {""} else _Standing.NEW

    return _new(AgentOverlay, made_up_agents, standing, count=count, seed=seed)


def new_customers(desk: Desk, count: int, seed: int) -> list[CustomerOverlay]:
    """Those that the desk lacks of so many customers of this seed: a file that is loaded again adds nobody."""
    names = {customer.nick_name for customer in desk.state.customers.values()}

    def standing(customer: CustomerOverlay) -> _Standing:
        owners = {taken.field: taken.owner.id for taken in owned(desk, customer)}
        if {"customer_token", "email"} <= owners.keys() and len(set(owners.values())) == 1:
            return _Standing.THERE
        return _Standing.TAKEN if owners or customer.nick_name in names else _Standing.NEW

    return _new(CustomerOverlay, made_up_customers, standing, count=count, seed=seed)


def _new(
    overlay: type[T],
    make: Callable[[int, int], list[dict[str, Any]]],
    standing: Callable[[T], _Standing],
    *,
    count: int,
    seed: int,
) -> list[T]:
    """Of so many who are not taken, those who are new. Whoever is taken is replaced by the next of the seed."""
    made = 0
    people: list[tuple[T, _Standing]] = []
    while len(people) < count:
        wanted = made + count - len(people)
        # Of a larger count the first are the same.
        fresh = [overlay.model_validate(fields) for fields in make(wanted, seed)[made:]]
        people += [(person, found) for person in fresh if (found := standing(person)) is not _Standing.TAKEN]
        made = wanted
    return [person for person, found in people if found is _Standing.NEW]
