"""The archive: against a plain sorted list, and how many moments it compares."""

import random
from bisect import insort
from datetime import datetime, timedelta
from math import log2
from typing import ClassVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mock_udesk.desk import archive as module
from mock_udesk.desk.archive import Archive
from tests import NOW
from tests.desk.sample import later

MANY = 100_000


class Counted(datetime):
    """A moment that counts how often moments are compared."""

    compared: ClassVar[int] = 0

    def __eq__(self, other: object) -> bool:
        Counted.compared += 1
        return super().__eq__(other)

    def __lt__(self, other: datetime) -> bool:  # type: ignore[override]  # typeshed's is wider than what dates can do
        Counted.compared += 1
        return super().__lt__(other)

    def __gt__(self, other: datetime) -> bool:  # type: ignore[override]  # typeshed's is wider than what dates can do
        Counted.compared += 1
        return super().__gt__(other)

    def __hash__(self) -> int:
        return super().__hash__()


def counted(seconds: float) -> Counted:
    """A counted moment so many seconds after NOW."""
    moment = later(seconds)
    return Counted.combine(moment.date(), moment.timetz())


def archive_of(*seconds: float) -> Archive:
    """Records 1, 2, … at these seconds after NOW."""
    archive = Archive()
    for number, second in enumerate(seconds, 1):
        archive.add(later(second), number)
    return archive


class Plain:
    """What an archive means: a sorted list that is walked."""

    def __init__(self) -> None:
        self.entries: list[tuple[datetime, int]] = []

    def between(self, start: datetime, end: datetime, first: int, limit: int) -> tuple[list[int], int]:
        found = [record_id for at, record_id in self.entries if start <= at <= end]
        return found[first : first + limit], len(found)


def check_same(archive: Archive, plain: Plain, start: datetime, end: datetime, first: int, limit: int) -> None:
    """Both answer alike."""
    assert archive.between(start, end, first, limit) == plain.between(start, end, first, limit)
    assert len(archive) == len(plain.entries)


# -- what it answers ---------------------------------------------------------------------------------------------------


def test_empty_archive_has_nothing_in_any_window() -> None:
    """archive.py: between(start, end, first, limit) → (ids, count)."""
    assert Archive().between(later(0), later(9), 0, 30) == ([], 0)


@pytest.mark.parametrize(
    ("start", "end", "ids"),
    [
        (0, 30, [1, 2, 3, 4]),
        (10, 20, [2, 3]),
        (11, 19, []),
        (10, 10, [2]),
        (20.5, 99, [4]),
        (-9, 0, [1]),
        (31, 99, []),
        (-9, -1, []),
        (20, 10, []),
    ],
)
def test_both_ends_belong_to_a_window(start: float, end: float, ids: list[int]) -> None:
    """archive.py: ends included; a window that ends before it starts is empty."""
    archive = archive_of(0, 10, 20, 30)

    assert archive.between(later(start), later(end), 0, 30) == (ids, len(ids))


@pytest.mark.parametrize(
    ("first", "limit", "ids"), [(0, 2, [2, 3]), (2, 2, [4, 5]), (4, 2, [6]), (5, 2, []), (99, 2, []), (0, 0, [])]
)
def test_page_is_part_of_the_window_and_the_count_all_of_it(first: int, limit: int, ids: list[int]) -> None:
    """archive.py: at most `limit` ids from the `first` on, and how many there are in all."""
    archive = archive_of(0, 10, 20, 30, 40, 50, 60)

    assert archive.between(later(10), later(50), first, limit) == (ids, 5)


def test_records_of_one_instant_are_in_the_order_of_their_ids() -> None:
    """archive.py: by moment, then id, in whatever order they were added."""
    archive = Archive()
    for record_id in (3, 1, 2):
        archive.add(NOW, record_id)

    assert archive.between(NOW, NOW, 0, 30) == ([1, 2, 3], 3)


def test_removed_record_is_not_counted() -> None:
    """archive.py: a removal is exact, so counts are right at once."""
    archive = archive_of(0, 0, 0, 10)

    archive.remove(later(0), 2)

    assert (archive.between(later(0), later(10), 0, 30), len(archive)) == (([1, 3, 4], 3), 3)


@pytest.mark.parametrize(("seconds", "record_id"), [(0, 2), (10, 1), (5, 1), (99, 1)])
def test_record_that_does_not_stand_there_is_our_own_bug(seconds: float, record_id: int) -> None:
    """archive.py: KeyError, and nothing has changed."""
    archive = archive_of(0, 10)

    with pytest.raises(KeyError):
        archive.remove(later(seconds), record_id)

    assert (archive.between(later(0), later(10), 0, 30), len(archive)) == (([1, 2], 2), 2)


def test_record_may_be_filed_again_under_another_moment() -> None:
    """A second rating: out under the old moment, in under the new one. Ruling 16."""
    archive = archive_of(0, 10)

    archive.remove(later(0), 1)
    archive.add(later(20), 1)

    assert archive.between(later(0), later(20), 0, 30) == ([2, 1], 2)


# -- against the plain list ------------------------------------------------------------------------------------------------

seconds = st.integers(0, 12)
changes = st.lists(
    st.one_of(
        st.tuples(st.just("add"), seconds, st.integers(1, 40)),
        st.tuples(st.just("append"), st.integers(0, 2), st.integers(1, 40)),
        st.tuples(st.just("remove"), st.integers(0, 99), st.just(0)),
        st.tuples(st.just("look"), seconds, seconds),
    ),
    max_size=80,
)


