"""Structured messages over a real socket, expectations from the document."""

from typing import Any

import pytest

from ..integrator import Udesk
from . import structs, talk

NO_SESSION = "找不到会话或会话已关闭"


async def said(udesk: Udesk, session_id: int) -> list[dict[str, Any]]:
    """The structured messages of a session's transcript."""
    rows = (await talk.shown(udesk, session_id))["messages"]
    return [row for row in rows if row["type"] == "struct"]


async def test_the_documents_example_is_sent_in_the_agents_name(udesk: Udesk) -> None:
    """§发送 IM 结构化消息, 示例 and 返回, whole; the customer is one of the SDK."""
    ids = await structs.session(udesk)

    answer = await structs.send(udesk, ids)

    assert (answer.status, answer.body) == (200, structs.SENT)
    (message,) = await said(udesk, ids["im_sub_session_id"])
    assert (message["sender"], message["agent_id"], message["data"]) == ("agent", ids["agent_id"], structs.DATA)
    entry = await talk.entry(udesk)
    assert (entry["code"], entry["scheme"], entry["warnings"]) == (1000, "md5", [])


async def test_what_is_signed_counts_where_it_is_signed(udesk: Udesk) -> None:
    """Ruling 4: the sign is over the query's parameters, so another session in the body is passed over, with a warning."""
    mine, others = await structs.session(udesk), await structs.session(udesk, sdk_token="phone-2")

    answer = await structs.send(udesk, mine, {"data": {"title": "订单"}, **others})

    assert answer.body == structs.SENT
    assert len(await said(udesk, mine["im_sub_session_id"])) == 1
    assert await said(udesk, others["im_sub_session_id"]) == []
    assert "in the body: passed over" in "".join((await talk.entry(udesk))["warnings"])


async def test_a_title_is_enough(udesk: Udesk) -> None:
    """Contract §4.25: the sibling page: title is required, the others are not."""
    ids = await structs.session(udesk)

    answer = await structs.send(udesk, ids, {"data": {"title": "订单"}})

    assert answer.body == structs.SENT
    assert [message["data"] for message in await said(udesk, ids["im_sub_session_id"])] == [{"title": "订单"}]


async def test_a_card_is_kept_and_pushed_as_it_came(udesk: Udesk) -> None:
    """§消息内容详情: data, with whatever else stands in it, nothing included."""
    data = {
        "title": 7,
        "img_url": None,
        "own": None,
        "buttons": [{"type": "phone", "value": 110, "text": "x", "y": None}],
    }
    await talk.settings(udesk, struct_to_api_customers=True)
    ids = await structs.session(udesk, customer_token="c-1")

    answer = await structs.send(udesk, ids, {"data": data})

    assert answer.body == structs.SENT
    assert [message["data"] for message in await said(udesk, ids["im_sub_session_id"])] == [data]
    pushed = [message for push in await udesk.pushes() for message in push["messages"] if message["type"] == "struct"]
    assert [message["data"] for message in pushed] == [data]


@pytest.mark.parametrize(("title", "found"), [("", '""'), ("  ", '"  "'), (None, "null")])
async def test_an_empty_title_is_said_as_it_came(udesk: Udesk, title: str | None, found: str) -> None:
    """Style: a message has the value that was wrong."""
    ids = await structs.session(udesk)

    await structs.send(udesk, ids, {"data": {"title": title}})

    assert (await talk.entry(udesk))["detail"] == f"data.title: expected a text, found {found}"


async def test_neither_email_nor_nonce_are_needed_and_a_sign_may_be_used_again(udesk: Udesk) -> None:
    """Ruling 4."""
    await talk.settings(udesk, limits="off")
    ids = await structs.session(udesk)

    answers = [await structs.send(udesk, ids), await structs.send(udesk, ids)]

    assert [answer.body for answer in answers] == [structs.SENT] * 2


