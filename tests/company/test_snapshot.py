"""A snapshot has all of a company: another company made of it goes on as if nothing had happened. Issue 5."""

import base64
import json
from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256
from random import Random
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import Phase, given, seed, settings
from hypothesis import strategies as st
from pydantic_core import from_json, to_json

from mock_udesk import __version__
from mock_udesk.company.awaiting.upcoming import upcoming
from mock_udesk.company.companies import Companies
from mock_udesk.company.company import Company
from mock_udesk.company.founding import made_up
from mock_udesk.company.pushes.deliveries import Result
from mock_udesk.company.signing.open_api import Credentials
from mock_udesk.company.snapshot.snapshot import read, taken
from mock_udesk.desk.commands import AgentSays, SendMessage
from mock_udesk.desk.errors import DeskError, UsageError
from mock_udesk.endpoint import Limit
from mock_udesk.scenario.loader import load
from mock_udesk.scenario.scenario import Scenario, Source
from mock_udesk.settings import Settings

from .. import NOW
from ..desk.test_properties import a_step, aimed
from .test_company import OK, Silent, a_company, a_founding, open_session, play
from .test_playing import REFUND, ask, say, scenario

URL = "http://127.0.0.1:9/"
KEYS = Credentials(email="other@x.test", password="another", token="t" * 36, secret="s" * 36)
FAILED = Result(status=500, reason="", answer="no", seconds=0.001, is_answered=True)
GONE = Result(status=None, reason="refused", answer="", seconds=0.001, is_answered=False)
# Waits of every kind, made-up words, what was said kept, and each way to another agent.
EVERYTHING: dict[str, Any] = {
    "scenario": "everything",
    "company": {"settings": {"assign_seconds": 4, "queue_timeout_seconds": 50, "customer_idle_close_seconds": 300}},
    "rules": [
        {
            "on": "message",
            "times": 3,
            "do": [
                {"set": {"word": "{{ fake.word() }}"}},
                {"wait": "2s"},
                {"reply": "{{ vars.word }} {{ fake.name() }}"},
                {"wait_for": {"on": "message", "within": "20s", "else": [{"reply": "{{ fake.name() }}"}]}},
                {"transfer": "Jerry"},
                "invite_survey",
            ],
        },
        {"on": "queued", "do": [{"wait": "30s"}, {"push": {"word": "{{ fake.word() }}"}}]},
        {"on": "robot_question", "do": [{"wait": "1s"}, {"reply": "{{ fake.word() }}"}]},
        {"on": "leave_message", "do": [{"wait": "1s"}, "solve"]},
    ],
}
LATER: dict[str, Any] = {"scenario": "later", "rules": [{"on": "message", "do": [{"wait": "3s"}, "read"]}]}
PLANS: tuple[dict[str, Any], ...] = (
    {"on": "push", "probability": 0.3, "do": {"delay_seconds": {"uniform": [1, 9]}}},
    {"on": "push", "probability": 0.2, "do": {"duplicate": 1}},
    {"on": "push", "times": 2, "probability": 0.5, "do": {"hold": True}},
    {"on": "push", "times": 2, "probability": 0.5, "do": {"reorder": True}},
    {"on": "push", "match": {"type": "message"}, "probability": 0.2, "do": {"corrupt": "truncated"}},
    {"on": "push", "probability": 0.2, "expires_in_seconds": 60, "do": {"drop": True}},
)


def of_data(data: dict[str, Any]) -> Scenario:
    return load([Source(file="scenario", data=data)])


def restored(company: Company) -> Company:
    """Another company, made of a snapshot of this one."""
    return read(snapshot(company), version=__version__).company(
        subdomain=company.founding.subdomain, credentials=company.credentials, epoch=2, ring=lambda: None
    )


def snapshot(company: Company) -> bytes:
    return taken(company, keys=[company.credentials], version=__version__)


def sealed(company: object, **others: object) -> bytes:
    """A snapshot with a digest that is right, whatever is in it."""
    body = to_json(company)
    digest = sha256(f"1 {__version__}\n".encode() + body).hexdigest()
    return to_json({"format": 1, "mock_udesk": __version__, "digest": digest, "company": company} | others)


def written(company: Company) -> tuple[bytes, list[dict[str, Any]]]:
    """All that a company has to show: its journal, and its pushes with their attempts."""
    return company.journal.export(), [to_plain(delivery) for delivery in company.outbox.deliveries.values()]


