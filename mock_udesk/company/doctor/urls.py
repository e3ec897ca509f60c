"""URLs as people paste them: whole or in part, or a query alone."""

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote, urlsplit

from ...desk.errors import UsageError
from ...endpoint import CONTROL_PREFIX, UDESK_PREFIX

_LONGEST: Final = 65_536
_COMPANY: Final = re.compile(r"/c/([^/]*)(/.*)?")
_IN_CURL: Final = re.compile(r"https?://[^\s'\"]+")
_WITH_HOST: Final = re.compile(r"[^/?#=&]*[.:][^/?#=&]*(/open_api_v1|/c/)|localhost/")
# Half surrogate pairs; those that a byte which is no UTF-8 comes as can be read.
_NO_CHARACTERS: Final = re.compile("[\ud800-\udc7f\udd00-\udfff]")
_EXPECTED: Final = (
    "expected a URL like http://127.0.0.1:8090/open_api_v1/im/sessions?email=…&timestamp=…&sign=…&nonce=…&sign_version=v2, "
    "or its query alone"
)


@dataclass(frozen=True, slots=True)
class Address:
    """What a URL names. `host` and `subdomain` (of `/c/…`) are "" where it names none; `below` is the path below /open_api_v1, None without one."""

    host: str
    subdomain: str
    path: str
    below: str | None
    raw_query: str
    warnings: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """The host's first label, which may name a company."""
        return self.host.partition(".")[0]

    @property
    def sent_path(self) -> str:
        """The path as it goes over the wire, with the company that it names."""
        return f"/c/{self.subdomain}{self.path}" if self.subdomain else self.path


def read_url(text: str) -> Address:
    """A URL, a path with its query, or a query alone; out of a curl line too. Raises UsageError: it is none of these."""
    text = _NO_CHARACTERS.sub("\ufffd", text).strip().strip("<>'\"").strip()
    if len(text) > _LONGEST:
        raise UsageError("invalid", f"url: {len(text)} characters are too many", hint=f"at most {_LONGEST} are read")
    if text[:5].lower() == "curl ":
        found = _IN_CURL.search(text)
        if found is None:
            raise _unreadable(text)
        text = found[0]
    warnings = []
    text, mark, _ = text.partition("#")
    if mark:
        warnings.append("what follows # is never sent, so it was left out")
    if re.search(r"\s", text):
        warnings.append("there are blanks in it: in a URL they are written %20")
    host, path, raw_query = _split(text)
    subdomain = ""
    if company := _COMPANY.fullmatch(path):
        subdomain, path = unquote(company[1], errors="replace").lower(), company[2] or ""
    if path == CONTROL_PREFIX or path.startswith(f"{CONTROL_PREFIX}/"):
        raise UsageError(
            "invalid",
            f"url: {path[:200]} is a call of the control API, which is not signed",
            hint=f"signed are the calls below {UDESK_PREFIX}",
        )
    below: str | None = None
    if path == UDESK_PREFIX or path.startswith(f"{UDESK_PREFIX}/"):
        below = path.removeprefix(UDESK_PREFIX) or "/"
    elif path and not host and not subdomain:
        # As a path is given everywhere else.
        below, path = path, UDESK_PREFIX + path
    elif path:
        warnings.append(f"the path {path[:200]} is not below {UDESK_PREFIX}: it would be answered with 404")
    return Address(host, subdomain, path, below, raw_query, tuple(warnings))


def _split(text: str) -> tuple[str, str, str]:
    """Host, path and query of a URL that may lack some of them. Raises UsageError."""
    scheme, is_whole, rest = text.partition("://")
    if is_whole and not re.search(r"[/?&=]", scheme):
        if scheme.lower() not in ("http", "https"):
            raise _unreadable(text)
    elif text.startswith("//") or _WITH_HOST.match(text):
        rest = text.removeprefix("//")
    else:
        return "", *_path_and_query(text)
    try:
        parts = urlsplit(f"//{rest}")
        host = parts.hostname or ""
    except ValueError:
        raise _unreadable(text) from None
    if not host:
        raise _unreadable(text)
    return host.rstrip(".").lower(), parts.path, parts.query


def _path_and_query(text: str) -> tuple[str, str]:
    before, mark, after = text.partition("?")
    if mark:
        path, raw_query = before, after
    elif "=" in text.partition("/")[0]:
        path, raw_query = "", text
    elif text.startswith("/"):
        path, raw_query = text, ""
    else:
        raise _unreadable(text)
    return (f"/{path.lstrip('/')}" if path else ""), raw_query


def _unreadable(text: str) -> UsageError:
    shown = text if len(text) <= 80 else f"{text[:77]}..."
    found = f"found {shown!r}" if text else "nothing was given"
    return UsageError("invalid", f"url: {found}", hint=_EXPECTED)
