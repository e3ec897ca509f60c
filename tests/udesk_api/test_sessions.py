"""Sessions over a real socket, expectations from the document."""

from typing import Any

import pytest

from mock_udesk.company.pushes.shapes import survey_options
from mock_udesk.settings import Settings

from ..integrator import Udesk
from . import talk


async def test_asking_for_an_agent_answers_who_took_the_customer(udesk: Udesk) -> None:
    """§请求客服返回, 正确返回, whole."""
    answer = await talk.ask(udesk)

    assert (answer.status, answer.body) == (
        200,
        {
            "code": 1000,
            "message": "请求成功",
            "assign_type": "agent",
            "assign_info": {
                "im_sub_session_id": 1001,
                "count": 0,
                "agent_id": 3,
                "agent_name": "Tom",
                "agent_avatar": "",
                "survey_options": survey_options(Settings().survey),
            },
        },
    )


async def test_the_welcome_stands_in_message_by_setting(udesk: Udesk) -> None:
    """§返回数据: 分配成功时为欢迎语; ruling 11. An agent without one has 请求成功."""
    await talk.settings(udesk, session_message="welcome")
    await talk.agent(udesk, 4, welcome="")

    tom, jerry = await talk.ask(udesk), await talk.ask(udesk, "c-2", agent_id=4)

    assert (tom.body["message"], jerry.body["message"]) == (talk.WELCOME, "请求成功")


async def test_customers_see_the_nick(udesk: Udesk) -> None:
    """§查询客服状态: nick 用于对客户显示,如果为空,显示客服姓名."""
    await talk.agent(udesk, 3, im_nick="小汤", avatar="https://x.test/t.png")

    info = (await talk.ask(udesk)).body["assign_info"]

    assert (info["agent_name"], info["agent_avatar"]) == ("小汤", "https://x.test/t.png")


async def test_an_open_session_is_returned_whoever_is_asked_for(udesk: Udesk) -> None:
    """Ruling 7."""
    first = await talk.ask(udesk, agent_id=3)

    assert (await talk.ask(udesk, agent_id=4)).body == first.body


@pytest.mark.parametrize("agent_id", [4, "4"])
async def test_an_agent_id_wins_over_group_and_type_and_may_be_a_text(udesk: Udesk, agent_id: int | str) -> None:
    """§请求参数; the example sends "agent_id":"397"."""
    answer = await talk.ask(udesk, agent_id=agent_id, group_id=999, assign_type="robot")

    assert answer.body["assign_info"]["agent_id"] == 4


async def test_a_group_id_wins_over_the_type(udesk: Udesk) -> None:
    """§请求参数: 如果指定忽略 assign_type."""
    answer = await talk.ask(udesk, group_id=11, assign_type="urobot")

    assert answer.body["assign_info"]["agent_id"] == 4


@pytest.mark.parametrize(
    ("asked", "passed_over"),
    [
        ({"agent_id": 4, "assign_type": "human"}, ["assign_type"]),
        ({"agent_id": "4", "assign_type": ["agent"], "group_id": "after-sales"}, ["assign_type", "group_id"]),
        ({"agent_id": 4, "group_id": {"id": 11}}, ["group_id"]),
        ({"group_id": 11, "assign_type": 1}, ["assign_type"]),
        ({"agent_id": " ", "group_id": 11, "assign_type": "human"}, ["assign_type"]),
        ({"agent_id": 4, "app_id": "wx12ab"}, ["app_id"]),
        ({"agent_id": 4, "app_id": [1]}, ["app_id"]),
    ],
)
async def test_what_does_not_count_may_be_anything(udesk: Udesk, asked: dict[str, Any], passed_over: list[str]) -> None:
    """§请求参数: agent_id 如果指定忽略 assign_type 和 group_id, group_id 忽略 assign_type; app_id is not documented here."""
    answer = await udesk.call("POST", "/im/sessions", json={"customer_token": "c-1", **asked})

    warned = (await talk.entry(udesk))["warnings"]
    assert (answer.body["code"], answer.body["assign_info"]["agent_id"]) == (1000, 4)
    assert sorted(text.partition(" ")[0] for text in warned) == passed_over
    assert (await talk.shown(udesk, 1001))["app_id"] is None


