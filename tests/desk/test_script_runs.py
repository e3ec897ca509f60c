"""One run for each time that a rule is set off: where it stands, what it takes, how it ends, and why each effect came. DESIGN, Desk."""

import pytest

from mock_udesk.desk.commands import (
    AgentSays,
    AskForAgent,
    CloseByCustomer,
    DestroyCustomer,
    PreviewMessage,
    RateSession,
    SetOnline,
    TransferSession,
)
from mock_udesk.desk.desk import Desk
from mock_udesk.desk.effects import Happened, Played
from mock_udesk.desk.errors import UsageError
from mock_udesk.desk.play.script import Close, Read, SetAgent, SetVariables, Transfer
from mock_udesk.desk.play.walk import MOST_STEPS
from mock_udesk.desk.staff_commands import ChangeAgent
from mock_udesk.desk.state import Policy, SurveyOption
from tests import NOW
from tests.desk.sample import JERRY, TOM, a_desk, agents_of, close, join, later, pushes, say_waiting, start, toms_desk
from tests.desk.script_sample import (
    HERE,
    ON,
    at,
    endings,
    failures,
    kinds,
    load,
    played,
    playing,
    replies,
    reply,
    rule,
    runs,
    talk,
    tell,
    twin_of,
    wait,
    wait_for,
)

SURVEY = Policy(survey_options=(SurveyOption(id=1, remark="hide", text="满意"),))


# -- waiting ---------------------------------------------------------------------------------------------------------------


def test_waiting_run_takes_a_happening_first_and_consumes_it() -> None:
    """A waiting run takes a happening first and consumes it. interfaces §4."""
    desk, session = talk(rule(ON.MESSAGE, wait_for(ON.MESSAGE), reply("taken")))

    said = [replies(tell(desk, session, f"m-{number}").effects) for number in range(4)]

    assert said == [[], ["taken"], [], ["taken"]]


def test_run_waits_for_what_fits_and_lets_the_rest_pass_to_the_rules() -> None:
    """wait_for: {match}; else the rules are tried."""
    desk, session = talk(
        rule(ON.MESSAGE, wait_for(ON.MESSAGE, text="yes"), reply("good"), text="start"),
        rule(ON.MESSAGE, reply("what?")),
    )

    said = [replies(tell(desk, session, text, text).effects) for text in ("start", "no", "yes", "yes2")]

    assert said == [[], ["what?"], ["good"], ["what?"]]


def test_oldest_run_takes_it_and_the_others_wait_on() -> None:
    """Its listening runs, oldest first: the first whose wait_for fits takes it."""
    desk, session = talk(
        rule(ON.PREVIEW, wait_for(ON.MESSAGE), reply("{message.text} for the first"), times=1),
        rule(ON.PREVIEW, wait_for(ON.MESSAGE), reply("{message.text} for the second"), times=1),
    )
    for _ in range(2):
        desk.handle(PreviewMessage(session.id, "…"), NOW)

    assert [replies(tell(desk, session, text, text).effects) for text in ("a", "b")] == [
        ["a for the first"],
        ["b for the second"],
    ]


def test_several_runs_of_a_conversation_are_active_at_once() -> None:
    """Several may be active; each has its own place and variables."""
    set_it = SetVariables(place=HERE, values={"said": "{message.text}"})
    desk, session = talk(rule(ON.MESSAGE, set_it, wait(5), reply("{vars[said]}")))
    for seconds, text in enumerate(("a", "b", "c")):
        tell(desk, session, text, text, at=later(seconds))

    assert replies(desk.wake(later(60)).effects) == ["a", "b", "c"]


def test_run_in_a_wait_takes_nothing() -> None:
    """Only a `wait_for` listens."""
    desk, session = talk(rule(ON.MESSAGE, wait(5), wait_for(ON.MESSAGE), reply("taken"), times=1))
    tell(desk, session, "m-1")
    tell(desk, session, "m-2", at=later(1))

    assert [run.is_listening for run in runs(desk)] == [False]
    desk.wake(later(5))
    assert [run.is_listening for run in runs(desk)] == [True]


def test_what_is_taken_is_what_templates_see_from_then_on() -> None:
    """`heard` is replaced."""
    desk, session = talk(rule(ON.MESSAGE, wait_for(ON.PREVIEW), reply("{message.text}")))
    tell(desk, session, "m-1", "first")

    assert replies(desk.handle(PreviewMessage(session.id, "typing"), NOW).effects) == ["typing"]


