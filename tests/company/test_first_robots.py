"""The robots of the first day: their ids and scenes, and a knowledge in which nothing leads nowhere."""

from datetime import datetime

import pytest

from mock_udesk.company.company import Company
from mock_udesk.company.first_robots import KNOWLEDGE, ROBOT, UROBOTS
from mock_udesk.desk.answering import Index
from mock_udesk.desk.knowledge import Flow, Question
from mock_udesk.desk.robot_commands import AskRobot, AskUrobot, ClickQuestion, TalkToRobot, TalkToUrobot, WalkFlow
from mock_udesk.desk.talks import AnswerKind, RobotAnswer
from tests import NOW
from tests.company.test_company import a_company

QUESTIONS = {question.id: question for question in KNOWLEDGE.questions}
FLOWS = {flow.id: flow for flow in KNOWLEDGE.flows}
TITLES = {question.title for question in KNOWLEDGE.questions} | {flow.title for flow in KNOWLEDGE.flows}
INDEX = Index(KNOWLEDGE)


def urobot_says(company: Company, text: str) -> RobotAnswer:
    """What 默认机器人 answers to a text."""
    said = company.submit(AskUrobot(customer_token="c-1", robot_id=2, scene_id=114, data={"content": text}), None)
    (talk,) = company.desk.state.talks.values()
    assert talk.exchanges[-1].message == said.message
    return talk.exchanges[-1].answer


def robot_says(company: Company, text: str) -> RobotAnswer:
    """What Udesk客服机器人 answers to a text."""
    message_id = f"m-{company.desk.state.counters.robot_message}"
    company.submit(AskRobot(customer_token="c-1", message_id=message_id, data={"content": text}), None)
    (talk,) = company.desk.state.talks.values()
    return talk.exchanges[-1].answer


def test_a_new_company_has_the_robots_of_the_document() -> None:
    """Ruling 6; im-api-v2 §获取urobot列表, the example with its moments; §机器人返回 has the robot's name."""
    state = a_company().desk.state

    assert {robot.id: robot.name for robot in state.robots.values()} == {1: "Udesk客服机器人"}
    assert [
        (robot.id, robot.name, robot.logo, [(scene.id, scene.name) for scene in robot.scenes], robot.created_at)
        for robot in state.urobots.values()
    ] == [
        (
            2,
            "默认机器人",
            "",
            [(114, "默认场景"), (116, "系统默认场景")],
            datetime.fromisoformat("2018-01-23T10:55:20+08:00"),
        ),
        (3, "测试", "", [(120, "系统默认场景")], datetime.fromisoformat("2018-02-05T11:25:30+08:00")),
    ]
    assert state.talks == {}


def test_what_a_company_has_is_what_the_module_says() -> None:
    """No field is forgotten on the way; all companies share the same values."""
    state, other = a_company().desk.state, a_company().desk.state

    assert state.robots == {1: ROBOT}
    assert state.urobots == {urobot.id: urobot for urobot in UROBOTS}
    assert state.urobots[2].knowledge is other.urobots[2].knowledge is state.urobots[3].knowledge is KNOWLEDGE


def test_the_robots_greet_as_in_the_document() -> None:
    """im-api-v2 §机器人返回: welcome_message, unknow_message; helloWord, leadingWord, topAsk."""
    company = a_company()
    robot = company.submit(TalkToRobot(customer_token="c-1"), None).robot
    urobot = company.submit(TalkToUrobot(customer_token="c-1", robot_id=2, scene_id=114), None).urobot

    assert robot.welcome.startswith("<p>您好,我是智能客服机器人,我可以回答您相关的业务问题")
    assert robot.knowledge.unknown == (
        "<p>对不起,我目前只能回答常见的业务相关问题!此问题暂不在我知识范围内,我会继续努力学习的!"
        "您也可以换个简单的问法向我提问,或许我就可以回答您了...</p>"
    )
    assert (urobot.leading, urobot.hello) == ("你好,很高兴为您服务!", "你好,很高兴为您服务!")
    assert len(urobot.top_asks) == 2
    assert all(question_id in QUESTIONS for top_ask in urobot.top_asks for question_id in top_ask.question_ids)


@pytest.mark.parametrize("question", KNOWLEDGE.questions, ids=lambda question: question.title)
def test_every_question_is_found_by_its_title_and_its_phrasings(question: Question) -> None:
    """Nothing in the knowledge hides another entry."""
    for text in (question.title, *question.similar):
        match = INDEX.find(text, kind="urobot", sensitive_words=())
        assert (match.question_id, match.content, match.title) == (question.id, question.answer, question.title)


@pytest.mark.parametrize("question", KNOWLEDGE.questions, ids=lambda question: question.title)
def test_every_proposal_leads_to_a_question_or_a_flow(question: Question) -> None:
    """问题引导 and 相关问题 are titles, and no question proposes itself."""
    match = INDEX.of_question(question.id)

    assert match is not None
    assert [row.title for row in match.guidance] == list(question.guidance)
    assert [row.title for row in match.related] == list(question.related)
    assert {*question.guidance, *question.related} <= TITLES - {question.title}


