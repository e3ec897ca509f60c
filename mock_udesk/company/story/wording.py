"""What has happened, in one short English phrase with the conversation's own words in quotes, and whom people call what."""

import re
from collections.abc import Mapping
from typing import Any, Final, assert_never

from pydantic_core import from_json

from ...desk.desk import Desk
from ...desk.effects import Happened
from ...desk.happenings import Happening
from ...desk.timers import Timer

LONGEST_QUOTE = 60
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
_STAFF: Final = (Happening.STAFF_CHANGED, Happening.ROBOTS_CHANGED)
# The fields of the desk's records, as they are called where people type them.
_TYPED: Final[Mapping[str, str]] = {
    "nick": "im_nick",
    "group_ids": "groups",
    "status": "im_status",
    "custom_status": "im_custom_status",
    "capacity": "im_max_join_num",
    "token": "customer_token",
}


def json_object(body: bytes) -> Mapping[str, Any]:
    """A body's object; an empty one where it holds none."""
    try:
        value = from_json(body) if body else None
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def first_of(findings: str) -> str:
    """A text of one line as it is; of many, each with a finding, the first and how many there are."""
    first, *more = findings.split("\n", 1)
    return f"{findings.count(chr(10)) + 1} findings, the first: {first}" if more else first


def said(type_: str, data: Mapping[str, Any]) -> str:
    """A message in quotes, or its type and where it is found."""
    content = data.get("content", data.get("title", ""))
    text = content if isinstance(content, str) else str(content)
    text = " ".join(text.split())
    if len(text) > LONGEST_QUOTE:
        text = f"{text[: LONGEST_QUOTE - 1]}…"
    return f"“{text}”" if type_ in ("message", "rich", "system") else f"[{type_} {text}]".replace(" ]", "]")


def quoted_answer(content: str) -> str:
    """What a robot says, in quotes and without its HTML; nothing where it says nothing but suggestions."""
    text = _TAG.sub(" ", content)
    return said("message", {"content": text}) if text.strip() else ""


def customer_label(desk: Desk, customer_id: int | None) -> str:
    """What people call a customer: the app's own id, else the nick name."""
    customer = desk.state.customers.get(customer_id) if customer_id is not None else None
    if customer is None:
        return f"customer {customer_id}" if customer_id is not None else "somebody"
    return customer.token or customer.nick_name or f"customer {customer.id}"


def customer_named(desk: Desk, customer_id: int) -> str:
    """A customer in a sentence: `customer wang`, or by number."""
    label = customer_label(desk, customer_id)
    return label if label == f"customer {customer_id}" else f"customer {label}"


def agent_label(desk: Desk, agent_id: int | None) -> str:
    """An agent's name."""
    agent = desk.state.agents.get(agent_id) if agent_id is not None else None
    return agent.name if agent is not None else f"agent {agent_id}"


def timer(row: Timer, desk: Desk, who: str) -> str:
    """To whom something will happen by itself, and of a scenario's run what."""
    if row.run_id is None or desk.state.play is None:
        return who
    from . import play_wording

    return f"{who}: {play_wording.due(desk.state.play.runs[row.run_id], desk)}"


def robot_label(desk: Desk, facts: Mapping[str, Any]) -> str:
    """The name that the robot or urobot of a talk had when it began."""
    talk = desk.state.talks.get(facts.get("talk_id", 0))
    if talk is None:
        return f"robot {facts.get('robot_id')}"
    return talk.name


def happening(happened: Happened, desk: Desk, changed: str = "") -> str:
    """What happened, and why; `changed` says what was changed where the call that did it is known."""
    # Of the staff, their status and the robots the reason is all there is to say, and what was changed.
    if happened.kind in _STAFF and happened.reason.endswith("was changed"):
        return f"{happened.reason}: {changed}" if changed else f"{happened.reason}{_fields(happened.facts)}"
    if happened.kind in (*_STAFF, Happening.AGENT_STATUS) and happened.reason:
        return happened.reason
    if happened.kind is Happening.CUSTOMER_CHANGED and changed:
        return f"{customer_label(desk, happened.customer_id)} changed: {changed}"
    text = _happening(happened, desk)
    return f"{text} ({happened.reason})" if happened.reason else text


def exchange(asked: Happened, answer: Happened, desk: Desk) -> str:
    """A question to a robot with what it answered, and why."""
    who = customer_label(desk, asked.customer_id)
    return f"{_question(asked.facts, who)}; {happening(answer, desk)}"


