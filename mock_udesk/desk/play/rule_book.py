"""The rules of a script by what may set them off, so that a happening meets only those that may fit."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from operator import concat

from ..happenings import Happening
from .literals import Words, digits_in, words
from .script import Match, Script

# A rule's number in its script, and what it asks for.
_Row = tuple[int, Match]


class RuleBook:
    """The rules of one script, made ready once."""

    def __init__(self, script: Script) -> None:
        self.rules = script.rules
        anybodys: dict[Happening, list[_Row]] = {}
        somebodys: dict[Happening, dict[str, list[_Row]]] = {}
        for number, rule in enumerate(script.rules):
            token = rule.match.customer_token
            if token is None:
                anybodys.setdefault(rule.on, []).append((number, rule.match))
            else:
                somebodys.setdefault(rule.on, {}).setdefault(token, []).append((number, rule.match))
        self._anybodys = {on: _Shelf(rows) for on, rows in anybodys.items()}
        # Those of one customer: by their token.
        self._somebodys: Mapping[Happening, Mapping[str, _Shelf]] = {
            on: {token: _Shelf(rows) for token, rows in by_token.items()} for on, by_token in somebodys.items()
        }
        self.kinds = frozenset(anybodys.keys() | somebodys.keys())

    def candidates(self, on: Happening, token: str | None, turn: int, text: str) -> Sequence[int]:
        """The numbers of the rules that may fit, in order: none is left out that does."""
        shelf = self._anybodys.get(on)
        found = () if shelf is None else shelf.find(turn, text)
        by_token = self._somebodys.get(on)
        own = None if by_token is None or token is None else by_token.get(token)
        return found if own is None else sorted((*found, *own.find(turn, text)))


class _Shelf:
    """Rules of one trigger. Those that ask for a turn stand under it, the others under words that their patterns must have.

    A word stands under two of its letters, those that fewest others have, or under the only one.
    """

    __slots__ = ("_always", "_by_turn", "_digits", "_fewest_digits", "_letters", "_pairs", "_under")

    def __init__(self, rows: Iterable[_Row]) -> None:
        always: list[int] = []
        self._by_turn: dict[int, list[int]] = {}
        self._digits: list[tuple[int, int]] = []
        asked: list[tuple[str, int]] = []
        for number, match in rows:
            if match.turn is not None:
                self._by_turn.setdefault(match.turn, []).append(number)
                continue
            asked_for: Words | None = None if match.text is None else words(match.text)
            if asked_for is None:
                always.append(number)
                continue
            for word in asked_for:
                if isinstance(word, int):
                    self._digits.append((word, number))
                else:
                    asked.append((word, number))
        self._always = tuple(always)
        self._fewest_digits = min((digits for digits, _ in self._digits), default=0)
        common = Counter(pair for word, _ in asked for pair in _pairs_of(word))
        self._under: dict[str, list[tuple[str, int]]] = {}
        # Sets have no order that could be relied on.
        for word, number in sorted(asked):
            key = min(_pairs_of(word), key=lambda pair: common[pair], default=word)
            self._under.setdefault(key, []).append((word, number))
        self._pairs = frozenset(key for key in self._under if len(key) > 1)
        self._letters = frozenset(self._under) - self._pairs

    def find(self, turn: int, text: str) -> Sequence[int]:
        """The numbers of the rules that may fit this text, said in this turn, in order."""
        found: set[int] = set()
        if self._by_turn and turn in self._by_turn:
            found.update(self._by_turn[turn])
        if text:
            self._look_up(text, found)
        return sorted(found.union(self._always)) if found else self._always

    def _look_up(self, text: str, found: set[int]) -> None:
        """Adds those with a word in the text."""
        low = text.lower()
        hits = self._pairs.intersection(map(concat, low, low[1:])) if self._pairs else self._pairs
        if self._letters:
            hits |= self._letters.intersection(low)
        for hit in hits:
            found.update(number for word, number in self._under[hit] if word in low)
        if self._fewest_digits:
            digits = digits_in(text)
            if digits >= self._fewest_digits:
                found.update(number for asked, number in self._digits if asked <= digits)


def _pairs_of(word: str) -> list[str]:
    return [word[at : at + 2] for at in range(len(word) - 1)]
