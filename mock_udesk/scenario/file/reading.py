"""Reads one file part by part, so that what is wrong with one rule hides nothing of the others."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from pydantic import ValidationError

from ...desk.places import Place
from ..scenario import Finding, Source
from .models import FileFields
from .nodes import Fault, Node, Path, of_data, path_text
from .patterns import Patterns
from .walk import Read
from .words import finding_at, findings, shown
from .yaml_source import read as read_yaml

_WHOLE = "a mapping with rules, company or both"


def read_source(source: Source) -> tuple[Read | None, Node | None, list[Finding]]:
    """What can be read of a file (None: nothing), its tree, and what is wrong with it."""
    if source.fault is not None:
        return None, None, [source.fault]
    file = source.file
    root, faults = of_data(source.data) if source.text is None else read_yaml(source.text)
    found = [_finding(fault, file) for fault in faults]
    if root is None:
        return None, None, found
    if root.members is None:
        found.append(finding_at(root, (), file, found=shown(root), expected=_WHOLE))
        return None, root, found
    # What begins with x- is there for anchors.
    root.members = {key: member for key, member in root.members.items() if not key.startswith("x-")}
    if not root.members.keys() & {"rules", "company"}:
        expected = "at least one of them"
        found.append(finding_at(root, (), file, found="neither rules nor company", expected=expected))
    bad = {_part_of(fault, root) for fault in faults}
    plain = root.plain()
    fields = None
    try:
        fields = FileFields.model_validate(plain, context=Patterns())
    except ValidationError as error:
        found += findings(error, FileFields, root, file)
        bad |= {
            tuple(row["loc"][:2]) for row in error.errors(include_url=False, include_context=False, include_input=False)
        }
    if bad or fields is None:
        fields = _fields_of(_without(plain, bad))
    return None if fields is None else _read(file, root, fields, bad), root, found


def _finding(fault: Fault, file: str) -> Finding:
    return Finding("error", Place(file, fault.line, fault.column, path_text(fault.path)), fault.found, fault.expected)


def _fields_of(plain: dict[str, Any]) -> FileFields | None:
    try:
        return FileFields.model_validate(plain, context=Patterns())
    except ValidationError:
        return None


def _read(file: str, root: Node, fields: FileFields, bad: set[Path]) -> Read:
    steps = root.inside("steps")
    is_list = steps is None or steps.members is not None
    good = (at for at in range(_length(root)) if not _is_bad(("rules", at), bad))
    return Read(
        file=file,
        root=root,
        name=fields.scenario or "",
        description=fields.description,
        company=None if _has(bad, "company") else fields.company,
        rules=tuple(zip(good, fields.rules, strict=True)),
        steps=fields.steps,
        lists=None if not is_list else [*(steps.members or {})] if steps is not None else [],
        is_whole=not bad,
    )


def _length(root: Node) -> int:
    rules = root.inside("rules")
    return 0 if rules is None or rules.items is None else len(rules.items)


def _has(bad: Iterable[Path], key: str) -> bool:
    return any(part[:1] in {(key,), ()} for part in bad)


def _is_bad(part: Path, bad: set[Path]) -> bool:
    return part in bad or part[:1] in bad or () in bad


def _without(plain: dict[str, Any], bad: set[Path]) -> dict[str, Any]:
    """The parts that fit: top keys, each rule and each list of steps on its own."""
    good = {key: value for key, value in plain.items() if key in {"rules", "steps"} or not _has(bad, key)}
    if isinstance(good.get("rules"), list):
        good["rules"] = [rule for at, rule in enumerate(good["rules"]) if not _is_bad(("rules", at), bad)]
    if isinstance(good.get("steps"), dict):
        good["steps"] = {name: steps for name, steps in good["steps"].items() if not _is_bad(("steps", name), bad)}
    # An empty list, or no list at all.
    return {key: value for key, value in good.items() if key != "rules" or (isinstance(value, list) and value)}


# -- which part something belongs to --------------------------------------------------------------------------------------


def _part_of(fault: Fault, root: Node) -> Path:
    """The part that a fault of the text or data is in."""
    if not fault.line:
        return fault.path[:2] if fault.path[:1] in {("rules",), ("steps",)} else fault.path[:1]
    before = [(at, part) for at, part in _parts(root) if at <= (fault.line, fault.column)]
    return max(before, key=lambda begun: begun[0], default=((0, 0), ()))[1]


def _parts(root: Node) -> Iterator[tuple[tuple[int, int], Path]]:
    """Where each part begins."""
    for key, member in (root.members or {}).items():
        yield root.keys.get(key, (member.line, member.column)), (key,)
        inner: Sequence[tuple[tuple[int, int], str | int]] = ()
        if key == "rules" and member.items is not None:
            inner = [((item.line, item.column), at) for at, item in enumerate(member.items)]
        elif key == "steps" and member.members is not None:
            inner = [(member.keys[name], name) for name in member.members]
        for at, name in inner:
            yield at, (key, name)
