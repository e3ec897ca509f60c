"""Each step of a scenario does what the command of its name does, for the conversation that set it off. DESIGN, Steps; interfaces §4."""

from typing import Any

import pytest

from mock_udesk.desk.commands import AskForAgent, SendLeaveMessage, SetPolicy
from mock_udesk.desk.desk import Desk
from mock_udesk.desk.effects import Effect, Played, PushBody, PushMessages
from mock_udesk.desk.lifecycle import Stage
from mock_udesk.desk.play.field_values import AGENT_KINDS, CUSTOMER_KINDS
from mock_udesk.desk.play.script import (
    STEP_NAMES,
    Accept,
    Close,
    InviteSurvey,
    LeaveQueue,
    PlanFault,
    PushRaw,
    Read,
    Reply,
    SetAgent,
    SetCustomer,
    SetVariables,
    Solve,
    Step,
    Stop,
    Transfer,
)
from mock_udesk.desk.records import AgentStatus, CloseType, Session
from mock_udesk.desk.staff_commands import AddAgent
from mock_udesk.desk.state import Policy
from mock_udesk.scenario.file.bodies import SetAgentBody, SetCustomerBody
from mock_udesk.scenario.people.customers import CUSTOMER_KEYS
from mock_udesk.scenario.people.staff import AGENT_FIELDS
from tests import NOW
from tests.desk.sample import (
    AFTER_SALES,
    ANYBODY,
    JERRY,
    TOM,
    a_desk,
    agents_of,
    ask,
    ask_robot,
    happened,
    later,
    pushes,
    reads,
    robots_desk,
    start,
    stay,
    toms_desk,
    waiting_tokens,
)
from tests.desk.script_sample import (
    HERE,
    ON,
    at,
    endings,
    failures,
    kinds,
    load,
    played,
    replies,
    reply,
    rule,
    runs,
    talk,
    tell,
    wait,
    wait_for,
)


def after_message(*steps: Step, desk: Desk | None = None) -> tuple[Desk, Session, tuple[Effect, ...]]:
    """Tom and c-1 talk, she says something, and these steps are done."""
    desk, session = talk(rule(ON.MESSAGE, *steps), desk=desk)
    return desk, session, tell(desk, session, "m-1", "你好").effects


# -- talking ---------------------------------------------------------------------------------------------------------------


def test_reply_is_said_by_the_sessions_agent() -> None:
    """reply: AgentSays of the stay's open session, so it is pushed."""
    _, session, effects = after_message(reply("好的"))

    assert pushes(effects) == [(session.id, [("message", {"content": "好的"})])]
    (said,) = happened(effects, ON.AGENT_MESSAGE)
    assert (said.agent_id, said.stay_id) == (TOM, session.stay_id)


def test_reply_may_be_of_any_type_that_agents_say_and_its_data_are_templates_however_deep() -> None:
    """reply: {type, data}."""
    data = {"content": "{customer.token}", "list": [{"of": "=1 + 1"}]}
    _, session, effects = after_message(Reply(place=HERE, type="rich", data=data))

    assert pushes(effects) == [(session.id, [("rich", {"content": "c-1", "list": [{"of": 2}]})])]


def test_content_is_a_text_whatever_an_expression_gives() -> None:
    """A message's content is a text: Doc: im-api-v2 §消息内容详情."""
    _, _, effects = after_message(reply("=20 + 3"))

    assert replies(effects) == ["23"]


def test_template_sees_customer_session_agent_message_now_and_variables() -> None:
    """Strings are templates over these. interfaces §4."""
    text = "{customer.token} {session.id} {agent.name} {message.text} {now:%H:%M} {vars[n]}"
    _, session, effects = after_message(SetVariables(place=HERE, values={"n": 1}), reply(text))

    assert replies(effects) == [f"c-1 {session.id} Tom 你好 10:00 1"]


def test_each_step_draws_its_own_fake_and_each_run_too() -> None:
    """fake derives from the seed, the conversation and a counter."""
    desk, session, effects = after_message(reply("{fake}"), reply("{fake}"))
    again = tell(desk, session, "m-2").effects

    assert len({*replies(effects), *replies(again)}) == 4


