"""Queries and bodies are read as Rack and Rails read them; what can't be read is refused by name."""

import re
from typing import Any

import pytest

from mock_udesk.company.params import Unreadable, auth_values, merge, read_body, read_json, read_query, readable

FORM = "application/x-www-form-urlencoded"


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("", {}),
        ("a=1&b=2", {"a": "1", "b": "2"}),
        ("a=1&a=2", {"a": "2"}),
        ("a", {"a": None}),
        ("a=", {"a": ""}),
        ("&&a=1&", {"a": "1"}),
        ("a=b=c", {"a": "b=c"}),
        ("a=1+2&b=%2B", {"a": "1 2", "b": "+"}),
        ("a=%E5%94%AE%E5%90%8E", {"a": "售后"}),
        ("%61=1", {"a": "1"}),
        ("a[]=1&a[]=2", {"a": ["1", "2"]}),
        ("a%5B%5D=1&a%5B%5D=2", {"a": ["1", "2"]}),
        ("a[]=", {"a": [""]}),
        ("a[b]=c", {"a": {"b": "c"}}),
        ("a[b]=c&a[d]=e", {"a": {"b": "c", "d": "e"}}),
        ("a[b][c]=1", {"a": {"b": {"c": "1"}}}),
        ("c[b][]=x&c[b][]=y", {"c": {"b": ["x", "y"]}}),
        ("a[][x]=1&a[][y]=2&a[][x]=3", {"a": [{"x": "1", "y": "2"}, {"x": "3"}]}),
        ("a[][x][]=1&a[][x][]=2", {"a": [{"x": ["1", "2"]}]}),
        ("a[0]=x", {"a": {"0": "x"}}),
        ("[]=1", {"[]": "1"}),
        ("[a]=1", {"[a]": "1"}),
        ("a[=1", {"a[": "1"}),
        ("a[]]=1", {"a": [{"]": "1"}]}),
        ("a[b]c=1", {"a": {"b": {"c": "1"}}}),
        ("a=%00", {"a": "\0"}),
    ],
)
def test_a_query_is_read_as_rack_reads_it(text: str, values: dict[str, Any]) -> None:
    """Contract §1.1: the back end is Rails; nested names, lists, last one wins."""
    assert read_query(text) == values


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("agent_id=%zz", "agent_id"),
        ("agent_id=%", "agent_id"),
        ("agent_id=%f", "agent_id"),
        ("agent_id=%ff", "agent_id"),
        ("a=1&a[b]=2", "a[b]"),
        ("a=1&a[]=2", "a[]"),
        ("a[]=1&a[b]=2", "a[b]"),
        ("a" + "[b]" * 40 + "=1", "a" + "[b]" * 40),
        ("a" + "[]" + "[b][]" * 40 + "=1", None),
        ("a=\udcff", "a"),
    ],
)
def test_a_query_that_cannot_be_read_is_refused_by_name(text: str, name: str | None) -> None:
    """Ruling 5: 2000 with the field's name."""
    with pytest.raises(Unreadable) as refused:
        read_query(text)

    assert name is None or refused.value.name == name[:80]


@pytest.mark.parametrize(("text", "shown"), [("a=1", "a=1"), ("客服", "客服"), ("a\udcff\udcfe客", "a\\xff\\xfe客")])
def test_bytes_that_are_no_utf_8_are_spelled_out(text: str, shown: str) -> None:
    """They come as lone surrogates, which no JSON takes."""
    assert readable(text) == shown


def test_a_very_deep_name_is_refused_before_it_is_built() -> None:
    """32 levels are what Rack takes."""
    with pytest.raises(Unreadable, match="nested deeper than 32"):
        read_query("a" + "[b]" * 20_000 + "=1")


def test_thousands_of_nested_rows_are_read_in_linear_time() -> None:
    """A body of half a megabyte must not keep the server busy."""
    rows = read_query("&".join(f"a[][x]={number}" for number in range(40_000)))["a"]

    assert (len(rows), rows[0], rows[-1]) == (40_000, {"x": "0"}, {"x": "39999"})


def test_the_sign_of_an_unreadable_query_can_still_be_checked() -> None:
    """Who signs wrong is told so first, whatever else is wrong."""
    names = frozenset({"email", "sign"})

    assert auth_values("email=a%40b&x=%zz&sign=%zz", names) == {"email": "a@b", "sign": "%zz"}


@pytest.mark.parametrize(
    "content_type",
    ["application/json", "application/json; charset=utf-8", "APPLICATION/JSON", "application/vnd.api+json"],
)
def test_json_is_read_under_its_content_types(content_type: str) -> None:
    """Ruling 5: JSON bodies need Content-Type: application/json."""
    assert read_body(b'{"a": [1, {"b": null}]}', content_type, method="POST") == ({"a": [1, {"b": None}]}, "")


