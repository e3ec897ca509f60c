"""How much memory is held: before the first call, with the journal full, through many signed reads, and by each thing that is kept."""

import gc
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import psutil
from pydantic_core import from_json

from mock_udesk.company.clock import real_now
from mock_udesk.company.founding import opened
from mock_udesk.company.signing.nonces import Nonces
from mock_udesk.desk.commands import AskForAgent, Assigned, SendMessage
from mock_udesk.settings import Settings

from .child import Child, cores
from .plan import Plan, Row

# Twice the 900 s of a nonce and more: no nonce of before is alive then.
_LATER_SECONDS = 2_000
_MB = 1e6


def memory(plan: Plan) -> Iterator[Row]:
    """The resident memory of the mock and both peers through many signed reads, then what one message and one nonce weigh."""
    yield from _reads(plan)
    yield Row(measure="one stored message", unit="bytes", ours=_weigh(_messages, plan.weighed))
    yield Row(measure="one live nonce", unit="bytes", ours=_weigh(_nonces, plan.weighed))


def _reads(plan: Plan) -> Iterator[Row]:
    core, other = cores()
    # The journal keeps 10,000 entries: this many calls fill it, the settings' bound is met before the measure begins.
    first = min(plan.reads, Settings().journal_max_entries * 2)
    with ExitStack() as stack:
        load = stack.enter_context(Child("load", {"core": other, "loop": plan.loops[-1]}))
        servers = {
            "bare": stack.enter_context(Child("peers", {"core": core, "kind": "bare"})),
            "least": stack.enter_context(Child("peers", {"core": core, "kind": "least"})),
            "ours": stack.enter_context(Child("ours", {"core": core})),
        }
        customers = servers["ours"].ask("sessions", count=plan.customers)["customers"]

        def read(server: Child, count: int) -> None:
            # In parts: the requests of each are made beforehand, and held by the load meanwhile.
            for done in range(0, count, 20_000):
                load.ask(
                    "send",
                    kind="queue_status",
                    count=min(20_000, count - done),
                    connections=plan.connections,
                    port=server.hello["port"],
                    customers=customers,
                )

        def held(measure: str) -> Row:
            bare, least, ours = (_resident(server) for server in servers.values())
            return Row(measure=measure, unit="MB", bare=bare, least=least, ours=ours)

        yield held("memory before the first call")
        for server in servers.values():
            read(server, first)
        servers["ours"].ask("later", seconds=_LATER_SECONDS)
        read(servers["ours"], plan.connections)
        yield held(f"memory after {first:,} signed reads, their nonces aged")
        for server in servers.values():
            read(server, plan.reads)
        yield held(f"memory after {plan.reads:,} more, their nonces alive")
        # The same again: by then the allocator has all that such a load takes, and what still grows, grows for ever.
        settled = _read_and_aged(servers["ours"], read, plan)
        yield Row(measure=f"memory after {plan.reads:,} more, all nonces aged", unit="MB", ours=settled)
        grown = _read_and_aged(servers["ours"], read, plan) - settled
        yield Row(measure="growth over as many again", unit="MB", ours=grown)


def _read_and_aged(server: Child, read: Callable[[Child, int], None], plan: Plan) -> float:
    """Resident memory after the clock was moved past the nonces of before, as many reads again, and past theirs."""
    server.ask("later", seconds=_LATER_SECONDS)
    read(server, plan.reads)
    server.ask("later", seconds=_LATER_SECONDS)
    read(server, plan.connections)
    return _resident(server)


def _resident(server: Child) -> float:
    return float(psutil.Process(server.pid).memory_info().rss / _MB)


def _weigh(made: Callable[[int], object], amount: int) -> float:
    """Bytes for each of so many things: what twice as many weigh more than so many, so that what is there once doesn't count."""
    tracemalloc.start()
    try:
        weights = []
        for count in (amount, 2 * amount):
            gc.collect()
            before = tracemalloc.get_traced_memory()[0]
            kept = made(count)
            weights.append(tracemalloc.get_traced_memory()[0] - before)
            del kept
    finally:
        tracemalloc.stop()
    return (weights[1] - weights[0]) / amount


def _messages(amount: int) -> object:
    now = real_now()
    desk = opened(Settings(), now)
    session = desk.handle(AskForAgent(customer_token="c-1"), now).reply
    assert isinstance(session, Assigned)
    for number in range(amount):
        # As from the wire: each message has texts of its own.
        data = from_json('{"content": "您好,我想问一下订单什么时候发货?"}')
        message = SendMessage(
            customer_token="c-1", session_id=session.session.id, message_id=f"m-{number}", type="message", data=data
        )
        desk.handle(message, now)
    return desk


def _nonces(amount: int) -> object:
    nonces, now = Nonces(), real_now()
    for number in range(amount):
        nonces.spend(f"2d931510-d99f-494a-8c67-{number:012x}", now)
    return nonces
