"""Agents and groups over a real socket, expectations from the contract's §7.2 and §7.3."""

from typing import Any

import pytest

from ..integrator import Udesk
from . import talk

TOM = {
    "id": 3,
    "email": "tom@demo.test",
    "nick_name": "Tom",
    "profile": "all",
    "aliase": "",
    "cellphone": "",
    "role_name": "",
    "duty": "",
    "im_ability_value": 5,
    "user_group_ids": [],
    "ucpapp_subaccount": {"number": None, "password": None},
    "avatar": "",
    "work_id": "",
    "departments": {"id": None, "name": None},
    "agent_callout_display_number": None,
    "disable_status": False,
    "availability": "online",
    "im_welcomes": talk.WELCOME,
    "lang": "zh-cn",
}
JERRY = {**TOM, "id": 4, "email": "jerry@demo.test", "nick_name": "Jerry", "user_group_ids": [11]}


async def test_agents_are_listed(udesk: Udesk) -> None:
    """Contract §7.2, whole; `aliase` is the wire's spelling."""
    answer = await udesk.call("GET", "/agents")

    assert answer.body == {
        "code": 1000,
        "meta": {"current_page": 1, "total_pages": 1, "count": 2, "total_count": 2},
        "agents": [TOM, JERRY],
    }


async def test_agents_come_in_pages(udesk: Udesk) -> None:
    """Contract §7.2: per_page, unlike customers."""
    body = (await udesk.call("GET", "/agents", query={"page": 2, "per_page": 1, "with_disabled": "true"})).body

    assert body["agents"] == [JERRY]
    assert body["meta"] == {"current_page": 2, "total_pages": 2, "count": 1, "total_count": 2}


async def test_an_agent_is_created_and_changed(udesk: Udesk) -> None:
    """Contract §7.2: POST {"agent": {…}} → agent_id; a new agent is offline."""
    fields = {
        "nick_name": "Spike",
        "email": "spike@demo.test",
        "aliase": "小狗",
        "im_ability_value": "2",
        "user_group_ids": [11],
        "im_welcomes": "汪",
        "password": "hush-hush",
    }

    created = await udesk.call("POST", "/agents", json={"agent": fields})
    changed = await udesk.call("PUT", "/agents/5", json={"agent": {"aliase": "大狗", "user_group_ids": []}})

    agents = (await udesk.call("GET", "/agents")).body["agents"]
    assert (created.body, changed.body) == ({"code": 1000, "agent_id": 5}, {"code": 1000})
    assert agents[-1] == {
        **TOM,
        "id": 5,
        "email": "spike@demo.test",
        "nick_name": "Spike",
        "aliase": "大狗",
        "im_ability_value": 2,
        "im_welcomes": "汪",
        "availability": "offline",
    }


@pytest.mark.parametrize(
    "sent",
    [
        {"json": {"agent": {"nick_name": "Spike", "password": "hush-hush"}}},
        {"query": "agent[nick_name]=Spike&agent[password]=hush-hush"},
        {"query": "agent%5Bnick_name%5D=Spike&agent%5Bpassword%5D=hush-hush"},
    ],
)
async def test_passwords_never_stand_in_the_journal(udesk: Udesk, sent: dict[str, Any]) -> None:
    """endpoint.py, masks."""
    answer = await udesk.call("POST", "/agents", **sent)

    assert answer.body == {"code": 1000, "agent_id": 5}
    assert "hush-hush" not in str(await talk.entry(udesk))


async def test_a_taken_email_is_a_failed_validation(udesk: Udesk) -> None:
    """Assumed: as for customers (ruling 6)."""
    fields = {"agent": {"nick_name": "x", "email": "tom@demo.test"}}

    answers = [await udesk.call("POST", "/agents", json=fields), await udesk.call("PUT", "/agents/4", json=fields)]

    taken = talk.refusal(2004, "验证错", "Validation failed: Email has already been taken")
    assert [answer.body for answer in answers] == [taken, taken]
    talk.assert_done(await udesk.call("PUT", "/agents/3", json=fields))


async def test_an_agent_needs_a_name(udesk: Udesk) -> None:
    """Ruling 5."""
    talk.assert_refused(await udesk.call("POST", "/agents", json={}), 2000, talk.MISSING + "agent")
    talk.assert_refused(
        await udesk.call("POST", "/agents", json={"agent": {"email": "a@b.test"}}),
        2000,
        talk.MISSING + "agent.nick_name",
    )
    talk.assert_refused(await udesk.call("PUT", "/agents/3", json={"agent": {}}), 2000, talk.MISSING + "agent")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("nick_name", ["x"]),
        ("profile", "boss"),
        ("im_ability_value", -1),
        ("im_ability_value", "x"),
        ("user_group_ids", "11"),
        ("user_group_ids", ["x"]),
    ],
)
async def test_malformed_fields_are_refused_by_name(udesk: Udesk, name: str, value: Any) -> None:
    """Ruling 5."""
    fields = {"nick_name": "x", name: value}

    talk.assert_malformed(await udesk.call("POST", "/agents", json={"agent": fields}), f"agent.{name}")
    talk.assert_malformed(await udesk.call("PUT", "/agents/3", json={"agent": fields}), f"agent.{name}")


