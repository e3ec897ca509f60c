"""The two places where planned faults may meet a call, before it is done and after, and what is answered then."""

from collections.abc import Generator
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

from pydantic_core import to_json

from ..company.call import Call
from ..company.faults import plan_wording
from ..company.faults.plans import Firing, When
from ..company.journal.entries import CallEntry
from ..company.params import read_query
from ..desk.errors import INVALID, TOO_MANY_CALLS, DeskError, Refusal, UsageError
from ..endpoint import Ask, Endpoint
from ..settings import Settings
from . import replies
from .misbehaving import Spoilt
from .replies import JSON, TEXT, Answer

# A call step by step: it yields real seconds for which it is held, and ends with what is answered.
Course = Generator[float, None, "Answer | Spoilt"]

_BODILESS: Final = (204, 304)
# What the service itself says no with. All else befalls a call on its way: to the service it never came.
_OF_THE_SERVICE: Final = frozenset({"code", "rate_limited"})
_WITH_NONCE: Final = ("v2", "sha1_five_parts")


@dataclass(frozen=True, slots=True)
class Underway:
    """A call on its course, with what is needed to close its entry."""

    entry: CallEntry
    course: Course
    masks: tuple[str, ...]
    names: tuple[str, ...]


def course(call: Call, endpoint: Endpoint, ask: Ask) -> Course:
    """A call that was understood, with the planned faults that meet it; raises only what is a bug of ours."""
    drips = 0.0
    firing = _fired(call, "before")
    if firing is not None:
        is_done = _is_done_anyway(firing)
        _note(call, firing, "" if is_done else "the call was not done")
        if firing.delay_seconds:
            yield firing.delay_seconds
        if not is_done:
            if not firing.do.keys() & _OF_THE_SERVICE:
                _give_nonce_back(call)
            return _instead(firing, endpoint, call.settings, None)
        drips = _drips(firing)
    answer = _done(call, endpoint, ask)
    firing = _fired_after(call, answer)
    if firing is None:
        return Spoilt(answer, "slow", drips) if drips else answer
    is_own = _is_done_anyway(firing)
    _note(call, firing, "" if is_own else "though the call was done")
    if not is_own:
        own = f"its own answer had been {_in_short(answer)}"
        call.entry.detail = f"{call.entry.detail}; {own}" if call.entry.detail else own
    if firing.delay_seconds:
        yield firing.delay_seconds
    if not is_own:
        return _instead(firing, endpoint, call.settings, answer)
    drips = _drips(firing) or drips
    return Spoilt(answer, "slow", drips) if drips else answer


def _done(call: Call, endpoint: Endpoint, ask: Ask) -> Answer:
    try:
        return replies.success(endpoint, endpoint.call(call, ask))
    except (DeskError, UsageError) as error:
        return replies.said_no(error, call.entry, endpoint.refused_as)


def _fired(call: Call, when: When) -> Firing | None:
    return call.company.faults.of_call(call.entry, when, call.now)


def _fired_after(call: Call, answer: Answer) -> Firing | None:
    """What fires on an answered call. While it is looked for, the entry shows the answer, though it is not sent yet."""
    entry = call.entry
    entry.status, entry.code, entry.answer = answer.status, answer.code, answer.body
    try:
        return _fired(call, "after")
    finally:
        entry.status, entry.code, entry.answer = None, None, b""


def _note(call: Call, firing: Firing, then: str) -> None:
    said = plan_wording.fired(firing)
    call.warn(f"{said}, {then}" if then else said)
    call.company.journal.fired(firing.plan.id, "call", firing.did, call.now, call.entry.id)


def _give_nonce_back(call: Call) -> None:
    """Client libraries send such a call once more as it is; the same URL must not be refused then."""
    entry = call.entry
    if entry.scheme in _WITH_NONCE and entry.lenient_code is None:
        nonce = read_query(entry.path.partition("?")[2]).get("nonce")
        if isinstance(nonce, str):
            call.company.nonces.give_back(nonce)


def _is_done_anyway(firing: Firing) -> bool:
    """Whether the call's own answer is sent in the end, late or slowly."""
    return firing.do.keys() <= {"delay_seconds", "slow_body"}


def _drips(firing: Firing) -> float:
    slow = firing.do.get("slow_body")
    return float(slow["seconds"]) if slow else 0.0


def _instead(firing: Firing, endpoint: Endpoint, settings: Settings, own: Answer | None) -> Answer | Spoilt:
    """What is answered in place of a call's own answer, which is None where the call was not done."""
    names = endpoint.refused_as
    match firing.do:
        case {"http_status": status, **rest}:
            return _with_status(status, rest, names)
        case {"code": code, **rest}:
            text = rest.get("message") or plan_wording.code_text(code) or f"code {code}"
            return replies.refused(DeskError(Refusal(code, text, "planned")), names)
        case {"rate_limited": limit}:
            wait = {"Retry-After": str(limit["retry_after_seconds"])}
            return replies.refused(DeskError(TOO_MANY_CALLS), names, status=settings.rate_limit_status, headers=wait)
        case {"close_connection": how}:
            return Spoilt(Answer(0, None, b""), "reset" if how == "reset" else "closed")
        case {"malformed_json": _}:
            whole = own if own is not None and own.content_type is JSON else _made_up(names)
            return Answer(whole.status, None, whole.body[:-1], whole.headers)
        case {"truncated": _}:
            return Spoilt(own or _made_up(names), "truncated")
        case _:
            return Answer(200, None, b"")


def _with_status(status: int, rest: dict[str, Any], names: tuple[str, ...]) -> Answer:
    given = dict(rest.get("headers") or {})
    media = next((given.pop(name) for name in list(given) if name.lower() == "content-type"), None)
    body = rest.get("body")
    if status in _BODILESS:
        return Answer(status, None, b"", given, media or JSON)
    if body is None:
        return Answer(status, status, replies.envelope(status, _phrase(status), names=names), given, media or JSON)
    if isinstance(body, str):
        return Answer(status, None, body.encode(), given, media or TEXT)
    code = body.get("code") if isinstance(body, dict) else None
    sent = to_json(body, inf_nan_mode="strings")
    return Answer(status, code if type(code) is int else None, sent, given, media or JSON)


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return f"HTTP {status}"


def _made_up(names: tuple[str, ...]) -> Answer:
    """What is spoilt where the call was not done, and so has no answer of its own."""
    return replies.refused(DeskError(INVALID), names)


def _in_short(answer: Answer) -> str:
    return f"HTTP {answer.status}" + (f", code {answer.code}" if answer.code is not None else "")
