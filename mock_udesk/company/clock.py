"""A company's time: one clock that runs at any rate, stands still or is moved on. The only reader of real time in the package."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from ..desk.errors import UsageError

FASTEST = 1e6
# Beyond these no timestamp has a sane form; a clock that reaches the last moment stands still there.
EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
LATEST = datetime(9000, 1, 1, tzinfo=UTC)

_MICROSECOND = timedelta(microseconds=1)
# What `real_seconds_until` answers at most, in microseconds: a very slow clock must not overflow a float.
_LONGEST = 10**18


def real_now() -> datetime:
    """This moment of real time, aware, in UTC."""
    return datetime.now(UTC)


class Clock:
    """Company time: `rate` 1 runs with real time, 0 stands still, 60 runs a minute in a second. Never goes back, whatever real time does.

    Counts whole microseconds, so that no rounding adds up. Takes real time from `real`, which tests replace.
    """

    __slots__ = ("_last_real", "_rate", "_ratio", "_real", "_shown", "_start", "_start_real")

    def __init__(self, *, now: datetime | None, rate: float, real: Callable[[], datetime] = real_now) -> None:
        """Starts at `now`, at real time when None. Raises UsageError (invalid) for a rate or moment that can't be."""
        self._real = real
        self._rate = _checked_rate(rate)
        self._ratio = self._rate.as_integer_ratio()
        self._start_real = self._last_real = real()
        # Company time at `_start_real`, and the latest that anybody was told.
        self._start = self._shown = _checked_moment(now if now is not None else self._start_real)

    @property
    def rate(self) -> float:
        """Company seconds in a real one."""
        return self._rate

    def real(self) -> datetime:
        """Real time, aware, in UTC; unlike `now` it goes back when the machine's clock is set back."""
        return self._real()

    def now(self) -> datetime:
        """Company time, aware, in UTC, to the microsecond; never less than it was before."""
        real = self._real()
        if real < self._last_real:
            # The machine's clock was set back: company time goes on from here instead of waiting for it to catch up.
            self._start, self._start_real = self._shown, real
        self._last_real = real
        if self._rate == 0.0:
            return self._start
        elapsed = real - self._start_real
        if self._rate == 1.0:
            moment = self._start + elapsed
        else:
            numerator, denominator = self._ratio
            gained = elapsed // _MICROSECOND * numerator // denominator
            room = (LATEST - self._start) // _MICROSECOND
            moment = self._start + timedelta(microseconds=min(gained, room))
        if moment > LATEST:
            moment = LATEST
        self._shown = moment
        return moment

    def after(self, seconds: float) -> datetime:
        """The moment so long from now. Raises UsageError (invalid) when this clock will never show it."""
        now = self.now()
        room = (LATEST - now).total_seconds()
        if not 0 <= seconds <= room:
            raise UsageError(
                "invalid",
                f"{seconds:g} s from {_beijing(now)} can't be: time goes forward, up to {_beijing(LATEST)}",
                hint=f"give seconds from 0 to {room:.0f}",
            )
        return now + timedelta(seconds=seconds)

    def jump(self, *, to: datetime) -> None:
        """Moves on to a moment; the rate stays. Raises UsageError (invalid) for one that is before what the clock has shown.

        A moment that has passed since the clock was last read is no error: nothing moves then.
        """
        self.set(now=to)

    def set(self, *, now: datetime | None = None, rate: float | None = None) -> None:
        """Changes time (forward only), rate (0 to 1,000,000) or both. Raises UsageError (invalid) and changes nothing."""
        shown = self._shown
        wanted = _checked_moment(now) if now is not None else None
        new_rate = _checked_rate(rate) if rate is not None else self._rate
        if wanted is not None and wanted < shown:
            raise UsageError(
                "invalid",
                f"the clock can't go back: it shows {_beijing(shown)}, asked for {_beijing(wanted)}",
                hint="time only moves forward; a new company or a reset starts at an earlier moment",
            )
        current = self.now()
        self._start = self._shown = max(wanted, current) if wanted is not None else current
        self._start_real = self._last_real
        self._rate, self._ratio = new_rate, new_rate.as_integer_ratio()

    def real_seconds_until(self, due: datetime) -> float | None:
        """Real seconds until the clock shows `due`, to the microsecond, never too few: 0.0 when it is due already, None when it never will be."""
        if due <= self.now():
            return 0.0
        if self._rate == 0.0 or due > LATEST:
            return None
        numerator, denominator = self._ratio
        needed = (due - self._start) // _MICROSECOND
        elapsed = (self._last_real - self._start_real) // _MICROSECOND
        return min(-(-needed * denominator // numerator) - elapsed, _LONGEST) / 1e6


def _beijing(moment: datetime) -> str:
    """A moment as all else in the control API is told."""
    # A refusal alone needs it: a start that has no push to shape doesn't load the shapes for it.
    from .pushes.shapes import iso8601

    return iso8601(moment)


def _checked_rate(rate: float) -> float:
    # Written so that "not a number" is refused too.
    if not 0 <= rate <= FASTEST:
        raise UsageError(
            "invalid",
            f"rate {rate} can't be: it is a number from 0 to {FASTEST:.0f}",
            hint="0 stands still, 1 is real time, 60 runs a minute in a second",
        )
    return float(rate)


def _checked_moment(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise UsageError(
            "invalid",
            f"the moment {moment.isoformat()} has no time zone",
            hint=f"write it like {moment.isoformat()}+08:00",
        )
    if not EARLIEST <= moment <= LATEST:
        raise UsageError(
            "invalid",
            f"the moment {moment.isoformat()} can't be: it lies from {EARLIEST.year} to {LATEST.year}",
            hint="write it like 2026-11-22T10:00:00+08:00",
        )
    return moment.astimezone(UTC)
