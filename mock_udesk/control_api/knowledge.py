"""What robots know, as it is shown: in the same words in which it is typed."""

from typing import Any

from ..desk.knowledge import Flow, Knowledge
from ..endpoint import Absent, Reply


class ChatShown(Reply):
    """Small talk."""

    question: str
    answer: str
    similar: list[str]
    keywords: list[str]


class QuestionShown(Reply):
    """Something a robot can answer."""

    id: int
    question: str
    answer: str
    similar: list[str]
    keywords: list[str]
    guidance: list[str]
    related: list[str]
    link: str
    flow: int | None


class FlowItemShown(Reply):
    """One line of a flow."""

    text: str
    flow: Absent[int] = None
    question: Absent[int] = None


class FlowShown(Reply):
    """One page of choices."""

    id: int
    title: str
    items: list[FlowItemShown]


class KnowledgeShown(Reply):
    """What a robot knows, as it may be typed again."""

    questions: list[QuestionShown]
    chat: list[ChatShown]
    flows: list[FlowShown]
    unknown: str
    sensitive_words: list[str]
    sensitive_answer: str


def knowledge_fields(knowledge: Knowledge) -> dict[str, Any]:
    """The fields of `KnowledgeShown`."""
    return {
        "questions": [
            QuestionShown(
                id=row.id,
                question=row.title,
                answer=row.answer,
                similar=list(row.similar),
                keywords=list(row.keywords),
                guidance=list(row.guidance),
                related=list(row.related),
                link=row.link,
                flow=row.flow_id,
            )
            for row in knowledge.questions
        ],
        "chat": [
            ChatShown(question=row.title, answer=row.answer, similar=list(row.similar), keywords=list(row.keywords))
            for row in knowledge.small_talk
        ],
        "flows": [flow_shown(row) for row in knowledge.flows],
        "unknown": knowledge.unknown,
        "sensitive_words": list(knowledge.sensitive_words),
        "sensitive_answer": knowledge.sensitive_answer,
    }


def flow_shown(flow: Flow) -> FlowShown:
    """A flow as it may be typed again."""
    items = [FlowItemShown(text=item.text, flow=item.flow_id, question=item.question_id) for item in flow.items]
    return FlowShown(id=flow.id, title=flow.title, items=items)
