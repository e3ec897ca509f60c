"""Signed URLs and the OpenAPI document over a real socket: interfaces §3."""

import hashlib
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import pytest

from mock_udesk.company.pushes.pushes import PUSHES
from mock_udesk.control_api.table import CONTROL_API
from mock_udesk.udesk_api import UDESK_API

from ..integrator import Udesk


@pytest.mark.parametrize("path", ["/im/customer_status", "/open_api_v1/im/customer_status", "im/customer_status"])
async def test_a_signed_url_works_as_it_is(udesk: Udesk, path: str) -> None:
    """`POST /_mock/sign` → a URL that is answered, once."""
    await udesk.operator("POST", "/customers", {"nick_name": "小明", "customer_token": "c 1"})
    signed = await udesk.operator("POST", "/sign", {"method": "get", "path": path, "query": {"customer_token": "c 1"}})

    assert (signed.status, signed.body["method"], signed.body["warnings"]) == (200, "GET", [])
    parts = urlsplit(signed.body["url"])
    assert f"{parts.scheme}://{parts.netloc}" == udesk.base_url
    first = await udesk.send("GET", parts.path, parts.query)
    second = await udesk.send("GET", parts.path, parts.query)
    assert first.body["code"] == 1000
    assert second.body["code"] == 20623


async def test_lists_are_signed_as_rails_reads_them(udesk: Udesk) -> None:
    """`agent_ids[]`; a query in the path is kept."""
    signed = await udesk.operator("POST", "/sign", {"path": "/im/agent_status?a=1", "query": {"agent_ids": [3, 4]}})

    query = parse_qs(urlsplit(signed.body["url"]).query)
    assert (query["a"], query["agent_ids[]"], query["email"]) == (["1"], ["3", "4"], [udesk.email])


async def test_a_path_that_is_not_emulated_is_signed_with_a_warning(udesk: Udesk) -> None:
    """The nearest route is named."""
    signed = await udesk.operator("POST", "/sign", {"path": "/im/costumer_status"})

    assert signed.status == 200
    assert signed.body["warnings"] == ["GET /im/costumer_status is not emulated; the nearest is /im/customer_status"]


async def test_a_path_of_another_method_is_signed_with_a_warning(udesk: Udesk) -> None:
    """The method is GET unless it is said otherwise."""
    signed = await udesk.operator("POST", "/sign", {"path": "/im/messages"})

    assert (signed.status, signed.body["warnings"]) == (
        200,
        ["GET /im/messages is not emulated: this path takes POST"],
    )


async def test_a_structured_message_is_signed_by_its_own_scheme(udesk: Udesk) -> None:
    """Ruling 4: MD5 over four parameters in the document's order and the secret; neither email nor nonce. The rest is not signed."""
    opened = (await udesk.operator("POST", "/sessions", {"sdk_token": "s-1", "agent_id": 3})).body
    ids = {"agent_id": 3, "customer_id": opened["customer"]["id"], "im_sub_session_id": opened["id"]}
    path = "/im/sessions/struct_messages"
    signed = await udesk.operator(
        "POST", "/sign", {"method": "POST", "path": f"{path}?timestamp=1&a=b", "query": {**ids, "sign": "old"}}
    )
    parts = urlsplit(signed.body["url"])
    sent = await udesk.send("POST", parts.path, parts.query, json={"data": {"title": "卡片"}})

    four = f"im_sub_session_id={opened['id']}&customer_id={opened['customer']['id']}&agent_id=3&timestamp={udesk.timestamp}"
    sign = hashlib.md5(f"{four}&{udesk.secret}".encode()).hexdigest()
    assert (signed.status, signed.body["warnings"]) == (200, [])
    assert parse_qsl(parts.query) == [*parse_qsl(four), ("sign", sign), ("a", "b")]
    assert sent.body == {"status": 1000, "message": "发送成功"}


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({}, "query: im_sub_session_id, customer_id, agent_id are missing"),
        ({"im_sub_session_id": 1, "customer_id": 1, "agent_id": ""}, "query: agent_id is missing"),
        ({"im_sub_session_id": 1, "customer_id": "c-1", "agent_id": 3}, "query: customer_id 'c-1' is no id"),
    ],
)
async def test_what_a_structured_message_is_signed_over_has_to_be_there(
    udesk: Udesk, query: dict[str, object], words: str
) -> None:
    """422 names what is missing."""
    asked = {"method": "POST", "path": "/im/sessions/struct_messages", "query": query}
    answer = await udesk.operator("POST", "/sign", asked)

    assert (answer.status, answer.body["error"]["message"]) == (422, words)


