"""A thousand conversations on one script, interleaved at random: each sees exactly its own steps, in order. Issue 4, Must hold."""

from collections import defaultdict
from datetime import timedelta
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
# What each conversation says, whenever it does: its place in it is told by what it has been answered.
STORY = ("start", "noise", "order E1", "noise", "bye")
RULES = (
    rule(
        ON.MESSAGE,
        reply("{customer.token}: welcome"),
        wait(3),
        reply("{customer.token}: your order?"),
        wait_for(
            ON.MESSAGE, text=r"order (?P<order>E\d)", within=100_000, otherwise=(reply("{customer.token}: lost"),)
        ),
        reply("{customer.token}: {vars[order]}"),
        Transfer(place=HERE, agent=JERRY),
        wait(2),
        reply("{customer.token}: {agent.name}"),
        wait_for(ON.MESSAGE, text="bye"),
        reply("{customer.token}: bye"),
        text="start",
        times=1,
    ),
    rule(ON.MESSAGE, reply("{customer.token}: turn {message.text}"), text="noise", turn=2),
)


def expected(token: str) -> list[str]:
    """What an agent says to a conversation whose customer takes more than three seconds for each line."""
    lines = ("welcome", "your order?", "turn noise", "E1", "Jerry", "bye")
    return [f"{token}: {line}" for line in lines]


def a_hall() -> Desk:
    """Tom and Jerry have room for everybody."""
    agents = {
        agent_id: Agent(id=agent_id, name=name, status=AgentStatus.ONLINE, capacity=10_000)
        for agent_id, name in ((TOM, "Tom"), (JERRY, "Jerry"))
    }
    return Desk(State(policy=Policy(), agents=agents))


def said(effects: tuple[Effect, ...], heard: dict[int, list[str]]) -> None:
    """Notes what was said to each customer, and that nothing failed."""
    for effect in effects:
        if isinstance(effect, Happened) and effect.kind is ON.AGENT_MESSAGE and effect.customer_id is not None:
            heard[effect.customer_id].append(effect.facts["data"]["content"])
        assert not (isinstance(effect, Played) and effect.what == "failed"), effect


@seed(4)
@settings(max_examples=2, deadline=None)
@given(st.integers(0, 2**32))
def test_each_of_a_thousand_conversations_sees_exactly_its_own_steps_in_order(number: int) -> None:
    """Messages and the passing of time come in any order; what is said to a customer depends on their own story alone."""
    chance = Random(number)
    desk = a_hall()
    load(desk, *RULES)
    sessions = {f"c-{number}": start(desk, f"c-{number}", agent_id=TOM) for number in range(CUSTOMERS)}
    ids = {session.customer_id: token for token, session in sessions.items()}
    # A turn is one line of one customer; the lines of each keep their order, and there is time between them.
    turns = [token for token in sessions for _ in STORY]
    chance.shuffle(turns)
    heard: dict[int, list[str]] = defaultdict(list)
    spoken: dict[str, int] = defaultdict(int)
    last: dict[str, float] = {}
    now = 0.0
    for token in turns:
        if token in last:
            # Some answer at once, some later; a line has its answer before the customer goes on.
            now = max(now, last[token] + 3.001)
        now += chance.choice((0, 0, 0.01, 0.02))
        said(desk.wake(later(now)).effects, heard)
        line = spoken[token]
        spoken[token] += 1
        last[token] = now
        session = _open_session(desk, sessions[token])
        command = SendMessage(
            customer_token=token,
            session_id=session.id,
            message_id=f"m-{line}",
            type="message",
            data={"content": STORY[line]},
        )
        said(desk.handle(command, later(now)).effects, heard)
    said(desk.wake(later(now + 9)).effects, heard)

    assert {token: heard[customer_id] for customer_id, token in ids.items()} == {
        token: expected(token) for token in sessions
    }
    play = desk.state.play
    assert play is not None
    assert (play.runs, play.uses[1].rules, desk.next_due()) == ({}, {0: CUSTOMERS, 1: CUSTOMERS}, None)


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

    heard: dict[int, list[str]] = defaultdict(list)
    said(effects, heard)
    assert heard[session.customer_id] == [str(number) for number in range(250)]
    assert [effect.at for effect in effects] == sorted(effect.at for effect in effects)