async def test_what_is_wrong_first_in_the_ruled_order_is_said(udesk: Udesk) -> None:
    """Ruling 4: timestamp, window, sign; with a status in place of a code."""
    ids = await structs.session(udesk)

    bad = await structs.send(udesk, ids, timestamp="x", sign="0")
    stale = await structs.send(udesk, ids, timestamp="1494814031", sign="0")
    wrong = await structs.send(udesk, ids, sign="129da7df812jdfsa9912jfdadf81")
    unsigned = await udesk.call("POST", structs.PATH, query=ids, json={"data": structs.DATA}, signed=False)

    assert [answer.body["status"] for answer in (bad, stale, wrong, unsigned)] == [20621, 20622, 2059, 20621]
    talk.assert_refused(wrong, 2059, "open api签名不对", family=talk.STRUCT)
    problems = (await udesk.operator("GET", "/problems")).body["problems"]
    assert [problem["kind"] for problem in problems] == ["refused_signature"] * 4
    assert await said(udesk, ids["im_sub_session_id"]) == []


@pytest.mark.parametrize("name", ["im_sub_session_id", "customer_id", "agent_id"])
async def test_each_id_of_the_query_is_signed(udesk: Udesk, name: str) -> None:
    """§自定义 IM 结构化消息列表页面: the four parameters."""
    ids = await structs.session(udesk)
    query = {**structs.signed(udesk, ids), name: 99}

    answer = await udesk.call("POST", structs.PATH, query=query, json={"data": structs.DATA}, signed=False)

    talk.assert_refused(answer, 2059, "open api签名不对", family=talk.STRUCT)


async def test_the_order_of_the_query_does_not_count_but_that_of_the_sign_does(udesk: Udesk) -> None:
    """Contract §1.5: a fixed order; jid_resource is in the page's URL and out of the sign."""
    ids = await structs.session(udesk)
    query = dict(reversed({**structs.signed(udesk, ids), "jid_resource": structs.JID}.items()))

    answer = await udesk.call("POST", structs.PATH, query=query, json={"data": structs.DATA}, signed=False)

    assert answer.body == structs.SENT


async def test_the_sign_of_other_calls_is_none_here(udesk: Udesk) -> None:
    """Ruling 4: SHA-256 with a nonce belongs to the rest of the API."""
    ids = await structs.session(udesk)

    answer = await udesk.call("POST", structs.PATH, query=ids, json={"data": structs.DATA})

    talk.assert_refused(answer, 2059, "open api签名不对", family=talk.STRUCT)


@pytest.mark.parametrize("auth", ["lenient", "off"])
async def test_a_bad_sign_passes_where_signs_are_not_held_to(udesk: Udesk, auth: str) -> None:
    """Interfaces §1, --auth: lenient journals what strict would have refused, off checks nothing."""
    await talk.settings(udesk, auth=auth)
    ids = await structs.session(udesk)

    answer = await structs.send(udesk, ids, sign="0")

    entry = await talk.entry(udesk)
    assert (answer.body, entry["lenient_code"]) == (structs.SENT, 2059 if auth == "lenient" else None)


async def test_customers_made_by_the_api_get_none_unless_set(udesk: Udesk) -> None:
    """§发送 IM 结构化消息: 通过API创建的客户不能用于这个接口; ruling 24, both sides of the setting."""
    await talk.settings(udesk, limits="off")
    ids = await structs.session(udesk, customer_token="c-1")
    refused = await structs.send(udesk, ids)
    await talk.settings(udesk, struct_to_api_customers=True)

    sent = await structs.send(udesk, ids)

    talk.assert_refused(refused, 2000, "通过API创建的客户不能用于这个接口", family=talk.STRUCT)
    assert sent.body == structs.SENT
    assert len(await said(udesk, ids["im_sub_session_id"])) == 1


