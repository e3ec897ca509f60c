"""The one matcher: which calls and which pushes are meant, and in what others differ."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from mock_udesk.company.journal.entries import CallEntry
from mock_udesk.company.matching import CallMatcher, PushMatcher
from mock_udesk.company.pushes.deliveries import Attempt, Delivery
from mock_udesk.desk.commands import CreateCustomer
from mock_udesk.desk.desk import Desk
from mock_udesk.endpoint import problems
from mock_udesk.scenario.traffic.matches import CallMatch, PushMatch

from .. import NOW

_SIGN = "email=admin%40demo.test&timestamp=1&sign=abc&nonce=n-1&sign_version=v2"


def call(**changes: Any) -> CallEntry:
    """A call of the emulated API, answered."""
    body = {"customer_token": "c-1", "message": {"type": "message", "data": {"content": "我要退款"}}}
    entry = CallEntry(
        id=3,
        at=NOW,
        kind="call",
        method="POST",
        path=f"/open_api_v1/im/messages.json?channel=api&page=2&{_SIGN}",
        headers=((b"Content-Type", b"application/json"), (b"X-Trace", b"t-1"), (b"Authorization", b"Bearer secret")),
        endpoint="POST /im/messages",
        body=json.dumps(body).encode(),
        status=200,
        code=1000,
        answer=b'{"code":1000,"message":"ok","im_sub_session_id":9}',
        customer_token="c-1",
    )
    for name, value in changes.items():
        setattr(entry, name, value)
    return entry


@pytest.mark.parametrize(
    "match",
    [
        {},
        {"method": "post"},
        {"path": "/im/messages"},
        {"path": "im/messages"},
        {"path": "/open_api_v1/im/messages.json"},
        {"path": "/c/acme/open_api_v1/im/messages/"},
        {"path": "~^/im/m"},
        {"endpoint": "POST /im/messages"},
        {"endpoint": "/im/messages"},
        {"endpoint": "post /open_api_v1/im/messages"},
        {"query": {"page": 2}},
        {"query": {"page": "2"}},
        {"query": {"$equals": {"channel": "api", "page": "2"}}},
        {"query": {"sign": {"$any": True}}},
        {"body": {"message": {"data": {"content": {"$regex": "退款"}}}}},
        {"params": {"page": 2, "customer_token": "c-1"}},
        {"headers": {"x-trace": "t-1"}},
        {"headers": {"X-TRACE": {"$regex": "^t"}, "X-Other": {"$absent": True}}},
        {"customer_token": "c-1"},
        {"session_id": 9},
        {"code": 1000},
        {"code": {"$one_of": [1000, 2000]}},
        {"status": 200},
        {"answer": {"message": "ok"}},
    ],
)
def test_a_call_is_meant(match: dict[str, Any]) -> None:
    """DESIGN, call match: every field alone."""
    matcher = CallMatcher(CallMatch(**match).plain())

    assert matcher.fits(call())
    assert matcher.differences(call()) == []


@pytest.mark.parametrize(
    ("match", "text"),
    [
        ({"method": "GET"}, 'method: expected "GET", found "POST"'),
        ({"path": "/im/message"}, 'path: expected "/im/message", found "/im/messages"'),
        ({"path": "~^/robot"}, 'path: expected a path with /^/robot/, found "/im/messages"'),
        ({"endpoint": "/im/sessions"}, 'endpoint: expected "/im/sessions", found "POST /im/messages"'),
        ({"query": {"page": 3}}, 'query.page: expected 3, found "2"'),
        ({"query": {"sign": "abd"}}, 'query.sign: expected "abd", found "abc"'),
        ({"body": {"customer_token": "c-2"}}, 'body.customer_token: expected "c-2", found "c-1"'),
        ({"params": {"channel": "web"}}, 'params.channel: expected "web", found "api"'),
        ({"customer_token": "c-2"}, 'customer_token: expected "c-2", found "c-1"'),
        ({"session_id": 8}, "session_id: expected 8, found 9"),
        ({"code": 2000}, "code: expected 2000, found 1000"),
        ({"status": {"$not": 200}}, "status: expected not 200, found 200"),
        ({"answer": {"message": "no"}}, 'answer.message: expected "no", found "ok"'),
        ({"headers": {"x-trace": "t-2"}}, 'headers.x-trace: expected "t-2", found "t-1"'),
        ({"headers": {"authorization": "Bearer x"}}, "headers.authorization: expected ***, found another value"),
        # Nor is a secret guessed right: who asks learns nothing of it.
        ({"headers": {"authorization": "Bearer secret"}}, "headers.authorization: expected ***, found another value"),
        ({"body": {"password": "x"}}, "body.password: expected ***, found nothing"),
    ],
)
def test_another_call_is_told_apart(match: dict[str, Any], text: str) -> None:
    """With what differs; of secrets only that they do."""
    matcher = CallMatcher(CallMatch(**match).plain())

    assert not matcher.fits(call())
    assert [row.text for row in matcher.differences(call())] == [text]


def test_an_operators_call_is_never_meant() -> None:
    """Only the emulated API's are."""
    assert not CallMatcher({}).fits(call(kind="operator"))


