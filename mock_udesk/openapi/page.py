"""The OpenAPI document as one page: no outside host, readable without JavaScript."""

import json
import re
import shlex
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, urlencode

from ..endpoint import CONTROL_PREFIX, UDESK_PREFIX
from .fields import Fields, Row

Json = Mapping[str, Any]

TEMPLATE: Final = Path(__file__).with_name("page.html")
_JSON: Final = "application/json"
_SIGNED: Final = frozenset(("email", "timestamp", "sign", "nonce", "sign_version"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One call or push as the page shows it."""

    id: str
    method: str
    path: str
    summary: str
    note: str
    # Section of the document, coverage, source: what a badge says.
    badges: list[str]
    rows: list[Row]
    curl: str = ""
    request: str = ""
    status: str = ""
    media: str = ""
    answer: str = ""
    answered: list[Row] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Chapter:
    """A chapter and what stands in it."""

    id: str
    name: str
    description: str
    entries: list[Entry]


def page(document: Json) -> tuple[bytes, str]:
    """The page and the Content-Security-Policy that it lives by: its own style and script by their hashes, nothing else."""
    # Only who reads the page waits for the template engine.
    from jinja2 import Environment, StrictUndefined
    from markupsafe import Markup, escape

    def prose(text: str) -> Markup:
        """What stands between backticks is code; everything else is text."""
        return Markup(re.sub(r"`([^`]+)`", r"<code>\1</code>", str(escape(text))))  # noqa: S704 - escaped just now

    environment = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=StrictUndefined)
    environment.filters["prose"] = prose
    template = environment.from_string(TEMPLATE.read_text(encoding="utf-8"))
    server = document["servers"][0]["url"]
    text = template.render(
        info=document["info"],
        docs=document["externalDocs"],
        server=server,
        chapters=_chapters(document),
        codes=document["x-codes"],
        schemes=document["components"]["securitySchemes"],
    )
    return text.encode(), policy(text)


def policy(text: str) -> str:
    """The policy for a page: what it has inline, by its hash."""
    sources = {
        name: " ".join(_hash(inner) for inner in re.findall(rf"<{name}>(.*?)</{name}>", text, re.DOTALL)) or "'none'"
        for name in ("style", "script")
    }
    return (
        f"default-src 'none'; style-src {sources['style']}; script-src {sources['script']}; img-src data:; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )


def _hash(inner: str) -> str:
    return f"'sha256-{b64encode(sha256(inner.encode()).digest()).decode()}'"


def _chapters(document: Json) -> list[Chapter]:
    fields = Fields(document)
    entries: dict[str, list[Entry]] = {}
    base = document["servers"][0]["url"]
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            entries.setdefault(operation["tags"][0], []).append(_call(fields, method.upper(), path, operation, base))
    for webhook in document["webhooks"].values():
        entries.setdefault(webhook["post"]["tags"][0], []).append(_push(fields, webhook["post"]))
    return [
        Chapter(_slug(tag["name"]), tag["name"], tag["description"], entries.get(tag["name"], []))
        for tag in document["tags"]
    ]


def _call(fields: Fields, method: str, path: str, operation: Json, base: str) -> Entry:
    content = operation.get("requestBody", {}).get("content", {}).get(_JSON, {})
    rows = [fields.of_parameter(parameter) for parameter in operation.get("parameters", ())]
    rows += fields.of_body(content["schema"]) if content else []
    responses: Mapping[str, Json] = operation["responses"]
    status = next(status for status in responses if status.startswith("2"))
    answer = responses[status]
    shown = next((item for item in answer.get("content", {}).items() if "example" in item[1]), None)
    body = content.get("example")
    return Entry(
        id=operation["operationId"],
        method=method,
        path=path,
        summary=operation["summary"],
        note=operation.get("description", ""),
        badges=_badges(operation),
        rows=rows,
        curl=_curl(method, path, operation, body, base),
        request=_pretty(body),
        status=status,
        media=shown[0] if shown else "",
        answer=_pretty(shown[1]["example"]) if shown else "",
        errors=[
            f"{status}: {_described(fields.document, row)}"
            for status, row in operation["responses"].items()
            if not status.startswith("2")
        ]
        + ([f"{status}: {answer['description']}"] if path.startswith(UDESK_PREFIX) else []),
    )


def _push(fields: Fields, operation: Json) -> Entry:
    content = operation["requestBody"]["content"][_JSON]
    return Entry(
        id=operation["operationId"],
        method="POST",
        path=operation["x-push"],
        summary=operation["summary"],
        note=operation.get("description", ""),
        badges=_badges(operation),
        rows=fields.of_body(content["schema"]),
        request=_pretty(content.get("example")),
        status="200",
    )


def _badges(operation: Json) -> list[str]:
    return [operation[name] for name in ("x-udesk-section", "x-coverage", "x-source") if operation.get(name)]


def _described(document: Json, answer: Json) -> str:
    if "$ref" in answer:
        answer = document["components"]["responses"][answer["$ref"].rpartition("/")[2]]
    return str(answer["description"])


def _curl(method: str, path: str, operation: Json, body: Any, base: str) -> str:
    """A line to copy: plain for the control API; signed by `mock-udesk call` for the emulated one."""
    query: list[tuple[str, str]] = []
    for parameter in operation.get("parameters", ()):
        if "example" not in parameter:
            continue
        value = parameter["example"]
        if parameter["in"] == "path":
            path = path.replace(f"{{{parameter['name']}}}", quote(str(value)))
        elif parameter["name"] not in _SIGNED:
            query.extend((parameter["name"], str(one)) for one in (value if isinstance(value, list) else [value]))
    path += f"?{urlencode(query, safe='[]')}" if query else ""
    data = [] if body is None else ["-d", json.dumps(body, ensure_ascii=False)]
    if path.startswith(CONTROL_PREFIX):
        words = ["curl", *(["-X", method] if method != "GET" else []), base + path]
        words += ["-H", f"Content-Type: {_JSON}", *data] if data else []
    else:
        words = ["mock-udesk", "call", method, path.removeprefix(UDESK_PREFIX), *data, "--base", base]
    return shlex.join(words)


def _pretty(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, indent=2)


def _slug(name: str) -> str:
    return re.sub(r"\W+", "-", name).strip("-")
