"""Whether a robot's knowledge fits together, in words that name what is wrong and what would be right."""

from collections.abc import Collection, Iterable, Iterator
from difflib import get_close_matches
from typing import TypeVar

from . import checks
from .answering import fold
from .errors import UsageError
from .knowledge import Flow, Knowledge, Question, Robot, Scene, SmallTalk, TopAsk, Urobot

T = TypeVar("T")

# How much of two titles is compared to tell which are near: they may be as long as books, and that takes the square of it.
_COMPARED = 200


def check_robot(robot: Robot | Urobot) -> None:
    """Raises UsageError where a robot has no name, or says or knows something that contradicts itself."""
    if not robot.name:
        raise UsageError("invalid", "a robot needs a name", hint="give name", field="name")
    check_knowledge(robot.knowledge)
    if isinstance(robot, Urobot):
        _check_scenes(robot.scenes)
        _check_top_asks(robot.top_asks, robot.knowledge)


def check_knowledge(knowledge: Knowledge) -> None:
    """Raises UsageError: an id or a phrase that is there twice, a text that says nothing, a title or an id that leads nowhere.

    The error's `field` is the path to it: `knowledge.questions[1].guidance[0]`.
    """
    _check_ids("question", "knowledge.questions", [question.id for question in knowledge.questions])
    _check_ids("flow", "knowledge.flows", [flow.id for flow in knowledge.flows])
    _check_phrases(knowledge)
    titles = [question.title for question in knowledge.questions] + [flow.title for flow in knowledge.flows]
    folded = {fold(title) for title in titles}
    question_ids = {question.id for question in knowledge.questions}
    flow_ids = {flow.id for flow in knowledge.flows}
    for place, question in _placed("knowledge.questions", knowledge.questions):
        _check_filled(question.answer, f"the answer of {_name(question)}", f"{place}.answer")
        _check_words(question.keywords, f"of {_name(question)}", f"{place}.keywords", "keyword")
        for list_name, wanted in (("guidance", question.guidance), ("related", question.related)):
            seen = {fold(question.title): "is its own title"}
            for where, title in _placed(f"{place}.{list_name}", wanted):
                named, key = f"{list_name} “{title}” of {_name(question)}", fold(title)
                if key not in folded:
                    why = f"{named} is no title of a question or flow"
                    raise UsageError("invalid", why, hint=_nearest(title, titles), field=where)
                if key in seen:
                    hint = "name another question or flow, or leave it out"
                    raise UsageError("invalid", f"{named} {seen[key]}", hint=hint, field=where)
                seen[key] = "is there twice"
        _check_known("flow", question.flow_id, flow_ids, _name(question), f"{place}.flow_id")
    for place, talk in _placed("knowledge.small_talk", knowledge.small_talk):
        _check_filled(talk.answer, f"the answer of {_name(talk)}", f"{place}.answer")
        _check_words(talk.keywords, f"of {_name(talk)}", f"{place}.keywords", "keyword")
    for place, flow in _placed("knowledge.flows", knowledge.flows):
        if not flow.items:
            hint = "give it one at least: its page would be empty"
            raise UsageError("invalid", f"{_name(flow)} has no items", hint=hint, field=f"{place}.items")
        for where, item in _placed(f"{place}.items", flow.items):
            _check_filled(item.text, f"the text of an item of {_name(flow)}", f"{where}.text")
            if item.flow_id is not None and item.question_id is not None:
                raise UsageError(
                    "invalid",
                    f"item “{item.text}” of {_name(flow)} leads to flow {item.flow_id} and to question {item.question_id}",
                    hint="give flow_id or question_id, not both",
                    field=where,
                )
            of_item = f"item “{item.text}” of {_name(flow)}"
            _check_known("flow", item.flow_id, flow_ids, of_item, f"{where}.flow_id")
            _check_known("question", item.question_id, question_ids, of_item, f"{where}.question_id")
    _check_words(knowledge.sensitive_words, "of the robot", "knowledge.sensitive_words", "sensitive word")


def _check_phrases(knowledge: Knowledge) -> None:
    """All that is found as a whole, titles and similar phrasings, differs after folding."""
    first: dict[str, str] = {}
    for text, what, of, place in _phrases(knowledge):
        _check_says_something(text, what, of, place)
        named = f"{what} “{text}” {of}"
        other = first.setdefault(fold(text), named)
        if other is not named:
            raise UsageError(
                "invalid",
                f"{named} is the same as {other}",
                hint="width, case, spaces and punctuation don't count: change one of them, or leave it out",
                field=place,
            )


