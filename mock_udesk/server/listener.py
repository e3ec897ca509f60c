"""The HTTP server itself: aiohttp's, without router and access log, silent, and answering broken requests in JSON too."""

import logging
from collections.abc import Awaitable, Callable
from typing import Any, Final

from aiohttp import web

from ..desk.errors import INVALID
from .replies import envelope

# A query of this size still fits: agent_ids and long texts may stand there (ruling 5).
_LINE_LIMIT_BYTES: Final = 65_536
# Longer than any client keeps an idle connection, so that a call never runs into one that is just being closed.
_KEEP_ALIVE_SECONDS: Final = 3630.0
_LINGER_SECONDS: Final = 2.0

_QUIET = logging.Logger("mock_udesk.http", level=logging.CRITICAL + 1)  # not in the tree: nothing is printed


class _Connection(web.RequestHandler):
    """One connection; what is not HTTP is answered 400 with the envelope of the emulated API."""

    __slots__ = ()

    def handle_error(
        self,
        request: web.BaseRequest,  # noqa: ARG002 - the signature is aiohttp's
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """Only what aiohttp's parser refuses comes here, as 400: the pipeline answers everything else itself, our own faults too."""
        said = (message or (type(exc).__name__ if exc is not None else "")).splitlines() or [""]
        response = web.Response(
            body=envelope(INVALID.code, f"not a request: {said[0][:200]}"),
            status=status,
            content_type="application/json",
            charset="utf-8",
        )
        response.force_close()
        return response


class Listener(web.Server):
    """Makes a connection for whoever calls."""

    def __init__(self, answer: Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]) -> None:
        self._settings: dict[str, Any] = {
            "access_log": None,
            "logger": _QUIET,
            "keepalive_timeout": _KEEP_ALIVE_SECONDS,
            "auto_decompress": False,
            "lingering_time": _LINGER_SECONDS,
            "max_line_size": _LINE_LIMIT_BYTES,
            "max_field_size": _LINE_LIMIT_BYTES,
        }
        super().__init__(answer, **self._settings)

    def __call__(self) -> web.RequestHandler:
        """A new connection."""
        return _Connection(self, loop=self._loop, **self._settings)