async def test_an_unknown_group_of_an_agent_is_refused(udesk: Udesk) -> None:
    """Ruling 5: 2000 with the field's name; nothing has changed."""
    created = await udesk.call("POST", "/agents", json={"agent": {"nick_name": "x", "user_group_ids": [11, 99]}})
    changed = await udesk.call("PUT", "/agents/3", json={"agent": {"user_group_ids": [99]}})

    talk.assert_refused(created, 2000, "参数错误: agent.user_group_ids")
    talk.assert_refused(changed, 2000, "参数错误: agent.user_group_ids")
    assert "group 99 is unknown" in (await talk.entry(udesk))["detail"]
    assert (await udesk.call("GET", "/agents")).body["agents"] == [TOM, JERRY]


async def test_an_agent_is_removed_unless_somebody_talks_to_them(udesk: Udesk) -> None:
    """Contract §7.2: DELETE with owner_id; assumed: 2004 with open sessions."""
    await talk.session(udesk, agent_id=3)

    busy = await udesk.call("DELETE", "/agents/3", json={"owner_id": 4})
    free = await udesk.call("DELETE", "/agents/4", json={"owner_group_id": 11})

    assert busy.body["code"] == 2004
    talk.assert_done(free)
    assert [agent["id"] for agent in (await udesk.call("GET", "/agents")).body["agents"]] == [3]


async def test_unknown_ids_are_2015(udesk: Udesk) -> None:
    """Ruling 6."""
    calls: list[tuple[str, str, Any]] = [
        ("PUT", "/agents/99", {"agent": {"nick_name": "x"}}),
        ("DELETE", "/agents/99", None),
        ("GET", "/user_groups/99/agents", None),
        ("PUT", "/user_groups/99", {"name": "x"}),
        ("DELETE", "/user_groups/99", None),
    ]
    for method, path, body in calls:
        talk.assert_refused(await udesk.call(method, path, json=body), 2015, "资源不存在")


async def test_ids_that_are_no_numbers_are_refused(udesk: Udesk) -> None:
    """Ruling 5."""
    calls: list[tuple[str, str, Any]] = [
        ("PUT", "/agents/x", {"agent": {"nick_name": "x"}}),
        ("DELETE", "/agents/x", None),
        ("GET", "/user_groups/x/agents", None),
        ("PUT", "/user_groups/x", {"name": "x"}),
        ("DELETE", "/user_groups/x", None),
    ]
    for method, path, body in calls:
        talk.assert_malformed(await udesk.call(method, path, json=body), "id")


async def test_groups_are_listed_with_their_agents(udesk: Udesk) -> None:
    """Contract §7.3, whole."""
    answer = await udesk.call("GET", "/user_groups")

    assert answer.body == {
        "code": 1000,
        "user_groups": [{"id": 11, "name": "售后", "agents": [{"id": 4, "nick_name": "Jerry"}]}],
        "meta": {"current_page": 1, "total_pages": 1, "count": 1, "total_count": 1},
    }


async def test_the_agents_of_a_group_are_listed(udesk: Udesk) -> None:
    """Contract §7.3: the agents in full, and no meta."""
    answer = await udesk.call("GET", "/user_groups/11/agents", query={"page": 1, "per_page": 10})

    assert answer.body == {"code": 1000, "user_group": {"id": 11, "name": "售后", "agents": [JERRY]}}


async def test_a_group_is_created_renamed_and_removed(udesk: Udesk) -> None:
    """Contract §7.3: POST {"name"}; the agents of a removed one stay."""
    created = await udesk.call("POST", "/user_groups", json={"name": "售前"})
    renamed = await udesk.call("PUT", "/user_groups/12", json={"name": "售前一"})
    removed = await udesk.call("DELETE", "/user_groups/11")

    assert created.body == {"code": 1000, "user_group_id": 12}
    talk.assert_done(renamed)
    talk.assert_done(removed)
    groups = (await udesk.call("GET", "/user_groups")).body["user_groups"]
    assert groups == [{"id": 12, "name": "售前一", "agents": []}]
    assert (await udesk.call("GET", "/agents")).body["agents"] == [TOM, {**JERRY, "user_group_ids": []}]


async def test_a_group_needs_a_name(udesk: Udesk) -> None:
    """Ruling 5."""
    talk.assert_refused(await udesk.call("POST", "/user_groups", json={"name": ""}), 2000, talk.MISSING + "name")
    talk.assert_malformed(await udesk.call("POST", "/user_groups", json={"name": "x" * 256}), "name")
    talk.assert_refused(await udesk.call("PUT", "/user_groups/11", json={}), 2000, talk.MISSING + "name")


@pytest.mark.parametrize("path", ["/agents", "/user_groups", "/user_groups/11/agents"])
async def test_malformed_pages_are_refused_by_name(udesk: Udesk, path: str) -> None:
    """Ruling 5."""
    for name, value in (("page", 0), ("page", "x"), ("per_page", "x")):
        talk.assert_malformed(await udesk.call("GET", path, query={name: value}), name)
