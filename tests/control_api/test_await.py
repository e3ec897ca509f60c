"""`POST /_mock/await` over a real socket: met at once, met by what happens, and what a time-out says."""

import asyncio
from datetime import datetime
from typing import Any

import pytest

from mock_udesk.company.awaiting.conditions import Bounds, Places, PlaceWanted, Sessions, SessionWanted, Traffic
from mock_udesk.company.verify.sightings import Criterion, Since
from mock_udesk.desk.commands import AgentSays, AskForAgent, CloseSession, TransferSession
from mock_udesk.desk.records import CloseType
from mock_udesk.desk.staff_commands import ChangeAgent
from mock_udesk.server.watch import Watch

from ..company.test_company import a_company, open_session
from ..integrator import Answer, Udesk


async def wait(udesk: Udesk, until: Any, **more: Any) -> Answer:
    """Waits for something, not long unless told otherwise."""
    return await udesk.operator("POST", "/await", {"until": until, "timeout_seconds": 0, **more})


async def opened(udesk: Udesk, token: str = "c-1") -> Any:
    """A session with Tom, or a place in his queue."""
    return (await udesk.operator("POST", "/sessions", {"customer_token": token, "agent_id": 3})).body


async def queued(udesk: Udesk) -> int:
    """c-1 talks to Tom, c-2 and c-3 wait for him; replies with c-1's session."""
    await udesk.operator("PATCH", "/agents/3", {"im_max_join_num": 1})
    session_id: int = (await opened(udesk))["id"]
    assert (await opened(udesk, "c-2"))["count"] == 1
    assert (await opened(udesk, "c-3"))["count"] == 2
    return session_id


# -- what is there already ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("until", "count"),
    [
        ({"session": {}}, 1),
        ({"session": {"customer_token": "c-1"}}, 1),
        ({"session": {"customer_token": "c-1", "state": "open", "agent": "Tom", "channel": "api"}}, 1),
        ({"session": {"agent": 3, "state": "open"}}, 1),
        ({"session": {"id": 1001, "message_count": {"at_least": 1}}}, 1),
        ({"queue": {}}, 2),
        ({"queue": {"customer_token": "c-2"}}, 1),
        ({"queue": {"customer_token": "c-2", "place": 1, "agent": "Tom", "state": "queued"}}, 1),
        ({"queue": {"customer_token": "c-3", "place": {"at_most": 2}}}, 1),
        ({"queue": {"agent": 3}}, 2),
        ({"queue": {"target": "agent", "place": {"at_most": 1}}}, 1),
        ({"queue": {"place": 2}}, 1),
        ({"push": {"type": "start_session"}}, 1),
        ({"push": {"state": "delivered", "customer_token": "c-1"}}, 1),
        ({"call": {"path": "/agents/3"}}, 1),
    ],
)
async def test_what_is_there_already_counts(udesk: Udesk, until: dict[str, Any], count: int) -> None:
    """Answered at once with what was found."""
    await queued(udesk)
    await udesk.call("GET", "/agents/3")
    await udesk.settle()
    answer = await wait(udesk, until, count=count)

    assert (answer.status, answer.body.get("met"), answer.body.get("count")) == (200, True, count), answer.body
    kind = next(iter(until))
    assert [row["kind"] for row in answer.body["matched"]] == [kind] * count
    assert set(answer.body["measured"]) == {"waited_seconds"}


@pytest.mark.parametrize("beside", [{}, {"count": 2}])
async def test_how_many_may_stand_within_until(udesk: Udesk, beside: dict[str, int]) -> None:
    """interfaces §3 writes it there: {"until": {"queue": {…}, "count": 2}}."""
    await queued(udesk)
    two = await wait(udesk, {"queue": {}, "count": 2}, **beside)
    three = await wait(udesk, {"queue": {}, "count": 3})

    assert (two.status, two.body["count"]) == (200, 2)
    assert (three.status, three.body["error"]["message"][:27]) == (409, "after 0 s 2 of 3 customers ")


