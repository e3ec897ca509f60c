"""What `turn` and `times` count: from when on, until when, and what begins anew. DESIGN, Desk."""

from collections.abc import Sequence
from typing import Any

from mock_udesk.desk.commands import (
    CreateCustomer,
    DestroyCustomer,
    PreviewMessage,
    RateSession,
    UpdateCustomer,
)
from mock_udesk.desk.desk import Desk
from mock_udesk.desk.effects import Effect
from mock_udesk.desk.play.runs import Run
from mock_udesk.desk.records import Session
from mock_udesk.desk.state import Policy, SurveyOption
from tests import NOW
from tests.desk.sample import (
    a_desk,
    ask_robot,
    ask_urobot,
    close,
    customer_id,
    join,
    later,
    robots_desk,
    say_waiting,
    start,
    toms_desk,
)
from tests.desk.script_sample import (
    ON,
    load,
    played,
    playing,
    replies,
    reply,
    rule,
    runs,
    talk,
    tell,
    wait,
    wait_for,
)

RATED = Policy(survey_options=(SurveyOption(id=1, remark="hide", text="满意"),))


def begun(effects: Sequence[Effect]) -> int:
    """How many runs began."""
    return played(effects).count("began")


def preview(desk: Desk, session: Session) -> Sequence[Effect]:
    """The customer types."""
    return desk.handle(PreviewMessage(session.id, "我"), NOW).effects


def a_rated_desk(*rules: Any) -> list[Run]:
    """c-1 rates the session twice, after it was closed; the runs that this began."""
    desk = a_desk(policy=RATED)
    session = start(desk, "c-1")
    load(desk, *rules)
    close(desk, session)
    for _ in range(2):
        desk.handle(RateSession(session_id=session.id, option_id=1), NOW)
    return runs(desk)


# -- a new version ---------------------------------------------------------------------------------------------------------


def test_times_of_the_same_rule_counts_anew_with_a_version() -> None:
    """A new version counts anew: also the rule that stands where it stood."""
    once = rule(ON.MESSAGE, reply("once"), times=1)
    desk, session = talk(once)
    said = [replies(tell(desk, session, f"m-{number}").effects) for number in range(2)]
    load(desk, once)

    said += [replies(tell(desk, session, f"n-{number}").effects) for number in range(2)]

    assert said == [["once"], [], ["once"], []]


def test_times_of_a_customer_without_a_conversation_counts_anew_too() -> None:
    """Rules started by what has no stay are counted by customer, and a new version counts anew."""
    once = rule(ON.CUSTOMER_CHANGED, wait(1), times=1)
    desk = a_desk()
    number = desk.handle(CreateCustomer({"nick_name": "n"}), NOW).reply
    load(desk, once)
    change = UpdateCustomer(number, {"level": "vip"}), UpdateCustomer(number, {"level": "normal"})
    before = [begun(desk.handle(command, NOW).effects) for command in change]
    load(desk, once)

    after = [begun(desk.handle(command, NOW).effects) for command in change]

    assert (before, after) == ([1, 0], [1, 0])


def test_turn_of_all_kinds_goes_on_with_a_version() -> None:
    """`turn` is counted as long as a script is loaded: what came under the first counts under the second, whatever it was."""
    second = rule(ON.PREVIEW, reply("second"), turn=2)
    desk, session = talk(second)
    tell(desk, session, "m-1")
    preview(desk, session)
    load(desk, second)

    assert replies(preview(desk, session)) == ["second"]


def test_turn_of_what_is_no_word_begins_anew_after_a_time_without_a_script() -> None:
    """Counted as long as a script is loaded; only messages and questions are remembered beyond that."""
    first = rule(ON.PREVIEW, reply("first"), turn=1)
    desk, session = talk(first)
    said = [replies(preview(desk, session)) for _ in range(2)]
    desk.unload_script(old_runs="end", now=NOW)
    load(desk, first)

    said += [replies(preview(desk, session)) for _ in range(2)]

    assert said == [["first"], [], ["first"], []]


