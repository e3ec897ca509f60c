"""Everything a desk asks of the world, or tells it: messages to push, and what happened, in order."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Generic, TypeVar

from .records import Message
from .talks import RobotAnswer, RobotKind

R = TypeVar("R")


class Happening(StrEnum):
    """What can happen at a desk."""

    CUSTOMER_CREATED = "customer_created"
    CUSTOMER_CHANGED = "customer_changed"
    CUSTOMER_REMOVED = "customer_removed"
    CUSTOMER_ONLINE = "customer_online"
    CUSTOMER_OFFLINE = "customer_offline"
    H5_PUSH_SWITCHED = "h5_push_switched"
    QUEUED = "queued"
    ASSIGNING = "assigning"
    RELEASED = "released"
    QUEUE_ABANDONED = "queue_abandoned"
    SESSION_STARTED = "session_started"
    TRANSFERRED = "transferred"
    SESSION_CLOSED = "session_closed"
    SESSIONS_DESTROYED = "sessions_destroyed"
    MESSAGE = "message"
    AGENT_MESSAGE = "agent_message"
    LEAVE_MESSAGE = "leave_message"
    LEAVE_MESSAGE_SOLVED = "leave_message_solved"
    PREVIEW = "preview"
    AGENT_READ = "agent_read"
    MESSAGE_READ = "message_read"
    SURVEY_INVITED = "survey_invited"
    SURVEY = "survey"
    AGENT_STATUS = "agent_status"
    STAFF_CHANGED = "staff_changed"
    POLICY_CHANGED = "policy_changed"
    ROBOT_TALK = "robot_talk"
    ROBOT_QUESTION = "robot_question"
    UROBOT_QUESTION = "urobot_question"
    ROBOT_ANSWER = "robot_answer"
    ANSWER_RATED = "answer_rated"
    ROBOT_RATED = "robot_rated"
    TRANSFER_REPORTED = "transfer_reported"
    ROBOTS_CHANGED = "robots_changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """One thing that happened. `reason` is English and says why it came so ("Tom is full: 1 of 1"); `facts` are plain JSON values."""

    at: datetime
    kind: Happening
    customer_id: int | None = None
    stay_id: int | None = None
    session_id: int | None = None
    agent_id: int | None = None
    reason: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class PushMessages:
    """These messages go to the customer, in one POST. Doc: im-api-v2 §回复消息通知."""

    at: datetime
    customer_id: int
    session_id: int
    messages: tuple[Message, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PushRead:
    """The agent has read these messages of the customer. Doc: im-api-v2 §发送客户消息已读状态."""

    at: datetime
    customer_id: int
    session_id: int
    message_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PushAnswer:
    """A robot's answer goes to the customer. Doc: im-api-v2 §回复消息通知, assign_type robot and urobot."""

    at: datetime
    customer_id: int
    stay_id: int
    talk_id: int
    kind: RobotKind
    answer: RobotAnswer


Effect = Happened | PushMessages | PushRead | PushAnswer


@dataclass(frozen=True, slots=True)
class Outcome(Generic[R]):
    """What a command came to: its reply, and all it made happen, oldest first."""

    reply: R
    effects: tuple[Effect, ...]
