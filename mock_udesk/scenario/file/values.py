"""The kinds of values that rules and steps are written with, each checked as it is read."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import partial
from typing import Annotated, Any, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    PlainValidator,
    ValidationError,
    ValidationInfo,
    ValidatorFunctionWrapHandler,
    WithJsonSchema,
    WrapValidator,
)
from pydantic_core import CoreSchema, InitErrorDetails, PydanticCustomError
from pydantic_core.core_schema import no_info_plain_validator_function

from ...desk.play.script import TRIGGERS
from ...desk.records import AgentStatus
from ...endpoint.wrong import short
from .durations import EXAMPLES, PATTERN, DurationError, duration_seconds
from .patterns import Patterns, pattern_trouble

T = TypeVar("T")

# Comparing takes the square of a name's length.
_LONGEST_NEAR = 60
_MOST_NEAR = 50

TRIGGER_NAMES = tuple(trigger.value for trigger in TRIGGERS)


class Keys(BaseModel):
    """A mapping whose keys are known."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True, hide_input_in_errors=True)


def wrong(
    expected: str | Callable[[], str],
    *,
    found: str | None = None,
    path: tuple[str | int, ...] = (),
    at_key: bool = False,
) -> PydanticCustomError:
    """What is wrong with a value; `found` None: the value itself; `path`: where in it, `at_key`: and there with the key.

    What is costly to say is said by a function, when it is told.
    """
    context = {"expected": expected, "found": found, "path": path, "at_key": at_key}
    return PydanticCustomError("wrong", "wrong", context)


def nearest(name: str, known: Sequence[str]) -> str:
    """What would be right instead of an unknown name: the nearest that is known, else all of them."""
    near = near_one(name, known)
    if near is not None:
        return f"{near} (the nearest)"
    return f"one of {', '.join(known)}" if len(known) > 1 else known[0] if known else "nothing"


def few(names: Sequence[str]) -> str:
    """Which there are, in some words."""
    more = f" and {len(names) - 8:,} more" if len(names) > 8 else ""
    return f"one of {', '.join(name[:80] for name in names[:8])}{more}" if len(names) > 1 else names[0][:80]


def near_one(name: str, known: Sequence[str]) -> str | None:
    """The nearest known name, None when none is near. Long names are near to nobody, and of very many only those that begin alike are looked at."""
    small = name[: _LONGEST_NEAR + 1].casefold()
    if len(small) > _LONGEST_NEAR:
        return None
    alike = [one for one in known if abs(len(one) - len(small)) <= len(small) and len(one) <= _LONGEST_NEAR]
    if len(alike) > _MOST_NEAR:
        alike = [one for one in alike if one[:1].casefold() == small[:1] and abs(len(one) - len(small)) <= 2][
            :_MOST_NEAR
        ]
    by_small = {one.casefold(): one for one in alike}
    near = get_close_matches(small, by_small, n=1, cutoff=0.6)
    return by_small[near[0]] if near else None


# -- texts and templates ------------------------------------------------------------------------------------------------


