"""Everything that can be asked of a desk about robots, by a customer or an operator; `commands.py` has the rest."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .commands import Command, Said
from .knowledge import Robot, Urobot
from .records import FROM_API, Data, Origin
from .talks import RobotAnswer, Talk


@dataclass(frozen=True, slots=True)
class RobotTalk:
    """The customer talks to a robot from now on."""

    talk: Talk
    robot: Robot


@dataclass(frozen=True, slots=True)
class UrobotTalk:
    """The customer talks to a urobot from now on."""

    talk: Talk
    urobot: Urobot


@dataclass(frozen=True, slots=True, kw_only=True)
class TalkToRobot(Command[RobotTalk]):
    """A customer asks for a robot (assign_type robot): the one named, else the first. An open session or a queue stays: ruling 7.

    An unknown token makes the customer by policy, else NOT_FOUND. Raises NO_ROBOT: there is none, or none with this id.
    Asking again within the same stay goes on with the same talk.
    """

    customer_token: str
    robot_id: int | None = None
    origin: Origin = FROM_API


@dataclass(frozen=True, slots=True, kw_only=True)
class TalkToUrobot(Command[UrobotTalk]):
    """A customer asks for a urobot: each time a new talk with a new sessionId (Assumed). Raises NO_ROBOT, NO_SCENE, NOT_FOUND by policy."""

    customer_token: str
    robot_id: int
    scene_id: int
    origin: Origin = FROM_API


@dataclass(frozen=True, slots=True, kw_only=True)
class AskRobot(Command[Said]):
    """A customer says something to a robot (0 or empty); the first time it begins a talk. The answer is pushed.

    Raises as TalkToRobot. A message_id seen before is a repeat: nothing is asked again (ruling 14).
    """

    customer_token: str
    message_id: str
    data: Data
    robot_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AskUrobot(Command[Said]):
    """A customer says something to a urobot (-1). Without `talk_id` (urobot_session_id): the latest with this robot and scene, else a new one.

    Without `message_id` the question has its own log's number. Raises NO_ROBOT, NO_SCENE, NOT_FOUND by policy, and SESSION_CLOSED
    for a talk that is unknown, somebody else's, or with another robot or scene.
    """

    customer_token: str
    robot_id: int
    scene_id: int
    data: Data
    message_id: str | None = None
    talk_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WalkFlow(Command[RobotAnswer]):
    """A customer clicks an item of a flow; the flow is pushed. Doc: im-api-v2 §流程问题接口.

    Raises NO_ROBOT, NO_SCENE, NO_SESSION (talk unknown, somebody else's or with another robot or scene), NOT_FOUND (customer, flow).
    """

    customer_token: str
    talk_id: int
    robot_id: int
    scene_id: int
    flow_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ClickQuestion(Command[RobotAnswer]):
    """A customer clicks a suggested or frequent question, by id or else by title; its answer is pushed. Doc: im-api-v2 §用户点击行为接口.

    Raises as WalkFlow; `scene_id` None: not checked. A title that is none is asked like any text; an unknown id is NOT_FOUND.
    """

    customer_token: str
    talk_id: int
    robot_id: int
    scene_id: int | None
    question_id: int | None
    title: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RateAnswer(Command[None]):
    """A customer says whether a robot's answer helped; the latest rating counts. Doc: im-api-v2 §机器人问答评价, §问题评价(仅限urobot使用).

    `question_id` is given for robots, the other three for urobots. Raises NOT_FOUND (customer, answer), INVALID with the field's name
    (question_id 0 or another's), NO_ROBOT, NO_SCENE, NO_SESSION as WalkFlow.
    """

    customer_token: str
    answer_id: str
    is_useful: bool
    question_id: int | None = None
    talk_id: int | None = None
    robot_id: int | None = None
    scene_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RateTalk(Command[None]):
    """A customer rates a urobot; the latest rating counts. Doc: im-api-v2 §urobot机器人会话评价(urobot使用). Raises as WalkFlow, and INVALID."""

    customer_token: str
    talk_id: int
    robot_id: int
    scene_id: int
    option_id: int
    remark: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportTransfer(Command[Talk]):
    """The app reports that a urobot's customer asked for a person, for the statistics. Doc: im-api-v2 §转人工统计接口(urobot使用).

    `session_id` is a urobot's, or the agent session's that it led to (Assumed). Raises NO_ROBOT, NO_SCENE, NO_SESSION.
    """

    session_id: int
    robot_id: int
    scene_id: int


@dataclass(frozen=True, slots=True)
class AddRobot(Command[int]):
    """Adds a robot; `fields` are names of `Robot`, `id` optional. Raises UsageError: id taken or given out before, bad knowledge."""

    fields: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ChangeRobot(Command[int]):
    """Changes the named fields of a robot; answers given stay as they are. Raises UsageError."""

    robot_id: int
    fields: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class RemoveRobot(Command[None]):
    """Removes a robot; its talks stay in the history. Raises UsageError: unknown."""

    robot_id: int


@dataclass(frozen=True, slots=True)
class AddUrobot(Command[int]):
    """Adds a urobot; `fields` are names of `Urobot` (`created_at`: now), `id` optional. Raises UsageError: as AddRobot, no scene or one twice."""

    fields: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ChangeUrobot(Command[int]):
    """Changes the named fields of a urobot; answers given stay as they are. Raises UsageError."""

    robot_id: int
    fields: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class RemoveUrobot(Command[None]):
    """Removes a urobot; its talks stay in the history. Raises UsageError: unknown."""

    robot_id: int
