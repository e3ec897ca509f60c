"""Udesk's own robots (assign_type urobot, im_sub_session_id -1) over a real socket, expectations from the document."""

import re
from typing import Any

import pytest

from ..integrator import Answer, Udesk
from . import robot, talk

NO_ROBOT = (2005, "机器人不存在")
NO_SCENE = (2005, "场景不存在")
NO_SESSION = (2062, "找不到会话或会话已关闭")
CLOSED = (9200, "会话不存在/会话已关闭")
NOT_FOUND = (2015, "资源不存在")

FLOW_BODY: dict[str, Any] = {
    "customer_token": "c-1",
    "im_sub_session_id": 23702,
    "flow_id": robot.FLOW,
    "robot_id": robot.UROBOT,
    "scene_id": robot.SCENE,
}
HIT_BODY: dict[str, Any] = {
    "customer_token": "c-1",
    "im_sub_session_id": 23702,
    "message_id": 55392,
    "robot_id": robot.UROBOT,
    "scene_id": robot.SCENE,
    "question_id": 30,
    "query_type": 6,
}


async def walk(udesk: Udesk, **more: Any) -> Answer:
    body = {name: value for name, value in {**FLOW_BODY, **more}.items() if value != "absent"}
    return await udesk.call("POST", "/im/messages/flow", json=body)


async def hit(udesk: Udesk, **more: Any) -> Answer:
    body = {name: value for name, value in {**HIT_BODY, **more}.items() if value != "absent"}
    return await udesk.call("POST", "/im/messages/hit", json=body)


async def test_asking_for_a_urobot_answers_who_it_is(udesk: Udesk) -> None:
    """§机器人返回, assign_type urobot, whole, its numbers those of the example; ruling 21: topAsk in both spellings."""
    await robot.have_urobot(udesk)

    answer = await robot.ask_for(udesk, assign_type="urobot", scene_id=robot.SCENE, robot_id=robot.UROBOT)

    assert (answer.status, answer.body) == (
        200,
        {
            "code": 1000,
            "message": "请求成功",
            "assign_type": "urobot",
            "assign_info": {
                "sessionId": 23702,
                "logId": 55392,
                "robotName": "测试",
                "logoUrl": None,
                "leadingWord": "引导",
                "helloWord": "你好,很高兴为您服务!",
                "topAsk": [
                    {
                        "questionType": "问题类型1",
                        "quesitionType": "问题类型1",
                        "questionTypeId": 2,
                        "quesitionTypeId": 2,
                        "optionsList": [
                            {
                                "question": "你会什么业务",
                                "quesition": "你会什么业务",
                                "questionId": 2122,
                                "quesitionId": 2122,
                            },
                            {"question": "公司在哪里", "quesition": "公司在哪里", "questionId": 30, "quesitionId": 30},
                        ],
                    }
                ],
            },
        },
    )


async def test_a_logo_that_there_is_is_shown(udesk: Udesk) -> None:
    """§机器人返回: logoUrl 机器人头像; contract §4.1: string or null."""
    await robot.have_urobot(udesk, logo="https://x.test/u.png", top_ask=[])

    info = await robot.begin(udesk)

    assert (info["logoUrl"], info["topAsk"]) == ("https://x.test/u.png", [])


@pytest.mark.parametrize("scene_id", [robot.SCENE, str(robot.OTHER_SCENE)])
async def test_each_asking_begins_a_new_talk_in_any_of_the_scenes(udesk: Udesk, scene_id: int | str) -> None:
    """§机器人返回: sessionId 会话id, logId 该条log的id; numbers may come as texts (ruling 5)."""
    await robot.have_urobot(udesk)

    infos = [await robot.begin(udesk, robot_id=str(robot.UROBOT), scene_id=scene_id) for _ in range(2)]

    assert len({info["sessionId"] for info in infos}) == 2
    assert len({info["logId"] for info in infos}) == 2


