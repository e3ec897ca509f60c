"""How long something takes, as authors write it: 500ms, 3s, 1m30s."""

import re

LONGEST_SECONDS = 366 * 86_400
EXAMPLES = "a duration like 500ms, 3s, 1m30s, 2h or 1d"
PATTERN = r"^(?=\d)(\d{1,9}d)?(\d{1,9}h)?(\d{1,9}m)?(\d{1,9}(\.\d{1,6})?s)?(\d{1,9}ms)?$"

_DURATION = re.compile(PATTERN, re.ASCII)
_PART = re.compile(r"(\d+)(?:\.(\d+))?(d|h|ms|m|s)", re.ASCII)
_MICROSECONDS = {"d": 86_400_000_000, "h": 3_600_000_000, "m": 60_000_000, "s": 1_000_000, "ms": 1_000}
_BARE = re.compile(r"\d+(\.\d+)?", re.ASCII)


class DurationError(ValueError):
    """A duration nobody can read; `expected` says what would be right."""

    def __init__(self, expected: str) -> None:
        self.expected = expected
        super().__init__(expected)


def duration_seconds(value: object) -> float:
    """The seconds of `500ms`, `3s`, `1m`, `2h`, `1d`, or of a sum, the longest first (`1m30s`). Raises DurationError.

    At most 366 days. A bare number is no duration: nobody can see whether it means seconds or minutes.
    """
    if isinstance(value, int | float) and not isinstance(value, bool):
        raise DurationError(_with_unit(str(value)))
    if not isinstance(value, str):
        raise DurationError(EXAMPLES)
    if _DURATION.fullmatch(value) is None:
        raise DurationError(_with_unit(value) if _BARE.fullmatch(value) else EXAMPLES)
    # In whole microseconds, so that the sum is the same however it is written.
    total = 0
    for whole, fraction, unit in _PART.findall(value):
        total += int(whole) * _MICROSECONDS[unit] + int(fraction.ljust(6, "0") if fraction else 0)
    if total > LONGEST_SECONDS * 1_000_000:
        raise DurationError("at most 366d")
    return total / 1_000_000


def _with_unit(number: str) -> str:
    if len(number) > 9 or not _BARE.fullmatch(number):
        return EXAMPLES
    return f"a duration with its unit, like {number}s" + ("" if "." in number else f", {number}m or {number}ms")
