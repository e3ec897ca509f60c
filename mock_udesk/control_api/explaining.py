"""Why a signature was refused: the doctor's findings on a URL."""

from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field
from pydantic_core import to_json

from ..company.companies import Slot
from ..desk.errors import UsageError
from ..endpoint import Found, Missed, Reply, Table
from .asking import OperatorAsk
from .operator import OperatorCall

if TYPE_CHECKING:
    from ..company.doctor.diagnosis import Family
    from ..company.doctor.urls import Address

TABLE = Table()
_SECTION = "wire"


class Explain(OperatorAsk):
    """The call whose signature is looked at; it is not made, and its nonce is not spent."""

    url: str = Field(min_length=1, description="Whole, a path with its query, or the query alone; a curl line too")
    method: str | None = Field(None, max_length=20, description="Left out: the one that the path takes")
    body: str | dict[str, Any] | list[Any] | None = Field(None, description="A text as it was sent, or JSON")
    at: datetime | None = Field(None, description="When it was sent; left out: now")


class SignFinding(Reply):
    """One thing that is wrong. certain: the sign was reproduced bit by bit, or the call shows it."""

    cause: str
    certainty: Literal["certain", "likely", "possible"]
    text: str
    fix: str


class SignPart(Reply):
    """One part of the string to sign, the token masked; `signed_as` is theirs, null while nobody knows."""

    part: str
    value: str
    signed_as: str | None


class Explained(Reply):
    """What strict checking says to this call, and why. `company` is the one that the URL is for."""

    ok: bool
    code: int | None
    message: str | None
    summary: str
    company: str
    endpoint: str | None
    scheme: str
    sign_is_right: bool
    findings: list[SignFinding]
    parts: list[SignPart]
    string_to_sign: str
    signed_string: str | None
    received_sign: str | None
    expected_sign: str | None
    warnings: list[str]


@TABLE.add("POST", "/explain", section=_SECTION, source="assumed", changes_nothing=True)
def explain(call: OperatorCall, ask: Explain) -> Explained:
    """Why the signature of a URL is refused, or that it would be accepted: the mistake that gives its sign, and the string to sign part by part."""
    from ..company.doctor.cases import nonces_near, spender_of
    from ..company.doctor.explaining import explained
    from ..company.doctor.urls import read_url

    if ask.at is not None and ask.at.tzinfo is None:
        raise UsageError("invalid", "at: a moment without a time zone", hint="like 2026-11-22T10:00:00+08:00")
    address = read_url(ask.url)
    slot, warnings = _slot(call, address)
    company = slot.company
    found, method = _endpoint(call, slot, address, ask.method)
    if isinstance(found, Missed):
        warnings.append(f"{method} {address.below or address.path} is not emulated: it would be answered with 404")
    elif found is not None and found.endpoint.signature == "none":
        raise UsageError(
            "invalid", f"url: {found.endpoint.name} is not signed", hint="it is answered without any signature"
        )
    body = _body(ask.body)
    explanation = explained(
        family=_family(found, address),
        method=method,
        path=address.sent_path,
        raw_query=address.raw_query,
        body=body,
        credentials=company.credentials,
        settings=company.settings,
        now=ask.at or company.clock.now(),
        real=ask.at or company.clock.real(),
        others={other.subdomain: other.company.credentials for other in call.companies if other is not slot},
        nonces=lambda: nonces_near(company.journal, company.journal.last_id + 1),
        is_spent=lambda nonce: company.nonces.spent_at(nonce, company.clock.now()) is not None,
        spent_by=lambda nonce: spender_of(company.journal, nonce, before=company.journal.last_id + 1),
    )
    diagnosis, refusal = explanation.diagnosis, explanation.refusal
    return Explained(
        ok=explanation.is_accepted,
        code=refusal.code if refusal is not None else None,
        message=refusal.message if refusal is not None else None,
        summary=explanation.summary,
        company=slot.subdomain,
        endpoint=found.endpoint.name if isinstance(found, Found) else None,
        scheme=diagnosis.scheme,
        sign_is_right=diagnosis.is_sign_right,
        findings=[SignFinding(**asdict(finding)) for finding in diagnosis.findings],
        parts=[SignPart(**asdict(part)) for part in diagnosis.parts],
        string_to_sign=diagnosis.string_to_sign,
        signed_string=diagnosis.signed_string,
        received_sign=diagnosis.received_sign,
        expected_sign=diagnosis.expected_sign,
        warnings=[*warnings, *address.warnings, *explanation.warnings],
    )


def _slot(call: OperatorCall, address: "Address") -> tuple[Slot, list[str]]:
    """The company that a URL is for: by its path, then its host; one that names neither is the called company's. Raises UsageError."""
    if address.subdomain:
        slot = call.companies.find(address.subdomain)
        if slot is None:
            known = ", ".join(other.subdomain for other in call.companies)
            raise UsageError(
                "unknown", f"url: there is no company {address.subdomain[:100]!r}", hint=f"there are: {known[:500]}"
            )
    elif not address.host:
        return call.slot, []
    elif (named := call.companies.find(address.label)) is not None and not address.label.isdigit():
        slot = named
    elif address.host.endswith(".udesk.cn"):
        return call.slot, [
            f"{address.host} names no company of this server, and would be answered with 2002; explained as {call.slot.subdomain}'s"
        ]
    else:
        slot = call.companies.default
    if slot is call.slot:
        return slot, []
    return slot, [f"this URL is for the company {slot.subdomain}, not for {call.slot.subdomain}, which was asked"]


def _endpoint(
    call: OperatorCall, slot: Slot, address: "Address", method: str | None
) -> tuple[Found | Missed | None, str]:
    """The endpoint of a URL, None for a query alone, and the method: the path's own where none is given."""
    given = method.upper() if method is not None else None
    if not address.path:
        return None, given or "GET"
    if address.below is None:
        return Missed((), ""), given or "GET"
    found = call.udesk_api().find(given or "GET", address.below, slot.company.settings)
    if given is None and isinstance(found, Missed) and found.allowed:
        given = found.allowed[0]
        found = call.udesk_api().find(given, address.below, slot.company.settings)
    return found, given or "GET"


def _family(found: Found | Missed | None, address: "Address") -> "Family":
    from ..company.doctor.cases import family_of

    if isinstance(found, Found):
        return "struct" if found.endpoint.signature == "struct" else "open_api"
    return family_of(address.raw_query)


def _body(body: str | dict[str, Any] | list[Any] | None) -> bytes:
    if body is None:
        return b""
    return body.encode("utf-8", "surrogatepass") if isinstance(body, str) else to_json(body)
