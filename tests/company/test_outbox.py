"""Deliveries in lanes: order, the rule of retries (ruling 19), what is said about each, and that nothing is lost."""

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as profile
from hypothesis import strategies as st
from pydantic import TypeAdapter
from pydantic_core import to_json

from mock_udesk.company.pushes.deliveries import Delivery, Order, Result, Target, shown
from mock_udesk.company.pushes.outbox import ANSWER_KEPT, ROOM, Outbox
from mock_udesk.desk.errors import UsageError
from mock_udesk.settings import Settings

NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
URL = "http://app.test/receive"
H5_URL = "http://app.test/h5"
SETTINGS = Settings(receive_url=URL, h5_push_url=H5_URL)
NO_URL = Settings(h5_push_url=H5_URL)
FINE = Result(200, "", "", 0.01, True)
REFUSED = Result(None, "connection refused", "", 0.001, False)


def after(seconds: float) -> datetime:
    """So long after NOW."""
    return NOW + timedelta(seconds=seconds)


def put(
    outbox: Outbox,
    customer_id: int = 1,
    *,
    target: Target = "receive_url",
    url: str | None = URL,
    now: datetime = NOW,
    body: bytes = b'{"a":1}',
) -> Delivery:
    """A push to a customer."""
    delivery = outbox.draft(
        target=target,
        customer_id=customer_id,
        session_id=1001,
        push="agent_messages",
        body=body,
        cause=7,
        now=now,
    )
    outbox.place(delivery, now, url=url)
    return delivery


def taken(outbox: Outbox, now: datetime = NOW, settings: Settings = SETTINGS) -> list[int]:
    """The ids of what goes out now."""
    return [order.delivery_id for order in outbox.take_due(now, settings)]


def tried(outbox: Outbox, result: Result, now: datetime = NOW, settings: Settings = SETTINGS) -> Delivery:
    """The one delivery that is due, after an attempt that went so."""
    (order,) = outbox.take_due(now, settings)
    delivery = outbox.finish(order.delivery_id, order.attempt_number, result, now, settings)
    assert delivery is not None
    return delivery


# -- sending ------------------------------------------------------------------------------------------------------------


def test_a_push_goes_out_at_once_with_its_bytes() -> None:
    """The courier gets what it needs, and no more."""
    outbox = Outbox()
    put(outbox, body="好".encode())

    assert outbox.next_due() == NOW
    assert outbox.take_due(NOW, SETTINGS) == [Order(1, 1, URL, "好".encode(), 10.0)]
    assert outbox.next_due() is None


def test_http_200_is_delivered() -> None:
    """Ruling 19; any body is fine."""
    outbox = Outbox()
    put(outbox)

    delivery = tried(outbox, Result(200, "", "thanks", 0.02, True))

    assert (delivery.state, delivery.reason, delivery.next_attempt_at) == ("delivered", "", None)
    (attempt,) = delivery.attempts
    assert (attempt.outcome, attempt.status, attempt.reason, attempt.answer) == ("delivered", 200, "", "thanks")
    assert outbox.pending() == []
    assert outbox.lanes == {}


def test_each_target_has_its_own_url_and_lane() -> None:
    """A slow H5 receiver holds up no push to the receive URL."""
    outbox = Outbox()
    put(outbox, target="h5_push_url")
    put(outbox)

    assert [(order.delivery_id, order.url) for order in outbox.take_due(NOW, SETTINGS)] == [(1, H5_URL), (2, URL)]


def test_the_url_is_read_when_an_attempt_begins() -> None:
    """A corrected receive_url helps what waits already."""
    outbox = Outbox()
    put(outbox)
    tried(outbox, REFUSED)

    (order,) = outbox.take_due(after(10), SETTINGS.changed({"receive_url": "http://other.test/"}))

    assert order.url == "http://other.test/"


def test_a_robots_answer_belongs_to_no_session() -> None:
    """It goes out like any other, in the customer's lane, and is shown and kept without a session."""
    outbox = Outbox()
    put(outbox)
    answer = outbox.draft(
        target="receive_url",
        customer_id=1,
        session_id=None,
        stay_id=7,
        push="robot_answer",
        body=b"{}",
        cause=8,
        now=NOW,
    )
    outbox.place(answer, NOW, url=URL)
    kept: TypeAdapter[Outbox] = TypeAdapter(Outbox)

    assert (shown(answer)["session_id"], answer.stay_id) == (None, 7)
    assert kept.validate_json(kept.dump_json(outbox)) == outbox
    assert taken(outbox) == [1]
    outbox.finish(1, 1, FINE, NOW, SETTINGS)
    assert taken(outbox) == [2]


