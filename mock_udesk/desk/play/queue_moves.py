"""Who has moved up in a queue, told to each of them while a scenario asks for it."""

from collections.abc import Sequence
from datetime import datetime

from ..books import Books
from ..effects import Effect, Happened
from ..happenings import Happening
from ..records import Target


class QueueMoves:
    """The place that each customer was told last. After all that happens at once it is the place that they have, so it follows from the state.

    A place gets worse only when somebody ahead comes back to theirs; that is nobody's moving up, and is not told.
    """

    def __init__(self, books: Books) -> None:
        self._books = books
        self._told: dict[int, tuple[Target, int]] = {}
        for target in books.queues:
            self._tell(target)

    def after(self, effects: Sequence[Effect], now: datetime) -> list[Effect]:
        """What these effects moved in the queues, to be told after them."""
        targets: dict[Target, None] = {}
        for effect in effects:
            if isinstance(effect, Happened):
                self._note(effect, targets)
        return [move for target in targets for move in self._moved(target, now)]

    def _note(self, happened: Happened, targets: dict[Target, None]) -> None:
        """Notes what was told of a place just now, and which queues others may have moved in."""
        stay_id, told = happened.stay_id, self._told
        if stay_id is None:
            return
        match happened.kind:
            case Happening.QUEUED | Happening.RELEASED | Happening.ASSIGNING:
                if stay_id in told:
                    targets[told[stay_id][0]] = None
                facts = happened.facts
                target = Target(facts["target"]["kind"], facts["target"]["id"])
                targets[target] = None
                told[stay_id] = target, facts.get("place", 0)
            case Happening.QUEUE_ABANDONED | Happening.SESSION_STARTED:
                if stay_id in told:
                    targets[told.pop(stay_id)[0]] = None
            case _:
                pass

    def _moved(self, target: Target, now: datetime) -> list[Effect]:
        """Who of a queue has a better place than they know of."""
        moved: list[Effect] = []
        for place, stay_id in enumerate(self._books.queues.get(target, ()), 1):
            _, before = self._told[stay_id]
            if place < before:
                moved.append(self._move(stay_id, target, place, before, now))
            self._told[stay_id] = target, place
        return moved

    def _move(self, stay_id: int, target: Target, place: int, before: int, now: datetime) -> Happened:
        return Happened(
            at=now,
            kind=Happening.QUEUE_MOVED,
            customer_id=self._books.state.stays[stay_id].customer_id,
            stay_id=stay_id,
            reason=f"from place {before}",
            facts={"target": {"kind": target.kind, "id": target.id}, "place": place, "before": before},
        )

    def _tell(self, target: Target) -> None:
        queue = self._books.queues[target]
        for stay_id in queue.held():
            self._told[stay_id] = target, queue.place(stay_id)