def _phrases(knowledge: Knowledge) -> Iterator[tuple[str, str, str, str]]:
    """Each text, what it is, whose, and where it stands."""
    for place, question in _placed("knowledge.questions", knowledge.questions):
        yield question.title, "title", f"of question {question.id}", f"{place}.title"
        for where, phrasing in _placed(f"{place}.similar", question.similar):
            yield phrasing, "similar phrasing", f"of question {question.id}", where
    for place, talk in _placed("knowledge.small_talk", knowledge.small_talk):
        yield talk.title, "title", "of small talk", f"{place}.title"
        for where, phrasing in _placed(f"{place}.similar", talk.similar):
            yield phrasing, "similar phrasing", f"of {_name(talk)}", where
    for place, flow in _placed("knowledge.flows", knowledge.flows):
        yield flow.title, "title", f"of flow {flow.id}", f"{place}.title"


def _check_scenes(scenes: tuple[Scene, ...]) -> None:
    """A scene's id is one robot's own: another urobot may have a scene with the same. Assumed: the doc always names both."""
    if not scenes:
        raise UsageError(
            "invalid", "a urobot needs a scene", hint="give one at least: whoever asks it names it", field="scenes"
        )
    _check_ids("scene", "scenes", [scene.id for scene in scenes])
    for place, scene in _placed("scenes", scenes):
        _check_filled(scene.name, f"the name of scene {scene.id}", f"{place}.name")


def _check_top_asks(top_asks: tuple[TopAsk, ...], knowledge: Knowledge) -> None:
    question_ids = {question.id for question in knowledge.questions}
    _check_ids("top ask", "top_asks", [top_ask.id for top_ask in top_asks])
    for place, top_ask in _placed("top_asks", top_asks):
        _check_filled(top_ask.name, f"the name of top ask {top_ask.id}", f"{place}.name")
        for where, question_id in _placed(f"{place}.question_ids", top_ask.question_ids):
            _check_known("question", question_id, question_ids, f"top ask {top_ask.id} “{top_ask.name}”", where)


def _check_ids(noun: str, place: str, ids: list[int]) -> None:
    seen: set[int] = set()
    for where, id_ in _placed(place, ids):
        if id_ < 1:
            raise UsageError(
                "invalid", f"{id_!r} is no id of a {noun}", hint="a whole number from 1", field=f"{where}.id"
            )
        if id_ in seen:
            hint = f"each has its own id; {max(ids) + 1} is free"
            raise UsageError("invalid", f"{noun} {id_} is there twice", hint=hint, field=f"{where}.id")
        seen.add(id_)


def _check_known(noun: str, wanted: int | None, ids: Collection[int], of: str, place: str) -> None:
    if wanted is not None and wanted not in ids:
        by_distance = sorted(ids, key=lambda id_: (abs(id_ - wanted), id_))
        raise UsageError(
            "invalid", f"{noun} {wanted} that {of} leads to is unknown", hint=checks.known(by_distance), field=place
        )


def _check_words(words: tuple[str, ...], of: str, place: str, what: str) -> None:
    for where, word in _placed(place, words):
        _check_says_something(word, what, of, where)


def _check_says_something(text: str, what: str, of: str, place: str) -> None:
    _check_filled(text, f"a {what} {of}", place)
    if not fold(text):
        raise UsageError(
            "invalid",
            f"{what} “{text}” {of} is punctuation alone",
            hint="it needs a letter, a digit or a sign: punctuation and spaces don't count",
            field=place,
        )


def _check_filled(text: str, what: str, place: str) -> None:
    if not text.strip():
        raise UsageError("invalid", f"{what} is empty", hint="give it a text", field=place)


def _nearest(title: str, titles: Collection[str]) -> str:
    by_folded = {fold(known)[:_COMPARED]: known for known in titles}
    near = get_close_matches(fold(title)[:_COMPARED], by_folded, n=1, cutoff=0.3)
    return f"the nearest is “{by_folded[near[0]]}”" if near else checks.known(titles)


def _placed(path: str, entries: Iterable[T]) -> Iterator[tuple[str, T]]:
    return ((f"{path}[{number}]", entry) for number, entry in enumerate(entries))


def _name(entry: Question | SmallTalk | Flow) -> str:
    return f"small talk “{entry.title}”" if isinstance(entry, SmallTalk) else f"{_noun(entry)} {entry.id}"


def _noun(entry: Question | Flow) -> str:
    return "question" if isinstance(entry, Question) else "flow"
