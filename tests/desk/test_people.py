"""Customers and how they are found; agents and groups and how they change."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Literal

import pytest

from mock_udesk.desk.commands import (
    AskForAgent,
    CreateCustomer,
    DestroyCustomer,
    SetOnline,
    SwitchH5Push,
    UpdateCustomer,
)
from mock_udesk.desk.desk import Desk
from mock_udesk.desk.effects import Happened
from mock_udesk.desk.errors import DeskError
from mock_udesk.desk.records import Agent, AgentStatus, Cellphone, Closer, CloseType, Group, H5Push, Origin
from mock_udesk.desk.staff_commands import AddAgent, AddGroup, ChangeAgent, ChangeGroup, RemoveAgent, RemoveGroup
from mock_udesk.desk.state import Policy
from tests import NOW
from tests.desk.sample import (
    AFTER_SALES,
    ANYBODY,
    JERRY,
    TOM,
    a_desk,
    agents_of,
    ask,
    customer_id,
    join,
    later,
    misused,
    pushes,
    refused,
    start,
    toms_desk,
    waiting_tokens,
)

Key = Literal["id", "token", "web_token", "sdk_token", "email", "cellphone"]

LI: Mapping[str, Any] = {
    "nick_name": "小李",
    "token": "li-1",
    "web_token": "web-1",
    "sdk_token": "sdk-1",
    "email": "li@example.com",
    "cellphones": ["13651190000", "13651190001"],
}


# -- customers made on first use ---------------------------------------------------------------------------------------


def test_unknown_token_makes_an_anonymous_customer() -> None:
    """Udesk会自动创建一个名为API匿名用户(customer_token)的用户. Doc: im-api-v2 §创建会话; ruling 6: starts online."""
    desk = a_desk()

    ask(desk, "c-1")

    customer = desk.customer_by("token", "c-1")
    assert customer is not None
    assert (customer.id, customer.nick_name, customer.token, customer.is_anonymous, customer.is_online) == (
        1,
        "API匿名用户(c-1)",
        "c-1",
        True,
        True,
    )
    assert (customer.created_at, customer.updated_at) == (NOW, NOW)


def test_unknown_token_makes_the_customer_even_when_nobody_is_online() -> None:
    """Creation does not hang on who is there. Doc: im-api-v2 §创建会话."""
    desk = toms_desk()
    desk.handle(ChangeAgent(TOM, {"status": AgentStatus.OFFLINE}), NOW)

    ask(desk, "c-1")

    assert desk.customer_by("token", "c-1") is not None


def test_unknown_token_is_refused_when_so_set() -> None:
    """`auto_create_customers` off gives 2015 for an unknown token. Ruling 6."""
    desk = a_desk(policy=Policy(auto_create_customers=False))

    code, _ = refused(desk, AskForAgent(customer_token="c-1"))

    assert code == 2015


def test_known_token_is_the_customer_created_before() -> None:
    """customer_token 与创建客户时的 open_api_token 一致. Doc: im-api-v2 §创建会话."""
    desk = a_desk(policy=Policy(auto_create_customers=False))
    created = desk.handle(CreateCustomer({"nick_name": "小李", "token": "li-1"}), NOW).reply

    session = start(desk, "li-1")

    assert (session.customer_id, len(desk.state.customers)) == (created, 1)


def test_unknown_web_and_sdk_tokens_always_make_customers() -> None:
    """Web and SDK customers are always made. commands.py, AskForAgent."""
    desk = a_desk(policy=Policy(auto_create_customers=False))

    desk.handle(AskForAgent(web_token="w-1", origin=Origin(channel="web")), NOW)
    desk.handle(AskForAgent(sdk_token="s-1", origin=Origin(channel="ios")), NOW)

    found = [desk.customer_by("web_token", "w-1"), desk.customer_by("sdk_token", "s-1")]
    assert [customer and (customer.id, customer.token) for customer in found] == [(1, None), (2, None)]


# -- customers by what they are known by ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("id", 2),
        ("token", "li-1"),
        ("web_token", "web-1"),
        ("sdk_token", "sdk-1"),
        ("email", "li@example.com"),
        ("cellphone", "13651190000"),
        ("cellphone", "13651190001"),
    ],
)
def test_customer_is_found_by_each_key(kind: Key, value: str | int) -> None:
    """Customers are found by id, email, cellphone and token. Contract §7.1, §4.22."""
    desk = a_desk()
    desk.handle(CreateCustomer({"nick_name": "小王", "token": "wang-1"}), NOW)
    created = desk.handle(CreateCustomer(LI), NOW).reply

    found = desk.customer_by(kind, value)

    assert found is desk.state.customers[created]


@pytest.mark.parametrize("kind", ["token", "web_token", "sdk_token", "email", "cellphone"])
def test_nobody_is_found_by_an_unknown_key(kind: Key) -> None:
    """An unknown key finds nobody. DESIGN."""
    desk = a_desk()
    desk.handle(CreateCustomer(LI), NOW)

    assert desk.customer_by(kind, "nobody") is None


def test_key_of_one_kind_does_not_find_by_another() -> None:
    """Each kind of token is its own name space. Doc: im-api-v2 §查询客户状态: three tokens."""
    desk = a_desk()
    desk.handle(CreateCustomer(LI), NOW)

    kinds: tuple[Key, ...] = ("web_token", "sdk_token", "email", "cellphone")
    assert [desk.customer_by(kind, "li-1") for kind in kinds] == [None, None, None, None]


def test_numbers_of_a_created_customer_have_ids() -> None:
    """Output cellphones are objects with an id. Contract §7.1."""
    desk = a_desk()

    created = desk.handle(CreateCustomer(LI), NOW).reply

    assert desk.state.customers[created].cellphones == [
        Cellphone(id=1, content="13651190000"),
        Cellphone(id=2, content="13651190001"),
    ]


@pytest.mark.parametrize(
    "fields",
    [
        {"token": "li-1"},
        {"web_token": "web-1"},
        {"sdk_token": "sdk-1"},
        {"email": "li@example.com"},
        {"cellphones": ["13900000000", "13651190001"]},
    ],
)
def test_duplicate_customer_is_refused(fields: Mapping[str, Any]) -> None:
    """Duplicate email, cellphone or token: 2004, and nothing changes. Ruling 6."""
    desk = a_desk()
    desk.handle(CreateCustomer(LI), NOW)

    answer = refused(desk, CreateCustomer({"nick_name": "小王", **fields}))

    assert answer == (2004, "验证错")


def test_duplicate_customer_says_which_in_exception() -> None:
    """2004 with `exception`. Ruling 6; contract §2.1: Validation failed: …"""
    desk = a_desk()
    desk.handle(CreateCustomer(LI), NOW)

    with pytest.raises(DeskError) as refusal:
        desk.handle(CreateCustomer({"nick_name": "小王", "email": "li@example.com"}), NOW)

    assert refusal.value.exception


def test_two_customers_without_keys_are_no_duplicates() -> None:
    """What is absent is not compared. Ruling 6."""
    desk = a_desk()

    ids = [desk.handle(CreateCustomer({"nick_name": "无名"}), NOW).reply for _ in range(2)]

    assert ids == [1, 2]


def test_given_id_is_never_given_out_again() -> None:
    """An id of the operator's choice is kept, and the counter passes it. commands.py, CreateCustomer."""
    desk = a_desk()
    given = desk.handle(CreateCustomer({"id": 2, "nick_name": "小李"}), NOW).reply

    others = [desk.handle(CreateCustomer({"nick_name": "无名"}), NOW).reply for _ in range(3)]

    assert given == 2
    assert len({given, *others}) == 4


