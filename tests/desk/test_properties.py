"""What holds for any sequence of commands and times: nobody lost, nobody doubled, nothing by halves."""

import dataclasses
import functools
import pickle
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any, TypeVar

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mock_udesk.desk import commands as c
from mock_udesk.desk import lifecycle
from mock_udesk.desk import robot_commands as r
from mock_udesk.desk import staff_commands as s
from mock_udesk.desk.commands import Command
from mock_udesk.desk.desk import HANDLERS, Desk
from mock_udesk.desk.effects import Effect, Happened, PushAnswer
from mock_udesk.desk.errors import DeskError, UsageError
from mock_udesk.desk.happenings import Happening
from mock_udesk.desk.lifecycle import MOVES, Move, Stage
from mock_udesk.desk.records import Agent, AgentStatus, CloseType, Group, Origin, Session, Target
from mock_udesk.desk.state import Policy, State, SurveyOption
from tests import NOW
from tests.desk.robot_steps import (
    ROBOT_COMMANDS,
    WRITTEN,
    Pick,
    add_robots,
    answer_ids,
    ask_them,
    check_robot_stay,
    check_talks,
    robot_indexes,
    turned_to_a_talk,
)

T = TypeVar("T")

AGENTS, GROUPS, TOKENS = (3, 4, 5), (11, 12), ("a", "b", "c", "d", "e", "f")
TARGETS = (*(Target("agent", i) for i in AGENTS), *(Target("group", i) for i in GROUPS), Target("company"))
FAST = settings(
    max_examples=30,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)

# -- what may be asked, and when ----------------------------------------------------------------------------------------

# One of these, chosen by hypothesis or by a plain `random.Random`.
AGENT_IDS, GROUP_IDS = (*AGENTS * 3, 99), (*GROUPS * 3, 99)
CUSTOMER_IDS, STAY_IDS, SESSION_IDS = range(1, 8), range(1, 13), range(1001, 1011)
MAYBE_SECONDS = (None, None, 0.5, 8.0)
CUSTOMER_FIELDS: dict[str, Sequence[Any]] = {
    "token": TOKENS,
    "email": ("a@x", "b@x", ""),
    "cellphones": ([], ["1"], ["2"], ["3", "1"]),
    "is_online": (True, False),
    "id": range(10),
    "colour": ("red",),
}
AGENT_FIELDS: dict[str, Sequence[Any]] = {
    "name": ("Tom", "Ann", ""),
    "status": ("online", "online", "busy", "offline", "asleep"),
    "capacity": range(-1, 4),
    "group_ids": ([], [11], [12], [11, 12], [99, 11]),
    "email": ("t@x", "u@x", ""),
    "is_disabled": (False, False, True),
    "welcome": ("", "您好"),
}
POLICY: dict[str, Sequence[Any]] = {
    "auto_create_customers": (True, True, True, False),
    "assign_seconds": (0.0, 2.0, 5.0, 5.0),
    "queue_timeout_seconds": MAYBE_SECONDS,
    "customer_idle_close_seconds": MAYBE_SECONDS,
    "push_redirect_close": (False, True),
    "struct_to_api_customers": (False, True),
    "sensitive_words": ((), ("天气",)),
}
SURVEY = (SurveyOption(id=1, remark="optional"), SurveyOption(id=2, remark="required"))
MOMENTS = [NOW + timedelta(seconds=seconds) for seconds in range(-5, 61)]


def some(pick: Pick, fields: dict[str, Sequence[Any]]) -> dict[str, Any]:
    """Some of these fields, each with one of its values."""
    return {name: pick(values) for name, values in fields.items() if pick((False, True))}


def a_policy(pick: Pick) -> Policy:
    """What a company may have decided."""
    return Policy(survey_options=SURVEY, **{name: pick(values) for name, values in POLICY.items()})


def whom(pick: Pick) -> dict[str, Any]:
    """An agent, a group, both or nobody."""
    return {"agent_id": pick((None, *AGENT_IDS)), "group_id": pick((None, *GROUP_IDS))}


