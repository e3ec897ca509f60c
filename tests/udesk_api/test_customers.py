"""Customers over a real socket, expectations from the contract's §7.1."""

from typing import Any

import pytest

from ..integrator import Answer, Udesk
from . import talk

# As in the example of §放弃排队查询.
FILTERS = ("show_user", "show_assignee", "show_created_at", "show_priority", "show_status", "show_platform")


async def create(udesk: Udesk, customer: dict[str, Any], **beside: Any) -> Answer:
    return await udesk.call("POST", "/customers", json={"customer": customer, **beside})


async def find(udesk: Udesk, type_: str, content: str | int) -> Answer:
    return await udesk.call("GET", "/customers/get_customer", query={"type": type_, "content": content})


async def change(udesk: Udesk, body: dict[str, Any], content: str = "c-1") -> Answer:
    return await udesk.call("PUT", "/customers/update_customer", query={"type": "token", "content": content}, json=body)


async def test_a_customer_is_created_and_shown_whole(udesk: Udesk) -> None:
    """Contract §7.1: pairs in and objects out, tags as a text in and a list out; the keys of im-api-v2 §放弃排队查询."""
    answer = await create(
        udesk,
        {
            "nick_name": "测试用户",
            "email": "customer@sample.com",
            "description": "d",
            "organization_id": 1,
            "owner_id": "3",
            "owner_group_id": 11,
            "level": "vip",
            "cellphones": [[None, "13651190000"], [None, "13651190001"]],
            "open_api_token": "c-1",
            "custom_fields": {"SelectField_1": ["0"], "TextField_1": "x"},
            "weixins": [],
        },
        tags="a, b,",
        other_emails=[[None, "x@y.test"]],
    )

    customer = answer.body["customer"]
    told = {name: customer[name] for name in customer if customer[name] not in (None, False)}
    assert answer.body["code"] == 1000
    assert told == {
        "id": 1,
        "nick_name": "测试用户",
        "email": "customer@sample.com",
        "description": "d",
        "organization_id": 1,
        "owner_id": 3,
        "owner_group_id": 11,
        "level": "vip",
        "cellphone": "13651190000",
        "cellphones": [{"id": 1, "content": "13651190000"}, {"id": 2, "content": "13651190001"}],
        "open_api_token": "c-1",
        "custom_fields": {"SelectField_1": ["0"], "TextField_1": "x"},
        "weixins": [],
        "tags": ["a", "b"],
        "other_emails": ["x@y.test"],
        "company_id": 1,
        "created_at": "2026-11-22T10:00:00.000+08:00",
        "updated_at": "2026-11-22T10:00:00.000+08:00",
        "latest_device_info": {},
        "ticket_show_filters": dict.fromkeys(FILTERS, "true"),
    }
    assert {"from", "latest_device_info", "ticket_show_filters", "is_blocked"} <= customer.keys()
    assert await talk.warnings(udesk) == ""


async def test_a_customer_is_found_by_every_key(udesk: Udesk) -> None:
    """Contract §7.1: type id, email, cellphone; token and customer_token are assumed."""
    created = await create(
        udesk, {"nick_name": "x", "email": "a@b.test", "cellphones": [[None, "136"]], "open_api_token": "c-1"}
    )

    for type_, content in (
        ("id", "1"),
        ("email", "a@b.test"),
        ("cellphone", "136"),
        ("token", "c-1"),
        ("customer_token", "c-1"),
    ):
        assert (await find(udesk, type_, content)).body == created.body


@pytest.mark.parametrize(
    ("type_", "content"),
    [("id", "99"), ("id", "x"), ("id", "٣"), ("id", "9" * 5000), ("email", "x@y"), ("cellphone", "1"), ("token", "t")],
)
async def test_nobody_is_2015(udesk: Udesk, type_: str, content: str) -> None:
    """Ruling 6; a content that is longer than any key is refused as such."""
    answer = await find(udesk, type_, content[:255])

    talk.assert_refused(answer, 2015, "资源不存在")


