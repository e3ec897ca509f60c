"""Conversation records over a real socket, expectations from what was measured on the live service (contract §8, §11)."""

import json
from typing import Any

import pytest

from ..integrator import Udesk
from . import record, robot, talk

# What a row says of a session that nobody but an anonymous customer of the API began, and nobody has spoken in.
BARE: dict[str, Any] = {
    "session_id": 1001,
    "sub_session_id": 1001,
    "created_at": "2026-11-22 10:00:00",
    "closed_at": None,
    "customer_id": 1,
    "customer_token": "c-1",
    "customer_nick_name": "API匿名用户(c-1)",
    "customer_email": None,
    "customer_cellphone": None,
    "customer_level": "normal",
    "customer_description": None,
    "agent_id": 3,
    "agent_nick_name": "Tom",
    "platform": "api",
    "source": "api",
    "belong_queue": None,
    "way_of_open_session": "客户发起",
    "close_method": None,
    "im_web_plugin_id": None,
    "im_web_plugin_name": None,
    "customer_msg_num": 0,
    "agent_msg_num": 0,
    "queue_customer_msg_num": 0,
    "sustain_seconds": 0,
    "queue_seconds": "未排队",
    "resp_seconds": None,
    "avg_resp_seconds": None,
    "transfer_to_agent": False,
    "survey_option_id": None,
    "survey_option_name": None,
    "survey_remark": None,
    "survey_created_at": None,
    "resolved_state": None,
    "resolved_state_name": None,
    "robot_id": None,
    "robot_name": None,
    "menu_names": [],
    "session_tags": [],
}


@pytest.fixture(autouse=True)
async def without_limits(udesk: Udesk) -> None:
    """Each rule by itself; the limit has a test of its own."""
    await talk.settings(udesk, limits="off")


async def day_after_day(udesk: Udesk, days: int) -> list[int]:
    """A session a day at ten, each closed an hour later."""
    ids = []
    for number in range(days):
        ids.append(await talk.session(udesk, f"c-{number}"))
        await udesk.advance(3600)
        await udesk.operator("POST", f"/sessions/{ids[-1]}/close")
        await udesk.advance(23 * 3600)
    return ids


# -- what a search tells ----------------------------------------------------------------------------------------------


async def test_a_session_is_told_whole(udesk: Udesk) -> None:
    """Contract §11: the keys of a row, and the envelope without a code."""
    await talk.session(udesk)

    answer = await record.pull(udesk, "search")

    envelope = {"status": 0, "message": "成功", "item": [BARE], "size": 1, "total": 1, "total_pages": 1}
    assert (answer.status, answer.body) == (200, envelope)
    assert list(answer.body) == list(envelope)
    assert (await talk.entry(udesk))["code"] == 0


async def test_what_was_said_and_waited_for_is_counted(udesk: Udesk) -> None:
    """Contract §11: numbers, and queue_seconds as a text. c-1 waits 60.5 s for Tom and says something meanwhile."""
    await talk.full(udesk)
    await talk.ask(udesk)
    await udesk.advance(10)
    await talk.say(udesk, -3, "m-0")
    await udesk.advance(50.5)
    await udesk.operator("POST", "/sessions/1001/close")
    await udesk.advance(5)
    await talk.agent_says(udesk, 1002, "您好")
    await talk.say(udesk, 1002, "m-1")
    await talk.say(udesk, 1002, "m-2")
    await udesk.advance(10)
    await talk.agent_says(udesk, 1002, "好的")
    await talk.agent_says(udesk, 1002, "再见")
    await talk.say(udesk, 1002, "m-3")
    await udesk.advance(24.9)
    await udesk.call("DELETE", "/im/sessions/1002")

    (_, row) = await record.items(udesk, "search")

    assert row == BARE | {
        "session_id": 1002,
        "sub_session_id": 1002,
        "belong_queue": "queue:company:1",
        "created_at": "2026-11-22 10:01:00",
        "closed_at": "2026-11-22 10:01:40",
        "customer_id": 2,
        "close_method": "客户关闭",
        "customer_msg_num": 4,
        "queue_customer_msg_num": 1,
        "agent_msg_num": 3,
        "queue_seconds": "60",
        "sustain_seconds": 39,
        # From the start of the session: what was said in the queue was not heard before. Then 10 s for m-1.
        "resp_seconds": 5,
        "avg_resp_seconds": 7.5,
    }


