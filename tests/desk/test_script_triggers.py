"""What sets rules off, whom it concerns, and what `match` looks at. DESIGN, Desk; interfaces §4."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from mock_udesk.desk.commands import (
    AgentSays,
    AskForAgent,
    CloseByCustomer,
    CreateCustomer,
    DestroyCustomer,
    GiveUpQueue,
    InviteSurvey,
    PreviewMessage,
    RateSession,
    ReadAgentMessages,
    ReadCustomerMessages,
    SendLeaveMessage,
    SendMessage,
    SetOnline,
    SolveLeaveMessage,
    SwitchH5Push,
    TransferSession,
    UpdateCustomer,
)
from mock_udesk.desk.desk import Desk
from mock_udesk.desk.effects import Effect, Played
from mock_udesk.desk.happenings import Happening
from mock_udesk.desk.play import counts
from mock_udesk.desk.play.script import TRIGGERS, SetVariables
from mock_udesk.desk.records import Origin, Session
from mock_udesk.desk.robot_commands import RateAnswer, RateTalk, ReportTransfer, TalkToRobot
from mock_udesk.desk.staff_commands import AddAgent, ChangeAgent
from mock_udesk.desk.state import Policy, SurveyOption
from tests import NOW
from tests.desk.sample import (
    ANYBODY,
    JERRY,
    SCENE,
    TOM,
    TOMS,
    UROBOT,
    a_desk,
    answer_in,
    ask,
    ask_robot,
    ask_urobot,
    close,
    customer_id,
    join,
    later,
    robots_desk,
    say_waiting,
    start,
    stay,
    talk_to_robot,
    talk_to_urobot,
    toms_desk,
)
from tests.desk.script_sample import (
    HERE,
    ON,
    failures,
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

# A place to stand for who set what off: the run remembers it.
KEEP = (SetVariables(place=HERE, values={"text": "{message.text}"}), wait(1))
SURVEY = Policy(
    survey_options=(SurveyOption(id=1, remark="hide", text="满意"), SurveyOption(id=2, remark="hide", text="不满意"))
)


def begun(effects: Sequence[Effect]) -> int:
    """How many runs began."""
    return played(effects).count("began")


# -- every trigger ---------------------------------------------------------------------------------------------------------

Deed = Callable[[Desk], Sequence[Effect]]


def do(command: Any) -> Deed:
    """Something that happens to a desk where c-1 talks to Tom since before the script."""
    return lambda desk: desk.handle(command(desk) if callable(command) else command, NOW).effects


def open_session(desk: Desk) -> Session:
    """c-1's session."""
    return next(session for session in desk.state.sessions.values() if session.is_open)


def queueing(desk: Desk) -> Sequence[Effect]:
    """c-2 joins Tom's queue."""
    desk.handle(ChangeAgent(TOM, {"capacity": 1}), NOW)
    return desk.handle(AskForAgent(customer_token="c-2", agent_id=TOM), NOW).effects


def giving_up(desk: Desk) -> Sequence[Effect]:
    """c-2 leaves it."""
    return [*queueing(desk), *desk.handle(GiveUpQueue("c-2", TOMS), NOW).effects]


def moving(desk: Desk) -> Sequence[Effect]:
    """c-3 waits behind c-2, who goes."""
    queueing(desk)
    ask(desk, "c-3", agent_id=TOM)
    return desk.handle(GiveUpQueue("c-2", TOMS), NOW).effects


def assigning(desk: Desk) -> Sequence[Effect]:
    """Tom is freed, and his place is kept for c-2."""
    queueing(desk)
    return close(desk, open_session(desk))


def releasing(desk: Desk) -> Sequence[Effect]:
    """And then he goes home."""
    assigning(desk)
    return desk.handle(ChangeAgent(TOM, {"status": "offline"}), NOW).effects


def leaving(desk: Desk) -> Sequence[Effect]:
    """c-1 leaves a message."""
    command = SendLeaveMessage(customer_token="c-1", message_id="l-1", type="message", data={"content": "在吗"})
    return desk.handle(command, NOW).effects


def solving(desk: Desk) -> Sequence[Effect]:
    """Somebody sees to it."""
    leaving(desk)
    return desk.handle(SolveLeaveMessage(1), NOW).effects


