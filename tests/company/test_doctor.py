"""The signature doctor names what was done wrong by doing it again; signs are made here from the document alone."""

import base64
import hashlib
import hmac
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import combinations
from urllib.parse import quote, urlencode

import pytest

from mock_udesk.company.doctor import Case, Diagnosis, case_of, diagnose, shown
from mock_udesk.company.doctor.search import MOST_HASHES
from mock_udesk.company.signing.open_api import Credentials
from mock_udesk.desk.errors import BAD_SIGN, UNKNOWN_ADMIN, Refusal
from mock_udesk.settings import Settings

NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
STAMP = str(int(NOW.timestamp()))
BODY = b'{"customer_token":"c-1"}'
PATH = "/open_api_v1/im/sessions"


@dataclass(frozen=True, slots=True)
class Caller:
    """What a caller knows, and what else is there."""

    keys: Credentials
    nonce: str
    other: Credentials
    other_nonce: str
    timestamp: str = STAMP

    def parts(self, **changes: str | None) -> dict[str, str]:
        """The five parts in their order; changed ones, and without those that are None."""
        parts: dict[str, str | None] = {
            "email": self.keys.email,
            "token": self.keys.token,
            "timestamp": self.timestamp,
            "nonce": self.nonce,
            "v2": "v2",
        }
        return {name: value for name, value in (parts | changes).items() if value is not None}

    def text(self, **changes: str | None) -> str:
        """The string to sign. Doc: contract §1.2."""
        return "&".join(self.parts(**changes).values())


def token(rng: random.Random) -> str:
    """A token as Udesk makes them: a UUID."""
    digits = f"{rng.getrandbits(128):032x}"
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))


def keys(rng: random.Random) -> Credentials:
    """Credentials of a company that was made up."""
    name = "".join(rng.choices("abcdefghijklmnopqrstuvwxyz", k=6))
    return Credentials(
        email=f"{name}+ops@{rng.choice('xyz')}.example",
        password=f"pw-{rng.random()}",
        token=token(rng),
        secret=token(rng),
    )


def caller(seed: int) -> Caller:
    """A caller of its own for each seed."""
    rng = random.Random(seed)
    nonces = [rng.choice((token(rng), f"{rng.getrandbits(52):013x}", f"n/{rng.randrange(10**6)}")) for _ in range(2)]
    return Caller(keys(rng), nonces[0], keys(rng), nonces[1])


def case(
    who: Caller,
    sign: str | None,
    *,
    refusal: Refusal | None = BAD_SIGN,
    settings: Settings | None = None,
    **changes: str | None,
) -> Case:
    """The case of a call with this sign: POST /im/sessions with a body and one parameter of its own."""
    sent: dict[str, str | None] = {
        "email": who.keys.email,
        "timestamp": who.timestamp,
        "sign": sign,
        "nonce": who.nonce,
        "sign_version": "v2",
    }
    query = {name: value for name, value in (sent | changes).items() if value is not None}
    return case_of(
        family="open_api",
        method="POST",
        path=PATH,
        raw_query=urlencode({"agent_id": "3", **query}, quote_via=quote),
        body=BODY,
        content_type="application/json",
        credentials=who.keys,
        settings=settings or Settings(),
        now=NOW,
        real=NOW,
        refusal=refusal,
        others={"acme": who.other},
        nonces=lambda: {who.other_nonce: 7},
        spent_by=lambda nonce: 5 if nonce == who.nonce else None,
    )


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def certain(diagnosis: Diagnosis) -> list[str]:
    """The causes that are said with certainty."""
    return [finding.cause for finding in diagnosis.findings if finding.certainty == "certain"]


def joined(who: Caller, *order: str) -> str:
    return "&".join(who.parts()[name] for name in order)


