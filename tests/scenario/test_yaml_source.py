"""YAML as scenarios read it: plain data in which each value knows its place."""

from typing import Any

import pytest

from mock_udesk.scenario.file.nodes import MOST_NODES, find, of_data, path_text, place_of
from mock_udesk.scenario.file.yaml_source import read

TEXT = """\
# a comment
rules:
  - on: message
    do:
      - reply: "您好"
      - {wait: 3s, "b c": [1, 2]}
"""


def plain(text: str) -> Any:
    root, faults = read(text)

    assert faults == []
    assert root is not None
    return root.plain()


@pytest.mark.parametrize(
    ("path", "value_at", "key_at"),
    [
        ((), (2, 1), (2, 1)),
        (("rules",), (3, 3), (2, 1)),
        (("rules", 0), (3, 5), (3, 3)),
        (("rules", 0, "on"), (3, 9), (3, 5)),
        (("rules", 0, "do", 0, "reply"), (5, 16), (5, 9)),
        (("rules", 0, "do", 1, "wait"), (6, 16), (6, 10)),
        (("rules", 0, "do", 1, "b c", 1), (6, 31), (6, 27)),
        # What is not there: where it is missing.
        (("rules", 0, "times"), (3, 5), (3, 5)),
        (("rules", 0, "do", 0, "reply", "content"), (5, 16), (5, 16)),
    ],
)
def test_values_and_keys_know_their_places(
    path: tuple[str | int, ...], value_at: tuple[int, int], key_at: tuple[int, int]
) -> None:
    """Lines and columns count from 1; a column is a character, not a byte."""
    root, _ = read(TEXT)

    assert root is not None
    assert (place_of(root, path), place_of(root, path, at_key=True)) == (value_at, key_at)


def test_a_path_is_told_as_people_write_it() -> None:
    """Names with dots, places of a list in brackets, odd names in quotes."""
    assert path_text(("rules", 0, "do", 1, "b c", 2)) == 'rules[0].do[1]["b c"][2]'


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("3", 3),
        ("-3", -3),
        ("1.5", 1.5),
        ("1e3", 1000.0),
        ("true", True),
        ("False", False),
        ("~", None),
        ("null", None),
        # These stay texts: ids and numbers of telephones, times and days are what was typed; and `on` is a word.
        ("007", "007"),
        ("013800000000", "013800000000"),
        ("+86", "+86"),
        ("1_000", "1_000"),
        ("0x1F", "0x1F"),
        ("10:30", "10:30"),
        ("2026-11-22", "2026-11-22"),
        (".inf", ".inf"),
        ("1e999", "1e999"),
        ("9" * 5000, "9" * 5000),
        ("on", "on"),
        ("yes", "yes"),
        ("'3'", "3"),
        ("!!str 3", "3"),
        ("! 3", "3"),
        ("!!int '3'", 3),
    ],
)
def test_a_bare_word_is_a_number_only_where_json_has_one(text: str, value: object) -> None:
    """Of YAML's many ways to write a number those are read that nobody takes for a text."""
    assert plain(f"a: {text}") == {"a": value}


def test_merged_keys_give_way_to_those_that_stand_there() -> None:
    """`<<` takes one mapping or several; the first that has a key wins."""
    text = "x-a: &a {p: 1, q: 2}\nx-b: &b {q: 3, r: 4}\nc: {p: 0, <<: [*a, *b]}\nd:\n  <<: *a\n  s: 5\ne: {'<<': 1}\n"

    read_as = plain(text)

    assert (read_as["c"], read_as["d"], read_as["e"]) == (
        {"p": 0, "q": 2, "r": 4},
        {"p": 1, "q": 2, "s": 5},
        {"<<": 1},
    )


def test_an_alias_stands_where_its_anchor_does() -> None:
    """What is wrong with it is put right there."""
    root, _ = read("x-a: &a\n  - read\nb: *a\n")

    assert root is not None
    assert place_of(root, ("b", 0)) == (2, 5)
    assert place_of(root, ("b",), at_key=True) == (3, 1)


def test_a_byte_order_mark_and_other_line_ends_do_no_harm() -> None:
    """As editors on Windows write them."""
    assert plain("\ufeffa: 1\r\nb: |\r\n  x\r\n  y\r\n") == {"a": 1, "b": "x\ny\n"}


def test_data_becomes_the_same_tree() -> None:
    """An object has paths, and no lines."""
    root, faults = of_data({"rules": [{"on": "message", "n": 1.5}], True: None})

    assert faults == []
    assert root is not None
    assert root.plain() == {"rules": [{"on": "message", "n": 1.5}], "true": None}
    assert find(root, ("rules", 0, "on", "x"))[1] == ("rules", 0, "on")


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 2**63, {1, 2}, b"a", "\ud800", {"\ud800": 1}])
def test_data_that_json_has_not_is_refused(value: object) -> None:
    """At its path."""
    _, faults = of_data({"a": [value]})

    assert [path_text(fault.path) for fault in faults] == ["a[0]"]


def test_endless_data_comes_to_an_end() -> None:
    """A list in itself, and one that is very long."""
    endless: list[object] = []
    endless.append(endless)

    assert of_data(endless)[0] is None
    assert of_data([0] * MOST_NODES)[0] is None
    assert of_data([0] * (MOST_NODES - 1))[0] is not None
