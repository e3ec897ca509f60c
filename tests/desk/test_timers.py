"""What happens by itself: a place being assigned, time-outs of queues, idle closes. Each is stamped with its due moment."""

from copy import deepcopy

from mock_udesk.desk.commands import AgentSays, Assigning, GiveUpQueue, SetPolicy, TransferSession
from mock_udesk.desk.desk import Desk
from mock_udesk.desk.effects import Happened, PushMessages
from mock_udesk.desk.happenings import Happening
from mock_udesk.desk.lifecycle import Stage
from mock_udesk.desk.records import AbandonedQueue, AgentStatus, Closer, CloseType
from mock_udesk.desk.staff_commands import ChangeAgent, RemoveAgent
from mock_udesk.desk.state import Policy
from tests import NOW
from tests.desk.sample import (
    ANYBODY,
    JERRY,
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
    misused,
    place,
    push_moments,
    pushes,
    say,
    say_waiting,
    start,
    stay,
    toms_desk,
    waiting_tokens,
)

IDLE_CLOSE = [
    ("message", {"content": "会话结束,祝您愉快!"}),
    ("close", {"close_type": "force", "content": "会话关闭"}),
]
START = [("start_session", {"content": "对话开始"})]


def a_desk_that_assigns(seconds: float = 5) -> Desk:
    """Tom has one place, freed at 10 s; c-2 is being assigned until 10 + `seconds`, c-3 waits behind."""
    desk = toms_desk(policy=Policy(assign_seconds=seconds))
    session = start(desk, "c-1")
    join(desk, "c-2")
    join(desk, "c-3", at=later(1))
    close(desk, session, at=later(10))
    return desk


# -- being assigned --------------------------------------------------------------------------------------------------------


def test_freed_place_is_kept_for_the_first_in_the_queue() -> None:
    """分配临界: 客服分配中!, count 0. Doc: im-api-v2 §分配临界; ruling 10."""
    desk = a_desk_that_assigns()

    answer = ask(desk, "c-2", at=later(11))

    assert answer == Assigning(ANYBODY)
    assert (stay(desk, "c-2").stage, place(desk, "c-2")) == (Stage.ASSIGNING, 0)


def test_those_behind_count_without_who_is_being_assigned() -> None:
    """Who is being assigned is out of the places. DESIGN; ruling 10."""
    desk = a_desk_that_assigns()

    answer = join(desk, "c-4", at=later(11))

    assert (place(desk, "c-3"), answer.place) == (1, 2)


def test_session_starts_when_the_assigning_is_over() -> None:
    """After `assign_seconds` the session starts. Ruling 10."""
    desk = a_desk_that_assigns()

    effects = desk.wake(later(15)).effects

    assert (pushes(effects), agents_of(desk)) == ([(1002, START)], {"c-2": TOM})


def test_session_that_started_late_is_stamped_with_the_due_moment() -> None:
    """Each effect is stamped with its due moment, not with `now`. DESIGN."""
    desk = a_desk_that_assigns()

    effects = desk.wake(later(3600)).effects

    session = desk.state.sessions[1002]
    stamps = {effect.at for effect in effects}
    message_stamps = {m.created_at for effect in effects if isinstance(effect, PushMessages) for m in effect.messages}
    assert (stamps, message_stamps, session.created_at) == ({later(15)}, {later(15)}, later(15))
    assert session.queue_seconds == 15.0


def test_nothing_starts_before_its_time() -> None:
    """`wake` does what is due, no more. DESIGN."""
    desk = a_desk_that_assigns()
    before = deepcopy(desk.state)

    effects = desk.wake(later(14.999)).effects

    assert (effects, desk.state) == ((), before)


def test_next_due_is_the_end_of_the_assigning() -> None:
    """`next_due` says when someone must call `wake`. architecture.md."""
    desk = a_desk_that_assigns()

    dues = [desk.next_due()]
    desk.wake(later(15))
    dues.append(desk.next_due())

    assert dues == [later(15), None]


