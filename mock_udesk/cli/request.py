"""One request that is signed when it is sent, or written as a curl line; works against any base URL, Udesk's own too."""

import shlex
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, quote, urlencode
from uuid import uuid4

import click

from ..company.clock import real_now
from ..company.signing.open_api import Credentials, signed_query
from ..company.signing.struct import signed_again, unsigned_ids
from ..endpoint import CONTROL_PREFIX, STRUCT_PARAMETERS, UDESK_PREFIX

# What may stand in a path and query as it is; everything else is percent-encoded, `#` too: what follows it is never sent.
_LEGAL = "".join(chr(code) for code in range(0x21, 0x7F) if chr(code) not in '"#<>\\^`{|}')


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
    # Else it is JSON.
    is_yaml: bool = False
    # Structured messages are signed with MD5 over three ids in the query.
    is_struct: bool = False
    control_token: str | None = None

    def url(self) -> str:
        """The whole URL, signed now with a fresh nonce, or with MD5 where that is asked for; calls of the control API are not signed.

        Raises UsageError when a structured message's call lacks what is signed.
        """
        base = self.base_url.rstrip("/").removesuffix(UDESK_PREFIX)
        path = quote(self.path if self.path.startswith("/") else f"/{self.path}", safe=_LEGAL)
        if self._is_operators():
            return base + path
        path = path if path.startswith(f"{UDESK_PREFIX}/") else UDESK_PREFIX + path
        credentials = Credentials(email=self.email, password="", token=self.token, secret=self.secret)
        bare, _, query = path.partition("?")
        if self.is_struct:
            return f"{base}{bare}?{_struct_query(query, credentials)}"
        signed = urlencode(signed_query(credentials, now=real_now(), nonce=str(uuid4())), safe="@", quote_via=quote)
        return f"{base}{path}{'&' if '?' in path else '?'}{signed}"

    def headers(self) -> dict[str, str]:
        """The headers that matter."""
        kind = "application/yaml" if self.is_yaml else "application/json"
        headers = {"Content-Type": kind} if self.body is not None else {}
        if self.control_token is not None and self._is_operators():
            headers["Authorization"] = f"Bearer {self.control_token}"
        return headers

    def _is_operators(self) -> bool:
        return f"/{self.path.lstrip('/')}".startswith(f"{CONTROL_PREFIX}/")


def curl_line(request: Request) -> str:
    """The request as one line for a shell."""
    words = ["curl", "-sS", "-X", request.method, request.url()]
    for name, value in request.headers().items():
        words += ["-H", f"{name}: {value}"]
    if request.body is not None:
        words += ["-d", request.body]
    return shlex.join(words)


def _struct_query(query: str, credentials: Credentials) -> str:
    """The query of a structured message's call. Raises UsageError: an id that is signed is missing, or none."""
    own = parse_qsl(query, keep_blank_values=True)
    wrong = unsigned_ids(own)
    if wrong:
        wanted = "&".join(f"{name}=…" for name in STRUCT_PARAMETERS[:3])
        raise click.UsageError(f"PATH: expected ?{wanted}, which are signed: {', '.join(wrong)} missing, or no number")
    return urlencode(signed_again(own, credentials, now=real_now()), safe="@", quote_via=quote)
