"""Robots and urobots as the operator sets them, and what their knowledge is checked for. Issue 3; Doc: im-api-v2 §机器人返回, §获取urobot列表."""

import dataclasses
from collections.abc import Mapping
from copy import deepcopy
from typing import Any

import pytest

from mock_udesk.desk.commands import Command
from mock_udesk.desk.desk import Desk
from mock_udesk.desk.effects import Happened
from mock_udesk.desk.errors import UsageError
from mock_udesk.desk.happenings import Happening
from mock_udesk.desk.knowledge import Flow, FlowItem, Knowledge, Question, Robot, Scene, SmallTalk, TopAsk, Urobot
from mock_udesk.desk.robot_commands import AddRobot, AddUrobot, ChangeRobot, ChangeUrobot, RemoveRobot, RemoveUrobot
from mock_udesk.desk.state import Counters, State
from tests import NOW
from tests.desk.sample import later

RETURNS = Question(id=2, title="怎么退货", answer="七天内", similar=("如何退货",))
INVOICE = Question(id=3, title="发票怎么开", answer="在订单页", guidance=("怎么退货？",), flow_id=81)
HELLO = SmallTalk(title="你好", answer="您好", similar=("您好",))
FLOW = Flow(id=81, title="退换货", items=(FlowItem(text="退货", question_id=2), FlowItem(text="再来", flow_id=81)))
KNOWLEDGE = Knowledge(questions=(RETURNS, INVOICE), small_talk=(HELLO,), flows=(FLOW,), sensitive_words=("炸弹",))
TOP_ASK = TopAsk(id=1, name="售后", question_ids=(3, 2))
ROBOT = Robot(id=1, name="Udesk客服机器人", welcome="您好", knowledge=KNOWLEDGE)
UROBOT = Urobot(
    id=2,
    name="默认机器人",
    created_at=NOW,
    scenes=(Scene(id=114, name="默认场景"), Scene(id=116, name="系统默认场景")),
    top_asks=(TOP_ASK,),
    knowledge=KNOWLEDGE,
)


def a_desk() -> Desk:
    """Robot 1 and urobot 2."""
    return Desk(State(counters=Counters(robot=2, urobot=3), robots={1: ROBOT}, urobots={2: UROBOT}))


def wrong(command: Command[Any], desk: Desk | None = None) -> UsageError:
    """The error of a command, which must have changed nothing."""
    desk = desk or a_desk()
    before = deepcopy(desk.state)
    with pytest.raises(UsageError) as misuse:
        desk.handle(command, NOW)
    assert desk.state == before
    assert reasons(desk, "怎么退货") == reasons(a_desk(), "怎么退货")
    return misuse.value


def wrong_knowledge(**changes: Any) -> tuple[str, str, str]:
    """Message, hint and field when a robot's knowledge is changed to this; adding a urobot with it is refused alike."""
    knowledge = dataclasses.replace(KNOWLEDGE, **changes)
    error = wrong(ChangeRobot(1, {"knowledge": knowledge}))
    other = wrong(AddUrobot({"name": "新", "knowledge": knowledge}))
    assert error.kind == other.kind == "invalid"
    assert (error.message, error.hint, error.field) == (other.message, other.hint, other.field)
    return error.message, error.hint, error.field


def reasons(desk: Desk, text: str) -> dict[str, str]:
    """What each robot of a desk finds for a text."""
    books = desk._books
    found = {f"robot {id_}": books.knowledge_of("robot", id_) for id_ in desk.state.robots}
    found |= {f"urobot {id_}": books.knowledge_of("urobot", id_) for id_ in desk.state.urobots}
    return {name: index.find(text, kind="robot", sensitive_words=()).reason for name, index in found.items()}


def new(add: type[AddRobot] | type[AddUrobot]) -> dict[str, Any]:
    """As little as a robot or a urobot is added with."""
    return {"name": "新"} if add is AddRobot else {"name": "新", "scenes": UROBOT.scenes}


def changed(reason: str, *fields: str) -> tuple[Happened]:
    """The one happening of these commands."""
    return (Happened(at=NOW, kind=Happening.ROBOTS_CHANGED, reason=reason, facts={"fields": list(fields)}),)