async def test_an_open_session_has_lasted_until_now(udesk: Udesk) -> None:
    """Assumed: sustain_seconds is always a number."""
    await talk.session(udesk)
    await udesk.advance(75)

    (row,) = await record.items(udesk, "search")

    assert (row["closed_at"], row["close_method"], row["sustain_seconds"]) == (None, None, 75)


async def test_who_somebody_is_stands_in_the_row(udesk: Udesk) -> None:
    """Contract §11: customer_* fields; a channel of the app's own is one of the API."""
    customer = {
        "nick_name": "小王",
        "email": "wang@x.test",
        "cellphones": [[None, "13651190000"]],
        "level": "vip",
        "description": "老客户",
        "open_api_token": "c-9",
    }
    await udesk.call("POST", "/customers", json={"customer": customer})
    await talk.session(udesk, "c-9", channel="小程序", agent_id=4)

    (row,) = await record.items(udesk, "search")

    assert row == BARE | {
        "customer_token": "c-9",
        "customer_nick_name": "小王",
        "customer_email": "wang@x.test",
        "customer_cellphone": "13651190000",
        "customer_level": "vip",
        "customer_description": "老客户",
        "agent_id": 4,
        "agent_nick_name": "Jerry",
        "source": "小程序",
    }


async def test_a_customer_of_the_web_has_no_token_and_comes_by_the_web(udesk: Udesk) -> None:
    """Contract §11: customer_token may be empty; im_web_plugin_id."""
    await udesk.operator("POST", "/sessions", {"web_token": "w-1", "im_web_plugin_id": 16, "agent_id": 3})

    (row,) = await record.items(udesk, "search")

    told = (row["customer_token"], row["platform"], row["source"], row["im_web_plugin_id"])
    assert told == ("", "web", "web", 16)


async def test_a_session_survives_the_customer_and_the_agent(udesk: Udesk) -> None:
    """Assumed: records stay, what nobody knows any more is null."""
    await talk.session(udesk)
    await udesk.call("DELETE", "/customers/destroy_customer", query={"type": "token", "content": "c-1"})
    await udesk.operator("DELETE", "/agents/3")

    (row,) = await record.items(udesk, "search")

    gone = {name: row[name] for name in BARE if name.startswith("customer_") and "num" not in name}
    assert gone == {
        "customer_id": 1,
        "customer_token": "",
        "customer_nick_name": None,
        "customer_email": None,
        "customer_cellphone": None,
        "customer_level": None,
        "customer_description": None,
    }
    assert (row["agent_id"], row["agent_nick_name"], row["close_method"]) == (3, None, "强制关闭")


@pytest.mark.parametrize(
    ("method", "path", "body", "told"),
    [
        ("POST", "close", {}, "客服关闭"),
        ("POST", "close", {"close_type": "force"}, "强制关闭"),
        ("POST", "transfer", {"agent": "Jerry"}, "转接关闭"),
    ],
)
async def test_how_a_session_ended_is_told(udesk: Udesk, method: str, path: str, body: Any, told: str) -> None:
    """Assumed: the texts of close_method."""
    session_id = await talk.session(udesk)
    answer = await udesk.operator(method, f"/sessions/{session_id}/{path}", body)
    assert answer.status < 300, answer.raw

    assert (await record.items(udesk, "search"))[0]["close_method"] == told


async def test_a_session_that_timed_out_says_so(udesk: Udesk) -> None:
    """Assumed: the text of close_method; ruling 15."""
    await talk.settings(udesk, customer_idle_close_seconds=60)
    await talk.session(udesk)
    await udesk.advance(61)

    (row,) = await record.items(udesk, "search")

    assert (row["close_method"], row["closed_at"]) == ("超时关闭", "2026-11-22 10:01:00")


