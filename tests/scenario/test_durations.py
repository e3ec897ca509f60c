"""Durations as authors write them."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_udesk.scenario.file.durations import LONGEST_SECONDS, DurationError, duration_seconds


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("500ms", 0.5),
        ("3s", 3),
        ("1.5s", 1.5),
        ("0.000001s", 0.000001),
        ("1m", 60),
        ("1m30s", 90),
        ("2h", 7200),
        ("1d", 86_400),
        ("1d2h3m4s5ms", 93_784.005),
        ("0s", 0),
        ("90m", 5400),
        ("366d", 366 * 86_400),
    ],
)
def test_a_duration_is_a_number_with_its_unit_or_a_sum(text: str, seconds: float) -> None:
    """The longest first; days to milliseconds."""
    assert duration_seconds(text) == seconds


@pytest.mark.parametrize(
    "value",
    [
        *("", "s", "3", "3 s", " 3s", "3s ", "3s\n", "3S", "1s1m", "1s1s", "-1s", "+1s", "1.5m", "1e3s", "3sec", "３s"),
        *("1m 30s", 3, 0, 1.5, True, None, [], {}, "366d1ms", "9999999999s", "1" * 10_000 + "s"),
    ],
)
def test_what_is_no_duration_is_refused(value: object) -> None:
    """A bare number too: nobody can see whether it means seconds or minutes."""
    with pytest.raises(DurationError):
        duration_seconds(value)


def test_a_bare_number_is_told_its_units() -> None:
    """What the author meant is one letter away."""
    with pytest.raises(DurationError, match="a duration with its unit, like 3s, 3m or 3ms"):
        duration_seconds(3)


@given(st.integers(0, 365), st.integers(0, 23), st.integers(0, 59), st.integers(0, 59), st.integers(0, 999))
def test_a_sum_is_exact(days: int, hours: int, minutes: int, seconds: int, milliseconds: int) -> None:
    """Reckoned in whole microseconds: no rounding on the way."""
    total = (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000 + milliseconds

    assert duration_seconds(f"{days}d{hours}h{minutes}m{seconds}s{milliseconds}ms") == total / 1000


@given(st.text() | st.floats() | st.integers())
def test_whatever_is_written_is_read_or_refused(value: object) -> None:
    """Never another error, never less than nothing."""
    seconds = 0.0
    with suppress(DurationError):
        seconds = duration_seconds(value)

    assert 0 <= seconds <= LONGEST_SECONDS