def rating_an_answer(desk: Desk) -> Sequence[Effect]:
    """c-1 liked what the robot said."""
    answer = answer_in(ask_robot(desk, "q-1", "运费").effects)
    rating = RateAnswer(customer_token="c-1", answer_id=answer.id, question_id=answer.question_id, is_useful=True)
    return desk.handle(rating, NOW).effects


def rating_a_talk(desk: Desk) -> Sequence[Effect]:
    """c-1 liked the urobot."""
    talk = talk_to_urobot(desk)
    rating = RateTalk(customer_token="c-1", talk_id=talk.id, robot_id=UROBOT, scene_id=SCENE, option_id=2)
    return desk.handle(rating, NOW).effects


def reporting(desk: Desk) -> Sequence[Effect]:
    """The app says that c-1 asked for a person."""
    talk = talk_to_urobot(desk)
    report = ReportTransfer(session_id=talk.id, robot_id=UROBOT, scene_id=SCENE)
    return desk.handle(report, NOW).effects


def transferring(desk: Desk) -> Sequence[Effect]:
    """Tom hands c-1 over to Jerry, who comes for that."""
    desk.handle(ChangeAgent(JERRY, {"status": "online"}), NOW)
    return desk.handle(TransferSession(session_id=open_session(desk).id, agent_id=JERRY), NOW).effects


def talking(desk: Desk) -> Sequence[Effect]:
    """c-1 comes to the robot."""
    return desk.handle(TalkToRobot(customer_token="c-1"), NOW).effects


def a_word(desk: Desk) -> AgentSays:
    """Tom greets c-1."""
    return AgentSays(session_id=open_session(desk).id, type="message", data={"content": "您好"})


DEEDS: dict[Happening, Deed] = {
    ON.SESSION_STARTED: do(AskForAgent(customer_token="c-9")),
    ON.MESSAGE: lambda desk: tell(desk, open_session(desk), "m-1").effects,
    ON.QUEUED: queueing,
    ON.QUEUE_MOVED: moving,
    ON.ASSIGNING: assigning,
    ON.RELEASED: releasing,
    ON.QUEUE_ABANDONED: giving_up,
    ON.TRANSFERRED: transferring,
    ON.SESSION_CLOSED: lambda desk: close(desk, open_session(desk)),
    ON.AGENT_MESSAGE: do(a_word),
    ON.AGENT_READ: lambda desk: [
        *tell(desk, open_session(desk), "m-1").effects,
        *desk.handle(ReadCustomerMessages(open_session(desk).id), NOW).effects,
    ],
    ON.AGENT_STATUS: do(ChangeAgent(TOM, {"status": "busy"})),
    ON.SURVEY_INVITED: do(lambda desk: InviteSurvey(open_session(desk).id)),
    ON.SURVEY: do(lambda desk: RateSession(session_id=open_session(desk).id, option_id=2, remark="慢")),
    ON.LEAVE_MESSAGE: leaving,
    ON.LEAVE_MESSAGE_SOLVED: solving,
    ON.PREVIEW: do(lambda desk: PreviewMessage(open_session(desk).id, "我想")),
    ON.MESSAGE_READ: lambda desk: reading(desk),
    ON.CUSTOMER_CREATED: do(CreateCustomer({"nick_name": "n"})),
    ON.CUSTOMER_CHANGED: do(lambda desk: UpdateCustomer(customer_id(desk, "c-1"), {"level": "vip"})),
    ON.CUSTOMER_ONLINE: lambda desk: [
        *desk.handle(SetOnline("c-1", is_online=False), NOW).effects,
        *desk.handle(SetOnline("c-1", is_online=True), NOW).effects,
    ],
    ON.CUSTOMER_OFFLINE: do(SetOnline("c-1", is_online=False)),
    ON.H5_PUSH_SWITCHED: do(lambda desk: SwitchH5Push(customer_id(desk, "c-1"), 1, is_on=True)),
    ON.ROBOT_TALK: talking,
    ON.ROBOT_QUESTION: lambda desk: ask_robot(desk, "q-1").effects,
    ON.UROBOT_QUESTION: lambda desk: ask_urobot(desk).effects,
    ON.ROBOT_ANSWER: lambda desk: ask_robot(desk, "q-1", "运费").effects,
    ON.ANSWER_RATED: rating_an_answer,
    ON.ROBOT_RATED: rating_a_talk,
    ON.TRANSFER_REPORTED: reporting,
}
HEARD = {
    ON.MESSAGE: "你好",
    ON.AGENT_MESSAGE: "您好",
    ON.AGENT_STATUS: "busy",
    ON.SURVEY_INVITED: "",
    ON.SURVEY: "不满意 慢",
    ON.LEAVE_MESSAGE: "在吗",
    ON.PREVIEW: "我想",
    ON.ROBOT_QUESTION: "怎么退货",
    ON.UROBOT_QUESTION: "怎么退货",
    ON.ROBOT_ANSWER: "我们出。",
    ON.ROBOT_RATED: "满意",
}


