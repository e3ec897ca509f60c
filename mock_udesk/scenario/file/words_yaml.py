"""What ruamel.yaml says of a text that is no YAML, in an author's words."""

import re
from typing import Any

_EXPECTED = re.compile(r"expected (?P<expected>.+?),? but (?:found|got) (?P<found>.+)")

# ruamel.yaml's names of what it meets.
_NAMES = {
    "'<stream end>'": "the end of the file",
    "'<block end>'": "the end of the block",
    "<block end>": "the end of the list or mapping",
    "'<document start>'": "a new document",
    "<document start>": "a document that begins with ---",
    "'<scalar>'": "a value",
    "('<anchor>',)": "a second anchor",
    "'?'": "a key",
    "'-'": "an item of a list",
    "'<block sequence start>'": "an item of a list",
    "'<block mapping start>'": "a key",
    "':'": "a ':'",
}
_QUOTED = 'quotes around it (a template stands in quotes: "{{ … }}")'
# What authors trip over most: what the parser says → what was found, what would be right.
_KNOWN: tuple[tuple[str, str, str], ...] = (
    (r"found character '\\t'", "a tab", "spaces: YAML is indented by them"),
    (r"found character '(?P<it>[%@`])' that cannot start", "a text that begins with {it}", _QUOTED),
    (
        r"mapping values are not allowed",
        "a ':' where no value can begin",
        "quotes around a text that has ': ' in it, or other indentation",
    ),
    (r"could not find expected ':'", "a line without a ':'", "key: value, or the indentation of what it goes on with"),
    (r"found unexpected end of stream", "a quote that is never closed", "a quote at its end"),
    (r"found undefined tag handle", "an unknown tag", "no tags"),
    (r"expected ',' or '(?P<it>[]}])', but got", "no {it} to close what is open", "a comma or {it}"),
)


def sentence(error: Any) -> tuple[str, str]:
    """What was found and what was expected, of one of the parser's errors."""
    problem = str(error.problem or error.context or "unreadable")
    for pattern, found, expected in _KNOWN:
        if (match := re.search(pattern, problem)) is not None:
            it = match.groupdict().get("it", "")
            return found.replace("{it}", it) + _begun(error), expected.replace("{it}", it)
    if (match := _EXPECTED.fullmatch(problem)) is not None:
        found, expected = (_NAMES.get(match[name], match[name]) for name in ("found", "expected"))
        return found + _begun(error), expected
    return f"no YAML ({problem}){_begun(error)}", "YAML"


def _begun(error: Any) -> str:
    """Where that began which the parser was in, when that is another line."""
    mark, context = error.context_mark, str(error.context or "")
    if mark is None or error.problem_mark is None or mark.line == error.problem_mark.line:
        return ""
    what = next((noun for noun in ("mapping", "list", "quoted", "key") if noun in context), "sequence")
    noun = {"quoted": "text", "sequence": "list"}.get(what, what)
    return f" (the {noun} begins at {mark.line + 1}:{mark.column + 1})"