def _happening(happened: Happened, desk: Desk) -> str:
    facts = happened.facts
    who = customer_label(desk, happened.customer_id)
    agent = agent_label(desk, happened.agent_id)
    match happened.kind:
        case Happening.CUSTOMER_CREATED:
            return f"customer {happened.customer_id} made: {who}"
        case Happening.CUSTOMER_CHANGED:
            return f"{who} changed{_fields(facts)}"
        case Happening.CUSTOMER_REMOVED:
            return f"{who} removed"
        case Happening.CUSTOMER_ONLINE:
            return f"{who} is online"
        case Happening.CUSTOMER_OFFLINE:
            return f"{who} is offline"
        case Happening.H5_PUSH_SWITCHED:
            return f"H5 push of {who} switched {'on' if facts.get('is_on') else 'off'}"
        case Happening.QUEUED:
            return f"{who} queued for {_queue(facts, desk)}{_place(facts)}"
        case Happening.ASSIGNING:
            return f"{who} is being assigned to {agent}"
        case Happening.RELEASED:
            return f"{who} is back in the queue"
        case Happening.QUEUE_MOVED:
            return f"{who} moves up in the queue for {_queue(facts, desk)}{_place(facts)}"
        case Happening.QUEUE_ABANDONED:
            return f"{who} left the queue"
        case Happening.SESSION_STARTED:
            return f"session {happened.session_id}: {who} talks to {agent}{_waited(facts)}"
        case Happening.TRANSFERRED:
            return f"{_from(facts)}session {happened.session_id}: {who} talks to {agent}"
        case Happening.SESSION_CLOSED:
            return f"session {happened.session_id} of {who} with {agent} closed{_closed(facts)}"
        case Happening.SESSIONS_DESTROYED:
            return f"destroyed sessions: {', '.join(str(number) for number in facts.get('session_ids', ())) or 'none'}"
        case Happening.MESSAGE:
            return f"{who}: {_message(facts)}"
        case Happening.AGENT_MESSAGE:
            return f"{agent}: {_message(facts)}"
        case Happening.LEAVE_MESSAGE:
            return f"{who} left a message for {agent if happened.agent_id else 'nobody'}: {_message(facts)}"
        case Happening.LEAVE_MESSAGE_SOLVED:
            return f"a message of {who} is solved"
        case Happening.PREVIEW:
            return f"{who} types {said('message', facts) if facts.get('content') else 'nothing any more'}"
        case Happening.AGENT_READ:
            return f"{agent} has read what {who} said{_count(facts)}"
        case Happening.MESSAGE_READ:
            return f"{who} has read what {agent} said{_count(facts)}"
        case Happening.SURVEY_INVITED:
            return f"{agent} asks {who} for a rating"
        case Happening.SURVEY:
            return f"{who} rated session {happened.session_id}{_rating(facts)}"
        case Happening.AGENT_STATUS:
            return f"{agent} is {facts.get('status', 'changed')}"
        case Happening.STAFF_CHANGED:
            return f"staff changed{_fields(facts)}"
        case Happening.POLICY_CHANGED:
            return f"settings changed{_fields(facts)}"
        case Happening.ROBOT_TALK:
            return f"talk {facts.get('talk_id')}: {who} talks to {facts.get('kind', 'robot')} {facts.get('name', '')}".rstrip()
        case Happening.ROBOT_QUESTION | Happening.UROBOT_QUESTION:
            return _question(facts, who)
        case Happening.ROBOT_ANSWER:
            return _answer(facts, robot_label(desk, facts))
        case Happening.ANSWER_RATED:
            found = "useful" if facts.get("is_useful") else "not useful"
            return f"{who} found answer {facts.get('message_id')} of {robot_label(desk, facts)} {found}"
        case Happening.ROBOT_RATED:
            return f"{who} rated {robot_label(desk, facts)}{_rating(facts)}"
        case Happening.TRANSFER_REPORTED:
            return f"the app reported that {who} asked {robot_label(desk, facts)} for a person"
        case Happening.ROBOTS_CHANGED:
            return f"robots changed{_fields(facts)}"
        case _:
            assert_never(happened.kind)


def _message(facts: Mapping[str, Any]) -> str:
    data = facts.get("data")
    return said(str(facts.get("type", "message")), data if isinstance(data, Mapping) else {})


def _question(facts: Mapping[str, Any], who: str) -> str:
    if facts.get("type") != "click":
        return f"{who}: {_message(facts)}"
    data = facts.get("data")
    return f"{who} clicks {said('message', data if isinstance(data, Mapping) else {})}"


def _answer(facts: Mapping[str, Any], robot: str) -> str:
    text = quoted_answer(str(facts.get("content", "")))
    return f"{robot}: {text}" if text else f"{robot} suggests questions"


def _queue(facts: Mapping[str, Any], desk: Desk) -> str:
    target = facts.get("target")
    kind, number = (target.get("kind"), target.get("id")) if isinstance(target, Mapping) else (None, None)
    if kind == "agent":
        return agent_label(desk, number)
    if kind == "group":
        group = desk.state.groups.get(number) if isinstance(number, int) else None
        return group.name if group is not None else f"group {number}"
    return "anybody"


def _place(facts: Mapping[str, Any]) -> str:
    place = facts.get("place")
    return f", place {place}" if place is not None else ""


def _waited(facts: Mapping[str, Any]) -> str:
    seconds = facts.get("queue_seconds")
    return f" after waiting {round(seconds, 1):g} s" if isinstance(seconds, int | float) else ""


def _from(facts: Mapping[str, Any]) -> str:
    old = facts.get("from_session_id")
    return f"session {old} → " if old is not None else ""


def _closed(facts: Mapping[str, Any]) -> str:
    by = f" by {facts['closed_by']}" if "closed_by" in facts else ""
    return f": {facts['close_type']}{by}" if "close_type" in facts else by


def _rating(facts: Mapping[str, Any]) -> str:
    remark = f", “{facts['remark']}”" if facts.get("remark") else ""
    return f": option {facts.get('option_id')}{remark}"


def _count(facts: Mapping[str, Any]) -> str:
    ids = facts.get("message_ids")
    return f": {len(ids)}" if isinstance(ids, list | tuple) else ""


def _fields(facts: Mapping[str, Any]) -> str:
    names = ", ".join(_TYPED.get(name, name) for name in facts.get("fields", ()))
    return f": {names}" if names else ""
