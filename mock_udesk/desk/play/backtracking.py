"""How much of a text a regular expression can search without keeping everybody waiting, whatever the text: Python's backtrack."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from math import factorial, inf
from re import _constants as code
from re import _parser
from typing import Any, Final

# How much of a text is searched at most.
MOST_SEARCHED: Final = 4_000
# A pattern that can't search so much in time is no use.
LEAST_SEARCHED: Final = 200
# So many steps take about 50 ms.
_MOST_STEPS: Final = 8_000_000
# From so many repeats on they count as without an end.
_MANY: Final = 100
# A group is entered and left with each repeat, and what takes as little as it can is asked each time; a row of single characters is not.
_SLOW: Final = 3.0
# What stands for all letters beyond those that a pattern names.
_LETTERS: Final = frozenset(map(chr, range(128))) | frozenset("éß中文\u3000\u00a0٣“，")
_CATEGORIES: Final = {
    code.CATEGORY_DIGIT: re.compile(r"\d"),
    code.CATEGORY_NOT_DIGIT: re.compile(r"\D"),
    code.CATEGORY_SPACE: re.compile(r"\s"),
    code.CATEGORY_NOT_SPACE: re.compile(r"\S"),
    code.CATEGORY_WORD: re.compile(r"\w"),
    code.CATEGORY_NOT_WORD: re.compile(r"\W"),
}
_REPEATS: Final = (code.MAX_REPEAT, code.MIN_REPEAT, code.POSSESSIVE_REPEAT)
_Letters = frozenset[str]


@lru_cache(maxsize=1_000)
def most_searched(pattern: str) -> int:
    """How many characters of any text this regular expression searches in time, at most MOST_SEARCHED; 0: too few, or not even a short text."""
    tree = _parser.parse(pattern)
    cost = _Pattern(tree).cost(tree)
    degree, steps = cost.scanned, cost.ways * cost.weight
    # It is tried from each character on, but where it can only stand at the beginning.
    if not _is_anchored(tree):
        degree += 1
    if degree == 0:
        return MOST_SEARCHED if steps <= _MOST_STEPS else 0
    if degree == inf or steps == inf or degree > 9:
        return 0
    most = int((_MOST_STEPS * factorial(int(degree)) / steps) ** (1 / degree) + 1e-6)
    return min(most, MOST_SEARCHED) if most >= LEAST_SEARCHED else 0


@dataclass(frozen=True, slots=True)
class _Cost:
    """In how many ways a part can be found from one place on: `ways` times a text's length to the `degree`; `scanned` is the degree of the steps that takes, `weight` what one of them takes."""

    ways: float = 1.0
    degree: float = 0.0
    scanned: float = 0.0
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class _After:
    """What a part's next letter may be when what follows it is to be found; whether all of it may be nothing, so that nothing can fail."""

    letters: _Letters
    may_end: bool


_ONE: Final = _Cost()


