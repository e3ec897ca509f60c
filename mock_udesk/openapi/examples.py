"""The recorded examples of calls and pushes: `python -m tests.openapi_examples` writes them, openapi.json shows them."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from ..endpoint import Endpoint

PATH: Final = Path(__file__).with_name("examples.json")
_JSON: Final = "application/json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A call as it was made, and its answer; a body of None was none."""

    path: Mapping[str, str]
    query: Mapping[str, Any]
    body: Any
    status: int
    media: str
    answer: Any

    def plain(self) -> dict[str, Any]:
        """As it stands in the file: what is empty is left out."""
        return {name: value for name, value in asdict(self).items() if value not in (None, {})}


@dataclass(frozen=True, slots=True)
class Examples:
    """All examples: of calls by `METHOD /prefix/path`, of pushes by their names."""

    operations: Mapping[str, Example]
    webhooks: Mapping[str, Any]


def named(prefix: str, endpoint: Endpoint) -> str:
    """What an endpoint's example stands under: `POST /open_api_v1/im/messages`."""
    return f"{endpoint.method} {prefix}{endpoint.path}"


def load() -> Examples:
    """The examples of the file that comes with the package."""
    found = json.loads(PATH.read_text(encoding="utf-8"))
    return Examples({name: _read(row) for name, row in found["operations"].items()}, found["webhooks"])


def _read(row: Mapping[str, Any]) -> Example:
    return Example(
        path=row.get("path", {}),
        query=row.get("query", {}),
        body=row.get("body"),
        status=row["status"],
        media=row["media"],
        answer=row.get("answer"),
    )


def put_examples(document: dict[str, Any], examples: Examples) -> None:
    """Lays the examples into a document: at parameters, bodies and answers. A call or push without one stays without."""
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            example = examples.operations.get(f"{method.upper()} {path}")
            if example is not None:
                _put(operation, example)
    for webhook in document["webhooks"].values():
        operation = webhook["post"]
        body = examples.webhooks.get(operation["x-push"])
        if body is not None:
            operation["requestBody"]["content"][_JSON]["example"] = body
    _put_of_signatures(document["components"]["parameters"], examples)


def _put(operation: dict[str, Any], example: Example) -> None:
    for parameter in operation.get("parameters", ()):
        name = parameter.get("name")
        values = example.path if parameter.get("in") == "path" else example.query
        if name in values:
            parameter["example"] = _typed(values[name], parameter["schema"])
    content = operation.get("requestBody", {}).get("content", {})
    if example.body is not None and _JSON in content:
        content[_JSON]["example"] = example.body
    answered = operation["responses"].get(str(example.status), {}).get("content", {})
    if example.media in answered:
        answered[example.media]["example"] = example.answer


def _put_of_signatures(components: dict[str, dict[str, Any]], examples: Examples) -> None:
    """The parameters of a signature are described once; the first call that has them shows them."""
    for key, parameter in components.items():
        name, is_struct = parameter["name"], key.startswith("struct")
        for example in examples.operations.values():
            if name in example.query and ("nonce" in example.query) is not is_struct:
                parameter["example"] = example.query[name]
                break


def _typed(value: Any, schema: Mapping[str, Any]) -> Any:
    """A value of a path or query as its schema has it: there all are texts."""
    kinds = {part.get("type") for part in (schema, *schema.get("anyOf", ()))}
    if isinstance(value, str) and kinds & {"integer", "number", "boolean"} and "string" not in kinds:
        return json.loads(value)
    return value
