"""What a robot answers to a text or a click: exact, similar phrasing, keywords, else unknown; the same each time, and it says why."""

import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import assert_never

from .knowledge import Flow, Knowledge, Question, SmallTalk
from .talks import AnswerKind, RobotAnswer, RobotKind, Suggestion

# How many questions are suggested when several fit alike. Assumed: the doc gives no number.
MOST_SUGGESTIONS = 10
# How much of what was asked a reason repeats.
_QUOTED = 60

# What has phrasings and keywords.
_Entry = Question | SmallTalk

# First letters of Unicode's categories: punctuation, separators, controls.
_DROPPED = "PZC"
# A mathematical sign by category, but people end a friendly sentence with it: 你好～
_TILDE = "~"


def fold(text: str) -> str:
    """What of a text counts: neither width, case, punctuation nor spaces. Folding twice changes nothing more.

    Punctuation goes first, because some of it comes apart into a space and an accent. Then all stays decomposed until the end, so that
    nothing that is dropped leaves a letter behind that would fold otherwise.
    """
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", _bare(text)).casefold())
    return unicodedata.normalize("NFC", _bare(apart))


def _bare(text: str) -> str:
    category = unicodedata.category
    return "".join(letter for letter in text if category(letter)[0] not in _DROPPED and letter != _TILDE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """What was found: all of a `RobotAnswer` but its id and its moment."""

    kind: AnswerKind
    title: str
    content: str
    reason: str
    question_id: int = 0
    guidance: tuple[Suggestion, ...] = ()
    related: tuple[Suggestion, ...] = ()
    link: str = ""
    flow: Flow | None = None

    def answer(self, answer_id: str, at: datetime) -> RobotAnswer:
        """The robot's answer made of it."""
        return RobotAnswer(
            id=answer_id,
            at=at,
            kind=self.kind,
            title=self.title,
            content=self.content,
            reason=self.reason,
            question_id=self.question_id,
            guidance=self.guidance,
            related=self.related,
            link=self.link,
            flow=self.flow,
        )


class Index:
    """One robot's knowledge, made ready once. Where entries contradict each other, which no checked knowledge does, the first counts."""

    def __init__(self, knowledge: Knowledge) -> None:
        self.knowledge = knowledge
        self._questions = {question.id: question for question in reversed(knowledge.questions)}
        self._flows = {flow.id: flow for flow in reversed(knowledge.flows)}
        # Questions before small talk, by their place in here.
        self._entries: tuple[_Entry, ...] = (*knowledge.questions, *knowledge.small_talk)
        # By folded text. Phrasings come with the text as it was written, keywords with the places of those who have them.
        self._titles: dict[str, _Entry | Flow] = {}
        self._phrasings: dict[str, tuple[_Entry, str]] = {}
        self._keywords: dict[str, list[int]] = {}
        for entry in (*self._entries, *knowledge.flows):
            self._titles.setdefault(fold(entry.title), entry)
        for place, entry in enumerate(self._entries):
            for folded, phrasing in _folded(entry.similar):
                self._phrasings.setdefault(folded, (entry, phrasing))
            for folded, _ in _folded(entry.keywords):
                self._keywords.setdefault(folded, []).append(place)
        self._sensitive = _folded(knowledge.sensitive_words)
        # The company's words come with every question and hardly ever change: those of the last one, folded.
        self._company_words: tuple[str, ...] = ()
        self._company_sensitive: list[tuple[str, str]] = []

    # -- what was asked -----------------------------------------------------------------------------------------------

    def find(self, text: str, *, kind: RobotKind, sensitive_words: tuple[str, ...]) -> Match:
        """What a robot of this kind answers to a text. `sensitive_words` are the company's, beside the robot's own; ruling 17: for urobots alone."""
        folded = fold(text)
        if kind == "urobot" and (word := self._sensitive_word(folded, sensitive_words)) is not None:
            return Match(
                kind=AnswerKind.SENSITIVE,
                title=text,
                content=self.knowledge.sensitive_answer,
                reason=f"sensitive word “{word}”",
            )
        if folded:
            entry = self._titles.get(folded)
            # Doc: im-api-v2 §流程问题接口: 仅限urobot使用. A robot's push has no place for a flow.
            if entry is not None and not (kind == "robot" and isinstance(entry, Flow)):
                return self._found(entry, f"{_named(entry)}: exact", kind)
            if folded in self._phrasings:
                entry, phrasing = self._phrasings[folded]
                return self._found(entry, f"{_named(entry)}: similar phrasing “{phrasing}”", kind)
            match = self._by_keywords(text, folded, kind)
            if match is not None:
                return match
        asked = text if len(text) <= _QUOTED else text[:_QUOTED] + "…"
        return Match(
            kind=AnswerKind.UNKNOWN, title=text, content=self.knowledge.unknown, reason=f"nothing matched “{asked}”"
        )

    def _sensitive_word(self, folded: str, company_words: tuple[str, ...]) -> str | None:
        if company_words is not self._company_words:
            self._company_words, self._company_sensitive = company_words, _folded(company_words)
        words = chain(self._sensitive, self._company_sensitive)
        return next((written for word, written in words if word in folded), None)

    def _by_keywords(self, text: str, folded: str, kind: RobotKind) -> Match | None:
        """Whoever has most of their keywords in the text; questions before small talk.

        Assumed: several questions that fit alike are suggested, of several small talks the first answers.
        """
        places = Counter(chain.from_iterable(places for word, places in self._keywords.items() if word in folded))
        if not places:
            return None
        most = max(places.values())
        best = [self._entries[place] for place in sorted(places) if places[place] == most]
        questions = [entry for entry in best if isinstance(entry, Question)]
        if len(questions) > 1:
            return self._suggest(text, folded, kind, questions)
        words = ", ".join(written for _, written in _hits(best[0], folded))
        return self._found(best[0], f"{_named(best[0])}: keywords {words}", kind)

    def _suggest(self, text: str, folded: str, kind: RobotKind, questions: list[Question]) -> Match:
        """Assumed: a urobot gives the list alone (ansType 3 表示建议列表), a robot says first that it does not know."""
        shown = questions[:MOST_SUGGESTIONS]
        more = f"; {len(questions) - len(shown)} more have as many" if len(questions) > len(shown) else ""
        hits = {question.id: dict(_hits(question, folded)) for question in shown}
        words = hits[shown[0].id]
        if all(others.keys() == words.keys() for others in hits.values()):
            reason = f"questions {', '.join(map(str, hits))} share the keywords {', '.join(words.values())}{more}"
        else:
            each = ", ".join(f"{id_} ({', '.join(own.values())})" for id_, own in hits.items())
            reason = f"questions {each} have equally many keywords{more}"
        return Match(
            kind=AnswerKind.SUGGESTIONS,
            title=text,
            content="" if kind == "urobot" else self.knowledge.unknown,
            reason=reason,
            guidance=tuple(_suggestion(question) for question in shown),
        )

    # -- what was clicked ---------------------------------------------------------------------------------------------

    def of_question(self, question_id: int) -> Match | None:
        """The answer of a question that was clicked; None: there is none with this id."""
        question = self._questions.get(question_id)
        return None if question is None else self._found(question, "clicked", "urobot")

    def of_flow(self, flow_id: int) -> Match | None:
        """The answer that begins a flow that was clicked; None: there is none with this id."""
        flow = self._flows.get(flow_id)
        return None if flow is None else self._found(flow, "clicked", "urobot")

    def of_title(self, title: str) -> Match | None:
        """The answer of a question or flow whose title was clicked; None: it is no title, and may be asked as any text."""
        entry = self._titles.get(fold(title))
        return None if entry is None or isinstance(entry, SmallTalk) else self._found(entry, "clicked", "urobot")

    # -- the answer ---------------------------------------------------------------------------------------------------

    def _found(self, entry: _Entry | Flow, reason: str, kind: RobotKind) -> Match:
        match entry:
            case Question():
                return Match(
                    kind=AnswerKind.ANSWER,
                    title=entry.title,
                    content=entry.answer,
                    reason=reason,
                    question_id=entry.id,
                    guidance=self._suggestions(entry.guidance, kind),
                    related=self._suggestions(entry.related, kind),
                    link=entry.link,
                    flow=None if entry.flow_id is None or kind == "robot" else self._flows.get(entry.flow_id),
                )
            case SmallTalk():
                return Match(kind=AnswerKind.SMALL_TALK, title=entry.title, content=entry.answer, reason=reason)
            case Flow():
                return Match(kind=AnswerKind.ANSWER, title=entry.title, content=entry.title, reason=reason, flow=entry)
            case _:
                assert_never(entry)

    def _suggestions(self, titles: Iterable[str], kind: RobotKind) -> tuple[Suggestion, ...]:
        entries = (self._titles.get(fold(title)) for title in titles)
        return tuple(
            _suggestion(entry)
            for entry in entries
            if isinstance(entry, Question) or (isinstance(entry, Flow) and kind == "urobot")
        )


def _folded(words: Iterable[str]) -> list[tuple[str, str]]:
    """Each word folded, with the first writing of it; without those of which nothing is left."""
    first: dict[str, str] = {}
    for word in words:
        first.setdefault(fold(word), word)
    first.pop("", None)
    return list(first.items())


def _hits(entry: _Entry, folded: str) -> list[tuple[str, str]]:
    """The keywords of an entry that a text contains, in the entry's order: folded, and as written."""
    return [(word, written) for word, written in _folded(entry.keywords) if word in folded]


def _named(entry: _Entry | Flow) -> str:
    match entry:
        case Question():
            return f"question {entry.id} “{entry.title}”"
        case SmallTalk():
            return f"small talk “{entry.title}”"
        case Flow():
            return f"flow {entry.id} “{entry.title}”"
        case _:
            assert_never(entry)


def _suggestion(entry: Question | Flow) -> Suggestion:
    return Suggestion(kind="question" if isinstance(entry, Question) else "flow", id=entry.id, title=entry.title)
