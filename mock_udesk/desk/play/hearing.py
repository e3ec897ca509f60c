"""Whom a happening concerns, and what a scenario hears of it."""

from collections.abc import Iterable
from dataclasses import dataclass

from ..books import Books
from ..effects import Happened
from ..happenings import Happening
from ..records import Target
from ..robot_ratings import TALK_OPTIONS
from .rendering import Heard


@dataclass(frozen=True, slots=True)
class Conversation:
    """What a happening is offered to: a stay that lives, one that has ended, or a customer who has none."""

    customer_id: int
    # The stay, ended or not; by it is counted, else by the customer.
    stay_id: int | None
    # Whether the stay lives, so that what begins belongs to it.
    is_living: bool

    @property
    def living_id(self) -> int | None:
        """The stay that a run of it belongs to; None: the customer."""
        return self.stay_id if self.is_living else None


def concerned(books: Books, happened: Happened) -> Iterable[Conversation]:
    """Whom a happening without a stay concerns, in order; nobody who has been removed."""
    state = books.state
    stay_ids: Iterable[int]
    if happened.kind is Happening.AGENT_STATUS and happened.agent_id is not None:
        talking = (
            state.sessions[session_id].stay_id for session_id in books.roster.sessions.get(happened.agent_id, ())
        )
        queue = books.queues.get(Target("agent", happened.agent_id))
        stay_ids = sorted({*talking, *(() if queue is None else queue.held())})
        return [Conversation(state.stays[stay_id].customer_id, stay_id, is_living=True) for stay_id in stay_ids]
    customer_id = happened.customer_id
    if customer_id is None or customer_id not in state.customers:
        return ()
    stay_ids = [stay.id for stay in books.stays_of(customer_id)]
    if not stay_ids:
        return (Conversation(customer_id, None, is_living=False),)
    return [Conversation(customer_id, stay_id, is_living=True) for stay_id in sorted(stay_ids)]


def heard(books: Books, happened: Happened) -> Heard:
    """What a run keeps of a happening."""
    return Heard(
        kind=happened.kind,
        text=text_of(books, happened),
        session_id=happened.session_id,
        agent_id=happened.agent_id,
        facts=happened.facts,
    )


def text_of(books: Books, happened: Happened) -> str:
    """What was said, chosen or shown; "" where nothing was."""
    facts = happened.facts
    data = facts.get("data")
    # Messages and questions, which come most, have theirs in `data`.
    if data is None:
        kind, data = happened.kind, facts
        if kind is Happening.AGENT_STATUS:
            return str(facts["status"])
        if kind is Happening.SURVEY or kind is Happening.ROBOT_RATED:
            said = (option_text(books, kind, facts["option_id"]), str(facts["remark"]))
            return " ".join(part for part in said if part)
    content = data.get("content") if isinstance(data, dict) else None
    return content if isinstance(content, str) else ""


def option_text(books: Books, kind: Happening, option_id: object) -> str:
    """What an option of a survey, or of a talk's rating, says."""
    if kind is Happening.ROBOT_RATED:
        return next((text for number, text in TALK_OPTIONS.items() if number == option_id), "")
    return next((option.text for option in books.state.policy.survey_options if option.id == option_id), "")
