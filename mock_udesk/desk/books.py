"""The desk's books: the state with every index over it, each rebuilt from the state alone."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from .answering import Index
from .archive import Archive
from .knowledge import Robot, Urobot
from .lifecycle import Stage
from .message_index import MessageIndex
from .queues import Queue
from .records import Agent, Customer, LeaveMessage, QueueTicket, Sender, Session, Stay, Survey, Target
from .roster import Roster
from .state import State
from .talk_index import TalkIndex
from .talks import Exchange, RobotKind, Talk
from .tallies import Tallies
from .timers import TimerKind, Timers

COMPANY = Target("company")


class Books:
    """The state and what finds things in it. A room that changes a record tells the books in the same breath.

    Nothing here decides anything or emits effects: that is for the rooms. All that is kept beside the state follows from it.
    """

    def __init__(self, state: State) -> None:
        self.state = state
        self.timers = Timers(self._due)
        self.roster = Roster(state)
        self.messages = MessageIndex()
        self.talks = TalkIndex()

        # Customers by what is unique to them, their stays by session key, their sessions in order of creation.
        self.by_token: dict[str, int] = {}
        self.by_web_token: dict[str, int] = {}
        self.by_sdk_token: dict[str, int] = {}
        self.by_email: dict[str, int] = {}
        self.by_cellphone: dict[str, int] = {}
        self.stays: dict[int, dict[str, int]] = {}
        self.sessions: dict[int, dict[int, None]] = {}
        # Unsolved leave messages by customer, oldest first.
        self.left: dict[int, dict[int, None]] = {}

        self.queues: dict[Target, Queue] = {}
        # Sessions by when they were created, closed and, for the rating that counts, rated.
        self.created = Archive()
        self.closed = Archive()
        self.rated = Archive()
        self.tallies = Tallies()

        self._rebuild()

    def _rebuild(self) -> None:
        state = self.state
        for customer in state.customers.values():
            self.file_customer(customer)
        for leave_message in state.leave_messages.values():
            self.file_leave_message(leave_message)
        for session in state.sessions.values():
            self.file_session(session)
        for talk in state.talks.values():
            self.file_talk(talk)
        # Joining a queue gives out serials, so a queue is in their order; who is being assigned keeps the slot.
        waiting: list[tuple[int, Stay]] = []
        for stay in state.stays.values():
            self.file_stay(stay)
            if stay.ticket is not None:
                waiting.append((stay.ticket.serial, stay))
        for _, stay in sorted(waiting, key=lambda pair: pair[0]):
            self._stand(stay)
        for run in () if state.play is None else state.play.runs.values():
            if run.due_at is not None:
                self.timers.set("run", run.id, run.due_at, run.id)
        # What the agents have to do is known only now, so their ranks are offered once more.
        for agent in state.agents.values():
            self.roster.offer(agent)

    # -- people -------------------------------------------------------------------------------------------------------

    def keys_of(self, customer: Customer) -> Iterator[tuple[dict[str, int], str]]:
        """What nobody else may have, each with the index that it stands in."""
        for index, value in (
            (self.by_token, customer.token),
            (self.by_web_token, customer.web_token),
            (self.by_sdk_token, customer.sdk_token),
            (self.by_email, customer.email),
        ):
            if value:
                yield index, value
        for cellphone in customer.cellphones:
            yield self.by_cellphone, cellphone.content

    def file_customer(self, customer: Customer) -> None:
        """Lists a customer under all their keys."""
        for index, value in self.keys_of(customer):
            index[value] = customer.id

    def unfile_customer(self, customer: Customer) -> None:
        """Takes a customer off all their keys, before these change."""
        for index, value in self.keys_of(customer):
            del index[value]

    # -- stays and queues ---------------------------------------------------------------------------------------------

    def next_for(self, agent: Agent) -> Stay | None:
        """Whom a freed agent takes: their own queue first, then the oldest of their groups', then the company's. Ruling 9."""
        stays = self.state.stays
        own = self._head(Target("agent", agent.id))
        if own is not None:
            return stays[own]
        oldest: Stay | None = None
        serial = 0
        for group_id in agent.group_ids:
            head = self._head(Target("group", group_id))
            if head is not None:
                stay = stays[head]
                ticket = ticket_of(stay)
                if oldest is None or ticket.serial < serial:
                    oldest, serial = stay, ticket.serial
        if oldest is not None:
            return oldest
        anybody = self._head(COMPANY)
        return None if anybody is None else stays[anybody]

    def _head(self, target: Target) -> int | None:
        queue = self.queues.get(target)
        return None if queue is None else queue.first()

    def stay_of(self, customer_id: int, session_key: str) -> Stay | None:
        """The customer's stay under this key, unless it has ended."""
        keys = self.stays.get(customer_id)
        stay_id = None if keys is None else keys.get(session_key)
        return None if stay_id is None else self.state.stays[stay_id]

    def stays_of(self, customer_id: int) -> list[Stay]:
        """All stays of a customer, oldest first."""
        return [self.state.stays[stay_id] for stay_id in self.stays.get(customer_id, {}).values()]

    def file_stay(self, stay: Stay) -> None:
        """Lists a stay and what was said in it so far."""
        self.stays.setdefault(stay.customer_id, {})[stay.origin.session_key] = stay.id
        for message in stay.waiting:
            self.messages.hear(stay.customer_id, None, message)

    def add_stay(self, stay: Stay) -> None:
        """Takes a new stay into the state."""
        self.state.stays[stay.id] = stay
        self.file_stay(stay)

    def end_stay(self, stay: Stay) -> None:
        """Takes an ended stay out of the state; what was said in vain while queueing is forgotten with it."""
        del self.state.stays[stay.id]
        keys = self.stays[stay.customer_id]
        del keys[stay.origin.session_key]
        if not keys:
            del self.stays[stay.customer_id]
        for message in stay.waiting:
            self.messages.forget(stay.customer_id, message.id)

    def _stand(self, stay: Stay) -> None:
        ticket = ticket_of(stay)
        queue = self.queues.setdefault(ticket.target, Queue())
        queue.append(stay.id)
        if ticket.times_out_at is not None:
            self.timers.set("queue_timeout", stay.id, ticket.times_out_at, ticket.serial)
        if ticket.agent_id is not None and ticket.assigns_at is not None:
            queue.set_aside(stay.id)
            self.roster.reserved[ticket.agent_id][stay.id] = None
            self.timers.set("assign", stay.id, ticket.assigns_at, ticket.serial)

    def join(self, stay: Stay, ticket: QueueTicket) -> None:
        """Puts a stay at the end of a queue."""
        stay.ticket = ticket
        self._stand(stay)

    def leave(self, stay: Stay) -> Agent | None:
        """Takes a stay out of its queue; returns the agent whose place was kept for it."""
        ticket = ticket_of(stay)
        queue = self.queues[ticket.target]
        queue.remove(stay.id)
        if queue.is_unused:
            del self.queues[ticket.target]
        freed = self._unreserve(stay, ticket)
        stay.ticket = None
        self.timers.drop("queue_timeout", stay.id)
        return freed

    def reserve(self, stay: Stay, agent: Agent, assigns_at: datetime) -> None:
        """Keeps a place of an agent for somebody who waits."""
        ticket = ticket_of(stay)
        ticket.agent_id, ticket.assigns_at = agent.id, assigns_at
        self.queues[ticket.target].set_aside(stay.id)
        self.roster.reserved[agent.id][stay.id] = None
        self.timers.set("assign", stay.id, assigns_at, ticket.serial)
        self.roster.offer(agent)

    def release(self, stay: Stay) -> None:
        """Gives the kept place up; the customer has their old place in the queue again."""
        ticket = ticket_of(stay)
        self.queues[ticket.target].put_back(stay.id)
        self._unreserve(stay, ticket)

    def _unreserve(self, stay: Stay, ticket: QueueTicket) -> Agent | None:
        if ticket.agent_id is None:
            return None
        agent = self.state.agents[ticket.agent_id]
        ticket.agent_id, ticket.assigns_at = None, None
        del self.roster.reserved[agent.id][stay.id]
        self.timers.drop("assign", stay.id)
        self.roster.offer(agent)
        return agent

    def place(self, stay: Stay) -> int:
        """The place in the queue, from 1; 0 without one."""
        return 0 if stay.ticket is None else self.queues[stay.ticket.target].place(stay.id)

    # -- sessions and messages ----------------------------------------------------------------------------------------

    def file_session(self, session: Session) -> None:
        """Lists a session, open or closed, and what was said in it."""
        self.sessions.setdefault(session.customer_id, {})[session.id] = None
        self.created.add(session.created_at, session.id)
        self.roster.count_unread(session.agent_id, len(session.unread_by_agent))
        for message in session.messages:
            if message.sender is Sender.CUSTOMER:
                self.messages.hear(session.customer_id, session.id, message)
        if session.survey is not None:
            self.rated.add(session.survey.rated_at, session.id)
        if session.closed_at is not None:
            self.closed.add(session.closed_at, session.id)
        else:
            self.roster.sessions[session.agent_id][session.id] = None
            if session.idle_closes_at is not None:
                self.timers.set("idle_close", session.id, session.idle_closes_at, session.id)

    def add_session(self, session: Session) -> None:
        """Takes a new session into the state."""
        self.state.sessions[session.id] = session
        self.file_session(session)
        self.roster.offer(self.state.agents[session.agent_id])

    def close_session(self, session: Session, closed_at: datetime) -> Agent:
        """Takes a session off the open ones, as of this moment; returns the agent, who may have room now."""
        session.closed_at = closed_at
        self.closed.add(closed_at, session.id)
        agent = self.state.agents[session.agent_id]
        del self.roster.sessions[agent.id][session.id]
        self.timers.drop("idle_close", session.id)
        self.roster.offer(agent)
        return agent

    def rate_session(self, session: Session, survey: Survey) -> None:
        """Puts a rating in the place of the one before, if there is one."""
        self._unfile_rating(session)
        session.survey = survey
        self.rated.add(survey.rated_at, session.id)

    def _unfile_rating(self, session: Session) -> None:
        if session.survey is not None:
            self.rated.remove(session.survey.rated_at, session.id)

    def remove_session(self, session: Session) -> None:
        """Deletes a closed session and all that is known from it."""
        del self.state.sessions[session.id]
        self.created.remove(session.created_at, session.id)
        if session.closed_at is not None:
            self.closed.remove(session.closed_at, session.id)
        self._unfile_rating(session)
        self.tallies.forget(session.id)
        of_customer = self.sessions[session.customer_id]
        del of_customer[session.id]
        if not of_customer:
            del self.sessions[session.customer_id]
        self.roster.count_unread(session.agent_id, -len(session.unread_by_agent))
        for message in session.messages:
            if message.sender is Sender.CUSTOMER:
                self.messages.forget(session.customer_id, message.id)

    # -- robots -------------------------------------------------------------------------------------------------------

    def knowledge_of(self, kind: RobotKind, robot_id: int) -> Index:
        """What a robot of the state knows, ready for asking."""
        robots: Mapping[int, Robot | Urobot] = self.state.robots if kind == "robot" else self.state.urobots
        return self.talks.knowledge_of(robots[robot_id])

    def file_talk(self, talk: Talk) -> None:
        """Lists a talk and what was said in it so far."""
        self.talks.file_talk(talk)
        for exchange in talk.exchanges:
            self.file_exchange(talk, exchange)

    def file_exchange(self, talk: Talk, exchange: Exchange) -> None:
        """Lists what was asked and answered."""
        self.talks.file_exchange(talk, exchange)
        if exchange.is_named_by_app:
            self.messages.hear(talk.customer_id, None, exchange.message)

    # -- leave messages and timers ------------------------------------------------------------------------------------

    def file_leave_message(self, left: LeaveMessage) -> None:
        """Lists a leave message."""
        self.messages.hear(left.customer_id, None, left.message)
        if left.solved_at is None:
            self.roster.leave(left)
            self.left.setdefault(left.customer_id, {})[left.id] = None

    def solve(self, left: LeaveMessage) -> None:
        """Takes a leave message off the unsolved ones."""
        self.roster.solve(left)
        of_customer = self.left[left.customer_id]
        del of_customer[left.id]
        if not of_customer:
            del self.left[left.customer_id]

    def _due(self, kind: TimerKind, owner: int) -> datetime | None:
        if kind == "run":
            run = None if self.state.play is None else self.state.play.runs.get(owner)
            return None if run is None else run.due_at
        if kind == "idle_close":
            session = self.state.sessions.get(owner)
            return None if session is None or session.closed_at is not None else session.idle_closes_at
        stay = self.state.stays.get(owner)
        if stay is None or stay.ticket is None:
            return None
        return stay.ticket.assigns_at if kind == "assign" else stay.ticket.times_out_at


def ticket_of(stay: Stay) -> QueueTicket:
    """The ticket of a stay that is in a queue."""
    if stay.ticket is None:
        raise AssertionError(f"stay {stay.id} is {stay.stage}, not {Stage.QUEUED} or {Stage.ASSIGNING}")
    return stay.ticket
