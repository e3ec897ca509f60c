"""A thousand conversations on one script, interleaved at random: each sees exactly its own steps, in order. Issue 4, Must hold."""

from collections import defaultdict
from datetime import datetime, timedelta
from random import Random
from typing import Literal

from hypothesis import Phase, example, given, seed, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from mock_udesk.desk.commands import AskForAgent, CloseByCustomer, DestroyCustomer, RateSession, SendMessage
from mock_udesk.desk.desk import Desk
from mock_udesk.desk.effects import Effect, Happened, Played
from mock_udesk.desk.play import runs
from mock_udesk.desk.play.script import (
    TRIGGERS,
    Accept,
    Close,
    InviteSurvey,
    LeaveQueue,
    PlanFault,
    PushRaw,
    Read,
    Rule,
    SetAgent,
    SetCustomer,
    SetVariables,
    Solve,
    Step,
    Stop,
    Transfer,
)
from mock_udesk.desk.records import Agent, AgentStatus, Session
from mock_udesk.desk.state import Policy, State
from tests import NOW
from tests.desk.robot_steps import Pick
from tests.desk.sample import JERRY, TOM, later, start
from tests.desk.script_sample import HERE, ON, TEXTS, load, reply, rule, wait, wait_for
from tests.desk.test_properties import Step as Asked
from tests.desk.test_properties import aimed, ask, copy, desk_of, picked, policies, steps

# What scenarios do is imported with the first of them, so its names are given here.
STATE = TypeAdapter(State)
STATE.rebuild(_types_namespace=vars(runs))
CUSTOMERS = 1000
# What a conversation may say; the order number is the customer's own.
STORY = ("start", "noise", "order E1", "noise", "bye")
# How long they wait for an order, and how long a customer may pause: also too short for a wait, also too long for them.
WITHIN_SECONDS = 40
PAUSES_MS = (0, 700, 1_999, 2_000, 2_999, 3_000, 3_001, 9_000, 39_999, 43_000)
RULES = (
    rule(
        ON.MESSAGE,
        reply("{customer.token}: welcome"),
        wait(3),
        reply("{customer.token}: your order?"),
        wait_for(
            ON.MESSAGE,
            text=r"order (?P<order>E\d+)",
            within=WITHIN_SECONDS,
            otherwise=(reply("{customer.token}: lost"),),
        ),
        reply("{customer.token}: {vars[order]}"),
        Transfer(place=HERE, agent=JERRY),
        wait(2),
        reply("{customer.token}: {vars[order]} {agent.name}"),
        wait_for(ON.MESSAGE, text="bye"),
        reply("{customer.token}: {vars[order]} bye"),
        text="start",
        times=1,
    ),
    rule(ON.MESSAGE, reply("{customer.token}: turn {message.text}"), text="noise", turn=2),
)
# What is said, and when: milliseconds after NOW.
Line = tuple[int, str]


def a_story(number: int, chance: Random) -> list[Line]:
    """What a customer says, with pauses of their own; of two orders the second counts where the first came too early."""
    texts = (
        "start",
        chance.choice(("noise", f"order E{number}0")),
        f"order E{number}",
        "bye",
        chance.choice(("noise", "bye")),
    )
    now = chance.randrange(60_000)
    story = []
    for text in texts:
        story.append((now, text))
        now += chance.choice(PAUSES_MS)
    return story


def expected(token: str, story: list[Line]) -> tuple[list[Line], bool]:
    """What such a customer is told and when, and whether a run waits for their `bye` for ever.

    What is due at a moment comes before what is said at it: so each line has its moment, whether it answers, and the text.
    """
    begun = story[0][0]
    asked, lost = begun + 3_000, begun + 3_000 + WITHIN_SECONDS * 1_000
    told = [(begun, True, "welcome"), (asked, False, "your order?")]
    if story[1][1] == "noise":
        told.append((story[1][0], True, "turn noise"))
    orders = [
        (at, text.removeprefix("order ")) for at, text in story if text.startswith("order") and asked <= at < lost
    ]
    byes: list[int] = []
    if orders:
        at, order = orders[0]
        met = at + 2_000
        byes = [at for at, text in story if text == "bye" and at >= met][:1]
        told += [(at, True, order), (met, False, f"{order} Jerry"), *((at, True, f"{order} bye") for at in byes)]
    else:
        told.append((lost, False, "lost"))
    told.sort(key=lambda line: line[:2])
    return [(at, f"{token}: {text}") for at, _, text in told], bool(orders) and not byes


