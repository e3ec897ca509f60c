"""What the doctor sees without hashing: what is missing, misspelt, too old or used before."""

import json
from collections.abc import Mapping
from datetime import timedelta
from urllib.parse import quote

import pytest

from mock_udesk.company.doctor import Case, case_of, diagnose, shown
from mock_udesk.company.signing.open_api import Credentials
from mock_udesk.desk.errors import (
    BAD_SIGN,
    BAD_TIMESTAMP,
    MISSING_NONCE,
    REUSED_NONCE,
    STALE_TIMESTAMP,
    UNKNOWN_ADMIN,
    Refusal,
)
from mock_udesk.settings import Settings

from .test_doctor import NOW, STAMP, caller, certain, sha256
from .test_doctor import case as case_with

WHO = caller(21)
GOOD = sha256(WHO.text())


def case(refusal: Refusal, *, settings: Settings | None = None, sign: str | None = GOOD, **changes: str | None) -> Case:
    """A call whose sign is good, but for what was changed after it."""
    return case_with(WHO, sign, refusal=refusal, settings=settings, **changes)


def raw_case(
    raw_query: str,
    refusal: Refusal = BAD_TIMESTAMP,
    *,
    body: bytes = b"",
    content_type: str = "application/json",
    credentials: Credentials = WHO.keys,
    others: Mapping[str, Credentials] | None = None,
) -> Case:
    """A call with this query."""
    return case_of(
        family="open_api",
        method="POST",
        path="/open_api_v1/im/sessions",
        raw_query=raw_query,
        body=body,
        content_type=content_type,
        credentials=credentials,
        settings=Settings(),
        now=NOW,
        real=NOW,
        refusal=refusal,
        others=others or {},
        nonces=dict,
        spent_by=lambda _: None,
    )


def test_a_call_without_any_signature_is_told_so() -> None:
    """One sentence, not five."""
    diagnosis = diagnose(raw_case("agent_id=3"))

    assert certain(diagnosis) == ["not_signed"]
    assert diagnosis.received_sign is None


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        (None, "timestamp_missing"),
        ("", "timestamp_missing"),
        (f"{STAMP}000", "timestamp_in_milliseconds"),
        (f'"{STAMP}"', "timestamp_quoted"),
        (f" {STAMP}", "timestamp_quoted"),
        (f"{STAMP}.25", "timestamp_with_fraction"),
        ("2026-11-22 10:00:00", "timestamp_is_a_date"),
        ("[timestamp]", "placeholder_not_filled_in"),
        ("NaN", "placeholder_not_filled_in"),
        ("soon", "timestamp_malformed"),
        ("1" * 400, "timestamp_malformed"),
        ("１７００００００００", "timestamp_malformed"),
    ],
)
def test_what_is_no_timestamp_is_named(text: str | None, cause: str) -> None:
    """Ruling 1: ten digits."""
    assert certain(diagnose(case(BAD_TIMESTAMP, timestamp=text)))[0] == cause


def test_a_stale_timestamp_is_told_with_its_distance() -> None:
    """The window is 300 s; the sign may be right all the same."""
    who = caller(22)
    old = str(int(STAMP) - 400)
    diagnosis = diagnose(case_with(who, sha256(who.text(timestamp=old)), refusal=STALE_TIMESTAMP, timestamp=old))

    assert certain(diagnosis) == ["timestamp_stale"]
    assert "400 s" in diagnosis.findings[0].text
    assert diagnosis.is_sign_right


@pytest.mark.parametrize("hours", [8, -8, 1, 5.5])
def test_whole_hours_off_are_likely_a_time_zone(hours: float) -> None:
    """Beijing's time taken for UTC, above all."""
    moment = str(int(STAMP) + int(hours * 3600) + 20)
    findings = diagnose(case(STALE_TIMESTAMP, timestamp=moment)).findings
    zone = next(finding for finding in findings if finding.cause == "timestamp_in_local_time")

    assert zone.certainty == "likely"
    assert f"{abs(hours):g} hours" in zone.text


def test_a_timestamp_of_the_clock_that_does_not_count_is_named() -> None:
    """Setting timestamp_against: company, and an app that signs with real time."""
    examined = case_of(
        family="open_api",
        method="GET",
        path="/open_api_v1/agents",
        raw_query=f"email={quote(WHO.keys.email)}&timestamp={STAMP}&sign={GOOD}&nonce={quote(WHO.nonce)}&sign_version=v2",
        body=b"",
        content_type="",
        credentials=WHO.keys,
        settings=Settings(timestamp_against="company"),
        now=NOW + timedelta(days=2),
        real=NOW,
        refusal=STALE_TIMESTAMP,
        others={},
        nonces=dict,
        spent_by=lambda _: None,
    )

    assert certain(diagnose(examined)) == ["timestamp_stale", "timestamp_of_the_other_clock"]


@pytest.mark.parametrize("nonce", [None, ""])
def test_a_missing_nonce_is_named(nonce: str | None) -> None:
    """Ruling 1: 20624. Without it there is no sign that would have been right."""
    diagnosis = diagnose(case(MISSING_NONCE, nonce=nonce, sign=sha256(WHO.text(nonce=""))))

    assert (certain(diagnosis), diagnosis.expected_sign) == (["nonce_missing"], None)


def test_a_reused_nonce_names_the_request_that_used_it() -> None:
    """By its entry in the journal."""
    diagnosis = diagnose(case(REUSED_NONCE))

    assert certain(diagnosis) == ["nonce_reused"]
    assert "used before by request 5" in diagnosis.findings[0].text


