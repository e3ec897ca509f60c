"""Queues, and the places in them."""

from copy import deepcopy

import pytest

from mock_udesk.desk.commands import AskForAgent, Assigned, GiveUpQueue, NobodyOnline, Queued
from mock_udesk.desk.desk import Desk
from mock_udesk.desk.happenings import Happening
from mock_udesk.desk.records import AgentStatus, Origin, Stay, Target
from mock_udesk.desk.staff_commands import ChangeAgent
from tests import NOW
from tests.desk.sample import (
    AFTER_SALES,
    ANYBODY,
    GROUPS,
    JERRY,
    JERRYS,
    TOM,
    TOMS,
    a_desk,
    agents_of,
    ask,
    close,
    customer_id,
    happened,
    join,
    later,
    place,
    refused,
    start,
    toms_desk,
    waiting_tokens,
)


def test_third_customer_waits_in_second_place() -> None:
    """Online but full: 2001, places count from 1. Doc: im-api-v2 §排队返回; ruling 8."""
    desk = toms_desk(tom=1)
    start(desk, "c-1")
    join(desk, "c-2")

    answer = ask(desk, "c-3")

    assert isinstance(answer, Queued)
    assert (answer.target, answer.place) == (ANYBODY, 2)


def test_full_agent_is_named_with_the_count() -> None:
    """The reason says in English why nobody could take them. DESIGN."""
    desk = a_desk(tom=1)
    start(desk, "c-1", agent_id=TOM)

    answer = ask(desk, "c-2", agent_id=TOM)

    assert answer == Queued(TOMS, 1, "Tom is full: 1 of 1")


def test_busy_agent_makes_the_customer_wait() -> None:
    """Busy: 2001 with place and queue, however much room there is. Ruling 8."""
    desk = a_desk()
    desk.handle(ChangeAgent(TOM, {"status": AgentStatus.BUSY}), NOW)

    answer = ask(desk, "c-1", agent_id=TOM)

    assert answer == Queued(TOMS, 1, "Tom is busy")


def test_somebody_busy_is_worth_waiting_for() -> None:
    """2002 only when everybody is offline; one who is busy makes it 2001. Ruling 8."""
    desk = toms_desk()
    desk.handle(ChangeAgent(TOM, {"status": AgentStatus.BUSY}), NOW)

    answer = ask(desk, "c-1")

    assert isinstance(answer, Queued)
    assert (answer.target, answer.place) == (ANYBODY, 1)


@pytest.mark.parametrize(
    ("agent_id", "group_id", "target"),
    [(JERRY, None, JERRYS), (None, AFTER_SALES, GROUPS), (None, None, ANYBODY), (JERRY, AFTER_SALES, JERRYS)],
)
def test_queue_is_that_of_whom_was_asked_for(agent_id: int | None, group_id: int | None, target: Target) -> None:
    """Queues: one per agent, one per group, one for the company. Ruling 8."""
    desk = a_desk()
    for busy in (TOM, JERRY):
        desk.handle(ChangeAgent(busy, {"status": AgentStatus.BUSY}), NOW)

    answer = join(desk, "c-1", agent_id=agent_id, group_id=group_id)

    assert (answer.target, answer.place) == (target, 1)


def test_each_queue_counts_its_own_places() -> None:
    """Places count from 1 in each queue. Ruling 8."""
    desk = a_desk()
    for busy in (TOM, JERRY):
        desk.handle(ChangeAgent(busy, {"status": AgentStatus.BUSY}), NOW)

    places = [
        join(desk, "c-1", agent_id=TOM).place,
        join(desk, "c-2", agent_id=TOM).place,
        join(desk, "c-3", agent_id=JERRY).place,
        join(desk, "c-4").place,
        join(desk, "c-5", agent_id=TOM).place,
    ]

    assert places == [1, 2, 1, 1, 3]


def test_asking_again_returns_the_same_place() -> None:
    """A customer has one place: asking again returns it, and nothing happens. Ruling 8."""
    desk = toms_desk()
    start(desk, "c-1")
    first = join(desk, "c-2")
    join(desk, "c-3")

    outcome = desk.handle(AskForAgent(customer_token="c-2"), later(5))

    assert (outcome.reply, outcome.effects) == (first, ())


