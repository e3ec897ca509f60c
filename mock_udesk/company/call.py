"""What a handler is given: the company that was called, and the journal's entry of the call."""

from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from ..desk.commands import Command
from ..desk.desk import Desk
from ..settings import Settings
from .company import Company
from .journal.entries import CallEntry, ProblemKind

R = TypeVar("R")


@dataclass(slots=True)
class Call:
    """One call while it is being answered; whatever it makes happen carries its entry as the cause."""

    company: Company
    entry: CallEntry

    @property
    def desk(self) -> Desk:
        """The desk as it is now, to be read."""
        return self.company.look()

    @property
    def settings(self) -> Settings:
        """The company's settings."""
        return self.company.settings

    @property
    def now(self) -> datetime:
        """The company's time."""
        return self.company.clock.now()

    def submit(self, command: Command[R]) -> R:
        """Asks the desk for something. Raises DeskError or UsageError, and then nothing has changed."""
        return self.company.submit(command, self.entry.id)

    def warn(self, text: str) -> None:
        """Says in the journal what was let pass though it deserves a look."""
        self.entry.warnings.append(text)

    def problem(self, kind: ProblemKind, text: str) -> None:
        """Notes what a strict test fails on, and warns."""
        self.warn(text)
        self.company.journal.problem(kind, self.now, text, self.entry.id)
