"""What robots know and say, as users type it: on its way to the desk's records, and the desk's refusals in the words that were typed."""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from difflib import get_close_matches
from itertools import islice
from typing import Annotated, Any, ClassVar, Final, TypeVar

from pydantic import Field

from ..company.first_robots import SENSITIVE_ANSWER, UNKNOWN
from ..desk.answering import Index, fold
from ..desk.commands import Command
from ..desk.errors import UsageError
from ..desk.knowledge import Flow, FlowItem, Knowledge, Question, SmallTalk
from ..desk.talks import RobotKind
from .answers import Answered, answer_fields
from .operator import IdOrName, Number, OperatorAsk, OperatorCall, is_id

R = TypeVar("R")

Title = Annotated[str, Field(min_length=1, max_length=65_535)]
Long = Annotated[str, Field(max_length=65_535)]
Reference = int | str
Similar = Annotated[list[Title], Field(description="Other phrasings of it")]
Keywords = Annotated[
    list[Title], Field(description="A text that has one of them may mean it; who has most of them wins")
]

# What a new robot knows: it can say that it does not know.
NEW: Final = Knowledge(unknown=UNKNOWN, sensitive_answer=SENSITIVE_ANSWER)

_ID_LEFT_OUT = "left out: that of the one with this title, else the next after the highest that there was"
# What the pushes and the desk call it.
_QUESTION_NAMES = {"title": "unknown, did you mean question?", "question_title": "unknown, did you mean question?"}


class ChatFields(OperatorAsk):
    """Small talk 寒暄: answered out of politeness, with question_id 0."""

    elsewhere: ClassVar[Mapping[str, str]] = _QUESTION_NAMES

    question: Title
    answer: Title
    similar: Similar = Field([])
    keywords: Keywords = Field([])


