"""One company: a desk with a clock, keys, an outbox and a journal. Synchronous, so each call is atomic without locks."""

from collections.abc import Callable
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic_core import to_json

from ..desk.commands import Command, SetPolicy
from ..desk.desk import Desk
from ..desk.effects import Effect, Happened, Outcome, PlanFault, Played, PushAnswer, PushBody, PushMessages, PushRead
from ..settings import Settings, SurveySettings
from .clock import Clock
from .faults.plans import Faults
from .founding import Founding, opened, policy
from .journal.journal import Journal
from .limits import Limits
from .pushes.deliveries import Delivery, Order, Result, Target
from .pushes.outbox import Outbox
from .pushes.pushes import bodies
from .pushes.shapes import SurveyOptions, survey_options
from .signing.nonces import Nonces
from .signing.open_api import Credentials, Verdict, verify
from .signing.struct import verify_struct

if TYPE_CHECKING:
    from ..scenario.scenario import Scenario
    from .first_day import FirstDay

R = TypeVar("R")


class Company:
    """All that one Udesk customer account holds, for one life: a reset puts another one in its place.

    `ring` is called whenever something may have become due; it must be cheap. `first_day` is that of the life before, if there was one.
    Raises UsageError when the founding's scenario can't be laid over the first people.
    """

    def __init__(
        self,
        founding: Founding,
        settings: Settings,
        *,
        epoch: int,
        ring: Callable[[], None],
        first_day: "FirstDay | None" = None,
    ) -> None:
        self.founding = founding
        self.settings = settings
        self.epoch = epoch
        self.clock = Clock(now=founding.now, rate=founding.rate)
        self.desk = opened(settings, self.clock.now())
        self.nonces = Nonces()
        self.limits = Limits()
        self.outbox = Outbox()
        self.faults = Faults(seed=founding.seed)
        self.outbox.bound(settings)
        self.journal = Journal(max_entries=settings.journal_max_entries, max_bytes=settings.journal_max_bytes)
        self._ring = ring
        self._survey: tuple[SurveySettings, SurveyOptions] | None = None
        # What is played; a reset goes back to the founding's.
        self.scenario: Scenario | None = None
        self.first_day = first_day
        if founding.scenario is not None:
            from . import playing

            playing.found(self, founding.scenario)

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
        self.catch_up(now)
        outcome = self.desk.handle(command, now)
        self.carry_out(outcome, cause)
        self._ring()
        return outcome.reply

    def wake(self) -> None:
        """Lets happen at the desk what is due by now, and frees what has aged."""
        now = self.clock.now()
        self.catch_up(now)
        self.nonces.forget(now)
        self.limits.forget(now)

    def look(self) -> Desk:
        """The desk as it is now, to be read."""
        self.catch_up(self.clock.now())
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
        self.catch_up(self.clock.now())
        self.take_over(settings)
        if policy(settings) != self.desk.state.policy:
            self.submit(SetPolicy(policy(settings)), cause)
        self._ring()

    def load_scenario(self, scenario: "Scenario", cause: int | None) -> None:
        """Plays this scenario from now on, in place of the one that is played: its settings, its people, its rules; all or nothing.

        Runs under way end or go on by the setting `scenario_runs`, the new scenario's own value if it has one.
        Raises UsageError (`field` is the place in `company`), DeskError and, for settings, pydantic's ValidationError.
        """
        from . import playing

        playing.load(self, scenario, cause)

    def reload_scenario(self, scenario: "Scenario") -> None:
        """As `load_scenario`, of the one that the company was founded with: a reset begins with it too.

        Settings that nobody changed since the first day become those of such a first day, so flags still win over the file. Raises alike.
        """
        from . import playing

        playing.reload(self, scenario)

    def unload_scenario(self, cause: int | None) -> None:
        """Plays none any more; runs under way end or go on by the setting `scenario_runs`. Without one nothing changes."""
        if self.scenario is not None:
            from . import playing

            playing.unload(self, self.scenario, cause)

    def take_over(self, settings: Settings) -> None:
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
        self.catch_up(now)
        outbox = self.outbox
        ended = len(outbox.ended)
        orders = outbox.take_due(now, self.settings)
        # What has no URL any more ends here.
        for delivery_id in list(islice(reversed(outbox.ended), max(len(outbox.ended) - ended, 0)))[::-1]:
            self.journal.changed("delivery", delivery_id)
        return orders

    def report(self, delivery_id: int, attempt_number: int, result: Result) -> Delivery | None:
        """How an attempt went. One that is not in flight any more is passed over: None."""
        delivery = self.outbox.finish(delivery_id, attempt_number, result, self.clock.now(), self.settings)
        if delivery is not None:
            self.journal.changed("attempt", delivery.id, attempt=attempt_number)
            if delivery.state != "pending":
                self.journal.changed("delivery", delivery.id)
        self._ring()
        return delivery

    def resend(self, delivery_id: int, cause: int) -> Delivery:
        """Sends a push once more, same id and bytes, after the past has happened. Raises UsageError: unknown, or still on its way."""
        now = self.clock.now()
        self.catch_up(now)
        url = self.url_of(self.outbox.get(delivery_id).target)
        delivery = self.outbox.resend(delivery_id, now, cause=cause, url=url)
        self.journal.pushed(delivery.id, now, cause)
        self._ring()
        return delivery

    def release(self, delivery_id: int) -> Delivery:
        """Lets go a push that a planned fault holds, after the past has happened. Raises UsageError: unknown, or not held."""
        from .faults.injection import release

        now = self.clock.now()
        self.catch_up(now)
        delivery = release(self.outbox, delivery_id, now)
        delivery.released_after = self.journal.last_id
        self.journal.changed("delivery", delivery.id)
        self._ring()
        return delivery

    def release_held(self, plan_id: int) -> list[Delivery]:
        """Lets go all that this planned fault holds, oldest first."""
        return [self.release(delivery_id) for delivery_id in self.outbox.held_by(plan_id)]

    def rang(self) -> None:
        """Something outside the desk changed (the clock): look again at what is due."""
        self._ring()

    def catch_up(self, now: datetime) -> None:
        """Lets happen at the desk what is due by now."""
        due = self.desk.next_due()
        if due is not None and due <= now:
            self.carry_out(self.desk.wake(now), None)

    def url_of(self, target: Target) -> str | None:
        """Where pushes of this kind go; None: nowhere."""
        return self.settings.receive_url if target == "receive_url" else self.settings.h5_push_url

    def carry_out(self, outcome: Outcome[Any], cause: int | None) -> None:
        """Lets happen all that came of something the desk did; pushes and journal entries carry the cause."""
        if not outcome.causes:
            # As nearly always.
            for effect in outcome.effects:
                self._carry(effect, cause)
            return
        entries: list[int | None] = []
        for effect, place in zip(outcome.effects, outcome.causes, strict=True):
            entries.append(self._carry(effect, cause if place is None else entries[place]))

    def _carry(self, effect: Effect, cause: int | None) -> int | None:
        """Lets one effect happen; replies with the entry that what follows names as its cause: a push causes nothing itself."""
        if isinstance(effect, Happened):
            return self.journal.happened(effect, cause)
        if isinstance(effect, Played):
            return self.journal.played(effect, cause)
        if isinstance(effect, PlanFault):
            from .faults.injection import add_from_step

            add_from_step(effect, self.faults, self.journal, cause)
        else:
            self._send(effect, cause)
        return cause

    def _send(self, effect: PushMessages | PushRead | PushAnswer | PushBody, cause: int | None) -> None:
        """Puts a push into the outbox, if anything of it goes anywhere."""
        parcels = bodies(effect, self.desk, self.settings)
        if not parcels:
            return
        session_id, stay_id = self._place_of(effect)
        has_plans = self.faults.on_pushes
        for parcel in parcels:
            delivery = self.outbox.draft(
                target=parcel.target,
                customer_id=effect.customer_id,
                session_id=session_id,
                stay_id=stay_id,
                push=parcel.push,
                body=to_json(parcel.body),
                cause=cause,
                now=effect.at,
            )
            self.journal.pushed(delivery.id, effect.at, cause)
            url = self.url_of(parcel.target)
            if has_plans and url is not None and self._met_fault(delivery, effect.at):
                continue
            self.outbox.place(delivery, effect.at, url=url)

    def _met_fault(self, delivery: Delivery, now: datetime) -> bool:
        """Whether a planned fault fires on a push that is about to be put; then the fault puts it, or does not."""
        firing = self.faults.of_push(delivery, self.desk, now)
        if firing is None:
            return False
        from .faults.injection import inject

        inject(firing, delivery, self.outbox, self.journal, now)
        return True

    def _place_of(self, effect: PushMessages | PushRead | PushAnswer | PushBody) -> tuple[int | None, int | None]:
        """The session and the stay that a push belongs to. A robot's answer has no session."""
        if isinstance(effect, PushAnswer):
            return None, effect.stay_id
        if isinstance(effect, PushBody):
            return effect.session_id, effect.stay_id
        return effect.session_id, self.desk.state.sessions[effect.session_id].stay_id