@pytest.mark.parametrize("name", ["robot_id", "scene_id"])
@pytest.mark.parametrize("nothing", [None, "", " "])
async def test_a_urobot_is_asked_for_by_id_and_scene(udesk: Udesk, name: str, nothing: str | None) -> None:
    """§请求参数: assign_type为'urobot'时,robot_id和scene_id必填; ruling 5."""
    asked: dict[str, Any] = {"robot_id": 2, "scene_id": 114, name: nothing}

    answer = await robot.ask_for(udesk, assign_type="urobot", **asked)

    talk.assert_refused(answer, 2000, talk.MISSING + name)


async def test_an_unknown_urobot_and_an_unknown_scene_are_2005(udesk: Udesk) -> None:
    """Ruling 17; a robot of 云问 is no urobot, and a scene belongs to its urobot."""
    await robot.have_urobot(udesk)

    for robot_id, scene_id, refused in ((99, 114, NO_ROBOT), (1, 114, NO_ROBOT), (2, 99, NO_SCENE), (2, 39, NO_SCENE)):
        more: dict[str, Any] = {"robot_id": robot_id, "scene_id": scene_id}
        talk.assert_refused(await robot.ask_for(udesk, assign_type="urobot", **more), *refused)
        talk.assert_refused(await robot.say_to_urobot(udesk, "你好", **more), *refused)


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        # 1 普通答案
        ("公司在哪里?", {"aid": 30, "ansContent": "北京", "ansType": 1, "hitQuestion": "公司在哪里"}),
        # 2 答案和建议列表: guidance before related, each once
        (
            "我想问问业务",
            {
                "aid": 12,
                "ansContent": "嗨,我们是做云客服的公司!",
                "ansType": 2,
                "hitQuestion": "公司业务是什么",
                "suggestQuestionList": [
                    {"id": 2122, "content": "你会什么业务", "type": 1},
                    {"id": 30, "content": "公司在哪里", "type": 1},
                    {"id": 434, "content": "账号申诉", "type": 1},
                ],
            },
        ),
        # 3 建议列表
        (
            "能开票吗",
            {
                "aid": 0,
                "ansContent": "",
                "ansType": 3,
                "hitQuestion": "能开票吗",
                "suggestQuestionList": [
                    {"id": 2122, "content": "你会什么业务", "type": 1},
                    {"id": 30, "content": "公司在哪里", "type": 1},
                ],
            },
        ),
        # 4 寒暄
        ("你好", {"aid": 0, "ansContent": "您好!", "ansType": 4, "hitQuestion": "你好"}),
        # 6 未知说辞
        ("天气怎么样", {"aid": 0, "ansContent": robot.UNKNOWN, "ansType": 6, "hitQuestion": "天气怎么样"}),
        # 8 敏感词
        ("全是坏话", {"aid": 0, "ansContent": "请文明用语", "ansType": 8, "hitQuestion": "全是坏话"}),
    ],
)
async def test_a_question_is_answered_by_push_with_every_type_of_answer(
    udesk: Udesk, text: str, answer: dict[str, Any]
) -> None:
    """§回复消息通知, assign_type urobot, whole: ansType 1, 2, 3, 4, 6, 8; messages is an object (ruling 21)."""
    await robot.have_urobot(udesk)
    info = await robot.begin(udesk)

    talk.assert_done(await robot.say_to_urobot(udesk, text, urobot_session_id=info["sessionId"]))

    (push,) = await udesk.pushes()
    messages = {"sessionId": info["sessionId"], "logId": push["messages"]["logId"], "suggestQuestionList": [], **answer}
    assert push == {"customer_token": "c-1", "assign_type": "urobot", "messages": messages}
    assert isinstance(push["messages"]["logId"], int)