async def test_what_was_found_is_shown(udesk: Udesk) -> None:
    """As the control API shows it elsewhere."""
    await queued(udesk)
    await udesk.settle()
    session = (await wait(udesk, {"session": {"customer_token": "c-1"}})).body["matched"][0]
    place = (await wait(udesk, {"queue": {"customer_token": "c-3"}})).body["matched"][0]
    push = (await wait(udesk, {"push": {"type": "message"}})).body["matched"][0]

    assert session["shown"] == (await udesk.operator("GET", "/sessions/1001")).body
    shown = place["shown"]
    assert (shown["place"], shown["state"], shown["queue_of"]) == (2, "queued", "Tom")
    assert push["shown"]["body"]["customer_token"] == "c-1"


@pytest.mark.parametrize(
    ("until", "count"),
    [
        ({"session": {"customer_token": "c-2"}}, 1),
        ({"session": {"customer_token": "c-1", "state": "closed"}}, 1),
        ({"session": {"id": 1001, "agent": "Jerry"}}, 1),
        ({"session": {"id": 1001, "close_type": "normal"}}, 1),
        ({"session": {"message_count": 0}}, 1),
        ({"session": {}}, 2),
        ({"queue": {"customer_token": "c-1"}}, 1),
        ({"queue": {"customer_token": "c-2", "place": 2}}, 1),
        ({"queue": {"customer_token": "c-2", "state": "assigning"}}, 1),
        ({"queue": {"customer_token": "c-2", "state": "left"}}, 1),
        # Who was served at once has left no queue.
        ({"queue": {"customer_token": "c-1", "state": "left"}}, 1),
        ({"queue": {"agent": "Jerry"}}, 1),
        ({"queue": {"state": "assigning"}}, 1),
        ({"queue": {}}, 3),
        ({"push": {"type": "close"}}, 1),
        ({"push": {"attempts": 2}}, 1),
        ({"call": {"path": "/im/messages"}}, 1),
    ],
)
async def test_what_is_not_so_times_out(udesk: Udesk, until: dict[str, Any], count: int) -> None:
    """409 at once with timeout_seconds 0."""
    await queued(udesk)
    answer = await wait(udesk, until, count=count)

    assert (answer.status, answer.body.get("met")) == (409, False), answer.body
    assert answer.body["error"]["code"] == "conflict"
    assert answer.body["count"] < count
    assert set(answer.body) == {"error", "met", "count", "pending", "near_misses", "upcoming", "upcoming_total"}


# -- what comes to be -----------------------------------------------------------------------------------------------------


async def test_a_session_is_waited_for(udesk: Udesk) -> None:
    """Until it is closed."""
    session_id = (await opened(udesk))["id"]
    waiting = asyncio.ensure_future(wait(udesk, {"session": {"id": session_id, "state": "closed"}}, timeout_seconds=20))
    await udesk.waits("/await")
    await udesk.operator("POST", f"/sessions/{session_id}/close")
    answer = await waiting

    assert (answer.status, answer.body["matched"][0]["shown"]["close_type"]) == (200, "normal")


async def test_a_place_in_the_queue_is_waited_for(udesk: Udesk) -> None:
    """The one behind moves up when Tom is free."""
    session_id = await queued(udesk)
    first = asyncio.ensure_future(wait(udesk, {"queue": {"customer_token": "c-3", "place": 1}}, timeout_seconds=20))
    left = asyncio.ensure_future(wait(udesk, {"queue": {"customer_token": "c-2", "state": "left"}}, timeout_seconds=20))
    await udesk.waits("/await")
    await udesk.operator("POST", f"/sessions/{session_id}/close")

    assert ((await first).status, (await left).status) == (200, 200)


async def test_so_many_pushes_are_waited_for(udesk: Udesk) -> None:
    """`count`: at least so many."""
    session_id = (await opened(udesk))["id"]
    until = {"push": {"type": "message", "body": {"messages": {"$contains": {"data": {"content": "您好"}}}}}}
    waiting = asyncio.ensure_future(wait(udesk, until, count=2, timeout_seconds=20))
    await udesk.waits("/await")
    for _ in range(2):
        await udesk.operator("POST", f"/sessions/{session_id}/messages", {"content": "您好"})

    assert (await waiting).body["count"] == 2


