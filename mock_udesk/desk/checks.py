"""What a command is checked for before it changes anything: that what it names exists, in words that say what would be right."""

from collections.abc import Collection, Mapping
from itertools import islice
from typing import Any

from .books import COMPANY, Books
from .errors import NO_AGENT, NO_GROUP, NO_ROBOT, NO_SCENE, NO_SESSION, NOT_FOUND, DeskError, Refusal, UsageError
from .knowledge import Robot, Urobot
from .records import Agent, Customer, Group, Session, Target
from .talks import Talk

# What stands in the place of a session's number where a robot or a urobot is asked. Doc: im-api-v2 §发送消息.
_ROBOTS_AS_SUCH = (0, -1)


def known(names: Collection[object]) -> str:
    """What would have been right: the first few of what there is."""
    return f"known: {listed(names)}" if names else "there are none"


def listed(names: Collection[object]) -> str:
    """The first few of these, and how many more there are."""
    few = ", ".join(str(name) for name in islice(names, 8))
    return few + (f" and {len(names) - 8} more" if len(names) > 8 else "")


def queue_of(target: Target) -> str:
    """A queue in words."""
    return "the company's queue" if target.kind == "company" else f"{target.kind} {target.id}'s queue"


def check_fields(fields: Mapping[str, Any], allowed: Collection[str]) -> None:
    """Raises UsageError when a field is named that can't be set."""
    for name in fields:
        if name not in allowed:
            raise UsageError("invalid", f"unknown field {name!r}", hint=known(sorted(allowed)))


def customer(books: Books, customer_id: int) -> Customer:
    """The customer with this id, else DeskError NOT_FOUND."""
    found = books.state.customers.get(customer_id)
    if found is None:
        raise DeskError(NOT_FOUND, detail=f"customer {customer_id} is unknown; {known(books.state.customers)}")
    return found


def customer_by_token(books: Books, token: str) -> Customer:
    """The customer with this token, else DeskError NOT_FOUND."""
    customer_id = books.by_token.get(token)
    if customer_id is None:
        raise DeskError(NOT_FOUND, detail=f"customer_token {token!r} is unknown: create the customer first")
    return books.state.customers[customer_id]


def target(books: Books, *, agent_id: int | None, group_id: int | None) -> Target:
    """Whom a customer asks for; the agent wins over the group. Raises DeskError NO_AGENT, NO_GROUP. Ruling 8."""
    if agent_id is not None:
        if agent_id not in books.state.agents:
            raise DeskError(NO_AGENT, detail=f"agent_id {agent_id} is unknown; {known(books.state.agents)}")
        return Target("agent", agent_id)
    if group_id is not None:
        if group_id not in books.state.groups:
            raise DeskError(NO_GROUP, detail=f"group_id {group_id} is unknown; {known(books.state.groups)}")
        return Target("group", group_id)
    return COMPANY


def apps_open_session(books: Books, session_id: int) -> Session:
    """An open session that a customer's app names, else DeskError NO_SESSION."""
    found = apps_session(books, session_id)
    if found.closed_at is not None:
        raise DeskError(
            NO_SESSION, detail=f"session {session_id} was closed by the {found.closed_by}; ask for an agent"
        )
    return found


def apps_session(books: Books, session_id: int) -> Session:
    """A session that a customer's app names, open or closed, else DeskError NO_SESSION."""
    found = books.state.sessions.get(session_id)
    if found is None:
        talk = books.state.talks.get(session_id)
        why = f"session {session_id} is unknown" if talk is None else not_a_session(talk)
        raise DeskError(NO_SESSION, detail=f"{why}; {known(books.state.sessions)}")
    return found


def not_a_session(talk: Talk) -> str:
    """What the number is that was taken for a session's."""
    return f"{talk.id} is a talk with {talk.kind} {talk.robot_id}, not a session"


def apps_robot(books: Books, robot_id: int | None) -> Robot:
    """The robot that a customer's app names, else the first. Raises DeskError NO_ROBOT. Ruling 17."""
    robots = books.state.robots
    found = next(iter(robots.values()), None) if robot_id is None else robots.get(robot_id)
    if found is None:
        raise _no_robot("robot", robot_id, robots)
    return found