async def test_a_customer_is_found_by_a_known_type_and_a_content(udesk: Udesk) -> None:
    """Ruling 5."""
    path = "/customers/get_customer"

    talk.assert_malformed(await find(udesk, "name", "x"), "type")
    talk.assert_malformed(await find(udesk, "id", "x" * 256), "content")
    talk.assert_refused(await udesk.call("GET", path, query={"type": "id"}), 2000, talk.MISSING + "content")
    talk.assert_refused(await udesk.call("GET", path, query={"content": "1"}), 2000, talk.MISSING + "type")


@pytest.mark.parametrize(
    "cellphones",
    [[[None, "1"]], [None, "1"], ["1"], [{"content": "1"}], [{"id": 5, "content": "1"}], [[7, "1"]], [[None, 1]]],
)
async def test_numbers_come_in_every_form(udesk: Udesk, cellphones: Any) -> None:
    """Contract §7.1 and §11: pairs, a bare pair, texts, objects."""
    answer = await create(udesk, {"nick_name": "x", "cellphones": cellphones})

    assert answer.body["customer"]["cellphones"] == [{"id": 1, "content": "1"}]


@pytest.mark.parametrize(
    "cellphones",
    ["1", 1, {"content": "1"}, [1], [None], [[]], [[None, None]], [[None, "1", "2"]], [[None, True]], [""]],
)
async def test_numbers_in_no_known_form_are_refused(udesk: Udesk, cellphones: Any) -> None:
    """Ruling 5."""
    talk.assert_malformed(await create(udesk, {"nick_name": "x", "cellphones": cellphones}), "customer.cellphones")
    await talk.assert_no_faults(udesk)


async def test_a_customer_without_the_wrapper_is_taken_with_a_warning(udesk: Udesk) -> None:
    """Contract §11, client 6; the email of the signature is not the customer's."""
    answer = await udesk.call(
        "POST", "/customers", json={"nick_name": "x", "cellphones": [None, "1"], "tags": ["a"], "customer_token": "c-1"}
    )

    customer = answer.body["customer"]
    assert (customer["nick_name"], customer["email"], customer["tags"]) == ("x", None, ["a"])
    assert customer["open_api_token"] == "c-1"
    assert "`customer`" in await talk.warnings(udesk)


async def test_a_customer_of_an_email_alone_needs_no_wrapper_either(udesk: Udesk) -> None:
    """Contract §11, client 6."""
    answer = await udesk.call("POST", "/customers", json={"email": "a@b.test"})

    assert answer.body["customer"]["email"] == "a@b.test"


async def test_no_customer_at_all_is_refused(udesk: Udesk) -> None:
    """Ruling 5: the signature's own email makes no customer."""
    talk.assert_refused(await udesk.call("POST", "/customers"), 2000, talk.MISSING + "customer")
    talk.assert_malformed(await udesk.call("POST", "/customers", json={"customer": "x"}), "customer")


async def test_unknown_fields_are_warned_of_with_the_nearest(udesk: Udesk) -> None:
    """Ruling 5."""
    answer = await create(udesk, {"nickname": "x", "custom_fields": {"TextField_9": "x"}})

    warnings = await talk.warnings(udesk)
    assert answer.body["code"] == 1000
    assert "nickname" in warnings
    assert "nick_name" in warnings
    assert "TextField_9" in warnings


@pytest.mark.parametrize(
    ("key", "told"),
    [
        ({"email": "a@b.test"}, "Email"),
        ({"cellphones": [[None, "1"]]}, "Cellphones"),
        ({"open_api_token": "c-1"}, "Open api token"),
    ],
)
async def test_each_key_belongs_to_one_customer(udesk: Udesk, key: dict[str, Any], told: str) -> None:
    """Ruling 6: 2004 with an exception, also when somebody is changed."""
    await create(udesk, {"nick_name": "x", **key})
    await create(udesk, {"nick_name": "y", "open_api_token": "other"})

    created = await create(udesk, {"nick_name": "z", **key})
    changed = await change(udesk, {"customer": key}, "other")

    expected = talk.refusal(2004, "验证错", f"Validation failed: {told} has already been taken")
    assert (created.body, changed.body) == (expected, expected)


