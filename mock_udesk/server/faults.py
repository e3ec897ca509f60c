"""The mock's own bugs: journalled with all that is known, never hidden in a 500 and never printed."""

from collections.abc import Callable
from traceback import format_exception

from ..company.company import Company
from ..company.entries import CallEntry


def note_fault(company: Company, error: Exception, *, cause: int | None) -> str:
    """Journals a bug of ours as a `fault`, which is a problem too; replies with it in one line."""
    text = (str(error).splitlines() or [""])[0][:500]
    line = f"{type(error).__name__}: {text}" if text else type(error).__name__
    company.journal.fault(company.clock.now(), cause, line, "".join(format_exception(error)))
    return line


def tell(log_call: Callable[[CallEntry], None], company: Company, entry: CallEntry) -> None:
    """Tells of an answered call; a failure in that is a bug of ours which changes no answer."""
    try:
        log_call(entry)
    except Exception as error:  # whoever listens may fail in any way
        note_fault(company, error, cause=entry.id or None)