async def test_a_push_that_is_delivered_is_waited_for(udesk: Udesk) -> None:
    """What changes of it counts too: the end of an attempt wakes who waits."""
    udesk.receiver.answer_with("slow")
    waiting = asyncio.ensure_future(wait(udesk, {"push": {"state": "delivered"}}, timeout_seconds=20))
    await udesk.waits("/await")
    await opened(udesk)
    await udesk.receiver.arrived(1)
    udesk.receiver.release()

    assert (await waiting).status == 200


async def test_a_call_is_waited_for(udesk: Udesk) -> None:
    """One of the emulated API, with its answer."""
    until = {"call": {"path": "/user_groups/11/agents", "status": 200, "answer": {"$type": "object"}}}
    waiting = asyncio.ensure_future(wait(udesk, until, timeout_seconds=20))
    await udesk.waits("/await")
    await udesk.call("GET", "/user_groups/1/agents")
    await udesk.call("GET", "/user_groups/11/agents")

    assert (await waiting).body["matched"][0]["shown"]["endpoint"] == "GET /user_groups/{id}/agents"


async def test_since_leaves_out_what_was_before(udesk: Udesk) -> None:
    """Of calls and pushes; an id of the journal, or a moment."""
    await udesk.call("GET", "/agents/3")
    last = (await udesk.operator("GET", "/requests?limit=1")).body["requests"][0]["id"]

    assert (await wait(udesk, {"call": {"path": "/agents/3"}}, since=str(last))).status == 409
    assert (await wait(udesk, {"call": {"path": "/agents/3"}}, since=last - 1)).status == 200
    assert (await wait(udesk, {"call": {}}, since="2026-11-22T10:00:01+08:00")).status == 409


@pytest.mark.parametrize("rate", [0.0, 1.0, 600.0])
async def test_it_works_whatever_the_clock_does(udesk: Udesk, rate: float) -> None:
    """Still, real and fast: timers wake who waits, and time that stands still is advanced by somebody."""
    await udesk.operator("PATCH", "/company", {"customer_idle_close_seconds": 60 if rate > 1 else 0.2})
    await opened(udesk)
    await udesk.operator("PATCH", "/clock", {"rate": rate})
    until = {"session": {"customer_token": "c-1", "state": "closed"}}
    waiting = asyncio.ensure_future(wait(udesk, until, timeout_seconds=20))
    await udesk.waits("/await")
    if not rate:
        await udesk.advance(2)

    assert (await waiting).body["matched"][0]["shown"]["closed_by"] == "timer"


async def test_it_is_asked_only_when_something_happens(udesk: Udesk, monkeypatch: pytest.MonkeyPatch) -> None:
    """No polling: between two happenings nobody looks."""
    looks: list[int] = []
    plain = Traffic.look

    def counted(self: Traffic) -> None:
        looks.append(1)
        plain(self)

    monkeypatch.setattr(Traffic, "look", counted)
    slept: list[float | None] = []
    stirred = Watch.stirred

    async def noted(self: Watch, seconds: float | None) -> bool:
        slept.append(seconds)
        return await stirred(self, seconds)

    monkeypatch.setattr(Watch, "stirred", noted)
    waiting = asyncio.ensure_future(wait(udesk, {"call": {"path": "/agents/3"}}, timeout_seconds=30))
    await udesk.waits("/await")
    for _ in range(3):
        await udesk.call("GET", "/agents/4")
    await udesk.call("GET", "/agents/3")
    await waiting

    # A call wakes twice: when it comes in, and when it is answered.
    assert len(looks) <= 2 + 2 * 4
    assert len(slept) < len(looks)
    assert all(seconds is not None and seconds > 20 for seconds in slept)


# -- what a time-out says -------------------------------------------------------------------------------------------------


async def test_a_time_out_says_where_a_customer_stands(udesk: Udesk) -> None:
    """In words, with what is due and when."""
    await udesk.operator("PATCH", "/company", {"queue_timeout_seconds": 60})
    await queued(udesk)
    answer = await wait(udesk, {"session": {"customer_token": "c-3", "state": "open"}})

    assert answer.body["pending"] == ["c-3 is queued, place 2 of Tom's queue"]
    assert answer.body["error"]["message"] == "after 0 s no such session: c-3 is queued, place 2 of Tom's queue"
    assert "advance" in answer.body["error"]["hint"]
    due = [(row["due"], row["kind"]) for row in answer.body["upcoming"] if row["kind"] == "queue_timeout"]
    assert due == [("2026-11-22T10:01:00.000+08:00", "queue_timeout")] * 2
    assert answer.body["upcoming_total"] >= 2


