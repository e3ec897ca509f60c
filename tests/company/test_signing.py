"""Signatures: published and computed vectors, and every refusal of rulings 1 and 2 in its order."""

import hashlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from mock_udesk.company.signing.nonces import Nonces
from mock_udesk.company.signing.open_api import (
    FIVE_PARTS_WARNING,
    MILLISECONDS_WARNING,
    NONCE_WARNING,
    SHA1_WARNING,
    Credentials,
    Verdict,
    sign_md5,
    sign_sha1,
    sign_sha1_five_parts,
    sign_v2,
    signed_query,
    verify,
)
from mock_udesk.settings import Settings

NOW = datetime(2026, 11, 22, 2, 0, 0, 700_000, tzinfo=UTC)
STAMP = int(NOW.timestamp())
DEMO = Credentials(
    email="admin@demo.test",
    password="a password",
    token="00000000-0000-4000-8000-000000000000",
    secret="11111111-1111-4111-8111-111111111111",
)

# Contract §12 and §1.2, §1.3: email, token, timestamp, nonce, v2, SHA-1 over three parts, SHA-1 over five parts.
VECTORS = [
    (
        "admin@example.com",
        "test-open-api-token",
        "1494474404",
        "2d931510-d99f-494a-8c67-87feb05e1594",
        "9584aa56a9b02f7084343b820a4ffbae07a723fe98459f57cbd4c0cc0b2561e3",
        "550061b2c52ab59e5d44eb765ab043451b2cf8d7",
        "d6c4f25c148a45f6e4e3af12237554fa2f0ddb95",
    ),
    (
        "admin@udesk.cn",
        "0123456789abcdef0123456789abcdef",
        "1648432914",
        "1648632914",
        "669ffbf862bdbe109a6a5b6c5f3bd3b15770e1b2403d6fa34c4a3e9b0f56b367",
        "1f9da218f737bbbef7641ea4f6d24eb8b0a39202",
        "d5fab5e3b04d7519c2a2d8764d73a71a65bfb40b",
    ),
    (
        "a+b@example.com",
        "tok&with=odd/chars",
        "1700000000",
        "Zz09aB",
        "7da166ece6812c985aba7710652c36a4f889c4eb96b7d395606c76a8eff967c7",
        "8971b6419c0556dcc10c926443554e32d293e1fa",
        "b3ad2ab5c6804165fe5be6359bf065ea77f8954b",
    ),
]


@pytest.mark.parametrize(("email", "token", "timestamp", "nonce", "v2", "sha1", "five"), VECTORS)
def test_computed_vectors(email: str, token: str, timestamp: str, nonce: str, v2: str, sha1: str, five: str) -> None:
    """Doc: contract §12; the same from two clients, OpenSSL, PHP and Node."""
    assert sign_v2(email, token, timestamp, nonce) == v2
    assert sign_sha1(email, token, timestamp) == sha1
    assert sign_sha1_five_parts(email, token, timestamp, nonce) == five


def test_vectors_of_the_default_company() -> None:
    """Doc: contract §1.2 and §1.3."""
    expected = "8d5ddda7bfafc8212150cd7faa6cba5b84df87e7dd32bbf18411632c7bae99a6"
    assert sign_v2(DEMO.email, DEMO.token, "1700000000", "nonce-0001") == expected
    assert sign_sha1(DEMO.email, DEMO.token, "1700000000") == "13d5bab47981e5a7fcba87c74320116810861832"


@pytest.mark.parametrize(
    ("token", "sign"),
    [
        ("ff6c83a2-78ce-4944-b0a8-c064d89af1e6", "6b18e26ae0176a1b281b62d0a4fc568913d6f059"),
        ("6208398e-4838-425a-b6c3-45c0aa3a4d4d", "fc4d78cf8428957f9a1fbcd8b89f49c993d68cc2"),
    ],
)
def test_published_sha1_example(token: str, sign: str) -> None:
    """Doc: contract §1.3: the official page's worked example; its comment line has the token that fits."""
    assert sign_sha1("udeskdemo@udesk.cn", token, "1488337316") == sign


@pytest.mark.parametrize(
    ("text", "secret", "sign"),
    [
        ("page=1&per_page=10", "99d80d18b0b9a994a8d0283e830e5099", "b48d4134e7d13839b09b5423e300c352"),
        (
            "im_sub_session_id=1&customer_id=1&agent_id=1&timestamp=1484272693",
            "708ff6dc-41d5-4med-9ebc-0388zz9d76f1",
            "4666293b3dfe91aa97179dc701be7afc",
        ),
        ("", "secret", hashlib.md5(b"secret").hexdigest()),
    ],
)
def test_published_md5_examples(text: str, secret: str, sign: str) -> None:
    """Doc: contract §1.5 and §12: API v1, struct_messages, and an empty query."""
    assert sign_md5(text, secret) == sign


