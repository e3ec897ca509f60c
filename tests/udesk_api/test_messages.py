"""Messages over a real socket, expectations from the document."""

from typing import Any
from urllib.parse import quote

import pytest

from ..integrator import Udesk
from . import talk

CLOSED = (9200, "会话不存在/会话已关闭")
LACKING = (2062, "缺少参数")


async def test_a_customer_says_something(udesk: Udesk) -> None:
    """§发送消息: exactly {"code": 1000}, and the agent has it."""
    session_id = await talk.session(udesk)

    talk.assert_done(await talk.say(udesk, session_id, "m-1", "在吗"))

    session = await talk.shown(udesk, session_id)
    last = session["messages"][-1]
    assert (last["id"], last["sender"], last["type"], last["data"]) == (
        "m-1",
        "customer",
        "message",
        {"content": "在吗"},
    )
    assert session["unread_by_agent"] == ["m-1"]


async def test_the_documents_example_is_taken(udesk: Udesk) -> None:
    """§发送消息, 示例: an image whose content is HTML, message_id "1"."""
    session_id = await talk.session(udesk, "1234123123")
    data = {"content": '本公司促销产品走过路过不要错过 <a href="https://xxx.com/1.png">热销.com</a>'}

    answer = await udesk.call(
        "POST",
        "/im/messages",
        json={
            "customer_token": "1234123123",
            "im_sub_session_id": str(session_id),
            "message_id": "1",
            "type": "image",
            "data": data,
        },
    )

    talk.assert_done(answer)
    last = (await talk.shown(udesk, session_id))["messages"][-1]
    assert (last["type"], last["data"]) == ("image", data)


@pytest.mark.parametrize("type_", ["message", "image", "audio", "rich", "", None])
async def test_the_documented_types_are_taken(udesk: Udesk, type_: str | None) -> None:
    """§发送消息, type: 默认为 'message'."""
    session_id = await talk.session(udesk)

    talk.assert_done(await talk.say(udesk, session_id, "m-1", type=type_))

    assert (await talk.shown(udesk, session_id))["messages"][-1]["type"] == (type_ or "message")
    assert await talk.warnings(udesk) == ""


@pytest.mark.parametrize("type_", ["video", "file"])
async def test_video_and_file_are_taken_with_a_warning(udesk: Udesk, type_: str) -> None:
    """Ruling 14."""
    session_id = await talk.session(udesk)

    talk.assert_done(await talk.say(udesk, session_id, "m-1", type=type_))

    assert f"type {type_}" in await talk.warnings(udesk)


@pytest.mark.parametrize("type_", ["struct", "close", "survey", "transfer", "MESSAGE", 1, ["message"]])
async def test_other_types_are_refused(udesk: Udesk, type_: Any) -> None:
    """Ruling 14; the document's table marks them × for sending."""
    session_id = await talk.session(udesk)

    talk.assert_malformed(await talk.say(udesk, session_id, "m-1", type=type_), "type")


async def test_data_is_kept_as_it_was_sent(udesk: Udesk) -> None:
    """§消息内容详情: audio has filename, filesize, duration."""
    session_id = await talk.session(udesk)
    data = {
        "content": "https://x.test/a.amr",
        "filename": "足球.amr",
        "filesize": "4.3M",
        "duration": 200,
        "own": [None],
    }

    talk.assert_done(await talk.say(udesk, session_id, "m-1", type="audio", data=data))

    assert (await talk.shown(udesk, session_id))["messages"][-1]["data"] == data


async def test_a_form_is_read_as_rails_reads_it(udesk: Udesk) -> None:
    """Ruling 5."""
    session_id = await talk.session(udesk)
    body = f"customer_token=c-1&im_sub_session_id={session_id}&message_id=m-1&data[content]={quote('在吗')}".encode()

    answer = await udesk.call(
        "POST", "/im/messages", body=body, headers={"Content-Type": "application/x-www-form-urlencoded"}
    )

    talk.assert_done(answer)
    assert (await talk.shown(udesk, session_id))["messages"][-1]["data"] == {"content": "在吗"}