def test_assigning_is_listed_among_the_timers() -> None:
    """Timers are data that can be listed. architecture.md, Time."""
    desk = a_desk_that_assigns()

    timers = [(timer.due, timer.kind, timer.customer_id, timer.stay_id) for timer in desk.timers()]

    assert timers == [(later(15), "assign", 2, 2)]


def test_newcomer_who_finds_room_is_not_made_to_wait() -> None:
    """A newcomer who finds room never waits (no reservation). DESIGN."""
    desk = toms_desk(policy=Policy(assign_seconds=5))

    session = start(desk, "c-1")

    assert session.created_at == NOW


def test_kept_place_counts_as_taken() -> None:
    """A reservation counts against the agent's capacity. DESIGN; ruling 9: no assignment exceeds the capacity."""
    desk = a_desk_that_assigns()

    newcomer = join(desk, "c-4", agent_id=TOM, at=later(11))

    assert (newcomer.target, newcomer.place) == (TOMS, 1)


def test_transfer_to_who_keeps_the_last_place_for_somebody_is_refused() -> None:
    """A reservation counts against the agent's capacity: full, 409. DESIGN; ruling 9."""
    desk = a_desk(tom=1, policy=Policy(assign_seconds=5))
    toms = start(desk, "c-1", agent_id=TOM)
    other = start(desk, "c-2")
    join(desk, "c-3", agent_id=TOM)
    close(desk, toms)

    assert misused(desk, TransferSession(session_id=other.id, agent_id=TOM)) == "conflict"


def test_who_was_being_assigned_gets_the_old_place_back() -> None:
    """When that agent goes offline or busy the customer is back in the old place. DESIGN, RELEASE."""
    desk = a_desk_that_assigns()

    desk.handle(ChangeAgent(TOM, {"status": AgentStatus.BUSY}), later(12))

    assert (stay(desk, "c-2").stage, place(desk, "c-2"), place(desk, "c-3")) == (Stage.QUEUED, 1, 2)
    assert desk.next_due() is None


def test_lowered_capacity_takes_a_kept_place_back() -> None:
    """Removed capacity releases the reservation. DESIGN, RELEASE."""
    desk = a_desk_that_assigns()

    desk.handle(ChangeAgent(TOM, {"capacity": 0}), later(12))

    assert (waiting_tokens(desk, ANYBODY), desk.next_due()) == (["c-2", "c-3"], None)


def test_who_was_released_is_assigned_anew() -> None:
    """Back in the old place they are the first again. DESIGN, RELEASE."""
    desk = a_desk_that_assigns()
    desk.handle(ChangeAgent(TOM, {"status": AgentStatus.OFFLINE}), later(12))

    desk.handle(ChangeAgent(TOM, {"status": AgentStatus.ONLINE}), later(20))

    assert (stay(desk, "c-2").stage, desk.next_due()) == (Stage.ASSIGNING, later(25))


def test_who_was_released_goes_to_somebody_else_with_room() -> None:
    """Nobody waits for anybody while somebody has room. Ruling 9; DESIGN, RELEASE."""
    desk = a_desk(tom=1, jerry=1, policy=Policy(assign_seconds=5))
    toms, jerrys = start(desk, "c-1", agent_id=TOM), start(desk, "c-2", agent_id=JERRY)
    join(desk, "c-3")
    close(desk, toms, at=later(10))
    close(desk, jerrys, at=later(11))

    desk.handle(ChangeAgent(TOM, {"status": AgentStatus.BUSY}), later(12))
    desk.wake(later(17))

    assert agents_of(desk) == {"c-3": JERRY}


def test_release_is_told() -> None:
    """The happening is `released`. effects.py."""
    desk = a_desk_that_assigns()

    effects = desk.handle(ChangeAgent(TOM, {"status": AgentStatus.BUSY}), later(12)).effects

    assert [one.customer_id for one in happened(effects, Happening.RELEASED)] == [2]


