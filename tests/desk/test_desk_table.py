"""The desk's tables are whole: each command has its row, each timer too, and each legal move is met."""

from datetime import datetime, timedelta
from typing import Any, get_args

import pytest

from mock_udesk.desk import commands, lifecycle, robot_commands, staff_commands
from mock_udesk.desk.commands import (
    AskForAgent,
    Assigned,
    Assigning,
    CloseByCustomer,
    Command,
    DestroyCustomer,
    GiveUpQueue,
    Queued,
    SetPolicy,
    TransferSession,
)
from mock_udesk.desk.desk import HANDLERS, WHEN_DUE, Desk
from mock_udesk.desk.knowledge import Robot
from mock_udesk.desk.lifecycle import MOVES, Move, Stage
from mock_udesk.desk.records import Agent, AgentStatus, Group, Target
from mock_udesk.desk.robot_commands import TalkToRobot
from mock_udesk.desk.staff_commands import ChangeAgent
from mock_udesk.desk.state import Policy, State
from mock_udesk.desk.timers import TimerKind
from tests import NOW

TOM, JERRY, GROUP = 3, 4, 11


class Watched(dict[tuple[Stage, Move], Stage]):
    """The table of moves, which remembers what was looked up."""

    def __init__(self) -> None:
        super().__init__(MOVES)
        self.met: set[tuple[Stage, Move]] = set()

    def __getitem__(self, move: tuple[Stage, Move]) -> Stage:
        self.met.add(move)
        return super().__getitem__(move)


def all_commands() -> set[type[Command[Any]]]:
    return {
        value
        for module in (commands, robot_commands, staff_commands)
        for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, Command) and value is not Command
    }


def desk_of(*, capacity: int, **policy: Any) -> Desk:
    """Tom and Jerry of 售后, online, and robot 1."""
    agents = [
        Agent(id=TOM, name="Tom", status=AgentStatus.ONLINE, capacity=capacity, group_ids=[GROUP]),
        Agent(id=JERRY, name="Jerry", status=AgentStatus.ONLINE, capacity=capacity, group_ids=[GROUP]),
    ]
    return Desk(
        State(
            policy=Policy(**policy),
            groups={GROUP: Group(id=GROUP, name="售后")},
            agents={agent.id: agent for agent in agents},
            robots={1: Robot(id=1, name="小云")},
        )
    )


def ask(desk: Desk, token: str, now: datetime, agent_id: int | None = None) -> Any:
    return desk.handle(AskForAgent(customer_token=token, agent_id=agent_id), now).reply


def test_every_command_has_its_row() -> None:
    """desk.py: {command: function}."""
    assert set(HANDLERS) == all_commands()


def test_every_kind_of_timer_has_its_row() -> None:
    """timers.py: TimerKind; the conductor alone knows what to do with a run."""
    assert set(WHEN_DUE) | {"run"} == set(get_args(TimerKind))


def test_every_legal_move_is_met_and_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    """lifecycle.py: MOVES decides every change of a stage; one story meets each row."""
    watched = Watched()
    monkeypatch.setattr(lifecycle, "MOVES", watched)
    desk = desk_of(capacity=1, assign_seconds=5.0)
    later = NOW + timedelta(seconds=1)

    # new: start, join; in_session: transfer, close
    first = ask(desk, "a", NOW, TOM).session
    assert isinstance(ask(desk, "b", NOW, TOM), Queued)
    second = desk.handle(TransferSession(session_id=first.id, agent_id=JERRY), NOW).reply
    # queued: reserve; assigning: release; queued: join, start
    assert isinstance(ask(desk, "b", NOW, TOM), Assigning)
    desk.handle(ChangeAgent(TOM, {"status": "busy"}), NOW)
    assert ask(desk, "b", NOW, TOM) == Queued(Target("agent", TOM), 1, "Tom is busy")
    assert isinstance(ask(desk, "b", NOW, JERRY), Queued)
    desk.handle(ChangeAgent(TOM, {"status": "online"}), NOW)
    assert isinstance(ask(desk, "b", NOW, TOM), Assigned)
    # assigning: join, abandon, start
    assert isinstance(ask(desk, "c", NOW, JERRY), Queued)
    desk.handle(CloseByCustomer(second.id), NOW)
    assert isinstance(ask(desk, "c", NOW, JERRY), Assigning)
    assert isinstance(ask(desk, "c", NOW, TOM), Queued)
    assert isinstance(ask(desk, "d", NOW, JERRY), Assigned)
    assert isinstance(ask(desk, "e", NOW, JERRY), Queued)
    desk.handle(GiveUpQueue("e", Target("agent", JERRY)), NOW)
    desk.handle(ChangeAgent(TOM, {"capacity": 2}), NOW)
    desk.handle(GiveUpQueue("c", Target("agent", TOM)), NOW)
    desk.handle(ChangeAgent(TOM, {"capacity": 1}), NOW)
    assert isinstance(ask(desk, "f", NOW, TOM), Queued)
    desk.handle(ChangeAgent(TOM, {"capacity": 2}), NOW)
    desk.wake(NOW + timedelta(seconds=5))
    assert desk.open_sessions(TOM) == 2
    # queued: start, by the queue itself
    desk.handle(SetPolicy(Policy()), later)
    assert isinstance(ask(desk, "g", later, TOM), Queued)
    desk.handle(ChangeAgent(TOM, {"capacity": 3}), later)
    assert desk.open_sessions(TOM) == 3
    # new: talk; robot: talk, join, start, remove
    for token in ("h", "h", "j", "k"):
        desk.handle(TalkToRobot(customer_token=token), later)
    assert isinstance(ask(desk, "h", later, TOM), Queued)
    desk.handle(ChangeAgent(TOM, {"capacity": 9}), later)
    assert isinstance(ask(desk, "k", later, TOM), Assigned)
    customer = desk.customer_by("token", "j")
    assert customer is not None
    desk.handle(DestroyCustomer(customer.id), later)

    assert watched.met == set(MOVES)