def to_plain(thing: object) -> dict[str, Any]:
    plain: dict[str, Any] = from_json(to_json(thing, bytes_mode="base64"))
    return plain


# -- a day, once and on two companies -----------------------------------------------------------------------------------


def live(company: Company, chance: Random, steps: int) -> None:
    """So many steps of a day, by chance: calls, robots, scenarios that come and go, faults, receivers that fail, time."""

    def pick(options: Any) -> Any:
        return options[chance.randrange(len(options))]

    for _ in range(steps):
        entry = company.journal.open_call("call", "POST", "/x", (), company.clock.now())
        try:
            match chance.randrange(24):
                case 0:
                    played = pick((EVERYTHING, EVERYTHING, LATER, None))
                    if played is None:
                        company.unload_scenario(entry.id)
                    elif company.scenario is None or pick(range(4)) == 0:
                        company.load_scenario(of_data(played), entry.id)
                case 1:
                    number = pick(range(1, company.outbox.last_id + 2))
                    if pick((True, False)):
                        company.resend(number, entry.id)
                    else:
                        company.release(number)
                case 2:
                    company.faults.add(pick(PLANS), company.clock.now())
                case 3 | 4 | 5 | 6:
                    company.clock.jump(to=company.clock.now() + timedelta(seconds=pick((0, 0.5, 1, 3, 10, 60, 700))))
                    company.wake()
                case 7 | 8 | 9:
                    for order in company.take_due():
                        company.report(order.delivery_id, order.attempt_number, pick((OK, OK, OK, FAILED, GONE)))
                case 10:
                    company.nonces.spend(f"n-{chance.randrange(50)}", company.clock.now())
                    company.limits.take("x", Limit(3, 60.0), pick("ab"), company.clock.now())
                case 11:
                    company.change_settings({"push_retry_seconds": pick(([], [1.0], [1.0, 5.0]))}, entry.id)
                case _:
                    company.submit(aimed(a_step(pick), company.desk), entry.id)
        except (DeskError, UsageError) as error:
            entry.detail = str(error)
        company.journal.close_call(entry, status=200, code=1000, answer=b"{}")
    for order in company.take_due():
        company.report(order.delivery_id, order.attempt_number, FAILED)


@seed(5)
@settings(max_examples=20, deadline=None, phases=(Phase.generate,))
@given(st.integers(0, 2**32))
def test_the_rest_of_any_day_is_the_same_on_a_company_that_was_put_back(number: int) -> None:
    """Byte for byte: the journal, and every push with its attempts; and so is a snapshot of each at the end."""
    founding = a_founding(
        seed=number, scenario=of_data(EVERYTHING) if number % 2 else None, settings=Settings(receive_url=URL)
    )
    company = Company(founding, founding.first_settings, epoch=1, ring=lambda: None)
    chance = Random(number)
    live(company, chance, chance.randrange(20, 80))

    twin = restored(company)

    assert written(twin) == written(company)
    rest = chance.getrandbits(64)
    for each in (company, twin):
        live(each, Random(rest), 60)
    assert written(twin) == written(company)
    assert upcoming(company, 100) == upcoming(twin, 100)
    assert snapshot(twin) == snapshot(company)


def test_all_that_a_company_holds_is_put_back() -> None:
    """Whatever is added to a company or to its journal is kept in a snapshot, or stands here with the reason why not."""
    made_anew = {"founding", "first_day", "epoch", "clock", "desk", "journal", "scenario", "_ring", "_survey"}
    # Whom a reader of events was shown a call that is open: readers belong to a server, and no call is open in a snapshot.
    # What was noted is counted for the server's own metrics.
    not_kept = {"seen_open", "noted"}
    company = a_company(receive_url=URL, assign_seconds=5)
    play(company)
    company.faults.add(PLANS[0], NOW)
    live(company, Random(3), 40)
    # A number that is 0 anyway would not show that it was forgotten.
    company.journal.dropped_problems = 2

    twin = restored(company)

    own, others = vars(company), vars(twin)
    assert {name: own[name] for name in own.keys() - made_anew} == {
        name: others[name] for name in others.keys() - made_anew
    }
    own, others = vars(company.journal), vars(twin.journal)
    assert own.keys() == others.keys()
    # Facts are plain JSON values: what was a tuple comes back as a list.
    assert to_json(
        {name: list(own[name]) if name == "_entries" else own[name] for name in own.keys() - not_kept},
        bytes_mode="base64",
    ) == (
        to_json(
            {name: list(others[name]) if name == "_entries" else others[name] for name in own.keys() - not_kept},
            bytes_mode="base64",
        )
    )
    assert twin.desk.state == company.desk.state
    assert (twin.clock.now(), twin.clock.rate, twin.scenario) == (
        company.clock.now(),
        company.clock.rate,
        company.scenario,
    )
    assert twin.founding == company.founding


