"""A YAML text as a tree of values that each know where they stand; nothing in it can hurt the reader."""

import re
from dataclasses import dataclass, field
from typing import Any

from .nodes import DEEPEST, LONGEST_TEXT, MOST_NODES, Fault, Node, Scalar, bad_text
from .words_yaml import sentence

# What stands bare and is no text: as JSON has it, so that 007, 1_000, 10:30 and 2026-11-22 stay what was typed.
_NUMBER = re.compile(r"-?(0|[1-9][0-9]{0,17})(\.[0-9]{1,30})?([eE][-+]?[0-9]{1,2})?")
_WORDS: dict[str, bool | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_TAG = "tag:yaml.org,2002:"
_TEXT_TAGS = {"!", f"{_TAG}str"}
_BARE_TAGS = {f"{_TAG}{name}" for name in ("int", "float", "bool", "null")}
_RUN = re.compile(r"\S+")
_TAG_BEGINS = re.compile(r"(?:^|[,\[{])!")
# What a parser in pure Python may trip over; ruamel.yaml lets these out on malformed escapes and directives.
_PARSER_FAULTS = (ValueError, TypeError, ArithmeticError, AttributeError, LookupError, AssertionError, RecursionError)


def read(text: str) -> tuple[Node | None, list[Fault]]:
    """The one document of a text, None when it can't be read or is empty, and what is wrong with it. Never raises."""
    if len(text.encode("utf-8", "surrogatepass")) > LONGEST_TEXT:
        return None, [Fault("more than 1 MiB", "a file of at most 1 MiB", line=1, column=1)]
    if (at := _long_tag(text)) is not None:
        line, column = text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)
        return None, [Fault("a tag of more than 10,000 characters", "a value without a tag", line=line, column=column)]
    composer = _Composer()
    try:
        root = composer.compose(text)
    except _Refused as refused:
        # A template without quotes is a mapping with a mapping as a key; what the parser says of the rest of its line helps nobody.
        is_follow_on = composer.bad_key_line in {refused.fault.line, refused.fault.line - 1}
        return None, composer.faults if is_follow_on else [*composer.faults, refused.fault]
    if root is None or root.is_null:
        return None, [*composer.faults, Fault("nothing", "a mapping with rules, company or both", line=1, column=1)]
    return root, composer.faults


def _long_tag(text: str) -> int | None:
    """Where a tag begins of which the parser would take the square of its length; in time that grows with the text alone."""
    for run in _RUN.finditer(text):
        left = run.end() - run.start() - 10_000
        if left > 0 and (match := _TAG_BEGINS.search(run[0], 0, left)) is not None:
            return run.start() + match.end() - 1
    return None


class _Refused(Exception):
    """Nothing more can be read."""

    def __init__(self, fault: Fault) -> None:
        self.fault = fault
        super().__init__(str(fault))


@dataclass(frozen=True, slots=True)
class _Key:
    """A key whose value comes next; `name` None: it can't be one, and its value is passed over."""

    name: str | None
    line: int
    column: int
    is_merge: bool


@dataclass(slots=True)
class _Open:
    """A list or mapping that is not at its end."""

    node: Node
    anchor: str | None
    key: _Key | None = None
    merges: list[Node] = field(default_factory=list)


