"""What a file lays over a company: whom it changes, whom it adds, and what it is refused for. Interfaces §4."""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from typing import Any

import pytest
from pydantic import ValidationError

from mock_udesk.company.founding import opened
from mock_udesk.desk.commands import Command
from mock_udesk.desk.desk import Desk
from mock_udesk.desk.errors import UsageError
from mock_udesk.desk.knowledge import Flow, FlowItem, Knowledge, Question, Scene, TopAsk
from mock_udesk.desk.records import Agent, AgentStatus, Customer
from mock_udesk.endpoint import problems
from mock_udesk.scenario.people.overlay import CompanyFields, lay_over, rehearse
from mock_udesk.scenario.scenario import Part
from mock_udesk.settings import Settings
from tests import NOW

Lay = Callable[..., None]


@pytest.fixture
def desk() -> Desk:
    """A company's desk on its first day: Tom 3, Jerry 4 in 售后 11, robot 1, urobots 2 and 3. Ruling 6."""
    return opened(Settings(), NOW)


@pytest.fixture
def lay(desk: Desk) -> Lay:
    """Lays over the desk what a file says."""

    def lay(seed: int = 0, **company: Any) -> None:
        def submit(command: Command[Any]) -> Any:
            return desk.handle(command, NOW).reply

        lay_over(CompanyFields.model_validate(company), desk, submit, seed=seed)

    return lay


def _part(file: str = "shop.yaml", **company: Any) -> Part:
    return Part(
        file=file,
        name="shop",
        description="",
        text="",
        company=CompanyFields.model_validate(company),
        first_rule=0,
        rules=0,
    )


def _agent(desk: Desk, name: str) -> Agent:
    (found,) = [agent for agent in desk.state.agents.values() if agent.name == name]
    return found


def _customer(desk: Desk, token: str) -> Customer:
    found = desk.customer_by("token", token)
    assert found is not None
    return found


# -- agents and groups --------------------------------------------------------------------------------------------------


def test_an_agent_who_is_there_is_changed_in_what_is_given(desk: Desk, lay: Lay) -> None:
    """The rest stays."""
    before = deepcopy(_agent(desk, "Tom"))

    lay(agents=[{"name": "Tom", "im_status": "busy", "im_max_join_num": 1}])

    assert _agent(desk, "Tom") == replace(before, status=AgentStatus.BUSY, capacity=1)


def test_an_id_says_whom_and_a_name_beside_it_is_the_new_one(desk: Desk, lay: Lay) -> None:
    """By id, else by name."""
    lay(agents=[{"id": 3, "name": "Thomas"}], groups=[{"id": 11, "name": "退款"}])

    assert [(agent.id, agent.name) for agent in desk.state.agents.values()] == [(3, "Thomas"), (4, "Jerry")]
    assert [(group.id, group.name) for group in desk.state.groups.values()] == [(11, "退款")]


def test_an_agent_who_is_not_there_is_added(desk: Desk, lay: Lay) -> None:
    """As by POST /_mock/agents: online, for five, with the next id."""
    lay(agents=[{"name": "Mary", "groups": ["售后"], "welcome": "您好"}, {"id": 9, "name": "Max", "groups": [11]}])

    assert _agent(desk, "Mary") == Agent(
        id=5, name="Mary", group_ids=[11], status=AgentStatus.ONLINE, capacity=5, welcome="您好"
    )
    assert _agent(desk, "Max").id == 9


def test_a_group_of_the_same_file_may_be_named_by_its_agents(desk: Desk, lay: Lay) -> None:
    """Whatever stands first in the file: groups are laid first."""
    lay(agents=[{"name": "Tom", "groups": ["VIP", "售后"]}], groups=[{"name": "VIP"}, {"name": "售后"}])

    assert [(group.id, group.name) for group in desk.state.groups.values()] == [(11, "售后"), (12, "VIP")]
    assert _agent(desk, "Tom").group_ids == [12, 11]


