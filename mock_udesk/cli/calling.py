"""One signed request, sent or written as a curl line; works against any base URL, Udesk's own too."""

import json
import re
import shlex
import sys
from dataclasses import dataclass, field
from http.client import HTTPException
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import quote, urlencode, urlsplit
from urllib.request import HTTPRedirectHandler, OpenerDirector, ProxyHandler, build_opener
from urllib.request import Request as HTTPRequest
from uuid import uuid4

import click

from ..company.clock import real_now
from ..company.signing import Credentials, signed_query
from ..endpoint import CONTROL_PREFIX, UDESK_PREFIX
from .health import wrong_base

_TIMEOUT_SECONDS = 30.0
# What may stand in a path and query as it is; everything else is percent-encoded, `#` too: what follows it is never sent.
_LEGAL = "".join(chr(code) for code in range(0x21, 0x7F) if chr(code) not in '"#<>\\^`{|}')
_WHOLE_URL = re.compile(r"(?P<base>[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*)(?P<path>[^?#]*)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What is to be sent, and with which keys."""

    method: str
    path: str
    base_url: str
    email: str
    token: str = field(repr=False)
    secret: str = field(default="", repr=False)
    body: str | None = None
    control_token: str | None = None

    def url(self) -> str:
        """The whole URL, signed now with a fresh nonce; calls of the control API are not signed."""
        base = self.base_url.rstrip("/").removesuffix(UDESK_PREFIX)
        path = quote(self.path if self.path.startswith("/") else f"/{self.path}", safe=_LEGAL)
        if self._is_operators():
            return base + path
        credentials = Credentials(email=self.email, password="", token=self.token, secret=self.secret)
        signed = urlencode(signed_query(credentials, now=real_now(), nonce=str(uuid4())), safe="@", quote_via=quote)
        path = path if path.startswith(f"{UDESK_PREFIX}/") else UDESK_PREFIX + path
        return f"{base}{path}{'&' if '?' in path else '?'}{signed}"

    def headers(self) -> dict[str, str]:
        """The headers that matter."""
        headers = {"Content-Type": "application/json"} if self.body is not None else {}
        if self.control_token is not None and self._is_operators():
            headers["Authorization"] = f"Bearer {self.control_token}"
        return headers

    def _is_operators(self) -> bool:
        return f"/{self.path.lstrip('/')}".startswith(f"{CONTROL_PREFIX}/")


def read_path(path: str) -> str:
    """PATH as given. Raises UsageError when it is a whole URL, with how that is split into --base and path."""
    whole = _WHOLE_URL.match(path)
    if whole is None:
        return path
    base, rest = whole["base"], whole["path"]
    # A company's own base may have a path: what follows the prefix is the call's.
    for prefix in (UDESK_PREFIX, CONTROL_PREFIX):
        before, found, after = rest.partition(f"{prefix}/")
        if found:
            base, rest = base + before, f"/{after}" if prefix == UDESK_PREFIX else f"{found}{after}"
            break
    raise click.UsageError(f"PATH: found a whole URL, expected a path: {rest or '/'} with --base {base}")


def read_base(url: str, place: str) -> str:
    """The base as given. Raises UsageError, naming the place it came from, when no path can follow it."""
    wrong = wrong_base(url)
    if wrong is not None:
        raise click.UsageError(f"{place}: found {url!r}: {wrong}")
    return url


def read_body(data: str | None) -> str | None:
    """The body that `-d` means. Raises UsageError when it can't be read or is no JSON."""
    if data is None:
        return None
    try:
        if data == "@-":
            text = sys.stdin.read()
        elif data.startswith("@"):
            text = Path(data[1:]).read_text(encoding="utf-8")
        else:
            text = data
        json.loads(text)
    except OSError as error:
        raise click.UsageError(f"-d: {data[1:]}: {error.strerror}, expected a file with JSON") from None
    except ValueError as error:
        shown = data if len(data) <= 80 else f"{data[:77]}..."
        raise click.UsageError(f"-d: found {shown!r}, expected JSON ({error})") from None
    return text


def curl_line(request: Request) -> str:
    """The request as one line for a shell."""
    words = ["curl", "-sS", "-X", request.method, request.url()]
    for name, value in request.headers().items():
        words += ["-H", f"{name}: {value}"]
    if request.body is not None:
        words += ["-d", request.body]
    return shlex.join(words)


def send(request: Request) -> int:
    """Sends, prints the answer, and replies with the program's exit code. Raises ClickException when there is no answer."""
    url = request.url()
    body = request.body.encode() if request.body is not None else None
    try:
        message = HTTPRequest(url, data=body, headers=request.headers(), method=request.method)  # noqa: S310 - the user's own URL
        with _opener(url).open(message, timeout=_TIMEOUT_SECONDS) as response:
            status, answer = response.status, response.read()
    except HTTPError as error:
        with error:
            status, answer = error.code, error.read()
    except URLError as error:
        reason = getattr(error.reason, "strerror", None) or error.reason
        raise click.ClickException(f"{request.base_url} can't be reached: {reason}") from None
    except (OSError, HTTPException, ValueError) as error:
        raise click.ClickException(f"{request.base_url}: {str(error) or type(error).__name__}") from None
    click.echo(_readable(answer))
    if status >= 300:
        click.echo(f"HTTP {status}", err=True)
    return 0 if status < 400 else 1


class _NoRedirect(HTTPRedirectHandler):
    """Shows a redirect instead of following it: what is signed is signed for one place."""

    def redirect_request(self, *_: Any) -> None:
        """Never another request."""


def _opener(url: str) -> OpenerDirector:
    host = urlsplit(url).hostname or ""
    is_here = host in ("localhost", "::1") or host.startswith("127.") or host.endswith(".localhost")
    # A proxy can't reach this machine's own loopback.
    return build_opener(_NoRedirect, ProxyHandler({})) if is_here else build_opener(_NoRedirect)


def _readable(answer: bytes) -> str:
    try:
        return json.dumps(json.loads(answer), ensure_ascii=False, indent=2)
    except ValueError:
        return answer.decode("utf-8", errors="replace").rstrip("\n")
