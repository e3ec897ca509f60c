"""Calls of the emulated API, the story that calls and pushes make, and what a strict test fails on."""

import re
from collections.abc import Callable, Collection
from difflib import get_close_matches
from typing import Any, Literal

from pydantic import Field

from ..company import entries
from ..company.call_wording import call_path
from ..company.entries import CallEntry, Entry, HappeningEntry, PushEntry, ScenarioEntry
from ..company.journal import Journal
from ..company.line import TO_COME
from ..company.problems import problems
from ..company.timeline import as_text, story
from ..desk.errors import UsageError
from ..endpoint import UDESK_PREFIX, Reply, Table
from ..scenario.people.typed import Number
from .asking import OperatorAsk, PathId
from .finding import customer_with_token, session_of
from .operator import Moment, Nothing, OperatorCall
from .window import SINCE, Limit, Since, is_after, latest

TABLE = Table()
_SECTION = "traffic"


_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")
_ENDPOINTS = "mock-udesk endpoints and GET /_mock/openapi.json list the calls"


class ListRequests(OperatorAsk):
    """Which calls of the emulated API."""

    method: str | None = None
    path: str | None = Field(
        None, description="Relative to /open_api_v1, which is tolerated; exact, or ~ and a regular expression"
    )
    endpoint: str | None = Field(None, description="As declared: POST /im/messages, or its path alone")
    code: int | None = None
    customer_token: str | None = None
    since: Since | None = SINCE
    limit: Limit = Field(1000, description="At most so many, the latest")


class WhichRequest(OperatorAsk):
    """Which entry of the journal."""

    id: PathId


class RequestShown(Reply):
    """A call as it was received and answered; what is real, with an operator's answer, stands under `measured`."""

    id: int
    kind: str
    at: str
    method: str
    path: str
    query: str
    endpoint: str | None
    headers: dict[str, str]
    body: Any
    status: int | None
    code: int | None
    answer: Any
    scheme: str | None
    detail: str | None
    lenient_code: int | None
    customer_token: str | None
    warnings: list[str]
    measured: dict[str, Any]


class RequestWhole(RequestShown):
    """A call with all that it made happen, by way of a scenario too; `played` is what that did."""

    happenings: list[dict[str, Any]]
    played: list[dict[str, Any]]
    deliveries: list[int]


class RequestList(Reply):
    """Calls, oldest first; `total` counts all that fit and are still kept, `dropped` what the journal let go of."""

    requests: list[RequestShown]
    total: int
    dropped: int


class Cleared(Reply):
    """How many calls were forgotten."""

    cleared: int


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


@TABLE.add("GET", "/requests", section=_SECTION, source="assumed")
def list_requests(call: OperatorCall, ask: ListRequests) -> RequestList:
    """Calls of the emulated API with their answers."""
    company = call.company
    fits_path = _path_filter(ask.path)
    method = _method(ask.method) if ask.method is not None else None
    endpoints = _endpoints(call.udesk_api(), ask.endpoint) if ask.endpoint is not None else None

    def fits(entry: CallEntry) -> bool:
        return (
            entry.kind == "call"
            and (method is None or entry.method == method)
            and (endpoints is None or entry.endpoint in endpoints)
            and (ask.code is None or entry.code == ask.code)
            and (ask.customer_token is None or entry.customer_token == ask.customer_token)
            and is_after(ask.since, entry.id, entry.at)
            and fits_path(call_path(entry))
        )

    calls = [entry for entry in company.journal if isinstance(entry, CallEntry) and fits(entry)]
    return RequestList(
        requests=[_request(entry) for entry in latest(calls, ask.limit)],
        total=len(calls),
        dropped=company.journal.dropped,
    )


