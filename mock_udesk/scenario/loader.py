"""From files to a scenario that can be played, or to all that is wrong with them at once."""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from ..desk.places import Place
from .scenario import MOST_FINDINGS, Finding, Part, Scenario, ScenarioErrors, Source

if TYPE_CHECKING:
    from ..desk.desk import Desk
    from .file.nodes import Node
    from .file.walk import Read

_SUFFIXES = (".yaml", ".yml")
_LONGEST_FILE = 1 << 20


def read_sources(paths: Iterable[Path]) -> list[Source]:
    """The files of these paths; of a folder those that end in .yaml or .yml, by name, hidden ones and folders in it left out.

    Never raises: what can't be read is a source with its fault.
    """
    sources: list[Source] = []
    for path in paths:
        sources += _of_folder(path) if path.is_dir() else [_of_file(path)]
    return sources


def check(sources: Sequence[Source], *, seeded: "Callable[[], Desk] | None" = None) -> tuple[Finding, ...]:
    """All that is wrong with files, and what is worth a look, in the order of files and lines. Never raises. `seeded`: as of `load`."""
    return _Loading(sources, seeded).findings


def load(
    sources: Sequence[Source], *, paths: Sequence[Path] = (), seeded: "Callable[[], Desk] | None" = None
) -> Scenario:
    """The scenario that files make together. Raises ScenarioErrors with all that is wrong with them.

    `paths`: where they were read from. `seeded` makes the desk of a new company: with it, what files say of its robots is tried too.
    """
    loading = _Loading(sources, seeded)
    if any(finding.severity == "error" for finding in loading.findings):
        raise ScenarioErrors(loading.findings)
    return loading.scenario(paths)


class _Loading:
    """Files on their way: those that fit the models, and what was found in all."""

    def __init__(self, sources: Sequence[Source], seeded: "Callable[[], Desk] | None") -> None:
        from .file.reading import read_source

        self._sources = sources
        self._reads: list[Read | None] = []
        roots: list[Node | None] = []
        found: list[list[Finding]] = []
        for source in sources:
            read, root, findings = read_source(source)
            self._reads.append(read)
            roots.append(root if source.text is None else None)
            found.append(findings)
        files = {source.file: at for at, source in enumerate(sources)}
        for finding in self._checked(seeded):
            found[files[finding.place.file]].append(finding)
        self.findings = tuple(
            finding for findings, root in zip(found, roots, strict=True) for finding in _in_order(findings, root)
        )

    def _checked(self, seeded: "Callable[[], Desk] | None") -> Iterable[Finding]:
        """What only the file as a whole tells, or all files together."""
        good = [read for read in self._reads if read is not None]
        if not good:
            return []
        from .file.checks import warnings
        from .file.rehearsal import rehearse_files
        from .file.uses import use_errors

        findings = [finding for read in good for finding in use_errors(read)]
        has_bad_use = bool(findings)
        desk, refused = rehearse_files(self._reads, seeded)
        return [*findings, *refused, *warnings(good, desk, has_bad_use=has_bad_use)]

    def scenario(self, paths: Sequence[Path]) -> Scenario:
        """All files together; there must be no errors."""
        from ..desk.play.script import Rule, Script
        from .file.compile import rules

        parts: list[Part] = []
        compiled: list[Rule] = []
        for source, read in zip(self._sources, self._reads, strict=True):
            if read is None or read.company is None:
                raise AssertionError(source.file)
            own = rules(read)
            parts.append(
                Part(
                    file=source.file,
                    name=read.name or Path(source.file).stem,
                    description=read.description,
                    text=source.text
                    if source.text is not None
                    else json.dumps(source.data, ensure_ascii=False, indent=2),
                    company=read.company,
                    first_rule=len(compiled),
                    rules=len(own),
                    is_data=source.text is None,
                )
            )
            compiled += own
        warnings = tuple(finding for finding in self.findings if finding.severity == "warning")
        return Scenario(parts=tuple(parts), script=Script(rules=tuple(compiled)), warnings=warnings, paths=tuple(paths))


def _in_order(findings: Iterable[Finding], root: "Node | None") -> list[Finding]:
    """By place; of an object, which has no lines, by its tree. What an alias repeats, or a `use`, is told once."""
    by_place: dict[tuple[object, ...], Finding] = {}
    for finding in findings:
        place = finding.place
        where = (place.line, place.column) if place.line else (place.path,)
        by_place.setdefault((*where, finding.found, finding.expected), finding)
    order = {} if root is None or not by_place else _order(root)

    def at(finding: Finding) -> tuple[int, int]:
        place = finding.place
        return (place.line, place.column) if place.line else (0, order.get(place.path, -1))

    told: list[Finding] = []
    for severity in ("error", "warning"):
        ordered = sorted((finding for finding in by_place.values() if finding.severity == severity), key=at)
        told += ordered[:MOST_FINDINGS]
        if len(ordered) > MOST_FINDINGS:
            told.append(
                replace(told[-1], found=f"more {severity}s than these {MOST_FINDINGS}", expected="none of them")
            )
    return sorted(told, key=at)


def _order(root: "Node") -> dict[str, int]:
    """The paths of all values in the order of the document, those of keys that are missing right after what they are missing in."""
    from .file.nodes import path_text

    order: dict[str, int] = {}
    left: list[tuple[tuple[str | int, ...], Node]] = [((), root)]
    while left:
        path, node = left.pop()
        order[path_text(path)] = len(order)
        inner = enumerate(node.items) if node.items is not None else (node.members or {}).items()
        left += [((*path, part), member) for part, member in inner][::-1]
    return order


# -- files --------------------------------------------------------------------------------------------------------------


def _of_folder(folder: Path) -> list[Source]:
    try:
        paths = sorted(
            path
            for path in folder.iterdir()
            if path.suffix.lower() in _SUFFIXES and not path.name.startswith(".") and not path.is_dir()
        )
    except OSError as error:
        return [_fault(folder, f"{error.strerror}", "a folder that can be read")]
    return [_of_file(path) for path in paths] or [
        _fault(folder, "a folder without scenarios", "files that end in .yaml or .yml")
    ]


def _of_file(path: Path) -> Source:
    try:
        with path.open("rb") as file:
            raw = file.read(_LONGEST_FILE + 1)
    except OSError as error:
        return _fault(path, f"{error.strerror}", "a scenario file, or a folder of them")
    if len(raw) > _LONGEST_FILE:
        return _fault(path, "more than 1 MiB", "a file of at most 1 MiB")
    try:
        return Source(file=str(path), text=raw.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        before = raw[: error.start].decode("utf-8", errors="replace")
        line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
        found = (
            "UTF-16"
            if raw[:2] in (b"\xff\xfe", b"\xfe\xff")
            else f"the byte {raw[error.start]:#04x}, which is no UTF-8"
        )
        return _fault(path, found, "a file in UTF-8", line=line, column=column)


def _fault(path: Path, found: str, expected: str, *, line: int = 0, column: int = 0) -> Source:
    return Source(file=str(path), fault=Finding("error", Place(str(path), line, column), found, expected))
