"""The file that `--config` names: YAML whose keys are options, and what is wrong with it by line and column."""

import re
import warnings
from collections.abc import Collection
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import click

_EXPECTED = re.compile(r"expected (?P<expected>.+?),? but (?:found|got) (?P<found>.+)")

# ruamel.yaml's names of what it meets, in an author's words.
_WORDS = {
    "'<stream end>'": "the end of the file",
    "'<block end>'": "the end of the block",
    "<block end>": "the end of the list or mapping",
    "'<document start>'": "a new document",
    "<document start>": "a document that begins with ---",
    "'<scalar>'": "a value",
    "'?'": "a key",
    "'-'": "an item of a list",
}


def read_file(path: Path, names: Collection[str]) -> dict[str, tuple[str, str]]:
    """Option → (its text, `file:line:column: key`). Raises UsageError that says where, what was found and what was expected.

    A key without a value (or null) is not given. Hyphens are read as underscores.
    """
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError, YAMLError
    from ruamel.yaml.nodes import MappingNode, ScalarNode
    from ruamel.yaml.reader import ReaderError

    text = _read_text(path)
    try:
        with warnings.catch_warnings():
            # An anchor may be used twice in YAML 1.2.
            warnings.simplefilter("ignore")
            root = YAML(typ="safe", pure=True).compose(text)
    except MarkedYAMLError as error:
        raise click.UsageError(f"{_place(path, error.problem_mark)}: {_sentence(error)}") from None
    except ReaderError as error:
        code = error.character if isinstance(error.character, int) else ord(error.character)
        place = _place_after(path, text.partition(chr(code))[0])
        raise click.UsageError(f"{place}: found the character U+{code:04X}, which YAML does not allow") from None
    except RecursionError:
        raise click.UsageError(f"{path}:1:1: found too many levels, expected lines like `port: 8090`") from None
    except YAMLError as error:
        raise click.UsageError(f"{path}:1:1: this is no YAML: {' '.join(str(error).split())}") from None
    if root is None:
        return {}
    if not isinstance(root, MappingNode):
        raise click.UsageError(f"{_place(path, root.start_mark)}: found no mapping, expected lines like `port: 8090`")
    given: dict[str, tuple[str, str]] = {}
    for key, value in root.value:
        text = str(key.value) if isinstance(key, ScalarNode) else "?"
        name, place = text.replace("-", "_"), f"{_place(path, key.start_mark)}: {text}"
        if name not in names:
            near = get_close_matches(name, names, n=1, cutoff=0.5)
            expected = f"{near[0]} (the nearest)" if near else f"one of {', '.join(names)}"
            raise click.UsageError(f"{place}: found an unknown key, expected {expected}")
        if name in given:
            raise click.UsageError(f"{place}: found a second time, expected it once")
        if not isinstance(value, ScalarNode):
            raise click.UsageError(f"{place}: found a list or mapping, expected a single value")
        if not str(value.tag).endswith(":null"):
            given[name] = (str(value.value), f"{_place(path, value.start_mark)}: {text}")
    return given


def _read_text(path: Path) -> str:
    try:
        raw = path.read_bytes()
        return raw.decode("utf-8-sig")
    except OSError as error:
        raise click.UsageError(f"{path}: {error.strerror}, expected a YAML file with options") from None
    except UnicodeDecodeError as error:
        before = raw[: error.start].decode("utf-8", errors="replace")
        raise click.UsageError(f"{_place_after(path, before)}: found bytes that are not UTF-8, expected YAML") from None


def _sentence(error: Any) -> str:
    """What the parser says, as what was found and what was expected, and where that began."""
    problem = str(error.problem or "unreadable")
    if "another document" in problem:
        return "found a second document, expected a single one"
    if (match := _EXPECTED.fullmatch(problem)) is not None:
        found, expected = (_WORDS.get(match[name], match[name]) for name in ("found", "expected"))
        said = f"found {found}, expected {expected}"
    else:
        said = f"this is no YAML: {problem}"
    begun = error.context_mark
    if error.context is None or begun is None or begun.line == error.problem_mark.line:
        return said
    return f"{said} ({error.context} that begins at {begun.line + 1}:{begun.column + 1})"


def _place_after(path: Path, before: str) -> str:
    return f"{path}:{before.count(chr(10)) + 1}:{len(before) - before.rfind(chr(10))}"


def _place(path: Path, mark: Any) -> str:
    return f"{path}:{mark.line + 1}:{mark.column + 1}" if mark is not None else f"{path}:1:1"
