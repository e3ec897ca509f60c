"""Who is taken out of order, who goes, and who moves up. DESIGN, Accept and QUEUE_MOVED; ruling 9."""

from typing import Any

import pytest

from mock_udesk.desk.commands import AcceptQueued, AskForAgent, Command, GiveUpQueue, LeaveQueue, UpdateCustomer
from mock_udesk.desk.desk import Desk
from mock_udesk.desk.effects import Effect, Happened
from mock_udesk.desk.errors import UsageError
from mock_udesk.desk.lifecycle import Stage
from mock_udesk.desk.play.script import Accept
from mock_udesk.desk.staff_commands import ChangeAgent
from mock_udesk.desk.state import Policy
from tests import NOW
from tests.desk.sample import (
    AFTER_SALES,
    ANYBODY,
    JERRY,
    TOM,
    TOMS,
    a_desk,
    agents_of,
    ask,
    close,
    happened,
    join,
    later,
    misused,
    place,
    start,
    stay,
    toms_desk,
    waiting_tokens,
)
from tests.desk.script_sample import HERE, ON, failures, kinds, load, reply, rule, runs, twin_of, wait, wait_for


def accept(desk: Desk, token: str, **whom: Any) -> tuple[Effect, ...]:
    """This customer is taken out of order."""
    return desk.handle(AcceptQueued(stay_id=stay(desk, token).id, **whom), NOW).effects


def why_not(desk: Desk, token: str, **whom: Any) -> tuple[str, str]:
    """Why this customer can't be taken, which must have changed nothing."""
    command = AcceptQueued(stay_id=stay(desk, token).id, **whom)
    kind = misused(desk, command)
    with pytest.raises(UsageError) as error:
        desk.handle(command, NOW)
    return kind, error.value.message


def a_queue(*, policy: Policy | None = None) -> Desk:
    """Tom is full with c-1; c-2, c-3 and c-4 wait for him; Jerry has room."""
    desk = a_desk(tom=1, jerry=1, policy=policy)
    start(desk, "c-1", agent_id=TOM)
    for token in ("c-2", "c-3", "c-4"):
        join(desk, token, agent_id=TOM)
    return desk


# -- accept ----------------------------------------------------------------------------------------------------------------


def test_accepted_customer_is_taken_whoever_waits_before_them() -> None:
    """Those behind move up; session.queue as usual."""
    desk = a_queue()

    effects = accept(desk, "c-3", agent_id=JERRY)

    assert agents_of(desk) == {"c-1": TOM, "c-3": JERRY}
    assert [place(desk, token) for token in ("c-2", "c-4")] == [1, 2]
    assert desk.sessions_with(JERRY)[0].queue == TOMS
    assert kinds(effects) == ["session_started", "push"]


def test_one_of_a_group_accepts() -> None:
    """By one of this group."""
    desk = a_queue()

    accept(desk, "c-4", group_id=AFTER_SALES)

    assert agents_of(desk)["c-4"] == JERRY


@pytest.mark.parametrize(
    ("status", "why"), [("offline", "Jerry is offline"), ("busy", "Jerry is busy"), ("online", "Jerry is full: 0 of 0")]
)
def test_nobody_offline_busy_or_full_accepts(status: str, why: str) -> None:
    """Ruling 9: `accept` to somebody offline or full is refused."""
    desk = a_queue()
    desk.handle(ChangeAgent(JERRY, {"status": status, "capacity": 0}), NOW)

    assert why_not(desk, "c-3", agent_id=JERRY) == ("conflict", why)


def test_group_without_room_accepts_nobody() -> None:
    """Ruling 9."""
    desk = a_queue()
    desk.handle(ChangeAgent(JERRY, {"status": "busy"}), NOW)

    assert why_not(desk, "c-3", group_id=AFTER_SALES) == ("conflict", "everybody of 售后 is busy")


def test_bare_is_whoever_the_queue_waits_for_and_they_are_full() -> None:
    """Bare = whoever the queue waits for."""
    desk = a_queue()

    assert why_not(desk, "c-3") == ("conflict", "Tom is full: 1 of 1")


@pytest.mark.parametrize("whom", [{"agent_id": 99}, {"group_id": 99}])
def test_unknown_receiver_accepts_nobody(whom: dict[str, int]) -> None:
    """UsageError unknown."""
    assert why_not(a_queue(), "c-3", **whom)[0] == "unknown"


def test_only_who_waits_can_be_accepted_or_leave() -> None:
    """Does not queue (conflict), unknown."""
    desk = a_queue()
    talking = stay(desk, "c-1").id

    for stay_id, kind in ((talking, "conflict"), (99, "unknown")):
        assert misused(desk, AcceptQueued(stay_id=stay_id)) == kind
        assert misused(desk, LeaveQueue(stay_id)) == kind


