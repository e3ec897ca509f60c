"""A company and what it plays: a scenario's settings, people and rules are laid over it. Imported with the first scenario."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypeVar

from ..desk.commands import Command, SetPolicy
from ..desk.desk import Desk
from ..desk.effects import Effect, Outcome
from ..scenario.people.overlay import lay_over, rehearse
from ..scenario.scenario import Scenario
from ..scenario.templates import Templates
from ..settings import Settings
from .founding import policy
from .use_report import report

R = TypeVar("R")


def rehearsed(scenario: Scenario, desk: Desk, now: datetime, *, seed: int) -> None:
    """Tries on a copy what would be laid over the desk. Raises UsageError and DeskError; nothing changes here."""
    rehearse(scenario.parts, desk, seed=seed, now=now)


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