# -- lanes --------------------------------------------------------------------------------------------------------------


def test_a_later_push_of_a_customer_waits_for_the_earlier() -> None:
    """Ruling 19: order per customer is kept; customers run side by side."""
    outbox = Outbox()
    for customer_id in (1, 1, 2):
        put(outbox, customer_id)

    assert taken(outbox) == [1, 3]
    assert taken(outbox) == []
    assert outbox.flying["receive_url"] == {1, 3}
    assert [delivery.id for delivery in outbox.pending()] == [1, 2, 3]
    outbox.finish(1, 1, FINE, after(1), SETTINGS)
    assert outbox.next_due() == after(1)
    assert taken(outbox, after(1)) == [2]


def test_a_later_push_waits_for_the_retries_of_the_earlier_too() -> None:
    """Ruling 19."""
    outbox = Outbox()
    put(outbox)
    put(outbox)
    tried(outbox, REFUSED)

    assert taken(outbox, after(9.999)) == []
    assert taken(outbox, after(10)) == [1]
    outbox.finish(1, 2, FINE, after(10), SETTINGS)
    assert taken(outbox, after(10)) == [2]


def test_only_the_first_of_a_lane_says_when_it_is_next() -> None:
    """What waits behind another has no moment of its own."""
    outbox = Outbox()
    first, second = put(outbox), put(outbox)

    assert (first.next_attempt_at, second.next_attempt_at) == (NOW, None)
    taken(outbox)
    assert first.next_attempt_at is None
    assert first.is_in_flight


def test_what_is_due_goes_out_by_time_and_then_by_id() -> None:
    """The same order in every run."""
    outbox = Outbox()
    put(outbox, 3, now=after(2))
    put(outbox, 2, now=after(1))
    put(outbox, 1, now=after(1))

    assert taken(outbox, after(5)) == [2, 3, 1]


# -- room ---------------------------------------------------------------------------------------------------------------


def test_no_more_attempts_begin_than_there_is_room_for() -> None:
    """The others wait, untried; nobody is told to come back before one is over."""
    outbox = Outbox()
    for customer_id in range(ROOM + 2):
        put(outbox, customer_id)

    assert taken(outbox) == list(range(1, ROOM + 1))
    assert (outbox.next_due(), taken(outbox)) == (None, [])
    assert [(len(outbox.get(ROOM + 1).attempts), outbox.get(ROOM + 1).next_attempt_at)] == [(0, NOW)]
    outbox.finish(5, 1, FINE, after(1), SETTINGS)
    assert outbox.next_due() == NOW
    assert taken(outbox, after(1)) == [ROOM + 1]


def test_each_target_has_room_of_its_own() -> None:
    """A H5 receiver that hangs uses up no room of the receive URL, whatever came first."""
    outbox = Outbox()
    for customer_id in range(ROOM + 2):
        put(outbox, customer_id, target="h5_push_url", url=H5_URL)
    put(outbox, now=after(1))

    assert taken(outbox) == list(range(1, ROOM + 1))
    assert outbox.next_due() == after(1)
    assert taken(outbox, after(1)) == [ROOM + 3]


# -- failing ------------------------------------------------------------------------------------------------------------


def test_retries_come_10_30_60_300_900_seconds_after_the_end_of_the_attempt_before() -> None:
    """Ruling 19; each attempt here takes 10 s, as a receiver that hangs does. Then it has failed, and the lane goes on."""
    outbox = Outbox()
    delivery, behind = put(outbox), put(outbox)
    starts, now = [], NOW
    while delivery.state == "pending":
        due = outbox.next_due()
        assert due is not None
        (order,) = outbox.take_due(due, SETTINGS)
        assert order.body == b'{"a":1}'
        starts.append((due - now).total_seconds())
        now = due + timedelta(seconds=10)
        outbox.finish(1, order.attempt_number, Result(None, "no answer within 10 s", "", 10.0, False), now, SETTINGS)

    assert starts == [0, 10, 30, 60, 300, 900]
    assert (delivery.state, delivery.retries) == ("failed", 5)
    assert delivery.reason == "no answer within 10 s; given up after 6 attempts"
    assert [attempt.number for attempt in delivery.attempts] == [1, 2, 3, 4, 5, 6]
    assert behind.next_attempt_at == now
    assert taken(outbox, now) == [2]


