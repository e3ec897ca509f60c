"""Whether the server is ready, and how much it does."""

from typing import ClassVar, Final, Literal

from .. import __version__
from ..company.companies import Slot
from ..desk.phrases import counted
from ..endpoint import Content, Reply, Table
from .operator import Nothing, OperatorCall
from .reachability import loopback_text, refused_text
from .world import Surroundings

TABLE = Table()
_SECTION = "health"
_METRICS: Final = "text/plain; version=0.0.4; charset=utf-8"
PROBE_SECONDS: Final = 1.0
_TARGETS: Final = ("receive_url", "h5_push_url")
# So many companies are told of by name.
_NAMED: Final = 100


class Check(Reply):
    """One thing that must hold before calls should come."""

    name: str
    ok: bool
    text: str


class Ready(Reply):
    """Calls may come; warnings are nothing to wait for."""

    status: Literal["ready"] = "ready"
    version: str = __version__
    checks: list[Check]
    warnings: list[str]


class NotReady(Reply):
    """Calls should go elsewhere: a check does not hold."""

    http_status: ClassVar[int | None] = 503

    status: Literal["not ready"] = "not ready"
    version: str = __version__
    checks: list[Check]
    warnings: list[str]


@TABLE.add("GET", "/ready", section=_SECTION, source="assumed")
async def ready(call: OperatorCall, ask: Nothing) -> Ready | NotReady:
    """Whether calls may come: the server listens and every company's scenario is loaded. What may go wrong later is a warning: where this company's pushes go, files that could not be loaded anew."""
    is_ready = call.surroundings.is_ready
    text = f"listens as {call.server_url}" if is_ready else "the server is stopping: it takes no new connections"
    checks = [Check(name="listening", ok=is_ready, text=text), *_scenarios(call)]
    warnings = [f"{slot.subdomain}: {slot.not_reloaded}" for slot in call.companies if slot.not_reloaded]
    if not is_ready:
        return NotReady(checks=checks, warnings=warnings)
    return Ready(checks=checks, warnings=warnings + await _receivers_trouble(call.slot, call.surroundings))


@TABLE.add(
    "GET",
    "/metrics",
    section=_SECTION,
    source="assumed",
    media=("text/plain",),
    note="Prometheus' text format, server-wide: each company has its label. Counters go on over a reset of their company.",
)
def metrics(call: OperatorCall, ask: Nothing) -> Content:
    """How much is done, for Prometheus: calls, pushes, sessions, queues, journals and this process."""
    return Content(call.surroundings.exposition(call.companies), _METRICS)


async def _receivers_trouble(slot: Slot, surroundings: Surroundings) -> list[str]:
    """Why pushes of this company may not arrive, in words: nobody takes connections at a URL, or it is loopback inside a container."""
    settings = slot.company.settings
    found = {name: url for name in _TARGETS if (url := getattr(settings, name)) is not None}
    reasons = await surroundings.probe(list(found.values()), timeout_seconds=PROBE_SECONDS)
    warnings = []
    for (name, url), reason in zip(found.items(), reasons, strict=True):
        if text := loopback_text(name, url) if surroundings.is_in_container else "":
            warnings.append(f"{text}; {reason}" if reason else f"{text}; something here does take connections")
        elif reason:
            warnings.append(refused_text(name, url, reason))
    return warnings


def _scenarios(call: OperatorCall) -> list[Check]:
    # The one that was asked first, so that its own line is always there.
    slots = [call.slot, *(slot for slot in call.companies if slot is not call.slot)]
    checks = [Check(name=f"scenario of {slot.subdomain}", ok=True, text=_played(slot)) for slot in slots[:_NAMED]]
    if len(slots) > _NAMED:
        rest = f"{len(slots) - _NAMED} more companies are as ready"
        checks.append(Check(name="scenarios of the rest", ok=True, text=rest))
    return checks


def _played(slot: Slot) -> str:
    scenario = slot.company.scenario
    if scenario is None:
        return "none is played"
    files = ", ".join(part.file for part in scenario.parts)
    return f"{files} is loaded ({counted(len(scenario.script.rules), 'rule')})"
