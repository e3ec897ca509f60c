"""Calls of the emulated API as the journal has them: found, shown as they were sent, with all that came of each."""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote_plus

from pydantic import Field

from ..company.journal import correlation, entries
from ..company.journal.entries import CallEntry, HappeningEntry, PlannedFaultEntry, PushEntry, ScenarioEntry
from ..company.journal.raw import raw
from ..company.journal.refusals import refusal_of
from ..company.journal.subject import Subject
from ..company.story.call_wording import call_path
from ..desk.errors import UsageError
from ..desk.phrases import did_you_mean
from ..desk.play.backtracking import most_searched
from ..endpoint import Reply, Table
from ..scenario.file.patterns import Patterns, pattern_trouble
from ..scenario.people.typed import Number
from ..scenario.traffic.matches import METHODS, relative_path
from .asking import OperatorAsk, PathId
from .deliveries import DeliveryShown, delivery_shown
from .diagnoses import Diagnoses
from .masking import mask_of
from .operator import Nothing, OperatorCall
from .retention import Kept, kept
from .window import BEFORE, PAGE, SINCE, Before, Limit, Since, is_after, is_before, page

TABLE = Table()
_SECTION = "traffic"


_ENDPOINTS = "mock-udesk endpoints and GET /_mock/openapi.json list the calls"


class ListRequests(OperatorAsk):
    """Which calls of the emulated API."""

    method: str | None = None
    path: str | None = Field(
        None, description="Relative to /open_api_v1, which is tolerated; exact, or ~ and a regular expression"
    )
    endpoint: str | None = Field(None, description="As declared: POST /im/messages, or its path alone")
    status: int | None = Field(None, description="The answer's HTTP status")
    code: int | None = None
    customer_token: str | None = None
    session_id: Number | None = Field(None, description="Calls that name this session, or were answered with it")
    refused: bool | None = Field(None, description="Whether the signature was refused, or would be but for auth")
    has_warnings: bool | None = None
    text: str | None = Field(
        None, max_length=10_000, description="Stands in path, query, body, answer, detail or a warning, in any case"
    )
    since: Since | None = SINCE
    before: Before | None = BEFORE
    limit: Limit = Field(1000, description=PAGE)


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
    diagnosis: dict[str, Any] | None = Field(
        None, description="Why the signature was refused, or would have been; made when it is read"
    )
    measured: dict[str, Any]


class Raw(Reply):
    """The request, and the answer if there is one, as they were sent: first line, headers, body; secrets are masked."""

    request: str
    answer: str | None


class RequestWhole(RequestShown):
    """A call with all that it made happen, by way of a scenario too; `played` is what that did."""

    happenings: list[dict[str, Any]]
    played: list[dict[str, Any]]
    planned_faults: list[dict[str, Any]]
    deliveries: list[int] = Field(description="The ids of its pushes")
    pushes: list[DeliveryShown] = Field(description="Its pushes that are still kept, with their attempts")
    raw: Raw
    cause_tree: dict[str, Any] = Field(
        description="The call, under `caused` what it made happen, and so on to the attempts"
    )


class RequestList(Kept):
    """Calls, oldest first; `total` counts all that fit and are still kept, `next` is the parameter of the next page."""

    requests: list[RequestShown]
    total: int
    has_more: bool
    next: str | None


class Cleared(Reply):
    """How many calls were forgotten."""

    cleared: int


@TABLE.add("GET", "/requests", section=_SECTION, source="assumed")
def list_requests(call: OperatorCall, ask: ListRequests) -> RequestList:
    """Calls of the emulated API with their answers."""
    company = call.company
    fits = _filter(call, ask)
    found = [(entry.id, entry) for entry in company.journal if isinstance(entry, CallEntry) and fits(entry)]
    rows = page(found, since=ask.since, limit=ask.limit)
    diagnoses, mask = Diagnoses(call), mask_of(call)
    shown = [
        RequestShown(**mask.over_row(entries.shown(entry)), diagnosis=diagnoses.of(entry)) for entry in rows.rows[::-1]
    ]
    return RequestList(
        requests=shown[::-1], total=len(found), has_more=rows.next is not None, next=rows.next, **kept(company)
    )


