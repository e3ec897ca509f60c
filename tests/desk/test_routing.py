"""Who takes the customer: the choice of agent, and whom a freed agent takes next. Ruling 9."""

from mock_udesk.desk.records import AgentStatus
from mock_udesk.desk.staff_commands import AddAgent, AddGroup, ChangeAgent, RemoveAgent, RemoveGroup
from tests import NOW
from tests.desk.sample import (
    AFTER_SALES,
    ANYBODY,
    JERRY,
    TOM,
    TOMS,
    a_desk,
    agents_of,
    close,
    join,
    later,
    misused,
    place,
    pushes,
    start,
    toms_desk,
    waiting_tokens,
)


def test_agent_with_fewest_open_sessions_is_chosen() -> None:
    """Fewest open sessions come first, whatever the id. Ruling 9."""
    desk = a_desk()
    start(desk, "c-1", agent_id=TOM)
    start(desk, "c-2", agent_id=TOM)
    start(desk, "c-3", agent_id=JERRY)

    session = start(desk, "c-4")

    assert session.agent_id == JERRY


def test_among_equals_who_waited_longest_for_a_session_is_chosen() -> None:
    """Then the longest without a new session. Ruling 9."""
    desk = a_desk()
    sessions = [start(desk, "c-1", agent_id=JERRY), start(desk, "c-2", agent_id=TOM, at=later(1))]
    for session in sessions:
        close(desk, session, at=later(2))

    third = start(desk, "c-3", at=later(3))

    assert third.agent_id == JERRY


def test_agent_who_never_had_a_session_comes_before_one_who_had() -> None:
    """Never having had one is the longest time without one. Ruling 9."""
    desk = a_desk()
    close(desk, start(desk, "c-1", agent_id=TOM))

    session = start(desk, "c-2", at=later(1))

    assert session.agent_id == JERRY


def test_among_newcomers_the_lowest_id_is_chosen() -> None:
    """Then the lowest id. Ruling 9."""
    desk = a_desk()

    session = start(desk, "c-1")

    assert session.agent_id == TOM


def test_full_and_busy_and_offline_agents_are_passed_over() -> None:
    """Only who is online and below `im_max_join_num` is chosen. Ruling 9."""
    desk = a_desk(tom=1)
    desk.handle(AddAgent({"id": 5, "name": "Ann", "status": AgentStatus.BUSY}), NOW)
    desk.handle(AddAgent({"id": 6, "name": "Bob", "status": AgentStatus.OFFLINE}), NOW)
    start(desk, "c-1", agent_id=TOM)
    start(desk, "c-2", agent_id=JERRY)
    start(desk, "c-3", agent_id=JERRY)

    session = start(desk, "c-4")

    assert session.agent_id == JERRY


def test_group_is_served_by_its_members_alone() -> None:
    """`group_id`: 指定分配的客服组. Doc: im-api-v2 §创建会话."""
    desk = a_desk()
    for token in ("c-1", "c-2", "c-3"):
        start(desk, token, agent_id=JERRY)

    session = start(desk, "c-4", group_id=AFTER_SALES)

    assert session.agent_id == JERRY


def test_freed_agent_takes_the_own_queue_first() -> None:
    """That agent's own queue first, then the groups', then the company's, however long the others waited. Ruling 9."""
    desk = a_desk(jerry=1)
    desk.handle(ChangeAgent(TOM, {"status": AgentStatus.OFFLINE}), NOW)
    session = start(desk, "c-1", agent_id=JERRY)
    join(desk, "company")
    join(desk, "group", group_id=AFTER_SALES, at=later(1))
    join(desk, "own", agent_id=JERRY, at=later(2))
    taken = []

    for second in (3, 4, 5):
        close(desk, session, at=later(second))
        session = desk.sessions_with(JERRY)[0]
        taken.append(desk.state.customers[session.customer_id].token)

    assert taken == ["own", "group", "company"]


def test_of_two_groups_who_waited_longest_comes_first() -> None:
    """Of the agent's groups' queues the oldest customer is taken. Ruling 9: oldest first."""
    desk = a_desk(jerry=1)
    desk.handle(AddGroup({"id": 12, "name": "售前"}), NOW)
    desk.handle(ChangeAgent(JERRY, {"group_ids": [AFTER_SALES, 12]}), NOW)
    session = start(desk, "c-1", agent_id=JERRY)
    join(desk, "first", group_id=12)
    join(desk, "second", group_id=AFTER_SALES, at=later(1))

    close(desk, session, at=later(2))

    assert agents_of(desk) == {"first": JERRY}


