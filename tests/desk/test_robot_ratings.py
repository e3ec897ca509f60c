"""Answers and talks are rated, and the app reports who went on to a person."""

from dataclasses import replace
from typing import Any

import pytest

from mock_udesk.desk.commands import TransferSession
from mock_udesk.desk.desk import Desk
from mock_udesk.desk.effects import Happened
from mock_udesk.desk.happenings import Happening
from mock_udesk.desk.robot_commands import RateAnswer, RateTalk, RemoveUrobot, ReportTransfer
from mock_udesk.desk.staff_commands import ChangeAgent
from mock_udesk.desk.talks import AnswerRating, RobotAnswer, Talk, TalkRating
from tests import NOW
from tests.desk.sample import (
    JERRY,
    OTHER_SCENE,
    OTHER_UROBOT,
    SCENE,
    THIRD_SCENE,
    UROBOT,
    answer_in,
    ask_robot,
    ask_urobot,
    close,
    later,
    misused,
    refused,
    robots_desk,
    start,
    talk_to_robot,
    talk_to_urobot,
)


def asked_robot(content: str = "怎么退货") -> tuple[Desk, RobotAnswer]:
    """A desk where c-1 has asked the robot."""
    desk = robots_desk()
    return desk, answer_in(ask_robot(desk, "m1", content).effects)


def asked_urobot() -> tuple[Desk, Talk, RobotAnswer]:
    """A desk where c-1 has asked the urobot."""
    desk = robots_desk()
    answer = answer_in(ask_urobot(desk).effects)
    return desk, desk.talks_of(1)[0], answer


def of_urobot(talk: Talk, answer_id: str) -> RateAnswer:
    """A rating of an answer in a talk with the urobot."""
    return RateAnswer(
        customer_token="c-1", answer_id=answer_id, is_useful=True, talk_id=talk.id, robot_id=UROBOT, scene_id=SCENE
    )


def rate(talk: Talk) -> RateTalk:
    """A rating of a talk: 非常满意."""
    return RateTalk(
        customer_token="c-1", talk_id=talk.id, robot_id=UROBOT, scene_id=SCENE, option_id=2, remark="非常满意"
    )


# -- robots' answers (ruling 26) --------------------------------------------------------------------------------------------


def test_a_robots_answer_is_rated() -> None:
    """非0时,可对问答进行有用无用评价. Doc: im-api-v2 §机器人问答评价."""
    desk, answer = asked_robot()

    outcome = desk.handle(
        RateAnswer(customer_token="c-1", answer_id=answer.id, is_useful=False, question_id=1), later(5)
    )

    talk = desk.talks_of(1)[0]
    assert talk.ratings == {answer.id: AnswerRating(is_useful=False, rated_at=later(5))}
    facts = {"talk_id": talk.id, "robot_id": 1, "message_id": answer.id, "question_id": 1, "is_useful": False}
    assert outcome.effects == (
        Happened(at=later(5), kind=Happening.ANSWER_RATED, customer_id=1, stay_id=1, facts=facts),
    )


def test_the_latest_rating_of_an_answer_counts() -> None:
    """As with sessions: a second survey replaces the first. Ruling 16."""
    desk, answer = asked_robot()

    for seconds, is_useful in ((1, True), (2, False)):
        desk.handle(
            RateAnswer(customer_token="c-1", answer_id=answer.id, is_useful=is_useful, question_id=1), later(seconds)
        )

    assert desk.talks_of(1)[0].ratings == {answer.id: AnswerRating(is_useful=False, rated_at=later(2))}


@pytest.mark.parametrize(("content", "question_id"), [("怎么退货", 0), ("怎么退货", 2), ("你好", 0), ("你好", 1)])
def test_another_question_and_small_talk_are_not_rated(content: str, question_id: int) -> None:
    """0为寒暄库,非问答. Doc: im-api-v2 §回复消息通知; ruling 5 for the field's name."""
    desk, answer = asked_robot(content)

    command = RateAnswer(customer_token="c-1", answer_id=answer.id, is_useful=True, question_id=question_id)
    assert refused(desk, command) == (2000, "参数错误: question_id")


