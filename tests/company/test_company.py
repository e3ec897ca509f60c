"""A company: each call is atomic, the past happens before the present, and everything carries its cause."""

import json
import os
import subprocess
import sys
from datetime import timedelta
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from mock_udesk.company.awaiting.upcoming import upcoming
from mock_udesk.company.companies import Companies, Slot
from mock_udesk.company.company import Company
from mock_udesk.company.founding import Founding, made_up
from mock_udesk.company.limits import Limits
from mock_udesk.company.pushes.deliveries import Result
from mock_udesk.company.pushes.outbox import Outbox
from mock_udesk.company.signing.nonces import Nonces
from mock_udesk.company.signing.struct import signed_struct_query
from mock_udesk.desk.commands import (
    AgentSays,
    AskForAgent,
    Assigned,
    CloseByCustomer,
    CloseSession,
    SendLeaveMessage,
    SendMessage,
    SendWhileQueueing,
)
from mock_udesk.desk.desk import Desk
from mock_udesk.desk.errors import DeskError, UsageError
from mock_udesk.desk.play import runs
from mock_udesk.desk.records import CloseType
from mock_udesk.desk.robot_commands import AskRobot, AskUrobot, ClickQuestion, RateTalk, TalkToUrobot, WalkFlow
from mock_udesk.desk.staff_commands import ChangeAgent
from mock_udesk.desk.state import State
from mock_udesk.endpoint import Limit
from mock_udesk.settings import Settings
from tests import NOW

OK = Result(status=200, reason="", answer="", seconds=0.001, is_answered=True)


class Silent:
    """A bell that notes who was replaced."""

    def __init__(self) -> None:
        self.rung = 0
        self.ended: list[str] = []

    def ring(self, slot: Slot) -> None:
        self.rung += 1

    def replaced(self, slot: Slot, ended: Company) -> None:
        self.ended.append(slot.subdomain)


def a_founding(**facts: Any) -> Founding:
    given: dict[str, Any] = {"subdomain": "demo", "credentials": made_up("demo", 0), "now": NOW, "rate": 0.0}
    return Founding(**given | facts)


def a_company(**settings: Any) -> Company:
    founding = a_founding(settings=Settings(**settings))
    return Company(founding, founding.settings, epoch=1, ring=lambda: None)


def state_adapter() -> TypeAdapter[State]:
    """State as JSON and back; what scenarios do is imported with the first of them, so its names are given here."""
    adapter = TypeAdapter(State)
    adapter.rebuild(_types_namespace=vars(runs))
    return adapter


def open_session(company: Company, token: str = "c-1", cause: int | None = None) -> int:
    answer = company.submit(AskForAgent(customer_token=token), cause)
    assert isinstance(answer, Assigned)
    return answer.session.id


def play(company: Company) -> None:
    """A little of everything that leaves state behind."""
    company.submit(ChangeAgent(3, {"capacity": 1}), None)
    company.submit(ChangeAgent(4, {"capacity": 1}), None)
    first = open_session(company, "c-1")
    open_session(company, "c-2")
    company.submit(AskForAgent(customer_token="c-3"), None)
    company.submit(AskForAgent(customer_token="c-4", group_id=11), None)
    company.submit(
        SendWhileQueueing(customer_token="c-3", message_id="w-1", type="message", data={"content": "在吗"}), None
    )
    company.submit(
        SendMessage(
            customer_token="c-1", session_id=first, message_id="m-1", type="rich", data={"content": "<p>hi</p>"}
        ),
        None,
    )
    company.submit(AgentSays(session_id=first, type="message", data={"content": "您好"}), None)
    company.submit(
        SendLeaveMessage(customer_token="c-5", message_id="l-1", type="message", data={"content": "回电"}), None
    )
    company.submit(AskRobot(customer_token="c-6", message_id="r-1", data={"content": "怎么退货"}), None)
    talk = company.submit(TalkToUrobot(customer_token="c-6", robot_id=2, scene_id=114), None).talk
    place: dict[str, Any] = {"customer_token": "c-6", "robot_id": 2, "scene_id": 114}
    company.submit(AskUrobot(**place, data={"content": "退货"}), None)
    company.submit(WalkFlow(**place, talk_id=talk.id, flow_id=81), None)
    company.submit(ClickQuestion(**place, talk_id=talk.id, question_id=210530), None)
    company.submit(RateTalk(**place, talk_id=talk.id, option_id=2), None)