# What interfaces §5 names: how each sign comes about, and what the doctor calls it.
NAMED: Mapping[str, tuple[str, Callable[[Caller], str]]] = {
    "SHA-1": ("sha1_instead_of_sha256", lambda who: hashlib.sha1(who.text().encode()).hexdigest()),
    "MD5": ("md5_instead_of_sha256", lambda who: hashlib.md5(who.text().encode()).hexdigest()),
    "upper-case hex": ("upper_case_hex", lambda who: sha256(who.text()).upper()),
    "v2 missing": ("missing_sign_version", lambda who: sha256(who.text(v2=None))),
    "two parts swapped": ("other_order", lambda who: sha256(joined(who, "token", "email", "timestamp", "nonce", "v2"))),
    "sorted": ("other_order", lambda who: sha256(joined(who, "email", "nonce", "v2", "timestamp", "token"))),
    "names included": (
        "names_included",
        lambda who: sha256(
            "&".join(f"{'sign_version' if name == 'v2' else name}={value}" for name, value in who.parts().items())
        ),
    ),
    "email percent-encoded": (
        "email_percent_encoded",
        lambda who: sha256(who.text(email=quote(who.keys.email, safe=""))),
    ),
    "+ read as a space": ("plus_read_as_space", lambda who: sha256(who.text(email=who.keys.email.replace("+", " ")))),
    "milliseconds": ("timestamp_in_milliseconds", lambda who: sha256(who.text(timestamp=f"{who.timestamp}000"))),
    "milliseconds that were cut off": (
        "timestamp_in_milliseconds",
        lambda who: sha256(who.text(timestamp=f"{who.timestamp}417")),
    ),
    "token of another company": ("token_of_another_company", lambda who: sha256(who.text(token=who.other.token))),
    "default token": ("default_token", lambda who: sha256(who.text(token="00000000-0000-4000-8000-000000000000"))),
    "secret for token": ("secret_instead_of_token", lambda who: sha256(who.text(token=who.keys.secret))),
    "password for token": ("password_instead_of_token", lambda who: sha256(who.text(token=who.keys.password))),
    "nonce of another request": ("nonce_of_another_request", lambda who: sha256(who.text(nonce=who.other_nonce))),
    "body signed": ("body_signed_too", lambda who: sha256(f"{who.text()}&{BODY.decode()}")),
    "path signed": ("path_signed_too", lambda who: sha256(f"{who.text()}&{PATH}")),
    "path signed first": ("path_signed_too", lambda who: sha256(f"/im/sessions&{who.text()}")),
    "trailing newline": ("trailing_newline", lambda who: sha256(f"{who.text()}\n")),
}
# What else people do.
OTHERS: Mapping[str, tuple[str, Callable[[Caller], str]]] = {
    "SHA-512": ("sha512_instead_of_sha256", lambda who: hashlib.sha512(who.text().encode()).hexdigest()),
    "SHA-384": ("sha384_instead_of_sha256", lambda who: hashlib.sha384(who.text().encode()).hexdigest()),
    "SHA-224": ("sha224_instead_of_sha256", lambda who: hashlib.sha224(who.text().encode()).hexdigest()),
    "SHA3": ("sha3_256_instead_of_sha256", lambda who: hashlib.sha3_256(who.text().encode()).hexdigest()),
    "HMAC of the rest": (
        "hmac_instead_of_hash",
        lambda who: hmac.digest(who.keys.token.encode(), who.text(token=None).encode(), "sha256").hex(),
    ),
    "HMAC of all": (
        "hmac_instead_of_hash",
        lambda who: hmac.digest(who.keys.token.encode(), who.text().encode(), "sha256").hex(),
    ),
    "hashed twice": ("hashed_twice", lambda who: sha256(sha256(who.text()))),
    "base64": ("base64_instead_of_hex", lambda who: base64.b64encode(bytes.fromhex(sha256(who.text()))).decode()),
    "base64 for URLs": (
        "base64_instead_of_hex",
        lambda who: base64.urlsafe_b64encode(bytes.fromhex(sha256(who.text()))).decode().rstrip("="),
    ),
    "base64 of hex": ("base64_of_hex", lambda who: base64.b64encode(sha256(who.text()).encode()).decode()),
    "0x": ("hex_prefix", lambda who: f"0x{sha256(who.text())}"),
    "cut": ("sign_cut", lambda who: sha256(who.text())[:40]),
    "cut MD5": ("sign_cut", lambda who: sha256(who.text())[:32]),
    "line end": ("sign_with_spaces", lambda who: f"{sha256(who.text())}\n"),
    "sha256sum": ("sign_with_tool_output", lambda who: f"{sha256(who.text())}  -"),
    "openssl": ("sign_with_tool_output", lambda who: f"SHA2-256(stdin)= {sha256(who.text())}"),
    "unpadded bytes": ("hex_without_leading_zeros", lambda who: "".join(f"{byte:x}" for byte in _with_zero(who))),
    "missing nonce": ("missing_nonce", lambda who: sha256(who.text(nonce=None))),
    "missing token": ("missing_token", lambda who: sha256(who.text(token=None))),
    "SHA-256 of three parts": ("missing_parts", lambda who: sha256(who.text(nonce=None, v2=None))),
    "the older scheme": (
        "sha1_scheme_with_sign_version",
        lambda who: hashlib.sha1(who.text(nonce=None, v2=None).encode()).hexdigest(),
    ),
    "no separator": ("no_separator", lambda who: sha256("".join(who.parts().values()))),
    "comma": ("other_separator", lambda who: sha256(",".join(who.parts().values()))),
    "lines": ("other_separator", lambda who: sha256("\n".join(who.parts().values()))),
    "&amp;": ("other_separator", lambda who: sha256("&amp;".join(who.parts().values()))),
    "email in capitals": ("email_upper_case", lambda who: sha256(who.text(email=who.keys.email.upper()))),
    "quoted timestamp": ("timestamp_quoted", lambda who: sha256(who.text(timestamp=f'"{who.timestamp}"'))),
    "clock read twice": (
        "timestamp_of_another_moment",
        lambda who: sha256(who.text(timestamp=str(int(who.timestamp) + 1))),
    ),
    "token line": ("token_with_newline", lambda who: sha256(who.text(token=f"{who.keys.token}\n"))),
    "token in capitals": ("token_upper_case", lambda who: sha256(who.text(token=who.keys.token.upper()))),
    "token undefined": ("placeholder_instead_of_token", lambda who: sha256(who.text(token="undefined"))),
    "nonce in capitals": ("nonce_upper_case", lambda who: sha256(who.text(nonce=who.nonce.upper()))),
    "method signed": ("method_signed_too", lambda who: sha256(f"POST&{who.text()}")),
    "own query signed": ("query_signed_too", lambda who: sha256(f"{who.text()}&agent_id=3")),
    "one more &": ("trailing_separator", lambda who: sha256(f"{who.text()}&")),
    "V2": ("sign_version_written_otherwise", lambda who: sha256(who.text(v2="V2"))),
    "placeholders": ("placeholders_signed", lambda _: sha256("email&open_api_token&timestamp&nonce&v2")),
    "placeholders in brackets": (
        "placeholders_signed",
        lambda _: sha256("{email}&{token}&{timestamp}&{nonce}&{sign_version}"),
    ),
    "byte order mark": ("byte_order_mark", lambda who: sha256(f"\ufeff{who.text()}")),
}