async def test_the_companys_sensitive_words_are_answered_too(udesk: Udesk) -> None:
    """Ruling 17: the urobot answers them with ansType 8, once they are switched on."""
    await robot.have_urobot(udesk)
    kinds = []
    for is_open in (False, True):
        await talk.settings(udesk, sensitive_words=["抢钱"], sensitive_words_open=is_open)
        talk.assert_done(await robot.say_to_urobot(udesk, "你们抢钱啊"))
        kinds.append((await robot.answered(udesk))[-1]["ansType"])

    assert kinds == [6, 8]


async def test_messages_is_a_list_by_setting(udesk: Udesk) -> None:
    """Ruling 21."""
    await robot.have_urobot(udesk)
    await robot.say_to_urobot(udesk, "你好")
    await talk.settings(udesk, urobot_messages="list")
    await robot.say_to_urobot(udesk, "你好")

    as_object, as_list = await robot.answered(udesk)

    assert isinstance(as_object, dict)
    assert [{**as_object, "logId": row["logId"]} for row in as_list] == as_list


async def test_a_question_without_a_session_id_goes_on_with_the_latest_talk(udesk: Udesk) -> None:
    """§请求参数: urobot_session_id is not required; assumed: the latest talk with this urobot in this scene, else a new one."""
    await robot.have_urobot(udesk)
    first, second = await robot.begin(udesk), await robot.begin(udesk)
    await robot.begin(udesk, scene_id=robot.OTHER_SCENE)

    await robot.say_to_urobot(udesk, "你好")
    await robot.say_to_urobot(udesk, "你好", urobot_session_id=str(first["sessionId"]))
    await robot.say_to_urobot(udesk, "你好", customer_token="c-2")

    *ours, elses = [messages["sessionId"] for messages in await robot.answered(udesk)]
    assert ours == [second["sessionId"], first["sessionId"]]
    assert elses not in ours


@pytest.mark.parametrize("message_id", [None, "", "absent", "m-1"])
async def test_a_message_id_may_be_left_out(udesk: Udesk, message_id: str | None) -> None:
    """§请求参数, message_id: Udesk机器人可不传."""
    await robot.have_urobot(udesk)
    more = {"message_id": message_id} if message_id != "absent" else {}

    for text in ("你好", "公司在哪里") if not more.get("message_id") else ("你好",):
        talk.assert_done(await robot.say_to_urobot(udesk, text, **more))
        assert await talk.warnings(udesk) == ""

    assert len(await robot.answered(udesk)) == (1 if message_id == "m-1" else 2)


@pytest.mark.parametrize("name", ["robot_id", "scene_id"])
@pytest.mark.parametrize("nothing", [None, ""])
async def test_a_question_needs_the_urobot_and_its_scene(udesk: Udesk, name: str, nothing: str | None) -> None:
    """§请求参数: Udesk机器人必填; §错误返回: 2062 缺少参数."""
    answer = await robot.say_to_urobot(udesk, "你好", **{name: nothing})

    talk.assert_refused(answer, 2062, "缺少参数")
    assert (await talk.entry(udesk))["detail"] == f"{name} is missing"


async def test_a_talk_that_is_unknown_somebody_elses_or_in_another_scene_is_9200(udesk: Udesk) -> None:
    """§发送消息, 错误返回: 9200; ruling 13."""
    await robot.have_urobot(udesk)
    own, elses = await robot.begin(udesk), await robot.begin(udesk, "c-2")
    agents = await talk.session(udesk)

    for talk_id, scene_id in (
        (99, robot.SCENE),
        (0, robot.SCENE),
        (agents, robot.SCENE),
        (elses["sessionId"], robot.SCENE),
        (own["sessionId"], robot.OTHER_SCENE),
    ):
        answer = await robot.say_to_urobot(udesk, "你好", urobot_session_id=talk_id, scene_id=scene_id)
        talk.assert_refused(answer, *CLOSED)
    assert await robot.answered(udesk) == []


