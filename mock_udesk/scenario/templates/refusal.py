"""How a template is refused something: why, and what would be right, for somebody who does not know Jinja."""

import re
from collections.abc import Iterable


class Refused(Exception):
    """What a template wants and does not get; says why in plain English, and what would be right.

    `mark`: which `{{ … }}` or `{% … %}` of the template it is, from 1, where whoever refuses knows that.
    """

    def __init__(self, reason: str, *, mark: int | None = None) -> None:
        self.reason = reason
        self.mark = mark
        super().__init__(reason)


def nearest(name: str, known: Iterable[str]) -> str:
    """The nearest legal name, or all of them, as the second half of a message."""
    # Costly to import, and hardly ever needed.
    from difflib import get_close_matches

    names = sorted(known)
    if near := get_close_matches(name[:50], names, n=1):
        return f"did you mean {near[0]}?"
    return f"there are {', '.join(names)}" if names else "there are none"


def short(text: str, most: int = 60) -> str:
    """A text as it can stand in a message."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


# -- what Jinja's parser says ---------------------------------------------------------------------------------------------------

_CLOSED = "it is not closed: }} or %} is missing (for the two characters {{ themselves, write {{ '{{' }})"

# What it says → what is said instead; the first that fits.
_WORDS = [
    (r"unexpected char '(?P<char>[\"'])' at \d+", "a text in quotes is not closed: {char} is missing"),
    (r"unexpected char '\\\\' at \d+", "unexpected \\; in a text in quotes it would be fine"),
    (r"unexpected char '(?P<char>.+)' at \d+", "unexpected {char}"),
    (r"unexpected char \"'\" at \d+", "a text in quotes is not closed: ' is missing"),
    (r"unexpected '(?P<got>.+)', expected '(?P<want>.+)'", "unexpected {got}, expected {want} first"),
    (
        r"expected token '(?P<want>.+)', got 'end of (?:print statement|statement block)'",
        "expected {want} before it closes",
    ),
    (
        r"expected token 'end of print statement', got '(?P<got>.+)'",
        "unexpected {got}, expected }}}} or an operator before it",
    ),
    (r"expected token 'end of statement block', got '(?P<got>.+)'", "unexpected {got}, expected %}} before it"),
    (r"unexpected end of template, expected 'end of (?:print statement|statement block)'\.?", _CLOSED),
    (r"unexpected end of template.*", _CLOSED),
    (r"expected token '(?P<want>.+)', got '(?P<got>.+)'", "unexpected {got}, expected {want}"),
    (
        r"Expected an expression, got 'end of (?:print statement|statement block)'",
        "there is nothing in it: an expression is missing",
    ),
    (r"unexpected 'end of (?:print statement|statement block)'", "an expression is missing before it closes"),
    (
        r"Unexpected end of template\. .*innermost block that needs to be closed is '(?P<tag>\w+)'.*",
        "{{% end{tag} %}} is missing",
    ),
    (
        r"Encountered unknown tag '(?P<tag>end\w+|else|elif)'.*looking for the following tags: (?P<tags>.+?)\. .*",
        "unexpected {tag}, expected {tags}",
    ),
    (r"Encountered unknown tag '(?P<tag>end\w+|else|elif)'.*", "there is nothing that {tag} belongs to"),
    (r"Encountered unknown tag '(?P<tag>.+?)'.*", "there is no {{% {tag} %}}: there are if, for and set"),
    (r"Unexpected end of template.*", _CLOSED),
    (r"Missing end of comment tag", "a comment is not closed: #}} is missing"),
    (r"Missing end of raw directive", "{{% endraw %}} is missing"),
    (r"[Tt]ag name expected", "there is nothing in it: expected if, for or set"),
    (r"Invalid character in identifier", "a name has a character that names can't have"),
    (r"(?P<what>can't assign to .+)", "{what}"),
    (r"unexpected '\}'", "unexpected }}, expected }}}} to close it"),
    (r"unexpected '(?P<got>.+)'", "unexpected {got}"),
]
_COMPILED = [(re.compile(pattern, re.DOTALL), words) for pattern, words in _WORDS]
_NAMES = {
    "end of print statement": "}}",
    "end of statement block": "%}",
    "begin of print statement": "{{",
    "begin of statement block": "{%",
    "assign": "=",
    "name": "a name",
    "integer": "a number",
    "string": "a text",
    "in": "in",
}


def reworded(message: str) -> str:
    """The message in plain words; as it is where there are none for it."""
    for pattern, words in _COMPILED:
        if found := pattern.fullmatch(message):
            if words is _CLOSED:
                return words
            parts = {name: _NAMES.get(part, part) for name, part in found.groupdict().items()}
            return words.format(**parts)
    return message
