"""All companies of one server by subdomain: create, find, reset, remove. Below this room nothing knows a company's name."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from ..desk.errors import UsageError
from ..settings import Settings
from .company import Company
from .founding import Founding, made_up
from .journal.tally import Tally

if TYPE_CHECKING:
    from ..scenario.scenario import Scenario


@dataclass(slots=True, eq=False)
class Slot:
    """The place of a company: readers, pump and waiters hold it, and a reset puts a new life into it."""

    subdomain: str
    company: Company = field(init=False)
    epoch: int = 0
    calls_in_progress: int = 0
    # Of all its lives.
    tally: Tally = field(default_factory=Tally)
    # Why the files of its scenario could not be loaded anew, in a line; "": they could.
    not_reloaded: str = ""


class Bell(Protocol):
    """Who wants to know when something may be due, or when a life has ended. The server's pump."""

    def ring(self, slot: Slot) -> None:
        """Something of this company may have become due."""

    def replaced(self, slot: Slot, ended: Company) -> None:
        """This life has ended, or the company was removed: let go of all that belonged to it, and free it bit by bit."""


class Companies:
    """The tenants of one server. The default one answers where neither path nor host names another."""

    def __init__(self, default: Founding, bell: Bell) -> None:
        self._bell = bell
        self._slots: dict[str, Slot] = {}
        self._made_up = 0
        self.default = self._found(default)

    def __iter__(self) -> Iterator[Slot]:
        return iter(list(self._slots.values()))

    def find(self, subdomain: str) -> Slot | None:
        """The place of the company with this subdomain."""
        return self._slots.get(subdomain)

    def create(
        self,
        *,
        subdomain: str | None = None,
        email: str | None = None,
        password: str | None = None,
        token: str | None = None,
        secret: str | None = None,
        seed: int = 0,
        now: datetime | None = None,
        rate: float = 1.0,
        settings: dict[str, Any] | None = None,
        scenario: "Scenario | None" = None,
    ) -> Slot:
        """Founds a company; what is not given is made up from subdomain and seed.

        Raises UsageError (conflict on a taken subdomain, invalid, whom a scenario can't lay over it) and pydantic's ValidationError on settings.
        """
        if subdomain is not None and subdomain in self._slots:
            raise UsageError("conflict", f"subdomain {subdomain!r} is taken", hint="leave it out to get a free one")
        name = subdomain if subdomain is not None else self._free_name()
        given = {"email": email, "password": password, "token": token, "secret": secret}
        credentials = replace(made_up(name, seed), **{key: value for key, value in given.items() if value is not None})
        chosen = Settings().changed(settings or {})
        return self._found(
            Founding(
                subdomain=name,
                credentials=credentials,
                seed=seed,
                now=now,
                rate=rate,
                settings=chosen,
                scenario=scenario,
            )
        )

    def reset(self, slot: Slot, *, settings: bool) -> None:
        """Begins a company's life again, with the scenario it was founded with; its settings are kept unless `settings`.

        Takes no longer for a large state. Raises UsageError and pydantic's ValidationError when the scenario can't be laid over
        it (one that was reloaded, over people who have changed since), and then nothing has changed.
        """
        old = slot.company
        self._begin(slot, old.founding, old.founding.first_settings if settings else old.settings)
        self._bell.replaced(slot, old)

    def restore(self, slot: Slot, body: bytes, *, version: str) -> None:
        """Puts a snapshot, which this version of mock-udesk took, in the place of a company's life; its name and its credentials stay.

        Raises UsageError (invalid) with what is wrong with it, and then nothing has changed.
        """
        from .snapshot.snapshot import read

        old = slot.company
        life = read(body, version=version).company(
            subdomain=slot.subdomain,
            credentials=old.credentials,
            epoch=slot.epoch + 1,
            ring=lambda: self._bell.ring(slot),
        )
        self._live(slot, life)
        self._bell.replaced(slot, old)

    def remove(self, subdomain: str) -> None:
        """Ends a company. Raises UsageError: unknown, or the default one."""
        slot = self._slots.get(subdomain)
        if slot is None:
            raise UsageError(
                "unknown", f"there is no company {subdomain!r}", hint=f"there are: {', '.join(self._slots)}"
            )
        if slot is self.default:
            raise UsageError(
                "conflict", f"{subdomain!r} is the default company", hint="POST /_mock/reset begins it anew"
            )
        del self._slots[subdomain]
        old = slot.company
        # A call that is still coming in finds an empty company, for what the slot had is taken apart.
        self._begin(slot, replace(old.founding, scenario=None), old.settings)
        self._bell.replaced(slot, old)

    def _found(self, founding: Founding) -> Slot:
        slot = Slot(founding.subdomain)
        self._begin(slot, founding, founding.first_settings)
        self._slots[founding.subdomain] = slot
        return slot

    def _begin(self, slot: Slot, founding: Founding, settings: Settings) -> None:
        company = Company(
            founding,
            settings,
            epoch=slot.epoch + 1,
            ring=lambda: self._bell.ring(slot),
            first_day=slot.company.first_day if slot.epoch else None,
        )
        self._live(slot, company)

    def _live(self, slot: Slot, company: Company) -> None:
        if slot.epoch:
            slot.tally.ended(slot.company.journal)
        slot.company, slot.epoch = company, company.epoch

    def _free_name(self) -> str:
        while True:
            self._made_up += 1
            name = f"company-{self._made_up}"
            if name not in self._slots:
                return name
