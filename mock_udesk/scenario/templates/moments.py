"""Moments in templates: Beijing time, and how they are written."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta, timezone

from .refusal import Refused

# Not zoneinfo: small systems come without the table of zones, and China has had no other time since 1991.
BEIJING = timezone(timedelta(hours=8))


def beijing(moment: datetime) -> datetime:
    """A moment as clocks in Beijing show it."""
    return moment.astimezone(BEIJING)


def iso8601(moment: datetime) -> str:
    """A moment as the service writes it. Doc: im-api-v2 §获取urobot列表: 2022-03-25T15:55:20.000+08:00."""
    return beijing(moment).isoformat(timespec="milliseconds")


_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_DIRECTIVES: Mapping[str, Callable[[datetime], str]] = {
    "Y": lambda moment: f"{moment.year:04}",
    "y": lambda moment: f"{moment.year % 100:02}",
    "m": lambda moment: f"{moment.month:02}",
    "d": lambda moment: f"{moment.day:02}",
    "H": lambda moment: f"{moment.hour:02}",
    "I": lambda moment: f"{moment.hour % 12 or 12:02}",
    "M": lambda moment: f"{moment.minute:02}",
    "S": lambda moment: f"{moment.second:02}",
    "f": lambda moment: f"{moment.microsecond:06}",
    "j": lambda moment: f"{moment.timetuple().tm_yday:03}",
    "p": lambda moment: "AM" if moment.hour < 12 else "PM",
    "u": lambda moment: str(moment.isoweekday()),
    "w": lambda moment: str(moment.isoweekday() % 7),
    "a": lambda moment: _DAYS[moment.weekday()][:3],
    "A": lambda moment: _DAYS[moment.weekday()],
    "b": lambda moment: _MONTHS[moment.month - 1][:3],
    "B": lambda moment: _MONTHS[moment.month - 1],
    "z": lambda moment: f"{moment:%z}",
    "s": lambda moment: str(int(moment.timestamp())),
    "F": lambda moment: f"{moment.year:04}-{moment.month:02}-{moment.day:02}",
    "T": lambda moment: f"{moment.hour:02}:{moment.minute:02}:{moment.second:02}",
    "R": lambda moment: f"{moment.hour:02}:{moment.minute:02}",
    "%": lambda _: "%",
}


def formatted(moment: datetime, form: str) -> str:
    """A moment as a format says, `%Y-%m-%d %H:%M`; `%-d` leaves the zero out. Not strftime: that differs between systems. Raises Refused."""
    if len(form) > 200:
        raise Refused("a format may have at most 200 characters")
    first, *rest = form.split("%%")
    return "%".join(_formatted(moment, part) for part in (first, *rest))


def _formatted(moment: datetime, form: str) -> str:
    first, *rest = form.split("%")
    written = [first]
    for part in rest:
        is_bare = part.startswith("-")
        letter, after = part[is_bare : is_bare + 1], part[is_bare + 1 :]
        directive = _DIRECTIVES.get(letter)
        if directive is None:
            known = " ".join(f"%{known}" for known in _DIRECTIVES)
            raise Refused(f"a moment's format has no %{letter}; it has {known}")
        text = directive(moment)
        written.append((text.lstrip("0") or "0" if is_bare else text) + after)
    return "".join(written)