def test_same_script_same_seed_same_people() -> None:
    """A file gives the same people on every run."""
    assert replies(after_message(reply("{fake}"))[2]) == replies(after_message(reply("{fake}"))[2])


def test_read_reads_what_the_customer_said() -> None:
    """read: read-status push. interfaces §4."""
    _, session, effects = after_message(Read(place=HERE))

    assert [(one.session_id, one.message_ids) for one in reads(effects)] == [(session.id, ("m-1",))]


def test_invite_survey_asks_for_a_rating() -> None:
    """invite_survey: as the agent does. Ruling 16."""
    _, session, effects = after_message(InviteSurvey(place=HERE))

    assert (session.is_survey_invited, len(happened(effects, ON.SURVEY_INVITED))) == (True, 1)


# -- parting ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "whom", [{"agent": "Jerry"}, {"agent": JERRY}, {"agent": "4"}, {"group": "售后"}, {"group": 11}]
)
def test_transfer_goes_to_an_agent_or_a_group_by_name_or_id(whom: dict[str, Any]) -> None:
    """transfer: name | id | {agent} | {group}."""
    desk, _, _ = after_message(Transfer(place=HERE, **whom))

    assert agents_of(desk) == {"c-1": JERRY}


def test_name_of_a_receiver_may_be_a_template() -> None:
    """In steps a name may be a template."""
    desk, _, _ = after_message(
        SetVariables(place=HERE, values={"to": "Jerry"}), Transfer(place=HERE, agent="{vars[to]}")
    )

    assert agents_of(desk) == {"c-1": JERRY}


@pytest.mark.parametrize(("close_type", "closed_by"), [("normal", "agent"), ("force", "operator")])
def test_close_ends_the_session(close_type: Any, closed_by: str) -> None:
    """close: normal, force."""
    _, session, _ = after_message(Close(place=HERE, close_type=close_type))

    assert (session.close_type, session.closed_by) == (CloseType(close_type), closed_by)


# -- people ----------------------------------------------------------------------------------------------------------------


def test_set_agent_changes_a_named_agent() -> None:
    """set_agent: {agent: Tom, im_status: offline}; groups may be named."""
    fields = {"status": "offline", "capacity": "=2", "group_ids": ["售后"], "welcome": "{customer.token}"}
    desk, _, _ = after_message(SetAgent(place=HERE, agent="Tom", fields=fields))

    tom = desk.state.agents[TOM]
    assert (tom.status, tom.capacity, tom.group_ids, tom.welcome) == (AgentStatus.OFFLINE, 2, [AFTER_SALES], "c-1")


def test_set_agent_without_a_name_means_the_sessions() -> None:
    """None: the session's."""
    desk, _, _ = after_message(SetAgent(place=HERE, agent=None, fields={"status": "busy"}))

    assert [desk.state.agents[agent_id].status for agent_id in (TOM, JERRY)] == [AgentStatus.BUSY, AgentStatus.ONLINE]


def test_set_customer_changes_the_conversations_customer() -> None:
    """set_customer: {…CustomerFields}."""
    fields = {"nick_name": "{message.text}", "level": "vip", "tags": ["a", "{customer.token}"], "is_online": False}
    desk, session, effects = after_message(SetCustomer(place=HERE, fields=fields))

    customer = desk.state.customers[session.customer_id]
    assert (customer.nick_name, customer.level, customer.tags, customer.is_online) == (
        "你好",
        "vip",
        ["a", "c-1"],
        False,
    )
    assert len(happened(effects, ON.CUSTOMER_OFFLINE)) == 1


def test_digits_that_a_pattern_found_are_a_number_where_one_is_wanted() -> None:
    """What a named group found is always a text; a capacity is a whole number."""
    step = SetAgent(place=HERE, agent=None, fields={"capacity": "=vars['n']"})
    desk, session = talk(rule(ON.MESSAGE, step, text=r"(?P<n>\d+) places"))

    tell(desk, session, "m-1", "12 places")

    assert desk.state.agents[TOM].capacity == 12