def test_what_a_run_does_can_set_rules_off_and_be_waited_for() -> None:
    """What a run does can trigger rules."""
    desk, session = talk(
        rule(ON.MESSAGE, reply("one")),
        rule(ON.AGENT_MESSAGE, reply("two"), text="one"),
        rule(ON.AGENT_MESSAGE, reply("three"), text="two"),
    )

    assert replies(tell(desk, session, "m-1").effects) == ["one", "two", "three"]


def test_what_is_set_off_comes_after_what_is_under_way() -> None:
    """What that does is appended at the end and walked later (breadth first)."""
    desk, session = talk(
        rule(ON.MESSAGE, reply("a1"), reply("a2")),
        rule(ON.AGENT_MESSAGE, reply("b{message.text}"), text="^a"),
    )

    assert replies(tell(desk, session, "m-1").effects) == ["a1", "a2", "ba1", "ba2"]


# -- within and else -------------------------------------------------------------------------------------------------------


def test_when_the_time_is_over_else_takes_the_place_of_the_rest() -> None:
    """`within` over: else-branch takes the place of the rest."""
    desk, session = talk(
        rule(ON.MESSAGE, wait_for(ON.MESSAGE, within=30, otherwise=(reply("still there?"), wait(5), reply("bye"))), reply("go on"))
    )  # fmt: skip
    tell(desk, session, "m-1")

    assert desk.next_due() == later(30)
    assert replies(desk.wake(later(30)).effects) == ["still there?"]
    assert [run.at for run in runs(desk)] == [(0, 1)]
    woken = desk.wake(later(60)).effects
    assert (replies(woken), endings(woken)) == (["bye"], ["all its steps are done"])


def test_else_may_wait_and_have_an_else_of_its_own() -> None:
    """Run.at is the address: (3, 1) = do[3].else[1]; it grows by one with each else."""
    inner = wait_for(ON.MESSAGE, within=10, otherwise=(wait(1), reply("gone")))
    desk, session = talk(
        rule(ON.MESSAGE, Read(place=HERE), wait_for(ON.MESSAGE, within=10, otherwise=(wait(1), inner)))
    )
    tell(desk, session, "m-1")

    places = []
    for seconds in (0, 10, 11, 21):
        desk.wake(later(seconds))
        places.append([run.at for run in runs(desk)])

    assert places == [[(1,)], [(1, 0)], [(1, 1)], [(1, 1, 0)]]
    assert replies(desk.wake(later(60)).effects) == ["gone"]


def test_without_else_the_next_step_comes_when_the_time_is_over() -> None:
    """Or next step without `else`."""
    desk, session = talk(rule(ON.MESSAGE, wait_for(ON.MESSAGE, within=30), reply("go on")))
    tell(desk, session, "m-1")

    assert replies(desk.wake(later(31)).effects) == ["go on"]


def test_what_comes_in_time_stops_the_clock() -> None:
    """Taken within the time: the run goes on, and else is not for it."""
    desk, session = talk(
        rule(ON.MESSAGE, wait_for(ON.MESSAGE, within=30, otherwise=(reply("late"),)), reply("in time"), times=1)
    )
    tell(desk, session, "m-1")

    assert replies(tell(desk, session, "m-2", at=later(29)).effects) == ["in time"]
    assert (desk.wake(later(99)).effects, desk.next_due(), desk.timers()) == ((), None, [])


def test_time_that_is_up_at_once_still_takes_a_moment() -> None:
    """Nothing can go round in circles within one moment by waiting for no time."""
    desk, session = talk(rule(ON.MESSAGE, wait_for(ON.MESSAGE, within=1e-9), reply("late")))
    tell(desk, session, "m-1")

    due = desk.next_due()
    assert due is not None
    assert due > NOW


# -- how conversations end -------------------------------------------------------------------------------------------------


def test_transfer_carries_runs_over() -> None:
    """A transfer carries them over: the stay is the same."""
    desk, session = talk(rule(ON.MESSAGE, Transfer(place=HERE, agent="Jerry"), wait(2), reply("{agent.name} here")))
    tell(desk, session, "m-1")

    effects = desk.wake(later(2)).effects

    assert (replies(effects), [session_id for session_id, _ in pushes(effects)]) == (["Jerry here"], [session.id + 1])


