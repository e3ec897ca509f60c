"""Malformed input of every kind to every endpoint: the ruled code, HTTP 200, and never a fault of ours (ruling 5)."""

from typing import Any
from urllib.parse import quote

import pytest

from mock_udesk.endpoint import Ask, Endpoint
from mock_udesk.udesk_api import UDESK_API

from ..integrator import Udesk
from . import talk

ENDPOINTS = pytest.mark.parametrize("endpoint", list(UDESK_API), ids=lambda endpoint: endpoint.name)

JSON = {"Content-Type": "application/json"}
BODIES = (
    b"",
    b"{",
    b"[]",
    b"null",
    b'"text"',
    b"1",
    b"\xff\xfe",
    b'{"a": NaN}',
    b'{"a": 1e400}',
    b'{"customer_token": "\\ud800"}',
    b'{"a":' + b"[" * 5000 + b"]" * 5000 + b"}",
    b'{"": 1, "a[]": 2, "customer_token": "x", "customer_token": {}}',
)
# No field takes all of these; what one takes is fine, what it does not is 2000 (or what the call itself says).
VALUES: tuple[Any, ...] = (
    None,
    True,
    "",
    " ",
    "\u0000",
    "x" * 70_000,
    -1,
    2**80,
    1.5,
    [],
    [None],
    [[[]]],
    {},
    {"a": {"b": 1}},
    "٣",
    "[",
    "{{7*7}}",
    "';--",
)
# What else a call needs, so that the wrong value is what it is judged by.
GOOD: dict[str, Any] = {
    "customer_token": "c-1",
    "web_token": "w",
    "assign_type": "agent",
    "im_sub_session_id": 1001,
    "message_id": "m-1",
    "data": {"content": "x"},
    "customer_id": 1,
    "state": 1,
    "message_ids": ["a"],
    "agent_ids": [3],
    "option_id": 36,
    "queue": "queue:company:1",
    "content": "x",
    "start_time": "2026-11-22",
    "end_time": "2026-11-23",
    "im_web_plugin_id": 1,
    "h5push": True,
    "customer": {"nick_name": "x"},
    "agent": {"nick_name": "x"},
    "name": "x",
    "type": "token",
    "email": "x",
    "password": "x",
}
QUERIES = ("%ff", "%zz=1", "a[=1", "a[b]=1&a=2&a[]=3", "[]=1", "=", "&&", "customer_token", "customer_token=%ff")


def path_of(endpoint: Endpoint, value: str = "1001") -> str:
    return endpoint.path.replace("{session_id}", value).replace("{id}", value)


def fields(endpoint: Endpoint) -> list[tuple[str, ...]]:
    """The names of all parameters of a call, nested ones as a path."""
    names: list[tuple[str, ...]] = []
    for name, info in endpoint.ask.model_fields.items():
        names.append((name,))
        if isinstance(info.annotation, type) and issubclass(info.annotation, Ask):
            names.extend((name, inner) for inner in info.annotation.model_fields)
    return names


async def takes(udesk: Udesk, endpoint: Endpoint, path: str, **sent: Any) -> None:
    """The call is answered as the emulated API answers, whatever it says."""
    answer = await udesk.call(endpoint.method, path, **sent)
    assert answer.status == 200, answer.raw
    assert isinstance(answer.body, dict), answer.raw
    assert isinstance(answer.body["code"], int), answer.raw
    assert b"mock-udesk fault" not in answer.raw, answer.raw


@ENDPOINTS
async def test_bodies_that_are_no_object_are_answered(udesk: Udesk, endpoint: Endpoint) -> None:
    """Not JSON, wrong JSON, too deep, not finite."""
    for body in BODIES:
        await takes(udesk, endpoint, path_of(endpoint), body=body, headers=JSON)
        await takes(udesk, endpoint, path_of(endpoint), body=body, headers={"Content-Type": "text/plain"})
        await takes(udesk, endpoint, path_of(endpoint), body=body)
    await talk.assert_no_faults(udesk)


@ENDPOINTS
async def test_values_of_every_kind_in_every_field_are_answered(udesk: Udesk, endpoint: Endpoint) -> None:
    """One wrong value at a time among good ones, in the body and, where it is a text, in the query."""
    await talk.session(udesk)
    good = {name: GOOD[name] for name in endpoint.ask.model_fields if name in GOOD}
    for names in fields(endpoint):
        for value in VALUES:
            wrong: Any = value
            for name in reversed(names):
                wrong = {name: wrong}
            await takes(udesk, endpoint, path_of(endpoint), json={**good, **wrong})
            if isinstance(value, str) and len(value) < 1000:
                key = names[0] + "".join(f"[{name}]" for name in names[1:])
                await takes(udesk, endpoint, path_of(endpoint), query=f"{key}={quote(value)}")
    await talk.assert_no_faults(udesk)


@ENDPOINTS
async def test_queries_of_every_kind_are_answered(udesk: Udesk, endpoint: Endpoint) -> None:
    """Bytes that are no UTF-8, names that nest wrongly, nothing at all."""
    for query in QUERIES:
        await takes(udesk, endpoint, path_of(endpoint), query=query)
    await talk.assert_no_faults(udesk)


@pytest.mark.parametrize("endpoint", [row for row in UDESK_API if "{" in row.path], ids=lambda endpoint: endpoint.name)
async def test_paths_of_every_kind_are_answered(udesk: Udesk, endpoint: Endpoint) -> None:
    """What stands for an id may be anything but nothing."""
    for value in ("x", "-1", "0", "1e3", "%00", "%ff", "9" * 300, "%D9%A3", "a%2Fb", "..%2f"):
        await takes(udesk, endpoint, path_of(endpoint, value))
    await talk.assert_no_faults(udesk)
