"""The library as a whole: every file is checked, opened by a comment, and played by a test."""

import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from mock_udesk.cli import main
from mock_udesk.scenario.loader import check, load, read_sources

from . import SCENARIOS

FILES = sorted(SCENARIOS.glob("*.y*ml"))
# Issue 4, point 8.
WANTED = {
    "first_answer",
    "busy_then_queue",
    "all_offline",
    "two_agent_hand_over",
    "group_transfer",
    "survey_after_close",
    "agent_goes_offline",
    "silent_customer",
    "image_and_rich",
    "robot_to_human",
    "flow_walk",
    "sensitive_word",
    "flaky_receiver",
    "night_shift",
    "vip_to_group",
    "rush_hour",
}
each_file = pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)


def test_the_library_has_what_was_asked_for() -> None:
    """All sixteen, and whatever came later."""
    assert {path.stem for path in FILES} >= WANTED


@each_file
def test_a_file_is_checked_without_findings(path: Path) -> None:
    """Neither errors nor warnings; it is named after itself and says in one line what happens."""
    sources = read_sources([path])

    assert check(sources) == ()
    (part,) = load(sources).parts
    assert part.name == path.stem
    assert part.description


@each_file
def test_a_file_begins_with_its_schema_and_with_what_it_teaches(path: Path) -> None:
    """Editors use the first line; people the next ones."""
    lines = path.read_text(encoding="utf-8").splitlines()
    comment = lines[1 : lines.index(f"scenario: {path.stem}")]

    assert lines[0] == "# yaml-language-server: $schema=./scenario.schema.json"
    assert len(comment) >= 3
    assert all(line.startswith("# ") for line in comment)
    assert any(line.startswith("# Teaches: ") for line in comment)


@each_file
def test_the_way_to_try_a_file_works(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`play` tells the conversation and nothing of the scenario fails; `serve` is read and not run."""
    monkeypatch.chdir(SCENARIOS.parent)
    (line,) = re.findall(r"^# Try: (.*)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    program, command, *args = shlex.split(line)
    assert program == "mock-udesk"
    assert f"scenarios/{path.name}" in args
    if command == "serve":
        main.commands[command].make_context(command, args)
        return
    done = CliRunner().invoke(main, [command, *args])

    assert done.exit_code == 0, done.output
    assert f"scenarios/{path.name}:" in done.stdout, "a rule began"


@each_file
def test_a_file_is_played_by_the_test_of_its_name(path: Path) -> None:
    """`test_x.py` plays `x.yaml`: see the fixture `founding`."""
    module = Path(__file__).with_name(f"test_{path.stem}.py")

    assert "async def test_" in module.read_text(encoding="utf-8")


def test_all_files_can_be_loaded_together() -> None:
    """A folder is a scenario too."""
    scenario = load(read_sources([SCENARIOS]))

    assert [part.name for part in scenario.parts] == [path.stem for path in FILES]
