"""A file in the desk's words."""

from typing import Any

import pytest

from mock_udesk.desk.conversation import SAID_BY_AGENTS
from mock_udesk.desk.happenings import Happening
from mock_udesk.desk.places import Place
from mock_udesk.desk.play.script import (
    STEP_NAMES,
    Accept,
    Close,
    InviteSurvey,
    LeaveQueue,
    Match,
    PlanFault,
    PushRaw,
    Read,
    Reply,
    Rule,
    SetAgent,
    SetCustomer,
    SetVariables,
    Solve,
    Stop,
    Transfer,
    Wait,
    WaitFor,
)
from mock_udesk.scenario.file.bodies import Match as MatchFields
from mock_udesk.scenario.file.bodies import SetAgentBody, SetCustomerBody
from mock_udesk.scenario.file.steps import STEPS
from mock_udesk.scenario.loader import load
from mock_udesk.scenario.people.customers import CustomerOverlay
from mock_udesk.scenario.people.staff import AGENT_FIELDS, AgentOverlay
from mock_udesk.scenario.scenario import Source

HERE = Place("f.yaml", 4, 9)


def rules(text: str) -> tuple[Rule, ...]:
    return load([Source(file="f.yaml", text=text)]).script.rules


def here(name: str) -> Place:
    return Place("f.yaml", 4, 9, f"rules[0].do[0].{name}")


CASES: list[tuple[str, Any]] = [
    ("reply: 您好", Reply(place=here("reply"), type="message", data={"content": "您好"})),
    ("reply: 10086", Reply(place=here("reply"), type="message", data={"content": "10086"})),
    ("reply: {content: a}", Reply(place=here("reply"), type="message", data={"content": "a"})),
    ("reply: {type: image, content: u}", Reply(place=here("reply"), type="image", data={"content": "u"})),
    (
        "reply: {type: file, data: {content: u, filename: '{{ vars.f }}'}}",
        Reply(place=here("reply"), type="file", data={"content": "u", "filename": "{{ vars.f }}"}),
    ),
    ("read", Read(place=here("read"))),
    ("read: null", Read(place=here("read"))),
    ("wait: 1m30s", Wait(place=here("wait"), seconds=90)),
    ("wait: 0s", Wait(place=here("wait"), seconds=0)),
    ("wait_for: message", WaitFor(place=here("wait_for"), on=Happening.MESSAGE)),
    (
        "wait_for: {on: survey, match: {option: 满意}, within: 30s, else: [stop]}",
        WaitFor(
            place=here("wait_for"),
            on=Happening.SURVEY,
            match=Match(option="满意"),
            within_seconds=30,
            otherwise=(Stop(place=Place("f.yaml", 4, 73, "rules[0].do[0].wait_for.else[0].stop")),),
        ),
    ),
    ("transfer: Jerry", Transfer(place=here("transfer"), agent="Jerry")),
    ("transfer: 4", Transfer(place=here("transfer"), agent=4)),
    ("transfer: '{{ vars.who }}'", Transfer(place=here("transfer"), agent="{{ vars.who }}")),
    ("transfer: {agent: 4}", Transfer(place=here("transfer"), agent=4)),
    ("transfer: {group: 售后}", Transfer(place=here("transfer"), group="售后")),
    ("accept", Accept(place=here("accept"))),
    ("accept:", Accept(place=here("accept"))),
    ("accept: Tom", Accept(place=here("accept"), agent="Tom")),
    ("accept: {group: 11}", Accept(place=here("accept"), group=11)),
    ("close", Close(place=here("close"))),
    ("close: normal", Close(place=here("close"))),
    ("close: force", Close(place=here("close"), close_type="force")),
    ("invite_survey", InviteSurvey(place=here("invite_survey"))),
    (
        "set_agent: {agent: Tom, im_status: offline, im_max_join_num: 2, groups: [售后, 11], im_nick: T}",
        SetAgent(
            place=here("set_agent"),
            agent="Tom",
            fields={"nick": "T", "group_ids": ["售后", 11], "status": "offline", "capacity": 2},
        ),
    ),
    (
        "set_agent: {im_status: '{{ vars.s }}', im_max_join_num: '{{ vars.n }}', groups: '{{ vars.g }}'}",
        SetAgent(
            place=here("set_agent"),
            agent=None,
            fields={"group_ids": "{{ vars.g }}", "status": "{{ vars.s }}", "capacity": "{{ vars.n }}"},
        ),
    ),
    (
        "set_customer: {customer_token: c-2, level: vip, tags: [a, '{{ vars.t }}'], is_online: false, email: null}",
        SetCustomer(
            place=here("set_customer"),
            fields={"token": "c-2", "email": None, "level": "vip", "tags": ["a", "{{ vars.t }}"], "is_online": False},
        ),
    ),
    (
        "set: {order: '{{ message.text }}', 数: 5, deep: {a: [1, null]}}",
        SetVariables(place=here("set"), values={"order": "{{ message.text }}", "数": 5, "deep": {"a": [1, None]}}),
    ),
    ("solve", Solve(place=here("solve"))),
    ("leave_queue", LeaveQueue(place=here("leave_queue"))),
    ("push: {type: x}", PushRaw(place=here("push"), body={"type": "x"})),
    ("{push: {type: x}, to: h5_push_url}", PushRaw(place=here("push"), body={"type": "x"}, target="h5_push_url")),
    (
        "fault: {on: push, match: {type: message, body: {customer_token: {$regex: ^c-}}}, times: 2, do: {drop: true}}",
        PlanFault(
            place=here("fault"),
            plan={
                "on": "push",
                "when": "before",
                "match": {"type": "message", "body": {"customer_token": {"$regex": "^c-"}}},
                "times": 2,
                "probability": 1.0,
                "expires_in_seconds": None,
                "do": {"drop": True},
            },
        ),
    ),
    (
        "fault: {on: call, when: after, probability: 0.5, expires_in_seconds: 60, do: {delay_seconds: {uniform: [1, 2]}}}",
        PlanFault(
            place=here("fault"),
            plan={
                "on": "call",
                "when": "after",
                "match": {},
                "times": None,
                "probability": 0.5,
                "expires_in_seconds": 60.0,
                "do": {"delay_seconds": {"uniform": [1, 2]}},
            },
        ),
    ),
    ("stop", Stop(place=here("stop"))),
]


