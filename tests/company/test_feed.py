"""What a reader of the journal is told after a cursor: in order, once, and what it missed."""

from datetime import UTC, datetime
from typing import Any

from hypothesis import given
from hypothesis import settings as profile
from hypothesis import strategies as st

from mock_udesk.company.company import Company
from mock_udesk.company.founding import Founding
from mock_udesk.company.journal.entries import CallEntry, Late
from mock_udesk.company.journal.feed import Cursor, Wanted, after_missed, missed, newest, rows_after, told
from mock_udesk.company.journal.subject import Subject
from mock_udesk.company.pushes.deliveries import Result
from mock_udesk.company.signing.open_api import Credentials
from mock_udesk.settings import Settings

NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
FINE = Result(200, "", "", 0.01, True)


def a_company(**settings: Any) -> Company:
    chosen = Settings(receive_url="http://app.test/receive").changed(settings)
    keys = Credentials(email="a@b.test", password="p", token="t" * 36, secret="s" * 36)
    founding = Founding(subdomain="demo", credentials=keys, now=NOW, rate=0, settings=chosen)
    return Company(founding, chosen, epoch=1, ring=lambda: None)


def a_call(company: Company, path: str = "/open_api_v1/im/agent_status") -> CallEntry:
    entry = company.journal.open_call("call", "GET", path, (), NOW)
    company.journal.close_call(entry, status=200, code=1000, answer=b"{}")
    return entry


def put(company: Company, cause: int | None = None) -> int:
    """A push on its way, with its entry; replies with its delivery's id."""
    delivery = company.outbox.draft(
        target="receive_url",
        customer_id=1,
        session_id=None,
        push="agent_messages",
        body=b'{"messages":[]}',
        cause=cause,
        now=NOW,
    )
    company.outbox.place(delivery, NOW, url="http://app.test/receive")
    company.journal.pushed(delivery.id, NOW, cause)
    return delivery.id


def read(company: Company, cursor: Cursor, step: int = 100) -> list[Cursor]:
    """All cursors after this one, so many at a time."""
    seen: list[Cursor] = []
    while rows := rows_after(company, cursor, step):
        seen += [at for at, _ in rows]
        cursor = seen[-1]
    return seen


def test_what_becomes_of_a_push_comes_after_its_entry() -> None:
    """The attempt, then the state: late changes after the entry that was the newest then."""
    company = a_company()
    a_call(company)
    company.journal.pushed(1, NOW, 1)
    company.journal.changed("attempt", 1, attempt=1)
    company.journal.changed("delivery", 1)
    a_call(company)

    assert read(company, (0, 0)) == [(1, 0), (2, 0), (2, 1), (2, 2), (3, 0)]
    assert newest(company) == (3, 0)


def test_an_attempt_and_its_end_are_told() -> None:
    """What the courier reports: the attempt each time, the state when it is the last."""
    company = a_company(push_retry_seconds=[10])
    put(company)
    for result in (Result(500, "", "", 0.01, True), FINE):
        (order,) = company.take_due()
        company.report(order.delivery_id, order.attempt_number, result)
        company.clock.jump(to=company.clock.after(10))

    rows = [told(row, company) or {} for row in company.journal.late]
    assert [(row["kind"], row.get("outcome"), row.get("state")) for row in rows] == [
        ("attempt", "failed", None),
        ("attempt", "delivered", None),
        ("delivery", None, "delivered"),
    ]


def test_a_push_whose_url_is_gone_is_told_to_have_ended() -> None:
    """Without an attempt."""
    company = a_company()
    put(company)
    company.change_settings({"receive_url": None}, None)

    assert company.take_due() == []
    assert list(company.journal.late) == [Late(1, 1, "delivery", 1)]


def test_a_call_is_told_again_only_to_those_who_saw_it_open() -> None:
    """Nobody reads: nothing is noted."""
    company = a_company()
    unseen = company.journal.open_call("call", "GET", "/a", (), NOW)
    seen = company.journal.open_call("call", "GET", "/b", (), NOW)
    company.journal.seen_open.add(seen.id)
    for entry in (unseen, seen):
        company.journal.close_call(entry, status=200, code=1000, answer=b"")

    assert list(company.journal.late) == [Late(2, 1, "answered", 2)]
    assert company.journal.seen_open == set()


def test_what_was_dropped_is_counted_from_where_a_reader_was() -> None:
    """And it goes on behind it."""
    company = a_company(journal_max_entries=100)
    for _ in range(130):
        a_call(company)

    assert (missed(company, (10, 0)), missed(company, (30, 0))) == (20, 0)
    assert after_missed(company, (10, 0)) == (30, 0)


def test_late_changes_are_bounded_too() -> None:
    """As many as entries; a reader that missed some is told so."""
    company = a_company(journal_max_entries=100)
    a_call(company)
    for _ in range(150):
        company.journal.changed("delivery", 1)

    assert (len(company.journal.late), missed(company, (1, 3)), missed(company, (1, 50))) == (100, 1, 0)
    assert read(company, after_missed(company, (1, 3)))[0] == (1, 51)


def test_what_nobody_knows_any_more_is_not_told() -> None:
    """A push that the outbox has dropped."""
    assert told(Late(1, 1, "delivery", 99), a_company()) is None


def test_a_customer_is_waited_for_whom_nobody_knows_yet() -> None:
    """A filter by token or session is none that must find somebody."""
    company = a_company()
    entry = a_call(company, "/open_api_v1/im/sessions?customer_token=c-9")
    entry.customer_token = "c-9"

    assert Wanted(subject=Subject(customer_token="c-9")).fits(entry, company)
    assert not Wanted(subject=Subject(customer_token="c-8")).fits(entry, company)
    assert not Wanted(kinds=frozenset({"push"})).fits(entry, company)


@profile(max_examples=60, deadline=None)
@given(
    st.lists(st.sampled_from(["call", "push", "late", "clear"]), max_size=250),
    st.integers(1, 7),
    st.lists(st.integers(0, 250), max_size=5),
)
def test_nothing_is_skipped_or_told_twice(steps: list[str], size: int, pauses: list[int]) -> None:
    """However many at a time are read, and whatever comes or is cleared between; what was told is never told again."""
    company = a_company(journal_max_entries=1000)
    seen: list[Cursor] = []
    wanted: list[Cursor] = []
    for place, step in enumerate(steps):
        match step:
            case "call":
                a_call(company)
            case "push":
                company.journal.pushed(1, NOW, None)
            case "late":
                company.journal.changed("delivery", 1)
            case _:
                # Who has read all misses nothing.
                seen += read(company, seen[-1] if seen else (0, 0), size)
                company.journal.clear_calls()
        if step != "clear":
            wanted.append(newest(company))
        if place in pauses:
            seen += [at for at, _ in rows_after(company, seen[-1] if seen else (0, 0), size)]
    seen += read(company, seen[-1] if seen else (0, 0), size)

    assert seen == wanted
