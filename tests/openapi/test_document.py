"""openapi.json as a document: valid by others' validators, whole, and every example in it as its schema says."""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import jsonschema_rs
import pytest
from openapi_spec_validator import validate

from mock_udesk.company.pushes.pushes import PUSHES
from mock_udesk.control_api.table import CONTROL_API
from mock_udesk.endpoint import CONTROL_PREFIX, UDESK_PREFIX
from mock_udesk.openapi.examples import load, named
from mock_udesk.udesk_api import UDESK_API

from ..integrator import Udesk
from .made import document

Json = dict[str, Any]

OPERATIONS = [
    *(named(UDESK_PREFIX, endpoint) for endpoint in UDESK_API),
    *(named(CONTROL_PREFIX, endpoint) for endpoint in CONTROL_API),
]


def operations() -> Iterator[tuple[str, Json]]:
    """Every operation by method and path."""
    for path, methods in document()["paths"].items():
        for method, operation in methods.items():
            yield f"{method.upper()} {path}", operation


def test_it_is_openapi_3_1() -> None:
    """By openapi-spec-validator: structure, references, defaults."""
    validate(document())


@pytest.mark.parametrize("name", document()["components"]["schemas"])
def test_every_schema_is_one_of_draft_2020_12(name: str) -> None:
    """The dialect that the document names."""
    jsonschema_rs.meta.validate(
        {**document()["components"]["schemas"][name], "$schema": document()["jsonSchemaDialect"]}
    )


def test_every_operation_has_an_id_of_its_own() -> None:
    """Generated clients name their functions so; pushes have ids too."""
    ids = [operation["operationId"] for _, operation in operations()]
    ids += [webhook["post"]["operationId"] for webhook in document()["webhooks"].values()]

    assert len(ids) == len(set(ids)) == len(OPERATIONS) + len(PUSHES)


def test_every_chapter_is_described_and_in_order() -> None:
    """Tags stand in the order in which their calls do; none is named twice or in vain."""
    used = [operation["tags"][0] for _, operation in operations()]
    used += [webhook["post"]["tags"][0] for webhook in document()["webhooks"].values()]
    tags = document()["tags"]

    assert [tag["name"] for tag in tags] == list(dict.fromkeys(used))
    assert [tag["name"] for tag in tags if not tag["description"].endswith(".")] == []


def test_every_operation_says_who_may_call_and_what_refuses() -> None:
    """Security schemes that are declared; an answer for what goes wrong: 4XX, or the code in a 200."""
    schemes = document()["components"]["securitySchemes"]
    for name, operation in operations():
        assert all(scheme in schemes for need in operation["security"] for scheme in need), name
        if f" {CONTROL_PREFIX}" in name:
            assert "4XX" in operation["responses"], name


@pytest.mark.parametrize("name", OPERATIONS)
def test_an_operation_has_an_example_that_is_as_described(name: str) -> None:
    """Recorded by tests/openapi_examples.py: parameters, body and answer, each valid by its schema."""
    method, _, path = name.partition(" ")
    operation = document()["paths"][path][method.lower()]
    example = load().operations[name]

    for parameter in operation.get("parameters", ()):
        if "$ref" in parameter:
            parameter = document()["components"]["parameters"][parameter["$ref"].rpartition("/")[2]]
            assert "example" in parameter, parameter["name"]
        if parameter.get("required"):
            assert "example" in parameter, parameter["name"]
        if "example" in parameter:
            check(parameter["schema"], parameter["example"])
    if "requestBody" in operation and operation["requestBody"]["required"]:
        check(operation["requestBody"]["content"]["application/json"]["schema"], example.body)
    answer = operation["responses"][str(example.status)]
    if "content" in answer:
        content = answer["content"][example.media]
        assert content["example"] == example.answer
        check(content["schema"], example.answer)


@pytest.mark.parametrize("name", [push.name for push in PUSHES])
def test_a_push_has_an_example_that_is_as_described(name: str) -> None:
    """Recorded too: what the receive URL and the H5 URL were sent."""
    (webhook,) = (row["post"] for row in document()["webhooks"].values() if row["post"]["x-push"] == name)
    content = webhook["requestBody"]["content"]["application/json"]

    check(content["schema"], content["example"])


def test_no_example_is_of_a_call_that_is_not_there() -> None:
    """A call that was renamed takes its example with it."""
    assert set(load().operations) - set(OPERATIONS) == set()


async def test_it_is_served_with_the_company_as_its_server(udesk: Udesk) -> None:
    """Interfaces §3: GET /_mock/openapi.json; clients made of it call the company that was asked."""
    body = (await udesk.operator("GET", "/openapi.json")).body

    assert body["servers"][0]["url"] == udesk.base_url
    assert body["info"]["license"] == {"name": "MIT", "identifier": "MIT"}
    assert {**body, "servers": document()["servers"]} == document()


def check(schema: Mapping[str, Any], value: Any) -> None:
    """A value is as a schema of the document says."""
    jsonschema_rs.Draft202012Validator({**schema, "components": _components()}).validate(value)


@cache
def _components() -> Json:
    found: Json = document()["components"]
    return found