async def test_a_transfer_makes_two_rows(udesk: Udesk) -> None:
    """Ruling 12: a new session id; each row counts what was said in its own session."""
    old = await talk.session(udesk)
    await talk.say(udesk, old, "m-1")
    await udesk.operator("POST", f"/sessions/{old}/transfer", {"agent": "Jerry"})
    await talk.say(udesk, old + 1, "m-2")

    rows = await record.items(udesk, "search")

    names = ("session_id", "agent_id", "way_of_open_session", "customer_msg_num", "queue_customer_msg_num")
    assert [tuple(row[name] for name in names) for row in rows] == [
        (old, 3, "客户发起", 1, 0),
        (old + 1, 4, "客服转接", 1, 0),
    ]
    assert rows[1]["transfer_to_agent"] is False


async def test_a_session_that_a_robot_handed_over_says_so(udesk: Udesk) -> None:
    """Contract §11: transfer_to_agent is a boolean, robot_* are of the robot part; what is handed on later keeps the robot."""
    await robot.have_robot(udesk)
    await robot.ask_for(udesk)
    session_id = await talk.session(udesk)
    await udesk.operator("POST", f"/sessions/{session_id}/transfer", {"agent": "Jerry"})

    rows = await record.items(udesk, "search")

    names = ("transfer_to_agent", "way_of_open_session", "robot_id", "robot_name")
    assert [tuple(row[name] for name in names) for row in rows] == [
        (True, "机器人转人工", robot.ROBOT, "Udesk客服机器人"),
        (False, "客服转接", robot.ROBOT, "Udesk客服机器人"),
    ]


async def test_the_robot_of_a_session_is_the_one_that_was_talked_to_last(udesk: Udesk) -> None:
    """Contract §11, robot_*: by the latest word before the session, not by when a talk began; as it was called then."""
    await robot.have_robot(udesk)
    await robot.have_urobot(udesk)
    await talk.say(udesk, 0, "m-1", robot_id=robot.ROBOT)
    await udesk.advance(1)
    await robot.begin(udesk)
    await robot.say_to_urobot(udesk, "你好")
    await udesk.advance(1)
    await talk.say(udesk, 0, "m-2", robot_id=robot.ROBOT)
    await udesk.advance(1)
    await talk.session(udesk)
    await robot.say_to_urobot(udesk, "你好")
    await udesk.operator("PATCH", f"/robots/{robot.ROBOT}", {"name": "别名"})

    (row,) = await record.items(udesk, "search")

    assert (row["robot_id"], row["robot_name"]) == (robot.ROBOT, "Udesk客服机器人")


async def test_a_talk_without_a_word_counts_from_its_beginning(udesk: Udesk) -> None:
    """Contract §11, robot_*: whoever asked for a urobot last has gone on from it."""
    await robot.have_robot(udesk)
    await robot.have_urobot(udesk)
    await talk.say(udesk, 0, "m-1", robot_id=robot.ROBOT)
    await udesk.advance(1)
    await robot.begin(udesk)
    await talk.session(udesk)

    (row,) = await record.items(udesk, "search")

    assert (row["robot_id"], row["robot_name"]) == (robot.UROBOT, "测试")


async def test_a_robot_that_came_after_the_agent_is_none_of_the_sessions(udesk: Udesk) -> None:
    """Ruling 7: a robot's request does not end the session, and did not lead to it."""
    await robot.have_robot(udesk)
    await talk.session(udesk)
    await udesk.advance(1)
    await robot.ask_for(udesk)

    (row,) = await record.items(udesk, "search")

    assert (row["transfer_to_agent"], row["robot_id"], row["robot_name"]) == (False, None, None)


@pytest.mark.parametrize(("state", "told"), [(0, "已解决"), (1, "未解决"), (2, "未解决"), (None, None)])
async def test_a_rating_stands_in_the_row(udesk: Udesk, state: int | None, told: str | None) -> None:
    """Contract §11: survey_*, resolved_state, resolved_state_name."""
    session_id = await talk.session(udesk)
    await udesk.advance(5)
    rating = {"im_sub_session_id": session_id, "option_id": 37, "remark": "很好"}
    await udesk.call(
        "POST", "/im/sessions/survey", json=rating | ({} if state is None else {"resolved_state_v2": state})
    )

    (row,) = await record.items(udesk, "search")

    assert {name: row[name] for name in BARE if name.startswith(("survey_", "resolved_"))} == {
        "survey_option_id": 37,
        "survey_option_name": "满意",
        "survey_remark": "很好",
        "survey_created_at": "2026-11-22 10:00:05",
        "resolved_state": state,
        "resolved_state_name": told,
    }


