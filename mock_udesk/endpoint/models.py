"""What a call asks for and answers with, as models, and the types of parameters that many calls share."""

from typing import Annotated, ClassVar, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field


class Ask(BaseModel):
    """What a call asks for. Numbers may come as strings and the other way round (ruling 5); unknown names are kept apart, not refused."""

    model_config = ConfigDict(extra="allow", coerce_numbers_to_str=True, defer_build=True, frozen=True)

    # Fields that hold another Ask.
    nested: ClassVar[tuple[str, ...]] = ()


class Reply(BaseModel):
    """What a call answers with."""

    model_config = ConfigDict(defer_build=True, frozen=True)

    # The status of a call that can end in several ways (POST /_mock/sessions); None: the endpoint's own.
    http_status: ClassVar[int | None] = None


def _blank_to_none(value: object) -> object:
    return None if isinstance(value, str) and not value.strip() else value


def _is_none(value: object) -> bool:
    return value is None


# Rails reads an empty text where a number is meant as nothing; 64 bits are what its database holds.
Integer = Annotated[int, Field(ge=-(2**63), lt=2**63)]
Blank = BeforeValidator(_blank_to_none)
OptionalInteger = Annotated[Integer | None, Blank]
Text = Annotated[str, Field(max_length=65_535)]
Token = Annotated[Annotated[str, Field(min_length=1, max_length=255)], Blank]
OptionalToken = Annotated[Annotated[str, Field(max_length=255)] | None, Blank]
# A field of an answer that is left out when there is nothing to say.
T = TypeVar("T")
Absent = Annotated[T | None, Field(exclude_if=_is_none)]
