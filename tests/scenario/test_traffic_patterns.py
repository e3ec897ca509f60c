"""Patterns over JSON values: what fits, what differs and where, and what can't be asked for."""

import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mock_udesk.scenario.traffic.patterns import MISSING, Difference, check, differences, fits

BODY: dict[str, Any] = {
    "customer_token": "c-1",
    "im_sub_session_id": 7,
    "message": {"type": "message", "data": {"content": "我要退款", "font": None}},
    "ids": [1, 2, 3],
    "is_read": True,
    "score": 4.0,
}


@pytest.mark.parametrize(
    "pattern",
    [
        {},
        {"customer_token": "c-1"},
        {"message": {"data": {"content": "我要退款"}}},
        {"message": {"data": {"font": None}}},
        {"ids": [1, 2, 3]},
        {"ids": [1, {"$any": True}, {"$type": "integer"}]},
        {"im_sub_session_id": 7.0},
        {"score": 4},
        {"score": {"$type": "integer"}},
        {"is_read": True},
        {"customer_token": {"$regex": "^c-"}},
        {"message": {"data": {"content": {"$regex": "退款"}}}},
        {"message": {"data": {"content": {"$contains": "退"}}}},
        {"ids": {"$contains": 2}},
        {"ids": {"$contains": {"$not": 1}}},
        {"ids": {"$size": 3}},
        {"ids": {"$size": {"at_least": 1, "at_most": 3}}},
        {"customer_token": {"$size": 3}},
        {"customer_token": {"$one_of": ["c-1", "c-2"]}},
        {"customer_token": {"$type": "string", "$not": "c-2"}},
        {"customer_token": {"$type": ["string", "null"]}},
        {"message": {"data": {"$equals": {"font": None, "content": "我要退款"}}}},
        {"nothing": {"$absent": True}},
        {"ids": {"$absent": False}},
        {"nothing": {"$not": "closed"}},
        {"message": {"data": {"font": {"$any": True}}}},
        {"nothing": {"$one_of": ["x", {"$absent": True}]}},
    ],
)
def test_a_part_fits(pattern: object) -> None:
    """Objects are parts at every depth, lists are whole, 1 is 1.0, null is null."""
    assert check(pattern) == []
    assert fits(pattern, BODY)
    assert differences(pattern, BODY) == []


@pytest.mark.parametrize(
    ("pattern", "path", "expected", "found"),
    [
        ({"customer_token": "c-2"}, "customer_token", '"c-2"', '"c-1"'),
        ({"message": {"data": {"content": "hi"}}}, "message.data.content", '"hi"', '"我要退款"'),
        ({"ids": [1, 5, 3]}, "ids[1]", "5", "2"),
        ({"ids": [1, 2]}, "ids", "a size of 2", "[1, 2, 3]"),
        ({"is_read": 1}, "is_read", "1", "true"),
        ({"im_sub_session_id": "7"}, "im_sub_session_id", '"7"', "7"),
        ({"message": {"data": {"font": {"$absent": True}}}}, "message.data.font", "nothing", "null"),
        ({"nothing": None}, "nothing", "null", "nothing"),
        ({"nothing": {"$any": True}}, "nothing", "anything", "nothing"),
        ({"customer_token": {"$regex": "^x"}}, "customer_token", "a text with /^x/", '"c-1"'),
        ({"im_sub_session_id": {"$regex": "7"}}, "im_sub_session_id", "a text with /7/", "7"),
        ({"ids": {"$type": "object"}}, "ids", "an object", "[1, 2, 3]"),
        ({"is_read": {"$type": "integer"}}, "is_read", "a whole number", "true"),
        ({"ids": {"$contains": 9}}, "ids", "something with 9 in it", "[1, 2, 3]"),
        ({"ids": {"$size": {"at_least": 4}}}, "ids", "a size of at least 4", "[1, 2, 3]"),
        ({"customer_token": {"$one_of": ["a", "b"]}}, "customer_token", 'one of "a", "b"', '"c-1"'),
        ({"customer_token": {"$not": "c-1"}}, "customer_token", 'not "c-1"', '"c-1"'),
        ({"message": {"data": {"$equals": {"content": "我要退款"}}}}, "message.data.font", "nothing", "null"),
        ({"message": "hi"}, "message", '"hi"', '{"type": "message", "data": {"content": "我要退款", "font": null}}'),
        ([], "value", "[]", None),
    ],
)
def test_what_differs_is_told_with_its_place(pattern: object, path: str, expected: str, found: str | None) -> None:
    """Where, what was expected, what was found."""
    [row] = differences(pattern, BODY)

    assert (row.path, row.expected) == (path, expected)
    assert found is None or row.found == found
    assert row.text.startswith(f"{path}: expected {expected}, found ")


def test_all_that_differs_is_told() -> None:
    """Not the first alone."""
    rows = differences({"a": 1, "b": {"c": 2, "d": 3}}, {"a": 0, "b": {"c": 2, "d": 4}}, at="body")

    assert [row.text for row in rows] == ["body.a: expected 1, found 0", "body.b.d: expected 3, found 4"]


