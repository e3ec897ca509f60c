"""Planned faults on pushes: each happens once, when the push is put, and nothing else is lost, doubled or out of order. Interfaces §6."""

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as profile
from hypothesis import strategies as st
from pydantic import TypeAdapter

from mock_udesk.company.awaiting.upcoming import upcoming
from mock_udesk.company.company import Company
from mock_udesk.company.faults.injection import apply, push_fault, release
from mock_udesk.company.faults.plans import MOST_PLANS
from mock_udesk.company.journal.entries import PlannedFaultEntry, PushEntry, ScenarioEntry
from mock_udesk.company.journal.problems import problems
from mock_udesk.company.pushes.deliveries import Delivery, Order, Result, shown
from mock_udesk.company.pushes.outbox import Outbox
from mock_udesk.company.story.timeline import as_text, story
from mock_udesk.desk.commands import AgentSays
from mock_udesk.desk.errors import UsageError
from mock_udesk.scenario.traffic.faults import read_plan
from mock_udesk.settings import Settings
from tests import NOW

from .test_company import a_company, open_session
from .test_playing import a_company as played_company
from .test_playing import ask, scenario

URL = "http://app.test/receive"
SETTINGS = Settings(receive_url=URL)
FINE = Result(200, "", "", 0.01, True)
REFUSED = Result(500, "", "", 0.01, True)


def after(seconds: float) -> datetime:
    """So long after NOW."""
    return NOW + timedelta(seconds=seconds)


def talking(**settings: Any) -> tuple[Company, int]:
    """A company in which c-1 talks to Tom; what that pushed has arrived."""
    company = a_company(receive_url=URL, **settings)
    session_id = open_session(company)
    for order in company.take_due():
        company.report(order.delivery_id, order.attempt_number, FINE)
    return company, session_id


def plan(company: Company, do: dict[str, Any], **more: Any) -> int:
    """Plans a fault on pushes, as it is typed."""
    return company.faults.add(read_plan({"on": "push", "do": do, **more}).plain(), company.clock.now()).id


def say(company: Company, session_id: int, *texts: str) -> list[Delivery]:
    """The agent says these; the pushes that came of it, copies too."""
    before = company.outbox.last_id
    for text in texts:
        company.submit(AgentSays(session_id=session_id, type="message", data={"content": text}), None)
    return [company.outbox.get(number) for number in range(before + 1, company.outbox.last_id + 1)]


def orders(company: Company) -> list[Order]:
    """All that goes out until nothing more is due now, in order; each is answered 200."""
    sent = []
    while due := company.take_due():
        for order in due:
            sent.append(order)
            company.report(order.delivery_id, order.attempt_number, FINE)
    return sent


def arrived(company: Company) -> list[int]:
    """The ids of what goes out until nothing more is due now, in order."""
    return [order.delivery_id for order in orders(company)]


def to(company: Company, seconds: float) -> None:
    """The clock goes to so long after NOW."""
    company.clock.jump(to=after(seconds))


def fired(company: Company) -> list[PlannedFaultEntry]:
    """The journal's firings."""
    return [entry for entry in company.journal if isinstance(entry, PlannedFaultEntry)]


# -- each kind ----------------------------------------------------------------------------------------------------------


def test_a_delayed_push_waits_on_the_companys_clock_and_its_lane_with_it() -> None:
    """delay_seconds: order per customer is kept, so later pushes wait too."""
    company, session_id = talking()
    plan(company, {"delay_seconds": 5}, times=1)
    first, second = say(company, session_id, "一", "二")

    assert company.next_due() == after(5)
    assert (first.next_attempt_at, first.delayed_until, second.next_attempt_at) == (after(5), after(5), None)
    assert arrived(company) == []
    to(company, 5)
    assert arrived(company) == [first.id, second.id]


