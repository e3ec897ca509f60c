"""Messages left for somebody 留言, until they are solved."""

from datetime import datetime

from . import checks, people
from .books import Books
from .commands import Said, SendLeaveMessage, SolveLeaveMessage
from .conversation import customer_message, facts_of, repeat
from .effects import Effect, Happened, Outcome
from .errors import UsageError
from .happenings import Happening
from .records import LeaveMessage, Target


def send_leave_message(books: Books, command: SendLeaveMessage, now: datetime) -> Outcome[Said]:
    """Doc: im-api-v2 §发送消息, -2. Assumed: without an agent it goes to each of the group or company in turn."""
    state = books.state
    customer_id = books.by_token.get(command.customer_token)
    if customer_id is None:
        people.check_may_be_made(books, command.customer_token)
    target = checks.target(books, agent_id=command.agent_id, group_id=command.group_id)
    if customer_id is not None and command.message_id in books.messages.of(customer_id):
        return repeat(books, customer_id, command.message_id, command.type, command.data)
    effects: list[Effect] = []
    if customer_id is None:
        customer_id = people.make(books, "token", command.customer_token, now, effects).id
    message = customer_message(command.message_id, command.type, command.data, now)
    left = LeaveMessage(
        id=state.counters.leave_message,
        customer_id=customer_id,
        agent_id=_whose_turn(books, target),
        group_id=target.id if target.kind == "group" else None,
        message=message,
    )
    state.counters.leave_message += 1
    state.leave_messages[left.id] = left
    books.file_leave_message(left)
    effects.append(
        Happened(
            at=now,
            kind=Happening.LEAVE_MESSAGE,
            customer_id=customer_id,
            agent_id=left.agent_id,
            facts={"leave_message_id": left.id, "group_id": left.group_id, **facts_of(message)},
        )
    )
    return Outcome(Said(message, None, is_repeat=False, is_changed=False), tuple(effects))


def solve_leave_message(books: Books, command: SolveLeaveMessage, now: datetime) -> Outcome[LeaveMessage]:
    """Ruling 17: a leave message stays unsolved until the operator solves it."""
    left = books.state.leave_messages.get(command.leave_message_id)
    if left is None:
        raise UsageError(
            "unknown",
            f"leave message {command.leave_message_id} is unknown",
            hint=checks.known(books.state.leave_messages),
        )
    if left.solved_at is not None:
        return Outcome(left, ())
    left.solved_at = now
    books.solve(left)
    happened = Happened(
        at=now,
        kind=Happening.LEAVE_MESSAGE_SOLVED,
        customer_id=left.customer_id,
        agent_id=left.agent_id,
        facts={"leave_message_id": left.id},
    )
    return Outcome(left, (happened,))


def _whose_turn(books: Books, target: Target) -> int:
    """The agent a leave message is for; 0: there is nobody."""
    if target.kind == "agent":
        return target.id
    turns = books.state.leave_turns
    turn = books.roster.pool(target).next_in_turn(turns.get(target.id, 0))
    if turn is None:
        return 0
    agent_id, turns[target.id] = turn
    return agent_id