@TABLE.add("GET", "/requests/{id}", section=_SECTION, source="assumed")
def show_request(call: OperatorCall, ask: WhichRequest) -> RequestWhole:
    """One call, also an operator's, and all that it made happen."""
    company = call.company
    call.desk  # noqa: B018 - the past happens before it is read
    entry = company.journal.get(ask.id)
    if not isinstance(entry, CallEntry):
        raise UsageError(
            "unknown",
            f"there is no call {ask.id}" + (f", that entry is a {entries.shown(entry)['kind']}" if entry else ""),
            hint=f"GET /_mock/requests lists them; {company.journal.dropped} old entries were dropped",
        )
    caused = correlation.caused(company.journal, entry.id)
    pushed = list(dict.fromkeys(other.delivery_id for other in caused if isinstance(other, PushEntry)))
    whole = [delivery for number in pushed if (delivery := company.outbox.deliveries.get(number)) is not None]
    mask = mask_of(call)
    row = mask.over_row(
        {
            **entries.shown(entry),
            "happenings": [entries.shown(other) for other in caused if isinstance(other, HappeningEntry)],
            "played": [entries.shown(other) for other in caused if isinstance(other, ScenarioEntry)],
            "planned_faults": [entries.shown(other) for other in caused if isinstance(other, PlannedFaultEntry)],
            "raw": raw(entry),
            "cause_tree": correlation.tree(company, entry, caused),
        }
    )
    return RequestWhole(
        **row,
        diagnosis=Diagnoses(call).of(entry),
        deliveries=pushed,
        pushes=[delivery_shown(call, delivery, mask) for delivery in whole],
    )


@TABLE.add("DELETE", "/requests", section=_SECTION, source="assumed")
def clear_requests(call: OperatorCall, ask: Nothing) -> Cleared:
    """Forgets all answered calls, with the problems they had."""
    return Cleared(cleared=call.company.journal.clear_calls())


def _filter(call: OperatorCall, ask: ListRequests) -> Callable[[CallEntry], bool]:
    company = call.company
    fits_path = _path_filter(ask.path)
    method = _method(ask.method) if ask.method is not None else None
    endpoints = _endpoints(call.udesk_api(), ask.endpoint) if ask.endpoint is not None else None
    subject = Subject(session_id=ask.session_id)
    text = ask.text.casefold() if ask.text is not None else None

    def fits(entry: CallEntry) -> bool:
        return (
            entry.kind == "call"
            and is_before(ask.before, entry.id)
            and (method is None or entry.method == method)
            and (endpoints is None or entry.endpoint in endpoints)
            and (ask.status is None or entry.status == ask.status)
            and (ask.code is None or entry.code == ask.code)
            and (ask.customer_token is None or entry.customer_token == ask.customer_token)
            and (ask.refused is None or (refusal_of(entry) is not None) == ask.refused)
            and (ask.has_warnings is None or bool(entry.warnings) == ask.has_warnings)
            and is_after(ask.since, entry.id, entry.at)
            and fits_path(call_path(entry))
            and subject.fits(entry, company)
            and (text is None or text in _all_text(entry))
        )

    return fits


def _all_text(entry: CallEntry) -> str:
    """All that a person may remember of a call, without regard to case; JSON's own spelling of Chinese is read too."""
    parts = [entry.path, unquote_plus(entry.path, errors="replace"), entry.detail, *entry.warnings]
    for body in (entry.body, entry.answer):
        text = body.decode("utf-8", errors="replace")
        parts.append(text)
        if "\\u" in text:
            parts.append(re.sub(r"\\u([0-9a-fA-F]{4})", lambda found: chr(int(found[1], 16)), text))
    return "\n".join(parts).casefold()


def _path_filter(wanted: str | None) -> Callable[[str], bool]:
    """Whether a relative path is the wanted one. A `~` in front makes it a regular expression. Raises UsageError."""
    if wanted is None:
        return lambda _: True
    if not wanted.startswith("~"):
        return relative_path(wanted).__eq__
    trouble = pattern_trouble(wanted[1:], Patterns())
    if trouble is not None:
        found, expected = trouble
        raise UsageError(
            "invalid",
            f"path: {wanted[:200]!r} is no regular expression to search with: {found}; expected {expected}",
            hint="without ~ a path is exact",
        )
    pattern, most = re.compile(wanted[1:]), most_searched(wanted[1:])
    return lambda path: pattern.search(path, 0, most) is not None


def _method(wanted: str) -> str:
    """A method that a call can have. Raises UsageError."""
    method = wanted.upper()
    if method not in METHODS:
        raise UsageError(
            "invalid", f"method: unknown method {wanted[:50]!r}{did_you_mean(method, METHODS)}", hint=_ENDPOINTS
        )
    return method


def _endpoints(table: Table, wanted: str) -> set[str]:
    """The names of the endpoints that are meant: one, or all with this path. Raises UsageError."""
    first, _, rest = wanted.strip().rpartition(" ")
    path = relative_path(rest)
    name = f"{first.strip().upper()} {path}".strip()
    found = {endpoint.name for endpoint in table if name in (endpoint.name, endpoint.path)}
    if not found:
        known = [endpoint.name if first else endpoint.path for endpoint in table]
        raise UsageError(
            "invalid", f"endpoint: unknown endpoint {wanted[:200]!r}{did_you_mean(name, known)}", hint=_ENDPOINTS
        )
    return found
