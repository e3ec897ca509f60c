"""Which company and which room a request is for, and who may enter the operator's one."""

import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address
from typing import Final, Literal
from urllib.parse import unquote, urlsplit

from ..company.companies import Companies, Slot
from ..control_api.world import CONTROL_COOKIE, HEALTH, LOGIN
from ..endpoint import CONTROL_PREFIX, UDESK_PREFIX

Room = Literal["emulated", "operator", "hall", "nowhere"]

_COMPANY_PREFIX = "/c/"
_LLMS = "/llms.txt"
_HOSTS_KEPT = 1_000
# An IPv6 address in brackets, or a name; a port behind it.
_HOST: Final = re.compile(r"(?:\[([^\[\]]+)\]|([^\[\]:@/?#\\\s]+))(?::\d*)?")
_READING: Final = ("GET", "HEAD")
# What the cookie's value is made of, with the token as the key.
_PASS: Final = b"mock-udesk control API"


@dataclass(slots=True)
class Place:
    """Where a request goes. `slot` is None when it names a company that is not there: `wanted`."""

    room: Room
    slot: Slot | None
    path: str
    wanted: str = ""


@dataclass(frozen=True, slots=True)
class Closed:
    """Why an operator's call may not enter."""

    status: int
    code: str
    message: str
    hint: str


class Front:
    """Finds the company of a request: path, then the first label of the host, then the default one (interfaces §2)."""

    def __init__(self, companies: Companies) -> None:
        self._companies = companies
        # What hosts come to: label, whether it can name a company, whether it must.
        self._read: dict[str, tuple[str, bool, bool]] = {}

    def place(self, path: str, host: str) -> Place:
        """The company and room for a path without its query, and a `Host` header."""
        if path.startswith(_COMPANY_PREFIX):
            name, slash, rest = path[len(_COMPANY_PREFIX) :].partition("/")
            wanted = unquote(name, errors="replace").lower()
            return _room(slash + rest, self._companies.find(wanted), wanted)
        slot, wanted = self.by_host(host)
        return _room(path, slot, wanted)

    def by_host(self, host: str) -> tuple[Slot | None, str]:
        """The company that a host names; a host below udesk.cn must name one."""
        read = self._read.get(host)
        if read is None:
            if len(self._read) >= _HOSTS_KEPT:
                self._read.clear()
            read = self._read[host] = _read_host(host)
        label, may, must = read
        if may:
            slot = self._companies.find(label)
            if slot is not None:
                return slot, label
        return (None if must else self._companies.default), label


def _read_host(host: str) -> tuple[str, bool, bool]:
    name = host.partition(":")[0].rstrip(".").lower()
    label, _, rest = name.partition(".")
    is_address = rest.rpartition(".")[2].isdigit()
    return label, not is_address, name.endswith(".udesk.cn")