def test_end_of_the_stay_ends_its_runs() -> None:
    """The stay's end ends its runs; it is told why."""
    desk, session = talk(rule(ON.MESSAGE, wait(5), reply("never")))
    tell(desk, session, "m-1")

    effects = close(desk, session)

    assert (endings(effects), runs(desk), desk.next_due()) == (["its session was closed"], [], None)


def test_close_ends_the_run_that_did_it_too() -> None:
    """Before each step its stay must still live, else the run ends."""
    desk, session = talk(rule(ON.MESSAGE, Close(place=HERE), reply("never")))

    effects = tell(desk, session, "m-1").effects

    assert (played(effects), endings(effects)) == (["began", "close", "ended"], ["its conversation is over"])


def test_queue_that_is_left_ends_its_runs() -> None:
    """queue_abandoned ends the stay."""
    desk = toms_desk(policy=Policy(queue_timeout_seconds=10))
    start(desk, "c-1")
    load(desk, rule(ON.QUEUED, wait(60)))
    join(desk, "c-2")

    effects = desk.wake(later(10)).effects

    assert (endings(effects), runs(desk)) == (["its customer left the queue"], [])


def test_customer_who_is_removed_ends_all_their_runs() -> None:
    """A customer's run, whose customer must live, and a robot's, whose stay ends without a word."""
    desk, session = talk(rule(ON.SESSION_CLOSED, wait(60)))
    close(desk, session)

    effects = desk.handle(DestroyCustomer(session.customer_id), NOW).effects

    assert (endings(effects), runs(desk)) == (["its customer was removed"], [])


def test_run_that_waits_for_the_close_goes_on_as_the_customers() -> None:
    """Runs waiting for it take it first and go on as the customer's, the session kept; other runs of that stay end."""
    desk, session = talk(
        rule(
            ON.MESSAGE,
            wait_for(ON.SESSION_CLOSED),
            wait(5),
            SetVariables(place=HERE, values={"session": "=session.id"}),
            wait(5),
            text="a",
        ),
        rule(ON.MESSAGE, wait_for(ON.PREVIEW), text="b"),
    )
    tell(desk, session, "m-1", "a")
    tell(desk, session, "m-2", "b")

    effects = close(desk, session)
    desk.wake(later(5))

    assert endings(effects) == ["its session was closed"]
    assert [(run.stay_id, run.heard.session_id, run.variables) for run in runs(desk)] == [
        (None, session.id, {"session": session.id})
    ]


def test_survey_after_the_close_is_taken_by_who_waits_for_it() -> None:
    """Survey after close: a rule on session_closed starts a customer's run."""
    steps = (wait_for(ON.SURVEY, within=60, otherwise=(SetVariables(place=HERE, values={"rated": False}), wait(9))),)
    desk, session = talk(
        rule(ON.SESSION_CLOSED, *steps, SetVariables(place=HERE, values={"rated": True}), wait(9)), policy=SURVEY
    )
    close(desk, session)

    desk.handle(RateSession(session_id=session.id, option_id=1), NOW)

    assert [run.variables for run in runs(desk)] == [{"rated": True}]


def test_survey_is_not_taken_by_a_run_about_another_conversation() -> None:
    """Two conversations of one customer are over; the rating is of the second."""
    desk, first = talk(
        rule(ON.SESSION_CLOSED, wait_for(ON.SURVEY), SetVariables(place=HERE, values={"of": "=session.id"}), wait(9)),
        policy=SURVEY,
    )
    close(desk, first)
    second = start(desk, "c-1")
    close(desk, second)

    desk.handle(RateSession(session_id=second.id, option_id=1), NOW)

    assert [run.variables for run in runs(desk)] == [{}, {"of": second.id}]


def test_customers_run_hears_what_the_customer_does_in_a_later_conversation() -> None:
    """What concerns the customer as such comes to their own runs too."""
    desk, session = talk(
        rule(ON.SESSION_CLOSED, wait_for(ON.CUSTOMER_OFFLINE), SetVariables(place=HERE, values={"off": 1}), wait(9))
    )
    close(desk, session)
    start(desk, "c-1")

    desk.handle(SetOnline("c-1", is_online=False), NOW)

    assert [run.variables for run in runs(desk)] == [{"off": 1}]


def test_run_from_the_queue_lives_on_in_the_session() -> None:
    """A conversation is a customer's stay: queue, then session."""
    desk = toms_desk()
    first = start(desk, "c-1")
    load(desk, rule(ON.QUEUED, wait_for(ON.SESSION_STARTED), reply("thanks for waiting")))
    join(desk, "c-2")
    say_waiting(desk, "c-2", "w-1")

    assert replies(close(desk, first)) == ["thanks for waiting"]