def test_a_receiver_that_comes_back_gets_everything_in_order() -> None:
    """Down for five attempts: the sixth succeeds and the rest follows."""
    outbox = Outbox()
    for _ in range(3):
        put(outbox)
    got = []
    for number in range(8):
        due = outbox.next_due()
        assert due is not None
        delivery = tried(outbox, REFUSED if number < 5 else FINE, due)
        if delivery.state == "delivered":
            got.append(delivery.id)

    assert got == [1, 2, 3]
    assert [len(outbox.get(delivery_id).attempts) for delivery_id in got] == [6, 1, 1]


def test_without_waits_the_first_failure_is_the_last() -> None:
    """Setting push_retry_seconds."""
    outbox = Outbox()
    put(outbox)

    delivery = tried(outbox, REFUSED, settings=SETTINGS.changed({"push_retry_seconds": []}))

    assert (delivery.state, delivery.reason) == ("failed", "connection refused; given up after 1 attempt")


@pytest.mark.parametrize(
    ("result", "reason"),
    [
        (Result(500, "", "", 0.1, True), "HTTP 500"),
        (Result(404, "HTTP 404", "", 0.1, True), "HTTP 404"),
        (Result(204, "HTTP 204", "", 0.1, True), "HTTP 204 is not 200 (setting push_success: 2xx accepts it)"),
        (Result(302, "redirect to /login is not followed", "", 0.1, True), "redirect to /login is not followed"),
        (Result(None, "no answer within 10 s", "", 10, False), "no answer within 10 s"),
        (Result(None, "connection refused", "", 0.1, False), "connection refused"),
        (Result(None, "", "", 0.1, False), "no answer"),
        # The status line came, but not the whole answer in time.
        (Result(200, "no answer within 10 s", "", 10, False), "no answer within 10 s"),
    ],
)
def test_a_failure_is_told_in_words(result: Result, reason: str) -> None:
    """Ruling 19: each attempt is journalled with its reason."""
    outbox = Outbox()
    put(outbox)

    delivery = tried(outbox, result)

    assert delivery.state == "pending"
    assert (delivery.attempts[0].outcome, delivery.attempts[0].reason) == ("failed", reason)


@pytest.mark.parametrize(
    ("status", "state"), [(200, "delivered"), (204, "delivered"), (302, "pending"), (500, "pending")]
)
def test_any_2xx_counts_by_setting(status: int, state: str) -> None:
    """Setting push_success."""
    outbox = Outbox()
    put(outbox)

    delivery = tried(outbox, Result(status, "", "", 0.1, True), settings=SETTINGS.changed({"push_success": "2xx"}))

    assert delivery.state == state


def test_a_late_report_changes_nothing() -> None:
    """Reported twice, of another attempt, or of what was never sent."""
    outbox = Outbox()
    put(outbox)

    assert outbox.finish(1, 1, FINE, NOW, SETTINGS) is None
    taken(outbox)
    assert outbox.finish(1, 2, FINE, NOW, SETTINGS) is None
    assert outbox.finish(2, 1, FINE, NOW, SETTINGS) is None
    assert outbox.finish(1, 1, REFUSED, NOW, SETTINGS) is outbox.get(1)
    assert outbox.finish(1, 1, FINE, NOW, SETTINGS) is None
    assert outbox.get(1).next_attempt_at == after(10)


def test_a_long_answer_is_cut() -> None:
    """An error page is recognised by its beginning."""
    outbox = Outbox()
    put(outbox)

    delivery = tried(outbox, Result(500, "", "x" * 10_000, 0.1, True))

    assert delivery.attempts[0].answer == "x" * ANSWER_KEPT


# -- without a URL ------------------------------------------------------------------------------------------------------


def test_without_a_url_a_push_is_undeliverable_and_in_nobodys_way() -> None:
    """Never dropped in silence."""
    outbox = Outbox()
    nowhere, waiting = put(outbox, url=None), put(outbox)

    assert (nowhere.state, nowhere.reason) == ("undeliverable", "receive_url is not set")
    assert (nowhere.attempts, nowhere.next_attempt_at) == ([], None)
    assert taken(outbox) == [waiting.id]


