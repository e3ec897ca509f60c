"""What the handler of an operator's call is given; all that health needs, which is asked before the rest is loaded."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, TypeVar

from pydantic import ConfigDict, PlainSerializer, model_validator

from ..company.companies import Companies, Slot
from ..company.company import Company
from ..company.journal.entries import CallEntry
from ..company.pushes.shapes import iso8601
from ..desk.commands import Command
from ..desk.desk import Desk
from ..endpoint import NAMED_AT_MOST, Ask, BadParameters, Problem, Reply, Table
from .world import Keeper, Surroundings, World

R = TypeVar("R")

# A moment as the control API writes it: ISO 8601 in Beijing time, like all that the emulated service says.
Moment = Annotated[datetime, PlainSerializer(iso8601, return_type=str)]


class Nothing(Ask):
    """A call without parameters. No `OperatorAsk`, for health is one of these."""

    model_config = ConfigDict(extra="forbid")

    @model_validator(mode="before")
    @classmethod
    def _nothing_is_given(cls, parameters: Any) -> Any:
        if isinstance(parameters, Mapping) and parameters:
            raise unknown_names_refused(
                [Problem(str(name), "unknown; this call takes no parameters") for name in parameters]
            )
        return parameters


class WasDone(Reply):
    """The answer of a call that has nothing to say but that it was done."""

    done: bool = True


def unknown_names_refused(found: Sequence[Problem]) -> BadParameters:
    """The refusal of names nobody knows: the first few, and how many more there are."""
    named = list(found[:NAMED_AT_MOST])
    if len(found) > NAMED_AT_MOST:
        named.append(Problem("parameters", f"and {len(found) - NAMED_AT_MOST} more are unknown"))
    return BadParameters(tuple(named))


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorCall:
    """One call of an operator to one company."""

    slot: Slot
    companies: Companies
    world: World
    surroundings: Surroundings
    keeper: Keeper
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