def _with_zero(who: Caller) -> bytes:
    return hashlib.sha256(who.text().encode()).digest()


@pytest.mark.parametrize("name", NAMED)
def test_each_named_mistake_alone_is_named(name: str) -> None:
    """interfaces §5, for many companies: the one cause, certain, and nothing beside it."""
    cause, sign = NAMED[name]
    found = [certain(diagnose(case(who, sign(who)))) for who in map(caller, range(8))]

    assert found == [[cause]] * 8


@pytest.mark.parametrize("name", OTHERS)
def test_many_other_mistakes_alone_are_named(name: str) -> None:
    """What running clients and command lines do."""
    cause, sign = OTHERS[name]
    found = [certain(diagnose(case(who, sign(who)))) for who in map(caller, range(3))]

    assert found == [[cause]] * 3


def test_a_right_sign_is_called_right() -> None:
    """Whatever else the call was refused for."""
    who = caller(1)
    diagnosis = diagnose(case(who, sha256(who.text()), refusal=None))

    assert (diagnosis.is_sign_right, diagnosis.findings, diagnosis.summary) == (True, (), "the sign is right")
    assert diagnosis.expected_sign == sha256(who.text())


# Mistakes in different places, which can be made at once.
_CHANGES: Mapping[str, Callable[[Caller], dict[str, str | None]]] = {
    "missing_sign_version": lambda _: {"v2": None},
    "missing_nonce": lambda _: {"nonce": None},
    "email_percent_encoded": lambda who: {"email": quote(who.keys.email, safe="")},
    "plus_read_as_space": lambda who: {"email": who.keys.email.replace("+", " ")},
    "timestamp_in_milliseconds": lambda who: {"timestamp": f"{who.timestamp}000"},
    "token_of_another_company": lambda who: {"token": who.other.token},
    "secret_instead_of_token": lambda who: {"token": who.keys.secret},
    "nonce_of_another_request": lambda who: {"nonce": who.other_nonce},
    "sign_version_written_otherwise": lambda _: {"v2": "V2"},
}
_WRAPS: Mapping[str, Callable[[str], str]] = {
    "trailing_newline": lambda text: f"{text}\n",
    "body_signed_too": lambda text: f"{text}&{BODY.decode()}",
    "path_signed_too": lambda text: f"{text}&{PATH}",
}
_FORMS: Mapping[str, Callable[[str], str]] = {
    "upper_case_hex": lambda text: sha256(text).upper(),
    "sha1_instead_of_sha256": lambda text: hashlib.sha1(text.encode()).hexdigest(),
    "md5_instead_of_sha256": lambda text: hashlib.md5(text.encode()).hexdigest(),
    "base64_instead_of_hex": lambda text: base64.b64encode(hashlib.sha256(text.encode()).digest()).decode(),
    "hashed_twice": lambda text: sha256(sha256(text)),
}


