"""Who waits where, and what was left for whom."""

from itertools import islice
from typing import Annotated, Literal

from pydantic import Field

from ..company.pushes.shapes import queue_name
from ..desk.commands import SolveLeaveMessage
from ..desk.desk import Desk
from ..desk.errors import UsageError
from ..desk.records import LeaveMessage, Stay, Target
from ..endpoint import Reply, Table
from .asking import OperatorAsk, PathId
from .conversations import CustomerRef, MessageShown, Person, customer_ref, message_shown, person
from .finding import target_name
from .operator import Moment, OperatorCall

TABLE = Table()
_SECTION = "queues"

Limit = Annotated[int, Field(ge=1, le=100_000)]


class ListQueues(OperatorAsk):
    """How much of each queue to show."""

    limit: Limit = Field(100, description="At most so many customers of each queue, the first ones")


class InQueue(Reply):
    """A customer in a queue; place 0 while an agent is being assigned."""

    place: int
    customer: CustomerRef
    since: Moment
    waiting_seconds: float
    channel: str
    robot_role_id: str | None
    app_id: int | None
    messages: int = Field(description="How many were said while waiting")


class QueueShown(Reply):
    """A queue that somebody stands in."""

    queue: str
    name: str = Field(description="Whom it waits for")
    target: Literal["agent", "group", "company"]
    target_id: int
    length: int
    customers: list[InQueue]


class QueueList(Reply):
    """All queues that somebody stands in."""

    queues: list[QueueShown]
    total: int


class ListLeaveMessages(OperatorAsk):
    """Which leave messages."""

    status: Literal["solved", "unsolved"] | None = None
    limit: Limit = Field(1000, description="At most so many, the latest")


class WhichLeaveMessage(OperatorAsk):
    """Which leave message."""

    id: PathId


class LeaveMessageShown(Reply):
    """A message left while nobody was there (-2)."""

    id: int
    status: Literal["solved", "unsolved"]
    customer: CustomerRef
    agent: Person | None
    group_id: int | None
    message: MessageShown
    created_at: Moment
    solved_at: Moment | None


class LeaveMessageList(Reply):
    """Leave messages, oldest first; `total` counts all that fit."""

    leave_messages: list[LeaveMessageShown]
    total: int


@TABLE.add("GET", "/queues", section=_SECTION, source="assumed")
def list_queues(call: OperatorCall, ask: ListQueues) -> QueueList:
    """Every queue with who waits in it, in which place and since when."""
    desk = call.desk
    queues = [_queue(call, desk, target, ask.limit) for target in desk.queues()]
    return QueueList(queues=queues, total=len(queues))


@TABLE.add("GET", "/leave-messages", section=_SECTION, source="assumed")
def list_leave_messages(call: OperatorCall, ask: ListLeaveMessages) -> LeaveMessageList:
    """What customers left for agents, with whom it lies."""
    desk = call.desk
    left = [
        row
        for row in desk.state.leave_messages.values()
        if ask.status is None or (row.solved_at is None) == (ask.status == "unsolved")
    ]
    return LeaveMessageList(leave_messages=[_left(desk, row) for row in left[-ask.limit :]], total=len(left))


@TABLE.add("POST", "/leave-messages/{id}/solve", section=_SECTION, source="assumed")
def solve(call: OperatorCall, ask: WhichLeaveMessage) -> LeaveMessageShown:
    """Somebody dealt with a leave message; solving it again changes nothing."""
    if ask.id not in call.desk.state.leave_messages:
        raise UsageError("unknown", f"there is no leave message {ask.id}", hint="GET /_mock/leave-messages lists them")
    solved = call.submit(SolveLeaveMessage(ask.id))
    return _left(call.desk, solved)


def _queue(call: OperatorCall, desk: Desk, target: Target, limit: int) -> QueueShown:
    return QueueShown(
        queue=queue_name(target),
        name=target_name(desk, target),
        target=target.kind,
        target_id=target.id,
        length=desk.queue_length(target),
        customers=[_in_queue(call, desk, stay) for stay in islice(desk.waiting(target), limit)],
    )


def _in_queue(call: OperatorCall, desk: Desk, stay: Stay) -> InQueue:
    since = stay.ticket.joined_at if stay.ticket else stay.began_at
    return InQueue(
        place=desk.place(stay),
        customer=customer_ref(desk, stay.customer_id),
        since=since,
        waiting_seconds=(call.company.clock.now() - since).total_seconds(),
        channel=stay.origin.channel,
        robot_role_id=stay.origin.robot_role_id,
        app_id=stay.origin.app_id,
        messages=len(stay.waiting),
    )


def _left(desk: Desk, row: LeaveMessage) -> LeaveMessageShown:
    return LeaveMessageShown(
        id=row.id,
        status="unsolved" if row.solved_at is None else "solved",
        customer=customer_ref(desk, row.customer_id),
        agent=person(desk, row.agent_id) if row.agent_id else None,
        group_id=row.group_id,
        message=message_shown(row.message, None),
        created_at=row.message.created_at,
        solved_at=row.solved_at,
    )
