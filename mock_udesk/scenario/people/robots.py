"""What can be said of robots and urobots, and of what they know, as users type it."""

from collections.abc import Mapping
from typing import Annotated, ClassVar, Self

from pydantic import Field, field_validator, model_validator

from ...desk.texts import ROBOTS_UNKNOWN, SENSITIVE_ANSWER
from .typed import Long, Name, Number, Reference, Title, Typed, named_by

Similar = Annotated[list[Title], Field(description="Other phrasings of it")]
Keywords = Annotated[
    list[Title], Field(description="A text that has one of them may mean it; who has most of them wins")
]

_ID_LEFT_OUT = "left out: that of the one with this title, else the next after the highest that there was"
# What the pushes and the desk call it.
_QUESTION_NAMES = {"title": "question", "question_title": "question"}


class ChatFields(Typed):
    """Small talk 寒暄: answered out of politeness, with question_id 0."""

    aliases: ClassVar[Mapping[str, str]] = _QUESTION_NAMES

    question: Title
    answer: Title
    similar: Similar = Field([])
    keywords: Keywords = Field([])


class QuestionFields(Typed):
    """Something a robot can answer; guidance 问题引导 and related 相关问题 are titles of other questions, or of flows."""

    aliases: ClassVar[Mapping[str, str]] = {
        **_QUESTION_NAMES,
        "gus_list": "guidance",
        "relate_list": "related",
        "third_url": "link",
    }

    id: Number | None = Field(None, description=f"question_id; {_ID_LEFT_OUT}")
    question: Title
    answer: Title
    similar: Similar = Field([])
    keywords: Keywords = Field([])
    guidance: list[Title] = Field([])
    related: list[Title] = Field([])
    link: Long = Field("", description="third_url of robots")
    flow: Reference | None = Field(None, description="Id or title of the flow that the answer begins")


class FlowItemFields(Typed):
    """One line of a flow: a click on it goes on to a flow or asks a question; without either it is text alone."""

    text: Long
    flow: Reference | None = Field(None, description="Id or title")
    question: Reference | None = Field(None, description="Id or title")


class FlowFields(Typed):
    """One page of choices."""

    nested: ClassVar[tuple[str, ...]] = ("items",)

    id: Number | None = Field(None, description=f"flow_id; {_ID_LEFT_OUT}")
    title: Title
    items: list[FlowItemFields] = Field([], description="One at least")


class KnowledgeFields(Typed):
    """What a robot knows and what it says to everything else."""

    nested: ClassVar[tuple[str, ...]] = ("questions", "chat", "flows")

    questions: list[QuestionFields] = Field([])
    chat: list[ChatFields] = Field([], description="Small talk 寒暄")
    flows: list[FlowFields] = Field([])
    unknown: Long = Field(
        "", description=f"What it says when nothing fits; a new robot without it says {ROBOTS_UNKNOWN}"
    )
    sensitive_words: list[Title] = Field([], description="The urobot answers them with ansType 8; robots have none")
    sensitive_answer: Long = Field(
        "", description=f"What the urobot says to them; a new one without it says {SENSITIVE_ANSWER}"
    )


class RobotFields(KnowledgeFields):
    """What can be said of a robot (assign_type robot, im_sub_session_id 0 or empty)."""

    avatar: Long = Field("", description="robot_avatar, a URL")
    welcome: Long = Field("", description="welcome_message")

    @field_validator("sensitive_words")
    @classmethod
    def _are_none(cls, words: list[str]) -> list[str]:
        # Ruling 17.
        if words:
            raise ValueError("robots don't look at sensitive words: give them to a urobot, or to the company")
        return words


class RobotOverlay(RobotFields):
    """A robot of a file: changed where the company has one with this id, or without an id this name; else added."""

    id: Number | None = None
    name: Name = ""

    @model_validator(mode="after")
    def _is_named(self) -> Self:
        return named_by(self, "id", "name")


class SceneFields(Typed):
    """Where a urobot is used 场景."""

    id: Number = Field(description="scene_id")
    name: Name


class TopAskFields(Typed):
    """One heading of a urobot's frequent questions 常见问题."""

    id: Number | None = Field(None, description="questionTypeId; left out: as that of a question")
    name: Name
    questions: list[Reference] = Field([], description="Ids or titles of questions")


class UrobotFields(KnowledgeFields):
    """What can be said of a urobot (assign_type urobot, im_sub_session_id -1)."""

    nested: ClassVar[tuple[str, ...]] = (*KnowledgeFields.nested, "scenes", "top_ask")
    elsewhere: ClassVar[Mapping[str, str]] = {
        "created_at": "is when it was added, on the company's clock: leave it out"
    }

    logo: Long = Field("", description="logoUrl")
    scenes: list[SceneFields] = Field([], description="One at least: whoever asks it names it")
    leading: Long = Field("", description="leadingWord 引导语")
    hello: Long = Field("", description="helloWord 欢迎语")
    top_ask: list[TopAskFields] = Field([], description="topAsk 常见问题")


class UrobotOverlay(UrobotFields):
    """A urobot of a file: changed where the company has one with this id, or without an id this name; else added."""

    id: Number | None = None
    name: Name = ""

    @model_validator(mode="after")
    def _is_named(self) -> Self:
        return named_by(self, "id", "name")