def test_taking_a_snapshot_changes_nothing_and_two_are_equal() -> None:
    """On a still clock the bytes of both are the same, and so is the journal."""
    company = a_company(receive_url=URL)
    play(company)
    before = company.journal.export()

    first, second = snapshot(company), snapshot(company)

    assert first == second
    assert company.journal.export() == before


def test_a_snapshot_of_a_company_that_was_put_back_is_the_same_snapshot() -> None:
    """Nothing is lost or added on the way."""
    company = a_company(receive_url=URL)
    play(company)
    live(company, Random(1), 50)

    assert snapshot(restored(company)) == snapshot(company)


def test_time_goes_on_from_the_snapshots_moment_at_its_rate() -> None:
    """However long it lay: company time stood still meanwhile."""
    company = a_company()
    company.clock.set(now=NOW + timedelta(seconds=77), rate=0)

    twin = restored(company)

    assert (twin.clock.now(), twin.clock.rate) == (NOW + timedelta(seconds=77), 0)


def test_a_nonce_stays_spent_and_a_limit_counted() -> None:
    """What was used up by calls before is used up after."""
    company = a_company()
    company.nonces.spend("n-1", NOW)
    for _ in range(3):
        company.limits.take("x", Limit(3, 1.0), "", NOW)

    twin = restored(company)

    assert twin.nonces.spent_at("n-1", NOW) == NOW
    assert twin.limits.take("x", Limit(3, 1.0), "", NOW) == 1.0


def test_a_reset_afterwards_goes_to_the_founding_of_the_snapshot() -> None:
    """Same seed, same scenario, same first answers, whatever the company had been founded with into which it was put."""
    founding = a_founding(seed=7, scenario=scenario(), settings=Settings(receive_url=URL, auth="off"))
    source = Company(founding, founding.first_settings, epoch=1, ring=lambda: None)
    say(source, "退款", ask(source))
    companies = Companies(a_founding(subdomain="x", credentials=KEYS, seed=1), Silent())

    companies.restore(companies.default, snapshot(source), version=__version__)
    companies.reset(companies.default, settings=True)

    twin, anew = companies.default.company, Company(founding, founding.first_settings, epoch=1, ring=lambda: None)
    assert (twin.credentials, twin.founding.subdomain) == (KEYS, "x")
    for company in (twin, anew):
        say(company, "退款", ask(company))
        company.clock.jump(to=NOW + timedelta(seconds=3))
        company.wake()
    assert twin.journal.export() == anew.journal.export()
    assert twin.settings == anew.settings


def test_a_scenario_goes_on_in_mid_run_with_the_same_made_up_words() -> None:
    """Templates, variables and `fake` derive from the seed and what was counted, which are in the snapshot."""
    founding = a_founding(scenario=of_data(EVERYTHING), settings=Settings(receive_url=URL))
    company = Company(founding, founding.first_settings, epoch=1, ring=lambda: None)
    say(company, "hi", ask(company))

    twin = restored(company)

    for each in (company, twin):
        each.clock.jump(to=NOW + timedelta(seconds=30))
        each.wake()
    bodies = [[row.body for row in each.outbox.deliveries.values()] for each in (company, twin)]
    # The session's start, and the run's two answers.
    assert len(bodies[0]) == 3
    assert bodies[0] == bodies[1]


@pytest.mark.parametrize("played", [scenario(), of_data(LATER)])
def test_a_scenario_that_was_put_is_played_on_and_one_of_an_object_has_no_lines(played: Scenario) -> None:
    """Its places are told as before: with lines for a text, without for an object."""
    company = a_company()
    company.load_scenario(played, None)

    twin = restored(company)

    assert (twin.scenario, twin.founding.scenario) == (played, None)
    assert twin.scenario is not None
    assert [rule.place for rule in twin.scenario.script.rules] == [rule.place for rule in played.script.rules]


# -- secrets ------------------------------------------------------------------------------------------------------------