def pairs() -> list[tuple[str, str]]:
    """All pairs that change different things."""

    def is_one_thing(one: str, other: str) -> bool:
        both = {one, other}
        return (
            (
                one in _CHANGES
                and other in _CHANGES
                and bool(_CHANGES[one](caller(0)).keys() & _CHANGES[other](caller(0)).keys())
            )
            or both <= {"missing_nonce", "missing_sign_version"}
            or both <= _FORMS.keys()
            or both <= _WRAPS.keys()
            # The older scheme has one name of its own.
            or both == {"missing_nonce", "sign_version_written_otherwise"}
        )

    return [
        (one, other) for one, other in combinations([*_CHANGES, *_WRAPS, *_FORMS], 2) if not is_one_thing(one, other)
    ]


@pytest.mark.parametrize(("one", "other"), pairs())
def test_two_mistakes_at_once_are_both_named(one: str, other: str) -> None:
    """Each pair of mistakes in different places: both, certain, and no third."""
    who = caller(3)
    changes: dict[str, str | None] = {}
    for name in (one, other):
        changes |= _CHANGES[name](who) if name in _CHANGES else {}
    text = who.text(**changes)
    for name in (one, other):
        text = _WRAPS[name](text) if name in _WRAPS else text
    form = next((_FORMS[name] for name in (one, other) if name in _FORMS), sha256)

    diagnosis = diagnose(case(who, form(text)))

    assert sorted(certain(diagnosis)) == sorted((one, other))


def test_a_part_left_out_and_the_others_in_another_order_are_both_named() -> None:
    """Two mistakes in one place."""
    who = caller(4)
    diagnosis = diagnose(case(who, sha256(joined(who, "token", "nonce", "email", "timestamp"))))

    assert certain(diagnosis) == ["missing_sign_version", "other_order"]


