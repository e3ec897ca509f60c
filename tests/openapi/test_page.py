"""The page at /_mock/docs and the text at /llms.txt: whole, served safely, and no other host in them."""

import hashlib
import re
from base64 import b64encode
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from mock_udesk.openapi.fields import Fields
from mock_udesk.openapi.meanings import MEANINGS, put_meanings
from mock_udesk.openapi.page import page

from ..integrator import Udesk
from ..openapi_examples import BASE, LLMS, llms_text
from .made import document

HERE = {**document(), "servers": [{"url": BASE}]}
OPERATIONS = [
    *(operation for methods in document()["paths"].values() for operation in methods.values()),
    *(webhook["post"] for webhook in document()["webhooks"].values()),
]


def body(operation: dict[str, Any]) -> dict[str, Any]:
    """The schema of an operation's body; of none, one without fields."""
    content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    found: dict[str, Any] = content.get("schema", {})
    return found


class Read(HTMLParser):
    """What a page consists of: ids, links, what it would load, and elements that are open at the end."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.loaded: list[str] = []
        self.open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Notes what an element has."""
        found = {name: value or "" for name, value in attrs}
        if "id" in found:
            self.ids.append(found["id"])
        if tag == "a":
            self.links.append(found["href"])
        self.loaded += [value for name, value in found.items() if name in ("src", "srcset", "style", "onclick")]
        if tag == "link":
            self.loaded.append(found["href"])
        if tag not in ("meta", "link", "input", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Elements end in the order in which they began."""
        assert self.open.pop() == tag


@pytest.fixture(scope="module")
def text() -> str:
    """The page."""
    return page(HERE)[0].decode()


def test_every_call_and_push_has_its_anchor(text: str) -> None:
    """Both tables and the pushes, each once; every link of the page leads somewhere."""
    read = Read(text)

    assert read.open == []
    assert len(read.ids) == len(set(read.ids))
    assert {operation["operationId"] for operation in OPERATIONS} <= set(read.ids)
    assert [link for link in read.links if link.startswith("#") and link[1:] not in read.ids] == []
    assert [link for link in read.links if not link.startswith(("#", f"{BASE}/"))] == []


def test_nothing_is_loaded_from_anywhere(text: str) -> None:
    """Issue 5, point 10: no outside host; the icon is empty so that nobody asks for one."""
    assert Read(text).loaded == ["data:,"]
    assert re.findall(r"@import|url\(", text) == []


def test_the_policy_lets_in_what_the_page_has_and_nothing_else(text: str) -> None:
    """One style and one script, by the hashes of what is between their tags."""
    _, policy = page(HERE)
    hashes = [
        b64encode(hashlib.sha256(inner.encode()).digest()).decode()
        for name in ("style", "script")
        for inner in re.findall(f"<{name}>(.*?)</{name}>", text, re.DOTALL)
    ]

    assert len(hashes) == 2
    assert policy.startswith(
        f"default-src 'none'; style-src 'sha256-{hashes[0]}'; script-src 'sha256-{hashes[1]}'; img-src data:;"
    )
    assert "unsafe" not in policy


def test_what_a_document_says_is_no_markup() -> None:
    """A name, an example or a summary with angle brackets is shown as it is."""
    evil = "<script>alert(1)</script>"
    made = {**HERE, "info": {**HERE["info"], "title": evil, "summary": evil}}

    shown = page(made)[0].decode()

    assert evil not in shown
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in shown


def test_a_line_to_copy_works_as_it_stands(text: str) -> None:
    """Control calls by curl, emulated ones by `mock-udesk call`, which signs them; what a shell would read is quoted."""
    assert (
        "<pre>curl -X POST http://localhost:8090/_mock/sessions/1002/close -H &#39;Content-Type: application/json&#39; "
        "-d &#39;{&#34;close_type&#34;: &#34;normal&#34;}&#39;</pre>"
    ) in text
    assert (
        "<pre>mock-udesk call GET &#39;/im/messages/agent_unread_messages?agent_ids[]=3&amp;agent_ids[]=4&#39; --base http://localhost:8090</pre>"
    ) in text


def test_parameters_are_told_with_type_default_and_meaning() -> None:
    """Fields of a field stand below it; a model that holds itself ends somewhere."""
    node = {
        "type": "object",
        "properties": {"next": {"$ref": "#/components/schemas/Node"}, "n": {"type": "integer", "minimum": 1}},
    }
    fields = Fields({"components": {"schemas": {"Node": node}}})
    schema = {
        "required": ["kind"],
        "properties": {
            "kind": {"enum": ["a", "b"], "description": "Which"},
            "nodes": {"type": "array", "items": {"$ref": "#/components/schemas/Node"}, "default": []},
        },
    }

    rows = [(row.name, row.type, row.default, row.is_required, row.meaning) for row in fields.of_body(schema)]

    assert rows == [
        ("kind", '"a" | "b"', "", True, "Which"),
        ("nodes", "list of object", "[]", False, ""),
        ("nodes[].next", "object", "", False, ""),
        ("nodes[].n", "integer ≥ 1", "", False, ""),
    ]


def test_every_parameter_has_a_meaning() -> None:
    """Issue 5, point 10: by a description of its own, or by mock_udesk/openapi/meanings.py, whatever it stands in."""
    fields = Fields(document())
    mute = {
        f"{operation['operationId']}: {row.name}"
        for operation in OPERATIONS
        for row in (
            *map(fields.of_parameter, operation.get("parameters", ())),
            *fields.of_body(body(operation)),
        )
        if not row.meaning and "x-push" not in operation
    }

    assert mute == set()


def test_a_description_of_its_own_wins() -> None:
    """What many calls share is told by name only where nothing else was said."""
    told = {"name": "page", "schema": {}, "description": "Its own"}
    mute: dict[str, object] = {"name": "agent_ids[]", "schema": {}}
    made = {"paths": {"/x": {"get": {"parameters": [told, mute]}}}, "components": {"schemas": {}}}

    put_meanings(made)

    assert (told["description"], mute["description"]) == ("Its own", MEANINGS["agent_ids"])


async def test_the_page_is_served_for_the_company_that_is_asked(udesk: Udesk) -> None:
    """GET /_mock/docs: HTML in UTF-8, with the policy; its lines call this company."""
    acme = await udesk.company("acme")

    answer = await acme.operator("GET", "/docs")

    assert answer.status == 200
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'; style-src 'sha256-")
    assert f"curl {acme.base_url}/_mock/agents".encode() in answer.raw


async def test_language_models_find_their_text_at_both_places(udesk: Udesk) -> None:
    """llmstxt.org: at the root, too; with this server's addresses."""
    there = await udesk.operator("GET", "/llms.txt")
    root = await udesk.send("GET", "/llms.txt")

    assert (there.status, there.headers["Content-Type"]) == (200, "text/plain; charset=utf-8")
    assert root.raw == there.raw
    assert there.raw.decode() == llms_text().replace(BASE, udesk.base_url)


def test_the_text_has_the_form_of_llmstxt_org() -> None:
    """A heading, a quoted summary, sections; every call of both tables and every push in one line."""
    lines = llms_text().splitlines()
    calls = [line for line in lines if re.match(r"- `(GET|POST|PUT|PATCH|DELETE) /", line)]
    pushes = [line for line in lines if re.match(r"- `\w+` \((receive_url|h5_push_url)\): ", line)]

    assert lines[0] == "# mock-udesk"
    assert lines[2].startswith("> ")
    assert [line for line in lines if line.startswith("#") and not line.startswith(("# mock-udesk", "## "))] == []
    assert len(calls) + len(pushes) == len(OPERATIONS)


def test_the_repositorys_text_is_up_to_date() -> None:
    """Run `make readme` when this fails; its links lead to files that are there."""
    text = LLMS.read_text(encoding="utf-8")
    links = re.findall(r"\]\((?!http)([^)]+)\)", text)

    assert text == llms_text()
    assert [link for link in links if not (Path(LLMS).parent / link).is_file()] == []
