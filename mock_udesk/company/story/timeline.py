"""The story of a company or of one conversation, told once: for demo, play, pytest and console."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from ...desk.desk import Desk
from ...desk.happenings import Happening
from ..company import Company
from ..journal.entries import CallEntry, Entry, FaultEntry, HappeningEntry, PlannedFaultEntry, PushEntry, ScenarioEntry
from ..pushes.deliveries import Delivery
from ..pushes.shapes import BEIJING, iso8601
from . import call_wording, push_wording, wording
from .columns import columns, padded, visible
from .line import TO_COME, Line
from .scope import Scope, scope_of
from .to_come import to_come

if TYPE_CHECKING:
    from .play_wording import Waits

_QUESTIONS = (Happening.ROBOT_QUESTION, Happening.UROBOT_QUESTION)
# Operators' calls that change nothing tell no story, unless something came of them.
_QUIET = re.compile(r"/_mock/(settle|sign|requests|await)")
_WIDEST_WHAT = 36
# Of what a scenario does these have a line, and how a wait_for ended; its other steps are told by what comes of them.
_PLAYED = ("loaded", "unloaded", "began", "failed")


def story(company: Company, *, customer_token: str | None = None, session_id: int | None = None) -> list[Line]:
    """All steps in order, then what is still due. An unknown customer or session has no story; both given: both must fit."""
    desk = company.look()
    scope = scope_of(desk, customer_token, session_id)
    if scope is None:
        return []
    entries = list(company.journal)
    caused: dict[int, list[Entry]] = {}
    for entry in entries:
        if not isinstance(entry, CallEntry) and entry.cause is not None:
            caused.setdefault(entry.cause, []).append(entry)
    lines: list[tuple[datetime, int, int, Line]] = []
    told: set[int] = set()
    own = scope.happenings(entries)
    span = (min(own, default=0), max(own, default=0))
    waits: Waits | None = None
    for entry in entries:
        match entry:
            case CallEntry():
                results = caused.get(entry.id, [])
                if _belongs(entry, results, company, scope, own, span):
                    line, in_it = _call(entry, results, desk, caused)
                    told |= in_it
                    if not _is_quiet(entry, results):
                        lines.append((entry.at, entry.id, 0, line))
            case HappeningEntry():
                if entry.id not in told and entry.id in own:
                    lines.append((entry.at, entry.id, 0, _happening(entry, desk)))
            case PushEntry():
                delivery = company.outbox.deliveries.get(entry.delivery_id)
                if delivery is not None and scope.has_pushed(delivery):
                    steps = _push(delivery, entry, desk)
                    # Its attempts come behind what let it go.
                    order = max(entry.id, delivery.released_after or 0)
                    lines.extend((line.at, order, place, line) for place, line in enumerate(steps, start=1))
            case ScenarioEntry():
                if not scope.has_played(entry):
                    continue
                if waits is None:
                    waits = _waits(company, desk)
                if (waited := waits.ended_by(entry)) is not None:
                    lines.append((entry.at, entry.id, 0, _scenario(entry, *waited)))
                if entry.id not in told and entry.what in _PLAYED:
                    text = _told(entry, desk, caused)
                    lines.append((entry.at, entry.id, 1, _scenario(entry, entry.what, text)))
            case PlannedFaultEntry():
                # What met a call stands in the call's own line, among its warnings.
                number = entry.delivery_id
                delivery = company.outbox.deliveries.get(number) if number is not None else None
                if delivery is not None and scope.has_pushed(delivery):
                    lines.append((entry.at, entry.id, 0, _fired(entry, delivery, desk)))
            case FaultEntry():
                if scope.is_everybody:
                    lines.append((entry.at, entry.id, 0, _fault(entry)))
    lines.sort(key=lambda row: row[:3])
    return [line for *_, line in lines] + to_come(company, desk, scope)


def as_text(lines: Iterable[Line], *, left_out: int = 0, dropped: int = 0) -> str:
    """The story as a person reads it: one line a step, columns aligned, Beijing time; a day stands on a line of its own.

    What would do something to a terminal instead of being shown is escaped. `left_out` is how many earlier steps there were that are not among these,
    `dropped` how many entries the journal had to let go of before.
    """
    rows = [replace(line, who=visible(line.who), what=visible(line.what), text=visible(line.text)) for line in lines]
    if not rows:
        return f"{left_out} steps, all left out\n" if left_out else "nothing has happened yet\n"
    who_width = max(columns(line.who) for line in rows)
    what_width = min(max(columns(line.what) for line in rows), _WIDEST_WHAT)
    day, is_future = "", False
    written = [f"the story began earlier: the journal dropped its first {dropped:,} entries"] if dropped else []
    written += [f"{left_out} earlier steps left out"] if left_out else []
    for line in rows:
        at = line.at.astimezone(BEIJING)
        if line.kind in TO_COME and not is_future:
            is_future = True
            written.append("still to come")
        if line.kind != "waiting" and f"{at:%Y-%m-%d}" != day:
            day = f"{at:%Y-%m-%d}"
            written.append(day)
        time = "whenever" if line.kind == "waiting" else f"{at:%H:%M:%S}"
        row = f"{time}  {padded(line.who, who_width)}  {padded(line.what, what_width)}  {line.text}"
        written.append(row.rstrip())
    return "\n".join(written) + "\n"


def as_json(lines: Iterable[Line]) -> list[dict[str, Any]]:
    """The story as plain JSON values."""
    return [
        {
            "at": iso8601(line.at),
            "who": line.who,
            "what": line.what,
            "text": line.text,
            "kind": line.kind,
            "id": line.id,
            "entry_id": line.entry_id,
            "customer_id": line.customer_id,
            "session_id": line.session_id,
        }
        for line in lines
    ]


def _belongs(
    entry: CallEntry,
    results: list[Entry],
    company: Company,
    scope: Scope,
    own: Collection[int],
    span: tuple[int, int],
) -> bool:
    for result in results:
        if isinstance(result, HappeningEntry):
            if result.id in own:
                return True
        elif isinstance(result, PushEntry):
            delivery = company.outbox.deliveries.get(result.delivery_id)
            if delivery is not None and scope.has_pushed(delivery):
                return True
    return scope.has_called(entry, span)


def _call(
    entry: CallEntry, results: list[Entry], desk: Desk, caused: Mapping[int, Sequence[Entry]]
) -> tuple[Line, set[int]]:
    """A call with the chief thing it made happen, and the numbers of what its line tells: that needs no line of its own."""
    happenings = [result for result in results if isinstance(result, HappeningEntry)]
    if not call_wording.call_path(entry).endswith("/customers"):
        # A customer who is made by asking for an agent is not what the call was for.
        happenings = [row for row in happenings if row.happened.kind is not Happening.CUSTOMER_CREATED]
    asked = next((row for row in happenings if row.happened.kind in _QUESTIONS), None)
    answer = next((row for row in happenings if row.happened.kind is Happening.ROBOT_ANSWER), None)
    main = answer or (happenings[0] if happenings else None)
    told = {row.id for row in (main, asked) if row is not None}
    changed = call_wording.changes(entry) if entry.kind == "operator" and entry.method == "PATCH" else ""
    words = wording.happening(main.happened, desk, changed) if main else ""
    if asked is not None and answer is not None:
        words = wording.exchange(asked.happened, answer.happened, desk)
    changes = [row for row in results if isinstance(row, ScenarioEntry) and row.did is None]
    if changes:
        # Of one that was replaced there is a line beside this.
        main, told = None, {changes[-1].id}
        words = f"{changes[-1].what} {_told(changes[-1], desk, caused)}"
    line = Line(
        at=entry.at,
        who="app → udesk" if entry.kind == "call" else "operator",
        what=f"{entry.method} {call_wording.call_path(entry)}",
        text=call_wording.verdict(entry, words),
        kind="call" if entry.kind == "call" else "operator",
        id=entry.id,
        entry_id=entry.id,
        customer_id=main.happened.customer_id if main else None,
        session_id=main.happened.session_id if main else None,
    )
    return line, told


def _is_quiet(entry: CallEntry, results: list[Entry]) -> bool:
    if entry.kind == "call" or results:
        return False
    return entry.method == "GET" or _QUIET.fullmatch(call_wording.call_path(entry)) is not None


def _happening(entry: HappeningEntry, desk: Desk) -> Line:
    happened = entry.happened
    return Line(
        at=happened.at,
        who="udesk",
        what=happened.kind.value.replace("_", " "),
        text=wording.happening(happened, desk),
        kind="happening",
        id=entry.id,
        entry_id=entry.id,
        customer_id=happened.customer_id,
        session_id=happened.session_id,
    )


def _scenario(entry: ScenarioEntry, what: str, text: str) -> Line:
    did = entry.did
    return Line(
        at=entry.at,
        who="scenario",
        what=what,
        text=text,
        kind="scenario",
        id=entry.id,
        entry_id=entry.id,
        customer_id=did.customer_id if did else None,
        session_id=did.session_id if did else None,
    )


def _told(entry: ScenarioEntry, desk: Desk, caused: Mapping[int, Sequence[Entry]]) -> str:
    from . import play_wording

    ended = sum(isinstance(one, ScenarioEntry) and one.what == "ended" for one in caused.get(entry.id, ()))
    return play_wording.told(entry, desk, ended=ended)


def _waits(company: Company, desk: Desk) -> "Waits":
    from .play_wording import Waits

    return Waits(company.scenario, desk)


def _fired(entry: PlannedFaultEntry, delivery: Delivery, desk: Desk) -> Line:
    from ..faults.plan_wording import in_words

    return Line(
        at=entry.at,
        who="mock-udesk",
        what="planned fault",
        text=f"{entry.plan_id}: {push_wording.push_named(delivery, desk)}: {in_words(entry.did)}",
        kind="planned_fault",
        id=entry.id,
        entry_id=entry.id,
        customer_id=delivery.customer_id,
        session_id=delivery.session_id,
    )


def _fault(entry: FaultEntry) -> Line:
    return Line(
        at=entry.at,
        who="mock-udesk",
        what="fault",
        text=entry.error,
        kind="fault",
        id=entry.id,
        entry_id=entry.id,
    )


def _push(delivery: Delivery, entry: PushEntry, desk: Desk) -> Iterator[Line]:
    """A line for each attempt of the round that this entry began; one for a push that was never tried in it."""
    who = "app ← udesk" if delivery.target == "receive_url" else "h5 ← udesk"
    content = push_wording.push_content(delivery)
    said = f"to {wording.customer_label(desk, delivery.customer_id)}" + (f": {content}" if content else "")
    said += push_wording.odd(delivery)
    outcomes = [(one.at, push_wording.attempt(delivery, one)) for one in delivery.attempts if one.cause == entry.cause]
    if not outcomes:
        outcomes = [(entry.at, push_wording.untried(delivery, entry))]
    for at, outcome in outcomes:
        yield Line(
            at=at,
            who=who,
            what=push_wording.push_what(delivery),
            text=f"{said} → {outcome}",
            kind="push",
            id=delivery.id,
            entry_id=entry.id,
            customer_id=delivery.customer_id,
            session_id=delivery.session_id,
        )
