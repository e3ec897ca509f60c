"""Whose story is told: everybody's, a customer's or a conversation's, and what of the journal belongs to it."""

from collections.abc import Mapping
from dataclasses import dataclass

from ...desk.desk import Desk
from ...desk.effects import Happened
from ...desk.happenings import Happening
from ..journal.entries import CallEntry, Entry, HappeningEntry, ScenarioEntry
from ..journal.subject import sessions_asked_for
from ..pushes.deliveries import Delivery


@dataclass(frozen=True, slots=True)
class Scope:
    """A customer, a conversation (one stay with all its sessions), or everybody (both None)."""

    customer_id: int | None
    stay_id: int | None
    session_ids: frozenset[int]
    talk_ids: frozenset[int]
    token: str | None

    @property
    def is_everybody(self) -> bool:
        """Whether everything belongs to it."""
        return self.customer_id is None

    def has(self, customer_id: int | None, session_id: int | None, stay_id: int | None) -> bool:
        """Whether something of this customer, session or stay belongs to the story."""
        if self.is_everybody:
            return True
        if self.stay_id is None:
            return customer_id == self.customer_id
        return stay_id == self.stay_id if stay_id is not None else session_id in self.session_ids

    def has_happened(self, happened: Happened) -> bool:
        """Whether something that happened does. What comes of a talk after its stay, a rating, belongs to all stays of that talk."""
        if self.has(happened.customer_id, happened.session_id, happened.stay_id):
            return True
        return happened.stay_id is None and happened.facts.get("talk_id") in self.talk_ids

    def has_pushed(self, delivery: Delivery) -> bool:
        """Whether a push does: a robot's is of no session, but of the stay that its talk was in."""
        return self.has(delivery.customer_id, delivery.session_id, delivery.stay_id)

    def has_played(self, entry: ScenarioEntry) -> bool:
        """Whether what a scenario did does; what is loaded or unloaded is everybody's alone."""
        did = entry.did
        return self.is_everybody if did is None else self.has(did.customer_id, did.session_id, did.stay_id)

    def has_called(self, entry: CallEntry, span: tuple[int, int]) -> bool:
        """Whether a call does of which nothing came: the customer's, while the conversation lasted or with one of its sessions."""
        if self.is_everybody:
            return True
        is_mine = self.token is not None and entry.customer_token == self.token
        if is_mine and (self.stay_id is None or span[0] <= entry.id <= span[1]):
            return True
        # Some calls name the session alone.
        return (is_mine or entry.customer_token is None) and self._is_named_by(entry)

    def _is_named_by(self, entry: CallEntry) -> bool:
        """Whether a call of the emulated API names one of its sessions."""
        return entry.kind == "call" and not self.session_ids.isdisjoint(sessions_asked_for(entry))

    def happenings(self, entries: list[Entry]) -> frozenset[int]:
        """The numbers of all that happened in the story.

        Of what is no customer's: what its scenario did, and the status of the agents whom the customer talks to at that time, or waits for.
        """
        own: set[int] = set()
        played: set[int] = set()
        # By stay: the agent of its session, or of its queue.
        agents: dict[int | None, int | None] = {}
        for entry in entries:
            if isinstance(entry, ScenarioEntry):
                if entry.did is not None and self.has_played(entry):
                    played.add(entry.id)
            elif isinstance(entry, HappeningEntry):
                happened = entry.happened
                if self.has_happened(happened):
                    own.add(entry.id)
                    _follow(happened, agents)
                elif happened.customer_id is None and (
                    entry.cause in played
                    or (happened.kind is Happening.AGENT_STATUS and happened.agent_id in agents.values())
                ):
                    own.add(entry.id)
        return frozenset(own)


def _follow(happened: Happened, agents: dict[int | None, int | None]) -> None:
    """Notes to whom a stay has come by what has happened to it."""
    match happened.kind:
        case Happening.QUEUED:
            target = happened.facts.get("target")
            agents[happened.stay_id] = (
                target["id"] if isinstance(target, Mapping) and target.get("kind") == "agent" else None
            )
        case Happening.SESSION_STARTED | Happening.TRANSFERRED:
            agents[happened.stay_id] = happened.agent_id
        case Happening.SESSION_CLOSED | Happening.QUEUE_ABANDONED:
            agents.pop(happened.stay_id, None)


def scope_of(desk: Desk, customer_token: str | None, session_id: int | None) -> Scope | None:
    """Whose story these two name, both None: everybody's. None for who is unknown, or a session that is somebody else's."""
    customer = desk.customer_by("token", customer_token) if customer_token is not None else None
    if customer_token is not None and customer is None:
        return None
    if session_id is None:
        return Scope(customer.id if customer else None, None, frozenset(), frozenset(), customer_token)
    session = desk.state.sessions.get(session_id)
    if session is None or (customer is not None and session.customer_id != customer.id):
        return None
    family = [session, *(other for other in desk.sessions_of(session.customer_id) if other.stay_id == session.stay_id)]
    stay = desk.state.stays.get(session.stay_id)
    talk_ids = {*(stay.talk_ids if stay else ()), *(talk_id for part in family for talk_id in part.talk_ids)}
    owner = desk.state.customers.get(session.customer_id)
    return Scope(
        session.customer_id,
        session.stay_id,
        frozenset(other.id for other in family),
        frozenset(talk_ids),
        owner.token if owner else None,
    )
