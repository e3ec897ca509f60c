"""What would become of a call if it came now, and why: for URLs that somebody shows. Nothing is spent by asking."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from ...desk.errors import REUSED_NONCE, Refusal
from ...endpoint import AUTH_PARAMETERS
from ...settings import Settings
from ..signing.nonces import Nonces
from ..signing.open_api import Credentials, Verdict, verify
from ..signing.struct import verify_struct
from .cases import case_of, values_of
from .diagnosis import Diagnosis, Family
from .doctor import diagnose

_PASSES: Final = {
    "lenient": "the company's auth is lenient: such a call is answered as usual, and the journal says what strict would have done",
    "off": "the company's auth is off: such a call is answered as usual, for no signature is checked",
}


@dataclass(frozen=True, slots=True)
class Explanation:
    """Whether a signature holds. `refusal` is what Udesk answers when it does not."""

    refusal: Refusal | None
    warnings: tuple[str, ...]
    diagnosis: Diagnosis

    @property
    def is_accepted(self) -> bool:
        """Whether strict checking lets the call in."""
        return self.refusal is None

    @property
    def summary(self) -> str:
        """The whole in one sentence."""
        if self.refusal is not None:
            return self.diagnosis.summary
        return "would be accepted" + (", with a warning" if self.warnings else "")


def explained(
    *,
    family: Family,
    method: str,
    path: str,
    raw_query: str,
    body: bytes,
    credentials: Credentials,
    settings: Settings,
    now: datetime,
    real: datetime,
    others: Mapping[str, Credentials],
    nonces: Callable[[], Mapping[str, int]],
    is_spent: Callable[[str], bool],
    spent_by: Callable[[str], int | None],
) -> Explanation:
    """What strict checking says to this call at this moment, and why."""
    query = values_of(raw_query)
    verdict = _verdict(family, query, credentials, settings, now, real)
    refusal = verdict.refusal
    nonce = query.get("nonce", "")
    if refusal is None and verdict.scheme in ("v2", "sha1_five_parts") and is_spent(nonce):
        refusal = REUSED_NONCE
    diagnosis = diagnose(
        case_of(
            family=family,
            method=method,
            path=path,
            raw_query=raw_query,
            body=body,
            content_type="",
            credentials=credentials,
            settings=settings,
            now=now,
            real=real,
            refusal=refusal,
            others=others,
            nonces=nonces,
            spent_by=spent_by,
        )
    )
    passes = _PASSES.get(settings.auth) if refusal is not None else None
    return Explanation(refusal, (*verdict.warnings, *((passes,) if passes else ())), diagnosis)


def _verdict(
    family: Family,
    query: dict[str, str],
    credentials: Credentials,
    settings: Settings,
    now: datetime,
    real: datetime,
) -> Verdict:
    if family == "struct":
        return verify_struct(query, credentials=credentials, settings=settings, now=now, real=real)
    signed = {name: value for name, value in query.items() if name in AUTH_PARAMETERS or name.startswith("amp;")}
    # With nonces of its own: asking spends none.
    return verify(signed, credentials=credentials, settings=settings, nonces=Nonces(), now=now, real=real)
