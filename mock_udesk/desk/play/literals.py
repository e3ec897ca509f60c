"""Words that a text must have for a regular expression to be found in it: what makes two hundred patterns quick to pass over.

A small scanner, and a timid one: what it does not know for sure it takes to stand for anything, and then it asks for no words.
"""

import re
from functools import lru_cache
from itertools import groupby

# Any of these in the lower-cased text, or nothing is found. A number stands for so many digits side by side, whichever.
Words = frozenset[str | int]

_FLAGS = re.compile(r"\(\?([aimsu]+)\)")
_QUANTIFIER = re.compile(r"(?:([*?])|(\+)|\{(\d*),?\d*\})[?+]?")
_GROUP = re.compile(r"\((?:\?:|\?>|\?P<\w+>)?(?!\?)")
_LOOK = re.compile(r"\(\?(?:=|!|<=|<!)")
# A class of one line; one with a bracket or a backslash inside is no plain one.
_PLAIN_CLASS = re.compile(r"\[([^\[\]\\^][^\[\]\\]*)\]")
_CLASS = re.compile(r"\[\^?\]?(?:[^\]\\]|\\.)*\]", re.DOTALL)
_DIGITS = re.compile(r"\d+").findall

_KINDS = "DwWsS"
_PLACES = "bBAZ"
_CONTROLS = {"n": "\n", "t": "\t", "r": "\r", "f": "\f", "v": "\v", "a": "\a"}
# These have a third case under (?i): ı İ, K (Kelvin), ſ.
_THREE_CASES = "isk"
_ONE_DIGIT: Words = frozenset((1,))
# More words than this would cost more than they save.
_MOST = 64


class _DoubtError(Exception):
    """Something that the scanner does not know."""


# Each life of a company asks for the same patterns again, and a reset must be quick.
@lru_cache(maxsize=4_096)
def words(pattern: str) -> Words | None:
    """Words of which each text that the pattern is found in has one, once it is lower-cased; None: who knows."""
    flags = _FLAGS.match(pattern)
    is_caseless = flags is not None and "i" in flags[1]
    scanner = _Scanner(pattern, 0 if flags is None else flags.end(), is_caseless=is_caseless)
    try:
        found = scanner.alternatives()
    except (_DoubtError, RecursionError):
        return None
    # A bracket that nothing opened: no pattern at all.
    return found if scanner.at == len(pattern) else None


def digits_in(text: str) -> int:
    """How many digits a text has side by side."""
    return max(map(len, _DIGITS(text)), default=0)