def test_a_missing_name_is_told_with_the_nearest() -> None:
    """Most misses are typing errors."""
    [row] = differences({"contents": "hi"}, {"content": "hi", "type": "message"})

    assert row == Difference(
        "contents", '"hi"', "nothing", 'contents: expected "hi", found nothing (there is "content")'
    )


def test_a_number_that_came_as_a_text_is_told() -> None:
    """In JSON they are two things."""
    assert differences(3, "3")[0].text == 'value: expected 3, found "3" (a text, not a number)'


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        (3, "3"),
        ("3", 3),
        (3.5, "3.5"),
        (True, "true"),
        ({"a": [1]}, {"a": ["1"]}),
        ({"$equals": {"a": 1}}, {"a": "1"}),
        ({"$type": "integer"}, "12"),
        ({"$regex": "^1"}, 12),
    ],
)
def test_numbers_and_numeric_texts_are_the_same_in_a_query(pattern: object, found: object) -> None:
    """Ruling 5: a query knows texts alone."""
    assert fits(pattern, found, numeric_texts=True)
    assert not fits(pattern, found)


@pytest.mark.parametrize(("pattern", "found"), [(3, "x"), (3, ""), (1, "true"), (True, 1), (3, "٣"), (0, "0" * 500)])
def test_other_texts_are_no_numbers(pattern: object, found: object) -> None:
    """Digits, and not too many."""
    assert not fits(pattern, found, numeric_texts=True)


def test_only_the_beginning_of_a_long_text_is_searched() -> None:
    """4,000 characters, and the difference says so."""
    [row] = differences({"$regex": "end"}, "x" * 4_000 + "end")

    assert row.text.endswith("(only the first 4,000 characters are searched)")


def test_a_pattern_that_backtracks_searches_less() -> None:
    """As much as it can in time, whatever the text: nobody is answered meanwhile."""
    [row] = differences({"$regex": "a.*b.*end"}, "ab" * 300 + "end")

    assert row.text.endswith("(only the first 363 characters are searched)")


def test_a_pattern_of_very_many_values_is_refused() -> None:
    """It is held against every call, and whoever calls waits for that."""
    [wrong] = check({"a": {"$one_of": list(range(5_000))}})

    assert wrong.text == "a pattern has at most 5,000 values, for it is held against every call"
    assert check({"a": {"$one_of": list(range(4_997))}}) == []


@pytest.mark.parametrize(
    ("pattern", "path", "words"),
    [
        ({"$regx": "a"}, "value", "did you mean $regex?"),
        ({"a": {"$gt": 3}}, "a", "known are $equals"),
        ({"a": {"$regex": "("}}, "a.$regex", "a regular expression"),
        ({"a": {"$regex": "(a+)+$"}}, "a.$regex", "take for ever"),
        ({"a": {"$regex": "a*a*a*a*b"}}, "a.$regex", "fewer repeats like .*"),
        ({"a": {"$regex": "(a|ab)*c"}}, "a.$regex", "no choice like (a|ab)* in a repeat"),
        ({"a": {"$regex": 3}}, "a.$regex", "found 3"),
        ({"$type": "text"}, "$type", "known are string"),
        ({"$type": "strng"}, "$type", "did you mean string?"),
        ({"$type": []}, "$type", "unknown type []"),
        ({"$type": {"a": 1}}, "$type", "unknown type"),
        ({"$any": False}, "$any", "$absent"),
        ({"$absent": 1}, "$absent", "true or false"),
        ({"$one_of": []}, "$one_of", "one or more"),
        ({"$one_of": "a"}, "$one_of", "a list"),
        ({"$one_of": [{"$x": 1}]}, "$one_of[0]", "an operator"),
        ({"$not": {"$regex": "["}}, "$not.$regex", "a regular expression"),
        ({"$contains": {"a": {"$siz": 1}}}, "$contains.a", "did you mean $size?"),
        ({"$size": -1}, "$size", "from 0 on"),
        ({"$size": True}, "$size", "whole number"),
        ({"$size": {}}, "$size", "at_least"),
        ({"$size": {"least": 1}}, "$size", "unknown key"),
        ({"$size": {"at_least": 3, "at_most": 1}}, "$size", "more than"),
        ({"$size": {"at_most": None}}, "$size", "found null"),
        ({"a": 1, "$not": 2}, "value", "beside"),
        ([{"a": {"$": 1}}], "[0].a", "$equals"),
        (float("nan"), "value", "JSON"),
        ({"$equals": float("inf")}, "$equals", "JSON"),
        ({"a": object()}, "a", "JSON"),
    ],
)
def test_what_is_no_pattern_is_refused(pattern: object, path: str, words: str) -> None:
    """With the place, the wrong value and what would be right."""
    [wrong] = check(pattern)

    assert (wrong.path, words in wrong.text) == (path, True), wrong


@pytest.mark.parametrize("kind", ["object", "list", "not", "literal"])
def test_a_pattern_too_deep_is_refused(kind: str) -> None:
    """As a call's own values are."""
    pattern: Any = 1
    for _ in range(2_000):
        pattern = {"object": {"a": pattern}, "list": [pattern], "not": {"$not": pattern}, "literal": [pattern]}[kind]
    wrongs = check({"$equals": pattern} if kind == "literal" else pattern)

    assert [wrong.text for wrong in wrongs] == ["nested deeper than 32"]


