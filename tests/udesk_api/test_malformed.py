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
    "message_id": "1",
    "data": {"content": "x", "title": "x"},
    "customer_id": 1,
    "state": 1,
    "message_ids": ["a"],
    "agent_ids": [3],
    "option_id": 36,
    "robot_id": 2,
    "scene_id": 114,
    "flow_id": 1,
    "question_id": 1,
    "query_type": 6,
    "messgae_id": 1,
    "useful": True,
    "session_id": 1001,
    "agent_id": 3,
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
# The first talk of a company with a urobot; robots' calls name it where others name a session.
TALK = 23702
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


async def open_to(udesk: Udesk, endpoint: Endpoint) -> None:
    """Nothing is in the way of the values: a path that is a setting is set, and where the sign is a call's own none is asked for."""
    if endpoint.path_setting:
        await talk.settings(udesk, **{endpoint.path_setting: endpoint.path})
    if endpoint.signature == "struct":
        await talk.settings(udesk, auth="off")


async def takes(udesk: Udesk, endpoint: Endpoint, path: str, **sent: Any) -> None:
    """The call is answered as the emulated API answers, whatever it says."""
    answer = await udesk.call(endpoint.method, path, **sent)
    assert answer.status == 200, answer.raw
    assert isinstance(answer.body, dict), answer.raw
    # Two families answer with a status: contract §2.1.
    assert {int} <= {type(answer.body.get(name)) for name in ("code", "status")}, answer.raw
    assert b"mock-udesk fault" not in answer.raw, answer.raw


@ENDPOINTS
async def test_bodies_that_are_no_object_are_answered(udesk: Udesk, endpoint: Endpoint) -> None:
    """Not JSON, wrong JSON, too deep, not finite."""
    await open_to(udesk, endpoint)
    for body in BODIES:
        await takes(udesk, endpoint, path_of(endpoint), body=body, headers=JSON)
        await takes(udesk, endpoint, path_of(endpoint), body=body, headers={"Content-Type": "text/plain"})
        await takes(udesk, endpoint, path_of(endpoint), body=body)
    await talk.assert_no_faults(udesk)


@ENDPOINTS
async def test_values_of_every_kind_in_every_field_are_answered(udesk: Udesk, endpoint: Endpoint) -> None:
    """One wrong value at a time among good ones, in the body and, where it is a text, in the query."""
    await open_to(udesk, endpoint)
    asked = {"customer_token": "c-1", "assign_type": "urobot", "robot_id": 2, "scene_id": 114}
    await udesk.call("POST", "/im/sessions", json=asked)
    await talk.session(udesk)
    fields_of = endpoint.ask.model_fields
    good = {name: GOOD[name] for name in fields_of if name in GOOD}
    if "robot_id" in fields_of and fields_of["robot_id"].is_required():
        good["im_sub_session_id"] = TALK
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
    await open_to(udesk, endpoint)
    for query in QUERIES:
        await takes(udesk, endpoint, path_of(endpoint), query=query)
    await talk.assert_no_faults(udesk)


@pytest.mark.parametrize("endpoint", [row for row in UDESK_API if "{" in row.path], ids=lambda endpoint: endpoint.name)
async def test_paths_of_every_kind_are_answered(udesk: Udesk, endpoint: Endpoint) -> None:
    """What stands for an id may be anything but nothing."""
    for value in ("x", "-1", "0", "1e3", "%00", "%ff", "9" * 300, "%D9%A3", "a%2Fb", "..%2f"):
        await takes(udesk, endpoint, path_of(endpoint, value))
    await talk.assert_no_faults(udesk)