@pytest.mark.parametrize(
    ("cause", "labels"),
    [("email_percent_encoded", {}), ("names_included", {"token": "open_api_token", "v2": "sign_version"})],
)
def test_a_token_behind_all_the_rest_is_named_beside_another_mistake(cause: str, labels: dict[str, str]) -> None:
    """The parameters as they stand in the URL, and then the token: what comes to mind to most."""
    who = caller(5)
    parts = who.parts(**({} if labels else {"email": quote(who.keys.email, safe="")}))
    order = ("email", "timestamp", "nonce", "v2", "token")
    text = "&".join((f"{labels.get(name, name)}=" if labels else "") + parts[name] for name in order)

    assert sorted(certain(diagnose(case(who, sha256(text))))) == [cause, "other_order"]


def test_random_wrong_signs_are_never_blamed_on_anything_with_certainty() -> None:
    """Issue 5: 200 random wrong signs; here of the right form, and near the right one."""
    rng = random.Random(5)
    blamed = []
    for number in range(35):
        who = caller(number)
        right = sha256(who.text())
        place = rng.randrange(64)
        mutated = right[:place] + format((int(right[place], 16) + rng.randrange(1, 16)) % 16, "x") + right[place + 1 :]
        elsewhere = sha256(replace(who, keys=keys(rng)).text())
        for sign in (
            f"{rng.getrandbits(256):064x}",
            mutated,
            right[::-1],
            elsewhere,
            right[:12],
            f"{rng.getrandbits(160):040x}",
        ):
            diagnosis = diagnose(case(who, sign))
            blamed += [(sign, cause) for cause in certain(diagnosis)]
            assert not diagnosis.is_sign_right

    assert blamed == []


def test_swapped_values_are_not_blamed_on_the_token() -> None:
    """The nonce and the timestamp of a call came in each other's place: what the request shows is named, not a key."""
    who = caller(2)
    diagnosis = diagnose(case(who, sha256(who.text()), timestamp=who.nonce, nonce=who.timestamp))

    assert certain(diagnosis)[0] in ("timestamp_malformed", "timestamp_is_a_date")
    assert not any("token" in cause for cause in certain(diagnosis))


def test_a_call_for_another_company_is_named_by_its_email_and_its_token() -> None:
    """Whole credentials of another company, among many: whose they are, and that the sign was made with them."""
    who = caller(7)
    others = {f"company-{number}": keys(random.Random(number)) for number in range(40)} | {"acme": who.other}
    theirs = replace(who, keys=who.other)
    query = f"email={quote(who.other.email)}&timestamp={STAMP}&sign={sha256(theirs.text())}&nonce={quote(who.nonce)}&sign_version=v2"
    diagnosis = diagnose(
        case_of(
            family="open_api",
            method="GET",
            path=PATH,
            raw_query=query,
            body=b"",
            content_type="",
            credentials=who.keys,
            settings=Settings(),
            now=NOW,
            real=NOW,
            refusal=UNKNOWN_ADMIN,
            others=others,
            nonces=dict,
            spent_by=lambda _: None,
        )
    )

    assert certain(diagnosis) == ["email_of_another_company", "token_of_another_company"]


def test_the_token_of_one_of_many_companies_is_named() -> None:
    """interfaces §5: a server may have dozens of companies, and any of them may be the one."""
    who = caller(11)
    others = {f"company-{number}": keys(random.Random(number)) for number in range(60)}
    examined = replace(case(who, sha256(who.text(token=others["company-50"].token))), others=others)

    (finding,) = diagnose(examined).findings
    assert (finding.cause, finding.certainty, "company-50" in finding.text) == (
        "token_of_another_company",
        "certain",
        True,
    )


def test_an_unknown_token_is_likely_in_words() -> None:
    """Nobody can reproduce the sign of a token that nobody here knows."""
    who = caller(6)
    (finding,) = diagnose(case(who, sha256(who.text(token=token(random.Random(99)))))).findings

    assert (finding.cause, finding.certainty) == ("wrong_token", "likely")
    assert finding.text == "everything else about the call is right: a token that is not this company's would fit"