@pytest.mark.parametrize("email", ["x", "@b", "a@", "a b@c"])
async def test_an_address_that_is_none_is_a_failed_validation(udesk: Udesk, email: str) -> None:
    """Contract §2.1, the SDK's answer."""
    expected = talk.refusal(2004, "验证错", "Validation failed: Email is invalid")

    assert (await create(udesk, {"email": email})).body == expected
    assert (await create(udesk, {"nick_name": "x"}, other_emails=[[None, email]])).body == expected


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("nick_name", ["x"]),
        ("nick_name", {"a": 1}),
        ("email", ["a@b.test"]),
        ("level", "gold"),
        ("organization_id", "x"),
        ("owner_id", [1]),
        ("owner_group_id", 2**63),
        ("open_api_token", "x" * 256),
        ("custom_fields", "x"),
        ("custom_fields", [1]),
        ("weixins", "x"),
    ],
)
async def test_malformed_fields_are_refused_by_name(udesk: Udesk, name: str, value: Any) -> None:
    """Ruling 5."""
    talk.assert_malformed(await create(udesk, {name: value}), f"customer.{name}")
    await talk.assert_no_faults(udesk)


@pytest.mark.parametrize(
    ("name", "value"), [("tags", [["x"]]), ("tags", {"a": 1}), ("other_emails", "x@y"), ("other_emails", [[1]])]
)
async def test_malformed_things_beside_the_customer_are_refused_by_name(udesk: Udesk, name: str, value: Any) -> None:
    """Ruling 5."""
    talk.assert_malformed(await create(udesk, {"nick_name": "x"}, **{name: value}), name)


async def test_customers_are_listed_in_pages(udesk: Udesk) -> None:
    """Contract §7.1: page, page_size (20); ruling 21: meta has both counts."""
    for number in range(25):
        await create(udesk, {"nick_name": f"n-{number}"})

    first = (await udesk.call("GET", "/customers")).body
    last = (await udesk.call("GET", "/customers", query={"page": 3, "page_size": 10})).body
    beyond = (await udesk.call("GET", "/customers", query={"page": 2**62, "per_page": 10})).body

    assert first["meta"] == {"current_page": 1, "total_pages": 2, "count": 20, "total_count": 25}
    assert [customer["nick_name"] for customer in last["customers"]] == [f"n-{number}" for number in range(20, 25)]
    assert (beyond["customers"], beyond["meta"]["total_pages"]) == ([], 3)
    assert first.keys() == {"code", "meta", "customers", "wechat", "weibo"}


@pytest.mark.parametrize(
    ("query", "found"),
    [("张", ["张三"]), ("A@B", ["张三"]), ("136", ["李四"]), ("C-", ["李四"]), ("zzz", []), (" ", None)],
)
async def test_customers_are_looked_for_by_a_text(udesk: Udesk, query: str, found: list[str] | None) -> None:
    """Contract §7.1, query. Assumed: in names, addresses, numbers, tokens; blank is nothing."""
    await create(udesk, {"nick_name": "张三", "email": "a@b.test"})
    await create(udesk, {"nick_name": "李四", "cellphones": ["13651190000"], "open_api_token": "c-1"})

    body = (await udesk.call("GET", "/customers", query={"query": query})).body

    assert [customer["nick_name"] for customer in body["customers"]] == (["张三", "李四"] if found is None else found)


async def test_a_filter_is_passed_over_with_a_warning(udesk: Udesk) -> None:
    """Filters are set up by hand in the service; here there are none."""
    assert (await udesk.call("GET", "/customers", query={"filter_id": 1})).body["code"] == 1000
    assert "filter_id" in await talk.warnings(udesk)


@pytest.mark.parametrize(
    ("name", "value"), [("page", 0), ("page", "x"), ("page_size", -1), ("page_size", "x"), ("filter_id", "x")]
)
async def test_malformed_pages_are_refused_by_name(udesk: Udesk, name: str, value: Any) -> None:
    """Ruling 5."""
    talk.assert_malformed(await udesk.call("GET", "/customers", query={name: value}), name)


async def test_a_page_has_at_most_a_hundred_customers(udesk: Udesk) -> None:
    """Contract §7.1: max 100."""
    assert (await udesk.call("GET", "/customers", query={"page_size": 101})).body["code"] == 1000
    assert "at most 100" in await talk.warnings(udesk)