# -- adding -------------------------------------------------------------------------------------------------------------


def test_a_robot_is_added_and_can_be_asked() -> None:
    """robot_commands.py: AddRobot. The next id, the fields as given."""
    desk = a_desk()

    outcome = desk.handle(AddRobot({"name": "小智", "welcome": "您好", "knowledge": KNOWLEDGE}), NOW)

    assert outcome.reply == 2
    assert desk.state.robots[2] == Robot(id=2, name="小智", welcome="您好", knowledge=KNOWLEDGE)
    assert outcome.effects == changed("robot 2 小智 was added", "knowledge", "name", "welcome")
    assert reasons(desk, "怎么退货")["robot 2"] == "question 2 “怎么退货”: exact"


def test_a_urobot_is_added_as_of_now() -> None:
    """robot_commands.py: AddUrobot, `created_at`: now. Doc: im-api-v2 §获取urobot列表."""
    desk = a_desk()

    outcome = desk.handle(AddUrobot({"name": "测试", "scenes": (Scene(id=120, name="系统默认场景"),)}), later(5))

    assert outcome.reply == 3
    assert desk.state.urobots[3] == Urobot(
        id=3, name="测试", created_at=later(5), scenes=(Scene(id=120, name="系统默认场景"),)
    )
    assert [effect.at for effect in outcome.effects] == [later(5)]
    assert reasons(desk, "怎么退货")["urobot 3"] == "nothing matched “怎么退货”"


@pytest.mark.parametrize("add", [AddRobot, AddUrobot])
def test_a_given_id_moves_the_counter_on(add: type[AddRobot] | type[AddUrobot]) -> None:
    """Ids are counters."""
    desk = a_desk()

    assert [desk.handle(add({**new(add), **fields}), NOW).reply for fields in ({"id": 9}, {})] == [9, 10]


@pytest.mark.parametrize(
    ("add", "remove", "noun"), [(AddRobot, RemoveRobot, "robot"), (AddUrobot, RemoveUrobot, "urobot")]
)
def test_an_id_is_never_given_out_twice(add: Any, remove: Any, noun: str) -> None:
    """The talks of a removed robot stay under its id: so it is nobody else's, asked for or not; nor is one passed over."""
    desk = a_desk()
    robot_id = desk.handle(add({**new(add), "id": 9}), NOW).reply
    desk.handle(remove(robot_id), NOW)

    for gone in (robot_id, 5):
        error = wrong(add({**new(add), "id": gone}), desk)
        assert (error.kind, error.message, error.hint) == (
            "conflict",
            f"{noun} {gone} has been, or was passed over: an id is never given out again",
            "leave the id out, or give one from 10",
        )
    assert desk.handle(add(new(add)), NOW).reply == robot_id + 1


def test_robots_and_urobots_have_ids_of_their_own() -> None:
    """Ruling 6: robot 1, urobots 2 and 3."""
    desk = a_desk()

    assert desk.handle(AddRobot({"name": "小智", "id": 2}), NOW).reply == 2
    assert desk.handle(AddUrobot({**new(AddUrobot), "id": 3}), NOW).reply == 3
    assert reasons(desk, "怎么退货") == {
        "robot 1": "question 2 “怎么退货”: exact",
        "robot 2": "nothing matched “怎么退货”",
        "urobot 2": "question 2 “怎么退货”: exact",
        "urobot 3": "nothing matched “怎么退货”",
    }