@pytest.mark.parametrize(
    ("asked", "name"),
    [
        ({"assign_type": "human"}, "assign_type"),
        ({"assign_type": "human", "agent_id": "", "group_id": None}, "assign_type"),
        ({"assign_type": "agent", "group_id": "after-sales"}, "group_id"),
        ({"agent_id": "tom", "group_id": 11}, "agent_id"),
        ({"agent_id": "tom", "group_id": "x", "assign_type": "human", "app_id": "x"}, "agent_id"),
    ],
)
async def test_what_counts_must_be_right(udesk: Udesk, asked: dict[str, Any], name: str) -> None:
    """Ruling 5: 2000 with the field's name."""
    answer = await udesk.call("POST", "/im/sessions", json={"customer_token": "c-1", **asked})

    talk.assert_malformed(answer, name)


async def test_the_body_wins_over_the_query(udesk: Udesk) -> None:
    """§示例: the query says robot and another customer, the body an agent. Ruling 5."""
    answer = await udesk.call(
        "POST",
        "/im/sessions",
        query={"customer_token": "in-query", "assign_type": "robot", "agent_id": 4},
        json={"agent_id": "3", "customer_token": "in-body", "assign_type": "agent"},
    )

    assert answer.body["assign_info"]["agent_id"] == 3
    assert (await talk.shown(udesk, 1001))["customer"]["customer_token"] == "in-body"


async def test_all_parameters_may_stand_in_the_query_of_a_post(udesk: Udesk) -> None:
    """Ruling 5; §修改客户在线状态 does so in its example."""
    answer = await udesk.call("POST", "/im/sessions", query={"customer_token": "c-1", "assign_type": "agent"})

    assert answer.body["code"] == 1000


async def test_an_unknown_token_makes_an_anonymous_customer(udesk: Udesk) -> None:
    """§创建会话: API匿名用户(customer_token)."""
    await talk.session(udesk, "827wd5r9")

    answer = await udesk.call("GET", "/customers/get_customer", query={"type": "token", "content": "827wd5r9"})
    customer = answer.body["customer"]
    assert (customer["nick_name"], customer["is_anonym"]) == ("API匿名用户(827wd5r9)", True)


async def test_an_unknown_token_is_refused_by_setting(udesk: Udesk) -> None:
    """Ruling 6; the FAQ: 客户不存在."""
    await talk.settings(udesk, auto_create_customers=False)

    talk.assert_refused(await talk.ask(udesk), 2015, "资源不存在")


async def test_a_full_agent_has_a_queue(udesk: Udesk) -> None:
    """§排队返回, whole."""
    await talk.full(udesk)
    await talk.ask(udesk, "second", agent_id=3)
    await talk.ask(udesk, "third", agent_id=3)

    answer = await talk.ask(udesk, "fourth", agent_id=3)

    assert answer.body == {
        "code": 2001,
        "message": "当前客服正繁忙,您排在第3位。",
        "assign_type": "agent",
        "assign_info": {"count": 3, "queue": "queue:company:1:agent:3"},
    }


@pytest.mark.parametrize(("asked", "queue"), [({"group_id": 11}, "queue:company:1:group:11"), ({}, "queue:company:1")])
async def test_groups_and_the_company_have_queues_too(udesk: Udesk, asked: dict[str, Any], queue: str) -> None:
    """Ruling 8; busy agents make one wait."""
    await talk.agent(udesk, 3, im_status="busy")
    await talk.agent(udesk, 4, im_status="busy")

    answer = await talk.ask(udesk, **asked)

    assert (answer.body["code"], answer.body["assign_info"]) == (2001, {"count": 1, "queue": queue})


async def test_the_punctuation_is_full_width_by_setting(udesk: Udesk) -> None:
    """Ruling 28."""
    await talk.settings(udesk, fullwidth=True)
    await talk.full(udesk)

    answer = await talk.ask(udesk)

    assert answer.body["message"] == "当前客服正繁忙，您排在第1位。"