def test_freed_agent_takes_the_next_at_once() -> None:
    """With `assign_seconds` 0 the session starts at once, and its push follows the close. Rulings 9 to 12."""
    desk = toms_desk()
    session = start(desk, "c-1")
    join(desk, "c-2")

    effects = close(desk, session, at=later(30))

    assert pushes(effects) == [
        (1001, [("close", {"close_type": "normal", "content": "会话关闭"})]),
        (1002, [("start_session", {"content": "对话开始"})]),
    ]


def test_session_from_the_queue_says_how_long_the_customer_waited() -> None:
    """`queue_seconds` is the time in the queue; None was never in one. records.py, Session."""
    desk = toms_desk()
    first = start(desk, "c-1")
    join(desk, "c-2", at=later(10))

    close(desk, first, at=later(40))

    assert [session.queue_seconds for session in desk.state.sessions.values()] == [None, 30.0]


def test_agent_who_comes_online_takes_as_many_as_there_is_room_for() -> None:
    """Coming online takes from the queues, oldest first, up to the capacity. Ruling 9."""
    desk = toms_desk(tom=2)
    desk.handle(ChangeAgent(TOM, {"status": AgentStatus.BUSY}), NOW)
    for token in ("c-1", "c-2", "c-3"):
        join(desk, token)

    desk.handle(ChangeAgent(TOM, {"status": AgentStatus.ONLINE}), NOW)

    assert (agents_of(desk), waiting_tokens(desk, ANYBODY)) == ({"c-1": TOM, "c-2": TOM}, ["c-3"])


def test_agent_who_gets_more_room_takes_from_the_queue() -> None:
    """More room takes from the queues at once. Ruling 9."""
    desk = toms_desk()
    start(desk, "c-1")
    for token in ("c-2", "c-3", "c-4"):
        join(desk, token)

    desk.handle(ChangeAgent(TOM, {"capacity": 3}), NOW)

    assert (desk.open_sessions(TOM), waiting_tokens(desk, ANYBODY)) == (3, ["c-4"])


def test_agent_who_joins_a_group_takes_from_its_queue() -> None:
    """Who is freed by a change takes from the queues at once. commands.py, ChangeAgent; ruling 9."""
    desk = a_desk(jerry=1)
    start(desk, "c-1", agent_id=JERRY)
    join(desk, "c-2", group_id=AFTER_SALES)

    desk.handle(ChangeAgent(TOM, {"group_ids": [AFTER_SALES]}), NOW)

    assert agents_of(desk) == {"c-1": JERRY, "c-2": TOM}


def test_new_agent_takes_from_the_companys_queue() -> None:
    """Somebody new who is online has come online. Ruling 9."""
    desk = toms_desk()
    start(desk, "c-1")
    join(desk, "c-2")

    desk.handle(AddAgent({"id": 9, "name": "Ann", "status": AgentStatus.ONLINE}), NOW)

    assert agents_of(desk) == {"c-1": TOM, "c-2": 9}


def test_lowered_capacity_leaves_open_sessions() -> None:
    """Lowering the capacity leaves open sessions. Ruling 9."""
    desk = toms_desk(tom=3)
    for token in ("c-1", "c-2", "c-3"):
        start(desk, token)

    desk.handle(ChangeAgent(TOM, {"capacity": 1}), NOW)

    assert desk.open_sessions(TOM) == 3


def test_agent_above_a_lowered_capacity_takes_nobody_until_below_it() -> None:
    """No assignment exceeds the capacity. Ruling 9."""
    desk = toms_desk(tom=3)
    sessions = [start(desk, token) for token in ("c-1", "c-2", "c-3")]
    desk.handle(ChangeAgent(TOM, {"capacity": 1}), NOW)
    join(desk, "c-4")
    waiting = []

    for session in sessions:
        close(desk, session)
        waiting.append(place(desk, "c-4"))

    assert (waiting, agents_of(desk)) == ([1, 1, 0], {"c-4": TOM})


