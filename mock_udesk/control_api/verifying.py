"""Whether calls and pushes were as often, or in that order, as a test expects; and where not, what came nearest."""

from collections.abc import Mapping
from typing import Annotated, ClassVar

from pydantic import Field

from ..company.company import Company
from ..company.secrets.values import SECRET_NAMES
from ..company.verify import judging
from ..company.verify.judging import HowMany, Verdict
from ..company.verify.sightings import Criterion, Sightings
from ..desk.errors import UsageError
from ..endpoint import Reply, Table
from ..scenario.traffic.matches import CallMatch, PushMatch
from . import window
from .asking import OperatorAsk
from .criteria import NearMissShown, Step, criterion, miss_shown, path_warnings, since_of
from .masking import mask_of
from .operator import OperatorCall

TABLE = Table()
_SECTION = "traffic"

_Count = Annotated[int, Field(ge=0, le=1_000_000_000)]
_COUNTS = ("count", "at_least", "at_most", "between", "never")


class Verify(CallMatch, OperatorAsk):
    """What should have been: a call match, or `call` with one, or `push` with a push match, or several `in_order`; and how often (at least once)."""

    nested: ClassVar[tuple[str, ...]] = ("call", "push", "in_order")
    aliases: ClassVar[Mapping[str, str]] = {
        **CallMatch.aliases,
        "times": "count",
        "within": "within_seconds",
        "timeout_seconds": "within_seconds",
        "exactly": "count",
    }
    elsewhere: ClassVar[Mapping[str, str]] = {
        "match": "its fields stand beside the count, or under call (of pushes: push)",
        "state": "it belongs into push",
        "type": "it belongs into push",
        "target": "it belongs into push",
    }

    call: CallMatch | None = Field(None, description="The same as its fields beside the count")
    push: PushMatch | None = Field(None, description="Pushes instead of calls")
    in_order: list[Step] = Field(
        default_factory=list, max_length=100, description="Calls and pushes, one behind another; others may lie between"
    )
    count: _Count | None = Field(None, description="Exactly so often")
    at_least: _Count | None = Field(None, description="1, if nothing is said")
    at_most: _Count | None = None
    between: Annotated[list[_Count], Field(min_length=2, max_length=2)] | None = Field(
        None, description="[at least, at most]"
    )
    never: bool = Field(False, description="Not once")
    within_seconds: Annotated[float, Field(ge=0, le=3600)] = Field(
        0.0,
        description="Real seconds to wait until it is so; what must not be too often has to hold for as long",
    )
    since: window.Since | None = Field(
        None, description="An id of the journal (what came after it) or a moment (what came then or later)"
    )


class Verified(Reply):
    """Whether it was so. `entries` are the journal's numbers of what was found, `message` tells all in a few lines, `near_misses` what came nearest."""

    ok: bool
    matched: int = Field(description="How many there were; of in_order how many were reached")
    expected: str
    entries: list[int]
    message: str
    near_misses: list[NearMissShown]
    dropped: int = Field(description="How many entries the journal let go of")
    warnings: list[str] = Field(description="Nothing was found, and nobody could have called that path")


@TABLE.add(
    "POST",
    "/verify",
    section=_SECTION,
    source="assumed",
    masks=SECRET_NAMES,
    changes_nothing=True,
    note="409 when it can't be told, because the journal has let go of what might have counted.",
)
async def verify(call: OperatorCall, ask: Verify) -> Verified:
    """Whether calls and pushes were as expected, with the nearest ones where not. Changes nothing."""
    how_many = _how_many(ask)
    criteria = _criteria(call, ask)
    company, since = call.company, since_of(ask.since)
    company.look()
    sightings = Sightings(company, criteria, since)
    while not sightings.look_on():
        await call.world.pause(call.slot)

    def is_decided() -> bool:
        sightings.look()
        if ask.in_order:
            return len(sightings.in_order()) == len(criteria)
        return how_many.is_decided(sightings.count())

    if not is_decided() and ask.within_seconds:
        if not ask.in_order:
            _refuse_unknowable(company, how_many, sightings)
        await call.world.until(call.slot, is_decided, timeout_seconds=ask.within_seconds)
    if ask.in_order:
        return _shown(call, judging.judge_order(company, criteria, sightings, since), criteria, sightings)
    _refuse_unknowable(company, how_many, sightings)
    return _shown(call, judging.judge(company, criteria[0], how_many, sightings, since), criteria, sightings)


