"""What can be said of a planned fault is read back as it was said, and nonsense is refused in words, whatever it is."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from mock_udesk.company.faults.plan_wording import planned
from mock_udesk.company.faults.plans import Faults
from mock_udesk.endpoint import BadParameters
from mock_udesk.scenario.traffic.faults import CALL_KINDS, PUSH_KINDS, read_plan

from .. import NOW

NAMES = (
    *CALL_KINDS,
    *PUSH_KINDS,
    *("on", "when", "match", "times", "probability", "expires_in_seconds", "do", "delay_seconds", "body", "headers"),
    *("message", "within_seconds", "uniform", "lognormal", "median", "sigma", "seconds", "retry_after_seconds", "path"),
)
PLAIN = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(["call", "push", "after"])
JSON = st.recursive(
    PLAIN,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES) | st.text(max_size=5), inner, max_size=4)
    ),
    max_leaves=12,
)
SECONDS = st.floats(0, 3_600)
DELAYS = (
    SECONDS
    | st.tuples(SECONDS, SECONDS).map(lambda pair: {"uniform": sorted(pair)})
    | st.builds(
        lambda median, sigma: {"lognormal": {"median": median, "sigma": sigma}},
        st.floats(0.001, 3_600),
        st.floats(0, 10),
    )
)
CALL_DO = (
    st.fixed_dictionaries({"http_status": st.integers(200, 599).filter(lambda status: status not in (204, 304))})
    | st.fixed_dictionaries({"code": st.integers(0, 99_999), "message": st.text(st.characters(codec="utf-8"))})
    | st.fixed_dictionaries({"close_connection": st.sampled_from([True, "reset"])})
    | st.sampled_from([{"malformed_json": True}, {"truncated": True}, {"empty": True}, {"slow_body": {"seconds": 1.0}}])
)


@settings(deadline=None, max_examples=300)
@given(JSON, JSON, JSON)
def test_whatever_is_typed_is_a_plan_or_refused_in_words(whole: Any, match: Any, do: Any) -> None:
    """Never anything else; what is read is put into words and drawn from."""
    for given_plan in (whole, {"on": "call", "match": match, "do": do}, {"on": "push", "match": match, "do": do}):
        try:
            plain = read_plan(given_plan).plain()
        except BadParameters:
            continue
        plan = Faults().add(plain, NOW)
        assert planned(plan)


@settings(deadline=None, max_examples=100)
@given(CALL_DO, DELAYS, st.integers(1, 2**40), st.floats(0, 1), st.sampled_from(["before", "after"]))
def test_a_plan_is_read_back_as_it_was_said(do: Any, delay: Any, times: int, probability: float, when: str) -> None:
    """Its plain form is a plan too, and the same."""
    said = {
        "on": "call",
        "when": when,
        "times": times,
        "probability": probability,
        "do": {**do, "delay_seconds": delay},
    }

    plain = read_plan(said).plain()

    assert {**plain, **said} == plain
    assert read_plan(plain).plain() == plain
