"""How many signed calls a second one core answers, and how many pushes it gets rid of."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import replace
from typing import Any

from .child import Child, cores
from .plan import Plan, Row, compared

# A round is steady when each server was what held the load up: it worked for this share of the time.
STEADY = 0.85
# How many rules a loaded scenario has, none of which fits what is said.
RULES = 200
WITH_RULES = f"POST /im/messages, {RULES} rules that don't fit"


def throughput(plan: Plan) -> Iterator[Row]:
    """All rows of calls and pushes, for each event loop. Raises RuntimeError when a call was not answered as it should be."""
    core, other = cores()
    for loop in plan.loops:
        with ExitStack() as stack:
            load = stack.enter_context(Child("load", {"core": other, "loop": plan.loops[-1]}))
            servers = {
                "bare": stack.enter_context(Child("peers", {"core": core, "loop": loop, "kind": "bare"})),
                "least": stack.enter_context(Child("peers", {"core": core, "loop": loop, "kind": "least"})),
                "ours": stack.enter_context(Child("ours", {"core": core, "loop": loop})),
            }
            yield from _rows(plan, loop, servers, load)
            # The peers log nothing, so this row tells what the line for each call costs that `serve` writes.
            logged = stack.enter_context(Child("ours", {"core": core, "loop": loop, "log": "text"}))
            people = logged.ask("sessions", count=plan.customers)
            yield _calls(
                "POST /im/messages, each call logged", "messages", plan, loop, servers | {"ours": logged}, load, people
            )
            yield _with_rules(plan, loop, servers["ours"], stack.enter_context(_ruled(core, loop)), load)


def _rows(plan: Plan, loop: str, servers: Mapping[str, Child], load: Child) -> Iterator[Row]:
    ours = servers["ours"]
    people = ours.ask("sessions", count=plan.customers)
    yield _calls("POST /im/messages", "messages", plan, loop, servers, load, people)
    yield _calls("POST /im/sessions, a new customer each", "new_sessions", plan, loop, servers, load, people)
    yield _calls("POST /im/sessions, the session is open", "same_sessions", plan, loop, servers, load, people)
    yield _pushes(plan, loop, servers, load, people["sessions"])
    for waiting in (min(10, plan.waiting), plan.waiting):
        queue = ours.ask("queue", count=waiting)
        yield _calls(f"GET /im/queue_status, {waiting:,} waiting", "queue_status", plan, loop, servers, load, queue)


def _ruled(core: int | None, loop: str) -> Child:
    return Child("ours", {"core": core, "loop": loop, "rules": RULES})


def _with_rules(plan: Plan, loop: str, plain: Child, ruled: Child, load: Child) -> Row:
    """The speed with rules that don't fit, as a share of the speed without a scenario."""
    people = [child.ask("sessions", count=plan.customers) for child in (plain, ruled)]
    assert people[0]["sessions"] == people[1]["sessions"]
    servers = {"bare": plain, "ours": ruled}
    row = _calls(WITH_RULES, "messages", plan, loop, servers, load, people[0])
    return replace(row, unit="% of none", ours=100 * (row.of_bare or 0), bare=None, of_bare=None)


def _calls(
    measure: str,
    kind: str,
    plan: Plan,
    loop: str,
    servers: Mapping[str, Child],
    load: Child,
    about: Mapping[str, Any],
) -> Row:
    def sent(server: Child, requests: int) -> float:
        port = server.hello["port"]
        done = load.ask("send", kind=kind, count=requests, connections=plan.connections, port=port, **about)
        return float(done["seconds"])

    return _measured(measure, "calls/s", plan, loop, servers, sent, (plan.connections, plan.requests))


def _pushes(plan: Plan, loop: str, servers: Mapping[str, Child], load: Child, sessions: list[int]) -> Row:
    def pushed(server: Child, count: int) -> float:
        before = load.ask("received")["received"]
        done = server.ask("push", url=load.hello["url"], count=count, lanes=len(sessions), sessions=sessions)
        received = load.ask("received")["received"] - before
        if received != count:
            raise RuntimeError(f"{received} of {count} pushes arrived")
        return float(done["seconds"])

    measure = f"pushes to a bare receiver, {len(sessions)} customers"
    return _measured(measure, "pushes/s", plan, loop, servers, pushed, (len(sessions), plan.pushes))


def _measured(
    measure: str,
    unit: str,
    plan: Plan,
    loop: str,
    servers: Mapping[str, Child],
    seconds_of: Callable[[Child, int], float],
    counts: tuple[int, int],
) -> Row:
    """A row from rounds in which each server has its turn, after a few things to warm up; `counts` are those few and how many count."""
    few, count = counts
    for server in servers.values():
        seconds_of(server, few)
    rounds: list[tuple[float, dict[str, float]]] = []
    while len(rounds) < plan.tries and sum(steadiness >= STEADY for steadiness, _ in rounds) < plan.rounds:
        speeds, shares = {}, []
        for name, server in servers.items():
            before = server.ask("spent")["seconds"]
            seconds = seconds_of(server, count)
            shares.append((server.ask("spent")["seconds"] - before) / seconds)
            speeds[name] = count / seconds
        rounds.append((min(shares), speeds))
    best = sorted(rounds, key=lambda each: each[0], reverse=True)[: plan.rounds]
    is_disturbed = best[-1][0] < STEADY and plan.tries > plan.rounds
    return compared(measure, unit, loop, [speeds for _, speeds in best], is_disturbed=is_disturbed)
