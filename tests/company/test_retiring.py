"""A life that has ended is taken apart in slices, however large it is, and what lives share stays whole. Issue 5, reset."""

import gc
from collections import deque
from collections.abc import Iterator
from types import BuiltinFunctionType, FunctionType, ModuleType
from typing import Any

import pytest

from mock_udesk.company.company import Company
from mock_udesk.company.snapshot.retiring import SLICE, taken_apart
from mock_udesk.company.snapshot.snapshot import taken
from mock_udesk.desk.commands import AgentSays, AskForAgent
from mock_udesk.desk.robot_commands import AskRobot
from mock_udesk.desk.staff_commands import ChangeAgent
from mock_udesk.endpoint import Limit
from mock_udesk.settings import Settings

from .. import NOW
from .test_company import a_founding, open_session
from .test_playing import say
from .test_snapshot import EVERYTHING, of_data

# What a company of the first day has in one container, scenario and robots too, and a little more.
SMALL = 300


def a_full_company(count: int) -> Company:
    """So many of each: sessions with messages and timers, queued customers, talks, pushes on their way, entries, nonces, limits, runs."""
    founding = a_founding(
        scenario=of_data(EVERYTHING), settings=Settings(receive_url="http://127.0.0.1:9/", journal_max_entries=100_000)
    )
    company = Company(founding, founding.first_settings, epoch=1, ring=lambda: None)
    company.submit(ChangeAgent(3, {"capacity": count}), None)
    for number in range(count):
        say(company, "hi", open_session_with(company, f"c-{number}"), f"c-{number}")
    for number in range(count):
        company.submit(AskForAgent(customer_token=f"q-{number}", agent_id=3), None)
        company.submit(AskRobot(customer_token=f"r-{number}", message_id="m", data={"content": "退货"}), None)
        company.nonces.spend(f"n-{number}", NOW)
        company.limits.take("x", Limit(3, 60.0), str(number), NOW)
        company.journal.problem("unknown_path", NOW, "x", None)
    return company


def open_session_with(company: Company, token: str) -> int:
    answer: Any = company.submit(AskForAgent(customer_token=token, agent_id=3), None)
    session_id: int = answer.session.id
    return session_id


def held(company: Company) -> dict[int, Any]:
    """All containers that are reached from a company, by their address, but for classes, functions and modules."""
    found: dict[int, Any] = {}
    left: list[Any] = [company]
    seen = {id(left)}
    while left:
        thing = left.pop()
        if id(thing) in seen or isinstance(thing, type | ModuleType | FunctionType | BuiltinFunctionType):
            continue
        seen.add(id(thing))
        if isinstance(thing, dict | list | set | deque):
            found[id(thing)] = thing
        left += gc.get_referents(thing)
    return found


def sizes(company: Company) -> Iterator[int]:
    """How many things stand in each large container of a company."""
    return (len(container) for container in held(company).values() if len(container) > SMALL)


def test_after_the_last_slice_nothing_large_is_left() -> None:
    """Whatever finds things in a desk, journal or outbox is emptied too: what is left is freed in no time."""
    company = a_full_company(320)
    assert len(list(sizes(company))) > 20

    for _ in taken_apart(company):
        pass

    assert list(sizes(company)) == []


def test_a_slice_lets_go_of_no_more_than_it_may() -> None:
    """So everything else on the loop goes on between two of them."""
    company = a_full_company(320)
    containers = list(held(company).values())
    steps = taken_apart(company)
    before, slices = sum(map(len, containers)), 0
    gone: list[int] = []
    for _ in steps:
        after = sum(map(len, containers))
        gone.append(before - after)
        before, slices = after, slices + 1

    # A thing may be the key of several containers, or have a few small ones of its own; those count when they are emptied.
    assert max(gone) <= SLICE
    assert slices >= 10


def test_one_long_conversation_is_taken_apart_too() -> None:
    """A single session may be larger than all others together."""
    company = Company(a_founding(), Settings(), epoch=1, ring=lambda: None)
    session_id = open_session(company)
    for _ in range(3 * SLICE):
        company.submit(AgentSays(session_id=session_id, type="message", data={"content": "x"}), None)
    messages = company.desk.state.sessions[session_id].messages

    lengths = [len(messages) for _ in taken_apart(company)]

    assert len({length for length in lengths if 0 < length < 3 * SLICE}) >= 2
    assert messages == []


def test_the_first_step_waits_for_nothing_large() -> None:
    """Looking for what there is costs no more in a large company."""
    company = a_full_company(320)

    next(taken_apart(company))

    assert sum(sizes(company)) > 5_000


@pytest.mark.parametrize("played", [None, of_data(EVERYTHING)])
def test_what_lives_share_stays_as_it_is(played: Any) -> None:
    """The scenario, what robots know, settings: the next life begins as the first one did."""
    founding = a_founding(scenario=played)

    def a_life() -> Company:
        return Company(founding, founding.first_settings, epoch=1, ring=lambda: None)

    def day(company: Company) -> bytes:
        say(company, "hi", open_session_with(company, "c-1"))
        company.submit(AskRobot(customer_token="r", message_id="m", data={"content": "怎么退货"}), a_call(company))
        return taken(company, keys=[], version="1")

    first = a_life()
    expected = day(first)
    for _ in taken_apart(first):
        pass

    assert day(a_life()) == expected


def a_call(company: Company) -> int:
    return company.journal.open_call("call", "POST", "/x", (), NOW).id


def test_an_answer_that_comes_late_is_noted_without_harm() -> None:
    """Who waited when the life ended is answered after that, and notes it in the old journal."""
    company = a_full_company(20)
    entry = company.journal.open_call("operator", "POST", "/_mock/clock/advance", (), NOW)
    for _ in taken_apart(company):
        pass

    company.journal.close_call(entry, status=409, code=None, answer=b"{}")
    fault = company.journal.fault(NOW, None, "x", "x")

    assert entry.status == 409
    assert [problem.entry_id for problem in company.journal.problems] == [fault.id]
