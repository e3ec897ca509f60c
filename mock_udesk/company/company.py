"""One company: a desk with a clock, keys, an outbox and a journal. Synchronous, so each call is atomic without locks."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from heapq import nsmallest
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic_core import to_json

from ..desk.commands import Command, SetPolicy
from ..desk.desk import Desk
from ..desk.effects import Happened, Outcome, Played, PushAnswer, PushBody, PushMessages, PushRead
from ..settings import Settings, SurveySettings
from . import push_wording, wording
from .clock import Clock
from .deliveries import Delivery, Order, Result, Target
from .founding import Founding, opened, policy
from .journal import Journal
from .limits import Limits
from .nonces import Nonces
from .outbox import Outbox
from .pushes import bodies
from .shapes import SurveyOptions, iso8601, survey_options
from .signing import Credentials, Verdict, verify
from .struct_signing import verify_struct

if TYPE_CHECKING:
    from ..scenario.scenario import Scenario

R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Upcoming:
    """Something that will happen by itself, on the company's clock."""

    due: datetime
    kind: str
    text: str

    def shown(self) -> dict[str, Any]:
        """As plain JSON values."""
        return {"due": iso8601(self.due), "kind": self.kind, "text": self.text}


class Company:
    """All that one Udesk customer account holds, for one life: a reset puts another one in its place.

    `ring` is called whenever something may have become due; it must be cheap. Raises UsageError when the founding's scenario can't
    be laid over the first people.
    """

    def __init__(self, founding: Founding, settings: Settings, *, epoch: int, ring: Callable[[], None]) -> None:
        self.founding = founding
        self.settings = settings
        self.epoch = epoch
        self.clock = Clock(now=founding.now, rate=founding.rate)
        self.desk = opened(settings, self.clock.now())
        self.nonces = Nonces()
        self.limits = Limits()
        self.outbox = Outbox()
        self.outbox.bound(settings)
        self.journal = Journal(max_entries=settings.journal_max_entries, max_bytes=settings.journal_max_bytes)
        self._ring = ring
        self._survey: tuple[SurveySettings, SurveyOptions] | None = None
        # What is played; a reset goes back to the founding's.
        self.scenario: Scenario | None = None
        if founding.scenario is not None:
            self._found_with(founding.scenario)

    @property
    def credentials(self) -> Credentials:
        """What calls to this company are signed with."""
        return self.founding.credentials

    @property
    def survey_options(self) -> SurveyOptions:
        """The company's survey as answers hold it; made once for each value of the setting, for every session's answer has it."""
        survey = self.settings.survey
        if self._survey is None or self._survey[0] is not survey:
            self._survey = survey, SurveyOptions.model_validate(survey_options(survey))
        return self._survey[1]

    def submit(self, command: Command[R], cause: int | None) -> R:
        """Asks the desk for something, after the past has happened; pushes and journal entries carry the cause.

        Raises DeskError or UsageError, and then nothing has changed.
        """
        now = self.clock.now()
        self._catch_up(now)
        outcome = self.desk.handle(command, now)
        self._carry_out(outcome, cause)
        self._ring()
        return outcome.reply

    def wake(self) -> None:
        """Lets happen at the desk what is due by now, and frees what has aged."""
        now = self.clock.now()
        self._catch_up(now)
        self.nonces.forget(now)
        self.limits.forget(now)

    def look(self) -> Desk:
        """The desk as it is now, to be read."""
        self._catch_up(self.clock.now())
        return self.desk

    def verify(self, query: dict[str, str], *, now: datetime, real: datetime) -> Verdict:
        """What the signature of a call with this query, received at `now`, is worth; a good one spends its nonce."""
        return verify(
            query,
            credentials=self.credentials,
            settings=self.settings,
            nonces=self.nonces,
            now=now,
            real=real,
        )

    def verify_struct(self, query: dict[str, str], *, now: datetime, real: datetime) -> Verdict:
        """What the MD5 signature of a structured message's call is worth. Ruling 4."""
        return verify_struct(query, credentials=self.credentials, settings=self.settings, now=now, real=real)

    def change_settings(self, changes: dict[str, Any], cause: int | None) -> None:
        """Changes the named settings, all or none, after the past has happened under the old ones. Raises pydantic's ValidationError."""
        settings = self.settings.changed(changes)
        self._catch_up(self.clock.now())
        self._set(settings, cause)
        self._ring()

    def load_scenario(self, scenario: "Scenario", cause: int | None) -> None:
        """Plays this scenario from now on, in place of the one that is played: its settings, its people, its rules; all or nothing.

        Runs under way end or go on by the setting `scenario_runs`, the new scenario's own value if it has one.
        Raises UsageError (`field` is the place in `company`), DeskError and, for settings, pydantic's ValidationError.
        """
        settings = self.settings
        for part in scenario.parts:
            settings = settings.changed(part.company.settings)
        self._load(scenario, settings, cause)

    def reload_scenario(self, scenario: "Scenario") -> None:
        """As `load_scenario`, of the one that the company was founded with: a reset begins with it too.

        Settings that nobody changed since the first day become those of such a first day, so flags still win over the file. Raises alike.
        """
        founding = replace(self.founding, scenario=scenario)
        before, after = self.founding.first_settings, founding.first_settings
        fresh = {
            name: value
            for name, value in after
            if value != getattr(before, name) and getattr(self.settings, name) == getattr(before, name)
        }
        self._load(scenario, self.settings.model_copy(update=fresh), None)
        self.founding = founding

    def _load(self, scenario: "Scenario", settings: Settings, cause: int | None) -> None:
        from . import playing

        now = self.clock.now()
        self._catch_up(now)
        playing.rehearsed(scenario, self.desk, now, seed=self.founding.seed)
        self._bound(settings)
        laid = playing.laid(scenario, self.desk, settings, now, seed=self.founding.seed)
        if self.scenario is not None:
            self.journal.scenario("unloaded", playing.unloading(self.scenario, self.desk), now, cause)
        entry = self.journal.scenario("loaded", playing.loading(scenario), now, cause)
        self.scenario = scenario
        self._carry_out(playing.start(scenario, self.desk, now, settings, seed=self.founding.seed, unheard=laid), entry)
        self._ring()

    def unload_scenario(self, cause: int | None) -> None:
        """Plays none any more; runs under way end or go on by the setting `scenario_runs`. Without one nothing changes."""
        now = self.clock.now()
        self._catch_up(now)
        if self.scenario is None:
            return
        from . import playing

        entry = self.journal.scenario("unloaded", playing.unloading(self.scenario, self.desk), now, cause)
        self.scenario = None
        self._carry_out(self.desk.unload_script(old_runs=self.settings.scenario_runs, now=now), entry)
        self._ring()

    def _found_with(self, scenario: "Scenario") -> None:
        """The first day: nobody is there yet to whom anything could happen, so nothing but the loading is told."""
        from . import playing

        now, seed = self.clock.now(), self.founding.seed
        playing.laid(scenario, self.desk, self.settings, now, seed=seed)
        entry = self.journal.scenario("loaded", playing.loading(scenario), now, None)
        self.scenario = scenario
        self._carry_out(playing.start(scenario, self.desk, now, self.settings, seed=seed), entry)

    def _set(self, settings: Settings, cause: int | None) -> None:
        self._bound(settings)
        if policy(settings) != self.desk.state.policy:
            self.submit(SetPolicy(policy(settings)), cause)

    def _bound(self, settings: Settings) -> None:
        """Takes the settings over, but for what the desk has to be told."""
        self.settings = settings
        self.journal.bound(max_entries=settings.journal_max_entries, max_bytes=settings.journal_max_bytes)
        self.outbox.bound(settings)

    def next_due(self) -> datetime | None:
        """The earliest moment at which somebody must call `wake` or `take_due`."""
        desk, outbox = self.desk.next_due(), self.outbox.next_due()
        if desk is None or outbox is None:
            return desk or outbox
        return min(desk, outbox)

    def take_due(self) -> list[Order]:
        """The pushes to be attempted now; each is in flight until it is reported."""
        now = self.clock.now()
        self._catch_up(now)
        return self.outbox.take_due(now, self.settings)

    def report(self, delivery_id: int, attempt_number: int, result: Result) -> None:
        """How an attempt went. One that is not in flight any more is passed over."""
        self.outbox.finish(delivery_id, attempt_number, result, self.clock.now(), self.settings)
        self._ring()

    def resend(self, delivery_id: int, cause: int) -> Delivery:
        """Sends a push once more, same id and bytes, after the past has happened. Raises UsageError: unknown, or still on its way."""
        now = self.clock.now()
        self._catch_up(now)
        url = self._url(self.outbox.get(delivery_id).target)
        delivery = self.outbox.resend(delivery_id, now, cause=cause, url=url)
        self.journal.pushed(delivery.id, now, cause)
        self._ring()
        return delivery

    def rang(self) -> None:
        """Something outside the desk changed (the clock): look again at what is due."""
        self._ring()

    def upcoming(self, limit: int, *, until: datetime | None = None) -> tuple[list[Upcoming], int]:
        """The first `limit` things that will happen by themselves, in order, and how many there are; `until` leaves out what comes later."""
        timers, count = self.desk.soonest(limit, until=until)
        rows = []
        for timer in timers:
            who = wording.customer_named(self.desk, timer.customer_id)
            rows.append(Upcoming(timer.due, timer.kind, wording.timer(timer, self.desk, who)))
        attempts = [attempt for attempt in self.outbox.waiting() if until is None or attempt[0] <= until]
        for due, delivery_id in nsmallest(limit, attempts):
            delivery = self.outbox.get(delivery_id)
            where = f"{push_wording.push_named(delivery, self.desk)} at {self._url(delivery.target)}"
            rows.append(Upcoming(due, "push_attempt", f"{where}, attempt {len(delivery.attempts) + 1}"))
        return sorted(rows, key=lambda row: row.due)[:limit], count + len(attempts)

    def _catch_up(self, now: datetime) -> None:
        due = self.desk.next_due()
        if due is not None and due <= now:
            self._carry_out(self.desk.wake(now), None)

    def _url(self, target: Target) -> str | None:
        return self.settings.receive_url if target == "receive_url" else self.settings.h5_push_url

    def _carry_out(self, outcome: Outcome[Any], cause: int | None) -> None:
        journal = self.journal
        if not outcome.causes:
            # As nearly always, and then it costs no more than this.
            for effect in outcome.effects:
                if isinstance(effect, Happened):
                    journal.happened(effect, cause)
                elif not isinstance(effect, Played):
                    self._send(effect, cause)
                else:
                    journal.played(effect, cause)
            return
        # Of each effect the entry that others name as their cause; a push causes nothing.
        entries: list[int | None] = []
        for effect, place in zip(outcome.effects, outcome.causes, strict=True):
            because = cause if place is None else entries[place]
            if isinstance(effect, Happened):
                entries.append(journal.happened(effect, because))
            elif isinstance(effect, Played):
                entries.append(journal.played(effect, because))
            else:
                self._send(effect, because)
                entries.append(because)

    def _send(self, effect: PushMessages | PushRead | PushAnswer | PushBody, cause: int | None) -> None:
        """Puts a push into the outbox, if anything of it goes anywhere."""
        parcels = bodies(effect, self.desk, self.settings)
        if not parcels:
            return
        session_id, stay_id = self._place_of(effect)
        for parcel in parcels:
            delivery = self.outbox.put(
                target=parcel.target,
                customer_id=effect.customer_id,
                session_id=session_id,
                stay_id=stay_id,
                push=parcel.push,
                body=to_json(parcel.body),
                cause=cause,
                now=effect.at,
                url=self._url(parcel.target),
            )
            self.journal.pushed(delivery.id, effect.at, cause)

    def _place_of(self, effect: PushMessages | PushRead | PushAnswer | PushBody) -> tuple[int | None, int | None]:
        """The session and the stay that a push belongs to. A robot's answer has no session."""
        if isinstance(effect, PushAnswer):
            return None, effect.stay_id
        if isinstance(effect, PushBody):
            return effect.session_id, effect.stay_id
        return effect.session_id, self.desk.state.sessions[effect.session_id].stay_id
