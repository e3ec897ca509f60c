"""The doctor's findings on calls that are read: made then, for so many of a page, and kept nowhere."""

from typing import Any, Final

from ..company.journal.entries import CallEntry
from ..company.journal.refusals import refusal_of
from .operator import OperatorCall

# So many of a page are looked into whole: it may take milliseconds each.
MOST: Final = 20


class Diagnoses:
    """The findings for one page of calls."""

    def __init__(self, call: OperatorCall) -> None:
        self._company = call.company
        self._others = {slot.subdomain: slot.company.credentials for slot in call.companies if slot is not call.slot}
        self._left = MOST

    def of(self, entry: CallEntry) -> dict[str, Any] | None:
        """Why the signature was refused; None for every other call. Beyond the bound only where the findings stand."""
        if refusal_of(entry) is None:
            return None
        if not self._left:
            return {
                "summary": f"a page has the findings of {MOST} calls: GET /_mock/requests/{entry.id} has this one's"
            }
        from ..company.doctor import diagnosis_of, shown

        self._left -= 1
        diagnosis = diagnosis_of(entry, self._company, self._others)
        return shown(diagnosis) if diagnosis is not None else None