def test_who_gives_up_while_being_assigned_leaves_the_place_to_the_next() -> None:
    """The customer may leave while being assigned, too. commands.py, GiveUpQueue."""
    desk = a_desk_that_assigns()

    desk.handle(GiveUpQueue("c-2", ANYBODY), later(12))

    assert desk.stay_of(customer_id(desk, "c-2")) is None
    assert (stay(desk, "c-3").stage, desk.next_due()) == (Stage.ASSIGNING, later(17))


def test_who_gets_somebody_else_while_being_assigned_leaves_the_place_to_the_next() -> None:
    """Asking for another target moves; the kept place goes to the next at once. Rulings 8 and 9."""
    desk = a_desk(tom=1, policy=Policy(assign_seconds=5))
    session = start(desk, "c-1", agent_id=TOM)
    for token in ("c-2", "c-3"):
        join(desk, token, agent_id=TOM)
    close(desk, session, at=later(10))

    start(desk, "c-2", agent_id=JERRY, at=later(12))

    assert agents_of(desk) == {"c-2": JERRY}
    assert (stay(desk, "c-3").stage, desk.next_due()) == (Stage.ASSIGNING, later(17))


def test_message_while_being_assigned_is_kept_for_the_agent() -> None:
    """-3 goes on while being assigned: the customer has no session yet. Doc: im-api-v2 §发送消息; ruling 10."""
    desk = a_desk_that_assigns()
    say_waiting(desk, "c-2", "m-1", at=later(12))

    desk.wake(later(15))

    assert desk.state.sessions[1002].unread_by_agent == ["m-1"]


def test_agent_who_keeps_a_place_for_somebody_is_not_removed() -> None:
    """Removing an agent with a customer being assigned is a conflict. commands.py, RemoveAgent."""
    desk = a_desk_that_assigns()

    assert misused(desk, RemoveAgent(TOM), later(12)) == "conflict"


# -- time-outs of queues ---------------------------------------------------------------------------------------------------


def test_customer_is_dropped_from_the_queue_in_time() -> None:
    """`queue_timeout_seconds`: dropped from the queue, which is included in im_queues. Rulings 15 and 18."""
    desk = toms_desk(policy=Policy(queue_timeout_seconds=60))
    start(desk, "c-1")
    join(desk, "c-2", at=later(10))

    desk.wake(later(600))

    assert desk.stay_of(customer_id(desk, "c-2")) is None
    assert list(desk.abandoned_between(None, None)) == [
        AbandonedQueue(
            id=1,
            customer_id=2,
            target=ANYBODY,
            channel="api",
            im_web_plugin_id=None,
            joined_at=later(10),
            left_at=later(70),
            reason="timed_out",
        )
    ]


def test_those_behind_move_up_when_somebody_is_dropped() -> None:
    """Leaving a queue moves up all behind. Rulings 8 and 15."""
    desk = toms_desk(policy=Policy(queue_timeout_seconds=60))
    start(desk, "c-1")
    join(desk, "c-2")
    join(desk, "c-3", at=later(30))

    desk.wake(later(60))

    assert waiting_tokens(desk, ANYBODY) == ["c-3"]
    assert place(desk, "c-3") == 1


def test_what_is_due_is_done_in_order_of_due_time() -> None:
    """All that is due, in order of due time, each stamped with it. DESIGN."""
    desk = toms_desk(policy=Policy(queue_timeout_seconds=60))
    start(desk, "c-1")
    for seconds, token in ((1, "c-2"), (2, "c-3"), (3, "c-4")):
        join(desk, token, at=later(seconds))

    effects = desk.wake(later(600)).effects

    dropped = happened(effects, Happening.QUEUE_ABANDONED)
    assert [(one.at, one.customer_id) for one in dropped] == [(later(61), 2), (later(62), 3), (later(63), 4)]


