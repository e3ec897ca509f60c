"""Patterns: what is none, and what would take for ever."""

import pytest

from mock_udesk.scenario.file.patterns import LONGEST_PATTERN, Patterns, pattern_trouble


@pytest.mark.parametrize(
    "pattern",
    [
        "退款",
        r"(?i)^(hi|hello)\b",
        r"(\d+,)*\d+",
        r"(foo\s*)+",
        "(ab?)+",
        "(a|b)+",
        "(?:a++)+",
        "(?>a+)+",
        "(a+)?",
        "(a+){2}",
        r"\(a+\)+",
        "[(a+)]+",
        "(?P<name>[一-龥]+)",
        "(?=a+)b",
        "a{}",
        "(?i:a)b+",
        "(?i)[一-龥]+",
    ],
)
def test_what_people_write_is_a_pattern(pattern: str) -> None:
    """A repeat of something with a fixed part in it comes to an end."""
    assert pattern_trouble(pattern, Patterns()) is None


@pytest.mark.parametrize(
    ("pattern", "which"),
    [
        ("^(a+)+$", "(a+)+"),
        ("(.*)*x", "(.*)*"),
        (r"(?:\w+\s*)+$", r"(?:\\w+\\s*)+"),
        ("((a+))+", "((a+))+"),
        ("(x|a+)*", "(x|a+)*"),
        ("(?P<it>[a-z]+){2,}", "(?P<it>[a-z]+){2,}"),
        ("((ab)+)+", "((ab)+)+"),
        ("(a{1,})+?", "(a{1,})+?"),
    ],
)
def test_a_repeat_of_a_repeat_is_refused(pattern: str, which: str) -> None:
    """There are texts of some dozen characters that it would search for years."""
    trouble = pattern_trouble(pattern, Patterns())

    assert trouble is not None
    assert trouble[0].endswith(f'("{which}" repeats what repeats itself, so that some texts take for ever)')


def test_a_pattern_has_an_end() -> None:
    """As long as people write them."""
    assert pattern_trouble("a" * LONGEST_PATTERN, Patterns()) is None
    assert pattern_trouble("a" * (LONGEST_PATTERN + 1), Patterns()) == (
        "a pattern of 1,001 characters",
        "at most 1,000",
    )


@pytest.mark.parametrize(
    "pattern",
    ["(?i)[\0-\U0010ffff][^\1-\U0010ffff]", r"(?i)[\x00-\U0010ffff\0-\U0010ffff]", "(?si:" + r"[\1-\uffff]" * 40 + ")"],
)
def test_wide_ranges_without_case_are_refused(pattern: str) -> None:
    """Python looks at each of their characters."""
    trouble = pattern_trouble(pattern, Patterns())

    assert trouble == ("ranges of more than 2,000,000 characters under (?i) in one file", "smaller ranges, or no (?i)")


def test_the_patterns_of_a_file_are_bounded_together() -> None:
    """One that comes again costs nothing."""
    patterns = Patterns()
    again = [pattern_trouble("a" * 900, patterns) for _ in range(1_000)]
    others = [pattern_trouble(f"{number:04}" + "a" * 900, patterns) for number in range(300)]

    assert set(again) == {None}
    assert others[0] is None
    assert others[-1] == ("patterns of more than 200,000 characters in one file", "fewer or shorter ones")


def test_what_is_no_pattern_is_refused() -> None:
    """The words are Python's."""
    assert pattern_trouble("(a+", Patterns()) == (
        '"(a+" (missing ), unterminated subpattern at character 1)',
        "a regular expression",
    )