def test_every_flow_leads_on_and_is_led_to() -> None:
    """A flow of at least two levels whose items lead to flows and to questions."""
    reached: set[int] = set()

    def walk(flow: Flow) -> int:
        reached.add(flow.id)
        onwards = [FLOWS[item.flow_id] for item in flow.items if item.flow_id is not None]
        return 1 + max((walk(next_) for next_ in onwards if next_.id not in reached), default=0)

    (first,) = [flow for flow in KNOWLEDGE.flows if flow.title == "退换货"]
    assert walk(first) >= 2
    assert reached == set(FLOWS)
    items = [item for flow in KNOWLEDGE.flows for item in flow.items]
    assert {item.question_id for item in items if item.question_id is not None} <= set(QUESTIONS)
    assert all(any(item.question_id for item in flow.items) for flow in KNOWLEDGE.flows)


def test_the_flow_can_be_walked_to_an_answer() -> None:
    """im-api-v2 §流程问题接口 and §用户点击行为接口: click by click, with what each answer offers."""
    company = a_company()
    talk = company.submit(TalkToUrobot(customer_token="c-1", robot_id=2, scene_id=114), None).talk
    answer = urobot_says(company, "退换货怎么办理")
    seen = []
    while answer.flow is not None:
        seen.append(answer.flow.title)
        item = next(item for item in answer.flow.items if item.flow_id or item.question_id)
        if item.flow_id is not None:
            answer = company.submit(
                WalkFlow(customer_token="c-1", talk_id=talk.id, robot_id=2, scene_id=114, flow_id=item.flow_id), None
            )
        else:
            answer = company.submit(
                ClickQuestion(
                    customer_token="c-1", talk_id=talk.id, robot_id=2, scene_id=114, question_id=item.question_id
                ),
                None,
            )

    assert seen == ["退换货", "退货步骤"]
    assert (answer.kind, answer.title) == (AnswerKind.ANSWER, "怎么退货")


@pytest.mark.parametrize(
    ("text", "kind", "title"),
    [
        ("怎么退货？", AnswerKind.ANSWER, "怎么退货"),
        ("ＨＥＬＬＯ！", AnswerKind.SMALL_TALK, "你好"),
        ("谢谢您的帮助", AnswerKind.SMALL_TALK, "谢谢"),
        ("再见", AnswerKind.SMALL_TALK, "再见"),
        ("你是谁呀", AnswerKind.SMALL_TALK, "你是谁"),
        ("我的蓝牙老连不上", AnswerKind.ANSWER, "耳机连不上蓝牙"),
        ("左边耳机没声音", AnswerKind.ANSWER, "耳机没声音怎么办"),
        ("请问人工客服的工作时间？", AnswerKind.ANSWER, "人工客服几点上班"),
        ("有打折吗", AnswerKind.ANSWER, "有什么优惠"),
        ("退换货", AnswerKind.ANSWER, "退换货"),
        ("想退货", AnswerKind.SUGGESTIONS, "想退货"),
        ("今天天气怎么样", AnswerKind.UNKNOWN, "今天天气怎么样"),
        ("可以代考吗", AnswerKind.SENSITIVE, "可以代考吗"),
    ],
)
def test_a_demo_can_be_held(text: str, kind: AnswerKind, title: str) -> None:
    """Every kind of answer comes of something that people say."""
    answer = urobot_says(a_company(), text)

    assert (answer.kind, answer.title) == (kind, title)


def test_a_vague_question_is_met_with_suggestions() -> None:
    """im-api-v2 §回复消息通知: ansType 3 表示建议列表."""
    answer = urobot_says(a_company(), "想退货")

    assert [row.title for row in answer.guidance] == ["怎么退货", "退货运费谁出"]


def test_the_robot_answers_from_the_same_knowledge_but_for_the_unknown() -> None:
    """One model for both; sensitive words are the urobot's alone (ruling 17)."""
    company = a_company()
    answers = [robot_says(company, text) for text in ("怎么退货", "今天天气怎么样", "可以代考吗")]

    assert [answer.kind for answer in answers] == [AnswerKind.ANSWER, AnswerKind.UNKNOWN, AnswerKind.UNKNOWN]
    assert answers[1].content == ROBOT.knowledge.unknown
    assert answers[0].content == urobot_says(a_company(), "怎么退货").content


def test_some_answers_have_a_link_and_one_begins_a_flow() -> None:
    """third_url and flowId are to be seen in a demo."""
    assert sum(bool(question.link) for question in KNOWLEDGE.questions) == 2
    assert [FLOWS[question.flow_id].title for question in KNOWLEDGE.questions if question.flow_id] == ["退换货"]


def test_robots_are_there_before_anybody_looks() -> None:
    """A company's first day is no news: nothing stands in its journal, and no number is used up."""
    company = a_company()
    talk = company.submit(TalkToUrobot(customer_token="c-1", robot_id=2, scene_id=116), None).talk

    assert (talk.id, talk.hello_log_id, talk.began_at) == (23702, 55392, NOW)
    assert [entry.id for entry in company.journal] == [1, 2]
