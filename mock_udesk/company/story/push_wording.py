"""What a push and its attempts say to a person: what it carries, to whom, and how it went."""

from typing import Any

from ...desk.desk import Desk
from ..journal.entries import PushEntry
from ..pushes.deliveries import Attempt, Delivery
from ..pushes.pushes import SCENARIO_PUSH
from ..pushes.shapes import BEIJING
from .wording import LONGEST_QUOTE, customer_named, json_object, quoted_answer, said

# Pushes that are told by their name: they have no list of typed messages, or one that says less.
_NAMED = {"read": "read", "robot_answer": "robot answer", "urobot_answer": "urobot answer"}
_PLAIN = {SCENARIO_PUSH: "scenario push"}


def push_what(delivery: Delivery) -> str:
    """What a push carries, by type: `start_session + message`."""
    if delivery.push in _NAMED:
        return _NAMED[delivery.push]
    messages = json_object(delivery.body).get("messages")
    if not isinstance(messages, list):
        return _PLAIN.get(delivery.push, delivery.push)
    return " + ".join(str(row.get("type", "?")) for row in messages if isinstance(row, dict)) or _PLAIN.get(
        delivery.push, delivery.push
    )


def push_named(delivery: Delivery, desk: Desk) -> str:
    """A push in a sentence: `push 1 (message) to customer wang`."""
    return f"push {delivery.id} ({push_what(delivery)}) to {customer_named(desk, delivery.customer_id)}"


def push_content(delivery: Delivery) -> str:
    """What a push says; of a robot's the text, or what it suggests, and the flow that it begins."""
    body = json_object(delivery.body)
    messages = body.get("messages")
    if delivery.push == "urobot_answer":
        return _urobot_says(messages[0] if isinstance(messages, list) else messages)
    if not isinstance(messages, list):
        ids = body.get("message_ids")
        if isinstance(ids, list):
            return f"{len(ids)} read"
        return _shortened(delivery.body.decode()) if delivery.push == SCENARIO_PUSH else ""
    rows = [row for row in messages if isinstance(row, dict) and isinstance(row.get("data"), dict)]
    # The service's own markers say nothing that their type doesn't.
    telling = [row for row in rows if row.get("type") not in ("start_session", "transfer", "close")] or rows
    if delivery.push == "robot_answer":
        return " ".join(quoted_answer(str(row["data"].get("answer", ""))) for row in telling)
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
    if delivery.state != "pending":
        return f"not sent: {delivery.reason}"
    if delivery.held_by is not None:
        return f"held by planned fault {delivery.held_by}"
    if delivery.fault is None or delivery.next_attempt_at is None:
        return "waits for its turn"
    until = f"{delivery.next_attempt_at.astimezone(BEIJING):%H:%M:%S}"
    return f"kept back until {until} by planned fault {delivery.fault}"


def odd(delivery: Delivery) -> str:
    """What is odd about the bytes that go out, or about the push that they go out for; "": nothing."""
    parts = [] if delivery.copy_of is None else [f"a copy of push {delivery.copy_of}"]
    if delivery.sent is not None:
        size = len(delivery.sent)
        parts.append("sent malformed" if size == len(delivery.body) else f"{size} of {len(delivery.body)} bytes sent")
    return f" ({', '.join(parts)})" if parts else ""


def _said_as(type_: str) -> str:
    return "message" if type_ in ("start_session", "transfer", "close", "survey", "off_push", "create") else type_


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST_QUOTE else f"{text[: LONGEST_QUOTE - 1]}…"


def _urobot_says(message: Any) -> str:
    if not isinstance(message, dict):
        return ""
    suggested = [said("message", row) for row in message.get("suggestQuestionList", ()) if isinstance(row, dict)]
    text = quoted_answer(str(message.get("ansContent", ""))) or f"suggests {', '.join(suggested)}".removesuffix(" ")
    return f"{text}, flow {message['flowId']}" if "flowId" in message else text
