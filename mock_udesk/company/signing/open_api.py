"""Signatures of the emulated API: how they are made, and whether the one of a call holds."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hmac import compare_digest
from typing import Literal
from urllib.parse import quote

from ...desk.errors import (
    BAD_SIGN,
    BAD_TIMESTAMP,
    MISSING_NONCE,
    REUSED_NONCE,
    STALE_TIMESTAMP,
    UNKNOWN_ADMIN,
    Refusal,
)
from ...endpoint import AUTH_PARAMETERS
from ...settings import Settings
from .nonces import LIFETIME, Nonces

Scheme = Literal["v2", "sha1", "sha1_five_parts", "md5", "none"]

# Doc: contract §1.7: within 5 minutes; 300 passes (ruling 1).
WINDOW_SECONDS = 300
# What stands in sentences in place of a secret.
MASKED = "[masked]"

SHA1_WARNING = "SHA-1 over three parts without sign_version: Udesk's own page now asks for v2"
FIVE_PARTS_WARNING = (
    "SHA-1 over five parts beside sign_version=v2 is accepted by setting; Udesk's own page asks for SHA-256"
)
NONCE_WARNING = "a nonce beside a SHA-1 signature without sign_version is ignored"
MILLISECONDS_WARNING = "timestamp has 13 digits (milliseconds): v2 takes ten digits (seconds) only"


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a company signs with: the super administrator's email and the token; the password is for log_in, the secret for MD5."""

    email: str
    password: str = field(repr=False)
    token: str = field(repr=False)
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What there is to say about a call's signature. `detail` is English for the journal and never holds the token."""

    refusal: Refusal | None
    scheme: Scheme
    warnings: tuple[str, ...] = ()
    detail: str = ""


_FINE = Verdict(None, "v2")


def sign_v2(email: str, token: str, timestamp: str, nonce: str) -> str:
    """SHA-256 over five parts, lower-case hex; values as they are, not percent-encoded. Doc: contract §1.2."""
    return hashlib.sha256(as_bytes(f"{email}&{token}&{timestamp}&{nonce}&v2")).hexdigest()


def sign_sha1(email: str, token: str, timestamp: str) -> str:
    """SHA-1 over three parts, the older scheme. Doc: contract §1.3."""
    return hashlib.sha1(as_bytes(f"{email}&{token}&{timestamp}")).hexdigest()


def sign_sha1_five_parts(email: str, token: str, timestamp: str, nonce: str) -> str:
    """SHA-1 over the five parts of v2, as some running clients send it. Doc: contract §11, 4."""
    return hashlib.sha1(as_bytes(f"{email}&{token}&{timestamp}&{nonce}&v2")).hexdigest()


def sign_md5(text_before_secret: str, secret: str) -> str:
    """MD5 over a text and the shared secret, of the secret alone when the text is empty. Doc: contract §1.5, ruling 4."""
    return hashlib.md5(as_bytes(f"{text_before_secret}&{secret}" if text_before_secret else secret)).hexdigest()


def signed_query(credentials: Credentials, *, now: datetime, nonce: str) -> dict[str, str]:
    """The five query parameters of a v2 call made at `now`."""
    timestamp = str(int(now.timestamp()))
    return {
        "email": credentials.email,
        "timestamp": timestamp,
        "sign": sign_v2(credentials.email, credentials.token, timestamp, nonce),
        "nonce": nonce,
        "sign_version": "v2",
    }