@pytest.mark.parametrize(("step", "compiled"), CASES, ids=[step[:40] for step, _ in CASES])
def test_a_step_in_the_desks_words(step: str, compiled: object) -> None:
    """Each spelling of each step; its place is where the item of the list begins."""
    (rule,) = rules(f"rules:\n  - on: message\n    do:\n      - {step}\n")

    assert rule.steps == (compiled,)


def test_every_step_of_the_desk_can_be_written() -> None:
    """`use` alone is the file's own."""
    assert set(STEPS) == {*STEP_NAMES.values(), "use"}
    assert {type(compiled) for _, compiled in CASES} == set(STEP_NAMES)


@pytest.mark.parametrize("type_", SAID_BY_AGENTS)
def test_every_type_of_message_can_be_said(type_: str) -> None:
    """The desk's own list."""
    (rule,) = rules(f"rules: [{{on: message, do: [reply: {{type: {type_}, content: a}}]}}]")

    assert [step.type for step in rule.steps if isinstance(step, Reply)] == [type_]


def test_fields_of_people_are_those_of_the_control_api() -> None:
    """What a file may say of an agent or a customer a step may say too, but for the id."""
    assert set(SetAgentBody.model_fields) - {"agent"} == set(AgentOverlay.model_fields) - {"id"}
    assert set(SetAgentBody.model_fields) - {"agent"} <= set(AGENT_FIELDS)
    assert set(SetCustomerBody.model_fields) == set(CustomerOverlay.model_fields) - {"id"}
    assert set(MatchFields.model_fields) == set(Match.__dataclass_fields__)


def test_a_rule_with_all_that_it_may_have() -> None:
    """Its place is where its item begins; a name is optional."""
    text = """\
rules:
  - name: first
    on: message
    match: {text: "退款|refund", agent: Tom, turn: 1, when: "customer.level == 'vip'"}
    times: 2
    do: [read]
  - {on: queued, do: [stop]}
"""

    assert rules(text) == (
        Rule(
            place=Place("f.yaml", 2, 5, "rules[0]"),
            on=Happening.MESSAGE,
            match=Match(text="退款|refund", agent="Tom", turn=1, when="customer.level == 'vip'"),
            times=2,
            name="first",
            steps=(Read(place=Place("f.yaml", 6, 10, "rules[0].do[0].read")),),
        ),
        Rule(
            place=Place("f.yaml", 7, 5, "rules[1]"),
            on=Happening.QUEUED,
            steps=(Stop(place=Place("f.yaml", 7, 23, "rules[1].do[0].stop")),),
        ),
    )


def test_a_use_gives_the_steps_in_its_place() -> None:
    """However deep; each step stands where it was written."""
    text = """\
steps:
  hello:
    - read
    - use: again
  again: [invite_survey]
rules:
  - on: message
    do:
      - use: hello
      - {wait_for: {on: message, within: 1s, else: [use: again]}}
      - use: again
"""

    (rule,) = rules(text)

    survey = InviteSurvey(place=Place("f.yaml", 5, 11, "steps.again[0].invite_survey"))
    assert rule.steps[:2] == (Read(place=Place("f.yaml", 3, 7, "steps.hello[0].read")), survey)
    assert isinstance(rule.steps[2], WaitFor)
    assert rule.steps[2].otherwise == (survey,)
    assert rule.steps[3:] == (survey,)


def test_steps_are_shared_by_anchors_too() -> None:
    """Path of the rule that has them, line of where they are written."""
    text = "x-bye: &bye\n  - close\nrules:\n  - {on: message, do: *bye}\n  - {on: survey, do: *bye}\n"

    assert [rule.steps[0].place for rule in rules(text)] == [
        Place("f.yaml", 2, 5, "rules[0].do[0].close"),
        Place("f.yaml", 2, 5, "rules[1].do[0].close"),
    ]
