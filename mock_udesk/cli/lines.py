"""What a customer does in `mock-udesk play`: the lines of `--say`, of which those with a slash in front are no speech."""

from dataclasses import dataclass

import click

from ..scenario.file.durations import DurationError, duration_seconds


@dataclass(frozen=True, slots=True)
class Say:
    """The customer says this, to whoever they are talking to."""

    text: str


@dataclass(frozen=True, slots=True)
class AskForAgent:
    """The customer wants a person."""


@dataclass(frozen=True, slots=True)
class Wait:
    """The customer is silent for so long, and does what comes next at once."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Rate:
    """The customer rates the latest session: an option by its id or text, and a remark."""

    option: str
    remark: str


@dataclass(frozen=True, slots=True)
class Leave:
    """The customer ends the session, or gives up the queue."""


Line = Say | AskForAgent | Wait | Rate | Leave

_EXPECTED = "/agent, /wait 90s, /rate 满意 REMARK, /leave, or //… for a text that begins with a slash"


def read_line(text: str) -> Line:
    """One line of `--say`. Raises UsageError."""
    if not text.strip():
        raise click.UsageError(f"--say: found {text!r}, expected a text that is not empty")
    if not text.startswith("/"):
        return Say(text)
    if text.startswith("//"):
        return Say(text[1:])
    word, _, rest = text.partition(" ")
    rest = rest.strip()
    match word:
        case "/agent" if not rest:
            return AskForAgent()
        case "/leave" if not rest:
            return Leave()
        case "/rate" if rest:
            option, _, remark = rest.partition(" ")
            return Rate(option, remark.strip())
        case "/wait":
            try:
                return Wait(duration_seconds(rest))
            except DurationError as error:
                raise click.UsageError(f"--say: found {text!r}, expected {error.expected}") from None
        case _:
            raise click.UsageError(f"--say: found {text!r}, expected {_EXPECTED}")
