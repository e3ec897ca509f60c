"""All that can be asked of a desk, but about staff (`staff_commands.py`) and of robots (`robot_commands.py`).

Commands are values, and each names the type of its reply. The desk checks them whole before it changes anything: `raises` in
the docstrings means that nothing changed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from .records import FROM_API, CloseType, Data, LeaveMessage, Message, Origin, Session, Target
from .state import Policy

R = TypeVar("R")


class Command(Generic[R]):
    """The only base class of the desk: it ties a command to its reply's type, so that `handle` is typed. Holds nothing."""

    __slots__ = ()


# -- replies ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Assigned:
    """The customer talks to an agent now, or already did (`is_new` False: ruling 7)."""

    session: Session
    is_new: bool


@dataclass(frozen=True, slots=True)
class Queued:
    """The customer waits; places count from 1. `reason` says in English why nobody could take them."""

    target: Target
    place: int
    reason: str


@dataclass(frozen=True, slots=True)
class Assigning:
    """An agent's freed place is kept for the customer (分配临界)."""

    target: Target


@dataclass(frozen=True, slots=True)
class NobodyOnline:
    """Whoever was asked for is offline (客服不在线). A place the customer already has is kept."""

    target: Target
    reason: str


Answer = Assigned | Queued | Assigning | NobodyOnline


@dataclass(frozen=True, slots=True)
class Said:
    """A customer's message was taken. `is_repeat`: its id was seen before, so it was not delivered again (ruling 14)."""

    message: Message
    session_id: int | None
    is_repeat: bool
    is_changed: bool  # a repeat whose content differs from the first


# -- customers ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CreateCustomer(Command[int]):
    """Adds a customer; replies with the id.

    `fields` are names of `Customer` (`token, web_token, sdk_token, nick_name, email, cellphones` (numbers as text),
    `other_emails, description, level, tags, custom_fields, organization_id, owner_id, owner_group_id, weixins,
    is_blocked, is_online, is_made_by_api, is_anonymous, id`). Raises DUPLICATE with `exception` on an email, number or token that somebody has.
    """

    fields: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class UpdateCustomer(Command[int]):
    """Changes the named fields of a customer. Raises NOT_FOUND, DUPLICATE."""

    customer_id: int
    fields: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class DestroyCustomer(Command[None]):
    """Removes a customer: leaves their queues (reason customer_removed), closes their sessions by force, without pushes. Raises NOT_FOUND."""

    customer_id: int


@dataclass(frozen=True, slots=True)
class SetOnline(Command[None]):
    """The customer's app says whether they are there. Raises NOT_FOUND."""

    customer_token: str
    is_online: bool


@dataclass(frozen=True, slots=True)
class SwitchH5Push(Command[None]):
    """Turns the H5 push of a customer on or off. Doc: contract §8, im/h5push. Raises NOT_FOUND."""

    customer_id: int
    im_web_plugin_id: int
    is_on: bool


# -- asking for somebody, and waiting --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class AskForAgent(Command[Answer]):
    """A customer asks for an agent, a group or anybody. Rulings 7 to 10.

    Exactly one of `customer_token`, `web_token`, `sdk_token` is set; an unknown one makes the customer (web and SDK customers
    always, tokens of the API by `auto_create_customers`, else NOT_FOUND). `agent_id` wins over `group_id`.
    Raises NO_AGENT, NO_GROUP.
    """

    customer_token: str | None = None
    web_token: str | None = None
    sdk_token: str | None = None
    agent_id: int | None = None
    group_id: int | None = None
    origin: Origin = FROM_API


@dataclass(frozen=True, slots=True)
class GiveUpQueue(Command[None]):
    """The customer leaves this queue (放弃排队), also while being assigned. Raises NOT_FOUND (unknown token), NOT_QUEUEING."""

    customer_token: str
    target: Target | None  # None: the text named no queue of ours


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptQueued(Command[Session]):
    """A queued customer is taken out of order, by this agent, by one of this group, or by whom the queue waits for. Ruling 9.

    Raises UsageError: unknown, does not queue (conflict), nobody with room (conflict).
    """

    stay_id: int
    agent_id: int | None = None
    group_id: int | None = None


