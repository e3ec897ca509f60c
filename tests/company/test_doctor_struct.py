"""The doctor on structured messages: MD5 over four named parameters and the shared secret (ruling 4)."""

import hashlib
from collections.abc import Callable, Mapping
from urllib.parse import urlencode

import pytest

from mock_udesk.company.doctor import Diagnosis, case_of, diagnose
from mock_udesk.company.signing.open_api import Credentials
from mock_udesk.desk.errors import BAD_SIGN
from mock_udesk.settings import Settings

from .test_doctor import NOW, STAMP, certain

KEYS = Credentials(
    email="admin@demo.test",
    password="a password 1",
    token="11112222-aaaa",
    secret="708ff6dc-41d5-4med-9ebc-0388zz9d76f1",
)
OTHER = Credentials(email="x@y.z", password="other pass", token="33334444-bbbb", secret="5555-cccc-6666")
VALUES = {"im_sub_session_id": "1001", "customer_id": "1", "agent_id": "3", "timestamp": STAMP}
TEXT = "&".join(f"{name}={value}" for name, value in VALUES.items())


def md5(text: str) -> str:
    return hashlib.md5(text.encode()).hexdigest()


def diagnosed(sign: str, **more: str) -> Diagnosis:
    """A structured message's call with this sign, and jid_resource unless told otherwise."""
    query = {"jid_resource": "r", **VALUES, **more, "sign": sign}
    return diagnose(
        case_of(
            family="struct",
            method="POST",
            path="/open_api_v1/im/sessions/struct_messages",
            raw_query=urlencode(query),
            body=b"{}",
            content_type="application/json",
            credentials=KEYS,
            settings=Settings(),
            now=NOW,
            real=NOW,
            refusal=BAD_SIGN,
            others={"acme": OTHER},
            nonces=dict,
            spent_by=lambda _: None,
        )
    )


def ordered(*names: str) -> str:
    return "&".join(f"{name}={({'jid_resource': 'r'} | VALUES)[name]}" for name in names)


MISTAKES: Mapping[str, tuple[str, Callable[[], str]]] = {
    "order": (
        "other_order",
        lambda: md5(f"{ordered('customer_id', 'im_sub_session_id', 'agent_id', 'timestamp')}&{KEYS.secret}"),
    ),
    "sorted": (
        "other_order",
        lambda: md5(f"{ordered('agent_id', 'customer_id', 'im_sub_session_id', 'timestamp')}&{KEYS.secret}"),
    ),
    "secret first": ("other_order", lambda: md5(f"{KEYS.secret}&{TEXT}")),
    "jid_resource in the URL's place": (
        "jid_resource_signed_too",
        lambda: md5(
            f"{ordered('im_sub_session_id', 'customer_id', 'agent_id', 'jid_resource', 'timestamp')}&{KEYS.secret}"
        ),
    ),
    "jid_resource last": ("jid_resource_signed_too", lambda: md5(f"{TEXT}&jid_resource=r&{KEYS.secret}")),
    "values only": ("names_left_out", lambda: md5(f"{'&'.join(VALUES.values())}&{KEYS.secret}")),
    "token": ("token_instead_of_secret", lambda: md5(f"{TEXT}&{KEYS.token}")),
    "secret of another company": ("secret_of_another_company", lambda: md5(f"{TEXT}&{OTHER.secret}")),
    "SHA-1": ("sha1_instead_of_md5", lambda: hashlib.sha1(f"{TEXT}&{KEYS.secret}".encode()).hexdigest()),
    "SHA-256": ("sha256_instead_of_md5", lambda: hashlib.sha256(f"{TEXT}&{KEYS.secret}".encode()).hexdigest()),
    "no timestamp": ("missing_timestamp", lambda: md5(f"{ordered(*list(VALUES)[:3])}&{KEYS.secret}")),
    "no secret": ("missing_secret", lambda: md5(TEXT)),
    "no & before the secret": ("no_separator_before_secret", lambda: md5(f"{TEXT}{KEYS.secret}")),
    "named secret": ("names_included", lambda: md5(f"{TEXT}&key={KEYS.secret}")),
    "upper case": ("upper_case_hex", lambda: md5(f"{TEXT}&{KEYS.secret}").upper()),
    "milliseconds": ("timestamp_in_milliseconds", lambda: md5(f"{TEXT}000&{KEYS.secret}")),
    "newline": ("trailing_newline", lambda: md5(f"{TEXT}&{KEYS.secret}\n")),
    "16 of 32 digits": ("sign_cut", lambda: md5(f"{TEXT}&{KEYS.secret}")[8:24]),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_each_mistake_with_md5_is_named(name: str) -> None:
    """Contract §1.5: what people do with this older signature."""
    cause, sign = MISTAKES[name]

    assert certain(diagnosed(sign())) == [cause]


def test_two_mistakes_with_md5_are_both_named() -> None:
    """Values alone, with the token for the secret, in upper case: forms cost nothing beside one mistake."""
    text = f"{'&'.join(VALUES.values())}&{KEYS.token}"

    assert sorted(certain(diagnosed(md5(text)))) == ["names_left_out", "token_instead_of_secret"]
    assert sorted(certain(diagnosed(md5(f"{TEXT}&{KEYS.token}").upper()))) == [
        "token_instead_of_secret",
        "upper_case_hex",
    ]


def test_the_scheme_of_other_calls_is_named() -> None:
    """Signed as all other calls are."""
    text = f"{KEYS.email}&{KEYS.token}&{STAMP}&n-1&v2"
    diagnosis = diagnosed(hashlib.sha256(text.encode()).hexdigest(), email=KEYS.email, nonce="n-1", sign_version="v2")

    assert certain(diagnosis) == ["v2_scheme"]


def test_the_string_to_sign_has_its_names_and_no_secret() -> None:
    """The document's order, the secret masked."""
    diagnosis = diagnosed("0" * 32)

    assert diagnosis.string_to_sign == f"{TEXT}&[secret]"
    assert diagnosis.expected_sign == md5(f"{TEXT}&{KEYS.secret}")
    assert [(finding.cause, finding.certainty) for finding in diagnosis.findings] == [("wrong_secret", "likely")]
