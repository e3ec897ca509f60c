"""What can be seen of a call's signature without hashing anything: what is missing, misspelt, too old, or used before."""

import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import unquote

from ...desk.errors import MISSING_NONCE, REUSED_NONCE, STALE_TIMESTAMP
from ...endpoint import AUTH_PARAMETERS, STRUCT_PARAMETERS
from ..signing.nonces import LIFETIME
from ..signing.open_api import MASKED, WINDOW_SECONDS, is_digits
from .diagnosis import Case, Finding
from .readings import ALGORITHMS, NAMES, is_hex

_PLACEHOLDER: Final = re.compile(
    r"[\[{<$%:].*|(?i:sign(ature)?|your[-_ ].*|x{3,}|todo|undefined|null|none|nil|nan|email|timestamp|nonce|placeholder|string|\.{3}|…)"
)
_LEAST_HOURS_OFF: Final = 0.5
_MOST_HOURS_OFF: Final = 14.0


def seen(case: Case) -> Iterator[Finding]:
    """All that the request shows by itself, what it was refused for first."""
    yield from _not_there(case)
    yield from _timestamp(case)
    if case.family == "open_api":
        yield from _nonce(case)
        yield from _email(case)
        yield from _sign_version(case)
    yield from _sign(case)


def hints(case: Case, sign: str, *, is_sound: bool) -> Iterator[Finding]:
    """What a sign that nothing reproduces looks like. `is_sound`: nothing else about the call is wrong."""
    right = "md5" if case.family == "struct" else ("sha256" if "sign_version" in case.query else "sha1")
    length = next(length for length, names in ALGORITHMS.items() if right in names)
    lower = sign.lower()
    if not is_hex(lower):
        yield Finding(
            "sign_is_no_hex",
            "likely",
            f"the sign has letters that no hex has, so it is not {NAMES[right]} in hex",
            f"send the {NAMES[right]} as {length} lower-case hex digits",
        )
        return
    if len(sign) != length:
        other = ALGORITHMS.get(len(sign))
        if other:
            yield Finding(
                f"{other[0]}_instead_of_{right}",
                "likely",
                f"the sign has {len(sign)} characters, as with {NAMES[other[0]]}; right is {NAMES[right]}, which has {length}",
                f"hash with {NAMES[right]}; the text that was hashed differs too, it is none of those that are known",
            )
        else:
            what = "shorter" if len(sign) < length else "longer"
            yield Finding(
                "sign_of_other_length",
                "likely",
                f"the sign has {len(sign)} characters, which is {what} than the {length} of {NAMES[right]}",
                f"send the whole {NAMES[right]}, {length} lower-case hex digits",
            )
        return
    if sign != lower:
        yield Finding(
            "upper_case_hex",
            "possible",
            "the sign has upper-case letters, right is lower-case hex",
            "write the digest in lower case",
        )
    key = "shared secret" if case.family == "struct" else "token"
    form = "everything else about the call is right" if is_sound else "the sign has the right form"
    yield Finding(
        f"wrong_{'secret' if case.family == 'struct' else 'token'}",
        "likely" if is_sound else "possible",
        f"{form}: a {key} that is not this company's would fit",
        f"compare the {key} that you sign with to the company's own: GET /_mock/companies shows it",
    )


def _not_there(case: Case) -> Iterator[Finding]:
    query = case.query
    wanted = (*STRUCT_PARAMETERS, "sign") if case.family == "struct" else AUTH_PARAMETERS
    escaped = [name for name in wanted if f"amp;{name}" in query]
    if escaped:
        yield Finding(
            "ampersand_escaped",
            "certain",
            f"& was written as &amp; in the URL, so the query has {', '.join(f'amp;{name}' for name in escaped)}",
            "separate the parameters with a plain &: the URL was escaped for HTML or XML",
        )
    elsewhere = [name for name in case.in_body if name not in query]
    if elsewhere:
        yield Finding(
            "parameters_in_body",
            "certain",
            f"{', '.join(elsewhere)} came in the body; they are read from the query alone",
            "put the parameters of the signature into the URL's query, also for POST and PUT",
        )
    if not escaped and not elsewhere and not {*wanted, "sign_version"} & query.keys():
        yield Finding(
            "not_signed",
            "certain",
            f"the call is not signed: none of {', '.join(wanted)} is in its query",
            "sign it: mock-udesk call does, and POST /_mock/sign tells a signed URL",
        )