def test_solve_deals_with_the_leave_message_that_set_the_run_off() -> None:
    """solve: the one that set the run off."""
    desk = a_desk()
    load(desk, rule(ON.LEAVE_MESSAGE, Solve(place=HERE), text="solve"))
    leave(desk, "m-1", "later")
    leave(desk, "m-2", "solve")

    assert [left.solved_at for left in desk.state.leave_messages.values()] == [None, NOW]


def test_solve_elsewhere_deals_with_all_of_the_customers() -> None:
    """solve: else all that are unsolved; nobody else's."""
    desk = a_desk()
    for number, token in enumerate(("c-1", "c-1", "c-2")):
        leave(desk, f"m-{number}", token=token)
    session = start(desk, "c-1")
    load(desk, rule(ON.MESSAGE, Solve(place=HERE)))

    effects = tell(desk, session, "m-9").effects

    assert [left.solved_at for left in desk.state.leave_messages.values()] == [NOW, NOW, None]
    assert len(happened(effects, ON.LEAVE_MESSAGE_SOLVED)) == 2


def leave(desk: Desk, message_id: str, content: str = "在吗", *, token: str = "c-1") -> tuple[Effect, ...]:
    """The customer leaves a message."""
    command = SendLeaveMessage(
        customer_token=token, message_id=message_id, type="message", data={"content": content}, agent_id=TOM
    )
    return desk.handle(command, NOW).effects


# -- queues ----------------------------------------------------------------------------------------------------------------


def test_accept_takes_a_queued_customer_out_of_order() -> None:
    """accept: by this agent, whoever waits before them."""
    desk = a_desk(tom=1)
    for token in ("c-1", "c-2", "c-3"):
        ask(desk, token, agent_id=TOM)
    load(desk, rule(ON.QUEUED, Accept(place=HERE, agent="Jerry"), customer_token="c-4"))

    ask(desk, "c-4", agent_id=TOM)

    assert agents_of(desk) == {"c-1": TOM, "c-4": JERRY}


def test_leave_queue_gives_up() -> None:
    """leave_queue: the customer gives up the queue."""
    desk = toms_desk()
    start(desk, "c-1")
    load(desk, rule(ON.QUEUED, wait(5), LeaveQueue(place=HERE)))
    ask(desk, "c-2")

    effects = desk.wake(later(5)).effects

    assert (waiting_tokens(desk, ANYBODY), len(happened(effects, ON.QUEUE_ABANDONED))) == ([], 1)


# -- what has no command ---------------------------------------------------------------------------------------------------


def test_push_sends_this_very_body() -> None:
    """push: for what the document has and the mock does not."""
    _, session, effects = after_message(
        PushRaw(place=HERE, body={"a": ["{customer.token}", "=2"]}, target="h5_push_url")
    )

    assert [effect for effect in effects if isinstance(effect, PushBody)] == [
        PushBody(
            at=NOW,
            customer_id=session.customer_id,
            stay_id=session.stay_id,
            session_id=session.id,
            target="h5_push_url",
            body={"a": ["c-1", 2]},
        )
    ]


def test_variables_keep_their_kind_and_join_those_before() -> None:
    """set: a text that is one expression as a whole keeps its type."""
    desk, _, _ = after_message(
        SetVariables(place=HERE, values={"a": "=1", "b": ["{message.text}"]}),
        SetVariables(place=HERE, values={"a": "=vars['a'] + 1"}),
        wait(1),
    )

    assert [run.variables for run in runs(desk)] == [{"a": 2, "b": ["你好"]}]


def test_stop_ends_the_run() -> None:
    """stop."""
    _, _, effects = after_message(reply("1"), Stop(place=HERE), reply("2"))

    assert (replies(effects), endings(effects)) == (["1"], ["it was told to stop"])


def test_wait_lets_time_pass() -> None:
    """wait: 2s; due at its very moment."""
    desk, _, effects = after_message(reply("1"), wait(2), reply("2"))

    assert (replies(effects), desk.next_due()) == (["1"], later(2))
    woken = desk.wake(later(60)).effects
    assert (replies(woken), {effect.at for effect in woken}) == (["2"], {later(2)})