def reading(desk: Desk) -> Sequence[Effect]:
    """c-1 has read what Tom said."""
    said = desk.handle(a_word(desk), NOW).reply
    return desk.handle(ReadAgentMessages(open_session(desk).id, (said.id,)), NOW).effects


def test_every_trigger_is_tried() -> None:
    """Rules react to every happening of the desk, robots included. Issue 4."""
    assert list(DEEDS) == list(TRIGGERS)


@pytest.mark.parametrize("on", TRIGGERS)
def test_rule_begins_when_its_trigger_happens_and_hears_what_was_said(on: Happening) -> None:
    """`text`: the content of messages, questions and previews, the option and the remark of a survey, an agent's new status."""
    desk = robots_desk(policy=Policy(survey_options=SURVEY.survey_options, assign_seconds=5))
    start(desk, "c-1")
    load(desk, rule(on, *KEEP))

    effects = DEEDS[on](desk)

    assert (begun(effects), failures(effects)) == (1, [])
    assert [run.variables for run in runs(desk)] == [{"text": HEARD.get(on, "")}]


# What comes before these in the same conversation, so that somebody can wait for them; c-1, who talks to Tom, types before all others.
BEFORE = {
    ON.SESSION_STARTED: ON.CUSTOMER_CREATED,
    ON.QUEUED: ON.CUSTOMER_CREATED,
    **dict.fromkeys((ON.QUEUE_ABANDONED, ON.QUEUE_MOVED, ON.ASSIGNING, ON.RELEASED), ON.QUEUED),
}


@pytest.mark.parametrize("on", [on for on in TRIGGERS if on is not ON.CUSTOMER_CREATED])
def test_waiting_run_takes_what_it_waits_for(on: Happening) -> None:
    """wait_for: {on}: the same happenings, but for the very first of a customer."""
    desk = robots_desk(policy=Policy(survey_options=SURVEY.survey_options, assign_seconds=5))
    start(desk, "c-1")
    first = BEFORE.get(on, ON.PREVIEW)
    load(desk, rule(first, wait_for(on), SetVariables(place=HERE, values={"took": "{message.kind}"}), wait(1)))
    if first is ON.PREVIEW:
        desk.handle(PreviewMessage(open_session(desk).id, "…"), NOW)

    DEEDS[on](desk)

    assert {"took": str(on)} in [run.variables for run in runs(desk)]


# -- whom it concerns ------------------------------------------------------------------------------------------------------


def test_what_a_customer_does_as_such_concerns_each_of_their_conversations() -> None:
    """Else each live stay of its customer."""
    desk = a_desk()
    for key in ("a", "b"):
        desk.handle(AskForAgent(web_token="w-1", origin=Origin(session_key=key)), NOW)
    load(desk, rule(ON.CUSTOMER_CHANGED, reply("noted")))

    effects = desk.handle(UpdateCustomer(1, {"level": "vip"}), NOW).effects

    assert replies(effects) == ["noted", "noted"]
    assert [effect.stay_id for effect in effects if isinstance(effect, Played) and effect.what == "began"] == [1, 2]


def test_without_a_conversation_it_concerns_the_customer() -> None:
    """Without any, the customer: Run.stay_id None."""
    desk = a_desk()
    load(desk, rule(ON.CUSTOMER_CREATED, wait(1)))

    desk.handle(CreateCustomer({"nick_name": "n"}), NOW)

    assert [(run.customer_id, run.stay_id) for run in runs(desk)] == [(1, None)]


