"""Whether there were as many calls or pushes as there should be, or all of them in their order; and the answer in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from ...desk.phrases import nouns
from ...endpoint.wrong import short
from ...scenario.traffic.pattern_words import expected_words
from ..company import Company
from ..journal.entries import CallEntry, PushEntry
from ..matching.differing import hidden
from .near_misses import NearMiss, call_what, near_misses, push_what
from .sightings import Criterion, Sightings, Since

_MOST_LISTED: Final = 10
_LONGEST_VALUE: Final = 300


@dataclass(frozen=True, slots=True)
class HowMany:
    """How often something should have been."""

    least: int = 1
    most: int | None = None

    @property
    def words(self) -> str:
        """`at least 1`, `exactly 2`, `never`."""
        if self.most is None:
            return f"at least {self.least}"
        if self.most == 0:
            return "never"
        if self.least == self.most:
            return f"exactly {self.least}"
        return f"between {self.least} and {self.most}" if self.least else f"at most {self.most}"

    def holds(self, count: int) -> bool:
        """Whether so many are right."""
        return self.least <= count and (self.most is None or count <= self.most)

    def is_decided(self, count: int) -> bool:
        """Whether more of them can change nothing any more."""
        return count >= self.least if self.most is None else count > self.most


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came out."""

    is_ok: bool
    matched: int
    expected: str
    entries: list[int]
    message: str
    near_misses: list[NearMiss]


def judge(company: Company, criterion: Criterion, how_many: HowMany, sightings: Sightings, since: Since) -> Verdict:
    """Whether a call or push was as often as it should be."""
    count = sightings.count()
    is_ok = how_many.holds(count)
    found = sightings.entries()
    noun = criterion.kind
    lines = [f"expected {_times(how_many, noun)}, found {count}" + (":" if criterion.match else "")]
    lines += asked_lines(criterion)
    nearest: list[NearMiss] = []
    if is_ok:
        lines += _listed(company, found)
    elif how_many.most is not None and count > how_many.most:
        lines += ["what was found:", *_listed(company, found)]
    else:
        lines += ["what was found:", *_listed(company, found)] if found else []
        nearest = near_misses(company, criterion, since)
        lines += _nearest_lines(company, criterion, since, nearest)
    if not is_ok and sightings.is_incomplete and count < how_many.least:
        lines.append(f"{dropped_words(company)}: there may have been more")
    return Verdict(is_ok, count, how_many.words, found, "\n".join(lines), nearest)


def judge_order(company: Company, criteria: Sequence[Criterion], sightings: Sightings, since: Since) -> Verdict:
    """Whether calls and pushes came one behind another; others may lie between."""
    reached = sightings.in_order()
    is_ok = len(reached) == len(criteria)
    expected = f"{len(criteria)} in this order"
    lines = [f"expected {expected}, found {len(reached)}:"]
    nearest: list[NearMiss] = []
    for place, criterion in enumerate(criteria):
        asked = f"{criterion.kind} {_in_short(criterion)}".rstrip()
        if place < len(reached):
            lines.append(f"✓ {place + 1}. {asked}: {_entry_words(company, reached[place])}")
        elif place > len(reached):
            lines.append(f"  {place + 1}. {asked}")
        else:
            lines.append(f"✗ {place + 1}. {asked}: {_not_there(company, sightings, place, reached)}")
            if not sightings.count(place):
                nearest = near_misses(company, criterion, since)
    if nearest:
        lines += ["", f"nearest to {len(reached) + 1}.:"]
        lines += [line for miss in nearest for line in miss_lines(miss, criteria[len(reached)])]
    if not is_ok and sightings.is_incomplete:
        lines.append(f"{dropped_words(company)}: there may have been more")
    return Verdict(is_ok, len(reached), expected, reached, "\n".join(lines), nearest)


