"""What robots push, as the document's bodies: the answer of a robot, and that of a urobot with its suggestions and its flow."""

from html import escape
from typing import Any, Literal, assert_never

from pydantic import Field

from ...desk.knowledge import Flow, FlowItem
from ...desk.talks import AnswerKind, RobotAnswer, Suggestion, Talk
from ...endpoint import Absent, Push
from ...settings import Settings
from .shapes import Shape


class TitledQuestion(Shape):
    """A question to go on with."""

    question_title: str


class ThirdUrl(Shape):
    """A recommended link; an empty one where the answer has none (Assumed)."""

    url: str


class RobotAnswerData(Shape):
    """The answer itself. Only a question that has an id can be rated."""

    question_id: int = Field(description="0: small talk or unknown, no question of the knowledge")
    question_title: str
    answer: str
    gus_list: list[TitledQuestion]
    relate_list: list[TitledQuestion]
    third_url: ThirdUrl


class RobotMessage(Shape):
    """One answer of a robot; `message_id` is what it is rated by."""

    type: Literal["message"]
    message_id: str
    data: RobotAnswerData


class RobotAnswerBody(Shape):
    """What a robot answers, one answer a POST."""

    customer_token: str
    assign_type: Literal["robot"]
    messages: list[RobotMessage]


class SuggestedQuestion(Shape):
    """A question or a flow to go on with."""

    id: int
    content: str
    type: Literal[1, 2] = Field(description="1 a question, 2 a flow (Assumed: as data-type in flowContent)")


class UrobotMessage(Shape):
    """One answer of a urobot; `logId` is what it is rated by. The flow's three stand in answers with a flow alone."""

    sessionId: int
    logId: int
    aid: int = Field(description="The question's id; 0: none")
    ansContent: str
    ansType: Literal[1, 2, 3, 4, 6, 8]
    hitQuestion: str
    suggestQuestionList: list[SuggestedQuestion]
    flowId: Absent[int] = None
    flowTitle: Absent[str] = None
    flowContent: Absent[str] = None


class UrobotAnswerBody(Shape):
    """What a urobot answers: an object where the others have a list."""

    customer_token: str
    assign_type: Literal["urobot"]
    messages: UrobotMessage | list[UrobotMessage]


ROBOT_PUSHES: tuple[Push, ...] = (
    Push(
        name="robot_answer",
        target="receive_url",
        section="回复消息通知",
        summary="What a robot answers a customer with a customer_token.",
        body=RobotAnswerBody,
        note="Assumed: third_url.url is empty where the answer has no link.",
    ),
    Push(
        name="urobot_answer",
        target="receive_url",
        section="回复消息通知",
        summary="What a urobot answers a customer with a customer_token.",
        body=UrobotAnswerBody,
        note="messages is an object as in the example, by setting `urobot_messages` a list of it (ruling 21). Ids are numbers.",
    ),
)


def robot_body(answer: RobotAnswer, token: str) -> dict[str, Any]:
    """A robot's answer. Doc: im-api-v2 §回复消息通知, assign_type robot."""
    data = {
        "question_id": answer.question_id,
        "question_title": answer.title,
        "answer": answer.content,
        "gus_list": _titled(answer.guidance),
        "relate_list": _titled(answer.related),
        "third_url": {"url": answer.link},
    }
    message = {"type": "message", "message_id": answer.id, "data": data}
    return {"customer_token": token, "assign_type": "robot", "messages": [message]}


def urobot_body(answer: RobotAnswer, talk: Talk, token: str, settings: Settings) -> dict[str, Any]:
    """A urobot's answer. Doc: im-api-v2 §回复消息通知, assign_type urobot; ruling 21."""
    # Guidance before related, and each once.
    suggested = list(dict.fromkeys((*answer.guidance, *answer.related)))
    message: dict[str, Any] = {
        "sessionId": talk.id,
        "logId": int(answer.id),
        "aid": answer.question_id,
        "ansContent": answer.content,
        "ansType": _answer_type(answer),
        "hitQuestion": answer.title,
        "suggestQuestionList": [
            {"id": one.id, "content": one.title, "type": 1 if one.kind == "question" else 2} for one in suggested
        ],
    }
    if answer.flow is not None:
        message |= {
            "flowId": answer.flow.id,
            "flowTitle": answer.flow.title,
            "flowContent": flow_content(answer.flow, talk.robot_id),
        }
    messages = [message] if settings.urobot_messages == "list" else message
    return {"customer_token": token, "assign_type": "urobot", "messages": messages}


def flow_content(flow: Flow, robot_id: int) -> str:
    """A flow as HTML; a click on what has data-type 2 goes on to a flow, 1 to a question. Doc: im-api-v2 §流程问题接口."""
    return "".join(_flow_line(item, robot_id) for item in flow.items)


def _flow_line(item: FlowItem, robot_id: int) -> str:
    text = escape(item.text, quote=False)
    if item.flow_id is not None:
        kind, target = 2, item.flow_id
    elif item.question_id is not None:
        kind, target = 1, item.question_id
    else:
        return f"<p>{text}<br></p>"
    mark = f'<b data-type="{kind}" class="flow-item" data-id="{target}" data-robotid="{robot_id}">{text}</b>'
    return f"<p>{mark}</p>"


def _titled(suggestions: tuple[Suggestion, ...]) -> list[dict[str, str]]:
    return [{"question_title": one.title} for one in suggestions]


def _answer_type(answer: RobotAnswer) -> int:
    match answer.kind:
        case AnswerKind.ANSWER:
            return 2 if answer.guidance or answer.related else 1
        case AnswerKind.SUGGESTIONS:
            return 3
        case AnswerKind.SMALL_TALK:
            return 4
        case AnswerKind.UNKNOWN:
            return 6
        case AnswerKind.SENSITIVE:
            return 8
        case _:
            assert_never(answer.kind)
