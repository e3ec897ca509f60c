"""All that happens at once: one command, or one thing that was due, and whatever scenarios do about it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from ..effects import Effect

# A conversation that does more without any time passing goes round in circles.
MOST_STEPS = 1000


@dataclass(slots=True)
class Walk:
    """The effects so far, each with the place of its cause; what is made on the way is put at the end, and walked later."""

    now: datetime
    effects: list[Effect]
    causes: list[int | None]
    # A scenario went round in circles: nothing more is reacted to.
    is_deaf: bool = False
    # By stay, and by customer below zero: how many steps were done.
    _steps: dict[int, int] = field(default_factory=dict)

    def add(self, effect: Effect, cause: int | None) -> int:
        """Puts an effect at the end; returns its place."""
        self.effects.append(effect)
        self.causes.append(cause)
        return len(self.effects) - 1

    def extend(self, effects: Iterable[Effect], cause: int | None) -> None:
        """Puts effects at the end that have one cause."""
        self.effects.extend(effects)
        self.causes.extend([cause] * (len(self.effects) - len(self.causes)))

    def is_too_far(self, customer_id: int, stay_id: int | None) -> bool:
        """Counts one more step of a conversation; whether that is more than it may do at once."""
        key = -customer_id if stay_id is None else stay_id
        done = self._steps[key] = self._steps.get(key, 0) + 1
        return done > MOST_STEPS