async def test_names_that_are_made_up_follow_the_punctuation_that_is_set(udesk: Udesk) -> None:
    """Ruling 28; the older page: API匿名（customer_token）. The token itself stays as it is."""
    await talk.settings(udesk, fullwidth=True)
    await talk.session(udesk, "a,(b)!")

    answer = await udesk.call("GET", "/customers/get_customer", query={"type": "token", "content": "a,(b)!"})

    assert answer.body["customer"]["nick_name"] == "API匿名用户（a,(b)!）"


@pytest.mark.parametrize("is_fullwidth", [False, True])
async def test_while_an_agent_is_being_assigned_there_is_no_place(udesk: Udesk, is_fullwidth: bool) -> None:
    """§分配临界, whole; ruling 10. Then the session is there. Contract §4.1: the ! is ASCII on every page."""
    await talk.settings(udesk, assign_seconds=5, fullwidth=is_fullwidth)
    await talk.full(udesk)
    await talk.ask(udesk)
    await udesk.call("DELETE", "/im/sessions/1001")

    between = await talk.ask(udesk)
    await udesk.advance(5)
    after = await talk.ask(udesk)

    assert between.body == {
        "code": 2001,
        "message": "客服分配中!",
        "assign_type": "agent",
        "assign_info": {"count": 0},
    }
    assert (after.body["code"], after.body["assign_info"]["im_sub_session_id"]) == (1000, 1002)


@pytest.mark.parametrize("asked", [{"agent_id": 4}, {"group_id": 11}])
async def test_whoever_is_offline_is_not_waited_for(udesk: Udesk, asked: dict[str, Any]) -> None:
    """§客服不在线, whole."""
    await talk.agent(udesk, 4, im_status="offline")

    answer = await talk.ask(udesk, **asked)

    assert answer.body == {
        "code": 2002,
        "message": "当前没有客服在线",
        "assign_type": "agent",
        "assign_info": {"count": 0},
    }


async def test_with_everybody_offline_nobody_is_waited_for(udesk: Udesk) -> None:
    """Ruling 8."""
    await talk.agent(udesk, 3, im_status="offline")
    await talk.agent(udesk, 4, im_status="offline")

    assert (await talk.ask(udesk)).body["code"] == 2002


async def test_an_unknown_agent_and_an_unknown_group_have_codes_of_their_own(udesk: Udesk) -> None:
    """Ruling 8."""
    talk.assert_refused(await talk.ask(udesk, agent_id=99), 5050, "客服不存在")
    talk.assert_refused(await talk.ask(udesk, group_id=99), 5060, "客服组不存在")


async def test_channel_role_and_app_are_kept_and_shown(udesk: Udesk) -> None:
    """Ruling 18."""
    session_id = await talk.session(udesk, channel="我的渠道", robot_role_id="vip", app_id=7)

    session = await talk.shown(udesk, session_id)

    assert (session["channel"], session["robot_role_id"], session["app_id"]) == ("我的渠道", "vip", 7)


async def test_a_session_without_a_customer_token_is_refused(udesk: Udesk) -> None:
    """Ruling 5."""
    for body in ({}, {"customer_token": ""}, {"customer_token": None}):
        answer = await udesk.call("POST", "/im/sessions", json={"assign_type": "agent", **body})
        talk.assert_refused(answer, 2000, talk.MISSING + "customer_token")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("customer_token", {"a": 1}),
        ("customer_token", ["c"]),
        ("customer_token", "c" * 256),
        ("customer_token", True),
        ("assign_type", "human"),
        ("assign_type", 1),
        ("channel", ["api"]),
        ("channel", "x" * 256),
        *(("agent_id", value) for value in talk.NO_NUMBERS),
        *(("group_id", value) for value in talk.NO_NUMBERS),
    ],
)
async def test_malformed_values_are_refused_by_name(udesk: Udesk, name: str, value: Any) -> None:
    """Ruling 5: 2000 with the field's name."""
    talk.assert_malformed(
        await talk.ask(udesk, **{"token": "c-1"} if name != "customer_token" else {}, **{name: value}), name
    )
    await talk.assert_no_faults(udesk)


async def test_a_blank_optional_number_is_none(udesk: Udesk) -> None:
    """Rails reads an empty text as nothing."""
    assert (await talk.ask(udesk, agent_id="", group_id=" ", channel="")).body["code"] == 1000