@pytest.mark.parametrize("field", [{"code": 1000}, {"status": 200}, {"answer": {"code": 1000}}])
def test_what_only_an_answer_has_is_not_there_before(field: dict[str, Any]) -> None:
    """A call that is not answered yet has no code; a match says which of its fields need one."""
    match = CallMatch(**field)
    matcher = CallMatcher(match.plain())

    assert match.answer_fields() == list(field)
    assert not matcher.fits(call(status=None, code=None, answer=b""))
    assert matcher.differences(call(status=None, code=None, answer=b""))[0].found == "nothing"


def test_path_counts_over_body_over_query() -> None:
    """As Rails merges them."""
    entry = call(
        method="PUT",
        path="/open_api_v1/agents/7?id=1&name=a&page=1",
        endpoint="PUT /agents/{id}",
        body=b'{"id": 2, "name": "b"}',
    )

    assert CallMatcher({"params": {"id": 7, "name": "b", "page": 1}}).fits(entry)
    assert CallMatcher({"path": "/agents/{id}"}).fits(entry)
    assert not CallMatcher({"path": "/agents/{name}"}).fits(entry)


def test_a_session_is_named_in_the_path() -> None:
    """`/im/sessions/{session_id}`."""
    entry = call(
        method="PUT", path="/open_api_v1/im/sessions/12", endpoint="PUT /im/sessions/{session_id}", answer=b"{}"
    )

    assert CallMatcher({"session_id": 12}).fits(entry)


def test_a_form_is_a_body_too() -> None:
    """Its numbers are texts."""
    form = ((b"Content-Type", b"application/x-www-form-urlencoded"),)
    entry = call(headers=form, body=b"agent[id]=3&name=%E9%80%80")

    assert CallMatcher({"body": {"agent": {"id": 3}, "name": "退"}}).fits(entry)


@pytest.mark.parametrize(
    ("body", "match"),
    [
        (b'{"a": 1}', {"a": 1}),
        (b"hello", {"$regex": "^hel"}),
        (b"[1, 2]", [1, 2]),
        (b"", {"$absent": True}),
        (b"\xff\xfe", {"$type": "string"}),
        (b'{"a": ', {"$regex": "a"}),
    ],
)
def test_a_body_that_the_service_does_not_read_is_matched_as_it_was_sent(body: bytes, match: object) -> None:
    """Whatever was said of its type: `params` has what the service reads."""
    entry = call(headers=(), body=body, method="PUT")

    assert CallMatcher({"body": match}).fits(entry)
    assert not CallMatcher({"params": {"a": 1}}).fits(entry)


@settings(deadline=None, max_examples=200)
@given(
    st.binary(max_size=60),
    st.text(alphabet="/?&=%[]ab1\udcff.~", max_size=30),
    st.sampled_from(
        [b"application/json", b"multipart/form-data; boundary=x", b"application/x-www-form-urlencoded", b"\xff"]
    ),
    st.binary(max_size=30),
)
def test_matching_never_raises(body: bytes, path: str, media: bytes, answer: bytes) -> None:
    """Whatever the entry holds."""
    entry = call(body=body, path=path, headers=((b"content-type", media), (b"\xff", b"\x00")), answer=answer)
    match = {
        "query": {"a": 1},
        "body": {"a": 1},
        "params": {"a": [1]},
        "answer": {"a": 1},
        "session_id": 3,
        "path": "~x",
    }
    matcher = CallMatcher(match)

    assert matcher.fits(entry) == (not matcher.differences(entry))


@pytest.mark.parametrize(
    ("match", "words"),
    [
        ({"method": "PSOT"}, "did you mean POST?"),
        ({"path": "~("}, "a regular expression"),
        ({"path": "~(a+)+$"}, "take for ever"),
        ({"path": "/im/messages?x=1"}, "the query stands in query"),
        ({"path": "/_mock/clock"}, "of the emulated API"),
        ({"endpoint": "PSOT /im/messages"}, "did you mean POST?"),
        ({"code": "many"}, "a whole number"),
        ({"code": True}, "a whole number"),
        ({"code": 1.5}, "a whole number"),
        ({"code": {"$regx": 1}}, "an operator"),
        ({"body": {"a": {"$siz": 1}}}, "did you mean $size?"),
        ({"headers": ["x"]}, "an object of names and patterns"),
        ({"headers": {"$any": True}}, "an object of names and patterns"),
        ({"session_id": "x"}, "a whole number"),
        ({"session_id": 0}, "at least 1"),
        ({"customer_token": ""}, "characters"),
        ({"path": 3.5}, "path"),
    ],
)
def test_a_match_that_cannot_be_is_refused(match: dict[str, Any], words: str) -> None:
    """With the wrong value and what would be right."""
    if match == {"path": 3.5}:
        assert CallMatch(**match).plain() == {"path": "/3.5"}
        return
    with pytest.raises(ValidationError) as caught:
        CallMatch(**match)

    assert words in problems(caught.value, match)[0].text