@pytest.mark.parametrize(
    "lacking",
    [
        {"customer_token": None},
        {"customer_token": ""},
        {"message_id": None},
        {"message_id": ""},
        {"data": None},
        {"data": ""},
        {"data": {}},
        {"data": {"content": ""}},
        {"data": {"content": None}},
    ],
)
async def test_what_lacks_is_2062(udesk: Udesk, lacking: dict[str, Any]) -> None:
    """§发送消息, 错误返回: 2062 缺少参数; ruling 5."""
    session_id = await talk.session(udesk)

    talk.assert_refused(await talk.say(udesk, session_id, "m-1", **lacking), *LACKING)

    (name,) = lacking
    what = f"{name}.content" if isinstance(lacking[name], dict) else name
    assert (await talk.entry(udesk))["detail"].startswith(f"{what} is missing")


@pytest.mark.parametrize("misspelt", ["contnet", "Content", "conten"])
async def test_a_content_under_another_name_is_pointed_out(udesk: Udesk, misspelt: str) -> None:
    """Ruling 5: what is meant is named; the further names of data go by type, so none of them is unknown."""
    data = {misspelt: "x", "duration": "3s"}

    talk.assert_refused(await talk.say(udesk, 0, "m-1", data=data), *LACKING)

    assert await talk.warnings(udesk) == f"unknown parameter data.{misspelt}: data.content is meant?"


async def test_nothing_at_all_is_2062_too(udesk: Udesk) -> None:
    """Ruling 5; also where the JSON has no content type, so that it counts as absent."""
    talk.assert_refused(await udesk.call("POST", "/im/messages"), *LACKING)
    talk.assert_refused(await udesk.call("POST", "/im/messages", body=b'{"customer_token":"c"}'), *LACKING)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("message_id", "a b"),
        ("message_id", "消息"),
        ("message_id", "a.b"),
        ("message_id", "a\n"),
        ("message_id", "a" * 256),
        ("message_id", {"a": 1}),
        ("data", "text"),
        ("data", ["text"]),
        ("data", 1),
        ("data", {"content": 1}),
        ("data", {"content": ["x"]}),
        ("data", {"content": "x" * 65_536}),
        ("customer_token", ["c-1"]),
        *(("im_sub_session_id", value) for value in talk.NO_NUMBERS),
        *(("agent_id", value) for value in talk.NO_NUMBERS),
        ("robot_id", "x"),
        ("scene_id", "x"),
        ("urobot_session_id", "x"),
        ("group_id", "x"),
    ],
)
async def test_malformed_values_are_refused_by_name(udesk: Udesk, name: str, value: Any) -> None:
    """Ruling 5, ruling 14 for message_id."""
    talk.assert_malformed(await talk.say(udesk, 1001, "m-1", **{name: value}), name)
    await talk.assert_no_faults(udesk)


async def test_a_session_that_is_closed_unknown_or_somebody_elses_is_9200(udesk: Udesk) -> None:
    """§发送消息, 错误返回; ruling 13."""
    closed, elses = await talk.session(udesk), await talk.session(udesk, "c-2")
    await udesk.call("DELETE", f"/im/sessions/{closed}")

    for session_id in (closed, elses, 99, -4):
        talk.assert_refused(await talk.say(udesk, session_id, "m-1"), *CLOSED)


async def test_a_repeat_is_taken_and_not_delivered_again(udesk: Udesk) -> None:
    """Ruling 14: 1000 and a warning, no problem."""
    session_id = await talk.session(udesk)

    talk.assert_done(await talk.say(udesk, session_id, "m-1"))
    talk.assert_done(await talk.say(udesk, session_id, "m-1"))

    session = await talk.shown(udesk, session_id)
    assert [row["id"] for row in session["messages"]].count("m-1") == 1
    assert "m-1 was used before" in await talk.warnings(udesk)
    assert (await udesk.operator("GET", "/problems")).body["problems"] == []


async def test_a_repeat_with_other_content_is_a_problem(udesk: Udesk) -> None:
    """Ruling 14; interfaces §3: reused_message_id."""
    session_id = await talk.session(udesk)

    talk.assert_done(await talk.say(udesk, session_id, "m-1", "one"))
    talk.assert_done(await talk.say(udesk, session_id, "m-1", "other"))

    problems = (await udesk.operator("GET", "/problems")).body["problems"]
    assert [problem["kind"] for problem in problems] == ["reused_message_id"]


