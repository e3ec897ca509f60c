"""What a template is shown, and who renders it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from ..happenings import Happening
from ..records import Agent, Customer, Session
from .script import Template


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """The happening that set a run off, or that a `wait_for` took last: `message` in templates, and what `match` looks at.

    `text` is what was said: the content of messages, questions and previews, the option and the remark of a survey, an agent's new
    status; "" where nothing was. `facts` are those of the happening.
    """

    kind: Happening
    text: str = ""
    session_id: int | None = None
    agent_id: int | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What a template is shown. `seed` is what `fake` draws from: the same text, the same people."""

    now: datetime
    heard: Heard
    seed: str
    customer: Customer | None = None
    session: Session | None = None
    agent: Agent | None = None
    variables: Mapping[str, Any] = field(default_factory=dict)


class TextError(Exception):
    """A template that can't be rendered: which expression, and why, in English."""

    def __init__(self, expression: str, reason: str) -> None:
        self.expression = expression
        self.reason = reason
        super().__init__(f"{expression}: {reason}")


class Texts(Protocol):
    """Who renders templates. All raise TextError, and nothing else."""

    def text(self, template: str, view: View) -> str:
        """The template as a text."""

    def value(self, template: Template, view: View) -> Any:
        """A plain JSON value with its texts rendered; one that is a single expression as a whole gives that expression's value."""

    def holds(self, expression: str, view: View) -> bool:
        """Whether an expression (`customer.level == "vip"`) is true."""