def _text(value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    raise wrong('a text in quotes, like "1.50"' if isinstance(value, float) else "a text")


def _filled(text: str) -> str:
    if not text.strip():
        raise wrong("more than blanks")
    return text


def is_template(value: object) -> bool:
    """Whether a value is a text that has to be rendered."""
    return isinstance(value, str) and any(mark in value for mark in ("{{", "{%", "{#"))


def _checked(text: str) -> str:
    if is_template(text):
        from ..templates import check_template

        if (trouble := check_template(text)) is not None:
            raise wrong("", found=str(trouble))
    return text


def _expression(text: str) -> str:
    from ..templates import check_expression

    if (trouble := check_expression(text)) is not None:
        raise wrong("", found=str(trouble))
    return text


def templates_in(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Every template in a plain JSON value, as a key too, and where it is."""
    if isinstance(value, dict):
        for key, member in value.items():
            if is_template(key):
                yield (*path, key), key
            yield from templates_in(member, (*path, key))
    elif isinstance(value, list):
        for at, item in enumerate(value):
            yield from templates_in(item, (*path, at))
    elif is_template(value):
        yield path, value


def _all_checked(value: Any) -> Any:
    faults: list[InitErrorDetails] = []
    for path, text in templates_in(value):
        try:
            if path and path[-1] == text:
                raise wrong(
                    "a key as it is: only values are rendered", found=f"a template as a key: {short(text)}", at_key=True
                )
            _checked(text)
        except PydanticCustomError as error:
            faults.append(InitErrorDetails(type=error, loc=path, input=text))
    if faults:
        raise ValidationError.from_exception_data("templates", faults)
    return value


def _mapping(value: object) -> object:
    if not isinstance(value, dict):
        raise wrong("a mapping")
    if not value:
        raise wrong("at least one key", found="an empty mapping")
    return value


def _or_template(value: object, handler: ValidatorFunctionWrapHandler) -> Any:
    return _checked(value) if isinstance(value, str) and is_template(value) else handler(value)


class _OrTemplate:
    """In the schema: a text with a template, too."""

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {"anyOf": [handler(core), {"type": "string", "pattern": r"\{[{%#]"}]}


# A value of this kind, or a template that comes to one.
Templated = Annotated[T, WrapValidator(_or_template), _OrTemplate()]
Text = Annotated[str, BeforeValidator(_text, json_schema_input_type=str | int)]
Name = Annotated[Text, AfterValidator(_filled)]
TemplateText = Annotated[Text, AfterValidator(_checked)]
TemplateKey = Annotated[Name, AfterValidator(_checked)]
# Plain JSON whose texts are templates, however deep.
TemplateJson = Annotated[Any, AfterValidator(_all_checked)]
TemplateObject = Annotated[
    dict[str, Any],
    PlainValidator(lambda value: _all_checked(_mapping(value)), json_schema_input_type=dict[str, Any]),
    WithJsonSchema({"type": "object", "minProperties": 1}),
]
Expression = Annotated[Text, AfterValidator(_expression)]


# -- durations, patterns, names -----------------------------------------------------------------------------------------


def _duration(value: object) -> float:
    try:
        return duration_seconds(value)
    except DurationError as error:
        raise wrong(error.expected) from None


def _passing(seconds: float) -> float:
    if seconds <= 0:
        raise wrong("more than 0s")
    return seconds


_DURATION_SCHEMA = {"type": "string", "pattern": PATTERN, "examples": ["500ms", "3s", "1m30s", "2h", "1d"]}
Duration = Annotated[
    float, PlainValidator(_duration), WithJsonSchema({**_DURATION_SCHEMA, "description": EXAMPLES.capitalize()})
]
Period = Annotated[Duration, AfterValidator(_passing), WithJsonSchema(_DURATION_SCHEMA)]


def _pattern(text: str, info: ValidationInfo) -> str:
    trouble = pattern_trouble(text, info.context if isinstance(info.context, Patterns) else Patterns())
    if trouble is not None:
        raise wrong(trouble[1], found=trouble[0])
    return text


Pattern = Annotated[Text, AfterValidator(_pattern), WithJsonSchema({"type": "string", "format": "regex"})]


def _reference(value: object) -> str | int:
    if isinstance(value, bool) or not isinstance(value, str | int) or value == "":
        raise wrong("a name or an id")
    return value


def _as_it_is(value: T) -> T:
    if is_template(value):
        raise wrong("it as it is: of a match only when is rendered", found=f"a template: {short(value)}")
    return value


Plain = Annotated[Text, AfterValidator(_as_it_is)]
Reference = Annotated[
    str | int, PlainValidator(lambda value: _as_it_is(_reference(value)), json_schema_input_type=str | int)
]


def _reference_or_template(value: object) -> str | int:
    found = _reference(value)
    return _checked(found) if isinstance(found, str) else found


TemplateReference = Annotated[str | int, PlainValidator(_reference_or_template, json_schema_input_type=str | int)]


@dataclass(frozen=True, slots=True, eq=False)
class OneOf:
    """Marks a text that is out of these; `elsewhere`: what is meant by others that people write."""

    names: Sequence[str]
    elsewhere: Mapping[str, str] = field(default_factory=dict)

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        return no_info_plain_validator_function(self._check)

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {"enum": list(self.names)}

    def _check(self, value: object) -> str:
        if isinstance(value, str) and value in self.names:
            return value
        name = value if isinstance(value, str) else ""
        few = f"one of {', '.join(self.names)}" if len(self.names) <= 4 else ""
        raise wrong(self.elsewhere.get(name) or few or partial(nearest, name, self.names))


Trigger = Annotated[str, OneOf(TRIGGER_NAMES)]
Status = Annotated[str, OneOf(tuple(status.value for status in AgentStatus))]