def test_ticket_sdk_example_is_sha1_over_joined_parts() -> None:
    """Doc: contract §12: the ticket SDK joins four parts with & as we join three."""
    sign = sign_sha1("8e11a78455a26240&token", "test123456", "24afe5101a3052e3dd3300ceb821acf0")
    assert sign == "86d8d97887ae101dc5362e756e08b1227b2f4d64"


# -- a call is verified -------------------------------------------------------------------------------------------------


def query(**changes: str | None) -> dict[str, str]:
    """A good v2 query of NOW with some parameters changed (None: left out); signed again unless `sign` is among them."""
    parameters: dict[str, str | None] = {
        "email": DEMO.email,
        "timestamp": str(STAMP),
        "nonce": "n-1",
        "sign_version": "v2",
        **changes,
    }
    if "sign" not in changes:
        timestamp, nonce = parameters["timestamp"] or "", parameters["nonce"] or ""
        if parameters["sign_version"] is None:
            parameters["sign"] = sign_sha1(DEMO.email, DEMO.token, timestamp)
        else:
            parameters["sign"] = sign_v2(DEMO.email, DEMO.token, timestamp, nonce)
    return {name: value for name, value in parameters.items() if value is not None}


def five_parts(nonce: str = "n-1") -> dict[str, str]:
    """A query that some running clients send: SHA-1 over five parts, beside v2."""
    return query(nonce=nonce, sign=sign_sha1_five_parts(DEMO.email, DEMO.token, str(STAMP), nonce))


def checked(
    parameters: dict[str, str],
    *,
    nonces: Nonces | None = None,
    now: datetime = NOW,
    real: datetime | None = None,
    **settings: Any,
) -> Verdict:
    """The verdict of a fresh company on a query; real time is the company's unless said otherwise."""
    return verify(
        parameters,
        credentials=DEMO,
        settings=Settings(**settings),
        nonces=nonces if nonces is not None else Nonces(),
        now=now,
        real=real if real is not None else now,
    )


def code(verdict: Verdict) -> int | None:
    """The code a strict company would answer with."""
    return verdict.refusal.code if verdict.refusal else None


def test_a_good_v2_query_is_accepted_without_a_word() -> None:
    """Ruling 2."""
    assert checked(query()) == Verdict(None, "v2", (), "")


def test_what_we_sign_ourselves_is_accepted() -> None:
    """`signed_query` has the five parameters of contract §1.1."""
    signed = signed_query(DEMO, now=NOW, nonce="随机")

    assert set(signed) == {"email", "timestamp", "sign", "nonce", "sign_version"}
    assert checked(signed) == Verdict(None, "v2", (), "")


def test_an_unsigned_call_is_told_all_that_is_missing() -> None:
    """Not only the timestamp, which is looked at first."""
    assert checked({}).detail == "not signed: email, timestamp, sign, nonce, sign_version are missing"
    assert checked({"email": DEMO.email}).detail == "not signed: timestamp, sign, nonce, sign_version are missing"


def test_an_ampersand_that_was_escaped_is_named() -> None:
    """As a URL copied out of HTML has it."""
    parameters = {"email": DEMO.email, **{f"amp;{name}": value for name, value in query().items() if name != "email"}}
    verdict = checked(parameters)

    assert code(verdict) == 20621
    assert "amp;timestamp" in verdict.detail
    assert "&amp;" in verdict.detail


FAULTS: list[tuple[str, dict[str, str | None], int, str]] = [
    ("timestamp", {"timestamp": None}, 20621, "timestamp is missing: ten digits of Unix time"),
    ("stale", {"timestamp": str(STAMP - 301)}, 20622, "301 s behind"),
    ("nonce", {"nonce": None}, 20624, "nonce is missing"),
    ("email", {"email": None}, 2015, 'email is missing: the administrator is "admin@demo.test"'),
    ("sign", {"sign": None}, 2059, "sign is missing: the SHA-256 of email&token&timestamp&nonce&v2"),
]