class _Scanner:
    """Walks once along a pattern."""

    def __init__(self, pattern: str, at: int, *, is_caseless: bool) -> None:
        self.pattern = pattern
        self.at = at
        self.is_caseless = is_caseless

    def alternatives(self) -> Words | None:
        """All branches up to a bracket that closes, or the end: of each the best, or nothing when one asks for nothing."""
        found: list[Words | None] = [self._branch()]
        while self._take("|"):
            found.append(self._branch())
        together = frozenset[str | int]().union(*(part for part in found if part))
        return together if all(found) and len(together) <= _MOST else None

    def _take(self, letter: str) -> bool:
        is_there = self.pattern.startswith(letter, self.at)
        self.at += is_there
        return is_there

    def _branch(self) -> Words | None:
        """The best of what one branch asks for: all of it has to be there, so any part of it will do."""
        parts: list[Words | None] = []
        run = ""
        while self.at < len(self.pattern) and self.pattern[self.at] not in "|)":
            before = self.at
            is_group = self.pattern[before] == "("
            letter, part = self._piece()
            if self.at == before:
                raise _DoubtError
            low = self._low()
            if letter == "" and low is None:
                continue  # a place between letters: what stands around it stays side by side
            if letter and low != 0:
                run += letter
                if low is None:
                    continue
                parts.append(self._longest(run))
                # The last of those that are repeated is next to what follows.
                run = letter
                continue
            parts.append(self._longest(run))
            run = ""
            if part and low != 0:
                # Of a group it is not known whether its digits stand side by side.
                parts.append(frozenset((low or 1,)) if part == _ONE_DIGIT and not is_group else part)
        parts.append(self._longest(run))
        return max((part for part in parts if part), key=_worth, default=None)

    def _piece(self) -> tuple[str | None, Words | None]:
        """The next piece: a letter, "" for a place between letters, None for anything else, and then what it asks for."""
        pattern, letter = self.pattern, self.pattern[self.at]
        if letter == "\\":
            return self._escape()
        if letter == "(":
            return self._group()
        if letter == "[":
            return None, self._class()
        self.at += 1
        if letter in "^$":
            return "", None
        if letter == ".":
            return None, None
        if letter in "*+?" or (letter == "{" and _QUANTIFIER.match(pattern, self.at - 1)):
            raise _DoubtError
        return letter, None

    def _escape(self) -> tuple[str | None, Words | None]:
        letter = self.pattern[self.at + 1 : self.at + 2]
        self.at += 2
        if letter in _CONTROLS:
            return _CONTROLS[letter], None
        if letter == "d":
            return None, _ONE_DIGIT
        if letter and letter in _KINDS:
            return None, None
        if letter and letter in _PLACES:
            return "", None
        if not letter or letter.isalnum():
            raise _DoubtError
        return letter, None

    def _class(self) -> Words | None:
        """One of these letters; a range of digits is a digit."""
        whole = _CLASS.match(self.pattern, self.at)
        if whole is None:
            raise _DoubtError
        plain = _PLAIN_CLASS.fullmatch(self.pattern, self.at, whole.end())
        self.at = whole.end()
        if self.pattern[whole.start() : whole.end()] in (r"[\d]", "[0-9]"):
            return _ONE_DIGIT
        if plain is None or "-" in plain[1]:
            return None
        letters = [self._longest(letter) for letter in plain[1]]
        return frozenset[str | int]().union(*(letter for letter in letters if letter)) if all(letters) else None

    def _group(self) -> tuple[str | None, Words | None]:
        look = _LOOK.match(self.pattern, self.at)
        opening = look or _GROUP.match(self.pattern, self.at)
        if opening is None:
            raise _DoubtError
        self.at = opening.end()
        found = self.alternatives()
        if not self._take(")"):
            raise _DoubtError
        # What is only looked at is not asked for: it may be what must not be there.
        return None, None if look else found

    def _low(self) -> int | None:
        """How often the piece has to be there at least; None: nothing is said about that, so once."""
        quantity = _QUANTIFIER.match(self.pattern, self.at)
        if quantity is None or quantity[0] == "{}":
            return None
        self.at = quantity.end()
        if quantity[1]:
            return 0
        return 1 if quantity[2] else int(quantity[3] or "0")

    def _longest(self, run: str) -> Words | None:
        """Of the letters side by side: the longest stretch that looks the same lower-cased, whoever wrote it."""
        stretches = ["".join(letters) for is_plain, letters in groupby(run, self._is_plain) if is_plain]
        longest = max(stretches, key=len, default="").lower()
        return frozenset((longest,)) if longest else None

    def _is_plain(self, letter: str) -> bool:
        lower = letter.lower()
        if not self.is_caseless:
            # Sigma alone is lower-cased by what follows it.
            return len(lower) == 1 and letter != "Σ"
        return lower not in _THREE_CASES if letter.isascii() else lower == letter.upper() == letter


def _worth(found: Words) -> tuple[int, int]:
    """The rarer the commonest word, the better, and then the fewer there are."""
    return min(_rarity(word) for word in found), -len(found)


def _rarity(word: str | int) -> int:
    """A Chinese letter says as much as two of ours; digits are more than ours, and less than those."""
    if isinstance(word, int):
        return 1 + 2 * word
    return (2 if word.isascii() else 4) * len(word)
