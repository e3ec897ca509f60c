"""What comes nearest to a call or push that is asked for and was not found: why it missed, criterion by criterion."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from heapq import nlargest
from typing import Any, Final, Literal

from ...desk.desk import Desk
from ...scenario.traffic.patterns import Difference
from ..company import Company
from ..journal.entries import CallEntry, PushEntry
from ..matching import CallMatcher, PushMatcher
from ..pushes.deliveries import Delivery
from ..pushes.shapes import BEIJING
from ..story import push_wording
from ..story.call_wording import call_path
from .sightings import Criterion, Since

MOST: Final = 3
# So many are looked at closely: those that what is cheap to look at brings near.
_LOOKED_AT: Final = 200
# What tells calls and pushes apart before all else.
_WEIGHTS: Final[Mapping[str, float]] = {
    "path": 3.0,
    "endpoint": 3.0,
    "body": 2.0,
    "params": 2.0,
    "push": 2.0,
    "type": 2.0,
}
# A part of what differs fits as a rule: one wrong value of many is nearer than a wrong path.
_PARTLY: Final = 0.8
# Another value in the right place is nearer than none.
_OTHER: Final = 0.3


@dataclass(frozen=True, slots=True)
class NearMiss:
    """One that was not meant; `fields` has every criterion with what differs in it, `score` is 1 where nothing does."""

    id: int
    kind: Literal["call", "push"]
    what: str
    fields: Mapping[str, list[Difference]]
    score: float

    @property
    def differences(self) -> list[Difference]:
        """All that differs."""
        return [row for rows in self.fields.values() for row in rows]


def near_misses(company: Company, criterion: Criterion, since: Since) -> list[NearMiss]:
    """The nearest three, best first, of equal ones the latest."""
    if criterion.kind == "call":
        return _near_calls(company, CallMatcher(criterion.match), since)
    return _near_pushes(company, PushMatcher(criterion.match), since)


def call_what(entry: CallEntry) -> str:
    """A call in a few words: `POST /im/messages at 10:00:01`."""
    return f"{entry.method} {call_path(entry)[:200]} at {entry.at.astimezone(BEIJING):%H:%M:%S}"


def push_what(delivery: Delivery, desk: Desk) -> str:
    """A push in a few words."""
    return f"{push_wording.push_named(delivery, desk)} at {delivery.created_at.astimezone(BEIJING):%H:%M:%S}"


def _near_calls(company: Company, matcher: CallMatcher, since: Since) -> list[NearMiss]:
    likeness = _Likeness()
    wanted = matcher.match

    def at_first_sight(entry: CallEntry) -> tuple[float, int]:
        score = float(entry.method == wanted.get("method"))
        score += float("customer_token" in wanted and entry.customer_token == wanted["customer_token"])
        if "path" in wanted:
            score += 3 * likeness(str(wanted["path"]), call_path(entry))
        if "endpoint" in wanted:
            score += 3 * likeness(str(wanted["endpoint"]).rpartition(" ")[2], entry.endpoint.rpartition(" ")[2])
        return score, entry.id

    calls = (
        entry
        for entry in company.journal
        if isinstance(entry, CallEntry) and entry.kind == "call" and since.takes_in(entry.id, entry.at)
    )
    rows = []
    for entry in nlargest(_LOOKED_AT, calls, key=at_first_sight):
        fields = matcher.by_field(entry)
        like = {
            "path": lambda entry=entry: likeness(str(wanted["path"]), call_path(entry)),
            "endpoint": lambda entry=entry: likeness(
                str(wanted["endpoint"]).rpartition(" ")[2], entry.endpoint.rpartition(" ")[2]
            ),
        }
        score = _score(fields, wanted, like)
        rows.append(NearMiss(entry.id, "call", call_what(entry), fields, score))
    return _best(rows)


def _near_pushes(company: Company, matcher: PushMatcher, since: Since) -> list[NearMiss]:
    desk = company.look()
    cheap = [name for name in matcher.fields if name not in ("body", "type")]
    seen: dict[int, tuple[int, Delivery]] = {}
    for number, delivery in _pushes(company, since):
        seen.setdefault(delivery.id, (number, delivery))

    def at_first_sight(row: tuple[int, Delivery]) -> tuple[int, int]:
        return sum(matcher.is_met(name, row[1], desk) for name in cheap), row[0]

    rows = []
    for number, delivery in nlargest(_LOOKED_AT, seen.values(), key=at_first_sight):
        fields = matcher.by_field(delivery, desk)
        rows.append(NearMiss(number, "push", push_what(delivery, desk), fields, _score(fields, matcher.match, {})))
    return _best(rows)


def _pushes(company: Company, since: Since) -> Iterator[tuple[int, Delivery]]:
    for entry in company.journal:
        if isinstance(entry, PushEntry) and since.takes_in(entry.id, entry.at):
            delivery = company.outbox.deliveries.get(entry.delivery_id)
            if delivery is not None:
                yield entry.id, delivery


def _best(rows: list[NearMiss]) -> list[NearMiss]:
    missed = [row for row in rows if row.differences]
    return sorted(missed, key=lambda row: (-row.score, -row.id))[:MOST]


def _score(
    fields: Mapping[str, list[Difference]], wanted: Mapping[str, Any], like: Mapping[str, Callable[[], float]]
) -> float:
    """How much of what is asked for is so, from 0 to 1."""
    total, got = 0.0, 0.0
    for name, differences in fields.items():
        weight = _WEIGHTS.get(name, 1.0)
        total += weight
        if not differences:
            got += weight
        elif name in like:
            got += weight * _PARTLY * like[name]()
        else:
            missed = sum(1.0 if row.found == "nothing" else 1 - _OTHER for row in differences)
            got += weight * _PARTLY * max(0.0, 1 - missed / max(_leaves(wanted[name]), len(differences)))
    return round(got / total, 2) if total else 0.0


def _leaves(pattern: object) -> int:
    """How many plain values a pattern asks for."""
    if isinstance(pattern, Mapping):
        return max(1, sum(_leaves(inner) for inner in pattern.values()))
    if isinstance(pattern, list):
        return max(1, sum(_leaves(inner) for inner in pattern))
    return 1


class _Likeness:
    """How alike two paths are, from 0 to 1; many calls have few paths."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], float] = {}

    def __call__(self, wanted: str, found: str) -> float:
        pair = wanted[:200], found[:200]
        ratio = self._known.get(pair)
        if ratio is None:
            ratio = SequenceMatcher(None, *pair).ratio()
            self._known[pair] = ratio = ratio if ratio >= 0.5 else 0.0
        return ratio
