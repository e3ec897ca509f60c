"""All of a company as data, and back: a company made of it goes on as if nothing had happened. Imported with the first snapshot."""

import json
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any, Final

from pydantic import ValidationError
from pydantic_core import from_json, to_json

from ...desk.desk import Desk
from ...desk.errors import UsageError
from ...scenario.loader import load
from ...scenario.scenario import Scenario, ScenarioErrors, Source
from ...scenario.templates import Templates
from ...settings import Settings
from ..awaiting.upcoming import upcoming
from ..clock import Clock
from ..company import Company
from ..founding import Founding
from ..journal.entries import (
    CallEntry,
    Entry,
    FaultEntry,
    HappeningEntry,
    PlannedFaultEntry,
    PushEntry,
    ScenarioEntry,
)
from ..journal.journal import Journal
from ..signing.open_api import Credentials
from .fitting import check, tell_all
from .kept import COMPANY, KeptCompany, KeptFile, KeptFounding, KeptJournal
from .masking import SnapshotMask

FORMAT: Final = 1
_KEYS: Final = ("format", "mock_udesk", "digest", "company")
_HINT: Final = "GET /_mock/snapshot takes one; it is put back as it came"
# What can go wrong with data whose digest is right, but whose parts don't fit together: somebody made it by hand.
_UNFIT: Final = (ArithmeticError, AssertionError, AttributeError, LookupError, TypeError, ValueError)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A snapshot that was read and found whole."""

    kept: KeptCompany

    def company(self, *, subdomain: str, credentials: Credentials, epoch: int, ring: Callable[[], None]) -> Company:
        """A company that goes on where this one was, under another name and with other keys. Raises UsageError (invalid)."""
        kept = self.kept
        try:
            check(kept)
            first = _loaded(kept.founding.scenario)
            founding = Founding(
                subdomain=subdomain,
                credentials=credentials,
                seed=kept.founding.seed,
                now=kept.founding.now,
                rate=kept.founding.rate,
                settings=Settings.model_validate(kept.founding.settings),
                scenario=first,
            )
            # A company on its first day, so that it has all that a company has.
            company = Company(
                replace(founding, scenario=None), Settings.model_validate(kept.settings), epoch=epoch, ring=ring
            )
            company.founding = founding
            company.scenario = first if kept.plays_first else _loaded(kept.scenario)
            company.clock = Clock(now=kept.now, rate=kept.rate)
            company.desk = Desk(kept.desk, None if kept.desk.play is None else Templates())
            company.nonces, company.limits, company.faults = kept.nonces, kept.limits, kept.faults
            company.outbox = kept.outbox
            _fill(company.journal, kept.journal)
            # What has no owner shows when somebody looks.
            company.desk.timers()
            upcoming(company, 1)
            tell_all(company)
        except UsageError as error:
            raise _refused(error.message) from None
        except ScenarioErrors as error:
            raise _refused(f"its scenario can't be loaded: {error.errors[0]}") from None
        except _UNFIT as error:
            raise _refused(f"its parts don't fit together: {type(error).__name__} {error}"[:300]) from None
        return company


def taken(company: Company, *, keys: Iterable[Credentials], version: str) -> bytes:
    """A company as JSON, by this version of mock-udesk. None of these keys is in it, wherever somebody may have sent one. Changes nothing."""
    mask = SnapshotMask(keys)
    founding, journal = company.founding, company.journal
    plays_first = company.scenario is not None and company.scenario is founding.scenario
    kept = KeptCompany(
        founding=KeptFounding(
            seed=founding.seed,
            now=founding.now,
            rate=founding.rate,
            settings=_chosen(founding.settings),
            scenario=_files(founding.scenario),
        ),
        settings=_chosen(company.settings),
        scenario=None if plays_first else _files(company.scenario),
        plays_first=plays_first,
        now=company.clock.now(),
        rate=company.clock.rate,
        desk=company.desk.state,
        nonces=company.nonces,
        limits=company.limits,
        outbox=mask.outbox(company.outbox),
        faults=company.faults,
        journal=_kept_journal(journal, mask),
    )
    body = mask.everywhere(COMPANY.dump_json(kept))
    head = to_json({"format": FORMAT, "mock_udesk": version, "digest": _digest(body, version)})
    return b'%b,"company":%b}' % (head[:-1], body)


def read(body: bytes, *, version: str) -> Snapshot:
    """The snapshot in these bytes, of this version of mock-udesk; they may have been laid out anew. Raises UsageError (invalid) with what is wrong."""
    if not body.strip():
        raise _refused("there is nothing in the body")
    try:
        whole = from_json(body, allow_inf_nan=False)
    except ValueError as error:
        raise _refused(f"it is not JSON, or was cut: {error}") from None
    if not isinstance(whole, dict):
        raise _refused(f"it is {_noun(whole)}, not an object")
    missing = [key for key in _KEYS if key not in whole]
    if missing:
        raise _refused(f"{', '.join(missing)} {'is' if len(missing) == 1 else 'are'} missing")
    unknown = [key for key in whole if key not in _KEYS]
    if unknown:
        raise _refused(f"{unknown[0]!r:.80} is unknown; it has {', '.join(_KEYS)}")
    if type(whole["format"]) is not int or whole["format"] != FORMAT:
        raise _refused(f"its format is {whole['format']!r:.80}; this mock-udesk reads format {FORMAT}")
    if whole["mock_udesk"] != version:
        raise _refused(f"it was taken by mock-udesk {whole['mock_udesk']!s:.80}; this is {version}")
    company = to_json(whole["company"])
    if whole["digest"] != _digest(company, version):
        raise _refused("it was changed or damaged since it was taken: its digest is another")
    try:
        return Snapshot(COMPANY.validate_json(company))
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False)[0]
        place = ".".join(map(str, first["loc"]))
        raise _refused(f"company.{place}: {first['msg']}"[:300]) from None
    except _UNFIT as error:
        raise _refused(f"its parts don't fit together: {type(error).__name__} {error}"[:300]) from None


def _digest(company: bytes, version: str) -> str:
    return sha256(b"%d %b\n%b" % (FORMAT, version.encode(), company)).hexdigest()


def _refused(text: str) -> UsageError:
    return UsageError("invalid", f"this snapshot can't be put back: {text}", hint=_HINT)


def _noun(value: object) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "true or false"
        case int() | float():
            return "a number"
        case str():
            return "a text"
        case _:
            return "a list"


def _chosen(settings: Settings) -> dict[str, Any]:
    return settings.model_dump(mode="json", exclude_unset=True)


def _files(scenario: Scenario | None) -> list[KeptFile] | None:
    if scenario is None:
        return None
    return [KeptFile(file=part.file, text=part.text, is_data=part.is_data) for part in scenario.parts]


def _loaded(files: list[KeptFile] | None) -> Scenario | None:
    if files is None:
        return None
    return load(
        [
            Source(file=file.file, data=json.loads(file.text))
            if file.is_data
            else Source(file=file.file, text=file.text)
            for file in files
        ]
    )


def _kept_journal(journal: Journal, mask: SnapshotMask) -> KeptJournal:
    kept = KeptJournal(
        next_id=journal.last_id + 1,
        dropped=journal.dropped,
        dropped_bytes=journal.dropped_bytes,
        dropped_up_to=journal.dropped_up_to,
        dropped_problems=journal.dropped_problems,
        problems=[mask.problem(problem) for problem in journal.problems],
        late=list(journal.late),
        late_dropped_up_to=journal.late_dropped_up_to,
        calls=[],
        happenings=[],
        pushes=[],
        scenarios=[],
        planned_faults=[],
        faults=[],
    )
    for entry in journal:
        match entry:
            case CallEntry():
                kept.calls.append(mask.call(entry))
            case HappeningEntry():
                kept.happenings.append(entry)
            case PushEntry():
                kept.pushes.append(entry)
            case ScenarioEntry():
                kept.scenarios.append(entry)
            case PlannedFaultEntry():
                kept.planned_faults.append(entry)
            case FaultEntry():
                kept.faults.append(mask.fault(entry))
    return kept


def _entries(kept: KeptJournal) -> list[Entry]:
    entries: list[Entry] = [
        *kept.calls,
        *kept.happenings,
        *kept.pushes,
        *kept.scenarios,
        *kept.planned_faults,
        *kept.faults,
    ]
    return sorted(entries, key=lambda entry: entry.id)


def _fill(journal: Journal, kept: KeptJournal) -> None:
    journal.resume(_entries(kept), next_id=kept.next_id)
    journal.dropped, journal.dropped_bytes, journal.dropped_up_to = kept.dropped, kept.dropped_bytes, kept.dropped_up_to
    journal.dropped_problems = kept.dropped_problems
    journal.problems = deque(kept.problems)
    journal.late, journal.late_dropped_up_to = deque(kept.late), kept.late_dropped_up_to
