"""Everything a desk asks of the world, or tells it: messages to push, what happened, and what a scenario did, in order."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, Literal, TypeVar

from .happenings import Happening
from .places import Place
from .records import Message
from .talks import RobotAnswer, RobotKind

R = TypeVar("R")


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


@dataclass(frozen=True, slots=True, kw_only=True)
class PushBody:
    """This very body goes out: a scenario's `push`."""

    at: datetime
    customer_id: int
    stay_id: int | None
    session_id: int | None
    target: Literal["receive_url", "h5_push_url"]
    body: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanFault:
    """Calls or pushes shall go wrong from now on: a scenario's `fault`. The plan says whose: its plain form, as the desk was given it."""

    at: datetime
    customer_id: int
    stay_id: int | None
    session_id: int | None
    plan: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """What a scenario did: a rule began a run, a run did a step, ended, or failed, which is the author's fault and ends it too.

    `place` is the rule's, of a step its own. `step` is the author's name of it. `reason`: why it began, ended or failed.
    """

    at: datetime
    what: Literal["began", "step", "ended", "failed"]
    run_id: int
    place: Place
    customer_id: int
    stay_id: int | None
    session_id: int | None
    step: str = ""
    reason: str = ""


Effect = Happened | PushMessages | PushRead | PushAnswer | PushBody | PlanFault | Played


@dataclass(frozen=True, slots=True)
class Outcome(Generic[R]):
    """What a command came to: its reply, and all it made happen, oldest first.

    `causes` has, for each effect, the place among them of the one that caused it, None: the command (or the time) itself. Empty: so it is for all.
    """

    reply: R
    effects: tuple[Effect, ...]
    causes: tuple[int | None, ...] = ()
