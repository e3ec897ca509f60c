"""Whose credentials are masked in what an operator reads: every company's on this server."""

from ..company.secrets.credentials import CredentialMask
from .operator import OperatorCall


def mask_of(call: OperatorCall) -> CredentialMask:
    """What masks the credentials of all companies."""
    return CredentialMask(slot.company.credentials for slot in call.companies)