def test_unloading_keeps_no_count_of_rules_that_are_tried_no_more() -> None:
    """Memory is bounded: a run that goes on needs its script, not how often its rule was set off."""
    waiting = wait_for(ON.MESSAGE, text="b")
    desk, session = talk(rule(ON.MESSAGE, waiting, times=3), rule(ON.CUSTOMER_CREATED, waiting, times=3))
    tell(desk, session, "m-1")
    desk.handle(CreateCustomer({"nick_name": "n"}), NOW)

    desk.unload_script(old_runs="go_on", now=NOW)

    play = playing(desk)
    assert (len(runs(desk)), play.started, play.customer_started) == (2, {}, {})


# -- what was said before --------------------------------------------------------------------------------------------------


def test_what_was_said_in_the_queue_counts_while_its_customer_still_waits() -> None:
    """When a script is loaded into living conversations the messages said so far count: these have no session yet (-3)."""
    desk = toms_desk()
    start(desk, "c-0")
    join(desk, "c-1")
    for number in range(2):
        say_waiting(desk, "c-1", f"w-{number}")
    load(desk, rule(ON.MESSAGE, wait(1), turn=3))

    for number in range(2, 4):
        say_waiting(desk, "c-1", f"w-{number}")

    assert [run.heard.facts["message_id"] for run in runs(desk)] == ["w-2"]


def test_questions_of_an_earlier_conversation_do_not_count() -> None:
    """`turn` is of one conversation: a talk with a urobot goes on in the next, what was asked before is of the one before."""
    desk = robots_desk()
    for number in range(2):
        ask_urobot(desk, message_id=f"q-{number}")
    close(desk, start(desk, "c-1"))
    ask_urobot(desk, message_id="q-2", at=later(60))
    load(desk, rule(ON.UROBOT_QUESTION, wait(1), turn=2))

    begins = [begun(ask_urobot(desk, message_id=f"q-{number}", at=later(61)).effects) for number in (3, 4)]

    assert [len(one.exchanges) for one in desk.talks_of(customer_id(desk, "c-1"))] == [5]
    assert begins == [1, 0]


# -- what comes late -------------------------------------------------------------------------------------------------------


def test_second_rating_after_the_close_is_the_second_turn() -> None:
    """Turns still counted by that stay's id, from the first that came late."""
    begun_runs = a_rated_desk(rule(ON.SURVEY, wait(1), turn=1), rule(ON.SURVEY, wait(1), turn=2))

    assert [run.rule for run in begun_runs] == [0, 1]


def test_rule_for_one_rating_does_not_take_a_second_after_the_close() -> None:
    """Times still counted by that stay's id: a rule that may begin once begins once."""
    begun_runs = a_rated_desk(rule(ON.SURVEY, wait(1), times=1), rule(ON.SURVEY, wait(1)))

    assert [run.rule for run in begun_runs] == [0, 1]


def test_ratings_of_two_ended_conversations_are_counted_apart() -> None:
    """Counted by the stay's id, not by the customer, though the runs are the customer's."""
    desk = a_desk(policy=RATED)
    load(desk, rule(ON.SURVEY, wait(1), turn=1, times=1))
    ended = []
    for _ in range(2):
        ended.append(start(desk, "c-1"))
        close(desk, ended[-1])

    for session in ended:
        desk.handle(RateSession(session_id=session.id, option_id=1), NOW)

    assert [(run.heard.session_id, run.stay_id) for run in runs(desk)] == [(session.id, None) for session in ended]


def test_counts_of_a_customer_go_with_the_customer() -> None:
    """Of customers as long as they: memory is bounded."""
    desk = a_desk()
    load(desk, rule(ON.CUSTOMER_CREATED, wait(1), times=1))
    gone, other = (desk.handle(CreateCustomer({"nick_name": name}), NOW).reply for name in ("n", "o"))

    desk.handle(DestroyCustomer(gone), NOW)

    assert (list(playing(desk).customer_turns), playing(desk).customer_started) == ([other], {other: {0: 1}})


def test_robots_talk_counts_by_its_conversation() -> None:
    """Questions to the robot and to the urobot are two kinds, each with a turn of its own."""
    desk = robots_desk()
    load(desk, rule(ON.ROBOT_QUESTION, wait(1), turn=2), rule(ON.UROBOT_QUESTION, wait(1), turn=2))

    asked = [
        ask_robot(desk, "r-1"),
        ask_urobot(desk, message_id="u-1"),
        ask_robot(desk, "r-2"),
        ask_urobot(desk, message_id="u-2"),
    ]

    assert [begun(outcome.effects) for outcome in asked] == [0, 0, 1, 1]