def test_wait_of_nothing_goes_on_at_once() -> None:
    """`wait` of 0 goes on at once."""
    _, _, effects = after_message(reply("1"), wait(0), reply("2"))

    assert (played(effects), replies(effects)) == (["began", "reply", "wait", "reply", "ended"], ["1", "2"])


def test_run_of_a_customer_who_waits_is_among_the_timers() -> None:
    """timers()/soonest()/next_due() include runs: TimerKind "run", owner = run id."""
    desk, session, _ = after_message(wait(5))

    (timer,) = desk.timers()
    assert (timer.due, timer.kind, timer.customer_id, timer.stay_id, timer.run_id) == (
        later(5),
        "run",
        session.customer_id,
        session.stay_id,
        1,
    )
    assert desk.soonest(1, until=later(4)) == ([], 0)


# -- how it is told --------------------------------------------------------------------------------------------------------


def test_each_step_is_told_before_what_it_does() -> None:
    """Played(what="step") comes before the effects of the step."""
    _, session, effects = after_message(reply("1"), Read(place=at(4)))

    assert kinds(effects) == [
        "message",
        "began",
        "reply",
        "agent_message",
        "push",
        "read",
        "agent_read",
        "PushRead",
        "ended",
    ]
    told = [effect for effect in effects if isinstance(effect, Played)]
    assert told[2] == Played(
        at=NOW,
        what="step",
        run_id=1,
        place=at(4),
        customer_id=session.customer_id,
        stay_id=session.stay_id,
        session_id=session.id,
        step="read",
    )
    assert (told[0].reason, told[-1].reason) == ("message “你好”", "all its steps are done")


STEPS: tuple[Step, ...] = (
    reply("x"),
    Read(place=HERE),
    Transfer(place=HERE, agent="Jerry"),
    Accept(place=HERE),
    Close(place=HERE),
    InviteSurvey(place=HERE),
    SetAgent(place=HERE, agent=None, fields={"status": "busy"}),
    SetCustomer(place=HERE, fields={"level": "vip"}),
    SetVariables(place=HERE, values={"a": 1}),
    Solve(place=HERE),
    LeaveQueue(place=HERE),
    PushRaw(place=HERE, body={}),
    PlanFault(place=HERE, plan={"on": "push", "do": {"drop": True}}),
    wait(1),
    wait_for(ON.MESSAGE),
    Stop(place=HERE),
)
NEEDS_SESSION = {"reply", "read", "transfer", "close", "invite_survey", "set_agent"}
NEEDS_QUEUE = {"accept", "leave_queue"}


def test_every_step_is_among_these() -> None:
    """What follows is tried with each."""
    assert {type(step) for step in STEPS} == set(STEP_NAMES)


@pytest.mark.parametrize("step", STEPS, ids=lambda step: STEP_NAMES[type(step)])
def test_step_that_needs_a_session_says_where_the_customer_stands(step: Step) -> None:
    """Without a session: the reason says where the customer stands."""
    desk = toms_desk()
    start(desk, "c-1")
    ask(desk, "c-2", agent_id=TOM)
    load(desk, rule(ON.QUEUED, step, stands=at(1)))

    effects = desk.handle(AskForAgent(customer_token="c-3", agent_id=TOM), NOW).effects

    name = STEP_NAMES[type(step)]
    fails = name in NEEDS_SESSION or name == "accept"
    assert bool(failures(effects)) is fails
    if name in NEEDS_SESSION:
        assert failures(effects)[0][1].startswith("customer c-3 waits in Tom's queue at place 2: ")
    if name == "reply":
        assert failures(effects) == [(HERE, "customer c-3 waits in Tom's queue at place 2: nobody can reply yet")]
    if name == "accept":
        assert failures(effects) == [(HERE, "Tom is full: 1 of 1; whoever accepts must be online and have room")]


