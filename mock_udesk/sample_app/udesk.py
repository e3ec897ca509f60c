"""How the sample app calls Udesk: signed, over HTTP, and page by page where there are pages."""

import time
from collections.abc import Callable, Mapping
from hashlib import sha256
from typing import Any
from urllib.parse import quote, urlencode
from uuid import uuid4

from aiohttp import ClientSession, ClientTimeout, ContentTypeError

from .chat import Call, Traffic

# What a signed call has in its query beside its own parameters, as it may be shown.
SIGNED = "email=…&timestamp=…&nonce=…&sign=…&sign_version=v2"


class UdeskClient:
    """The app's account at Udesk. `notice` gets every call with its answer. Made while the loop runs; `close` it at the end."""

    def __init__(self, *, url: str, email: str, token: str, notice: Callable[[Traffic], None]) -> None:
        self._url = url.rstrip("/")
        self._email = email
        self._token = token
        self._notice = notice
        self._client = ClientSession(timeout=ClientTimeout(total=10))

    async def call(
        self, customer: str, method: str, path: str, body: Mapping[str, Any] | None = None, *, is_reaction: bool = False
    ) -> Mapping[str, Any]:
        """The answer to one call, made for a customer."""
        query = "&" if "?" in path else "?"
        url = f"{self._url}/open_api_v1{path}{query}{self._signed()}"
        async with self._client.request(method, url, json=body) as response:
            try:
                answer = await response.json()
            except (ContentTypeError, ValueError):
                answer = {"text": await response.text()}
            call = Call(
                customer=customer,
                method=method,
                path=path,
                body=body,
                status=response.status,
                answer=answer,
                is_reaction=is_reaction,
            )
        self._notice(call)
        return call.answer

    async def pages(self, customer: str, path: str, query: Mapping[str, Any]) -> list[Mapping[str, Any]]:
        """All rows of one of the records, of as many pages as there are."""
        rows: list[Mapping[str, Any]] = []
        page, pages = 0, 1
        while page < pages:
            page += 1
            answer = await self.call(customer, "GET", f"{path}?{urlencode({**query, 'page': page})}")
            rows += answer["item"]
            pages = answer["total_pages"]
        return rows

    async def close(self) -> None:
        """Lets go of all connections."""
        await self._client.close()

    def _signed(self) -> str:
        """Five parameters; what is signed is email&token&timestamp&nonce&v2, with SHA-256, in lower-case hex."""
        timestamp, nonce = str(int(time.time())), str(uuid4())
        sign = sha256(f"{self._email}&{self._token}&{timestamp}&{nonce}&v2".encode()).hexdigest()
        return f"email={quote(self._email)}&timestamp={timestamp}&nonce={nonce}&sign={sign}&sign_version=v2"