async def test_a_repeat_is_refused_by_setting(udesk: Udesk) -> None:
    """Ruling 14."""
    await talk.settings(udesk, duplicate_message="error")
    session_id = await talk.session(udesk)

    talk.assert_done(await talk.say(udesk, session_id, "m-1"))

    talk.assert_malformed(await talk.say(udesk, session_id, "m-1"), "message_id")
    assert (await udesk.operator("GET", "/problems")).body["problems"] == []


@pytest.mark.parametrize("to", [1001, -2, -3])
async def test_a_repeat_with_other_content_is_a_problem_also_when_it_is_refused(udesk: Udesk, to: int) -> None:
    """Ruling 14, wherever the message goes; the refusal delivers nothing."""
    await talk.settings(udesk, duplicate_message="error")
    session_id = await talk.session(udesk)

    talk.assert_done(await talk.say(udesk, to, "m-1", "one"))
    talk.assert_malformed(await talk.say(udesk, to, "m-1", "other"), "message_id")

    problems = (await udesk.operator("GET", "/problems")).body["problems"]
    said = [row["data"]["content"] for row in (await talk.shown(udesk, session_id))["messages"]]
    assert [problem["kind"] for problem in problems] == ["reused_message_id"]
    assert "other" not in said


async def test_the_same_id_from_another_customer_is_another_message(udesk: Udesk) -> None:
    """Ruling 14: seen before from this customer."""
    first, second = await talk.session(udesk), await talk.session(udesk, "c-2")

    talk.assert_done(await talk.say(udesk, first, "m-1"))
    talk.assert_done(await talk.say(udesk, second, "m-1", customer_token="c-2"))

    assert (await talk.shown(udesk, second))["unread_by_agent"] == ["m-1"]


async def test_a_message_said_while_queueing_reaches_whoever_takes_the_customer(udesk: Udesk) -> None:
    """§发送消息: -3为排队中发送消息."""
    await talk.full(udesk)
    await talk.ask(udesk)

    talk.assert_done(await talk.say(udesk, -3, "m-1"))
    await udesk.call("DELETE", "/im/sessions/1001")

    assert (await talk.shown(udesk, 1002))["unread_by_agent"] == ["m-1"]


async def test_minus_three_is_delivered_in_an_open_session_and_otherwise_9200(udesk: Udesk) -> None:
    """Ruling 13."""
    talk.assert_refused(await talk.say(udesk, -3, "m-0"), *CLOSED)
    session_id = await talk.session(udesk)

    talk.assert_done(await talk.say(udesk, "-3", "m-1"))

    assert (await talk.shown(udesk, session_id))["unread_by_agent"] == ["m-1"]


async def unsolved(udesk: Udesk, *agent_ids: int) -> list[int]:
    answer = await udesk.call("GET", "/im/messages/agent_unread_messages", query={"agent_ids[]": agent_ids})
    return [row["unsolved_leave_message_num"] for row in answer.body["results"]]


async def test_a_message_is_left_for_an_agent_or_a_group(udesk: Udesk) -> None:
    """§发送消息: -2 with agent_id or group_id; an unknown customer is made."""
    talk.assert_done(await talk.say(udesk, -2, "m-1", agent_id=3))
    talk.assert_done(await talk.say(udesk, "-2", "m-2", group_id="11"))

    assert await unsolved(udesk, 3, 4) == [1, 1]


async def test_a_message_left_for_an_unknown_agent_or_group_is_refused(udesk: Udesk) -> None:
    """Ruling 8."""
    talk.assert_refused(await talk.say(udesk, -2, "m-1", agent_id=99), 5050, "客服不存在")
    talk.assert_refused(await talk.say(udesk, -2, "m-1", group_id=99), 5060, "客服组不存在")


