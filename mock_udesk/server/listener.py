"""The HTTP server itself: aiohttp's, without router and access log, silent, and answering broken requests in JSON too."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any, Final

from aiohttp import web
from aiohttp.http_exceptions import LineTooLong

from .replies import not_http

# A query of this size still fits: agent_ids and long texts may stand there (ruling 5).
_LINE_LIMIT_BYTES: Final = 65_536
# Longer than any client keeps an idle connection, so that a call never runs into one that is just being closed.
_KEEP_ALIVE_SECONDS: Final = 3630.0
_LINGER_SECONDS: Final = 2.0

_QUIET = logging.Logger("mock_udesk.http", level=logging.CRITICAL + 1)  # not in the tree: nothing is printed


def _refused(status: int, exc: BaseException | None, said: str, most_headers: int) -> tuple[int, str, str]:
    """Status, text and hint for what aiohttp's parser refused in these words."""
    if isinstance(exc, LineTooLong):
        what = "path and query, or a header of the request,"
        return 431, f"{what} are longer than {_LINE_LIMIT_BYTES} bytes", "send what is long in the body"
    if said.startswith("Too many headers"):
        return 431, f"the request has more than {most_headers} headers", "send fewer"
    if "PRI" in said:
        return 505, "this is HTTP/2, which is not spoken here", "use HTTP/1.1"
    if "HTTPS traffic" in said:
        return status, "this is TLS, and here is plain HTTP", "use http:// in place of https://"
    if said.startswith("Invalid char in url"):
        hint = "percent-encode it: 退 is %E9%80%80; of a query curl does so with -G --data-urlencode 'text=退款'"
        return status, f"not a request: {said}", hint
    return status, f"not a request: {said}", "HTTP/1.1 is spoken here (RFC 9112)"


class Connection(web.RequestHandler):
    """One connection; what is not HTTP, or too much of it, is answered in the form of both rooms, for nobody knows which was meant."""

    # Of an answer without an end: the task that sends it, and who wants to know when the caller has taken something.
    streaming: "asyncio.Task[None] | None" = None
    on_drained: Callable[[], None] | None = None
    # Of an operator's call that waits for something: its task.
    waiting: "asyncio.Task[None] | None" = None

    def resume_writing(self) -> None:
        """The caller takes what it was sent."""
        super().resume_writing()
        if self.on_drained is not None:
            self.on_drained()

    def connection_lost(self, exc: BaseException | None) -> None:
        """The caller has gone: what would never end, and what is waited for in vain, ends now."""
        super().connection_lost(exc)
        for task in (self.streaming, self.waiting):
            if task is not None:
                task.cancel()

    def handle_error(
        self,
        request: web.BaseRequest,  # noqa: ARG002 - the signature is aiohttp's
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """Only what aiohttp's parser refuses comes here, as 400: the pipeline answers everything else itself, our own faults too."""
        said = (message or (type(exc).__name__ if exc is not None else "")).splitlines() or [""]
        status, text, hint = _refused(status, exc, said[0][:200].rstrip(" :"), self.max_headers)
        response = not_http(status, text, hint).response()
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
        return Connection(self, loop=self._loop, **self._settings)
