"""The parts of the READMEs and of docs/ that are made from the code; `python -m tests.readme_parts` (make readme) writes them in."""

import ast
import re
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click

from mock_udesk.cli import main
from mock_udesk.cli.coverage import listed
from mock_udesk.control_api.table import CONTROL_API
from mock_udesk.desk.errors import REFUSALS
from mock_udesk.desk.lifecycle import diagram
from mock_udesk.endpoint import CONTROL_PREFIX
from mock_udesk.settings import Settings

from . import openapi_examples

ROOT = Path(__file__).parent.parent
READMES = (ROOT / "README.md", ROOT / "README.zh-CN.md")
PAGES = (*READMES, ROOT / "docs" / "architecture.md")
PACKAGE = ROOT / "mock_udesk"
# In the order in which the source is read: from the ground floor up.
FLOORS = (
    "desk",
    "settings",
    "endpoint",
    "openapi",
    "scenario",
    "company",
    "udesk_api",
    "control_api",
    "server",
    "options",
)
_PART = re.compile(r"<!-- (?P<name>[a-z]+):start -->\n(?P<body>.*?)<!-- (?P=name):end -->", re.DOTALL)
# Written by `python -m benchmarks --write-readme`, from measurements.
MEASURED = {"bench"}


def parts() -> dict[str, str]:
    """Every generated part by its name, as Markdown."""
    return {
        "commands": _table(
            ("command", "does"), ((f"`{name}`", _line(command)) for name, command in main.commands.items())
        ),
        "options": _table(("option", "default", "meaning"), _options(main.commands["serve"])),
        "control": _table(
            ("call", "does"), ((f"`{row.method} {CONTROL_PREFIX}{row.path}`", row.summary) for row in CONTROL_API)
        ),
        "endpoints": listed("markdown"),
        "codes": _table(("code", "message", "source"), ((str(row.code), row.message, row.source) for row in REFUSALS)),
        "settings": _table(
            ("setting", "default", "meaning"),
            ((f"`{name}`", _default(name), field.description or "") for name, field in Settings.model_fields.items()),
        ),
        "stages": f"```mermaid\n{diagram()}\n```",
        "rooms": "\n\n".join(_rooms()),
    }


def written(text: str) -> str:
    """A README with its generated parts as the code has them now."""
    made = parts()

    def fill(match: re.Match[str]) -> str:
        name = match["name"]
        if name in MEASURED:
            return match[0]
        return f"<!-- {name}:start -->\n{made[name]}\n<!-- {name}:end -->"

    return _PART.sub(fill, text)


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', '&#124;') for cell in row)} |" for row in lines)


def _rooms() -> Iterable[str]:
    """Every module with the sentence that it begins with, room by room."""
    rooms: dict[str, list[Path]] = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        rooms.setdefault(path.relative_to(PACKAGE).parts[0].removesuffix(".py"), []).append(path)
    rest = [room for room in rooms if room not in FLOORS and not room.startswith("__")]
    for room in (*FLOORS, *rest):
        rows = ((f"`{path.relative_to(PACKAGE)}`", _first_sentence(path)) for path in rooms[room])
        yield _table((f"`{room}`", "what it is for"), ((name, words) for name, words in rows if words))


def _first_sentence(path: Path) -> str:
    return (ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or "").split("\n\n")[0].replace("\n", " ")


def _line(command: click.Command) -> str:
    return (command.help or "").split("\n\n")[0].replace("\n", " ")


def _options(command: click.Command) -> Iterable[tuple[str, ...]]:
    for option in command.params:
        if isinstance(option, click.Option) and option.opts[0] != "--help":
            default: Any = option.default
            shown = f"`{default}`" if isinstance(default, str | int | float) and default != "" else ""
            yield f"`{option.opts[0]}`", shown, option.help or ""


def _default(name: str) -> str:
    value = Settings().model_dump(mode="json")[name]
    match value:
        case None:
            return "null"
        case dict():
            return "as in the document's example"
        case [dict(), *_]:
            return f"{len(value)} of them"
        case _:
            return f"`{value}`"


if __name__ == "__main__":
    openapi_examples.write()
    for page in PAGES:
        page.write_text(written(page.read_text(encoding="utf-8")), encoding="utf-8")
    sys.exit(0)