def test_whatever_a_call_makes_happen_names_it_as_the_cause() -> None:
    """Architecture: deliveries and journal entries carry the request that caused them."""
    company = a_company(receive_url="http://127.0.0.1:9/")
    entry = company.journal.open_call("call", "POST", "/im/sessions", (), NOW)

    open_session(company, cause=entry.id)

    assert {row.cause for row in company.outbox.deliveries.values()} == {entry.id}
    causes = [json.loads(line)["cause"] for line in company.journal.export().splitlines()[1:]]
    assert causes
    assert set(causes) == {entry.id}


def test_a_robots_answer_is_pushed_with_its_cause_and_its_stay() -> None:
    """Architecture: effects become deliveries; a robot's has no session, and belongs to the stay that its talk is in."""
    company = a_company(receive_url="http://127.0.0.1:9/")
    entry = company.journal.open_call("call", "POST", "/im/messages", (), NOW)

    company.submit(AskRobot(customer_token="c-1", message_id="m", data={"content": "怎么退货"}), entry.id)

    (delivery,) = company.outbox.deliveries.values()
    (stay,) = company.desk.stays_of(delivery.customer_id)
    assert (delivery.push, delivery.session_id, delivery.stay_id) == ("robot_answer", None, stay.id)
    assert (delivery.cause, delivery.created_at, delivery.state) == (entry.id, NOW, "pending")
    assert json.loads(delivery.body)["messages"][0]["data"]["question_title"] == "怎么退货"


def test_agents_pushes_belong_to_the_stay_of_their_session() -> None:
    """The same for both."""
    company = a_company(receive_url="http://127.0.0.1:9/")
    session_id = open_session(company)

    (delivery,) = company.outbox.deliveries.values()
    assert (delivery.session_id, delivery.stay_id) == (
        session_id,
        company.desk.state.sessions[session_id].stay_id,
    )


def test_a_structured_messages_signature_is_verified_with_the_companys_secret() -> None:
    """Ruling 4; another company's secret does not fit."""
    company, other = (
        a_company(),
        Company(a_founding(credentials=made_up("b", 1)), Settings(), epoch=1, ring=lambda: None),
    )
    query = signed_struct_query(company.credentials, im_sub_session_id=1, customer_id=1, agent_id=3, now=NOW)

    good, bad = (one.verify_struct(query, now=NOW, real=NOW) for one in (company, other))

    assert good.refusal is None
    assert bad.refusal is not None
    assert bad.refusal.code == 2059


def test_the_past_happens_before_the_present() -> None:
    """A place that timed out in the meantime is gone before the next call is looked at."""
    company = a_company(queue_timeout_seconds=60)
    company.submit(ChangeAgent(3, {"capacity": 1}), None)
    company.submit(ChangeAgent(4, {"capacity": 1}), None)
    first = open_session(company, "c-1")
    open_session(company, "c-2")
    company.submit(AskForAgent(customer_token="c-3"), None)
    company.clock.jump(to=NOW + timedelta(seconds=61))

    company.submit(CloseByCustomer(first), None)

    customer = company.desk.customer_by("token", "c-3")
    assert customer is not None
    assert company.desk.stays_of(customer.id) == []
    assert [(row.customer_id, row.reason) for row in company.desk.abandoned_between(None, None)] == [
        (customer.id, "timed_out")
    ]


def test_a_refused_command_leaves_no_trace() -> None:
    """A DeskError leaves desk, outbox and journal as they were."""
    company = a_company(receive_url="http://127.0.0.1:9/")
    before = (
        state_adapter().dump_json(company.desk.state),
        company.journal.export(),
        len(company.outbox.deliveries),
    )

    with pytest.raises(DeskError, match="9200"):
        company.submit(
            SendMessage(customer_token="c-1", session_id=5, message_id="m", type="message", data={"content": "x"}), 1
        )

    assert (
        state_adapter().dump_json(company.desk.state),
        company.journal.export(),
        len(company.outbox.deliveries),
    ) == before


def test_what_is_due_next_is_the_earlier_of_desk_and_outbox() -> None:
    """The pump sleeps until then."""
    company = a_company(receive_url="http://127.0.0.1:9/", customer_idle_close_seconds=60)
    open_session(company)
    orders = company.take_due()
    idle = company.next_due()
    company.report(orders[0].delivery_id, 1, Result(status=500, reason="", answer="", seconds=0.1, is_answered=True))

    assert idle == NOW + timedelta(seconds=60)
    assert company.next_due() == NOW + timedelta(seconds=10)
    rows, total = upcoming(company, 10)
    assert ([(row.due, row.kind) for row in rows], total) == (
        [(NOW + timedelta(seconds=10), "push_attempt"), (NOW + timedelta(seconds=60), "idle_close")],
        2,
    )


