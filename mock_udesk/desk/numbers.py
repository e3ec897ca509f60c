"""The ids that are made of counters: of messages, of robots' answers, of what a urobot logs."""

from datetime import UTC, datetime, timedelta

from .state import Counters

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


def next_message_id(counters: Counters, now: datetime) -> str:
    """A new id for a message of an agent or the service: `udesk_<n><13 digits of ms>`, n a counter. Source: contract §5.2, ruling 20."""
    number = counters.message
    counters.message = number + 1
    return f"udesk_{number}{_milliseconds(now):013d}"


def next_answer_id(counters: Counters, now: datetime) -> str:
    """A new id for a robot's answer: the document's is a UUID, this one tells its number and its moment in ms."""
    number = counters.robot_message
    counters.robot_message = number + 1
    return f"{number:08x}-0000-4000-8000-{_milliseconds(now):012x}"


def next_log(counters: Counters) -> str:
    """A new number in a urobot's log, in digits."""
    number = counters.robot_log
    counters.robot_log = number + 1
    return str(number)


def _milliseconds(now: datetime) -> int:
    return (now - _EPOCH) // _MILLISECOND
