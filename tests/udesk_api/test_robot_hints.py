"""What the journal says of the commonest mistakes with robots, in the names that stand on the wire."""

from typing import Any

import pytest

from ..integrator import Udesk
from . import record, robot, talk

WHERE: dict[str, Any] = {"customer_token": "c-1", "robot_id": robot.UROBOT, "scene_id": robot.SCENE}
NOT_MINUS_ONE = "im_sub_session_id is the sessionId that POST /im/sessions answered, not -1"


async def detail(udesk: Udesk) -> str:
    """What the journal says of the latest call."""
    found: str = (await talk.entry(udesk))["detail"]
    return found


async def begun(udesk: Udesk, token: str = "c-1") -> int:
    """A customer begins to talk to the urobot; its sessionId."""
    found: int = (await robot.begin(udesk, token))["sessionId"]
    return found


async def test_a_urobots_session_id_is_no_im_sub_session_id(udesk: Udesk) -> None:
    """§发送消息: im_sub_session_id -1 is for urobots, urobot_session_id says which talk."""
    await robot.have_urobot(udesk)
    talk_id = await begun(udesk)

    answer = await talk.say(udesk, talk_id, "m-1", robot_id=robot.UROBOT, scene_id=robot.SCENE)

    talk.assert_refused(answer, 9200, "会话不存在/会话已关闭")
    said = await detail(udesk)
    assert said.startswith(f"{talk_id} is a talk with urobot {robot.UROBOT}")
    assert said.endswith(f"send im_sub_session_id -1 and urobot_session_id {talk_id}")


async def test_somebody_elses_talk_is_not_recommended(udesk: Udesk) -> None:
    """It would be refused again; ruling 13."""
    await robot.have_urobot(udesk)
    await begun(udesk)
    elses = await begun(udesk, "c-2")

    await talk.say(udesk, elses, "m-1")

    assert "urobot_session_id" not in await detail(udesk)


async def test_a_session_that_is_over_is_told_as_before(udesk: Udesk) -> None:
    """The hint belongs to talks alone."""
    session_id = await talk.session(udesk)
    await udesk.call("DELETE", f"/im/sessions/{session_id}")

    await talk.say(udesk, session_id, "m-1")

    assert "urobot_session_id" not in await detail(udesk)


@pytest.mark.parametrize("session_id", [None, "", 0])
async def test_a_urobot_is_not_asked_without_minus_one(udesk: Udesk, session_id: Any) -> None:
    """§发送消息: ID为0或空为机器人问题, -1为Udesk机器人问题: a robot answers, and the journal says how the urobot would."""
    await robot.have_urobot(udesk)

    answer = await talk.say(udesk, session_id, "m-1", robot_id=robot.UROBOT, scene_id=robot.SCENE)

    talk.assert_done(answer)
    warned = (await talk.warnings(udesk)).splitlines()
    assert warned[-1] == (
        f"robot_id {robot.UROBOT} was passed over: robots are 1; "
        f"{robot.UROBOT} is a urobot, which is asked with im_sub_session_id -1"
    )


async def test_a_robot_that_there_is_not_is_no_urobot(udesk: Udesk) -> None:
    """§发送消息, robot_id: nothing is recommended that would be refused."""
    talk.assert_done(await talk.say(udesk, 0, "m-1", robot_id=99))

    assert await talk.warnings(udesk) == "robot_id 99 was passed over: robots are 1"


async def test_a_urobot_is_not_begun_with_as_a_robot(udesk: Udesk) -> None:
    """§创建会话: assign_type urobot."""
    assert (await robot.ask_for(udesk, robot_id=2)).body["code"] == 1000

    assert await talk.warnings(udesk) == (
        "robot_id 2 was passed over: robots are 1; 2 is a urobot, which is asked for with assign_type urobot"
    )


@pytest.mark.parametrize(
    ("path", "asked"),
    [
        ("/im/messages/flow", {"flow_id": robot.FLOW}),
        ("/im/messages/hit", {"message_id": 55392, "question_id": 30, "query_type": 6}),
        ("/im/messages/answer_survey", {"messgae_id": 55394}),
        ("/im/sessions/robot_survey", {"option_id": 2}),
        ("/im/sessions/transfer_survey", {}),
    ],
)
async def test_minus_one_is_the_number_of_no_talk(udesk: Udesk, path: str, asked: dict[str, Any]) -> None:
    """§流程问题接口 and the like: im_sub_session_id 会话id."""
    await robot.have_urobot(udesk)
    await begun(udesk)

    answer = await udesk.call("POST", path, json={**WHERE, "im_sub_session_id": -1, **asked})

    talk.assert_refused(answer, 2062, "找不到会话或会话已关闭")
    assert (await detail(udesk)).endswith(NOT_MINUS_ONE)


