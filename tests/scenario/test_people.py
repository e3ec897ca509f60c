"""Made-up people beside those whom a file names: the same for a seed, and in nobody's way."""

from typing import Any

import pytest

from mock_udesk.company.founding import opened
from mock_udesk.desk.commands import Command
from mock_udesk.desk.desk import Desk
from mock_udesk.desk.records import AgentStatus
from mock_udesk.scenario.people.overlay import CompanyFields, lay_over
from mock_udesk.scenario.templates import fake
from mock_udesk.settings import Settings
from tests import NOW


def _laid(*companies: dict[str, Any], seed: int = 0) -> Desk:
    desk = opened(Settings(), NOW)

    def submit(command: Command[Any]) -> Any:
        return desk.handle(command, NOW).reply

    for company in companies:
        lay_over(CompanyFields.model_validate(company), desk, submit, seed=seed)
    return desk


def test_so_many_are_made_up_beside_the_named() -> None:
    """Each with what references need: a name of their own, a token, an email."""
    desk = _laid({"agents": [{"name": "Mary"}], "people": {"agents": 3, "customers": 20}})

    agents, customers = list(desk.state.agents.values()), list(desk.state.customers.values())
    assert [agent.name for agent in agents[:3]] == ["Tom", "Jerry", "Mary"]
    assert len({agent.name for agent in agents}) == len(agents) == 6
    assert {(agent.status, agent.capacity) for agent in agents[3:]} == {(AgentStatus.ONLINE, 5)}
    assert [customer.token for customer in customers] == [f"customer-{number}" for number in range(1, 21)]
    assert len({customer.email for customer in customers}) == 20


def test_a_seed_makes_up_the_same_people_again() -> None:
    """And another one others."""
    people = {"people": {"agents": 3, "customers": 5}}

    assert _laid(people, seed=7).state == _laid(people, seed=7).state
    assert _laid(people, seed=7).state != _laid(people, seed=8).state


def test_nobody_made_up_has_what_is_somebody_elses() -> None:
    """Name, token, email, number: whoever would is replaced by the next of the seed."""
    token, email, number = (fake.made_up_customers(3, 0)[at][key] for at, key in enumerate(_KEYS))
    first_agent, second_agent = fake.made_up_agents(2, 0)
    named = {
        "agents": [{"name": first_agent["name"]}, {"name": "Ann", "email": second_agent["email"]}],
        "customers": [
            {"customer_token": token},
            {"nick_name": "小王", "email": email},
            {"nick_name": "小李", "cellphones": number},
        ],
    }
    desk = _laid({**named, "people": {"agents": 1, "customers": 2}})

    made_up = [customer.token for customer in desk.state.customers.values()][3:]
    assert made_up == ["customer-4", "customer-5"]
    assert [agent.name for agent in desk.state.agents.values()][4:] == [fake.made_up_agents(3, 0)[2]["name"]]


_KEYS = ("customer_token", "email", "cellphones")


def test_a_file_that_is_loaded_again_makes_up_nobody_else() -> None:
    """`people` says how many there are: who is there already counts, so a reload after an edit adds who is missing."""
    once = _laid({"people": {"agents": 2, "customers": 3}})
    again = _laid({"people": {"agents": 2, "customers": 3}}, {"people": {"agents": 2, "customers": 3}})
    more = _laid({"people": {"customers": 3}}, {"people": {"customers": 5}})

    assert again.state == once.state
    assert len(more.state.customers) == 5


@pytest.mark.parametrize("people", [{}, {"agents": 0, "customers": 0}])
def test_nobody_is_made_up_unasked(people: dict[str, int], monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor is what makes them up loaded, which takes long."""
    monkeypatch.delattr(fake, "made_up_agents")

    assert len(_laid({"people": people}).state.agents) == 2