def a_hall() -> Desk:
    """Tom and Jerry have room for everybody."""
    agents = {
        agent_id: Agent(id=agent_id, name=name, status=AgentStatus.ONLINE, capacity=10_000)
        for agent_id, name in ((TOM, "Tom"), (JERRY, "Jerry"))
    }
    return Desk(State(policy=Policy(), agents=agents))


def said(effects: tuple[Effect, ...], heard: dict[int, list[tuple[datetime, str]]]) -> None:
    """Notes what was said to each customer and when, and that nothing failed."""
    for effect in effects:
        if isinstance(effect, Happened) and effect.kind is ON.AGENT_MESSAGE and effect.customer_id is not None:
            heard[effect.customer_id].append((effect.at, effect.facts["data"]["content"]))
        assert not (isinstance(effect, Played) and effect.what == "failed"), effect


# A thousand stories say no more when they are shrunk, which takes minutes; nor does a comparison of all of them.
@seed(4)
@settings(max_examples=2, deadline=None, phases=(Phase.generate,))
@given(st.integers(0, 2**32))
def test_each_of_a_thousand_conversations_sees_exactly_its_own_steps_in_order(number: int) -> None:
    """Everybody has an order and pauses of their own; what is said to a customer, and when, depends on their own story alone."""
    chance = Random(number)
    desk = a_hall()
    load(desk, *RULES)
    sessions = {f"c-{number}": start(desk, f"c-{number}", agent_id=TOM) for number in range(CUSTOMERS)}
    stories = {token: a_story(number, chance) for number, token in enumerate(sessions)}
    lines = [(at, token, text) for token, story in stories.items() for at, text in story]
    lines.sort(key=lambda line: line[0])
    heard: dict[int, list[tuple[datetime, str]]] = defaultdict(list)
    for count, (at, token, text) in enumerate(lines):
        said(desk.wake(later(at / 1_000)).effects, heard)
        command = SendMessage(
            customer_token=token,
            session_id=_open_session(desk, sessions[token]).id,
            message_id=f"m-{count}",
            type="message",
            data={"content": text},
        )
        said(desk.handle(command, later(at / 1_000)).effects, heard)
    said(desk.wake(later(lines[-1][0] / 1_000 + WITHIN_SECONDS + 3)).effects, heard)

    told = {token: expected(token, story) for token, story in stories.items()}
    for token, session in sessions.items():
        assert heard[session.customer_id] == [(later(at / 1_000), text) for at, text in told[token][0]]
    play = desk.state.play
    assert play is not None
    waiting = {sessions[token].customer_id for token, (_, is_waiting) in told.items() if is_waiting}
    assert {run.customer_id for run in play.runs.values()} == waiting
    turns = sum(story[1][1] == "noise" for story in stories.values())
    assert (len(play.runs), play.uses[1].rules, desk.next_due()) == (len(waiting), {0: CUSTOMERS, 1: turns}, None)


def _open_session(desk: Desk, session: Session) -> Session:
    while session.transferred_to is not None:
        session = desk.state.sessions[session.transferred_to]
    return session


@seed(5)
@settings(max_examples=15, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 4), st.sampled_from(STORY), st.sampled_from((0, 1, 3, 10, 600))), max_size=30))
def test_desk_made_of_a_snapshot_at_any_moment_goes_on_identically(steps: list[tuple[int, str, int]]) -> None:
    """All that is derived is a cache outside the state, rebuilt from it; and all of the state is plain JSON."""
    desk = a_hall()
    load(desk, *RULES)
    sessions = [start(desk, f"c-{number}", agent_id=TOM) for number in range(5)]
    now = 0
    for count, (number, line, seconds) in enumerate(steps):
        twin = Desk(as_json_and_back(desk.state), TEXTS)
        now += seconds
        assert desk.wake(later(now)) == twin.wake(later(now))
        command = SendMessage(
            customer_token=f"c-{number}",
            session_id=_open_session(desk, sessions[number]).id,
            message_id=f"m-{count}",
            type="message",
            data={"content": line},
        )
        assert desk.handle(command, later(now)) == twin.handle(command, later(now))
        assert (desk.state, desk.timers()) == (twin.state, twin.timers())


