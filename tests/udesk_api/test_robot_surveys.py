"""Ratings of robots and the statistics of hand-overs over a real socket, expectations from the document."""

from typing import Any

import pytest

from ..integrator import Answer, Udesk
from . import robot, talk

THANKS = {"code": 1000, "message": "感谢您的评价"}
NO_ROBOT = (2005, "机器人不存在")
NO_SCENE = (2005, "场景不存在")
NO_SESSION = (2062, "找不到会话或会话已关闭")
NOT_FOUND = (2015, "资源不存在")
PATH = "/im/messages/survey"
# The first talk and the numbers of its hello, a first question without a message_id and its answer: Doc-like, ruling 6.
TALK, ANSWER = 23702, 55394

WHERE: dict[str, Any] = {"im_sub_session_id": TALK, "robot_id": robot.UROBOT, "scene_id": robot.SCENE}
RATING: dict[str, Any] = {"customer_token": "c-1", **WHERE, "option_id": 2, "remark": "非常满意"}
ANSWER_RATING: dict[str, Any] = {"customer_token": "c-1", **WHERE, "messgae_id": ANSWER, "option_id": 1}


async def post(udesk: Udesk, path: str, body: dict[str, Any], **more: Any) -> Answer:
    """Sends the body, with more laid over it; what is "absent" is left out."""
    sent = {name: value for name, value in {**body, **more}.items() if value != "absent"}
    return await udesk.call("POST", path, json=sent)


async def rate_talk(udesk: Udesk, **more: Any) -> Answer:
    return await post(udesk, "/im/sessions/robot_survey", RATING, **more)


async def rate_answer(udesk: Udesk, **more: Any) -> Answer:
    return await post(udesk, "/im/messages/answer_survey", ANSWER_RATING, **more)


async def report(udesk: Udesk, **more: Any) -> Answer:
    return await post(udesk, "/im/sessions/transfer_survey", WHERE, **more)


async def answered_by_urobot(udesk: Udesk) -> None:
    """A customer has asked the urobot something."""
    await robot.have_urobot(udesk)
    assert (await robot.begin(udesk))["sessionId"] == TALK
    talk.assert_done(await robot.say_to_urobot(udesk, "公司在哪里", urobot_session_id=TALK))
    (messages,) = await robot.answered(udesk)
    assert messages["logId"] == ANSWER


# -- the talk ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("option_id", [2, "3", 4])
async def test_a_customer_rates_a_urobot(udesk: Udesk, option_id: int | str) -> None:
    """§urobot机器人会话评价, 返回, whole: 2:满意 3:一般 4:不满意; numbers may be texts (ruling 5)."""
    await answered_by_urobot(udesk)

    answer = await rate_talk(udesk, option_id=option_id, im_sub_session_id=str(TALK))

    assert (answer.status, answer.body) == (200, THANKS)
    rating = robot.talk_of(udesk, TALK).rating
    assert rating is not None
    assert (rating.option_id, rating.remark) == (int(option_id), "非常满意")


@pytest.mark.parametrize("remark", ["absent", None, ""])
async def test_a_second_rating_of_a_urobot_replaces_the_first(udesk: Udesk, remark: str | None) -> None:
    """Assumed, as for sessions (ruling 16); the remark is not required."""
    await answered_by_urobot(udesk)
    await rate_talk(udesk)

    assert (await rate_talk(udesk, option_id=4, remark=remark)).body == THANKS

    rating = robot.talk_of(udesk, TALK).rating
    assert rating is not None
    assert (rating.option_id, rating.remark) == (4, "")


@pytest.mark.parametrize("option_id", [0, 1, 5, -2])
async def test_other_options_of_a_urobots_rating_are_refused(udesk: Udesk, option_id: int) -> None:
    """§urobot机器人会话评价: option_id 2, 3, 4; ruling 16."""
    await answered_by_urobot(udesk)

    talk.assert_malformed(await rate_talk(udesk, option_id=option_id), "option_id")
    assert robot.talk_of(udesk, TALK).rating is None


