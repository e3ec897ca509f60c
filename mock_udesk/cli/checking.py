"""Says all that is wrong with scenario and config files, for people, for programs or for GitHub."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Literal

import click
from pydantic_core import to_json

from ..desk.phrases import counted
from ..options.file import read_file
from ..options.scenarios import nothing_at, seeded
from ..options.specs import FILE_NAMES
from ..scenario.file.models import FileFields
from ..scenario.file.nodes import Node
from ..scenario.file.yaml_source import read
from ..scenario.loader import check as findings_of
from ..scenario.loader import read_sources
from ..scenario.scenario import Finding, Source

Form = Literal["text", "json", "github"]

# A config file may have a `scenario` too: its path.
_SCENARIO_KEYS = tuple(name for name in FileFields.model_fields if name != "scenario")
_CONFIG_KEYS = tuple(name for name in FILE_NAMES if name != "scenario")


@dataclass(frozen=True, slots=True)
class Checked:
    """Which files were looked at, and what was found in them."""

    files: tuple[str, ...]
    findings: tuple[Finding, ...]

    def count(self, severity: Literal["error", "warning"]) -> int:
        """How many findings are errors, or warnings."""
        return sum(finding.severity == severity for finding in self.findings)


def check(paths: Sequence[Path], *, form: Form, is_strict: bool, is_together: bool) -> int:
    """Prints all findings; replies with 1 when there are errors (strict: or warnings), else 0. Raises UsageError: nothing is there."""
    for path in paths:
        if (said := nothing_at(path)) is not None:
            raise click.UsageError(f"PATH: {said}")
    checked = _checked(read_sources(paths), is_together=is_together)
    for line in _lines(checked, form):
        click.echo(line)
    return 1 if checked.count("error") or (is_strict and checked.findings) else 0


def _checked(sources: Sequence[Source], *, is_together: bool) -> Checked:
    """Each scenario file on its own, unless together; a config file with the scenarios that it names, which are one."""
    configs = [source for source in sources if is_config(source)]
    scenarios = [source for source in sources if source not in configs]
    found: list[Finding] = []
    for group in [scenarios] if is_together and scenarios else [[source] for source in scenarios]:
        found += findings_of(group, seeded=seeded)
    files = [source.file for source in sources]
    for source in configs:
        file = read_file(Path(source.file))
        found += file.findings
        found += file.missing()
        given, inline = file.given.get("scenario", []), file.given.get("scenario_inline")
        named = read_sources(Path(path) for path in given if nothing_at(path) is None)
        named += [Source(file=file.inline_name, text=str(inline))] if inline is not None else []
        files += [one.file for one in named]
        found += findings_of(named, seeded=seeded) if named else ()
    return Checked(tuple(dict.fromkeys(files)), tuple(dict.fromkeys(found)))


def is_config(source: Source) -> bool:
    """Whether a file holds options: by its keys, and where they don't tell, by those that they are like."""
    root = read(source.text)[0] if source.text is not None else None
    if root is None or root.members is None:
        return False
    keys = [key.replace("-", "_") for key in root.members]
    ours, theirs = (sum(key in names for key in keys) for names in (_SCENARIO_KEYS, _CONFIG_KEYS))
    if ours or theirs:
        return theirs > ours
    if (scenario := root.members.get("scenario")) is not None:
        return _is_path(scenario)
    ours, theirs = (
        sum(bool(get_close_matches(key, names, n=1)) for key in keys) for names in (_SCENARIO_KEYS, FILE_NAMES)
    )
    return theirs > ours


def _is_path(node: Node) -> bool:
    return node.items is not None or (
        node.text is not None and (node.text.endswith((".yaml", ".yml")) or "/" in node.text)
    )


def _lines(checked: Checked, form: Form) -> Iterator[str]:
    match form:
        case "json":
            yield to_json(
                {
                    "files": checked.files,
                    "errors": checked.count("error"),
                    "warnings": checked.count("warning"),
                    "findings": [_facts(finding) for finding in checked.findings],
                },
                indent=2,
            ).decode()
        case "github":
            yield from map(_command, checked.findings)
        case "text":
            yield from (f"{'warning: ' * (row.severity == 'warning')}{row}" for row in checked.findings)
            yield _summary(checked)


def _summary(checked: Checked) -> str:
    errors, warnings = checked.count("error"), checked.count("warning")
    found = counted(errors, "error") if errors else "no errors"
    return f"{counted(len(checked.files), 'file')}: {found}" + (f", {counted(warnings, 'warning')}" if warnings else "")


def _facts(finding: Finding) -> dict[str, Any]:
    place = finding.place
    return {
        "severity": finding.severity,
        "file": place.file,
        "line": place.line or None,
        "column": place.column or None,
        "path": place.path,
        "found": finding.found,
        "expected": finding.expected,
    }


def _command(finding: Finding) -> str:
    """A workflow command, which GitHub shows beside the line in a pull request."""
    place = finding.place
    where = {"file": place.file, **({"line": place.line, "col": place.column} if place.line else {})}
    properties = ",".join(f"{name}={_escaped(str(value), ':,')}" for name, value in _titled(where, place.path).items())
    expected = f", expected {finding.expected}" if finding.expected else ""
    return f"::{finding.severity} {properties}::{_escaped(f'found {finding.found}{expected}')}"


def _titled(where: dict[str, Any], path: str) -> dict[str, Any]:
    return {**where, "title": path or "mock-udesk check"}


def _escaped(text: str, more: Iterable[str] = ()) -> str:
    for letter in ("%", "\r", "\n", *more):
        text = text.replace(letter, f"%{ord(letter):02X}")
    return text
