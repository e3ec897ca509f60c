"""A company and what it plays: a scenario's settings, people and rules are laid over it. Imported with the first scenario."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

from ..desk.commands import Command, SetPolicy
from ..desk.desk import Desk
from ..desk.effects import Effect, Outcome
from ..scenario.people.overlay import lay_over, rehearse
from ..scenario.scenario import Scenario
from ..scenario.templates import Templates
from ..settings import Settings
from . import first_day
from .founding import played_with, policy
from .story.use_report import report

if TYPE_CHECKING:
    from .company import Company

R = TypeVar("R")


def found(company: "Company", scenario: Scenario) -> None:
    """The first day: nobody is there yet to whom anything could happen, so nothing but the loading is told."""
    now, seed = company.clock.now(), company.founding.seed
    if company.first_day is not None and company.first_day.fits(scenario, seed, policy(company.settings)):
        company.desk = company.first_day.again(now)
    else:
        laid(scenario, company.desk, company.settings, now, seed=seed)
        company.first_day = first_day.kept(scenario, company.desk, now, seed=seed)
    _begin(company, scenario, now, None)


def load(company: "Company", scenario: Scenario, cause: int | None) -> None:
    """Plays this scenario in place of the one that is played, with its own settings laid over those there are."""
    _replace(company, scenario, played_with(scenario, company.settings), cause)


def reload(company: "Company", scenario: Scenario) -> None:
    """Plays this scenario as if the company had been founded with it, but for what was set since."""
    founding = replace(company.founding, scenario=scenario)
    before, after = company.founding.first_settings, founding.first_settings
    fresh = {
        name: value
        for name, value in after
        if value != getattr(before, name) and getattr(company.settings, name) == getattr(before, name)
    }
    _replace(company, scenario, company.settings.model_copy(update=fresh), None)
    company.founding = founding


def unload(company: "Company", scenario: Scenario, cause: int | None) -> None:
    """Plays this scenario, the one that is played, no more."""
    now = company.clock.now()
    company.catch_up(now)
    entry = company.journal.scenario("unloaded", unloading(scenario, company.desk), now, cause)
    company.scenario = None
    company.carry_out(company.desk.unload_script(old_runs=company.settings.scenario_runs, now=now), entry)
    company.rang()


def _replace(company: "Company", scenario: Scenario, settings: Settings, cause: int | None) -> None:
    now, seed, desk = company.clock.now(), company.founding.seed, company.desk
    company.catch_up(now)
    rehearse(scenario.parts, desk, seed=seed, now=now)
    company.take_over(settings)
    effects = laid(scenario, desk, settings, now, seed=seed)
    if company.scenario is not None:
        company.journal.scenario("unloaded", unloading(company.scenario, desk), now, cause)
    _begin(company, scenario, now, cause, unheard=effects)
    company.rang()


def _begin(
    company: "Company", scenario: Scenario, now: datetime, cause: int | None, *, unheard: Sequence[Effect] = ()
) -> None:
    entry = company.journal.scenario("loaded", loading(scenario), now, cause)
    company.scenario = scenario
    seed = company.founding.seed
    company.carry_out(start(scenario, company.desk, now, company.settings, seed=seed, unheard=unheard), entry)


def laid(scenario: Scenario, desk: Desk, settings: Settings, now: datetime, *, seed: int) -> list[Effect]:
    """Lays policy, people and robots of all files over the desk, in order; what came of it, of which no rule has heard yet."""
    effects: list[Effect] = []

    def submit(command: Command[R]) -> R:
        outcome = desk.handle_unheard(command, now)
        effects.extend(outcome.effects)
        return outcome.reply

    if policy(settings) != desk.state.policy:
        submit(SetPolicy(policy(settings)))
    for part in scenario.parts:
        lay_over(part.company, desk, submit, seed=seed)
    return effects


def start(
    scenario: Scenario, desk: Desk, now: datetime, settings: Settings, *, seed: int, unheard: Sequence[Effect] = ()
) -> Outcome[int]:
    """Hands the rules to the desk, whose version of them it replies with; `unheard` is the first that they hear of."""
    return desk.load_script(
        scenario.script, texts=Templates(), seed=seed, old_runs=settings.scenario_runs, now=now, unheard=unheard
    )


def loading(scenario: Scenario) -> dict[str, Any]:
    """What the journal says of a scenario that is loaded."""
    return {
        "files": [part.file for part in scenario.parts],
        "names": [part.name for part in scenario.parts],
        "rules": len(scenario.script.rules),
    }


def unloading(scenario: Scenario, desk: Desk) -> dict[str, Any]:
    """What the journal says of a scenario that is unloaded: what of it ran how often, and what never did."""
    return {**loading(scenario), "use": report(desk)}
