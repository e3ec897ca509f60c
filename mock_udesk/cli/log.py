"""What a server writes of each answered call and of each attempt of a push: a line, in text or as JSON, with the numbers that the journal has them under."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from pydantic_core import to_json

from ..company.companies import Slot
from ..company.journal.entries import CallEntry
from ..company.journal.journal import Journal
from ..company.pushes.deliveries import Delivery
from ..company.pushes.shapes import iso8601
from ..company.story.wording import first_of

if TYPE_CHECKING:
    from ..company.secrets.credentials import CredentialMask

Write = Callable[[str], None]
Form = Literal["text", "json"]


class MaskedWrite:
    """Writes lines without the tokens, secrets and passwords of these companies, wherever a caller may have put one; they may come and go."""

    def __init__(self, write: Write) -> None:
        self._write = write
        # Those of the server, as soon as there is one.
        self.companies: Iterable[Slot] = ()
        self._slots: list[Slot] = []
        self._mask: CredentialMask | None = None

    def __call__(self, line: str) -> None:
        """Writes one."""
        slots = list(self.companies)
        if self._mask is None or slots != self._slots:
            # A start has no use for it.
            from ..company.secrets.credentials import CredentialMask

            self._slots, self._mask = slots, CredentialMask(slot.company.credentials for slot in slots)
        self._write(self._mask.over_text(line))


def request_log(form: Form, write: Write, *, default: str = "demo") -> Callable[[CallEntry, str], None]:
    """What writes one line for each answered call, with the company where it is not the default one. Queries stay out of it, for they hold the sign."""
    clock_time = _clock_time()

    def as_text(entry: CallEntry, company: str) -> None:
        whose = _whose(company, default)
        number = f"#{entry.id} " if entry.id else ""
        code = f" {entry.code}" if entry.code is not None else ""
        who = f" {entry.customer_token}" if entry.customer_token else ""
        milliseconds = f" {entry.seconds * 1000:.1f} ms" if entry.seconds is not None else ""
        notes = [first_of(note) for note in (entry.detail, *entry.warnings) if note]
        said = f"  {'; '.join(notes)}" if notes else ""
        # Status 0: a planned fault sent nothing.
        what = f"{entry.method} {entry.path.partition('?')[0]} {entry.status or 'unanswered'}"
        write(_one_line(f"{clock_time(entry.received_at)}{whose}{number}{what}{code}{who}{milliseconds}{said}"))

    def as_json(entry: CallEntry, company: str) -> None:
        facts = {
            "event": entry.kind,
            "company": company or None,
            "id": entry.id or None,
            "at": entry.received_at,
            "method": entry.method,
            "path": entry.path.partition("?")[0],
            "status": entry.status,
            "code": entry.code,
            "customer_token": entry.customer_token,
            "seconds": entry.seconds,
            "detail": entry.detail or None,
            "warnings": entry.warnings,
        }
        write(to_json(facts).decode())

    return as_json if form == "json" else as_text


def attempt_log(form: Form, write: Write, *, default: str = "demo") -> Callable[[Delivery, Slot], None]:
    """What writes one line for each attempt of a push that is over, with the call at the root of what caused it."""
    clock_time = _clock_time()

    def as_text(delivery: Delivery, slot: Slot) -> None:
        attempt, company = delivery.attempts[-1], slot.company
        customer = company.desk.state.customers.get(delivery.customer_id)
        who = customer.token if customer is not None and customer.token else f"customer {delivery.customer_id}"
        how = str(attempt.status) if attempt.outcome == "delivered" else f"{attempt.outcome}: {attempt.reason}"
        milliseconds = f" in {attempt.seconds * 1000:.1f} ms" if attempt.seconds is not None else ""
        request = _request(company.journal, attempt.cause)
        because = f", caused by #{request}" if request is not None else ""
        due = delivery.next_attempt_at
        later = f"; next attempt at {iso8601(due)}" if due is not None else ""
        end = "; given up" if delivery.state == "failed" else later
        line = f"push {delivery.id} ({delivery.push}) to {who}: {how}{milliseconds}, attempt {attempt.number}{because}{end}"
        write(_one_line(f"{clock_time(company.clock.real())}{_whose(slot.subdomain, default)}{line}"))

    def as_json(delivery: Delivery, slot: Slot) -> None:
        attempt = delivery.attempts[-1]
        facts = {
            "event": "attempt",
            "company": slot.subdomain,
            "delivery": delivery.id,
            "at": slot.company.clock.real(),
            "push": delivery.push,
            "target": delivery.target,
            "attempt": attempt.number,
            "outcome": attempt.outcome,
            "status": attempt.status,
            "reason": attempt.reason or None,
            "seconds": attempt.seconds,
            "cause": attempt.cause,
            "request": _request(slot.company.journal, attempt.cause),
        }
        write(to_json(facts).decode())

    return as_json if form == "json" else as_text


def _request(journal: Journal, cause: int | None) -> int | None:
    """The call at the root of a chain of causes; None when time itself was, or when the journal has forgotten it."""
    while cause is not None:
        entry = journal.get(cause)
        if entry is None or isinstance(entry, CallEntry):
            return cause if entry is not None else None
        cause = entry.cause
    return None


def _clock_time() -> Callable[[datetime | None], str]:
    """Writes the time of day with a blank behind it, "" for None. That is dear, so it is done once a second."""
    shown: tuple[datetime | None, str] = (None, "")

    def written(at: datetime | None) -> str:
        nonlocal shown
        second = at.replace(microsecond=0) if at else None
        if second != shown[0]:
            shown = (second, f"{second.astimezone():%H:%M:%S} " if second else "")
        return shown[1]

    return written


def _whose(company: str, default: str) -> str:
    return f"{company} " if company and company != default else ""


def _one_line(line: str) -> str:
    """Whatever a caller sends stays on its line."""
    return line if line.isprintable() else repr(line)[1:-1]
