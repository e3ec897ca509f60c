"""What was most likely meant by a path that is no route and a parameter that no call has, in words for the journal."""

from collections.abc import Iterable, Mapping, Sequence
from difflib import SequenceMatcher
from functools import cache
from itertools import islice
from typing import Any, Final, get_args

from pydantic import AliasChoices

from ..endpoint import AUTH_PARAMETERS, NAMED_AT_MOST, UDESK_PREFIX, Ask, Endpoint, Missed, plain_path
from ..settings import Settings
from .front import Place

_ID: Final = "_id"
_SHORTEST_PART: Final = 3
_MOST_MEANT: Final = 3
# Below it names have little but their kind in common: option_id, question_id.
_LEAST_LIKENESS: Final = 0.75


def hint(place: Place, missed: Missed, settings: Settings) -> str:
    """Why there is no such route, or the one that is nearest."""
    if missed.elsewhere is not None:
        return _elsewhere(missed.elsewhere, settings)
    path = plain_path(place.path)
    reason = _not_emulated().get(path)
    if reason is not None:
        return f"not emulated: {reason}"
    if missed.allowed:
        if place.room != "emulated":
            return f"{UDESK_PREFIX} is missing before it"
        return f"this path takes {', '.join(missed.allowed)}"
    return f"the nearest is {UDESK_PREFIX}{missed.nearest}" if missed.nearest else "nothing like it is emulated"


@cache
def _not_emulated() -> Mapping[str, str]:
    """Why there is no such call, by path; what is no whole call of its own (tickets) has no path to be looked up by."""
    from ..udesk_api.not_emulated import NOT_EMULATED

    calls = ((row.name.split(), row.reason) for row in NOT_EMULATED)
    return {words[1]: reason for words, reason in calls if len(words) == 2 and words[1].startswith("/")}


def _elsewhere(endpoint: Endpoint, settings: Settings) -> str:
    """Where a call is whose path no source has, or how it can be had. Ruling 26."""
    path = getattr(settings, endpoint.path_setting)
    if path is None:
        return f"{endpoint.section} has no known path: the setting {endpoint.path_setting} puts it here or elsewhere"
    return f"{endpoint.section} is at {UDESK_PREFIX}{path}, where the setting {endpoint.path_setting} has put it"


def unknown_parameters(ask: type[Ask], given: Mapping[str, Any], *, missing: Iterable[str] = ()) -> list[str]:
    """A warning for each parameter that this call does not know. Ruling 5: it is accepted, and the nearest is named.

    `missing`: what the call was refused for the lack of; what stands in place of it is told even in an object that may hold anything.
    """
    names = _unknown_names(ask, given)
    warnings = []
    for name in names[:NAMED_AT_MOST]:
        near = _near_names(name[:200], ask)
        meant = f": {' or '.join(near)} is meant?" if near else ""
        warnings.append(f"unknown parameter {name[:200]}{meant}")
    if len(names) > NAMED_AT_MOST:
        warnings.append(f"and {len(names) - NAMED_AT_MOST} more unknown parameters")
    return warnings + [text for path in missing for text in _in_place_of(path, ask, given)]


def _in_place_of(path: str, ask: type[Ask], given: Mapping[str, Any]) -> list[str]:
    """A warning for what may be meant by a field that is missing from an object of free names."""
    outer, _, wanted = path.partition(".")
    found = given.get(outer)
    if outer in ask.nested or not isinstance(found, Mapping):
        return []
    near = (name for name in islice(found, NAMED_AT_MOST) if name != wanted and _nearest(name[:200], [wanted]))
    return [f"unknown parameter {outer}.{name[:200]}: {path} is meant?" for name in islice(near, 1)]


def _unknown_names(ask: type[Ask], given: Mapping[str, Any]) -> list[str]:
    """The given names that this call does not know, nested ones with a dot; authentication parameters are known everywhere.

    The fields of a nested model are no unknown ones outside it: some calls take them bare.
    """
    known = {*AUTH_PARAMETERS, *_names(ask)}
    unknown = []
    for name in ask.nested:
        inside = _names(_nested(ask, name))
        known.update(inside)
        found = given.get(name)
        if isinstance(found, Mapping):
            unknown += [f"{name}.{deeper}" for deeper in found if deeper not in inside]
    return [name for name in given if name not in known] + unknown


def _near_names(path: str, ask: type[Ask]) -> list[str]:
    """The parameters of this call that an unknown one may be meant to be; what stands in an object is looked for there alone."""
    outer, dot, name = path.partition(".")
    if dot and outer in ask.nested:
        return [f"{outer}.{near}" for near in _nearest(name, _names(_nested(ask, outer)))]
    inside = {deeper: f"{outer}.{deeper}" for outer in ask.nested for deeper in _names(_nested(ask, outer))}
    paths = inside | {known: known for known in _names(ask)}
    return [paths[near] for near in _nearest(path, list(paths))]


def _nearest(name: str, known: Sequence[str]) -> list[str]:
    """The known names that this one may be meant to be: written alike, else the beginning or a part of one, else a slip of the finger."""
    plain = _plain(name)
    if same := [other for other in known if _plain(other) == plain]:
        return same
    if len(plain) < _SHORTEST_PART:
        return []
    part = f"_{name.casefold()}_"
    if longer := [other for other in known if _plain(other).startswith(plain) or part in f"_{other}_"]:
        return longer[:_MOST_MEANT]
    alike = {other: _likeness(name, other) for other in known}
    best = max(alike, key=alike.__getitem__, default="")
    return [best] if best and alike[best] >= _LEAST_LIKENESS else []


def _likeness(name: str, other: str) -> float:
    """How much of two names is the same, from 0 to 1; that both are ids says nothing."""
    if name.endswith(_ID) and other.endswith(_ID):
        name, other = name.removesuffix(_ID), other.removesuffix(_ID)
    return SequenceMatcher(None, name, other).ratio()


def _plain(name: str) -> str:
    return name.replace("_", "").casefold()


def _names(ask: type[Ask]) -> list[str]:
    """The names of a model's parameters as they are sent."""
    names: list[str] = []
    for name, info in ask.model_fields.items():
        match info.validation_alias:
            case AliasChoices(choices=choices):
                names.extend(choice for choice in choices if isinstance(choice, str))
            case str(alias):
                names.append(alias)
            case _:
                names.append(name)
    return names


def _nested(ask: type[Ask], name: str) -> type[Ask]:
    annotation = ask.model_fields[name].annotation
    models = (annotation, *get_args(annotation))
    return next(model for model in models if isinstance(model, type) and issubclass(model, Ask))