async def test_a_time_out_says_which_session_is_in_which_state(udesk: Udesk) -> None:
    """And what else of it is another."""
    session_id = (await opened(udesk))["id"]
    await udesk.operator("POST", f"/sessions/{session_id}/close")
    answer = await wait(udesk, {"session": {"customer_token": "c-1", "state": "open", "agent": "Jerry"}})

    assert answer.body["pending"] == [
        f"session {session_id} of c-1 with Tom is closed at 10:00:00 (normal); agent is Tom, not Jerry"
    ]


async def test_a_time_out_names_the_customer_that_is_nearly_called_so(udesk: Udesk) -> None:
    """A typing error is no endless waiting."""
    await opened(udesk, "wang-1")
    answer = await wait(udesk, {"queue": {"customer_token": "wang-11"}})

    assert answer.body["pending"] == ["there is no customer wang-11 yet; there is one with the customer_token wang-1"]


async def test_a_time_out_speaks_of_advancing_only_where_time_brings_something(udesk: Udesk) -> None:
    """On a still clock nothing comes where nothing is upcoming, but for the end of what is in flight."""
    nothing = await wait(udesk, {"push": {"state": "delivered"}})
    udesk.receiver.always("hang")
    await opened(udesk)
    await udesk.receiver.arrived(1)
    flying = await wait(udesk, {"push": {"state": "delivered"}})
    udesk.receiver.release()

    assert (nothing.body["upcoming"], flying.body["upcoming"]) == ([], [])
    assert nothing.body["error"]["hint"].startswith("nothing will happen by itself")
    assert flying.body["error"]["hint"] == "answer the pushes faster, or give a longer timeout_seconds"


async def test_a_time_out_says_which_pushes_are_on_their_way(udesk: Udesk) -> None:
    """With when they are due, and what came nearest."""
    udesk.receiver.answer_with(500)
    await opened(udesk)
    await udesk.settle()
    answer = await wait(udesk, {"push": {"type": "start_session", "state": "delivered"}})

    assert answer.body["pending"][-1] == (
        "push 1 (start_session + message) to customer c-1: attempt 2 is due at 10:00:10"
    )
    assert answer.body["near_misses"][0]["differences"][0]["text"] == 'state: expected "delivered", found "pending"'
    assert answer.body["upcoming"][0]["kind"] == "push_attempt"


async def test_a_time_out_names_five_pushes_and_counts_the_rest(udesk: Udesk) -> None:
    """All of a few are named, and nothing is said of none."""
    udesk.receiver.always(500)
    for number in range(5):
        await opened(udesk, f"c-{number}")
    await udesk.settle()
    five = (await wait(udesk, {"push": {"type": "close"}})).body["pending"]
    await udesk.operator("POST", "/sessions", {"customer_token": "c-5", "agent_id": 4})
    await udesk.settle()
    six = (await wait(udesk, {"push": {"type": "close"}})).body["pending"]

    assert ("is due at" in five[-1], six[-1]) == (True, "and 1 more push on the way")


async def test_a_time_out_says_who_waits_at_all(udesk: Udesk) -> None:
    """Where nobody is named."""
    nobody = (await wait(udesk, {"queue": {}})).body["pending"]
    await queued(udesk)

    assert nobody == ["nobody waits in any queue"]
    assert (await wait(udesk, {"queue": {}}, count=9)).body["pending"] == ["2 wait in Tom's queue"]


async def test_a_tiny_time_out_is_one(udesk: Udesk) -> None:
    """Real seconds, however few."""
    answer = await wait(udesk, {"call": {}}, timeout_seconds=0.001)

    assert (answer.status, answer.body["error"]["message"]) == (409, "after 0.001 s no such call")


@pytest.mark.parametrize("how", ["reset", "removal"])
async def test_a_life_that_ends_ends_the_waiting(udesk: Udesk, how: str) -> None:
    """409, as it ends a settle; no fault of ours."""
    acme = await udesk.company("acme")
    waiting = asyncio.ensure_future(wait(acme, {"call": {}}, timeout_seconds=20))
    await acme.waits("/await")
    if how == "reset":
        await acme.operator("POST", "/reset")
    else:
        await udesk.operator("DELETE", "/companies/acme")
    answer = await waiting

    assert (answer.status, answer.body["error"]["code"]) == (409, "conflict")
    assert "meanwhile" in answer.body["error"]["message"]