async def test_the_documents_broken_body_is_refused(udesk: Udesk) -> None:
    """§示例: `{ {…} }` is no JSON."""
    body = b'{\n  {\n  "customer_token":"test20191018224601",\n  "assign_type":"agent"\n}\n}'

    answer = await udesk.call("POST", "/im/sessions", body=body, headers={"Content-Type": "application/json"})

    talk.assert_malformed(answer, "body")


async def test_the_customer_closes_a_session(udesk: Udesk) -> None:
    """§关闭会话; ruling 12: a close (normal) is pushed."""
    session_id = await talk.session(udesk)

    talk.assert_done(await udesk.call("DELETE", f"/im/sessions/{session_id}", query={"session_id": session_id}))

    close = (await udesk.pushes())[-1]["messages"]
    assert [(row["type"], row["data"]["close_type"], row["data"]["content"]) for row in close] == [
        ("close", "normal", "会话关闭")
    ]
    assert close[0]["data"]["survey_options"] == survey_options(Settings().survey)


async def test_closing_by_the_customer_is_not_pushed_by_setting(udesk: Udesk) -> None:
    """Ruling 12."""
    await talk.settings(udesk, push_close_on_delete=False)
    session_id = await talk.session(udesk)

    talk.assert_done(await udesk.call("DELETE", f"/im/sessions/{session_id}"))

    assert len(await udesk.pushes()) == 1


async def test_a_session_that_is_closed_or_unknown_can_not_be_closed(udesk: Udesk) -> None:
    """Ruling 13."""
    session_id = await talk.session(udesk)
    await udesk.call("DELETE", f"/im/sessions/{session_id}")

    for which in (session_id, 99, -1):
        talk.assert_refused(await udesk.call("DELETE", f"/im/sessions/{which}"), 2062, "找不到会话或会话已关闭")


async def test_the_path_wins_over_the_query(udesk: Udesk) -> None:
    """Ruling 5."""
    first, second = await talk.session(udesk), await talk.session(udesk, "c-2")

    talk.assert_done(await udesk.call("DELETE", f"/im/sessions/{first}", query={"session_id": second}))

    assert [(await talk.shown(udesk, one))["state"] for one in (first, second)] == ["closed", "open"]


async def test_a_session_id_that_is_no_number_is_refused(udesk: Udesk) -> None:
    """Ruling 5."""
    for path in ("abc", "1.5", "9" * 40, "%00"):
        talk.assert_malformed(await udesk.call("DELETE", f"/im/sessions/{path}"), "session_id")


async def test_closed_sessions_are_deleted_by_the_moment_they_were_made(udesk: Udesk) -> None:
    """§删除会话: Beijing time, ends included; open ones stay."""
    closed, still_open = await talk.session(udesk), await talk.session(udesk, "c-2")
    await udesk.call("DELETE", f"/im/sessions/{closed}")
    window = {"start_time": "2026-11-22 10:00:00", "end_time": "2026-11-22 10:00:00"}

    answer = await udesk.call("DELETE", "/im/sessions/destroy_session", query=window)

    talk.assert_done(answer)
    sessions = (await udesk.operator("GET", "/sessions")).body["sessions"]
    assert [row["id"] for row in sessions] == [still_open]


@pytest.mark.parametrize(
    ("window", "is_deleted"),
    [
        ({"start_time": "2026-11-22", "end_time": "2026-11-22"}, True),
        ({"start_time": "2026-11-22T02:00:00Z", "end_time": "2026-11-22T02:00:00.000Z"}, True),
        ({"start_time": "2026-11-22T10:00", "end_time": "2026-11-22T11:00:00+08:00"}, True),
        ({"start_time": "2026-11-22 10:00:01", "end_time": "2026-11-22 23:00:00"}, False),
        ({"start_time": "2026-11-21", "end_time": "2026-11-22 09:59:59"}, False),
    ],
)
async def test_moments_are_read_in_every_form(udesk: Udesk, window: dict[str, str], is_deleted: bool) -> None:
    """Contract §11: Beijing strings and ISO 8601; a day as an end has all its hours (ruling 18)."""
    session_id = await talk.session(udesk)
    await udesk.call("DELETE", f"/im/sessions/{session_id}")

    talk.assert_done(await udesk.call("DELETE", "/im/sessions/destroy_session", query=window))

    found = (await udesk.operator("GET", f"/sessions/{session_id}")).status
    assert found == (404 if is_deleted else 200)


