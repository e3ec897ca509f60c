"""Counting calls and pushes, judging how many there were, and what came nearest."""

import json
from datetime import timedelta
from typing import Any

import pytest

from mock_udesk.company.company import Company
from mock_udesk.company.journal.entries import CallEntry
from mock_udesk.company.pushes.deliveries import Result
from mock_udesk.company.verify.judging import HowMany, Verdict, judge, judge_order
from mock_udesk.company.verify.near_misses import near_misses
from mock_udesk.company.verify.sightings import Criterion, Sightings, Since
from mock_udesk.desk.commands import AgentSays, CloseSession
from mock_udesk.desk.records import CloseType

from .. import NOW
from .test_company import OK, a_company, open_session

POSTED = Criterion("call", {"method": "POST", "path": "/im/messages"})
CLOSED = Criterion("push", {"type": "close"})
FAILED = Result(status=500, reason="", answer="", seconds=0.001, is_answered=True)


def say(company: Company, content: str = "hi", *, path: str = "/im/messages", code: int = 1000) -> CallEntry:
    """A call that was answered, noted in the journal."""
    entry = opened(company, content, path=path)
    company.journal.close_call(entry, status=200, code=code, answer=json.dumps({"code": code}).encode())
    return entry


def opened(company: Company, content: str = "hi", *, path: str = "/im/messages") -> CallEntry:
    """A call that is not answered yet."""
    headers = ((b"content-type", b"application/json"),)
    entry = company.journal.open_call("call", "POST", f"/open_api_v1{path}", headers, company.clock.now())
    entry.body = json.dumps({"customer_token": "c-1", "message": {"data": {"content": content}}}).encode()
    entry.customer_token, entry.endpoint = "c-1", f"POST {path}"
    return entry


def seen(company: Company, *criteria: Criterion, since: Since | None = None) -> Sightings:
    """All there is by now."""
    sightings = Sightings(company, criteria, since or Since())
    sightings.look()
    return sightings


def judged(company: Company, criterion: Criterion, how_many: HowMany | None = None) -> Verdict:
    """The verdict on all there is by now."""
    return judge(company, criterion, how_many or HowMany(), seen(company, criterion), Since())


def test_calls_are_counted_by_their_entries() -> None:
    """Matching ones alone, by their numbers in the journal."""
    company = a_company()
    first, _, last = say(company), say(company, path="/im/sessions"), say(company)

    sightings = seen(company, POSTED)
    assert (sightings.count(), sightings.entries()) == (2, [first.id, last.id])


def test_a_full_journal_is_looked_through_in_slices() -> None:
    """Others get their turn in between; what comes meanwhile is taken in, and nothing twice."""
    company = a_company()
    for _ in range(120):
        say(company)
    sightings = Sightings(company, [POSTED, CLOSED], Since())
    slices = 0
    while not sightings.look_on():
        slices += 1
        if slices == 1:
            say(company)
    sightings.look()

    assert slices > 2
    assert (sightings.steps, sightings.count()) == (121, 121)


def test_every_entry_is_looked_at_once() -> None:
    """A busy company stirs often: whoever waits goes on where it ended."""
    company = a_company()
    for _ in range(500):
        say(company)
    sightings = seen(company, POSTED)
    before = sightings.steps
    for _ in range(10):
        say(company)
        sightings.look()
    sightings.look()

    assert (before, sightings.steps, sightings.count()) == (500, 510, 510)


def test_a_call_is_looked_at_again_when_it_is_answered() -> None:
    """A delay keeps it open; its code is known only then."""
    company = a_company()
    entry = opened(company)
    sightings = seen(company, Criterion("call", {"code": 2000}))
    before = sightings.count()
    company.journal.close_call(entry, status=200, code=2000, answer=b"{}")
    sightings.look()

    assert (before, sightings.entries()) == (0, [entry.id])


def test_a_push_is_one_however_often_it_is_sent() -> None:
    """A resend has an entry of its own, but is the same push."""
    company = a_company(receive_url="http://127.0.0.1:9/")
    open_session(company)
    [order] = company.take_due()
    company.report(order.delivery_id, order.attempt_number, OK)
    company.resend(order.delivery_id, 1)

    assert seen(company, Criterion("push", {"type": "start_session"})).count() == 1