def asked_lines(criterion: Criterion) -> list[str]:
    """What was asked for, a line a field."""
    match = hidden(criterion.match)
    width = max((len(name) for name in match), default=0)
    return [f"    {name:{width}}  {_asked(name, value)}" for name, value in match.items()]


def miss_lines(miss: NearMiss, criterion: Criterion) -> list[str]:
    """A near miss, criterion by criterion."""
    lines, asked = [f"#{miss.id} {miss.what}"], hidden(criterion.match)
    for name, differences in miss.fields.items():
        lines += [f"    ✗ {row.text}" for row in differences] or [f"    ✓ {name}: {_asked(name, asked[name])}"]
    return lines


def dropped_words(company: Company) -> str:
    """What was let go of, in words."""
    entries, pushes = company.journal.dropped, company.outbox.dropped
    parts = (
        [f"{entries:,} {'entry was' if entries == 1 else 'entries were'} dropped from the journal"] if entries else []
    )
    if pushes:
        parts.append(f"{pushes:,} ended {'push was' if pushes == 1 else 'pushes were'} dropped")
    return " and ".join(parts) or "something was dropped"


def _times(how_many: HowMany, noun: str) -> str:
    number = how_many.most if how_many.most is not None and how_many.words != "never" else how_many.least
    return f"no {noun}" if how_many.words == "never" else f"{how_many.words} {nouns(number, noun)}"


def _nearest_lines(company: Company, criterion: Criterion, since: Since, nearest: list[NearMiss]) -> list[str]:
    if nearest:
        return ["the nearest:", *(line for miss in nearest for line in miss_lines(miss, criterion))]
    window = "" if since == Since() else " since then"
    is_any = _is_any_there(company, criterion, since)
    if criterion.kind == "call":
        return [f"no {'other ' if is_any else ''}call of the emulated API has come{window}"]
    if is_any:
        return [f"nothing else has been pushed{window}"]
    is_set = company.settings.receive_url or company.settings.h5_push_url
    hint = "" if is_set else "; neither receive_url nor h5_push_url is set"
    return [f"nothing has been pushed{window}{hint}"]


def _is_any_there(company: Company, criterion: Criterion, since: Since) -> bool:
    kind = CallEntry if criterion.kind == "call" else PushEntry
    return any(
        isinstance(entry, kind) and getattr(entry, "kind", "") != "operator" and since.takes_in(entry.id, entry.at)
        for entry in company.journal
    )


def _not_there(company: Company, sightings: Sightings, place: int, reached: list[int]) -> str:
    earlier = sightings.entries(place)
    if not earlier:
        return "never came"
    before = f"after #{reached[-1]}" if reached else "at all"
    return f"none {before}; before it there was {_entry_words(company, earlier[-1])}"


def _listed(company: Company, numbers: Sequence[int]) -> list[str]:
    lines = [_entry_words(company, number) for number in numbers[:_MOST_LISTED]]
    return [*lines, f"and {len(numbers) - _MOST_LISTED} more"] if len(numbers) > _MOST_LISTED else lines


def _entry_words(company: Company, number: int) -> str:
    entry = company.journal.get(number)
    if isinstance(entry, CallEntry):
        return f"#{number} {call_what(entry)}"
    if isinstance(entry, PushEntry) and (delivery := company.outbox.deliveries.get(entry.delivery_id)) is not None:
        return f"#{number} {push_what(delivery, company.desk)}"
    return f"#{number}, which was dropped since"


def _in_short(criterion: Criterion) -> str:
    return ", ".join(f"{name} {_asked(name, value)}" for name, value in hidden(criterion.match).items())[
        :_LONGEST_VALUE
    ]


def _asked(name: str, value: Any) -> str:
    if name == "attempts" and isinstance(value, Mapping):
        return expected_words({"$size": value}).removeprefix("a size of ")
    if isinstance(value, str) and name not in ("body", "params", "query", "answer"):
        return value.encode(errors="backslashreplace").decode()[:_LONGEST_VALUE]
    return short(value) if not isinstance(value, Mapping) else expected_words(value)
