"""What the handler of an operator's call is given, and how it refuses: typing errors are answered with the nearest name."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches
from types import MappingProxyType
from typing import Annotated, Any, ClassVar, Final, NamedTuple, TypeVar, get_args

from pydantic import AfterValidator, ConfigDict, Field, PlainSerializer, ValidationError, model_validator

from ..company.companies import Companies, Slot
from ..company.company import Company
from ..company.entries import CallEntry
from ..company.shapes import iso8601
from ..desk.commands import Command
from ..desk.desk import Desk
from ..endpoint import NAMED_AT_MOST, Ask, BadParameters, Problem, Reply, Table, problems
from .world import World

R = TypeVar("R")

# A moment as the control API writes it: ISO 8601 in Beijing time, like all that the emulated service says.
Moment = Annotated[datetime, PlainSerializer(iso8601, return_type=str)]


def is_id(text: str) -> bool:
    """Whether a text is an id rather than a name or a moment."""
    return text.isascii() and text.isdigit() and len(text) < 20


def _is_filled(name: str) -> str:
    if not name.strip():
        raise ValueError("expected more than blanks")
    return name


class _InPath:
    """Marks a field that stands in the call's path: it is none of those that may be given."""


IN_PATH: Final = _InPath()
Number = Annotated[int, Field(ge=1, lt=2**63)]
PathId = Annotated[Number, IN_PATH]
IdOrName = Annotated[str, Field(description="Id, or name where only one has it"), IN_PATH]
Name = Annotated[str, Field(min_length=1, max_length=255), AfterValidator(_is_filled)]


class OperatorAsk(Ask):
    """What an operator asks for. An unknown name is refused, for operators make typing errors; the emulated API is lenient instead.

    Names inside the fields of `nested` are refused with their whole path: `questions[2].keyword`.
    """

    model_config = ConfigDict(extra="forbid")

    # Names that people give to this call though they belong elsewhere, and where that is.
    elsewhere: ClassVar[Mapping[str, str]] = {}

    @model_validator(mode="before")
    @classmethod
    def _names_are_known(cls, parameters: Any) -> Any:
        found = list(_unknown_names(cls, parameters, ""))
        if found:
            raise _refused(found)
        return parameters


class Nothing(OperatorAsk):
    """A call without parameters."""


class WasDone(Reply):
    """The answer of a call that has nothing to say but that it was done."""

    done: bool = True


def unknown_parameters(
    unknown: list[str], known: list[str], *, elsewhere: Mapping[str, str] = MappingProxyType({})
) -> BadParameters:
    """The refusal of names nobody knows, each with what would be right."""
    return _refused([_Unknown("", name, known, elsewhere) for name in unknown])


class _Unknown(NamedTuple):
    """A name that is not known where it stands, and those that are."""

    path: str
    name: str
    known: list[str]
    elsewhere: Mapping[str, str]


def _unknown_names(ask: type[OperatorAsk], parameters: Any, path: str) -> Iterator[_Unknown]:
    """The names that neither this call nor what is nested in it knows."""
    if not isinstance(parameters, Mapping):
        return
    fields = {info.alias or name: info for name, info in ask.model_fields.items()}
    for name, value in parameters.items():
        if name not in fields:
            known = [given for given, info in fields.items() if IN_PATH not in info.metadata]
            yield _Unknown(path, str(name), known, ask.elsewhere)
        elif name in ask.nested and isinstance(value, list):
            deeper = next(model for model in get_args(fields[name].annotation) if issubclass(model, OperatorAsk))
            for at, row in enumerate(value):
                yield from _unknown_names(deeper, row, f"{path}{name}[{at}].")


def _refused(unknown: Sequence[_Unknown]) -> BadParameters:
    found = [
        Problem(path + name, elsewhere.get(name) or _unknown_name(name, known))
        for path, name, known, elsewhere in unknown[:NAMED_AT_MOST]
    ]
    if len(unknown) > NAMED_AT_MOST:
        found.append(Problem("parameters", f"and {len(unknown) - NAMED_AT_MOST} more are unknown"))
    return BadParameters(tuple(found))


def _unknown_name(name: str, known: list[str]) -> str:
    """What is wrong with a name nobody knows: the nearest legal one, or all of them."""
    near = get_close_matches(name[:200], known, n=1, cutoff=0.6)
    if near:
        return f"unknown, did you mean {near[0]}?"
    return f"unknown; known are {', '.join(known)}" if known else "unknown; this call takes no parameters"


def bad_parameters(error: ValidationError) -> BadParameters:
    """A refusal of pydantic's, for values that were checked after the call's own model."""
    return BadParameters(problems(error, {}))


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorCall:
    """One call of an operator to one company."""

    slot: Slot
    companies: Companies
    world: World
    entry: CallEntry
    # Scheme, host and port under which the caller reached this server: the default company's base.
    server_url: str
    # Both tables, for signing and for the OpenAPI document.
    udesk_api: Callable[[], Table]
    control_api: Callable[[], Table]

    @property
    def company(self) -> Company:
        """The company as it is now; a reset puts another one into the slot."""
        return self.slot.company

    @property
    def desk(self) -> Desk:
        """The desk, after all that is due has happened."""
        return self.company.look()

    @property
    def signing_time(self) -> datetime:
        """The time that a signature is made of: `timestamp_against: real` holds it to real time, every other choice takes the company's."""
        clock = self.company.clock
        return clock.real() if self.company.settings.timestamp_against == "real" else clock.now()

    def submit(self, command: Command[R]) -> R:
        """Has the desk do something; this call is the cause of all that follows."""
        return self.company.submit(command, self.entry.id)

    def base_url(self, slot: Slot) -> str:
        """Where a company's own `/open_api_v1` and `/_mock` stand."""
        return self.server_url if slot is self.companies.default else f"{self.server_url}/c/{slot.subdomain}"
