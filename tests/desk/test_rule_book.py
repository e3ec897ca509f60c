"""Which rules a message meets: those that its text may fit are never left out. DESIGN, Speed."""

import pytest

from tests.desk.script_sample import ON, replies, reply, rule, talk, tell


@pytest.mark.parametrize(
    ("pattern", "text", "fits"),
    [
        (r"\d{8}", "12345678", True),
        (r"\d{8}", "订单12345678吗", True),
        (r"\d{8}", "1234567", False),
        (r"\d{8}", "1234567a8", False),
        (r"\d", "1", True),
        ("REFUND", "REFUND", True),
        ("REFUND", "I want a REFUND!", True),
        ("REFUND", "refund", False),
        ("(?i)refund", "REFUND", True),
        ("退款", "退款", True),
        ("X", "X", True),
    ],
)
def test_rule_begins_exactly_when_its_pattern_is_found(pattern: str, text: str, fits: bool) -> None:
    """What a text must have is looked up; a text that has no more than that fits too, in the letters that the pattern asks for."""
    # Others with words beside it, so that it stands among many.
    others = (rule(ON.MESSAGE, reply("other"), text=words) for words in ("发货", "invoice", r"\d{11}"))
    desk, session = talk(*others, rule(ON.MESSAGE, reply("yes"), text=pattern))

    assert replies(tell(desk, session, "m-1", text).effects) == (["yes"] if fits else [])