def test_agent_who_goes_offline_keeps_open_sessions() -> None:
    """An agent who goes offline keeps open sessions. Ruling 9."""
    desk = a_desk()
    session = start(desk, "c-1", agent_id=TOM)

    desk.handle(ChangeAgent(TOM, {"status": AgentStatus.OFFLINE}), NOW)

    assert desk.sessions_with(TOM) == [session]


def test_offline_agent_takes_nobody_when_a_session_ends() -> None:
    """Who is offline takes nobody; the own queue waits. Ruling 9."""
    desk = a_desk(tom=1)
    session = start(desk, "c-1", agent_id=TOM)
    join(desk, "c-2", agent_id=TOM)
    desk.handle(ChangeAgent(TOM, {"status": AgentStatus.OFFLINE}), NOW)

    close(desk, session)

    assert (agents_of(desk), waiting_tokens(desk, TOMS)) == ({}, ["c-2"])


def test_agent_back_online_serves_the_own_queue_in_order() -> None:
    """The own queue of an agent who was offline is served when they are back. Ruling 9."""
    desk = a_desk(tom=1)
    session = start(desk, "c-1", agent_id=TOM)
    for token in ("c-2", "c-3"):
        join(desk, token, agent_id=TOM)
    desk.handle(ChangeAgent(TOM, {"status": AgentStatus.OFFLINE}), NOW)
    close(desk, session)

    desk.handle(ChangeAgent(TOM, {"status": AgentStatus.ONLINE}), NOW)

    assert (agents_of(desk), waiting_tokens(desk, TOMS)) == ({"c-2": TOM}, ["c-3"])


def test_customer_of_an_own_queue_is_left_to_that_agent() -> None:
    """A freed agent takes nobody who waits for somebody else. Ruling 9."""
    desk = a_desk(tom=1, jerry=1)
    start(desk, "c-1", agent_id=TOM)
    jerrys = start(desk, "c-2", agent_id=JERRY)
    join(desk, "c-3", agent_id=TOM)

    close(desk, jerrys)

    assert (agents_of(desk), waiting_tokens(desk, TOMS)) == ({"c-1": TOM}, ["c-3"])


def test_customers_of_a_removed_agent_go_to_the_end_of_the_companys_queue() -> None:
    """Customers in a removed agent's own queue go to the end of the company's, in order. commands.py, RemoveAgent."""
    desk = a_desk()
    for busy in (TOM, JERRY):
        desk.handle(ChangeAgent(busy, {"status": AgentStatus.BUSY}), NOW)
    join(desk, "c-1", agent_id=TOM)
    join(desk, "c-2", agent_id=TOM)
    join(desk, "c-3")

    desk.handle(RemoveAgent(TOM), later(1))

    assert (desk.queues(), waiting_tokens(desk, ANYBODY)) == ([ANYBODY], ["c-3", "c-1", "c-2"])


def test_customers_of_a_removed_agent_are_taken_by_who_has_room() -> None:
    """Nobody waits for anybody while somebody has room. Ruling 9."""
    desk = a_desk()
    desk.handle(ChangeAgent(TOM, {"status": AgentStatus.BUSY}), NOW)
    join(desk, "c-1", agent_id=TOM)

    desk.handle(RemoveAgent(TOM), NOW)

    assert (agents_of(desk), desk.queues()) == ({"c-1": JERRY}, [])


def test_customers_of_a_removed_group_go_to_the_end_of_the_companys_queue() -> None:
    """Customers in a removed group's queue go to the end of the company's. commands.py, RemoveGroup."""
    desk = a_desk()
    for busy in (TOM, JERRY):
        desk.handle(ChangeAgent(busy, {"status": AgentStatus.BUSY}), NOW)
    join(desk, "c-1", group_id=AFTER_SALES)
    join(desk, "c-2")

    desk.handle(RemoveGroup(AFTER_SALES), NOW)

    assert (desk.queues(), waiting_tokens(desk, ANYBODY)) == ([ANYBODY], ["c-2", "c-1"])


def test_agent_with_an_open_session_is_not_removed() -> None:
    """Removing an agent with open sessions is a conflict. commands.py, RemoveAgent."""
    desk = a_desk()
    start(desk, "c-1", agent_id=TOM)

    assert misused(desk, RemoveAgent(TOM)) == "conflict"