@pytest.mark.parametrize(
    ("command", "kind", "message"),
    [
        (AddRobot({"name": "x", "id": 1}), "conflict", "there is robot 1 already"),
        (AddUrobot({"name": "x", "id": 2}), "conflict", "there is urobot 2 already"),
        (AddRobot({"name": "x", "id": 0}), "invalid", "id 0 is no id"),
        (AddRobot({}), "invalid", "a robot needs a name"),
        (AddUrobot({"name": ""}), "invalid", "a robot needs a name"),
        (ChangeUrobot(2, {"name": ""}), "invalid", "a robot needs a name"),
        (AddRobot({"name": "x", "scenes": ()}), "invalid", "unknown field 'scenes'"),
        (AddUrobot({"name": "x", "avatar": ""}), "invalid", "unknown field 'avatar'"),
        (AddUrobot({"name": "x", "created_at": NOW}), "invalid", "unknown field 'created_at'"),
        (ChangeRobot(1, {"id": 4}), "invalid", "unknown field 'id'"),
        (ChangeUrobot(2, {"id": 4}), "invalid", "unknown field 'id'"),
        (ChangeRobot(2, {"name": "x"}), "unknown", "robot 2 is unknown"),
        (ChangeUrobot(1, {"name": "x"}), "unknown", "urobot 1 is unknown"),
        (RemoveRobot(2), "unknown", "robot 2 is unknown"),
        (RemoveUrobot(1), "unknown", "urobot 1 is unknown"),
    ],
)
def test_what_cannot_be_is_refused(command: Command[Any], kind: str, message: str) -> None:
    """Style: a message has the value that was wrong and the values that would be right."""
    error = wrong(command)

    assert (error.kind, error.message) == (kind, message)
    assert error.hint


# -- changing and removing ----------------------------------------------------------------------------------------------


def test_a_changed_robot_answers_by_its_new_knowledge() -> None:
    """robot_commands.py: ChangeRobot. What isn't named stays."""
    desk = a_desk()
    knowledge = Knowledge(questions=(Question(id=9, title="怎么退货", answer="不能退"),))

    outcome = desk.handle(ChangeRobot(1, {"knowledge": knowledge}), NOW)

    assert outcome.reply == 1
    assert desk.state.robots == {1: Robot(id=1, name="Udesk客服机器人", welcome="您好", knowledge=knowledge)}
    assert outcome.effects == changed("robot 1 Udesk客服机器人 was changed", "knowledge")
    assert reasons(desk, "怎么退货")["robot 1"] == "question 9 “怎么退货”: exact"


def test_a_changed_urobot_keeps_what_is_not_named() -> None:
    """robot_commands.py: ChangeUrobot."""
    desk = a_desk()

    outcome = desk.handle(ChangeUrobot(2, {"name": "小慧", "logo": "", "hello": "您好"}), later(5))

    assert desk.state.urobots == {2: dataclasses.replace(UROBOT, name="小慧", hello="您好")}
    assert [effect.reason for effect in outcome.effects if isinstance(effect, Happened)] == [
        "urobot 2 小慧 was changed"
    ]
    assert [effect.facts for effect in outcome.effects if isinstance(effect, Happened)] == [
        {"fields": ["hello", "name"]}
    ]


@pytest.mark.parametrize(
    "command", [ChangeRobot(1, {}), ChangeRobot(1, {"name": ROBOT.name}), ChangeUrobot(2, {"knowledge": KNOWLEDGE})]
)
def test_a_change_that_changes_nothing_is_none(command: ChangeRobot | ChangeUrobot) -> None:
    """As for agents."""
    desk = a_desk()
    before = deepcopy(desk.state)

    assert desk.handle(command, NOW).effects == ()
    assert desk.state == before


def test_a_changed_robot_keeps_its_place() -> None:
    """A customer who names no robot gets the first."""
    desk = a_desk()
    desk.handle(AddRobot({"name": "小智"}), NOW)

    desk.handle(ChangeRobot(1, {"name": "小慧"}), NOW)

    assert list(desk.state.robots) == [1, 2]


def test_all_robots_may_go() -> None:
    """A company without robots is legal; the desk goes on from its state as from any."""
    desk = a_desk()

    robots = desk.handle(RemoveRobot(1), NOW)
    urobots = desk.handle(RemoveUrobot(2), NOW)

    assert robots.effects == changed("robot 1 Udesk客服机器人 was removed")
    assert urobots.effects == changed("urobot 2 默认机器人 was removed")
    assert (desk.state.robots, desk.state.urobots) == ({}, {})
    assert reasons(Desk(desk.state), "怎么退货") == reasons(desk, "怎么退货") == {}