async def test_a_leave_message_counts_for_seven_days_or_until_it_is_solved(udesk: Udesk) -> None:
    """§获取客服未读消息: 7天内未处理的留言消息数; ruling 17."""
    await talk.say(udesk, -2, "m-1", agent_id=3)
    await talk.say(udesk, -2, "m-2", agent_id=3)
    left = (await udesk.operator("GET", "/leave-messages")).body["leave_messages"]

    await udesk.operator("POST", f"/leave-messages/{left[0]['id']}/solve")
    solved = await unsolved(udesk, 3)
    await udesk.advance(7 * 86_400 + 1)

    assert (solved, await unsolved(udesk, 3)) == ([1], [0])


async def offline(udesk: Udesk, state: int | str = 0, token: str = "c-1") -> None:
    talk.assert_done(
        await udesk.call("POST", "/im/customer_online_state", json={"customer_token": token, "state": state})
    )


async def unread(udesk: Udesk, session_id: int, **more: Any) -> Any:
    query = {"im_sub_session_id": session_id, "customer_id": 1, **more}
    return (await udesk.call("GET", "/im/messages/unread_customer_offline", query=query)).body


async def test_what_came_while_the_customer_was_offline_is_unread_until_read(udesk: Udesk) -> None:
    """§获取客户离线未读消息: count and unread_messages in the form of a push; ruling 23."""
    session_id = await talk.session(udesk)
    await talk.agent_says(udesk, session_id, "while online")
    await offline(udesk)
    message_id = await talk.agent_says(udesk, session_id, "您还在吗")

    before = await unread(udesk, session_id)
    talk.assert_done(
        await udesk.call(
            "POST", "/im/messages/read_messages", json={"session_id": session_id, "message_ids": [message_id]}
        )
    )

    assert before == {
        "code": 1000,
        "count": 1,
        "unread_messages": [
            {
                "type": "message",
                "message_id": message_id,
                "agent_id": 3,
                "agent_name": "Tom",
                "agent_avatar": "",
                "im_sub_session_id": session_id,
                "message_created_at": "20261122 10:00:00",
                "data": {"content": "您还在吗"},
            }
        ],
    }
    assert await unread(udesk, session_id) == {"code": 1000, "count": 0, "unread_messages": []}


async def test_what_was_missed_before_a_transfer_is_unread_under_the_new_id(udesk: Udesk) -> None:
    """§获取客户离线未读消息: it looks as it was pushed, and is read under the new id."""
    session_id = await talk.session(udesk)
    await offline(udesk)
    message_id = await talk.agent_says(udesk, session_id, "您还在吗")
    await udesk.operator("POST", f"/sessions/{session_id}/transfer", {"agent_id": 4})
    new_id = session_id + 1

    before = await unread(udesk, new_id)
    talk.assert_done(
        await udesk.call("POST", "/im/messages/read_messages", json={"session_id": new_id, "message_ids": [message_id]})
    )

    assert [(row["message_id"], row["im_sub_session_id"], row["agent_name"]) for row in before["unread_messages"]] == [
        (message_id, session_id, "Tom")
    ]
    assert [(await unread(udesk, one))["count"] for one in (session_id, new_id)] == [0, 0]


async def test_an_app_id_that_is_not_the_sessions_is_warned_of(udesk: Udesk) -> None:
    """§获取客户离线未读消息: app_id for SDK sessions."""
    session_id = await talk.session(udesk, app_id=7)

    await unread(udesk, session_id, app_id=7)
    fitting = await talk.warnings(udesk)
    await unread(udesk, session_id, app_id=8)

    assert fitting == ""
    assert "app_id 7, not 8" in await talk.warnings(udesk)


async def test_unread_messages_are_those_of_the_customers_own_session(udesk: Udesk) -> None:
    """Assumed: 2015 for the customer (ruling 6), 2062 for the session."""
    await talk.session(udesk)
    elses = await talk.session(udesk, "c-2")

    assert (await unread(udesk, 1001, customer_id=99))["code"] == 2015
    assert [(await unread(udesk, session_id))["code"] for session_id in (99, elses)] == [2062, 2062]


