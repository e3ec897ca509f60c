"""What the tables of endpoints and pushes say, as one OpenAPI 3.1 document. Nothing in it is written by hand twice."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode, models_json_schema

from ..endpoint import CONTROL_PREFIX, STRUCT_PARAMETERS, UDESK_PREFIX, Endpoint, Push, Reply, Table
from .chapters import chapter, chapter_of_push, chapters
from .examples import Examples, put_examples
from .families import REFUSALS, SECURITY, SECURITY_SCHEMES, SIGNATURES, ControlError
from .meanings import put_meanings

Json = dict[str, Any]
_Wanted = tuple[type[BaseModel], JsonSchemaMode]

_WITHOUT_BODY = frozenset({"GET", "DELETE", "HEAD"})
_REF = "#/components/schemas/"
_TOO_LONG: Mapping[str, str] = {"413": "The body is too long", "431": "Path and query, or a header, are too long"}


@dataclass(frozen=True, slots=True)
class _Schemas:
    """All models of a document by name, and where each of them is found."""

    refs: Mapping[_Wanted, Json]
    defs: dict[str, Json]

    def ref(self, model: type[BaseModel], mode: JsonSchemaMode) -> Json:
        return dict(self.refs[model, mode])

    def whole(self, model: type[BaseModel], mode: JsonSchemaMode) -> Json:
        return self.defs[self.refs[model, mode]["$ref"].removeprefix(_REF)]


def openapi(
    *,
    udesk_api: Table,
    control_api: Table,
    pushes: Iterable[Push],
    version: str,
    examples: Examples,
    codes: Iterable[Mapping[str, Any]] = (),
    server_url: str = "/",
) -> Json:
    """The whole interface: both tables under `paths`, the pushes under `webhooks`; `codes` are the emulated API's refusals, each once."""
    pushes = tuple(pushes)
    schemas = _schemas([*udesk_api, *control_api], pushes)
    paths: dict[str, Json] = {}
    for prefix, table in ((UDESK_PREFIX, udesk_api), (CONTROL_PREFIX, control_api)):
        for endpoint in table:
            operation = _operation(endpoint, prefix, schemas)
            paths.setdefault(prefix + endpoint.path, {})[endpoint.method.lower()] = operation
    document: Json = {
        "openapi": "3.1.0",
        "jsonSchemaDialect": "https://json-schema.org/draft/2020-12/schema",
        "info": {
            "title": "mock-udesk",
            "version": version,
            "summary": "A local, stateful mock of the Udesk customer-service chat API.",
            "description": f"`{UDESK_PREFIX}` is the emulated API; `{CONTROL_PREFIX}` is how a test or a person drives it.",
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "externalDocs": {
            "description": "The document of the emulated API (in Chinese)",
            "url": "https://www.udesk.cn/doc/apiv2/im/",
        },
        "servers": [{"url": server_url, "description": "The company that this document was asked of"}],
        "tags": chapters(udesk_api, control_api, pushes),
        "paths": paths,
        "webhooks": {name: {"post": _webhook(push, schemas)} for name, push in _named(pushes)},
        "components": {
            "parameters": {name: row for rows in SIGNATURES.values() for name, row in rows.items()},
            "responses": {"ControlError": _json("Refused: the message has what was wrong", schemas.ref(*_CONTROL))},
            "securitySchemes": dict(SECURITY_SCHEMES),
        },
        "x-codes": [dict(row) for row in codes],
    }
    put_examples(document, examples)
    document["components"]["schemas"] = _reachable(document, schemas.defs)
    put_meanings(document)
    return document


_CONTROL: _Wanted = (ControlError, "serialization")


def _schemas(endpoints: list[Endpoint], pushes: tuple[Push, ...]) -> _Schemas:
    wanted: dict[_Wanted, None] = {_CONTROL: None}
    wanted.update(((refusal, "serialization"), None) for refusal in REFUSALS.values())
    for endpoint in endpoints:
        wanted[endpoint.ask, "validation"] = None
        wanted.update(((reply, "serialization"), None) for reply in _replies(endpoint))
    wanted.update(((push.body, "serialization"), None) for push in pushes)
    refs, rest = models_json_schema(list(wanted), ref_template=_REF + "{model}")
    found = {(model, mode): refs[model, mode] for model, mode in wanted}
    return _Schemas(found, dict(sorted(rest.get("$defs", {}).items())))


def _replies(endpoint: Endpoint) -> tuple[type[Reply], ...]:
    """The models a call may answer with; a union stands in its annotation alone."""
    hint = get_type_hints(endpoint.call).get("return")
    members = get_args(hint) if get_origin(hint) in (Union, UnionType) else (hint,)
    return tuple(member for member in members if isinstance(member, type) and issubclass(member, Reply))


def _operation(endpoint: Endpoint, prefix: str, schemas: _Schemas) -> Json:
    in_path = tuple(re.findall(r"{(\w+)}", endpoint.path))
    ask = schemas.whole(endpoint.ask, "validation")
    properties: dict[str, Json] = ask.get("properties", {})
    required = frozenset(ask.get("required", ()))
    is_udesk = prefix == UDESK_PREFIX
    has_body = endpoint.method not in _WITHOUT_BODY
    parameters = [_path_parameter(name, properties.get(name, {"type": "string"})) for name in in_path]
    if is_udesk:
        parameters += [{"$ref": f"#/components/parameters/{name}"} for name in SIGNATURES[endpoint.signature]]
    # What the sign of a structured message is over stands in the query, whatever the method.
    in_query = STRUCT_PARAMETERS if endpoint.signature == "struct" else ()
    parameters += [
        _query_parameter(name, properties[name], name in required) for name in in_query if name in properties
    ]
    rest = {name: schema for name, schema in properties.items() if name not in in_path and name not in in_query}
    operation: Json = {
        "operationId": re.sub(r"\W+", "_", f"{endpoint.method.lower()}{prefix}{endpoint.path}").strip("_"),
        "summary": endpoint.summary,
        "tags": [chapter(prefix, endpoint)],
        "security": SECURITY[endpoint.signature if is_udesk else "operator"],
    }
    if is_udesk:
        operation |= {
            "x-udesk-section": endpoint.section,
            "x-coverage": endpoint.coverage,
            "x-source": endpoint.source,
        }
    if endpoint.note:
        operation["description"] = endpoint.note
    if endpoint.whole_body:
        operation["requestBody"] = _whole_body(rest.pop(endpoint.whole_body))
        parameters += [_query_parameter(name, schema, name in required) for name, schema in rest.items()]
    elif has_body and rest:
        schema = {**ask, "properties": rest, "required": [name for name in rest if name in required]}
        operation["requestBody"] = {
            "required": bool(schema["required"]),
            "content": {
                "application/json": {
                    "schema": schema if in_path or in_query else schemas.ref(endpoint.ask, "validation")
                }
            },
        }
    elif not has_body:
        parameters += [_query_parameter(name, schema, name in required) for name, schema in rest.items()]
    if parameters:
        operation["parameters"] = parameters
    operation["responses"] = _responses(endpoint, schemas, is_udesk=is_udesk)
    return operation


def _whole_body(schema: Json) -> Json:
    """A body that is one value, and no object of parameters: JSON, or YAML as it stands in a file."""
    return {
        "required": True,
        "content": {"application/json": {"schema": schema}, "application/yaml": {"schema": {"type": "string"}}},
    }


def _path_parameter(name: str, schema: Json) -> Json:
    said = {"description": schema["description"]} if "description" in schema else {}
    return {"name": name, "in": "path", "required": True, "schema": schema, **said}


def _query_parameter(name: str, schema: Json, is_required: bool) -> Json:
    parameter: Json = {"name": name, "in": "query", "required": is_required, "schema": schema}
    kinds = {part.get("type") for part in (schema, *schema.get("anyOf", ()))}
    if "array" in kinds:
        # Rails' spelling of a list: agent_ids[]=1&agent_ids[]=2.
        parameter |= {"name": f"{name}[]", "style": "form", "explode": True}
    elif "object" in kinds or any("$ref" in part for part in (schema, *schema.get("anyOf", ()))):
        parameter |= {"style": "deepObject", "explode": True}
    if "description" in schema:
        parameter["description"] = schema["description"]
    return parameter


def _responses(endpoint: Endpoint, schemas: _Schemas, *, is_udesk: bool) -> Json:
    replies = _replies(endpoint)
    if is_udesk:
        error = schemas.ref(REFUSALS[endpoint.refused_as], "serialization")
        shapes = [*(schemas.ref(reply, "serialization") for reply in replies), error]
        shape = {"anyOf": shapes} if len(shapes) > 1 else shapes[0]
        responses = {"200": _json(_done(replies), shape)}
        if endpoint.signature != "none":
            responses["429"] = _json("Too many calls; Retry-After says when", error)
        # A head is read before anybody knows what family it is of.
        usual = schemas.ref(REFUSALS["code",], "serialization")
        either = error if error == usual else {"anyOf": [error, usual]}
        responses |= {number: _json(what, either) for number, what in _TOO_LONG.items()}
        if endpoint.path_setting:
            text = f"Not here: the setting {endpoint.path_setting} says where this call is, null: nowhere"
            responses["404"] = _json(text, usual)
        return responses
    answers: Json = {}
    for reply in replies:
        status = reply.http_status or endpoint.status
        shape = schemas.ref(reply, "serialization")
        # Other mistakes are refused with the same status.
        shape = shape if status < 400 else {"anyOf": [shape, schemas.ref(*_CONTROL)]}
        answers[str(status)] = _json(_first_line(reply), shape)
    if not replies:
        answers[str(endpoint.status)] = {"description": "Done"}
    for media in endpoint.media:
        # JSON that no Reply describes is an object all the same.
        kind = "object" if media == "application/json" else "string"
        answers[str(endpoint.status)].setdefault("content", {}).setdefault(media, {"schema": {"type": kind}})
    return answers | {"4XX": {"$ref": "#/components/responses/ControlError"}}


def _done(replies: tuple[type[Reply], ...]) -> str:
    """What tells success. Doc: contract §2.1: that differs from family to family."""
    is_by_code = any("code" in reply.model_fields for reply in replies)
    name, done = ("code", 1000) if is_by_code else ("status", replies[0].model_fields["status"].default)
    return f"{name} {done}: done; any other {name}: why not"


def _first_line(model: type[BaseModel]) -> str:
    return (model.__doc__ or model.__name__).strip().splitlines()[0]


def _json(description: str, schema: Json) -> Json:
    return {"description": description, "content": {"application/json": {"schema": schema}}}


def _named(pushes: tuple[Push, ...]) -> Iterator[tuple[str, Push]]:
    names = [push.name for push in pushes]
    for push in pushes:
        yield (push.name if names.count(push.name) == 1 else f"{push.name} ({push.target})"), push


def _webhook(push: Push, schemas: _Schemas) -> Json:
    body = {"required": True, "content": {"application/json": {"schema": schemas.ref(push.body, "serialization")}}}
    webhook: Json = {
        "operationId": re.sub(r"\W+", "_", f"push_{push.target}_{push.name}"),
        "summary": push.summary,
        "tags": [chapter_of_push(push)],
        "security": [],
        "x-udesk-section": push.section,
        "x-coverage": push.coverage,
        "x-source": push.source,
        "x-push": push.name,
        "x-target": push.target,
        "requestBody": body,
        "responses": {"200": {"description": "Delivered; the answer's body is not looked at"}},
    }
    if push.note:
        webhook["description"] = push.note
    return webhook


def _reachable(document: Json, defs: Mapping[str, Json]) -> dict[str, Json]:
    """The schemas that something refers to: an ask whose fields became parameters needs none."""
    reached: set[str] = set()
    waiting = list(_refs(document))
    while waiting:
        name = waiting.pop()
        if name not in reached:
            reached.add(name)
            waiting.extend(_refs(defs[name]))
    return {name: schema for name, schema in defs.items() if name in reached}


def _refs(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        ref = value.get("$ref")
        if isinstance(ref, str) and ref.startswith(_REF):
            yield ref.removeprefix(_REF)
        for inner in value.values():
            yield from _refs(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _refs(inner)
