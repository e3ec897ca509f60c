"""Plays the calls of openapi_calls against a real server and keeps what was sent and answered; `python -m tests.openapi_examples` writes it."""

import asyncio
import json
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import aiohttp
from yarl import URL

from mock_udesk.company.founding import Founding
from mock_udesk.company.pushes.pushes import PUSHES
from mock_udesk.company.signing.open_api import Credentials, signed_query
from mock_udesk.company.signing.struct import signed_again
from mock_udesk.control_api.table import CONTROL_API
from mock_udesk.control_api.wire import document_of
from mock_udesk.endpoint import CONTROL_PREFIX, UDESK_PREFIX, Endpoint, Found
from mock_udesk.openapi.examples import PATH, Example, named
from mock_udesk.openapi.llms import llms
from mock_udesk.server.app import Server, ServerOptions
from mock_udesk.settings import Settings
from mock_udesk.udesk_api import UDESK_API

from . import NOW
from .openapi_calls import BEGIN, EMULATED, END, SNAPSHOT, Ask
from .receiver import Receiver

Json = dict[str, Any]

CREDENTIALS = Credentials(
    email="admin@demo.test",
    password="password",
    token="00000000-0000-4000-8000-000000000000",
    secret="11111111-1111-4111-8111-111111111111",
)
BASE = "http://localhost:8090"
LLMS = Path(__file__).parent.parent / "llms.txt"
RECEIVE = "http://localhost:3000/udesk"
H5 = "http://localhost:3000/h5"
# An example is for reading: so many items of a list, so many characters of a text that is no JSON.
MOST_ITEMS = 2
MOST_TEXT = 1_200
# Answers that are streams: the head and one event.
STREAMED_BLOCKS = 2
# What differs with every run though it is not below `measured`: lengths of what is measured.
LENGTHS = {"kept_bytes": 20_480}


# With the one call that is nowhere until a setting says where it is.
_SETTINGS = Settings(robot_answer_survey_path="/im/messages/survey")


@dataclass(slots=True)
class Recorder:
    """One server, and what it was asked and answered, by the names of the calls."""

    url: str
    texts: Mapping[str, str]
    session: aiohttp.ClientSession
    found: dict[str, Example] = field(default_factory=dict)
    calls: int = 0
    last_entry: int = 1
    last_delivery: int = 1
    snapshot: Any = None

    async def make(self, ask: Ask) -> None:
        """Makes a call; it becomes its endpoint's example if it is shown and the first."""
        method, _, path = ask.line.partition(" ")
        path = path.replace("{last}", str(self.last_entry)).replace("{delivery}", str(self.last_delivery))
        route, is_udesk = _route(method, path)
        if route is None:
            return
        endpoint = route.endpoint
        name = named(UDESK_PREFIX if is_udesk else CONTROL_PREFIX, endpoint)
        query = self._signed(endpoint, ask.query) if is_udesk else _pairs(ask.query)
        body = self.snapshot if ask.json == SNAPSHOT else ask.json
        status, media, text = await self._send(method, f"{UDESK_PREFIX if is_udesk else ''}{path}", query, body)
        answer: Any = json.loads(text) if media == "application/json" else text
        said = answer if isinstance(answer, dict) else {}
        number = said.get("code", said.get("status")) if is_udesk else None
        if status >= 400 or (is_udesk and number not in (0, ask.code)):
            raise AssertionError(f"{ask.line} {ask.json} {query}: {status} {text[:600]}")
        if endpoint.name == "GET /snapshot":
            self.snapshot = answer
        if endpoint.name == "GET /requests":
            self.last_entry = answer["requests"][-1]["id"]
        if endpoint.name == "GET /deliveries" and answer["deliveries"]:
            self.last_delivery = answer["deliveries"][-1]["id"]
        if ask.is_shown and name not in self.found:
            shown = self._shown(answer, endpoint)
            self.found[name] = Example(
                path=dict(route.path_parameters),
                query={name: value for name, value in query if name not in ask.query} | ask.query,
                body=_short(self._told(body)) if ask.json == SNAPSHOT else self._told(body),
                status=status,
                media=media,
                answer=shown,
            )

    async def pushed(self) -> Json:
        """The first body of each kind of push so far, by its name."""
        _, _, text = await self._send("GET", f"{CONTROL_PREFIX}/deliveries", [], None)
        rows = json.loads(text)["deliveries"]
        bodies = {row["push"]: row["body"] for row in reversed(rows)}
        return {push.name: _short(self._told(bodies[push.name])) for push in PUSHES if push.name in bodies}

    def _signed(self, endpoint: Endpoint, query: Mapping[str, Any]) -> list[tuple[str, str]]:
        own = _pairs(query)
        self.calls += 1
        if endpoint.signature == "struct":
            return signed_again(own, CREDENTIALS, now=NOW)
        if endpoint.signature == "none":
            return own
        return [*own, *signed_query(CREDENTIALS, now=NOW, nonce=f"nonce-{self.calls:04}").items()]

    async def _send(self, method: str, path: str, query: list[tuple[str, str]], body: Any) -> tuple[int, str, str]:
        headers = {"User-Agent": "example"}
        data = None
        if body is not None:
            data = json.dumps(body, ensure_ascii=False).encode()
            headers["Content-Type"] = "application/json"
        url = URL(f"{self.url}{quote(path)}{'?' if query else ''}{urlencode(query)}", encoded=True)
        async with self.session.request(method, url, data=data, headers=headers) as response:
            media = response.content_type
            if media == "text/event-stream":
                text = await _first_blocks(response.content)
                response.close()
            else:
                text = await response.text()
            return response.status, media, text

    def _shown(self, answer: Any, endpoint: Endpoint) -> Any:
        if endpoint.path == "/openapi.json":
            return self._told({name: answer[name] for name in ("openapi", "info", "servers")})
        told = _stilled(self._told(answer))
        if isinstance(told, str):
            return _first_lines(told)
        return _short(told)

    def _told(self, value: Any) -> Any:
        """A value with the addresses that anybody would have."""
        if isinstance(value, str):
            for real, told in self.texts.items():
                value = value.replace(real, told)
            return value
        if isinstance(value, dict):
            return {name: self._told(inner) for name, inner in value.items()}
        return [self._told(inner) for inner in value] if isinstance(value, list) else value