def test_the_id_of_a_removed_customer_is_taken_for_ever() -> None:
    """Its sessions and messages stay under it: another customer would inherit them. Counters: ids are never reused."""
    desk = a_desk()
    first = desk.handle(CreateCustomer({"nick_name": "小李"}), NOW).reply
    desk.handle(DestroyCustomer(first), NOW)

    assert misused(desk, CreateCustomer({"id": first, "nick_name": "小王"})) == "conflict"


# -- customers change ----------------------------------------------------------------------------------------------------


def test_updated_customer_has_the_new_fields_and_a_new_moment() -> None:
    """Changes the named fields, the others stay. Contract §7.1, update_customer."""
    desk = a_desk()
    created = desk.handle(CreateCustomer(LI), NOW).reply

    reply = desk.handle(UpdateCustomer(created, {"nick_name": "老李", "level": "vip"}), later(9)).reply

    customer = desk.state.customers[created]
    assert reply == created
    assert (customer.nick_name, customer.level, customer.token, customer.created_at, customer.updated_at) == (
        "老李",
        "vip",
        "li-1",
        NOW,
        later(9),
    )


def test_updated_keys_replace_the_old_ones() -> None:
    """A customer is found by what they are known by now, and no more by what they were. Contract §7.1."""
    desk = a_desk()
    created = desk.handle(CreateCustomer(LI), NOW).reply

    desk.handle(
        UpdateCustomer(created, {"email": "new@example.com", "token": "li-2", "cellphones": ["13900000000"]}), NOW
    )

    old: tuple[tuple[Key, str], ...] = (("email", "li@example.com"), ("token", "li-1"), ("cellphone", "13651190000"))
    new: tuple[tuple[Key, str], ...] = (("email", "new@example.com"), ("token", "li-2"), ("cellphone", "13900000000"))
    assert [desk.customer_by(kind, value) for kind, value in old] == [None, None, None]
    assert [desk.customer_by(kind, value) for kind, value in new] == [desk.state.customers[created]] * 3


