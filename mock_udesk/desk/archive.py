"""Records by a moment of theirs: which of them lie in a window, page by page, and how many, without walking along them."""

from bisect import bisect_left, bisect_right, insort
from datetime import datetime
from operator import itemgetter

# A record's moment and its id; records of one instant are in the order of their ids.
Entry = tuple[datetime, int]

_LONGEST = 512

_moment = itemgetter(0)
_last = itemgetter(-1)


class Archive:
    """Ids in the order of their moments. The entries stand in short runs, and a Fenwick tree counts what the runs hold.

    Adding, a plain append at the end, and removing cost O(log n) and a move within one run, so that removing k of n costs
    k times that, in any order, and nothing is left behind. A window costs O(log n) and the page that it returns. A run that
    is split or emptied spoils the tree, which the next window makes anew: O(runs), paid for by the half run of changes before.
    """

    __slots__ = ("_length", "_runs", "_tree")

    def __init__(self) -> None:
        self._length = 0
        # Each has an entry at least.
        self._runs: list[list[Entry]] = []
        # None: spoilt.
        self._tree: list[int] | None = None

    def __len__(self) -> int:
        """How many there are."""
        return self._length

    def add(self, at: datetime, record_id: int) -> None:
        """Files a record under this moment; it must not stand there already."""
        runs, entry = self._runs, (at, record_id)
        self._length += 1
        if not runs or entry > runs[-1][-1]:
            if runs and len(runs[-1]) < _LONGEST:
                runs[-1].append(entry)
                self._count(len(runs) - 1, 1)
            else:
                runs.append([entry])
                self._grow()
            return
        number = bisect_left(runs, entry, key=_last)
        run = runs[number]
        insort(run, entry)
        if len(run) <= _LONGEST:
            self._count(number, 1)
        else:
            half = len(run) // 2
            runs[number : number + 1] = [run[:half], run[half:]]
            self._tree = None

    def remove(self, at: datetime, record_id: int) -> None:
        """Takes out a record that stands under this moment; any other is our own bug and raises KeyError."""
        runs, entry = self._runs, (at, record_id)
        number = bisect_left(runs, entry, key=_last)
        run = runs[number] if number < len(runs) else []
        place = bisect_left(run, entry)
        if place == len(run) or run[place] != entry:
            raise KeyError(entry)
        self._length -= 1
        del run[place]
        if run:
            self._count(number, -1)
            return
        del runs[number]
        if self._tree is not None and number == len(runs):
            # The last run is counted in the last node alone.
            self._tree.pop()
        else:
            self._tree = None

    def between(self, start: datetime, end: datetime, first: int, limit: int) -> tuple[list[int], int]:
        """Of the records in this window, ends included: at most `limit` ids from the `first` on (0 is the oldest), and how many there are in all."""
        runs = self._runs
        tree = self._counted()
        low = bisect_left(runs, start, key=_last_moment)
        before = _sum(tree, low) + (bisect_left(runs[low], start, key=_moment) if low < len(runs) else 0)
        high = bisect_right(runs, end, key=_last_moment)
        until = _sum(tree, high) + (bisect_right(runs[high], end, key=_moment) if high < len(runs) else 0)
        count = max(until - before, 0)
        wanted = min(limit, count - first)
        ids: list[int] = []
        if wanted > 0:
            number, place = self._find(tree, before + first)
            while len(ids) < wanted:
                page = runs[number][place : place + wanted - len(ids)]
                ids.extend(record_id for _, record_id in page)
                number, place = number + 1, 0
        return ids, count

    def _find(self, tree: list[int], rank: int) -> tuple[int, int]:
        """Where the entry stands that has `rank` others before it: the run's number and the place in it."""
        number, step = 0, 1 << len(self._runs).bit_length()
        while step:
            # Go right as long as what is passed over is before the entry.
            if number + step < len(tree) and tree[number + step] <= rank:
                number += step
                rank -= tree[number]
            step >>= 1
        return number, rank

    def _count(self, number: int, change: int) -> None:
        """Tells the tree that a run holds more or less; a spoilt one is made anew anyway."""
        if self._tree is not None:
            at = number + 1
            while at < len(self._tree):
                self._tree[at] += change
                at += at & -at

    def _grow(self) -> None:
        """Tells the tree that there is a new last run with one entry."""
        if self._tree is not None:
            at = len(self._tree)
            self._tree.append(1 + _sum(self._tree, at - 1) - _sum(self._tree, at - (at & -at)))

    def _counted(self) -> list[int]:
        """The tree, made anew when it is spoilt: node i counts the runs up to the i-th, as many as i's lowest bit says."""
        if self._tree is None:
            tree = [0, *map(len, self._runs)]
            for at in range(1, len(tree)):
                above = at + (at & -at)
                if above < len(tree):
                    tree[above] += tree[at]
            self._tree = tree
        return self._tree


def _last_moment(run: list[Entry]) -> datetime:
    return run[-1][0]


def _sum(tree: list[int], number: int) -> int:
    """How many entries the first so many runs hold."""
    total = 0
    while number:
        total += tree[number]
        number &= number - 1
    return total
