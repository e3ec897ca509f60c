"""Which calls and pushes an operator means, checked against those that there are: an endpoint or a push that nobody knows is refused with the nearest."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, ClassVar, Self

from pydantic import Field, model_validator

from ..company.pushes.pushes import PUSHES, SCENARIO_PUSH
from ..company.secrets.credentials import CredentialMask
from ..company.verify.near_misses import NearMiss
from ..company.verify.sightings import Criterion, Since
from ..desk.errors import UsageError
from ..desk.phrases import did_you_mean
from ..endpoint import Missed, Reply
from ..endpoint.wrong import short
from ..scenario.people.typed import Typed, is_id
from ..scenario.traffic.matches import CallMatch, PushMatch
from .operator import OperatorCall
from .window import moment_of

_ENDPOINTS = "mock-udesk endpoints and GET /_mock/openapi.json list the calls"


class Step(Typed):
    """A call or a push."""

    nested: ClassVar[tuple[str, ...]] = ("call", "push")

    call: CallMatch | None = None
    push: PushMatch | None = None

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        if (self.call is None) == (self.push is None):
            raise ValueError("expected either call or push")
        return self


class DifferenceShown(Reply):
    """One place in which it is another."""

    path: str
    expected: str
    found: str
    text: str


class NearMissShown(Reply):
    """One that was not meant, and why; `score` is the part of what was asked for that is so."""

    id: int = Field(description="The journal's number")
    kind: str = Field(description="call or push")
    what: str
    differences: list[DifferenceShown]
    score: float


def criterion(call: OperatorCall, asked: CallMatch | PushMatch) -> Criterion:
    """What to look out for. Raises UsageError (invalid): an endpoint or a push that nobody knows."""
    if isinstance(asked, PushMatch):
        names = [*(push.name for push in PUSHES), SCENARIO_PUSH]
        if asked.push is not None and asked.push not in names:
            raise UsageError(
                "invalid",
                f"push: unknown push {short(asked.push)}{did_you_mean(asked.push, names)}",
                hint=f"there are: {', '.join(names)}",
            )
        return Criterion("push", asked.plain())
    if asked.endpoint is not None:
        _check_endpoint(call, asked.endpoint)
    return Criterion("call", asked.plain())


def path_warnings(call: OperatorCall, match: Mapping[str, Any]) -> list[str]:
    """A warning about the path of a call match, in its plain form, when nothing is there that could be called."""
    path, method = match.get("path"), match.get("method")
    if path is None or path.startswith("~"):
        return []
    table = call.udesk_api()
    # A place-holder stands for itself, as the journal names the call.
    if "{" in path and any(endpoint.path == path and method in (None, endpoint.method) for endpoint in table):
        return []
    found = table.find(method or "GET", path, call.company.settings)
    if not isinstance(found, Missed) or (method is None and found.allowed):
        return []
    return [f"{method or ''} {path[:200]} {not_found_words(found)}".lstrip()]


def not_found_words(missed: Missed) -> str:
    """Why a call would be answered with 404, and what is nearest to it."""
    if missed.elsewhere is not None:
        return f"is nowhere by itself: the setting {missed.elsewhere.path_setting} says where it is"
    if missed.allowed:
        return f"is not emulated: this path takes {', '.join(missed.allowed)}"
    return f"is not emulated; the nearest is {missed.nearest}" if missed.nearest else "is not emulated"


def since_of(text: str | None) -> Since:
    """From where on, as it was typed."""
    if text is None:
        return Since()
    return Since(entry_id=int(text)) if is_id(text) else Since(moment=moment_of(text))


def miss_shown(miss: NearMiss, mask: CredentialMask) -> NearMissShown:
    """A near miss as an answer has it."""
    row = {
        "id": miss.id,
        "kind": miss.kind,
        "what": miss.what,
        "differences": [asdict(difference) for difference in miss.differences],
        "score": miss.score,
    }
    return NearMissShown(**mask.over_row(row))


def _check_endpoint(call: OperatorCall, wanted: str) -> None:
    table = call.udesk_api()
    known = [endpoint.name if " " in wanted else endpoint.path for endpoint in table]
    if wanted not in known:
        raise UsageError(
            "invalid", f"endpoint: unknown endpoint {short(wanted)}{did_you_mean(wanted, known)}", hint=_ENDPOINTS
        )