def test_freed_key_may_be_used_by_somebody_else() -> None:
    """A key is unique among those who have it now. Ruling 6."""
    desk = a_desk()
    created = desk.handle(CreateCustomer(LI), NOW).reply
    desk.handle(UpdateCustomer(created, {"email": None}), NOW)

    other = desk.handle(CreateCustomer({"nick_name": "小王", "email": "li@example.com"}), NOW).reply

    assert desk.customer_by("email", "li@example.com") is desk.state.customers[other]


def test_update_to_somebody_elses_key_is_refused() -> None:
    """Duplicate: 2004. Ruling 6."""
    desk = a_desk()
    desk.handle(CreateCustomer(LI), NOW)
    other = desk.handle(CreateCustomer({"nick_name": "小王"}), NOW).reply

    answer = refused(desk, UpdateCustomer(other, {"nick_name": "大王", "cellphones": ["13651190000"]}))

    assert answer == (2004, "验证错")


def test_update_to_the_own_keys_is_no_duplicate() -> None:
    """A customer is no duplicate of themselves. Ruling 6."""
    desk = a_desk()
    created = desk.handle(CreateCustomer(LI), NOW).reply

    desk.handle(UpdateCustomer(created, LI), NOW)

    assert desk.customer_by("email", "li@example.com") is desk.state.customers[created]


def test_update_of_nobody_is_refused() -> None:
    """Not found: 2015. Ruling 6."""
    desk = a_desk()

    code, _ = refused(desk, UpdateCustomer(1, {"nick_name": "小李"}))

    assert code == 2015


def test_customer_goes_offline_and_comes_back() -> None:
    """离线:0;在线:1. Doc: im-api-v2 §修改客户在线状态."""
    desk = a_desk()
    ask(desk, "c-1")
    customer = desk.state.customers[1]
    states = []

    for is_online in (False, True):
        desk.handle(SetOnline("c-1", is_online=is_online), NOW)
        states.append(customer.is_online)

    assert states == [False, True]


def test_online_state_of_nobody_is_refused() -> None:
    """Not found: 2015, and nobody is made. Ruling 6."""
    desk = a_desk()

    code, _ = refused(desk, SetOnline("nobody", is_online=True))

    assert code == 2015


def test_h5_push_is_switched_per_customer() -> None:
    """im/h5push turns the push of a customer's page on or off. Contract §8."""
    desk = a_desk()
    desk.handle(AskForAgent(web_token="w-1"), NOW)

    desk.handle(SwitchH5Push(1, im_web_plugin_id=16, is_on=True), NOW)

    assert desk.state.customers[1].h5_push == H5Push(im_web_plugin_id=16, is_on=True)


def test_h5_push_of_nobody_is_refused() -> None:
    """Not found: 2015. commands.py, SwitchH5Push."""
    desk = a_desk()

    code, _ = refused(desk, SwitchH5Push(1, im_web_plugin_id=16, is_on=True))

    assert code == 2015


