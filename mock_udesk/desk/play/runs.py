"""What of a scenario is under way: one run for each time that a rule was set off, and what has run so far."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from .rendering import Heard
from .script import Script

# Where a run stands: the place in `do`, and after it, for each `else` that was entered, the place in that.
Address = tuple[int, ...]


def address_text(at: Address) -> str:
    """An address as the key of a JSON object: `2.0`."""
    return ".".join(map(str, at))


@dataclass(slots=True, kw_only=True)
class Run:
    """One instance of a rule, for one conversation.

    `stay_id` None: what set it off had no conversation (a leave message, a rating after the close), so it belongs to the customer.
    """

    id: int
    version: int
    # Which rule of that version's script, and the how-manieth run of it in this conversation, from 1.
    rule: int
    nth: int
    customer_id: int
    stay_id: int | None
    began_at: datetime
    heard: Heard
    # The step that is waited in, else the one that comes next.
    at: Address = (0,)
    # When a `wait` is over, or the time of a `wait_for`.
    due_at: datetime | None = None
    # Whether it stands in a `wait_for` and takes what happens.
    is_listening: bool = False
    variables: dict[str, Any] = field(default_factory=dict)
    # How many steps were rendered so far: each has its own `fake`.
    rendered: int = 0


@dataclass(slots=True, kw_only=True)
class Use:
    """How often each rule was set off, and each step of it done: by its address as a text."""

    rules: dict[int, int] = field(default_factory=dict)
    steps: dict[int, dict[str, int]] = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class Play:
    """Everything about scenarios that a desk knows. `version` is the script whose rules are tried; 0: none is loaded.

    Scripts of older versions are kept as long as one of their runs goes on.
    """

    version: int = 0
    # What `fake` starts from.
    seed: int = 0
    next_version: int = 1
    next_run: int = 1
    scripts: dict[int, Script] = field(default_factory=dict)
    uses: dict[int, Use] = field(default_factory=dict)
    runs: dict[int, Run] = field(default_factory=dict)
    # By stay: how often each kind of happening has come (`turn`), and each rule of this version was set off (`times`).
    turns: dict[int, dict[str, int]] = field(default_factory=dict)
    started: dict[int, dict[int, int]] = field(default_factory=dict)
    # Likewise by customer, for what has no stay.
    customer_turns: dict[int, dict[str, int]] = field(default_factory=dict)
    customer_started: dict[int, dict[int, int]] = field(default_factory=dict)
    # Ended stays of which something is still counted, in order: `counts.py` keeps the latest.
    ended: dict[int, None] = field(default_factory=dict)