def test_a_delay_behind_another_push_counts_from_when_it_was_put() -> None:
    """It is no wait between two pushes."""
    company, session_id = talking(push_retry_seconds=[20])
    (ahead,) = say(company, session_id, "零")
    plan(company, {"delay_seconds": 5}, times=1)
    (late,) = say(company, session_id, "一")
    (order,) = company.take_due()
    company.report(order.delivery_id, order.attempt_number, REFUSED)

    to(company, 20)

    assert arrived(company) == [ahead.id, late.id]


def test_other_customers_do_not_wait_for_a_delay() -> None:
    """A lane is one customer's."""
    company, session_id = talking()
    other = open_session(company, "c-2")
    arrived(company)
    plan(company, {"delay_seconds": 5}, times=1)
    say(company, session_id, "一")
    (theirs,) = say(company, other, "二")

    assert arrived(company) == [theirs.id]


def test_a_dropped_push_is_never_sent_says_so_and_its_lane_goes_on() -> None:
    """Interfaces §6; and it is no problem."""
    company, session_id = talking()
    number = plan(company, {"drop": True}, times=1)
    dropped, next_ = say(company, session_id, "一", "二")

    assert (dropped.state, dropped.reason, dropped.attempts) == ("undeliverable", "dropped by planned fault 1", [])
    assert dropped.fault == number
    assert arrived(company) == [next_.id]
    assert problems(company) == []


def test_a_doubled_push_is_followed_by_copies_of_the_same_bytes() -> None:
    """duplicate: n more deliveries right behind it in its lane, each of its own."""
    company, session_id = talking()
    plan(company, {"duplicate": 2}, times=1)
    original, *copies, behind = say(company, session_id, "一", "二")

    sent = orders(company)

    assert [order.delivery_id for order in sent] == [original.id, copies[0].id, copies[1].id, behind.id]
    assert sent[0].body == sent[1].body == sent[2].body == original.body
    assert [(copy.copy_of, copy.fault, copy.state) for copy in copies] == [(original.id, 1, "delivered")] * 2
    assert (original.copy_of, behind.copy_of, behind.fault) == (None, None, None)


def test_a_held_push_is_nothing_due_and_overtaken_until_it_is_released() -> None:
    """hold: pending, out of its lane; when it is released it goes to the lane's end."""
    company, session_id = talking(push_retry_seconds=[10])
    number = plan(company, {"hold": True}, times=1)
    held, overtaking = say(company, session_id, "一", "二")

    assert (held.state, held.held_by, held.next_attempt_at) == ("pending", number, None)
    assert arrived(company) == [overtaking.id]
    assert company.next_due() is None
    to(company, 3600)
    assert arrived(company) == []
    (waiting,) = say(company, session_id, "三")
    released = company.release(held.id)

    assert (released.held_by, released.fault) == (None, number)
    assert arrived(company) == [waiting.id, held.id]


def test_all_that_a_plan_holds_is_released_at_once_in_order() -> None:
    """POST /_mock/faults/{id}/release, and what is done when the plan is removed; another plan's stay."""
    company, session_id = talking()
    other = plan(company, {"hold": True}, times=1)
    (theirs,) = say(company, session_id, "零")
    number = plan(company, {"hold": True})
    held = say(company, session_id, "一", "二")

    released = company.release_held(number)

    assert [delivery.id for delivery in released] == [delivery.id for delivery in held]
    assert arrived(company) == [delivery.id for delivery in held]
    assert theirs.held_by == other
    assert company.release_held(number) == []
    assert company.release_held(99) == []


@pytest.mark.parametrize(
    ("do", "where"),
    [
        ({"delay_seconds": 5}, "waiting for its turn"),
        ({"reorder": True}, "put aside"),
        ({"drop": True}, "undeliverable"),
        ({"duplicate": 1}, "waiting for its turn"),
    ],
)
def test_what_is_not_held_can_not_be_released(do: dict[str, Any], where: str) -> None:
    """The text says where it is; nothing changes."""
    company, session_id = talking()
    plan(company, do, times=1)
    before, *_ = say(company, session_id, "一")
    kept = shown(before)

    with pytest.raises(UsageError, match=f"delivery {before.id} is not held: it is {where}") as refused:
        company.release(before.id)
    with pytest.raises(UsageError, match="there is no delivery 99") as unknown:
        company.release(99)

    assert (refused.value.kind, unknown.value.kind) == ("conflict", "unknown")
    assert shown(before) == kept


