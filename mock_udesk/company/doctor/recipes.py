"""How a sign is made, as data: the parts and how they are joined and hashed; and mistakes, which change a recipe in one place."""

import base64
import hashlib
import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from ..signing.open_api import as_bytes

# How the text becomes a digest. Secret keys are taken from the recipe.
Way = Literal["once", "twice_hex", "twice_raw", "hmac", "of_base64"]

_NOTHING: Final[Mapping[str, str]] = {}


# Not frozen: thousands are made for one explanation, and that takes half the time so. Nobody changes one.
@dataclass(slots=True)
class Recipe:
    """All that makes a sign. `labels` are written in front of their parts."""

    algorithm: str
    order: tuple[str, ...]
    values: Mapping[str, str] = field(repr=False)
    labels: Mapping[str, str] = field(default_factory=dict)
    separator: str = "&"
    before: str = ""
    after: str = ""
    way: Way = "once"
    key: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mistake:
    """One thing done otherwise than the recipe says; what is None stays.

    `said` is how a value is shown, where it must not be shown itself. `added` are parts that do not belong there, as they are shown.
    """

    cause: str
    text: str
    fix: str
    values: Mapping[str, str] = field(default_factory=dict, repr=False)
    said: Mapping[str, str] = field(default_factory=dict)
    order: tuple[str, ...] | None = None
    labels: Mapping[str, str] | None = None
    separator: str | None = None
    before: str | None = None
    after: str | None = None
    added: tuple[tuple[str, str], ...] = ()
    algorithm: str | None = None
    way: Way | None = None
    key: str = field(default="", repr=False)
    # Whether people make it beside another one often enough to look for both.
    is_common: bool = True

    @property
    def touches(self) -> frozenset[str]:
        """What it changes; two mistakes that change the same thing can't be made at once."""
        changed = {
            name
            for name in ("order", "labels", "separator", "before", "after", "algorithm", "way")
            if getattr(self, name) is not None
        }
        return frozenset((*self.values, *changed))


def with_mistakes(recipe: Recipe, mistakes: Iterable[Mistake]) -> Recipe:
    """The recipe as somebody follows it who makes these mistakes."""
    algorithm, order, values, labels = recipe.algorithm, recipe.order, recipe.values, recipe.labels
    separator, before, after, way, key = recipe.separator, recipe.before, recipe.after, recipe.way, recipe.key
    for mistake in mistakes:
        if mistake.values:
            values = {**values, **mistake.values}
        if mistake.order is not None:
            order = mistake.order
        if mistake.labels is not None:
            labels = mistake.labels
        if mistake.separator is not None:
            separator = mistake.separator
        if mistake.before is not None:
            before = mistake.before
        if mistake.after is not None:
            after = mistake.after
        if mistake.algorithm is not None:
            algorithm = mistake.algorithm
        if mistake.way is not None:
            way, key = mistake.way, mistake.key
    return Recipe(algorithm, order, values, labels, separator, before, after, way, key)


def text_of(recipe: Recipe, values: Mapping[str, str] | None = None) -> str:
    """The text that is hashed, or with other values in its places."""
    values = recipe.values if values is None else values
    if recipe.labels:
        joined = recipe.separator.join([recipe.labels.get(part, "") + values[part] for part in recipe.order])
    else:
        joined = recipe.separator.join([values[part] for part in recipe.order])
    return f"{recipe.before}{joined}{recipe.after}"


def digest_of(recipe: Recipe, algorithm: str) -> str:
    """The digest of a recipe's text by an algorithm, in lower-case hex."""
    data = as_bytes(text_of(recipe))
    match recipe.way:
        case "once":
            return hashlib.new(algorithm, data).hexdigest()
        case "twice_hex":
            return hashlib.new(algorithm, hashlib.new(algorithm, data).hexdigest().encode()).hexdigest()
        case "twice_raw":
            return hashlib.new(algorithm, hashlib.new(algorithm, data).digest()).hexdigest()
        case "hmac":
            return hmac.digest(as_bytes(recipe.key), data, algorithm).hex()
        case "of_base64":
            return hashlib.new(algorithm, base64.b64encode(data)).hexdigest()
