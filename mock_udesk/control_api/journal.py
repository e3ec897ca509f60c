"""Everything that was journalled, to be read or exported."""

from typing import Any, Literal

from pydantic import Field
from pydantic_core import to_json

from ..company.journal.entries import CallEntry
from ..company.journal.feed import ENTRY_KINDS, Row, Wanted, told
from ..company.journal.subject import Subject
from ..endpoint import Content, Table
from ..scenario.people.typed import Number
from .asking import OperatorAsk
from .diagnoses import Diagnoses
from .kinds import Kinds, kinds
from .masking import mask_of
from .operator import OperatorCall
from .retention import Kept, kept
from .window import BEFORE, PAGE, SINCE, Before, Limit, Since, is_after, is_before, page

TABLE = Table()
_SECTION = "traffic"
_LINES = "application/jsonl"


class AskJournal(OperatorAsk):
    """Which entries, and in which form."""

    kind: Kinds = Field(None, description=f"One, or several with commas: {', '.join(ENTRY_KINDS)}")
    cause: Number | None = Field(None, description="Entries that this one is the cause of")
    customer_token: str | None = None
    session_id: Number | None = None
    since: Since | None = SINCE
    before: Before | None = BEFORE
    limit: Limit | None = Field(None, description=f"{PAGE}; absent: 1000 as JSON, all as lines")
    as_: Literal["json", "jsonl"] = Field("json", alias="as")
    measured: bool | None = Field(
        None, description="With what differs between equal runs: durations, hosts; absent: as JSON yes, as lines no"
    )


class JournalShown(Kept):
    """Entries of every kind, in order; `next` is the parameter of the next page."""

    entries: list[dict[str, Any]]
    total: int
    has_more: bool
    next: str | None


@TABLE.add(
    "GET",
    "/journal",
    section=_SECTION,
    source="assumed",
    media=(_LINES,),
    note="`as=jsonl` answers with one entry a line; without `measured` equal runs have equal bytes.",
)
def read_journal(call: OperatorCall, ask: AskJournal) -> JournalShown | Content:
    """All that happened: calls, operators' calls, happenings, pushes with their attempts, scenarios, faults; each with its cause."""
    company, is_lines = call.company, ask.as_ == "jsonl"
    call.desk  # noqa: B018 - the past happens before it is read
    wanted = Wanted(kinds(ask.kind, ENTRY_KINDS), Subject(ask.customer_token, ask.session_id))
    found: list[tuple[int, Row]] = [
        (entry.id, entry)
        for entry in company.journal
        if is_before(ask.before, entry.id)
        and is_after(ask.since, entry.id, entry.at)
        and (ask.cause is None or (not isinstance(entry, CallEntry) and entry.cause == ask.cause))
        and wanted.fits(entry, company)
    ]
    limit = ask.limit or (len(found) or 1 if is_lines else 1000)
    rows = page(found, since=ask.since, limit=limit)
    with_measured = (not is_lines) if ask.measured is None else ask.measured
    diagnoses, mask = Diagnoses(call), mask_of(call)
    shown: list[dict[str, Any]] = []
    for row in reversed(rows.rows):
        line = told(row, company, with_measured=with_measured) or {}
        if with_measured and isinstance(row, CallEntry) and (diagnosis := diagnoses.of(row)) is not None:
            line["diagnosis"] = diagnosis
        shown.append(line)
    shown.reverse()
    if is_lines:
        return Content(mask.over(b"".join(to_json(line, inf_nan_mode="null") + b"\n" for line in shown)), _LINES)
    return JournalShown(
        entries=[mask.over_row(line) for line in shown],
        total=len(found),
        has_more=rows.next is not None,
        next=rows.next,
        **kept(company),
    )