async def _first_blocks(stream: aiohttp.StreamReader) -> str:
    """The first blocks of a stream of events, the JSON in them made the same for every run."""
    raw = b""
    while raw.count(b"\n\n") < STREAMED_BLOCKS:
        raw += await stream.readany()
    lines = "\n\n".join(raw.decode().split("\n\n")[:STREAMED_BLOCKS]).split("\n")
    return "\n".join(_stilled_line(line) for line in lines).rstrip() + "\n\n"


def _stilled_line(line: str) -> str:
    name, mark, rest = line.partition("data: ")
    return line if name or not mark else mark + json.dumps(_stilled(json.loads(rest)), ensure_ascii=False)


def _route(method: str, path: str) -> tuple[Found | None, bool]:
    """The call that a line means; None while it is not there."""
    _, mark, rest = path.partition(CONTROL_PREFIX)
    table = CONTROL_API if mark else UDESK_API
    found = table.find(method, (rest or "/") if mark else path, _SETTINGS)
    return (found if isinstance(found, Found) else None), not mark


def _pairs(query: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [
        (name, str(row)) for name, value in query.items() for row in (value if isinstance(value, list) else [value])
    ]


def _short(value: Any) -> Any:
    """A value whose lists are cut: an example is for reading."""
    if isinstance(value, dict):
        return {name: _short(inner) for name, inner in value.items()}
    return [_short(inner) for inner in value[:MOST_ITEMS]] if isinstance(value, list) else value


def _first_lines(text: str) -> str:
    if len(text) <= MOST_TEXT:
        return text
    return text[:MOST_TEXT].rpartition("\n")[0] + "\n…\n"


def _stilled(value: Any) -> Any:
    """A value whose `measured` parts, which differ with every run, are made the same."""
    if isinstance(value, dict):
        made = {name: _measured(inner) if name == "measured" else _stilled(inner) for name, inner in value.items()}
        return made | {name: length for name, length in LENGTHS.items() if name in made}
    return [_stilled(inner) for inner in value] if isinstance(value, list) else value


def _measured(value: Any) -> Any:
    match value:
        case dict():
            return {name: _measured(inner) for name, inner in value.items()}
        case list():
            return [_measured(inner) for inner in value]
        case bool():
            return value
        case int() | float():
            return 0.002
        case str() if re.match(r"\d{4}-\d\d-\d\dT", value):
            return "2026-11-22T02:00:00.000Z"
        case _:
            return value


async def recorded() -> Json:
    """All examples, as they stand in the file."""
    async with Receiver() as receiver, Receiver() as h5:
        founding = Founding(
            subdomain="demo",
            credentials=CREDENTIALS,
            now=NOW,
            rate=0,
            settings=Settings(receive_url=receiver.url, h5_push_url=h5.url),
        )
        server = Server(ServerOptions(founding=founding))
        await server.start()
        texts = {
            receiver.url: RECEIVE,
            h5.url: H5,
            server.url: BASE,
            server.url.partition("//")[2]: BASE.partition("//")[2],
        }
        try:
            async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=20)) as session:
                recorder = Recorder(server.url, texts, session)
                for ask in (*BEGIN, *EMULATED):
                    await recorder.make(ask)
                await recorder.make(Ask("POST /_mock/settle", is_shown=False))
                webhooks = await recorder.pushed()
                for ask in END:
                    await recorder.make(ask)
        finally:
            await server.stop(0)
    operations = {name: example.plain() for name, example in sorted(recorder.found.items())}
    return {"operations": operations, "webhooks": webhooks}


def llms_text() -> str:
    """The repository's llms.txt: what GET /llms.txt answers, of a server at the default port."""
    document = document_of(UDESK_API, CONTROL_API)
    return llms({**document, "servers": [{"url": BASE}]})


def write() -> None:
    """Writes mock_udesk/openapi/examples.json and llms.txt anew."""
    text = json.dumps(asyncio.run(recorded()), ensure_ascii=False, indent=1)
    PATH.write_text(text + "\n", encoding="utf-8")
    LLMS.write_text(llms_text(), encoding="utf-8")


if __name__ == "__main__":
    write()
    sys.exit(0)