def test_a_held_push_is_not_sent_again_but_released() -> None:
    """The hint of a resend says how."""
    company, session_id = talking()
    plan(company, {"hold": True})
    (held,) = say(company, session_id, "一")

    with pytest.raises(UsageError, match="is held by planned fault 1") as refused:
        company.resend(held.id, cause=1)

    assert refused.value.hint == f"POST /_mock/deliveries/{held.id}/release lets it go"


def test_a_reordered_push_goes_right_behind_the_next_of_its_lane() -> None:
    """reorder: 2 1 3."""
    company, session_id = talking()
    plan(company, {"reorder": True}, times=1)
    first, second, third = say(company, session_id, "一", "二", "三")

    assert arrived(company) == [second.id, first.id, third.id]


def test_a_reordered_push_goes_by_itself_when_nothing_overtakes_it() -> None:
    """After within_seconds, 60 of the company's unless given; that is due, and the operator sees when."""
    company, session_id = talking()
    plan(company, {"reorder": True}, times=1)
    plan(company, {"reorder": True, "within_seconds": 90}, times=1)
    first, second = say(company, session_id, "一", "二")

    assert company.next_due() == after(60)
    assert [first.next_attempt_at, second.next_attempt_at] == [after(60), after(90)]
    to(company, 59)
    assert arrived(company) == []
    to(company, 60)
    assert arrived(company) == [first.id]
    to(company, 90)
    assert arrived(company) == [second.id]
    assert company.next_due() is None


@pytest.mark.parametrize("do", [None, {"delay_seconds": 1}])
def test_a_push_that_comes_after_its_time_overtakes_nothing_whoever_looked_in_between(
    do: dict[str, Any] | None,
) -> None:
    """What is planned does not depend on how often the outbox is asked."""
    company, session_id = talking()
    plan(company, {"reorder": True}, times=1)
    (first,) = say(company, session_id, "一")
    to(company, 61)
    if do is not None:
        plan(company, do)

    (second,) = say(company, session_id, "二")

    to(company, 62)
    assert arrived(company) == [first.id, second.id]


def test_several_put_aside_follow_the_next_in_their_order() -> None:
    """What is put aside is nobody's next."""
    company, session_id = talking()
    plan(company, {"reorder": True}, times=2)
    first, second, third = say(company, session_id, "一", "二", "三")

    assert arrived(company) == [third.id, first.id, second.id]


def test_a_push_of_another_customer_is_not_the_next_of_the_lane() -> None:
    """Lanes are apart."""
    company, session_id = talking()
    other = open_session(company, "c-2")
    arrived(company)
    plan(company, {"reorder": True}, times=1)
    say(company, session_id, "一")
    (theirs,) = say(company, other, "二")

    assert arrived(company) == [theirs.id]


def test_a_delayed_and_reordered_push_lets_its_lane_go_on_for_that_long() -> None:
    """delay_seconds holds the lane unless reorder; then whatever comes meanwhile overtakes it."""
    company, session_id = talking()
    plan(company, {"delay_seconds": 5, "reorder": True}, times=1)
    late, *others = say(company, session_id, "一", "二", "三")

    assert arrived(company) == [delivery.id for delivery in others]
    assert company.next_due() == after(5)
    to(company, 5)
    assert arrived(company) == [late.id]


