"""The house stands as drawn: each room imports only from its left, the desk is pure, and nothing mutable hides in a module."""

import ast
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "mock_udesk"
MODULES = sorted(PACKAGE.rglob("*.py"))

# Each room and the rooms of ours that it may import.
GROUND = {"endpoint", "settings", "desk"}
ROOMS: dict[str, set[str]] = {
    "__init__": set(),
    "endpoint": set(),
    "settings": set(),
    "openapi": {"endpoint"},
    "desk": set(),
    "scenario": GROUND,
    "company": GROUND | {"scenario"},
    "udesk_api": GROUND | {"company"},
    "control_api": GROUND | {"scenario", "company", "openapi", "__init__"},
    "server": GROUND | {"scenario", "company", "openapi", "udesk_api", "control_api", "__init__"},
    "sample_app": set(),
    "options": GROUND | {"scenario", "company", "server", "__init__"},
    "demo": GROUND | {"scenario", "company", "udesk_api", "control_api", "server", "sample_app", "options", "__init__"},
    "cli": {*GROUND, "scenario", "company", "openapi", "udesk_api", "control_api", "server", "sample_app", "options"}
    | {"demo", "__init__"},
    "__main__": {"cli"},
}
LOOP_ROOMS = {"server", "sample_app", "demo", "cli"}
FORBIDDEN_IN_DESK = {"time", "asyncio", "socket", "os", "logging", "uuid", "threading"}


def room(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def room_of(name: str) -> str:
    """The room that an absolute dotted name leads into; what is no room stands in the package itself (`__version__`)."""
    first = [*name.split("."), ""][1]
    return first if first in ROOMS else "__init__"


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def imports(path: Path) -> Iterator[tuple[int, str]]:
    """Every import of a module, wherever it stands, as absolute dotted names."""
    package = ["mock_udesk", *path.relative_to(PACKAGE).parts[:-1]]
    for node in ast.walk(tree(path)):
        match node:
            case ast.Import(names=names):
                yield from ((node.lineno, alias.name) for alias in names)
            case ast.ImportFrom(module=module, level=0):
                yield node.lineno, module or ""
            case ast.ImportFrom(module=module, level=level, names=names):
                base = package[: len(package) - (level - 1)]
                yield from (
                    (node.lineno, ".".join([*base, *([module] if module else [alias.name])])) for alias in names
                )


def test_every_module_stands_in_a_known_room() -> None:
    """A new room is drawn into the house before it is built."""
    assert {room(path) for path in MODULES} <= set(ROOMS)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_module_imports_only_from_its_left(path: Path) -> None:
    """architecture.md, Rooms."""
    own = room(path)
    wrong = [
        f"line {line}: {name}"
        for line, name in imports(path)
        if name.split(".")[0] == "mock_udesk" and room_of(name) != own and room_of(name) not in ROOMS[own]
    ]

    assert wrong == []


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_only_the_server_and_what_stands_right_of_it_import_the_loop(path: Path) -> None:
    """Everything left of the server is synchronous, so that each call is atomic without locks."""
    if room(path) in LOOP_ROOMS:
        return
    found = {name.split(".")[0] for _, name in imports(path)}

    assert not found & {"asyncio", "aiohttp", "uvloop"}


@pytest.mark.parametrize("path", sorted((PACKAGE / "desk").rglob("*.py")), ids=lambda path: path.name)
def test_the_desk_imports_only_the_standard_library(path: Path) -> None:
    """And nothing of it that knows time, chance or the outside."""
    outside = {name.split(".")[0] for _, name in imports(path)} - {"mock_udesk"}

    assert outside <= sys.stdlib_module_names
    assert not outside & FORBIDDEN_IN_DESK


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_only_the_clock_reads_wall_time(path: Path) -> None:
    """The server may read the loop's monotonic time, the sample app is somebody else's program."""
    if path == PACKAGE / "company" / "clock.py" or room(path) in {"sample_app"}:
        return
    wall = {"now", "utcnow", "today"}
    calls = [
        f"line {node.lineno}: {ast.unparse(node)}"
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and (
            (node.value.id in {"datetime", "date"} and node.attr in wall)
            or (node.value.id == "time" and node.attr in {"time", "time_ns"})
        )
    ]

    assert calls == []


@pytest.mark.parametrize("path", sorted((PACKAGE / "desk").rglob("*.py")), ids=lambda path: path.name)
def test_the_desk_has_no_chance_of_its_own(path: Path) -> None:
    """A `random.Random` is handed in; `random.choice` and `uuid4` would not repeat."""
    called = {ast.unparse(node.func) for node in ast.walk(tree(path)) if isinstance(node, ast.Call)}

    assert not [name for name in called if name.startswith("random.") or name.endswith("uuid4")]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_no_module_holds_mutable_state(path: Path) -> None:
    """Module-level lists, dicts and sets are tables: named in capitals, and nothing in the module changes them."""
    names: dict[str, int] = {}
    for node in tree(path).body:
        match node:
            case ast.Assign(targets=targets, value=value):
                pass
            case ast.AnnAssign(target=target, value=value):
                targets = [target]
            case _:
                continue
        if isinstance(value, ast.List | ast.Dict | ast.Set | ast.ListComp | ast.DictComp | ast.SetComp):
            names |= {ast.unparse(target): node.lineno for target in targets}
    tables = {name for name in names if name.strip("_").isupper() or name == "__all__"}
    changed = {
        ast.unparse(node.func.value)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in {"append", "add", "update", "pop", "clear", "extend", "setdefault", "remove", "insert"}
    } | {
        ast.unparse(target.value)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Assign | ast.AugAssign)
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
        if isinstance(target, ast.Subscript)
    }

    assert set(names) - tables == set()
    assert tables & changed == set()
