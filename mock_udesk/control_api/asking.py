"""What an operator asks for: typed by people, so an unknown name is refused with the nearest."""

from collections.abc import Mapping
from typing import Annotated, Any, Final

from pydantic import ValidationError, model_validator

from ..endpoint import BadParameters, Problem, problems
from ..scenario.people import typed
from ..scenario.people.typed import NO_NAMES, Number, Typed, Unknown, unknown_names
from .operator import unknown_names_refused


class _InPath:
    """Marks a field that stands in the call's path: it is none of those that may be given."""


IN_PATH: Final = _InPath()
PathId = Annotated[Number, IN_PATH]
IdOrName = Annotated[typed.IdOrName, IN_PATH]


class OperatorAsk(Typed):
    """What an operator asks for; unknown names are all refused at once, before anything else is looked at."""

    @classmethod
    def may_be_given(cls) -> list[str]:
        """The names that are legal in the query or the body."""
        return [info.alias or name for name, info in cls.model_fields.items() if IN_PATH not in info.metadata]

    @model_validator(mode="before")
    @classmethod
    def _names_are_known(cls, parameters: Any) -> Any:
        found = list(unknown_names(cls, parameters))
        if found:
            raise unknown_names_refused([_problem(unknown) for unknown in found])
        return parameters


def unknown_parameters(
    unknown: list[str], known: list[str], *, elsewhere: Mapping[str, str] = NO_NAMES
) -> BadParameters:
    """The refusal of names nobody knows, each with what would be right."""
    return unknown_names_refused([_problem(Unknown("", name, known, elsewhere=elsewhere)) for name in unknown])


def bad_parameters(error: ValidationError) -> BadParameters:
    """A refusal of pydantic's, for values that were checked after the call's own model."""
    return BadParameters(problems(error, {}))


def _problem(unknown: Unknown) -> Problem:
    return Problem(unknown.path + unknown.name, unknown.text)
