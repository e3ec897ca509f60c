"""Which company and which room a request is for, and who may enter the operator's one."""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address
from typing import Literal
from urllib.parse import unquote, urlsplit

from ..company.companies import Companies, Slot
from ..endpoint import CONTROL_PREFIX, UDESK_PREFIX

Room = Literal["emulated", "operator", "hall", "nowhere"]

_COMPANY_PREFIX = "/c/"
_HOSTS_KEPT = 1_000


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
        is_health = path == "/health" and method == "GET"
        if not self.is_open and not is_health and peer is not None and not _is_loopback(peer):
            return Closed(
                403,
                "forbidden",
                f"the control API answers calls from this machine only, not from {peer}",
                "start with --control open (MOCK_UDESK_CONTROL=open) to let other machines in",
            )
        if self.is_bound_to_loopback and host and not _is_local_name(host):
            return Closed(
                403,
                "forbidden",
                f"host {host[:200]!r} is not one of this machine's",
                "use localhost, a name below it, an IP address or a name below udesk.cn",
            )
        origin = headers.get("Origin")
        if origin is not None and method not in ("GET", "HEAD", "OPTIONS") and not _is_same(origin, host):
            return Closed(
                403,
                "forbidden",
                f"a page of {origin[:200]!r} may not change this server",
                "call from a page of this server, or without an Origin header",
            )
        if self.token is not None and not is_health and not self._is_authorised(headers.get("Authorization", "")):
            return Closed(
                401,
                "unauthorized",
                "the control API is guarded by a token",
                "send Authorization: Bearer with the value of --control-token",
            )
        return None

    def _is_authorised(self, header: str) -> bool:
        scheme, _, given = header.partition(" ")
        expected = (self.token or "").encode()
        return hmac.compare_digest(given.strip().encode("utf-8", "surrogateescape"), expected) and (
            scheme.lower() == "bearer"
        )


def is_loopback_host(host: str) -> bool:
    """Whether a server bound to this host is reached from its own machine only."""
    return host == "localhost" or _is_loopback(host)


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


def _is_same(origin: str, host: str) -> bool:
    try:
        page, own = urlsplit(origin), urlsplit(f"//{host}")
        port = 443 if page.scheme == "https" else 80
        same = (page.hostname, page.port or port) == (own.hostname, own.port or port)
    except ValueError:
        return False
    return same and page.hostname is not None


def _host_name(host: str) -> str | None:
    try:
        name = urlsplit(f"//{host}").hostname
    except ValueError:
        return None
    return name.rstrip(".") if name else None
