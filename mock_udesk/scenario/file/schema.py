"""The JSON Schema of scenario files, for editors: what may stand where, and what it means."""

import json
from typing import Any

from .durations import EXAMPLES

_DRAFT = "https://json-schema.org/draft/2020-12/schema"


def schema_text() -> str:
    """The schema as `mock-udesk schema` prints it, and as it is kept in scenarios/scenario.schema.json."""
    return json.dumps(scenario_schema(), ensure_ascii=False, indent=2) + "\n"


def scenario_schema() -> dict[str, Any]:
    """The schema, draft 2020-12, as plain JSON values; made of the same models that read the files."""
    from .models import FileFields
    from .steps import BARE

    made = _cleaned(FileFields.model_json_schema())
    definitions: dict[str, Any] = made.pop("$defs")
    _say_what_a_duration_is(definitions)
    for name in ("SetAgentBody", "SetCustomerBody"):
        # What is left out there stays as it is.
        for member in definitions[name]["properties"].values():
            member.pop("default", None)
    step = _step(made["properties"]["steps"], list(BARE))
    return {
        "$schema": _DRAFT,
        "title": "A scenario of mock-udesk",
        **_referring(made, step),
        "patternProperties": {"^x-": {"description": "Anything, for YAML aliases to refer to"}},
        "anyOf": [{"required": ["rules"]}, {"required": ["company"]}],
        "$defs": {
            "Step": {"description": "One step: a bare name, or a name with what belongs to it", **step},
            **{name: _referring(definitions[name], step) for name in sorted(definitions)},
        },
    }


def _cleaned(value: Any, *, has_names: bool = False) -> Any:
    """Without what an editor shows for nothing: names of classes, defaults that mean "left out". `has_names`: its keys are an author's."""
    if isinstance(value, list):
        return [_cleaned(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {
        key: _cleaned(member, has_names=not has_names and key in {"properties", "$defs"})
        for key, member in value.items()
        if has_names
        or not (key == "title" or (key == "default" and (member in (None, "") or isinstance(member, dict | list))))
    }


def _say_what_a_duration_is(definitions: dict[str, Any]) -> None:
    for definition in definitions.values():
        for name in ("wait", "within"):
            member = definition.get("properties", {}).get(name)
            if member is not None:
                member["description"] += f"; {EXAMPLES}"


def _step(value: Any, bare: list[str]) -> dict[str, Any]:
    """The schema of one step, which pydantic writes out wherever there is a list of them."""
    left = [value]
    while left:
        one = left.pop()
        if isinstance(one, dict):
            if one.get("anyOf", [{}])[0].get("enum") == bare:
                return one
            left += one.values()
    raise AssertionError("no list of steps in the schema")


def _referring(value: Any, step: dict[str, Any]) -> Any:
    """With a reference wherever that step is written out."""
    if value == step:
        return {"$ref": "#/$defs/Step"}
    if isinstance(value, list):
        return [_referring(item, step) for item in value]
    if isinstance(value, dict):
        return {key: _referring(member, step) for key, member in value.items()}
    return value
