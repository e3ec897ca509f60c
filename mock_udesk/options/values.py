"""One value: how it is read from text, and what would have been right."""

import math
import os
from collections.abc import Callable, Mapping
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
    """A kind of value; `read` raises ValueError for a text that isn't one, and the refusal says what was `expected`.

    `schema` is what JSON Schema says of it where it stands in a YAML file.
    """

    # How a variable holds more than one, as PATH does.
    envvar_list_splitter = os.pathsep

    def __init__(
        self,
        name: str,
        expected: str,
        read: Callable[[str], Any],
        schema: Mapping[str, Any],
        choices: tuple[str, ...] = (),
    ) -> None:
        self.name = name
        self.expected = expected
        self.schema = schema
        self._read = read
        self._choices = choices

    def get_metavar(self, param: click.Parameter, ctx: click.Context | None = None) -> str | None:  # noqa: ARG002 - click's
        """The choices as they are typed; else the kind's name, as click has it."""
        return f"[{'|'.join(self._choices)}]" if self._choices else None

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The value itself; what isn't a text has been read already."""
        if not isinstance(value, str):
            return value
        if not self.can_read(value):
            shown = value if len(value) <= 80 else f"{value[:77]}..."
            self.fail(f"found {shown!r}, expected {self.expected}", param, ctx)
        return self._read(value)

    def can_read(self, value: str) -> bool:
        """Whether a text is such a value."""
        try:
            self._read(value)
        except ValueError:
            return False
        return True

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


def _lines(value: str) -> str:
    if not value.strip():
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
    from ..company.signing.open_api import Credentials
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

    schema = {"type": "string", "enum": list(choices)}
    return Value("|".join(choices), f"{', '.join(choices[:-1])} or {choices[-1]}", read, schema, choices)


def _switch(value: str) -> bool:
    try:
        return _SWITCH[value.lower()]
    except KeyError:
        raise ValueError from None


_SWITCH = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}

# YAML takes a token of digits for a number.
TEXT = Value("text", "a text that is not empty", _text, {"type": ["string", "number"], "minLength": 1})
PATH = Value("path", "the path of a file or folder", _text, {"type": "string", "minLength": 1})
SWITCH = Value("switch", "true or false", _switch, {"type": "boolean"})
LINES = Value("yaml", "a text that is not empty", _lines, {"type": "string", "minLength": 1})
PORT = Value(
    "port",
    "a number from 0 to 65535 (0 picks a free port)",
    _port,
    {"type": "integer", "minimum": 0, "maximum": 65_535},
)
URL = Value(
    "url", "a URL like http://127.0.0.1:3000/udesk", _url, {"type": "string", "format": "uri", "pattern": "^https?://"}
)
SUBDOMAIN = Value(
    "label",
    "a host label: 1 to 63 lower-case letters, digits and inner hyphens",
    _subdomain,
    {"type": ["string", "integer"], "pattern": "^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$"},
)
WHOLE_NUMBER = Value(
    "number", "a whole number of 64 bits", _whole_number, {"type": "integer", "minimum": -(2**63), "maximum": 2**63 - 1}
)
MOMENT = Value(
    "moment",
    "a moment with its time zone like 2026-11-22T10:00:00+08:00",
    _moment,
    {"type": "string", "format": "date-time"},
)
RATE = Value(
    "number",
    "a number from 0 (stands still) over 1 (real time) to 1000000",
    _up_to(1e6),
    {"type": "number", "minimum": 0, "maximum": 1_000_000},
)
SECONDS = Value(
    "seconds", "a number of seconds from 0 to 3600", _up_to(3600), {"type": "number", "minimum": 0, "maximum": 3600}
)