def speech(pick: Pick) -> dict[str, Any]:
    """What a customer says."""
    return {"customer_token": pick(TOKENS), "message_id": f"m{pick(range(12))}", **words(pick)}


def words(pick: Pick) -> dict[str, Any]:
    """What is said."""
    return {"type": pick(("message", "message", "image", "close")), "data": {"content": pick(("hi", "ho"))}}


def ask_for_agent(pick: Pick) -> c.AskForAgent:
    """Mostly for somebody who is there."""
    match pick(range(3)):
        case 0:
            return c.AskForAgent(customer_token=pick(TOKENS), agent_id=pick((None, *AGENTS)))
        case 1:
            return c.AskForAgent(customer_token=pick(TOKENS), **whom(pick))
        case _:
            return c.AskForAgent(web_token=pick(TOKENS), origin=pick((Origin(), Origin(session_key="k"))), **whom(pick))


def receiver(pick: Pick) -> dict[str, Any]:
    """Who takes somebody over."""
    return pick((lambda: {"agent_id": pick(AGENTS)}, lambda: {"group_id": pick(GROUPS)}, lambda: whom(pick)))()  # type: ignore[no-any-return]


COMMANDS: dict[type[Command[Any]], Callable[[Pick], Command[Any]]] = {
    c.CreateCustomer: lambda pick: c.CreateCustomer(some(pick, CUSTOMER_FIELDS)),
    c.UpdateCustomer: lambda pick: c.UpdateCustomer(
        pick(CUSTOMER_IDS), pick((some(pick, CUSTOMER_FIELDS), {"cellphones": ["4"]}))
    ),
    c.DestroyCustomer: lambda pick: c.DestroyCustomer(pick(CUSTOMER_IDS)),
    c.SetOnline: lambda pick: c.SetOnline(pick(TOKENS), pick((False, True))),
    c.SwitchH5Push: lambda pick: c.SwitchH5Push(pick(CUSTOMER_IDS), 1, pick((False, True))),
    c.AskForAgent: ask_for_agent,
    c.GiveUpQueue: lambda pick: c.GiveUpQueue(pick(TOKENS), pick((None, *TARGETS))),
    c.AcceptQueued: lambda pick: c.AcceptQueued(
        stay_id=pick(STAY_IDS), **pick(({}, {"agent_id": pick(AGENTS)}, {"group_id": pick(GROUPS)}))
    ),
    c.LeaveQueue: lambda pick: c.LeaveQueue(pick(STAY_IDS)),
    c.SendMessage: lambda pick: c.SendMessage(session_id=pick(SESSION_IDS), **speech(pick)),
    c.SendWhileQueueing: lambda pick: c.SendWhileQueueing(**speech(pick)),
    c.SendLeaveMessage: lambda pick: c.SendLeaveMessage(**whom(pick), **speech(pick)),
    c.PreviewMessage: lambda pick: c.PreviewMessage(pick(SESSION_IDS), "typing"),
    c.ReadAgentMessages: lambda pick: c.ReadAgentMessages(pick(SESSION_IDS), ("udesk_11795312800000", "m1")),
    c.AgentSays: lambda pick: c.AgentSays(session_id=pick(SESSION_IDS), **words(pick)),
    c.ReadCustomerMessages: lambda pick: c.ReadCustomerMessages(pick(SESSION_IDS)),
    c.SendStruct: lambda pick: c.SendStruct(
        session_id=pick(SESSION_IDS), customer_id=pick(CUSTOMER_IDS), agent_id=pick(AGENT_IDS), data={"title": "t"}
    ),
    c.TransferSession: lambda pick: c.TransferSession(session_id=pick(SESSION_IDS), **receiver(pick)),
    c.CloseSession: lambda pick: c.CloseSession(pick(SESSION_IDS), pick(tuple(CloseType))),
    c.CloseByCustomer: lambda pick: c.CloseByCustomer(pick(SESSION_IDS)),
    c.DestroySessions: lambda pick: c.DestroySessions(pick(MOMENTS), pick(MOMENTS), pick((None, *CUSTOMER_IDS))),
    c.RateSession: lambda pick: c.RateSession(session_id=pick(SESSION_IDS), option_id=pick((1, 1, 1, 2, 3))),
    c.InviteSurvey: lambda pick: c.InviteSurvey(pick(SESSION_IDS)),
    c.SolveLeaveMessage: lambda pick: c.SolveLeaveMessage(pick((1, 2))),
    s.AddAgent: lambda pick: s.AddAgent(
        pick((some(pick, AGENT_FIELDS), {"name": "Eve", "status": "online", "capacity": 1}))
    ),
    s.ChangeAgent: lambda pick: s.ChangeAgent(
        *pick(
            (
                (pick(AGENTS), {"status": pick(tuple(AgentStatus))}),
                (pick(AGENTS), {"capacity": pick(range(4))}),
                (pick(AGENT_IDS), some(pick, AGENT_FIELDS)),
            )
        )
    ),
    s.RemoveAgent: lambda pick: s.RemoveAgent(pick(AGENT_IDS)),
    s.AddGroup: lambda pick: s.AddGroup(pick(({"name": "新"}, {"name": "新"}, {"name": "旧", "id": 11}, {}))),
    s.ChangeGroup: lambda pick: s.ChangeGroup(pick(GROUP_IDS), {"name": "改"}),
    s.RemoveGroup: lambda pick: s.RemoveGroup(pick(GROUP_IDS)),
    c.SetPolicy: lambda pick: c.SetPolicy(a_policy(pick)),
    **ROBOT_COMMANDS,
}
# Most of what happens at a desk is asking, talking and parting; of what tears the desk down there may be little.
OFTEN = (c.CloseByCustomer, c.TransferSession, c.SendMessage, c.SendWhileQueueing, c.GiveUpQueue, c.CloseSession)
WEIGHED = (
    *(c.AskForAgent,) * 24,
    *OFTEN * 3,
    *(s.ChangeAgent,) * 8,
    *COMMANDS,
    *(command for command in ROBOT_COMMANDS if command not in WRITTEN),
    r.AskRobot,
    r.AskUrobot,
    c.DestroyCustomer,
    c.ReadAgentMessages,
    s.RemoveAgent,
    c.SolveLeaveMessage,
    c.AcceptQueued,
    c.AcceptQueued,
)


