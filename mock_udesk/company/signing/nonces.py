"""Which nonces were used in the last 15 minutes, by the company's clock."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

# Doc: contract §1.1: 15分钟内只能被使用一次.
LIFETIME = timedelta(seconds=900)


@dataclass(slots=True)
class Nonces:
    """The nonces that were spent less than 900 s ago. Plain data.

    They stand in two generations, each with the moment of its first and its last nonce. A generation is freed whole when
    its last nonce has aged, so nothing is ever scanned; each nonce has its own moment, so that the 900 s are exact.
    """

    young: dict[str, datetime] = field(default_factory=dict)
    young_from: datetime | None = None
    young_to: datetime | None = None
    old: dict[str, datetime] = field(default_factory=dict)
    old_to: datetime | None = None

    def spent_at(self, nonce: str, now: datetime) -> datetime | None:
        """When this nonce was last used, if that is less than 900 s ago."""
        self.forget(now)
        moment = self.young.get(nonce) or self.old.get(nonce)
        return moment if moment is not None and now - moment < LIFETIME else None

    def spend(self, nonce: str, now: datetime) -> None:
        """From now on this nonce counts as used, for 900 s."""
        self.forget(now)
        if self.young_from is None:
            self.young_from = now
        self.young[nonce] = self.young_to = now

    def give_back(self, nonce: str) -> None:
        """This nonce was not used after all."""
        self.young.pop(nonce, None)
        self.old.pop(nonce, None)

    def forget(self, now: datetime) -> None:
        """Frees what has aged; every other call does so too. Costs nothing when there is nothing to free."""
        if self.old_to is not None and now - self.old_to >= LIFETIME:
            self.old, self.old_to = {}, None
        if self.young_from is not None and now - self.young_from >= LIFETIME:
            # What is old now was last used before the first of the young, so the place of the old is free here.
            self.old, self.old_to = self.young, self.young_to
            self.young, self.young_from, self.young_to = {}, None, None
            if self.old_to is not None and now - self.old_to >= LIFETIME:
                self.old, self.old_to = {}, None

    def __len__(self) -> int:
        """How many nonces memory holds."""
        return len(self.young) + len(self.old)
