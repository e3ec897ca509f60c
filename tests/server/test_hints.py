"""What was most likely meant by a parameter that a call does not have."""

from collections.abc import Iterable

import pytest

from mock_udesk.endpoint import Endpoint
from mock_udesk.server.hints import unknown_parameters
from mock_udesk.udesk_api import UDESK_API

MESSAGES, SESSIONS, HIT = "POST /im/messages", "POST /im/sessions", "POST /im/messages/hit"
SEARCH, LOG, STRUCT = "GET /im/sessions/search", "GET /im/sessions/log", "POST /im/sessions/struct_messages"
ANSWER_SURVEY, ROBOT_ANSWER = "POST /im/messages/answer_survey", "POST /im/messages/survey"
FLOW, CUSTOMERS = "POST /im/messages/flow", "POST /customers"


def endpoint(name: str) -> Endpoint:
    """The endpoint of this name."""
    return next(row for row in UDESK_API if row.name == name)


def meant(call: str, *path: str) -> str:
    """What is said to be meant by an unknown name, which stands in the objects before it."""
    given: object = 1
    for name in reversed(path):
        given = {name: given}
    assert isinstance(given, dict)
    (warning,) = unknown_parameters(endpoint(call).ask, given)
    unknown, _, said = warning.partition(": ")
    assert unknown == f"unknown parameter {'.'.join(path)}"
    return said.removesuffix(" is meant?")


@pytest.mark.parametrize(
    ("call", "path", "expected"),
    [
        (SESSIONS, "agentid", "agent_id"),
        (SESSIONS, "agentId", "agent_id"),
        (SESSIONS, "customertoken", "customer_token"),
        (SESSIONS, "custmer_token", "customer_token"),
        (SESSIONS, "token", "customer_token"),
        (SESSIONS, "agent", "agent_id"),
        (SEARCH, "start", "start_time"),
        (SEARCH, "end", "end_time"),
        (SEARCH, "startTime", "start_time"),
        (SEARCH, "size", "page_size"),
        (LOG, "sesion_id", "session_id"),
        (MESSAGES, "session_id", "im_sub_session_id or urobot_session_id"),
        (SEARCH, "time", "start_time or end_time"),
        (MESSAGES, "sub_session_id", "im_sub_session_id"),
        (MESSAGES, "urobot_id", "robot_id"),
        (HIT, "session_id", "im_sub_session_id"),
        (HIT, "type", "query_type"),
        (ANSWER_SURVEY, "mesage_id", "message_id"),
        (STRUCT, "data.descripton", "data.description"),
        (STRUCT, "data.img", "data.img_url"),
        (CUSTOMERS, "customer.nickname", "customer.nick_name"),
    ],
)
def test_the_nearest_parameter_is_named(call: str, path: str, expected: str) -> None:
    """Ruling 5: the same letters, a part of a name, or a slip of the finger."""
    assert meant(call, *path.split(".")) == expected


@pytest.mark.parametrize(
    ("call", "path"),
    [
        (ROBOT_ANSWER, "option_id"),
        (ROBOT_ANSWER, "session_id"),
        (SESSIONS, "message_id"),
        (SESSIONS, "question_id"),
        (FLOW, "option_id"),
        (STRUCT, "data.colour"),
        (STRUCT, "colour"),
        (SEARCH, "customer_id"),
        (SESSIONS, "id"),
        (SESSIONS, "x"),
        (SESSIONS, "_"),
        (SESSIONS, ""),
        (MESSAGES, "content_type"),
    ],
)
def test_no_far_fetched_parameter_is_named(call: str, path: str) -> None:
    """Ruling 5: a guess that leads astray is worse than none."""
    assert meant(call, *path.split(".")) == ""


def names(warnings: Iterable[str]) -> list[str]:
    """What is said to be unknown."""
    return [warning.partition(": ")[0].removeprefix("unknown parameter ") for warning in warnings]


def test_a_missing_field_of_an_object_is_looked_for_among_what_is_there() -> None:
    """Ruling 5: where an object may hold anything, only what stands in place of the missing field is unknown."""
    ask = endpoint(MESSAGES).ask
    given = {"data": {"contnet": "x", "duration": 3}}

    assert unknown_parameters(ask, given, missing=["data.content"]) == [
        "unknown parameter data.contnet: data.content is meant?"
    ]
    assert unknown_parameters(ask, {"data": {"text": "x", "duration": 3}}, missing=["data.content"]) == []
    assert unknown_parameters(ask, {"data": "x"}, missing=["data.content", "data"]) == []
    assert names(unknown_parameters(ask, {"data": {"contnet": 1}, "dta": 1})) == ["dta"]