class _Pattern:
    """A parse tree, and the letters by which its parts are told apart."""

    def __init__(self, tree: Any) -> None:
        self._ignores_case = bool(tree.state.flags & re.IGNORECASE) or _has_caseless(tree)
        self._dot_is_all = bool(tree.state.flags & re.DOTALL) or _has_flag(tree, re.DOTALL)
        self._all = _LETTERS | frozenset(_named(tree))
        if self._ignores_case:
            self._all |= {other for letter in self._all for other in (*letter.lower(), *letter.upper())}
        self._letters_of = cache(self._found_letters)

    def cost(self, tree: Any) -> _Cost:
        """Of the pattern as a whole: behind it nothing can fail."""
        return self._row(tree, _After(frozenset(), may_end=True))

    def _row(self, items: Sequence[Any], after: _After) -> _Cost:
        """Of parts one behind another."""
        behind = [after]
        for item in reversed(list(items)[1:]):
            behind.append(self._before(item, behind[-1]))
        behind.reverse()
        ways, degree, scanned, weight = 1.0, 0.0, 0.0, 1.0
        for item, follows in zip(items, behind, strict=False):
            cost = self._item(item, follows)
            scanned = max(scanned, degree + cost.scanned)
            ways, degree, weight = ways * cost.ways, degree + cost.degree, max(weight, cost.weight)
        return _Cost(ways, degree, max(scanned, degree), weight)

    def _before(self, item: Any, after: _After) -> _After:
        letters, may_be_empty = self._first([item])
        if may_be_empty:
            return _After(letters | after.letters, after.may_end)
        return _After(letters, may_end=False)

    def _item(self, item: Any, after: _After) -> _Cost:
        kind, value = item
        if kind in _REPEATS:
            least, most, body = value
            return self._repeat(kind, least, most, body, after)
        if kind is code.SUBPATTERN:
            return self._row(value[3], after)
        if kind is code.BRANCH:
            return self._choice(value[1], after)
        if kind is code.GROUPREF_EXISTS:
            return self._choice([part for part in value[1:] if part is not None], after)
        if kind in (code.ASSERT, code.ASSERT_NOT):
            return self._apart(value[1])
        if kind is code.ATOMIC_GROUP:
            return self._apart(value)
        return _Cost(1.0, 0.0, 1.0) if kind is code.GROUPREF else _ONE

    def _apart(self, body: Sequence[Any]) -> _Cost:
        """Of what is found in one way or not at all, each time it is come upon."""
        inner = self._row(body, _After(frozenset(), may_end=True))
        is_long = any(kind in _REPEATS and value[1] > _MANY for kind, value in _walked(body))
        return _Cost(inner.ways, 0.0, max(inner.scanned, 1.0 if is_long else 0.0), inner.weight)

    def _choice(self, branches: Sequence[Any], after: _After) -> _Cost:
        costs = [self._row(branch, after) for branch in branches] or [_ONE]
        is_plain = self._are_apart(branches)
        ways = max(cost.ways for cost in costs) if is_plain else sum(cost.ways for cost in costs)
        degree, scanned = max(cost.degree for cost in costs), max(cost.scanned for cost in costs)
        return _Cost(ways, degree, scanned, max(cost.weight for cost in costs))

    def _repeat(self, kind: Any, least: int, most: int, body: Any, after: _After) -> _Cost:
        letters, may_be_empty = self._first(body)
        goes_on = most > 1
        inner_after = _After(
            letters | after.letters if goes_on else after.letters, after.may_end and (least <= 1 or not goes_on)
        )
        inner = self._row(body, inner_after)
        is_many = most > _MANY
        is_single = len(body) == 1 and self._is_single(body[0])
        is_quick = is_single and kind is not code.MIN_REPEAT
        weight = inner.weight if is_quick else max(inner.weight, _SLOW)
        scanned = max(inner.scanned, 1.0 if is_many else 0.0)
        if kind is code.POSSESSIVE_REPEAT:
            return _Cost(1.0, 0.0, scanned, weight)
        if goes_on and (inner.degree or inner.ways > 1 or (is_many and may_be_empty)):
            # Each repeat multiplies the ways.
            times = inf if is_many else most
            ways = max(inner.ways, 2.0) if is_many else inner.ways
            degree = inner.degree * times if inner.degree else 0.0
            return _Cost(_power(ways, times), degree, max(scanned, degree), weight)
        if after.may_end:
            # Nothing behind it can fail, so it is gone through once.
            return _Cost(inner.ways, inner.degree, 0.0 if is_single and least <= 1 else scanned, weight)
        if least == most or not letters & after.letters:
            return _Cost(inner.ways, inner.degree, scanned, weight)
        if is_many:
            return _Cost(inner.ways, inner.degree + 1.0, max(scanned, inner.degree + 1.0), weight)
        return _Cost(inner.ways * (most - least + 1), inner.degree, inner.scanned, max(weight, _SLOW))

    def _first(self, items: Sequence[Any]) -> tuple[_Letters, bool]:
        """The letters that parts may begin with; whether they may be nothing."""
        letters: _Letters = frozenset()
        for kind, value in items:
            found, may_be_empty = self._first_of(kind, value)
            letters |= found
            if not may_be_empty:
                return letters, False
        return letters, True

    def _first_of(self, kind: Any, value: Any) -> tuple[_Letters, bool]:
        if self._is_single((kind, value)):
            return self._letters_of(kind, _hashable(value)), False
        if kind in _REPEATS:
            letters, may_be_empty = self._first(value[2])
            return letters, may_be_empty or value[0] == 0
        if kind is code.SUBPATTERN:
            return self._first(value[3])
        if kind is code.ATOMIC_GROUP:
            return self._first(value)
        if kind is code.BRANCH:
            rows = [self._first(branch) for branch in value[1]]
            return frozenset().union(*(letters for letters, _ in rows)), any(empty for _, empty in rows)
        # A place, a look around, what was found before: it may fail at any letter.
        return self._all, kind in (code.GROUPREF, code.GROUPREF_EXISTS)

    def _are_apart(self, branches: Sequence[Any]) -> bool:
        """Whether at most one of these branches can go on, seen from the letters that each begins with."""
        begins = [self._begin(branch) for branch in branches]
        return all(
            any(not (mine & other) for mine, other in zip(one, two, strict=False))
            for at, one in enumerate(begins)
            for two in begins[at + 1 :]
        )

    def _begin(self, items: Sequence[Any]) -> list[_Letters]:
        begin = []
        for kind, value in items:
            if kind in _REPEATS and value[0] > 0 and len(value[2]) == 1 and self._is_single(value[2][0]):
                begin.append(self._letters_of(value[2][0][0], _hashable(value[2][0][1])))
                break
            if not self._is_single((kind, value)):
                break
            begin.append(self._letters_of(kind, _hashable(value)))
        return begin

    @staticmethod
    def _is_single(item: Any) -> bool:
        return item[0] in (code.LITERAL, code.NOT_LITERAL, code.ANY, code.IN)

    def _found_letters(self, kind: Any, value: Any) -> _Letters:
        return frozenset(letter for letter in self._all if self._is_in(letter, kind, value))

    def _is_in(self, letter: str, kind: Any, value: Any) -> bool:
        forms = {letter, *letter.lower(), *letter.upper()} if self._ignores_case else {letter}
        if kind is code.ANY:
            return self._dot_is_all or letter != "\n"
        if kind is code.LITERAL:
            return any(ord(form) == value for form in forms)
        if kind is code.NOT_LITERAL:
            return not any(ord(form) == value for form in forms)
        is_negated = bool(value) and value[0][0] is code.NEGATE
        found = any(_is_member(ord(form), part) for part in value[is_negated:] for form in forms)
        return found is not is_negated