@pytest.mark.parametrize("name", ["im_sub_session_id", "customer_id"])
async def test_unread_messages_need_both_ids(udesk: Udesk, name: str) -> None:
    """Ruling 5."""
    query = {"im_sub_session_id": 1, "customer_id": 1}
    path = "/im/messages/unread_customer_offline"

    lacking = await udesk.call("GET", path, query={key: value for key, value in query.items() if key != name})
    wrong = await udesk.call("GET", path, query={**query, name: "x"})

    talk.assert_refused(lacking, 2000, talk.MISSING + name)
    talk.assert_malformed(wrong, name)


async def test_the_online_state_may_stand_in_the_query_of_a_post(udesk: Udesk) -> None:
    """§修改客户在线状态, 请求示例: everything in the query."""
    session_id = await talk.session(udesk)

    talk.assert_done(
        await udesk.call("POST", "/im/customer_online_state", query={"customer_token": "c-1", "state": "0"})
    )
    await talk.agent_says(udesk, session_id, "x")

    assert (await unread(udesk, session_id))["count"] == 1


async def test_a_customer_who_is_back_collects_no_more(udesk: Udesk) -> None:
    """§修改客户在线状态: 在线:1."""
    session_id = await talk.session(udesk)
    await offline(udesk)
    await offline(udesk, 1)
    await talk.agent_says(udesk, session_id, "x")

    assert (await unread(udesk, session_id))["count"] == 0


@pytest.mark.parametrize("state", [2, -1, "x", [0], 1.5])
async def test_other_states_are_refused(udesk: Udesk, state: Any) -> None:
    """Ruling 5."""
    answer = await udesk.call("POST", "/im/customer_online_state", json={"customer_token": "c-1", "state": state})

    talk.assert_malformed(answer, "state")


async def test_the_state_needs_a_known_customer(udesk: Udesk) -> None:
    """Ruling 5, ruling 6."""
    path = "/im/customer_online_state"

    unknown = await udesk.call("POST", path, json={"customer_token": "nobody", "state": 0})
    lacking = await udesk.call("POST", path, json={"customer_token": "c-1"})

    talk.assert_refused(unknown, 2015, "资源不存在")
    talk.assert_refused(lacking, 2000, talk.MISSING + "state")


@pytest.mark.parametrize(
    "form",
    [
        "session_id={s}&message_ids[]={a}&message_ids[]={b}",
        "session_id={s}&message_ids=['{a}','{b}']",
        'session_id={s}&message_ids=["{a}", "{b}"]',
        "session_id={s}&message_ids=[{a},{b}]",
    ],
)
async def test_ids_of_read_messages_come_in_every_form(udesk: Udesk, form: str) -> None:
    """§修改客服消息已读状态, 请求示例: the text ['123','123456'] in the query of a POST; ruling 5."""
    session_id = await talk.session(udesk)
    first, second = await talk.agent_says(udesk, session_id, "1"), await talk.agent_says(udesk, session_id, "2")
    query = quote(form.format(s=session_id, a=first, b=second), safe="=&[]',{}")

    talk.assert_done(await udesk.call("POST", "/im/messages/read_messages", query=query))

    unread_now = (await talk.shown(udesk, session_id))["unread_by_customer"]
    assert not {first, second} & set(unread_now)


async def test_ids_that_are_unknown_or_read_already_are_passed_over_with_a_warning(udesk: Udesk) -> None:
    """Assumed: reading is not refused for one of many ids; numbers are ids too."""
    session_id = await talk.session(udesk)
    message_id = await talk.agent_says(udesk, session_id, "x")
    path = "/im/messages/read_messages"

    talk.assert_done(
        await udesk.call("POST", path, json={"session_id": str(session_id), "message_ids": [123, message_id, "123"]})
    )
    unknown = await talk.warnings(udesk)
    talk.assert_done(await udesk.call("POST", path, json={"session_id": session_id, "message_ids": [message_id]}))
    again = await talk.warnings(udesk)

    assert ("123" in unknown, message_id in unknown, message_id in again) == (True, False, True)


