"""POSTs one delivery to its receiver and reports how it went; a bad receiver never raises out of here."""

import asyncio
import io
import socket
import ssl
from typing import Final
from urllib.parse import urlsplit

import aiohttp

from .. import __version__
from ..company.params import readable
from ..company.pushes.deliveries import Order, Result

ANSWER_LIMIT_BYTES: Final = 2048
ANSWER_SECONDS: Final = 1.0
# aiohttp warns about more in one piece, and takes it piece by piece from a file.
_ONE_PIECE_BYTES: Final = 2**20
_LONGEST_TEXT: Final = 200
# Shorter than what servers keep an idle connection for, so that a push never runs into one that is just being closed.
_KEEP_ALIVE_SECONDS: Final = 1.0
_HEADERS: Final = {"Content-Type": "application/json", "User-Agent": f"mock-udesk/{__version__}"}


class Courier:
    """Carries pushes to receivers. Its connections are made with the first push."""

    def __init__(self) -> None:
        self._session: aiohttp.ClientSession | None = None

    async def deliver(self, order: Order) -> Result:
        """One attempt, at most `timeout_seconds` of real time until the answer's head is there, and a second more for its body."""
        started = asyncio.get_running_loop().time()
        body = order.body if len(order.body) <= _ONE_PIECE_BYTES else io.BytesIO(order.body)
        try:
            async with asyncio.timeout(order.timeout_seconds):
                response = await self._open().post(order.url, data=body, allow_redirects=False)
        except TimeoutError:
            return Result(None, f"no answer within {order.timeout_seconds:g} s", "", _since(started), False)
        except Exception as error:  # whatever a receiver or its address does to the client is a failed attempt
            return Result(None, _reason(error), "", _since(started), False)
        seconds = _since(started)
        try:
            answer = await _read_some(response)
        finally:
            response.close() if not response.content.at_eof() else response.release()
        return Result(response.status, _status_reason(response), answer, seconds, True)

    async def probe(self, url: str, *, timeout_seconds: float) -> str:
        """Why nobody answers at this URL's host and port, in words; "" when somebody takes connections there. Sends nothing."""
        try:
            parts = urlsplit(url)
            port = parts.port or (443 if parts.scheme == "https" else 80)
            async with asyncio.timeout(timeout_seconds):
                _, writer = await asyncio.open_connection(parts.hostname, port)
        except TimeoutError:
            return f"no connection within {timeout_seconds:g} s"
        except (OSError, ValueError) as error:
            return (
                f"the host name {_line(urlsplit(url).hostname or '')} could not be resolved"
                if isinstance(error, socket.gaierror)
                else _reason(error)
            )
        writer.close()
        return ""

    async def close(self) -> None:
        """Closes all connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=_KEEP_ALIVE_SECONDS),
                cookie_jar=aiohttp.DummyCookieJar(),
                timeout=aiohttp.ClientTimeout(total=None, sock_connect=None),
                headers=_HEADERS,
                skip_auto_headers=("Accept-Encoding",),
                auto_decompress=False,
                trust_env=False,
            )
        return self._session


def _since(started: float) -> float:
    """How long ago it began, to the microsecond, as calls are measured."""
    return round(asyncio.get_running_loop().time() - started, 6)


async def _read_some(response: aiohttp.ClientResponse) -> str:
    """The beginning of the answer's body, as far as it comes in time; how the body ends never matters."""
    held = b""
    try:
        async with asyncio.timeout(ANSWER_SECONDS):
            while len(held) < ANSWER_LIMIT_BYTES:
                chunk = await response.content.read(ANSWER_LIMIT_BYTES - len(held))
                if not chunk:
                    break
                held += chunk
    except Exception:  # noqa: S110 - a time-out, or whatever a bad body does to the parser
        pass
    return held.decode("utf-8", "replace")


def _status_reason(response: aiohttp.ClientResponse) -> str:
    if response.status == 200:
        return ""
    location = response.headers.get("Location", "")
    if 300 <= response.status < 400 and location:
        return f"HTTP {response.status} to {_line(location)}: redirects are not followed"
    return f"HTTP {response.status}"


def _reason(error: Exception) -> str:
    """Why a receiver could not be reached, in words that say where to look."""
    match error:
        case aiohttp.ClientConnectorCertificateError():
            return f"TLS: {_line(str(error.certificate_error))}"
        case aiohttp.ClientConnectorDNSError():
            return f"the host name {_line(error.host)} could not be resolved: {_os_text(error.os_error)}"
        case aiohttp.ClientConnectorSSLError():
            return f"TLS: {_os_text(error.os_error)}"
        case aiohttp.ClientSSLError() | ssl.SSLError():
            return f"TLS: {_text(error)}"
        case aiohttp.ClientConnectorError():
            return _os_reason(error.os_error)
        case aiohttp.ServerDisconnectedError():
            return "the connection was closed without an answer"
        case aiohttp.ClientResponseError():
            return f"not an HTTP answer: {_line(error.message)}"
        case aiohttp.InvalidURL() | UnicodeError():
            return f"not a URL that can be called: {_text(error)}"
        case aiohttp.ClientOSError() | OSError():
            return _os_reason(error)
        case _:
            return f"{type(error).__name__}: {_text(error)}"


def _os_reason(error: OSError) -> str:
    match error:
        case ConnectionRefusedError():
            return "connection refused"
        case ConnectionResetError() | BrokenPipeError() | ConnectionAbortedError():
            return "the connection was closed without an answer"
        case _:
            return _os_text(error)


def _os_text(error: OSError) -> str:
    """The operating system's own words; aiohttp's hold addresses of this machine."""
    return _line(error.strerror or "") or _text(error)


def _text(error: Exception) -> str:
    return _line(str(error)) or type(error).__name__


def _line(text: str) -> str:
    """The first line that says something, readable whatever bytes of a header stand in it."""
    lines = (line.strip().removesuffix(":") for line in text.splitlines())
    first = next((line for line in lines if line), "")[:_LONGEST_TEXT]
    return readable(first)