def test_agent_goes_offline_in_mid_conversation() -> None:
    """set_agent takes what is next with it: the rules on agent_status see it in the same breath."""
    off = SetAgent(place=HERE, agent=None, fields={"status": "offline"})
    desk, session = talk(
        rule(ON.MESSAGE, off), rule(ON.AGENT_STATUS, Transfer(place=HERE, agent="Jerry"), status="offline")
    )

    tell(desk, session, "m-1")

    assert agents_of(desk) == {"c-1": JERRY}


# -- why -------------------------------------------------------------------------------------------------------------------


def test_without_a_script_nothing_has_a_cause_of_its_own() -> None:
    """Empty: so it is for all."""
    desk = a_desk()
    session = start(desk, "c-1")

    assert tell(desk, session, "m-1").causes == ()


def test_message_that_fits_no_rule_comes_to_the_very_same() -> None:
    """Nothing is added, so nothing is made anew."""
    desk, session = talk(rule(ON.MESSAGE, reply("x"), text="never"))

    outcome = tell(desk, session, "m-1")

    assert (kinds(outcome.effects), outcome.causes) == (["message"], ())


def test_each_effect_names_what_caused_it() -> None:
    """A step's effects: that step; began: what happened; later steps of the same stretch: began."""
    desk, session = talk(rule(ON.MESSAGE, reply("1"), reply("2")), rule(ON.AGENT_MESSAGE, Read(place=HERE), text="1"))

    outcome = tell(desk, session, "m-1")

    assert list(zip(kinds(outcome.effects), outcome.causes, strict=True)) == [
        ("message", None),
        ("began", 0),
        ("reply", 1),
        ("agent_message", 2),
        ("push", 2),
        ("reply", 1),
        ("agent_message", 5),
        ("push", 5),
        ("ended", 1),
        ("began", 3),
        ("read", 9),
        ("agent_read", 10),
        ("PushRead", 10),
        ("ended", 9),
    ]


def test_what_goes_on_is_caused_by_what_was_taken_or_by_time() -> None:
    """The Happened that resumed it; None for time."""
    desk, session = talk(rule(ON.MESSAGE, wait_for(ON.MESSAGE), reply("1"), wait(5), reply("2"), times=1))
    tell(desk, session, "m-1")

    taken, woken = tell(desk, session, "m-2"), desk.wake(later(5))

    assert list(zip(kinds(taken.effects), taken.causes, strict=True)) == [
        ("message", None),
        ("reply", 0),
        ("agent_message", 1),
        ("push", 1),
        ("wait", 0),
    ]
    assert list(zip(kinds(woken.effects), woken.causes, strict=True)) == [
        ("reply", None),
        ("agent_message", 0),
        ("push", 0),
        ("ended", None),
    ]


def test_causes_of_all_that_was_due_are_places_among_all() -> None:
    """wake: several things that were due, one list."""
    desk, session = talk(rule(ON.MESSAGE, wait(5), reply("{message.text}")))
    for seconds, text in enumerate(("a", "b")):
        tell(desk, session, text, text, at=later(seconds))

    woken = desk.wake(later(60))

    assert woken.causes == (None, 0, 0, None, None, 4, 4, None)


# -- going wrong -----------------------------------------------------------------------------------------------------------


def test_rules_that_set_each_other_off_are_stopped_after_a_thousand_steps() -> None:
    """More than 1,000 steps of one conversation within one walk: failed, the reason names where and the number."""
    desk, session = talk(
        rule(ON.MESSAGE, reply("0")), rule(ON.AGENT_MESSAGE, reply("again", place=at(7)), stands=at(6))
    )

    effects = tell(desk, session, "m-1").effects

    ((place, reason),) = failures(effects)
    assert (len(replies(effects)), place) == (MOST_STEPS, at(7))
    assert reason.startswith("this is step 1,001 of the conversation without any time passing, at most 1,000 are done")
    assert runs(desk) == []


def test_after_that_nothing_more_of_this_walk_is_reacted_to_and_the_next_is() -> None:
    """Nothing more of this walk is reacted to; but a close still ends what it ends."""
    desk, session = talk(
        rule(ON.MESSAGE, reply("0"), text="go"),
        rule(ON.AGENT_MESSAGE, reply("again")),
        rule(ON.MESSAGE, wait(9), text="wait"),
    )
    tell(desk, session, "m-0", "wait")
    tell(desk, session, "m-1", "go")

    assert len(runs(desk)) == 1
    assert len(failures(tell(desk, session, "m-2", "go").effects)) == 1