@pytest.mark.parametrize(
    ("changed", "number", "message"),
    [
        ({"im_sub_session_id": 99}, 2062, NO_SESSION),
        ({"customer_id": 99}, 2015, "资源不存在"),
        ({"agent_id": 99}, 5050, "客服不存在"),
        ({"agent_id": 4}, 2062, NO_SESSION),
    ],
)
async def test_who_is_not_in_the_session_is_refused(
    udesk: Udesk, changed: dict[str, int], number: int, message: str
) -> None:
    """Assumed: the numbers of the other calls, under status; Jerry (4) is not the session's agent."""
    ids = await structs.session(udesk)

    talk.assert_refused(await structs.send(udesk, {**ids, **changed}), number, message, family=talk.STRUCT)


async def test_a_closed_session_takes_none(udesk: Udesk) -> None:
    """Assumed: as every call that needs an open session."""
    ids = await structs.session(udesk)
    await udesk.operator("POST", f"/sessions/{ids['im_sub_session_id']}/close")

    talk.assert_refused(await structs.send(udesk, ids), 2062, NO_SESSION, family=talk.STRUCT)


@pytest.mark.parametrize("name", ["im_sub_session_id", "customer_id", "agent_id"])
async def test_a_missing_id_is_named_once_the_rest_is_signed(udesk: Udesk, name: str) -> None:
    """Ruling 5, in this call's envelope."""
    ids = await structs.session(udesk)

    talk.assert_refused(await structs.send(udesk, ids, **{name: None}), 2000, talk.MISSING + name, family=talk.STRUCT)


CALLBACK = {"type": "sdk_callback", "text": "x", "value": "v"}


@pytest.mark.parametrize(
    ("body", "name"),
    [
        ({}, "data"),
        ({"data": None}, "data"),
        ({"data": {}}, "data.title"),
        ({"data": {"title": ""}}, "data.title"),
        ({"data": {"title": "  "}}, "data.title"),
        ({"data": {"title": None}}, "data.title"),
        ({"data": {"title": "x", "buttons": [{"text": "x", "value": "v"}]}}, "data.buttons[0].type"),
        ({"data": {"title": "x", "buttons": [CALLBACK]}}, "data.buttons[0].callback_name"),
        ({"data": {"title": "x", "buttons": [{**CALLBACK, "callback_name": ""}]}}, "data.buttons[0].callback_name"),
    ],
)
async def test_what_is_missing_of_the_card_is_named(udesk: Udesk, body: dict[str, Any], name: str) -> None:
    """§发送 IM 结构化消息, data and buttons; Rails' words (contract §1.8)."""
    ids = await structs.session(udesk)

    talk.assert_refused(await structs.send(udesk, ids, body), 2000, talk.MISSING + name, family=talk.STRUCT)
    assert await said(udesk, ids["im_sub_session_id"]) == []


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (["x"], "data"),
        ("x", "data"),
        (1, "data"),
        ({"title": ["x"]}, "data.title"),
        ({"title": {"x": 1}}, "data.title"),
        ({"title": "x" * 70_000}, "data.title"),
        ({"title": "x", "description": ["x"]}, "data.description"),
        ({"title": "x", "img_url": {}}, "data.img_url"),
        ({"title": "x", "buttons": "x"}, "data.buttons"),
        ({"title": "x", "buttons": {"0": {}}}, "data.buttons"),
        ({"title": "x", "buttons": [None]}, "data.buttons[0]"),
        ({"title": "x", "buttons": [{"type": "link"}] * 101}, "data.buttons"),
        ({"title": "x", "buttons": [{"type": "mail", "text": "x", "value": "v"}]}, "data.buttons[0].type"),
        ({"title": "x", "buttons": [{"type": "link", "text": []}]}, "data.buttons[0].text"),
    ],
)
async def test_a_card_of_other_types_is_refused_by_name(udesk: Udesk, data: Any, name: str) -> None:
    """Ruling 5, in this call's envelope."""
    ids = await structs.session(udesk)

    talk.assert_malformed(await structs.send(udesk, ids, {"data": data}), name, family=talk.STRUCT)
    await talk.assert_no_faults(udesk)


