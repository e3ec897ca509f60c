"""How texts stand on a terminal."""

from mock_udesk.company.story.columns import columns, padded, visible


def test_chinese_takes_two_columns() -> None:
    """So that arrows stand below each other."""
    assert (columns("小王 ok"), columns("，"), padded("小王", 6), padded("小王", 6, is_right=True)) == (
        7,
        2,
        "小王  ",
        "  小王",
    )
    assert padded("小王", 2) == "小王"


def test_what_a_terminal_obeys_is_written_out() -> None:
    """Unicode's categories Cc and Cf; everything else stays, Chinese and backslashes too."""
    assert visible("a\x1b[31m\x9b\t\n\u202e\u2066\u200b\U000e0041") == (
        r"a\x1b[31m\x9b\t\n\u202e\u2066\u200b\U000e0041"
    )
    assert visible(r"小王 “a\b” 😀") == r"小王 “a\b” 😀"