def test_a_later_row_may_change_whom_an_earlier_one_added(desk: Desk, lay: Lay) -> None:
    """Rows are laid in the order in which they stand."""
    lay(agents=[{"name": "Mary"}, {"name": "Mary", "im_status": "offline"}])

    assert _agent(desk, "Mary").status is AgentStatus.OFFLINE
    assert len(desk.state.agents) == 3


# -- customers ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "key",
    [{"id": 1}, {"customer_token": "c-1"}, {"web_token": "w-1"}, {"sdk_token": "s-1"}, {"email": "a@shop.test"}],
    ids=lambda key: next(iter(key)),
)
def test_a_customer_who_is_there_is_changed(desk: Desk, lay: Lay, key: dict[str, Any]) -> None:
    """By id, a token or the email."""
    lay(
        customers=[
            {
                "nick_name": "小王",
                "customer_token": "c-1",
                "web_token": "w-1",
                "sdk_token": "s-1",
                "email": "a@shop.test",
            }
        ]
    )
    before = deepcopy(_customer(desk, "c-1"))

    lay(customers=[{**key, "level": "vip", "tags": ["老客户"], "cellphones": ["13800000000"]}])

    after = _customer(desk, "c-1")
    assert [phone.content for phone in after.cellphones] == ["13800000000"]
    assert after == replace(before, level="vip", tags=["老客户"], cellphones=after.cellphones)


def test_a_customer_who_is_not_there_is_added(desk: Desk, lay: Lay) -> None:
    """Without a name they are called after their token, as by POST /_mock/customers."""
    lay(customers=[{"customer_token": "c-1"}, {"nick_name": "小李", "is_online": False}])

    assert [(one.id, one.nick_name, one.token, one.is_online) for one in desk.state.customers.values()] == [
        (1, "API匿名用户(c-1)", "c-1", True),
        (2, "小李", None, False),
    ]


def test_a_change_keeps_the_customers_name(desk: Desk, lay: Lay) -> None:
    """What is left out stays, though a new customer would get a name of the token."""
    lay(customers=[{"customer_token": "c-1", "nick_name": "小王"}])
    lay(customers=[{"customer_token": "c-1", "email": "a@shop.test"}])

    assert _customer(desk, "c-1").nick_name == "小王"
    assert _customer(desk, "c-1").email == "a@shop.test"


# -- robots -------------------------------------------------------------------------------------------------------------


def test_a_robot_is_added_with_what_it_knows(desk: Desk, lay: Lay) -> None:
    """Flows and questions name each other by title; what it says to everything else is a new robot's."""
    flow = {"title": "退换货", "items": [{"text": "退货", "question": "怎么退货"}]}
    lay(
        robots=[
            {
                "name": "小帮手",
                "questions": [
                    {"question": "怎么退货", "answer": "七天内"},
                    {"question": "退换货怎么办", "answer": "请选择", "flow": "退换货"},
                ],
                "flows": [flow],
            }
        ]
    )

    added = desk.state.robots[2]
    assert added.name == "小帮手"
    assert added.knowledge.questions == (
        Question(id=1, title="怎么退货", answer="七天内"),
        Question(id=2, title="退换货怎么办", answer="请选择", flow_id=1),
    )
    assert added.knowledge.flows == (Flow(id=1, title="退换货", items=(FlowItem(text="退货", question_id=1),)),)
    assert added.knowledge.unknown == desk.state.robots[1].knowledge.unknown


def test_a_robot_that_is_there_is_changed_list_by_list(desk: Desk, lay: Lay) -> None:
    """A list that is given replaces the whole list; a question with an old title keeps its id."""
    before = desk.state.robots[1]

    lay(robots=[{"name": before.name, "questions": [{"question": "怎么换货", "answer": "十五天内"}]}])

    after = desk.state.robots[1]
    assert after.knowledge.questions == (Question(id=210531, title="怎么换货", answer="十五天内"),)
    assert after.knowledge.small_talk == before.knowledge.small_talk


