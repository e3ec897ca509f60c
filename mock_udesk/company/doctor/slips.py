"""Values that are nearly right: what people sign in place of an email, a token, a timestamp or a nonce."""

from collections.abc import Iterator, Mapping
from typing import Final
from urllib.parse import quote, unquote

from ..signing.open_api import Credentials, is_digits
from .recipes import Mistake

DEFAULT_TOKEN: Final = "00000000-0000-4000-8000-000000000000"
DEFAULT_SECRET: Final = "11111111-1111-4111-8111-111111111111"
# How many of the other companies are looked at beside another mistake.
_IN_PAIRS: Final = 8
_MOST_OTHERS: Final = 100
_MOMENTS_AWAY: Final = (1, -1, 2, -2, 3, -3, 4, -4, 5, -5)
_HOURS_AWAY: Final = (8, -8)
_PLACEHOLDERS: Final = (
    *("", "token", "[token]", "{token}", "${token}", "{{token}}", "<token>", "open_api_token", "[open_api_token]"),
    *("YOUR_TOKEN", "your_token", "your-token", "undefined", "null", "None", "nil", "[object Object]"),
)
_KEYS: Final = {"token": "token", "secret": "shared secret"}


def _values(raw: str, right: str) -> Iterator[str]:
    """Ways to percent-encode a text, without the text itself."""
    encoded = _encoded(right)
    found = dict.fromkeys(
        (encoded, encoded.replace("%20", "+"), encoded.replace("%40", "@"), encoded.lower(), raw, _encoded(encoded))
    )
    return (text for text in found if text != right)


def _encoded(text: str) -> str:
    # What was sent may be no character.
    return quote(text, safe="", errors="replace")


def of_email(right: str, sent: str, raw: str) -> Iterator[Mistake]:
    """What is signed in place of the email."""

    def slip(cause: str, value: str, text: str, fix: str, *, is_common: bool = True) -> Mistake:
        return Mistake(cause=cause, text=text, fix=fix, values={"email": value}, is_common=is_common)

    for number, value in enumerate(_values(raw, right)):
        if value.replace("+", " ") != right.replace("+", " "):
            yield slip(
                "email_percent_encoded",
                value,
                f'the email was signed percent-encoded, as "{value}"; right is the plain "{right}"',
                "sign the plain values, and percent-encode only what goes into the URL",
                is_common=number < 2,
            )
    if "+" in right:
        for value in (right.replace("+", " "), right.replace("+", "%20")):
            yield slip(
                "plus_read_as_space",
                value,
                f'the + of the email was read as a space: "{value}" was signed, right is "{right}"',
                "sign the email as it is; in the URL its + is written %2B",
            )
    if sent and sent != right:
        yield slip(
            "email_as_sent",
            sent,
            f'"{sent}" was signed, which is not the administrator "{right}"',
            f"sign with {right}",
        )
    for cause, value, words in (
        ("email_upper_case", right.upper(), "in upper case"),
        ("email_lower_case", right.lower(), "in lower case"),
        ("email_capitalised", right.capitalize(), "with a capital"),
        ("email_with_blanks", f" {right}", "with a blank before it"),
        ("email_with_blanks", f"{right} ", "with a blank behind it"),
        ("email_with_newline", f"{right}\n", "with a line end behind it"),
        ("email_trimmed", right.strip(), "without the blanks around it"),
        ("email_name_alone", right.partition("@")[0], "without its domain"),
    ):
        if value != right:
            yield slip(
                cause,
                value,
                f'the email was signed {words}; right is "{right}"',
                f'sign the email as it is: "{right}"',
                is_common=cause in ("email_upper_case", "email_lower_case"),
            )


