"""The staff and what each of them has to do: who has room, and whom to choose."""

from bisect import bisect_left, insort
from datetime import datetime

from .pools import Pool, Rank
from .records import Agent, AgentStatus, LeaveMessage, Target
from .state import State


class Roster:
    """Agents and groups of a state with their pools, open sessions, kept places and what they have not seen to."""

    def __init__(self, state: State) -> None:
        self._agents = state.agents
        self.emails: dict[str, int] = {}
        self.company = Pool(self._rank)
        self.groups: dict[int, Pool] = {}
        self.members: dict[int, dict[int, None]] = {}
        # By agent: ids of open sessions, ids of stays that a place is kept for.
        self.sessions: dict[int, dict[int, None]] = {}
        self.reserved: dict[int, dict[int, None]] = {}
        # By agent: how many messages of customers are unread, when each unsolved leave message came.
        self.unread: dict[int, int] = {}
        self.unsolved: dict[int, list[datetime]] = {}
        for group_id in state.groups:
            self.file_group(group_id)
        for agent in state.agents.values():
            self.file_agent(agent)

    def file_group(self, group_id: int) -> None:
        """Opens a group's pool."""
        self.groups[group_id] = Pool(self._rank)
        self.members[group_id] = {}

    def unfile_group(self, group_id: int) -> None:
        """Closes the pool of a group that nobody belongs to any more."""
        del self.groups[group_id], self.members[group_id]

    def file_agent(self, agent: Agent) -> None:
        """Puts an agent into the pools, as they are now."""
        self.sessions.setdefault(agent.id, {})
        self.reserved.setdefault(agent.id, {})
        if agent.email:
            self.emails[agent.email] = agent.id
        for group_id in agent.group_ids:
            self.members[group_id][agent.id] = None
            self.groups[group_id].enter(agent)
        self.company.enter(agent)
        self.offer(agent)

    def unfile_agent(self, agent: Agent) -> None:
        """Takes an agent out of the pools, before the record changes; what they have to do stays listed."""
        if agent.email:
            del self.emails[agent.email]
        for group_id in agent.group_ids:
            del self.members[group_id][agent.id]
            self.groups[group_id].leave(agent)
        self.company.leave(agent)

    def remove_agent(self, agent: Agent) -> None:
        """Takes out an agent who has nothing open any more."""
        self.unfile_agent(agent)
        del self.sessions[agent.id], self.reserved[agent.id]

    # -- who has room -----------------------------------------------------------------------------------------------

    def load(self, agent: Agent) -> int:
        """Open sessions and places kept: what counts against the agent's capacity."""
        return len(self.sessions[agent.id]) + len(self.reserved[agent.id])

    def has_room(self, agent: Agent) -> bool:
        """Whether the agent may be given one more customer."""
        return agent.status is AgentStatus.ONLINE and not agent.is_disabled and self.load(agent) < agent.capacity

    def _rank(self, agent_id: int) -> Rank | None:
        agent = self._agents.get(agent_id)
        if agent is None or not self.has_room(agent):
            return None
        return self.load(agent), agent.last_assigned, agent_id

    def offer(self, agent: Agent) -> None:
        """Tells the agent's pools that what they have to do has changed."""
        rank = self._rank(agent.id)
        if rank is not None:
            self.company.offer(rank)
            for group_id in agent.group_ids:
                self.groups[group_id].offer(rank)

    def pool(self, target: Target) -> Pool:
        """The pool of a group or of the company."""
        return self.company if target.kind == "company" else self.groups[target.id]

    def pick(self, target: Target, excluded: int | None = None) -> Agent | None:
        """The agent to choose for a target, None when nobody there has room. Ruling 9."""
        if target.kind == "agent":
            agent = self._agents[target.id]
            return agent if self.has_room(agent) else None
        agent_id = self.pool(target).best(excluded)
        return None if agent_id is None else self._agents[agent_id]

    def is_anybody_there(self, target: Target) -> bool:
        """Whether somebody of the target is online or busy, so that waiting makes sense. Ruling 8."""
        if target.kind == "agent":
            agent = self._agents[target.id]
            return agent.status is not AgentStatus.OFFLINE and not agent.is_disabled
        pool = self.pool(target)
        return pool.online + pool.busy > 0

    # -- what they have not seen to -----------------------------------------------------------------------------------

    def count_unread(self, agent_id: int, change: int) -> None:
        """Changes how many messages of customers an agent has not read."""
        self.unread[agent_id] = self.unread.get(agent_id, 0) + change

    def leave(self, left: LeaveMessage) -> None:
        """Lists an unsolved leave message."""
        insort(self.unsolved.setdefault(left.agent_id, []), left.message.created_at)

    def solve(self, left: LeaveMessage) -> None:
        """Takes a leave message off the unsolved ones."""
        unsolved = self.unsolved[left.agent_id]
        del unsolved[bisect_left(unsolved, left.message.created_at)]

    def unsolved_since(self, agent_id: int, since: datetime) -> int:
        """How many leave messages of this moment or later an agent has not solved."""
        unsolved = self.unsolved.get(agent_id, [])
        return len(unsolved) - bisect_left(unsolved, since)
