"""The signature doctor: why a sign was refused, found by making the mistakes that people make. Imported when somebody asks."""

from .cases import case_of, diagnosis_of, family_of, nonces_near, spender_of
from .diagnosis import Case, Diagnosis, Finding, PartSigned, shown
from .doctor import diagnose

__all__ = [
    "Case",
    "Diagnosis",
    "Finding",
    "PartSigned",
    "case_of",
    "diagnose",
    "diagnosis_of",
    "family_of",
    "nonces_near",
    "shown",
    "spender_of",
]
