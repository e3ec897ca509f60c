"""What a call asks for and answers with, as models, and the types of parameters that many calls share."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Annotated, ClassVar, Protocol, TypeVar

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


@dataclass(frozen=True, slots=True)
class Content:
    """An answer that is no JSON: a page, lines, Prometheus' text. `media` stands in the endpoint's declaration too."""

    body: bytes
    media: str
    headers: Mapping[str, str] = field(default_factory=dict)


class Source(Protocol):
    """Where an answer without an end comes from. All seconds are real."""

    def take(self) -> bytes | None:
        """What is to be sent next, a few KiB; empty: nothing yet; None: it has ended."""

    async def more(self, seconds: float) -> bool:
        """Waits until there is something to take; False when the time is up before."""

    async def relieved(self, is_free: Callable[[], bool], seconds: float) -> bool:
        """Waits until the reader has taken what it was sent, asked whenever something stirs, at most so long; False when too much waits for it."""

    async def flushed(self, is_free: Callable[[], bool], seconds: float) -> None:
        """Waits until the reader has taken its last words, at most so long."""

    def stir(self) -> None:
        """The reader has taken something."""

    def beat(self) -> bytes:
        """What keeps the connection alive."""

    def parting(self) -> bytes:
        """The last words to a reader for whom too much waits."""


@dataclass(frozen=True, slots=True)
class Stream:
    """An answer without an end, sent as it comes until it ends or the reader goes."""

    source: Source
    media: str


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