async def test_destroyed_sessions_are_on_no_record(udesk: Udesk) -> None:
    """Ruling 18."""
    session_id = await talk.session(udesk)
    await udesk.call("POST", "/im/sessions/survey", json={"im_sub_session_id": session_id, "option_id": 37})
    await udesk.call("DELETE", f"/im/sessions/{session_id}")
    await udesk.call("DELETE", "/im/sessions/destroy_session", query=record.DAY)

    answers = [await record.pull(udesk, what, session_id=session_id) for what in ("search", "log", "vote")]

    assert [answer.body for answer in answers] == [record.NOTHING] * 3


# -- windows ----------------------------------------------------------------------------------------------------------


async def test_a_session_belongs_to_the_window_of_its_creation_alone(udesk: Udesk) -> None:
    """Measured: without status by the creation; with status=close by the closing."""
    await talk.session(udesk, "c-1")
    await udesk.advance(86_400)
    await talk.session(udesk, "c-2")
    await udesk.operator("POST", "/sessions/1001/close")
    tomorrow = {"start_time": "2026-11-23", "end_time": "2026-11-23"}

    assert await record.ids(udesk) == [1001]
    assert await record.ids(udesk, **tomorrow) == [1002]
    assert await record.ids(udesk, status="close") == []
    assert await record.ids(udesk, status="close", **tomorrow) == [1001]
    assert await record.ids(udesk, status="", **tomorrow) == [1002]


async def test_closing_brings_sessions_that_began_long_ago(udesk: Udesk) -> None:
    """Measured: status=close brings sessions created more than a month ago."""
    session_id = await talk.session(udesk)
    await udesk.advance(40 * 86_400)
    await udesk.operator("POST", f"/sessions/{session_id}/close")

    window = {"start_time": "2027-01-01", "end_time": "2027-01-01"}
    (row,) = await record.items(udesk, "search", status="close", **window)

    assert (row["created_at"], row["closed_at"]) == ("2026-11-22 10:00:00", "2027-01-01 10:00:00")


@pytest.mark.parametrize(
    ("start", "end", "count"),
    [
        ("2026-11-22", "2026-11-22", 1),
        ("2026-11-22 10:00:00", "2026-11-22 10:00:00", 1),
        ("2026-11-22 10:00:01", "2026-11-22 23:59:59", 0),
        ("2026-11-22 00:00:00", "2026-11-22 09:59:59", 0),
        ("2026-11-22T02:00:00.000Z", "2026-11-22T02:00:00.000Z", 1),
        ("2026-11-22T02:00:00.001Z", "2026-11-22T03:00:00.000Z", 0),
        ("2026-11-22T01:00:00.000Z", "2026-11-22T01:59:59.999Z", 0),
        ("2026-11-22T10:00:00+08:00", "2026-11-23", 1),
        ("2026-11-21", "2026-11-21", 0),
    ],
)
async def test_windows_come_in_beijing_time_or_iso_and_have_their_ends(
    udesk: Udesk, start: str, end: str, count: int
) -> None:
    """Contract §11: Beijing strings, and ISO 8601 in UTC with milliseconds and Z; ends inclusive, a day with all its hours. NOW is 02:00Z."""
    await talk.session(udesk)

    assert len(await record.ids(udesk, start_time=start, end_time=end)) == count
    assert len(await record.items(udesk, "log", session_id=1001, start_time=start, end_time=end)) == 2 * count


async def test_what_was_said_while_queueing_is_found_from_the_sessions_start_on(udesk: Udesk) -> None:
    """A client knows `created_at` of the session alone: a window from there on has all that was said. `Assumed` in the note."""
    await talk.full(udesk)
    await talk.ask(udesk)
    await talk.say(udesk, -3, "m-0")
    await udesk.advance(86_400)
    await udesk.operator("POST", "/sessions/1001/close")

    (row,) = await record.items(udesk, "search", start_time="2026-11-23", end_time="2026-11-23")
    lines = await record.items(
        udesk, "log", session_id=row["session_id"], start_time=row["created_at"], end_time="2026-12-01"
    )

    assert next(line["message_id"] for line in lines) == "m-0"
    assert len(lines) == 3


