"""What a company says to a scenario that it can't take, as lines for its author."""

from collections.abc import Iterator
from contextlib import contextmanager

import click
from pydantic import ValidationError

from ..desk.errors import UsageError
from ..endpoint import problems
from ..scenario.scenario import ScenarioErrors

REFUSALS = (ScenarioErrors, UsageError, ValidationError)


def refusal_lines(error: Exception) -> list[str]:
    """One of REFUSALS as lines: what was wrong, and what would be right."""
    match error:
        case ScenarioErrors():
            return [str(finding) for finding in error.findings]
        case UsageError():
            return [f"{error.message}; {error.hint}" if error.hint else error.message]
        case ValidationError():
            return [f"settings.{problem.name}: {problem.text}" for problem in problems(error, {})]
        case _:
            raise TypeError(f"expected one of REFUSALS, found {error!r}")


@contextmanager
def refusals_ending_it(what: str) -> Iterator[None]:
    """A refusal in here ends the program with 1, after `what` and all its lines."""
    try:
        yield
    except REFUSALS as error:
        raise click.ClickException("\n".join([f"{what}:", *refusal_lines(error)])) from None