def test_a_urobot_is_added_and_changed(desk: Desk, lay: Lay) -> None:
    """Its frequent questions name questions of the same file."""
    question = {"question": "怎么退货", "answer": "七天内"}
    top_ask = {"name": "热门", "questions": ["怎么退货"]}
    lay(
        urobots=[
            {
                "name": "小美",
                "scenes": [{"id": 7, "name": "官网"}],
                "questions": [question],
                "top_ask": [top_ask],
                "unknown": "我不懂",
            }
        ]
    )
    lay(urobots=[{"id": 4, "hello": "您好"}])

    added = desk.state.urobots[4]
    assert (added.hello, added.created_at, added.scenes) == ("您好", NOW, (Scene(id=7, name="官网"),))
    assert added.top_asks == (TopAsk(id=1, name="热门", question_ids=(1,)),)
    assert added.knowledge == Knowledge(
        questions=(Question(id=1, title="怎么退货", answer="七天内"),),
        unknown="我不懂",
        sensitive_answer=added.knowledge.sensitive_answer,
    )


# -- what is refused ----------------------------------------------------------------------------------------------------

_QUESTION = {"question": "怎么退货", "answer": "七天内"}
REFUSED: list[tuple[str, dict[str, Any], str, str]] = [
    (
        "an email that another agent has",
        {"agents": [{"name": "Tom"}, {"name": "Mary", "email": "jerry@demo.test"}]},
        "agents[1].email",
        "email 'jerry@demo.test' belongs to agent 4",
    ),
    (
        "a group that is unknown",
        {"agents": [{"name": "Tom", "groups": [11, "售前"]}]},
        "agents[0].groups[1]",
        "there is no group 售前",
    ),
    (
        "an id to be changed that is unknown",
        {"agents": [{"id": 7, "im_status": "offline"}]},
        "agents[0].id",
        "there is no agent 7 to be changed",
    ),
    (
        "a name that several have",
        {"agents": [{"id": 7, "name": "Tom"}, {"name": "Tom", "im_status": "offline"}]},
        "agents[1].name",
        "2 agents are called Tom",
    ),
    (
        "a token that another customer has",
        {
            "customers": [
                {"customer_token": "c-1"},
                {"customer_token": "c-2"},
                {"customer_token": "c-1", "cellphones": ["1"]},
                {"id": 2, "cellphones": ["2", "1"]},
            ]
        },
        "customers[3].cellphones[1]",
        "cellphones '1' belongs to customer 1 API匿名用户(c-1)",
    ),
    (
        "a customer of whom too little is known",
        {"customers": [{"email": "a@shop.test"}]},
        "customers[0].nick_name",
        "missing",
    ),
    (
        "an id that is never given out again",
        {"customers": [{"id": 5, "nick_name": "小王"}, {"id": 4, "nick_name": "小李"}]},
        "customers[1].id",
        "customer 4 has been, or was passed over: an id is never given out again",
    ),
    (
        "a flow that a question can't begin",
        {"robots": [{"name": "小帮手", "questions": [{**_QUESTION, "flow": "退货"}]}]},
        "robots[0].questions[0].flow",
        "there is no flow 退货",
    ),
    (
        "a keyword that says nothing",
        {
            "robots": [
                {"name": "小帮手", "questions": [_QUESTION, {"question": "运费", "answer": "?", "keywords": ["。"]}]}
            ]
        },
        "robots[0].questions[1].keywords[0]",
        "keyword “。” of question 2 is punctuation alone",
    ),
    (
        "small talk that is there twice",
        {"robots": [{"name": "小帮手", "chat": [{"question": "你好", "answer": "您好"}] * 2}]},
        "robots[0].chat[1].question",
        "title “你好” of small talk is the same as title “你好” of small talk",
    ),
    ("a urobot without a scene", {"urobots": [{"name": "小美"}]}, "urobots[0].scenes", "a urobot needs a scene"),
    (
        "an id that a robot had",
        {"urobots": [{"id": 1, "name": "小美", "scenes": [{"id": 1, "name": "官网"}]}]},
        "urobots[0].id",
        "urobot 1 has been, or was passed over: an id is never given out again",
    ),
]


