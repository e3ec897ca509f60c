"""The end of a story: what will happen by itself, and what a scenario waits for."""

from collections.abc import Iterator

from ...desk.desk import Desk
from ...desk.timers import Timer
from ..company import Company
from . import push_wording, wording
from .line import Line
from .scope import Scope


def to_come(company: Company, desk: Desk, scope: Scope) -> list[Line]:
    """What is due, by its moment; then what runs wait for without a time limit."""
    due = [*_timers(desk, scope), *_attempts(company, desk, scope)]
    return [*sorted(due, key=lambda line: line.at), *_waits(company, desk, scope)]


def _timers(desk: Desk, scope: Scope) -> Iterator[Line]:
    for timer in desk.timers():
        session_id = _session_of(timer, desk)
        if scope.has(timer.customer_id, session_id, timer.stay_id):
            yield Line(
                at=timer.due,
                who="udesk" if timer.kind != "run" else "scenario",
                what=timer.kind.replace("_", " "),
                text=wording.timer(timer, desk, wording.customer_label(desk, timer.customer_id)),
                kind="due",
                id=0,
                customer_id=timer.customer_id,
                session_id=session_id,
            )


def _attempts(company: Company, desk: Desk, scope: Scope) -> Iterator[Line]:
    now = company.clock.now()
    for delivery in company.outbox.pending():
        due = delivery.next_attempt_at
        # What is due at this very moment has its line among the pushes.
        if due is not None and due > now and scope.has_pushed(delivery):
            yield Line(
                at=due,
                who="app ← udesk" if delivery.target == "receive_url" else "h5 ← udesk",
                what=push_wording.push_what(delivery),
                text=f"push {delivery.id} to {wording.customer_label(desk, delivery.customer_id)}, "
                f"attempt {len(delivery.attempts) + 1}",
                kind="due",
                id=delivery.id,
                customer_id=delivery.customer_id,
                session_id=delivery.session_id,
            )


def _waits(company: Company, desk: Desk, scope: Scope) -> Iterator[Line]:
    play = desk.state.play
    if play is None:
        return
    from . import play_wording

    now = company.clock.now()
    for run in play.runs.values():
        if not run.is_listening or run.due_at is not None:
            continue
        stay = desk.state.stays.get(run.stay_id) if run.stay_id is not None else None
        session_id = stay.session_id if stay is not None else run.heard.session_id
        if scope.has(run.customer_id, session_id, run.stay_id):
            who = wording.customer_label(desk, run.customer_id)
            yield Line(
                at=now,
                who="scenario",
                what="run",
                text=f"{who}: {play_wording.endless(run, desk)}",
                kind="waiting",
                id=0,
                customer_id=run.customer_id,
                session_id=session_id,
            )


def _session_of(timer: Timer, desk: Desk) -> int | None:
    """The open session of a timer's stay; of a run that outlived its stay the one that it was in."""
    if timer.stay_id is not None:
        stay = desk.state.stays.get(timer.stay_id)
        return stay.session_id if stay else None
    play = desk.state.play
    return play.runs[timer.run_id].heard.session_id if play is not None and timer.run_id is not None else None
