"""Scripts come and go while conversations live: their runs end or go on, and what was counted counts anew or goes on. DESIGN, Desk."""

import subprocess
import sys

import pytest

from mock_udesk.desk.desk import Desk
from mock_udesk.desk.records import Session
from tests import NOW
from tests.desk.sample import a_desk, close, join, later, start, toms_desk
from tests.desk.script_sample import (
    ON,
    endings,
    load,
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

OLD = (
    rule(ON.MESSAGE, wait(5), reply("old, late"), text="wait"),
    rule(ON.MESSAGE, wait_for(ON.MESSAGE, text="b"), reply("old, taken"), text="listen"),
)


def old_talk() -> tuple[Desk, Session]:
    """Tom and c-1 talk; one run of the old script waits, one listens."""
    desk, session = talk(*OLD)
    for text in ("wait", "listen"):
        tell(desk, session, text, text)
    return desk, session


def test_version_is_the_reply_and_counts_on() -> None:
    """load_script → Outcome[int]."""
    desk = a_desk()

    assert [load(desk).reply for _ in range(3)] == [1, 2, 3]


def test_old_runs_end_and_say_so() -> None:
    """old_runs "end"."""
    desk, session = old_talk()

    effects = load(desk, rule(ON.MESSAGE, reply("new"))).effects

    assert (endings(effects), runs(desk), desk.next_due()) == (["another scenario was loaded"] * 2, [], None)
    assert replies(tell(desk, session, "m-3", "b").effects) == ["new"]
    assert (list(playing(desk).scripts), list(playing(desk).uses)) == ([2], [2])


def test_old_runs_go_on_by_their_own_rules_and_take_first() -> None:
    """old_runs "go_on": runs of old versions still listen; the rules tried are the new ones."""
    desk, session = old_talk()

    effects = load(desk, rule(ON.MESSAGE, reply("new")), old_runs="go_on").effects

    assert effects == ()
    assert [replies(tell(desk, session, text, text).effects) for text in ("b", "b2", "wait2")] == [
        ["old, taken"],
        ["new"],
        ["new"],
    ]
    assert replies(desk.wake(later(5)).effects) == ["old, late"]


def test_script_is_kept_as_long_as_a_run_of_it_goes_on() -> None:
    """A version's script and use are dropped when it is not current and has no runs."""
    desk, session = old_talk()
    load(desk, rule(ON.MESSAGE, reply("new")), old_runs="go_on")
    kept = [list(playing(desk).scripts)]
    tell(desk, session, "b", "b")
    kept.append(list(playing(desk).scripts))
    desk.wake(later(5))
    kept.append(list(playing(desk).scripts))

    assert kept == [[1, 2], [1, 2], [2]]


@pytest.mark.parametrize(("old_runs", "said", "ended"), [("end", [], 2), ("go_on", ["old, taken"], 0)])
def test_unloaded_script_sets_nothing_off(old_runs: str, said: list[str], ended: int) -> None:
    """unload_script: runs end or go on."""
    desk, session = old_talk()

    outcome = desk.unload_script(old_runs=old_runs, now=NOW)  # type: ignore[arg-type]  # a literal of two

    assert endings(outcome.effects) == ["the scenario was unloaded"] * ended
    assert replies(tell(desk, session, "m-8", "listen").effects) == []
    assert replies(tell(desk, session, "m-9", "b").effects) == said


def test_nothing_is_left_when_the_last_run_of_an_unloaded_script_has_ended() -> None:
    """Memory is bounded: scripts, uses and counts go with the last who needs them."""
    desk, session = old_talk()
    desk.unload_script(old_runs="go_on", now=NOW)
    tell(desk, session, "b", "b")
    desk.wake(later(5))
    tell(desk, session, "c", "c")

    play = playing(desk)
    assert (play.version, play.scripts, play.uses, play.runs, play.turns, play.started) == (0, {}, {}, {}, {}, {})


def test_unloading_without_a_script_changes_nothing() -> None:
    """Unloading twice is no error."""
    desk = a_desk()

    assert desk.unload_script(old_runs="end", now=NOW).effects == ()
    assert desk.state.play is None


def test_times_counts_anew_with_a_version_and_turn_goes_on() -> None:
    """A new version counts anew; turn: counted as long as a script is loaded."""
    desk = a_desk()
    session = start(desk, "c-1")
    once = rule(ON.MESSAGE, reply("once"), times=1)
    load(desk, once)
    before = [replies(tell(desk, session, f"m-{number}").effects) for number in range(2)]
    load(desk, rule(ON.MESSAGE, reply("fourth"), turn=4), once)

    after = [replies(tell(desk, session, f"n-{number}").effects) for number in range(3)]

    assert (before, after) == ([["once"], []], [["once"], ["fourth"], []])


def test_after_a_time_without_a_script_what_was_said_counts_again() -> None:
    """When one is loaded into living conversations the messages said so far count."""
    desk = a_desk()
    session = start(desk, "c-1")
    load(desk, rule(ON.MESSAGE, reply("x"), turn=9))
    tell(desk, session, "m-1")
    desk.unload_script(old_runs="end", now=NOW)
    tell(desk, session, "m-2")
    load(desk, rule(ON.MESSAGE, reply("third"), turn=3))

    assert replies(tell(desk, session, "m-3").effects) == ["third"]


@pytest.mark.parametrize("is_unloaded", [False, True])
def test_copy_with_runs_of_two_versions_goes_on_identically(is_unloaded: bool) -> None:
    """Desk(state, texts) made of a deep copy goes on identically."""
    desk, session = old_talk()
    load(desk, rule(ON.MESSAGE, wait_for(ON.MESSAGE, within=3), reply("new")), old_runs="go_on")
    if is_unloaded:
        desk.unload_script(old_runs="go_on", now=NOW)
    twin = twin_of(desk)

    for seconds, text in ((1, "x"), (2, "b"), (3, "y"), (9, "z")):
        moment = later(seconds)
        assert desk.wake(moment) == twin.wake(moment)
        assert tell(desk, session, f"m-{seconds}", text, at=moment) == tell(
            twin, session, f"m-{seconds}", text, at=moment
        )
    assert desk.state == twin.state


def test_queue_moves_are_told_from_the_moment_that_somebody_asks() -> None:
    """Loaded while people wait: the place that they have then is the one they know."""
    desk = toms_desk()
    session = start(desk, "c-1")
    for token in ("c-2", "c-3"):
        join(desk, token)
    load(desk, rule(ON.QUEUE_MOVED, wait(9)))

    close(desk, session)

    assert [run.customer_id for run in runs(desk)] == [3]


def test_desk_without_a_script_imports_nothing_of_it() -> None:
    """COLD START: nothing of script, runs or conductor may be imported by a desk that plays nothing."""
    code = (
        "import sys; from mock_udesk.desk.desk import Desk; Desk();"
        "print([name for name in sys.modules if name.startswith('mock_udesk.desk.play')])"
    )

    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert ran.stdout.strip() == "[]"
