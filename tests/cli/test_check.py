"""`check`: all that is wrong with scenario and config files, for people, for programs and for GitHub."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from mock_udesk.cli import main

LIBRARY = Path(__file__).parent.parent.parent / "scenarios"
GOOD = "rules:\n  - on: message\n    do: [{reply: 好的}]\n"
BAD = "rules:\n  - on: mesage\n    do: [read, {wait: 3}]\n"
DOUBTFUL = "rules:\n  - on: message\n    do: [{transfer: Tmo}]\n"


def checked(*args: str | Path) -> Result:
    return CliRunner().invoke(main, ["check", *map(str, args)], prog_name="mock-udesk")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of three scenarios and two config files, in which the program is started."""
    monkeypatch.chdir(tmp_path)
    files = {
        "good.yaml": GOOD,
        "bad.yaml": BAD,
        "doubtful.yml": DOUBTFUL,
        "mock.yaml": "port: 8090\nscenario: good.yaml\n",
        "wrong.yaml": "prot: 8090\nrate: fast\nauth: off\n",
        ".hidden.yaml": BAD,
        "notes.txt": BAD,
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def test_a_good_file_is_counted_and_nothing_else_is_said(folder: Path) -> None:
    """The summary is a line of its own."""
    result = checked("good.yaml")

    assert (result.exit_code, result.stdout, result.stderr) == (0, "1 file: no errors\n", "")


def test_everything_wrong_in_a_folder_is_named_at_once_with_its_place(folder: Path) -> None:
    """interfaces.md §1: file:line:column: path: what was found, what was expected; exit 1 on any error."""
    result = checked(folder)

    lines = [line.replace(f"{folder}/", "") for line in result.stdout.splitlines()]
    assert result.exit_code == 1
    assert lines == [
        'bad.yaml:2:9: rules[0].on: found "mesage", expected message (the nearest)',
        "bad.yaml:3:23: rules[0].do[1].wait: found 3, expected a duration with its unit, like 3s, 3m or 3ms",
        "warning: doubtful.yml:3:21: rules[0].do[0].transfer: found unknown agent Tmo, expected Tom (the nearest)",
        "wrong.yaml:1:1: prot: found unknown key prot, expected port (the nearest)",
        'wrong.yaml:2:7: rate: found "fast", expected a number from 0 (stands still) over 1 (real time) to 1000000',
        "5 files: 4 errors, 1 warning",
    ]


def test_warnings_are_no_errors_unless_strict(folder: Path) -> None:
    """--strict"""
    loose, strict = checked("doubtful.yml"), checked("doubtful.yml", "--strict")

    assert (loose.exit_code, strict.exit_code) == (0, 1)
    assert loose.stdout == strict.stdout
    assert loose.stdout.endswith("\n1 file: no errors, 1 warning\n")


def test_as_json_every_finding_is_an_object(folder: Path) -> None:
    """--format json"""
    result = checked("doubtful.yml", "wrong.yaml", "--format", "json")
    data = json.loads(result.stdout)

    assert result.exit_code == 1
    assert {name: data[name] for name in ("files", "errors", "warnings")} == {
        "files": ["doubtful.yml", "wrong.yaml"],
        "errors": 2,
        "warnings": 1,
    }
    assert data["findings"][0] == {
        "severity": "warning",
        "file": "doubtful.yml",
        "line": 3,
        "column": 21,
        "path": "rules[0].do[0].transfer",
        "found": "unknown agent Tmo",
        "expected": "Tom (the nearest)",
    }


def test_for_github_findings_are_workflow_commands_with_all_that_means_something_escaped(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """GitHub: in data %, CR and LF are escaped, in properties : and , too."""
    (folder / "a,b:c.yaml").write_text('rules:\n  - on: "100%\\n"\n    do: [read]\n', encoding="utf-8")

    result = checked("doubtful.yml", "a,b:c.yaml", "--format", "github")

    first, second = result.stdout.splitlines()
    assert result.exit_code == 1
    assert first == (
        "::warning file=doubtful.yml,line=3,col=21,title=rules[0].do[0].transfer::"
        "found unknown agent Tmo, expected Tom (the nearest)"
    )
    assert second.startswith("::error file=a%2Cb%3Ac.yaml,line=2,col=9,title=rules[0].on::found ")
    assert "100%25" in second


def test_nothing_at_a_path_is_asked_wrongly(folder: Path) -> None:
    """Exit code 2, on standard error, and nothing else is looked at."""
    result = checked("bad.yaml", "nope.yaml")

    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == "mock-udesk check: PATH: found nothing at nope.yaml, expected a file or folder\n"


def test_without_a_path_nothing_is_checked() -> None:
    """Exit code 2."""
    assert checked().exit_code == 2


def test_files_are_looked_at_one_by_one_unless_together(folder: Path) -> None:
    """A rule of one file does not shadow one of another, nor does it know its agents."""
    (folder / "people.yaml").write_text("company: {agents: [{name: Tmo}]}\n", encoding="utf-8")

    alone = checked("people.yaml", "good.yaml", "doubtful.yml")
    together = checked("people.yaml", "good.yaml", "doubtful.yml", "--together")

    assert alone.stdout.count("unknown agent Tmo") == 1
    assert "never runs" not in alone.stdout
    assert "unknown agent Tmo" not in together.stdout
    assert together.stdout.count("never runs") == 1


def test_a_config_file_brings_the_scenarios_that_it_names(folder: Path) -> None:
    """They are relative to it, and make one scenario, as serve would have it; each finding is told once."""
    (folder / "conf").mkdir()
    (folder / "conf" / "mock.yaml").write_text(
        "scenario: [../bad.yaml, none.yaml]\nscenario_inline: |\n  rules: []\n", encoding="utf-8"
    )

    result = checked("conf/mock.yaml", "bad.yaml")

    assert result.exit_code == 1
    assert [line.partition(": ")[0] for line in result.stdout.splitlines()] == [
        "bad.yaml:2:9",
        "bad.yaml:3:23",
        "conf/mock.yaml:1:25",
        "conf/../bad.yaml:2:9",
        "conf/../bad.yaml:3:23",
        "conf/mock.yaml (scenario_inline, line 2):1:8",
        "4 files",
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("scenario: refund.yaml\n", "file.yaml:1:11: scenario: found nothing at "),
        ("scenario: [a]\n", "file.yaml:1:12: scenario: found nothing at "),
        ("scenario: refund\n", "neither rules nor company"),
        ("scenario: refund\nport: x\n", "a number from 0 to 65535"),
        ("scenario: refund\nrulez: []\n", "rules (the nearest)"),
        ("receive-rul: x\n", "receive_url (the nearest)"),
        ("xyzzy: 1\n", "xyzzy"),
        ("- a\n", "a mapping with rules, company or both"),
        ("port: [\n", "found the end of the file"),
    ],
)
def test_whether_a_file_holds_a_scenario_or_options_is_told_by_its_keys(tmp_path: Path, text: str, said: str) -> None:
    """`scenario` is a key of both: a path here, a name there."""
    (tmp_path / "file.yaml").write_text(text, encoding="utf-8")

    result = checked(tmp_path / "file.yaml")

    assert result.exit_code == 1
    assert said in result.stdout


def test_the_library_is_without_a_finding() -> None:
    """Every file in scenarios/ is valid."""
    result = checked(LIBRARY, "--strict")

    assert (result.exit_code, result.stdout) == (0, f"{len(list(LIBRARY.glob('*.yaml')))} files: no errors\n")
