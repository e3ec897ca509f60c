"""One queue with order statistics: who is first, and which place somebody has, without walking along it."""

from collections.abc import Iterable, Iterator

_SMALLEST = 16


class Queue:
    """Stays in the order of their joining; each stands in a slot, and a Fenwick tree counts the slots that wait.

    Somebody set aside (an agent's freed place is kept for them) keeps the slot but has no place. Every operation costs
    O(log n): appending and removing amortised, since the slots are laid out anew when they are used up or nearly empty.
    """

    __slots__ = ("_aside", "_size", "_slot_of", "_slots", "_tree")

    def __init__(self) -> None:
        self._slot_of: dict[int, int] = {}
        self._aside: set[int] = set()
        self._lay_out()

    def __len__(self) -> int:
        """How many wait; who is set aside doesn't."""
        return len(self._slot_of) - len(self._aside)

    def __iter__(self) -> Iterator[int]:
        """The ids of those who wait, in order, lazily."""
        return (stay_id for stay_id in self._slots if stay_id is not None and stay_id not in self._aside)

    @property
    def is_unused(self) -> bool:
        """Whether nobody waits and nobody is set aside."""
        return not self._slot_of

    def held(self) -> list[int]:
        """All who have a slot, in order: those who wait and those set aside."""
        return [stay_id for stay_id in self._slots if stay_id is not None]

    def append(self, stay_id: int) -> None:
        """Puts somebody new at the end."""
        if len(self._slots) == self._size:
            self._lay_out()
        self._slot_of[stay_id] = len(self._slots)
        self._slots.append(stay_id)
        self._count(len(self._slots) - 1, 1)

    def remove(self, stay_id: int) -> None:
        """Takes somebody out, waiting or set aside; those behind move up."""
        slot = self._slot_of.pop(stay_id)
        self._slots[slot] = None
        if stay_id in self._aside:
            self._aside.discard(stay_id)
        else:
            self._count(slot, -1)
        if self._size > _SMALLEST and len(self._slot_of) * 8 <= self._size:
            self._lay_out()

    def set_aside(self, stay_id: int) -> None:
        """Somebody who waits keeps the slot and gives up the place for now."""
        self._aside.add(stay_id)
        self._count(self._slot_of[stay_id], -1)

    def put_back(self, stay_id: int) -> None:
        """Somebody set aside has their old place again."""
        self._aside.discard(stay_id)
        self._count(self._slot_of[stay_id], 1)

    def place(self, stay_id: int) -> int:
        """The place of somebody in the queue, from 1; 0 when set aside."""
        if stay_id in self._aside:
            return 0
        place, at = 0, self._slot_of[stay_id] + 1
        while at:
            place += self._tree[at]
            at &= at - 1
        return place

    def first(self) -> int | None:
        """Who waits in place 1."""
        if not len(self):
            return None
        before, step = 0, self._size
        while step:
            # Go right as long as nobody waits in what is passed over.
            if before + step <= self._size and self._tree[before + step] == 0:
                before += step
            step >>= 1
        return self._slots[before]

    def _count(self, slot: int, change: int) -> None:
        tree, at = self._tree, slot + 1
        while at <= self._size:
            tree[at] += change
            at += at & -at

    def _lay_out(self) -> None:
        """Gives everybody a fresh slot without holes, with room for as many again."""
        # Slots are given out in the order of joining, and a dict keeps that order.
        held: Iterable[int] = self._slot_of
        self._slots: list[int | None] = list(held)
        size = _SMALLEST
        while size < 2 * len(self._slots):
            size *= 2
        self._size = size
        self._slot_of = {stay_id: slot for slot, stay_id in enumerate(held)}
        tree = [0] * (size + 1)
        for slot, stay_id in enumerate(self._slots):
            tree[slot + 1] = 0 if stay_id in self._aside else 1
        for at in range(1, size):
            above = at + (at & -at)
            if above <= size:
                tree[above] += tree[at]
        self._tree = tree