def being_assigned() -> Desk:
    """Tom's place is kept for c-2 until 5 s; c-3 and c-4 wait behind."""
    desk = a_queue(policy=Policy(assign_seconds=5))
    (session,) = desk.sessions_with(TOM)
    close(desk, session)
    assert stay(desk, "c-2").stage is Stage.ASSIGNING
    return desk


@pytest.mark.parametrize("whom", [{}, {"agent_id": TOM}])
def test_who_is_being_assigned_is_taken_at_once_with_the_place_that_is_kept(whom: dict[str, int]) -> None:
    """Works while assigning too: the kept place is used if it is the same agent."""
    desk = being_assigned()

    accept(desk, "c-2", **whom)

    assert (agents_of(desk), desk.timers(), place(desk, "c-3")) == ({"c-2": TOM}, [], 1)


def test_kept_place_is_given_up_for_another_agent_and_serves_the_next() -> None:
    """The kept place is given up; who is freed by it takes from the queue."""
    desk = being_assigned()

    accept(desk, "c-2", agent_id=JERRY)

    assert (agents_of(desk), stay(desk, "c-3").stage) == ({"c-2": JERRY}, Stage.ASSIGNING)


def test_place_that_is_kept_for_one_is_no_room_for_another() -> None:
    """No assignment exceeds the capacity."""
    assert why_not(being_assigned(), "c-3", agent_id=TOM) == ("conflict", "Tom is full: 1 of 1")


def test_group_accepts_by_the_agent_whose_place_is_kept() -> None:
    """Somebody of the group has kept a place: that one is used."""
    desk = a_desk(jerry=1, policy=Policy(assign_seconds=5))
    session = start(desk, "c-1", group_id=AFTER_SALES)
    join(desk, "c-2", group_id=AFTER_SALES)
    close(desk, session)

    accept(desk, "c-2", group_id=AFTER_SALES)

    assert agents_of(desk) == {"c-2": JERRY}


def test_refused_accept_is_the_scenarios_fault() -> None:
    """Somebody offline/busy/full → UsageError conflict; 409, scenario fault."""
    desk = a_desk(tom=1)
    desk.handle(ChangeAgent(JERRY, {"status": "offline"}), NOW)
    start(desk, "c-1")
    load(desk, rule(ON.QUEUED, wait(1), Accept(place=HERE, agent="Jerry")))
    join(desk, "c-2")

    effects = desk.wake(later(1)).effects

    assert failures(effects) == [(HERE, "Jerry is offline; whoever accepts must be online and have room")]


def test_run_that_accepts_goes_on_in_the_session() -> None:
    """The conversation is the same stay."""
    desk = a_desk(tom=1)
    start(desk, "c-1", agent_id=TOM)
    load(desk, rule(ON.QUEUED, Accept(place=HERE, agent="Jerry"), reply("taken by {agent.name}")))

    ask(desk, "c-2", agent_id=TOM)

    (session,) = desk.sessions_with(JERRY)
    assert session.messages[-1].data == {"content": "taken by Jerry"}


# -- leaving ---------------------------------------------------------------------------------------------------------------


def test_who_leaves_the_queue_has_given_up() -> None:
    """A queued customer gives up, whichever queue it is: reason gave_up, as 放弃排队."""
    desk = a_queue()

    effects = desk.handle(LeaveQueue(stay(desk, "c-3").id), NOW).effects

    assert (waiting_tokens(desk, TOMS), [left.reason for left in desk.state.abandoned]) == (["c-2", "c-4"], ["gave_up"])
    assert kinds(effects) == ["queue_abandoned"]


def test_who_leaves_while_being_assigned_gives_the_place_to_the_next() -> None:
    """The kept place is free by this."""
    desk = being_assigned()

    desk.handle(LeaveQueue(stay(desk, "c-2").id), NOW)

    assert stay(desk, "c-3").stage is Stage.ASSIGNING


# -- moving up -------------------------------------------------------------------------------------------------------------


def moves(effects: tuple[Effect, ...]) -> list[tuple[int, int, int]]:
    """Who was told of a better place: the stay, the new place, the one before."""
    told = [effect for effect in effects if isinstance(effect, Happened) and effect.kind is ON.QUEUE_MOVED]
    return [(effect.stay_id or 0, effect.facts["place"], effect.facts["before"]) for effect in told]


def watched(*, policy: Policy | None = None) -> Desk:
    """The queue of c-2, c-3, c-4 (stays 2, 3, 4) with a scenario that asks who moves up."""
    desk = a_queue(policy=policy)
    load(desk, rule(ON.QUEUE_MOVED, wait(99), place=1))
    return desk


