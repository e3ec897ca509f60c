"""Cases for the doctor: from the journal's entries, and from URLs that somebody shows."""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote_plus

from ...desk.errors import Refusal
from ...endpoint import AUTH_PARAMETERS, STRUCT_PARAMETERS
from ...settings import Settings
from ..journal.entries import CallEntry, RawHeaders
from ..journal.refusals import REFUSALS, refusal_of
from ..params import Unreadable, auth_values, read_body, read_query
from ..signing.open_api import Credentials
from .diagnosis import Case, Diagnosis, Family
from .doctor import diagnose

if TYPE_CHECKING:
    # The terminal's doctor has neither: they take a third of its start.
    from ..company import Company
    from ..journal.journal import Journal

_SIGNED: Final = frozenset((*AUTH_PARAMETERS, *STRUCT_PARAMETERS))
_FORM: Final = "application/x-www-form-urlencoded"
# Whose nonce may have been signed by mistake: of so many entries before a call, and of a few after it.
_ENTRIES_BEFORE: Final = 200
_ENTRIES_AFTER: Final = 10
_MOST_NONCES: Final = 60
_NONCE: Final = re.compile(r"[?&]nonce=([^&#]{1,200})")


def diagnosis_of(entry: CallEntry, company: "Company", others: Mapping[str, Credentials]) -> Diagnosis | None:
    """Why the signature of a call was refused, or would have been where lenient let it pass; None for every other entry.

    `others` are the credentials of the server's other companies, by subdomain. Made when it is read, and never kept.
    """
    refusal = refusal_of(entry)
    if refusal is None:
        return None
    path, _, raw_query = entry.path.partition("?")
    return diagnose(
        case_of(
            family="struct" if entry.scheme == "md5" else "open_api",
            method=entry.method,
            path=path,
            raw_query=raw_query,
            body=entry.body,
            content_type=_content_type(entry.headers),
            credentials=company.credentials,
            settings=company.settings,
            now=entry.at,
            real=entry.received_at or entry.at,
            refusal=refusal,
            others=others,
            nonces=lambda: nonces_near(company.journal, entry.id),
            spent_by=lambda nonce: spender_of(company.journal, nonce, before=entry.id),
        )
    )


def case_of(
    *,
    family: Family,
    method: str,
    path: str,
    raw_query: str,
    body: bytes,
    content_type: str,
    credentials: Credentials,
    settings: Settings,
    now: datetime,
    real: datetime,
    refusal: Refusal | None,
    others: Mapping[str, Credentials],
    nonces: Callable[[], Mapping[str, int]],
    spent_by: Callable[[str], int | None],
) -> Case:
    """The case of a call, from what came over the wire."""
    query = values_of(raw_query)
    # Whose email was sent is the first whose token may have been signed with.
    nearest_first = sorted(others, key=lambda name: others[name].email != query.get("email"))
    return Case(
        family=family,
        method=method,
        path=path,
        raw_query=raw_query,
        query=query,
        raw=_raw_values(raw_query),
        body=body,
        in_body=_signed_in_body(body, content_type, method),
        credentials=credentials,
        settings=settings,
        now=now,
        real=real,
        code=refusal.code if refusal is not None else None,
        message=refusal.message if refusal is not None else "",
        others={name: others[name] for name in nearest_first},
        nonces=nonces,
        spent_by=spent_by,
    )


def family_of(raw_query: str) -> Family:
    """How a query was most likely meant to be signed, where no path tells."""
    names = values_of(raw_query).keys()
    is_struct = not {"email", "sign_version"} & names and len({*STRUCT_PARAMETERS[:3]} & names) >= 2
    return "struct" if is_struct else "open_api"


def values_of(raw_query: str) -> dict[str, str]:
    """The plain decoded values of a query, as the server has them when it checks a sign; `amp;` names too."""
    try:
        found = read_query(raw_query)
    except Unreadable:
        return auth_values(raw_query, _SIGNED)
    return {name: value for name, value in found.items() if isinstance(value, str)}


def nonces_near(journal: "Journal", entry_id: int) -> dict[str, int]:
    """The nonces of the calls around an entry, the nearest first, each with the entry of its call."""
    nonces: dict[str, int] = {}
    numbers = (
        *range(entry_id - 1, max(0, entry_id - _ENTRIES_BEFORE), -1),
        *range(entry_id + 1, entry_id + _ENTRIES_AFTER),
    )
    for number in numbers:
        other = journal.get(number)
        if isinstance(other, CallEntry) and other.kind == "call" and (found := _NONCE.search(other.path)):
            nonces.setdefault(unquote_plus(found[1], errors="replace"), number)
            if len(nonces) == _MOST_NONCES:
                break
    return nonces


def spender_of(journal: "Journal", nonce: str, *, before: int) -> int | None:
    """The last call before an entry that used this nonce with a good sign, if the journal still has it."""
    spender = None
    for other in journal:
        if other.id >= before:
            break
        # Most calls have another nonce: decoding each would take too long.
        if not isinstance(other, CallEntry) or "nonce=" not in other.path or other.code in REFUSALS:
            continue
        found = _NONCE.search(other.path)
        if found and (found[1] == nonce or ("%" in found[1] and unquote_plus(found[1], errors="replace") == nonce)):
            spender = other.id
    return spender


def _content_type(headers: RawHeaders) -> str:
    return next((value.decode("latin-1") for name, value in headers if name.lower() == b"content-type"), "")


def _signed_in_body(body: bytes, content_type: str, method: str) -> tuple[str, ...]:
    if not any(name in body for name in (b"sign", b"timestamp", b"nonce")):
        return ()
    try:
        values, _ = read_body(body, content_type or ("" if body[:1] != b"{" else "application/json"), method=method)
    except Unreadable:
        return ()
    return tuple(name for name in AUTH_PARAMETERS if name in values)


def _raw_values(raw_query: str) -> dict[str, str]:
    """The values of a query that a sign is over, as they were sent."""
    raw: dict[str, str] = {}
    for pair in raw_query.split("&"):
        name, is_given, value = pair.partition("=")
        if is_given and name in _SIGNED:
            raw[name] = value
    return raw
