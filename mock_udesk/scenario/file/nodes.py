"""The values of a file as a tree: each knows where it stands, and what it holds with all aliases followed."""

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

LONGEST_TEXT = 1 << 20
DEEPEST = 40
# Each value counts 1, and a long text 1 more for each 256 characters.
MOST_NODES = 50_000

Scalar = str | int | float | bool | None
Path = tuple[str | int, ...]

_SIMPLE = re.compile(r"[^\W\d][\w-]*")
_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong with the text or data itself. Lines and columns count from 1, 0 of data; `path` where it is known."""

    found: str
    expected: str
    line: int = 0
    column: int = 0
    path: Path = ()


@dataclass(slots=True, eq=False)
class Node:
    """One value: a scalar, a list (`items`), or a mapping (`members`, and in `keys` where each key stands)."""

    line: int
    column: int
    # A scalar as it was written, and what it is read as.
    text: str | None = None
    value: Scalar = None
    items: "list[Node] | None" = None
    members: "dict[str, Node] | None" = None
    keys: dict[str, tuple[int, int]] = field(default_factory=dict)
    size: int = 1
    height: int = 1
    # Something of it was refused already: what its models say of it is of no interest.
    is_broken: bool = False

    @property
    def is_null(self) -> bool:
        """Whether nothing stands here."""
        return self.items is None and self.members is None and self.value is None

    def holds(self, node: "Node") -> None:
        """Counts a value that has come into this one."""
        self.size += node.size
        self.height = max(self.height, node.height + 1)

    def plain(self) -> Any:
        """As plain JSON values."""
        if self.items is not None:
            return [item.plain() for item in self.items]
        if self.members is not None:
            return {key: member.plain() for key, member in self.members.items()}
        return self.value

    def inside(self, part: str | int) -> "Node | None":
        """What stands under a key or at a place of a list."""
        if isinstance(part, int):
            return self.items[part] if self.items is not None and 0 <= part < len(self.items) else None
        return None if self.members is None else self.members.get(part)


def find(root: Node, path: Path) -> tuple[Node, Path]:
    """What stands at a path, or the nearest that is there on the way to it."""
    node, there = root, 0
    for part in path:
        deeper = node.inside(part)
        if deeper is None:
            break
        node, there = deeper, there + 1
    return node, path[:there]


def place_of(root: Node, path: Path, *, at_key: bool = False) -> tuple[int, int]:
    """The line and column of a value, or of its key; of what is not there: of what it is missing in."""
    if at_key and path:
        parent, there = find(root, path[:-1])
        if len(there) == len(path) - 1:
            return parent.keys.get(str(path[-1]), (parent.line, parent.column))
    node, _ = find(root, path)
    return node.line, node.column


def path_text(path: Path) -> str:
    """A path as it is told: `rules[0].do[2].reply`."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
        elif _SIMPLE.fullmatch(part):
            text += f".{part}" if text else part
        else:
            text += f"[{json.dumps(part[:80], ensure_ascii=False)}]"
    return text


def bad_text(text: str) -> tuple[str, str] | None:
    """What was found and expected of a text that can't be written as UTF-8."""
    match = _SURROGATE.search(text)
    return None if match is None else (f"half a character (U+{ord(match[0]):04X})", "whole characters")


def of_data(value: object) -> tuple[Node | None, list[Fault]]:
    """The tree of plain JSON values that came without a text, None when nothing can be made of it. Never raises."""
    reading = _Reading()
    try:
        root = reading.node(value, ())
    except _TooMuch as much:
        return None, [*reading.faults, much.fault]
    if root.is_null:
        return None, [*reading.faults, Fault("nothing", "a mapping with rules, company or both")]
    return root, reading.faults


class _TooMuch(Exception):
    """Nothing more is read."""

    def __init__(self, fault: Fault) -> None:
        self.fault = fault
        super().__init__(str(fault))


class _Reading:
    """Makes the tree of data, and gathers what is wrong with it."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []
        self._nodes = 0

    def node(self, value: object, path: Path) -> Node:
        """One value with all that is in it. Raises _TooMuch."""
        self._nodes += 1 + (len(value) // 256 if isinstance(value, str) else 0)
        if self._nodes > MOST_NODES:
            raise _TooMuch(Fault(f"more than {MOST_NODES:,} values", "fewer", path=path))
        if len(path) > DEEPEST:
            raise _TooMuch(Fault(f"more than {DEEPEST} levels", "flatter data", path=path))
        if isinstance(value, Mapping):
            return self._mapping(value, path)
        if isinstance(value, Sequence) and not isinstance(value, str | bytes | bytearray):
            return Node(0, 0, items=[self.node(item, (*path, at)) for at, item in enumerate(value)])
        return Node(0, 0, value=self._scalar(value, path))

    def _mapping(self, value: Mapping[Any, object], path: Path) -> Node:
        members: dict[str, Node] = {}
        for key, member in value.items():
            # YAML 1.1, as many libraries read it, makes true of a bare `on`.
            name = key if isinstance(key, str) else "true" if key is True else repr(key)[:80]
            if (fault := bad_text(name)) is not None:
                self.faults.append(Fault(*fault, path=path))
                continue
            members[name] = self.node(member, (*path, name))
        return Node(0, 0, members=members)

    def _scalar(self, value: object, path: Path) -> Scalar:
        fault: tuple[str, str] | None
        if isinstance(value, str):
            fault = bad_text(value)
        elif isinstance(value, float) and not math.isfinite(value):
            fault = (repr(value), "a number that JSON has")
        elif isinstance(value, int) and abs(value) >= 2**63:
            fault = ("a number of more than 64 bits", "a smaller one")
        elif value is None or isinstance(value, int | float):
            fault = None
        else:
            fault = (f"a Python {type(value).__name__}", "a plain JSON value")
        if fault is None:
            return value  # type: ignore[return-value]  # just checked
        self.faults.append(Fault(*fault, path=path))
        return None