@pytest.mark.parametrize("content_type", ["", "text/plain", FORM, "nonsense", ";;;"])
def test_json_text_under_another_type_counts_as_absent_and_is_noted(content_type: str) -> None:
    """Ruling 5: the journal says why."""
    values, note = read_body(b'{"a": "100%"}', content_type, method="POST")

    assert values == {}
    assert "JSON needs Content-Type: application/json" in note


@pytest.mark.parametrize(("content_type", "method"), [(FORM, "PUT"), ("", "POST"), (f"{FORM}; charset=UTF-8", "POST")])
def test_a_form_is_read_and_so_is_a_post_without_a_type(content_type: str, method: str) -> None:
    """Rack takes a POST without a content type for a form."""
    assert read_body(b"a[]=1&a[]=%E5%94%AE\r\n", content_type, method=method) == ({"a": ["1", "售"]}, "")


def test_the_text_fields_of_a_multipart_form_are_read_and_files_noted() -> None:
    """Rails reads multipart/form-data; files mean nothing to this API."""
    body = (
        b'--xx\r\nContent-Disposition: form-data; name="agent_ids[]"\r\n\r\n3\r\n'
        b'--xx\r\nContent-Disposition: form-data; name="content"\r\nContent-Type: text/plain\r\n\r\n'
        + "您好\r\n第二行".encode()
        + b'\r\n--xx\r\nContent-Disposition: form-data; name="image"; filename="a.png"\r\n\r\n\x89PNG\r\n--xx--\r\n'
    )

    values, note = read_body(body, 'multipart/form-data; boundary="xx"', method="POST")

    assert values == {"agent_ids": ["3"], "content": "您好\r\n第二行"}
    assert note == "files are not read: image"


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"--xx\r\n", "multipart/form-data"),
        (b"nothing", "multipart/form-data; boundary=xx"),
        (b"--xx\r\nno header\r\n--xx--", "multipart/form-data; boundary=xx"),
        (b'--xx\r\nContent-Disposition: form-data; name="a"\r\n\r\n\xff\r\n--xx--', "multipart/form-data; boundary=xx"),
        (b"a=\xff", FORM),
        (b"a=%ff", FORM),
    ],
)
def test_a_form_that_cannot_be_read_is_refused(body: bytes, content_type: str) -> None:
    """Whatever the bytes, only Unreadable is raised."""
    with pytest.raises(Unreadable):
        read_body(body, content_type, method="POST")


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (b"{", "not JSON"),
        (b"{'a': 1}", "not JSON"),
        (b'{"a": NaN}', "not JSON"),
        (b'{"a": -Infinity}', "not JSON"),
        (b'{"a": 1e400}', "a number in it is too large"),
        (b'{"a": [{"b": ' + b"1" * 400 + b".0}]}", "a number in it is too large"),
        (b'{"a": ' + b"9" * 10_000 + b"}", "not JSON"),
        (b'{"a": "\\ud800"}', "not JSON"),
        (b'{"a": "\xff"}', "not JSON"),
        (b"\xff\xfe{\x00}\x00", "not JSON"),
        (b'{"a":' * 1000 + b"1" + b"}" * 1000, "recursion limit"),
        (b"[" * 500_000, "recursion limit"),
        (b"[]", "a JSON object is expected, found a list"),
        (b'"text"', "found a text"),
        (b"1.5", "found a number"),
        (b"true", "found true or false"),
        (b"null", "found null"),
    ],
)
def test_json_that_cannot_be_read_is_refused_as_the_body(body: bytes, text: str) -> None:
    """Ruling 5: never a 500."""
    with pytest.raises(Unreadable, match=re.escape(text)) as refused:
        read_json(body)

    assert refused.value.name == "body"


@pytest.mark.parametrize("body", [b"", b"  \r\n"])
def test_an_empty_body_says_nothing(body: bytes) -> None:
    """Rails takes an empty body for no parameters, whatever its type."""
    assert read_body(body, "application/json", method="POST") == ({}, "")


def test_large_whole_numbers_stay_exact() -> None:
    """The models decide whether a number is too large for its field."""
    assert read_json(b'{"a": 123456789012345678901234567890, "b": 1e300}') == {
        "a": 123456789012345678901234567890,
        "b": 1e300,
    }


def test_path_wins_over_body_and_body_over_query() -> None:
    """Ruling 5, contract §1.1: merged by first names, not deeper."""
    merged = merge({"id": "1"}, {"id": 2, "a": {"x": 1}}, {"id": "3", "a": {"y": "2"}, "b": "4"})

    assert merged == {"id": "1", "a": {"x": 1}, "b": "4"}
