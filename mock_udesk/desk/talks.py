"""The nouns of a customer's talk with a robot: what was asked, what the robot answered and why, how it was rated."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Literal

from .knowledge import Flow
from .records import Message

RobotKind = Literal["robot", "urobot"]


class AnswerKind(StrEnum):
    """What sort of answer it is; the urobot's `ansType` follows from it. Doc: im-api-v2 §回复消息通知."""

    ANSWER = "answer"  # 1, and 2 with suggestions
    SUGGESTIONS = "suggestions"  # 3
    SMALL_TALK = "small_talk"  # 4
    UNKNOWN = "unknown"  # 6
    SENSITIVE = "sensitive"  # 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """What the robot proposes to ask next: a question of its knowledge, or a flow."""

    kind: Literal["question", "flow"]
    id: int
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RobotAnswer:
    """One answer. `reason` says in English which entry of the knowledge matched, and why.

    The id is `message_id` of a robot's push (a UUID) or `logId` of a urobot's (digits). `question_id` 0: no question of the
    knowledge (small talk, unknown, suggestions, sensitive, a flow of its own). `title` is what was hit, else what was asked.
    """

    id: str
    at: datetime
    kind: AnswerKind
    title: str
    content: str
    reason: str
    question_id: int = 0
    guidance: tuple[Suggestion, ...] = ()
    related: tuple[Suggestion, ...] = ()
    link: str = ""
    flow: Flow | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """What the customer said or clicked, and what the robot answered. A click is a message of type `click`."""

    message: Message
    # Whether the message's id is the app's, and so may be repeated (ruling 14), or a number of the urobot's log.
    is_named_by_app: bool
    answer: RobotAnswer


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerRating:
    """Whether an answer helped. Doc: im-api-v2 §机器人问答评价, §问题评价(仅限urobot使用)."""

    is_useful: bool
    rated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TalkRating:
    """What the customer thinks of the urobot. Doc: im-api-v2 §urobot机器人会话评价: 2 满意, 3 一般, 4 不满意."""

    option_id: int
    remark: str
    rated_at: datetime


@dataclass(slots=True, kw_only=True)
class Talk:
    """A customer's talk with a robot; the id is `sessionId` of a urobot's. Nothing ends it: the customer may come back to it."""

    id: int
    kind: RobotKind
    robot_id: int
    # What the robot was called when the talk began, and what it said first: it may be another since, or gone.
    name: str
    hello: str
    customer_id: int
    began_at: datetime
    scene_id: int | None = None
    # The urobot's `logId` of its hello; 0 for robots.
    hello_log_id: int = 0
    exchanges: list[Exchange] = field(default_factory=list)
    # By the id of the answer; the latest counts.
    ratings: dict[str, AnswerRating] = field(default_factory=dict)
    rating: TalkRating | None = None
    # When the app reported that the customer asked for a person. Doc: im-api-v2 §转人工统计接口(urobot使用).
    transferred_at: datetime | None = None
