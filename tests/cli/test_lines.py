"""The lines of `play --say`: speech, and what is not."""

import click
import pytest

from mock_udesk.cli.lines import AskForAgent, Leave, Line, Rate, Say, Wait, read_line


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("你好", Say("你好")),
        (" a ", Say(" a ")),
        ("//agent", Say("/agent")),
        ("/agent", AskForAgent()),
        ("/leave ", Leave()),
        ("/wait 1m30s", Wait(90.0)),
        ("/wait 0s", Wait(0.0)),
        ("/rate 满意", Rate("满意", "")),
        ("/rate 36 很快 谢谢", Rate("36", "很快 谢谢")),
    ],
)
def test_a_slash_in_front_is_no_speech(text: str, line: Line) -> None:
    """Two are one that is said."""
    assert read_line(text) == line


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "a text that is not empty"),
        ("/agent Tom", "/agent, /wait 90s, /rate"),
        ("/rate", "/agent, /wait 90s, /rate"),
        ("/shout", "/agent, /wait 90s, /rate"),
        ("/wait 90", "a duration with its unit, like 90s, 90m or 90ms"),
        ("/wait", "a duration like 500ms"),
    ],
)
def test_what_is_neither_is_refused_with_what_would_be_right(text: str, expected: str) -> None:
    """Before anything is played."""
    with pytest.raises(click.UsageError, match=f"--say: found {text!r}, expected {expected}"):
        read_line(text)
