"""Beginning a talk with a robot: what POST /im/sessions does with assign_type robot and urobot."""

from typing import Literal

from ..company.call import Call
from ..desk.errors import SUCCESS
from ..desk.knowledge import Urobot
from ..desk.records import Origin
from ..desk.robot_commands import TalkToRobot, TalkToUrobot
from ..endpoint import Reply
from .fields import SUCCEEDED, missing


class RobotInfo(Reply):
    """Which robot it is, and what it says when it begins and when it has no answer; `unknow` is the document's spelling."""

    robot_name: str
    robot_avatar: str
    welcome_message: str
    unknow_message: str


class RobotReply(Reply):
    """1000 a robot. Doc: im-api-v2 §机器人返回."""

    code: int = SUCCESS
    message: str = SUCCEEDED
    assign_type: Literal["robot"] = "robot"
    assign_info: RobotInfo


class TopQuestion(Reply):
    """One frequent question; `quesition` is the document's spelling, running clients read the right one (ruling 21)."""

    question: str
    quesition: str
    questionId: int
    quesitionId: int


class TopQuestions(Reply):
    """One heading of the frequent questions, spelled both ways too."""

    questionType: str
    quesitionType: str
    questionTypeId: int
    quesitionTypeId: int
    optionsList: list[TopQuestion]


class UrobotInfo(Reply):
    """Which urobot it is and what it says first; `sessionId` is the talk's, `logId` the number of its hello."""

    sessionId: int
    logId: int
    robotName: str
    logoUrl: str | None
    leadingWord: str
    helloWord: str
    topAsk: list[TopQuestions]


class UrobotReply(Reply):
    """1000 a urobot. Doc: im-api-v2 §机器人返回."""

    code: int = SUCCESS
    message: str = SUCCEEDED
    assign_type: Literal["urobot"] = "urobot"
    assign_info: UrobotInfo


def begin_with_robot(
    call: Call, *, customer_token: str, robot_id: int | None, scene_id: int | None, origin: Origin
) -> RobotReply:
    """The customer talks to a robot. A scene is a urobot's, and so is passed over."""
    if scene_id is not None:
        call.warn(f"scene_id {scene_id} was passed over: robots have no scenes, assign_type urobot has")
    robot_id = known_robot(call, robot_id, "which is asked for with assign_type urobot")
    begun = call.submit(TalkToRobot(customer_token=customer_token, robot_id=robot_id, origin=origin))
    robot = begun.robot
    return RobotReply(
        assign_info=RobotInfo(
            robot_name=robot.name,
            robot_avatar=robot.avatar,
            welcome_message=robot.welcome,
            unknow_message=robot.knowledge.unknown,
        )
    )


def known_robot(call: Call, robot_id: int | None, urobots_way: str) -> int | None:
    """The robot's id, or None for the first robot. Doc: im-api-v2 §创建会话: robot_id is `udesk机器人id`.

    Assumed: so an id that is no robot's does no harm where a robot of 云问 is asked for. `urobots_way` says how a urobot is.
    """
    state = call.desk.state
    if robot_id is None or robot_id in state.robots:
        return robot_id
    known = ", ".join(str(known_id) for known_id in state.robots) or "none"
    urobot = f"; {robot_id} is a urobot, {urobots_way}" if robot_id in state.urobots else ""
    call.warn(f"robot_id {robot_id} was passed over: robots are {known}{urobot}")
    return None


def begin_with_urobot(
    call: Call, *, customer_token: str, robot_id: int | None, scene_id: int | None, origin: Origin
) -> UrobotReply:
    """The customer talks to a urobot. Doc: im-api-v2 §创建会话: assign_type为'urobot'时,robot_id和scene_id必填."""
    if robot_id is None:
        raise missing("robot_id")
    if scene_id is None:
        raise missing("scene_id")
    begun = call.submit(
        TalkToUrobot(customer_token=customer_token, robot_id=robot_id, scene_id=scene_id, origin=origin)
    )
    urobot = begun.urobot
    return UrobotReply(
        assign_info=UrobotInfo(
            sessionId=begun.talk.id,
            logId=begun.talk.hello_log_id,
            robotName=urobot.name,
            # null in the document's example, where there is none.
            logoUrl=urobot.logo or None,
            leadingWord=urobot.leading,
            helloWord=urobot.hello,
            topAsk=_top_asks(urobot),
        )
    )


def _top_asks(urobot: Urobot) -> list[TopQuestions]:
    titles = {question.id: question.title for question in urobot.knowledge.questions}
    return [
        TopQuestions(
            questionType=heading.name,
            quesitionType=heading.name,
            questionTypeId=heading.id,
            quesitionTypeId=heading.id,
            optionsList=[
                TopQuestion(
                    question=titles[question_id],
                    quesition=titles[question_id],
                    questionId=question_id,
                    quesitionId=question_id,
                )
                for question_id in heading.question_ids
            ],
        )
        for heading in urobot.top_asks
    ]
