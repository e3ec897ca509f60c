"""What loading comes to: a scenario that can be played, and what is wrong with one that can't."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from ..desk.places import Place

if TYPE_CHECKING:
    from ..desk.play.script import Script
    from .people.overlay import CompanyFields


# So many errors of a file are told, and so many warnings.
MOST_FINDINGS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """What is to be loaded: a YAML text, or `data` that came as plain JSON values (then places have no lines). `file` names it in messages.

    `fault`: it could not be read at all, and why.
    """

    file: str
    text: str | None = None
    data: object = None
    fault: "Finding | None" = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One loaded file: its name, what it lays over the company, and its own text (of an object: as JSON)."""

    file: str
    name: str
    description: str
    text: str
    company: "CompanyFields"
    # Which rules of the script are of this file: from the first, so many.
    first_rule: int
    rules: int
    # Whether it came as an object, so that its places have no lines.
    is_data: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing wrong, or worth a look, in a file: what was found and what was expected, in plain words."""

    severity: Literal["error", "warning"]
    place: Place
    found: str
    expected: str

    def __str__(self) -> str:
        """`file:line:column: path: found …, expected …`."""
        line = f":{self.place.line}:{self.place.column}" if self.place.line else ""
        where = f"{self.place.file}{line}" + (f": {self.place.path}" if self.place.path else "")
        expected = f", expected {self.expected}" if self.expected else ""
        return f"{where}: found {self.found}{expected}"


class ScenarioErrors(Exception):
    """A scenario that can't be loaded: all that is wrong with it at once, in the order of files and lines, warnings too."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__("\n".join(str(finding) for finding in self.findings))

    @property
    def errors(self) -> tuple[Finding, ...]:
        """The findings that are errors; never empty."""
        return tuple(finding for finding in self.findings if finding.severity == "error")


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """One or more files, loaded: whom they lay over the company, and the rules of all, in order."""

    parts: tuple[Part, ...]
    script: "Script"
    warnings: tuple[Finding, ...] = ()
    # Where the files were read from, for who watches them; empty for texts and objects.
    paths: tuple[Path, ...] = ()
