"""What came of what: DESIGN "Journal"; issue 5, point 2."""

from datetime import UTC, datetime

from mock_udesk.company.company import Company
from mock_udesk.company.journal.correlation import caused, chain, tree
from mock_udesk.company.journal.entries import CallEntry
from mock_udesk.company.journal.raw import raw
from mock_udesk.company.secrets.credentials import CredentialMask
from mock_udesk.company.signing.open_api import Credentials
from mock_udesk.desk.effects import Happened
from mock_udesk.desk.happenings import Happening

from .test_feed import NOW, a_call, a_company, put

LATER = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
TOKEN = "00000000-0000-4000-8000-000000000000"


def happened(company: Company, cause: int | None) -> int:
    """A happening; replies with its entry's number."""
    return company.journal.happened(Happened(at=NOW, kind=Happening.QUEUED), cause)


def test_all_that_came_of_a_call_hangs_on_its_tree() -> None:
    """Call, happening, push; what another call caused is none of it."""
    company = a_company()
    call, other = a_call(company), a_call(company)
    first = happened(company, call.id)
    happened(company, other.id)
    put(company, first)
    found = caused(company.journal, call.id)
    whole = tree(company, call, found)

    assert [entry.id for entry in found] == [3, 5]
    assert (whole["id"], [node["id"] for node in whole["caused"]]) == (1, [3])
    (push,) = whole["caused"][0]["caused"]
    assert (push["kind"], push["delivery_id"], push["state"], push["attempts"]) == ("push", 1, "pending", [])


def test_a_chain_begins_with_its_root() -> None:
    """Back from the push over all its causes."""
    company = a_company()
    first = happened(company, a_call(company).id)
    number = put(company, first)

    links = chain(company, company.outbox.get(number))

    assert [(link["id"], link["kind"]) for link in links] == [(1, "call"), (2, "happening")]


def test_a_chain_that_no_call_began_begins_with_a_timer() -> None:
    """A push of a timer's, and one of what a timer made happen."""
    company = a_company()
    alone, second = put(company, None), put(company, happened(company, None))

    assert [link["kind"] for link in chain(company, company.outbox.get(alone))] == ["timer"]
    assert [link["kind"] for link in chain(company, company.outbox.get(second))] == ["timer", "happening"]


def test_a_chain_says_that_its_root_was_dropped() -> None:
    """Forgotten calls leave their pushes."""
    company = a_company()
    number = put(company, happened(company, a_call(company).id))
    company.journal.clear_calls()

    links = chain(company, company.outbox.get(number))

    assert [(link["id"], link["kind"]) for link in links] == [(1, "dropped"), (2, "happening")]


def test_a_call_without_an_answer_has_none() -> None:
    """Open, or its connection was closed without a byte."""
    entry = CallEntry(id=1, at=NOW, kind="call", method="GET", path="/a?b=%E4", headers=((b"X-\xe4", b"\xff"),))

    assert raw(entry) == {"request": "GET /a?b=%E4 HTTP/1.1\r\nX-\\xe4: \\xff\r\n\r\n", "answer": None}


def test_keys_are_hidden_however_they_are_spelled() -> None:
    """As they are, percent-encoded, in JSON's escapes; a word that is a password is none to hide."""
    odd = 'geheim "+/ 钥匙'
    mask = CredentialMask([Credentials(email="a@b", password="password", token=TOKEN, secret=odd)])
    row = {"a": [f"x{TOKEN}y", {"b": odd}], "c": "geheim%20%22%2B%2F%20%E9%92%A5%E5%8C%99", "password": "password"}

    assert mask.over_row(row) == {"a": ["x***y", {"b": "***"}], "c": "***", "password": "password"}


def test_what_holds_no_key_is_left_alone() -> None:
    """The same object, not a copy."""
    row = {"a": 1}

    assert CredentialMask([Credentials(email="a@b", password="p", token=TOKEN, secret=TOKEN)]).over_row(row) is row