@dataclasses.dataclass(frozen=True)
class Step:
    """After a while somebody asks for something; `aim` turns it to where something is going on, 0 leaves it as drawn."""

    seconds: float
    command: Command[Any]
    aim: int


def a_step(pick: Pick) -> Step:
    """Any command at any time."""
    seconds = pick((0.0, 0.0, 0.0, 0.0, 0.25, 1.0, 3.0, 9.0))
    return Step(seconds, COMMANDS[pick(WEIGHED)](pick), pick(range(7)))


def picked(make: Callable[[Pick], T]) -> st.SearchStrategy[T]:
    """What is made of anything that may be picked."""
    return st.composite(lambda draw: make(lambda options: options[draw(_indexes(len(options)))]))()


@functools.cache
def _indexes(length: int) -> st.SearchStrategy[int]:
    return st.integers(0, length - 1)


policies = picked(a_policy)
steps = st.lists(picked(a_step), min_size=15, max_size=40)


def desk_of(policy: Policy) -> Desk:
    """Tom, who is in no group, Jerry in one, Ann in both, with one place each; six customers came, three found room, one left word; two more ask robots."""
    people: tuple[tuple[str, list[int]], ...] = (("Tom", []), ("Jerry", [11]), ("Ann", [11, 12]))
    agents = {
        agent_id: Agent(
            id=agent_id, name=name, status=AgentStatus.ONLINE, capacity=1, group_ids=group_ids, welcome="您好"
        )
        for agent_id, (name, group_ids) in zip(AGENTS, people, strict=True)
    }
    groups = {group_id: Group(id=group_id, name=f"组{group_id}") for group_id in GROUPS}
    state = State(agents=agents, groups=groups)
    add_robots(state)
    desk = Desk(state)
    desk.state.counters.agent, desk.state.counters.group = 6, 13
    for token, agent_id, group_id in zip(TOKENS, (*AGENTS, 3, None, None), (*(None,) * 4, 11, None), strict=True):
        desk.handle(c.AskForAgent(customer_token=token, agent_id=agent_id, group_id=group_id), NOW)
    desk.handle(c.SendLeaveMessage(customer_token="a", message_id="m0", type="message", data={"content": "hi"}), NOW)
    ask_them(desk)
    desk.handle(c.SetPolicy(policy), NOW)
    return desk