def test_who_is_served_in_time_is_not_dropped() -> None:
    """The time-out ends with the queue. Ruling 15."""
    desk = toms_desk(policy=Policy(queue_timeout_seconds=60))
    session = start(desk, "c-1")
    join(desk, "c-2")
    close(desk, session, at=later(59))

    effects = desk.wake(later(600)).effects

    assert (effects, desk.next_due(), agents_of(desk)) == ((), None, {"c-2": TOM})


def test_who_gave_up_in_time_is_not_dropped_too() -> None:
    """The time-out ends with the queue: one abandoned queue, one reason. Ruling 15."""
    desk = toms_desk(policy=Policy(queue_timeout_seconds=60))
    start(desk, "c-1")
    join(desk, "c-2")
    desk.handle(GiveUpQueue("c-2", ANYBODY), later(59))

    effects = desk.wake(later(600)).effects

    assert (effects, desk.next_due()) == ((), None)
    assert [one.reason for one in desk.abandoned_between(None, None)] == ["gave_up"]


# -- idle closes -----------------------------------------------------------------------------------------------------------


def test_idle_session_is_closed_with_a_farewell_in_one_push() -> None:
    """`customer_idle_close_seconds` pushes 会话结束,祝您愉快! and `close` in one POST. Ruling 15."""
    desk = a_desk(policy=Policy(customer_idle_close_seconds=60))
    start(desk, "c-1")

    effects = desk.wake(later(600)).effects

    assert (pushes(effects), push_moments(effects)) == ([(1001, IDLE_CLOSE)], [later(60)])


def test_idle_session_is_closed_by_force_at_its_due_moment() -> None:
    """Closing by timer is `force`. Ruling 12."""
    desk = a_desk(policy=Policy(customer_idle_close_seconds=60))
    session = start(desk, "c-1")

    desk.wake(later(600))

    assert (session.closed_at, session.close_type, session.closed_by) == (later(60), CloseType.FORCE, Closer.TIMER)


def test_message_of_the_customer_puts_the_idle_close_off() -> None:
    """After so long without a message of the customer. settings.py; ruling 15."""
    desk = a_desk(policy=Policy(customer_idle_close_seconds=60))
    session = start(desk, "c-1")

    say(desk, session, "m-1", at=later(50))

    assert (desk.wake(later(109)).effects, desk.next_due(), session.is_open) == ((), later(110), True)


def test_message_of_the_agent_does_not_put_the_idle_close_off() -> None:
    """Only the customer's messages count. settings.py, customer_idle_close_seconds."""
    desk = a_desk(policy=Policy(customer_idle_close_seconds=60))
    session = start(desk, "c-1")

    desk.handle(AgentSays(session_id=session.id, type="message", data={"content": "还在吗"}), later(50))

    assert desk.next_due() == later(60)


def test_closed_session_is_not_closed_again() -> None:
    """The idle close ends with the session. Ruling 15."""
    desk = a_desk(policy=Policy(customer_idle_close_seconds=60))
    session = start(desk, "c-1")
    close(desk, session, at=later(10))

    assert (desk.wake(later(600)).effects, desk.next_due(), desk.timers()) == ((), None, [])


def test_place_freed_by_an_idle_close_is_taken_at_that_moment() -> None:
    """One `wake` does what follows from what was due, each in its moment. DESIGN; rulings 9 and 15."""
    desk = toms_desk(policy=Policy(customer_idle_close_seconds=60))
    start(desk, "c-1")
    join(desk, "c-2", at=later(10))

    effects = desk.wake(later(600)).effects

    assert pushes(effects) == [(1001, IDLE_CLOSE), (1002, START), (1002, IDLE_CLOSE)]
    assert push_moments(effects) == [later(60), later(60), later(120)]


def test_farewell_has_fullwidth_punctuation_when_so_set() -> None:
    """Texts have half-width punctuation, full-width by setting `fullwidth`. Ruling 28."""
    desk = a_desk(policy=Policy(customer_idle_close_seconds=60, fullwidth=True))
    start(desk, "c-1")

    effects = desk.wake(later(60)).effects

    assert pushes(effects)[0][1][0] == ("message", {"content": "会话结束，祝您愉快！"})


