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
    return None if entry.sign_refusal is None else REFUSALS.get(entry.sign_refusal)
