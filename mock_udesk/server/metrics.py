"""How much is done, as Prometheus reads it; made when it is asked for, from what the companies hold. Imported with the first asking."""

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import accumulate
from typing import Final, get_args

from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from .. import __version__
from ..company.companies import Companies
from ..company.journal.entries import ProblemKind
from ..company.journal.problems import problems
from ..company.journal.tally import CLASSES
from ..company.pushes.deliveries import State

# What stands for calls of paths that are none: what a caller types is no label.
UNKNOWN: Final = "unknown"
_BOUNDS: Final = (*(str(bound) for bound in CLASSES), "+Inf")


def exposition(companies: Companies) -> bytes:
    """All metrics of all companies and of this process, in Prometheus' text format."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Server(companies))
    ProcessCollector(registry=registry)
    return generate_latest(registry)


class _Server(Collector):
    """The companies of one server, as they are now."""

    def __init__(self, companies: Companies) -> None:
        self._slots = list(companies)

    def collect(self) -> Iterable[Metric]:
        """Every family."""
        info = GaugeMetricFamily("mock_udesk_build_info", "The version that runs; always 1.", labels=("version",))
        info.add_metric((__version__,), 1)
        yield info
        yield GaugeMetricFamily("mock_udesk_companies", "Companies that there are.", value=len(self._slots))
        yield from self._calls()
        yield from self._pushes()
        yield from self._desks()
        yield from self._journals()

    def _calls(self) -> Iterator[Metric]:
        calls = _counter("calls", "Calls of the emulated API, by the code of their answer.", "endpoint", "code")
        seconds = HistogramMetricFamily(
            "mock_udesk_call_seconds",
            "Real seconds from a call's head to its answer.",
            labels=("company", "endpoint"),
        )
        operators = _counter("operator_calls", "Calls of the control API that were let in.", "endpoint", "status")
        for slot in self._slots:
            times: dict[str, list[float]] = {}
            for (endpoint, code), row in slot.tally.calls.items():
                name = endpoint or UNKNOWN
                calls.add_metric((slot.subdomain, name, "" if code is None else str(code)), sum(row[:-1]))
                before = times.get(name)
                times[name] = row if before is None else [a + b for a, b in zip(before, row, strict=True)]
            for name, row in times.items():
                buckets = list(zip(_BOUNDS, accumulate(row[:-1]), strict=True))
                seconds.add_metric((slot.subdomain, name), buckets, row[-1])
            for (endpoint, status), count in slot.tally.operator_calls.items():
                operators.add_metric((slot.subdomain, endpoint or UNKNOWN, str(status)), count)
        return iter((calls, seconds, operators))

    def _pushes(self) -> Iterator[Metric]:
        attempts = _counter("push_attempts", "Attempts of pushes that are over.", "target", "outcome")
        deliveries = _gauge("deliveries", "Pushes that are kept, by state.", "state")
        for slot in self._slots:
            for (target, outcome), count in slot.tally.attempts.items():
                attempts.add_metric((slot.subdomain, target, outcome), count)
            states = Counter(delivery.state for delivery in slot.company.outbox.deliveries.values())
            for state in get_args(State):
                deliveries.add_metric((slot.subdomain, state), states[state])
        return iter((attempts, deliveries))

    def _desks(self) -> Iterator[Metric]:
        sessions = _gauge("sessions", "Sessions, by state.", "state")
        queues = _gauge("queue_length", "Customers who wait in a queue that somebody stands in.", "queue")
        found = _gauge("problems", "What GET /_mock/problems lists, by kind.", "kind")
        for slot in self._slots:
            desk = slot.company.look()
            opened = sum(session.is_open for session in desk.state.sessions.values())
            sessions.add_metric((slot.subdomain, "open"), opened)
            sessions.add_metric((slot.subdomain, "closed"), len(desk.state.sessions) - opened)
            for target in desk.queues():
                name = f"{target.kind} {target.id}" if target.id else target.kind
                queues.add_metric((slot.subdomain, name), desk.queue_length(target))
            kinds = Counter(problem.kind for problem in problems(slot.company))
            for kind in get_args(ProblemKind):
                found.add_metric((slot.subdomain, kind), kinds[kind])
        return iter((sessions, queues, found))

    def _journals(self) -> Iterator[Metric]:
        refused = _counter("refused_signatures", "Calls that were refused for their signature.")
        fired = _counter("planned_faults_fired", "Planned faults that fired.")
        dropped = _counter("journal_dropped", "Entries that the journal had no room for.")
        entries = _gauge("journal_entries", "Entries that the journal holds.")
        weight = _gauge("journal_bytes", "What they weigh, about.")
        readers = _gauge("event_readers", "Readers of GET /_mock/events.")
        for slot in self._slots:
            label, journal = (slot.subdomain,), slot.company.journal
            noted = slot.tally.noted_with(journal)
            refused.add_metric(label, noted.get("refused_signature", 0))
            fired.add_metric(label, noted.get("planned_fault", 0))
            dropped.add_metric(label, slot.tally.dropped + journal.dropped)
            entries.add_metric(label, len(journal))
            weight.add_metric(label, journal.weight)
            readers.add_metric(label, slot.tally.readers)
        return iter((refused, fired, dropped, entries, weight, readers))


def _counter(name: str, text: str, *labels: str) -> CounterMetricFamily:
    return CounterMetricFamily(f"mock_udesk_{name}", text, labels=("company", *labels))


def _gauge(name: str, text: str, *labels: str) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"mock_udesk_{name}", text, labels=("company", *labels))
