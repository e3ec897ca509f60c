"""Urobots: walking their flows, clicking what they propose, and which there are."""

from typing import Annotated

from pydantic import Field

from ..company.call import Call
from ..company.pushes.shapes import iso8601
from ..desk.errors import NOT_FOUND, SUCCESS
from ..desk.robot_commands import ClickQuestion, WalkFlow
from ..endpoint import Ask, Blank, Integer, OptionalInteger, Reply, Table, Text, Token
from .fields import DONE, SUCCEEDED, Done, NoParameters, missing
from .robot_hints import hinting, in_talk, to_question

TABLE = Table()

# Doc: im-api-v2 §用户点击行为接口, query_type: 6 常见问题点击, 7 建议列表点击.
QUERY_TYPES = (6, 7)
# A longer row of digits is no id but a text.
MOST_DIGITS = 18


class FlowClick(Ask):
    """Which flow was clicked: `data-id` of an element with `data-type="2"` in a push's flowContent."""

    customer_token: Token
    im_sub_session_id: Annotated[Integer, Field(description="sessionId of the urobot")]
    flow_id: Integer
    robot_id: Integer
    scene_id: Integer


@TABLE.add(
    "POST",
    "/im/messages/flow",
    section="流程问题接口",
    note=(
        "The flow is pushed. The document's own example has no flow_id: 2000 (ruling 5). Assumed: an unknown talk is 2062, an "
        "unknown flow 2015, an unknown urobot or scene 2005 (ruling 17)."
    ),
)
def flow(call: Call, ask: FlowClick) -> Done:
    """The customer clicks an item of a flow; where it leads is pushed."""
    with (
        in_talk(ask.im_sub_session_id),
        hinting(NOT_FOUND, lambda: to_question(call, ask.robot_id, ask.flow_id)),
    ):
        call.submit(
            WalkFlow(
                customer_token=ask.customer_token,
                talk_id=ask.im_sub_session_id,
                robot_id=ask.robot_id,
                scene_id=ask.scene_id,
                flow_id=ask.flow_id,
            )
        )
    return DONE


class QuestionClick(Ask):
    """Which question was clicked, and where: `message_id` is the logId of the hello or the answer that proposed it."""

    customer_token: Token
    im_sub_session_id: Annotated[Integer, Field(description="sessionId of the urobot")]
    message_id: Integer
    robot_id: Integer
    scene_id: OptionalInteger = None
    question_id: Annotated[OptionalInteger, Field(description="Wins over question")] = None
    question: Annotated[
        Annotated[Text | None, Blank], Field(description="A number is an id, anything else a title")
    ] = None
    query_type: Annotated[Integer, Field(description="6 a frequent question (topAsk), 7 a suggestion")]


@TABLE.add(
    "POST",
    "/im/messages/hit",
    section="用户点击行为接口",
    note=(
        "The answer is pushed. The document's table has question, its example question_id: either will do, and a question that is "
        "a number is an id. A query_type other than 6 and 7 is taken with a warning (ruling 17), as the example has 1. Assumed: "
        "scene_id, which the table lacks, may be left out; a flow's id walks it, for flows are suggested too; a message_id of nothing "
        "that was said in the talk does no harm; an unknown talk is 2062, an unknown question_id 2015, a question that is no title is "
        "asked like any text."
    ),
)
def hit(call: Call, ask: QuestionClick) -> Done:
    """The customer clicks a frequent question or a suggestion; its answer is pushed."""
    question_id, title = ask.question_id, ask.question or ""
    if question_id is None:
        if not title:
            raise missing("question")
        if title.isascii() and title.isdecimal() and len(title) <= MOST_DIGITS:
            question_id = int(title)
    if ask.query_type not in QUERY_TYPES:
        call.warn(f"query_type {ask.query_type} is unknown: 6 is a click on a frequent question, 7 on a suggestion")
    is_known = _is_said_in(call, ask.im_sub_session_id, ask.message_id)
    with in_talk(ask.im_sub_session_id):
        call.submit(
            ClickQuestion(
                customer_token=ask.customer_token,
                talk_id=ask.im_sub_session_id,
                robot_id=ask.robot_id,
                scene_id=ask.scene_id,
                question_id=question_id,
                title=title,
            )
        )
    if not is_known:
        call.warn(f"message_id {ask.message_id} is neither the hello nor an answer of {ask.im_sub_session_id}")
    return DONE


def _is_said_in(call: Call, talk_id: int, log_id: int) -> bool:
    """Whether a logId is the hello's or an answer's of this talk."""
    desk = call.desk
    talk = desk.state.talks.get(talk_id)
    if talk is None:
        return False
    found = desk.answer_by_id(talk.customer_id, str(log_id))
    return log_id == talk.hello_log_id or (found is not None and found[0].id == talk_id)


# -- which there are ----------------------------------------------------------------------------------------------------


class SceneRow(Reply):
    """Where a urobot is used."""

    id: int
    name: str


class UrobotRow(Reply):
    """One urobot."""

    id: int
    name: str
    logo: str
    scene_list: list[SceneRow]
    created_at: str


class UrobotsReply(Reply):
    """All urobots, by id."""

    code: int = SUCCESS
    message: str = SUCCEEDED
    urobot_list: list[UrobotRow]


@TABLE.add("GET", "/im/urobots", section="获取urobot列表")
def urobots(call: Call, ask: NoParameters) -> UrobotsReply:
    """Which urobots there are, and where each is used."""
    rows = sorted(call.desk.state.urobots.values(), key=lambda urobot: urobot.id)
    return UrobotsReply(
        urobot_list=[
            UrobotRow(
                id=urobot.id,
                name=urobot.name,
                logo=urobot.logo,
                scene_list=[SceneRow(id=scene.id, name=scene.name) for scene in urobot.scenes],
                created_at=iso8601(urobot.created_at),
            )
            for urobot in rows
        ]
    )
