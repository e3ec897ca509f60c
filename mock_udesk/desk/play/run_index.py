"""The runs under way, by the stay or the customer they belong to."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from ..books import Books
from .hearing import Conversation
from .runs import Play, Run
from .script import WaitFor

# What a moment is divided into: a time that is up before it began would never be up.
_SHORTEST = timedelta.resolution


class RunIndex:
    """All runs of a play. Who changes a run's place or time tells this in the same breath."""

    def __init__(self, books: Books, play: Play) -> None:
        self._books = books
        self._play = play
        self._by_stay: dict[int, dict[int, None]] = {}
        # All of a customer, whatever stay they belong to, and those that belong to none.
        self._by_customer: dict[int, dict[int, None]] = {}
        self._without_stay: dict[int, dict[int, None]] = {}
        self._by_version: dict[int, int] = {}
        for run in play.runs.values():
            self._file(run)

    def _file(self, run: Run) -> None:
        if run.stay_id is None:
            self._without_stay.setdefault(run.customer_id, {})[run.id] = None
        else:
            self._by_stay.setdefault(run.stay_id, {})[run.id] = None
        self._by_customer.setdefault(run.customer_id, {})[run.id] = None
        self._by_version[run.version] = self._by_version.get(run.version, 0) + 1

    def _unfile(self, run: Run) -> None:
        if run.stay_id is None:
            _discard(self._without_stay, run.customer_id, run.id)
        else:
            _discard(self._by_stay, run.stay_id, run.id)
        _discard(self._by_customer, run.customer_id, run.id)
        self._by_version[run.version] -= 1

    def add(self, run: Run) -> None:
        """Takes a new run in."""
        self._play.runs[run.id] = run
        self._file(run)

    def remove(self, run: Run) -> None:
        """Takes a run out that has ended."""
        self._unfile(run)
        self._books.timers.drop("run", run.id)
        del self._play.runs[run.id]

    def leave_stay(self, run: Run) -> None:
        """The run goes on as the customer's: its stay is over."""
        self._unfile(run)
        run.stay_id = None
        self._file(run)

    def wait(self, run: Run, until: datetime | None) -> None:
        """The run waits, until this moment or until something happens."""
        run.due_at = until
        if until is not None:
            self._books.timers.set("run", run.id, until, run.id)

    def listen(self, run: Run, step: WaitFor, now: datetime) -> None:
        """The run waits for something to happen."""
        run.is_listening = True
        if step.within_seconds is not None:
            self.wait(run, now + max(_SHORTEST, timedelta(seconds=step.within_seconds)))

    def stir(self, run: Run) -> None:
        """The run waits no more."""
        if run.due_at is not None:
            run.due_at = None
            self._books.timers.drop("run", run.id)
        run.is_listening = False

    def of(self, conversation: Conversation) -> Sequence[Run]:
        """Who may take what happens in a conversation, oldest first.

        Of a stay that has ended also the customer's own runs, but those that are about another conversation.
        """
        ids = self._by_stay.get(conversation.stay_id, ()) if conversation.stay_id is not None else ()
        if conversation.is_living:
            # What belongs to a stay has always done so, so these are in order.
            return [self._play.runs[run_id] for run_id in ids] if ids else ()
        own = self._without_stay.get(conversation.customer_id)
        if not own:
            return [self._play.runs[run_id] for run_id in ids] if ids else ()
        runs = [self._play.runs[run_id] for run_id in sorted((*ids, *own))]
        stay_id = conversation.stay_id
        return [run for run in runs if stay_id is None or self._is_about(run, stay_id)]

    def _is_about(self, run: Run, stay_id: int) -> bool:
        if run.stay_id is not None or run.heard.session_id is None:
            return True
        session = self._books.state.sessions.get(run.heard.session_id)
        return session is None or session.stay_id == stay_id

    def without_stay(self, customer_id: int) -> Sequence[Run]:
        """A customer's runs that belong to no stay, oldest first."""
        own = self._without_stay.get(customer_id)
        return [self._play.runs[run_id] for run_id in sorted(own)] if own else ()

    def of_stay(self, stay_id: int) -> Sequence[Run]:
        """All runs of a stay, oldest first."""
        return [self._play.runs[run_id] for run_id in self._by_stay.get(stay_id, ())]

    def of_customer(self, customer_id: int) -> Sequence[Run]:
        """All runs of a customer, oldest first."""
        return [self._play.runs[run_id] for run_id in sorted(self._by_customer.get(customer_id, ()))]

    def is_under_way(self, version: int) -> bool:
        """Whether a run of this version goes on."""
        return self._by_version.get(version, 0) > 0


def _discard(index: dict[int, dict[int, None]], key: int, run_id: int) -> None:
    ids = index[key]
    del ids[run_id]
    if not ids:
        del index[key]
