"""What is said of a scenario that was loaded anew: which rules, by name or place."""

import pytest

from mock_udesk.cli.changes import Changes, changes
from mock_udesk.scenario.loader import load
from mock_udesk.scenario.scenario import Scenario, Source

FIRST = """
company: {agents: [{name: Tom, im_max_join_num: 2}]}
rules:
  - name: greeting
    on: session_started
    do: [{reply: 您好}]
  - on: message
    match: {text: 退款}
    do: [{wait: 1s}, {reply: 好的}]
  - on: message
    match: {text: 发票}
    do: [{reply: 稍等}]
"""


def loaded(*texts: str) -> Scenario:
    return load([Source(file=f"{'ab'[at]}.yaml", text=text) for at, text in enumerate(texts)])


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("", "", Changes()),
        ("company:", "\n\n# a comment\ndescription: 您好\ncompany:", Changes()),
        ("您好", "您好!", Changes(changed=("greeting (a.yaml:4:5)",))),
        ("wait: 1s", "wait: 2s", Changes(changed=("a.yaml:7:5",))),
        ("name: greeting", "name: hello", Changes(added=("hello (a.yaml:4:5)",), removed=("greeting (a.yaml:4:5)",))),
        (
            "  - on: message\n    match: {text: 退款}",
            "  - on: survey\n    do: [stop]\n  - on: message\n    match: {text: 退款}",
            Changes(added=("a.yaml:7:5",)),
        ),
        ("  - on: message\n    match: {text: 发票}\n    do: [{reply: 稍等}]\n", "", Changes(removed=("a.yaml:10:5",))),
        ("im_max_join_num: 2", "im_max_join_num: 3", Changes(companies=("a.yaml",))),
    ],
)
def test_rules_are_known_again_by_name_or_by_what_they_say(old: str, new: str, expected: Changes) -> None:
    """Lines that moved, comments and descriptions are no change; what was removed stands where it stood."""
    assert changes(loaded(FIRST), loaded(FIRST.replace(old, new, 1) if old else FIRST)) == expected


def test_another_order_is_said() -> None:
    """The first rule that fits is played, so it matters."""
    one = "- {name: a, on: message, do: [stop]}"
    two = "- {name: b, on: message, do: [read]}"

    found = changes(loaded(f"rules:\n  {one}\n  {two}\n"), loaded(f"rules:\n  {two}\n  {one}\n"))

    assert found == Changes(is_reordered=True)


def test_a_file_that_comes_or_goes_brings_or_takes_its_rules() -> None:
    """A folder is watched too."""
    other = "rules:\n  - {name: extra, on: survey, do: [stop]}\n"

    assert changes(loaded(FIRST), loaded(FIRST, other)) == Changes(added=("extra (b.yaml:2:5)",), companies=())
    assert changes(loaded(FIRST, other), loaded(FIRST)) == Changes(removed=("extra (b.yaml:2:5)",), companies=())
