"""Nonces by age. Doc: contract §1.1: 15分钟内只能被使用一次."""

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from mock_udesk.company.signing.nonces import Nonces

NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


def after(seconds: float) -> datetime:
    """So long after NOW."""
    return NOW + timedelta(seconds=seconds)


def test_a_new_nonce_is_not_spent() -> None:
    """Asking spends nothing."""
    nonces = Nonces()

    assert nonces.spent_at("n", NOW) is None
    assert nonces.spent_at("n", NOW) is None


def test_a_nonce_that_is_given_back_can_be_used_again() -> None:
    """Of either generation; the others stay."""
    nonces = Nonces()
    nonces.spend("old", NOW)
    nonces.spend("kept", NOW)
    nonces.spend("young", after(899))
    nonces.forget(after(900))
    nonces.spend("younger", after(900))

    for nonce in ("old", "young", "younger", "unknown"):
        nonces.give_back(nonce)

    spent = [nonces.spent_at(nonce, after(899.5)) is not None for nonce in ("old", "young", "younger", "kept")]
    assert spent == [False, False, False, True]


def test_a_nonce_is_spent_for_900_seconds_to_the_microsecond() -> None:
    """Exact, whatever else came before and after it."""
    nonces = Nonces()
    nonces.spend("earlier", NOW)
    nonces.spend("n", after(450))
    nonces.spend("of the same generation", after(800))
    nonces.spend("later", after(1000))

    assert nonces.spent_at("n", after(1350) - MICROSECOND) == after(450)
    assert nonces.spent_at("n", after(1350)) is None
    assert nonces.spent_at("later", after(1350)) is not None


def test_a_nonce_can_be_spent_again_after_its_time() -> None:
    """And is held for another 900 s then."""
    nonces = Nonces()
    nonces.spend("n", NOW)
    nonces.spend("n", after(900))

    assert nonces.spent_at("n", after(1799)) is not None
    assert nonces.spent_at("n", after(1800)) is None


def test_memory_holds_none_after_the_window() -> None:
    """Freed whole at the first look after the last one has aged."""
    nonces = Nonces()
    for number in range(1000):
        nonces.spend(str(number), after(number))

    nonces.forget(after(999 + 900))

    assert len(nonces) == 0
    assert nonces == Nonces()


def test_memory_holds_no_more_than_two_windows() -> None:
    """Under a steady load."""
    nonces = Nonces()
    for number in range(10_000):
        nonces.spend(str(number), after(number))

        assert len(nonces) <= 1800


@settings(derandomize=True, deadline=None, max_examples=100)
@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 500)), max_size=40))
def test_two_generations_know_what_a_list_of_all_would(steps: list[tuple[str, int]]) -> None:
    """Against the plain model: the last use of each nonce."""
    nonces, last, now = Nonces(), dict[str, datetime](), NOW
    for nonce, wait in steps:
        now += timedelta(seconds=wait)
        is_spent = nonce in last and now - last[nonce] < timedelta(seconds=900)

        assert (nonces.spent_at(nonce, now) is not None) == is_spent
        if not is_spent:
            nonces.spend(nonce, now)
            last[nonce] = now


def test_they_are_plain_data() -> None:
    """A snapshot is a serialisation."""
    nonces, adapter = Nonces(), TypeAdapter(Nonces)
    nonces.spend("a", NOW)
    nonces.spend("b", after(901))

    assert adapter.validate_json(adapter.dump_json(nonces)) == nonces
