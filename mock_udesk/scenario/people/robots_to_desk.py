"""What was typed of robots, on its way to the desk's records, and the desk's refusals in the words that were typed."""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from itertools import islice
from typing import Any, Final

from ...desk.answering import fold
from ...desk.errors import UsageError
from ...desk.knowledge import Flow, FlowItem, Knowledge, Question, Scene, SmallTalk, TopAsk
from ...desk.phrases import did_you_mean
from ...desk.texts import ROBOTS_UNKNOWN, SENSITIVE_ANSWER
from .robots import KnowledgeFields, RobotFields, UrobotFields
from .typed import Reference, given_fields, is_id

# What a new robot knows: it can say that it does not know.
NEW: Final = Knowledge(unknown=ROBOTS_UNKNOWN, sensitive_answer=SENSITIVE_ANSWER)


def robot_fields(robot: RobotFields, old: Knowledge) -> dict[str, Any]:
    """The record's fields that are given, with all that the robot then knows. Raises UsageError."""
    return _own_fields(robot, old)


def urobot_fields(urobot: UrobotFields, old: Knowledge, top_asks: tuple[TopAsk, ...]) -> dict[str, Any]:
    """The record's fields that are given, with all that the urobot then knows. Raises UsageError."""
    fields = _own_fields(urobot, old)
    if "scenes" in fields:
        fields["scenes"] = tuple(Scene(id=scene.id, name=scene.name) for scene in urobot.scenes)
    if "top_ask" in fields:
        del fields["top_ask"]
        titles = {question.id: question.title for question in fields["knowledge"].questions}
        numbers = numbers_of(((row.id, row.name) for row in urobot.top_ask), {row.id: row.name for row in top_asks})
        fields["top_asks"] = tuple(
            TopAsk(
                id=number,
                name=row.name,
                question_ids=tuple(
                    id_of(reference, titles, f"top_ask[{at}].questions[{place}]", "question")
                    for place, reference in enumerate(row.questions)
                ),
            )
            for at, (number, row) in enumerate(zip(numbers, urobot.top_ask, strict=True))
        )
    return fields


def _own_fields(robot: KnowledgeFields, old: Knowledge) -> dict[str, Any]:
    own = {name: value for name, value in given_fields(robot).items() if name not in KnowledgeFields.model_fields}
    return {**own, "knowledge": changed_knowledge(robot, old)}


def changed_knowledge(typed: KnowledgeFields, old: Knowledge) -> Knowledge:
    """What a robot knows once each field that is given is replaced whole. Raises UsageError: a title that nothing has."""
    given = typed.model_fields_set
    questions = {row.id: row.title for row in old.questions}
    flows = {row.id: row.title for row in old.flows}
    question_ids = numbers_of(((row.id, row.question) for row in typed.questions), questions)
    flow_ids = numbers_of(((row.id, row.title) for row in typed.flows), flows)
    if "questions" in given:
        questions = dict(zip(question_ids, (row.question for row in typed.questions), strict=True))
    if "flows" in given:
        flows = dict(zip(flow_ids, (row.title for row in typed.flows), strict=True))

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
            for at, (number, row) in enumerate(zip(question_ids, typed.questions, strict=True))
        )
    if "chat" in given:
        changes["small_talk"] = tuple(
            SmallTalk(title=row.question, answer=row.answer, similar=tuple(row.similar), keywords=tuple(row.keywords))
            for row in typed.chat
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
            for at, (number, row) in enumerate(zip(flow_ids, typed.flows, strict=True))
        )
    for name in ("unknown", "sensitive_answer"):
        if name in given:
            changes[name] = getattr(typed, name)
    if "sensitive_words" in given:
        changes["sensitive_words"] = tuple(typed.sensitive_words)
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
        meant = did_you_mean(text, titles.values())
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