def test_when_the_url_is_unset_what_comes_due_is_undeliverable() -> None:
    """The lanes go on: all that is due ends in one step, tried or not; what is not due keeps its chance."""
    outbox = Outbox()
    first, second, other = put(outbox), put(outbox), put(outbox, 2, target="h5_push_url", url=H5_URL)
    later = put(outbox, 3, now=after(60))
    outbox.finish(1, outbox.take_due(NOW, SETTINGS)[0].attempt_number, REFUSED, NOW, SETTINGS)
    outbox.finish(other.id, 1, REFUSED, NOW, SETTINGS)

    assert taken(outbox, after(10), NO_URL) == [other.id]
    assert (first.state, first.reason) == ("undeliverable", "receive_url was unset after 1 attempt")
    assert (second.state, second.reason) == ("undeliverable", "receive_url was unset before it was sent")
    assert taken(outbox, after(60)) == [later.id]


def test_what_is_in_flight_when_the_url_is_unset_may_still_arrive() -> None:
    """The receiver has it perhaps; what waits behind it does not go out."""
    outbox = Outbox()
    first, second = put(outbox), put(outbox)
    taken(outbox)
    outbox.finish(1, 1, FINE, NOW, NO_URL)

    assert taken(outbox, NOW, NO_URL) == []
    assert (first.state, second.state) == ("delivered", "undeliverable")


# -- sending again ------------------------------------------------------------------------------------------------------


def test_resend_sends_the_same_bytes_under_the_same_id_at_the_end_of_the_lane() -> None:
    """Attempts are kept and go on counting; retries start anew."""
    outbox = Outbox()
    delivery = put(outbox)
    once = SETTINGS.changed({"push_retry_seconds": [1]})
    tried(outbox, REFUSED, settings=once)
    tried(outbox, REFUSED, after(1), once)
    waiting = put(outbox, now=after(2))

    again = outbox.resend(delivery.id, after(3), cause=9, url=URL)

    assert again is delivery
    assert (delivery.state, delivery.reason, delivery.retries) == ("pending", "", 0)
    assert taken(outbox, after(3)) == [waiting.id]
    outbox.finish(waiting.id, 1, FINE, after(3), once)
    assert outbox.take_due(after(3), once) == [Order(delivery.id, 3, URL, delivery.body, 10.0)]
    outbox.finish(delivery.id, 3, REFUSED, after(3), once)
    assert delivery.next_attempt_at == after(4)
    taken(outbox, after(4), once)
    assert (delivery.cause, [attempt.cause for attempt in delivery.attempts]) == (7, [7, 7, 9, 9])


@pytest.mark.parametrize("state", ["delivered", "undeliverable"])
def test_what_was_delivered_or_undeliverable_can_be_sent_again_too(state: str) -> None:
    """Any state but pending."""
    outbox = Outbox()
    put(outbox, url=URL if state == "delivered" else None)
    if state == "delivered":
        tried(outbox, FINE)

    outbox.resend(1, after(1), cause=9, url=URL)

    assert taken(outbox, after(1)) == [1]


def test_what_is_pending_is_not_sent_again() -> None:
    """The text says where it is."""
    outbox = Outbox()
    put(outbox)

    with pytest.raises(UsageError, match="delivery 1 is waiting for its turn") as waiting:
        outbox.resend(1, NOW, cause=9, url=URL)
    taken(outbox)
    with pytest.raises(UsageError, match="delivery 1 is in flight") as flying:
        outbox.resend(1, NOW, cause=9, url=URL)

    assert waiting.value.kind == flying.value.kind == "conflict"


def test_without_a_url_nothing_is_sent_again() -> None:
    """And nothing changes."""
    outbox = Outbox()
    put(outbox, url=None)

    with pytest.raises(UsageError, match="receive_url is not set") as caught:
        outbox.resend(1, NOW, cause=9, url=None)

    assert caught.value.kind == "conflict"
    assert outbox.get(1).state == "undeliverable"


@pytest.mark.parametrize(
    ("count", "text", "hint"),
    [
        (0, "there is no delivery 5", "nothing has been pushed yet"),
        (2, "there is no delivery 5", "the latest has the id 2"),
        (105, "there is no delivery 5 any more", "5 old ones dropped"),
    ],
)
def test_an_unknown_id_is_told_from_a_dropped_one(count: int, text: str, hint: str) -> None:
    """The hint says what to do."""
    outbox = Outbox()
    outbox.bound(Settings(journal_max_entries=100))
    for _ in range(count):
        put(outbox, url=None)

    with pytest.raises(UsageError) as caught:
        outbox.get(5)

    assert (caught.value.kind, caught.value.message) == ("unknown", text)
    assert caught.value.hint.startswith(hint)


# -- bounds -------------------------------------------------------------------------------------------------------------


