"""What a scenario does and waits for, in words."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from ...desk.desk import Desk
from ...desk.effects import Played
from ...desk.phrases import counted
from ...desk.play.runs import Address, Run
from ...desk.play.script import STEP_NAMES, Rule, Step, WaitFor, all_steps, next_at, step_at
from ..journal.entries import ScenarioEntry
from .wording import customer_label

if TYPE_CHECKING:
    from ...scenario.scenario import Scenario

# The reason of the desk's for the end of a run that has nothing left to do.
_DONE: Final = "all its steps are done"


def told(entry: ScenarioEntry, desk: Desk, *, ended: int = 0) -> str:
    """What was loaded or unloaded, and how many runs that ended; or what a rule did."""
    did = entry.did
    if did is None:
        text = _loaded(entry.facts) if entry.what == "loaded" else _unloaded(entry.facts)
        return f"{text}; {counted(ended, 'run')} under way ended" if ended else text
    if entry.what == "failed":
        return f"{did.place}: {did.reason}"
    who = customer_label(desk, did.customer_id)
    # A rule may have a name.
    name = f"{did.step} ({did.place})" if did.step else str(did.place)
    verb = {"began": "begins", "ended": "ends"}.get(entry.what, "is done")
    return f"{name} {verb} for {who}" + (f" ({did.reason})" if did.reason else "")


def due(run: Run, desk: Desk) -> str:
    """What will happen to a run by itself: `the wait is over, then reply`, `gives up waiting for message`."""
    step, following = _at(rule_of(run, desk).steps, run.at)
    if isinstance(step, WaitFor):
        following = step.otherwise[0] if step.otherwise else following
        return f"gives up waiting for {step.on.value}, then {_named(following)}"
    return f"the wait is over, then {_named(following)}"


def endless(run: Run, desk: Desk) -> str:
    """What a run waits for that has no time limit: `waits for survey, without an end, then reply`."""
    step, following = _at(rule_of(run, desk).steps, run.at)
    kind = step.on.value if isinstance(step, WaitFor) else "something"
    return f"waits for {kind}, without an end, then {_named(following)}"


class Waits:
    """Follows the journal, so that each end of a `wait_for` can be told."""

    def __init__(self, scenario: "Scenario | None", desk: Desk) -> None:
        play = desk.state.play
        scripts = [*(play.scripts.values() if play is not None else ()), *([scenario.script] if scenario else [])]
        # Of scripts that are gone nothing is known but their places.
        self._steps = {
            step.place: step
            for script in scripts
            for rule in script.rules
            for step in all_steps(rule.steps)
            if isinstance(step, WaitFor)
        }
        self._desk = desk
        self._waiting: dict[int, ScenarioEntry] = {}

    def ended_by(self, entry: ScenarioEntry) -> tuple[str, str] | None:
        """What this entry, the next one of its run, tells of the wait before: `goes on` or `gives up`, and in words."""
        did = entry.did
        if did is None:
            return None
        before = self._waiting.pop(did.run_id, None)
        if entry.what == "step" and did.step == STEP_NAMES[WaitFor]:
            self._waiting[did.run_id] = entry
        if before is None or before.did is None or not _is_next(did, before.did):
            return None
        step = self._steps.get(before.did.place)
        kind = step.on.value if step is not None else "happening"
        following = did.step if entry.what != "ended" else "the end"
        who, where = customer_label(self._desk, did.customer_id), f"({before.did.place})"
        if entry.cause is not None:
            return "goes on", f"{who}: {kind} has come, which was waited for {where}: {following}"
        is_else = step is not None and step.otherwise is not None and did.place == step.otherwise[0].place
        after = _duration((entry.at - before.at).total_seconds())
        return "gives up", f"{who}: no {kind} has come in {after} {where}: {'else, ' if is_else else ''}{following}"


def _is_next(did: Played, waited: Played) -> bool:
    """Whether a run went on after its wait, and was not ended in it."""
    if did.what == "ended":
        return did.reason == _DONE
    return did.place != waited.place or did.what == "step"


def _duration(seconds: float) -> str:
    """As an author writes it: `1m30s`."""
    left = round(seconds * 1000)
    parts = []
    for unit, size in (("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1)):
        number, left = divmod(left, size)
        parts += [f"{number}{unit}"] if number else []
    return "".join(parts) or "0s"


def rule_of(run: Run, desk: Desk) -> Rule:
    """The rule that this run is of; its version is kept as long as it goes on."""
    play = desk.state.play
    if play is None:
        raise LookupError(f"run {run.id} without a play")
    return play.scripts[run.version].rules[run.rule]


def step_of(run: Run, desk: Desk) -> Step | None:
    """The step in which a run waits, or that comes next; None: it is at its end."""
    return _at(rule_of(run, desk).steps, run.at)[0]


def _at(steps: Sequence[Step], address: Address) -> tuple[Step | None, Step | None]:
    """The step at an address, and the one after it."""
    return step_at(steps, address), step_at(steps, next_at(address))


def _named(step: Step | None) -> str:
    return "the end" if step is None else STEP_NAMES[type(step)]


def _loaded(facts: Mapping[str, Any]) -> str:
    return f"scenario {_names(facts)}: {counted(facts['rules'], 'rule')} from {', '.join(facts['files'])}"


def _unloaded(facts: Mapping[str, Any]) -> str:
    use = facts["use"]
    ran = [row for row in use["rules"] if row["started"]]
    unused = len(use["rules"]) - len(ran)
    runs = sum(row["started"] for row in ran)
    if not ran:
        return f"scenario {_names(facts)}: none of its rules ever began"
    text = f"scenario {_names(facts)}: {counted(len(ran), 'rule')} had begun {counted(runs, 'run')} in all"
    return f"{text}, {unused} had never begun" if unused else text


def _names(facts: Mapping[str, Any]) -> str:
    return ", ".join(facts["names"])