@pytest.mark.parametrize("command", [RemoveRobot(1), RemoveUrobot(2)])
def test_what_a_removed_robot_knew_is_forgotten(command: RemoveRobot | RemoveUrobot) -> None:
    """The books follow the state."""
    desk = a_desk()
    desk.handle(command, NOW)

    with pytest.raises(KeyError):
        desk._books.knowledge_of("robot" if isinstance(command, RemoveRobot) else "urobot", command.robot_id)


@pytest.mark.parametrize(
    "command",
    [
        AddRobot({"name": "小智", "knowledge": KNOWLEDGE}),
        ChangeRobot(1, {"knowledge": Knowledge()}),
        RemoveRobot(1),
        AddUrobot({"name": "小慧", "scenes": UROBOT.scenes, "knowledge": KNOWLEDGE}),
        ChangeUrobot(2, {"knowledge": Knowledge(), "top_asks": ()}),
        RemoveUrobot(2),
    ],
)
def test_a_desk_made_from_the_state_answers_alike(command: Command[Any]) -> None:
    """desk.py: a desk made from the state goes on as if nothing had happened."""
    desk = a_desk()
    desk.handle(command, NOW)

    assert reasons(Desk(deepcopy(desk.state)), "怎么退货？") == reasons(desk, "怎么退货？")


# -- knowledge that contradicts itself ----------------------------------------------------------------------------------

DEAD_END = "give it a text"
DIFFERS = "width, case, spaces and punctuation don't count: change one of them, or leave it out"
OTHERS = "name another question or flow, or leave it out"
# As long as the control API lets a title be, and alike as far as anybody reads.
ALIKE = "".join(chr(0x4E00 + number) for number in range(200))
SAYS_NOTHING = "it needs a letter, a digit or a sign: punctuation and spaces don't count"


def asked(**changes: Any) -> tuple[Question, ...]:
    """The two questions, the first with these changes."""
    return (dataclasses.replace(RETURNS, **changes), INVOICE)


