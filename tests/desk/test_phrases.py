"""The phrases that errors, lists and stories share."""

import pytest

from mock_udesk.desk.phrases import counted, did_you_mean, nearest


@pytest.mark.parametrize(
    ("number", "noun", "text"),
    [
        (0, "rule", "0 rules"),
        (1, "rule", "1 rule"),
        (2, "planned fault", "2 planned faults"),
        (1, "push", "1 push"),
        (3, "push", "3 pushes"),
        (1, "entry", "1 entry"),
        (2, "entry", "2 entries"),
    ],
)
def test_so_many_of_something_are_said_as_english_has_it(number: int, noun: str, text: str) -> None:
    """One alone is singular; none are many."""
    assert counted(number, noun) == text


def test_the_nearest_known_name_was_meant() -> None:
    """style.md: a message has the values that would be right."""
    assert nearest("qeue", ("session", "queue")) == "queue"
    assert did_you_mean("qeue", ("session", "queue")) == ", did you mean queue?"


@pytest.mark.parametrize("name", ["", "x", "y" * 100_000])
def test_a_name_that_is_near_to_nothing_has_no_nearest(name: str) -> None:
    """However long it is."""
    assert nearest(name, ("session", "queue")) is None
    assert did_you_mean(name, ("session", "queue")) == ""