def test_what_changes_of_a_push_is_followed() -> None:
    """Its state and its attempts, until it has ended, and again when it is sent again."""
    company = a_company(receive_url="http://127.0.0.1:9/", push_retry_seconds=[10])
    open_session(company)
    sightings = seen(company, Criterion("push", {"state": "pending"}), Criterion("push", {"attempts": {"at_least": 2}}))
    counts = [(sightings.count(0), sightings.count(1))]
    for result in (FAILED, OK):
        [order] = company.take_due()
        company.report(order.delivery_id, order.attempt_number, result)
        sightings.look()
        counts.append((sightings.count(0), sightings.count(1)))
        company.clock.jump(to=company.clock.now() + timedelta(seconds=10))
    company.resend(1, 1)
    sightings.look()

    assert counts == [(1, 0), (1, 0), (0, 1)]
    assert (sightings.count(0), sightings.count(1)) == (1, 1)


def test_attempts_alone_are_followed_too() -> None:
    """A push that is tried once more fits then, though it was looked at before."""
    company = a_company(receive_url="http://127.0.0.1:9/", push_retry_seconds=[10])
    open_session(company)
    sightings = seen(company, Criterion("push", {"attempts": 1}))
    [order] = company.take_due()
    company.report(order.delivery_id, order.attempt_number, FAILED)
    sightings.look()

    assert sightings.count() == 1


def test_since_leaves_out_what_was_before() -> None:
    """An entry's number, or a moment."""
    company = a_company()
    first = say(company)
    company.clock.jump(to=NOW + timedelta(seconds=5))
    second = say(company)

    assert seen(company, POSTED, since=Since(entry_id=first.id)).entries() == [second.id]
    assert seen(company, POSTED, since=Since(moment=NOW + timedelta(seconds=5))).entries() == [second.id]
    assert seen(company, POSTED, since=Since(entry_id=10**18)).entries() == []


def test_what_was_dropped_is_noticed() -> None:
    """Unless it was seen before, or does not count."""
    company = a_company()
    company.journal.bound(max_entries=3, max_bytes=10**6)
    watching = seen(company, POSTED)
    for _ in range(3):
        say(company)
    watching.look()
    company.clock.jump(to=NOW + timedelta(seconds=5))
    late = [say(company), say(company)]
    watching.look()

    assert (watching.count(), watching.is_incomplete) == (5, False)
    assert seen(company, POSTED).is_incomplete
    assert seen(company, POSTED, since=Since(entry_id=1)).is_incomplete
    assert not seen(company, POSTED, since=Since(entry_id=company.journal.dropped_up_to)).is_incomplete
    assert seen(company, POSTED, since=Since(moment=NOW)).is_incomplete
    sightings = seen(company, POSTED, since=Since(moment=NOW + timedelta(seconds=1)))
    assert (sightings.is_incomplete, sightings.entries()) == (False, [row.id for row in late])


def test_a_push_that_was_let_go_of_is_noticed() -> None:
    """Its entry stands in the journal, and nobody knows any more what it was."""
    company = a_company()
    open_session(company)
    company.outbox.deliveries.clear()

    assert seen(company, CLOSED).is_incomplete


def test_an_order_that_was_not_found_says_what_was_dropped() -> None:
    """The first of them may have been among it; one that was found needs no such word."""
    company = a_company()
    company.journal.bound(max_entries=3, max_bytes=10**6)
    for path in ("/im/sessions", "/im/messages", "/im/messages", "/im/messages"):
        say(company, path=path)
    asked = Criterion("call", {"path": "/im/sessions"})
    lost, found = (asked, POSTED), (POSTED, POSTED)

    verdict = judge_order(company, lost, seen(company, *lost), Since())
    assert (verdict.is_ok, verdict.message.splitlines()[-1]) == (
        False,
        "1 entry was dropped from the journal: there may have been more",
    )
    verdict = judge_order(company, found, seen(company, *found), Since())
    assert (verdict.is_ok, "dropped" in verdict.message) == (True, False)


