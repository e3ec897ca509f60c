"""What pydantic refuses of a file, in an author's words: where it stands, what was found and what was expected."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Literal, get_args

from pydantic import BaseModel, ValidationError

from ...desk.places import Place
from ...endpoint.wrong import phrase, short
from ...settings import Settings
from ..scenario import MOST_FINDINGS, Finding
from .nodes import Node, Path, find, path_text, place_of
from .steps import STEPS, TAG
from .values import nearest

# What belongs where an author left a key out.
_MISSING = {
    "on": "on: message, or another trigger",
    "do": "do: a list of steps",
    "name": "a name",
    "title": "a title",
}
_NOUNS = {"an object": "a mapping", "1 or more items": "at least one item", "1 or more characters": "a text"}


def findings(error: ValidationError, model: type[BaseModel], root: Node, file: str) -> list[Finding]:
    """What was refused of a tree of this model, one finding for each place; of very many one more than are told."""
    by_path: dict[tuple[Path, bool], list[tuple[Any, Path]]] = {}
    for row in error.errors(include_url=False):
        context = row.get("ctx", {})
        where = (*row["loc"], *context.get("path", ()))
        at_key = row["type"] in {"missing", "extra_forbidden"} or context.get("at_key") is True
        path = _in_source(root, where, keep_last=at_key)
        if not _is_broken(root, path):
            by_path.setdefault((path, at_key), []).append((row, where))
    # Words are costly: what is not told is not put into them.
    told = sorted(by_path.items(), key=lambda item: place_of(root, item[0][0], at_key=item[0][1]))[: MOST_FINDINGS + 1]
    return [_finding(rows, path, model, root=root, file=file, at_key=at_key) for (path, at_key), rows in told]


def finding_at(
    root: Node,
    path: Path,
    file: str,
    *,
    found: str,
    expected: str,
    at_key: bool = False,
    severity: Literal["error", "warning"] = "error",
) -> Finding:
    """Something about a value of the tree, or about its key; of a path that a shorthand left out, about what is there of it."""
    line, column = place_of(root, path, at_key=at_key)
    there = path if at_key else find(root, path)[1]
    return Finding(severity, Place(file, line, column, path_text(there)), found, expected)


def shown(node: Node) -> str:
    """A value in a few words."""
    if node.items is not None:
        return "a list" if node.items else "an empty list"
    if node.members is not None:
        return "a mapping" if node.members else "an empty mapping"
    return "nothing" if node.value is None else short(node.value)


def _finding(
    rows: list[tuple[Any, Path]], path: Path, model: type[BaseModel], *, root: Node, file: str, at_key: bool
) -> Finding:
    row, where = rows[0]
    context = row.get("ctx", {})
    name = str(path[-1]) if path else ""
    if row["type"] == "extra_forbidden":
        found, expected = f"unknown key {name[:80]}", _instead(model, where)
    elif row["type"] == "missing":
        found, expected = f"no {name}", _MISSING.get(name, f"a {name}")
    else:
        found = context.get("found") or shown(find(root, path)[0])
        wanted = dict.fromkeys(_expected(row) for row, _ in rows)
        expected = " or ".join(wanted)
    return finding_at(root, path, file, found=found, expected=expected, at_key=at_key)


def _expected(row: Any) -> str:
    if row["type"] == "wrong":
        expected = row["ctx"]["expected"]
        return str(expected() if callable(expected) else expected)
    text = phrase(row).removeprefix("expected ")
    for noun, ours in _NOUNS.items():
        text = text.replace(noun, ours)
    return text


def _is_broken(root: Node, path: Path) -> bool:
    return any(find(root, path[:length])[0].is_broken for length in range(1, len(path) + 1))


def _in_source(root: Node, where: Path, *, keep_last: bool) -> Path:
    """The part of pydantic's path that the author wrote: without names of models and of keys that a shorthand left out."""
    path: list[str | int] = []
    node = root
    for at, part in enumerate(where):
        deeper = node.inside(part)
        if deeper is not None:
            path.append(part)
            node = deeper
        elif keep_last and at == len(where) - 1:
            path.append(part)
    return tuple(path)


# -- unknown keys -------------------------------------------------------------------------------------------------------


def _instead(model: type[BaseModel], where: Path) -> str:
    """What would be right instead of the unknown key that this path ends with."""
    name = str(where[-1])
    models = _models_at(model, where[:-1])
    for one in models:
        elsewhere: Mapping[str, str] = getattr(one, "elsewhere", {})
        if name in elsewhere:
            return elsewhere[name]
    known = [info.alias or field for one in models for field, info in one.model_fields.items()]
    tag = str(where[-2]) if len(where) > 1 else ""
    if tag.startswith(TAG):
        # A key that stands beside a step's name belongs below it, as a rule.
        step = tag.removeprefix(TAG)
        inside = [
            info.alias or field
            for body in _models_in(STEPS[step].model_fields[_field(STEPS[step], step)].annotation)
            for field, info in body.model_fields.items()
        ]
        if name in inside:
            return f"{step}: {{…, {name}: …}}"
        if known == [step]:
            return f"nothing beside {step}"
    return nearest(name, known)


def _models_at(model: type[BaseModel], where: Iterable[str | int]) -> list[type[BaseModel]]:
    """The models that a mapping at this path is read by."""
    models = [model]
    for part in where:
        if isinstance(part, str) and part.startswith(TAG):
            models = [STEPS[part.removeprefix(TAG)]]
            continue
        infos = [one.model_fields[field] for one in models if (field := _field(one, part))]
        models = [deeper for info in infos for deeper in _models_in(info.annotation)] or models
        if part == "settings":
            # A plain mapping there, so that what is given can be told from what is not.
            models = [Settings]
    return models


def _field(model: type[BaseModel], name: str | int) -> str:
    """The field with this alias or name, "" when there is none."""
    return next((field for field, info in model.model_fields.items() if name in {info.alias, field}), "")


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from _models_in(part)