@pytest.mark.parametrize("letters", [64, 40, 32, 128, 96, 56, 50, 20, 44, 300, 5_000])
def test_no_explanation_takes_more_than_a_few_thousand_hashes(letters: int) -> None:
    """A page of the journal may hold a thousand of them."""
    who = caller(8)
    others = {f"company-{number}": keys(random.Random(number)) for number in range(300)}
    nonces = {f"nonce-{number}": number for number in range(500)}
    examined = replace(case(who, "ab" * (letters // 2)), others=others, nonces=lambda: nonces)

    assert diagnose(examined).hashes <= MOST_HASHES == 5_000


def test_nothing_of_a_diagnosis_holds_a_secret() -> None:
    """Neither the company's own, nor those of the others, whatever was signed or sent."""
    who = caller(9)
    secrets = [getattr(one, name) for one in (who.keys, who.other) for name in ("token", "secret", "password")]
    texts = [
        str(shown(diagnose(examined)))
        for secret in secrets
        for examined in (
            case(who, sha256(who.text(token=secret))),
            case(who, sha256(who.text(nonce=secret)), nonce=secret),
            case(who, secret),
            case(who, sha256("x"), email=secret),
            case(who, sha256("x"), timestamp=secret),
            case(who, sha256("x"), sign_version=secret),
            case(who, sha256(f"{who.text()}&agent_id=3&x={quote(secret)}"), x=secret),
            case(who, sha256(who.text(timestamp=secret)), timestamp=secret),
        )
    ]

    assert [secret for secret in secrets for text in texts if secret in text] == []


def test_the_string_to_sign_is_shown_part_by_part_ours_and_theirs() -> None:
    """The token masked; what they signed stands beside what is right."""
    who = caller(10)
    diagnosis = diagnose(case(who, sha256(who.text(email=quote(who.keys.email, safe=""), v2=None))))

    email = who.keys.email
    theirs = quote(email, safe="")
    assert diagnosis.string_to_sign == f"{email}&[token]&{STAMP}&{who.nonce}&v2"
    assert diagnosis.signed_string == f"{theirs}&[token]&{STAMP}&{who.nonce}"
    assert [(row.part, row.value, row.signed_as) for row in diagnosis.parts] == [
        ("email", email, theirs),
        ("token", "[token]", "[token]"),
        ("timestamp", STAMP, STAMP),
        ("nonce", who.nonce, who.nonce),
        ("sign_version", "v2", "(left out)"),
    ]


def test_what_nobody_knows_of_their_parts_is_left_open() -> None:
    """No known mistake gives the sign: theirs is null, and the right one is shown."""
    who = caller(10)
    diagnosis = diagnose(case(who, "0" * 64))

    assert {row.signed_as for row in diagnosis.parts} == {None}
    assert diagnosis.signed_string is None
    assert diagnosis.expected_sign == sha256(who.text())


@pytest.mark.parametrize(
    ("causes", "sign"),
    [
        (["md5_instead_of_sha1"], lambda text, _: hashlib.md5(text.encode()).hexdigest()),
        (["sha256_instead_of_sha1"], lambda text, _: sha256(text)),
        (["upper_case_hex"], lambda text, _: hashlib.sha1(text.encode()).hexdigest().upper()),
        (["trailing_newline"], lambda text, _: hashlib.sha1(f"{text}\n".encode()).hexdigest()),
        (
            ["token_of_another_company"],
            lambda text, who: hashlib.sha1(text.replace(who.keys.token, who.other.token).encode()).hexdigest(),
        ),
        (
            ["email_percent_encoded", "timestamp_in_milliseconds"],
            lambda _, who: hashlib.sha1(
                f"{quote(who.keys.email, safe='')}&{who.keys.token}&{who.timestamp}000".encode()
            ).hexdigest(),
        ),
    ],
)
def test_mistakes_with_the_older_scheme_are_named(causes: list[str], sign: Callable[[str, Caller], str]) -> None:
    """Ruling 2: without sign_version, SHA-1 over three parts."""
    who = caller(11)
    right = f"{who.keys.email}&{who.keys.token}&{who.timestamp}"
    diagnosis = diagnose(case(who, sign(right, who), nonce=None, sign_version=None))

    assert sorted(certain(diagnosis)) == causes
    assert diagnosis.scheme == "sha1"
