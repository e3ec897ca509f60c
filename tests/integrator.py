"""A tiny integrator, written from the document: it signs with hashlib, so that a mistake of ours in signing shows."""

import asyncio
import hashlib
import io
import json as jsonlib
from collections.abc import Generator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import aiohttp
from multidict import CIMultiDictProxy
from yarl import URL

from mock_udesk.company.companies import Slot
from mock_udesk.company.journal.entries import CallEntry
from mock_udesk.server.app import Server

from . import NOW
from .receiver import Receiver


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back; `body` is the parsed JSON, None when it was none."""

    status: int
    body: Any
    raw: bytes
    headers: CIMultiDictProxy[str]


class Udesk:
    """One company as its integrator sees it."""

    def __init__(self, server: Server, slot: Slot, base_url: str, receiver: Receiver, h5: Receiver) -> None:
        credentials = slot.company.credentials
        self.server = server
        self.slot = slot
        self.base_url = base_url
        self.email, self.token, self.secret = credentials.email, credentials.token, credentials.secret
        self.password = credentials.password
        self.receiver = receiver
        self.h5 = h5
        self._nonces = 0
        self._beside: list[_Beside] = []
        self._session: aiohttp.ClientSession | None = None

    @property
    def timestamp(self) -> str:
        """The company's time in whole seconds."""
        return str(int(self.slot.company.clock.now().timestamp()))

    def sign(self, *, scheme: str = "v2", token: str | None = None) -> dict[str, str]:
        """The parameters of a signature with a fresh nonce. Doc: contract §1.2, §1.3."""
        token = self.token if token is None else token
        timestamp = self.timestamp
        if scheme == "sha1":
            text = f"{self.email}&{token}&{timestamp}"
            return {"email": self.email, "timestamp": timestamp, "sign": hashlib.sha1(text.encode()).hexdigest()}
        self._nonces += 1
        nonce = f"nonce-{self.slot.subdomain}-{self._nonces:06}"
        text = f"{self.email}&{token}&{timestamp}&{nonce}&v2"
        digest = hashlib.sha1 if scheme == "sha1_five_parts" else hashlib.sha256
        return {
            "email": self.email,
            "timestamp": timestamp,
            "sign": digest(text.encode()).hexdigest(),
            "nonce": nonce,
            "sign_version": "v2",
        }

    async def call(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, Any] | str | None = None,
        json: Any = None,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        signed: bool = True,
        sign_with: Mapping[str, str | None] | str | None = None,
    ) -> Answer:
        """Calls the emulated API. `sign_with`: a scheme, or parameters laid over the good ones (None takes one away)."""
        signature: dict[str, str] = {}
        if signed:
            signature = self.sign(scheme=sign_with) if isinstance(sign_with, str) else self.sign()
            if isinstance(sign_with, Mapping):
                laid = {**signature, **sign_with}
                signature = {name: value for name, value in laid.items() if value is not None}
        text = query if isinstance(query, str) else _query(query or {})
        text = "&".join(part for part in (text, _query(signature)) if part)
        return await self.send(method, f"/open_api_v1{path}", text, json=json, body=body, headers=headers)

    async def operator(
        self, method: str, path: str, json: Any = None, headers: Mapping[str, str] | None = None
    ) -> Answer:
        """Calls the control API of this company."""
        path, _, query = path.partition("?")
        return await self.send(method, f"/_mock{path}", query, json=json, headers=headers)

    async def send(
        self,
        method: str,
        path: str,
        query: str = "",
        *,
        json: Any = None,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Sends any request to this company's base URL, the path and query as they are."""
        sent = dict(headers or {})
        if json is not None:
            body = jsonlib.dumps(json, ensure_ascii=False).encode()
            sent.setdefault("Content-Type", "application/json")
        url = URL(f"{self.base_url}{path}{'?' if query else ''}{query}", encoded=True)
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=30))
        async with self._session.request(
            method, url, data=_large(body), headers=sent, skip_auto_headers=("Content-Type",), allow_redirects=False
        ) as response:
            # A stream has no end: its head alone.
            raw = b"" if response.content_type == "text/event-stream" else await response.read()
        return Answer(response.status, _parsed(raw), raw, response.headers)

    async def ask(self, customer_token: str = "c-1", **more: Any) -> int:
        """The customer asks for Tom; replies with the session's id."""
        asked = {"customer_token": customer_token, "assign_type": "agent", "agent_id": 3, **more}
        answer = await self.call("POST", "/im/sessions", json=asked)
        assert answer.body["code"] == 1000, answer.body
        session_id: int = answer.body["assign_info"]["im_sub_session_id"]
        return session_id

    async def say(self, session_id: int, content: str = "在吗", *, message_id: str = "") -> int:
        """The customer c-1 says something; replies with the answer's code. Unless its id is given it is one that is new."""
        said = {
            "customer_token": "c-1",
            "im_sub_session_id": session_id,
            "message_id": message_id or f"m-{self.slot.company.journal.last_id}",
            "type": "message",
            "data": {"content": content},
        }
        answer = await self.call("POST", "/im/messages", json=said)
        code: int = answer.body["code"]
        return code

    async def advance(self, seconds: float) -> None:
        """Moves the company's clock, with the pushes of every moment."""
        answer = await self.operator("POST", "/clock/advance", {"seconds": seconds})
        assert answer.status == 200, answer.raw

    async def settle(self) -> None:
        """Waits until all is still."""
        answer = await self.operator("POST", "/settle", {"timeout_seconds": 10})
        assert answer.status == 200, answer.raw

    async def waits(self, path: str) -> None:
        """Until an operator's call to this path has begun and waits for something."""
        async with asyncio.timeout(10):
            while not any(  # noqa: ASYNC110 - gives way, does not wait
                isinstance(entry, CallEntry) and entry.path.endswith(path) and entry.status is None
                for entry in self.slot.company.journal
            ):
                await asyncio.sleep(0)

    async def is_watched(self) -> None:
        """Until somebody waits for something to happen in this company: of a verify the journal tells nothing."""
        pump = self.server.pump
        async with asyncio.timeout(10):
            while not ((watch := pump._watches.get(self.slot)) and watch.waiters):  # noqa: ASYNC110 - gives way, does not wait
                await asyncio.sleep(0)

    async def pushes(self) -> list[dict[str, Any]]:
        """All bodies that the receive URL has got so far, once all is still."""
        await self.settle()
        return self.receiver.bodies

    def company(self, subdomain: str = "acme", **settings: Any) -> "Udesk":
        """Another company of the same server, standing still at NOW too; it pushes to receivers of its own. May be awaited."""
        receiver, h5 = Receiver(), Receiver()
        slot = self.server.companies.create(subdomain=subdomain, now=NOW, rate=0, settings=settings)
        other = _Beside(self.server, slot, f"{self.server.url}/c/{subdomain}", receiver, h5)
        self._beside.append(other)
        return other

    async def __aenter__(self) -> "Udesk":
        return self

    async def __aexit__(self, *_: object) -> None:
        for other in self._beside:
            await other.close()
        await self.close()

    async def close(self) -> None:
        """Closes the connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    def __await__(self) -> Generator[None, None, "Udesk"]:
        yield from ()
        return self


class _Beside(Udesk):
    """The integrator of another company: its receivers start with its first call, or when it is awaited."""

    async def send(self, method: str, path: str, query: str = "", **rest: Any) -> Answer:
        """Sends any request to this company's base URL, the path and query as they are."""
        await self
        return await super().send(method, path, query, **rest)

    def __await__(self) -> Generator[Any, None, Udesk]:
        async def begin() -> Udesk:
            if self.receiver.port == 0:
                await self.receiver.start()
                await self.h5.start()
                if self.slot.company.settings.receive_url is None:
                    self.slot.company.change_settings({"receive_url": self.receiver.url}, None)
            return self

        return begin().__await__()

    async def close(self) -> None:
        """Closes connections and receivers."""
        await super().close()
        await asyncio.gather(self.receiver.stop(), self.h5.stop())


def _large(body: bytes | None) -> bytes | io.BytesIO | None:
    # aiohttp wants large bodies as files.
    return io.BytesIO(body) if body is not None and len(body) > 1_000_000 else body


def _query(values: Mapping[str, Any]) -> str:
    pairs: list[str] = []
    for name, value in values.items():
        rows = value if isinstance(value, list | tuple) else [value]
        pairs.extend(f"{quote(name, safe='[]')}={quote(str(row), safe='')}" for row in rows)
    return "&".join(pairs)


def _parsed(raw: bytes) -> Any:
    try:
        return jsonlib.loads(raw)
    except ValueError:
        return None
