"""The customer and the session that an entry of the journal is about: a filter for lists and for readers of events, who may wait for whom nobody knows yet."""

import re
from dataclasses import dataclass
from typing import Final

from ..company import Company
from ..pushes.deliveries import Delivery
from .entries import CallEntry, Entry, FaultEntry, HappeningEntry, PlannedFaultEntry, PushEntry, ScenarioEntry

# A session that stands in a call's path, in either table.
_IN_PATH: Final = re.compile(r"/sessions/([0-9]{1,19})(?=[/.?]|$)")
# One that a query, a form or a JSON body names, and an answer too.
_NAMED: Final = re.compile(rb'im_sub_session_id(?:=|"\s*:\s*)"?([0-9]{1,19})(?![0-9])')


@dataclass(frozen=True, slots=True)
class Subject:
    """A customer's, a session's, what is both, or (both None) everybody's."""

    customer_token: str | None = None
    session_id: int | None = None

    @property
    def is_everybody(self) -> bool:
        """Whether everything fits."""
        return self.customer_token is None and self.session_id is None

    def fits(self, entry: Entry, company: Company) -> bool:
        """Whether an entry is theirs; a fault is when the call is that met it."""
        if self.is_everybody:
            return True
        match entry:
            case CallEntry():
                return self._has_called(entry, company)
            case HappeningEntry(happened=happened):
                return self._is(happened.customer_id, happened.session_id, company)
            case PushEntry():
                return self._has_pushed(entry.delivery_id, company)
            case ScenarioEntry(did=did):
                return did is not None and self._is(did.customer_id, did.session_id, company)
            case PlannedFaultEntry(delivery_id=int(delivery_id)):
                return self._has_pushed(delivery_id, company)
            case PlannedFaultEntry() | FaultEntry():
                cause = company.journal.get(entry.cause) if entry.cause is not None else None
                return isinstance(cause, CallEntry) and self._has_called(cause, company)

    def fits_delivery(self, delivery: Delivery, company: Company) -> bool:
        """Whether a push is theirs."""
        return self._is(delivery.customer_id, delivery.session_id, company)

    def _has_pushed(self, delivery_id: int, company: Company) -> bool:
        delivery = company.outbox.deliveries.get(delivery_id)
        return delivery is not None and self.fits_delivery(delivery, company)

    def _is(self, customer_id: int | None, session_id: int | None, company: Company) -> bool:
        if self.session_id is not None and session_id != self.session_id:
            return False
        return self.customer_token is None or self._is_customer(customer_id, company)

    def _is_customer(self, customer_id: int | None, company: Company) -> bool:
        customer = company.desk.state.customers.get(customer_id) if customer_id is not None else None
        return customer is not None and customer.token == self.customer_token

    def _has_called(self, entry: CallEntry, company: Company) -> bool:
        named = sessions_named(entry)
        if self.session_id is not None and self.session_id not in named:
            return False
        if self.customer_token is None or entry.customer_token == self.customer_token:
            return True
        if entry.customer_token is not None:
            return False
        # Some calls name the session alone.
        sessions = (company.desk.state.sessions.get(number) for number in named)
        return any(session is not None and self._is_customer(session.customer_id, company) for session in sessions)


def sessions_named(entry: CallEntry) -> set[int]:
    """The sessions that a call names, and those that it was answered with."""
    return sessions_asked_for(entry) | _in_text(entry.answer)


def sessions_asked_for(entry: CallEntry) -> set[int]:
    """The sessions that a call names in its path, query or body."""
    path, _, query = entry.path.partition("?")
    in_path = {int(number) for number in _IN_PATH.findall(path)}
    return in_path | _in_text(query.encode("utf-8", errors="replace")) | _in_text(entry.body)


def _in_text(text: bytes) -> set[int]:
    if b"im_sub_session_id" not in text:
        return set()
    return {int(number) for number in _NAMED.findall(text)}
