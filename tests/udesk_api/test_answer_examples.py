"""The answers that im-api-v2 prints, against what is really answered; those that are whole in an example request stand with it."""

from typing import Any

from ..integrator import Udesk
from . import prepared, printed, talk
from .printed import shape

# The right spellings that stand beside the document's (ruling 21).
SPELT_RIGHT = {"questionType", "questionTypeId", "question", "questionId"}


def without(value: Any, names: set[str]) -> Any:
    """A JSON value without these names, however deep."""
    if isinstance(value, dict):
        return {name: without(inner, names) for name, inner in value.items() if name not in names}
    return [without(inner, names) for inner in value] if isinstance(value, list) else value


async def test_a_robot_answers_as_printed(udesk: Udesk) -> None:
    """§机器人返回, assign_type robot, values too; robot is also what is meant when assign_type is absent."""
    info = printed.ROBOT_SESSION["assign_info"]
    fields = {
        "name": info["robot_name"],
        "avatar": info["robot_avatar"],
        "welcome": info["welcome_message"],
        "unknown": info["unknow_message"],
    }
    await prepared.robot(udesk, 1, **fields)

    said = await udesk.call("POST", "/im/sessions", json={"customer_token": "c-1", "assign_type": "robot"})
    unsaid = await udesk.call("POST", "/im/sessions", json={"customer_token": "c-1"})

    assert [said.body, unsaid.body] == [printed.ROBOT_SESSION] * 2


async def test_a_urobot_answers_as_printed_in_both_spellings(udesk: Udesk) -> None:
    """§机器人返回, assign_type urobot, values too; each misspelt name has the right one beside it with the same value (ruling 21)."""
    info = printed.UROBOT_SESSION["assign_info"]
    questions = [{"id": id_, "question": title, "answer": "x"} for id_, title in ((2122, "问题1"), (3222, "问题2"))]
    fields = {
        "leading": info["leadingWord"],
        "hello": info["helloWord"],
        "top_ask": [{"id": 2, "name": "问题类型1", "questions": [2122, 3222]}],
        "questions": questions,
        "flows": [],
    }
    await prepared.urobot(udesk, 12362, 39, **fields)
    ask = {"customer_token": "c-1", "assign_type": "urobot", "robot_id": 12362, "scene_id": 39}

    body = (await udesk.call("POST", "/im/sessions", json=ask)).body

    assert without(body, SPELT_RIGHT) == printed.UROBOT_SESSION
    (heading,) = body["assign_info"]["topAsk"]
    rows = [heading, *heading["optionsList"]]
    twins = [
        (name, row[name], row[name.replace("ques", "quesi", 1)]) for row in rows for name in SPELT_RIGHT & row.keys()
    ]
    assert len(twins) == 6
    assert [name for name, right, wrong in twins if right != wrong] == []


async def test_a_urobot_without_frequent_questions_has_an_empty_list(udesk: Udesk) -> None:
    """§机器人返回: the names are there whatever the urobot has."""
    await prepared.urobot(udesk, 12362, 39, logo="https://x.test/l.png")

    info = await prepared.urobot_talk(udesk, "c-1", 12362, 39)

    assert info.keys() == printed.UROBOT_SESSION["assign_info"].keys()
    assert (info["topAsk"], info["logoUrl"]) == ([], "https://x.test/l.png")


async def test_an_agent_answers_as_printed(udesk: Udesk) -> None:
    """§请求客服返回, 正确返回 with §survey_options in it; the ids of text.options are the compatible ones (ruling 16)."""
    prepared.number(udesk, session=1234)

    body = (await talk.ask(udesk)).body

    assert shape(body) == shape(printed.AGENT_SESSION)
    without_survey = {**printed.AGENT_SESSION["assign_info"], "survey_options": body["assign_info"]["survey_options"]}
    assert body["assign_info"] == without_survey
    options = body["assign_info"]["survey_options"]
    assert {row["id"] for row in options["text"]["options"]} <= {row["id"] for row in options["options"]}
    texts = ("name", "title", "desc", "remark", "show_type", "methods", "resolved_options")
    assert {name: options[name] for name in texts} == {name: printed.SURVEY_OPTIONS[name] for name in texts}


async def test_the_third_in_a_queue_is_told_so_as_printed(udesk: Udesk) -> None:
    """§排队返回, values too."""
    await prepared.have(udesk, "/agents", id=486, name="Anna", im_max_join_num=1)
    for token in ("first", "second", "third"):
        await talk.ask(udesk, token, agent_id=486)

    assert (await talk.ask(udesk, agent_id=486)).body == printed.QUEUEING


async def test_who_is_being_assigned_is_told_so_as_printed(udesk: Udesk) -> None:
    """§分配临界, values too; ruling 10."""
    await talk.settings(udesk, assign_seconds=5)
    await talk.full(udesk)
    await talk.ask(udesk)
    await udesk.call("DELETE", "/im/sessions/1001")

    assert (await talk.ask(udesk)).body == printed.BEING_ASSIGNED


async def test_that_nobody_is_online_is_told_as_printed(udesk: Udesk) -> None:
    """§客服不在线, values too."""
    for agent_id in (3, 4):
        await talk.agent(udesk, agent_id, im_status="offline")

    assert (await talk.ask(udesk)).body == printed.NOBODY_ONLINE


async def test_the_urobots_are_listed_as_printed(udesk: Udesk) -> None:
    """§获取urobot列表; times as there (contract §4.19)."""
    for listed in printed.UROBOTS["urobot_list"]:
        scenes = listed["scene_list"]
        await prepared.urobot(udesk, listed["id"], 1, name=listed["name"], logo=listed["logo"], scenes=scenes)

    body = (await udesk.call("GET", "/im/urobots")).body

    assert shape(body) == shape(printed.UROBOTS)
    assert without(body, {"created_at"}) == without(printed.UROBOTS, {"created_at"})


async def test_an_abandoned_queue_is_listed_as_printed(udesk: Udesk) -> None:
    """§放弃排队查询: the element, the whole customer by name, and meta; menu_names is null for there are no menus (ruling 18, ruling 21)."""
    await talk.settings(udesk, queue_timeout_seconds=27)
    await talk.full(udesk)
    waiting = await udesk.operator("POST", "/sessions", {"web_token": "w-1", "im_web_plugin_id": 16})
    assert waiting.status == 202
    await udesk.advance(27)

    body = (await udesk.call("GET", "/im/im_queues", query={"start_time": "2026-11-22"})).body

    (row,) = body["shut_queues"]
    customer = row.pop("customer_name")
    assert row.pop("menu_names") is None
    assert shape(row) == shape(printed.SHUT_QUEUE)
    assert (row["channel"], row["queue_seconds"], row["im_web_plugin_id"]) == ("web", 27, 16)
    assert set(printed.SHUT_QUEUE_CUSTOMER.split()) - customer.keys() == set()
    assert body["meta"] == {**printed.SHUT_QUEUE_META, "total_count": 1}