async def test_waiting_changes_nothing(udesk: Udesk) -> None:
    """Nor does it stand in the story."""
    await opened(udesk)
    await udesk.settle()
    before = (await udesk.operator("GET", "/timeline")).body["lines"]
    await wait(udesk, {"session": {}})
    await wait(udesk, {"call": {"path": "/x"}})

    assert (await udesk.operator("GET", "/timeline")).body["lines"] == before


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({}, "until"),
        ({"until": {}}, "one of session, queue, push and call"),
        ({"until": {"call": {}, "push": {}}}, "one of session, queue, push and call, found push, call"),
        ({"until": 3}, "expected an object"),
        ({"until": {"sesion": {}}}, "until.sesion: unknown, did you mean session?"),
        ({"until": {"session": {"status": "open"}}}, "did you mean state?"),
        ({"until": {"session": {"agnt": "Tom"}}}, "did you mean agent?"),
        ({"until": {"session": {"state": "shut"}}}, "'open' or 'closed'"),
        ({"until": {"session": {"id": "x"}}}, "a whole number"),
        ({"until": {"session": {"message_count": -1}}}, "from 0 on"),
        ({"until": {"queue": {"place": "first"}}}, "whole number"),
        ({"until": {"queue": {"place": {"at_mots": 1}}}}, "unknown key"),
        ({"until": {"queue": {"target": "Tom"}}}, "'agent', 'group' or 'company'"),
        ({"until": {"queue": {"agent": "Tom", "group": 1}}}, "agent and group exclude each other"),
        ({"until": {"queue": {"agent": "Tom", "target": "company"}}}, "exclude each other"),
        ({"until": {"queue": {"state": "left"}}}, "needs a customer_token"),
        ({"until": {"queue": {"state": "left", "customer_token": "c", "place": 1}}}, "has no place"),
        ({"until": {"queue": {"count": 1}}}, "beside until"),
        ({"until": {"queue": {}, "count": 0}}, "until.count: expected at least 1"),
        ({"until": {"queue": {}, "count": 2}, "count": 3}, "until.count and count exclude each other"),
        ({"until": {"call": {"path": "~("}}}, "a regular expression"),
        ({"until": {"call": {"endpoint": "/im/mesages"}}}, "did you mean /im/messages?"),
        ({"until": {"push": {"push": "h5_legcy"}}}, "did you mean h5_legacy?"),
        ({"until": {"push": {"attempts": "x"}}}, "whole number"),
        ({"until": {"call": {}}, "count": 0}, "at least 1"),
        ({"until": {"call": {}}, "timeout": 1}, "did you mean timeout_seconds?"),
        ({"until": {"call": {}}, "timeout_seconds": -1}, "at least 0"),
        ({"until": {"session": {}}, "since": "1"}, "since is for calls and pushes"),
        ({"session": {}}, "it belongs into until"),
    ],
)
async def test_a_mistake_is_named(udesk: Udesk, asked: dict[str, Any], words: str) -> None:
    """422 with what was wrong and what would be right."""
    answer = await udesk.operator("POST", "/await", asked)

    assert (answer.status, words in answer.body["error"]["message"]) == (422, True), answer.body


async def test_an_agent_who_is_not_there_is_refused(udesk: Udesk) -> None:
    """404 with those who are."""
    answer = await wait(udesk, {"session": {"agent": "Tomm"}})

    assert (answer.status, "Tom" in answer.body["error"]["hint"]) == (404, True)


# -- what looking costs -----------------------------------------------------------------------------------------------------


def test_only_sessions_that_something_happened_to_are_looked_at_again() -> None:
    """Of a thousand one is closed: one more look."""
    company = a_company()
    company.submit(ChangeAgent(3, {"capacity": 2_000}), None)
    sessions = [open_session(company, f"c-{number}") for number in range(300)]
    condition = Sessions(company, SessionWanted(is_open=False))
    condition.look()
    before = condition.steps
    company.submit(CloseSession(session_id=sessions[7], close_type=CloseType.NORMAL), None)
    condition.look()
    company.submit(AgentSays(session_id=sessions[9], type="message", data={"content": "您好"}), None)
    condition.look()

    assert condition.found() == [sessions[7]]
    assert before == 300
    assert condition.steps - before <= 4