async def test_sessions_of_one_customer_alone_are_deleted(udesk: Udesk) -> None:
    """§删除会话, customer_id."""
    first, second = await talk.session(udesk), await talk.session(udesk, "c-2")
    for session_id in (first, second):
        await udesk.call("DELETE", f"/im/sessions/{session_id}")
    window = {"start_time": "2026-11-22", "end_time": "2026-11-23"}

    talk.assert_done(await udesk.call("DELETE", "/im/sessions/destroy_session", query={**window, "customer_id": 2}))
    sessions = (await udesk.operator("GET", "/sessions")).body["sessions"]
    talk.assert_done(await udesk.call("DELETE", "/im/sessions/destroy_session", query={**window, "customer_id": 99}))

    assert [row["id"] for row in sessions] == [first]
    assert "no customer has the id 99" in await talk.warnings(udesk)


@pytest.mark.parametrize(
    "moment",
    ["yesterday", "2026-13-01", "2026-02-30", "0001-01-01", "9999-12-31", "20261122", "1e400", "2026-11-22 25:00"],
)
async def test_a_moment_that_can_not_be_read_is_refused(udesk: Udesk, moment: str) -> None:
    """Ruling 5."""
    for name in ("start_time", "end_time"):
        window = {"start_time": "2026-11-22", "end_time": "2026-11-22", name: moment}
        talk.assert_malformed(await udesk.call("DELETE", "/im/sessions/destroy_session", query=window), name)
    await talk.assert_no_faults(udesk)


async def test_a_window_needs_both_ends_in_order(udesk: Udesk) -> None:
    """Ruling 5."""
    path = "/im/sessions/destroy_session"
    no_end = await udesk.call("DELETE", path, query={"start_time": "2026-11-22", "end_time": ""})
    backwards = await udesk.call("DELETE", path, query={"start_time": "2026-11-22", "end_time": "2026-11-21"})

    talk.assert_refused(no_end, 2000, talk.MISSING + "end_time")
    talk.assert_malformed(backwards, "end_time")


async def test_a_customer_gives_up_waiting(udesk: Udesk) -> None:
    """§放弃排队: customer_token and the queue as it was answered."""
    await talk.full(udesk)
    queue = (await talk.ask(udesk)).body["assign_info"]["queue"]

    answer = await udesk.call("DELETE", "/im/sessions/close_queue", query={"customer_token": "c-1", "queue": queue})

    talk.assert_done(answer)
    status = await udesk.call("GET", "/im/queue_status", query={"customer_token": "c-1"})
    assert status.body == {"code": 1000, "status": "未排队", "count": 0}


@pytest.mark.parametrize(
    ("queue", "named"),
    [
        ("queue:company:1:agent:3", "agent 3's queue"),
        ("queue:company:1:group:11", "group 11's queue"),
        ("elsewhere", "no queue"),
    ],
)
async def test_a_wrong_queue_can_not_be_given_up(udesk: Udesk, queue: str, named: str) -> None:
    """Ruling 13: 2062, and the place is kept; the journal says in words which queue it is."""
    await talk.full(udesk)
    await talk.ask(udesk)

    answer = await udesk.call("DELETE", "/im/sessions/close_queue", query={"customer_token": "c-1", "queue": queue})

    talk.assert_refused(answer, 2062, "不在该排队队列中")
    assert (await talk.entry(udesk))["detail"] == f"{named} was named; the customer waits in the company's queue"
    assert (await talk.ask(udesk)).body["assign_info"]["count"] == 1


async def test_who_is_in_no_queue_has_none_to_give_up(udesk: Udesk) -> None:
    """Ruling 13: 2062."""
    await talk.session(udesk)
    query = {"customer_token": "c-1", "queue": "queue:company:1"}

    talk.assert_refused(await udesk.call("DELETE", "/im/sessions/close_queue", query=query), 2062, "不在该排队队列中")
    assert (await talk.entry(udesk))["detail"] == "the company's queue was named; the customer waits in none"


