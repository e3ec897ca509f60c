"""What of a scenario ran, how often, and what never did. Imported where there is one."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from typing import Any

from ...desk.desk import Desk
from ...desk.play.runs import Address, Use, address_text
from ...desk.play.script import STEP_NAMES, Match, Rule, Script, Step, WaitFor

_MATCH_FIELDS = tuple(field.name for field in fields(Match))


def report(desk: Desk) -> dict[str, Any]:
    """The use of the version that is loaded, as plain JSON values: `rules` with their steps, and what is `unused`."""
    play = desk.state.play
    if play is None or play.version == 0:
        return {"rules": [], "unused": {"rules": [], "steps": []}}
    rules = _rules(play.scripts[play.version], play.uses[play.version])
    return {"rules": rules, "unused": _unused(rules)}


def _rules(script: Script, use: Use) -> list[dict[str, Any]]:
    return [
        {
            "index": index,
            "name": rule.name,
            "on": rule.on.value,
            "match": _match(rule),
            "times": rule.times,
            "place": str(rule.place),
            "started": use.rules.get(index, 0),
            "steps": _steps(rule.steps, (), use.steps.get(index, {})),
        }
        for index, rule in enumerate(script.rules)
    ]


def _match(rule: Rule) -> dict[str, Any]:
    values = {name: getattr(rule.match, name) for name in _MATCH_FIELDS}
    return {name: value for name, value in values.items() if value is not None}


def _steps(steps: Sequence[Step], before: Address, ran: Mapping[str, int]) -> list[dict[str, Any]]:
    rows = []
    for number, step in enumerate(steps):
        at = (*before, number)
        row: dict[str, Any] = {
            "path": step.place.path,
            "step": STEP_NAMES[type(step)],
            "place": str(step.place),
            "ran": ran.get(address_text(at), 0),
        }
        if isinstance(step, WaitFor) and step.otherwise is not None:
            row["else"] = _steps(step.otherwise, at, ran)
        rows.append(row)
    return rows


def _unused(rules: list[dict[str, Any]]) -> dict[str, Any]:
    """What never ran: rules, and steps of rules that did begin."""
    steps = [
        {"rule": rule["index"], "path": step["path"], "step": step["step"], "place": step["place"]}
        for rule in rules
        if rule["started"]
        for step in _all(rule["steps"])
        if not step["ran"]
    ]
    names = ("index", "name", "place")
    return {
        "rules": [{name: rule[name] for name in names} for rule in rules if not rule["started"]],
        "steps": steps,
    }


def _all(steps: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for step in steps:
        yield step
        yield from _all(step.get("else", []))