def test_calls_and_pushes_come_in_order() -> None:
    """Mixed, by the journal's order; others may lie between, and none counts twice."""
    company = a_company()
    say(company, path="/im/sessions")
    session_id = open_session(company)
    say(company)
    company.submit(AgentSays(session_id=session_id, type="message", data={"content": "您好"}), None)
    company.submit(CloseSession(session_id=session_id, close_type=CloseType.NORMAL), None)
    asked = Criterion("call", {"path": "/im/sessions"})
    right, wrong, twice = (asked, POSTED, CLOSED), (CLOSED, POSTED), (asked, asked)

    verdict = judge_order(company, right, seen(company, *right), Since())
    assert (verdict.is_ok, verdict.matched, verdict.expected) == (True, 3, "3 in this order")
    assert verdict.entries == sorted(verdict.entries)
    verdict = judge_order(company, wrong, seen(company, *wrong), Since())
    assert (verdict.is_ok, verdict.matched) == (False, 1)
    assert "✗ 2. call method POST, path /im/messages: none after #" in verdict.message
    assert "before it there was #" in verdict.message
    assert not judge_order(company, twice, seen(company, *twice), Since()).is_ok


@pytest.mark.parametrize(
    ("least", "most", "words", "right", "wrong"),
    [
        (1, None, "at least 1", [1, 9], [0]),
        (0, 0, "never", [0], [1]),
        (0, 2, "at most 2", [0, 2], [3]),
        (2, 2, "exactly 2", [2], [1, 3]),
        (1, 3, "between 1 and 3", [1, 3], [0, 4]),
    ],
)
def test_how_many_in_words_and_numbers(
    least: int, most: int | None, words: str, right: list[int], wrong: list[int]
) -> None:
    """Both ends count."""
    how_many = HowMany(least, most)

    assert how_many.words == words
    assert all(how_many.holds(count) for count in right)
    assert not any(how_many.holds(count) for count in wrong)


def test_the_nearest_comes_first() -> None:
    """The one in which least is another; of equal ones the latest; three at most."""
    company = a_company()
    say(company, path="/robot/ask")
    near = say(company, "hello")
    also = say(company, "world")
    wrong_code = say(company, "hi", code=2000)
    criterion = Criterion(
        "call",
        {**POSTED.match, "code": 1000, "body": {"customer_token": "c-1", "message": {"data": {"content": "hi"}}}},
    )

    misses = near_misses(company, criterion, Since())
    assert [miss.id for miss in misses] == [wrong_code.id, also.id, near.id]
    assert [row.text for row in misses[2].differences] == ['body.message.data.content: expected "hi", found "hello"']
    assert [row.text for row in misses[0].differences] == ["code: expected 1000, found 2000"]
    assert misses == near_misses(company, criterion, Since())
    assert all(0 < miss.score < 1 for miss in misses)


def test_what_was_found_is_no_near_miss() -> None:
    """There were too few: those that fit stand under `entries`, the misses are others."""
    company = a_company()
    say(company)
    other = say(company, path="/im/mesages")

    assert [miss.id for miss in near_misses(company, POSTED, Since())] == [other.id]


def test_a_push_that_was_sent_again_is_one_near_miss() -> None:
    """Its first entry stands for it."""
    company = a_company(receive_url="http://127.0.0.1:9/")
    open_session(company)
    [order] = company.take_due()
    company.report(order.delivery_id, order.attempt_number, OK)
    company.resend(order.delivery_id, 1)

    assert len(near_misses(company, CLOSED, Since())) == 1


def test_a_typing_error_in_the_path_is_told_with_the_path_that_was_called() -> None:
    """The nearest called path comes first, whatever was called last."""
    company = a_company()
    said = say(company)
    say(company, path="/robots")

    miss = near_misses(company, Criterion("call", {"method": "POST", "path": "/im/mesages"}), Since())[0]
    assert (miss.id, [row.text for row in miss.differences]) == (
        said.id,
        ['path: expected "/im/mesages", found "/im/messages"'],
    )


