"""The corpus of broken files: everything that is wrong with each, and where, as `check` says it.

`broken/NAME.yaml` has its findings in `broken/NAME.expected`, one a line: severity, place, path, what was found and what was expected.
"""

from pathlib import Path

import pytest

from mock_udesk.scenario.loader import check, load, read_sources
from mock_udesk.scenario.scenario import ScenarioErrors

FOLDER = Path(__file__).parent / "broken"
FILES = sorted(FOLDER.glob("*.yaml"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_everything_wrong_with_a_file_is_said_at_once(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the order of its lines; files with errors can't be loaded, files with warnings alone can."""
    monkeypatch.chdir(FOLDER)
    sources = read_sources([Path(path.name)])
    expected = path.with_suffix(".expected").read_text(encoding="utf-8").splitlines()

    findings = check(sources)

    assert [f"{finding.severity}: {finding}" for finding in findings] == expected
    if any(finding.severity == "error" for finding in findings):
        with pytest.raises(ScenarioErrors) as raised:
            load(sources)
        assert raised.value.findings == findings
    else:
        assert load(sources).warnings == findings


def test_the_corpus_is_whole() -> None:
    """Each file has its findings, and there are enough of them."""
    assert {path.stem for path in FILES} == {path.stem for path in FOLDER.glob("*.expected")}
    assert len(FILES) >= 45
    assert all(path.with_suffix(".expected").read_text(encoding="utf-8") for path in FILES)
