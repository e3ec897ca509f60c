"""The story that calls and pushes make, and what a strict test fails on."""

from typing import Literal

from pydantic import Field

from ..company.journal.problems import problems
from ..company.story.line import TO_COME
from ..company.story.timeline import as_text, story
from ..endpoint import Reply, Table
from ..scenario.people.typed import Number
from .asking import OperatorAsk
from .finding import customer_with_token, session_of
from .masking import mask_of
from .operator import Moment, Nothing, OperatorCall
from .window import Limit, Since, is_after, latest

TABLE = Table()
_SECTION = "traffic"


class AskTimeline(OperatorAsk):
    """Whose story, and in which form."""

    customer_token: str | None = None
    session_id: Number | None = Field(None, description="The conversation that this session is part of")
    as_: Literal["text", "json"] = Field("json", alias="as")
    since: Since | None = Field(
        None, description="An entry_id (what came after it) or a moment (what came then or later)"
    )
    limit: Limit = Field(500, description="At most so many steps, the latest; what is still to come is not counted")


class LineShown(Reply):
    """One step of the story."""

    at: Moment
    who: str
    what: str
    text: str
    kind: str
    id: int
    entry_id: int = Field(description="The journal's number, also of a push; 0: still to come")
    customer_id: int | None
    session_id: int | None


class Timeline(Reply):
    """The story, in order; lines of kind `due` and `waiting` (nobody knows for how long) are still to come. `left_out` is by limit, `dropped` what the journal let go of."""

    lines: list[LineShown]
    left_out: int
    dropped: int


class ProblemShown(Reply):
    """Something a strict test fails on."""

    kind: str
    at: Moment
    text: str
    entry_id: int | None


class ProblemList(Reply):
    """What a strict test fails on."""

    problems: list[ProblemShown]
    total: int
    dropped: int


@TABLE.add(
    "GET",
    "/timeline",
    section=_SECTION,
    source="assumed",
    media=("text/plain",),
    note="`as=text` answers with text/plain, one line a step.",
)
def timeline(call: OperatorCall, ask: AskTimeline) -> Timeline | str:
    """The story of the company or of one conversation."""
    desk = call.desk
    if ask.customer_token is not None:
        customer_with_token(desk, ask.customer_token)
    if ask.session_id is not None:
        session_of(desk, ask.session_id)
    steps = story(call.company, customer_token=ask.customer_token, session_id=ask.session_id)
    past = [line for line in steps if line.kind not in TO_COME and is_after(ask.since, line.entry_id, line.at)]
    lines = [*latest(past, ask.limit), *(line for line in steps if line.kind in TO_COME)]
    left_out = max(len(past) - ask.limit, 0)
    mask = mask_of(call)
    if ask.as_ == "text":
        return mask.over_text(as_text(lines, left_out=left_out, dropped=call.company.journal.dropped))
    shown = [
        LineShown(
            at=line.at,
            who=line.who,
            what=mask.over_text(line.what),
            text=mask.over_text(line.text),
            kind=line.kind,
            id=line.id,
            entry_id=line.entry_id,
            customer_id=line.customer_id,
            session_id=line.session_id,
        )
        for line in lines
    ]
    return Timeline(lines=shown, left_out=left_out, dropped=call.company.journal.dropped)


@TABLE.add("GET", "/problems", section=_SECTION, source="assumed")
def list_problems(call: OperatorCall, ask: Nothing) -> ProblemList:
    """What a strict test fails on: unknown paths, refused signatures, reused message ids, errors of the scenario, rules of it that never ran, pushes that never arrived, our own faults."""
    mask = mask_of(call)
    found = [
        ProblemShown(kind=problem.kind, at=problem.at, text=mask.over_text(problem.text), entry_id=problem.entry_id)
        for problem in problems(call.company)
    ]
    return ProblemList(problems=found, total=len(found), dropped=call.company.journal.dropped_problems)