def test_who_is_made_by_asking_has_a_conversation_already() -> None:
    """customer_created is offered when all of the command is done."""
    desk = a_desk()
    load(desk, rule(ON.CUSTOMER_CREATED, reply("welcome")))

    effects = desk.handle(AskForAgent(customer_token="c-1"), NOW).effects

    assert replies(effects) == ["welcome"]


def test_agents_status_concerns_whom_they_talk_to_and_who_waits_for_them() -> None:
    """AGENT_STATUS: every stay in an open session with that agent, and every stay in the agent's own queue, by stay id."""
    desk = a_desk(tom=2)
    start(desk, "c-1", agent_id=JERRY)
    for token in ("c-2", "c-3"):
        start(desk, token, agent_id=TOM)
    join(desk, "c-4", agent_id=TOM)
    load(desk, rule(ON.AGENT_STATUS, wait(1)))

    desk.handle(ChangeAgent(TOM, {"status": "offline"}), NOW)

    assert [run.stay_id for run in runs(desk)] == [stay(desk, token).id for token in ("c-2", "c-3", "c-4")]


def test_nobody_is_concerned_who_was_removed() -> None:
    """A customer who is gone has no conversation, and begins none."""
    desk = a_desk()
    session = start(desk, "c-1")
    load(desk, rule(ON.SESSION_CLOSED, wait(1)), rule(ON.MESSAGE, wait_for(ON.MESSAGE)))
    tell(desk, session, "m-1")

    effects = desk.handle(DestroyCustomer(session.customer_id), NOW).effects

    assert (played(effects), runs(desk)) == (["ended"], [])


# -- match -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("match", "fits"),
    [
        ({}, True),
        ({"text": "退款|refund"}, True),
        ({"text": "^退款"}, False),
        ({"text": "换货"}, False),
        ({"agent": "Tom"}, True),
        ({"agent": TOM}, True),
        ({"agent": "3"}, True),
        ({"agent": "Jerry"}, False),
        ({"group": "售后"}, False),
        ({"customer_token": "c-1"}, True),
        ({"customer_token": "c-2"}, False),
        ({"channel": "api"}, True),
        ({"channel": "web"}, False),
        ({"type": "message"}, True),
        ({"type": "image"}, False),
        ({"turn": 1}, True),
        ({"turn": 2}, False),
        ({"when": "customer.level == 'normal'"}, True),
        ({"when": "customer.level == 'vip'"}, False),
        ({"when": "session.agent_id == agent.id"}, True),
        ({"text": "(?P<what>退款)", "when": "vars['what'] == '退款'"}, True),
        ({"text": "退款", "agent": "Tom", "turn": 1, "type": "message", "channel": "api"}, True),
        ({"text": "退款", "agent": "Tom", "turn": 1, "type": "image"}, False),
        ({"place": 1}, False),
        ({"status": "online"}, False),
        ({"option": 1}, False),
    ],
)
@pytest.mark.parametrize("is_waited_for", [False, True])
def test_message_fits_when_all_that_is_asked_for_is_so(match: dict[str, Any], fits: bool, is_waited_for: bool) -> None:
    """Match: what a happening must be like; whatever is None fits all. Of a rule and of a wait_for alike."""
    desk = a_desk()
    session = start(desk, "c-1", agent_id=TOM)
    if is_waited_for:
        load(desk, rule(ON.PREVIEW, wait_for(ON.MESSAGE, **match), reply("yes")))
        desk.handle(PreviewMessage(session.id, "…"), NOW)
    else:
        load(desk, rule(ON.MESSAGE, reply("yes"), **match))

    effects = tell(desk, session, "m-1", "我要退款").effects

    assert (replies(effects), failures(effects)) == (["yes"] if fits else [], [])


def test_group_is_one_of_the_agents() -> None:
    """`group`: the queue's, else one of the agent's."""
    desk = a_desk()
    session = start(desk, "c-1", agent_id=JERRY)
    load(desk, rule(ON.MESSAGE, reply("yes"), group="售后"))

    assert replies(tell(desk, session, "m-1").effects) == ["yes"]