def copy(state: State) -> State:
    """Another state with the same in it, which shares nothing with the first."""
    copied: State = pickle.loads(pickle.dumps(state))
    return copied


def aimed(step: Step, desk: Desk) -> Command[Any]:
    """The step's command, turned to where something is going on: an open session, somebody who waits or is being assigned."""
    command: Any = step.command
    state = desk.state
    tickets = [(stay, stay.ticket) for stay in state.stays.values() if stay.ticket is not None]
    # Who is being assigned comes first: that is over soon.
    tickets.sort(key=lambda pair: pair[1].agent_id is None)
    open_ones = [session for session in state.sessions.values() if session.is_open]
    with_robots = [stay for stay in state.stays.values() if stay.stage is Stage.ROBOT]
    changes = turned_to_a_talk(command, step.aim, state) if step.aim else {}
    if changes:
        pass
    elif step.aim and hasattr(command, "session_id") and open_ones:
        session = open_ones[step.aim % len(open_ones)]
        changes["session_id"] = session.id
        if isinstance(command, c.SendMessage):
            changes["customer_token"] = state.customers[session.customer_id].token or "a"
        if isinstance(command, c.SendStruct):
            changes |= {"customer_id": session.customer_id, "agent_id": session.agent_id}
    elif 0 < step.aim <= 3 and tickets:
        stay, ticket = tickets[0]
        token = state.customers[stay.customer_id].token or "a"
        match command:
            case c.GiveUpQueue():
                changes = {"customer_token": token, "target": ticket.target}
            case c.AskForAgent(web_token=None) | c.SendWhileQueueing():
                changes = {"customer_token": token}
            case c.LeaveQueue():
                changes = {"stay_id": stay.id}
            case c.AcceptQueued():
                free = (agent.id for agent in state.agents.values() if desk.open_sessions(agent.id) < agent.capacity)
                changes = {"stay_id": tickets[-1][0].id, "group_id": None, "agent_id": next(free, None)}
            case s.ChangeAgent() if ticket.agent_id is not None:
                changes = {"agent_id": ticket.agent_id}
    elif step.aim and with_robots:
        stay = with_robots[step.aim % len(with_robots)]
        match command:
            case c.AskForAgent(web_token=None):
                changes = {"customer_token": state.customers[stay.customer_id].token or "a"}
            case c.DestroyCustomer():
                changes = {"customer_id": stay.customer_id}
    turned: Command[Any] = dataclasses.replace(command, **changes)
    return turned


def ask(desk: Desk, command: Command[Any], now: datetime) -> tuple[Any, tuple[Effect, ...]]:
    """The reply or the refusal as something to compare, and the effects."""
    try:
        outcome = desk.handle(command, now)
    except (DeskError, UsageError) as error:
        return (type(error).__name__, str(error)), ()
    return outcome.reply, outcome.effects


def play(desk: Desk, taken: Iterable[Step]) -> Iterator[tuple[datetime, Command[Any], Any, tuple[Effect, ...]]]:
    """Takes the steps one by one; yields when, what, the reply and all effects since the step before."""
    now = NOW
    for step in taken:
        now += timedelta(seconds=step.seconds)
        woken = desk.wake(now).effects
        command = aimed(step, desk)
        reply, effects = ask(desk, command, now)
        yield now, command, reply, woken + effects


