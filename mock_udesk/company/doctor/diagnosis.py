"""The nouns of the doctor: a case, what was found out about it, and how that is shown. Nothing in a diagnosis holds a secret."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from ...settings import Settings
from ..signing.open_api import Credentials

# certain: the received sign was reproduced bit by bit, or the request shows it; the others fit what can be seen.
Certainty = Literal["certain", "likely", "possible"]
# How a call is signed: as all of the open API, or as structured messages.
Family = Literal["open_api", "struct"]


def _nobody(_: str) -> int | None:
    return None


def _none() -> Mapping[str, int]:
    return {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A call whose signature is looked at, with all that it can be held against.

    `query` are the decoded values, `raw` the same as they were sent. `nonces` gives those of other calls with their entries, and is
    asked only when nothing simpler explains the sign; `spent_by` is the entry that used a nonce before.
    """

    family: Family
    method: str
    # Without the query, as it was sent.
    path: str
    raw_query: str
    query: Mapping[str, str]
    raw: Mapping[str, str]
    body: bytes = b""
    # Which of the sign's parameters stand in the body instead.
    in_body: tuple[str, ...] = ()
    credentials: Credentials
    settings: Settings
    now: datetime
    real: datetime
    # What the call was refused with; None when it was not.
    code: int | None
    message: str = ""
    others: Mapping[str, Credentials] = field(default_factory=dict)
    nonces: Callable[[], Mapping[str, int]] = _none
    spent_by: Callable[[str], int | None] = _nobody


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong with a signature; `cause` is a stable id."""

    cause: str
    certainty: Certainty
    text: str
    fix: str


@dataclass(frozen=True, slots=True)
class PartSigned:
    """One part of the string to sign. `signed_as` is what the caller signed in its place, None while nobody knows."""

    part: str
    value: str
    signed_as: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """Why a signature is refused. Secrets are masked in all of it."""

    summary: str
    scheme: str
    findings: tuple[Finding, ...]
    # Whether the sign itself is the one that these values have, whatever else is wrong.
    is_sign_right: bool
    string_to_sign: str
    # What the caller hashed, where that was found out.
    signed_string: str | None
    parts: tuple[PartSigned, ...]
    received_sign: str | None
    # None where a part of it is missing.
    expected_sign: str | None
    # How much work it was.
    hashes: int = 0


def shown(diagnosis: Diagnosis) -> dict[str, Any]:
    """A diagnosis as plain JSON values."""
    return {
        "summary": diagnosis.summary,
        "scheme": diagnosis.scheme,
        "sign_is_right": diagnosis.is_sign_right,
        "findings": [
            {"cause": found.cause, "certainty": found.certainty, "text": found.text, "fix": found.fix}
            for found in diagnosis.findings
        ],
        "string_to_sign": diagnosis.string_to_sign,
        "signed_string": diagnosis.signed_string,
        "parts": [{"part": part.part, "value": part.value, "signed_as": part.signed_as} for part in diagnosis.parts],
        "received_sign": diagnosis.received_sign,
        "expected_sign": diagnosis.expected_sign,
    }