def _is_member(number: int, part: tuple[Any, Any]) -> bool:
    kind, value = part
    if kind is code.LITERAL:
        return bool(number == value)
    if kind is code.RANGE:
        return bool(value[0] <= number <= value[1])
    category = _CATEGORIES.get(value)
    return category is None or category.match(chr(number)) is not None


def _hashable(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _power(ways: float, times: float) -> float:
    try:
        return float(ways**times)
    except OverflowError:
        return inf


def _is_anchored(tree: Any) -> bool:
    if not tree or tree[0][0] is not code.AT:
        return False
    place = tree[0][1]
    return place is code.AT_BEGINNING_STRING or (
        place is code.AT_BEGINNING and not tree.state.flags & re.MULTILINE and not _has_flag(tree, re.MULTILINE)
    )


def _has_caseless(tree: Any) -> bool:
    return _has_flag(tree, re.IGNORECASE)


def _has_flag(tree: Any, flag: re.RegexFlag) -> bool:
    """Whether a group of the pattern turns this on for itself: `(?i:…)`."""
    return any(kind is code.SUBPATTERN and value[1] & flag for kind, value in _walked(tree))


def _named(tree: Any) -> set[str]:
    """All letters that a pattern names, of ranges the first and the last."""
    numbers: set[int] = set()
    for kind, value in _walked(tree):
        if kind in (code.LITERAL, code.NOT_LITERAL):
            numbers.add(value)
        elif kind is code.RANGE:
            numbers.update(value)
    return {chr(number) for number in numbers}


def _walked(tree: Any) -> list[tuple[Any, Any]]:
    """All parts of a pattern, however deep."""
    found: list[tuple[Any, Any]] = []
    left = [tree]
    while left:
        for item in left.pop():
            kind, value = item
            found.append((kind, value))
            if kind in _REPEATS:
                left.append(value[2])
            elif kind is code.SUBPATTERN:
                left.append(value[3])
            elif kind is code.BRANCH:
                left.extend(value[1])
            elif kind in (code.ASSERT, code.ASSERT_NOT):
                left.append(value[1])
            elif kind is code.ATOMIC_GROUP:
                left.append(value)
            elif kind is code.GROUPREF_EXISTS:
                left.extend(part for part in value[1:] if part is not None)
            elif kind is code.IN:
                left.append(value)
    return found