async def test_an_unknown_customer_has_no_queue(udesk: Udesk) -> None:
    """Ruling 6."""
    answer = await udesk.call(
        "DELETE", "/im/sessions/close_queue", query={"customer_token": "nobody", "queue": "queue:company:1"}
    )

    talk.assert_refused(answer, 2015, "资源不存在")


async def test_giving_up_needs_both_parameters(udesk: Udesk) -> None:
    """Ruling 5."""
    path = "/im/sessions/close_queue"
    talk.assert_refused(await udesk.call("DELETE", path, query={"queue": "q"}), 2000, talk.MISSING + "customer_token")
    talk.assert_refused(await udesk.call("DELETE", path, query={"customer_token": "c"}), 2000, talk.MISSING + "queue")


async def test_the_agent_sees_what_the_customer_types(udesk: Udesk) -> None:
    """§发送消息预览: an empty text clears, and so does a message."""
    session_id = await talk.session(udesk)
    path = f"/im/sessions/{session_id}/message_preview"
    previews = []

    talk.assert_done(await udesk.call("PUT", path, json={"content": "测试预览"}))
    previews.append((await talk.shown(udesk, session_id))["preview"])
    talk.assert_done(await udesk.call("PUT", path, json={"content": ""}))
    previews.append((await talk.shown(udesk, session_id))["preview"])
    talk.assert_done(await udesk.call("PUT", path, json={"content": "再"}))
    talk.assert_done(await talk.say(udesk, session_id, "m-1"))
    previews.append((await talk.shown(udesk, session_id))["preview"])

    assert previews == ["测试预览", "", ""]


async def test_previews_are_refused_when_not_opened(udesk: Udesk) -> None:
    """§发送消息预览: 该接口需要单独开通; 2065."""
    await talk.settings(udesk, message_preview=False)

    answer = await udesk.call("PUT", "/im/sessions/99/message_preview", json={"content": "x"})

    talk.assert_refused(answer, 2065, "没有开通该接口")


async def test_a_preview_needs_an_open_session_and_a_text(udesk: Udesk) -> None:
    """§发送消息预览: 2062; ruling 5."""
    path = "/im/sessions/99/message_preview"

    talk.assert_refused(await udesk.call("PUT", path, json={"content": "x"}), 2062, "找不到会话或会话已关闭")
    talk.assert_refused(await udesk.call("PUT", path, json={}), 2000, talk.MISSING + "content")
    talk.assert_malformed(await udesk.call("PUT", path, json={"content": ["x"]}), "content")
    talk.assert_malformed(await udesk.call("PUT", path, json={"content": "x" * 65_536}), "content")


async def test_previews_have_a_limit_of_their_own_for_each_session(udesk: Udesk) -> None:
    """§发送消息预览: 每个 session_id 每1秒可以调用3次; ruling 25."""
    first, second = await talk.session(udesk), await talk.session(udesk, "c-2")
    await udesk.operator("PATCH", "/clock", {"rate": 0.001})

    answers = [
        await udesk.call("PUT", f"/im/sessions/{first}/message_preview", json={"content": str(number)})
        for number in range(4)
    ]
    other = await udesk.call("PUT", f"/im/sessions/{second}/message_preview", json={"content": "x"})

    assert [answer.status for answer in (*answers, other)] == [200, 200, 200, 429, 200]
    assert answers[3].body == talk.refusal(429, "请求频率超限")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/im/sessions"),
        ("POST", "/im/sessions/1001"),
        ("GET", "/im/sessions/close_queue"),
        ("GET", "/im/customer_online_state"),
        ("GET", "/im/messages/read_messages"),
        ("POST", "/im/sessions/1001/message_preview"),
        ("OPTIONS", "/im/messages"),
        ("POST", "/im/nowhere"),
    ],
)
async def test_unknown_paths_and_wrong_methods_are_refused(udesk: Udesk, method: str, path: str) -> None:
    """Ruling 5: the document's curls without -X POST are GETs; HTTP 404 and a hint in the journal."""
    answer = await udesk.call(method, path, query={"customer_token": "c-1"})

    assert (answer.status, answer.body["code"]) == (404, 404)
    assert (await talk.entry(udesk))["detail"]