def test_no_credentials_are_in_a_snapshot_wherever_they_were_sent() -> None:
    """In no text, in no body, not percent-encoded either; not those of another company, and none of a header that is secret."""
    keys = Credentials(email="a@b.test", password="pass/word-4711", token="tok-" + "5" * 30, secret="sec/" + "é7" * 16)
    company = Company(a_founding(credentials=keys), Settings(receive_url=URL), epoch=1, ring=lambda: None)
    session_id = open_session(company)
    for place, sent in enumerate((keys.token, keys.secret, keys.password, KEYS.token, KEYS.secret)):
        entry = company.journal.open_call(
            "call",
            "POST",
            f"/open_api_v1/im/sessions?sign={quote(sent, safe='')}&x={sent}",
            ((b"Authorization", b"Bearer control-token"), (b"X-Sent", sent.encode())),
            NOW,
        )
        entry.body, entry.detail = to_json({"content": sent}), f"sign {sent} is wrong"
        entry.warnings.append(f"{sent} is unknown")
        entry.customer_token = sent if place < 2 else None
        company.journal.close_call(entry, status=200, code=2059, answer=to_json({"message": sent}))
        company.journal.problem("refused_signature", NOW, f"{sent} was refused", entry.id)
    for sent in (keys.token, keys.secret):
        company.submit(AgentSays(session_id=session_id, type="message", data={"content": sent}), None)
        company.nonces.spend(sent, NOW)

    text = taken(company, keys=[keys, KEYS], version=__version__).decode()

    sources = [text, *decoded(json.loads(text))]
    secrets = (keys.token, keys.secret, keys.password, KEYS.token, KEYS.secret, "control-token")
    forms = {form for secret in secrets for form in (secret, quote(secret, safe=""), json.dumps(secret)[1:-1])}
    assert [form for form in forms for source in sources if form in source] == []
    read(text.encode(), version=__version__)


def decoded(value: object) -> list[str]:
    """All texts in it that may be base64, decoded."""
    match value:
        case dict():
            return [text for inner in value.values() for text in decoded(inner)]
        case list():
            return [text for inner in value for text in decoded(inner)]
        case str():
            try:
                return [base64.urlsafe_b64decode(value).decode("utf-8", errors="replace")]
            except ValueError:
                return []
        case _:
            return []


def test_a_word_that_is_somebodys_password_is_not_hidden_from_what_customers_say() -> None:
    """What is hidden in people's data is what can be nothing but a key: a snapshot goes on as if nothing had happened."""
    company = a_company(receive_url=URL)
    session_id = open_session(company)
    said = SendMessage(
        customer_token="c-1", session_id=session_id, message_id="m", type="message", data={"content": "my password"}
    )
    company.submit(said, None)

    twin = restored(company)

    assert twin.desk.state == company.desk.state


# -- what is refused ----------------------------------------------------------------------------------------------------


def a_snapshot() -> dict[str, Any]:
    company = a_company(receive_url=URL)
    play(company)
    whole: dict[str, Any] = json.loads(snapshot(company))
    return whole


