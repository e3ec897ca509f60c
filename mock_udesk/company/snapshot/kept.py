"""The nouns of a snapshot: all that a company holds, as dataclasses that go into JSON and come back the same."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Final

from pydantic import ConfigDict, TypeAdapter

from ...desk.play import runs
from ...desk.state import State
from ..faults.plans import Faults
from ..journal.entries import (
    CallEntry,
    FaultEntry,
    HappeningEntry,
    Late,
    PlannedFaultEntry,
    Problem,
    PushEntry,
    ScenarioEntry,
)
from ..limits import Limits
from ..pushes.outbox import Outbox
from ..signing.nonces import Nonces


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptFile:
    """A file of a scenario: its text, of an object its JSON."""

    file: str
    text: str
    is_data: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptFounding:
    """What a company was founded with, but for who it is."""

    seed: int
    now: datetime | None
    rate: float
    # Those that were chosen.
    settings: dict[str, Any]
    scenario: list[KeptFile] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptJournal:
    """A journal, its entries apart by kind: their numbers say the order."""

    next_id: int
    dropped: int
    dropped_bytes: int
    dropped_up_to: int
    dropped_problems: int
    problems: list[Problem]
    late: list[Late]
    late_dropped_up_to: tuple[int, int]
    calls: list[CallEntry]
    happenings: list[HappeningEntry]
    pushes: list[PushEntry]
    scenarios: list[ScenarioEntry]
    planned_faults: list[PlannedFaultEntry]
    faults: list[FaultEntry]


@dataclass(frozen=True, kw_only=True)
class KeptCompany:
    """A company whole, at one moment of its clock. Who it is, and what its calls are signed with, is left out."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(ser_json_bytes="base64", val_json_bytes="base64")

    founding: KeptFounding
    # Those that are set by now.
    settings: dict[str, Any]
    # None: nothing is played. `plays_first`: what it was founded with.
    scenario: list[KeptFile] | None
    plays_first: bool
    now: datetime
    rate: float
    desk: State
    nonces: Nonces
    limits: Limits
    outbox: Outbox
    faults: Faults
    journal: KeptJournal


COMPANY: Final = TypeAdapter(KeptCompany)
# What scenarios do is imported with the first of them, so its names are given here.
COMPANY.rebuild(_types_namespace=vars(runs))