@pytest.mark.parametrize("first", range(len(FAULTS)), ids=[name for name, *_ in FAULTS])
def test_the_first_fault_in_the_ruled_order_is_answered(first: int) -> None:
    """Ruling 1: 20621, 20622, 20624, 2015, 2059, 20623: with all later faults present too, the earlier one is told."""
    nonces = Nonces()
    nonces.spend("n-1", NOW)
    changes: dict[str, str | None] = {}
    for _, fault, _, _ in reversed(FAULTS[first:]):
        changes |= fault
    _, _, expected, detail = FAULTS[first]

    verdict = checked(query(**changes), nonces=nonces)

    assert code(verdict) == expected
    assert detail in verdict.detail


@pytest.mark.parametrize(
    "timestamp",
    [
        "",
        "1",
        "123456789",
        "12345678901",
        "-163456789",
        " 163456789",
        "1700000000\n",
        "17000000.0",
        "１７００００００００",
        "abcdefghij",
    ],
)
def test_a_timestamp_that_is_not_ten_digits_is_20621(timestamp: str) -> None:
    """Ruling 1; full-width digits are none."""
    verdict = checked(query(timestamp=timestamp))

    assert code(verdict) == 20621
    assert "is not ten digits of Unix time" in verdict.detail


def test_v2_takes_no_milliseconds() -> None:
    """Ruling 2: 13 digits are for SHA-1 alone."""
    verdict = checked(query(timestamp=f"{STAMP}000"))

    assert code(verdict) == 20621
    assert verdict.detail == f'timestamp "{STAMP}000" is not ten digits of Unix time, it is in milliseconds'


@pytest.mark.parametrize("against", ["either", "company", "real"])
@pytest.mark.parametrize(("offset", "expected"), [(-301, 20622), (-300, None), (0, None), (300, None), (301, 20622)])
def test_300_seconds_pass_and_301_do_not(offset: int, expected: int | None, against: str) -> None:
    """Ruling 1: both ways, in whole seconds: NOW has a fraction."""
    assert code(checked(query(timestamp=str(STAMP + offset)), timestamp_against=against)) == expected


@pytest.mark.parametrize(
    ("against", "fits", "expected"),
    [
        ("either", "company", None),
        ("either", "real", None),
        ("either", "neither", 20622),
        ("company", "company", None),
        ("company", "real", 20622),
        ("real", "company", 20622),
        ("real", "real", None),
    ],
)
def test_timestamp_against(against: str, fits: str, expected: int | None) -> None:
    """Ruling 1: the window is around the company's clock, real time, or whichever fits, by setting."""
    clocks = {"company": NOW, "real": NOW}
    for name in clocks:
        if name != fits:
            clocks[name] += timedelta(days=1)

    verdict = checked(query(), now=clocks["company"], real=clocks["real"], timestamp_against=against)

    assert code(verdict) == expected


def test_a_stale_timestamp_says_by_how_much() -> None:
    """For the journal: both clocks, unless only one counts."""
    now, real = NOW + timedelta(seconds=312), NOW - timedelta(seconds=400)

    both = checked(query(), now=now, real=real)
    one = checked(query(), now=now, real=real, timestamp_against="company")

    assert both.detail == (
        f"timestamp {STAMP} is 312 s behind the company's clock and 400 s ahead of real time; at most 300 s"
    )
    assert one.detail == f"timestamp {STAMP} is 312 s behind the company's clock; at most 300 s"


def test_an_empty_nonce_is_20624() -> None:
    """Ruling 1."""
    verdict = checked(query(nonce=""))

    assert (code(verdict), verdict.detail) == (20624, "nonce is empty")


@pytest.mark.parametrize(
    "email", ["", "admin@demo", "ADMIN@demo.test", "admin@demo.test ", "\ud800", "管理员@demo.test"]
)
def test_an_unknown_email_is_2015(email: str) -> None:
    """Ruling 1; whatever stands there."""
    verdict = checked(query(email=email))

    assert code(verdict) == 2015
    assert verdict.detail.endswith('is not the administrator\'s, "admin@demo.test"')


