"""The conductor of scenarios: tells runs and rules what happens, and lets them play. Imported with the first script."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Literal, TypeVar

from ..books import Books
from ..effects import Effect, Happened, Outcome, Played
from ..happenings import Happening
from .backtracking import MOST_SEARCHED
from .counts import Counts
from .hearing import Conversation, concerned, heard, text_of
from .matching import Matcher
from .player import Player, why
from .queue_moves import QueueMoves
from .rendering import Heard, TextError, Texts
from .rule_book import RuleBook
from .run_index import RunIndex
from .runs import Play, Run, Use
from .script import TRIGGERS, Rule, Script, WaitFor, all_steps
from .walk import Walk

R = TypeVar("R")

_TRIGGERS = frozenset(TRIGGERS)
# What ends a stay, and why its runs end with it.
_ENDS: Mapping[Happening, str] = {
    Happening.SESSION_CLOSED: "its session was closed",
    Happening.QUEUE_ABANDONED: "its customer left the queue",
}


class Conductor:
    """Walks along all that happens at once, from the first effect to the last; what that sets off is put at the end.

    All that it keeps beside the state's play follows from the state.
    """

    def __init__(self, books: Books, texts: Texts, play: Play) -> None:
        self._books = books
        self._play = play
        self._counts = Counts(books, play)
        self._runs = RunIndex(books, play)
        self._matcher = Matcher(books, texts)
        self._player = Player(books, texts, play, self._runs)
        self._book: RuleBook | None = None
        self._ready()

    # -- versions -----------------------------------------------------------------------------------------------------

    def load(
        self,
        script: Script,
        *,
        seed: int,
        old_runs: Literal["end", "go_on"],
        now: datetime,
        unheard: Sequence[Effect],
    ) -> Outcome[int]:
        """Tries these rules from now on, in the place of those before."""
        play, is_first = self._play, not self._play.scripts
        walk = self._ended("another scenario was loaded", old_runs, now)
        version = play.version = play.next_version
        play.next_version += 1
        play.seed = seed
        play.scripts[version] = script
        play.uses[version] = Use()
        self._counts.count_anew()
        if is_first:
            self._counts.recall()
        self._drop_versions()
        self._ready()
        first = len(walk.effects)
        walk.extend(unheard, None)
        self.go_along(walk.effects, walk.causes, first, now)
        return Outcome(version, tuple(walk.effects), tuple(walk.causes))

    def unload(self, *, old_runs: Literal["end", "go_on"], now: datetime) -> Outcome[None]:
        """Tries no rules any more."""
        walk = self._ended("the scenario was unloaded", old_runs, now)
        self._play.version = 0
        self._counts.count_anew()
        self._drop_versions()
        self._ready()
        return Outcome(None, tuple(walk.effects))

    def _ended(self, reason: str, old_runs: Literal["end", "go_on"], now: datetime) -> Walk:
        """The end of all runs, unless they go on."""
        walk = Walk(now, [], [])
        for run in list(self._play.runs.values()) if old_runs == "end" else ():
            self._player.end(walk, run, reason, None)
        return walk

    def _drop_versions(self) -> None:
        """Lets go of scripts that nobody plays any more, and of all counts when there is none left."""
        play = self._play
        for version in list(play.scripts):
            if version != play.version and not self._runs.is_under_way(version):
                del play.scripts[version], play.uses[version]
        if not play.scripts:
            self._counts.stop()

    def _ready(self) -> None:
        """Makes anew what follows from the scripts."""
        play, player = self._play, self._player
        self._matcher.forget()
        self._book = RuleBook(play.scripts[play.version]) if play.version else None
        if not any(_asks_for_moves(script) for script in play.scripts.values()):
            player.moves = None
        elif player.moves is None:
            player.moves = QueueMoves(self._books)

    # -- what happens -------------------------------------------------------------------------------------------------

    def follow(self, outcome: Outcome[R], now: datetime) -> Outcome[R]:
        """What a command came to, with all that scenarios do about it."""
        effects = list(outcome.effects)
        causes: list[int | None] = [None] * len(effects)
        self.go_along(effects, causes, 0, now)
        if len(effects) == len(outcome.effects):
            return outcome
        return Outcome(outcome.reply, tuple(effects), tuple(causes))

    def go_along(self, effects: list[Effect], causes: list[int | None], first: int, now: datetime) -> None:
        """Walks along the effects of one moment, from the first of them; puts at the end what scenarios do about them."""
        if not self._play.scripts:
            return
        walk = Walk(now, effects, causes)
        if self._player.moves is not None:
            walk.extend(self._player.moves.after(effects[first:], now), None)
        self._walk(walk, first)

    def time_up(self, run_id: int, effects: list[Effect], causes: list[int | None], now: datetime) -> None:
        """A run's time has come: it goes on, and what that makes happen is put at the end."""
        walk = Walk(now, effects, causes)
        first = len(effects)
        self._player.time_up(walk, self._play.runs[run_id])
        self._walk(walk, first)

    def _walk(self, walk: Walk, at: int) -> None:
        effects = walk.effects
        while at < len(effects):
            effect = effects[at]
            if isinstance(effect, Happened):
                self._hear(walk, at, effect)
            at += 1
        if len(self._play.scripts) > 1 or not self._play.version:
            before = len(self._play.scripts)
            self._drop_versions()
            if len(self._play.scripts) < before:
                self._ready()

    def _hear(self, walk: Walk, at: int, happened: Happened) -> None:
        kind, stay_id, customer_id = happened.kind, happened.stay_id, happened.customer_id
        if kind in _TRIGGERS:
            if stay_id is None:
                for conversation in concerned(self._books, happened):
                    self._offer(walk, at, happened, conversation)
                if customer_id is not None and customer_id in self._books.stays:
                    self._offer_to_customer(walk, at, happened, customer_id)
            elif customer_id is not None and customer_id in self._books.state.customers:
                is_living = stay_id in self._books.state.stays
                self._offer(walk, at, happened, Conversation(customer_id, stay_id, is_living))
        if kind in _ENDS and stay_id is not None:
            for run in self._runs.of_stay(stay_id):
                self._player.end(walk, run, _ENDS[kind], at)
            self._counts.end(stay_id)
        elif kind is Happening.CUSTOMER_REMOVED and customer_id is not None:
            for run in self._runs.of_customer(customer_id):
                self._player.end(walk, run, "its customer was removed", at)
            self._counts.forget_customer(customer_id)

    def _offer(self, walk: Walk, at: int, happened: Happened, conversation: Conversation) -> None:
        """Who waits for it takes it; else the first rule that fits begins a run."""
        turn = self._counts.come(happened.kind, conversation)
        if walk.is_deaf:
            return
        if self._is_taken(walk, at, happened, conversation, turn, self._runs.of(conversation)):
            return
        book = self._book
        if book is not None and happened.kind in book.kinds:
            self._try_rules(walk, at, happened, conversation, turn, book)

    def _offer_to_customer(self, walk: Walk, at: int, happened: Happened, customer_id: int) -> None:
        """What concerns a customer as such comes to their own runs too, whatever conversation they are in by now."""
        own = self._runs.without_stay(customer_id)
        if own and not walk.is_deaf:
            conversation = Conversation(customer_id, None, is_living=False)
            turn = self._counts.come(happened.kind, conversation)
            self._is_taken(walk, at, happened, conversation, turn, own)

    def _is_taken(
        self, walk: Walk, at: int, happened: Happened, conversation: Conversation, turn: int, runs: Sequence[Run]
    ) -> bool:
        """Whether a run that waits for it has taken it."""
        for run in runs:
            if not run.is_listening:
                continue
            step = self._player.awaited(run)
            if step.on is not happened.kind:
                continue
            said = heard(self._books, happened)
            try:
                groups = self._matcher.fits(
                    step.match,
                    said,
                    conversation,
                    turn=turn,
                    variables=run.variables,
                    seed=self._player.seed(run),
                    now=walk.now,
                )
            except TextError as error:
                self._player.fail(walk, run, step, why(error), at)
                continue
            if groups is not None:
                self._player.take(walk, run, conversation, said, groups, at)
                return True
        return False

    def _try_rules(
        self, walk: Walk, at: int, happened: Happened, conversation: Conversation, turn: int, book: RuleBook
    ) -> None:
        text = text_of(self._books, happened)[:MOST_SEARCHED]
        token = self._books.state.customers[conversation.customer_id].token
        numbers = book.candidates(happened.kind, token, turn, text)
        if not numbers:
            return
        said = heard(self._books, happened)
        begun = self._counts.begun(conversation)
        for number in numbers:
            rule = book.rules[number]
            if rule.times is not None and begun.get(number, 0) >= rule.times:
                continue
            seed = (
                f"{self._play.seed}/{conversation.stay_id or f'customer {conversation.customer_id}'}/{rule.on}/{turn}"
            )
            try:
                groups = self._matcher.fits(
                    rule.match, said, conversation, turn=turn, variables={}, seed=seed, now=walk.now
                )
            except TextError as error:
                self._refuse(walk, at, rule, said, conversation, why(error))
                continue
            if groups is not None:
                nth = self._counts.begin(number, conversation)
                self._player.begin(walk, number, nth, conversation, said, groups, at)
                return

    def _refuse(self, walk: Walk, at: int, rule: Rule, said: Heard, conversation: Conversation, reason: str) -> None:
        """A rule whose `when` can't be told does not fit; there is no run."""
        failed = Played(
            at=walk.now,
            what="failed",
            run_id=0,
            place=rule.place,
            customer_id=conversation.customer_id,
            stay_id=conversation.stay_id,
            session_id=said.session_id,
            reason=reason,
        )
        walk.add(failed, at)


def _asks_for_moves(script: Script) -> bool:
    """Whether a rule or a step looks at who moves up."""
    if any(rule.on is Happening.QUEUE_MOVED for rule in script.rules):
        return True
    waits = (step for rule in script.rules for step in all_steps(rule.steps) if isinstance(step, WaitFor))
    return any(step.on is Happening.QUEUE_MOVED for step in waits)