def _room(path: str, slot: Slot | None, wanted: str) -> Place:
    if path.startswith(UDESK_PREFIX) and path[len(UDESK_PREFIX) : len(UDESK_PREFIX) + 1] in ("/", ""):
        return Place("emulated", slot, path[len(UDESK_PREFIX) :] or "/", wanted)
    if path.startswith(CONTROL_PREFIX) and path[len(CONTROL_PREFIX) : len(CONTROL_PREFIX) + 1] in ("/", ""):
        return Place("operator", slot, path[len(CONTROL_PREFIX) :] or "/", wanted)
    if path == _LLMS:
        # Language models look for it at the root; the control API has it.
        return Place("operator", slot, path, wanted)
    return Place("hall" if path in ("/", "") else "nowhere", slot, path, wanted)


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """Guards the control API: from where it may be called, and from which pages (interfaces §1, §2)."""

    is_bound_to_loopback: bool
    is_open: bool
    token: str | None

    def refuses(self, method: str, path: str, headers: Mapping[str, str], peer: str | None) -> Closed | None:
        """Why this call may not enter; None when it may. `peer` is the caller's address, None where it has none."""
        host = headers.get("Host", "")
        # Whether the server lives is for anybody to see: container runtimes ask from outside.
        is_health = path == HEALTH and method == "GET"
        if not self.is_open and not is_health and peer is not None and not _is_loopback(peer):
            return Closed(
                403,
                "forbidden",
                f"the control API answers calls from this machine only, not from {peer}",
                "start with --control open (MOCK_UDESK_CONTROL=open) to let other machines in",
            )
        if host and not _is_local_name(host) and self._is_suspect(host):
            return Closed(
                403,
                "forbidden",
                f"host {host[:200]!r} is not one of this machine's",
                "use localhost, a name below it, an IP address or a name below udesk.cn",
            )
        site = headers.get("Sec-Fetch-Site", "").strip().lower()
        if site in ("cross-site", "same-site") and not _is_visit(method, headers):
            return Closed(
                403,
                "forbidden",
                f"a browser sent this for a page of another origin (Sec-Fetch-Site: {site})",
                "call from a page of this server, from a program, or open the URL itself in the browser",
            )
        origin = headers.get("Origin")
        if origin is not None and method not in (*_READING, "OPTIONS") and not _is_same(origin, host):
            return Closed(
                403,
                "forbidden",
                f"a page of {origin[:200]!r} may not change this server",
                "call from a page of this server, or without an Origin header",
            )
        is_login = path == LOGIN and method == "POST"
        if self.is_guarded and not is_health and not is_login and not self._is_authorised(headers):
            return Closed(
                401,
                "unauthorized",
                "the control API is guarded by a token",
                "send Authorization: Bearer with the value of --control-token, or log in: POST /_mock/login",
            )
        return None

    def _is_suspect(self, host: str) -> bool:
        """Whether a name that is not local may be one that others gave this machine, so that their pages count as its own (DNS rebinding).

        Bound to loopback there is no other way to it. Bound wide, this machine's browser alone is let in unless it is
        open: then names that nobody can register are known to be its network's.
        """
        return self.is_bound_to_loopback or (not self.is_open and _may_be_public(host))

    @property
    def is_guarded(self) -> bool:
        """Whether a control token is needed."""
        return self.token is not None

    def pass_for(self, token: str) -> str | None:
        """What the cookie of who knows the control token holds, which does not tell it; None for a wrong token."""
        return self._pass() if _is_equal(token, self.token or "") else None

    def _pass(self) -> str:
        return hmac.new((self.token or "").encode("utf-8", "surrogateescape"), _PASS, "sha256").hexdigest()

    def _is_authorised(self, headers: Mapping[str, str]) -> bool:
        scheme, _, given = headers.get("Authorization", "").partition(" ")
        if scheme.lower() == "bearer" and _is_equal(given.strip(), self.token or ""):
            return True
        cookies = (cookie.partition("=") for cookie in headers.get("Cookie", "").split(";"))
        return any(
            name.strip() == CONTROL_COOKIE and _is_equal(value.strip(), self._pass()) for name, _, value in cookies
        )


def is_loopback_host(host: str) -> bool:
    """Whether a server bound to this host is reached from its own machine only."""
    name = host.strip("[]").rstrip(".").lower()
    return name == "localhost" or name.endswith(".localhost") or _is_loopback(name)


def _is_loopback(address: str) -> bool:
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(found, IPv6Address) and found.ipv4_mapped is not None:
        return found.ipv4_mapped.is_loopback
    return found.is_loopback


def _is_local_name(host: str) -> bool:
    name = _host_name(host)
    if name is None:
        return False
    if name in ("localhost", "udesk.cn") or name.endswith((".localhost", ".udesk.cn")):
        return True
    try:
        ip_address(name)
    except ValueError:
        return False
    return True


def _may_be_public(host: str) -> bool:
    """Whether a name can be registered by anybody: it has a dot, and is not of those that stay within a network."""
    name = _host_name(host) or host
    return "." in name and not name.endswith((".local", ".internal", ".lan", ".home.arpa", ".test"))


def _is_visit(method: str, headers: Mapping[str, str]) -> bool:
    """Whether somebody opens a page in a window of its own: a link may lead here, but nothing is framed or fetched."""
    mode, goal = headers.get("Sec-Fetch-Mode", ""), headers.get("Sec-Fetch-Dest", "document")
    return method in _READING and mode.strip().lower() == "navigate" and goal.strip().lower() == "document"


def _is_equal(given: str, expected: str) -> bool:
    """Whether two secrets are the same, in a time that does not tell how far they are."""
    return hmac.compare_digest(*(text.encode("utf-8", "surrogatepass") for text in (given, expected)))


def _is_same(origin: str, host: str) -> bool:
    try:
        page, own = urlsplit(origin), urlsplit(f"//{host}")
        port = 443 if page.scheme == "https" else 80
        same = (page.hostname, page.port or port) == (own.hostname, own.port or port)
    except ValueError:
        return False
    return same and page.hostname is not None and page.scheme in ("http", "https")


def _host_name(host: str) -> str | None:
    """The name or address in a `Host` header; None when it is none."""
    found = _HOST.fullmatch(host)
    return (found[1] or found[2].rstrip(".")).lower() if found is not None else None