def test_long_run_is_stopped_too() -> None:
    """Steps of one run count as well: `wait` of 0 does not pass time."""
    desk, session = talk(rule(ON.MESSAGE, *(wait(0) for _ in range(1_001))))

    assert [place for place, _ in failures(tell(desk, session, "m-1").effects)] == [HERE]


def test_thousand_steps_are_fine_and_time_that_passes_begins_a_new_count() -> None:
    """At most 1,000; each due timer is a walk of its own."""
    desk, session = talk(rule(ON.MESSAGE, *(wait(0) for _ in range(999)), wait(1), *(wait(0) for _ in range(1000))))

    assert failures(tell(desk, session, "m-1").effects) == []
    assert failures(desk.wake(later(1)).effects) == []


def test_each_conversation_has_a_thousand() -> None:
    """Of one conversation: agent_status concerns many."""
    desk = a_desk()
    for number in range(3):
        start(desk, f"c-{number}", agent_id=TOM)
    load(desk, rule(ON.AGENT_STATUS, *(wait(0) for _ in range(900))))

    assert failures(desk.handle(ChangeAgent(TOM, {"status": "busy"}), NOW).effects) == []


def test_condition_that_cannot_be_told_is_a_fault_and_does_not_fit() -> None:
    """`match.when` failing: the same with the rule's place, and the rule does not fit."""
    desk, session = talk(rule(ON.MESSAGE, reply("1"), when="nobody.level", stands=at(3)), rule(ON.MESSAGE, reply("2")))

    outcome = tell(desk, session, "m-1")

    assert failures(outcome.effects) == [(at(3), "nobody.level: NameError name 'nobody' is not defined")]
    assert (replies(outcome.effects), outcome.causes[1]) == (["2"], 0)


def test_condition_of_a_wait_that_cannot_be_told_ends_its_run() -> None:
    """The run fails, and what happened is for the others."""
    desk, session = talk(
        rule(ON.MESSAGE, wait_for(ON.MESSAGE, when="nobody", stands=at(3)), times=1), rule(ON.MESSAGE, reply("2"))
    )
    tell(desk, session, "m-1")

    effects = tell(desk, session, "m-2").effects

    assert ([place for place, _ in failures(effects)], replies(effects), runs(desk)) == ([at(3)], ["2"], [])


def test_groups_that_are_too_much_to_remember_are_a_fault() -> None:
    """At most 64 KiB of JSON in all; the place is the rule's."""
    groups = "".join(f"(?P<g{number}>" for number in range(17))
    desk, session = talk(rule(ON.MESSAGE, reply("x"), text=f"{groups}.+{')' * 17}", stands=at(3)))

    effects = tell(desk, session, "m-1", "x" * 4_000).effects

    assert ([place for place, _ in failures(effects)], runs(desk)) == ([at(3)], [])


def test_failure_of_one_run_leaves_the_others_alone() -> None:
    """The run ends, and it alone."""
    desk, session = talk(
        rule(ON.MESSAGE, wait(5), reply("{nobody}"), times=1), rule(ON.MESSAGE, wait(6), reply("well"))
    )
    tell(desk, session, "m-1")
    tell(desk, session, "m-2")

    effects = desk.wake(later(9)).effects

    assert (len(failures(effects)), replies(effects)) == (1, ["well"])


# -- use -------------------------------------------------------------------------------------------------------------------


def test_use_counts_rules_and_steps_by_their_address() -> None:
    """Use: how often each rule was set off, and each step of it done."""
    desk, session = talk(
        rule(ON.PREVIEW, reply("x")),
        rule(
            ON.MESSAGE, reply("1"), wait_for(ON.MESSAGE, within=5, otherwise=(reply("e"),)), reply("{nobody}"), times=2
        ),
    )
    tell(desk, session, "m-1")
    desk.wake(later(5))
    tell(desk, session, "m-2", at=later(6))
    tell(desk, session, "m-3", at=later(7))

    use = playing(desk).uses[1]

    assert (use.rules, use.steps) == ({1: 2}, {1: {"0": 2, "1": 2, "1.0": 1}})


# -- a copy goes on alike --------------------------------------------------------------------------------------------------