async def test_a_urobots_rating_needs_its_parameters(udesk: Udesk) -> None:
    """§urobot机器人会话评价, 参数; ruling 5."""
    for name in ("customer_token", "im_sub_session_id", "option_id", "robot_id", "scene_id"):
        for nothing in ("absent", None, ""):
            talk.assert_refused(await rate_talk(udesk, **{name: nothing}), 2000, talk.MISSING + name)


async def test_what_there_is_not_can_not_be_rated(udesk: Udesk) -> None:
    """Rulings 6, 13, 17."""
    await answered_by_urobot(udesk)
    await robot.begin(udesk, "c-2")

    for wrong, refused in (
        ({"customer_token": "nobody"}, NOT_FOUND),
        ({"customer_token": "c-2"}, NO_SESSION),
        ({"im_sub_session_id": 99}, NO_SESSION),
        ({"robot_id": 99}, NO_ROBOT),
        ({"scene_id": 99}, NO_SCENE),
        ({"scene_id": robot.OTHER_SCENE}, NO_SESSION),
    ):
        talk.assert_refused(await rate_talk(udesk, **wrong), *refused)
        talk.assert_refused(await rate_answer(udesk, **wrong), *refused)
    assert robot.talk_of(udesk, TALK).rating is None
    assert robot.talk_of(udesk, TALK).ratings == {}


@pytest.mark.parametrize("name", ["im_sub_session_id", "option_id", "robot_id", "scene_id"])
async def test_malformed_values_of_ratings_are_refused_by_name(udesk: Udesk, name: str) -> None:
    """Ruling 5, for the talk, for an answer and for the statistics."""
    for value in talk.NO_NUMBERS:
        talk.assert_malformed(await rate_talk(udesk, **{name: value}), name)
        talk.assert_malformed(await rate_answer(udesk, **{name: value}), name)
        if name in WHERE:
            talk.assert_malformed(await report(udesk, **{name: value}), name)
    for remark in (["x"], {"a": 1}, True, "x" * 2001):
        talk.assert_malformed(await rate_talk(udesk, remark=remark), "remark")
    await talk.assert_no_faults(udesk)


async def test_the_thanks_follow_the_punctuation_that_is_set(udesk: Udesk) -> None:
    """Ruling 28: the text has none, so it stays as it is."""
    await answered_by_urobot(udesk)
    await talk.settings(udesk, fullwidth=True)

    assert [(await rate(udesk)).body for rate in (rate_talk, rate_answer)] == [THANKS, THANKS]


# -- an answer ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("option_id", "is_useful"), [(1, True), (2, False), ("2", False), ("absent", True), (None, True), ("", True)]
)
async def test_a_customer_rates_an_answer(udesk: Udesk, option_id: Any, is_useful: bool) -> None:
    """§问题评价(仅限urobot使用), 返回, whole: 1表示满意,2表示不满意,默认为满意; messgae_id is spelled so."""
    await answered_by_urobot(udesk)

    answer = await rate_answer(udesk, option_id=option_id)

    assert (answer.status, answer.body) == (200, THANKS)
    assert await talk.warnings(udesk) == ""
    assert {key: row.is_useful for key, row in robot.talk_of(udesk, TALK).ratings.items()} == {str(ANSWER): is_useful}


@pytest.mark.parametrize("given", [{"messgae_id": "absent"}, {"messgae_id": ""}, {"messgae_id": str(ANSWER)}])
async def test_the_right_spelling_is_taken_with_a_warning(udesk: Udesk, given: dict[str, str]) -> None:
    """Contract §4.16: message_id leniently, with a warning."""
    await answered_by_urobot(udesk)

    answer = await rate_answer(udesk, **given, message_id=str(ANSWER))

    assert answer.body == THANKS
    assert "messgae_id, as the document spells it" in await talk.warnings(udesk)
    assert list(robot.talk_of(udesk, TALK).ratings) == [str(ANSWER)]


async def test_the_names_that_the_document_has_win_over_the_right_spelling(udesk: Udesk) -> None:
    """messgae_id counts where both are sent."""
    await answered_by_urobot(udesk)

    assert (await rate_answer(udesk, message_id=99)).body == THANKS


