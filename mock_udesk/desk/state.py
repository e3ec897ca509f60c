"""Everything one desk knows, as plain data, with what its company has decided and the next of each number."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from .knowledge import Robot, Urobot
from .records import AbandonedQueue, Agent, Customer, Group, LeaveMessage, Session, Stay
from .talks import Talk

if TYPE_CHECKING:
    from .play.runs import Play


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyOption:
    """One answer a customer may give, and whether its remark is asked for."""

    id: int
    remark: Literal["hide", "required", "optional"]
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What a company has decided about its desk. Each field is a setting of the same name: `settings.py` has meaning and default."""

    auto_create_customers: bool = True
    assign_seconds: float = 0.0
    queue_timeout_seconds: float | None = None
    customer_idle_close_seconds: float | None = None
    push_redirect_close: bool = False
    push_close_on_delete: bool = True
    push_survey_invitation: bool = True
    survey_enabled: bool = True
    survey_options: tuple[SurveyOption, ...] = ()
    survey_title: str = ""
    fullwidth: bool = False
    # Switched on and of the company; each robot has its own beside them.
    sensitive_words: tuple[str, ...] = ()
    struct_to_api_customers: bool = False


@dataclass(slots=True, kw_only=True)
class Counters:
    """The next of each number that the desk gives out. Doc-like first values: ruling 6."""

    customer: int = 1
    cellphone: int = 1
    agent: int = 3
    group: int = 11
    stay: int = 1
    session: int = 1001
    message: int = 1
    leave_message: int = 1
    abandoned: int = 1
    robot: int = 1
    urobot: int = 2
    talk: int = 23702
    # `logId` of urobots, and the number in `message_id` of robots.
    robot_log: int = 55392
    robot_message: int = 1
    serial: int = 1


@dataclass(slots=True, kw_only=True)
class State:
    """Everything one desk knows, as plain data. Sessions stand in the order of their creation."""

    policy: Policy = field(default_factory=Policy)
    counters: Counters = field(default_factory=Counters)
    groups: dict[int, Group] = field(default_factory=dict)
    agents: dict[int, Agent] = field(default_factory=dict)
    customers: dict[int, Customer] = field(default_factory=dict)
    # Stays that are not ended; ended ones live on in their sessions.
    stays: dict[int, Stay] = field(default_factory=dict)
    sessions: dict[int, Session] = field(default_factory=dict)
    robots: dict[int, Robot] = field(default_factory=dict)
    urobots: dict[int, Urobot] = field(default_factory=dict)
    talks: dict[int, Talk] = field(default_factory=dict)
    leave_messages: dict[int, LeaveMessage] = field(default_factory=dict)
    # By `joined_at`, then id.
    abandoned: list[AbandonedQueue] = field(default_factory=list)
    # Whose turn it is to get a leave message, by group id (0: the company).
    leave_turns: dict[int, int] = field(default_factory=dict)
    # What scenarios do; None: none was ever loaded (its nouns take a start too long for those who have none).
    play: "Play | None" = None