def test_ended_deliveries_are_bounded_by_number() -> None:
    """The ones that ended first are dropped first, and counted; a resent one ends anew."""
    outbox = Outbox()
    outbox.bound(SETTINGS.changed({"journal_max_entries": 100}))
    for customer_id in range(100):
        put(outbox, customer_id, url=None)
    outbox.resend(1, after(1), cause=9, url=URL)
    tried(outbox, FINE, after(1))

    for customer_id in range(3):
        put(outbox, customer_id, url=None, now=after(1))

    assert sorted(set(range(1, 104)) - set(outbox.deliveries)) == [2, 3, 4]
    assert outbox.dropped == 3


@profile(derandomize=True, deadline=None, max_examples=100)
@given(st.permutations(range(1, 13)), st.integers(0, 3))
def test_what_is_kept_does_not_depend_on_how_fast_receivers_answer(order: list[int], few: int) -> None:
    """Architecture, determinism: of one moment the younger stay, in whatever order they end."""
    outboxes = [Outbox(max_entries=6 + few, max_bytes=65_536) for _ in range(2)]
    for outbox, numbers in zip(outboxes, (sorted(order), order), strict=True):
        for number in range(1, 13):
            put(outbox, number, body=b"x" * (9_000 * (number % 4)))
        taken(outbox)
        for number in numbers:
            outbox.finish(number, 1, FINE, NOW, SETTINGS)

    one, other = outboxes
    assert list(one.deliveries.values()) == list(other.deliveries.values())
    assert (one.dropped, one.ended_bytes) == (other.dropped, other.ended_bytes)
    assert 0 < one.dropped < 12


def test_ended_deliveries_are_bounded_by_bytes() -> None:
    """Bodies and answers count; the newest stays even when it is too big alone."""
    outbox, small = Outbox(), SETTINGS.changed({"journal_max_bytes": 65_536})
    outbox.bound(small)
    for _ in range(50):
        put(outbox, url=None, body=b"x" * 5_000)
        assert outbox.ended_bytes <= 65_536
    assert len(outbox.deliveries) == 13

    put(outbox, url=None, body=b"x" * 100_000)

    assert list(outbox.deliveries) == [51]
    assert outbox.dropped == 50
    assert 50 * 5_000 < outbox.dropped_bytes < 50 * 6_000


def test_what_is_pending_is_never_dropped() -> None:
    """However many wait, however big."""
    outbox = Outbox()
    outbox.bound(SETTINGS.changed({"journal_max_entries": 100, "journal_max_bytes": 65_536}))
    for customer_id in range(500):
        put(outbox, customer_id, body=b"x" * 1_000)
    taken(outbox)

    assert (len(outbox.pending()), len(outbox.deliveries), outbox.dropped) == (500, 500, 0)


# -- as data ------------------------------------------------------------------------------------------------------------


def test_an_operator_sees_what_was_sent_and_how_it_went() -> None:
    """What is measured stands apart, so that equal runs are equal beside it."""
    outbox = Outbox()
    put(outbox, body='{"messages":[{"data":{"content":"您好"}}]}'.encode())

    delivery = tried(outbox, Result(500, "", "oops", 0.25, True))

    assert shown(delivery) == {
        "id": 1,
        "target": "receive_url",
        "push": "agent_messages",
        "customer_id": 1,
        "session_id": 1001,
        "cause": 7,
        "created_at": NOW,
        "state": "pending",
        "reason": "",
        "next_attempt_at": after(10),
        "retries": 1,
        "body": {"messages": [{"data": {"content": "您好"}}]},
        "fault": None,
        "sent": None,
        "copy_of": None,
        "held_by": None,
        "delayed_until": None,
        "attempts": [
            {
                "number": 1,
                "at": NOW,
                "cause": 7,
                "outcome": "failed",
                "status": 500,
                "reason": "HTTP 500",
                "answer": "oops",
                "measured": {"url": URL, "seconds": 0.25},
            }
        ],
    }
    assert to_json(shown(delivery))


@pytest.mark.parametrize(("body", "parsed"), [(b"", ""), (b"not JSON", "not JSON"), (b"\xff{", "�{")])
def test_a_body_that_is_no_json_is_shown_as_text(body: bytes, parsed: Any) -> None:
    """Faults may corrupt one."""
    assert shown(put(Outbox(), body=body))["body"] == parsed