@pytest.mark.parametrize(
    ("sign", "detail"),
    [
        ("", "sign is empty: the "),
        ("签名不对", "sign has 4 characters, not 64"),
        ("\ud800\udfff", "sign has 2 characters, not 64"),
        ("é" * 64, "sign is not the SHA-256 of email&token&timestamp&nonce&v2"),
        ("0" * 64, "sign is not the SHA-256 of email&token&timestamp&nonce&v2"),
        ("0" * 40, "sign has 40 characters, not 64"),
        (sign_v2(DEMO.email, DEMO.token, str(STAMP), "n-1").upper(), "sign has upper-case letters"),
        (sign_v2(DEMO.email, DEMO.token, str(STAMP), "n-1") + "\n", "sign has 65 characters, not 64"),
        (sign_v2(DEMO.email, "another token", str(STAMP), "n-1"), "sign is not the SHA-256"),
        (sign_v2("admin%40demo.test", DEMO.token, str(STAMP), "n-1"), "sign is not the SHA-256"),
        (sign_sha1(DEMO.email, DEMO.token, str(STAMP)), "sign has 40 characters, not 64"),
    ],
)
def test_a_wrong_sign_is_2059(sign: str, detail: str) -> None:
    """Ruling 2: lower-case hex over the decoded values; no text makes it raise."""
    verdict = checked(query(sign=sign))

    assert code(verdict) == 2059
    assert verdict.refusal is not None
    assert verdict.refusal.message == "open api签名不对"
    assert verdict.detail.startswith(detail)


@pytest.mark.parametrize("nonce", ["Zz09aB", "66f0a1b2c3d4e", "中文", "a b&c", "\ud800", "x" * 5000])
def test_a_nonce_is_free_text(nonce: str) -> None:
    """Doc: contract §11, 2."""
    assert checked(query(nonce=nonce)).refusal is None


def test_a_nonce_is_good_once_in_15_minutes() -> None:
    """Ruling 1: 20623 within 900 s of the company's clock, fine after."""
    nonces = Nonces()
    assert checked(query(), nonces=nonces).refusal is None

    again = checked(query(), nonces=nonces, now=NOW + timedelta(seconds=12.5))
    after_it = checked(query(), nonces=nonces, now=NOW + timedelta(seconds=900), real=NOW)

    assert (code(again), again.detail) == (20623, 'nonce "n-1" was used 12.5 s ago; once in 900 s')
    assert after_it.refusal is None


@pytest.mark.parametrize(
    "changes",
    [
        {"sign": "0" * 64},
        {"email": "b@demo.test"},
        {"timestamp": "1"},
        {"timestamp": str(STAMP - 900)},
        {"sign_version": "v3"},
    ],
)
def test_a_refused_call_spends_no_nonce(changes: dict[str, str]) -> None:
    """Ruling 1: a nonce is spent only by a valid sign."""
    nonces = Nonces()

    assert checked(query(**changes), nonces=nonces).refusal is not None
    assert checked(query(), nonces=nonces).refusal is None


@pytest.mark.parametrize("version", ["", "V2", "v1", "v2 ", "2", "\ud800"])
def test_any_other_sign_version_is_2059(version: str) -> None:
    """Ruling 2: the scheme follows sign_version alone, also when the sign itself would fit."""
    verdict = checked(query(sign_version=version))

    assert (code(verdict), verdict.scheme) == (2059, "none")
    assert verdict.detail.endswith("is unknown: v2, or absent for SHA-1")


# -- SHA-1 --------------------------------------------------------------------------------------------------------------


def test_sha1_without_sign_version_is_accepted_with_a_warning() -> None:
    """Ruling 2."""
    assert checked(query(sign_version=None, nonce=None)) == Verdict(None, "sha1", (SHA1_WARNING,), "")


def test_a_nonce_beside_sha1_is_ignored() -> None:
    """Ruling 2: neither looked at nor spent."""
    nonces = Nonces()
    nonces.spend("n-1", NOW)

    verdict = checked(query(sign_version=None), nonces=nonces)

    assert verdict == Verdict(None, "sha1", (SHA1_WARNING, NONCE_WARNING), "")


def test_sha1_is_not_held_to_the_window() -> None:
    """Ruling 2: three public clients carry a constant timestamp (contract §1.7)."""
    verdict = checked(query(sign_version=None, nonce=None, timestamp=str(STAMP - 900)))

    assert verdict.refusal is None
    assert verdict.warnings[1] == (
        f"timestamp {STAMP - 900} is 900 s behind the company's clock and 900 s behind real time; at most 300 s: v2 would be refused"
    )


@pytest.mark.parametrize(("offset", "expected"), [(-301, 20622), (-300, None), (300, None), (301, 20622)])
@pytest.mark.parametrize("digits", ["", "999"])
def test_sha1_is_held_to_the_window_by_setting(offset: int, expected: int | None, digits: str) -> None:
    """Setting sha1_window; milliseconds as well."""
    stamped = query(sign_version=None, nonce=None, timestamp=f"{STAMP + offset}{digits}")

    assert code(checked(stamped, sha1_window=True)) == expected


