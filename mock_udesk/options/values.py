"""One value: how it is read from text, and what would have been right."""

import math
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click
from click.shell_completion import CompletionItem

if TYPE_CHECKING:
    ParamType = click.ParamType[Any]
else:
    # Before click 8.2 it can't be subscripted.
    ParamType = click.ParamType


class Value(ParamType):
    """A kind of value; `read` raises ValueError for a text that isn't one, and the refusal says what was `expected`."""

    def __init__(self, name: str, expected: str, read: Callable[[str], Any], choices: tuple[str, ...] = ()) -> None:
        self.name = name
        self._expected = expected
        self._read = read
        self._choices = choices

    def get_metavar(self, param: click.Parameter, ctx: click.Context | None = None) -> str | None:  # noqa: ARG002 - click's
        """The choices as they are typed; else the kind's name, as click has it."""
        return f"[{'|'.join(self._choices)}]" if self._choices else None

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The value itself; what isn't a text has been read already."""
        if not isinstance(value, str):
            return value
        try:
            return self._read(value)
        except ValueError:
            shown = value if len(value) <= 80 else f"{value[:77]}..."
            self.fail(f"found {shown!r}, expected {self._expected}", param, ctx)

    def shell_complete(
        self,
        ctx: click.Context,  # noqa: ARG002 - click's signature
        param: click.Parameter,  # noqa: ARG002
        incomplete: str,
    ) -> list[CompletionItem]:
        """The choices that begin so."""
        return [CompletionItem(choice) for choice in self._choices if choice.startswith(incomplete.lower())]


def _text(value: str) -> str:
    if not value.strip() or not value.isprintable():
        raise ValueError
    return value


def _port(value: str) -> int:
    port = int(value)
    if not 0 <= port <= 65_535:
        raise ValueError
    return port


def _up_to(highest: float) -> Callable[[str], float]:
    def read(value: str) -> float:
        number = float(value)
        if not math.isfinite(number) or not 0 <= number <= highest:
            raise ValueError
        return number

    return read


def _whole_number(value: str) -> int:
    number = int(value)
    if not -(2**63) <= number < 2**63:
        raise ValueError
    return number


def _moment(value: str) -> datetime:
    moment = datetime.fromisoformat(value)
    if moment.tzinfo is None or not 1970 <= moment.year < 9000:
        raise ValueError
    return moment


def _url(value: str) -> str:
    from ..settings import Settings

    Settings(receive_url=_text(value))
    return value


def _subdomain(value: str) -> str:
    # The rule is the company's own.
    from ..company.founding import Founding
    from ..company.signing import Credentials
    from ..desk.errors import UsageError

    try:
        Founding(subdomain=value, credentials=Credentials(email="", password="", token="", secret=""))
    except UsageError as error:
        raise ValueError(str(error)) from None
    return value


def one_of(*choices: str) -> Value:
    """One of a few words, in whatever case it is typed."""

    def read(value: str) -> str:
        if value.lower() not in choices:
            raise ValueError
        return value.lower()

    return Value("|".join(choices), f"{', '.join(choices[:-1])} or {choices[-1]}", read, choices)


TEXT = Value("text", "a text that is not empty", _text)
PORT = Value("port", "a number from 0 to 65535 (0 picks a free port)", _port)
URL = Value("url", "a URL like http://127.0.0.1:3000/udesk", _url)
SUBDOMAIN = Value("label", "a host label: 1 to 63 lower-case letters, digits and inner hyphens", _subdomain)
WHOLE_NUMBER = Value("number", "a whole number of 64 bits", _whole_number)
MOMENT = Value("moment", "a moment with its time zone like 2026-11-22T10:00:00+08:00", _moment)
RATE = Value("number", "a number from 0 (stands still) over 1 (real time) to 1000000", _up_to(1e6))
SECONDS = Value("seconds", "a number of seconds from 0 to 3600", _up_to(3600))
