"""Robots and urobots, as the operator sets them: who they are and what they know."""

import dataclasses
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, TypeVar

from . import checks
from .books import Books
from .effects import Happened, Outcome
from .errors import UsageError
from .happenings import Happening
from .knowledge import Robot, Urobot
from .knowledge_checks import check_robot
from .robot_commands import AddRobot, AddUrobot, ChangeRobot, ChangeUrobot, RemoveRobot, RemoveUrobot
from .talk_index import kind_of

R = TypeVar("R", Robot, Urobot)

_ROBOT_FIELDS = {field.name for field in dataclasses.fields(Robot)} - {"id"}
_UROBOT_FIELDS = {field.name for field in dataclasses.fields(Urobot)} - {"id", "created_at"}


def add_robot(books: Books, command: AddRobot, now: datetime) -> Outcome[int]:
    """Doc: im-api-v2 §机器人返回."""
    state, fields = books.state, command.fields
    checks.check_fields(fields, _ROBOT_FIELDS | {"id"})
    robot_id = checks.new_id(fields, state.robots, "robot", state.counters.robot)
    outcome = _add(state.robots, Robot(**{"name": "", **fields, "id": robot_id}), fields, now)
    state.counters.robot = robot_id + 1
    return outcome


def change_robot(books: Books, command: ChangeRobot, now: datetime) -> Outcome[int]:
    """Answers that were given stay as they are. The robot keeps its place: the first one answers whoever names none."""
    checks.check_fields(command.fields, _ROBOT_FIELDS)
    return _change(books.state.robots, _known(books.state.robots, command.robot_id, "robot"), command.fields, now)


def remove_robot(books: Books, command: RemoveRobot, now: datetime) -> Outcome[None]:
    """Its talks stay in the history; without any robot left, asking one is refused."""
    return _remove(books, books.state.robots, _known(books.state.robots, command.robot_id, "robot"), now)


def add_urobot(books: Books, command: AddUrobot, now: datetime) -> Outcome[int]:
    """Doc: im-api-v2 §获取urobot列表. Its `created_at` is now."""
    state, fields = books.state, command.fields
    checks.check_fields(fields, _UROBOT_FIELDS | {"id"})
    robot_id = checks.new_id(fields, state.urobots, "urobot", state.counters.urobot)
    urobot = Urobot(**{"name": "", **fields, "id": robot_id, "created_at": now})
    outcome = _add(state.urobots, urobot, fields, now)
    state.counters.urobot = robot_id + 1
    return outcome


def change_urobot(books: Books, command: ChangeUrobot, now: datetime) -> Outcome[int]:
    """Answers that were given stay as they are. Its frequent questions must be in the knowledge that it has then."""
    checks.check_fields(command.fields, _UROBOT_FIELDS)
    return _change(books.state.urobots, _known(books.state.urobots, command.robot_id, "urobot"), command.fields, now)


def remove_urobot(books: Books, command: RemoveUrobot, now: datetime) -> Outcome[None]:
    """Its talks stay in the history."""
    return _remove(books, books.state.urobots, _known(books.state.urobots, command.robot_id, "urobot"), now)


def _add(robots: dict[int, R], robot: R, fields: Iterable[str], now: datetime) -> Outcome[int]:
    check_robot(robot)
    robots[robot.id] = robot
    return Outcome(robot.id, (_robots_changed(now, robot, "added", fields),))


def _change(robots: dict[int, R], robot: R, fields: Mapping[str, Any], now: datetime) -> Outcome[int]:
    changed = {name: value for name, value in fields.items() if getattr(robot, name) != value}
    if not changed:
        return Outcome(robot.id, ())
    new = dataclasses.replace(robot, **changed)
    check_robot(new)
    robots[new.id] = new
    return Outcome(new.id, (_robots_changed(now, new, "changed", changed),))


def _remove(books: Books, robots: dict[int, R], robot: R, now: datetime) -> Outcome[None]:
    books.talks.forget_knowledge(robot)
    del robots[robot.id]
    return Outcome(None, (_robots_changed(now, robot, "removed"),))


def _known(robots: Mapping[int, R], robot_id: int, noun: str) -> R:
    found = robots.get(robot_id)
    if found is None:
        raise UsageError("unknown", f"{noun} {robot_id} is unknown", hint=checks.known(robots))
    return found


def _robots_changed(now: datetime, robot: Robot | Urobot, what: str, fields: Iterable[str] = ()) -> Happened:
    facts = {"fields": sorted(fields)}
    return Happened(
        at=now,
        kind=Happening.ROBOTS_CHANGED,
        reason=f"{kind_of(robot)} {robot.id} {robot.name} was {what}",
        facts=facts,
    )
