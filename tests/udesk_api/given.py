"""What there must be before the document's examples are sent, and what must have come of them; numbers are those of the examples."""

from ..integrator import Udesk
from . import prepared, talk


async def nothing(udesk: Udesk) -> None:
    """The company is as it was founded."""


async def agent_397(udesk: Udesk) -> None:
    await prepared.have(udesk, "/agents", id=397, name="Anna")


async def body_won(udesk: Udesk) -> None:
    for token, count in (
        ("827wd5r9-7a61-4afe-9efe-2c071d0e9cb2", 1),
        ("828cw3d9-6a61-4afe-9efe-2c071d0e7cb3", 0),
    ):
        assert (await udesk.operator("GET", f"/customers?customer_token={token}")).body["total"] == count


async def urobot_of_the_example(udesk: Udesk) -> None:
    questions = [{"id": id_, "question": f"问题{n}", "answer": "x"} for n, id_ in ((1, 2122), (2, 3222))]
    hello = "你好,很高兴为您服务!"
    top_ask = [{"id": 2, "name": "问题类型1", "questions": [2122, 3222]}]
    more = {"leading": hello, "hello": hello, "top_ask": top_ask, "questions": questions, "chat": [], "flows": []}
    await prepared.urobot(udesk, 12362, 39, **more)


async def session_123(udesk: Udesk) -> None:
    prepared.number(udesk, session=123)
    await talk.session(udesk)


async def closed_session_of_2022(udesk: Udesk) -> None:
    await prepared.have(udesk, "/customers", id=123123, customer_token="c-1")
    await udesk.operator("PATCH", "/clock", {"now": "2022-05-19T20:00:00+08:00"})
    await udesk.call("DELETE", f"/im/sessions/{await talk.session(udesk)}")


async def no_sessions(udesk: Udesk) -> None:
    assert (await udesk.operator("GET", "/sessions")).body["total"] == 0


async def waiting_for_486(udesk: Udesk) -> None:
    await prepared.have(udesk, "/agents", id=486, name="Anna", im_max_join_num=1)
    await talk.session(udesk, "first", agent_id=486)
    assert (await talk.ask(udesk, "123qwe", agent_id=486)).body["assign_info"]["queue"] == "queue:company:1:agent:486"


async def nobody_waits(udesk: Udesk) -> None:
    answer = await udesk.call("GET", "/im/queue_status", query={"customer_token": "123qwe"})
    assert answer.body == {"code": 1000, "status": "未排队", "count": 0}


async def session_1(udesk: Udesk) -> None:
    prepared.number(udesk, session=1)
    await talk.session(udesk)


async def preview_is_there(udesk: Udesk) -> None:
    assert (await talk.shown(udesk, 1))["preview"] == "测试预览"


async def session_11(udesk: Udesk) -> None:
    prepared.number(udesk, session=11)
    await talk.session(udesk, "1234123123")


async def image_was_said(udesk: Udesk) -> None:
    said = (await talk.shown(udesk, 11))["messages"][-1]
    content = '本公司促销产品走过路过不要错过 <a href="https://xxx.com/1.png">热销.com</a>'
    assert (said["id"], said["type"], said["data"]) == ("1", "image", {"content": content})


async def customer_5855308(udesk: Udesk) -> None:
    await prepared.have(udesk, "/customers", id=5855308, customer_token="5855308")


async def one_missed_message(udesk: Udesk) -> None:
    await customer_5855308(udesk)
    prepared.number(udesk, session=1419314)
    session_id = await talk.session(udesk, "5855308")
    await udesk.call("POST", "/im/customer_online_state", json={"customer_token": "5855308", "state": 0})
    await talk.agent_says(udesk, session_id, "在吗")


async def customer_is_offline(udesk: Udesk) -> None:
    assert (await udesk.operator("GET", "/customers/5855308")).body["is_online"] is False


async def session_1234(udesk: Udesk) -> None:
    prepared.number(udesk, session=1234)
    await talk.session(udesk)


# What the agent of `two_missed_messages` says: the welcome took the number before; the digits are 2019-02-12 10:00 in milliseconds.
MISSED = ("udesk_31549936800000", "udesk_41549936800000")


async def two_missed_messages(udesk: Udesk) -> None:
    prepared.number(udesk, session=1234)
    session_id = await talk.session(udesk)
    await udesk.call("POST", "/im/customer_online_state", json={"customer_token": "c-1", "state": 0})
    assert tuple([await talk.agent_says(udesk, session_id, text) for text in ("a", "b")]) == MISSED
    assert await missed(udesk) == 2


async def missed(udesk: Udesk) -> int:
    query = {"im_sub_session_id": 1234, "customer_id": 1}
    count: int = (await udesk.call("GET", "/im/messages/unread_customer_offline", query=query)).body["count"]
    return count