@pytest.mark.parametrize(("token", "is_known"), [("c-2", True), ("nobody", True), ("c-1", False)])
def test_only_an_answer_to_this_customer_is_rated(token: str, is_known: bool) -> None:
    """Not found: 2015. Ruling 6."""
    desk, answer = asked_robot()
    talk_to_robot(desk, "c-2")

    answer_id = answer.id if is_known else "f862f80d-89aa-4f31-92d9-ccd4fcacffcf"
    command = RateAnswer(customer_token=token, answer_id=answer_id, is_useful=True, question_id=1)
    assert refused(desk, command)[0] == 2015


def test_a_urobots_answer_is_no_robots() -> None:
    """robot_commands.py, RateAnswer: `question_id` is given for robots, the other three for urobots."""
    desk, talk, answer = asked_urobot()
    of_a_robot = answer_in(ask_robot(desk, "m2").effects)

    command = RateAnswer(customer_token="c-1", answer_id=answer.id, is_useful=True, question_id=1)
    assert refused(desk, command)[0] == 2015
    assert refused(desk, of_urobot(talk, of_a_robot.id))[0] == 2015


# -- urobots' answers ---------------------------------------------------------------------------------------------------------


def test_a_urobots_answer_is_rated() -> None:
    """messgae_id is the answer's logId. Doc: im-api-v2 §问题评价(仅限urobot使用)."""
    desk, talk, answer = asked_urobot()

    outcome = desk.handle(of_urobot(talk, answer.id), later(5))

    assert talk.ratings == {answer.id: AnswerRating(is_useful=True, rated_at=later(5))}
    assert [effect.kind for effect in outcome.effects if isinstance(effect, Happened)] == [Happening.ANSWER_RATED]


def test_an_answer_is_rated_after_the_stay_too() -> None:
    """Assumed as for sessions: one rates after the close. Ruling 13. The rating belongs to no stay then."""
    desk, talk, answer = asked_urobot()
    close(desk, start(desk, "c-1"))

    (told,) = desk.handle(of_urobot(talk, answer.id), later(5)).effects

    assert isinstance(told, Happened)
    assert (told.customer_id, told.stay_id) == (1, None)
    assert list(talk.ratings) == [answer.id]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"customer_token": "nobody"}, 2015),
        ({"robot_id": 99}, 2005),
        ({"scene_id": THIRD_SCENE}, 2005),
        ({"scene_id": OTHER_SCENE}, 2062),
        ({"robot_id": OTHER_UROBOT, "scene_id": THIRD_SCENE}, 2062),
        ({"talk_id": 1}, 2062),
        ({"answer_id": "1"}, 2015),
        ({"answer_id": "55392"}, 2015),  # the hello
    ],
)
def test_what_does_not_fit_an_answer_is_refused(changes: dict[str, Any], code: int) -> None:
    """robot_commands.py, RateAnswer: NOT_FOUND, NO_ROBOT, NO_SCENE, NO_SESSION."""
    desk, talk, answer = asked_urobot()

    assert refused(desk, replace(of_urobot(talk, answer.id), **changes))[0] == code


def test_an_answer_of_another_talk_is_refused() -> None:
    """The answer is looked for in the talk that is named."""
    desk, _, answer = asked_urobot()

    assert refused(desk, of_urobot(talk_to_urobot(desk), answer.id))[0] == 2015


def test_whose_answer_it_is_must_be_said() -> None:
    """Neither question_id nor a talk is a mistake of ours, not the app's."""
    desk, talk, answer = asked_urobot()

    assert misused(desk, replace(of_urobot(talk, answer.id), talk_id=None)) == "invalid"


# -- talks ------------------------------------------------------------------------------------------------------------------


def test_a_talk_is_rated() -> None:
    """2:满意 3:一般 4:不满意. Doc: im-api-v2 §urobot机器人会话评价(urobot使用)."""
    desk = robots_desk()
    talk = talk_to_urobot(desk)

    outcome = desk.handle(rate(talk), later(5))

    assert talk.rating == TalkRating(option_id=2, remark="非常满意", rated_at=later(5))
    facts = {"talk_id": talk.id, "robot_id": UROBOT, "scene_id": SCENE, "option_id": 2, "remark": "非常满意"}
    assert outcome.effects == (
        Happened(at=later(5), kind=Happening.ROBOT_RATED, customer_id=1, stay_id=1, facts=facts),
    )