# A rule on everything that happens, with every step somewhere: whatever goes wrong is the scenario's fault, never the desk's.
EVERYTHING: tuple[Step, ...] = (
    reply("{fake}"),
    Read(place=HERE),
    wait(0.3),
    Transfer(place=HERE, agent="Jerry"),
    Accept(place=HERE),
    Accept(place=HERE, group=11),
    InviteSurvey(place=HERE),
    SetAgent(place=HERE, agent="Ann", fields={"status": "offline"}),
    SetAgent(place=HERE, agent="Ann", fields={"status": "online"}),
    SetAgent(place=HERE, agent=None, fields={"capacity": "=agent.capacity + 1"}),
    SetCustomer(place=HERE, fields={"is_online": "=not customer.is_online"}),
    SetVariables(place=HERE, values={"n": "=vars.get('n', 0) + 1"}),
    Solve(place=HERE),
    PushRaw(place=HERE, body={"text": "{message.text}"}),
    PlanFault(place=HERE, plan={"on": "push", "do": {"drop": True}}),
    LeaveQueue(place=HERE),
    Close(place=HERE),
    Stop(place=HERE),
    *(wait_for(on, within=seconds, otherwise=(reply("e"),)) for on in TRIGGERS for seconds in (None, 2)),
)


def a_rule(pick: Pick) -> Rule:
    """A rule on anything, that does anything."""
    done = [pick(EVERYTHING) for _ in range(pick((1, 2, 3, 4, 5)))]
    return rule(pick(TRIGGERS), *done, times=pick((1, 3, None)))


def as_json_and_back(state: State) -> State:
    """What a snapshot keeps of it."""
    return STATE.validate_json(STATE.dump_json(state))


# Everybody is destroyed, wherever they are: in queues that move up, in sessions, after them, with runs of each kind under way.
DESTROYED = [
    *(Asked(0.0, AskForAgent(customer_token=token, agent_id=3), 0) for token in "abcdef"),
    Asked(0.0, CloseByCustomer(1001), 1),
    Asked(0.25, RateSession(session_id=1001, option_id=1), 0),
    *(Asked(seconds, DestroyCustomer(number), 0) for number in range(1, 8) for seconds in (0.0, 3.0)),
]
ON_ALL = [
    *(rule(on, wait_for(ON.SURVEY, within=9), LeaveQueue(place=HERE), times=1) for on in TRIGGERS),
    *(rule(on, wait_for(ON.QUEUE_MOVED), wait(1), Close(place=HERE)) for on in TRIGGERS),
]


# Without shrinking, which takes minutes here.
@example(Policy(), ON_ALL, DESTROYED, "end")
@example(Policy(), ON_ALL, DESTROYED, "go_on")
@seed(6)
@settings(max_examples=40, deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate))
@given(policies, st.lists(picked(a_rule), min_size=5, max_size=25), steps, st.sampled_from(("end", "go_on")))
def test_any_script_at_any_desk_plays_alike_on_a_copy(
    policy: Policy, rules: list[Rule], taken: list[Asked], old_runs: Literal["end", "go_on"]
) -> None:
    """Whatever is asked, whatever is played: the copy goes on identically, causes come first, and nobody plays who is gone."""
    desk = desk_of(policy)
    load(desk, *rules)
    now = NOW
    for number, step in enumerate(taken):
        if number == 10:
            load(desk, *reversed(rules), old_runs=old_runs, at=now)
        if number == 20:
            desk.unload_script(old_runs=old_runs, now=now)
        twin = Desk(copy(desk.state), TEXTS)
        now += timedelta(seconds=step.seconds)
        woken = desk.wake(now)
        assert woken == twin.wake(now)
        command = aimed(step, desk)
        assert ask(desk, command, now) == ask(twin, command, now)
        assert (desk.state, desk.timers()) == (twin.state, twin.timers())
        assert all(cause is None or cause < place for place, cause in enumerate(woken.causes))
        play = desk.state.play
        assert play is not None
        assert all(run.stay_id is None or run.stay_id in desk.state.stays for run in play.runs.values())
        assert all(run.customer_id in desk.state.customers for run in play.runs.values())
        assert set(play.scripts) == set(play.uses) == {run.version for run in play.runs.values()} | {play.version} - {0}
        assert set(play.started) <= set(play.turns)
    assert as_json_and_back(desk.state) == desk.state


def test_a_day_of_five_hundred_steps_comes_in_the_order_it_is_due() -> None:
    """A day of conversation with 500 steps passes by one wake, in due order."""
    desk = a_hall()
    steps = [part for number in range(250) for part in (wait(345), reply(f"{number}"))]
    load(desk, rule(ON.MESSAGE, *steps))
    session = start(desk, "c-1", agent_id=TOM)
    command = SendMessage(
        customer_token="c-1", session_id=session.id, message_id="m", type="message", data={"content": "go"}
    )
    desk.handle(command, NOW)

    effects = desk.wake(later(86_400)).effects

    heard: dict[int, list[tuple[datetime, str]]] = defaultdict(list)
    said(effects, heard)
    assert heard[session.customer_id] == [(later(345 * (number + 1)), str(number)) for number in range(250)]
    assert [effect.at for effect in effects] == sorted(effect.at for effect in effects)
