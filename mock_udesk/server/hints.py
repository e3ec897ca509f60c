"""What was most likely meant by a path that is no route and a parameter that no call has, in words for the journal."""

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any, Final, get_args

from pydantic import AliasChoices

from ..endpoint import AUTH_PARAMETERS, NAMED_AT_MOST, UDESK_PREFIX, Ask, Missed, plain_path
from ..udesk_api.not_emulated import NOT_EMULATED, NotEmulated
from .front import Place

# By path; what is no whole call of its own (a value of a parameter, a push, a page) has no path to be looked up by.
_NOT_EMULATED: Final[Mapping[str, NotEmulated]] = {
    words[1]: row for row in NOT_EMULATED if len(words := row.name.split()) == 2 and words[1].startswith("/")
}
# Doc: im-api-v2 §会话评价(评价客服): its example has the path of the robots' survey by mistake.
_MEANT: Final[Mapping[str, str]] = {"/im/sessions/robot_survey": "/im/sessions/survey"}


def hint(place: Place, missed: Missed) -> str:
    """Why there is no such route, or the one that is nearest."""
    path = plain_path(place.path)
    not_emulated = _NOT_EMULATED.get(path)
    if not_emulated is not None:
        text = f"not emulated{' yet' if not_emulated.is_planned else ''}: {not_emulated.reason}"
        return f"{text}; a session with an agent is rated at {UDESK_PREFIX}{_MEANT[path]}" if path in _MEANT else text
    if missed.allowed:
        if place.room != "emulated":
            return f"{UDESK_PREFIX} is missing before it"
        return f"this path takes {', '.join(missed.allowed)}"
    return f"the nearest is {UDESK_PREFIX}{missed.nearest}" if missed.nearest else "nothing like it is emulated"


def unknown_parameters(ask: type[Ask], given: Mapping[str, Any]) -> list[str]:
    """A warning for each parameter that this call does not know. Ruling 5: it is accepted, and the nearest is named."""
    names = _unknown_names(ask, given)
    warnings = []
    for name in names[:NAMED_AT_MOST]:
        near = _nearest_name(name[:200], ask)
        meant = f": {near} is meant?" if near else ""
        warnings.append(f"unknown parameter {name[:200]}{meant}")
    if len(names) > NAMED_AT_MOST:
        warnings.append(f"and {len(names) - NAMED_AT_MOST} more unknown parameters")
    return warnings


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


def _nearest_name(name: str, ask: type[Ask]) -> str:
    """The parameter of this call that an unknown one was most likely meant to be, or ""."""
    names = [*_names(ask), *(f"{outer}.{deeper}" for outer in ask.nested for deeper in _names(_nested(ask, outer)))]
    near = get_close_matches(name, names, n=1, cutoff=0.6)
    return near[0] if near else ""


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