async def test_minus_one_is_no_urobot_session_id_either(udesk: Udesk) -> None:
    """§发送消息, urobot_session_id."""
    await robot.have_urobot(udesk)
    await begun(udesk)

    await robot.say_to_urobot(udesk, "你好", urobot_session_id=-1)

    assert (await detail(udesk)).endswith("urobot_session_id is the sessionId that POST /im/sessions answered, not -1")


async def test_a_session_of_an_agent_is_not_said_to_be_minus_one(udesk: Udesk) -> None:
    """The hint is about -1 and 0 alone."""
    await robot.have_urobot(udesk)
    session_id = await talk.session(udesk)

    await udesk.call(
        "POST", "/im/messages/flow", json={**WHERE, "im_sub_session_id": session_id, "flow_id": robot.FLOW}
    )

    assert "POST /im/sessions answered" not in await detail(udesk)


async def test_a_question_is_not_walked_as_a_flow(udesk: Udesk) -> None:
    """§回复消息通知, suggestQuestionList: type 1 is a question, whose id is §用户点击行为接口's."""
    await robot.have_urobot(udesk)
    body = {**WHERE, "im_sub_session_id": await begun(udesk), "flow_id": 30}

    talk.assert_refused(await udesk.call("POST", "/im/messages/flow", json=body), 2015, "资源不存在")

    said = await detail(udesk)
    assert said.startswith("30 is question")
    assert said.endswith("; POST /im/messages/hit clicks a question")


async def test_what_is_neither_question_nor_flow_is_sent_nowhere_else(udesk: Udesk) -> None:
    """Ruling 6: 2015, and what there is."""
    await robot.have_urobot(udesk)
    where = {**WHERE, "im_sub_session_id": await begun(udesk)}

    await udesk.call("POST", "/im/messages/flow", json={**where, "flow_id": 99})
    walked = await detail(udesk)
    await udesk.call(
        "POST", "/im/messages/hit", json={**where, "question_id": 99, "message_id": 55392, "query_type": 6}
    )
    clicked = await detail(udesk)

    assert ["POST" in said for said in (walked, clicked)] == [False, False]


async def test_a_talk_is_on_no_record_and_is_not_closed(udesk: Udesk) -> None:
    """Contract §8: records are of sessions with agents; nothing ends a talk with a robot."""
    await robot.have_urobot(udesk)
    talk_id = await begun(udesk)

    pulled = await record.pull(udesk, "log", session_id=talk_id)
    warned = await talk.warnings(udesk)
    closed = await udesk.call("DELETE", f"/im/sessions/{talk_id}")

    what = f"{talk_id} is a talk with urobot {robot.UROBOT}, not a session"
    assert pulled.body == record.NOTHING
    assert warned == f"session_id {what}: talks with robots aren't in the records"
    talk.assert_refused(closed, 2062, "找不到会话或会话已关闭")
    assert (await detail(udesk)).startswith(what)


@pytest.mark.parametrize("text", ["你好", "别的"])
@pytest.mark.parametrize("to", [0, -1])
async def test_a_message_id_that_was_used_before_is_said_to_be_neither_asked_nor_answered(
    udesk: Udesk, to: int, text: str
) -> None:
    """Ruling 14: 1000, whatever the content; the journal says what did not come of it."""
    await robot.have_urobot(udesk)
    more = {"robot_id": robot.UROBOT, "scene_id": robot.SCENE} if to else {}
    await talk.say(udesk, to, "m-1", "你好", **more)

    talk.assert_done(await talk.say(udesk, to, "m-1", text, **more))

    other = "" if text == "你好" else ", with other content"
    assert await talk.warnings(udesk) == f"message_id m-1 was used before{other}: not asked and not answered"
    assert len(await robot.answered(udesk)) == 1


@pytest.mark.parametrize("text", ["在吗", "别的"])
async def test_a_message_id_that_was_used_before_is_said_not_to_be_delivered_again(udesk: Udesk, text: str) -> None:
    """Ruling 14, in a session with an agent."""
    session_id = await talk.session(udesk)
    await talk.say(udesk, session_id, "m-1", "在吗")

    talk.assert_done(await talk.say(udesk, session_id, "m-1", text))

    other = "" if text == "在吗" else ", with other content"
    assert await talk.warnings(udesk) == f"message_id m-1 was used before{other}: not delivered again"
