"""Regular expressions of rules: that they are some, and that neither reading nor searching with one can take for ever."""

import re
import warnings
from dataclasses import dataclass, field

from ...desk.play.backtracking import most_searched
from ...endpoint.wrong import short

LONGEST_PATTERN = 1_000
# Of all different patterns of a file together: Python takes up to some microseconds for a character.
MOST_CHARACTERS = 200_000
# Under (?i) Python looks at each character of a range.
_WIDEST = 2_000_000

_QUANTIFIER = re.compile(r"(?:([*+?])|\{(\d*)(,?)(\d*)\})([?+]?)")
_CLASS = re.compile(r"\[\^?\]?(?:[^\]\\]|\\.)*\]", re.DOTALL)
_RANGE = re.compile(r"(\\[^dDwWsS]|[^\\])-(\\.|[^\\\]])", re.DOTALL)
_NUMBERED = re.compile(r"\\(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[0-7]{3})")
_OPENING = re.compile(r"\((?:\?(?:P<\w+>|P=\w+|P>\w+|<?[=!]|[:>]|[aiLmsux-]*[:)]|#[^)]*\)|\([^)]*\)))?")
_CASELESS = re.compile(r"\(\?[aLmsux]*i")


@dataclass(slots=True)
class Patterns:
    """What the patterns of one file cost so far."""

    characters: int = 0
    width: int = 0
    seen: set[str] = field(default_factory=set)


def pattern_trouble(text: str, patterns: Patterns) -> tuple[str, str] | None:
    """What was found and expected of a text that can't be a pattern, None of one that can."""
    if text in patterns.seen:
        return None
    if len(text) > LONGEST_PATTERN:
        return f"a pattern of {len(text):,} characters", f"at most {LONGEST_PATTERN:,}"
    patterns.characters += len(text)
    if patterns.characters > MOST_CHARACTERS:
        return f"patterns of more than {MOST_CHARACTERS:,} characters in one file", "fewer or shorter ones"
    patterns.width += _width(text)
    if patterns.width > _WIDEST:
        return f"ranges of more than {_WIDEST:,} characters under (?i) in one file", "smaller ranges, or no (?i)"
    try:
        with warnings.catch_warnings():
            # What a later Python may read otherwise is no fault of today's.
            warnings.simplefilter("ignore")
            re.compile(text)
    except (re.error, OverflowError, RecursionError) as error:
        why = f"{error.msg} at character {(error.pos or 0) + 1}" if isinstance(error, re.error) else "too large"
        return f"{short(text)} ({why})", "a regular expression"
    nested = _Scanner(text).nested()
    if nested:
        what = f"{short(text)} ({short(nested)} repeats what repeats itself, so that some texts take for ever)"
        return what, "one repeat: (a+)+ finds what a+ finds"
    if not most_searched(text):
        what = f"{short(text)} (a text can be cut into its parts in so many ways that some take for ever)"
        return (
            what,
            "fewer repeats like .* that may take each other's letters, no choice like (a|ab)* in a repeat, or ^ in front",
        )
    patterns.seen.add(text)
    return None


def _width(text: str) -> int:
    """How many characters the ranges of a pattern without case have."""
    if _CASELESS.search(text) is None:
        return 0
    plain = _NUMBERED.sub(lambda match: _character(match[0]), text)
    return sum(max(0, ord(end[-1]) - ord(begin[-1])) for begin, end in _RANGE.findall(plain))


def _character(escape: str) -> str:
    number = int(escape[1:], 8) if escape[1].isdecimal() else int(escape[2:], 16)
    return chr(number) if number < 0x110000 else "?"


class _Scanner:
    """Walks once along a pattern that Python can read; it looks for groups repeated without an end of which nothing is fixed."""

    def __init__(self, pattern: str) -> None:
        self._pattern = pattern
        self._at = 0

    def nested(self) -> str:
        """The first such group with its quantifier, "" when there is none."""
        # A frame for each open group: where it began, whether it may repeat at will, and what its branch has so far.
        frames = [_Frame(0)]
        while self._at < len(self._pattern):
            began = self._at
            letter = self._pattern[began]
            if letter == "(":
                opening = _OPENING.match(self._pattern, began)
                text = "(" if opening is None else opening[0]
                self._at += len(text)
                if not (text.startswith("(?") and text.endswith(")")):
                    frames.append(_Frame(began, is_atomic=text == "(?>" or text.endswith(("=", "!"))))
                continue
            if letter == "|":
                frames[-1].branch()
                self._at += 1
                continue
            is_varying = False
            if letter == ")":
                self._at += 1
                frame = frames.pop() if len(frames) > 1 else _Frame(0)
                frame.branch()
                is_varying = frame.has_varying and not frame.is_atomic
                began = frame.began
            else:
                self._at = self._after_one(began)
            low_is_zero, is_endless, is_possessive = self._quantifier()
            if letter == ")" and is_varying and is_endless and not is_possessive:
                return self._pattern[began : self._at]
            frames[-1].add(
                varies=(is_endless and not is_possessive) or is_varying,
                may_be_missing=low_is_zero,
                is_place=letter in "^$",
            )
        return ""

    def _after_one(self, at: int) -> int:
        if self._pattern[at] == "\\":
            numbered = _NUMBERED.match(self._pattern, at)
            return at + 2 if numbered is None else numbered.end()
        in_class = _CLASS.match(self._pattern, at) if self._pattern[at] == "[" else None
        return at + 1 if in_class is None else in_class.end()

    def _quantifier(self) -> tuple[bool, bool, bool]:
        """Of the quantifier that stands here: whether it may be nothing, whether it has no end, whether it gives nothing back."""
        match = _QUANTIFIER.match(self._pattern, self._at)
        if match is None or match[0] == "{}":
            return False, False, False
        self._at = match.end()
        sign, low, comma, high, more = match.groups()
        if sign:
            return sign != "+", sign != "?", more == "+"
        return low in {"", "0"}, bool(comma) and (not high or int(high) > 100), more == "+"


@dataclass(slots=True)
class _Frame:
    """A group that is open."""

    began: int
    is_atomic: bool = False
    # Whether one of its branches can be cut into repeats at will: something in it has no end, and nothing is fixed.
    has_varying: bool = False
    _varies: bool = False
    _has_fixed: bool = False

    def add(self, *, varies: bool, may_be_missing: bool, is_place: bool) -> None:
        """Counts one piece of the branch."""
        self._varies |= varies
        self._has_fixed |= not (varies or may_be_missing or is_place)

    def branch(self) -> None:
        """Ends the branch."""
        self.has_varying |= self._varies and not self._has_fixed
        self._varies = self._has_fixed = False
