"""The mock's own bugs: journalled with all that is known, never hidden in a 500 and never printed."""

from collections.abc import Callable
from traceback import format_exception

from ..company.companies import Slot
from ..company.company import Company
from ..company.journal.entries import CallEntry
from ..company.pushes.deliveries import Delivery

# Who is told of each answered call, with the subdomain of its company ("" when there is none), and of each attempt of a push that is over.
LogCall = Callable[[CallEntry, str], None]
LogAttempt = Callable[[Delivery, Slot], None]


def note_fault(company: Company, error: Exception, *, cause: int | None) -> str:
    """Journals a bug of ours as a `fault`, which is a problem too; replies with it in one line."""
    text = (str(error).splitlines() or [""])[0][:500]
    line = f"{type(error).__name__}: {text}" if text else type(error).__name__
    company.journal.fault(company.clock.now(), cause, line, "".join(format_exception(error)))
    return line


def tell(log_call: LogCall, slot: Slot, entry: CallEntry, *, is_nobodys: bool = False) -> None:
    """Tells of an answered call, nobody's when its company is not there; a failure in that is a bug of ours which changes no answer."""
    try:
        log_call(entry, "" if is_nobodys else slot.subdomain)
    except Exception as error:  # whoever listens may fail in any way
        note_fault(slot.company, error, cause=entry.id or None)


def tell_attempt(log_attempt: LogAttempt, slot: Slot, delivery: Delivery) -> None:
    """Tells of an attempt that is over, alike."""
    try:
        log_attempt(delivery, slot)
    except Exception as error:  # whoever listens may fail in any way
        note_fault(slot.company, error, cause=None)
