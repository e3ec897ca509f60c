"""What is worth a look in files that can be loaded: names that nobody has, rules and steps that never run."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

from ...desk.desk import Desk
from ..scenario import MOST_FINDINGS, Finding
from .bodies import Match
from .fitting import never_fits, nobody_replies
from .mentions import People, unknown_people
from .nodes import Path, place_of
from .steps import AnyStep, CloseStep, StopStep, UseStep
from .uses import in_order
from .walk import STEP_NAME, Read, lists, used
from .words import finding_at


def warnings(reads: Sequence[Read], desk: Desk | None, *, has_bad_use: bool) -> Iterator[Finding]:
    """All of the parts that fit, of all files. `desk` has the people that the files are about; None: nobody can tell who they are."""
    people = People(desk, has_made_up=any(read.company is not None and read.company.people.agents for read in reads))
    for read in reads:
        checks = [never_fits(read), nobody_replies(read), _dead_steps(read)]
        if desk is not None:
            checks.append(unknown_people(read, people))
        # What is wrong elsewhere may use a list that nothing else uses.
        if read.is_whole and not has_bad_use:
            checks.append(_unused(read))
        for found in checks:
            # More are not told.
            yield from islice(found, MOST_FINDINGS + 1)
    yield from islice(_shadowed(reads, people), MOST_FINDINGS * 2)


def _warning(read: Read, path: Path, found: str, expected: str) -> Finding:
    return finding_at(read.root, path, read.file, found=found, expected=expected, severity="warning")


# -- what never runs ----------------------------------------------------------------------------------------------------


def _dead_steps(read: Read) -> Iterator[Finding]:
    """The first step after one that ends the run, in each list."""
    ends: dict[str, bool] = {}
    for name in in_order(read):
        ends[name] = any(_ends(step, ends) for step in read.steps[name])
    for path, steps in lists(read):
        last = next((at for at, step in enumerate(steps) if _ends(step, ends)), len(steps))
        if last < len(steps) - 1:
            name = _shown(steps[last])
            found = f"a step after {name}, which never runs"
            yield _warning(read, (*path, last + 1), found, f"{name} as the last step: the run ends there")


def _ends(step: AnyStep, ends: Mapping[str, bool]) -> bool:
    return isinstance(step, CloseStep | StopStep) or (isinstance(step, UseStep) and ends.get(step.use, False))


def _shown(step: AnyStep) -> str:
    return f"use of {step.use}" if isinstance(step, UseStep) else STEP_NAME[type(step)]


def _unused(read: Read) -> Iterator[Finding]:
    steps = read.steps
    left = [name for _, rule in read.rules for _, name in used(rule.do)]
    seen: set[str] = set()
    while left:
        name = left.pop()
        if name not in seen:
            seen.add(name)
            left += [inner for _, inner in used(steps[name])]
    for name in steps:
        if name not in seen:
            yield finding_at(
                read.root,
                ("steps", name),
                read.file,
                found="steps that no rule uses",
                expected=f"use: {name}",
                at_key=True,
                severity="warning",
            )


def _shadowed(reads: Sequence[Read], people: People) -> Iterator[Finding]:
    """Rules that an earlier one always takes the happening from: the same trigger, no `times`, and nothing in its match that the later has not."""
    # By trigger, by the names of the match's fields: what they must be → the first rule that has them so.
    earlier: dict[str, dict[tuple[str, ...], dict[tuple[object, ...], str]]] = {}
    for read in reads:
        for at, rule in read.rules:
            wanted = _wanted(rule.match, people)
            shapes = earlier.setdefault(rule.on, {})
            for names, seen in shapes.items():
                first = seen.get(tuple(wanted[name] for name in names)) if wanted.keys() >= set(names) else None
                if first is not None:
                    found = f"a rule that never runs: {first} fits whenever it does"
                    yield _warning(read, ("rules", at), found, "it before that one, times there, or another match")
                    break
            if rule.times is None:
                line, _ = place_of(read.root, ("rules", at))
                where = f"rules[{at}]" + (f" in line {line}" if line else "")
                where += "" if read is reads[0] and len(reads) == 1 else f" of {read.file}"
                shapes.setdefault(tuple(wanted), {}).setdefault(tuple(wanted.values()), where)


def _wanted(match: Match, people: People) -> dict[str, object]:
    """The fields of a match by name; agents and groups by id, where there is one."""
    wanted: dict[str, object] = {}
    for name in sorted(match.model_fields_set):
        value = getattr(match, name)
        if name in {"agent", "group"} and value is not None:
            ids = people.ids_of(name, value)
            value = ids[0] if len(ids) == 1 else value
        if value is not None:
            wanted[name] = value
    return wanted