async def test_moments_are_held_in_milliseconds(udesk: Udesk) -> None:
    """Apps know no less, so a session of 10:00:00.9996 lies before an end of 10:00:00.999: nothing is lost between windows, nothing comes twice."""
    await udesk.advance(0.9996)
    await talk.session(udesk)

    windows = [("00:00:00.000", "02:00:00.999"), ("02:00:00.000", "02:00:00.000"), ("02:00:01.000", "03:00:00.000")]
    found = [
        await record.ids(udesk, start_time=f"2026-11-22T{start}Z", end_time=f"2026-11-22T{end}Z")
        for start, end in windows
    ]

    assert [len(ids) for ids in found] == [1, 0, 0]


@pytest.mark.parametrize("path", record.PATHS)
@pytest.mark.parametrize(
    ("start", "end", "is_fine"),
    [
        ("2026-10-22", "2026-11-22", True),
        ("2026-10-21", "2026-11-22", False),
        ("2026-10-22 00:00:00", "2026-11-22 00:00:00", True),
        ("2026-10-22 00:00:00", "2026-11-22 00:00:01", False),
        ("2026-10-22T00:00:00.000Z", "2026-11-22T00:00:00.000Z", True),
        ("2026-10-22T00:00:00.000Z", "2026-11-22T00:00:00.001Z", False),
        ("2026-10-14", "2026-11-22", False),
        ("1970-01-01", "2999-12-31", False),
    ],
)
async def test_a_window_spans_a_month_at_most(udesk: Udesk, path: str, start: str, end: str, is_fine: bool) -> None:
    """Measured: 31 days pass, 39 fail with status 2000 and no code; counted on the moments as they are given."""
    answer = await udesk.call("GET", path, query={"session_id": 1, "start_time": start, "end_time": end})

    assert (answer.status, answer.body) == (200, record.NOTHING if is_fine else record.OVER_A_MONTH)
    assert (await talk.entry(udesk))["code"] == (0 if is_fine else 2000)


@pytest.mark.parametrize("path", record.PATHS)
@pytest.mark.parametrize(
    ("window", "lacking"),
    [
        ({}, "start_time and end_time"),
        ({"start_time": "2026-11-22"}, "end_time"),
        ({"end_time": "2026-11-22"}, "start_time"),
        ({"start_time": "", "end_time": " "}, "start_time and end_time"),
    ],
)
async def test_without_a_window_there_is_nothing_and_no_error(
    udesk: Udesk, path: str, window: dict[str, str], lacking: str
) -> None:
    """Measured for log; the journal warns."""
    session_id = await talk.session(udesk)

    answer = await udesk.call("GET", path, query={"session_id": session_id, **window})

    assert (answer.status, answer.body) == (200, record.NOTHING)
    assert f"{lacking} missing: without a window there is nothing" in await talk.warnings(udesk)


@pytest.mark.parametrize("what", ["search", "log", "vote"])
async def test_a_window_that_ends_before_it_starts_is_refused(udesk: Udesk, what: str) -> None:
    """Assumed: as in the other calls with a window."""
    answer = await record.pull(udesk, what, session_id=1, start_time="2026-11-23", end_time="2026-11-22")

    talk.assert_refused(answer, 2000, "参数错误: end_time", family=talk.RECORDS)
    assert (await talk.entry(udesk))["detail"] == (
        "end_time: 2026-11-22T23:59:59.999+08:00 is before start_time, 2026-11-23T00:00:00.000+08:00"
    )


async def test_another_status_than_close_is_refused(udesk: Udesk) -> None:
    """Assumed: no other is known."""
    talk.assert_refused(
        await record.pull(udesk, "search", status="open"), 2000, "参数错误: status", family=talk.RECORDS
    )


# -- pages ------------------------------------------------------------------------------------------------------------