# -- customers go ----------------------------------------------------------------------------------------------------------


def test_destroyed_customer_is_found_no_more() -> None:
    """Removes a customer under every key. Contract §7.1, destroy_customer."""
    desk = a_desk()
    created = desk.handle(CreateCustomer(LI), NOW).reply

    desk.handle(DestroyCustomer(created), NOW)

    keys: tuple[tuple[Key, str | int], ...] = (
        ("id", created),
        ("token", "li-1"),
        ("web_token", "web-1"),
        ("sdk_token", "sdk-1"),
        ("email", "li@example.com"),
        ("cellphone", "13651190000"),
    )
    assert [desk.customer_by(kind, value) for kind, value in keys] == [None] * 6


def test_destroyed_customers_session_is_closed_by_force_without_a_push() -> None:
    """Closes their sessions by force, without pushes. commands.py, DestroyCustomer."""
    desk = a_desk()
    session = start(desk, "c-1")

    effects = desk.handle(DestroyCustomer(session.customer_id), later(5)).effects

    assert (session.closed_at, session.close_type, session.closed_by) == (
        later(5),
        CloseType.FORCE,
        Closer.OPERATOR,
    )
    assert pushes(effects) == []


def test_destroyed_customers_agent_takes_the_next() -> None:
    """However a session ends, its place goes to the next. Ruling 9."""
    desk = toms_desk()
    session = start(desk, "c-1")
    join(desk, "c-2")

    desk.handle(DestroyCustomer(session.customer_id), NOW)

    assert agents_of(desk) == {"c-2": TOM}


def test_destroyed_customer_leaves_the_queue() -> None:
    """Leaves their queues (reason customer_removed). commands.py, DestroyCustomer."""
    desk = toms_desk()
    start(desk, "c-1")
    for token in ("c-2", "c-3"):
        join(desk, token)

    desk.handle(DestroyCustomer(customer_id(desk, "c-2")), NOW)

    assert waiting_tokens(desk, ANYBODY) == ["c-3"]
    assert [(one.customer_id, one.reason) for one in desk.abandoned_between(None, None)] == [(2, "customer_removed")]


def test_nobody_is_destroyed_twice() -> None:
    """Not found: 2015. Ruling 6."""
    desk = a_desk()
    created = desk.handle(CreateCustomer(LI), NOW).reply
    desk.handle(DestroyCustomer(created), NOW)

    code, _ = refused(desk, DestroyCustomer(created))

    assert code == 2015


# -- staff -----------------------------------------------------------------------------------------------------------------


def test_new_agent_has_the_next_id_and_the_given_fields() -> None:
    """Adds an agent; replies with the id. commands.py, AddAgent."""
    desk = a_desk()

    added = desk.handle(
        AddAgent({"name": "Ann", "nick": "小安", "email": "ann@demo.test", "group_ids": [AFTER_SALES]}), NOW
    ).reply

    assert added == 5
    assert desk.state.agents[added] == Agent(
        id=5, name="Ann", nick="小安", email="ann@demo.test", group_ids=[AFTER_SALES]
    )


def test_agent_id_may_be_given() -> None:
    """`id` is optional; a given one is passed by the counter. commands.py, AddAgent."""
    desk = a_desk()

    ids = [
        desk.handle(AddAgent({"id": 5, "name": "Ann"}), NOW).reply,
        desk.handle(AddAgent({"name": "Bob"}), NOW).reply,
    ]

    assert ids == [5, 6]


def test_agent_with_a_taken_id_or_email_is_refused() -> None:
    """An id or email that is taken is a conflict. commands.py, AddAgent."""
    desk = a_desk()
    desk.handle(AddAgent({"name": "Ann", "email": "ann@demo.test"}), NOW)

    kinds = [
        misused(desk, AddAgent({"id": TOM, "name": "Tim"})),
        misused(desk, AddAgent({"name": "Tim", "email": "ann@demo.test"})),
    ]

    assert kinds == ["conflict", "conflict"]


def test_agent_with_a_negative_capacity_is_refused() -> None:
    """A bad capacity is invalid. commands.py, AddAgent, ChangeAgent."""
    desk = a_desk()

    kinds = [
        misused(desk, AddAgent({"name": "Ann", "capacity": -1})),
        misused(desk, ChangeAgent(TOM, {"capacity": -1})),
    ]

    assert kinds == ["invalid", "invalid"]


