"""Texts on a terminal: in columns, of which Chinese characters take two, and without power over it."""

from unicodedata import category, east_asian_width

# Unicode's categories of what a terminal does not show but obeys: controls, and formats such as overrides of the direction.
_OBEYED = ("Cc", "Cf")


def columns(text: str) -> int:
    """How wide a text is."""
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text)


def padded(text: str, width: int, *, is_right: bool = False) -> str:
    """A text made as wide as that; a wider one stays."""
    space = " " * max(0, width - columns(text))
    return space + text if is_right else text + space


def visible(text: str) -> str:
    """A text with what a terminal would obey written out: `\\x1b`, `\\u202e`."""
    return "".join(
        letter.encode("unicode_escape").decode() if category(letter) in _OBEYED else letter for letter in text
    )
