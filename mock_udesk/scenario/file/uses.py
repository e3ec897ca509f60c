"""What stands in place of each `use`: that the named list is there, comes to an end, and does not grow beyond all bounds."""

from collections.abc import Iterator, Mapping, Sequence

from ..scenario import MOST_FINDINGS, Finding
from .nodes import Path
from .steps import AnyStep, UseStep, WaitForStep
from .values import few, near_one
from .walk import Read, lists, used
from .words import finding_at

# Of all rules of a file together, each `use` replaced; and of its named lists.
MOST_STEPS = 20_000


def use_errors(read: Read) -> list[Finding]:
    """Unknown names, lists that use themselves, and rules or lists of too many steps."""
    found = [*_unknown(read)]
    circles = [*_circles(read)]
    return found + (circles or [*_too_many(read)])


def _unknown(read: Read) -> Iterator[Finding]:
    if read.lists is None:
        return
    known = frozenset(read.lists)
    told = 0
    for path, steps in lists(read):
        for at, step in enumerate(steps):
            # What stands instead is costly to find: of very many one more than are told.
            if isinstance(step, UseStep) and step.use not in known and told <= MOST_FINDINGS:
                told += 1
                expected = _instead(step.use, read.lists)
                where = (*path, at, "use")
                yield finding_at(read.root, where, read.file, found=f"unknown steps {step.use[:80]}", expected=expected)


def _instead(name: str, known: Sequence[str]) -> str:
    if not known:
        return f"a list {name[:80]} below the file's steps"
    near = near_one(name, known)
    return few(known) if near is None else f"{near[:80]} (the nearest)"


def _circles(read: Read) -> Iterator[Finding]:
    """One finding for each `use` that leads back to a list it stands in."""
    named = read.steps
    done: set[str] = set()
    for start in named:
        # Not by recursion: a chain of lists may be long.
        trail = {start: iter(used(named[start]))} if start not in done else {}
        while trail:
            last = next(reversed(trail))
            path, name = next(trail[last], ((), None))
            if name is None:
                del trail[last]
                done.add(last)
            elif name in trail:
                around = [*trail]
                circle = " → ".join([*around[around.index(name) :][:8], name])
                where: Path = ("steps", last, *path)
                yield finding_at(
                    read.root, where, read.file, found=f"a circle ({circle})", expected="steps that come to an end"
                )
            elif name in named and name not in done:
                trail[name] = iter(used(named[name]))


def _too_many(read: Read) -> Iterator[Finding]:
    sizes: dict[str, int] = {}
    total = 0
    for name in in_order(read):
        sizes[name] = _size(read.steps[name], sizes)
        total += sizes[name]
        if total > MOST_STEPS:
            yield _much(read, ("steps", name), "in named lists")
            return
    total = 0
    for at, rule in read.rules:
        total += _size(rule.do, sizes)
        if total > MOST_STEPS:
            yield _much(read, ("rules", at), "in rules")
            return


def _much(read: Read, path: Path, where: str) -> Finding:
    found = f"more than {MOST_STEPS:,} steps {where}, each use replaced"
    return finding_at(read.root, path, read.file, found=found, expected="fewer", at_key=path[0] == "steps")


def _size(steps: Sequence[AnyStep], sizes: Mapping[str, int]) -> int:
    size = 0
    for step in steps:
        if isinstance(step, UseStep):
            size += sizes.get(step.use, 0)
        else:
            size += 1
            if isinstance(step, WaitForStep) and step.wait_for.otherwise is not None:
                size += _size(step.wait_for.otherwise, sizes)
    return size


def in_order(read: Read) -> list[str]:
    """The named lists, each after those that it uses; what is not there and what leads back is passed over."""
    named = read.steps
    done: dict[str, None] = {}
    for start in named:
        trail = {start: iter(used(named[start]))} if start not in done else {}
        while trail:
            last = next(reversed(trail))
            _, name = next(trail[last], ((), None))
            if name is None:
                del trail[last]
                done[last] = None
            elif name in named and name not in done and name not in trail:
                trail[name] = iter(used(named[name]))
    return list(done)