def indexes(desk: Desk) -> dict[str, Any]:
    """All that a desk knows beside its state, in a form that two desks can be compared by."""
    books, state = desk._books, desk.state
    roster = books.roster
    targets = [
        *(Target("agent", agent_id) for agent_id in state.agents),
        *(Target("group", group_id) for group_id in state.groups),
        Target("company"),
    ]
    pools = {"company": roster.company, **{str(group_id): pool for group_id, pool in roster.groups.items()}}
    return {
        "keys": (books.by_token, books.by_web_token, books.by_sdk_token, books.by_email, books.by_cellphone),
        "stays": books.stays,
        "sessions": {customer_id: list(ids) for customer_id, ids in books.sessions.items()},
        "said": books.messages.by_customer,
        "left": books.left,
        "queues": {target: (queue.held(), list(queue)) for target, queue in books.queues.items()},
        "heads": desk.queues(),
        "archives": [
            archive.between(NOW - timedelta(1), NOW + timedelta(1), 0, len(archive))
            for archive in (books.created, books.closed, books.rated)
        ],
        "timers": desk.timers(),
        "due": desk.next_due(),
        "emails": roster.emails,
        "pools": {name: (pool.ids, pool.online, pool.busy) for name, pool in pools.items()},
        "members": {group_id: desk.members(group_id) for group_id in state.groups},
        "with": {agent_id: list(ids) for agent_id, ids in roster.sessions.items()},
        "reserved": {agent_id: set(ids) for agent_id, ids in roster.reserved.items()},
        "unread": {agent_id: count for agent_id, count in roster.unread.items() if count},
        "unsolved": {agent_id: moments for agent_id, moments in roster.unsolved.items() if moments},
        "picked": {target: roster.pick(target) for target in targets},
        **robot_indexes(desk),
    }


def loads(desk: Desk) -> dict[int, int]:
    """What counts against each agent's capacity, told from the state alone."""
    tickets = [stay.ticket for stay in desk.state.stays.values() if stay.ticket is not None]
    busy = [session.agent_id for session in desk.state.sessions.values() if session.is_open]
    busy += [ticket.agent_id for ticket in tickets if ticket.agent_id is not None]
    return {agent_id: busy.count(agent_id) for agent_id in desk.state.agents}


def check_stays(state: State) -> None:
    """Each stay is in one stage and has what belongs to it; each open session belongs to one stay."""
    talking: dict[int, Session] = {}
    for stay in state.stays.values():
        ticket = stay.ticket
        assert stay.customer_id in state.customers
        if stay.stage is Stage.IN_SESSION:
            assert ticket is None
            assert stay.session_id is not None
            assert not stay.waiting
            talking[stay.session_id] = state.sessions[stay.session_id]
        elif stay.stage is not Stage.ROBOT:
            assert stay.session_id is None
            assert ticket is not None
            is_assigning = ticket.agent_id is not None and ticket.assigns_at is not None
            assert stay.stage is (Stage.ASSIGNING if is_assigning else Stage.QUEUED)
    assert talking == {session.id: session for session in state.sessions.values() if session.is_open}
    keys = [(stay.customer_id, stay.origin.session_key) for stay in state.stays.values()]
    assert len(set(keys)) == len(keys)


def check_places(desk: Desk) -> None:
    """Places are 1..n in the order of joining, for those who wait and nobody else."""
    waiting: dict[Target, list[tuple[int, int]]] = {}
    for stay in desk.state.stays.values():
        if stay.stage is Stage.QUEUED and stay.ticket is not None:
            waiting.setdefault(stay.ticket.target, []).append((stay.ticket.serial, stay.id))
        else:
            assert desk.place(stay) == 0
    assert set(desk.queues()) == set(waiting)
    for target, tickets in waiting.items():
        in_order = [stay_id for _, stay_id in sorted(tickets)]
        assert [stay.id for stay in desk.waiting(target)] == in_order
        assert [desk.place(stay) for stay in desk.waiting(target)] == list(range(1, len(in_order) + 1))
        assert desk.queue_length(target) == len(in_order)