def _timestamp(case: Case) -> Iterator[Finding]:
    text = case.query.get("timestamp")
    is_v2 = case.family == "struct" or "sign_version" in case.query
    wanted = "ten digits, Unix time in seconds"
    if text is None:
        if case.query.keys() & set(AUTH_PARAMETERS) and "amp;timestamp" not in case.query:
            where = "; it came in the body" if "timestamp" in case.in_body else ""
            yield Finding("timestamp_missing", "certain", f"timestamp is not in the query{where}", f"send it: {wanted}")
        return
    if is_digits(text, 13):
        if is_v2:
            yield Finding(
                "timestamp_in_milliseconds",
                "certain",
                f"the timestamp {text} has 13 digits: it is in milliseconds, right is {text[:10]}",
                "send seconds, e.g. Date.now() / 1000 without its fraction",
            )
    elif not is_digits(text, 10):
        yield _no_timestamp(text, wanted)
        return
    if case.code == STALE_TIMESTAMP.code:
        yield from _stale(case, int(text[:10]))


def _no_timestamp(text: str, wanted: str) -> Finding:
    fix = f"send {wanted}"
    bare = text.strip(" \t\r\n\"'")
    if not text:
        return Finding("timestamp_missing", "certain", "the timestamp is empty", fix)
    if is_digits(bare, 10):
        return Finding(
            "timestamp_quoted", "certain", f'the timestamp "{text}" has more around it than its ten digits', fix
        )
    if re.fullmatch(r"\d{10}\.\d{1,20}", text, re.ASCII):
        return Finding(
            "timestamp_with_fraction",
            "certain",
            f"the timestamp {text} has a fraction, right is {text[:10]}",
            "send whole seconds",
        )
    if _PLACEHOLDER.fullmatch(text[:100]):
        return Finding("placeholder_not_filled_in", "certain", f'the timestamp "{text}" was never filled in', fix)
    if re.match(r"\d{4}-\d\d-\d\d", text):
        return Finding("timestamp_is_a_date", "certain", f'the timestamp "{text}" is a date, right are {wanted}', fix)
    return Finding("timestamp_malformed", "certain", f'the timestamp "{text}" is not {wanted}', fix)


def _stale(case: Case, moment: int) -> Iterator[Finding]:
    settings = case.settings
    clocks = [("the company's clock", case.now, "real"), ("real time", case.real, "company")]
    counted = [(name, clock) for name, clock, other in clocks if settings.timestamp_against != other]
    away = [(name, int(clock.timestamp()) - moment) for name, clock in counted]
    told = " and ".join(f"{_duration(abs(gap))} {'ahead of' if gap < 0 else 'behind'} {name}" for name, gap in away)
    yield Finding(
        "timestamp_stale",
        "certain",
        f"the timestamp {moment} is {told}; at most {WINDOW_SECONDS} s are allowed",
        "make the timestamp anew for each call, and set the caller's clock right",
    )
    for name, gap in away:
        hours = gap / 3600
        nearest = round(hours * 2) / 2
        if _LEAST_HOURS_OFF <= abs(nearest) <= _MOST_HOURS_OFF and abs(gap - nearest * 3600) <= WINDOW_SECONDS:
            yield Finding(
                "timestamp_in_local_time",
                "likely",
                f"that is {abs(nearest):g} hours {'behind' if gap > 0 else 'ahead of'} {name}: a local time was taken for UTC, or the other way round",
                "make the timestamp from UTC: it is the same in every time zone",
            )
            break
    if settings.timestamp_against == "either":
        return
    name, clock = next((name, clock) for name, clock, other in clocks if settings.timestamp_against == other)
    if abs(int(clock.timestamp()) - moment) <= WINDOW_SECONDS:
        yield Finding(
            "timestamp_of_the_other_clock",
            "certain",
            f"the timestamp fits {name}, but the setting timestamp_against is {settings.timestamp_against}",
            "set timestamp_against to either (PATCH /_mock/company)",
        )


def _nonce(case: Case) -> Iterator[Finding]:
    nonce = case.query.get("nonce")
    if not nonce:
        if case.code == MISSING_NONCE.code or (nonce is None and case.query.get("sign_version") == "v2"):
            if "amp;nonce" in case.query:
                return
            what = "empty" if nonce is not None else "not in the query"
            yield Finding(
                "nonce_missing",
                "certain",
                f"the nonce is {what}",
                "send a nonce, e.g. a UUID, and sign it as the fourth part",
            )
        return
    if case.code == REUSED_NONCE.code:
        entry_id = case.spent_by(nonce)
        by = f" by request {entry_id}" if entry_id is not None else ""
        yield Finding(
            "nonce_reused",
            "certain",
            f'the nonce "{nonce}" was used before{by}; once in {LIFETIME.total_seconds():g} s is allowed',
            "make a new nonce for each request, also when it is sent again",
        )