def test_an_outbox_is_plain_data_and_goes_on_after_a_round_trip() -> None:
    """A snapshot is a serialisation."""
    outbox, adapter = Outbox(), TypeAdapter(Outbox)
    for customer_id in (1, 1, 2, 3):
        put(outbox, customer_id)
    put(outbox, url=None)
    taken(outbox)
    outbox.finish(1, 1, REFUSED, NOW, SETTINGS)
    outbox.finish(3, 1, FINE, NOW, SETTINGS)

    copy = adapter.validate_json(adapter.dump_json(outbox))

    assert copy == outbox
    assert taken(copy, after(10)) == [1]
    copy.finish(1, 2, FINE, after(10), SETTINGS)
    assert taken(copy, after(10)) == [2]
    assert copy.flying["receive_url"] == {2, 4}


# -- any order of things ------------------------------------------------------------------------------------------------

STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("put"), st.integers(1, 3)),
        st.tuples(st.just("put_nowhere"), st.integers(1, 3)),
        st.tuples(st.just("take"), st.sampled_from([0, 1, 5, 30])),
        st.tuples(st.just("delivered"), st.integers(0, 5)),
        st.tuples(st.just("failed"), st.integers(0, 5)),
        st.tuples(st.just("resend"), st.integers(1, 20)),
    ),
    max_size=80,
)


def _check_shape(outbox: Outbox) -> None:
    """At most one in flight per lane; each lane with something to send has its first in flight or on the heap, once."""
    flying = [delivery_id for ids in outbox.flying.values() for delivery_id in ids]
    lanes = [(outbox.get(delivery_id).target, outbox.get(delivery_id).customer_id) for delivery_id in flying]
    assert len(lanes) == len(set(lanes))
    firsts = {lane[0] for lane in outbox.lanes.values()}
    heads = [delivery_id for _, delivery_id in outbox.waiting()]
    assert sorted(heads + flying) == sorted(firsts)
    queued = [delivery_id for lane in outbox.lanes.values() for delivery_id in lane]
    assert sorted(queued + list(outbox.ended)) == sorted(outbox.deliveries)
    assert outbox.ended_bytes == sum(outbox.ended.values())
    assert sorted(delivery_id for _, delivery_id in outbox.endings) == sorted(outbox.ended)
    assert {delivery.id for delivery in outbox.pending()} == {
        delivery.id for delivery in outbox.deliveries.values() if delivery.state == "pending"
    }


@profile(derandomize=True, deadline=None, max_examples=200)
@given(STEPS)
def test_any_interleaving_keeps_order_and_loses_and_doubles_nothing(steps: list[tuple[str, int]]) -> None:
    """Per customer, deliveries end in the order they joined; each is sent again only after a failure or on request."""
    outbox, settings, now = Outbox(), SETTINGS.changed({"push_retry_seconds": [1, 5]}), NOW
    joined: dict[int, list[int]] = defaultdict(list)
    ended: dict[int, list[int]] = defaultdict(list)
    nowhere: set[int] = set()
    open_orders: list[Order] = []

    def finish(order: Order, result: Result) -> None:
        delivery = outbox.finish(order.delivery_id, order.attempt_number, result, now, settings)
        assert delivery is not None
        if delivery.state != "pending":
            ended[delivery.customer_id].append(delivery.id)

    for kind, number in steps:
        match kind:
            case "put":
                joined[number].append(put(outbox, number, now=now).id)
            case "put_nowhere":
                nowhere.add(put(outbox, number, now=now, url=None).id)
            case "take":
                now += timedelta(seconds=number)
                open_orders += outbox.take_due(now, settings)
            case "resend":
                delivery = outbox.deliveries.get(number)
                if delivery is not None and delivery.state != "pending":
                    outbox.resend(number, now, cause=9, url=URL)
                    nowhere.discard(number)
                    joined[delivery.customer_id].append(number)
            case _ if open_orders:
                finish(open_orders.pop(number % len(open_orders)), FINE if kind == "delivered" else REFUSED)
        _check_shape(outbox)
    while outbox.pending():
        for order in open_orders:
            finish(order, FINE)
        now = max(now, outbox.next_due() or now)
        open_orders = outbox.take_due(now, settings)
        _check_shape(outbox)

    assert ended == joined
    assert {delivery.id for delivery in outbox.deliveries.values() if delivery.state == "undeliverable"} == nowhere
    assert list(outbox.deliveries) == list(range(1, outbox.last_id + 1))
    for delivery in outbox.deliveries.values():
        assert [attempt.number for attempt in delivery.attempts] == list(range(1, len(delivery.attempts) + 1))
