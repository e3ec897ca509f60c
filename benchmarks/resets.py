"""How long a reset keeps its caller waiting: of a company with very many sessions, beside one that has none."""

import http.client
from collections.abc import Iterator
from statistics import median
from time import perf_counter

from .child import Child, cores
from .plan import Plan, Row

# To fill a company takes much longer than what is measured.
_ROUNDS = 3


def resets(plan: Plan) -> Iterator[Row]:
    """Milliseconds from the call to its answer; the old life is freed afterwards, and so no part of it."""
    rounds = min(plan.rounds, _ROUNDS)
    with Child("ours", {"core": cores()[0]}) as server:
        port = server.hello["port"]
        # The first call loads the control API.
        _reset(port)
        empty = [_reset(port) for _ in range(rounds)]
        full = []
        for _ in range(rounds):
            server.ask("sessions", count=plan.waiting)
            full.append(_reset(port))
    yield Row(measure="POST /_mock/reset, an empty company", unit="ms", ours=median(empty))
    yield Row(measure=reset_of(plan), unit="ms", ours=median(full))


def reset_of(plan: Plan) -> str:
    """What the measure of a full company is called."""
    return f"POST /_mock/reset, {plan.waiting:,} sessions"


def _reset(port: int) -> float:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        # Its connection is made before.
        _send(connection, "GET", "/_mock/health")
        began = perf_counter()
        _send(connection, "POST", "/_mock/reset")
        return (perf_counter() - began) * 1000
    finally:
        connection.close()


def _send(connection: http.client.HTTPConnection, method: str, path: str) -> None:
    connection.request(method, path)
    answer = connection.getresponse()
    answer.read()
    if answer.status != 200:
        raise RuntimeError(f"{method} {path} answered with {answer.status}")