async def test_a_page_has_thirty_rows_unless_asked_for_more(udesk: Udesk) -> None:
    """Contract §8: page_size 30, most 1000; 35 sessions of as many customers."""
    await talk.agent(udesk, 3, im_max_join_num=100)
    ids = [await talk.session(udesk, f"c-{number}", agent_id=3) for number in range(35)]

    async def page(**asked: Any) -> tuple[list[int], int, int, int]:
        body = (await record.pull(udesk, "search", **asked)).body
        return [row["session_id"] for row in body["item"]], body["size"], body["total"], body["total_pages"]

    assert await page() == (ids[:30], 30, 35, 2)
    assert await page(page=2) == (ids[30:], 5, 35, 2)
    assert await page(page=3) == ([], 0, 35, 2)
    assert await page(page=2**62) == ([], 0, 35, 2)
    assert await page(page="2", page_size="10") == (ids[10:20], 10, 35, 4)
    assert await page(page_size=1000) == (ids, 35, 35, 1)
    assert await talk.warnings(udesk) == ""
    assert await page(page_size=1001) == (ids, 35, 35, 1)
    assert "a page has at most 1000 rows, 1001 were asked for" in await talk.warnings(udesk)


async def test_pages_of_a_log_and_of_ratings_are_cut_alike(udesk: Udesk) -> None:
    """The same envelope (contract §11)."""
    for number in range(3):
        session_id = await talk.session(udesk, f"c-{number}")
        await udesk.call("POST", "/im/sessions/survey", json={"im_sub_session_id": session_id, "option_id": 37})

    logs = [(await record.pull(udesk, "log", session_id=1001, page=page, page_size=2)).body for page in (1, 2, 3)]
    votes = [(await record.pull(udesk, "vote", page=page, page_size=2)).body for page in (1, 2, 3)]

    names = ("size", "total", "total_pages")
    assert [[body[name] for name in names] for body in logs] == [[2, 3, 2], [1, 3, 2], [0, 3, 2]]
    assert [[body[name] for name in names] for body in votes] == [[2, 3, 2], [1, 3, 2], [0, 3, 2]]
    assert [[row["session_id"] for row in body["item"]] for body in votes] == [[1001, 1002], [1003], []]


# -- logs -------------------------------------------------------------------------------------------------------------


async def test_a_log_has_all_that_was_said_as_json_texts(udesk: Udesk) -> None:
    """Contract §11: content is a JSON text with type and data; is_welcome and auto where they are true; a vote is a row of type survey."""
    session_id = await talk.session(udesk)
    await udesk.advance(1)
    await talk.say(udesk, session_id, "m-1", "在吗", data={"content": "在吗", "font": "宋体"})
    agents_id = await talk.agent_says(udesk, session_id, "<p>在</p>")
    await udesk.advance(1)
    await udesk.operator("POST", f"/sessions/{session_id}/close")
    await udesk.advance(1)
    await udesk.call(
        "POST", "/im/sessions/survey", json={"im_sub_session_id": session_id, "option_id": 37, "remark": "很好"}
    )

    rows = await record.items(udesk, "log", session_id=session_id)

    assert all(set(row) == {"id", "message_id", "sender", "created_at", "content"} for row in rows)
    assert all(row["id"] == row["message_id"] for row in rows)
    assert [(row["sender"], row["created_at"][-8:], json.loads(row["content"])) for row in rows] == [
        (
            "agent",
            "10:00:00",
            {"type": "start_session", "data": {"content": "对话开始"}, "platform": "api", "auto": True},
        ),
        (
            "agent",
            "10:00:00",
            {"type": "message", "data": {"content": talk.WELCOME}, "platform": "api", "is_welcome": True},
        ),
        ("customer", "10:00:01", {"type": "message", "data": {"content": "在吗", "font": "宋体"}, "platform": "api"}),
        ("agent", "10:00:01", {"type": "message", "data": {"content": "<p>在</p>"}, "platform": "api"}),
        (
            "agent",
            "10:00:02",
            {
                "type": "close",
                "data": {"close_type": "normal", "content": "会话关闭"},
                "platform": "api",
                "auto": True,
            },
        ),
        (
            "agent",
            "10:00:03",
            {
                "type": "survey",
                "data": {"content": "客户评价:满意", "option_id": 37, "remark": "很好"},
                "platform": "api",
                "auto": True,
            },
        ),
    ]
    assert [row["message_id"] for row in rows[2:4]] == ["m-1", agents_id]
    assert rows[2]["content"] == '{"type":"message","data":{"content":"在吗","font":"宋体"},"platform":"api"}'