def verify(
    query: Mapping[str, str],
    *,
    credentials: Credentials,
    settings: Settings,
    nonces: Nonces,
    now: datetime,
    real: datetime,
) -> Verdict:
    """The verdict on a call's (decoded) query: the first of rulings 1 and 2 that it fails, in their order.

    A nonce is spent when all else holds, and only then; nothing else changes. What stands in the query may be any text.
    """
    version = query.get("sign_version")
    if version is None:
        return _verify_sha1(query, credentials, settings, now, real)
    timestamp = query.get("timestamp", "")
    nonce = query.get("nonce", "")
    scheme: Scheme = "v2" if version == "v2" else "none"
    if not is_digits(timestamp, 10):
        return Verdict(BAD_TIMESTAMP, scheme, (), timestamp_fault(query, credentials, "ten digits"))
    moment = int(timestamp)
    if not is_fresh(moment, settings, now, real):
        return Verdict(STALE_TIMESTAMP, scheme, (), age(timestamp, moment, settings, now, real))
    if scheme == "v2" and not nonce:
        return Verdict(MISSING_NONCE, scheme, (), f"nonce is {'empty' if 'nonce' in query else 'missing'}")
    if query.get("email") != credentials.email:
        return Verdict(UNKNOWN_ADMIN, scheme, (), _email_fault(query, credentials))
    if scheme == "none":
        found = shown(query["sign_version"], credentials)
        return Verdict(BAD_SIGN, scheme, (), f"sign_version {found} is unknown: v2, or absent for SHA-1")

    sign = query.get("sign", "")
    given = as_bytes(sign)
    fine = _FINE
    if not compare_digest(sign_v2(credentials.email, credentials.token, timestamp, nonce).encode(), given):
        five_parts = sign_sha1_five_parts(credentials.email, credentials.token, timestamp, nonce).encode()
        if not compare_digest(five_parts, given):
            return Verdict(BAD_SIGN, scheme, (), _sign_fault(query, "SHA-256 of email&token&timestamp&nonce&v2", 64))
        if not settings.accept_sha1_five_parts:
            detail = (
                "sign is the SHA-1 of the five parts, v2 is their SHA-256 (setting accept_sha1_five_parts takes it)"
            )
            return Verdict(BAD_SIGN, "sha1_five_parts", (), detail)
        fine = Verdict(None, "sha1_five_parts", (FIVE_PARTS_WARNING,))
    spent_at = nonces.spent_at(nonce, now)
    if spent_at is not None:
        ago = round((now - spent_at).total_seconds(), 3)
        detail = f"nonce {shown(nonce, credentials)} was used {ago:g} s ago; once in {LIFETIME.total_seconds():g} s"
        return Verdict(REUSED_NONCE, fine.scheme, fine.warnings, detail)
    nonces.spend(nonce, now)
    return fine


def _verify_sha1(
    query: Mapping[str, str], credentials: Credentials, settings: Settings, now: datetime, real: datetime
) -> Verdict:
    # Ruling 2: without sign_version. Running clients send constant timestamps and milliseconds (contract §1.7, §11, 5).
    sign = query.get("sign", "")
    scheme: Scheme = "sha1" if sign else "none"
    timestamp = query.get("timestamp", "")
    is_milliseconds = is_digits(timestamp, 13)
    if not is_milliseconds and not is_digits(timestamp, 10):
        return Verdict(BAD_TIMESTAMP, scheme, (), timestamp_fault(query, credentials, "10 or 13 digits"))
    warnings = [SHA1_WARNING] if sign else []
    if is_milliseconds:
        warnings.append(MILLISECONDS_WARNING)
    if query.get("nonce"):
        warnings.append(NONCE_WARNING)
    moment = int(timestamp[:10])
    if not is_fresh(moment, settings, now, real):
        old = age(timestamp, moment, settings, now, real)
        if settings.sha1_window:
            return Verdict(STALE_TIMESTAMP, scheme, tuple(warnings), old)
        warnings.append(f"{old}: v2 would be refused")
    if query.get("email") != credentials.email:
        return Verdict(UNKNOWN_ADMIN, scheme, tuple(warnings), _email_fault(query, credentials))
    if not settings.accept_sha1:
        detail = "sign_version is missing, and the setting accept_sha1 is off: send sign_version=v2"
        return Verdict(BAD_SIGN, scheme, tuple(warnings), detail)
    if not compare_digest(sign_sha1(credentials.email, credentials.token, timestamp).encode(), as_bytes(sign)):
        wanted = "SHA-1 of email&token&timestamp, as there is no sign_version"
        return Verdict(BAD_SIGN, scheme, tuple(warnings), _sign_fault(query, wanted, 40))
    return Verdict(None, scheme, tuple(warnings))


