"""Whether the parts of a snapshot fit together: what a company never does by itself, somebody may have written by hand."""

from collections import Counter
from collections.abc import Iterable
from itertools import chain
from typing import Final

from pydantic_core import to_json

from ...desk.state import State
from ...endpoint import BadParameters
from ...scenario.traffic.faults import read_plan
from ..company import Company
from ..faults.plans import Faults
from ..journal import feed, problems
from ..pushes.outbox import Outbox, lane_of
from ..story import timeline
from .kept import KeptCompany, KeptJournal

_TARGETS: Final = {"receive_url", "h5_push_url"}


def check(kept: KeptCompany) -> None:
    """Raises ValueError when desk, outbox, journal or planned faults are as they never are by themselves."""
    _check_desk(kept.desk)
    _check_outbox(kept.outbox)
    _check_journal(kept.journal)
    _check_faults(kept.faults)


def tell_all(company: Company) -> None:
    """Tells all that a restored company has to tell of its past, as its readers will ask for it. Raises what they would meet."""
    for entry in company.journal:
        to_json(feed.told(entry, company, with_measured=True), inf_nan_mode="null")
    for delivery in company.outbox.deliveries.values():
        to_json(feed.delivery_told(delivery, company, with_measured=True), inf_nan_mode="null")
    to_json(timeline.as_json(timeline.story(company)), inf_nan_mode="null")
    problems.problems(company)


def _check_desk(desk: State) -> None:
    for noun, things, following in (
        ("customer", desk.customers, desk.counters.customer),
        ("stay", desk.stays, desk.counters.stay),
        ("session", desk.sessions, desk.counters.session),
        ("talk", desk.talks, desk.counters.talk),
    ):
        for number, thing in things.items():
            if thing.id != number or not 0 < number < following:
                _refuse(f"{noun} {number} has another number")
    for stay in desk.stays.values():
        open_one = [] if stay.session_id is None else [stay.session_id]
        if stay.customer_id not in desk.customers or not {*stay.session_ids, *open_one} <= desk.sessions.keys():
            _refuse(f"the customer or a session of stay {stay.id} is not there")
        if not stay.talk_ids.keys() <= desk.talks.keys():
            _refuse(f"a talk of stay {stay.id} is not there")
    for session in desk.sessions.values():
        if session.is_open and (session.stay_id not in desk.stays or session.customer_id not in desk.customers):
            _refuse(f"the customer or the stay of session {session.id} is not there")


def _check_outbox(outbox: Outbox) -> None:
    parked, there = outbox.parked, outbox.deliveries
    in_lanes = Counter(chain(*outbox.lanes.values(), parked.held, parked.aside))
    named = chain(in_lanes, outbox.ended, (number for _, number in (*outbox.endings, *outbox.waiting())))
    lost = next((number for number in named if number not in there), None)
    if lost is not None:
        _refuse(f"delivery {lost} is not there")
    if outbox.flying.keys() != _TARGETS or outbox.heads.keys() != _TARGETS:
        _refuse(f"its pushes go to {', '.join(sorted(_TARGETS))}")
    if any(outbox.flying.values()) or any(delivery.is_in_flight for delivery in there.values()):
        _refuse("a push is in flight")
    for number, delivery in there.items():
        if number != delivery.id or not 0 < number <= outbox.last_id:
            _refuse(f"delivery {number} has another number")
        if in_lanes[number] != (delivery.state == "pending"):
            _refuse(f"delivery {number} is {delivery.state}, and in {in_lanes[number]} lanes")
        if (delivery.held_by is not None) != (number in parked.held):
            _refuse(f"delivery {number} is held, or is not")
    if any(lane_of(there[number]) != name for name, lane in outbox.lanes.items() for number in lane):
        _refuse("a push is in another's lane")
    if not all(outbox.lanes.values()) or Counter(_first(outbox)) != Counter(_heads(outbox)):
        _refuse("a lane has no first push that is waited for, or two")
    ended = Counter(number for _, number in outbox.endings)
    if ended != Counter(outbox.ended.keys()) or any(there[number].state == "pending" for number in ended):
        _refuse("a push has ended twice, or not at all")
    _check_aside(outbox)


def _check_aside(outbox: Outbox) -> None:
    parked = outbox.parked
    returning = {number for _, number in parked.returns}
    following = set(chain(*parked.followers.values()))
    if not returning >= parked.aside.keys() >= following or (
        parked.returns and parked.returns[0][1] not in parked.aside
    ):
        _refuse("a push that was put aside never comes back")
    if any(lane_of(outbox.deliveries[number]) != lane for number, lane in parked.aside.items()) or any(
        parked.aside[number] != lane for lane, numbers in parked.followers.items() for number in numbers
    ):
        _refuse("a push was put aside from another's lane")


def _first(outbox: Outbox) -> Iterable[tuple[str, int]]:
    return ((outbox.deliveries[lane[0]].target, lane[0]) for lane in outbox.lanes.values())


def _heads(outbox: Outbox) -> Iterable[tuple[str, int]]:
    return ((target, number) for target, heads in outbox.heads.items() for _, number in heads)


def _check_journal(journal: KeptJournal) -> None:
    rows = (
        journal.calls,
        journal.happenings,
        journal.pushes,
        journal.scenarios,
        journal.planned_faults,
        journal.faults,
    )
    numbers = sorted(entry.id for row in rows for entry in row)
    if any(later <= earlier for earlier, later in zip([0, *numbers], [*numbers, journal.next_id], strict=True)):
        _refuse("the entries of its journal are not numbered from 1, each once")


def _check_faults(faults: Faults) -> None:
    for on, plans in (("call", faults.on_calls), ("push", faults.on_pushes)):
        for number, plan in plans.items():
            if plan.on != on or plan.id != number or not 0 < number <= faults.last_id:
                _refuse(f"planned fault {number} has another number, or is on something else")
            given: dict[str, object] = {
                "on": plan.on,
                "match": plan.match,
                "probability": plan.probability,
                "do": plan.do,
            }
            if plan.on == "call":
                given["when"] = plan.when
            if plan.times is not None:
                given["times"] = plan.times
            try:
                read_plan(given)
            except BadParameters as error:
                _refuse(f"planned fault {number}: {error}")


def _refuse(text: str) -> None:
    raise ValueError(text)