@pytest.mark.parametrize(
    ("email", "cause"),
    [
        (None, "email_missing"),
        ("", "email_missing"),
        (quote(WHO.keys.email, safe=""), "email_encoded_twice"),
        (WHO.keys.email.replace("+", " "), "plus_read_as_space"),
        (WHO.keys.email.upper(), "email_written_otherwise"),
        (f"{WHO.keys.email} ", "email_written_otherwise"),
        (WHO.other.email, "email_of_another_company"),
        ("[email]", "placeholder_not_filled_in"),
        ("somebody@else.example", "email_unknown"),
    ],
)
def test_what_is_wrong_with_an_email_is_named(email: str | None, cause: str) -> None:
    """Ruling 1: 2015."""
    assert certain(diagnose(case(UNKNOWN_ADMIN, email=email)))[0] == cause


@pytest.mark.parametrize("version", ["V2", "v1", "2", ""])
def test_an_unknown_sign_version_is_named(version: str) -> None:
    """Ruling 2: anything but v2 is refused."""
    assert certain(diagnose(case(BAD_SIGN, sign_version=version))) == ["sign_version_unknown"]


def test_a_sign_version_that_was_not_sent_is_named_by_the_sign() -> None:
    """Without it the older scheme counts; the sign is that of v2."""
    assert certain(diagnose(case(BAD_SIGN, sign_version=None))) == ["sign_version_not_sent"]


@pytest.mark.parametrize(
    ("sign", "cause"),
    [
        (None, "sign_missing"),
        ("", "sign_missing"),
        ("[sign]", "placeholder_not_filled_in"),
        ("{{sign}}", "placeholder_not_filled_in"),
        ("undefined", "placeholder_not_filled_in"),
        ("your_sign", "placeholder_not_filled_in"),
        (WHO.keys.token, "secret_sent_as_sign"),
        ("[masked]", "secret_sent_as_sign"),
    ],
)
def test_what_is_no_sign_is_named(sign: str | None, cause: str) -> None:
    """A token in its place too, which the journal masks."""
    assert certain(diagnose(case(BAD_SIGN, sign=sign))) == [cause]


def test_escaped_ampersands_are_named() -> None:
    """A URL out of HTML or XML."""
    diagnosis = diagnose(raw_case(f"email=a&amp;timestamp={STAMP}&amp;sign={GOOD}&amp;nonce=n&amp;sign_version=v2"))

    assert certain(diagnosis)[0] == "ampersand_escaped"


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b'{"email":"a","timestamp":1,"sign":"x","nonce":"n","sign_version":"v2"}', "application/json"),
        (b"email=a&timestamp=1&sign=x&nonce=n&sign_version=v2", "application/x-www-form-urlencoded"),
    ],
)
def test_parameters_in_the_body_are_named(body: bytes, content_type: str) -> None:
    """Doc: contract §1.1: they stand in the query of every method."""
    assert certain(diagnose(raw_case("", body=body, content_type=content_type))) == ["parameters_in_body"]


def test_a_timestamp_with_a_fraction_is_told_the_one_that_is_right() -> None:
    """A message has the value that was wrong and the one that would be right."""
    finding = diagnose(case(BAD_TIMESTAMP, timestamp=f"{STAMP}.25")).findings[0]

    assert finding.text == f"the timestamp {STAMP}.25 has a fraction, right is {STAMP}"


@pytest.mark.parametrize(
    ("sign", "cause"),
    [
        ("0" * 40, "sha1_instead_of_sha256"),
        ("0" * 32, "md5_instead_of_sha256"),
        ("0" * 128, "sha512_instead_of_sha256"),
        ("0" * 63, "sign_of_other_length"),
        ("zebra", "sign_is_no_hex"),
    ],
)
def test_what_a_sign_looks_like_is_only_likely(sign: str, cause: str) -> None:
    """Nothing gives it, so its length is all there is to go by."""
    (finding,) = diagnose(case(BAD_SIGN, sign=sign)).findings

    assert (finding.cause, finding.certainty) == (cause, "likely")


@pytest.mark.parametrize(
    "raw_query",
    [
        "",
        "&&&",
        "sign",
        "sign=%",
        "sign=%ff&timestamp=%ff",
        "email[]=1&sign[a]=2",
        f"timestamp={'9' * 10}&sign_version=v2&nonce=%00",
        f"timestamp={'0' * 10}&sign={'a' * 6000}",
        f"timestamp={STAMP}&sign={'ab' * 32}&nonce={'n' * 7000}&sign_version=v2&email=%ED%A0%80",
        f"timestamp={STAMP}&sign={'ab' * 32}&nonce=\udcff&sign_version=v2&email=x",
        f"timestamp={STAMP}&sign=%F0%9F%98%80&sign_version=v2&nonce=中文&email=管理员",
    ],
)
@pytest.mark.parametrize(
    "refusal", [BAD_SIGN, BAD_TIMESTAMP, STALE_TIMESTAMP, UNKNOWN_ADMIN, MISSING_NONCE, REUSED_NONCE]
)
def test_nothing_that_is_sent_is_too_odd_to_be_looked_at(raw_query: str, refusal: Refusal) -> None:
    """Whatever it was refused for: an answer that JSON can hold."""
    if refusal is STALE_TIMESTAMP and "timestamp=" not in raw_query:
        return
    diagnosis = diagnose(raw_case(raw_query, refusal, body=b'\xff{"sign": '))

    assert json.loads(json.dumps(shown(diagnosis), ensure_ascii=False).encode()) == shown(diagnosis)