def check_room(desk: Desk, before: dict[int, int]) -> None:
    """No assignment exceeds the capacity, and nobody waits for an agent who has room. Rulings 8 and 9."""
    state, queued = desk.state, set(desk.queues())
    for agent_id, load in loads(desk).items():
        agent = state.agents[agent_id]
        if load > agent.capacity:
            assert load <= before.get(agent_id, 0)
            assert not desk._books.roster.reserved[agent_id]
        elif load < agent.capacity and agent.status is AgentStatus.ONLINE and not agent.is_disabled:
            served = {Target("agent", agent_id), Target("company"), *(Target("group", i) for i in agent.group_ids)}
            assert not queued & served


# -- what holds -----------------------------------------------------------------------------------------------------------


@FAST
@given(policies, steps)
def test_nobody_is_lost_doubled_or_out_of_place(policy: Policy, taken: list[Step]) -> None:
    """Rulings 7 to 9, after every step; who came is there until an effect says that they have gone."""
    desk = desk_of(policy)
    # Stays and their customers; of these, who has not come further than a robot.
    present: dict[int | None, int | None] = {stay.id: stay.customer_id for stay in desk.state.stays.values()}
    with_robots: set[int | None] = {stay.id for stay in desk.state.stays.values() if stay.stage is Stage.ROBOT}
    before = loads(desk)

    for _, _, _, effects in play(desk, taken):
        for effect in effects:
            if isinstance(effect, Happened):
                match effect.kind:
                    case Happening.ROBOT_TALK | Happening.ROBOT_QUESTION | Happening.UROBOT_QUESTION:
                        if effect.stay_id not in present:
                            with_robots.add(effect.stay_id)
                        present[effect.stay_id] = effect.customer_id
                    case Happening.QUEUED | Happening.SESSION_STARTED:
                        with_robots.discard(effect.stay_id)
                        present[effect.stay_id] = effect.customer_id
                    case Happening.SESSION_CLOSED | Happening.QUEUE_ABANDONED:
                        del present[effect.stay_id]
                    case Happening.CUSTOMER_REMOVED:
                        left = {stay_id for stay_id in with_robots if present[stay_id] == effect.customer_id}
                        with_robots -= left
                        present = {stay_id: owner for stay_id, owner in present.items() if stay_id not in left}
        assert set(present) == set(desk.state.stays)
        assert with_robots == {stay.id for stay in desk.state.stays.values() if stay.stage is Stage.ROBOT}
        check_stays(desk.state)
        check_robot_stay(desk)
        check_talks(desk)
        check_places(desk)
        check_room(desk, before)
        before = loads(desk)


@FAST
@given(policies, steps)
def test_robots_answer_each_question_once_and_move_nobody(policy: Policy, taken: list[Step]) -> None:
    """Ruling 7: they end no session and leave no queue. Ruling 14: what is repeated is not answered again."""
    desk = desk_of(policy)
    answers = answer_ids(desk)
    now = NOW

    for step in taken:
        now += timedelta(seconds=step.seconds)
        desk.wake(now)
        command = aimed(step, desk)
        before = {stay.id: (stay.stage, stay.session_id, desk.place(stay)) for stay in desk.state.stays.values()}
        sessions = copy(desk.state).sessions
        _, effects = ask(desk, command, now)
        answers += [effect.answer.id for effect in effects if isinstance(effect, PushAnswer)]
        if type(command) in ROBOT_COMMANDS:
            after = {stay.id: (stay.stage, stay.session_id, desk.place(stay)) for stay in desk.state.stays.values()}
            assert before.items() <= after.items()
            assert sessions == desk.state.sessions

    assert sorted(answers) == sorted(answer_ids(desk))