@settings(max_examples=300, derandomize=True, database=None, deadline=None)
@given(changes, st.sampled_from((1, 2, 3, 8)), st.integers(-1, 13), st.integers(-1, 13))
def test_answers_as_a_plain_list_does(taken: list[tuple[str, int, int]], longest: int, start: int, end: int) -> None:
    """Whatever was added and removed, in whatever order, with windows looked at in between; runs so short that they split."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_LONGEST", longest)
        archive, plain = Archive(), Plain()
        for kind, one, two in taken:
            if kind == "look":
                check_same(archive, plain, later(one), later(two), 1, 3)
            elif kind == "remove" and plain.entries:
                archive.remove(*plain.entries.pop(one % len(plain.entries)))
            elif kind in ("add", "append"):
                newest = plain.entries[-1][0] if plain.entries else NOW
                entry = (newest + timedelta(seconds=one) if kind == "append" else later(one), two)
                if entry not in plain.entries:
                    archive.add(*entry)
                    insort(plain.entries, entry)

        for first in range(0, len(plain.entries) + 2, 3):
            check_same(archive, plain, later(start), later(end), first, 4)
        check_same(archive, plain, NOW, later(999), 0, 999)


@pytest.mark.parametrize("seed", range(3))
def test_answers_as_a_plain_list_does_over_many_runs(seed: int) -> None:
    """The same with runs of their real length: some thousands, three quarters of them removed in any order."""
    rng = random.Random(seed)
    archive, plain = Archive(), Plain()
    for number in range(1, 4_001):
        at = later(rng.randrange(300)) if rng.random() < 0.5 else later(number // 13)
        archive.add(at, number)
        insort(plain.entries, (at, number))
        if number % 97 == 0:
            check_same(archive, plain, later(number / 30), later(number / 10), rng.randrange(50), 30)

    for number in range(3_000):
        archive.remove(*plain.entries.pop(rng.randrange(len(plain.entries))))
        if number % 97 == 0:
            check_same(archive, plain, later(rng.randrange(300)), later(rng.randrange(300)), rng.randrange(50), 30)
    check_same(archive, plain, NOW, later(999), 0, 9_999)


@pytest.mark.parametrize("order", ["oldest first", "newest first", "from the middle"])
def test_archive_may_be_emptied_from_either_end_and_filled_again(order: str) -> None:
    """Windows are right all the way down, whichever runs are used up; nothing is left behind."""
    archive, plain = Archive(), Plain()
    part = {"oldest first": 0.0, "newest first": 1.0, "from the middle": 0.5}[order]
    for _ in range(2):
        for number in range(2_000):
            archive.add(later(number), number + 1)
            plain.entries.append((later(number), number + 1))
        check_same(archive, plain, NOW, later(9_999), 1_990, 30)
        while plain.entries:
            archive.remove(*plain.entries.pop(int(part * (len(plain.entries) - 1))))
            if len(plain.entries) % 97 == 0:
                check_same(archive, plain, NOW, later(9_999), len(plain.entries) // 2, 30)


# -- what it costs ---------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def many() -> Archive:
    """100,000 records, one a second, each compared at most with the one before."""
    archive = Archive()
    Counted.compared = 0
    for number in range(MANY):
        archive.add(counted(number), number + 1)
    assert 0 < Counted.compared <= 3 * MANY
    return archive


def test_add_before_the_end_moves_no_more_than_a_run() -> None:
    """A clock that stands still: all close at one instant, the newest id first; each is filed before all others."""
    archive = Archive()
    for record_id in range(5_000, 0, -1):
        archive.add(NOW, record_id)

    assert max(map(len, archive._runs)) <= module._LONGEST
    assert len(archive._runs) <= 2 * 5_000 / module._LONGEST + 1


@pytest.mark.parametrize("start", [0, 5, MANY // 3, MANY - 50])
def test_small_window_of_many_compares_a_logarithm(many: Archive, start: int) -> None:
    """A search costs no more than what it returns: twice a bisection, whatever lies around the window."""
    Counted.compared = 0

    ids, count = many.between(counted(start), counted(start + 39), 10, 20)

    assert (ids, count) == (list(range(start + 11, start + 31)), 40)
    assert 0 < Counted.compared <= 3 * log2(MANY)


def test_last_page_of_everything_compares_a_logarithm(many: Archive) -> None:
    """A page deep in a long window is found, not walked to."""
    Counted.compared = 0

    ids, count = many.between(counted(0), counted(MANY), MANY - 2, 30)

    assert (ids, count) == ([MANY - 1, MANY], MANY)
    assert 0 < Counted.compared <= 3 * log2(MANY)


def test_removing_many_compares_a_logarithm_for_each() -> None:
    """destroy_session of a month: O(log n) each, in any order, and the window is right after it."""
    archive = Archive()
    order = list(range(20_000))
    for number in order:
        archive.add(counted(number), number + 1)
    random.Random(1).shuffle(order)
    Counted.compared = 0

    for number in order[:19_000]:
        archive.remove(counted(number), number + 1)

    # Each step of a bisection over entries asks whether they are equal, then which is less.
    assert 0 < Counted.compared <= 19_000 * 3 * log2(20_000)
    kept = sorted(number + 1 for number in order[19_000:])
    assert archive.between(counted(0), counted(20_000), 0, 2_000) == (kept, 1_000)
