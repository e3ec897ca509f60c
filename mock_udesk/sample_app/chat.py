"""What the sample app knows: its customers' chats, the calls it made to Udesk, and what Udesk pushed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A call to Udesk and its answer. `is_reaction`: made because of a push, not because the customer did something."""

    customer: str
    method: str
    path: str
    body: Mapping[str, Any] | None
    status: int
    answer: Mapping[str, Any]
    is_reaction: bool

    @property
    def code(self) -> object:
        """What Udesk says of it: 1000 is success, and 0 from the records, which have a `status` in place of a `code`."""
        return self.answer.get("code", self.answer.get("status"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """A push as it came in; `fresh` are the messages that had not come before."""

    customer: str
    body: Mapping[str, Any]
    fresh: tuple[Mapping[str, Any], ...]


Traffic = Call | Received


@dataclass(slots=True, kw_only=True)
class Chat:
    """What the app knows of one customer's conversation."""

    token: str
    name: str
    customer_id: int | None = None
    session_id: int | None = None
    # Who answers when there is no session: a robot, as long as the customer has not asked for a person.
    robot: Literal["robot", "urobot"] | None = None
    # What every call to a urobot names, and its latest answer.
    urobot: Mapping[str, int] = field(default_factory=dict)
    urobot_session_id: int | None = None
    top_asks: list[Mapping[str, Any]] = field(default_factory=list)
    robot_says: Mapping[str, Any] = field(default_factory=dict)
    # 0: not waiting.
    place: int = 0
    queue: str = ""
    # What the customer's screen shows of the other side, in order.
    screen: list[Mapping[str, Any]] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    read_by_agent: set[str] = field(default_factory=set)
    rated: Mapping[str, Any] | None = None
    seen: set[str] = field(default_factory=set)
