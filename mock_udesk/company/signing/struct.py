"""The older signature that structured messages have: MD5 over four named parameters and the shared secret, made and verified."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from hmac import compare_digest
from urllib.parse import quote, urlencode, urlsplit, urlunsplit

from ...desk.errors import BAD_SIGN, BAD_TIMESTAMP, STALE_TIMESTAMP
from ...endpoint import AUTH_PARAMETERS, STRUCT_PARAMETERS, Page
from ...settings import Settings
from .open_api import Credentials, Verdict, age, as_bytes, is_digits, is_fresh, sign_md5, timestamp_fault

_SIGN_LENGTH = 32
_WANTED = f"MD5 of {'&'.join(f'{name}=…' for name in STRUCT_PARAMETERS)}& and the shared secret"
_OF_OTHER_SCHEMES = tuple(name for name in AUTH_PARAMETERS if name not in (*STRUCT_PARAMETERS, "sign"))


PAGES: tuple[Page, ...] = (
    Page(
        name="GET {struct_page_url}",
        section="自定义 IM 结构化消息列表页面",
        note="GET /_mock/sessions/{id}/struct-page tells the URL that an agent's frame would open (ruling 24); the mock has no frame.",
    ),
)


def signed_struct_query(
    credentials: Credentials, *, im_sub_session_id: int, customer_id: int, agent_id: int, now: datetime
) -> dict[str, str]:
    """The query of a call signed at `now`: the four parameters in their order, and the sign."""
    values = (im_sub_session_id, customer_id, agent_id, int(now.timestamp()))
    query = {name: str(value) for name, value in zip(STRUCT_PARAMETERS, values, strict=True)}
    return query | {"sign": _signed(query, STRUCT_PARAMETERS, credentials.secret)}


def unsigned_ids(own: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Which of the three ids that are signed a call's parameters lack, or give as no number: with what stands there."""
    given = dict(own)
    ids = {name: given.get(name, "") for name in STRUCT_PARAMETERS[:3]}
    return {name: text for name, text in ids.items() if not (1 <= len(text) < 20 and is_digits(text, len(text)))}


def signed_again(own: Sequence[tuple[str, str]], credentials: Credentials, *, now: datetime) -> list[tuple[str, str]]:
    """A call's parameters, of which no id is unsigned, with the moment and the sign put right, and what is not signed after them."""
    given = dict(own)
    session_id, customer_id, agent_id = (int(given[name]) for name in STRUCT_PARAMETERS[:3])
    signed = signed_struct_query(
        credentials, im_sub_session_id=session_id, customer_id=customer_id, agent_id=agent_id, now=now
    )
    return [*signed.items(), *(pair for pair in own if pair[0] not in signed)]


def struct_page_url(
    base: str,
    credentials: Credentials,
    *,
    im_sub_session_id: int,
    customer_id: int,
    agent_id: int,
    jid_resource: str | None,
    now: datetime,
) -> str:
    """The URL of the custom page for one session. Doc: im-api-v2 §自定义 IM 结构化消息列表页面: jid_resource is in it, but not signed.

    What the base (嵌入链接) has of a query stays in front. Assumed: without a jid_resource, which SDK sessions alone have, none is in it.
    """
    signed = signed_struct_query(
        credentials, im_sub_session_id=im_sub_session_id, customer_id=customer_id, agent_id=agent_id, now=now
    )
    *ids, timestamp, sign = signed.items()
    source = [("jid_resource", jid_resource)] if jid_resource else []
    own = urlencode([*ids, *source, timestamp, sign], quote_via=quote)
    parts = urlsplit(base)
    before = parts.query.rstrip("&")
    return urlunsplit(parts._replace(query=f"{before}&{own}" if before else own))


def verify_struct(
    query: Mapping[str, str], *, credentials: Credentials, settings: Settings, now: datetime, real: datetime
) -> Verdict:
    """The verdict on a call's (decoded) query: timestamp, window, sign, in this order. Ruling 4: no email, no nonce.

    Signed are those of the four that are there: what is missing is the call's own fault, and told as such once the sign holds.
    """
    timestamp = query.get("timestamp", "")
    if not is_digits(timestamp, 10):
        fault = timestamp_fault(query, credentials, "ten digits", names=(*STRUCT_PARAMETERS, "sign"))
        return Verdict(BAD_TIMESTAMP, "md5", (), fault)
    if not is_fresh(int(timestamp), settings, now, real):
        return Verdict(STALE_TIMESTAMP, "md5", (), age(timestamp, int(timestamp), settings, now, real))
    good = _signed(query, STRUCT_PARAMETERS, credentials.secret)
    if not compare_digest(good.encode(), as_bytes(query.get("sign", ""))):
        return Verdict(BAD_SIGN, "md5", (), _sign_fault(query, good, credentials))
    idle = [name for name in _OF_OTHER_SCHEMES if name in query]
    return Verdict(None, "md5", (f"{', '.join(idle)} beside an MD5 signature: ignored",) if idle else ())


def _signed(query: Mapping[str, str], names: Iterable[str], secret: str) -> str:
    return sign_md5("&".join(f"{name}={query[name]}" for name in names if name in query), secret)


def _sign_fault(query: Mapping[str, str], good: str, credentials: Credentials) -> str:
    """What is wrong with a sign, as far as it can be told: the usual mistakes are made again until one has the same result."""
    sign = query.get("sign")
    if not sign:
        return f"sign is {'missing' if sign is None else 'empty'}: the {_WANTED}, in lower-case hex"
    if len(sign) != _SIGN_LENGTH:
        other = " (the SHA-256 of other calls?)" if len(sign) == 64 else ""
        return f"sign has {len(sign)} characters, not {_SIGN_LENGTH}{other}: the {_WANTED}, in lower-case hex"
    if sign != sign.lower():
        same = ", and is right otherwise" if sign.lower() == good else ""
        return f"sign has upper-case letters{same}: the {_WANTED}, in lower-case hex"
    missing = [name for name in STRUCT_PARAMETERS if name not in query]
    if missing:
        return f"sign is not the {_WANTED}: {', '.join(missing)} missing from the query, so not signed"
    mistake = next((said for made, said in _mistakes(query, credentials) if made == sign), "")
    return f"sign is not the {_WANTED}{mistake and f': {mistake}'}"


def _mistakes(query: Mapping[str, str], credentials: Credentials) -> list[tuple[str, str]]:
    """Signs as they come of usual mistakes, and what the mistake is."""
    own, secret = STRUCT_PARAMETERS, credentials.secret
    sent = [name for name in query if name in own]
    text = "&".join(f"{name}={query[name]}" for name in own)
    mistakes = [
        (_signed(query, sorted(own), secret), "the names were sorted"),
        (_signed(query, sent, secret), f"the order was {', '.join(sent)}"),
        (sign_md5("&".join(query[name] for name in own), secret), "the values were signed without their names"),
        (sign_md5(text, credentials.token), "the API's token was taken for the shared secret"),
        (sign_md5("", text), "the shared secret was left out"),
        (sign_md5("", f"{text}{secret}"), "there was no & before the secret"),
    ]
    if "jid_resource" in query:
        with_source = (*own[:3], "jid_resource", own[3])
        everything = [name for name in query if name in with_source]
        mistakes += [
            (_signed(query, names, secret), "jid_resource was signed too")
            for names in (with_source, (*own, "jid_resource"), everything, sorted(with_source))
        ]
    return mistakes