@pytest.mark.parametrize("ids", ["x", "['a'", "['a','b]", "[,]", [[1]], [None], [""], {"a": 1}, 5, ["x" * 256]])
async def test_ids_in_no_known_form_are_refused(udesk: Udesk, ids: Any) -> None:
    """Ruling 5."""
    answer = await udesk.call("POST", "/im/messages/read_messages", json={"session_id": 1, "message_ids": ids})

    talk.assert_malformed(answer, "message_ids")
    await talk.assert_no_faults(udesk)


async def test_reading_needs_a_session_and_ids(udesk: Udesk) -> None:
    """Ruling 5; an unknown session is 2062."""
    path = "/im/messages/read_messages"

    nothings: tuple[Any, ...] = ([], "", "[]", None)
    for nothing in nothings:
        answer = await udesk.call("POST", path, json={"session_id": 1, "message_ids": nothing})
        talk.assert_refused(answer, 2000, talk.MISSING + "message_ids")
    talk.assert_refused(await udesk.call("POST", path, json={"message_ids": ["a"]}), 2000, talk.MISSING + "session_id")
    unknown = await udesk.call("POST", path, json={"session_id": 99, "message_ids": ["a"]})
    talk.assert_refused(unknown, 2062, "找不到会话或会话已关闭")


async def test_the_agents_reading_is_pushed(udesk: Udesk) -> None:
    """§发送客户消息已读状态: the customer's own ids, in one POST; ruling 17: a reply does not imply it."""
    session_id = await talk.session(udesk)
    await talk.say(udesk, session_id, "m-1")
    await talk.say(udesk, session_id, "m-2")
    await talk.agent_says(udesk, session_id, "好的")

    await udesk.operator("POST", f"/sessions/{session_id}/read")

    pushes = await udesk.pushes()
    assert pushes[-1] == {"session_id": session_id, "message_ids": ["m-1", "m-2"]}
    assert [push for push in pushes if "message_ids" in push] == [pushes[-1]]


async def test_the_sensitive_words_are_listed(udesk: Udesk) -> None:
    """§获取客户敏感词配置: 逗号分隔; 1 开启."""
    before = await udesk.call("GET", "/im/im_sensitive_words")
    await talk.settings(udesk, sensitive_words=["a", "b"], sensitive_words_open=True)

    after = await udesk.call("GET", "/im/im_sensitive_words")

    assert before.body == {"code": 1000, "customer_words_string": "", "customer_is_open": 0}
    assert after.body == {"code": 1000, "customer_words_string": "a,b", "customer_is_open": 1}


@pytest.mark.parametrize("form", ["agent_ids[]=3&agent_ids[]=99", "agent_ids=[3,99]", "agent_ids=['3','99']"])
async def test_what_agents_have_not_read_is_counted(udesk: Udesk, form: str) -> None:
    """§获取客服未读消息: agent_ids[]=13 as in the example; unknown ids have zeros (ruling 17)."""
    session_id = await talk.session(udesk)
    await talk.say(udesk, session_id, "m-1")

    answer = await udesk.call("GET", "/im/messages/agent_unread_messages", query=form)

    assert answer.body == {
        "code": 1000,
        "results": [
            {"agent_id": 3, "unread_session_message_num": 1, "unsolved_leave_message_num": 0},
            {"agent_id": 99, "unread_session_message_num": 0, "unsolved_leave_message_num": 0},
        ],
    }


@pytest.mark.parametrize("count", [30, 31])
async def test_at_most_thirty_agents_are_asked_for(udesk: Udesk, count: int) -> None:
    """§获取客服未读消息: 数量限制30; ruling 17."""
    answer = await udesk.call(
        "GET", "/im/messages/agent_unread_messages", query={"agent_ids[]": list(range(1, count + 1))}
    )

    if count == 30:
        assert len(answer.body["results"]) == 30
    else:
        talk.assert_malformed(answer, "agent_ids")


async def test_agents_have_to_be_named_by_number(udesk: Udesk) -> None:
    """Ruling 5."""
    path = "/im/messages/agent_unread_messages"

    talk.assert_refused(await udesk.call("GET", path), 2000, talk.MISSING + "agent_ids")
    for form in ("agent_ids=13", "agent_ids[]=x", "agent_ids[a]=1", "agent_ids[]"):
        talk.assert_malformed(await udesk.call("GET", path, query=form), "agent_ids")
