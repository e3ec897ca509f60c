"""Agents who can be asked for together, a group's or the company's, with the best choice at hand."""

from bisect import bisect_left, insort
from collections.abc import Callable
from heapq import heapify, heappop, heappush

from .records import Agent, AgentStatus

# How agents compare, the best lowest: open sessions with reservations, serial of the latest new session, id. Ruling 9.
Rank = tuple[int, int, int]


class Pool:
    """The members of one pool. `rank` tells an agent's present rank, None without room.

    Ranks that were offered and have changed since stay in the heap until they come to its top, or until they outnumber
    the members: then the heap is made anew. So a choice costs O(log n) amortised, and no list of agents is walked.
    """

    __slots__ = ("_heap", "_members", "_rank", "busy", "ids", "online")

    def __init__(self, rank: Callable[[int], Rank | None]) -> None:
        self._rank = rank
        self._heap: list[Rank] = []
        self._members: set[int] = set()
        self.ids: list[int] = []
        self.online = 0
        self.busy = 0

    def enter(self, agent: Agent) -> None:
        """Takes an agent in, as they are now; a disabled one counts for nothing. Ranks are offered apart."""
        if agent.is_disabled:
            return
        self._members.add(agent.id)
        insort(self.ids, agent.id)
        self.online += agent.status is AgentStatus.ONLINE
        self.busy += agent.status is AgentStatus.BUSY

    def leave(self, agent: Agent) -> None:
        """Lets an agent out who is still as they were on entering."""
        if agent.is_disabled:
            return
        self._members.remove(agent.id)
        del self.ids[bisect_left(self.ids, agent.id)]
        self.online -= agent.status is AgentStatus.ONLINE
        self.busy -= agent.status is AgentStatus.BUSY

    def offer(self, rank: Rank) -> None:
        """Notes a member's new rank."""
        heappush(self._heap, rank)
        if len(self._heap) > 2 * len(self._members) + 16:
            ranks = (self._rank(agent_id) for agent_id in self.ids)
            self._heap = [rank for rank in ranks if rank is not None]
            heapify(self._heap)

    def best(self, excluded: int | None = None) -> int | None:
        """The id of the member to choose, None when nobody has room; `excluded` is passed over."""
        heap, passed = self._heap, None
        found: int | None = None
        while heap:
            rank = heap[0]
            agent_id = rank[2]
            if agent_id not in self._members or self._rank(agent_id) != rank:
                heappop(heap)
            elif agent_id == excluded:
                passed = heappop(heap)
            else:
                found = agent_id
                break
        if passed is not None:
            heappush(heap, passed)
        return found

    def next_in_turn(self, turn: int) -> tuple[int, int] | None:
        """Of the members in the order of their ids: who is next from `turn` on, and whose turn it is after that."""
        if not self.ids:
            return None
        at = bisect_left(self.ids, turn) % len(self.ids)
        return self.ids[at], self.ids[(at + 1) % len(self.ids)]