@pytest.mark.parametrize(
    ("match", "fits"),
    [
        ({"group": "售后"}, True),
        ({"group": 11}, True),
        ({"group": "x"}, False),
        ({"agent": "Jerry"}, False),
        ({"place": 1}, True),
        ({"place": 2}, False),
    ],
)
def test_queue_of_a_group_is_looked_at_where_somebody_waits(match: dict[str, Any], fits: bool) -> None:
    """`group`: the queue's; `place`: of queued and queue_moved."""
    desk = a_desk(jerry=1)
    start(desk, "c-1", group_id=11)
    load(desk, rule(ON.QUEUED, wait(1), **match))

    effects = desk.handle(AskForAgent(customer_token="c-2", group_id=11), NOW).effects

    assert begun(effects) == fits


@pytest.mark.parametrize(("agent", "fits"), [("Tom", True), ("Jerry", False)])
def test_agent_is_whose_queue_it_is_where_nobody_has_come_yet(agent: str, fits: bool) -> None:
    """Also of what is said while waiting."""
    desk = a_desk(tom=1)
    start(desk, "c-1", agent_id=TOM)
    load(desk, rule(ON.QUEUED, wait(1), agent=agent), rule(ON.MESSAGE, wait(1), agent=agent))
    ask(desk, "c-2", agent_id=TOM)
    say_waiting(desk, "c-2", "m-1")

    assert len(runs(desk)) == 2 * fits


@pytest.mark.parametrize(
    ("on", "match", "fits"),
    [
        (ON.AGENT_STATUS, {"status": "busy"}, True),
        (ON.AGENT_STATUS, {"status": "offline"}, False),
        (ON.AGENT_STATUS, {"agent": "Tom"}, True),
        (ON.AGENT_STATUS, {"text": "busy"}, True),
        (ON.SURVEY, {"option": 2}, True),
        (ON.SURVEY, {"option": "2"}, True),
        (ON.SURVEY, {"option": "不满意"}, True),
        (ON.SURVEY, {"option": 1}, False),
        (ON.SURVEY, {"option": "满意"}, False),
        (ON.SURVEY, {"text": "慢$"}, True),
        (ON.SESSION_CLOSED, {"type": "normal"}, True),
        (ON.SESSION_CLOSED, {"type": "force"}, False),
        (ON.SESSION_CLOSED, {"channel": "api"}, True),
        (ON.SESSION_CLOSED, {"agent": "Tom"}, True),
        (ON.ROBOT_RATED, {"option": "满意"}, True),
        (ON.ROBOT_ANSWER, {"type": "answer"}, True),
        (ON.ROBOT_ANSWER, {"type": "unknown"}, False),
        (ON.ROBOT_TALK, {"type": "robot"}, True),
        (ON.ROBOT_TALK, {"type": "urobot"}, False),
    ],
)
def test_match_of_other_happenings(on: Happening, match: dict[str, Any], fits: bool) -> None:
    """`status`: the agent's new one; `option`: by id or text; `type`: of session_closed the close_type, of talks and answers their kind."""
    desk = robots_desk(policy=SURVEY)
    start(desk, "c-1", agent_id=TOM)
    load(desk, rule(on, wait(1), **match))

    assert begun(DEEDS[on](desk)) == fits


def test_named_groups_become_variables() -> None:
    """`text`: its named groups become variables of the run; of a wait_for too."""
    desk = a_desk()
    session = start(desk, "c-1")
    steps = (wait_for(ON.MESSAGE, text=r"(?P<count>\d+)个"), reply("{vars[order]}: {vars[count]} {vars[none]}"))
    load(desk, rule(ON.MESSAGE, *steps, text=r"(?P<order>E\d+)(?P<none>x)?"))

    tell(desk, session, "m-1", "订单E42")
    effects = tell(desk, session, "m-2", "要3个").effects

    assert replies(effects) == ["E42: 3 None"]


def test_first_rule_that_fits_begins_and_no_other() -> None:
    """Tried in order; the first whose `on` and `match` fit starts a run."""
    desk = a_desk()
    session = start(desk, "c-1")
    load(
        desk,
        rule(ON.MESSAGE, reply("1"), text="换货"),
        rule(ON.MESSAGE, reply("2"), text="退款"),
        rule(ON.MESSAGE, reply("3"), customer_token="c-1"),
        rule(ON.MESSAGE, reply("4")),
    )

    assert [replies(tell(desk, session, f"m-{text}", text).effects) for text in ("我要退款", "换货", "你好")] == [
        ["2"],
        ["1"],
        ["3"],
    ]


