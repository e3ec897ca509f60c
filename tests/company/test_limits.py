"""Rate limits in sliding windows (ruling 25)."""

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from mock_udesk.company.limits import Limits
from mock_udesk.endpoint import Limit

NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
PREVIEW = Limit(3, 1, "session_id")
STRUCT = Limit(1, 2)


def after(seconds: float) -> datetime:
    """So long after NOW."""
    return NOW + timedelta(seconds=seconds)


def test_the_fourth_preview_in_a_second_is_over_the_limit() -> None:
    """Doc: contract §3: 3 / 1 s per session_id; the answer is how long until one would pass."""
    limits = Limits()
    for seconds in (0.0, 0.2, 0.4):
        assert limits.take("preview", PREVIEW, "1001", after(seconds)) is None

    assert limits.take("preview", PREVIEW, "1001", after(0.75)) == 0.25
    assert limits.take("preview", PREVIEW, "1001", after(1.0)) is None
    assert limits.take("preview", PREVIEW, "1001", after(1.1)) == 0.1


def test_a_refused_call_does_not_count() -> None:
    """Whoever knocks on and on gets in when the time has come."""
    limits = Limits()
    limits.take("struct", STRUCT, "", NOW)

    waits = [limits.take("struct", STRUCT, "", after(seconds)) for seconds in (0.5, 1.0, 1.5, 2.0)]

    assert waits == [1.5, 1.0, 0.5, None]


def test_values_names_and_limits_are_apart() -> None:
    """Doc: contract §3: 独立的频次限制."""
    limits = Limits()
    general = Limit(60, 2)

    assert limits.take("a", STRUCT, "1", NOW) is None
    assert limits.take("a", STRUCT, "2", NOW) is None
    assert limits.take("b", STRUCT, "1", NOW) is None
    assert limits.take("a", general, "1", NOW) is None
    assert limits.take("a", STRUCT, "1", NOW) == 2.0


def test_sixty_a_minute() -> None:
    """Doc: contract §3: 任何API在1分钟内最多可调用60次."""
    limits, minute = Limits(), Limit(60, 60)

    assert [limits.take("a", minute, "", after(n)) for n in range(60)] == [None] * 60
    assert limits.take("a", minute, "", after(59.5)) == 0.5
    assert limits.take("a", minute, "", after(60)) is None


def test_no_more_moments_than_calls_are_kept() -> None:
    """Per key."""
    limits = Limits()
    for number in range(1000):
        limits.take("preview", PREVIEW, "1001", after(number / 2))

    assert [len(moments) for moments in limits.windows[1].young.values()] == [3]


def test_a_key_is_held_once() -> None:
    """It moves on to the young generation when it is used."""
    limits = Limits()
    for seconds in (0.5, 1.4, 1.6):
        limits.take("preview", PREVIEW, "1001", after(seconds))
        limits.take("preview", PREVIEW, "1002", after(seconds))

    assert len(limits) == 2


def test_keys_are_freed_when_their_calls_have_left_the_window() -> None:
    """By generations: a key lives for two windows at most while others come."""
    limits = Limits()
    for number in range(10_000):
        limits.take("preview", PREVIEW, str(number), after(number / 100))

        assert len(limits) <= 201

    limits.forget(after(102))
    assert len(limits) == 0


@settings(derandomize=True, deadline=None, max_examples=100)
@given(st.integers(1, 4), st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, 1500)), max_size=60))
def test_generations_allow_what_a_list_of_all_calls_would(calls: int, steps: list[tuple[str, int]]) -> None:
    """Against the plain model: every allowed call of each value."""
    limits, limit, allowed, now = Limits(), Limit(calls, 1), dict[str, list[datetime]](), NOW
    for value, wait in steps:
        now += timedelta(milliseconds=wait)
        recent = [moment for moment in allowed.get(value, []) if now - moment < timedelta(seconds=1)]
        expected = None
        if len(recent) >= calls:
            expected = (recent[-calls] + timedelta(seconds=1) - now).total_seconds()
        else:
            allowed.setdefault(value, []).append(now)

        assert limits.take("x", limit, value, now) == expected


def test_they_are_plain_data() -> None:
    """A snapshot is a serialisation."""
    limits, adapter = Limits(), TypeAdapter(Limits)
    limits.take("preview", PREVIEW, "1001", NOW)
    limits.take("struct", STRUCT, "", after(3))

    assert adapter.validate_json(adapter.dump_json(limits)) == limits
