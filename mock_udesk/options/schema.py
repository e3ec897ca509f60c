"""JSON Schema of the file that `--config` names, for editors: made from the options themselves."""

import json
from typing import Any

from .specs import FILE_SPECS, Spec


def schema_text() -> str:
    """The schema as `mock-udesk schema config` prints it."""
    return json.dumps(config_schema(), ensure_ascii=False, indent=2) + "\n"


def config_schema() -> dict[str, Any]:
    """What the file may hold. Keys with hyphens are taken too, but not proposed."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "mock-udesk configuration",
        "description": "Options of mock-udesk, as --config takes them; flags and variables win over them.",
        "type": ["object", "null"],
        "properties": {spec.name: _property(spec) for spec in FILE_SPECS},
        "patternProperties": {
            f"^{spec.name.replace('_', '-')}$": {"$ref": f"#/properties/{spec.name}"}
            for spec in FILE_SPECS
            if "_" in spec.name
        },
        "additionalProperties": False,
    }


def _property(spec: Spec) -> dict[str, Any]:
    one = dict(spec.kind.schema)
    # A key without a value is not given.
    kinds: list[dict[str, Any]] = [one, *([{"type": "array", "items": one}] if spec.is_list else []), {"type": "null"}]
    default = {} if spec.default in (None, ()) else {"default": spec.default}
    return {"description": spec.help, "anyOf": kinds, **default}