class _Composer:
    """Makes a tree of a parser's events. An alias is the same node again, so a bomb costs nothing before it is refused."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []
        self.bad_key_line = -1
        self._anchors: dict[str, Node] = {}
        self._open: list[_Open] = []
        self._root: Node | None = None
        self._nodes = 0

    def compose(self, text: str) -> Node | None:
        """The root; None: there is no document. Raises _Refused."""
        from ruamel.yaml import YAML
        from ruamel.yaml.error import MarkedYAMLError, YAMLError
        from ruamel.yaml.reader import ReaderError

        line, column, documents = 1, 1, 0
        try:
            for event in YAML(typ="safe", pure=True).parse(text):
                line, column = event.start_mark.line + 1, event.start_mark.column + 1
                if type(event).__name__ == "DocumentStartEvent":
                    documents += 1
                if documents > 1:
                    raise _Refused(Fault("a second document", "a single one", line=line, column=column))
                self._take(event, line, column)
        except MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            line, column = (line, column) if mark is None else (mark.line + 1, mark.column + 1)
            found, expected = sentence(error)
        except ReaderError as error:
            code = error.character if isinstance(error.character, int) else ord(error.character)
            before = text.partition(chr(code))[0]
            line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
            found, expected = f"the character U+{code:04X}, which YAML does not allow", "text"
        except (YAMLError, *_PARSER_FAULTS) as error:
            found, expected = f"no YAML from here on ({' '.join(str(error).split())[:200]})", "YAML"
        else:
            return self._root
        raise _Refused(Fault(found, expected, line=line, column=column))

    def _take(self, event: Any, line: int, column: int) -> None:
        match type(event).__name__:
            case "ScalarEvent":
                self._scalar(event, line, column)
            case "SequenceStartEvent":
                self._begin(event, Node(line, column, items=[]))
            case "MappingStartEvent":
                self._begin(event, Node(line, column, members={}))
            case "SequenceEndEvent" | "MappingEndEvent":
                self._end()
            case "AliasEvent":
                self._alias(str(event.anchor), line, column)
            case _:
                pass

    def _scalar(self, event: Any, line: int, column: int) -> None:
        text, tag = str(event.value), "" if event.tag is None else str(event.tag)
        is_bare = (not tag and not event.style) or tag in _BARE_TAGS
        if tag and tag not in _TEXT_TAGS | _BARE_TAGS:
            self._fault(f"the tag {tag.removeprefix(_TAG)[:80]}", "a value without a tag", line, column)
        if (fault := bad_text(text)) is not None:
            self._fault(*fault, line, column)
            text = ""
        node = Node(line, column, text=text, value=_bare(text) if is_bare else text, size=1 + len(text) // 256)
        self._count(node.size, line, column)
        key = self._open[-1].key if self._open else None
        if is_bare and not text and key is not None:
            # Where nothing stands the parser is further on already.
            node.line, node.column = key.line, key.column
        if event.anchor is not None:
            self._anchors[str(event.anchor)] = node
        self._put(node, line, column, is_merge=is_bare and text == "<<")

    def _begin(self, event: Any, node: Node) -> None:
        tag = "" if event.tag is None else str(event.tag)
        if tag not in {"", "!", f"{_TAG}map", f"{_TAG}seq"}:
            self._fault(f"the tag {tag.removeprefix(_TAG)[:80]}", "a value without a tag", node.line, node.column)
        self._count(1, node.line, node.column)
        self._open.append(_Open(node, None if event.anchor is None else str(event.anchor)))
        self._check_depth(len(self._open), node.line, node.column)

    def _end(self) -> None:
        done = self._open.pop()
        members, keys = done.node.members, done.node.keys
        if members is not None:
            for base in done.merges:
                for name, member in (base.members or {}).items():
                    if name not in members:
                        members[name], keys[name] = member, base.keys[name]
        if done.anchor is not None:
            self._anchors[done.anchor] = done.node
        self._put(done.node, done.node.line, done.node.column)

    def _alias(self, name: str, line: int, column: int) -> None:
        if any(one.anchor == name for one in self._open):
            fault = Fault(f"*{name} inside of &{name}", "an alias of something else", line=line, column=column)
            raise _Refused(fault)
        node = self._anchors.get(name)
        if node is None:
            known = ", ".join(f"*{anchor}" for anchor in list(self._anchors)[:8])
            expected = f"one of {known}" if known else f"an anchor &{name} before it"
            raise _Refused(Fault(f"unknown alias *{name}", expected, line=line, column=column))
        self._count(node.size, line, column)
        self._check_depth(len(self._open) + node.height - 1, line, column)
        self._put(node, line, column)

    def _put(self, node: Node, line: int, column: int, *, is_merge: bool = False) -> None:
        """Into what is open; where a mapping's key is due it is that."""
        into = self._open[-1] if self._open else None
        if into is None:
            self._root = node
            return
        into.node.holds(node)
        if into.node.items is not None:
            into.node.items.append(node)
        elif into.key is None:
            into.key = self._key(node, line, column, is_merge=is_merge)
            into.node.is_broken |= into.key.name is None
        else:
            self._member(into, into.key, node)
            into.key = None

    def _key(self, node: Node, line: int, column: int, *, is_merge: bool) -> _Key:
        if node.text is not None:
            return _Key(node.text, line, column, is_merge)
        self.bad_key_line = line
        found = "a list as a key" if node.items is not None else "a mapping as a key"
        self._fault(found, 'a text as a key; a template stands in quotes: "{{ … }}"', line, column)
        return _Key(None, line, column, is_merge=False)

    def _member(self, into: _Open, key: _Key, node: Node) -> None:
        members, keys = into.node.members, into.node.keys
        if members is None or key.name is None:
            return
        if key.is_merge:
            bases = [node] if node.items is None else node.items
            if any(base.members is None for base in bases):
                self._fault("no mapping beside <<", "an alias of a mapping, or a list of such", key.line, key.column)
            into.merges += [base for base in bases if base.members is not None]
        elif key.name in keys:
            line, column = keys[key.name]
            expected = f"it once (the first is at {line}:{column})"
            self._fault(f"key {key.name} a second time", expected, key.line, key.column)
        else:
            members[key.name], keys[key.name] = node, (key.line, key.column)

    def _count(self, size: int, line: int, column: int) -> None:
        self._nodes += size
        if self._nodes > MOST_NODES:
            found = f"more than {MOST_NODES:,} values (what an alias stands for counts each time)"
            raise _Refused(Fault(found, "a smaller file", line=line, column=column))

    def _check_depth(self, depth: int, line: int, column: int) -> None:
        if depth > DEEPEST:
            raise _Refused(Fault(f"more than {DEEPEST} levels", "a flatter file", line=line, column=column))

    def _fault(self, found: str, expected: str, line: int, column: int) -> None:
        self.faults.append(Fault(found, expected, line=line, column=column))


def _bare(text: str) -> Scalar:
    if text in _WORDS:
        return _WORDS[text]
    match = _NUMBER.fullmatch(text)
    if match is None:
        return text
    return float(text) if match[2] or match[3] else int(text)