@FAST
@given(policies, steps)
def test_a_refused_command_changes_nothing(policy: Policy, taken: list[Step]) -> None:
    """Check first, change after: state and indexes are as they were."""
    desk = desk_of(policy)
    now, kept = NOW, copy(desk.state)

    for step in taken:
        now += timedelta(seconds=step.seconds)
        is_woken = bool(desk.wake(now).effects)
        kept = copy(desk.state) if is_woken else kept
        try:
            desk.handle(aimed(step, desk), now)
        except (DeskError, UsageError):
            assert desk.state == kept
            assert indexes(desk) == indexes(Desk(kept))
        else:
            kept = copy(desk.state)


@FAST
@given(policies, steps)
def test_indexes_say_what_the_state_says(policy: Policy, taken: list[Step]) -> None:
    """All that a desk knows beside its state follows from it."""
    desk = desk_of(policy)

    for number, _ in enumerate(play(desk, taken)):
        if number % 3 == 0:
            assert indexes(desk) == indexes(Desk(copy(desk.state)))


@FAST
@given(policies, steps, st.integers(0, 30))
def test_a_desk_made_from_a_state_goes_on_as_if_nothing_had_happened(
    policy: Policy, taken: list[Step], cut: int
) -> None:
    """Same replies, same refusals, same effects, same state."""
    desk = desk_of(policy)
    now = NOW + timedelta(seconds=sum(step.seconds for step in taken[:cut]))
    for _ in play(desk, taken[:cut]):
        pass
    twin = Desk(copy(desk.state))

    for step in taken[cut:]:
        now += timedelta(seconds=step.seconds)
        assert desk.wake(now) == twin.wake(now)
        command = aimed(step, desk)
        assert ask(desk, command, now) == ask(twin, command, now)
    assert desk.state == twin.state


@FAST
@given(policies, steps, st.lists(st.floats(0, 40), max_size=20))
def test_waking_in_one_jump_or_in_many_small_ones_is_the_same(
    policy: Policy, taken: list[Step], looks: list[float]
) -> None:
    """architecture.md, Desk: all that is due, in order of due time, each stamped with its own moment."""
    desk = desk_of(policy)
    for _ in play(desk, taken):
        pass
    now = NOW + timedelta(seconds=sum(step.seconds for step in taken))
    far = now + timedelta(seconds=60)
    twin = Desk(copy(desk.state))

    at_once = desk.wake(far).effects
    bit_by_bit: list[Effect] = []
    for seconds in sorted(looks):
        bit_by_bit += twin.wake(now + timedelta(seconds=seconds)).effects
    while (due := twin.next_due()) is not None and due <= far:
        bit_by_bit += twin.wake(due).effects

    assert at_once == tuple(bit_by_bit)
    assert desk.state == twin.state
    assert [effect.at for effect in at_once] == sorted(effect.at for effect in at_once)


# So many sequences of forty steps meet everything that can be met, with a few to spare.
ENOUGH = 200


def test_random_sequences_meet_every_move_and_every_command() -> None:
    """The properties are worth something: what they are tried on reaches each row of MOVES, and carries out each command."""
    moves: set[tuple[Stage, Move]] = set()
    done: set[type[Command[Any]]] = set()

    class Watched(dict[tuple[Stage, Move], Stage]):
        def __getitem__(self, move: tuple[Stage, Move]) -> Stage:
            moves.add(move)
            return super().__getitem__(move)

    # No strategy: hypothesis tries constants of all modules that happen to be imported.
    chance = Random(3)
    table, lifecycle.MOVES = lifecycle.MOVES, Watched(MOVES)
    try:
        for _ in range(ENOUGH):
            taken = [a_step(chance.choice) for _ in range(40)]
            for _, command, reply, _ in play(desk_of(a_policy(chance.choice)), taken):
                if not (isinstance(reply, tuple) and reply[:1] in (("DeskError",), ("UsageError",))):
                    done.add(type(command))
    finally:
        lifecycle.MOVES = table

    assert moves == set(MOVES)
    assert done == set(HANDLERS) == set(COMMANDS)