# -- turn and times --------------------------------------------------------------------------------------------------------


def test_turn_is_the_how_manieth_of_its_kind_in_the_conversation() -> None:
    """`turn`: this one included; each conversation has its own."""
    desk = a_desk()
    first, second = start(desk, "c-1"), start(desk, "c-2")
    load(desk, rule(ON.MESSAGE, reply("one"), turn=1), rule(ON.MESSAGE, reply("two"), turn=2))

    said = [
        replies(tell(desk, session, f"m-{number}", token=token).effects)
        for number, (session, token) in enumerate(((first, "c-1"), (second, "c-2"), (first, "c-1"), (first, "c-1")))
    ]

    assert said == [["one"], ["one"], ["two"], []]


def test_turns_go_on_after_a_transfer() -> None:
    """A conversation is a stay: the transfer's session is another, the conversation is not."""
    desk = a_desk()
    session = start(desk, "c-1", agent_id=TOM)
    load(desk, rule(ON.MESSAGE, reply("two"), turn=2))
    tell(desk, session, "m-1")
    other = desk.handle(TransferSession(session_id=session.id, agent_id=JERRY), NOW).reply

    assert replies(tell(desk, other, "m-2").effects) == ["two"]


def test_repeated_message_is_no_turn() -> None:
    """Ruling 14: nothing has happened."""
    desk = a_desk()
    session = start(desk, "c-1")
    load(desk, rule(ON.MESSAGE, reply("two"), turn=2))

    assert [replies(tell(desk, session, name).effects) for name in ("m-1", "m-1", "m-2")] == [[], [], ["two"]]


def test_what_was_said_before_a_script_came_counts() -> None:
    """When one is loaded into living conversations the messages and questions said so far count."""
    desk = robots_desk(tom=1)
    other = start(desk, "c-0")
    for number in range(2):
        ask_robot(desk, f"q-{number}")
    ask_urobot(desk)
    join(desk, "c-1")
    say_waiting(desk, "c-1", "w-1")
    close(desk, other)
    session = open_session(desk)
    tell(desk, session, "m-1")
    load(
        desk,
        rule(ON.MESSAGE, reply("third"), turn=3),
        rule(ON.ROBOT_QUESTION, reply("third question"), turn=3),
        rule(ON.UROBOT_QUESTION, reply("second of the urobot"), turn=2),
    )

    assert replies(tell(desk, session, "m-2").effects) == ["third"]
    assert replies(ask_robot(desk, "q-9").effects) == ["third question"]
    assert replies(ask_urobot(desk).effects) == ["second of the urobot"]


def test_times_is_per_conversation_transfers_included() -> None:
    """times: per conversation (stay), transfers included."""
    desk = a_desk()
    session, others = start(desk, "c-1", agent_id=TOM), start(desk, "c-2", agent_id=TOM)
    load(desk, rule(ON.MESSAGE, reply("once"), times=1), rule(ON.MESSAGE, reply("then")))

    first = replies(tell(desk, session, "m-1").effects)
    other = desk.handle(TransferSession(session_id=session.id, agent_id=JERRY), NOW).reply

    assert (first, replies(tell(desk, other, "m-2").effects)) == (["once"], ["then"])
    assert replies(tell(desk, others, "m-1", token="c-2").effects) == ["once"]


def test_next_conversation_of_the_same_customer_counts_anew() -> None:
    """A stay's counts end with it."""
    desk = a_desk()
    load(desk, rule(ON.MESSAGE, reply("once"), times=1, turn=1))
    said = []
    for number in range(2):
        session = start(desk, "c-1")
        said.append(replies(tell(desk, session, f"m-{number}").effects))
        close(desk, session)

    assert said == [["once"], ["once"]]
    assert (playing(desk).turns, playing(desk).started, playing(desk).ended) == ({}, {}, {})


def test_ratings_after_the_close_still_count_by_their_conversation() -> None:
    """Turns and times still counted by that stay's id."""
    desk = a_desk(policy=SURVEY)
    session = start(desk, "c-1")
    load(desk, rule(ON.SURVEY, wait(1), times=1), rule(ON.SURVEY, wait(2), turn=2))
    rating = RateSession(session_id=session.id, option_id=1)
    desk.handle(rating, NOW)
    close(desk, session)

    for _ in range(2):
        desk.handle(rating, NOW)

    assert [(run.rule, run.stay_id, run.heard.session_id) for run in runs(desk)] == [(1, None, session.id)]
    assert list(playing(desk).ended) == [session.stay_id]