@dataclass(frozen=True, slots=True)
class LeaveQueue(Command[None]):
    """A queued customer gives up, whichever queue it is. Raises UsageError: does not queue (conflict)."""

    stay_id: int


# -- talking ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class SendMessage(Command[Said]):
    """A customer says something in a session. Raises SESSION_CLOSED on a closed, unknown or somebody else's session (ruling 13)."""

    customer_token: str
    session_id: int
    message_id: str
    type: str
    data: Data


@dataclass(frozen=True, slots=True, kw_only=True)
class SendWhileQueueing(Command[Said]):
    """A customer says something while waiting (-3); with an open session it is delivered there, else raises SESSION_CLOSED."""

    customer_token: str
    message_id: str
    type: str
    data: Data


@dataclass(frozen=True, slots=True, kw_only=True)
class SendLeaveMessage(Command[Said]):
    """A customer leaves a message (-2), for an agent, a group or anybody. Raises NO_AGENT, NO_GROUP, NOT_FOUND (unknown token, if so set)."""

    customer_token: str
    message_id: str
    type: str
    data: Data
    agent_id: int | None = None
    group_id: int | None = None


@dataclass(frozen=True, slots=True)
class PreviewMessage(Command[None]):
    """What the customer is typing; an empty text clears it. Raises NO_SESSION."""

    session_id: int
    content: str


@dataclass(frozen=True, slots=True)
class ReadAgentMessages(Command[tuple[str, ...]]):
    """The customer has read these, before a transfer too; replies with the ids that were unread until now. Raises NO_SESSION."""

    session_id: int
    message_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentSays(Command[Message]):
    """The session's agent says something. Raises UsageError: unknown or closed session, a type that is never pushed."""

    session_id: int
    type: str
    data: Data


@dataclass(frozen=True, slots=True)
class ReadCustomerMessages(Command[tuple[str, ...]]):
    """The session's agent reads all that the customer said; replies with the ids. Raises UsageError: unknown session."""

    session_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SendStruct(Command[Message]):
    """A structured message to the customer in the agent's name. Doc: im-api-v2 §发送 IM 结构化消息, ruling 24.

    Raises NO_SESSION (unknown, closed, not of this customer and agent), NOT_FOUND (customer), NO_AGENT, API_CUSTOMER by policy.
    """

    session_id: int
    customer_id: int
    agent_id: int
    data: Data


# -- transfer, close, rate ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferSession(Command[Session]):
    """Hands the session over (ruling 12); replies with the new one. Raises UsageError: anything unknown or closed, nobody else with room."""

    session_id: int
    agent_id: int | None = None
    group_id: int | None = None


@dataclass(frozen=True, slots=True)
class CloseSession(Command[Session]):
    """The agent (`normal`) or the operator (`force`) ends the session. Raises UsageError: unknown or closed session."""

    session_id: int
    close_type: CloseType


@dataclass(frozen=True, slots=True)
class CloseByCustomer(Command[Session]):
    """The customer ends the session (DELETE /im/sessions/:id). Raises NO_SESSION."""

    session_id: int


@dataclass(frozen=True, slots=True)
class DestroySessions(Command[tuple[int, ...]]):
    """Deletes closed sessions created within the window, ends included, of one customer or of all; replies with their ids."""

    start: datetime
    end: datetime
    customer_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RateSession(Command[None]):
    """A customer rates a session, open or closed. Ruling 16. Raises NO_SESSION (unknown), INVALID (the option), MISSING (a remark)."""

    session_id: int
    option_id: int
    remark: str = ""
    resolved_state: int | None = None


@dataclass(frozen=True, slots=True)
class InviteSurvey(Command[Message]):
    """The agent asks for a rating. Raises UsageError: unknown or closed session, surveys switched off."""

    session_id: int


@dataclass(frozen=True, slots=True)
class SolveLeaveMessage(Command[LeaveMessage]):
    """Somebody dealt with a leave message; solving it again changes nothing. Raises UsageError: unknown."""

    leave_message_id: int


# -- the company --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SetPolicy(Command[None]):
    """Changes what the company has decided; running timers keep the moment they were set for, new ones follow the new policy."""

    policy: Policy