class QuestionFields(OperatorAsk):
    """Something a robot can answer; guidance 问题引导 and related 相关问题 are titles of other questions, or of flows."""

    elsewhere: ClassVar[Mapping[str, str]] = {
        **_QUESTION_NAMES,
        "gus_list": "unknown, did you mean guidance?",
        "relate_list": "unknown, did you mean related?",
        "third_url": "unknown, did you mean link?",
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


class FlowItemFields(OperatorAsk):
    """One line of a flow: a click on it goes on to a flow or asks a question; without either it is text alone."""

    text: Long
    flow: Reference | None = Field(None, description="Id or title")
    question: Reference | None = Field(None, description="Id or title")


class FlowFields(OperatorAsk):
    """One page of choices."""

    nested: ClassVar[tuple[str, ...]] = ("items",)

    id: Number | None = Field(None, description=f"flow_id; {_ID_LEFT_OUT}")
    title: Title
    items: list[FlowItemFields] = Field([], description="One at least")


class KnowledgeFields(OperatorAsk):
    """What a robot knows and what it says to everything else."""

    nested: ClassVar[tuple[str, ...]] = ("questions", "chat", "flows")

    questions: list[QuestionFields] = Field([])
    chat: list[ChatFields] = Field([], description="Small talk 寒暄")
    flows: list[FlowFields] = Field([])
    unknown: Long = Field("", description=f"What it says when nothing fits; a new robot without it says {UNKNOWN}")
    sensitive_words: list[Title] = Field([], description="The urobot answers them with ansType 8; robots have none")
    sensitive_answer: Long = Field(
        "", description=f"What the urobot says to them; a new one without it says {SENSITIVE_ANSWER}"
    )


class Try(OperatorAsk):
    """A text that a customer might say to the robot."""

    elsewhere: ClassVar[Mapping[str, str]] = dict.fromkeys(
        ("content", "question", "message"), "unknown, did you mean text?"
    )

    id: IdOrName
    text: Annotated[str, Field(max_length=65_535)]


class Tried(Answered):
    """What the robot would answer, and why; nothing was asked."""


def submit(call: OperatorCall, ask: OperatorAsk, command: Command[R]) -> R:
    """Has the desk do it. Raises UsageError in the words of who typed the robot."""
    try:
        return call.submit(command)
    except UsageError as error:
        raise in_typed_words(error, ask.model_fields_set) from None


def tried(call: OperatorCall, knowledge: Knowledge, kind: RobotKind, text: str) -> Tried:
    """What a robot of this kind with this knowledge would answer to a text."""
    words = call.desk.state.policy.sensitive_words
    return Tried(**answer_fields(Index(knowledge).find(text, kind=kind, sensitive_words=words)))


# -- from what is typed to the desk's records ---------------------------------------------------------------------------


def given_fields(ask: KnowledgeFields, old: Knowledge) -> dict[str, Any]:
    """The fields of the record that are given, with all that the robot then knows. Raises UsageError."""
    own = ask.model_fields_set - KnowledgeFields.model_fields.keys()
    fields = {name: getattr(ask, name) for name in own}
    # A null id means the same as none: the next free one.
    if fields.get("id", 0) is None:
        del fields["id"]
    return {**fields, "knowledge": changed_knowledge(ask, old)}


def without_id(fields: dict[str, Any]) -> dict[str, Any]:
    """The fields that a change may name."""
    return {name: value for name, value in fields.items() if name != "id"}


def changed_knowledge(ask: KnowledgeFields, old: Knowledge) -> Knowledge:
    """What a robot knows once each field that is given is replaced whole. Raises UsageError: a title that nothing has."""
    given = ask.model_fields_set
    questions = {row.id: row.title for row in old.questions}
    flows = {row.id: row.title for row in old.flows}
    question_ids = numbers_of(((row.id, row.question) for row in ask.questions), questions)
    flow_ids = numbers_of(((row.id, row.title) for row in ask.flows), flows)
    if "questions" in given:
        questions = dict(zip(question_ids, (row.question for row in ask.questions), strict=True))
    if "flows" in given:
        flows = dict(zip(flow_ids, (row.title for row in ask.flows), strict=True))

    changes: dict[str, Any] = {}
    if "questions" in given:
        changes["questions"] = tuple(
            Question(
                id=number,
                title=row.question,
                answer=row.answer,
                similar=tuple(row.similar),
                keywords=tuple(row.keywords),
                guidance=tuple(row.guidance),
                related=tuple(row.related),
                link=row.link,
                flow_id=_id(row.flow, flows, f"questions[{at}].flow", "flow"),
            )
            for at, (number, row) in enumerate(zip(question_ids, ask.questions, strict=True))
        )
    if "chat" in given:
        changes["small_talk"] = tuple(
            SmallTalk(title=row.question, answer=row.answer, similar=tuple(row.similar), keywords=tuple(row.keywords))
            for row in ask.chat
        )
    if "flows" in given:
        changes["flows"] = tuple(
            Flow(
                id=number,
                title=row.title,
                items=tuple(
                    FlowItem(
                        text=item.text,
                        flow_id=_id(item.flow, flows, f"flows[{at}].items[{place}].flow", "flow"),
                        question_id=_id(item.question, questions, f"flows[{at}].items[{place}].question", "question"),
                    )
                    for place, item in enumerate(row.items)
                ),
            )
            for at, (number, row) in enumerate(zip(flow_ids, ask.flows, strict=True))
        )
    for name in ("unknown", "sensitive_answer"):
        if name in given:
            changes[name] = getattr(ask, name)
    if "sensitive_words" in given:
        changes["sensitive_words"] = tuple(ask.sensitive_words)
    return replace(old, **changes)


def numbers_of(rows: Iterable[tuple[int | None, str]], old: Mapping[int, str]) -> list[int]:
    """The ids of a list's rows, given by id and title: one that is left out is the old row's with the same title, else a new one.

    New ids go on after the highest that was or is given, so that nothing which led to an old row leads to another now.
    """
    given = list(rows)
    kept = {fold(title): number for number, title in old.items()}
    highest = max((*old, *(number for number, _ in given if number is not None)), default=0)
    numbers = []
    for id_, title in given:
        number = kept.pop(fold(title), None) if id_ is None else id_
        if number is None:
            number = highest = highest + 1
        numbers.append(number)
    return numbers


def id_of(reference: Reference, titles: Mapping[int, str], path: str, noun: str) -> int:
    """The id that an id or a title means. Raises UsageError with the path: there is none."""
    text = str(reference)
    if is_id(text) and int(text) in titles:
        return int(text)
    number = next((number for number, title in titles.items() if title == text), None)
    if number is None:
        near = get_close_matches(text[:200], titles.values(), n=1)
        meant = f", did you mean {near[0]}?" if near else ""
        there = ", ".join(f"{number} {title:.40}" for number, title in islice(titles.items(), 8))
        more = f" and {len(titles) - 8} more" if len(titles) > 8 else ""
        raise UsageError(
            "invalid",
            f"{path}: there is no {noun} {text[:200]}{meant}",
            hint=f"there are: {there}{more}" if there else f"this robot has no {noun}s",
            field=path,
        )
    return number


def _id(reference: Reference | None, titles: Mapping[int, str], path: str, noun: str) -> int | None:
    return None if reference is None else id_of(reference, titles, path, noun)


# -- what the desk refuses, in the words of who typed it ----------------------------------------------------------------

_TYPED = {
    "small_talk": "chat",
    "top_asks": "top_ask",
    "flow_id": "flow",
    "question_id": "question",
    "question_ids": "questions",
}
_DESKS_WORD = re.compile("|".join(rf"\b{word}\b" for word in sorted(_TYPED, key=len, reverse=True)))


def in_typed_words(error: UsageError, given: Collection[str]) -> UsageError:
    """What the desk refuses of a robot, with the path to it as it was typed. `given` are the fields that were."""
    if not error.field:
        return error
    path = _typed(error.field.removeprefix("knowledge."))
    first = re.split(r"[.\[]", path)[0]
    if first in ("questions", "chat"):
        path = re.sub(r"\.title$", ".question", path)
    hint = _typed(error.hint)
    if first not in given:
        hint = f"{hint}; {first} stays as it is, unless it is given too".removeprefix("; ")
    return UsageError(error.kind, f"{path}: {error.message}", hint=hint, field=path)


def _typed(text: str) -> str:
    return _DESKS_WORD.sub(lambda word: _TYPED[word.group()], text)