def test_a_key_that_begins_with_a_dollar_is_matched_literally() -> None:
    """`$equals` takes a value as it stands."""
    pattern = {"price": {"$equals": {"$ref": 1}}}

    assert check(pattern) == []
    assert fits(pattern, {"price": {"$ref": 1}, "other": 2})
    assert not fits(pattern, {"price": {"$ref": 2}})


def test_what_is_wrong_is_told_for_the_first_few() -> None:
    """A thousand typing errors are not a thousand lines."""
    assert len(check({f"name-{number}": {"$x": 1} for number in range(1_000)})) == 8


# -- the same rules, stated once more -----------------------------------------------------------------------------------

NAMES = st.sampled_from(["a", "b", "内容"])
PLAIN = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-2, 3),
    st.sampled_from([0.0, 1.0, 1.5]),
    st.sampled_from(["", "a", "ab", "1"]),
)
VALUES = st.recursive(
    PLAIN, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3), max_leaves=8
)
TYPES = st.sampled_from(["string", "integer", "number", "boolean", "null", "array", "object"])
PATTERNS = st.recursive(
    PLAIN
    | st.one_of(
        TYPES.map(lambda name: {"$type": name}),
        st.just({"$any": True}),
        st.booleans().map(lambda flag: {"$absent": flag}),
        st.sampled_from(["a", "^$", "b$"]).map(lambda text: {"$regex": text}),
        st.integers(0, 3).map(lambda size: {"$size": size}),
        VALUES.map(lambda value: {"$equals": value}),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(NAMES, inner, max_size=3),
        inner.map(lambda pattern: {"$not": pattern}),
        inner.map(lambda pattern: {"$contains": pattern}),
        st.lists(inner, min_size=1, max_size=3).map(lambda several: {"$one_of": several}),
    ),
    max_leaves=8,
)


def _kind(value: Any) -> str:
    for kind, name in ((bool, "boolean"), (str, "string"), (list, "array"), (dict, "object"), (int, "integer")):
        if isinstance(value, kind):
            return name
    return "null" if value is None else "number"


def _same(one: Any, other: Any) -> bool:
    numbers = {"integer", "number"}
    if _kind(one) in numbers and _kind(other) in numbers:
        return bool(one == other)
    if _kind(one) != _kind(other):
        return False
    if isinstance(one, list):
        return len(one) == len(other) and all(map(_same, one, other))
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(_same(one[name], other[name]) for name in one)
    return bool(one == other)


def _fits(pattern: Any, found: Any) -> bool:
    """The rules of patterns in the plainest way."""
    is_there = found is not MISSING
    match pattern:
        case {"$type": name}:
            whole = _kind(found) == "number" and is_there and found == int(found)
            kinds = {_kind(found)} | ({"integer"} if whole else set())
            return is_there and (name in kinds or (name == "number" and "integer" in kinds))
        case {"$any": True}:
            return is_there
        case {"$absent": flag}:
            return is_there is not bool(flag)
        case {"$regex": text}:
            return isinstance(found, str) and bool(re.search(text, found))
        case {"$size": size}:
            return isinstance(found, list | dict | str) and len(found) == size
        case {"$equals": value}:
            return is_there and _same(value, found)
        case {"$not": inner}:
            return not _fits(inner, found)
        case {"$one_of": several}:
            return any(_fits(inner, found) for inner in several)
        case {"$contains": inner}:
            if isinstance(found, str):
                return isinstance(inner, str) and inner in found
            return isinstance(found, list) and any(_fits(inner, item) for item in found)
        case dict():
            return isinstance(found, dict) and all(_fits(p, found.get(name, MISSING)) for name, p in pattern.items())
        case list():
            return isinstance(found, list) and len(found) == len(pattern) and all(map(_fits, pattern, found))
    return is_there and _same(pattern, found)


@settings(deadline=None, max_examples=150)
@given(PATTERNS, VALUES)
def test_nothing_differs_when_it_fits(pattern: Any, found: Any) -> None:
    """`fits` and `differences` say the same, and both what the rules say."""
    expected = _fits(pattern, found)

    assert check(pattern) == []
    assert fits(pattern, found) == expected
    assert (differences(pattern, found) == []) == expected


@settings(deadline=None, max_examples=100)
@given(VALUES)
def test_a_value_fits_itself(value: Any) -> None:
    """Whatever was sent can be copied into a pattern."""
    assert fits(value, value)
    assert fits({"$equals": value}, value)


@settings(deadline=None, max_examples=100)
@given(st.recursive(PLAIN | st.floats(), lambda i: st.lists(i) | st.dictionaries(st.text(), i), max_leaves=10), VALUES)
def test_nothing_raises(pattern: Any, found: Any) -> None:
    """Whatever is asked for is refused in words, or held against what came."""
    if not check(pattern):
        assert fits(pattern, found) == (not differences(pattern, found))