def test_only_the_first_of_what_is_to_come_are_put_into_words() -> None:
    """In order over desk and outbox, with the number of all; a moment can bound them."""
    company = a_company(receive_url="http://127.0.0.1:9/", customer_idle_close_seconds=60)
    company.submit(ChangeAgent(3, {"capacity": 10}), None)
    for number in range(4):
        open_session(company, f"c-{number}")
        company.clock.jump(to=company.clock.now() + timedelta(seconds=1))

    rows, total = upcoming(company, 6)
    due, due_total = upcoming(company, 2, until=company.clock.now())

    assert [((row.due - NOW).total_seconds(), row.text) for row in rows] == [
        *(
            (n, f"push {n + 1} (start_session + message) to customer c-{n} at http://127.0.0.1:9/, attempt 1")
            for n in range(4)
        ),
        (60, "customer c-0"),
        (61, "customer c-1"),
    ]
    assert (total, due, due_total) == (8, rows[:2], 4)


def test_settings_change_after_the_past_has_happened() -> None:
    """What was due before has the settings of its moment: its push is put, and told to be undeliverable only when it is tried."""
    company = a_company(receive_url="http://127.0.0.1:9/", customer_idle_close_seconds=60)
    open_session(company)
    for order in company.take_due():
        company.report(order.delivery_id, order.attempt_number, OK)
    company.clock.jump(to=NOW + timedelta(seconds=61))

    company.change_settings({"receive_url": None}, None)

    close = company.outbox.get(2)
    assert (close.state, close.created_at) == ("pending", NOW + timedelta(seconds=60))
    company.take_due()
    assert (close.state, close.reason) == ("undeliverable", "receive_url was unset before it was sent")


def test_a_push_is_sent_again_after_the_past_has_happened() -> None:
    """It joins its lane behind what was due before."""
    company = a_company(receive_url="http://127.0.0.1:9/", customer_idle_close_seconds=60)
    open_session(company)
    for order in company.take_due():
        company.report(order.delivery_id, order.attempt_number, OK)
    company.clock.jump(to=NOW + timedelta(seconds=61))

    company.resend(1, 9)

    assert [order.delivery_id for order in company.take_due()] == [2]


def test_a_resend_is_the_cause_of_its_attempts() -> None:
    """Architecture: whatever is caused carries its cause, in the journal too."""
    company = a_company(receive_url="http://127.0.0.1:9/")
    open_session(company, cause=1)
    for order in company.take_due():
        company.report(order.delivery_id, order.attempt_number, OK)
    entry = company.journal.open_call("operator", "POST", "/_mock/deliveries/1/resend", (), NOW)

    delivery = company.resend(1, entry.id)
    company.take_due()

    assert (delivery.cause, [attempt.cause for attempt in delivery.attempts]) == (1, [1, entry.id])
    assert json.loads(company.journal.export().splitlines()[-1]) == {
        "id": entry.id + 1,
        "kind": "push",
        "at": "2026-11-22T10:00:00.000+08:00",
        "cause": entry.id,
        "delivery_id": 1,
    }


def test_the_journal_does_not_depend_on_how_fast_receivers_answer() -> None:
    """Architecture, determinism: by construction, for attempts stand under their delivery."""
    journals, outboxes = [], []
    for step in (1, -1):
        company = a_company(receive_url="http://127.0.0.1:9/", push_retry_seconds=[0])
        play(company)
        while orders := company.take_due():
            for order in orders[::step]:
                result = OK if order.attempt_number == 2 else Result(500, "", "", 0.1, True)
                company.report(order.delivery_id, order.attempt_number, result)
        journals.append(company.journal.export())
        outboxes.append(company.outbox.deliveries)

    assert journals[0] == journals[1]
    assert outboxes[0] == outboxes[1]


def test_settings_change_whole_or_not_at_all() -> None:
    """One wrong value among right ones changes none of them."""
    company = a_company()

    with pytest.raises(ValidationError):
        company.change_settings({"limits": "all", "assign_seconds": -1}, None)

    assert company.settings == Settings()
    company.change_settings({"limits": "all", "assign_seconds": 5}, None)
    assert (company.settings.limits, company.desk.state.policy.assign_seconds) == ("all", 5.0)