def test_agent_of_an_unknown_group_is_refused() -> None:
    """An unknown group is a misuse. commands.py, AddAgent, ChangeAgent."""
    desk = a_desk()

    kinds = {
        misused(desk, AddAgent({"name": "Ann", "group_ids": [99]})),
        misused(desk, ChangeAgent(TOM, {"group_ids": [AFTER_SALES, 99]})),
    }

    assert kinds <= {"unknown", "invalid"}


def test_changed_agent_has_the_new_fields() -> None:
    """Changes the named fields of an agent. Doc: im-api-v2 §查询客服状态."""
    desk = a_desk()

    desk.handle(ChangeAgent(TOM, {"status": AgentStatus.BUSY, "custom_status": "午餐", "nick": "汤姆"}), NOW)

    assert desk.state.agents[TOM] == Agent(
        id=TOM, name="Tom", nick="汤姆", status=AgentStatus.BUSY, custom_status="午餐", capacity=5
    )


def test_unknown_agent_is_not_changed_or_removed() -> None:
    """An unknown agent is 404. errors.py, UsageError."""
    desk = a_desk()

    kinds = [misused(desk, ChangeAgent(99, {"nick": "x"})), misused(desk, RemoveAgent(99))]

    assert kinds == ["unknown", "unknown"]


def test_removed_agent_is_gone() -> None:
    """Removes an agent: asked for again 5050. commands.py, RemoveAgent; ruling 8."""
    desk = a_desk()

    desk.handle(RemoveAgent(TOM), NOW)

    assert refused(desk, AskForAgent(customer_token="c-1", agent_id=TOM)) == (5050, "客服不存在")


def test_members_are_the_agents_that_name_the_group() -> None:
    """Its members are the agents that name it. records.py, Group."""
    desk = a_desk()
    desk.handle(ChangeAgent(TOM, {"group_ids": [AFTER_SALES]}), NOW)
    desk.handle(ChangeAgent(JERRY, {"group_ids": []}), NOW)

    assert desk.members(AFTER_SALES) == [desk.state.agents[TOM]]


def test_group_is_added_and_renamed() -> None:
    """Groups have an id and a name. commands.py, AddGroup, ChangeGroup."""
    desk = a_desk()

    added = desk.handle(AddGroup({"name": "售前"}), NOW).reply
    desk.handle(ChangeGroup(added, {"name": "咨询"}), NOW)

    assert desk.state.groups == {11: Group(id=11, name="售后"), 12: Group(id=12, name="咨询")}


def test_taken_and_unknown_group_ids_are_refused() -> None:
    """A taken id is a conflict, an unknown one 404. commands.py."""
    desk = a_desk()

    kinds = [
        misused(desk, AddGroup({"id": AFTER_SALES, "name": "x"})),
        misused(desk, ChangeGroup(99, {"name": "x"})),
        misused(desk, RemoveGroup(99)),
    ]

    assert kinds == ["conflict", "unknown", "unknown"]


def test_removed_group_leaves_its_members() -> None:
    """Removes a group from its members. commands.py, RemoveGroup."""
    desk = a_desk()

    desk.handle(RemoveGroup(AFTER_SALES), NOW)

    assert (desk.state.groups, desk.state.agents[JERRY].group_ids) == ({}, [])


def test_a_change_to_what_is_so_already_changes_nothing() -> None:
    """Assumed: as Rails saves, where nothing differs nothing is touched. So rules on customer_changed end by themselves."""
    desk = Desk()
    customer_id = desk.handle(CreateCustomer({"token": "c-1", "nick_name": "Wang", "level": "vip"}), NOW).reply
    later = NOW + timedelta(seconds=5)

    same = desk.handle(UpdateCustomer(customer_id, {"level": "vip", "nick_name": "Wang"}), later)
    partly = desk.handle(UpdateCustomer(customer_id, {"level": "vip", "nick_name": "Li"}), later)

    assert same.effects == ()
    assert [effect.facts for effect in partly.effects if isinstance(effect, Happened)] == [{"fields": ["nick_name"]}]
