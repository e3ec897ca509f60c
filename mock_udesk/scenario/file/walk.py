"""Going through a file's rules and steps, each with its path."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ..people.overlay import CompanyFields
from .bodies import Match
from .models import RuleFields
from .nodes import Node, Path
from .steps import STEPS, AnyStep, UseStep, WaitForStep

STEP_NAME: Mapping[type, str] = {model: name for name, model in STEPS.items()}


@dataclass(frozen=True, slots=True)
class Read:
    """What could be read of a file: its name in messages, its tree, and the parts of it that fit their models."""

    file: str
    root: Node
    name: str
    description: str
    # None: something is wrong with it.
    company: CompanyFields | None
    # Each with its place in the list.
    rules: Sequence[tuple[int, RuleFields]]
    steps: Mapping[str, Sequence[AnyStep]]
    # The names of all lists of steps, of those that don't fit too; None: nobody can tell.
    lists: Sequence[str] | None
    # Whether all of it fits.
    is_whole: bool


def lists(read: Read) -> Iterator[tuple[Path, Sequence[AnyStep]]]:
    """Every list of steps: those of rules, the named ones, and the `else` of each `wait_for` in them."""
    for at, rule in read.rules:
        yield from _with_inner(("rules", at, "do"), rule.do)
    for name, steps in read.steps.items():
        yield from _with_inner(("steps", name), steps)


def matches(read: Read) -> Iterator[tuple[Path, Match, str]]:
    """Every `match`, and the trigger it is of."""
    for at, rule in read.rules:
        yield ("rules", at, "match"), rule.match, rule.on
    for path, steps in lists(read):
        for at, step in enumerate(steps):
            if isinstance(step, WaitForStep):
                yield (*path, at, "wait_for", "match"), step.wait_for.match, step.wait_for.on


def _with_inner(path: Path, steps: Sequence[AnyStep]) -> Iterator[tuple[Path, Sequence[AnyStep]]]:
    yield path, steps
    for at, step in enumerate(steps):
        if isinstance(step, WaitForStep) and step.wait_for.otherwise is not None:
            yield from _with_inner((*path, at, "wait_for", "else"), step.wait_for.otherwise)


def used(steps: Sequence[AnyStep]) -> Iterator[tuple[Path, str]]:
    """The named lists that these steps use, those in an `else` too, and where below the list."""
    for path, inner in _with_inner((), steps):
        for at, step in enumerate(inner):
            if isinstance(step, UseStep):
                yield (*path, at, "use"), step.use
