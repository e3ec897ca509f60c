"""The READMEs tell the truth: their code runs, and what is made from the code is up to date."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from .readme_parts import PAGES, READMES, ROOT, written
from .shell_blocks import blocks, run, serving


@pytest.fixture
def base() -> Iterator[str]:
    """The address of what the README's `mock-udesk serve` starts, on a free port."""
    with serving(["mock-udesk", "serve"]) as address:
        yield address


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_what_is_made_from_the_code_is_up_to_date(page: Path) -> None:
    """Run `make readme` when this fails."""
    text = page.read_text(encoding="utf-8")

    assert text == written(text)


def test_every_line_of_shell_in_the_readme_runs(base: str, tmp_path: Path) -> None:
    """All `sh` blocks but those of make, one after another, against one server, which stands for the block marked `server`.

    They find the files that `yaml` blocks name. The Chinese page has the same code: see below.
    """
    for name, code in blocks(READMES[0], "yaml"):
        (tmp_path / name).write_text(code, encoding="utf-8")
    shell = [(words, code) for words, code in blocks(READMES[0], "sh") if not code.lstrip().startswith("make ")]
    assert [words for words, _ in shell].count("server") == 1
    printed = [
        run(["bash", "-euo", "pipefail", "-c"], code, base, tmp_path) for words, code in shell if words != "server"
    ]

    assert "app → udesk" in "".join(printed), "the timeline was shown"
    assert "is 1" not in printed[0], "the first calls were answered"
    assert "订单 20261115 已登记，我转给 Jerry" in "".join(printed), "the scenario was played"
    assert '"refused_signature"' in "".join(printed), "the refused call was explained"


def test_the_python_in_the_readme_runs(base: str) -> None:
    """The integration in the README is one that works when pasted; later blocks go on where the first one ended."""
    python = [code for _, code in blocks(READMES[0], "python")]
    assert len(python) == 3

    run([sys.executable, "-c"], "\n".join(python), base, ROOT)


@pytest.mark.parametrize("readme", READMES, ids=lambda path: path.name)
def test_every_make_target_in_the_readme_exists(readme: Path) -> None:
    """In the blocks and in the prose."""
    text = readme.read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))

    assert set(re.findall(r"(?:^|`)make ([a-z]+)", text, re.MULTILINE)) <= targets


def test_both_readmes_have_the_same_code() -> None:
    """A reader of either language gets the same commands; only what is said about them differs."""

    def commands(readme: Path) -> list[str]:
        rows = [code for language in ("sh", "python", "yaml") for _, code in blocks(readme, language)]
        return [
            re.sub(r"\s+#.*", "", line)
            for code in rows
            for line in code.splitlines()
            if not line.lstrip().startswith(("#", '"""'))
        ]

    english, chinese = READMES
    assert commands(english) == commands(chinese)