async def test_a_movable_call_is_warned_of_unless_the_setting_is_its_path(udesk: Udesk) -> None:
    """Ruling 26: the evaluation of robots' answers is where the setting says."""
    asked = {"method": "POST", "path": "/im/messages/survey"}
    nowhere = await udesk.operator("POST", "/sign", asked)
    await udesk.operator("PATCH", "/company", {"robot_answer_survey_path": "/im/messages/survey"})
    there = await udesk.operator("POST", "/sign", asked)
    await udesk.operator("PATCH", "/company", {"robot_answer_survey_path": "/im/rate"})
    moved = await udesk.operator("POST", "/sign", {**asked, "path": "/im/rate"})

    assert nowhere.body["warnings"] == [
        "POST /im/messages/survey is nowhere by itself: the setting robot_answer_survey_path says where it is"
    ]
    assert (there.body["warnings"], moved.body["warnings"]) == ([], [])


async def test_the_unsigned_call_is_signed_as_others(udesk: Udesk) -> None:
    """POST /log_in doesn't look at it, and it does no harm."""
    signed = await udesk.operator("POST", "/sign", {"method": "POST", "path": "/log_in"})

    assert signed.body["warnings"] == []
    assert parse_qs(urlsplit(signed.body["url"]).query)["sign_version"] == ["v2"]


async def test_another_companys_url_has_its_base(udesk: Udesk) -> None:
    """Below `/c/{subdomain}`."""
    acme = await udesk.company(subdomain="acme")
    signed = await acme.operator("POST", "/sign", {"path": "/im/customer_status"})

    assert signed.body["url"].startswith(f"{udesk.base_url}/c/acme/open_api_v1/im/customer_status?")


@pytest.mark.parametrize(("asked", "words"), [({}, "path"), ({"path": "/x", "qery": {}}, "did you mean query?")])
async def test_a_mistake_is_named(udesk: Udesk, asked: dict[str, object], words: str) -> None:
    """422 with what was wrong."""
    answer = await udesk.operator("POST", "/sign", asked)

    assert (answer.status, words in answer.body["error"]["message"]) == (422, True), answer.body


@pytest.fixture
async def document(udesk: Udesk) -> dict[str, Any]:
    """`GET /_mock/openapi.json`."""
    answer = await udesk.operator("GET", "/openapi.json")
    assert answer.status == 200
    assert [server["url"] for server in answer.body["servers"]] == [udesk.base_url]
    body: dict[str, Any] = answer.body
    return body


async def test_every_endpoint_and_push_is_described(document: dict[str, Any]) -> None:
    """Both tables under `paths`, the pushes under `webhooks`; nothing else."""
    described = {(path, method) for path, item in document["paths"].items() for method in item}

    assert document["openapi"] == "3.1.0"
    assert described == {
        (prefix + endpoint.path, endpoint.method.lower())
        for prefix, table in (("/open_api_v1", UDESK_API), ("/_mock", CONTROL_API))
        for endpoint in table
    }
    assert set(document["webhooks"]) == {push.name for push in PUSHES}


async def test_every_ref_resolves_and_every_schema_is_used(document: dict[str, Any]) -> None:
    """No dangling reference, no orphan."""
    refs = {value for key, value in _leaves(document) if key == "$ref"}

    assert refs
    for ref in refs:
        found: Any = document
        for part in ref.removeprefix("#/").split("/"):
            found = found[part]
        assert isinstance(found, dict), ref
    used = {ref.rpartition("/")[2] for ref in refs if ref.startswith("#/components/schemas/")}
    assert used == set(document["components"]["schemas"])
    assert all(re.fullmatch(r"[a-zA-Z0-9._-]+", name) for name in used)


async def test_no_schema_is_named_after_a_module(document: dict[str, Any]) -> None:
    """pydantic names models of equal names so; whoever generates a client would have to read that."""
    assert [name for name in document["components"]["schemas"] if "__" in name] == []


