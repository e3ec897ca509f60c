"""What a file says of its company, tried on a desk of its own: whom the company has then, and what the desk refuses."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Final

from ...desk.desk import Desk
from ...desk.errors import DeskError, UsageError
from ...desk.staff_commands import AddAgent, AddGroup
from ..people.overlay import CompanyFields, lay_over
from ..scenario import Finding
from .nodes import Path
from .walk import Read
from .words import finding_at

# Any moment does: nothing that is laid over a company tells the time.
_NOW = datetime(2026, 1, 1, tzinfo=UTC)
_PEOPLE: Final = ("groups", "agents", "customers")
_ROBOTS: Final = ("robots", "urobots")
_PART = re.compile(r"\[(\d+)\]|[^.\[\]]+")


def first_desk() -> Desk:
    """A desk with the people of a new company (ruling 6), without robots. Those of a real one: company/founding.py."""
    desk = Desk()
    desk.handle(AddGroup({"id": 11, "name": "售后"}), _NOW)
    desk.handle(AddAgent({"id": 3, "name": "Tom"}), _NOW)
    desk.handle(AddAgent({"id": 4, "name": "Jerry", "group_ids": [11]}), _NOW)
    return desk


def rehearse_files(
    reads: Iterable[Read | None], seeded: Callable[[], Desk] | None
) -> tuple[Desk | None, list[Finding]]:
    """The desk with all files laid over it, made-up people left out, and everything it refused.

    None in place of the desk: nobody can tell whom the company has then, for something is wrong with what a file says of it (or the file
    could not be read, None), or was refused. What comes after such a file is not tried. `seeded` None: nobody knows what the company's
    robots know, so what the files say of them is not tried.
    """
    desk, kinds = (first_desk(), _PEOPLE) if seeded is None else (seeded(), _PEOPLE + _ROBOTS)
    found: list[Finding] = []
    for read in reads:
        if read is None or read.company is None:
            return None, found
        found += _refused(read, read.company, desk, kinds)
    return (None if found else desk), found


def _refused(read: Read, company: CompanyFields, desk: Desk, kinds: Sequence[str]) -> Iterator[Finding]:
    """Lays over row by row, so that one that is refused doesn't hide the next."""
    for kind in kinds:
        for at, row in enumerate(getattr(company, kind)):
            one = CompanyFields.model_construct().model_copy(update={kind: [row]})
            try:
                lay_over(one, desk, lambda command: desk.handle(command, _NOW).reply, seed=0)
            except UsageError as error:
                path: Path = ("company", kind, at, *_path(error.field)[2:])
                found = error.message.removeprefix(f"{error.field}: ")
                expected = re.sub(r"^there are: ", "one of ", error.hint)
                yield finding_at(read.root, path, read.file, found=found, expected=expected)
            except DeskError as error:
                where = ("company", kind, at)
                yield finding_at(read.root, where, read.file, found=error.message, expected=error.detail)


def _path(text: str) -> Path:
    """`agents[0].groups[2]` as its parts."""
    return tuple(int(part[1]) if part[1] else part[0] for part in _PART.finditer(text))