@pytest.mark.parametrize(("company", "path", "message"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_a_refusal_names_its_place_in_the_words_of_the_file(
    lay: Lay, company: dict[str, Any], path: str, message: str
) -> None:
    """Style, Errors: where, what was wrong, and what would be right."""
    with pytest.raises(UsageError) as refused:
        lay(**company)

    assert (refused.value.field, refused.value.message) == (path, f"{path}: {message}")
    assert refused.value.hint


@pytest.mark.parametrize(("company", "path", "message"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_a_rehearsal_refuses_the_same_and_leaves_the_desk_as_it_was(
    desk: Desk, company: dict[str, Any], path: str, message: str
) -> None:
    """A PUT is all or nothing; with several files the refusal names which."""
    before = deepcopy(desk.state)
    parts = [_part("a.yaml", agents=[{"name": "Ann"}]), _part("b.yaml", **company)]

    with pytest.raises(UsageError) as refused:
        rehearse(parts, desk, seed=0, now=NOW)

    assert (refused.value.field, refused.value.message) == (path, f"b.yaml: {path}: {message}")
    assert desk.state == before


def test_a_rehearsal_of_what_fits_leaves_the_desk_as_it_was(desk: Desk, lay: Lay) -> None:
    """Records are copied, so that not even a list in one of them changes."""
    lay(customers=[{"customer_token": "c-1", "cellphones": ["1"], "tags": ["a"]}])
    before = deepcopy(desk.state)
    first = _part(groups=[{"id": 11, "name": "退款"}, {"name": "VIP"}], agents=[{"name": "Jerry", "groups": ["VIP"]}])
    second = _part(
        agents=[{"name": "Mary", "groups": ["退款"]}],
        customers=[{"customer_token": "c-1", "cellphones": ["2"], "tags": []}],
        robots=[{"id": 1, "welcome": "您好"}],
        people={"agents": 2, "customers": 2},
    )

    rehearse([first, second], desk, seed=0, now=NOW)

    assert desk.state == before


# -- what is wrong before anything is laid ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("company", "expected"),
    [
        ({"agents": [{"im_status": "busy"}]}, {"agents[0]": 'expected id or name, found {"im_status": "busy"}'}),
        ({"agents": [{"name": " "}]}, {"agents[0].name": 'expected more than blanks, found " "'}),
        (
            {"settings": {"auth": "none", "aut": 1}},
            {
                "settings.auth": "expected 'strict', 'lenient' or 'off', found \"none\"",
                "settings.aut": "unknown, found 1",
            },
        ),
        (
            {"settings": {"survey": {"options": []}}},
            {"settings.survey.options": "expected 1 or more items, found []"},
        ),
        (
            {"settings": {"sensitive_words": ["坏话", "。"]}},
            {
                "settings.sensitive_words[1]": "expected a letter, a digit or a sign: punctuation and spaces don't count, "
                'found "。"'
            },
        ),
        ({"people": {"customers": 10_001}}, {"people.customers": "expected at most 10000, found 10001"}),
    ],
)
def test_values_are_checked_when_the_file_is_read(company: dict[str, Any], expected: dict[str, str]) -> None:
    """Settings by the settings' own rules, under their place in the file."""
    with pytest.raises(ValidationError) as refused:
        CompanyFields.model_validate(company)

    assert {problem.name: problem.text for problem in problems(refused.value, company)} == expected


def test_settings_are_carried_as_they_were_given() -> None:
    """The company applies them, over those it was founded with."""
    company = CompanyFields.model_validate({"settings": {"survey": {"enabled": False}, "assign_seconds": 2}})

    assert company.settings == {"survey": {"enabled": False}, "assign_seconds": 2}


def test_the_schema_knows_the_settings() -> None:
    """Editors complete them."""
    schema = CompanyFields.model_json_schema()["properties"]["settings"]

    assert schema["additionalProperties"] is False
    assert set(schema["properties"]) == set(Settings.model_fields)
