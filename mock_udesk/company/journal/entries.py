"""The nouns of the journal, and how each is put into words.

Entries hold what was received and sent as it was; they are put into words only when somebody reads. What is real rather than
the company's own (wall stamps, durations, hosts and ports, and so an operator's answers) stands under `measured`, outside the
canonical export.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from ...desk.effects import Happened, Played
from ..pushes.shapes import iso8601
from ..secrets.values import SECRET_NAMES, masked, masked_query, parsed

RawHeaders = tuple[tuple[bytes, bytes], ...]

ProblemKind = Literal[
    "unknown_path",
    "refused_signature",
    "undelivered_push",
    "reused_message_id",
    "scenario_error",
    "unused_rule",
    "fault",
]

# Headers that tell of this machine rather than of the caller.
_MEASURED_HEADERS = frozenset({"host", "origin", "referer"})
_SECRET_IN_HEADERS = ("authorization", "cookie", "token", "secret", "password", "api-key", "apikey")


@dataclass(slots=True, kw_only=True)
class CallEntry:
    """One request, emulated or the operator's, from its first byte to its answer."""

    id: int
    at: datetime
    kind: Literal["call", "operator"]
    method: str
    # Path and query as they were sent.
    path: str
    headers: RawHeaders
    endpoint: str = ""
    body: bytes = b""
    status: int | None = None
    code: int | None = None
    answer: bytes = b""
    # Those of the answer that are not the same with every answer, its media where it is no JSON.
    answer_headers: tuple[tuple[str, str], ...] = ()
    scheme: str = ""
    # Why it was refused, in English.
    detail: str = ""
    # The code that its signature was refused with; lenient lets such a call pass.
    sign_refusal: int | None = None
    # The code that strict checking would have answered with, where lenient let the call pass.
    lenient_code: int | None = None
    customer_token: str | None = None
    warnings: list[str] = field(default_factory=list)
    received_at: datetime | None = None
    seconds: float | None = None
    size: int = 0


@dataclass(
    slots=True
)  # not frozen, though nobody changes it: to make one would cost three times as much, and each call makes some
class HappeningEntry:
    """Something that happened at the desk; `cause` is the entry of the call that made it happen, None for a timer."""

    id: int
    cause: int | None
    happened: Happened
    size: int

    @property
    def at(self) -> datetime:
        """When it happened, on the company's clock."""
        return self.happened.at


@dataclass(frozen=True, slots=True)
class PushEntry:
    """A push was put into the outbox; its body and attempts stand under the delivery."""

    id: int
    at: datetime
    cause: int | None
    delivery_id: int
    size: int


@dataclass(frozen=True, slots=True)
class FaultEntry:
    """The mock itself failed: a bug of ours, never hidden in a 500."""

    id: int
    at: datetime
    cause: int | None
    error: str
    trace: str
    size: int


@dataclass(frozen=True, slots=True)
class ScenarioEntry:
    """A scenario was loaded or unloaded, or did something; then `did` says what, else `facts`, which are plain JSON values."""

    id: int
    at: datetime
    cause: int | None
    what: Literal["loaded", "unloaded", "began", "step", "ended", "failed"]
    did: Played | None
    facts: Mapping[str, Any]
    size: int


@dataclass(frozen=True, slots=True)
class PlannedFaultEntry:
    """A planned fault fired: on a call, which is its cause, or on a push. `did` says what it does, as plain JSON values."""

    id: int
    at: datetime
    cause: int | None
    plan_id: int
    on: Literal["call", "push"]
    did: Mapping[str, Any]
    delivery_id: int | None
    size: int


@dataclass(frozen=True, slots=True)
class Late:
    """What became of something after its entry: the `number`-th such change since the entry `after`, which was the newest then.

    `about` is the delivery's id, or the number of a call's entry that was answered.
    """

    after: int
    number: int
    what: Literal["attempt", "delivery", "answered"]
    about: int
    attempt: int = 0


Entry = CallEntry | HappeningEntry | PushEntry | ScenarioEntry | PlannedFaultEntry | FaultEntry


