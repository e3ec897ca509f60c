"""What an entry of the journal says to a person: one short English phrase, with the conversation's own words in quotes."""

import json
from collections.abc import Mapping
from typing import Any, Final, assert_never

from pydantic_core import from_json

from ..desk.desk import Desk
from ..desk.effects import Happened, Happening
from ..endpoint import CONTROL_PREFIX, UDESK_PREFIX, plain_path
from .deliveries import Attempt, Delivery
from .entries import CallEntry, PushEntry
from .shapes import BEIJING

_LONGEST_QUOTE = 60
_MOST_AGENTS = 3
# The fields of the desk's records, as they are called where people type them.
_TYPED: Final[Mapping[str, str]] = {
    "nick": "im_nick",
    "group_ids": "groups",
    "status": "im_status",
    "custom_status": "im_custom_status",
    "capacity": "im_max_join_num",
    "token": "customer_token",
}


def call_path(entry: CallEntry) -> str:
    """A call's path without query, relative to `/open_api_v1`; an operator's from `/_mock` on, whatever company's base it had."""
    path = entry.path.partition("?")[0]
    if entry.kind == "operator":
        return path[path.find(CONTROL_PREFIX) :] if CONTROL_PREFIX in path else path
    _, found, rest = path.partition(UDESK_PREFIX)
    return plain_path(rest) if found else path


def json_object(body: bytes) -> Mapping[str, Any]:
    """A body's object; an empty one where it holds none."""
    try:
        value = from_json(body) if body else None
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def said(type_: str, data: Mapping[str, Any]) -> str:
    """A message in quotes, or its type and where it is found."""
    content = data.get("content", "")
    text = content if isinstance(content, str) else str(content)
    text = " ".join(text.split())
    if len(text) > _LONGEST_QUOTE:
        text = f"{text[: _LONGEST_QUOTE - 1]}…"
    return f"“{text}”" if type_ in ("message", "rich", "system") else f"[{type_} {text}]".replace(" ]", "]")


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


def verdict(entry: CallEntry, main: str) -> str:
    """How a call was answered; `main` is the chief thing that it made happen, in words."""
    if entry.status is None:
        return "not answered yet"
    answer = json_object(entry.answer)
    if entry.kind == "operator":
        error = answer.get("error")
        if isinstance(error, dict):
            return f"{entry.status} {error.get('message', '')}".rstrip()
        if entry.method == "PATCH" and call_path(entry) == f"{CONTROL_PREFIX}/company":
            return f"settings changed: {changes(entry)}"
        return main or _operator_result(entry, answer) or str(entry.status)
    code = entry.code if entry.code is not None else answer.get("code")
    words = main or str(answer.get("message", "")) or _state(answer)
    parts = [f"HTTP {entry.status}"] if entry.status != 200 and entry.status != code else []
    parts += [str(code)] if code is not None else []
    parts += [words] if words else []
    text = " ".join(parts)
    warnings = [warning for warning in entry.warnings if warning != entry.detail]
    if entry.detail and not any(entry.detail in told for told in (words, *warnings)):
        text += f" ({entry.detail})"
    if warnings:
        text += f" · {'; '.join(warnings)}"
    return text


def changes(entry: CallEntry) -> str:
    """What an operator's call was to change, with the new values."""
    return ", ".join(f"{name} {_short(value)}" for name, value in json_object(entry.body).items()) or "nothing"