@pytest.mark.parametrize("value", talk.NO_NUMBERS)
async def test_a_session_id_that_is_no_number_is_refused(udesk: Udesk, value: Any) -> None:
    """Ruling 5."""
    talk.assert_malformed(await robot.say_to_urobot(udesk, "你好", urobot_session_id=value), "urobot_session_id")
    await talk.assert_no_faults(udesk)


# -- flows -------------------------------------------------------------------------------------------------------------


async def test_a_flow_is_walked_by_the_ids_in_its_content(udesk: Udesk) -> None:
    """§流程问题接口: an element with data-type="2" leads on, its data-id is the flow_id; §回复消息通知: flowId, flowTitle, flowContent."""
    await robot.have_urobot(udesk)
    info = await robot.begin(udesk)
    await robot.say_to_urobot(udesk, "账号申诉")
    begun = (await robot.answered(udesk))[-1]
    links = re.findall(
        r'<b data-type="(\d)" class="flow-item" data-id="(\d+)" data-robotid="54">(.+?)</b>', begun["flowContent"]
    )
    flow_id = next(found for kind, found, _ in links if kind == "2")

    talk.assert_done(await walk(udesk, im_sub_session_id=str(info["sessionId"]), flow_id=flow_id))

    walked = (await robot.answered(udesk))[-1]
    assert (begun["ansContent"], begun["flowId"], begun["flowTitle"]) == ("申诉流程", robot.FLOW, "申诉")
    assert links == [("2", "82", "流程子项A跳转子项-1"), ("1", "30", "公司在哪里")]
    assert (walked["sessionId"], walked["flowId"], walked["flowTitle"]) == (info["sessionId"], 82, "流程子项A")
    assert await talk.warnings(udesk) == ""


async def test_the_documents_example_of_a_flow_lacks_its_flow_id(udesk: Udesk) -> None:
    """§流程问题接口, 示例: messgae_id and option_id, no flow_id; ruling 5."""
    await robot.have_urobot(udesk)
    await robot.begin(udesk)

    answer = await walk(udesk, flow_id="absent", messgae_id=1001, option_id=1)

    talk.assert_refused(answer, 2000, talk.MISSING + "flow_id")


async def test_a_flow_needs_all_its_parameters(udesk: Udesk) -> None:
    """§流程问题接口, 请求参数; ruling 5."""
    for name in FLOW_BODY:
        for nothing in ("absent", None, ""):
            talk.assert_refused(await walk(udesk, **{name: nothing}), 2000, talk.MISSING + name)


async def test_a_flow_that_there_is_not_is_refused(udesk: Udesk) -> None:
    """Ruling 17: 2005; ruling 6: 2015; assumed: 2062 for the talk as elsewhere (ruling 13). Nothing is pushed."""
    await robot.have_urobot(udesk)
    await robot.begin(udesk)
    elses = await robot.begin(udesk, "c-2")

    for wrong, refused in (
        ({"flow_id": 99}, NOT_FOUND),
        ({"customer_token": "nobody"}, NOT_FOUND),
        ({"robot_id": 99}, NO_ROBOT),
        ({"scene_id": 99}, NO_SCENE),
        ({"im_sub_session_id": 99}, NO_SESSION),
        ({"im_sub_session_id": elses["sessionId"]}, NO_SESSION),
        ({"scene_id": robot.OTHER_SCENE}, NO_SESSION),
    ):
        talk.assert_refused(await walk(udesk, **wrong), *refused)
    assert await robot.answered(udesk) == []


@pytest.mark.parametrize("name", [name for name in FLOW_BODY if name != "customer_token"])
async def test_malformed_values_of_a_flow_are_refused_by_name(udesk: Udesk, name: str) -> None:
    """Ruling 5."""
    for value in talk.NO_NUMBERS:
        talk.assert_malformed(await walk(udesk, **{name: value}), name)
    await talk.assert_no_faults(udesk)