def test_asking_again_keeps_when_the_customer_joined() -> None:
    """Asking again is no new joining. Ruling 8."""
    desk = toms_desk()
    start(desk, "c-1")
    join(desk, "c-2")

    join(desk, "c-2", at=later(5))

    ticket = desk.stay_of(customer_id(desk, "c-2"))
    assert ticket is not None
    assert ticket.ticket is not None
    assert ticket.ticket.joined_at == NOW


def test_asking_for_another_target_moves_to_its_end() -> None:
    """Asking for another target moves the customer there, to the end. Ruling 8."""
    desk = a_desk(tom=1, jerry=1)
    start(desk, "c-1", agent_id=TOM)
    start(desk, "c-2", agent_id=JERRY)
    join(desk, "c-3", agent_id=TOM)
    join(desk, "c-4", agent_id=JERRY)

    answer = join(desk, "c-3", agent_id=JERRY)

    assert (answer.target, answer.place) == (JERRYS, 2)
    assert {target: waiting_tokens(desk, target) for target in desk.queues()} == {JERRYS: ["c-4", "c-3"]}


def test_asking_for_another_target_with_room_starts_the_session() -> None:
    """A waiting customer who asks for somebody with room gets them at once. Rulings 7 and 8."""
    desk = a_desk(tom=1)
    start(desk, "c-1", agent_id=TOM)
    join(desk, "c-2", agent_id=TOM)

    answer = ask(desk, "c-2", agent_id=JERRY)

    assert isinstance(answer, Assigned)
    assert (answer.is_new, answer.session.agent_id, desk.queues()) == (True, JERRY, [])


def test_those_behind_move_up_when_somebody_gives_up() -> None:
    """Leaving a queue moves up all behind. Doc: im-api-v2 §放弃排队; ruling 8."""
    desk = toms_desk()
    start(desk, "c-1")
    for token in ("c-2", "c-3", "c-4"):
        join(desk, token)

    desk.handle(GiveUpQueue("c-3", ANYBODY), NOW)

    assert {token: place(desk, token) for token in ("c-2", "c-4")} == {"c-2": 1, "c-4": 2}


def test_those_behind_move_up_when_the_first_is_served() -> None:
    """Places move up when the first leaves for a session. Ruling 9."""
    desk = toms_desk()
    session = start(desk, "c-1")
    for token in ("c-2", "c-3", "c-4"):
        join(desk, token)

    close(desk, session)

    assert {token: place(desk, token) for token in ("c-2", "c-3", "c-4")} == {"c-2": 0, "c-3": 1, "c-4": 2}


def test_who_gave_up_is_in_no_stay() -> None:
    """After close_queue the customer is 未排队. Doc: im-api-v2 §放弃排队, §查询排队状态."""
    desk = toms_desk()
    start(desk, "c-1")
    join(desk, "c-2")

    effects = desk.handle(GiveUpQueue("c-2", ANYBODY), NOW).effects

    assert desk.stay_of(customer_id(desk, "c-2")) is None
    assert [one.customer_id for one in happened(effects, Happening.QUEUE_ABANDONED)] == [2]


def test_who_gave_up_and_comes_back_stands_at_the_end() -> None:
    """A given-up place is gone. Ruling 8."""
    desk = toms_desk()
    start(desk, "c-1")
    for token in ("c-2", "c-3"):
        join(desk, token)
    desk.handle(GiveUpQueue("c-2", ANYBODY), NOW)

    answer = join(desk, "c-2", at=later(1))

    assert (answer.place, waiting_tokens(desk, ANYBODY)) == (2, ["c-3", "c-2"])


@pytest.mark.parametrize("target", [TOMS, GROUPS, Target("agent", 99), None])
def test_giving_up_a_wrong_queue_is_refused(target: Target | None) -> None:
    """`close_queue` with a wrong queue: 2062, and the place is kept. Ruling 13."""
    desk = toms_desk()
    start(desk, "c-1")
    join(desk, "c-2")

    answer = refused(desk, GiveUpQueue("c-2", target))

    assert answer == (2062, "不在该排队队列中")


