"""The company's clock, with real time in the test's hands."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

import pytest

from mock_udesk.company.clock import LATEST, Clock, real_now
from mock_udesk.desk.errors import UsageError

NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
REAL = datetime(2027, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


@dataclass
class Wall:
    """Real time as a test wants it."""

    at: datetime = REAL

    def __call__(self) -> datetime:
        return self.at

    def pass_by(self, **amount: float) -> None:
        self.at += timedelta(**amount)


def test_without_a_moment_it_starts_at_real_time() -> None:
    """None: real now."""
    assert Clock(now=None, rate=1, real=Wall()).now() == REAL


def test_at_rate_one_it_runs_with_real_time() -> None:
    """To the microsecond, from its own start."""
    wall = Wall()
    clock = Clock(now=NOW, rate=1, real=wall)

    wall.pass_by(seconds=3, microseconds=7)

    assert clock.now() == NOW + timedelta(seconds=3, microseconds=7)
    assert clock.real() == wall.at


def test_at_rate_zero_it_stands_still() -> None:
    """Rate 0 freezes the clock."""
    wall = Wall()
    clock = Clock(now=NOW, rate=0, real=wall)

    wall.pass_by(days=3)

    assert clock.now() == NOW


def test_at_rate_sixty_a_second_is_a_minute() -> None:
    """Rate 60 is fast."""
    wall = Wall()
    clock = Clock(now=NOW, rate=60, real=wall)

    wall.pass_by(seconds=1)

    assert clock.now() == NOW + timedelta(minutes=1)


@pytest.mark.parametrize("rate", [0.1, 1 / 3, 1.0, 60.0, 0.7])
def test_looking_often_changes_nothing(rate: float) -> None:
    """No rounding adds up: a thousand looks on the way lead to the same moment as one."""
    often_wall, once_wall = Wall(), Wall()
    often, once = Clock(now=NOW, rate=rate, real=often_wall), Clock(now=NOW, rate=rate, real=once_wall)

    for _ in range(1000):
        often_wall.pass_by(microseconds=1234)
        often.now()
    once_wall.pass_by(microseconds=1_234_000)

    assert often.now() == once.now()


def test_time_never_goes_back_when_the_machines_clock_does() -> None:
    """Monotone: after a step back of real time, company time goes on from where it was."""
    wall = Wall()
    clock = Clock(now=NOW, rate=1, real=wall)
    wall.pass_by(seconds=10)
    clock.now()

    wall.pass_by(hours=-1)
    at_the_step = clock.now()
    wall.pass_by(seconds=5)

    assert at_the_step == NOW + timedelta(seconds=10)
    assert clock.now() == NOW + timedelta(seconds=15)


def test_a_jump_moves_on_and_keeps_the_rate() -> None:
    """After a jump time runs on from there."""
    wall = Wall()
    clock = Clock(now=NOW, rate=2, real=wall)

    clock.jump(to=NOW + timedelta(hours=1))
    wall.pass_by(seconds=1)

    assert clock.now() == NOW + timedelta(hours=1, seconds=2)
    assert clock.rate == 2


def test_a_jump_back_is_refused_and_changes_nothing() -> None:
    """Time only moves forward; the error has both moments."""
    clock = Clock(now=NOW, rate=0, real=Wall())

    with pytest.raises(
        UsageError, match=r"shows 2026-11-22T10:00:00\.000\+08:00, asked for 2026-11-22T09:59:59"
    ) as caught:
        clock.jump(to=NOW - timedelta(seconds=1))

    assert caught.value.kind == "invalid"
    assert clock.now() == NOW


def test_a_jump_to_what_has_just_passed_moves_nothing() -> None:
    """Between looking and jumping time runs on; that must not be an error."""
    wall = Wall()
    clock = Clock(now=NOW, rate=1, real=wall)
    seen = clock.now()

    wall.pass_by(milliseconds=3)
    clock.jump(to=seen)

    assert clock.now() == NOW + timedelta(milliseconds=3)


def test_a_new_rate_holds_from_now_on() -> None:
    """What has passed under the old rate stays."""
    wall = Wall()
    clock = Clock(now=NOW, rate=1, real=wall)

    wall.pass_by(seconds=10)
    clock.set(rate=60)
    wall.pass_by(seconds=1)
    clock.set(rate=0)
    wall.pass_by(seconds=100)

    assert clock.now() == NOW + timedelta(seconds=70)


def test_moment_and_rate_can_be_set_at_once() -> None:
    """PATCH /_mock/clock takes both; any time zone will do."""
    clock = Clock(now=NOW, rate=1, real=Wall())
    in_beijing = datetime(2026, 11, 22, 12, 0, tzinfo=timezone(timedelta(hours=8)))

    clock.set(now=in_beijing, rate=0)

    assert clock.now() == in_beijing
    assert clock.now().utcoffset() == timedelta(0)
    assert clock.rate == 0


@pytest.mark.parametrize("rate", [-1.0, float("nan"), float("inf"), 1e6 + 1])
def test_a_rate_that_cannot_be_is_refused(rate: float) -> None:
    """From 0 to 1,000,000; nothing changes, the moment beside it neither."""
    clock = Clock(now=NOW, rate=0, real=Wall())

    with pytest.raises(UsageError, match="can't be: it is a number from 0 to 1000000"):
        clock.set(now=NOW + timedelta(days=1), rate=rate)

    assert (clock.now(), clock.rate) == (NOW, 0)


@pytest.mark.parametrize(
    ("moment", "text"),
    [
        (datetime(2026, 11, 22), "has no time zone"),  # noqa: DTZ001 - that is the point
        (datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=8))), "can't be"),
        (datetime.max.replace(tzinfo=timezone(timedelta(hours=-8))), "can't be"),
    ],
)
def test_a_moment_that_cannot_be_is_refused(moment: datetime, text: str) -> None:
    """Naive ones and those out of reach, at the start and later."""
    clock = Clock(now=NOW, rate=0, real=Wall())

    with pytest.raises(UsageError, match=text):
        clock.jump(to=moment)
    with pytest.raises(UsageError, match=text):
        Clock(now=moment, rate=0, real=Wall())


def test_a_very_fast_clock_stops_at_its_last_moment() -> None:
    """A week at a million times real time would leave the calendar."""
    wall = Wall()
    clock = Clock(now=NOW, rate=1e6, real=wall)

    wall.pass_by(days=7)

    assert clock.now() == LATEST
    assert clock.real_seconds_until(LATEST + timedelta(days=1)) is None


def test_real_seconds_until_follow_the_rate() -> None:
    """0.0 when due; None when the clock stands still."""
    wall = Wall()
    clock = Clock(now=NOW, rate=60, real=wall)
    due = NOW + timedelta(minutes=2)

    assert clock.real_seconds_until(due) == 2.0
    wall.pass_by(seconds=0.5)
    assert clock.real_seconds_until(due) == 1.5
    wall.pass_by(seconds=1.5)
    assert clock.real_seconds_until(due) == 0.0
    clock.set(rate=0)
    assert clock.real_seconds_until(due) == 0.0
    assert clock.real_seconds_until(due + MICROSECOND) is None


@pytest.mark.parametrize("rate", [1e-9, 0.1, 1 / 3, 0.7, 1.0, 7.0, 60.0, 1e6])
def test_sleeping_so_long_is_enough_and_not_too_long(rate: float) -> None:
    """After exactly those real microseconds it is due, one before it is not."""
    wall = Wall()
    clock = Clock(now=NOW, rate=rate, real=wall)
    due = NOW + timedelta(seconds=1, microseconds=1)

    seconds = clock.real_seconds_until(due)
    assert seconds is not None
    wall.pass_by(microseconds=round(seconds * 1e6) - 1)
    assert clock.now() < due
    wall.pass_by(microseconds=1)

    assert clock.now() >= due


def test_the_slowest_clock_has_a_wait_that_is_a_number() -> None:
    """A rate near zero must not overflow."""
    clock = Clock(now=NOW, rate=5e-324, real=Wall())

    assert clock.real_seconds_until(NOW + timedelta(days=1)) == 1e12


def test_real_time_is_aware_utc() -> None:
    """The only reader of wall time."""
    assert real_now().tzinfo is UTC
