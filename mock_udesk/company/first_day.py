"""The people whom a scenario lays over a company on its first day, kept so that the next life has them without making them up again."""

from dataclasses import dataclass, replace
from datetime import datetime

from ..desk.desk import Desk
from ..desk.state import Policy
from ..scenario.people.overlay import copy_of_people
from ..scenario.scenario import Scenario


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstDay:
    """A desk right after the people of `scenario` were laid over it, `now`; nobody changes it."""

    scenario: Scenario
    seed: int
    now: datetime
    people: Desk

    def fits(self, scenario: Scenario, seed: int, policy: Policy) -> bool:
        """Whether another life with these begins just so."""
        return self.scenario is scenario and self.seed == seed and self.people.state.policy == policy

    def again(self, now: datetime) -> Desk:
        """Such a desk at another moment: whoever came with the scenario comes now."""
        desk = copy_of_people(self.people)
        if now != self.now:
            for customer in desk.state.customers.values():
                customer.created_at = customer.updated_at = now
            urobots = desk.state.urobots
            for number, urobot in urobots.items():
                if urobot.created_at == self.now:
                    urobots[number] = replace(urobot, created_at=now)
        return desk


def kept(scenario: Scenario, desk: Desk, now: datetime, *, seed: int) -> FirstDay:
    """The first day of a desk over which the scenario was laid just now, and to which nothing else has happened."""
    return FirstDay(scenario=scenario, seed=seed, now=now, people=copy_of_people(desk))