def test_sha1_takes_milliseconds_with_a_warning() -> None:
    """Ruling 2: 10 or 13 digits; the sign is over the digits as sent."""
    verdict = checked(query(sign_version=None, nonce=None, timestamp=f"{STAMP}123"))

    assert verdict == Verdict(None, "sha1", (SHA1_WARNING, MILLISECONDS_WARNING), "")


def test_sha1_with_eleven_digits_is_20621() -> None:
    """Ruling 2: 10 or 13."""
    verdict = checked(query(sign_version=None, timestamp=f"{STAMP}1"))

    assert (code(verdict), verdict.detail) == (20621, f'timestamp "{STAMP}1" is not 10 or 13 digits of Unix time')


def test_sha1_can_be_refused_by_setting() -> None:
    """Setting accept_sha1."""
    verdict = checked(query(sign_version=None, nonce=None), accept_sha1=False)

    assert (code(verdict), verdict.scheme) == (2059, "sha1")
    assert "accept_sha1 is off" in verdict.detail


@pytest.mark.parametrize("sign", [sign_sha1(DEMO.email, "no token", str(STAMP)), "签" * 40, "\udc80", None, ""])
def test_a_wrong_sha1_sign_is_2059(sign: str | None) -> None:
    """Ruling 2."""
    verdict = checked(query(sign_version=None, nonce=None, sign=sign))

    assert code(verdict) == 2059
    assert "SHA-1 of email&token&timestamp, as there is no sign_version" in verdict.detail


def test_sha1_with_an_unknown_email_is_2015() -> None:
    """Ruling 1 goes for every scheme."""
    assert code(checked(query(sign_version=None, email="b@demo.test"))) == 2015


def test_a_v2_sign_without_sign_version_is_2059() -> None:
    """Ruling 2: the scheme follows sign_version alone."""
    v2 = query()
    del v2["sign_version"]
    verdict = checked(v2)

    assert code(verdict) == 2059
    assert verdict.detail.startswith("sign has 64 characters, not 40")


def test_an_unsigned_call_is_20621_with_no_scheme() -> None:
    """Ruling 1: the timestamp is looked at first."""
    verdict = checked({})

    assert (code(verdict), verdict.scheme, verdict.warnings) == (20621, "none", ())


def test_sha1_over_five_parts_is_refused() -> None:
    """Ruling 2; the journal says which setting takes it."""
    verdict = checked(five_parts())

    assert (code(verdict), verdict.scheme) == (2059, "sha1_five_parts")
    assert "accept_sha1_five_parts" in verdict.detail


def test_sha1_over_five_parts_is_accepted_by_setting() -> None:
    """Ruling 2; its nonce counts like one of v2."""
    nonces = Nonces()
    accepted = checked(five_parts(), nonces=nonces, accept_sha1_five_parts=True)
    again = checked(query(), nonces=nonces, accept_sha1_five_parts=True)

    assert accepted == Verdict(None, "sha1_five_parts", (FIVE_PARTS_WARNING,), "")
    assert code(again) == 20623


@pytest.mark.parametrize("name", ["email", "timestamp", "nonce", "sign_version", "sign"])
@pytest.mark.parametrize("secret", [DEMO.token, DEMO.secret, DEMO.password])
def test_no_detail_holds_a_secret(name: str, secret: str) -> None:
    """Somebody may send the token where something else belongs; the journal must not keep it."""
    nonces = Nonces()
    nonces.spend(secret, NOW)

    verdict = checked(query(**{name: secret}), nonces=nonces)

    assert verdict.refusal is not None
    assert secret not in verdict.detail
    assert secret not in repr(DEMO)


@pytest.mark.parametrize(("email", "token", "timestamp", "nonce", "v2", "sha1", "five"), VECTORS)
def test_vectors_are_verified(
    email: str, token: str, timestamp: str, nonce: str, v2: str, sha1: str, five: str
) -> None:
    """Each vector of contract §12 as a call that is made at its time."""
    credentials = replace(DEMO, email=email, token=token)
    now = datetime.fromtimestamp(int(timestamp), UTC)
    settings = Settings(accept_sha1_five_parts=True)
    base = {"email": email, "timestamp": timestamp}
    calls = [
        base | {"nonce": nonce, "sign_version": "v2", "sign": v2},
        base | {"sign": sha1},
        base | {"nonce": nonce, "sign_version": "v2", "sign": five},
    ]

    verdicts = [
        verify(call, credentials=credentials, settings=settings, nonces=Nonces(), now=now, real=NOW) for call in calls
    ]

    assert [(verdict.refusal, verdict.scheme) for verdict in verdicts] == [
        (None, "v2"),
        (None, "sha1"),
        (None, "sha1_five_parts"),
    ]