async def test_what_is_named_is_changed_and_the_rest_stays(udesk: Udesk) -> None:
    """Contract §7.1, §11: also with a bare pair; null clears."""
    await create(
        udesk,
        {"nick_name": "x", "description": "d", "open_api_token": "c-1", "level": "vip", "cellphones": ["1"]},
        tags="a",
    )

    answer = await change(udesk, {"customer": {"cellphones": [None, "2"], "description": None}, "tags": "b,c"})

    customer = answer.body["customer"]
    changed = {name: customer[name] for name in ("nick_name", "description", "level", "tags", "open_api_token")}
    assert changed == {
        "nick_name": "x",
        "description": None,
        "level": "vip",
        "tags": ["b", "c"],
        "open_api_token": "c-1",
    }
    assert [number["content"] for number in customer["cellphones"]] == ["2"]
    assert (await find(udesk, "cellphone", "1")).body["code"] == 2015


async def test_keys_can_be_cleared_and_taken_again(udesk: Udesk) -> None:
    """An empty text is no key."""
    await create(udesk, {"nick_name": "x", "email": "a@b.test", "open_api_token": "c-1"})

    await change(
        udesk, {"customer": {"email": "", "level": "", "nick_name": None, "custom_fields": None, "weixins": None}}
    )

    assert (await create(udesk, {"nick_name": "y", "email": "a@b.test"})).body["code"] == 1000
    assert (await find(udesk, "token", "c-1")).body["customer"]["level"] == "normal"


async def test_a_change_without_the_wrapper_is_taken_with_a_warning(udesk: Udesk) -> None:
    """Contract §11, client 6; the email of the signature changes nothing."""
    await create(udesk, {"nick_name": "x", "email": "a@b.test", "open_api_token": "c-1"})

    customer = (await change(udesk, {"nick_name": "y"})).body["customer"]

    assert (customer["nick_name"], customer["email"]) == ("y", "a@b.test")
    assert "`customer`" in await talk.warnings(udesk)


async def test_a_change_needs_something_to_change_and_somebody(udesk: Udesk) -> None:
    """Ruling 5, ruling 6."""
    await create(udesk, {"nick_name": "x", "open_api_token": "c-1"})

    talk.assert_refused(await change(udesk, {}), 2000, talk.MISSING + "customer")
    talk.assert_refused(await change(udesk, {"customer": {"nick_name": "y"}}, "nobody"), 2015, "资源不存在")
    talk.assert_malformed(await change(udesk, {"customer": {"level": "gold"}}), "customer.level")


async def test_a_customer_is_removed_with_place_and_session(udesk: Udesk) -> None:
    """Contract §7.1; the session is closed without a push."""
    session_id = await talk.session(udesk)

    talk.assert_done(
        await udesk.call("DELETE", "/customers/destroy_customer", query={"type": "token", "content": "c-1"})
    )

    assert (await find(udesk, "token", "c-1")).body["code"] == 2015
    talk.assert_refused(await talk.say(udesk, session_id, "m-1"), 9200, "会话不存在/会话已关闭")
    assert len(await udesk.pushes()) == 1


async def test_nobody_can_not_be_removed(udesk: Udesk) -> None:
    """Ruling 6."""
    answer = await udesk.call("DELETE", "/customers/destroy_customer", query={"type": "id", "content": 1})

    talk.assert_refused(answer, 2015, "资源不存在")


async def test_the_custom_fields_are_those_that_are_set(udesk: Udesk) -> None:
    """Contract §7.1 has the path alone; the shape is assumed."""
    await talk.settings(
        udesk,
        custom_fields=[
            {"field_name": "SelectField_1", "field_label": "来源", "content_type": "droplist", "options": ["官网"]}
        ],
    )

    assert (await udesk.call("GET", "/customers/custom_fields")).body == {
        "code": 1000,
        "custom_fields": [
            {"field_name": "SelectField_1", "field_label": "来源", "content_type": "droplist", "options": ["官网"]}
        ],
    }


@pytest.mark.parametrize("body", [None, {}, {"customer": {}}, {"customer": ""}, {"customer": None}, {"tags": "a"}])
async def test_a_customer_of_whom_nothing_is_said_is_not_created(udesk: Udesk, body: Any) -> None:
    """Ruling 5: Rails' params.require takes an empty object for missing."""
    talk.assert_refused(await udesk.call("POST", "/customers", json=body), 2000, talk.MISSING + "customer")
    assert (await udesk.call("GET", "/customers")).body["meta"]["total_count"] == 0