def _short(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONGEST_QUOTE else f"{text[: _LONGEST_QUOTE - 1]}…"


def _operator_result(entry: CallEntry, answer: Mapping[str, Any]) -> str:
    """What there is to say of an operator's call that made nothing happen at the desk."""
    match answer:
        case {"now": str(now), "upcoming": _}:
            return f"it is {now[11:19]}"
        case {"queue_of": name, "count": count, "reason": reason}:
            return f"waits for {name}, place {count} ({reason})" if count else str(reason)
        case {"message_ids": []}:
            return "nothing was unread"
        case {"status": "solved"}:
            return "was solved already"
        case {"push": _, "attempts": _, "id": number}:
            return f"push {number} goes out once more"
        case {"subdomain": name, "secret": _} if "settings" not in answer:
            return f"company {name} founded"
        case {"state": "open", "id": number}:
            return f"session {number} is open already"
        case {"done": True}:
            return "done"
    return "nothing changed" if entry.method == "PATCH" else ""


def _state(answer: Mapping[str, Any]) -> str:
    """What a call that asked for a status learned."""
    match answer:
        case {"status": str(status), "count": int(count)}:
            return f"{status} {count}" if count else status
        case {"status": str(status), "status_code": _}:
            return status
        case {"agents": [{"im_status": _, "im_session_num": _}, *_] as agents}:
            few = [
                f"{row.get('name')} {row['im_status']} {row['im_session_num']}/{row.get('im_max_join_num')}"
                for row in agents[:_MOST_AGENTS]
            ]
            return ", ".join(few) + (f" and {len(agents) - len(few)} more" if len(agents) > len(few) else "")
    return ""


def happening(happened: Happened, desk: Desk, changed: str = "") -> str:
    """What happened, and why; `changed` says what was changed where the call that did it is known."""
    # Of the staff and their status the reason is all there is to say, and what was changed.
    if happened.kind is Happening.STAFF_CHANGED and happened.reason.endswith("was changed"):
        return f"{happened.reason}: {changed}" if changed else f"{happened.reason}{_fields(happened.facts)}"
    if happened.kind in (Happening.STAFF_CHANGED, Happening.AGENT_STATUS) and happened.reason:
        return happened.reason
    if happened.kind is Happening.CUSTOMER_CHANGED and changed:
        return f"{customer_label(desk, happened.customer_id)} changed: {changed}"
    text = _happening(happened, desk)
    return f"{text} ({happened.reason})" if happened.reason else text


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
            place = facts.get("place")
            return f"{who} queued for {_queue(facts, desk)}" + (f", place {place}" if place is not None else "")
        case Happening.ASSIGNING:
            return f"{who} is being assigned to {agent}"
        case Happening.RELEASED:
            return f"{who} is back in the queue"
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
        case _:
            assert_never(happened.kind)


def push_what(delivery: Delivery) -> str:
    """What a push carries, by type: `start_session + message`."""
    messages = json_object(delivery.body).get("messages")
    if delivery.push == "read" or not isinstance(messages, list):
        return delivery.push
    return " + ".join(str(row.get("type", "?")) for row in messages if isinstance(row, dict)) or delivery.push


def push_named(delivery: Delivery, desk: Desk) -> str:
    """A push in a sentence: `push 1 (message) to customer wang`."""
    return f"push {delivery.id} ({push_what(delivery)}) to {customer_named(desk, delivery.customer_id)}"


def push_content(delivery: Delivery) -> str:
    """What a push says."""
    body = json_object(delivery.body)
    messages = body.get("messages")
    if not isinstance(messages, list):
        ids = body.get("message_ids")
        return f"{len(ids)} read" if isinstance(ids, list) else ""
    rows = [row for row in messages if isinstance(row, dict) and isinstance(row.get("data"), dict)]
    # The service's own markers say nothing that their type doesn't.
    telling = [row for row in rows if row.get("type") not in ("start_session", "transfer", "close")] or rows
    return " ".join(said(_said_as(str(row.get("type"))), row["data"]) for row in telling)


def attempt(delivery: Delivery, one: Attempt) -> str:
    """How one attempt went, and when the next comes."""
    number = f"attempt {one.number}: " if one.number > 1 else ""
    if one.outcome == "in_flight":
        return f"{number}on its way"
    if one.outcome == "delivered":
        return f"{number}{one.status or 'delivered'}"
    is_last = one is delivery.attempts[-1]
    text = f"{number}{one.reason or one.status or 'failed'}"
    if is_last and delivery.next_attempt_at is not None:
        return f"{text}, again at {delivery.next_attempt_at.astimezone(BEIJING):%H:%M:%S}"
    return f"{text}, given up" if is_last and delivery.state == "failed" else text


def untried(delivery: Delivery, entry: PushEntry) -> str:
    """Why there is no attempt in the round of a push that this entry began."""
    if delivery.round_cause != entry.cause:
        return "not sent"
    return "waits for its turn" if delivery.state == "pending" else f"not sent: {delivery.reason}"


def _said_as(type_: str) -> str:
    return "message" if type_ in ("start_session", "transfer", "close", "survey", "off_push", "create") else type_


def _message(facts: Mapping[str, Any]) -> str:
    data = facts.get("data")
    return said(str(facts.get("type", "message")), data if isinstance(data, Mapping) else {})


def _queue(facts: Mapping[str, Any], desk: Desk) -> str:
    target = facts.get("target")
    kind, number = (target.get("kind"), target.get("id")) if isinstance(target, Mapping) else (None, None)
    if kind == "agent":
        return agent_label(desk, number)
    if kind == "group":
        group = desk.state.groups.get(number) if isinstance(number, int) else None
        return group.name if group is not None else f"group {number}"
    return "anybody"


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