def test_desk_made_of_a_copy_goes_on_identically() -> None:
    """Desk(state, texts) made of a deep copy goes on identically, timers too."""
    desk, session = talk(
        rule(
            ON.MESSAGE, reply("{fake}"), wait(5), wait_for(ON.MESSAGE, within=20, text="b"), reply("{fake}"), text="a"
        ),
        rule(ON.MESSAGE, reply("turn 3"), turn=3),
        rule(ON.SESSION_CLOSED, wait_for(ON.SURVEY, within=9), wait(1)),
    )
    other = start(desk, "c-2")
    tell(desk, session, "m-1", "a")
    tell(desk, other, "n-1", "a", token="c-2", at=later(2))
    twin = twin_of(desk)

    for one in (desk, twin):
        assert one.next_due() == later(5)
    for seconds, text in ((3, "x"), (6, "b"), (30, "a")):
        outcomes = []
        for one in (desk, twin):
            woken = one.wake(later(seconds))
            outcomes.append((woken, tell(one, session, f"m-{seconds}", text, at=later(seconds)), one.timers()))
        assert outcomes[0] == outcomes[1]
    assert desk.handle(CloseByCustomer(session.id), later(40)) == twin.handle(CloseByCustomer(session.id), later(40))
    assert desk.wake(later(999)) == twin.wake(later(999))
    assert desk.state == twin.state


def test_desk_that_plays_needs_somebody_to_render_its_texts() -> None:
    """Desk(state, texts)."""
    desk, _ = talk(rule(ON.MESSAGE, reply("x")))

    with pytest.raises(UsageError, match="nobody renders its texts"):
        Desk(desk.state)


def test_woken_late_or_step_by_step_it_is_the_same() -> None:
    """Each effect bears the moment it was due."""
    desk, session = talk(
        rule(
            ON.MESSAGE,
            wait(2),
            reply("a"),
            wait(2),
            reply("b"),
            wait_for(ON.MESSAGE, within=3, otherwise=(reply("c"),)),
        )
    )
    tell(desk, session, "m-1")
    twin = twin_of(desk)

    at_once = desk.wake(later(60)).effects
    bit_by_bit = [effect for second in range(61) for effect in twin.wake(later(second)).effects]

    assert (list(at_once), desk.state) == (bit_by_bit, twin.state)


def test_runs_go_on_before_sessions_fall_silent_and_after_who_is_assigned() -> None:
    """At one moment: assign, then run, then idle_close, then queue_timeout."""
    desk = toms_desk(tom=2, policy=Policy(assign_seconds=10, customer_idle_close_seconds=10, queue_timeout_seconds=10))
    session = start(desk, "c-1")
    other = start(desk, "c-3")
    load(desk, rule(ON.MESSAGE, wait(10), reply("last words")))
    tell(desk, session, "m-1")
    join(desk, "c-2")
    join(desk, "c-4")
    close(desk, other)

    order = [effect.kind for effect in desk.wake(later(10)).effects if isinstance(effect, Happened)]

    assert order[:2] == [ON.SESSION_STARTED, ON.AGENT_MESSAGE]
    assert order.index(ON.AGENT_MESSAGE) < order.index(ON.SESSION_CLOSED) < order.index(ON.QUEUE_ABANDONED)


def test_played_knows_its_customer_and_session() -> None:
    """Played: of which run, where, for whom."""
    desk, session = talk(rule(ON.AGENT_MESSAGE, wait(1), stands=at(5)))

    said = AgentSays(session_id=session.id, type="message", data={"content": "您好"})
    began = next(effect for effect in desk.handle(said, NOW).effects if isinstance(effect, Played))

    assert (began.place, began.customer_id, began.stay_id, began.session_id, began.reason) == (
        at(5),
        session.customer_id,
        session.stay_id,
        session.id,
        "agent_message “您好”",
    )


def test_transfer_by_hand_is_heard() -> None:
    """transferred: by whoever."""
    desk, session = talk(rule(ON.TRANSFERRED, reply("hello from {agent.name}")))

    handed = desk.handle(TransferSession(session_id=session.id, agent_id=JERRY), NOW)

    assert replies(handed.effects) == ["hello from Jerry"]


def test_asking_again_for_the_open_session_sets_nothing_off() -> None:
    """Ruling 7: nothing has happened."""
    desk, _ = talk(rule(ON.SESSION_STARTED, reply("x")))

    assert desk.handle(AskForAgent(customer_token="c-1"), NOW).effects == ()
