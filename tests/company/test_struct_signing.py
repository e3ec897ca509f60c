"""The MD5 signature of structured messages: the document's vector, every refusal, and the URL of the custom page."""

import hashlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from mock_udesk.company.signing.open_api import Credentials, Verdict, signed_query
from mock_udesk.company.signing.struct import (
    signed_again,
    signed_struct_query,
    struct_page_url,
    unsigned_ids,
    verify_struct,
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
# Doc: im-api-v2 §自定义 IM 结构化消息列表页面; contract §1.5.
PUBLISHED = replace(DEMO, secret="708ff6dc-41d5-4med-9ebc-0388zz9d76f1")
PUBLISHED_AT = datetime.fromtimestamp(1484272693, UTC)
PUBLISHED_SIGN = "4666293b3dfe91aa97179dc701be7afc"
WANTED = "MD5 of im_sub_session_id=…&customer_id=…&agent_id=…&timestamp=…& and the shared secret"


def md5(text: str) -> str:
    """What a client computes with its own library."""
    return hashlib.md5(text.encode("utf-8", "surrogatepass")).hexdigest()


def query(**changes: str | None) -> dict[str, str]:
    """A good query of NOW with some parameters changed (None: left out), signed as a client would unless `sign` is among them."""
    parameters: dict[str, str | None] = {
        "im_sub_session_id": "1001",
        "customer_id": "1",
        "agent_id": "3",
        "timestamp": str(STAMP),
        **changes,
    }
    kept = {name: value for name, value in parameters.items() if value is not None}
    if "sign" not in changes:
        names = ("im_sub_session_id", "customer_id", "agent_id", "timestamp")
        text = "&".join(f"{name}={kept[name]}" for name in names if name in kept)
        kept["sign"] = md5(f"{text}&{DEMO.secret}")
    return kept


def checked(
    parameters: dict[str, str],
    *,
    credentials: Credentials = DEMO,
    now: datetime = NOW,
    real: datetime | None = None,
    **settings: Any,
) -> Verdict:
    """The verdict on a query; real time is the company's unless said otherwise."""
    return verify_struct(
        parameters, credentials=credentials, settings=Settings(**settings), now=now, real=real if real else now
    )


def code(verdict: Verdict) -> int | None:
    """The number a strict company would answer with."""
    return verdict.refusal.code if verdict.refusal else None


# -- a call is verified -------------------------------------------------------------------------------------------------


def test_the_published_example_is_signed_and_verified() -> None:
    """im-api-v2 §自定义 IM 结构化消息列表页面: four parameters in the document's order; jid_resource is in the URL, not in the sign."""
    signed = signed_struct_query(PUBLISHED, im_sub_session_id=1, customer_id=1, agent_id=1, now=PUBLISHED_AT)

    assert list(signed.items()) == [
        ("im_sub_session_id", "1"),
        ("customer_id", "1"),
        ("agent_id", "1"),
        ("timestamp", "1484272693"),
        ("sign", PUBLISHED_SIGN),
    ]
    with_source = {"jid_resource": "12dsafdaslj129das-12fds912-12dsa", **signed}
    for parameters in (signed, with_source):
        assert checked(parameters, credentials=PUBLISHED, now=PUBLISHED_AT) == Verdict(None, "md5")


def test_a_good_query_is_accepted_in_any_order_and_without_a_word() -> None:
    """Ruling 4: the order in the URL does not matter, only that of the signed text."""
    good = query()

    assert checked(dict(reversed(good.items()))) == Verdict(None, "md5")
    assert checked(good | {"page": "1"}) == Verdict(None, "md5")


def test_values_are_signed_decoded() -> None:
    """Ruling 2's rule goes for this scheme too: whatever stands there is no reason to raise."""
    assert checked(query(customer_id="a&b=中 文\ud800")).refusal is None


def test_what_is_not_sent_is_not_signed() -> None:
    """Ruling 4: a missing parameter is told by its own code once the sign holds."""
    assert checked(query(agent_id=None)).refusal is None


def test_parameters_of_the_other_scheme_are_ignored_with_a_warning() -> None:
    """Ruling 4: no email, no nonce."""
    verdict = checked(signed_query(DEMO, now=NOW, nonce="n") | query())

    assert verdict == Verdict(None, "md5", ("email, nonce, sign_version beside an MD5 signature: ignored",))


FAULTS: list[tuple[str, dict[str, str | None], int, str]] = [
    ("timestamp", {"timestamp": None}, 20621, "timestamp is missing: ten digits of Unix time"),
    ("stale", {"timestamp": str(STAMP - 301)}, 20622, "301 s behind"),
    ("sign", {"sign": "0" * 32}, 2059, f"sign is not the {WANTED}"),
]


@pytest.mark.parametrize("first", range(len(FAULTS)), ids=[name for name, *_ in FAULTS])
def test_the_first_fault_in_the_ruled_order_is_answered(first: int) -> None:
    """Rulings 1 and 4: 20621, 20622, 2059: with all later faults present too, the earlier one is told."""
    changes: dict[str, str | None] = {}
    for _, fault, _, _ in reversed(FAULTS[first:]):
        changes |= fault
    _, _, expected, detail = FAULTS[first]

    verdict = checked(query(**changes))

    assert (code(verdict), verdict.scheme) == (expected, "md5")
    assert detail in verdict.detail


@pytest.mark.parametrize("timestamp", ["", "1", "12345678901", "-163456789", "１７００００００００", "1700000000\n"])
def test_a_timestamp_that_is_not_ten_digits_is_20621(timestamp: str) -> None:
    """Ruling 1."""
    assert code(checked(query(timestamp=timestamp))) == 20621


def test_milliseconds_are_named() -> None:
    """They are no ten digits."""
    verdict = checked(query(timestamp=f"{STAMP}000"))

    assert verdict.detail == f'timestamp "{STAMP}000" is not ten digits of Unix time, it is in milliseconds'


def test_an_unsigned_call_is_told_all_that_is_missing() -> None:
    """The five names of this call, not those of the others."""
    assert checked({"agent_id": "3"}).detail == (
        "not signed: im_sub_session_id, customer_id, timestamp, sign are missing"
    )


def test_an_ampersand_that_was_escaped_is_named() -> None:
    """As a URL copied out of HTML has it."""
    parameters = {"im_sub_session_id": "1", "amp;customer_id": "1", "amp;timestamp": "1", "amp;sign": "1"}

    assert checked(parameters).detail == (
        "the query has amp;customer_id, amp;timestamp, amp;sign: & was written as &amp; between its parameters"
    )


@pytest.mark.parametrize(
    ("against", "fits", "expected"),
    [("either", "company", None), ("either", "real", None), ("company", "real", 20622), ("real", "company", 20622)],
)
def test_the_window_holds_by_the_same_setting(against: str, fits: str, expected: int | None) -> None:
    """Ruling 4: the window holds; timestamp_against."""
    clocks = {name: NOW if name == fits else NOW + timedelta(days=1) for name in ("company", "real")}

    verdict = checked(query(), now=clocks["company"], real=clocks["real"], timestamp_against=against)

    assert code(verdict) == expected


@pytest.mark.parametrize(("offset", "expected"), [(-301, 20622), (-300, None), (300, None), (301, 20622)])
def test_300_seconds_pass_and_301_do_not(offset: int, expected: int | None) -> None:
    """Ruling 1."""
    assert code(checked(query(timestamp=str(STAMP + offset)))) == expected


TEXT = f"im_sub_session_id=1001&customer_id=1&agent_id=3&timestamp={STAMP}"
SORTED = f"agent_id=3&customer_id=1&im_sub_session_id=1001&timestamp={STAMP}"
AS_SENT = f"timestamp={STAMP}&im_sub_session_id=1001&agent_id=3&customer_id=1"


@pytest.mark.parametrize(
    ("sign", "detail"),
    [
        (None, f"sign is missing: the {WANTED}, in lower-case hex"),
        ("", f"sign is empty: the {WANTED}, in lower-case hex"),
        ("签名不对", f"sign has 4 characters, not 32: the {WANTED}, in lower-case hex"),
        ("0" * 64, f"sign has 64 characters, not 32 (the SHA-256 of other calls?): the {WANTED}, in lower-case hex"),
        (
            md5(f"{TEXT}&{DEMO.secret}").upper(),
            f"sign has upper-case letters, and is right otherwise: the {WANTED}, in lower-case hex",
        ),
        ("AB" * 16, f"sign has upper-case letters: the {WANTED}, in lower-case hex"),
        ("é" * 32, f"sign is not the {WANTED}"),
        (md5("something else"), f"sign is not the {WANTED}"),
        (md5(f"{SORTED}&{DEMO.secret}"), f"sign is not the {WANTED}: the names were sorted"),
        (
            md5(f"{AS_SENT}&{DEMO.secret}"),
            f"sign is not the {WANTED}: the order was timestamp, im_sub_session_id, agent_id, customer_id",
        ),
        (
            md5(f"1001&1&3&{STAMP}&{DEMO.secret}"),
            f"sign is not the {WANTED}: the values were signed without their names",
        ),
        (
            md5(f"{TEXT}&{DEMO.token}"),
            f"sign is not the {WANTED}: the API's token was taken for the shared secret",
        ),
        (md5(TEXT), f"sign is not the {WANTED}: the shared secret was left out"),
        (md5(f"{TEXT}{DEMO.secret}"), f"sign is not the {WANTED}: there was no & before the secret"),
    ],
)
def test_a_wrong_sign_is_2059_and_says_what_is_wrong_with_it(sign: str | None, detail: str) -> None:
    """Ruling 4; the query is sent in another order than the signed one, which is no fault by itself."""
    sent = query(sign=sign)
    order = ("timestamp", "im_sub_session_id", "agent_id", "customer_id", "sign")

    verdict = checked({name: sent[name] for name in order if name in sent})

    assert (code(verdict), verdict.detail) == (2059, detail)
    assert verdict.refusal is not None
    assert verdict.refusal.message == "open api签名不对"


@pytest.mark.parametrize(
    "text",
    [
        f"im_sub_session_id=1001&customer_id=1&agent_id=3&jid_resource=r&timestamp={STAMP}",
        f"{TEXT}&jid_resource=r",
        f"jid_resource=r&{TEXT}",
        f"agent_id=3&customer_id=1&im_sub_session_id=1001&jid_resource=r&timestamp={STAMP}",
    ],
)
def test_a_signed_jid_resource_is_named(text: str) -> None:
    """Contract §1.5: jid_resource is in the page's URL, so it is signed by mistake: in the URL's place, last, first, or sorted."""
    parameters = {"jid_resource": "r", **query(sign=md5(f"{text}&{DEMO.secret}"))}

    assert checked(parameters).detail == f"sign is not the {WANTED}: jid_resource was signed too"


def test_a_wrong_sign_over_missing_parameters_names_them() -> None:
    """A client that signs all four but does not send all of them in the query."""
    all_four = query()["sign"]

    verdict = checked(query(customer_id=None, agent_id=None, sign=all_four))

    assert verdict.detail == (f"sign is not the {WANTED}: customer_id, agent_id missing from the query, so not signed")


@pytest.mark.parametrize("name", ["im_sub_session_id", "customer_id", "agent_id", "timestamp", "jid_resource", "sign"])
@pytest.mark.parametrize("secret", [DEMO.token, DEMO.secret, DEMO.password])
def test_no_detail_holds_a_secret(name: str, secret: str) -> None:
    """Somebody may send the secret where something else belongs; the journal must not keep it."""
    verdict = checked(query(sign="0" * 32) | {name: secret})

    assert verdict.refusal is not None
    assert secret not in verdict.detail


# -- the custom page ----------------------------------------------------------------------------------------------------


def page(base: str, jid_resource: str | None) -> str:
    """The URL of the page of the published example."""
    return struct_page_url(
        base,
        PUBLISHED,
        im_sub_session_id=1,
        customer_id=1,
        agent_id=1,
        jid_resource=jid_resource,
        now=PUBLISHED_AT,
    )


def test_the_custom_pages_url_is_the_documents() -> None:
    """im-api-v2 §自定义 IM 结构化消息列表页面, the example: jid_resource between agent_id and timestamp."""
    assert page("https://www.demo.com/struct_message", "12dsafdaslj129das-12fds912-12dsa") == (
        "https://www.demo.com/struct_message?im_sub_session_id=1&customer_id=1&agent_id=1"
        "&jid_resource=12dsafdaslj129das-12fds912-12dsa&timestamp=1484272693&sign=4666293b3dfe91aa97179dc701be7afc"
    )


@pytest.mark.parametrize("jid_resource", [None, ""])
def test_who_has_no_jid_resource_has_none_in_the_url(jid_resource: str | None) -> None:
    """Assumed: SDK 来源 is left out for who does not come from an SDK."""
    assert page("https://www.demo.com/", jid_resource) == (
        f"https://www.demo.com/?im_sub_session_id=1&customer_id=1&agent_id=1&timestamp=1484272693&sign={PUBLISHED_SIGN}"
    )


@pytest.mark.parametrize(
    ("base", "start", "end"),
    [
        ("https://a.test/p?team=1", "https://a.test/p?team=1&im_sub_session_id=1&", f"&sign={PUBLISHED_SIGN}"),
        ("https://a.test/p?team=1&", "https://a.test/p?team=1&im_sub_session_id=1&", f"&sign={PUBLISHED_SIGN}"),
        ("https://a.test/p?", "https://a.test/p?im_sub_session_id=1&", f"&sign={PUBLISHED_SIGN}"),
        ("https://a.test/p?a=%20b#top", "https://a.test/p?a=%20b&im_sub_session_id=1&", f"&sign={PUBLISHED_SIGN}#top"),
    ],
)
def test_a_base_keeps_its_own_query(base: str, start: str, end: str) -> None:
    """嵌入链接 may be any URL."""
    url = page(base, None)

    assert url.startswith(start)
    assert url.endswith(end)


def test_a_jid_resource_is_encoded_and_the_page_can_verify_the_url() -> None:
    """im-api-v2 §自定义 IM 结构化消息列表页面: 您在收到请求后,最好先校验 sign 值是否合法."""
    url = page("https://a.test/p", "a b&sign=1/中")
    received = dict(parse_qsl(urlsplit(url).query))

    assert received["jid_resource"] == "a b&sign=1/中"
    assert checked(received, credentials=PUBLISHED, now=PUBLISHED_AT).refusal is None


def test_a_call_is_signed_again_over_its_ids() -> None:
    """Moment and sign are put right, what is not signed stands last; the ids may come in any order."""
    own = [
        ("x", "1"),
        ("sign", "old"),
        ("agent_id", "3"),
        ("customer_id", "2"),
        ("timestamp", "1"),
        ("im_sub_session_id", "1"),
    ]
    signed = signed_struct_query(PUBLISHED, im_sub_session_id=1, customer_id=2, agent_id=3, now=PUBLISHED_AT)

    assert unsigned_ids(own) == {}
    assert signed_again(own, PUBLISHED, now=PUBLISHED_AT) == [*signed.items(), ("x", "1")]


def test_ids_that_can_not_be_signed_are_named_with_what_stands_there() -> None:
    """Missing and empty ones alike; digits of other scripts and more than nineteen of them are no id."""
    own = [("im_sub_session_id", "１"), ("customer_id", "1" * 20)]

    assert unsigned_ids(own) == {"im_sub_session_id": "１", "customer_id": "1" * 20, "agent_id": ""}