@pytest.mark.parametrize("name", ["im_sub_session_id", "customer_id", "agent_id"])
@pytest.mark.parametrize("value", ["x", "1.5", "9" * 500, "٣x", "\u0000", "1 2"])
async def test_ids_that_are_no_numbers_are_refused_by_name(udesk: Udesk, name: str, value: str) -> None:
    """Ruling 5; they are signed as they are."""
    ids = await structs.session(udesk)

    talk.assert_malformed(await structs.send(udesk, ids, **{name: value}), name, family=talk.STRUCT)


BUTTON = {"type": "link", "text": "x", "value": "https://x.test"}


@pytest.mark.parametrize(
    ("who", "body", "warning"),
    [
        ({"web_token": "w-1"}, {"data": structs.DATA}, "customer {customer_id} has no sdk_token"),
        (
            {"sdk_token": "s-1"},
            {"data": {"title": "x", "buttons": [{**BUTTON, "callback_name": "f"}]}},
            "data.buttons[0].callback_name counts with type sdk_callback alone, not with link",
        ),
        (
            {"sdk_token": "s-1"},
            {"data": {"title": "x", "buttons": [{"type": "phone", "value": ""}]}},
            "data.buttons[0] has no text and no value",
        ),
        (
            {"sdk_token": "s-1", "jid_resource": "a"},
            {"data": {"title": "x"}, "jid_resource": "b"},
            "jid_resource b is not the session's, a",
        ),
        (
            {"sdk_token": "s-1"},
            {"data": {"title": "x"}, "jid_resource": "b"},
            "jid_resource b is not the session's, which has none",
        ),
        ({"sdk_token": "s-1"}, {"data": {"title": "x", "descripton": "y"}}, "data.description is meant?"),
        *(
            (
                {"sdk_token": "s-1"},
                {"data": {"title": "x", "buttons": [{"type": "link", "text": "x", "value": value}]}},
                f'data.buttons[0].value is no http or https URL, "{value}"',
            )
            for value in ("v", "www.udesk.cn", "ftp://x.test", "javascript:x", "https://")
        ),
        (
            {"sdk_token": "s-1"},
            {"data": {"title": "x", "buttons": [{"type": "phone", "text": "x", "value": "call us"}]}},
            'data.buttons[0].value has no digit to call, "call us"',
        ),
    ],
)
async def test_what_will_not_work_is_sent_with_a_warning(
    udesk: Udesk, who: dict[str, str], body: dict[str, Any], warning: str
) -> None:
    """§发送 IM 结构化消息: 回调按钮(仅 SDK 支持), callback_name 仅在 type 为 sdk_callback 时有效, jid_resource SDK 渠道来源."""
    ids = await structs.session(udesk, **who)

    answer = await structs.send(udesk, ids, body)

    warned = (await talk.warnings(udesk)).splitlines()
    assert (answer.body, len(warned)) == (structs.SENT, 1)
    assert warned[0].endswith(warning.format(**ids)), warned


async def test_the_sessions_own_source_is_no_reason_to_warn(udesk: Udesk) -> None:
    """§发送 IM 结构化消息, jid_resource."""
    ids = await structs.session(udesk)

    await structs.send(udesk, ids, {"data": structs.DATA, "jid_resource": structs.JID})

    assert await talk.warnings(udesk) == ""


async def test_one_is_sent_in_two_seconds(udesk: Udesk) -> None:
    """频率限制 1 次/2 秒, for the whole company; over it HTTP 429 in this call's envelope (contract §3, ruling 25)."""
    ids = await structs.session(udesk)
    other = await structs.session(udesk, sdk_token="sdk-2")
    await udesk.operator("PATCH", "/clock", {"rate": 0.001})

    answers = [await structs.send(udesk, ids), await structs.send(udesk, other)]
    await udesk.advance(2)
    answers.append(await structs.send(udesk, other))

    assert [answer.status for answer in answers] == [200, 429, 200]
    assert answers[1].body == {"status": 429, "message": "请求频率超限"}
    assert int(answers[1].headers["Retry-After"]) >= 1
    assert [answer.body for answer in answers[::2]] == [structs.SENT] * 2