async def test_the_document_is_made_once_and_names_each_callers_server(
    udesk: Udesk, document: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Making it takes a fifth of a second, in which nobody else is answered."""
    monkeypatch.setattr("mock_udesk.openapi.openapi", None)
    acme = await udesk.company(subdomain="acme")
    again = await acme.operator("GET", "/openapi.json")

    (server,) = document["servers"]
    assert again.body == {**document, "servers": [{**server, "url": f"{udesk.base_url}/c/acme"}]}


async def test_operations_are_well_formed(document: dict[str, Any]) -> None:
    """Unique ids; path parameters declared and required; no doubled parameter; bodies only where there may be one."""
    operations = [
        (path, method, operation) for path, item in document["paths"].items() for method, operation in item.items()
    ]
    ids = [operation["operationId"] for _, _, operation in operations]

    assert len(set(ids)) == len(ids)
    for path, method, operation in operations:
        parameters = [
            document["components"]["parameters"][row["$ref"].rpartition("/")[2]] if "$ref" in row else row
            for row in operation.get("parameters", ())
        ]
        names = [(row["name"], row["in"]) for row in parameters]
        assert len(set(names)) == len(names), (path, names)
        in_path = {row["name"] for row in parameters if row["in"] == "path" and row["required"]}
        assert in_path == set(re.findall(r"{(\w+)}", path)), path
        assert all("schema" in row for row in parameters)
        assert "requestBody" not in operation or method in ("post", "put", "patch"), path
        assert operation["responses"], path
        assert all("description" in row or "$ref" in row for row in operation["responses"].values())
        assert operation["summary"], path
        marks = {"x-udesk-section", "x-coverage", "x-source"}
        assert marks & set(operation) == (set() if path.startswith("/_mock") else marks), path


async def test_signed_endpoints_have_the_parameters_of_a_signature(document: dict[str, Any]) -> None:
    """Reusable components on signed ones, none on others; structured messages have a timestamp and a sign alone (ruling 4)."""
    auth = {f"auth_{name}" for name in ("email", "timestamp", "sign", "nonce", "sign_version")}
    of_signature = {"open_api": auth, "struct": {"struct_timestamp", "struct_sign"}, "none": set[str]()}
    for endpoint in UDESK_API:
        operation = document["paths"][f"/open_api_v1{endpoint.path}"][endpoint.method.lower()]
        refs = {row["$ref"] for row in operation.get("parameters", ()) if "$ref" in row}
        wanted = {f"#/components/parameters/{name}" for name in of_signature[endpoint.signature]}
        assert refs == wanted, endpoint.name


async def test_an_operators_mistakes_are_described(document: dict[str, Any]) -> None:
    """Errors are `{"error": {"code", "message", "hint"}}`; a call that can end in two ways has both."""
    opened = document["paths"]["/_mock/sessions"]["post"]["responses"]
    settled = document["paths"]["/_mock/settle"]["post"]["responses"]

    assert set(opened) == {"200", "201", "202", "4XX"}
    assert set(settled) == {"200", "409", "4XX"}
    assert document["components"]["schemas"]["ControlError"]["required"] == ["error"]


async def test_lists_in_a_query_have_rails_names(document: dict[str, Any]) -> None:
    """`agent_ids[]`."""
    names = {
        row["name"]
        for row in document["paths"]["/open_api_v1/im/messages/agent_unread_messages"]["get"]["parameters"]
        if "name" in row
    }

    assert "agent_ids[]" in names


async def test_settings_can_be_looked_up(document: dict[str, Any]) -> None:
    """The body of `PATCH /_mock/company` names all settings."""
    operation = document["paths"]["/_mock/company"]["patch"]
    ref = operation["requestBody"]["content"]["application/json"]["schema"]["$ref"]
    schema = document["components"]["schemas"][ref.rpartition("/")[2]]

    assert schema["properties"]["auth"]["enum"] == ["strict", "lenient", "off"]
    assert schema["additionalProperties"] is False


def _leaves(value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            if isinstance(inner, str):
                yield key, inner
            else:
                yield from _leaves(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _leaves(inner)