async def test_a_log_is_cut_by_its_window(udesk: Udesk) -> None:
    """Contract §11: session_id and a window."""
    session_id = await talk.session(udesk)
    for number in range(3):
        await udesk.advance(10)
        await talk.say(udesk, session_id, f"m-{number}")

    window = {"start_time": "2026-11-22 10:00:10", "end_time": "2026-11-22 10:00:29"}
    rows = await record.items(udesk, "log", session_id=str(session_id), **window)

    assert [row["message_id"] for row in rows] == ["m-0", "m-1"]


async def test_what_was_said_to_a_robot_or_before_a_transfer_is_in_no_other_log(udesk: Udesk) -> None:
    """The hand-over is a row, which nobody was pushed; what was said stays where it was said."""
    await robot.have_robot(udesk)
    await talk.say(udesk, 0, "q-1", "公司业务是什么", robot_id=robot.ROBOT)
    session_id = await talk.session(udesk)
    await talk.say(udesk, session_id, "m-1")
    await udesk.operator("POST", f"/sessions/{session_id}/transfer", {"agent": "Jerry"})
    await talk.say(udesk, session_id + 1, "m-2")

    logs = [await record.items(udesk, "log", session_id=session_id + number) for number in (0, 1)]

    types = [[json.loads(row["content"])["type"] for row in rows] for rows in logs]
    assert types == [
        ["robot_transfer", "start_session", "message", "message", "close"],
        ["transfer", "message", "message"],
    ]
    assert [[row["message_id"] for row in rows if row["sender"] == "customer"] for rows in logs] == [["m-1"], ["m-2"]]


@pytest.mark.parametrize(("is_closed", "end"), [(False, "is open"), (True, "was closed 2026-11-22T10:01:00.000+08:00")])
async def test_a_log_whose_window_misses_the_session_says_when_that_was(
    udesk: Udesk, is_closed: bool, end: str
) -> None:
    """Contract §11: log needs a window too; it is empty without an error, and the journal says why."""
    session_id = await talk.session(udesk)
    await udesk.advance(60)
    if is_closed:
        await udesk.call("DELETE", f"/im/sessions/{session_id}")
    yesterday = {"start_time": "2026-11-21", "end_time": "2026-11-21"}

    answer = await record.pull(udesk, "log", session_id=session_id, **yesterday)
    warned = await talk.warnings(udesk)
    await record.pull(udesk, "log", session_id=session_id)

    assert answer.body == record.NOTHING
    assert warned == (
        f"session {session_id} has nothing in this window: it began 2026-11-22T10:00:00.000+08:00 and {end}"
    )
    assert await talk.warnings(udesk) == ""


async def test_a_page_beyond_the_last_of_a_log_is_no_window_that_misses(udesk: Udesk) -> None:
    """Contract §8: pages."""
    session_id = await talk.session(udesk)

    assert (await record.pull(udesk, "log", session_id=session_id, page=9)).body["item"] == []
    assert await talk.warnings(udesk) == ""


async def test_an_unknown_session_has_nothing_to_tell(udesk: Udesk) -> None:
    """Assumed: empty as without a window; the journal warns."""
    answer = await record.pull(udesk, "log", session_id=99)

    assert answer.body == record.NOTHING
    assert "session_id 99 is unknown" in await talk.warnings(udesk)


async def test_a_log_needs_a_session(udesk: Udesk) -> None:
    """Ruling 5; the number stands under both names."""
    talk.assert_refused(await record.pull(udesk, "log"), 2000, talk.MISSING + "session_id", family=talk.RECORDS)


# -- ratings ----------------------------------------------------------------------------------------------------------


