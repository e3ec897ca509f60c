"""Loading what `--scenario` and MOCK_UDESK_SCENARIO_INLINE name, and saying all that is wrong with it."""

import os
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from .specs import INLINE

if TYPE_CHECKING:
    from ..desk.desk import Desk
    from ..scenario.scenario import Finding, Scenario


def nothing_at(path: str | Path) -> str | None:
    """What is wrong when there is neither a file nor a folder; None: there is one."""
    # Path.exists() raises for names that are too long, and where it may not look.
    is_there = os.path.exists(path)  # noqa: PTH110
    return None if is_there else f"found nothing at {path}, expected a file or folder"


class Findings(click.ClickException):
    """Something is wrong with files of the author's: a line that says what can't be done, and a line for each finding."""

    def __init__(self, what: str, findings: Iterable["Finding"]) -> None:
        super().__init__("\n".join([f"{what}:", *(str(finding) for finding in findings)]))


def seeded() -> "Desk":
    """The desk of a new company: what files say of its people and robots is tried on it."""
    from ..company.founding import opened
    from ..settings import Settings

    # Any moment will do.
    return opened(Settings(), datetime(2026, 1, 1, tzinfo=UTC))


def load_scenario(paths: Sequence[str | Path], inline: str | None, *, inline_name: str = INLINE) -> "Scenario":
    """The scenario of these files, folders and this text, which messages call by its name. Raises ScenarioErrors with all that is wrong."""
    from ..scenario.loader import load, read_sources
    from ..scenario.scenario import Source

    places = [Path(path) for path in paths]
    sources = read_sources(places)
    if inline is not None:
        sources = [*sources, Source(file=inline_name, text=inline)]
    return load(sources, paths=places, seeded=seeded)


def scenario_at_start(
    paths: Sequence[str | Path], inline: str | None, *, inline_name: str = INLINE
) -> "Scenario | None":
    """The scenario that a program begins with, its warnings told on standard error; None when it was given none.

    Raises Findings with all that is wrong.
    """
    if not paths and inline is None:
        return None
    from ..scenario.scenario import ScenarioErrors

    try:
        scenario = load_scenario(paths, inline, inline_name=inline_name)
    except ScenarioErrors as error:
        raise Findings("the scenario can't be loaded", error.findings) from None
    for finding in scenario.warnings:
        click.echo(f"warning: {finding}", err=True)
    return scenario
