"""Everything that is journalled, as it comes: server-sent events."""

import re
from typing import Final

from pydantic import Field

from ..company.company import Company
from ..company.journal.feed import ALWAYS, EVENT_KINDS, Cursor, Wanted, newest
from ..company.journal.subject import Subject
from ..desk.errors import UsageError
from ..endpoint import Stream, Table
from ..scenario.people.typed import Number, is_id
from .asking import OperatorAsk
from .event_reader import EventReader
from .kinds import Kinds, kinds
from .operator import OperatorCall
from .window import Since, is_after

TABLE = Table()
_SECTION = "traffic"
_MEDIA: Final = "text/event-stream"
_EVENT_ID: Final = re.compile(r"([0-9]{1,18})-([0-9]{1,18})\.([0-9]{1,18})")


class AskEvents(OperatorAsk):
    """Which events, and from where on."""

    kind: Kinds = Field(
        None, description=f"One, or several with commas: {', '.join(EVENT_KINDS)}; {', '.join(ALWAYS)} always come"
    )
    customer_token: str | None = None
    session_id: Number | None = None
    since: Since | None = Field(
        None,
        description="An entry's id (what came after it) or a moment (what came then or later); absent: from now on",
    )
    last_event_id: str | None = Field(None, description="As the header Last-Event-ID, for tools that can't send it")
    buffer: int = Field(1000, ge=1, le=100_000, description="So many events may wait for a slow reader")


@TABLE.add(
    "GET",
    "/events",
    section=_SECTION,
    source="assumed",
    media=(_MEDIA,),
    note="Server-sent events; `Last-Event-ID` goes on where a reader left off. HEAD only looks whether it is there.",
)
def events(call: OperatorCall, ask: AskEvents) -> Stream:
    """All that is journalled, as it comes: each entry as in /journal, then attempts, states of pushes and answers of calls that were open."""
    wanted = Wanted(kinds(ask.kind, (*EVENT_KINDS, *ALWAYS)), Subject(ask.customer_token, ask.session_id))
    company = call.company
    reader = EventReader(call.slot, call.companies, call.world, wanted, buffer=ask.buffer, start=newest(company))
    last = ask.last_event_id or _header(call)
    if last:
        found = _EVENT_ID.fullmatch(last.strip())
        if found is None:
            raise UsageError(
                "invalid",
                f"last_event_id: {last[:100]!r} is no id of an event",
                hint="take the id of the last event that came, like 1-12.0",
            )
        epoch, entry, number = (int(part) for part in found.groups())
        reader.go_on(epoch, (entry, number))
    elif ask.since is not None:
        reader.begin(_since(company, ask.since))
    return Stream(reader, _MEDIA)


def _header(call: OperatorCall) -> str:
    for name, value in call.entry.headers:
        if name.lower() == b"last-event-id":
            return value.decode("latin-1")
    return ""


def _since(company: Company, since: str) -> Cursor:
    last = newest(company)
    if is_id(since):
        return min((int(since), 0), last)
    first = next((entry.id for entry in company.journal if is_after(since, entry.id, entry.at)), None)
    return (first - 1, 0) if first is not None else last