@pytest.mark.parametrize("step", STEPS, ids=lambda step: STEP_NAMES[type(step)])
def test_step_that_needs_a_queue_says_where_the_customer_stands(step: Step) -> None:
    """accept and leave_queue are for who waits."""
    _, session, effects = after_message(step)

    name = STEP_NAMES[type(step)]
    assert bool(failures(effects)) is (name in NEEDS_QUEUE)
    if name in NEEDS_QUEUE:
        why = f"customer c-1 is in session {session.id} with Tom, not in a queue; name somebody who waits"
        assert failures(effects) == [(HERE, why)]


@pytest.mark.parametrize("step", STEPS, ids=lambda step: STEP_NAMES[type(step)])
def test_step_after_the_conversation_says_that_it_is_over(step: Step) -> None:
    """A customer's run has no session any more."""
    desk = a_desk()
    session = start(desk, "c-1", agent_id=TOM)
    load(desk, rule(ON.MESSAGE, Close(place=HERE)), rule(ON.SESSION_CLOSED, step))

    effects = tell(desk, session, "m-1").effects

    name = STEP_NAMES[type(step)]
    assert bool(failures(effects)) is (name in NEEDS_SESSION | NEEDS_QUEUE)
    if name == "reply":
        assert failures(effects) == [(HERE, f"session {session.id} of customer c-1 is over: nobody can reply any more")]


# -- what is wrong ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("step", "reason"),
    [
        (Transfer(place=at(9), agent="Jery"), "agent 'Jery' is unknown; known: Tom (3), Jerry (4)"),
        (Transfer(place=at(9), group="x"), "group 'x' is unknown; known: 售后 (11)"),
        (Transfer(place=at(9), agent="Tom"), "session 1001 is with Tom already; name another agent or a group"),
        (SetAgent(place=at(9), agent="Tom", fields={"status": "away"}), "status is 'away'; expected online, busy, offline"),
        (SetAgent(place=at(9), agent="Tom", fields={"capacity": "many"}), "capacity is 'many'; expected a whole number from 0 to 1,000,000"),
        (SetAgent(place=at(9), agent="Tom", fields={"capacity": True}), "capacity is True; expected a whole number from 0 to 1,000,000"),
        (SetAgent(place=at(9), agent="Tom", fields={"group_ids": ["x"]}), "group 'x' is unknown; known: 售后 (11)"),
        (SetAgent(place=at(9), agent="Tom", fields={"capacity": 2_000_000_000}), "capacity is 2000000000; expected a whole number from 0 to 1,000,000"),
        (SetAgent(place=at(9), agent="Tom", fields={"capacity": "=10 ** 7"}), "capacity is 10000000; expected a whole number from 0 to 1,000,000"),
        (SetAgent(place=at(9), agent="Tom", fields={"name": " "}), "name is ' '; expected more than blanks"),
        (SetAgent(place=at(9), agent="Tom", fields={"is_disabled": True}), "unknown field 'is_disabled'; known: avatar, capacity, cellphone, custom_status, email, group_ids, name, nick and 2 more"),
        (SetCustomer(place=at(9), fields={"is_online": "no"}), "is_online is 'no'; expected true or false"),
        (SetCustomer(place=at(9), fields={"token": ""}), "token is ''; expected a text of 1 to 255 characters"),
        (SetCustomer(place=at(9), fields={"email": "x" * 256}), f"email is '{'x' * 99}; expected a text of 1 to 255 characters"),
        (SetCustomer(place=at(9), fields={"cellphones": ["1", ""]}), "cellphones[1] is ''; expected a text of 1 to 255 characters"),
        (reply("=''", place=at(9)), "content is ''; expected a text"),
        (Reply(place=at(9), type="image", data={"content": "=' '"}), "content is ' '; expected the URL of the image"),
        (SetCustomer(place=at(9), fields={"nick_name": ["x"]}), "nick_name is ['x']; expected a text"),
        (SetCustomer(place=at(9), fields={"tags": "x"}), "tags is 'x'; expected a list"),
        (SetCustomer(place=at(9), fields={"custom_fields": "x"}), "custom_fields is 'x'; expected an object"),
        (SetCustomer(place=at(9), fields={"token": "c-2"}), "token 'c-2' belongs to customer 2 already; each has their own"),
        (SetVariables(place=at(9), values={"a": "=now"}), "set.a is a datetime: only plain JSON values are kept; set plain JSON values"),
        (SetVariables(place=at(9), values={"a": "=float('nan')"}), "set.a is nan, which JSON has no number for; set plain JSON values"),
        (SetVariables(place=at(9), values={"a": "x" * 65_536}), "the run's variables are 65,545 bytes of JSON; at most 65,536"),
        (Reply(place=at(9), type="struct", data={"content": "x"}), "a message of type 'struct' never reaches a customer; known: message, image, audio, video, file, rich"),
        (reply("{nobody}", place=at(9)), "{nobody}: KeyError 'nobody'"),
    ],
)  # fmt: skip
def test_step_that_goes_wrong_fails_in_plain_words_and_ends_the_run(step: Step, reason: str) -> None:
    """Played(what="failed", place=step's, reason=plain English: what was wrong and what would be right), the run ends."""
    desk = a_desk()
    start(desk, "c-2", agent_id=JERRY)
    session = start(desk, "c-0", agent_id=TOM)
    session_id = session.id
    load(desk, rule(ON.MESSAGE, step, reply("never")))

    effects = tell(desk, session, "m-1", token="c-0").effects

    expected = reason.replace("1001", str(session_id)).replace("customer 2 ", "customer 1 ")
    assert (failures(effects), played(effects), runs(desk)) == ([(at(9), expected)], ["began", "failed"], [])