def of_token(part: str, credentials: Credentials, others: Mapping[str, Credentials]) -> Iterator[Mistake]:
    """What is signed in place of the token, or of the shared secret; never shown, only named."""
    is_token = part == "token"
    right = credentials.token if is_token else credentials.secret
    own = _KEYS[part]

    def slip(cause: str, value: str, words: str, text: str, fix: str, *, is_common: bool = False) -> Mistake:
        return Mistake(
            cause=cause, text=text, fix=fix, values={part: value}, said={part: f"[{words}]"}, is_common=is_common
        )

    use_own = f"sign with this company's own {own}"
    for number, (subdomain, other) in enumerate(others.items()):
        value = other.token if is_token else other.secret
        if value == right:
            continue
        if number >= _MOST_OTHERS:
            break
        yield slip(
            f"{part}_of_another_company",
            value,
            f"{own} of company {subdomain}",
            f'the {own} of the company "{subdomain}" was signed with, not this company\'s',
            f"{use_own}, or call {subdomain} at its own base URL",
            is_common=number < _IN_PAIRS,
        )
    swapped = credentials.secret if is_token else credentials.token
    if swapped != right:
        yield slip(
            "secret_instead_of_token" if is_token else "token_instead_of_secret",
            swapped,
            _KEYS["secret" if is_token else "token"],
            f"the {_KEYS['secret' if is_token else 'token']} was taken for the {own}",
            use_own,
            is_common=True,
        )
    if credentials.password != right:
        yield slip(
            f"password_instead_of_{part}",
            credentials.password,
            "password",
            f"the administrator's password was taken for the {own}",
            "POST /log_in tells the token (open_api_auth_token)" if is_token else use_own,
            is_common=True,
        )
    default = DEFAULT_TOKEN if is_token else DEFAULT_SECRET
    if default != right:
        yield slip(
            f"default_{part}",
            default,
            f"default {own} of mock-udesk",
            f"the default {own} of mock-udesk was signed with; this company has another one",
            use_own,
            is_common=True,
        )
    for cause, value, words, is_common in (
        ("with_newline", f"{right}\n", "a line end behind it", True),
        ("with_newline", f"{right}\r\n", "a line end (\\r\\n) behind it", False),
        ("with_blanks", f" {right}", "a blank before it", False),
        ("with_blanks", f"{right} ", "a blank behind it", False),
        ("upper_case", right.upper(), "upper-case letters", True),
        ("lower_case", right.lower(), "lower-case letters", False),
        ("trimmed", right.strip(), "the blanks around it left out", False),
        ("without_dashes", right.replace("-", ""), "its dashes left out", True),
        ("quoted", f'"{right}"', "quotes around it", False),
        ("quoted", f"'{right}'", "quotes around it", False),
        ("percent_encoded", _encoded(right), "percent-encoding", False),
        ("with_bearer", f"Bearer {right}", "Bearer in front of it", False),
    ):
        if value != right:
            yield slip(
                f"{part}_{cause}",
                value,
                f"{own} with {words}",
                f"the {own} was signed with {words}",
                f"sign the {own} as it is",
                is_common=is_common,
            )
    for value in _PLACEHOLDERS:
        if value != right:
            words = f'"{value}"' if value else "an empty text"
            yield slip(
                f"placeholder_instead_of_{part}",
                value,
                f"{words} in place of the {own}",
                f"{words} was signed in place of the {own}: it was never filled in",
                use_own,
            )


def of_timestamp(right: str) -> Iterator[Mistake]:
    """What is signed in place of the timestamp that was sent."""

    def slip(cause: str, value: str, text: str, fix: str, *, is_common: bool = False) -> Mistake:
        return Mistake(cause=cause, text=text, fix=fix, values={"timestamp": value}, is_common=is_common)

    same = "make the timestamp once, as ten digits, and both sign and send it"
    if is_digits(right, 10):
        value = f"{right}000"
        yield slip(
            "timestamp_in_milliseconds",
            value,
            f"the timestamp was signed in milliseconds, as {value}, and sent in seconds, as {right}",
            same,
            is_common=True,
        )
        for seconds in _MOMENTS_AWAY:
            value = str(int(right) + seconds)
            yield slip(
                "timestamp_of_another_moment",
                value,
                f"the timestamp {value} was signed and {right} was sent: the clock was read twice",
                same,
                is_common=abs(seconds) == 1,
            )
        for hours in _HOURS_AWAY:
            value = str(int(right) + hours * 3600)
            yield slip(
                "timestamp_of_another_time_zone",
                value,
                f"the timestamp {value} was signed and {right} was sent, {abs(hours)} hours apart",
                same,
            )
    elif is_digits(right, 13):
        yield slip(
            "timestamp_in_seconds",
            right[:10],
            f"the timestamp was signed in seconds, as {right[:10]}, and sent in milliseconds, as {right}",
            same,
            is_common=True,
        )
    for value in (f'"{right}"', f"'{right}'"):
        yield slip(
            "timestamp_quoted",
            value,
            f"the timestamp was signed in quotes, as {value}; right is {right}",
            same,
            is_common=value[0] == '"',
        )
    for value in (f"{right}.0", "", "undefined", "timestamp"):
        yield slip(
            "timestamp_written_otherwise", value, f'the timestamp was signed as "{value}" and sent as "{right}"', same
        )


