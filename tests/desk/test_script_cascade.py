"""All that one moment sets off: when it goes round in circles nothing more is heard, and nothing is told twice. DESIGN, Desk."""

from mock_udesk.desk.commands import AgentSays, UpdateCustomer
from mock_udesk.desk.effects import Happened
from mock_udesk.desk.play.script import SetAgent, SetCustomer, Step
from mock_udesk.desk.play.walk import MOST_STEPS
from mock_udesk.desk.staff_commands import ChangeAgent
from mock_udesk.desk.state import Policy
from tests import NOW
from tests.desk.sample import JERRY, TOM, a_desk, close, happened, join, later, start, stay
from tests.desk.script_sample import HERE, ON, failures, load, replies, reply, rule, runs, talk, tell, wait, wait_for


def set_tom(status: str) -> Step:
    """Tom's status changes, which concerns everybody he talks to."""
    return SetAgent(place=HERE, agent="Tom", fields={"status": status})


def too_long(*steps: Step) -> tuple[Step, ...]:
    """These steps, and then so many that there is a 1,001st."""
    return (*steps, *(wait(0) for _ in range(MOST_STEPS + 1)))


# -- nothing more is heard -------------------------------------------------------------------------------------------------


def test_circle_of_one_conversation_is_heard_by_no_rule_and_no_run_of_another() -> None:
    """After the 1,001st step nothing more of this walk is reacted to, by nobody; the next command is heard again."""
    desk = a_desk()
    sessions = {token: start(desk, token, agent_id=TOM) for token in ("c-1", "c-2", "c-3")}
    load(
        desk,
        rule(ON.MESSAGE, *too_long(set_tom("busy")), text="go"),
        rule(ON.MESSAGE, wait_for(ON.AGENT_STATUS), reply("run of c-3"), text="listen"),
        rule(ON.AGENT_STATUS, reply("rule for c-2"), customer_token="c-2"),
    )
    tell(desk, sessions["c-3"], "m-1", "listen", token="c-3")

    circle = tell(desk, sessions["c-1"], "m-2", "go").effects
    after = desk.handle(ChangeAgent(TOM, {"status": "online"}), NOW).effects

    assert (len(happened(circle, ON.AGENT_STATUS)), len(failures(circle)), replies(circle)) == (1, 1, [])
    assert replies(after) == ["rule for c-2", "run of c-3"]


def test_circle_is_heard_by_no_run_of_the_customer_either() -> None:
    """A customer's own run, whose conversation is over, waits on until the next command."""
    desk, session = talk(
        rule(ON.SESSION_CLOSED, wait_for(ON.CUSTOMER_CHANGED), wait(9)),
        rule(ON.MESSAGE, *too_long(SetCustomer(place=HERE, fields={"level": "vip"}))),
    )
    close(desk, session)
    again = start(desk, "c-1")
    circle = tell(desk, again, "m-1").effects
    listening = [run.is_listening for run in runs(desk)]

    desk.handle(UpdateCustomer(again.customer_id, {"level": "normal"}), NOW)

    assert (len(happened(circle, ON.CUSTOMER_CHANGED)), listening) == (1, [True])
    assert [run.is_listening for run in runs(desk)] == [False]


def test_circle_at_one_moment_leaves_what_is_due_next_alone() -> None:
    """Nothing more of this walk: what is due after it is another, though somebody wakes for both at once."""
    desk = a_desk()
    for token in ("c-1", "c-2", "c-3"):
        start(desk, token, agent_id=TOM)
    load(
        desk,
        rule(ON.CUSTOMER_CHANGED, wait(1), *too_long(), customer_token="c-1"),
        rule(ON.CUSTOMER_CHANGED, wait(2), set_tom("busy"), customer_token="c-2"),
        rule(ON.AGENT_STATUS, reply("heard"), customer_token="c-3"),
    )
    for number in (1, 2):
        desk.handle(UpdateCustomer(number, {"level": "vip"}), NOW)

    effects = desk.wake(later(2)).effects

    assert (len(failures(effects)), replies(effects)) == (1, ["heard"])


def test_what_nobody_reacts_to_counts_all_the_same() -> None:
    """`turn`: how often this kind has come, counted as long as a script is loaded, also where it was not heard."""
    said = MOST_STEPS
    desk, session = talk(
        rule(ON.MESSAGE, *(reply(f"{number}") for number in range(said + 1))),
        rule(ON.AGENT_MESSAGE, reply("the next"), turn=said + 1),
    )
    circle = tell(desk, session, "m-1").effects

    effects = desk.handle(AgentSays(session_id=session.id, type="message", data={"content": "您好"}), NOW).effects

    assert (len(replies(circle)), len(failures(circle))) == (said, 1)
    assert replies(effects) == ["您好", "the next"]


# -- nothing is told twice -------------------------------------------------------------------------------------------------


def test_place_is_told_once_though_several_things_were_due() -> None:
    """queue_moved is told after each thing that was due of what that has moved, not again of what came before it."""
    desk = a_desk(tom=2, jerry=1, policy=Policy(assign_seconds=50, queue_timeout_seconds=60))
    with_tom = [start(desk, token, agent_id=TOM) for token in ("a", "b")]
    start(desk, "j", agent_id=JERRY)
    join(desk, "c-1", agent_id=TOM)
    join(desk, "q", agent_id=JERRY, at=later(5))
    for number, token in enumerate(("c-2", "c-3"), 1):
        join(desk, token, agent_id=TOM, at=later(10 * number))
    load(desk, rule(ON.SESSION_CLOSED, wait(1), set_tom("busy")), rule(ON.QUEUE_MOVED, wait(1), place=9))
    for session in with_tom:
        close(desk, session, at=later(21))
    second, third = stay(desk, "c-2").id, stay(desk, "c-3").id

    # Tom is busy after all at 22: back to places 1 and 2. At 60 c-1 gives up, at 65 somebody in Jerry's queue.
    effects = desk.wake(later(66)).effects

    kinds = (ON.RELEASED, ON.QUEUE_ABANDONED, ON.QUEUE_MOVED)
    assert [
        (effect.kind, effect.stay_id, effect.facts.get("before"), effect.at)
        for effect in effects
        if isinstance(effect, Happened) and effect.kind in kinds and effect.stay_id in (second, third)
    ] == [
        (ON.RELEASED, second, None, later(22)),
        (ON.QUEUE_MOVED, second, 2, later(60)),
        (ON.QUEUE_MOVED, third, 3, later(60)),
    ]
    assert [effect.at for effect in happened(effects, ON.QUEUE_ABANDONED)] == [later(60), later(65)]
