"""docs/control.md tells the truth: its commands run one after another, and print what it shows."""

import re
import shlex
from pathlib import Path

import pytest

from mock_udesk.scenario.traffic.faults import CallDo, PushDo
from mock_udesk.scenario.traffic.matches import CallMatch, PushMatch
from mock_udesk.scenario.traffic.pattern_checks import OPERATORS

from .readme_parts import ROOT
from .shell_blocks import WRITTEN, all_blocks, run, serving

PAGE = ROOT / "docs" / "control.md"
_BLOCKS = all_blocks(PAGE)
_MARK = "--- block"


def _squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


def _first_not_printed(shown: str, printed: str) -> str | None:
    """The first piece of what is shown, between one `…` and the next, that was not printed behind those before it; white space aside."""
    rest = _squeezed(printed)
    for piece in shown.split("…"):
        _, found, rest = rest.partition(wanted) if (wanted := _squeezed(piece)) else ("", "…", rest)
        if not found:
            return piece
    return None


def test_every_command_of_the_guide_runs_and_prints_what_is_shown(tmp_path: Path) -> None:
    """All `sh` blocks in one shell, against one server, which stands for the block marked `server`; `text shown` is of the block before."""
    ((_, _, server),) = [block for block in _BLOCKS if block[1] == "server"]
    shell = [code for language, words, code in _BLOCKS if language == "sh" and words != "server"]
    script = "".join(f"echo '{_MARK}'\n{code}" for code in shell)
    with serving(shlex.split(server)) as base:
        printed = run(["bash", "-euo", "pipefail", "-c"], script, base, tmp_path).replace(base, WRITTEN)
    answers = iter(printed.split(f"{_MARK}\n"))
    answer, missing = next(answers), []
    for language, words, code in _BLOCKS:
        if language == "sh" and words != "server":
            answer = next(answers)
        elif words == "shown" and (piece := _first_not_printed(code, answer)) is not None:
            missing.append(f"shown, but not printed:\n{piece}\nof\n{answer}")

    assert not missing, "\n".join(missing)


@pytest.mark.parametrize("names", [OPERATORS, CallMatch.model_fields, PushMatch.model_fields])
def test_the_guide_names_all_that_can_be_asked_for(names: object) -> None:
    """Every operator of patterns, every field of a match."""
    _assert_named(names)


@pytest.mark.parametrize("do", [CallDo, PushDo])
def test_the_guide_names_all_that_can_go_wrong(do: type[CallDo | PushDo]) -> None:
    """Everything that a planned fault can do."""
    _assert_named(do.model_fields)


def _assert_named(names: object) -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert isinstance(names, tuple | dict)
    assert {name for name in names if not re.search(rf"`[^`\n]*{re.escape(name)}\b[^`\n]*`", text)} == set()