def as_bytes(text: str) -> bytes:
    """A text to be hashed or compared. A query may hold what is no character (half a surrogate pair); such a text just doesn't match."""
    return text.encode("utf-8", "surrogatepass")


def is_digits(text: str, length: int) -> bool:
    """Whether it is so many digits, ASCII ones, and nothing else."""
    return len(text) == length and text.isascii() and text.isdigit()


def is_fresh(moment: int, settings: Settings, now: datetime, real: datetime) -> bool:
    """Whether a Unix time is within the window of a clock that counts by setting. Ruling 1.

    In whole seconds, as timestamps are: 300 passes for a whole second, not only at its first microsecond.
    """
    against = settings.timestamp_against
    if against != "real" and abs(int(now.timestamp()) - moment) <= WINDOW_SECONDS:
        return True
    return against != "company" and abs(int(real.timestamp()) - moment) <= WINDOW_SECONDS


def age(timestamp: str, moment: int, settings: Settings, now: datetime, real: datetime) -> str:
    """How far a timestamp is from the clocks that count, in words."""
    clocks = [("the company's clock", now, "real"), ("real time", real, "company")]
    parts = []
    for name, clock, other in clocks:
        if settings.timestamp_against != other:
            behind = int(clock.timestamp()) - moment
            parts.append(f"{abs(behind)} s {'ahead of' if behind < 0 else 'behind'} {name}")
    return f"timestamp {timestamp} is {' and '.join(parts)}; at most {WINDOW_SECONDS} s"


def without_secrets(text: str, credentials: Credentials) -> str:
    """A text without the company's own secrets, plain or percent-encoded: somebody may send them where something else belongs."""
    for secret in (credentials.token, credentials.secret, credentials.password):
        if secret:
            text = text.replace(secret, MASKED).replace(quote(secret, safe=""), MASKED)
    return text


def shown(text: str, credentials: Credentials) -> str:
    """What somebody sent, in quotes, cut, and without the company's secrets."""
    text = without_secrets(text, credentials)
    return f'"{repr(text if len(text) <= 80 else f"{text[:77]}...")[1:-1]}"'


def timestamp_fault(
    query: Mapping[str, str], credentials: Credentials, wanted: str, *, names: tuple[str, ...] = AUTH_PARAMETERS
) -> str:
    """Why a timestamp is none; a call without any sign is told all that is missing of these names."""
    timestamp = query.get("timestamp")
    if timestamp is None:
        escaped = [f"amp;{name}" for name in names if f"amp;{name}" in query]
        if escaped:
            return f"the query has {', '.join(escaped)}: & was written as &amp; between its parameters"
        if not {"sign", "sign_version"} & query.keys():
            missing = [name for name in names if name not in query]
            return f"not signed: {', '.join(missing)} are missing"
        return f"timestamp is missing: {wanted} of Unix time"
    hint = ", it is in milliseconds" if is_digits(timestamp, 13) else ""
    return f"timestamp {shown(timestamp, credentials)} is not {wanted} of Unix time{hint}"


def _email_fault(query: Mapping[str, str], credentials: Credentials) -> str:
    email = query.get("email")
    if email is None:
        return f'email is missing: the administrator is "{credentials.email}"'
    return f'email {shown(email, credentials)} is not the administrator\'s, "{credentials.email}"'


def _sign_fault(query: Mapping[str, str], wanted: str, length: int) -> str:
    sign = query.get("sign")
    if not sign:
        return f"sign is {'missing' if sign is None else 'empty'}: the {wanted}, in lower-case hex"
    if len(sign) != length:
        return f"sign has {len(sign)} characters, not {length}: the {wanted}, in lower-case hex"
    if sign != sign.lower():
        return f"sign has upper-case letters: the {wanted}, in lower-case hex"
    return f"sign is not the {wanted}"