# -- clicks ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "clicked",
    [
        {"question_id": 30},
        {"question_id": "30"},
        {"question_id": 30, "question": "别的"},
        {"question_id": None, "question": 30},
        {"question_id": "absent", "question": "30"},
        {"question_id": "", "question": "公司在哪里"},
        {"question_id": "absent", "question": "公司在哪里?"},
        {"question_id": "absent", "question": "说说地址"},
        {"query_type": 7},
        {"query_type": "7"},
        {"scene_id": "absent"},
        {"scene_id": ""},
        {"scene_id": "39", "robot_id": "54", "im_sub_session_id": "23702", "message_id": "55392"},
    ],
)
async def test_a_click_is_answered_by_push(udesk: Udesk, clicked: dict[str, Any]) -> None:
    """§用户点击行为接口: question or, as in the example, question_id; the table has no scene_id. Contract §4.18: a urobot push."""
    await robot.have_urobot(udesk)
    await robot.begin(udesk)

    talk.assert_done(await hit(udesk, **clicked))

    (messages,) = await robot.answered(udesk)
    assert (messages["sessionId"], messages["aid"], messages["ansContent"]) == (23702, 30, "北京")
    assert await talk.warnings(udesk) == ""


async def test_a_click_on_a_suggestion_names_the_answer_that_made_it(udesk: Udesk) -> None:
    """§用户点击行为接口: message_id 机器人答案的消息id, query_type 7:建议列表点击."""
    await robot.have_urobot(udesk)
    await robot.begin(udesk)
    await robot.say_to_urobot(udesk, "业务")
    (answer,) = await robot.answered(udesk)
    suggestion = answer["suggestQuestionList"][0]

    talk.assert_done(await hit(udesk, message_id=answer["logId"], question_id=suggestion["id"], query_type=7))

    assert (await robot.answered(udesk))[-1]["ansContent"] == "会答问题"
    assert await talk.warnings(udesk) == ""


@pytest.mark.parametrize("name", ["question_id", "question"])
async def test_a_click_on_a_suggested_flow_walks_it(udesk: Udesk, name: str) -> None:
    """§回复消息通知, suggestQuestionList: type 2 is a flow; §用户点击行为接口, query_type 7:建议列表点击. Assumed: its id goes where a question's does."""
    await robot.have_urobot(udesk)
    await robot.begin(udesk)

    talk.assert_done(await hit(udesk, **{"question_id": None, name: robot.FLOW, "query_type": 7}))

    assert (await robot.answered(udesk))[-1]["flowId"] == robot.FLOW
    assert await talk.warnings(udesk) == ""


@pytest.mark.parametrize(
    ("odd", "warned"),
    [
        ({"query_type": 1}, "query_type 1 is unknown"),
        ({"message_id": 1}, "message_id 1 is neither"),
        ({"ifo": 1}, "ifo"),
    ],
)
async def test_odd_clicks_are_taken_with_a_warning(udesk: Udesk, odd: dict[str, Any], warned: str) -> None:
    """§用户点击行为接口, 示例: query_type 1; ruling 17; ruling 5 for extra keys."""
    await robot.have_urobot(udesk)
    await robot.begin(udesk)

    talk.assert_done(await hit(udesk, **odd))

    assert warned in await talk.warnings(udesk)
    assert len(await robot.answered(udesk)) == 1


async def test_an_answer_of_another_talk_is_warned_of(udesk: Udesk) -> None:
    """§用户点击行为接口, message_id: the answer's in this talk."""
    await robot.have_urobot(udesk)
    first = await robot.begin(udesk)
    second = await robot.begin(udesk)

    talk.assert_done(await hit(udesk, im_sub_session_id=second["sessionId"], message_id=first["logId"]))

    assert f"message_id {first['logId']} is neither" in await talk.warnings(udesk)


