"""What `call` is told, read with care, and the request sent."""

import json
import re
import sys
from http.client import HTTPException
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import parse_qsl, quote, urlsplit
from urllib.request import HTTPRedirectHandler, OpenerDirector, ProxyHandler, build_opener
from urllib.request import Request as HTTPRequest

import click

from ..endpoint import CONTROL_PREFIX, UDESK_PREFIX, Found
from .health import wrong_base
from .request import Request

_TIMEOUT_SECONDS = 30.0
_YAML = (".yaml", ".yml")
_WHOLE_URL = re.compile(r"(?P<base>[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*)(?P<path>[^?#]*)")


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


def is_struct(method: str, path: str) -> bool:
    """Whether a call of the emulated API is signed as structured messages are."""
    # Loading the table takes a while, and calls of the control API don't need it.
    if path.lstrip("/").startswith(f"{CONTROL_PREFIX}/".lstrip("/")):
        return False
    from ..udesk_api import UDESK_API

    bare = f"/{path.partition('?')[0].lstrip('/')}".removeprefix(UDESK_PREFIX)
    found = UDESK_API.find(method, bare)
    return isinstance(found, Found) and found.endpoint.signature == "struct"


def read_base(url: str, place: str) -> str:
    """The base as given. Raises UsageError, naming the place it came from, when no path can follow it."""
    wrong = wrong_base(url)
    if wrong is not None:
        raise click.UsageError(f"{place}: found {url!r}: {wrong}")
    return url


def is_yaml(path: str, data: str | None) -> bool:
    """Whether `-d` names a YAML file for the control API, which takes scenarios so."""
    is_operators = f"/{path.lstrip('/')}".startswith(f"{CONTROL_PREFIX}/")
    return is_operators and data is not None and data.startswith("@") and data.lower().endswith(_YAML)


def named_after(method: str, path: str, data: str | None) -> str:
    """The path with `file=`, by which findings call a scenario that comes from a file; as it is where that doesn't fit, or is there."""
    bare, _, query = path.partition("?")
    is_scenario = method == "PUT" and f"/{bare.strip('/')}" == f"{CONTROL_PREFIX}/scenario"
    is_named = "file" in dict(parse_qsl(query, keep_blank_values=True))
    if not is_scenario or is_named or data is None or not data.startswith("@") or data == "@-":
        return path
    # The server takes so many letters.
    name = data[1:] if len(data) <= 256 else Path(data[1:]).name
    return f"{bare}?{query}{'&' if query else ''}file={quote(name)}"


def read_body(data: str | None, *, is_yaml: bool) -> str | None:
    """The body that `-d` means; YAML is sent as it is. Raises UsageError when it can't be read or is no JSON."""
    if data is None:
        return None
    kind = "YAML" if is_yaml else "JSON"
    is_file = data.startswith("@")
    named = "standard input" if data == "@-" else data[1:]
    try:
        # As it came: only YAML may begin with a byte order mark.
        text = data if not is_file else (sys.stdin.read() if data == "@-" else Path(named).read_bytes().decode("utf-8"))
        if not is_yaml:
            json.loads(text)
    except OSError as error:
        raise click.UsageError(f"-d: {named}: {error.strerror}, expected a file with {kind}") from None
    except UnicodeDecodeError as error:
        wrong = f"the byte {error.object[error.start]:#04x}, which is no UTF-8"
        raise click.UsageError(f"-d: {named}: found {wrong}, expected {kind} in UTF-8") from None
    except ValueError as error:
        if is_file:
            hint = "; YAML is sent to the control API when the file's name ends in .yaml or .yml"
            raise click.UsageError(f"-d: {named}: found no JSON ({error}), expected JSON{hint}") from None
        shown = data if len(data) <= 80 else f"{data[:77]}..."
        raise click.UsageError(f"-d: found {shown!r}, expected JSON ({error})") from None
    return text


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
    return 0 if status < 400 and not _is_no(request, answer) else 1


def _is_no(request: Request, answer: bytes) -> bool:
    """Whether a verify was answered with no: 200, but a script that asks wants to know."""
    if f"/{request.path.partition('?')[0].strip('/')}" != f"{CONTROL_PREFIX}/verify":
        return False
    try:
        verdict = json.loads(answer)
    except ValueError:
        return False
    return isinstance(verdict, dict) and verdict.get("ok") is False


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