def test_a_transfer_closes_the_session_before_it() -> None:
    """What is told of the new one is looked at for the old one too."""
    company = a_company()
    session_id = open_session(company)
    condition = Sessions(company, SessionWanted(is_open=False, close_type=CloseType.REDIRECT))
    condition.look()
    company.submit(TransferSession(session_id=session_id, agent_id=4), None)
    condition.look()

    assert condition.found() == [session_id]


def test_who_is_assigned_when_the_journal_was_full_is_seen() -> None:
    """What was dropped before it was looked at is made up for."""
    company = a_company(assign_seconds=5)
    company.journal.bound(max_entries=3, max_bytes=10**6)
    company.submit(ChangeAgent(3, {"capacity": 1, "status": "online"}), None)
    session_id = open_session(company)
    company.submit(AskForAgent(customer_token="c-2", agent_id=3), None)
    condition = Places(company, PlaceWanted(state="assigning"))
    condition.look()
    company.submit(CloseSession(session_id=session_id, close_type=CloseType.NORMAL), None)
    for number in range(5):
        company.journal.pushed(number + 100, company.clock.now(), None)
    condition.look()

    assert condition.count() == 1


def test_a_change_of_groups_is_seen() -> None:
    """Then any session may be another."""
    company = a_company()
    session_id = open_session(company)
    agent_id = company.desk.state.sessions[session_id].agent_id
    group_id = next(iter(company.desk.state.groups))
    company.submit(ChangeAgent(agent_id, {"group_ids": []}), None)
    condition = Sessions(company, SessionWanted(group_id=group_id))
    condition.look()
    before = condition.count()
    company.submit(ChangeAgent(agent_id, {"group_ids": [group_id]}), None)
    condition.look()

    assert (before, condition.found()) == (0, [session_id])


def test_places_are_counted_as_they_are() -> None:
    """Held against the plainest way: walk along all queues."""
    company = a_company(assign_seconds=5)
    for agent_id in (3, 4):
        company.submit(ChangeAgent(agent_id, {"capacity": 1, "status": "online"}), None)
    wanted = [
        PlaceWanted(),
        PlaceWanted(place=Bounds(1, 2)),
        PlaceWanted(place=Bounds(0, 0)),
        PlaceWanted(state="assigning"),
        PlaceWanted(state="queued", kind="agent"),
        PlaceWanted(kind="agent", target_id=3, place=Bounds(2, 2)),
    ]
    conditions = [Places(company, one) for one in wanted]

    def check() -> None:
        desk = company.look()
        stays = [stay for stay in desk.state.stays.values() if stay.ticket is not None]
        for one, condition in zip(wanted, conditions, strict=True):
            condition.look()
            there = [
                stay.id
                for stay in stays
                if stay.ticket is not None
                and one.is_of(stay.ticket.target)
                and (one.place is None or one.place.takes_in(desk.place(stay)))
                and (one.state is None or stay.stage.value == one.state)
            ]
            assert (sorted(condition.found()), condition.count()) == (sorted(there), len(there)), one

    check()
    for number in range(6):
        company.submit(AskForAgent(customer_token=f"c-{number}", agent_id=3 + number % 2), None)
        check()
    for _ in range(4):
        open_ones = [row for row in company.look().state.sessions.values() if row.is_open]
        if open_ones:
            company.submit(CloseSession(session_id=open_ones[0].id, close_type=CloseType.NORMAL), None)
        check()
        due = company.next_due()
        if isinstance(due, datetime):
            company.clock.jump(to=due)
        check()


def test_a_condition_of_traffic_goes_on_where_it_ended() -> None:
    """As the sightings do."""
    company = a_company()
    for number in range(5):
        open_session(company, f"c-{number}")
    condition = Traffic(company, Criterion("push", {"type": "start_session"}), Since())
    condition.look()
    before = condition.sightings.steps
    condition.look()

    assert (condition.count(), condition.sightings.steps) == (len(company.outbox.deliveries), before)