async def test_ratings_are_told_by_the_moment_they_were_given(udesk: Udesk) -> None:
    """Contract §11: rows with session_id, survey_option_id, created_at; the latest rating counts (ruling 16)."""
    for token in ("c-1", "c-2"):
        await talk.session(udesk, token)
    await udesk.advance(60)
    for session_id, option_id in ((1002, 36), (1001, 37)):
        await udesk.call("POST", "/im/sessions/survey", json={"im_sub_session_id": session_id, "option_id": option_id})
        await udesk.advance(60)
    first = await record.items(udesk, "vote")
    await udesk.advance(86_400)
    await udesk.call("POST", "/im/sessions/survey", json={"im_sub_session_id": 1002, "option_id": 38})

    today, tomorrow = (
        await record.items(udesk, "vote"),
        await record.items(udesk, "vote", start_time="2026-11-23", end_time="2026-11-23"),
    )

    assert first == [
        {"session_id": 1002, "survey_option_id": 36, "created_at": "2026-11-22 10:01:00"},
        {"session_id": 1001, "survey_option_id": 37, "created_at": "2026-11-22 10:02:00"},
    ]
    assert today == first[1:]
    assert tomorrow == [{"session_id": 1002, "survey_option_id": 38, "created_at": "2026-11-23 10:03:00"}]


async def test_ratings_take_no_session(udesk: Udesk) -> None:
    """Contract §11: only the window; another parameter is passed over with a warning (ruling 5)."""
    session_id = await talk.session(udesk)
    await udesk.call("POST", "/im/sessions/survey", json={"im_sub_session_id": session_id, "option_id": 37})

    rows = await record.items(udesk, "vote", session_id=99)

    assert [row["session_id"] for row in rows] == [session_id]
    assert "unknown parameter session_id" in await talk.warnings(udesk)


# -- limits and garbage -----------------------------------------------------------------------------------------------


async def test_a_search_and_a_log_may_be_asked_for_once_in_two_seconds(udesk: Udesk) -> None:
    """Contract §3: 1 in 2 s for each of the two; HTTP 429 with the number under both names (ruling 25)."""
    await talk.settings(udesk, limits="endpoint")
    await udesk.operator("PATCH", "/clock", {"rate": 0.001})
    statuses = []
    for _ in range(2):
        statuses.append([(await record.pull(udesk, what, session_id=1)).status for what in ("search", "log", "vote")])
        over = await record.pull(udesk, "search")
        await udesk.advance(2)

    after = [(await record.pull(udesk, what, session_id=1)).status for what in ("search", "log", "search", "log")]

    assert statuses == [[200, 200, 200]] * 2
    assert (over.status, over.body["status"], over.body["code"]) == (429, 429, 429)
    assert (await talk.entry(udesk))["detail"] == "more than 1 call in 2 s; the setting limits=off lets them through"
    assert after == [200, 200, 429, 429]


GARBAGE: tuple[Any, ...] = (
    "x",
    "-1",
    "0",
    "1.5",
    "9" * 500,
    "٣",
    "\u0000",
    " 1 2",
    "[1]",
    "2026-13-45",
    "2026-11-22 25:00",
)


@pytest.mark.parametrize("path", record.PATHS)
@pytest.mark.parametrize("name", ["start_time", "end_time", "page", "page_size", "session_id", "status"])
async def test_garbage_is_refused_by_name(udesk: Udesk, path: str, name: str) -> None:
    """Ruling 5: 2000 with the parameter's name, under both names of the number; what a call does not know is passed over."""
    good = {"session_id": "1", **record.DAY}
    for value in GARBAGE:
        answer = await udesk.call("GET", path, query={**good, name: value})

        assert answer.status == 200, answer.raw
        if answer.body["status"] != 0:
            talk.assert_refused(answer, 2000, f"参数错误: {name}", family=talk.RECORDS)
        else:
            assert answer.body == record.NOTHING
            is_number = name == "session_id" and value in ("-1", "0")
            is_unknown = (name, path) in {("session_id", path) for path in record.PATHS if not path.endswith("log")} | {
                ("status", path) for path in record.PATHS if not path.endswith("search")
            }
            assert is_number or is_unknown, (name, value)
    for query in (f"{name}[]=1", f"{name}[a]=1", f"{name}=%ff", f"{name}=%zz", name):
        answer = await udesk.call("GET", path, query=f"session_id=1&start_time=2026-11-22&end_time=2026-11-22&{query}")
        assert answer.status == 200, answer.raw
        assert answer.body["status"] in (0, 2000), answer.raw
    await talk.assert_no_faults(udesk)
