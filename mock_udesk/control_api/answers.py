"""How the operator's API shows what robots answered: the answer, why it was that one, and how it was rated."""

from collections.abc import Sequence
from typing import Any, Literal

from pydantic import Field

from ..desk.answering import Match
from ..desk.talks import AnswerKind, Exchange, RobotAnswer, RobotKind, Talk
from ..endpoint import Reply
from .knowledge import FlowShown, flow_shown
from .operator import Moment


class SuggestionShown(Reply):
    """What a robot proposes to ask next: a question of its knowledge, or a flow."""

    kind: Literal["question", "flow"]
    id: int
    title: str


class Answered(Reply):
    """What a robot answers, and why."""

    kind: AnswerKind
    question_id: int = Field(description="0: no question of the knowledge")
    title: str = Field(description="What was hit, else what was asked")
    content: str
    suggestions: list[SuggestionShown] = Field(description="Guidance, then related, each once")
    link: str
    flow: FlowShown | None
    reason: str


class AnswerRatingShown(Reply):
    """Whether an answer helped."""

    is_useful: bool
    rated_at: Moment


class AnswerShown(Answered):
    """An answer that was given; the id is `message_id` of a robot's push, `logId` of a urobot's."""

    id: str
    at: Moment
    rating: AnswerRatingShown | None


class AskedShown(Reply):
    """What a customer said to a robot, or clicked."""

    id: str
    type: str = Field(description="message or click")
    data: dict[str, Any]
    created_at: Moment


class ExchangeShown(Reply):
    """What was asked and what was answered."""

    asked: AskedShown
    answer: AnswerShown


class RobotRef(Reply):
    """A robot, in short, by the name that it had when the talk began."""

    id: int
    name: str


class TalkRatingShown(Reply):
    """What a customer thinks of a urobot."""

    option_id: int
    remark: str
    rated_at: Moment


class TalkPart(Reply):
    """A talk with a robot, or what of it led to a session."""

    id: int = Field(description="urobot_session_id, sessionId")
    kind: RobotKind
    robot: RobotRef
    scene_id: int | None
    began_at: Moment
    hello: str = Field(description="What the robot said first")
    hello_log_id: int | None = Field(description="logId of a urobot's hello")
    exchanges: list[ExchangeShown]
    rating: TalkRatingShown | None
    transferred_at: Moment | None = Field(description="When the app reported that the customer asked for a person")


def answer_fields(answer: Match | RobotAnswer) -> dict[str, Any]:
    """The fields of `Answered`."""
    suggestions = dict.fromkeys((*answer.guidance, *answer.related))
    return {
        "kind": answer.kind,
        "question_id": answer.question_id,
        "title": answer.title,
        "content": answer.content,
        "suggestions": [SuggestionShown(kind=row.kind, id=row.id, title=row.title) for row in suggestions],
        "link": answer.link,
        "flow": flow_shown(answer.flow) if answer.flow is not None else None,
        "reason": answer.reason,
    }


def talk_fields(talk: Talk, exchanges: Sequence[Exchange]) -> dict[str, Any]:
    """The fields of `TalkPart`, with these of its exchanges."""
    rating = talk.rating
    return {
        "id": talk.id,
        "kind": talk.kind,
        "robot": RobotRef(id=talk.robot_id, name=talk.name),
        "scene_id": talk.scene_id,
        "began_at": talk.began_at,
        "hello": talk.hello,
        "hello_log_id": talk.hello_log_id or None,
        "exchanges": [_exchange(talk, exchange) for exchange in exchanges],
        "rating": None
        if rating is None
        else TalkRatingShown(option_id=rating.option_id, remark=rating.remark, rated_at=rating.rated_at),
        "transferred_at": talk.transferred_at,
    }


def _exchange(talk: Talk, exchange: Exchange) -> ExchangeShown:
    message, answer = exchange.message, exchange.answer
    rating = talk.ratings.get(answer.id)
    return ExchangeShown(
        asked=AskedShown(id=message.id, type=message.type, data=dict(message.data), created_at=message.created_at),
        answer=AnswerShown(
            id=answer.id,
            at=answer.at,
            rating=None if rating is None else AnswerRatingShown(is_useful=rating.is_useful, rated_at=rating.rated_at),
            **answer_fields(answer),
        ),
    )
