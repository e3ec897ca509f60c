"""What a step of the play has seen on the wire, as plain values that can be held against what was expected."""

from collections.abc import Mapping
from typing import Any

from ..sample_app import Call, Received, Traffic


class StepFailed(Exception):
    """A step of the play did not go as the document has it."""

    def __init__(self, what: str, expected: object, seen: object) -> None:
        self.what, self.expected, self.seen = what, expected, seen
        super().__init__(f"{what}: expected {expected}, seen {seen}")


def phase(item: Traffic) -> int:
    """A customer's call, then what was pushed because of it, then what the app did because of that."""
    if isinstance(item, Received):
        return 1
    return 2 if item.is_reaction else 0


def answers_in(seen: list[Traffic], token: str) -> list[str]:
    """`METHOD path code` of each call made for a customer."""
    return [
        f"{item.method} {item.path.partition('?')[0]} {item.code}"
        for item in seen
        if isinstance(item, Call) and item.customer == token
    ]


def pushed_in(seen: list[Traffic], token: str) -> list[tuple[object, object, object]]:
    """(session, type, content) of each message that was pushed for a customer; a read status holds the ids."""
    rows: list[tuple[object, object, object]] = []
    for item in seen:
        if not isinstance(item, Received) or item.customer != token:
            continue
        if "message_ids" in item.body:
            rows.append((item.body["session_id"], "read", " ".join(item.body["message_ids"])))
        if item.body.get("assign_type") == "agent":
            rows.extend((row["im_sub_session_id"], row["type"], row["data"]["content"]) for row in item.fresh)
    return rows


def answered_in(seen: list[Traffic], token: str) -> list[tuple[object, object]]:
    """What robots answered a customer: (ansType, hitQuestion) of a urobot, (question_id, question_title) of a robot."""
    rows: list[tuple[object, object]] = []
    for item in seen:
        if isinstance(item, Received) and item.customer == token:
            kind = item.body.get("assign_type")
            if kind == "urobot":
                rows.extend((row["ansType"], row["hitQuestion"]) for row in item.fresh)
            elif kind == "robot":
                rows.extend((row["data"]["question_id"], row["data"]["question_title"]) for row in item.fresh)
    return rows


def survey_in(seen: list[Traffic], token: str) -> Mapping[str, Any]:
    """The survey_options of the close that was pushed for a customer. Raises StepFailed when there was none."""
    for item in seen:
        for message in item.fresh if isinstance(item, Received) and item.customer == token else ():
            if message["type"] == "close":
                options: Mapping[str, Any] = message["data"]["survey_options"]
                return options
    raise StepFailed("the close", "survey_options in it", "none")