def test_everybody_behind_moves_up_and_is_told() -> None:
    """QUEUE_MOVED: everybody behind moves up."""
    desk = watched()

    outcome = desk.handle(GiveUpQueue("c-2", TOMS), NOW)

    assert moves(outcome.effects) == [(3, 1, 2), (4, 2, 3)]
    assert kinds(outcome.effects) == ["queue_abandoned", "queue_moved", "queue_moved", "began", "wait"]
    assert outcome.causes == (None, None, None, 1, 3)
    assert [(run.stay_id, run.heard.facts["place"]) for run in runs(desk)] == [(3, 1)]


def test_nobody_before_moves() -> None:
    """Who stands before whoever goes has the same place."""
    desk = watched()

    assert moves(desk.handle(GiveUpQueue("c-4", TOMS), NOW).effects) == []


def test_who_goes_to_another_queue_lets_those_behind_move_up() -> None:
    """And is told of the new place by `queued`."""
    desk = watched()
    desk.handle(ChangeAgent(JERRY, {"capacity": 0}), NOW)

    assert moves(_asking(desk, "c-2", agent_id=JERRY)) == [(3, 1, 2), (4, 2, 3)]


def _asking(desk: Desk, token: str, **whom: Any) -> tuple[Effect, ...]:
    return desk.handle(AskForAgent(customer_token=token, **whom), NOW).effects


def test_who_is_being_assigned_has_no_place_and_comes_back_to_the_old_one() -> None:
    """Those behind move up; when the place was not to be had after all nobody moves up, and nobody is told."""
    desk = watched(policy=Policy(assign_seconds=5))
    (session,) = desk.sessions_with(TOM)

    assigned = close(desk, session)
    released = desk.handle(ChangeAgent(TOM, {"status": "busy"}), NOW).effects
    again = desk.handle(GiveUpQueue("c-2", TOMS), NOW).effects

    assert (moves(assigned), moves(released), moves(again)) == (
        [(3, 1, 2), (4, 2, 3)],
        [],
        [(3, 1, 2), (4, 2, 3)],
    )
    assert len(happened(released, ON.RELEASED)) == 1


def test_move_has_the_cause_of_what_moved_the_queue() -> None:
    """A QUEUE_MOVED has the cause of what moved the queue: here a step."""
    desk = a_queue()
    load(
        desk,
        rule(ON.CUSTOMER_CHANGED, Accept(place=HERE, agent="Jerry"), customer_token="c-2"),
        rule(ON.QUEUE_MOVED, wait(9), place=1),
    )
    outcome = desk.handle(UpdateCustomer(2, {"level": "vip"}), NOW)

    steps = [(kind, cause) for kind, cause in zip(kinds(outcome.effects), outcome.causes, strict=True)]
    accepted = kinds(outcome.effects).index("accept")
    assert [cause for kind, cause in steps if kind == "queue_moved"] == [accepted, accepted]


def test_waiting_run_sees_each_move() -> None:
    """wait_for: queue_moved asks for them too, in an else as well."""
    desk = a_queue()
    load(desk, rule(ON.QUEUED, wait_for(ON.MESSAGE, within=1, otherwise=(wait_for(ON.QUEUE_MOVED, place=1), wait(9)))))
    join(desk, "c-5", agent_id=TOM)
    desk.wake(later(1))
    for token in ("c-2", "c-3", "c-4"):
        desk.handle(GiveUpQueue(token, TOMS), later(2))

    assert [(run.at, run.heard.kind) for run in runs(desk)] == [((0, 1), ON.QUEUE_MOVED)]


def test_copy_tells_the_same_moves() -> None:
    """What was told is not in the state: it follows from it."""
    desk = watched(policy=Policy(assign_seconds=5))
    (session,) = desk.sessions_with(TOM)
    close(desk, session)
    twin = twin_of(desk)

    commands: tuple[Command[Any], ...] = (
        ChangeAgent(TOM, {"status": "busy"}),
        GiveUpQueue("c-3", TOMS),
        ChangeAgent(TOM, {"status": "online"}),
    )
    for command in commands:
        assert desk.handle(command, NOW) == twin.handle(command, NOW)
    assert desk.wake(later(99)) == twin.wake(later(99))
    assert desk.state == twin.state


def test_rush_is_told_to_everybody() -> None:
    """200 wait, and one after another is served."""
    desk = toms_desk()
    start(desk, "c-0")
    for number in range(1, 201):
        join(desk, f"c-{number}")
    load(desk, rule(ON.QUEUE_MOVED, wait(9), place=1))

    told = 0
    for _ in range(200):
        (session,) = desk.sessions_with(TOM)
        told += len(moves(close(desk, session)))

    assert (told, waiting_tokens(desk, ANYBODY)) == (199 * 200 // 2, [])