def test_name_of_two_is_refused_with_their_ids() -> None:
    """Nobody is taken by chance: there are two Anns."""
    desk = a_desk()
    for _ in range(2):
        desk.handle(AddAgent({"name": "Ann", "status": "online", "capacity": 1}), NOW)

    _, session, effects = after_message(Transfer(place=at(9), agent="Ann"), desk=desk)

    assert failures(effects) == [(at(9), "2 agents are called Ann; name the id: 5, 6")]
    assert desk.state.sessions[session.id].is_open


def test_fields_that_steps_set_are_those_that_files_may_name() -> None:
    """set_agent and set_customer: what the file lets through, the desk takes, and nothing else."""
    agents = {AGENT_FIELDS[name] for name in SetAgentBody.model_fields if name != "agent"}
    customers = {CUSTOMER_KEYS.get(name, name) for name in SetCustomerBody.model_fields}

    assert (set(AGENT_KINDS), set(CUSTOMER_KINDS)) == (agents, customers)


def test_failed_step_changes_nothing() -> None:
    """A step's templates are all rendered before anything is done."""
    fields = {"level": "vip", "nick_name": "{nobody}"}
    desk, session, effects = after_message(SetCustomer(place=HERE, fields=fields))

    assert (desk.state.customers[session.customer_id].level, len(failures(effects))) == ("normal", 1)


def test_survey_that_is_switched_off_fails() -> None:
    """A UsageError of a step is the author's fault, said with its hint."""
    desk = a_desk()
    desk.handle(SetPolicy(Policy(survey_enabled=False)), NOW)

    _, _, effects = after_message(InviteSurvey(place=HERE), desk=desk)

    assert [reason for _, reason in failures(effects)] == [
        "surveys are switched off; switch the setting survey.enabled on"
    ]


def test_pushes_of_steps_come_in_the_order_of_the_steps() -> None:
    """One after another."""
    _, session, effects = after_message(reply("1"), Transfer(place=HERE, agent="Jerry"), reply("2"))

    assert [one.session_id for one in effects if isinstance(one, PushMessages)] == [
        session.id,
        session.id + 1,
        session.id + 1,
    ]


def test_robots_customer_has_no_agent_to_speak() -> None:
    """Where the customer stands, while only a robot talks to them."""
    desk = robots_desk()
    load(desk, rule(ON.ROBOT_QUESTION, reply("x")))

    effects = ask_robot(desk, "m-1").effects

    assert stay(desk, "c-1").stage is Stage.ROBOT
    assert [reason for _, reason in failures(effects)] == ["customer c-1 talks to a robot alone: nobody can reply yet"]