def changed(path: str, value: object) -> Callable[[dict[str, Any]], bytes]:
    """A snapshot with something else at a place, and a digest that fits."""

    def change(whole: dict[str, Any]) -> bytes:
        *way, last = path.split(".")
        place = whole["company"]
        for name in way:
            place = place[name]
        place[last] = value
        return sealed(whole["company"])

    return change


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (lambda _: b"", "nothing in the body"),
        (lambda _: b"  \n", "nothing in the body"),
        (lambda whole: to_json(whole)[:-200], "not JSON, or was cut"),
        (lambda _: b"\xff\xfe\x00", "not JSON"),
        (lambda _: b"[" * 100_000, "not JSON"),
        (lambda _: b'{"company":' * 100_000, "not JSON"),
        (lambda _: b'{"format": NaN}', "not JSON"),
        (lambda _: b'{"format": "\\ud800"}', "not JSON"),
        (lambda _: b"null", "it is null, not an object"),
        (lambda _: b"[1]", "it is a list"),
        (lambda _: '"快照"'.encode(), "it is a text"),
        (lambda _: b"12", "it is a number"),
        (lambda _: b"true", "it is true or false"),
        (lambda _: b"{}", "format, mock_udesk, digest, company are missing"),
        (lambda whole: to_json({**whole, "快": 1}), "'快' is unknown"),
        (lambda whole: to_json({**whole, "format": 2}), "its format is 2"),
        (lambda whole: to_json({**whole, "format": True}), "its format is True"),
        (lambda whole: to_json({**whole, "format": "9" * 10_000}), "its format is '999"),
        (lambda whole: to_json({**whole, "mock_udesk": "9.0"}), "taken by mock-udesk 9.0"),
        (lambda whole: to_json({**whole, "mock_udesk": [1]}), "taken by mock-udesk"),
        (lambda whole: to_json({**whole, "digest": 7}), "its digest is another"),
        (lambda whole: to_json({**whole, "company": {**whole["company"], "rate": 1}}), "its digest is another"),
        (lambda _: sealed(None), "company"),
        (lambda _: sealed([]), "company"),
        (lambda _: sealed({}), "company"),
        (changed("now", "yesterday"), "company.now"),
        (changed("now", "2026-11-22T10:00:00"), "time zone"),
        (changed("rate", -1), "rate"),
        (changed("desk.sessions", []), "company.desk.sessions"),
        (changed("desk.sessions", {"1001": None}), "company.desk.sessions"),
        (changed("desk.agents", {}), "don't fit together"),
        (changed("outbox.deliveries", {}), "fit together"),
        (changed("settings", {"receive_url": "x"}), "receive_url"),
        (changed("settings", {"no_such": 1}), "no_such"),
        (changed("founding.seed", "x"), "company.founding.seed"),
        (changed("founding.scenario", [{"file": "f", "text": "rules: 1", "is_data": False}]), "scenario"),
        (changed("founding.scenario", [{"file": "f", "text": "{", "is_data": True}]), "fit together"),
        (changed("journal.calls", [{"id": 1}]), "company.journal.calls.0"),
        (changed("journal.next_id", -5), "numbered"),
        (changed("faults.on_calls", {"1": {"id": 1}}), "company.faults"),
        (changed("faults.on_calls", {"1": {"id": 1, "on": "call", "do": {"delay_seconds": "x"}}}), "planned fault 1"),
        (changed("faults.on_pushes", {"1": {"id": 1, "on": "call", "do": {"code": 1}}}), "planned fault 1"),
        (changed("outbox.lanes", {}), "in 0 lanes"),
        (changed("desk.stays", {}), "fit together"),
        (changed("outbox.flying", {"receive_url": []}), "its pushes go to"),
        (changed("outbox.heads", {"receive_url": [], "h5_push_url": []}), "first push"),
        (changed("outbox.last_id", 0), "another number"),
        (changed("outbox.deliveries.1.created_at", "9999-12-31T23:59:59Z"), "fit together"),
    ],
)
def test_what_is_no_snapshot_is_refused_in_words_and_nothing_changes(
    body: Callable[[dict[str, Any]], bytes], text: str
) -> None:
    """Cut, changed, of another format or version, of wrong types, too deep, no JSON: UsageError (invalid) that says so."""
    companies = Companies(a_founding(), Silent())
    before = companies.default.company

    with pytest.raises(UsageError) as refused:
        companies.restore(companies.default, body(a_snapshot()), version=__version__)

    assert refused.value.kind == "invalid"
    assert text in refused.value.message
    assert len(refused.value.message) < 500
    assert (companies.default.company, companies.default.epoch) == (before, 1)


def test_a_snapshot_that_was_laid_out_anew_is_still_the_same() -> None:
    """Tools indent JSON, and write Chinese in escapes: the digest is of what it says."""
    company = a_company(receive_url=URL)
    play(company)
    twin = read(json.dumps(json.loads(snapshot(company)), indent=1).encode(), version=__version__).company(
        subdomain="x", credentials=made_up("x", 0), epoch=1, ring=lambda: None
    )

    assert twin.journal.export() == company.journal.export()


def test_a_call_of_another_time_is_told_as_it_was() -> None:
    """What was measured comes back too, and bytes that are no text."""
    company = a_company()
    entry = company.journal.open_call("call", "POST", "/x", ((b"X", b"\xff"),), NOW)
    entry.body, entry.seconds, entry.received_at = b"\xff\x00\xfe", 0.25, NOW
    company.journal.close_call(entry, status=200, code=1000, answer=b"\xfe")

    twin = restored(company)

    assert list(twin.journal) == [entry]
    assert twin.journal.weight == company.journal.weight


def test_refunds_are_refunds_still() -> None:
    """The texts of the scenario's files are in the snapshot, for who looks at them."""
    company = a_company()
    company.load_scenario(scenario(REFUND), None)

    twin = restored(company)

    assert twin.scenario is not None
    assert [(part.file, part.text) for part in twin.scenario.parts] == [("refund.yaml", REFUND)]