@pytest.mark.parametrize(
    ("corrupt", "sent"),
    [
        (True, lambda body: body[:-1] + b"]"),
        ("malformed", lambda body: body[:-1] + b"]"),
        ("truncated", lambda body: body[: len(body) // 2].decode(errors="ignore").encode()),
        ("empty", lambda _: b""),
    ],
)
def test_a_corrupted_push_goes_out_spoilt_and_shows_both(corrupt: Any, sent: Any) -> None:
    """`body` as it was meant, `sent` as it was sent; retries send the same."""
    company, session_id = talking(push_retry_seconds=[10])
    plan(company, {"corrupt": corrupt}, times=1)
    (spoilt,) = say(company, session_id, "您好")
    (order,) = company.take_due()
    company.report(order.delivery_id, order.attempt_number, REFUSED)
    to(company, 10)
    (again,) = company.take_due()

    assert order.body == again.body == sent(spoilt.body)
    with pytest.raises(json.JSONDecodeError):
        json.loads(order.body)
    row = shown(spoilt)
    assert (row["body"]["messages"][0]["data"], row["sent"]) == ({"content": "您好"}, order.body.decode())


def test_an_app_that_refuses_a_spoilt_push_is_no_problem() -> None:
    """It is right to; one that refuses a whole push is one still."""
    company, session_id = talking(push_retry_seconds=[])
    plan(company, {"corrupt": True}, times=1)
    spoilt, whole = say(company, session_id, "一", "二")
    while due := company.take_due():
        for order in due:
            company.report(order.delivery_id, order.attempt_number, REFUSED)

    assert (spoilt.state, whole.state) == ("failed", "failed")
    assert [problem.text.partition(" (")[0] for problem in problems(company)] == [f"push {whole.id}"]


def test_a_delay_goes_with_copies_and_with_corruption() -> None:
    """DESIGN: delay combines with duplicate, corrupt and reorder."""
    company, session_id = talking()
    plan(company, {"delay_seconds": 5, "duplicate": 1}, times=1)
    plan(company, {"delay_seconds": 9, "corrupt": "empty"}, times=1)
    original, copy, spoilt = say(company, session_id, "一", "二")

    assert arrived(company) == []
    to(company, 5)
    assert arrived(company) == [original.id, copy.id]
    to(company, 9)
    assert [(order.delivery_id, order.body) for order in orders(company)] == [(spoilt.id, b"")]


# -- when it fires ------------------------------------------------------------------------------------------------------


def test_retries_and_resends_fire_nothing() -> None:
    """A plan is looked at once, when a push is put."""
    company, session_id = talking(push_retry_seconds=[10])
    (before,) = say(company, session_id, "一")
    (order,) = company.take_due()
    number = plan(company, {"drop": True})
    company.report(order.delivery_id, order.attempt_number, REFUSED)
    to(company, 10)
    assert arrived(company) == [before.id]

    company.resend(before.id, cause=1)

    assert arrived(company) == [before.id]
    assert (company.faults.get(number).matched, before.fault) == (0, None)


def test_a_dropped_push_can_be_sent_again() -> None:
    """Then it goes: a resend fires nothing."""
    company, session_id = talking()
    plan(company, {"drop": True})
    (dropped,) = say(company, session_id, "一")

    company.resend(dropped.id, cause=1)

    assert arrived(company) == [dropped.id]
    assert dropped.state == "delivered"


def test_copies_fire_nothing() -> None:
    """Else a plan that doubles would never end."""
    company, session_id = talking()
    number = plan(company, {"duplicate": 1})
    say(company, session_id, "一")

    assert company.faults.get(number).matched == 1


def test_a_push_that_goes_nowhere_fires_nothing() -> None:
    """Without a URL there is nothing to go wrong, and no `times` are used up."""
    company = a_company()
    number = plan(company, {"drop": True})
    open_session(company)

    assert company.faults.get(number).matched == 0
    assert {delivery.reason for delivery in company.outbox.deliveries.values()} == {"receive_url is not set"}


def test_only_pushes_that_match_go_wrong() -> None:
    """By type, here."""
    company = a_company(receive_url=URL)
    plan(company, {"drop": True}, match={"type": "message", "body": {"customer_token": "c-2"}})
    first, second = open_session(company, "c-1"), open_session(company, "c-2")
    (mine,), (theirs,) = say(company, first, "一"), say(company, second, "二")

    assert (mine.state, theirs.state) == ("pending", "undeliverable")


def test_each_firing_is_in_the_journal_behind_its_push_and_before_its_copies() -> None:
    """Caused by what caused the push; the copies are caused by it."""
    company, session_id = talking()
    plan(company, {"duplicate": 1}, times=1)
    entry = company.journal.open_call("operator", "POST", "/_mock/sessions/1/messages", (), NOW)
    company.submit(AgentSays(session_id=session_id, type="message", data={"content": "一"}), entry.id)

    pushed, firing, copied = [row for row in company.journal if isinstance(row, PushEntry | PlannedFaultEntry)][-3:]
    assert isinstance(firing, PlannedFaultEntry)
    assert isinstance(pushed, PushEntry)
    assert isinstance(copied, PushEntry)
    assert (firing.plan_id, firing.on, dict(firing.did), firing.cause, firing.delivery_id) == (
        1,
        "push",
        {"duplicate": 1},
        entry.id,
        pushed.delivery_id,
    )
    assert copied.cause == firing.id
    assert company.outbox.get(copied.delivery_id).cause == firing.id


def test_the_story_tells_what_went_wrong() -> None:
    """A line for each firing, and the push's own."""
    company, session_id = talking()
    for do in ({"drop": True}, {"hold": True}, {"duplicate": 1}, {"corrupt": "truncated"}, {"delay_seconds": 5}):
        plan(company, do, times=1)
    pushes = say(company, session_id, "一", "二", "三", "四", "五")
    arrived(company)
    dropped, held, doubled, copy, cut, late = (delivery.id for delivery in pushes)

    lines = as_text(story(company)).splitlines()
    text = "\n".join(" ".join(line.split()[1:]) for line in lines)

    size = len(pushes[4].body)
    half = len(pushes[4].sent or b"")
    assert f"planned fault 1: push {dropped} (message) to customer c-1: never sent" in text
    assert f"planned fault 2: push {held} (message) to customer c-1: held until it is released" in text
    assert f"planned fault 3: push {doubled} (message) to customer c-1: sent 2 times" in text
    assert f"planned fault 4: push {cut} (message) to customer c-1: sent truncated" in text
    assert f"planned fault 5: push {late} (message) to customer c-1: delayed by 5 s" in text
    assert "to c-1: “一” → not sent: dropped by planned fault 1" in text
    assert "to c-1: “二” → held by planned fault 2" in text
    assert f"to c-1: “三” (a copy of push {doubled}) → 200" in text
    assert f"to c-1: “四” ({half} of {size} bytes sent) → 200" in text
    assert "to c-1: “五” → kept back until 10:00:05 by planned fault 5" in text
    assert copy == doubled + 1


def test_a_release_is_told_to_who_follows_the_journal() -> None:
    """The delivery has changed, late."""
    company, session_id = talking()
    plan(company, {"hold": True}, times=1)
    (held,) = say(company, session_id, "一")
    before = len(company.journal.late)

    company.release(held.id)

    assert [(late.what, late.about) for late in list(company.journal.late)[before:]] == [("delivery", held.id)]


def test_what_is_to_come_has_the_delayed_and_not_the_held() -> None:
    """Nothing of a held push is due."""
    company, session_id = talking()
    plan(company, {"hold": True}, times=1)
    plan(company, {"reorder": True}, times=1)
    held, aside = say(company, session_id, "一", "二")

    rows, total = upcoming(company, 10)

    assert (total, [(row.due, row.kind) for row in rows]) == (1, [(after(60), "push_attempt")])
    assert rows[0].text.startswith(f"push {aside.id} ")
    assert [line.id for line in story(company) if line.kind == "due"] == [aside.id]
    assert [delivery.id for delivery in company.outbox.pending()] == [held.id, aside.id]


def test_an_outbox_with_parked_pushes_is_plain_data_and_goes_on_after_a_round_trip() -> None:
    """A snapshot has them all."""
    company, session_id = talking()
    for do in ({"hold": True}, {"reorder": True}, {"delay_seconds": 5, "corrupt": "truncated"}):
        plan(company, do, times=1)
    say(company, session_id, "一", "二", "三", "四")
    adapter: TypeAdapter[Outbox] = TypeAdapter(Outbox)

    copy = adapter.validate_json(adapter.dump_json(company.outbox))

    assert copy == company.outbox
    assert [order.body for order in copy.take_due(after(5), company.settings)] == [
        order.body for order in company.outbox.take_due(after(5), company.settings)
    ]


# -- planned by a scenario ----------------------------------------------------------------------------------------------

FALLS = """\
rules:
  - on: session_started
    do:
      - fault: {on: push, match: {type: message}, times: 1, do: {drop: true}}
      - reply: "一"
      - reply: "二"
"""


def test_the_step_plans_for_its_customer_and_is_the_plans_cause() -> None:
    """The step is journalled as others are; the fault fires on the pushes of the steps behind it."""
    company = played_company(scenario(FALLS, "falls.yaml"), receive_url=URL)
    ask(company)

    (plan_,) = company.faults
    step = company.journal.get(plan_.cause or 0)
    assert isinstance(step, ScenarioEntry)
    assert step.did is not None
    assert (step.did.step, step.did.place.line) == ("fault", 4)
    assert (dict(plan_.match), plan_.fired) == ({"type": "message", "customer_token": "c-1"}, 1)
    assert [(delivery.fault, delivery.state) for delivery in company.outbox.deliveries.values()][-2:] == [
        (1, "undeliverable"),
        (None, "pending"),
    ]
    assert problems(company) == []


def test_a_step_that_finds_too_many_plans_is_a_problem_and_the_run_goes_on() -> None:
    """The app's call is answered all the same."""
    company = played_company(scenario(FALLS, "falls.yaml"), receive_url=URL)
    for _ in range(MOST_PLANS):
        plan(company, {"drop": True}, match={"customer_token": "nobody"})

    ask(company)

    ((kind, text),) = [(problem.kind, problem.text) for problem in problems(company)]
    assert kind == "scenario_error"
    assert text.startswith(
        f"falls.yaml:4:9: rules[0].do[0].fault: no fault was planned: {MOST_PLANS} faults are planned"
    )
    assert len(company.faults) == MOST_PLANS
    assert len(company.outbox.deliveries) == 3


# -- any mix of plans ---------------------------------------------------------------------------------------------------

DOS: list[dict[str, Any]] = [
    {},
    {"drop": True},
    {"hold": True},
    {"duplicate": 2},
    {"reorder": True},
    {"reorder": True, "within_seconds": 7},
    {"delay_seconds": 4},
    {"delay_seconds": 4, "reorder": True},
    {"delay_seconds": 4, "duplicate": 1},
    {"corrupt": "empty"},
]
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("put"), st.integers(1, 2), st.sampled_from(DOS)),
        st.tuples(st.just("pass"), st.sampled_from([1, 3, 8, 61]), st.none()),
        st.tuples(st.just("release"), st.integers(0, 3), st.none()),
    ),
    max_size=40,
)