def test_the_latest_rating_of_a_talk_counts() -> None:
    """As with sessions: a second survey replaces the first. Ruling 16."""
    desk = robots_desk()
    talk = talk_to_urobot(desk)

    desk.handle(rate(talk), later(1))
    desk.handle(replace(rate(talk), option_id=4, remark=""), later(2))

    assert talk.rating == TalkRating(option_id=4, remark="", rated_at=later(2))


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"customer_token": "nobody"}, 2015),
        ({"robot_id": 1}, 2005),
        ({"scene_id": 39}, 2005),
        ({"scene_id": OTHER_SCENE}, 2062),
        ({"talk_id": 101}, 2062),
        ({"option_id": 1}, 2000),
        ({"option_id": 5}, 2000),
    ],
)
def test_what_does_not_fit_a_talk_is_refused(changes: dict[str, Any], code: int) -> None:
    """robot_commands.py, RateTalk: as WalkFlow, and INVALID."""
    desk = robots_desk()
    talk = talk_to_urobot(desk)

    assert refused(desk, replace(rate(talk), **changes))[0] == code


def test_a_removed_urobot_is_not_rated_any_more() -> None:
    """Unknown urobot: 2005. Ruling 17."""
    desk = robots_desk()
    talk = talk_to_urobot(desk)
    desk.handle(RemoveUrobot(UROBOT), NOW)

    assert refused(desk, rate(talk)) == (2005, "机器人不存在")


# -- transfers --------------------------------------------------------------------------------------------------------------


def test_a_transfer_is_reported() -> None:
    """For the statistics. Doc: im-api-v2 §转人工统计接口(urobot使用)."""
    desk = robots_desk()
    talk = talk_to_urobot(desk)

    outcome = desk.handle(ReportTransfer(session_id=talk.id, robot_id=UROBOT, scene_id=SCENE), later(5))

    assert (outcome.reply, talk.transferred_at) == (talk, later(5))
    facts = {"talk_id": talk.id, "robot_id": UROBOT, "scene_id": SCENE, "session_id": talk.id}
    assert outcome.effects == (
        Happened(at=later(5), kind=Happening.TRANSFER_REPORTED, customer_id=1, stay_id=1, facts=facts),
    )


def test_a_transfer_is_reported_under_the_agents_session() -> None:
    """Assumed: 会话id may be the agent session's that the talk led to, after a transfer among agents too; the latest talk is meant."""
    desk = robots_desk()
    first, second = talk_to_urobot(desk), talk_to_urobot(desk)
    session = start(desk, "c-1")
    desk.handle(ChangeAgent(JERRY, {"status": "online"}), NOW)
    session = desk.handle(TransferSession(session_id=session.id, agent_id=JERRY), NOW).reply

    reply = desk.handle(ReportTransfer(session_id=session.id, robot_id=UROBOT, scene_id=SCENE), later(5)).reply

    assert reply == second
    assert (first.transferred_at, second.transferred_at) == (None, later(5))


@pytest.mark.parametrize("fits", ["both", "the talk alone"])
def test_a_session_wins_over_a_talk_with_the_same_number(fits: str) -> None:
    """Assumed: where a number is an agent session's and somebody else's talk's, and either fits, the session's own talk is meant."""
    desk = robots_desk()
    desk.state.counters.session = 23702
    somebody_elses = talk_to_urobot(desk, "c-2")
    own = talk_to_urobot(desk, scene_id=SCENE if fits == "both" else OTHER_SCENE)
    session = start(desk, "c-1")
    assert session.id == somebody_elses.id

    reply = desk.handle(ReportTransfer(session_id=23702, robot_id=UROBOT, scene_id=SCENE), NOW).reply

    assert reply == (own if fits == "both" else somebody_elses)


@pytest.mark.parametrize(
    ("session_id", "robot_id", "scene_id", "code"),
    [
        (23702, 99, SCENE, 2005),
        (23702, UROBOT, 10, 2005),
        (23702, UROBOT, OTHER_SCENE, 2062),
        (111, UROBOT, SCENE, 2062),
        (1001, UROBOT, OTHER_SCENE, 2062),
        (1002, UROBOT, SCENE, 2062),
    ],
)
def test_what_does_not_fit_a_transfer_is_refused(session_id: int, robot_id: int, scene_id: int, code: int) -> None:
    """robot_commands.py, ReportTransfer: NO_ROBOT, NO_SCENE, NO_SESSION; an agent's session without a urobot before it too."""
    desk = robots_desk()
    talk_to_urobot(desk)
    start(desk, "c-1")
    start(desk, "c-2")

    assert refused(desk, ReportTransfer(session_id=session_id, robot_id=robot_id, scene_id=scene_id))[0] == code
