"""Plays runs: step after step, until one waits, ends or fails."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Literal

from ..books import Books
from ..effects import Played
from ..errors import DeskError, UsageError
from ..places import Place
from .acting import Actor, remember
from .hearing import Conversation
from .queue_moves import QueueMoves
from .rendering import Heard, TextError, Texts
from .run_index import RunIndex
from .runs import Play, Run, address_text
from .script import STEP_NAMES, Rule, Step, Stop, Wait, WaitFor, next_at, step_at
from .views import session_of
from .walk import MOST_STEPS, Walk

# How much of what was said the reason of a run repeats.
_QUOTED = 60


class Player:
    """The runs of a play. `moves` is there while a scenario asks who moves up in the queues."""

    def __init__(self, books: Books, texts: Texts, play: Play, runs: RunIndex) -> None:
        self._books = books
        self._play = play
        self._runs = runs
        self._actor = Actor(books, texts)
        self.moves: QueueMoves | None = None

    def begin(
        self,
        walk: Walk,
        number: int,
        nth: int,
        conversation: Conversation,
        heard: Heard,
        groups: Mapping[str, str | None],
        cause: int,
    ) -> None:
        """A rule is set off: its run begins, and goes as far as it can."""
        play = self._play
        run = Run(
            id=play.next_run,
            version=play.version,
            rule=number,
            nth=nth,
            customer_id=conversation.customer_id,
            stay_id=conversation.living_id,
            began_at=walk.now,
            heard=heard,
        )
        play.next_run += 1
        self._runs.add(run)
        uses = play.uses[run.version].rules
        uses[number] = uses.get(number, 0) + 1
        place = self._rule(run).place
        began = walk.add(self._played(walk, run, "began", place, reason=_said(heard)), cause)
        self._hear(walk, run, groups, place, began)

    def take(
        self,
        walk: Walk,
        run: Run,
        conversation: Conversation,
        heard: Heard,
        groups: Mapping[str, str | None],
        cause: int,
    ) -> None:
        """What a run has waited for has happened: it goes on with the next step, as the customer's when its stay is over."""
        step = self.awaited(run)
        self._runs.stir(run)
        if run.stay_id is not None and not conversation.is_living:
            self._runs.leave_stay(run)
        run.heard = heard
        run.at = next_at(run.at)
        self._hear(walk, run, groups, step.place, cause)

    def time_up(self, walk: Walk, run: Run) -> None:
        """A wait is over, or nothing came that was waited for."""
        step = step_at(self._rule(run).steps, run.at)
        self._runs.stir(run)
        is_instead = isinstance(step, WaitFor) and step.otherwise is not None
        run.at = (*run.at, 0) if is_instead else next_at(run.at)
        self._go_on(walk, run, None)

    def end(self, walk: Walk, run: Run, reason: str, cause: int | None) -> None:
        """The run is over, as it should be."""
        walk.add(self._played(walk, run, "ended", self._rule(run).place, reason=reason), cause)
        self._runs.remove(run)

    def fail(self, walk: Walk, run: Run, step: Step, reason: str, cause: int | None) -> None:
        """The run is over, and its author is to blame."""
        walk.add(self._played(walk, run, "failed", step.place, step=STEP_NAMES[type(step)], reason=reason), cause)
        self._runs.remove(run)

    def awaited(self, run: Run) -> WaitFor:
        """What a run that listens waits for."""
        step = step_at(self._rule(run).steps, run.at)
        if not isinstance(step, WaitFor):
            raise AssertionError(f"run {run.id} listens at {run.at}: {step}")  # noqa: TRY004 - our own bug, not a caller's
        return step

    def seed(self, run: Run) -> str:
        """What `fake` draws from in the run's next step."""
        whose = f"customer {run.customer_id}" if run.stay_id is None else f"stay {run.stay_id}"
        return f"{self._play.seed}/{whose}/{run.rule}/{run.nth}/{run.rendered}"

    def _rule(self, run: Run) -> Rule:
        return self._play.scripts[run.version].rules[run.rule]

    def _hear(self, walk: Walk, run: Run, groups: Mapping[str, str | None], place: Place, cause: int) -> None:
        """What a pattern has found becomes variables, and the run goes on."""
        if groups:
            try:
                remember(run, groups)
            except UsageError as error:
                walk.add(self._played(walk, run, "failed", place, reason=why(error)), cause)
                self._runs.remove(run)
                return
        self._go_on(walk, run, cause)

    def _go_on(self, walk: Walk, run: Run, cause: int | None) -> None:
        """Does steps, each caused by what set this stretch of them off."""
        steps = self._rule(run).steps
        while True:
            step = step_at(steps, run.at)
            if step is None:
                return self.end(walk, run, "all its steps are done", cause)
            gone = self._gone(run)
            if gone:
                return self.end(walk, run, gone, cause)
            if walk.is_too_far(run.customer_id, run.stay_id):
                walk.is_deaf = True
                return self.fail(walk, run, step, _TOO_FAR, cause)
            match step:
                case Wait():
                    self._note(walk, run, step, cause)
                    until = walk.now + timedelta(seconds=step.seconds)
                    if until > walk.now:
                        return self._runs.wait(run, until)
                case WaitFor():
                    self._note(walk, run, step, cause)
                    return self._runs.listen(run, step, walk.now)
                case Stop():
                    self._note(walk, run, step, cause)
                    return self.end(walk, run, "it was told to stop", cause)
                case _:
                    if not self._do(walk, run, step, cause):
                        return None
            run.at = next_at(run.at)

    def _do(self, walk: Walk, run: Run, step: Step, cause: int | None) -> bool:
        """Does a step, and notes it before what it made happen; False: it failed."""
        seed = self.seed(run)
        run.rendered += 1
        # As it stands before the step: a transfer or a close changes it.
        played = self._played(walk, run, "step", step.place, step=STEP_NAMES[type(step)])
        try:
            effects = self._actor.do(step, run, seed, walk.now)
        except (DeskError, UsageError, TextError) as error:
            self.fail(walk, run, step, why(error), cause)
            return False
        self._count(run)
        at = walk.add(played, cause)
        walk.extend(effects, at)
        if self.moves is not None:
            walk.extend(self.moves.after(effects, walk.now), at)
        return True

    def _note(self, walk: Walk, run: Run, step: Step, cause: int | None) -> None:
        self._count(run)
        walk.add(self._played(walk, run, "step", step.place, step=STEP_NAMES[type(step)]), cause)

    def _count(self, run: Run) -> None:
        uses, at = self._play.uses[run.version].steps.setdefault(run.rule, {}), address_text(run.at)
        uses[at] = uses.get(at, 0) + 1

    def _gone(self, run: Run) -> str:
        """Why there is nobody any more to do anything for; "": there is."""
        state = self._books.state
        if run.customer_id not in state.customers:
            return "its customer was removed"
        return "" if run.stay_id is None or run.stay_id in state.stays else "its conversation is over"

    def _played(
        self,
        walk: Walk,
        run: Run,
        what: Literal["began", "step", "ended", "failed"],
        place: Place,
        *,
        step: str = "",
        reason: str = "",
    ) -> Played:
        session = session_of(self._books.state, run.stay_id, run.heard)
        return Played(
            at=walk.now,
            what=what,
            run_id=run.id,
            place=place,
            customer_id=run.customer_id,
            stay_id=run.stay_id,
            session_id=None if session is None else session.id,
            step=step,
            reason=reason,
        )


def why(error: DeskError | UsageError | TextError) -> str:
    """What was wrong and what would be right, in English."""
    match error:
        case TextError():
            return f"{error.expression}: {error.reason}"
        case DeskError():
            return error.detail or error.message
        case UsageError():
            return f"{error.message}; {error.hint}" if error.hint else error.message


_TOO_FAR = (
    f"this is step {MOST_STEPS + 1:,} of the conversation without any time passing, at most {MOST_STEPS:,} are done: "
    "rules that set each other off need a wait between them, or times"
)


def _said(heard: Heard) -> str:
    text = heard.text if len(heard.text) <= _QUOTED else heard.text[:_QUOTED] + "…"
    return f"{heard.kind} “{text}”" if text else str(heard.kind)