# -- all of them -----------------------------------------------------------------------------------------------------------


def test_timers_are_off_unless_set() -> None:
    """Timers, off unless set. Ruling 15."""
    desk = toms_desk()
    start(desk, "c-1")
    join(desk, "c-2")

    assert (desk.next_due(), desk.timers(), desk.wake(later(86_400)).effects) == (None, [], ())


def test_timers_are_listed_with_whom_they_concern() -> None:
    """Timers are data that can be listed. architecture.md, Time."""
    desk = toms_desk(policy=Policy(queue_timeout_seconds=60, customer_idle_close_seconds=90))
    start(desk, "c-1")
    join(desk, "c-2", at=later(1))

    timers = sorted((timer.due, timer.kind, timer.customer_id, timer.stay_id) for timer in desk.timers())

    assert timers == [(later(61), "queue_timeout", 2, 2), (later(90), "idle_close", 1, 1)]


def test_running_timers_keep_their_moment_when_the_policy_changes() -> None:
    """Running timers keep the moment they were set for, new ones follow the new policy. commands.py, SetPolicy."""
    desk = a_desk(policy=Policy(customer_idle_close_seconds=60))
    start(desk, "c-1")

    desk.handle(SetPolicy(Policy(customer_idle_close_seconds=600)), later(10))
    start(desk, "c-2", at=later(20))

    assert sorted(timer.due for timer in desk.timers()) == [later(60), later(620)]


def test_shortened_idle_close_counts_from_the_next_message() -> None:
    """New timers follow the new policy, also when that makes them sooner than the old one. commands.py, SetPolicy."""
    desk = a_desk(policy=Policy(customer_idle_close_seconds=600))
    session = start(desk, "c-1")
    desk.handle(SetPolicy(Policy(customer_idle_close_seconds=60)), NOW)

    say(desk, session, "m-1", at=later(10))

    assert (desk.next_due(), [timer.due for timer in desk.timers()]) == (later(70), [later(70)])


def test_one_long_sleep_and_many_short_ones_come_to_the_same() -> None:
    """`wake` in one jump or in many small ones gives the same result.."""
    desk = toms_desk(tom=1, policy=Policy(assign_seconds=7, queue_timeout_seconds=150, customer_idle_close_seconds=60))
    start(desk, "c-1")
    for seconds, token in ((1, "c-2"), (2, "c-3"), (3, "c-4"), (4, "c-5")):
        join(desk, token, at=later(seconds))
    twin = Desk(deepcopy(desk.state))

    at_once = list(desk.wake(later(600)).effects)
    bit_by_bit = [effect for second in range(601) for effect in twin.wake(later(second)).effects]

    assert at_once == bit_by_bit
    assert desk.state == twin.state


def test_timers_live_on_in_a_desk_made_from_the_state() -> None:
    """`Desk(state)` rebuilds its indexes, timers too. DESIGN."""
    desk = toms_desk(policy=Policy(assign_seconds=5, queue_timeout_seconds=600, customer_idle_close_seconds=300))
    session = start(desk, "c-1")
    for token in ("c-2", "c-3"):
        join(desk, token)
    close(desk, session, at=later(10))
    twin = Desk(deepcopy(desk.state))

    assert twin.next_due() == desk.next_due() == later(15)
    assert twin.wake(later(5000)) == desk.wake(later(5000))


def test_wake_tells_nothing_twice() -> None:
    """What was due was done. DESIGN."""
    desk = a_desk(policy=Policy(customer_idle_close_seconds=60))
    start(desk, "c-1")

    first, second = desk.wake(later(60)).effects, desk.wake(later(60)).effects

    assert [one.kind for one in first if isinstance(one, Happened)] == [Happening.SESSION_CLOSED]
    assert second == ()