def test_what_was_not_given_is_not_asked_for() -> None:
    """null is nothing: clients send it for what they leave out."""
    assert CallMatch(method=None, body=None, code=None).plain() == {}


# -- pushes ---------------------------------------------------------------------------------------------------------------


def push(**changes: Any) -> Delivery:
    """A push that was delivered at the second attempt."""
    body = {"customer_token": "c-1", "messages": [{"type": "message", "data": {"content": "您好"}}, {"type": "close"}]}
    attempts = [
        Attempt(number=1, at=NOW, cause=None, outcome="failed", status=500, url="http://app"),
        Attempt(number=2, at=NOW, cause=None, outcome="delivered", status=200, url="http://app"),
    ]
    delivery = Delivery(
        id=5,
        target="receive_url",
        customer_id=1,
        session_id=9,
        push="agent_messages",
        body=json.dumps(body).encode(),
        created_at=NOW,
        cause=None,
        round_cause=None,
        state="delivered",
        attempts=attempts,
    )
    for name, value in changes.items():
        setattr(delivery, name, value)
    return delivery


@pytest.fixture
def desk() -> Desk:
    """One with customer c-1."""
    desk = Desk()
    desk.handle(CreateCustomer({"nick_name": "王", "token": "c-1"}), NOW)
    return desk


@pytest.mark.parametrize(
    "match",
    [
        {},
        {"target": "receive_url"},
        {"push": "agent_messages"},
        {"type": "message"},
        {"type": "close"},
        {"customer_token": "c-1"},
        {"session_id": 9},
        {"body": {"messages": {"$contains": {"data": {"content": "您好"}}}}},
        {"state": "delivered"},
        {"attempts": 2},
        {"attempts": {"at_least": 1}},
    ],
)
def test_a_push_is_meant(desk: Desk, match: dict[str, Any]) -> None:
    """DESIGN, push match: every field alone."""
    matcher = PushMatcher(PushMatch(**match).plain())

    assert matcher.fits(push(), desk)
    assert matcher.differences(push(), desk) == []


@pytest.mark.parametrize(
    ("match", "text"),
    [
        ({"target": "h5_push_url"}, 'target: expected "h5_push_url", found "receive_url"'),
        ({"push": "read"}, 'push: expected "read", found "agent_messages"'),
        ({"type": "transfer"}, 'type: expected "transfer", found "message" + "close"'),
        ({"customer_token": "c-2"}, 'customer_token: expected "c-2", found "c-1"'),
        ({"session_id": 8}, "session_id: expected 8, found 9"),
        ({"body": {"customer_token": "c-2"}}, 'body.customer_token: expected "c-2", found "c-1"'),
        ({"state": "pending"}, 'state: expected "pending", found "delivered"'),
        ({"attempts": 1}, "attempts: expected 1, found 2"),
        ({"attempts": {"at_most": 1}}, "attempts: expected at most 1, found 2"),
        ({"fault": 3}, "fault: expected 3, found nothing"),
        ({"copy_of": 3}, "copy_of: expected 3, found nothing"),
    ],
)
def test_another_push_is_told_apart(desk: Desk, match: dict[str, Any], text: str) -> None:
    """With what differs."""
    matcher = PushMatcher(PushMatch(**match).plain())

    assert not matcher.fits(push(), desk)
    assert [row.text for row in matcher.differences(push(), desk)] == [text]


def test_what_a_planned_fault_did_is_asked_for_by_its_number(desk: Desk) -> None:
    """`fault`, and of a copy `copy_of`."""
    matcher = PushMatcher(PushMatch(fault=3, copy_of=1).plain())

    assert matcher.fits(push(fault=3, copy_of=1), desk)
    assert not matcher.fits(push(fault=3), desk)


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"null", b'"x"', b'{"messages": 3}', b'{"messages": [1, null]}', b"\xff", b"{"]
)
def test_a_body_of_any_kind_can_be_looked_at(desk: Desk, body: bytes) -> None:
    """What a scenario pushes is its author's."""
    matcher = PushMatcher({"type": "message", "body": {"messages": [{}]}, "customer_token": "c-1"})

    assert not matcher.fits(push(body=body), desk)
    assert matcher.differences(push(body=body, customer_id=99), desk)


def test_a_removed_customer_is_known_by_what_was_sent(desk: Desk) -> None:
    """The desk has forgotten the token."""
    assert PushMatcher({"customer_token": "c-1"}).fits(push(customer_id=99), desk)


@pytest.mark.parametrize(
    ("match", "words"),
    [
        ({"state": "sent"}, "expected"),
        ({"target": "h5"}, "expected"),
        ({"attempts": -1}, "from 0 on"),
        ({"attempts": {"at_lest": 1}}, "unknown key"),
        ({"body": {"$x": 1}}, "an operator"),
    ],
)
def test_a_push_match_that_cannot_be_is_refused(match: dict[str, Any], words: str) -> None:
    """With the wrong value and what would be right."""
    with pytest.raises(ValidationError) as caught:
        PushMatch(**match)

    assert words in problems(caught.value, match)[0].text
