"""The demo in the agents' place: calls of the control API, over HTTP like everybody's."""

from collections.abc import Callable, Mapping
from typing import Any

from aiohttp import ClientSession, ClientTimeout


class Refused(Exception):
    """The control API said no, which a demo never expects."""


class Operator:
    """Speaks to one company's `/_mock`; `notice` gets every call that changes something."""

    def __init__(
        self, base_url: str, *, token: str | None, notice: Callable[[str, str, Mapping[str, Any] | None], None]
    ) -> None:
        headers = {"Authorization": f"Bearer {token}"} if token else None
        self._client = ClientSession(timeout=ClientTimeout(total=30), headers=headers)
        self._url = f"{base_url}/_mock"
        self._notice = notice

    async def call(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        """The answer to a call, as JSON. Raises Refused with what was answered."""
        async with self._client.request(method, f"{self._url}{path}", json=body) as response:
            if response.status >= 400:
                raise Refused(f"{method} /_mock{path} answered {response.status}: {await response.text()}")
            answer = await response.json()
        if method != "GET" and path not in ("/settle", "/clock/advance"):
            self._notice(method, path, body)
        return answer

    async def settle(self) -> None:
        """Returns when every push has been delivered that can be now."""
        await self.call("POST", "/settle", {"timeout_seconds": 5})

    async def close(self) -> None:
        """Lets go of all connections."""
        await self._client.close()
