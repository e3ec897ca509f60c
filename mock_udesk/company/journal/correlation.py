"""What came of what: a call, its happenings, their pushes and attempts; and of a push the chain of its causes, root first."""

from typing import Any

from ...desk.desk import Desk
from ...desk.effects import Played
from ..company import Company
from ..pushes.deliveries import Delivery
from ..story import push_wording, wording
from ..story.call_wording import call_path, verdict
from .entries import CallEntry, Entry, FaultEntry, HappeningEntry, PlannedFaultEntry, PushEntry, ScenarioEntry
from .journal import Journal


def caused(journal: Journal, entry_id: int) -> list[Entry]:
    """All entries that an entry is the cause of, or the cause of their cause, and so on, in order."""
    numbers, found = {entry_id}, list[Entry]()
    # A cause comes before what it causes.
    for entry in journal.after(entry_id):
        if not isinstance(entry, CallEntry) and entry.cause in numbers:
            numbers.add(entry.id)
            found.append(entry)
    return found


def tree(company: Company, root: CallEntry, found: list[Entry]) -> dict[str, Any]:
    """An entry with all that it caused (`found`), each below its cause; below a push are its attempts."""
    desk = company.desk
    nodes = {root.id: _node(root, company, desk)}
    for entry in found:
        node = _node(entry, company, desk)
        if not isinstance(entry, CallEntry) and entry.cause is not None:
            nodes[entry.cause]["caused"].append(node)
        nodes[entry.id] = node
    return nodes[root.id]


def chain(company: Company, delivery: Delivery) -> list[dict[str, Any]]:
    """The causes of a push, root first, each as `{id, kind, text}`; a timer, and what was dropped, end it with an id of None."""
    links: list[dict[str, Any]] = []
    cause = delivery.cause
    while True:
        if cause is None:
            if not links or links[-1]["kind"] not in ("call", "operator"):
                links.append({"id": None, "kind": "timer", "text": "a timer"})
            break
        entry = company.journal.get(cause)
        if entry is None:
            links.append({"id": cause, "kind": "dropped", "text": "an entry that was dropped or cleared"})
            break
        links.append(_link(entry, company, company.desk))
        cause = None if isinstance(entry, CallEntry) else entry.cause
    return links[::-1]


def caused_by(company: Company, cause: int | None) -> str:
    """The entry that made a push happen, in words: a call, a scenario's step, or a timer."""
    if cause is None:
        return "a timer"
    match company.journal.get(cause):
        case CallEntry() as call:
            return f"{call.method} {call.path.partition('?')[0]}"
        case ScenarioEntry(did=Played() as did):
            return f"scenario {did.place}: {did.step or did.what}"
        case HappeningEntry() as row:
            return row.happened.kind.value.replace("_", " ")
        case PlannedFaultEntry() as fired:
            return f"planned fault {fired.plan_id}"
        case None:
            return "an entry that was dropped"
        case other:
            return f"entry {other.id}"


def _node(entry: Entry, company: Company, desk: Desk) -> dict[str, Any]:
    node = _link(entry, company, desk)
    if isinstance(entry, PushEntry):
        delivery = company.outbox.deliveries.get(entry.delivery_id)
        node["delivery_id"] = entry.delivery_id
        node["state"] = delivery.state if delivery is not None else None
        attempts = delivery.attempts if delivery is not None else []
        node["attempts"] = [
            {"number": one.number, "outcome": one.outcome, "status": one.status, "reason": one.reason}
            for one in attempts
        ]
    node["caused"] = []
    return node


def _link(entry: Entry, company: Company, desk: Desk) -> dict[str, Any]:
    match entry:
        case CallEntry():
            return {"id": entry.id, "kind": entry.kind, "text": _call(entry)}
        case HappeningEntry():
            return {"id": entry.id, "kind": "happening", "text": wording.happening(entry.happened, desk)}
        case PushEntry():
            delivery = company.outbox.deliveries.get(entry.delivery_id)
            text = push_wording.push_named(delivery, desk) if delivery is not None else f"push {entry.delivery_id}"
            return {"id": entry.id, "kind": "push", "text": text}
        case ScenarioEntry(did=Played() as did):
            return {"id": entry.id, "kind": "scenario", "text": f"scenario {did.place}: {did.step or did.what}"}
        case ScenarioEntry():
            return {"id": entry.id, "kind": "scenario", "text": f"scenario {entry.what}"}
        case PlannedFaultEntry():
            return {"id": entry.id, "kind": "planned_fault", "text": f"planned fault {entry.plan_id}"}
        case FaultEntry():
            return {"id": entry.id, "kind": "fault", "text": entry.error}


def _call(entry: CallEntry) -> str:
    return f"{entry.method} {call_path(entry)}: {verdict(entry, '')}"