@TABLE.add("GET", "/requests/{id}", section=_SECTION, source="assumed")
def show_request(call: OperatorCall, ask: WhichRequest) -> RequestWhole:
    """One call, also an operator's, and all that it made happen."""
    company = call.company
    entry = company.journal.get(ask.id)
    if not isinstance(entry, CallEntry):
        raise UsageError(
            "unknown",
            f"there is no call {ask.id}" + (f", that entry is a {entries.shown(entry)['kind']}" if entry else ""),
            hint=f"GET /_mock/requests lists them; {company.journal.dropped} old entries were dropped",
        )
    caused = _all_caused(company.journal, entry.id)
    return RequestWhole(
        **entries.shown(entry),
        happenings=[entries.shown(other) for other in caused if isinstance(other, HappeningEntry)],
        played=[entries.shown(other) for other in caused if isinstance(other, ScenarioEntry)],
        deliveries=[other.delivery_id for other in caused if isinstance(other, PushEntry)],
    )


@TABLE.add("DELETE", "/requests", section=_SECTION, source="assumed")
def clear_requests(call: OperatorCall, ask: Nothing) -> Cleared:
    """Forgets all answered calls, with the problems they had."""
    return Cleared(cleared=call.company.journal.clear_calls())


@TABLE.add(
    "GET", "/timeline", section=_SECTION, source="assumed", note="`as=text` answers with text/plain, one line a step."
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
    if ask.as_ == "text":
        return as_text(lines, left_out=left_out, dropped=call.company.journal.dropped)
    shown = [
        LineShown(
            at=line.at,
            who=line.who,
            what=line.what,
            text=line.text,
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
    """What a strict test fails on: unknown paths, refused signatures, reused message ids, errors of the scenario, pushes that never arrived, our own faults."""
    found = [
        ProblemShown(kind=problem.kind, at=problem.at, text=problem.text, entry_id=problem.entry_id)
        for problem in problems(call.company)
    ]
    return ProblemList(problems=found, total=len(found), dropped=call.company.journal.dropped_problems)


def _all_caused(journal: Journal, entry_id: int) -> list[Entry]:
    """All entries that an entry is the cause of, or the cause of their cause, and so on."""
    numbers, caused = {entry_id}, list[Entry]()
    for entry in journal:
        # A cause comes before what it causes.
        if not isinstance(entry, CallEntry) and entry.cause in numbers:
            numbers.add(entry.id)
            caused.append(entry)
    return caused


def _path_filter(wanted: str | None) -> Callable[[str], bool]:
    """Whether a relative path is the wanted one. A `~` in front makes it a regular expression. Raises UsageError."""
    if wanted is not None and not wanted.startswith("~"):
        return ("/" + wanted.removeprefix(UDESK_PREFIX).strip("/").removesuffix(".json")).__eq__
    try:
        pattern = re.compile(wanted[1:] if wanted else "")
    except re.error as error:
        raise UsageError(
            "invalid", f"path: {wanted!r} is no regular expression: {error}", hint="without ~ a path is exact"
        ) from None
    return lambda path: pattern.search(path) is not None


def _method(wanted: str) -> str:
    """A method that a call can have. Raises UsageError."""
    method = wanted.upper()
    if method not in _METHODS:
        raise UsageError(
            "invalid", f"method: unknown method {wanted[:50]!r}{_meant(method, _METHODS)}", hint=_ENDPOINTS
        )
    return method


def _endpoints(table: Table, wanted: str) -> set[str]:
    """The names of the endpoints that are meant: one, or all with this path. Raises UsageError."""
    first, _, rest = wanted.strip().rpartition(" ")
    path = "/" + rest.removeprefix(UDESK_PREFIX).strip("/").removesuffix(".json")
    name = f"{first.strip().upper()} {path}".strip()
    found = {endpoint.name for endpoint in table if name in (endpoint.name, endpoint.path)}
    if not found:
        known = [endpoint.name if first else endpoint.path for endpoint in table]
        raise UsageError(
            "invalid", f"endpoint: unknown endpoint {wanted[:200]!r}{_meant(name, known)}", hint=_ENDPOINTS
        )
    return found


def _meant(name: str, known: Collection[str]) -> str:
    near = get_close_matches(name[:200], known, n=1)
    return f", did you mean {near[0]}?" if near else ""


def _request(entry: CallEntry) -> RequestShown:
    return RequestShown(**entries.shown(entry))