class Restated:
    """The rules of planned faults once more, in seconds and plain lists: one lane of a receiver that takes everything at once."""

    def __init__(self) -> None:
        self.lane: list[tuple[int, float]] = []
        self.held: list[int] = []
        # Number, when it goes by itself, whether it follows the next.
        self.aside: list[tuple[int, float, bool]] = []
        self.arrived: list[tuple[float, int]] = []

    def put(self, numbers: list[int], do: dict[str, Any], now: float) -> None:
        """A push and its copies, which a plan has met or not."""
        first, delay = numbers[0], do.get("delay_seconds", 0)
        self.until(now)
        if "drop" in do:
            return
        if "hold" in do:
            self.held.append(first)
            return
        if "reorder" in do:
            self.aside.append((first, now + (delay or do.get("within_seconds", 60)), not delay))
            return
        self.lane.append((first, float(now + delay)))
        self.lane += [(number, now) for number in numbers[1:]]
        self.lane += [(number, now) for number, _, follows in self.aside if follows]
        self.aside = [row for row in self.aside if not row[2]]

    def release(self, number: int, now: float) -> None:
        """Goes to the end of the lane."""
        self.until(now)
        self.held.remove(number)
        self.lane.append((number, now))

    def until(self, now: float) -> None:
        """All that happens by itself up to now, moment by moment; what is put aside comes back before anything goes out."""
        while True:
            back = min(((due, number) for number, due, _ in self.aside), default=None)
            moments = [row[1] for row in self.lane[:1]] + ([back[0]] if back else [])
            moment = min(moments, default=None)
            if moment is None or moment > now:
                return
            if back is not None and back[0] == moment:
                self.aside = [row for row in self.aside if row[0] != back[1]]
                self.lane.append((back[1], moment))
                continue
            self.arrived.append((moment, self.lane.pop(0)[0]))
            if self.lane:
                self.lane[0] = (self.lane[0][0], max(self.lane[0][1], moment))


