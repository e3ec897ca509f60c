"""How much a regular expression may search: Python's backtrack, and nobody else is answered meanwhile."""

import pytest

from mock_udesk.desk.play.backtracking import LEAST_SEARCHED, MOST_SEARCHED, most_searched


@pytest.mark.parametrize(
    "pattern",
    [
        "a*a*a*a*a*b",
        "(a|a)*b",
        "(a|ab)*c",
        "(?:a|b|ab)*c",
        "a?" * 25 + "a" * 25,
        "(a?){30}a{30}",
        "(?:a{1,3}){1,30}b",
        r"(?:.+,)+x",
        r"(\w+\s?)*x",
        "(?:a.?)*b",
        "(x+x+)+y",
        r"(a+)\1+b",
        "(?i:ab|AB)*c",
        "a.*b.*c.*d",
        "((a*)*)*b",
        "(?=(a|a)*b)",
        "((?:a|aa)+)?c",
    ],
)
def test_what_some_texts_keep_for_ever_searches_nothing(pattern: str) -> None:
    """A text of some hundred characters can be cut in so many ways that trying them takes seconds, or years."""
    assert most_searched(pattern) == 0


@pytest.mark.parametrize(
    "pattern",
    [
        "",
        "退款|refund",
        "foo.*bar",
        r"\w+@\w+\.\w+",
        r"\d+\.\d+\.\d+",
        r"^/im/sessions/\d+/messages$",
        r"\s*=\s*",
        "(?=.*a)(?=.*b)c",
        "[^/]+/[^/]+/[^/]+",
        "(.*)(退款|退货)(.*)",
        r"(?i)order-(?P<number>\d+)",
        r"(?:\d{1,3}\.){3}\d{1,3}",
        "[a-z]+[A-Z]+[0-9]+x",
    ],
)
def test_what_people_write_searches_all(pattern: str) -> None:
    """Repeats that can't take each other's letters, and what nothing follows that could fail, are tried once."""
    assert most_searched(pattern) == MOST_SEARCHED


@pytest.mark.parametrize("pattern", [".*foo.*bar", "退.*款.*了", "^a.*b.*c.*d$", "(a+){2}b", "(foo|bar|baz)+x"])
def test_what_takes_longer_searches_less(pattern: str) -> None:
    """Two gaps that may take each other's letters: as much as can be searched in time."""
    assert LEAST_SEARCHED <= most_searched(pattern) < MOST_SEARCHED