def apps_urobot(books: Books, robot_id: int, scene_id: int | None) -> Urobot:
    """The urobot that a customer's app names, in a scene of its own if one is named. Raises DeskError NO_ROBOT, NO_SCENE. Ruling 17."""
    found = books.state.urobots.get(robot_id)
    if found is None:
        raise _no_robot("urobot", robot_id, books.state.urobots)
    scene_ids = [scene.id for scene in found.scenes]
    if scene_id is not None and scene_id not in scene_ids:
        raise DeskError(NO_SCENE, detail=f"urobot {robot_id} has no scene {scene_id}; {known(scene_ids)}")
    return found


def apps_talk(
    books: Books, customer_id: int | None, talk_id: int, *, robot_id: int, scene_id: int | None, refusal: Refusal
) -> Talk:
    """The customer's talk with this urobot in this scene (None: in any), else the refusal."""
    found = books.state.talks.get(talk_id)
    if found is None or found.kind != "urobot":
        why = _no_talk(books, customer_id, talk_id)
    elif found.customer_id != customer_id:
        why = f"talk {talk_id} is another customer's"
    elif found.robot_id != robot_id:
        why = f"talk {talk_id} is with urobot {found.robot_id}, not {robot_id}"
    elif scene_id is not None and found.scene_id != scene_id:
        why = f"talk {talk_id} is in scene {found.scene_id}, not {scene_id}"
    else:
        return found
    raise DeskError(refusal, detail=f"{why}; asking for the urobot begins one")


def _no_talk(books: Books, customer_id: int | None, talk_id: int) -> str:
    if talk_id in _ROBOTS_AS_SUCH:
        return f"{talk_id} stands for robots as such, and a talk has a number of its own"
    session = books.state.sessions.get(talk_id)
    if session is not None and session.customer_id == customer_id:
        return f"{talk_id} is a session with an agent, not a talk with a urobot"
    return f"talk {talk_id} is unknown"


def _no_robot(noun: str, robot_id: int | None, robots: Collection[int]) -> DeskError:
    named = "" if robot_id is None else f"{noun} {robot_id} is unknown; "
    return DeskError(NO_ROBOT, detail=f"{named}{noun}s: {known(robots)}")


def session(books: Books, session_id: int) -> Session:
    """A session that the operator names, open or closed, else UsageError."""
    found = books.state.sessions.get(session_id)
    if found is None:
        raise UsageError("unknown", f"session {session_id} is unknown", hint=known(books.state.sessions))
    return found


def open_session(books: Books, session_id: int) -> Session:
    """An open session that the operator names, else UsageError."""
    found = session(books, session_id)
    if found.closed_at is not None:
        raise UsageError(
            "conflict",
            f"session {session_id} was closed by the {found.closed_by} ({found.close_type})",
            hint="the customer has to ask for an agent again",
        )
    return found


def agent(books: Books, agent_id: int) -> Agent:
    """An agent that the operator names, else UsageError."""
    found = books.state.agents.get(agent_id)
    if found is None:
        raise UsageError("unknown", f"agent {agent_id} is unknown", hint=known(books.state.agents))
    return found


def group(books: Books, group_id: int) -> Group:
    """A group that the operator names, else UsageError."""
    found = books.state.groups.get(group_id)
    if found is None:
        raise UsageError("unknown", f"group {group_id} is unknown", hint=known(books.state.groups))
    return found


def free_id(fields: Mapping[str, Any], taken: Collection[int], what: str) -> int | None:
    """The id that is asked for, None when none is; else UsageError: taken, or no id at all."""
    wanted = fields.get("id")
    if wanted is None:
        return None
    if not isinstance(wanted, int) or isinstance(wanted, bool) or wanted < 1:
        raise UsageError("invalid", f"id {wanted!r} is no id", hint="a whole number from 1")
    if wanted in taken:
        raise UsageError(
            "conflict", f"there is {what} {wanted} already", hint="leave the id out to get the next free one"
        )
    return wanted


def new_id(fields: Mapping[str, Any], taken: Collection[int], what: str, next_id: int) -> int:
    """The id that is asked for, else the next, where none is ever given out again: what was under it stays in the history. Raises UsageError."""
    wanted = free_id(fields, taken, what)
    if wanted is not None and wanted < next_id:
        raise UsageError(
            "conflict",
            f"{what} {wanted} has been, or was passed over: an id is never given out again",
            hint=f"leave the id out, or give one from {next_id}",
        )
    return next_id if wanted is None else wanted