def _how_many(ask: Verify) -> HowMany:
    """How often it should have been. Raises UsageError (invalid): two things are said at once that can't both be."""
    given = [name for name in _COUNTS if getattr(ask, name) not in (None, False)]
    if ask.in_order and given:
        raise _clash("in_order", given[0], "in_order asks for each of them once")
    if len(given) > 1 and given != ["at_least", "at_most"]:
        raise _clash(given[0], given[1], "at_least and at_most alone go together")
    if ask.never:
        return HowMany(0, 0)
    if ask.count is not None:
        return HowMany(ask.count, ask.count)
    least, most = ask.at_least, ask.at_most
    if ask.between is not None:
        least, most = ask.between
    if least is not None and most is not None and least > most:
        raise UsageError(
            "invalid", f"at least {least} is more than at most {most}", hint="give the smaller number first"
        )
    if least is None:
        least = 1 if most is None else 0
    return HowMany(least, most)


def _criteria(call: OperatorCall, ask: Verify) -> list[Criterion]:
    own = CallMatch.plain(ask)
    named = [*sorted(own), *(name for name in ("call", "push", "in_order") if getattr(ask, name))]
    given = [
        name for name in ("call", "push", "in_order") if name in ask.model_fields_set and getattr(ask, name) is not None
    ]
    if len(given) > 1:
        raise _clash(given[0], given[1], "ask for one thing at a time, or for several in_order")
    if given and own:
        raise _clash(given[0], named[0], f"put {named[0]} into {given[0]}")
    if given == ["in_order"]:
        if not ask.in_order:
            raise UsageError("invalid", "in_order: expected 1 or more items", hint='[{"call": {…}}, {"push": {…}}]')
        return [
            criterion(call, match) for step in ask.in_order for match in (step.call, step.push) if match is not None
        ]
    return [criterion(call, ask.push or ask.call or ask)]


def _clash(one: str, other: str, hint: str) -> UsageError:
    return UsageError("invalid", f"{one} and {other} exclude each other", hint=hint)


def _refuse_unknowable(company: Company, how_many: HowMany, sightings: Sightings) -> None:
    """Whether it was never, or not too often, nobody can say who has forgotten some of it."""
    if how_many.most is None or not sightings.is_incomplete or sightings.count() > how_many.most:
        return
    # Asking drops no more, but a full journal does with each call of the app: the last entry's id holds longest.
    gone = company.journal.dropped_up_to
    noted = f"ask with since (an id from {gone} on; GET /_mock/journal?limit=1 has the last one)"
    window = f"{noted}, or " if gone else ""
    raise UsageError(
        "conflict",
        f"cannot tell whether it was {how_many.words}: {judging.dropped_words(company)}",
        hint=f"{window}keep more by the settings journal_max_entries and journal_max_bytes, from a reset on",
    )


def _shown(call: OperatorCall, verdict: Verdict, criteria: list[Criterion], sightings: Sightings) -> Verified:
    mask = mask_of(call)
    unfound = [criterion for place, criterion in enumerate(criteria) if not sightings.count(place)]
    found = (text for one in unfound if one.kind == "call" for text in path_warnings(call, one.match))
    warnings = list(dict.fromkeys(found))
    return Verified(
        ok=verdict.is_ok,
        matched=verdict.matched,
        expected=verdict.expected,
        entries=verdict.entries,
        message=mask.over_text("\n".join((verdict.message, *warnings))),
        near_misses=[miss_shown(miss, mask) for miss in verdict.near_misses],
        dropped=call.company.journal.dropped,
        warnings=[mask.over_text(text) for text in warnings],
    )