def test_giving_up_without_a_place_is_refused() -> None:
    """`close_queue` with no place: 2062. Ruling 13."""
    desk = toms_desk()
    start(desk, "c-1")

    answer = refused(desk, GiveUpQueue("c-1", ANYBODY))

    assert answer == (2062, "不在该排队队列中")


def test_giving_up_for_an_unknown_customer_is_refused() -> None:
    """Not found: 2015. Ruling 6."""
    desk = toms_desk()

    code, _ = refused(desk, GiveUpQueue("nobody", ANYBODY))

    assert code == 2015


def test_customer_in_a_session_has_place_zero() -> None:
    """Count 0 while talking. Doc: im-api-v2 §请求客服返回."""
    desk = toms_desk()
    start(desk, "c-1")

    assert place(desk, "c-1") == 0


def test_queues_are_those_with_somebody_in_them() -> None:
    """`queues` lists the non-empty ones, `queue_length` how many wait. DESIGN."""
    desk = a_desk(tom=1, jerry=1)
    start(desk, "c-1", agent_id=TOM)
    start(desk, "c-2", agent_id=JERRY)
    join(desk, "c-3", agent_id=TOM)
    join(desk, "c-4", agent_id=TOM)
    join(desk, "c-5", group_id=AFTER_SALES)

    lengths = {target: desk.queue_length(target) for target in desk.queues()}

    assert lengths == {TOMS: 2, GROUPS: 1}
    assert desk.queue_length(ANYBODY) == 0


def test_queue_of_an_agent_who_went_offline_waits() -> None:
    """An agent who goes offline keeps the queue; asking again answers 2002, the place is kept. Ruling 9."""
    desk = a_desk(tom=1)
    start(desk, "c-1", agent_id=TOM)
    join(desk, "c-2", agent_id=TOM)
    desk.handle(ChangeAgent(TOM, {"status": AgentStatus.OFFLINE}), NOW)

    answer = ask(desk, "c-2", agent_id=TOM)

    assert answer == NobodyOnline(TOMS, "Tom is offline")
    assert (place(desk, "c-2"), waiting_tokens(desk, TOMS)) == (1, ["c-2"])


def test_asking_for_somebody_offline_keeps_the_place_one_has() -> None:
    """A place the customer already has is kept when whom they ask for now is offline. commands.py, NobodyOnline."""
    desk = toms_desk()
    start(desk, "c-1", agent_id=TOM)
    join(desk, "c-2", agent_id=TOM)

    answer = ask(desk, "c-2", agent_id=JERRY)

    assert answer == NobodyOnline(JERRYS, "Jerry is offline")
    assert waiting_tokens(desk, TOMS) == ["c-2"]


def test_ticket_remembers_what_the_customer_brought_along() -> None:
    """`channel` and the rest are kept over the queue into the session. Ruling 18."""
    desk = toms_desk()
    first = start(desk, "c-1")
    desk.handle(AskForAgent(customer_token="c-2", origin=Origin(channel="小程序", app_id=5)), NOW)

    close(desk, first)

    session = desk.state.sessions[1002]
    assert (session.origin.channel, session.origin.app_id) == ("小程序", 5)


def test_desk_made_from_the_state_alone_goes_on_as_before() -> None:
    """`Desk(state)` rebuilds its indexes: same places, same next one served. DESIGN."""
    desk = toms_desk()
    session = start(desk, "c-1")
    for token in ("c-2", "c-3", "c-4"):
        join(desk, token)
    desk.handle(GiveUpQueue("c-3", ANYBODY), NOW)
    twin = Desk(deepcopy(desk.state))

    effects = close(desk, session, at=later(1))
    twins_effects = close(twin, session, at=later(1))

    assert twins_effects == effects
    assert (twin.state, agents_of(twin), waiting_tokens(twin, ANYBODY)) == (
        desk.state,
        {"c-2": TOM},
        ["c-4"],
    )


def test_waiting_is_listed_lazily_in_order() -> None:
    """`waiting` yields the stays first to last. DESIGN."""
    desk = toms_desk()
    start(desk, "c-1")
    for token in ("c-2", "c-3"):
        join(desk, token)

    first: Stay = next(iter(desk.waiting(ANYBODY)))

    assert first.customer_id == customer_id(desk, "c-2")
