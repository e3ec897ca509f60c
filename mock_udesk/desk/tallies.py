"""What a session's transcript adds up to, for the records: each message is counted once, however often somebody looks."""

from dataclasses import dataclass
from datetime import datetime

from .records import Message, Sender, Session


@dataclass(slots=True, kw_only=True)
class Tally:
    """The counts of one session so far.

    Assumed: what was said while queueing counts for the customer too, and is waited with from the session's start; a welcome and an
    invitation to rate are no answers; of several messages in a row the first waits.
    """

    from_customer: int = 0
    from_agent: int = 0
    while_queueing: int = 0
    # How often the customer got an answer, how long the first and all of them took.
    answers: int = 0
    first_wait_seconds: float = 0.0
    waited_seconds: float = 0.0
    # How far it has come, and since when the customer waits for an answer.
    counted: int = 0
    is_begun: bool = False
    asked_at: datetime | None = None


class Tallies:
    """The tallies of sessions that somebody has asked for."""

    def __init__(self) -> None:
        self._tallies: dict[int, Tally] = {}

    def of(self, session: Session) -> Tally:
        """The session's counts now. Costs what was said since somebody asked last."""
        tally = self._tallies.get(session.id)
        if tally is None:
            tally = self._tallies[session.id] = Tally()
        messages = session.messages
        for index in range(tally.counted, len(messages)):
            _count(tally, messages[index], session)
        tally.counted = len(messages)
        return tally

    def forget(self, session_id: int) -> None:
        """Lets go of a session that is no more."""
        self._tallies.pop(session_id, None)


def _count(tally: Tally, message: Message, session: Session) -> None:
    if message.sender is Sender.CUSTOMER:
        tally.from_customer += 1
        tally.while_queueing += not tally.is_begun
        if tally.asked_at is None:
            tally.asked_at = max(message.created_at, session.created_at)
    elif message.sender is Sender.SYSTEM:
        tally.is_begun = tally.is_begun or message.type in ("start_session", "transfer")
    elif not message.is_welcome and message.type != "survey":
        tally.from_agent += 1
        if tally.asked_at is not None:
            waited = (message.created_at - tally.asked_at).total_seconds()
            if not tally.answers:
                tally.first_wait_seconds = waited
            tally.answers += 1
            tally.waited_seconds += waited
            tally.asked_at = None
