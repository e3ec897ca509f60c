"""docs/scenarios.md tells the truth: its files load, its commands run, its tables name all that there is."""

import asyncio
import json
import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from mock_udesk.cli import main
from mock_udesk.desk.play.script import STEP_NAMES, TRIGGERS, Match
from mock_udesk.scenario.loader import check
from mock_udesk.scenario.scenario import Source

from ..shell_blocks import blocks
from . import SCENARIOS
from .app import App

PAGE = SCENARIOS.parent / "docs" / "scenarios.md"
YAML = blocks(PAGE, "yaml")


@pytest.mark.parametrize(("words", "code"), [block for block in YAML if "broken=" not in block[0]])
def test_every_file_on_the_page_is_right(words: str, code: str) -> None:
    """Neither errors nor warnings."""
    assert check([Source(file=words or "page.yaml", text=code)]) == ()


def test_the_findings_on_the_page_are_those_of_the_file_above(tmp_path: Path) -> None:
    """All at once, at their lines and columns."""
    ((words, code),) = [block for block in YAML if "broken=" in block[0]]
    ((_, findings),) = [block for block in blocks(PAGE, "text") if block[0] == "findings"]
    name = words.partition("=")[2]

    assert [str(finding) for finding in check([Source(file=name, text=code)])] == findings.splitlines()


async def test_the_commands_on_the_page_run(app: App, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One after another, where the page's first file lies; `serve` is read and not run, the calls go to the default company."""
    ((words, code),) = [block for block in YAML if block[0].startswith("file=")]
    (tmp_path / words.partition("=")[2]).write_text(code, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MOCK_UDESK_PORT", str(app.udesk.server.port))
    printed = schema = ""
    for words, code in blocks(PAGE, "sh"):
        for line in code.splitlines():
            program, command, *args = shlex.split(line, comments=True)
            assert program == "mock-udesk"
            if words == "server":
                main.commands[command].make_context(command, args)
                continue
            args, into = (args[:-2], args[-1]) if ">" in args else (args, "")
            done = await asyncio.to_thread(CliRunner().invoke, main, [command, *args])
            assert done.exit_code == 0, f"{line}\n{done.output}\n{done.exception}"
            printed += done.output
            schema = done.stdout if into == "scenario.schema.json" else schema

    assert "订单 20261115 的退款已为您登记。" in printed, "play told the whole conversation"
    assert json.loads(schema)["type"] == "object"


def test_the_page_names_everything_there_is() -> None:
    """Triggers, match keys, steps and the files of the library."""
    text = PAGE.read_text(encoding="utf-8")
    names = {*map(str, TRIGGERS), *STEP_NAMES.values(), *Match.__slots__, "use"}
    names |= {path.stem for path in SCENARIOS.glob("*.yaml")}

    assert {name for name in names if not re.search(rf"`[^`]*\b{name}\b[^`]*`", text)} == set()
