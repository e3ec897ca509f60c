"""The company's robots: what they are called, what they know, and what they would answer."""

from ..desk.knowledge import Robot
from ..desk.robot_commands import AddRobot, ChangeRobot, RemoveRobot
from ..endpoint import Reply, Table
from ..scenario.people.finding import robot_of
from ..scenario.people.robots import RobotFields
from ..scenario.people.robots_to_desk import NEW, robot_fields
from ..scenario.people.typed import Name, Number
from .asking import IdOrName, OperatorAsk
from .knowledge import KnowledgeShown, knowledge_fields
from .operator import Nothing, OperatorCall, WasDone
from .robot_calls import Tried, Try, WhichRobot, submit, tried

TABLE = Table()
_SECTION = "robots"


class NewRobot(OperatorAsk, RobotFields):
    """A robot to be added; the id is the next free one unless given."""

    id: Number | None = None
    name: Name


class ChangeRobotFields(OperatorAsk, RobotFields):
    """What to change of a robot: each field that is given is replaced whole, what is left out stays."""

    id: IdOrName
    name: Name = ""


class RobotHead(Reply):
    """Who a robot is."""

    id: int
    name: str
    avatar: str
    welcome: str


class RobotShown(KnowledgeShown, RobotHead):
    """A robot with all it knows; who it is comes first."""


class RobotList(Reply):
    """All robots of the company."""

    robots: list[RobotShown]
    total: int


@TABLE.add("GET", "/robots", section=_SECTION, source="assumed")
def list_robots(call: OperatorCall, ask: Nothing) -> RobotList:
    """All robots with what they know."""
    rows = [_robot(robot) for robot in call.desk.state.robots.values()]
    return RobotList(robots=rows, total=len(rows))


@TABLE.add("POST", "/robots", section=_SECTION, source="assumed", status=201)
def add_robot(call: OperatorCall, ask: NewRobot) -> RobotShown:
    """Adds a robot; its questions, small talk and flows must fit together."""
    number = submit(call, ask, AddRobot(robot_fields(ask, NEW)))
    return _robot(call.desk.state.robots[number])


@TABLE.add("GET", "/robots/{id}", section=_SECTION, source="assumed")
def show_robot(call: OperatorCall, ask: WhichRobot) -> RobotShown:
    """One robot, by id or name."""
    return _robot(robot_of(call.desk, ask.id))


@TABLE.add("PATCH", "/robots/{id}", section=_SECTION, source="assumed")
def change_robot(call: OperatorCall, ask: ChangeRobotFields) -> RobotShown:
    """Changes a robot; a list that is given replaces the whole list, and answers given stay as they are."""
    robot = robot_of(call.desk, ask.id)
    fields = robot_fields(ask, robot.knowledge)
    del fields["id"]
    submit(call, ask, ChangeRobot(robot.id, fields))
    return _robot(call.desk.state.robots[robot.id])


@TABLE.add("DELETE", "/robots/{id}", section=_SECTION, source="assumed")
def remove_robot(call: OperatorCall, ask: WhichRobot) -> WasDone:
    """Removes a robot; the talks it had stay."""
    call.submit(RemoveRobot(robot_of(call.desk, ask.id).id))
    return WasDone()


@TABLE.add("POST", "/robots/{id}/try", section=_SECTION, source="assumed", changes_nothing=True)
def try_robot(call: OperatorCall, ask: Try) -> Tried:
    """Which answer a text would get from a robot, and why; nothing changes."""
    return tried(call, robot_of(call.desk, ask.id).knowledge, "robot", ask.text)


def _robot(robot: Robot) -> RobotShown:
    return RobotShown(
        id=robot.id,
        name=robot.name,
        avatar=robot.avatar,
        welcome=robot.welcome,
        **knowledge_fields(robot.knowledge),
    )
