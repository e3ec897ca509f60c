"""The file that `--config` names: YAML whose keys are options, and all that is wrong with it by line and column."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING

from .scenarios import nothing_at
from .specs import FILE_NAMES, FILE_SPECS, Spec

if TYPE_CHECKING:
    from ..scenario.file.nodes import Node
    from ..scenario.scenario import Finding

_OPTIONS = "lines like `port: 8090`"


@dataclass(slots=True)
class ConfigFile:
    """What a file gives: option → its text (or texts, of one that may be given more than once), and all that is wrong with it.

    `places`: line and column of each of an option's texts.
    """

    path: Path
    given: dict[str, str | list[str]] = field(default_factory=dict)
    places: dict[str, list[tuple[int, int]]] = field(default_factory=dict)
    findings: "list[Finding]" = field(default_factory=list)

    @property
    def inline_name(self) -> str:
        """What messages call the text of `scenario_inline`."""
        return f"{self.path} (scenario_inline, line {self.places['scenario_inline'][0][0]})"

    def missing(self) -> "list[Finding]":
        """A finding for each path of a scenario at which there is nothing."""
        missing = ConfigFile(self.path)
        for path, at in zip(self.given.get("scenario", []), self.places.get("scenario", []), strict=True):
            if nothing_at(path) is not None:
                missing.wrong(at, "scenario", f"nothing at {path}", "a file or folder")
        return missing.findings

    def wrong(self, at: tuple[int, int], key: str, found: str, expected: str) -> None:
        """Notes one thing wrong."""
        # Costly to import, and needed only now.
        from ..desk.places import Place
        from ..scenario.scenario import Finding

        self.findings.append(Finding("error", Place(str(self.path), *at, key), found, expected))


def read_file(path: Path) -> ConfigFile:
    """Reads a file of options.

    A key without a value (or null) is not given. Hyphens are read as underscores. Paths of scenarios are relative to the file.
    """
    from ..scenario.file.yaml_source import read

    file = ConfigFile(path)
    text = _read_text(file)
    if text is None or not any(line.strip() and not line.lstrip().startswith("#") for line in text.splitlines()):
        return file
    root, faults = read(text)
    for fault in faults:
        file.wrong((fault.line, fault.column), "", fault.found, fault.expected)
    if root is None:
        return file
    if root.members is None:
        file.wrong((root.line, root.column), "", "no mapping", _OPTIONS)
        return file
    for key, node in root.members.items():
        _take(file, key, root.keys[key], node)
    file.findings.sort(key=lambda finding: (finding.place.line, finding.place.column))
    return file


def _take(file: ConfigFile, key: str, at: tuple[int, int], node: "Node") -> None:
    """Reads one line of the file."""
    name = key.replace("-", "_")
    spec = next((spec for spec in FILE_SPECS if spec.name == name), None)
    if spec is None:
        near = get_close_matches(name, FILE_NAMES, n=1, cutoff=0.5)
        expected = f"{near[0]} (the nearest)" if near else f"one of {', '.join(FILE_NAMES)}"
        file.wrong(at, key, f"unknown key {key}", expected)
    elif name in file.given:
        file.wrong(at, key, f"{name} a second time", "it once")
    elif not node.is_null:
        values = list(_values(file, spec, key, node))
        file.places[name] = [at for _, at in values]
        if spec.is_list:
            file.given[name] = [str(file.path.parent / value) for value, _ in values]
        elif values:
            file.given[name] = values[0][0]


def _values(file: ConfigFile, spec: Spec, key: str, node: "Node") -> Iterator[tuple[str, tuple[int, int]]]:
    """The texts of one option that can be read, and where they stand; what can't be read is noted."""
    expected = "a single value, or a list of them" if spec.is_list else "a single value"
    items = node.items if spec.is_list else None
    for index, one in enumerate([node] if items is None else items):
        path, at = key if items is None else f"{key}[{index}]", (one.line, one.column)
        if one.text is None:
            file.wrong(at, path, "a list" if one.items is not None else "a mapping", expected)
        elif not spec.kind.can_read(one.text):
            from ..scenario.file.words import shown

            file.wrong(at, path, shown(one), spec.kind.expected)
        else:
            yield one.text, at


def _read_text(file: ConfigFile) -> str | None:
    try:
        raw = file.path.read_bytes()
        return raw.decode("utf-8-sig")
    except OSError as error:
        file.wrong((1, 1), "", f"nothing that can be read ({error.strerror})", "a YAML file with options")
    except UnicodeDecodeError as error:
        before = raw[: error.start].decode("utf-8", errors="replace")
        at = before.count("\n") + 1, len(before) - before.rfind("\n")
        file.wrong(at, "", "bytes that are not UTF-8", "YAML")
    return None