@pytest.mark.parametrize("text", ["9" * 19, "9" * 5000, "３０", "1.5"])
async def test_a_question_that_is_no_id_is_asked_like_any_text(udesk: Udesk, text: str) -> None:
    """§用户点击行为接口: question 问题内容, typed 整型; assumed: what no id can be is a text."""
    await robot.have_urobot(udesk)
    await robot.begin(udesk)

    talk.assert_done(await hit(udesk, question_id=None, question=text))

    (messages,) = await robot.answered(udesk)
    assert (messages["ansType"], messages["hitQuestion"]) == (6, text)
    await talk.assert_no_faults(udesk)


@pytest.mark.parametrize("nothing", ["absent", None, "", " "])
async def test_a_click_needs_a_question(udesk: Udesk, nothing: str | None) -> None:
    """Ruling 5: one of question and question_id."""
    answer = await hit(udesk, question_id=nothing, question=nothing)

    talk.assert_refused(answer, 2000, talk.MISSING + "question")


async def test_a_click_needs_its_other_parameters(udesk: Udesk) -> None:
    """§用户点击行为接口, 请求参数; contract §4.18; ruling 5."""
    for name in ("customer_token", "im_sub_session_id", "message_id", "robot_id", "query_type"):
        for nothing in ("absent", None, ""):
            talk.assert_refused(await hit(udesk, **{name: nothing}), 2000, talk.MISSING + name)


async def test_a_click_on_what_there_is_not_is_refused(udesk: Udesk) -> None:
    """Rulings 6, 13, 17, as for flows."""
    await robot.have_urobot(udesk)
    await robot.begin(udesk)

    for wrong, refused in (
        ({"question_id": 99}, NOT_FOUND),
        ({"question_id": None, "question": "99"}, NOT_FOUND),
        ({"customer_token": "nobody"}, NOT_FOUND),
        ({"robot_id": 99}, NO_ROBOT),
        ({"scene_id": 99}, NO_SCENE),
        ({"im_sub_session_id": 99}, NO_SESSION),
        ({"scene_id": robot.OTHER_SCENE}, NO_SESSION),
    ):
        talk.assert_refused(await hit(udesk, **wrong), *refused)
    assert await robot.answered(udesk) == []


@pytest.mark.parametrize("name", [name for name in HIT_BODY if name != "customer_token"])
async def test_malformed_values_of_a_click_are_refused_by_name(udesk: Udesk, name: str) -> None:
    """Ruling 5."""
    for value in talk.NO_NUMBERS:
        talk.assert_malformed(await hit(udesk, **{name: value}), name)
    for question in ([1], {"a": 1}, True, "x" * 65_536):
        talk.assert_malformed(await hit(udesk, question=question), "question")
    await talk.assert_no_faults(udesk)


# -- which there are ---------------------------------------------------------------------------------------------------


async def test_urobots_are_listed_with_their_scenes(udesk: Udesk) -> None:
    """§获取urobot列表, whole for one of them; ruling 6: a new company has 2 and 3."""
    await robot.have_urobot(udesk)

    answer = await udesk.call("GET", "/im/urobots")

    assert {name: answer.body[name] for name in ("code", "message")} == {"code": 1000, "message": "请求成功"}
    seeded, other, ours = answer.body["urobot_list"]
    assert [(row["id"], [scene["id"] for scene in row["scene_list"]]) for row in (seeded, other)] == [
        (2, [114, 116]),
        (3, [120]),
    ]
    assert ours == {
        "id": robot.UROBOT,
        "name": "测试",
        "logo": "",
        "scene_list": [{"id": robot.SCENE, "name": "默认场景"}, {"id": robot.OTHER_SCENE, "name": "系统默认场景"}],
        "created_at": "2026-11-22T10:00:00.000+08:00",
    }


async def test_a_company_without_urobots_lists_none(udesk: Udesk) -> None:
    """§获取urobot列表."""
    for robot_id in (2, 3):
        await udesk.operator("DELETE", f"/urobots/{robot_id}")

    assert (await udesk.call("GET", "/im/urobots.json")).body == {
        "code": 1000,
        "message": "请求成功",
        "urobot_list": [],
    }