def of_milliseconds(right: str) -> Iterator[Mistake]:
    """All the milliseconds that a timestamp in seconds may have had when it was signed."""
    if not is_digits(right, 10):
        return
    for milliseconds in range(1, 1000):
        value = f"{right}{milliseconds:03}"
        yield Mistake(
            cause="timestamp_in_milliseconds",
            text=f"the timestamp was signed in milliseconds, as {value}, and sent in seconds, as {right}",
            fix="make the timestamp once, as ten digits, and both sign and send it",
            values={"timestamp": value},
        )


def of_nonce(right: str, raw: str) -> Iterator[Mistake]:
    """What is signed in place of the nonce that was sent, but for those of other requests."""

    def slip(cause: str, value: str, text: str, *, is_common: bool = False) -> Mistake:
        same = "make the nonce once, and both sign and send it, plain"
        return Mistake(cause=cause, text=text, fix=same, values={"nonce": value}, is_common=is_common)

    for number, value in enumerate(_values(raw, right)):
        yield slip(
            "nonce_percent_encoded",
            value,
            f'the nonce was signed percent-encoded, as "{value}"; right is the plain "{right}"',
            is_common=number == 0,
        )
    for cause, value, words in (
        ("nonce_upper_case", right.upper(), "in upper case"),
        ("nonce_lower_case", right.lower(), "in lower case"),
        ("nonce_without_dashes", right.replace("-", ""), "without its dashes"),
        ("nonce_quoted", f'"{right}"', "in quotes"),
        ("nonce_with_newline", f"{right}\n", "with a line end behind it"),
        ("nonce_decoded_twice", unquote(right), "percent-decoded once more"),
        ("nonce_written_otherwise", "", "as an empty text"),
        ("nonce_written_otherwise", "undefined", 'as "undefined"'),
        ("nonce_written_otherwise", "nonce", 'as "nonce"'),
    ):
        if value != right:
            yield slip(cause, value, f'the nonce was signed {words} and sent as "{right}"', is_common="case" in cause)


def of_other_nonces(nonces: Mapping[str, int], right: str) -> Iterator[Mistake]:
    """Nonces of other requests, each with its entry in the journal."""
    for number, (nonce, entry_id) in enumerate((nonce, entry) for nonce, entry in nonces.items() if nonce != right):
        yield Mistake(
            cause="nonce_of_another_request",
            text=f'the nonce "{nonce}" of request {entry_id} was signed, and "{right}" was sent',
            fix="make the nonce once for each request, and both sign and send it",
            values={"nonce": nonce},
            is_common=number < _IN_PAIRS,
        )


def of_sign_version(right: str) -> Iterator[Mistake]:
    """What is signed in place of v2."""
    for value in ("V2", "v1", "2", "1", "sign_version", "SHA256", "sha256", ""):
        if value != right:
            yield Mistake(
                cause="sign_version_written_otherwise",
                text=f'"{value}" was signed as the last part, right is the literal "{right}"',
                fix=f"the last part of the string to sign is {right}",
                values={"sign_version": value},
                is_common=value == "V2",
            )
