"""Planned faults of a company: which plan fires, how often, and that chance repeats."""

import json
from datetime import timedelta
from typing import Any

import pytest
from pydantic import TypeAdapter

from mock_udesk.company.faults.plan_wording import planned
from mock_udesk.company.faults.plans import LONGEST_SECONDS, MOST_PLANS, Faults
from mock_udesk.company.journal.entries import CallEntry
from mock_udesk.desk.errors import UsageError

from .. import NOW


def _plain(do: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    return {"on": "call", "do": do or {"http_status": 503}, **more}


def _call(customer_token: str = "c-1") -> CallEntry:
    return CallEntry(
        id=1,
        at=NOW,
        kind="call",
        method="POST",
        path="/open_api_v1/im/messages",
        headers=(),
        endpoint="POST /im/messages",
        customer_token=customer_token,
    )


def _fired(faults: Faults, calls: int, *, when: Any = "before") -> list[int]:
    """The numbers of the calls on which something fires."""
    return [number for number in range(calls) if faults.of_call(_call(), when, NOW) is not None]


def test_a_plan_fires_on_every_call_unless_told_otherwise() -> None:
    """No match: all; no times: without end; no probability: always."""
    faults = Faults()
    plan = faults.add(_plain(), NOW)

    assert _fired(faults, 3) == [0, 1, 2]
    assert (plan.matched, plan.fired, plan.left, plan.state(NOW)) == (3, 3, None, "active")


def test_times_are_used_up_and_the_plan_stays_as_spent() -> None:
    """DESIGN: a plan whose times are used up stays listed."""
    faults = Faults()
    plan = faults.add(_plain(times=2), NOW)

    assert _fired(faults, 4) == [0, 1]
    assert (plan.matched, plan.left, plan.state(NOW), list(faults)) == (2, 0, "spent", [plan])


@pytest.mark.parametrize(("probability", "expected"), [(0, []), (0.0, []), (1, [0, 1, 2, 3]), (1.0, [0, 1, 2, 3])])
def test_probability_0_never_fires_and_1_always_does(probability: float, expected: list[int]) -> None:
    """Whatever is drawn."""
    for seed in range(50):
        faults = Faults(seed=seed)
        faults.add(_plain(probability=probability), NOW)

        assert _fired(faults, 4) == expected


def test_the_same_seed_draws_the_same_and_another_draws_another() -> None:
    """From the company's seed, the plan's id and the number of the match."""
    drawn = []
    for seed in (1, 1, 2):
        faults = Faults(seed=seed)
        faults.add(_plain(probability=0.3), NOW)
        drawn.append(_fired(faults, 100))

    assert drawn[0] == drawn[1] != drawn[2]
    assert 10 < len(drawn[0]) < 50


def test_two_plans_do_not_fire_together() -> None:
    """Each has draws of its own: what befalls one customer does not befall the other at the same places."""
    faults = Faults(seed=4)
    tokens = ("c-1", "c-2")
    for token in tokens:
        faults.add(_plain(probability=0.5, match={"customer_token": token}), NOW)
    drawn = [[faults.of_call(_call(token), "before", NOW) is None for _ in range(50)] for token in tokens]

    assert drawn[0] != drawn[1]


def test_a_plan_that_does_not_fire_changes_nothing_in_what_others_draw() -> None:
    """Each plan has a chance of its own."""
    alone, beside = Faults(seed=3), Faults(seed=3)
    for faults in (alone, beside):
        faults.add(_plain(probability=0), NOW)
        faults.add(_plain(probability=0.5), NOW)
    alone.remove(1)

    assert _fired(alone, 50) == _fired(beside, 50)


def test_the_first_that_matches_and_is_drawn_fires() -> None:
    """In the order of ids; the others have not matched then."""
    faults = Faults()
    never = faults.add(_plain(probability=0), NOW)
    first = faults.add(_plain(), NOW)
    second = faults.add(_plain(), NOW)

    firing = faults.of_call(_call(), "before", NOW)

    assert firing is not None
    assert firing.plan is first
    assert (never.matched, first.matched, second.matched) == (1, 1, 0)


def test_only_calls_that_match_are_met() -> None:
    """And only they are counted."""
    faults = Faults()
    plan = faults.add(_plain(match={"customer_token": "c-1"}), NOW)

    fired = [faults.of_call(_call(token), "before", NOW) is not None for token in ("c-2", "c-1")]

    assert (fired, plan.matched) == ([False, True], 1)


def test_before_and_after_are_apart() -> None:
    """A plan is for one of them."""
    faults = Faults()
    faults.add(_plain(when="after"), NOW)

    assert (_fired(faults, 1), _fired(faults, 1, when="after")) == ([], [0])


def test_a_plan_expires_at_its_moment() -> None:
    """Not before, and it stays listed."""
    faults = Faults()
    plan = faults.add(_plain(expires_in_seconds=10), NOW)
    just_before, then = NOW + timedelta(seconds=9.999999), NOW + timedelta(seconds=10)

    fired = [faults.of_call(_call(), "before", now) is not None for now in (just_before, then)]

    assert fired == [True, False]
    assert (plan.expires_at, plan.state(just_before), plan.state(then)) == (then, "active", "expired")


def test_an_expiry_beyond_all_clocks_is_no_error() -> None:
    """A hundred years from nearly the last moment."""
    plan = Faults().add(_plain(expires_in_seconds=100 * 366 * 86_400.0), NOW.replace(year=8999))

    assert plan.state(NOW.replace(year=8999, month=12)) == "active"


@pytest.mark.parametrize(
    ("delay", "least", "most"),
    [
        (1.5, 1.5, 1.5),
        (0, 0, 0),
        ({"uniform": [1, 2]}, 1, 2),
        ({"uniform": [2, 2]}, 2, 2),
        ({"lognormal": {"median": 1, "sigma": 0.5}}, 0, 20),
        ({"lognormal": {"median": 3600, "sigma": 10}}, 0, LONGEST_SECONDS["call"]),
    ],
)
def test_a_delay_is_drawn_within_its_bounds_and_repeats(delay: Any, least: float, most: float) -> None:
    """To the microsecond; the same for the same seed."""
    drawn = []
    for _ in range(2):
        faults = Faults(seed=5)
        faults.add(_plain({"delay_seconds": delay}), NOW)
        firings = [faults.of_call(_call(), "before", NOW) for _ in range(30)]
        drawn.append([firing.delay_seconds for firing in firings if firing is not None])

    assert drawn[0] == drawn[1]
    assert all(least <= seconds <= most and round(seconds, 6) == seconds for seconds in drawn[0])
    assert (len(set(drawn[0])) == 1) == (least == most)


def test_a_lognormal_delay_has_its_median_in_the_middle() -> None:
    """Half of the draws are shorter."""
    faults = Faults(seed=1)
    faults.add(_plain({"delay_seconds": {"lognormal": {"median": 2, "sigma": 1}}}), NOW)
    firings = [faults.of_call(_call(), "before", NOW) for _ in range(400)]

    shorter = sum(firing.delay_seconds < 2 for firing in firings if firing is not None)

    assert 150 < shorter < 250


def test_the_journal_is_told_the_delay_that_was_drawn_and_not_the_body() -> None:
    """What is sent stands where it is sent."""
    faults = Faults()
    faults.add(_plain({"delay_seconds": {"uniform": [1, 1]}, "http_status": 500, "body": "x", "headers": {}}), NOW)

    firing = faults.of_call(_call(), "before", NOW)

    assert firing is not None
    assert firing.did == {"delay_seconds": 1.0, "http_status": 500}


def test_an_id_is_never_given_twice() -> None:
    """Also when its plan was taken back."""
    faults = Faults()
    faults.remove(faults.add(_plain(), NOW).id)

    assert faults.add(_plain(), NOW).id == 2


def test_an_unknown_plan_is_said_with_those_that_there_are() -> None:
    """What was wrong and what would be right."""
    faults = Faults()
    faults.add(_plain(), NOW)
    faults.add({"on": "push", "do": {"drop": True}}, NOW)

    with pytest.raises(UsageError, match="there is no planned fault 7") as caught:
        faults.remove(7)

    assert caught.value.hint == "there are: 1, 2"


def test_what_is_over_makes_room_for_other_plans() -> None:
    """The oldest goes first; where all may fire yet another one is refused."""
    faults = Faults()
    for number in range(MOST_PLANS):
        faults.add(_plain(expires_in_seconds=1 if number == 5 else None), NOW)
    later = NOW + timedelta(seconds=1)

    faults.add(_plain(), later)

    assert (len(faults), 6 in [plan.id for plan in faults]) == (MOST_PLANS, False)
    with pytest.raises(UsageError, match="1000 faults are planned") as caught:
        faults.add(_plain(), later)
    assert (caught.value.kind, len(faults), faults.last_id) == ("conflict", MOST_PLANS, MOST_PLANS + 1)


def test_as_data_and_back_it_goes_on_as_if_nothing_had_happened() -> None:
    """The snapshot: matchers are made anew, counts and chances go on."""
    faults, alone = Faults(seed=9), Faults(seed=9)
    for each in (faults, alone):
        each.add(_plain(probability=0.5, match={"customer_token": "c-1"}, expires_in_seconds=60, times=30), NOW)
        each.add({"on": "push", "do": {"delay_seconds": {"uniform": [1, 2]}}}, NOW)
    began = _fired(faults, 20)
    kept = TypeAdapter(Faults)

    restored = kept.validate_json(kept.dump_json(faults))

    assert restored == faults
    assert [*began, *(20 + number for number in _fired(restored, 20))] == _fired(alone, 40)
    assert json.loads(kept.dump_json(restored)) != json.loads(kept.dump_json(faults))


@pytest.mark.parametrize(
    ("do", "words"),
    [
        ({"http_status": 503}, "HTTP 503"),
        ({"delay_seconds": 2, "code": 9200}, "delayed by 2 s, code 9200"),
        ({"delay_seconds": {"uniform": [1, 2.5]}}, "delayed by 1 to 2.5 s"),
        ({"delay_seconds": {"lognormal": {"median": 1, "sigma": 1}}}, "delayed by about 1 s"),
        ({"close_connection": True}, "the connection was closed without an answer"),
        ({"close_connection": "reset"}, "the connection was reset without an answer"),
        ({"malformed_json": True}, "answered with malformed JSON"),
        ({"truncated": True}, "the answer was cut in the middle"),
        ({"empty": True}, "answered with an empty body"),
        ({"slow_body": {"seconds": 3}}, "the answer dripped for 3 s"),
        ({"rate_limited": {"retry_after_seconds": 1}}, "answered as over the limit"),
        ({"drop": True}, "never sent"),
        ({"duplicate": 2, "delay_seconds": 1}, "delayed by 1 s, sent 3 times"),
        ({"hold": True}, "held until it is released"),
        ({"reorder": True, "within_seconds": 5}, "sent after the next push of its lane"),
        ({"corrupt": True}, "sent malformed"),
        ({"corrupt": "truncated"}, "sent truncated"),
    ],
)
def test_each_plan_is_put_into_words(do: dict[str, Any], words: str) -> None:
    """For lists and warnings."""
    assert planned(Faults().add(_plain(do), NOW)) == words
