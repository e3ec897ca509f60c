"""Which calls were refused for their signature, or would have been but for the setting auth."""

from typing import Final

from ...desk.errors import (
    BAD_SIGN,
    BAD_TIMESTAMP,
    MISSING_NONCE,
    REUSED_NONCE,
    STALE_TIMESTAMP,
    UNKNOWN_ADMIN,
    Refusal,
)
from .entries import CallEntry

# All that a signature is refused with, by code.
REFUSALS: Final = {
    refusal.code: refusal
    for refusal in (BAD_SIGN, BAD_TIMESTAMP, MISSING_NONCE, REUSED_NONCE, STALE_TIMESTAMP, UNKNOWN_ADMIN)
}


def refusal_of(entry: CallEntry) -> Refusal | None:
    """What the signature of a call was refused with, or would have been where lenient let it pass; None for every other entry."""
    if entry.kind != "call" or not entry.scheme:
        return None
    if entry.lenient_code is not None:
        return REFUSALS.get(entry.lenient_code)
    refusal = REFUSALS.get(entry.code or 0)
    if refusal is not None and any(warning.startswith("planned fault ") for warning in entry.warnings):
        # It was let in, or no fault would have met it; what it was answered with was planned.
        return None
    if refusal is UNKNOWN_ADMIN and not entry.detail.startswith("email"):
        # What else is not found has the same number.
        return None
    return refusal