def test_the_message_tells_all() -> None:
    """What was asked, how many matched, and the nearest with a tick or a cross for each criterion."""
    company = a_company()
    say(company, "hello")

    verdict = judged(company, Criterion("call", {**POSTED.match, "body": {"message": {"data": {"content": "hi"}}}}))
    assert verdict.message.splitlines() == [
        "expected at least 1 call, found 0:",
        "    method  POST",
        "    path    /im/messages",
        '    body    {"message": {"data": {"content": "hi"}}}',
        "the nearest:",
        "#1 POST /im/messages at 10:00:00",
        "    ✓ method: POST",
        "    ✓ path: /im/messages",
        '    ✗ body.message.data.content: expected "hi", found "hello"',
    ]


def test_too_many_are_listed() -> None:
    """The first ten, and how many more."""
    company = a_company()
    for _ in range(12):
        say(company)

    lines = judged(company, POSTED, HowMany(0, 1)).message.splitlines()
    assert lines[0] == "expected at most 1 call, found 12:"
    assert (len(lines), lines[-1]) == (15, "and 2 more")


@pytest.mark.parametrize(
    ("criterion", "settings", "words"),
    [
        (POSTED, {}, "no call of the emulated API has come"),
        (CLOSED, {}, "nothing has been pushed; neither receive_url nor h5_push_url is set"),
        (CLOSED, {"receive_url": "http://127.0.0.1:9/"}, "nothing has been pushed"),
    ],
)
def test_nothing_at_all_is_said_so(criterion: Criterion, settings: dict[str, Any], words: str) -> None:
    """There is no nearest then."""
    verdict = judged(a_company(**settings), criterion)

    assert (verdict.is_ok, verdict.message.splitlines()[-1], verdict.near_misses) == (False, words, [])


def test_too_few_that_were_dropped_are_told_so() -> None:
    """There may have been more."""
    company = a_company()
    company.journal.bound(max_entries=2, max_bytes=10**6)
    for _ in range(4):
        say(company)

    assert judged(company, POSTED, HowMany(3)).message.splitlines()[-1] == (
        "2 entries were dropped from the journal: there may have been more"
    )


def test_the_nearest_of_very_many_are_found_without_looking_closely_at_all() -> None:
    """What is cheap to look at chooses those that are."""
    company = a_company()
    wanted = say(company, "hello")
    for _ in range(1_000):
        say(company, path="/im/sessions")

    misses = near_misses(company, Criterion("call", {"path": "/im/messages", "body": {"x": 1}}), Since())
    assert misses[0].id == wanted.id


def test_going_on_comes_to_what_looking_at_all_comes_to() -> None:
    """After every step: calls that open and close, pushes that fail, are retried, end and are sent again."""
    company = a_company(receive_url="http://127.0.0.1:9/", push_retry_seconds=[1, 1])
    criteria = (
        Criterion("call", {"code": 1000}),
        Criterion("call", {"answer": {"$absent": True}}),
        Criterion("push", {"state": "pending"}),
        Criterion("push", {"state": "failed", "attempts": 3}),
        Criterion("push", {"type": "message"}),
    )
    watching = seen(company, *criteria)

    def check() -> None:
        watching.look()
        fresh = seen(company, *criteria)
        assert [watching.entries(at) for at in range(len(criteria))] == [
            fresh.entries(at) for at in range(len(criteria))
        ]

    session_id = open_session(company)
    for step in range(24):
        entry = opened(company)
        check()
        company.journal.close_call(entry, status=200, code=1000 if step % 2 else 2000, answer=b"{}")
        check()
        if step % 3 == 0:
            company.submit(AgentSays(session_id=session_id, type="message", data={"content": f"{step}"}), entry.id)
            check()
        for order in company.take_due():
            check()
            company.report(order.delivery_id, order.attempt_number, OK if step % 5 == 4 else FAILED)
            check()
        company.clock.jump(to=company.clock.now() + timedelta(seconds=1))
        ended = [row.id for row in company.outbox.deliveries.values() if row.state == "failed"]
        if step % 7 == 6 and ended:
            company.resend(ended[0], entry.id)
            check()

    assert all(watching.count(at) for at in (0, 4))