WRONG: Mapping[str, tuple[dict[str, Any], tuple[str, str, str]]] = {
    "two questions with one id": (
        {"questions": (RETURNS, dataclasses.replace(INVOICE, id=2))},
        ("question 2 is there twice", "each has its own id; 3 is free", "knowledge.questions[1].id"),
    ),
    "a question without an id": (
        {"questions": (INVOICE, dataclasses.replace(RETURNS, id=0))},
        ("0 is no id of a question", "a whole number from 1", "knowledge.questions[1].id"),
    ),
    "two flows with one id": (
        {"flows": (FLOW, Flow(id=81, title="其他"))},
        ("flow 81 is there twice", "each has its own id; 82 is free", "knowledge.flows[1].id"),
    ),
    "two questions with one title": (
        {"questions": (RETURNS, dataclasses.replace(INVOICE, title="怎么，退货？"))},
        (
            "title “怎么，退货？” of question 3 is the same as title “怎么退货” of question 2",
            DIFFERS,
            "knowledge.questions[1].title",
        ),
    ),
    "a similar phrasing that is another's title": (
        {"questions": asked(similar=("如何退货", "发票怎么开!"))},
        (
            "title “发票怎么开” of question 3 is the same as similar phrasing “发票怎么开!” of question 2",
            DIFFERS,
            "knowledge.questions[1].title",
        ),
    ),
    "a similar phrasing that is its own title": (
        {"questions": asked(similar=("怎么 退货",))},
        (
            "similar phrasing “怎么 退货” of question 2 is the same as title “怎么退货” of question 2",
            DIFFERS,
            "knowledge.questions[0].similar[0]",
        ),
    ),
    "small talk that is a similar phrasing": (
        {"small_talk": (HELLO, SmallTalk(title="如何退货", answer="?"))},
        (
            "title “如何退货” of small talk is the same as similar phrasing “如何退货” of question 2",
            DIFFERS,
            "knowledge.small_talk[1].title",
        ),
    ),
    "a flow that is a similar phrasing of small talk": (
        {"flows": (FLOW, Flow(id=82, title="您好"))},
        (
            "title “您好” of flow 82 is the same as similar phrasing “您好” of small talk “你好”",
            DIFFERS,
            "knowledge.flows[1].title",
        ),
    ),
    "a question without a title": (
        {"questions": asked(title=" ")},
        ("a title of question 2 is empty", DEAD_END, "knowledge.questions[0].title"),
    ),
    "a question without an answer": (
        {"questions": asked(answer="")},
        ("the answer of question 2 is empty", DEAD_END, "knowledge.questions[0].answer"),
    ),
    "small talk without an answer": (
        {"small_talk": (SmallTalk(title="嗨", answer=""),)},
        ("the answer of small talk “嗨” is empty", DEAD_END, "knowledge.small_talk[0].answer"),
    ),
    "a title of punctuation": (
        {"flows": (FLOW, Flow(id=82, title="？～"))},
        ("title “？～” of flow 82 is punctuation alone", SAYS_NOTHING, "knowledge.flows[1].title"),
    ),
    "a similar phrasing of punctuation": (
        {"questions": asked(similar=("如何退货", "…"))},
        ("similar phrasing “…” of question 2 is punctuation alone", SAYS_NOTHING, "knowledge.questions[0].similar[1]"),
    ),
    "a keyword of punctuation": (
        {"questions": asked(keywords=("退货", "！"))},
        ("keyword “！” of question 2 is punctuation alone", SAYS_NOTHING, "knowledge.questions[0].keywords[1]"),
    ),
    "a keyword of nothing, of small talk": (
        {"small_talk": (dataclasses.replace(HELLO, keywords=("",)),)},
        ("a keyword of small talk “你好” is empty", DEAD_END, "knowledge.small_talk[0].keywords[0]"),
    ),
    "a sensitive word of punctuation": (
        {"sensitive_words": ("炸弹", "*")},
        ("sensitive word “*” of the robot is punctuation alone", SAYS_NOTHING, "knowledge.sensitive_words[1]"),
    ),
    "guidance that is nearly a title": (
        {"questions": asked(guidance=("发票怎么办",))},
        (
            "guidance “发票怎么办” of question 2 is no title of a question or flow",
            "the nearest is “发票怎么开”",
            "knowledge.questions[0].guidance[0]",
        ),
    ),
    "guidance that is no title at all": (
        {"questions": asked(guidance=("ABC",))},
        (
            "guidance “ABC” of question 2 is no title of a question or flow",
            "known: 怎么退货, 发票怎么开, 退换货",
            "knowledge.questions[0].guidance[0]",
        ),
    ),
    "guidance that is as long as a book": (
        {"questions": (dataclasses.replace(INVOICE, title=ALIKE + "甲" * 65_000, guidance=(ALIKE + "乙" * 65_000,)),)},
        (
            f"guidance “{ALIKE}{'乙' * 65_000}” of question 3 is no title of a question or flow",
            f"the nearest is “{ALIKE}{'甲' * 65_000}”",
            "knowledge.questions[0].guidance[0]",
        ),
    ),
    "guidance to itself": (
        {"questions": asked(guidance=("退换货", "怎么退货？"))},
        ("guidance “怎么退货？” of question 2 is its own title", OTHERS, "knowledge.questions[0].guidance[1]"),
    ),
    "related to itself": (
        {"questions": asked(related=("怎么退货",))},
        ("related “怎么退货” of question 2 is its own title", OTHERS, "knowledge.questions[0].related[0]"),
    ),
    "the same guidance twice": (
        {"questions": asked(guidance=("退换货", "发票怎么开", "退换货!"))},
        ("guidance “退换货!” of question 2 is there twice", OTHERS, "knowledge.questions[0].guidance[2]"),
    ),
    "the same related question twice": (
        {"questions": asked(guidance=("退换货",), related=("退换货", "退换货"))},
        ("related “退换货” of question 2 is there twice", OTHERS, "knowledge.questions[0].related[1]"),
    ),
    "a flow without a line": (
        {"flows": (FLOW, Flow(id=82, title="其他"))},
        ("flow 82 has no items", "give it one at least: its page would be empty", "knowledge.flows[1].items"),
    ),
    "related small talk": (
        {"questions": asked(related=("退换货", "你好"))},
        (
            "related “你好” of question 2 is no title of a question or flow",
            "known: 怎么退货, 发票怎么开, 退换货",
            "knowledge.questions[0].related[1]",
        ),
    ),
    "a question's flow that isn't there": (
        {"questions": asked(flow_id=18)},
        ("flow 18 that question 2 leads to is unknown", "known: 81", "knowledge.questions[0].flow_id"),
    ),
    "an item's flow that isn't there": (
        {"flows": (FLOW, Flow(id=82, title="其他", items=(FlowItem(text="去", flow_id=83),)))},
        (
            "flow 83 that item “去” of flow 82 leads to is unknown",
            "known: 82, 81",
            "knowledge.flows[1].items[0].flow_id",
        ),
    ),
    "an item's question that isn't there": (
        {"flows": (FLOW, Flow(id=82, title="其他", items=(FlowItem(text="去"), FlowItem(text="问", question_id=1))))},
        (
            "question 1 that item “问” of flow 82 leads to is unknown",
            "known: 2, 3",
            "knowledge.flows[1].items[1].question_id",
        ),
    ),
    "an item that leads to two": (
        {"flows": (FLOW, Flow(id=82, title="其他", items=(FlowItem(text="去", flow_id=81, question_id=2),)))},
        (
            "item “去” of flow 82 leads to flow 81 and to question 2",
            "give flow_id or question_id, not both",
            "knowledge.flows[1].items[0]",
        ),
    ),
    "an item without a text": (
        {"flows": (FLOW, Flow(id=82, title="其他", items=(FlowItem(text=""),)))},
        ("the text of an item of flow 82 is empty", DEAD_END, "knowledge.flows[1].items[0].text"),
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_knowledge_that_contradicts_itself_is_refused(case: str) -> None:
    """The error names the value that was wrong, the nearest right one and where it stands; nothing changes."""
    changes, told = WRONG[case]

    assert wrong_knowledge(**changes) == told


@pytest.mark.parametrize(
    ("fields", "message", "field"),
    [
        ({"scenes": ()}, "a urobot needs a scene", "scenes"),
        ({"scenes": (Scene(id=1, name="a"), Scene(id=1, name="b"))}, "scene 1 is there twice", "scenes[1].id"),
        ({"scenes": (Scene(id=-1, name="a"),)}, "-1 is no id of a scene", "scenes[0].id"),
        ({"scenes": (Scene(id=1, name=""),)}, "the name of scene 1 is empty", "scenes[0].name"),
        ({"top_asks": (TOP_ASK, TOP_ASK)}, "top ask 1 is there twice", "top_asks[1].id"),
        ({"top_asks": (TopAsk(id=1, name=""),)}, "the name of top ask 1 is empty", "top_asks[0].name"),
        (
            {"top_asks": (TopAsk(id=1, name="售后", question_ids=(2, 4)),)},
            "question 4 that top ask 1 “售后” leads to is unknown",
            "top_asks[0].question_ids[1]",
        ),
        (
            {"knowledge": Knowledge(questions=(RETURNS,))},
            "question 3 that top ask 1 “售后” leads to is unknown",
            "top_asks[0].question_ids[0]",
        ),
    ],
)
def test_scenes_and_frequent_questions_fit_the_urobot(fields: dict[str, Any], message: str, field: str) -> None:
    """Doc: im-api-v2 §机器人返回: topAsk; also when the knowledge alone changes."""
    error = wrong(ChangeUrobot(2, fields))

    assert (error.kind, error.message, error.field) == ("invalid", message, field)
    assert error.hint


def test_urobots_may_have_scenes_with_the_same_id() -> None:
    """Assumed: the doc always names robot and scene together."""
    desk = a_desk()

    desk.handle(AddUrobot({"name": "小慧", "scenes": UROBOT.scenes}), NOW)

    assert desk.state.urobots[3].scenes == UROBOT.scenes
