"""What the journal says of the commonest mistakes with robots: a number that is something else's. In the desk's own words."""

from typing import Any

import pytest

from mock_udesk.desk.commands import Command, PreviewMessage, SendMessage
from mock_udesk.desk.desk import Desk
from mock_udesk.desk.robot_commands import AskUrobot, ClickQuestion, RateAnswer, RateTalk, ReportTransfer, WalkFlow
from tests.desk.sample import (
    SCENE,
    UROBOT,
    answer_in,
    ask_robot,
    ask_urobot,
    refused,
    robots_desk,
    start,
    talk_to_urobot,
    why_refused,
)

WHERE: dict[str, Any] = {"robot_id": UROBOT, "scene_id": SCENE}
OWN: dict[str, Any] = {"customer_token": "c-1", **WHERE}


def say_in(session_id: int) -> SendMessage:
    """The customer says something in a session."""
    return SendMessage(customer_token="c-1", session_id=session_id, message_id="m1", type="message", data={})


def in_a_talk(talk_id: int) -> list[Command[Any]]:
    """All that can be asked of a urobot in a talk."""
    return [
        AskUrobot(data={"content": "?"}, talk_id=talk_id, **OWN),
        WalkFlow(talk_id=talk_id, flow_id=81, **OWN),
        ClickQuestion(talk_id=talk_id, question_id=1, **OWN),
        RateAnswer(talk_id=talk_id, answer_id="55393", is_useful=True, **OWN),
        RateTalk(talk_id=talk_id, option_id=2, **OWN),
    ]


@pytest.fixture
def desk() -> Desk:
    """c-1 talks to urobot 2 in talk 23702 and to Tom in session 1001, c-2 to urobot 2 in talk 23703."""
    desk = robots_desk()
    talk_to_urobot(desk)
    start(desk, "c-1")
    talk_to_urobot(desk, "c-2")
    return desk


def test_a_talk_is_no_session(desk: Desk) -> None:
    """sessionId of a urobot where im_sub_session_id is an agent session's: 9200, and the journal says which it is."""
    assert refused(desk, say_in(23702))[0] == 9200
    assert why_refused(desk, say_in(23702)) == (
        "23702 is a talk with urobot 2, not a session: ask the urobot in that talk, or ask for an agent"
    )
    assert why_refused(desk, say_in(23703)) == "session 23703 is unknown; asking for an agent tells the open one"
    assert why_refused(desk, PreviewMessage(23702, "?")) == (
        "23702 is a talk with urobot 2, not a session; known: 1001"
    )


@pytest.mark.parametrize("number", range(5))
def test_a_session_is_no_talk(desk: Desk, number: int) -> None:
    """An agent session's id where a urobot's sessionId is asked for."""
    command = in_a_talk(1001)[number]

    assert refused(desk, command)[0] in (2062, 9200)
    assert why_refused(desk, command) == (
        "1001 is a session with an agent, not a talk with a urobot; asking for the urobot begins one"
    )


@pytest.mark.parametrize("number", range(5))
@pytest.mark.parametrize("talk_id", [-1, 0])
def test_what_stands_for_robots_is_no_talk(desk: Desk, talk_id: int, number: int) -> None:
    """-1 and 0 say to whom a message goes: they are the number of no talk. Doc: im-api-v2 §发送消息."""
    assert why_refused(desk, in_a_talk(talk_id)[number]) == (
        f"{talk_id} stands for robots as such, and a talk has a number of its own; asking for the urobot begins one"
    )


@pytest.mark.parametrize(
    ("talk_id", "scene_id", "why"),
    [
        (99, SCENE, "talk 99 is unknown"),
        (23703, SCENE, "talk 23703 is another customer's"),
        (23702, 116, "talk 23702 is in scene 114, not 116"),
    ],
)
def test_why_a_talk_does_not_fit(desk: Desk, talk_id: int, scene_id: int, why: str) -> None:
    """Style: a message has the value that was wrong and the values that would be right."""
    command = WalkFlow(customer_token="c-1", robot_id=UROBOT, scene_id=scene_id, talk_id=talk_id, flow_id=81)

    assert why_refused(desk, command) == f"{why}; asking for the urobot begins one"


def test_a_talk_with_another_urobot_does_not_fit(desk: Desk) -> None:
    """The urobot that the talk is with is named."""
    command = WalkFlow(customer_token="c-1", robot_id=3, scene_id=120, talk_id=23702, flow_id=81)

    assert why_refused(desk, command) == "talk 23702 is with urobot 2, not 3; asking for the urobot begins one"


@pytest.mark.parametrize(
    ("session_id", "why"),
    [
        (-1, "-1 is neither a talk with urobot 2 in scene 114 nor an agent session after one"),
        (23709, "23709 is neither a talk with urobot 2 in scene 114 nor an agent session after one"),
        (1002, "1002 is neither a talk with urobot 2 in scene 114 nor an agent session after one"),
    ],
)
def test_a_transfer_of_nothing_is_not_reported(desk: Desk, session_id: int, why: str) -> None:
    """会话id. Doc: im-api-v2 §转人工统计接口(urobot使用)."""
    start(desk, "c-3")

    assert why_refused(desk, ReportTransfer(session_id=session_id, **WHERE)) == why


def test_a_question_is_no_flow(desk: Desk) -> None:
    """A suggestion of type 1 is clicked, one of type 2 walked: the ids are easily mistaken."""
    walk = WalkFlow(talk_id=23702, flow_id=2, **OWN)
    unknown = WalkFlow(talk_id=23702, flow_id=99, **OWN)

    assert why_refused(desk, walk) == (
        "2 is question “运费谁出” of urobot 2, not a flow: a question is clicked; known: 81, 82"
    )
    assert why_refused(desk, unknown) == "urobot 2 has no flow 99; known: 81, 82"


def test_an_id_that_nothing_has_can_not_be_clicked(desk: Desk) -> None:
    """What is suggested can: a question or a flow. Doc: im-api-v2 §用户点击行为接口, 建议列表点击."""
    unknown = ClickQuestion(talk_id=23702, question_id=99, **OWN)

    assert why_refused(desk, unknown) == "urobot 2 has no question 99; known: 1, 2, 3, 4"


def test_answers_are_told_in_the_desks_words(desk: Desk) -> None:
    """No name of a field of the call stands in what the desk says."""
    robots = answer_in(ask_robot(desk, "m1").effects)
    urobots = answer_in(ask_urobot(desk, talk_id=23702).effects)

    def rate(answer_id: str, **fields: Any) -> RateAnswer:
        return RateAnswer(customer_token="c-1", answer_id=answer_id, is_useful=True, **fields)

    assert (
        why_refused(desk, rate("x", question_id=1))
        == "'x' is no answer of a robot to this customer: its id comes with its push"
    )
    assert (
        why_refused(desk, rate("9", talk_id=23702, **WHERE))
        == "'9' is no answer in talk 23702: its id comes with its push"
    )
    assert why_refused(desk, rate(robots.id, question_id=2)) == "question 2 is not the answer's; that is 1"
    assert why_refused(desk, rate(urobots.id, question_id=1)) == (
        f"'{urobots.id}' is an answer of a urobot: name the talk, the urobot and the scene"
    )
    assert why_refused(desk, RateTalk(talk_id=23702, option_id=9, **OWN)) == (
        "option 9 is unknown; known: 2 满意, 3 一般, 4 不满意"
    )