@pytest.mark.parametrize("option_id", [0, 3, -1])
async def test_other_options_of_an_answers_rating_are_refused(udesk: Udesk, option_id: int) -> None:
    """§问题评价: option_id 1 or 2."""
    await answered_by_urobot(udesk)

    talk.assert_malformed(await rate_answer(udesk, option_id=option_id), "option_id")


async def test_an_answers_rating_needs_its_parameters(udesk: Udesk) -> None:
    """§问题评价, 请求参数; ruling 5."""
    for name in ("customer_token", "messgae_id", "im_sub_session_id", "robot_id", "scene_id"):
        for nothing in ("absent", None, ""):
            talk.assert_refused(await rate_answer(udesk, **{name: nothing}), 2000, talk.MISSING + name)


async def test_an_answer_that_there_is_not_can_not_be_rated(udesk: Udesk) -> None:
    """Ruling 6; neither the hello nor the question is an answer, nor is another talk's."""
    await answered_by_urobot(udesk)
    other = (await robot.begin(udesk))["sessionId"]

    for wrong in ({"messgae_id": 99}, {"messgae_id": 55392}, {"messgae_id": 55393}, {"im_sub_session_id": other}):
        talk.assert_refused(await rate_answer(udesk, **wrong), *NOT_FOUND)


@pytest.mark.parametrize("name", ["messgae_id", "message_id"])
async def test_a_malformed_id_of_an_answer_is_refused_by_name(udesk: Udesk, name: str) -> None:
    """Ruling 5; a robot's UUID is none either: that has a call of its own."""
    for value in (*talk.NO_NUMBERS, "f862f80d-89aa-4f31-92d9-ccd4fcacffcf"):
        talk.assert_malformed(await rate_answer(udesk, **{name: value}), name)
    await talk.assert_no_faults(udesk)


# -- an answer of a robot of 云问, by setting --------------------------------------------------------------------------


async def answered_by_robot(udesk: Udesk, text: str = "公司在哪里") -> dict[str, Any]:
    """A customer has asked the robot something; the rating that fits the answer."""
    await robot.have_robot(udesk)
    talk.assert_done(await talk.say(udesk, 0, "m-1", text, robot_id=robot.ROBOT))
    (messages,) = await robot.answered(udesk)
    ids = {"message_id": messages[0]["message_id"], "question_id": messages[0]["data"]["question_id"]}
    return {"customer_token": "c-1", **ids, "useful": True}


async def test_robots_answers_are_rated_nowhere_by_default(udesk: Udesk) -> None:
    """Ruling 26: no path is known; the journal names the setting."""
    rating = await answered_by_robot(udesk)

    answer = await udesk.call("POST", PATH, json=rating)

    assert (answer.status, answer.body["code"]) == (404, 404)
    assert "robot_answer_survey_path" in (await talk.entry(udesk))["detail"]


@pytest.mark.parametrize("path", [PATH, "/im/robot/evaluate"])
@pytest.mark.parametrize(
    ("useful", "is_useful"), [(True, True), (False, False), ("true", True), ("false", False), (1, True), ("0", False)]
)
async def test_a_robots_answer_is_rated_where_the_setting_says(
    udesk: Udesk, path: str, useful: Any, is_useful: bool
) -> None:
    """§机器人问答评价: exactly {"code": 1000}; ruling 26; a query may say it as a text (ruling 5)."""
    await talk.settings(udesk, robot_answer_survey_path=path)
    rating = await answered_by_robot(udesk)

    talk.assert_done(await udesk.call("POST", path, json={**rating, "useful": useful}))

    talks = udesk.slot.company.look().state.talks.values()
    assert [row.is_useful for one in talks for row in one.ratings.values()] == [is_useful]


async def test_small_talk_and_other_questions_can_not_be_rated(udesk: Udesk) -> None:
    """§回复消息通知: 0为寒暄库,非问答; 非0时,可对问答进行有用无用评价."""
    await talk.settings(udesk, robot_answer_survey_path=PATH)
    rating = await answered_by_robot(udesk, "你好")

    for question_id in (0, 30):
        talk.assert_malformed(await post(udesk, PATH, rating, question_id=question_id), "question_id")