def test_a_company_without_credentials_gets_the_same_ones_again() -> None:
    """Same subdomain and seed, same keys; another seed, others."""
    assert made_up("acme", 7) == made_up("acme", 7)
    assert len({made_up("acme", 7).token, made_up("acme", 8).token, made_up("beta", 7).token}) == 3


def test_a_reset_begins_the_same_life_again() -> None:
    """Same ids and same first answers; addresses and settings stay unless asked otherwise."""
    bell = Silent()
    companies = Companies(a_founding(), bell)
    slot = companies.default
    slot.company.change_settings({"receive_url": "http://127.0.0.1:9/", "limits": "all"}, None)
    play(slot.company)
    old, first = slot.company, slot.company.journal.export()

    companies.reset(slot, settings=False)
    kept = slot.company.settings
    play(slot.company)

    assert slot.company is not old
    assert (slot.epoch, bell.ended) == (2, ["demo"])
    assert (kept.receive_url, kept.limits) == ("http://127.0.0.1:9/", "all")
    assert [
        json.loads(line)["happening"] for line in slot.company.journal.export().splitlines() if b'"happening"' in line
    ] == [
        json.loads(line)["happening"]
        for line in first.splitlines()
        if b'"happening"' in line and json.loads(line).get("happening") != "policy_changed"
    ]
    companies.reset(slot, settings=True)
    assert slot.company.settings == Settings()


def test_companies_are_found_made_and_removed() -> None:
    """A taken name, the default one and an unknown one are refused in words."""
    bell = Silent()
    companies = Companies(a_founding(), bell)
    acme = companies.create(subdomain="acme", settings={"auth": "off"})
    unnamed = companies.create()

    assert (companies.find("acme"), acme.company.settings.auth, unnamed.subdomain) == (acme, "off", "company-1")
    for wrong, text in (
        ({"subdomain": "acme"}, "taken"),
        ({"subdomain": "No Label"}, "host label"),
        ({"rate": -1.0}, "rate"),
    ):
        with pytest.raises(UsageError, match=text):
            companies.create(**wrong)
    with pytest.raises(UsageError, match="default company"):
        companies.remove("demo")
    companies.remove("acme")
    with pytest.raises(UsageError, match="no company 'acme'"):
        companies.remove("acme")
    assert ([slot.subdomain for slot in companies], bell.ended) == (["demo", "company-1"], ["acme"])


def test_everything_a_company_knows_is_plain_data() -> None:
    """State is a serialisation from the first day: put away as JSON and read back, it goes on as if nothing had happened."""
    company = a_company(receive_url="http://127.0.0.1:9/", assign_seconds=5, customer_idle_close_seconds=600)
    play(company)
    company.submit(CloseSession(1001, CloseType.NORMAL), None)
    for order in company.take_due():
        company.report(order.delivery_id, order.attempt_number, OK)
    company.nonces.spend("n-1", NOW)
    company.limits.take("x", Limit(3, 1.0), "", NOW)

    def again(kind: type, value: object) -> Any:
        adapter: TypeAdapter[Any] = state_adapter() if kind is State else TypeAdapter(kind)
        return adapter.validate_json(adapter.dump_json(value))

    desk = Desk(again(State, company.desk.state))
    outbox = again(Outbox, company.outbox)

    assert desk.state == company.desk.state
    assert desk.timers() == company.desk.timers()
    later = NOW + timedelta(seconds=700)
    assert desk.wake(later) == company.desk.wake(later)
    assert desk.state == company.desk.state
    assert outbox == company.outbox
    assert outbox.take_due(later, company.settings) == company.outbox.take_due(later, company.settings)
    assert again(Nonces, company.nonces) == company.nonces
    assert again(Limits, company.limits) == company.limits


PROGRAM = """
import sys
from tests.company.test_company import a_company, play
company = a_company(receive_url="http://127.0.0.1:9/")
play(company)
sys.stdout.buffer.write(company.journal.export())
sys.stdout.buffer.write(b"".join(row.body for row in company.outbox.deliveries.values()))
"""


def test_the_same_calls_give_the_same_bytes_in_another_process() -> None:
    """Determinism: no set order, no address, no wall time in the journal or in a push."""
    exports = {
        subprocess.run(
            [sys.executable, "-c", PROGRAM],
            env=os.environ | {"PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
            timeout=60,
        ).stdout
        for seed in ("1", "2")
    }

    assert len(exports) == 1
    assert "您好".encode() in exports.pop()