def _email(case: Case) -> Iterator[Finding]:
    own, email = case.credentials.email, case.query.get("email")
    if email is None:
        if case.query.keys() & set(AUTH_PARAMETERS) and "amp;email" not in case.query:
            yield Finding("email_missing", "certain", "email is not in the query", f"send email={own}")
        return
    if email == own:
        return
    of = next((name for name, other in case.others.items() if other.email == email), None)
    fix = f"send the administrator's, {own}"
    if _decoded_twice(email) == own:
        yield Finding(
            "email_encoded_twice",
            "certain",
            f'the email was percent-encoded twice: it came as "{email}", right is "{own}"',
            "percent-encode it once",
        )
    elif "+" in own and email.replace(" ", "+") == own:
        yield Finding(
            "plus_read_as_space",
            "certain",
            f'the + of the email came as a space: "{email}", right is "{own}"',
            "write + as %2B in the URL",
        )
    elif email.casefold().strip() == own.casefold():
        what = "blanks around it" if email.strip() != email else "other upper and lower case"
        yield Finding("email_written_otherwise", "certain", f'the email "{email}" has {what}, right is "{own}"', fix)
    elif of is not None:
        yield Finding(
            "email_of_another_company",
            "certain",
            f'the email "{email}" is the administrator\'s of the company "{of}", this company\'s is "{own}"',
            f"{fix}, or call {of} at its own base URL",
        )
    elif not email:
        yield Finding("email_missing", "certain", "the email is empty", fix)
    elif _PLACEHOLDER.fullmatch(email[:100]):
        yield Finding("placeholder_not_filled_in", "certain", f'the email "{email}" was never filled in', fix)
    else:
        yield Finding("email_unknown", "certain", f'the email "{email}" is not the administrator\'s, "{own}"', fix)


def _decoded_twice(text: str) -> str:
    again = unquote(text)
    return unquote(again) if "%" in again else again


def _sign_version(case: Case) -> Iterator[Finding]:
    version = case.query.get("sign_version")
    if version is None:
        if not case.settings.accept_sha1 and {"sign", "timestamp"} & case.query.keys():
            yield Finding(
                "sign_version_missing",
                "certain",
                "sign_version is not in the query, and the setting accept_sha1 is off",
                "send sign_version=v2, and sign v2 as the last part",
            )
        return
    if version != "v2":
        yield Finding(
            "sign_version_unknown",
            "certain",
            f'sign_version is "{version}", right is v2' + (" in lower case" if version == "V2" else ""),
            "send sign_version=v2",
        )


def _sign(case: Case) -> Iterator[Finding]:
    sign = case.query.get("sign")
    if sign is None:
        names = STRUCT_PARAMETERS if case.family == "struct" else AUTH_PARAMETERS
        if case.query.keys() & set(names) and "amp;sign" not in case.query:
            yield Finding(
                "sign_missing", "certain", "sign is not in the query", "send the digest of the string to sign as sign"
            )
    elif not sign:
        yield Finding("sign_missing", "certain", "the sign is empty", "send the digest of the string to sign as sign")
    elif (name := _secret_itself(case, sign)) is not None:
        yield Finding(
            "secret_sent_as_sign",
            "certain",
            f"the sign is {name} itself: it was sent over the wire instead of being hashed",
            "send the digest of the string to sign, and never a secret",
        )
    elif _PLACEHOLDER.fullmatch(sign[:100]):
        yield Finding(
            "placeholder_not_filled_in",
            "certain",
            f'the sign "{sign}" was never filled in',
            "send the digest of the string to sign",
        )


def _secret_itself(case: Case, sign: str) -> str | None:
    own = case.credentials
    for secret, name in ((own.token, "the token"), (own.secret, "the shared secret"), (own.password, "the password")):
        if secret and sign == secret:
            return name
    return "one of the company's secrets" if sign == MASKED else None


def _duration(seconds: int) -> str:
    if seconds < 120:
        return f"{seconds} s"
    for unit, length in (("days", 86_400), ("hours", 3600), ("minutes", 60)):
        if seconds >= 2 * length:
            return f"{seconds} s ({seconds / length:.1f} {unit})"
    return f"{seconds} s"
