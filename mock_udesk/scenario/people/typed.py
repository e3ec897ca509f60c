"""What people type, in files and in the control API: the types that its fields share, and names that nobody knows."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Annotated, Any, ClassVar, NamedTuple, TypeVar, get_args

from pydantic import AfterValidator, ConfigDict, Field
from pydantic.fields import FieldInfo

from ...desk.phrases import nearest
from ...endpoint import Ask


def is_id(text: str) -> bool:
    """Whether a text is an id rather than a name or a moment."""
    return text.isascii() and text.isdigit() and len(text) < 20


def _is_filled(name: str) -> str:
    if not name.strip():
        raise ValueError("expected more than blanks")
    return name


Number = Annotated[int, Field(ge=1, lt=2**63)]
Name = Annotated[str, Field(min_length=1, max_length=255), AfterValidator(_is_filled)]
Key = Annotated[str, Field(min_length=1, max_length=255)]
Title = Annotated[str, Field(min_length=1, max_length=65_535)]
Long = Annotated[str, Field(max_length=65_535)]
IdOrName = Annotated[str, Field(description="Id, or name where only one has it")]
Reference = int | str

T = TypeVar("T", bound="Typed")


class Typed(Ask):
    """What a person types. An unknown name is refused, for people make typing errors; the emulated API is lenient instead.

    Names inside the fields of `nested` are found with their whole path: `questions[2].keyword`.
    """

    model_config = ConfigDict(extra="forbid")

    # Names that people give here for one that is legal, and which that is; such as belong elsewhere, and where that is.
    aliases: ClassVar[Mapping[str, str]] = {}
    elsewhere: ClassVar[Mapping[str, str]] = {}

    @classmethod
    def may_be_given(cls) -> list[str]:
        """The names that are legal here."""
        return [info.alias or name for name, info in cls.model_fields.items()]


def given_fields(typed: Typed) -> dict[str, Any]:
    """The fields that were given. A null id means the same as none: the next free one."""
    fields = {name: getattr(typed, name) for name in typed.model_fields_set}
    if fields.get("id", 0) is None:
        del fields["id"]
    return fields


def named_by(typed: T, *names: str) -> T:
    """The same again, for validators of what names somebody by one of these. Raises ValueError: none is given."""
    if not any(getattr(typed, name) for name in names):
        raise ValueError(f"expected {', '.join(names[:-1])} or {names[-1]}")
    return typed


NO_NAMES: Mapping[str, str] = MappingProxyType({})


class Unknown(NamedTuple):
    """A name that is not known where it stands (`path` leads there), and those that are."""

    path: str
    name: str
    known: list[str]
    aliases: Mapping[str, str] = NO_NAMES
    elsewhere: Mapping[str, str] = NO_NAMES

    @property
    def meant(self) -> str | None:
        """The legal name that was probably meant."""
        return self.aliases.get(self.name) or nearest(self.name, self.known)

    @property
    def text(self) -> str:
        """What is wrong with it: where it belongs, the nearest legal one, or all of them."""
        if self.name in self.elsewhere:
            return self.elsewhere[self.name]
        if self.meant is not None:
            return f"unknown, did you mean {self.meant}?"
        known = ", ".join(self.known)
        return f"unknown; known are {known}" if known else "unknown; this call takes no parameters"


def unknown_names(typed: type[Typed], given: Any, path: str = "") -> Iterator[Unknown]:
    """The names that neither this model nor what is nested in it knows."""
    if not isinstance(given, Mapping):
        return
    fields = {info.alias or name: info for name, info in typed.model_fields.items()}
    for name, value in given.items():
        if name not in fields:
            yield Unknown(path, str(name), typed.may_be_given(), typed.aliases, typed.elsewhere)
        elif name in typed.nested:
            deeper = _nested(fields[name])
            rows = [(f"[{at}]", row) for at, row in enumerate(value)] if isinstance(value, list) else [("", value)]
            for place, row in rows:
                yield from unknown_names(deeper, row, f"{path}{name}{place}.")


def _nested(info: FieldInfo) -> type[Typed]:
    """The model of a field that holds one, or a list of them."""
    models = (info.annotation, *get_args(info.annotation))
    return next(model for model in models if isinstance(model, type) and issubclass(model, Typed))