async def test_a_robots_answers_rating_needs_all_its_parameters(udesk: Udesk) -> None:
    """§机器人问答评价, 参数; ruling 5."""
    await talk.settings(udesk, robot_answer_survey_path=PATH)
    rating = await answered_by_robot(udesk)

    for name in rating:
        for nothing in ("absent", None, ""):
            talk.assert_refused(await post(udesk, PATH, rating, **{name: nothing}), 2000, talk.MISSING + name)


async def test_malformed_ratings_of_robots_answers_are_refused_by_name(udesk: Udesk) -> None:
    """Ruling 5; unknown customers and answers are 2015 (ruling 6)."""
    await talk.settings(udesk, robot_answer_survey_path=PATH)
    rating = await answered_by_robot(udesk)

    for value in talk.NO_NUMBERS:
        talk.assert_malformed(await post(udesk, PATH, rating, question_id=value), "question_id")
    for value in ("yes", "on", "maybe", 2, [True], {"a": 1}):
        talk.assert_malformed(await post(udesk, PATH, rating, useful=value), "useful")
    for value in (["x"], {"a": 1}, "x" * 256, True):
        talk.assert_malformed(await post(udesk, PATH, rating, message_id=value), "message_id")
    for wrong in ({"customer_token": "nobody"}, {"message_id": "m-1"}, {"message_id": "消息"}):
        talk.assert_refused(await post(udesk, PATH, rating, **wrong), *NOT_FOUND)
    await talk.assert_no_faults(udesk)


# -- hand-overs --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("talk_id", [TALK, str(TALK)])
async def test_a_hand_over_is_reported(udesk: Udesk, talk_id: int | str) -> None:
    """§转人工统计接口, 返回, whole; the example's im_sub_session_id is a text. Nobody is handed over by it."""
    await answered_by_urobot(udesk)

    answer = await report(udesk, im_sub_session_id=talk_id)

    assert (answer.status, answer.body) == (200, {"code": 1000, "message": "success"})
    assert robot.talk_of(udesk, TALK).transferred_at is not None
    assert (await udesk.operator("GET", "/sessions")).body["sessions"] == []


async def test_a_hand_over_may_be_reported_with_the_agents_session(udesk: Udesk) -> None:
    """§转人工统计接口: im_sub_session_id 会话id; assumed: that of the session that followed will do."""
    await answered_by_urobot(udesk)
    session_id = await talk.session(udesk)

    assert (await report(udesk, im_sub_session_id=session_id)).body["code"] == 1000
    assert robot.talk_of(udesk, TALK).transferred_at is not None


async def test_a_hand_over_of_nobody_is_refused(udesk: Udesk) -> None:
    """Rulings 13 and 17."""
    await answered_by_urobot(udesk)
    without_robot = await talk.session(udesk, "c-2")

    for wrong, refused in (
        ({"im_sub_session_id": 99}, NO_SESSION),
        ({"im_sub_session_id": without_robot}, NO_SESSION),
        ({"robot_id": 99}, NO_ROBOT),
        ({"scene_id": 99}, NO_SCENE),
    ):
        talk.assert_refused(await report(udesk, **wrong), *refused)
    assert robot.talk_of(udesk, TALK).transferred_at is None


async def test_a_report_needs_all_its_parameters(udesk: Udesk) -> None:
    """§转人工统计接口, 请求参数; ruling 5."""
    for name in WHERE:
        for nothing in ("absent", None, ""):
            talk.assert_refused(await report(udesk, **{name: nothing}), 2000, talk.MISSING + name)


async def test_all_parameters_may_stand_in_the_query_of_a_post(udesk: Udesk) -> None:
    """Ruling 5."""
    await answered_by_urobot(udesk)

    answers = [
        await udesk.call("POST", "/im/sessions/robot_survey", query=RATING),
        await udesk.call("POST", "/im/messages/answer_survey", query=ANSWER_RATING),
        await udesk.call("POST", "/im/sessions/transfer_survey", query=WHERE),
    ]

    assert [answer.body for answer in answers] == [THANKS, THANKS, {"code": 1000, "message": "success"}]
