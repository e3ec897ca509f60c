"""The fields of a JSON schema as rows for people: name, type, default, meaning."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

Json = Mapping[str, Any]

_REF: Final = "#/components/schemas/"
# Deeper ones are left to their example.
_DEEPEST: Final = 3
# Longer defaults and lists of values are cut.
_LONGEST: Final = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One parameter or field; `where` is path, query or body."""

    name: str
    where: str
    type: str
    is_required: bool
    default: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Fields:
    """Reads the schemas of one document."""

    document: Json

    def of_parameter(self, parameter: Json) -> Row:
        """A parameter of the path or the query."""
        if "$ref" in parameter:
            parameter = self.document["components"]["parameters"][parameter["$ref"].rpartition("/")[2]]
        schema = parameter["schema"]
        return self._row(
            parameter["name"],
            parameter["in"],
            {**schema, "description": parameter.get("description") or schema.get("description", "")},
            is_required=parameter["required"],
        )

    def of_body(self, schema: Json, where: str = "body") -> list[Row]:
        """The fields of a body, those of an object in it after it: `agent`, `agent.nick_name`."""
        return list(self._fields(schema, where, "", ()))

    def type_of(self, schema: Json) -> str:
        """A type in words: `integer ≥ 1`, `"a" | "b"`, `list of text`."""
        if "$ref" in schema:
            schema = {**self._whole(schema), **{name: part for name, part in schema.items() if name != "$ref"}}
        if "const" in schema:
            return _json(schema["const"])
        if "enum" in schema:
            return _cut(" | ".join(_json(value) for value in schema["enum"]))
        if "anyOf" in schema:
            return " | ".join(dict.fromkeys(self.type_of(part) for part in schema["anyOf"]))
        kind = schema.get("type", "any")
        if isinstance(kind, list):
            return " | ".join(_WORDS.get(one, one) for one in kind)
        if kind == "array":
            items = schema.get("items")
            return f"list of {self.type_of(items)}" if items else "list"
        words = _WORDS.get(kind, kind)
        if schema.get("format") == "date-time":
            words = "moment"
        return words + _limits(schema)

    def _whole(self, schema: Json) -> Json:
        found: Json = self.document["components"]["schemas"][schema["$ref"].removeprefix(_REF)]
        return found

    def _fields(self, schema: Json, where: str, before: str, seen: tuple[str, ...]) -> Iterator[Row]:
        for ref, model in self._objects(schema):
            if ref in seen or len(seen) >= _DEEPEST:
                continue
            required = model.get("required", ())
            for name, inner in model.get("properties", {}).items():
                yield self._row(before + name, where, inner, is_required=name in required)
                yield from self._fields(inner, where, f"{before}{name}{_marks(inner)}.", (*seen, ref))

    def _objects(self, schema: Json) -> Iterator[tuple[str, Json]]:
        """The objects with named fields that a value may be, or a list's items."""
        if "$ref" in schema:
            whole = self._whole(schema)
            if "properties" in whole:
                yield schema["$ref"], whole
            else:
                yield from self._objects({**whole, "$ref": ""} if "$ref" in whole else whole)
            return
        if "properties" in schema:
            yield "", schema
        for part in schema.get("anyOf", ()):
            yield from self._objects(part)
        items = schema.get("items")
        if isinstance(items, dict):
            yield from self._objects(items)

    def _row(self, name: str, where: str, schema: Json, *, is_required: bool) -> Row:
        default = schema.get("default")
        return Row(
            name=name,
            where=where,
            type=self.type_of(schema),
            is_required=is_required,
            default="" if default is None else _cut(_json(default)),
            meaning=schema.get("description", ""),
        )


_WORDS: Final[Mapping[str, str]] = {"string": "text", "boolean": "true or false"}


def _marks(schema: Json) -> str:
    is_list = any(part.get("type") == "array" for part in (schema, *schema.get("anyOf", ())))
    return "[]" if is_list else ""


def _limits(schema: Json) -> str:
    said = ""
    for key, sign in (("minimum", "≥"), ("exclusiveMinimum", ">"), ("maximum", "≤"), ("exclusiveMaximum", "<")):
        # What 64 bits hold is no limit that anybody asks about.
        if key in schema and abs(schema[key]) < 2**62:
            said += f" {sign} {schema[key]:g}" if isinstance(schema[key], float) else f" {sign} {schema[key]}"
    return said


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