def test_counts_of_ended_conversations_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of so many ended stays at most: memory is bounded, the oldest go first."""
    monkeypatch.setattr(counts, "MOST_ENDED", 2)
    desk = a_desk(policy=SURVEY)
    load(desk, rule(ON.SURVEY, reply("x"), times=1))
    sessions = []
    for _ in range(4):
        sessions.append(start(desk, "c-1"))
        desk.handle(CloseByCustomer(sessions[-1].id), NOW)
        desk.handle(RateSession(session_id=sessions[-1].id, option_id=1), NOW)

    kept = [session.stay_id for session in sessions[2:]]
    assert (list(playing(desk).ended), sorted(playing(desk).turns), sorted(playing(desk).started)) == (kept, kept, kept)


def test_talk_with_a_robot_that_is_cut_off_leaves_no_counts_for_ever() -> None:
    """A customer who is removed while only a robot talks to them has no happening that ends the stay."""
    desk = robots_desk()
    load(desk, rule(ON.ROBOT_QUESTION, wait(5)))
    for number in range(200):
        ask_robot(desk, f"q-{number}", token=f"c-{number}")
        desk.handle(DestroyCustomer(customer_id(desk, f"c-{number}")), NOW)

    assert (len(playing(desk).turns) < 70, playing(desk).customer_turns, runs(desk)) == (True, {}, [])


def test_no_place_no_queue_moved_unless_somebody_asks() -> None:
    """QUEUE_MOVED, told only while a scenario asks for it."""
    desk = toms_desk()
    load(desk, rule(ON.MESSAGE, reply("x")))
    for token in ("c-1", "c-2", "c-3"):
        ask(desk, token)

    effects = desk.handle(GiveUpQueue("c-2", ANYBODY), later(1)).effects

    assert [effect for effect in effects if getattr(effect, "kind", None) is ON.QUEUE_MOVED] == []


def test_messages_of_other_types_are_heard_by_their_content() -> None:
    """An image's content is its address."""
    desk = a_desk()
    session = start(desk, "c-1")
    load(desk, rule(ON.MESSAGE, reply("seen"), type="image", text=r"\.png$"))
    image = SendMessage(
        customer_token="c-1", session_id=session.id, message_id="i", type="image", data={"content": "http://x/a.png"}
    )

    assert replies(desk.handle(image, NOW).effects) == ["seen"]


def test_talk_begins_a_conversation_too() -> None:
    """A conversation is a customer's stay: robot, queue, session."""
    desk = robots_desk()
    load(desk, rule(ON.ROBOT_TALK, wait_for(ON.SESSION_STARTED), reply("from the robot")))
    talk_to_robot(desk)

    effects = desk.handle(AskForAgent(customer_token="c-1"), NOW).effects

    assert replies(effects) == ["from the robot"]


def test_agent_of_a_match_is_any_who_has_the_name() -> None:
    """Two Anns: whichever it is about fits, and by the id only the one."""
    desk = a_desk()
    for _ in range(2):
        desk.handle(AddAgent({"name": "Ann", "status": "online", "capacity": 1}), NOW)
    load(desk, rule(ON.MESSAGE, reply("6"), agent=6), rule(ON.MESSAGE, reply("Ann"), agent="Ann"))
    sessions = [start(desk, f"c-{agent_id}", agent_id=agent_id) for agent_id in (TOM, 5, 6)]

    said = [replies(tell(desk, session, "m-1", token=f"c-{session.agent_id}").effects) for session in sessions]

    assert said == [[], ["Ann"], ["6"]]


def test_pattern_looks_at_the_first_four_thousand_characters() -> None:
    """Match: nobody holds the desk up by a long text; templates see all of it."""
    desk, session = talk(
        rule(ON.MESSAGE, SetVariables(place=HERE, values={"n": "=len(message.text)"}), wait(9), text="end")
    )

    for number, before in enumerate((3_997, 3_998)):
        tell(desk, session, f"m-{number}", "x" * before + "end")

    assert [run.variables for run in runs(desk)] == [{"n": 4_000}]