async def nothing_is_missed(udesk: Udesk) -> None:
    assert await missed(udesk) == 0


async def words_a_to_d(udesk: Udesk) -> None:
    await talk.settings(udesk, sensitive_words=["a", "b", "c", "d"], sensitive_words_open=True)


async def agent_13_with_a_message(udesk: Udesk) -> None:
    await prepared.have(udesk, "/agents", id=13, name="Anna")
    await talk.say(udesk, await talk.session(udesk, agent_id=13), "m-1")


async def talk_101(udesk: Udesk) -> None:
    await prepared.urobot(udesk, 1101, 39)
    prepared.number(udesk, talk=101)
    await prepared.urobot_talk(udesk, "1234121123123", 1101, 39)


async def option_111(udesk: Udesk) -> None:
    await talk.settings(udesk, survey={"options": [{"id": 111, "text": "满意"}], "default_option_id": 111})
    prepared.number(udesk, session=1001001000)
    await talk.session(udesk)


async def answer_111(udesk: Udesk) -> None:
    # The hello takes log 110; the question has a message_id of its own; so its answer is 111.
    await prepared.urobot(udesk, 12, 1)
    prepared.number(udesk, talk=11, robot_log=110)
    await prepared.urobot_talk(udesk, "123411111", 12, 1)
    more = {"customer_token": "123411111", "urobot_session_id": 11}
    await prepared.ask_urobot(udesk, "怎么退货", 12, 1, **more)
    assert (await udesk.pushes())[-1]["messages"]["logId"] == 111


async def talk_17001700(udesk: Udesk) -> None:
    await prepared.urobot(udesk, 1, 1)
    prepared.number(udesk, talk=17001700)
    await prepared.urobot_talk(udesk, "1234121123123", 1, 1)


async def flow_81_was_pushed(udesk: Udesk) -> None:
    assert (await udesk.pushes())[-1]["messages"]["flowId"] == 81


async def talk_10(udesk: Udesk) -> None:
    await prepared.urobot(udesk, 1, 1)
    prepared.number(udesk, talk=10, robot_log=1)
    assert (await prepared.urobot_talk(udesk, "111", 1, 1))["logId"] == 1


async def question_1_was_answered(udesk: Udesk) -> None:
    pushed = (await udesk.pushes())[-1]
    assert (pushed["customer_token"], pushed["messages"]["aid"]) == ("111", 1)


async def talk_111(udesk: Udesk) -> None:
    await prepared.urobot(udesk, 1, 10)
    prepared.number(udesk, talk=111)
    await prepared.urobot_talk(udesk, "c-1", 1, 10)


async def customer_1234121123123(udesk: Udesk) -> None:
    await prepared.have(udesk, "/customers", customer_token="1234121123123")


async def agent_43230(udesk: Udesk) -> None:
    await prepared.have(udesk, "/groups", id=37540, name="组")
    fields = {"id": 43230, "name": "张雪松", "im_nick": "张", "groups": [37540], "im_max_join_num": 10}
    await prepared.have(udesk, "/agents", **fields)
    await talk.session(udesk, agent_id=43230)
    await talk.agent(udesk, 43230, im_status="offline")


async def gave_up_after_27_seconds(udesk: Udesk) -> None:
    await talk.full(udesk)
    await talk.ask(udesk)
    await udesk.advance(27)
    query = {"customer_token": "c-1", "queue": "queue:company:1"}
    talk.assert_done(await udesk.call("DELETE", "/im/sessions/close_queue", query=query))


async def sdk_customer_1(udesk: Udesk) -> None:
    await prepared.have(udesk, "/customers", id=1, sdk_token="s-1")
    await agent_and_session_1(udesk, sdk_token="s-1")


async def api_customer_1(udesk: Udesk) -> None:
    await udesk.call("POST", "/customers", json={"customer": {"nick_name": "x", "open_api_token": "c-1"}})
    await agent_and_session_1(udesk, customer_token="c-1")


async def agent_and_session_1(udesk: Udesk, **token: str) -> None:
    await prepared.have(udesk, "/agents", id=1, name="Anna")
    prepared.number(udesk, session=1)
    session = await prepared.have(udesk, "/sessions", agent_id=1, **token)
    assert (session["id"], session["customer"]["id"]) == (1, 1)


async def struct_is_in_the_transcript(udesk: Udesk) -> None:
    said = (await talk.shown(udesk, 1))["messages"][-1]
    assert (said["type"], said["data"]["title"]) == ("struct", "测试API发送结构化消息")
    assert [button["type"] for button in said["data"]["buttons"]] == ["link", "phone", "sdk_callback"]
