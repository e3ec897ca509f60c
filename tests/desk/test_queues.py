"""The queue with order statistics: against a plain list, and how many steps it takes."""

import random
from collections.abc import Iterator
from typing import Any, SupportsIndex

import pytest

from mock_udesk.desk.queues import Queue

MANY = 100_000


class Counted(list[int]):
    """A list that counts how often it is looked into."""

    looks = 0

    def __getitem__(self, at: SupportsIndex | slice) -> Any:
        self.looks += 1
        return super().__getitem__(at)

    def __setitem__(self, at: Any, value: Any) -> None:
        super().__setitem__(at, value)


def steps(queue: Queue) -> Counted:
    """From now on counts how often the queue looks into its tree."""
    counted = Counted(queue._tree)
    queue._tree = counted
    return counted


class Plain:
    """What a queue means: a list, and who of it is set aside."""

    def __init__(self) -> None:
        self.held: list[int] = []
        self.aside: set[int] = set()

    def waiting(self) -> list[int]:
        return [stay_id for stay_id in self.held if stay_id not in self.aside]


def random_changes(rng: random.Random, queue: Queue, plain: Plain, count: int) -> Iterator[None]:
    """Makes random changes to both; yields after each."""
    for number in range(count):
        kind = rng.choice(("append", "append", "remove", "aside", "back")) if rng.random() < 0.9 else "drain"
        if kind == "append" or not plain.held:
            queue.append(number)
            plain.held.append(number)
        elif kind == "remove":
            stay_id = rng.choice(plain.held)
            queue.remove(stay_id)
            plain.held.remove(stay_id)
            plain.aside.discard(stay_id)
        elif kind == "drain":
            for stay_id in plain.held[: len(plain.held) // 2]:
                queue.remove(stay_id)
                plain.held.remove(stay_id)
                plain.aside.discard(stay_id)
        elif kind == "aside" and plain.waiting():
            stay_id = rng.choice(plain.waiting())
            queue.set_aside(stay_id)
            plain.aside.add(stay_id)
        elif kind == "back" and plain.aside:
            stay_id = rng.choice(sorted(plain.aside))
            queue.put_back(stay_id)
            plain.aside.discard(stay_id)
        yield


@pytest.mark.parametrize("seed", range(5))
def test_a_queue_answers_as_a_plain_list_does(seed: int) -> None:
    """Places are 1..n in the order of joining; who is set aside has none and keeps the slot."""
    queue, plain = Queue(), Plain()

    for _ in random_changes(random.Random(seed), queue, plain, 500):
        waiting = plain.waiting()
        assert list(queue) == waiting
        assert len(queue) == len(waiting)
        assert queue.held() == plain.held
        assert queue.is_unused is (not plain.held)
        assert queue.first() == (waiting[0] if waiting else None)
        assert [queue.place(stay_id) for stay_id in waiting] == list(range(1, len(waiting) + 1))
        assert [queue.place(stay_id) for stay_id in plain.aside] == [0] * len(plain.aside)


def test_an_empty_queue_has_no_first() -> None:
    queue = Queue()

    assert (len(queue), queue.first(), list(queue), queue.is_unused) == (0, None, [], True)


@pytest.fixture(name="long_queue", scope="module")
def long_queue_fixture() -> Queue:
    """A queue of 100,000."""
    queue = Queue()
    for stay_id in range(MANY):
        queue.append(stay_id)
    return queue


def test_a_place_in_100000_takes_one_look_a_bit(long_queue: Queue) -> None:
    """A Fenwick tree over 2^18 slots: at most 18 looks, whoever asks. Less than 1 ms, no list is scanned."""
    for stay_id in (0, 1, MANY // 3, MANY - 1):
        counted = steps(long_queue)
        assert long_queue.place(stay_id) == stay_id + 1
        assert counted.looks <= 18


def test_the_first_of_100000_takes_one_look_a_bit(long_queue: Queue) -> None:
    """Descends once, from the biggest step to the smallest."""
    counted = steps(long_queue)

    assert long_queue.first() == 0
    assert counted.looks <= 19


def test_setting_aside_and_putting_back_take_one_look_a_bit(long_queue: Queue) -> None:
    """Both change one slot."""
    counted = steps(long_queue)
    long_queue.set_aside(7)
    long_queue.put_back(7)

    assert counted.looks <= 2 * 19


def test_joining_and_leaving_lay_out_anew_seldom(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each layout costs as much as there are slots; all of them together a few steps for each who joins and leaves."""
    laid_out: list[int] = []
    lay_out = Queue._lay_out

    def counting(queue: Queue) -> None:
        lay_out(queue)
        laid_out.append(queue._size)

    monkeypatch.setattr(Queue, "_lay_out", counting)
    queue, count = Queue(), 20_000
    for stay_id in range(count):
        queue.append(stay_id)
    for stay_id in range(count):
        # The queue moves on: one joins, the first leaves.
        queue.append(count + stay_id)
        queue.remove(stay_id)
    for stay_id in range(count, 2 * count):
        queue.remove(stay_id)

    assert queue.is_unused
    assert sum(laid_out) <= 8 * 2 * count


def test_slots_are_given_back_when_a_queue_has_shrunk() -> None:
    """Whoever walks along the queue passes few holes, and memory is freed."""
    queue = Queue()
    for stay_id in range(10_000):
        queue.append(stay_id)
    for stay_id in range(9_990):
        queue.remove(stay_id)

    assert len(queue._slots) <= 16 * 10
    assert list(queue) == list(range(9_990, 10_000))