def _run(outbox: Outbox, now: datetime, sent: dict[int, list[tuple[float, int]]]) -> None:
    """Walks from due moment to due moment up to now; the receiver takes everything at once."""
    while (due := outbox.next_due()) is not None and due <= now:
        for order in outbox.take_due(due, SETTINGS):
            outbox.finish(order.delivery_id, order.attempt_number, FINE, due, SETTINGS)
            delivery = outbox.get(order.delivery_id)
            sent[delivery.customer_id].append(((due - NOW).total_seconds(), delivery.id))


@profile(derandomize=True, deadline=None, max_examples=250)
@given(STEPS)
def test_with_any_plans_nothing_is_lost_or_doubled_but_as_planned_and_in_the_planned_order(steps: list[Any]) -> None:
    """Against the rules said once more; each push arrives when it should, its lane in order."""
    outbox, now = Outbox(), 0.0
    lanes = {1: Restated(), 2: Restated()}
    sent: dict[int, list[tuple[float, int]]] = {1: [], 2: []}
    for kind, number, do in steps:
        if kind == "put":
            draft = outbox.draft(
                target="receive_url", customer_id=number, session_id=1, push="x", body=b"{}", cause=7, now=after(now)
            )
            ids = [draft.id]
            if do:
                meant = push_fault(3, do, do.get("delay_seconds", 0))
                ids += [copy.id for copy in apply(outbox, draft, meant, after(now), cause=8)]
            else:
                outbox.place(draft, after(now), url=URL)
            lanes[number].put(ids, do, now)
        elif kind == "pass":
            now += number
        else:
            held = list(outbox.parked.held)
            if held:
                one = outbox.get(held[number % len(held)])
                release(outbox, one.id, after(now))
                lanes[one.customer_id].release(one.id, now)
        _run(outbox, after(now), sent)
        for lane in lanes.values():
            lane.until(now)
        waiting = {row[0] for lane in lanes.values() for row in (*lane.lane, *lane.aside)}
        kept = {number for lane in lanes.values() for number in lane.held}
        assert [delivery.id for delivery in outbox.pending()] == sorted(waiting | kept)
    _run(outbox, after(now + 1000), sent)
    for number, lane in lanes.items():
        lane.until(now + 1000)
        assert sent[number] == lane.arrived
    assert outbox.next_due() is None
    assert [delivery.id for delivery in outbox.pending()] == sorted(outbox.parked.held)
    assert (outbox.parked.returns, outbox.parked.aside, outbox.parked.followers) == ([], {}, {})
    assert {delivery.copy_of for delivery in outbox.deliveries.values()} <= {None, *outbox.deliveries}