@dataclass(frozen=True, slots=True)
class Problem:
    """Something a strict test fails on."""

    kind: ProblemKind
    at: datetime
    text: str
    entry_id: int | None


def is_secret_header(name: str) -> bool:
    """Whether a header's value is hidden from whoever reads the journal."""
    plain = name.lower()
    return any(part in plain for part in _SECRET_IN_HEADERS)


def readable_request(entry: CallEntry) -> tuple[str, bytes]:
    """A call's path and body as anybody may read them: an open one's are not yet kept for good, so what may be secret is hidden here."""
    if entry.status is not None:
        return entry.path, entry.body
    return masked_query(entry.path, SECRET_NAMES), masked(entry.body, SECRET_NAMES)


def shown(entry: Entry, *, with_measured: bool = True) -> dict[str, Any]:
    """An entry as plain JSON values, put into words."""
    match entry:
        case CallEntry():
            return _shown_call(entry, with_measured=with_measured)
        case HappeningEntry():
            happened = entry.happened
            return {
                "id": entry.id,
                "kind": "happening",
                "at": iso8601(happened.at),
                "cause": entry.cause,
                "happening": happened.kind.value,
                "customer_id": happened.customer_id,
                "session_id": happened.session_id,
                "agent_id": happened.agent_id,
                "reason": happened.reason,
                "facts": dict(happened.facts),
            }
        case PushEntry():
            return {
                "id": entry.id,
                "kind": "push",
                "at": iso8601(entry.at),
                "cause": entry.cause,
                "delivery_id": entry.delivery_id,
            }
        case ScenarioEntry():
            return _shown_scenario(entry)
        case PlannedFaultEntry():
            return {
                "id": entry.id,
                "kind": "planned_fault",
                "at": iso8601(entry.at),
                "cause": entry.cause,
                "plan": entry.plan_id,
                "on": entry.on,
                "do": dict(entry.did),
                "delivery_id": entry.delivery_id,
            }
        case FaultEntry():
            return {
                "id": entry.id,
                "kind": "fault",
                "at": iso8601(entry.at),
                "cause": entry.cause,
                "error": entry.error,
                "trace": entry.trace.splitlines(),
            }


def _shown_scenario(entry: ScenarioEntry) -> dict[str, Any]:
    row: dict[str, Any] = {
        "id": entry.id,
        "kind": "scenario",
        "at": iso8601(entry.at),
        "cause": entry.cause,
        "what": entry.what,
    }
    did = entry.did
    if did is None:
        return {**row, **entry.facts}
    return {
        **row,
        "run": did.run_id,
        "customer_id": did.customer_id,
        "session_id": did.session_id,
        "place": str(did.place),
        "path": did.place.path,
        "step": did.step,
        "reason": did.reason,
    }


def _shown_call(entry: CallEntry, *, with_measured: bool) -> dict[str, Any]:
    headers = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in entry.headers]
    sent, body = readable_request(entry)
    path, _, query = sent.partition("?")
    answer = parsed(entry.answer) if entry.answer else None
    # What an operator is answered with names this server's address.
    is_operators = entry.kind == "operator"
    row: dict[str, Any] = {
        "id": entry.id,
        "kind": entry.kind,
        "at": iso8601(entry.at),
        "method": entry.method,
        "path": path,
        "query": query,
        "endpoint": entry.endpoint or None,
        "headers": {
            name: "***" if is_secret_header(name) else value
            for name, value in headers
            if name.lower() not in _MEASURED_HEADERS
        },
        "body": parsed(body) if body else None,
        "status": entry.status,
        "code": entry.code,
        "answer": None if is_operators else answer,
        "scheme": entry.scheme or None,
        "detail": entry.detail or None,
        "lenient_code": entry.lenient_code,
        "customer_token": entry.customer_token,
        "warnings": list(entry.warnings),
    }
    if with_measured:
        row["measured"] = {
            "received_at": iso8601(entry.received_at) if entry.received_at else None,
            "seconds": entry.seconds,
            "headers": {name: value for name, value in headers if name.lower() in _MEASURED_HEADERS},
        }
        if is_operators:
            row["measured"]["answer"] = answer
    return row
