"""What is different between two versions of a scenario, in an author's words."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from difflib import SequenceMatcher

from ..desk.places import Place
from ..desk.play.script import Rule
from ..scenario.people.overlay import CompanyFields
from ..scenario.scenario import Scenario


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """Rules by their names, or by their places where they have none; those that were removed stand where they stood."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    is_reordered: bool = False
    # Files whose `company` is not what it was.
    companies: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return self != Changes()


def changes(old: Scenario, new: Scenario) -> Changes:
    """What became of the old one's rules and people. Lines that moved, comments and descriptions are no change."""
    before, after = _by_file(old), _by_file(new)
    added: list[str] = []
    changed: list[str] = []
    removed: list[str] = []
    is_reordered = False
    for file in dict.fromkeys([*after, *before]):
        pairs = list(_paired(before.get(file, []), after.get(file, [])))
        added += [_called(new_rule) for old_rule, new_rule in pairs if old_rule is None and new_rule is not None]
        removed += [_called(old_rule) for old_rule, new_rule in pairs if new_rule is None and old_rule is not None]
        kept = [(one, other) for one, other in pairs if one is not None and other is not None]
        changed += [_called(other) for one, other in kept if _told(one) != _told(other)]
        is_reordered = is_reordered or not _in_order(kept, before.get(file, []))
    files = [file for file in before if file in after]
    is_reordered = is_reordered or files != [file for file in after if file in before]
    people_before, people_after = ({part.file: part.company for part in one.parts} for one in (old, new))
    companies = [
        file
        for file in dict.fromkeys([*people_after, *people_before])
        if _people(people_before.get(file)) != _people(people_after.get(file))
    ]
    return Changes(
        added=tuple(added),
        changed=tuple(changed),
        removed=tuple(removed),
        is_reordered=is_reordered,
        companies=tuple(companies),
    )


def _by_file(scenario: Scenario) -> dict[str, list[Rule]]:
    rules = scenario.script.rules
    return {part.file: list(rules[part.first_rule : part.first_rule + part.rules]) for part in scenario.parts}


def _paired(before: list[Rule], after: list[Rule]) -> Iterator[tuple[Rule | None, Rule | None]]:
    """Each rule with what became of it: by name where it has one, else by what it says and where it stands."""
    old_names, new_names = _named(before), _named(after)
    for name in dict.fromkeys([*new_names, *old_names]):
        yield old_names.get(name), new_names.get(name)
    old, new = ([rule for rule in rules if not rule.name] for rules in (before, after))
    matcher = SequenceMatcher(None, [_told(rule) for rule in old], [_told(rule) for rule in new], autojunk=False)
    for _, first, last, new_first, new_last in matcher.get_opcodes():
        one, other = old[first:last], new[new_first:new_last]
        common = min(len(one), len(other))
        yield from zip(one, other, strict=False)
        yield from ((rule, None) for rule in one[common:])
        yield from ((None, rule) for rule in other[common:])


def _named(rules: list[Rule]) -> dict[tuple[str, int], Rule]:
    """By name, and the how-manieth of that name it is."""
    named: dict[tuple[str, int], Rule] = {}
    for rule in rules:
        if rule.name:
            named[rule.name, sum(name == rule.name for name, _ in named)] = rule
    return named


def _in_order(kept: list[tuple[Rule, Rule]], before: list[Rule]) -> bool:
    """Whether the rules that are still there are tried in the order in which they were."""
    places = {id(rule): index for index, rule in enumerate(before)}
    by_new = sorted(kept, key=lambda pair: (pair[1].place.line, pair[1].place.column))
    indexes = [places[id(one)] for one, _ in by_new]
    return indexes == sorted(indexes)


def _called(rule: Rule) -> str:
    return f"{rule.name} ({rule.place})" if rule.name else str(rule.place)


def _told(value: object) -> str:
    """What a rule or a step says, wherever it stands."""
    if isinstance(value, Place):
        return ""
    if is_dataclass(value):
        inner = ", ".join(_told(getattr(value, field.name)) for field in fields(value))
        return f"{type(value).__name__}({inner})"
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{name!r}: {_told(one)}' for name, one in value.items())}}}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(_told(one) for one in value)}]"
    return repr(value)


def _people(company: CompanyFields | None) -> str:
    return "" if company is None or not company.model_fields_set else repr(company)
