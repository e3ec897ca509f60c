"""The journal: numbered entries with their causes, bounded by count and bytes, secrets never kept."""

import json
from datetime import UTC, datetime

from mock_udesk.company.journal.entries import CallEntry, shown
from mock_udesk.company.journal.journal import Journal
from mock_udesk.company.journal.raw import raw
from mock_udesk.desk.effects import Happened
from mock_udesk.desk.happenings import Happening

NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)


def a_journal(max_entries: int = 100, max_bytes: int = 1_000_000) -> Journal:
    return Journal(max_entries=max_entries, max_bytes=max_bytes)


def a_call(
    journal: Journal, path: str = "/open_api_v1/im/messages", body: bytes = b"", answer: bytes = b'{"code":1000}'
) -> CallEntry:
    entry = journal.open_call("call", "POST", path, ((b"Host", b"127.0.0.1:8090"), (b"X-App", b"shop")), NOW)
    entry.body = body
    journal.close_call(entry, status=200, code=1000, answer=answer)
    return entry


def test_a_happening_names_the_call_that_made_it_happen() -> None:
    """Architecture: each entry carries its cause."""
    journal = a_journal()
    call = a_call(journal)
    journal.happened(
        Happened(at=NOW, kind=Happening.MESSAGE, customer_id=1, reason="said", facts={"type": "message"}), call.id
    )

    assert [shown(entry) for entry in journal][1] == {
        "id": 2,
        "kind": "happening",
        "at": "2026-11-22T10:00:00.000+08:00",
        "cause": 1,
        "happening": "message",
        "customer_id": 1,
        "session_id": None,
        "agent_id": None,
        "reason": "said",
        "facts": {"type": "message"},
    }


def test_the_oldest_entries_are_dropped_and_counted() -> None:
    """Bounded by count, and it says what it dropped."""
    journal = a_journal(max_entries=3)
    for _ in range(5):
        a_call(journal)

    assert ([entry.id for entry in journal], journal.dropped) == ([3, 4, 5], 2)


def test_a_journal_is_bounded_by_bytes_too() -> None:
    """One large answer pushes out many small ones, but is kept itself."""
    journal = a_journal(max_bytes=5_000)
    for _ in range(4):
        a_call(journal)
    a_call(journal, answer=b"x" * 4_900)

    assert ([entry.id for entry in journal], journal.dropped) == ([5], 4)


def test_what_is_said_of_a_call_weighs_too() -> None:
    """Detail and warnings may be long."""
    journal = a_journal()
    a_call(journal)
    before = journal.weight
    entry = journal.open_call("call", "POST", "/open_api_v1/im/messages", (), NOW)
    entry.detail, entry.warnings = "d" * 10_000, ["w" * 20_000, "x" * 30_000]
    journal.close_call(entry, status=200, code=2000, answer=b"")

    assert journal.weight - before > 60_000


def test_a_happening_weighs_what_its_facts_hold() -> None:
    """A message of 64 kB is no smaller in the journal for being a fact."""
    journal = a_journal()
    facts = {"type": "message", "data": {"content": "x" * 60_000, "rows": [{"a": "y" * 5_000}]}, "ids": [1, 2]}
    journal.happened(Happened(at=NOW, kind=Happening.MESSAGE, facts=facts), None)

    assert 65_000 < journal.weight < 67_000


def test_dropping_never_miscounts_the_bytes_of_a_call_still_open() -> None:
    """A call that outlives its place in the journal is counted neither in nor out."""
    journal = a_journal(max_entries=2)
    slow = journal.open_call("call", "GET", "/slow", (), NOW)
    for _ in range(3):
        a_call(journal)
    before = journal.weight
    journal.close_call(slow, status=200, code=1000, answer=b"late")

    assert journal.weight == before


def test_an_entry_is_found_by_its_number() -> None:
    """Also after older ones were dropped and calls were cleared."""
    journal = a_journal(max_entries=10)
    for _ in range(12):
        a_call(journal)
    journal.happened(Happened(at=NOW, kind=Happening.QUEUED), 12)
    journal.clear_calls()
    last = a_call(journal)

    assert journal.get(last.id) is last
    assert journal.get(13) is not None
    assert [journal.get(number) for number in (1, 5, 12, 99)] == [None, None, None, None]


def test_a_password_is_never_kept() -> None:
    """No secret in any journal; /log_in names what to hide."""
    journal = a_journal()
    entry = journal.open_call("call", "POST", "/open_api_v1/log_in?password=geheim", (), NOW)
    entry.body = b'{"email": "admin@demo.test", "password": "geheim"}'
    journal.close_call(
        entry,
        status=200,
        code=1000,
        answer=b'{"code":1000,"open_api_auth_token":"t-1"}',
        masks=("password", "open_api_auth_token"),
    )

    assert "geheim" not in json.dumps(shown(entry))
    assert shown(entry)["body"] == {"email": "admin@demo.test", "password": "***"}
    assert shown(entry)["answer"] == {"code": 1000, "open_api_auth_token": "***"}
    assert shown(entry)["query"] == "password=***"


def test_a_password_is_not_shown_while_its_call_is_open_either() -> None:
    """What an answer ends is masked then; who reads before sees none."""
    entry = a_journal().open_call("operator", "POST", "/_mock/verify?token=geheim", (), NOW)
    entry.body = b'{"body": {"password": "geheim"}}'

    assert "geheim" not in json.dumps([shown(entry), raw(entry)])


def test_a_header_whose_name_tells_of_a_secret_is_hidden() -> None:
    """In any case, and so is what a proxy adds."""
    names = (b"AUTHORIZATION", b"Cookie", b"Proxy-Authorization", b"X-Api-Token", b"x-client-secret")
    entry = a_journal().open_call("call", "GET", "/a", tuple((name, b"geheim") for name in names), NOW)

    assert set(shown(entry)["headers"].values()) == {"***"}
    assert "geheim" not in str(raw(entry))


def test_what_is_dropped_is_counted_in_bytes_too() -> None:
    """And up to which number: a reader of events that was there missed the rest."""
    journal = a_journal(max_entries=3)
    for _ in range(3):
        a_call(journal)
    weight = journal.weight
    for _ in range(3):
        a_call(journal)

    assert (journal.dropped_bytes, journal.dropped_up_to) == (weight, 3)


def test_entries_after_a_number_are_found_near_and_far() -> None:
    """Also after calls were cleared, and when all of that number on were dropped."""
    journal = a_journal(max_entries=400)
    for number in range(450):
        journal.pushed(number, NOW, None)
        if number % 3 == 0:
            a_call(journal)
    journal.clear_calls()
    kept = [entry.id for entry in journal]

    for number in (0, 1, kept[0], kept[5], kept[-80], kept[-2], kept[-1], journal.last_id, journal.last_id + 9):
        assert [entry.id for entry in journal.after(number)] == [one for one in kept if one > number]


def test_a_form_with_a_password_is_hidden_too() -> None:
    """What can be read as a form is masked, what can't be read is hidden whole."""
    journal = a_journal()
    form = journal.open_call("call", "POST", "/open_api_v1/log_in", (), NOW)
    form.body = b"email=a%40b.c&password=geheim"
    journal.close_call(form, status=200, code=2005, answer=b"{}", masks=("password",))
    odd = journal.open_call("call", "POST", "/open_api_v1/log_in", (), NOW)
    odd.body = b"geheim"
    journal.close_call(odd, status=200, code=2005, answer=b"{}", masks=("password",))

    assert (form.body, odd.body) == (b"email=a%40b.c&password=***", b"***")


def test_a_password_is_hidden_however_deep_it_stands() -> None:
    """POST /agents has it below `agent`, as JSON or as a form of Rack's."""
    journal = a_journal()
    deep = journal.open_call("call", "POST", "/agents?agent%5Bpassword%5D=geheim&a=1", (), NOW)
    deep.body = b'{"agent": {"nick_name": "Tom", "password": "geheim"}}'
    journal.close_call(deep, status=200, code=1000, answer=b'{"code":1000}', masks=("password",))
    form = journal.open_call("call", "POST", "/agents", (), NOW)
    form.body = b"agent[nick_name]=Tom&agent[password]=geheim"
    journal.close_call(form, status=200, code=1000, answer=b'{"code":1000}', masks=("password",))

    assert shown(deep)["body"] == {"agent": {"nick_name": "Tom", "password": "***"}}
    assert deep.path == "/agents?agent%5Bpassword%5D=***&a=1"
    assert form.body == b"agent[nick_name]=Tom&agent[password]=***"


def test_the_export_leaves_out_what_was_measured() -> None:
    """Hosts, wall stamps and durations differ from run to run; the export must not."""
    journal = a_journal()
    entry = a_call(journal, body=b'{"a":1}')
    entry.received_at, entry.seconds = NOW, 0.0123

    row = json.loads(journal.export())

    assert "measured" not in row
    assert row["headers"] == {"X-App": "shop"}
    assert row["body"] == {"a": 1}


def test_the_export_leaves_out_what_an_operator_was_answered() -> None:
    """Signed URLs and base URLs hold this server's port."""
    journal = a_journal()
    entry = journal.open_call("operator", "POST", "/_mock/sign", (), NOW)
    answer = b'{"url":"http://127.0.0.1:40123/open_api_v1/im"}'
    journal.close_call(entry, status=200, code=None, answer=answer)

    assert b"40123" not in journal.export()
    assert (shown(entry)["answer"], shown(entry)["measured"]["answer"]) == (None, json.loads(answer))


def test_a_fault_is_a_problem_too() -> None:
    """Our own bugs fail the test that met them."""
    journal = a_journal()
    journal.fault(NOW, None, "KeyError: 3", "Traceback …")

    assert [(problem.kind, problem.text) for problem in journal.problems] == [("fault", "KeyError: 3")]
