"""How a call over a documented limit is answered."""

from collections.abc import Mapping
from math import ceil
from typing import Any, Final

from ..company.company import Company
from ..company.journal.entries import CallEntry
from ..desk.errors import TOO_MANY_CALLS, DeskError
from ..desk.phrases import counted
from ..endpoint import Endpoint, Limit
from . import replies
from .replies import Answer

# Doc: contract §3: 60 calls a minute, for each endpoint that has no limit of its own (ruling 25).
GENERAL_LIMIT: Final = Limit(60, 60.0)
# At a tiny rate the next moment that a call is allowed may lie beyond any calendar.
_LONGEST_WAIT_SECONDS: Final = 86_400.0


def over_limit(company: Company, entry: CallEntry, endpoint: Endpoint, values: Mapping[str, Any]) -> Answer | None:
    """The answer to a call too many; None when it is within the limits. Ruling 25."""
    settings = company.settings
    limit = endpoint.limit
    if limit is None:
        if settings.limits != "all":
            return None
        limit = GENERAL_LIMIT
    value = str(values.get(limit.per, ""))[:255] if limit.per else ""
    seconds = company.limits.take(endpoint.name, limit, value, company.clock.now())
    if seconds is None:
        return None
    of = f" for {limit.per} {value}" if limit.per else ""
    text = f"more than {counted(limit.calls, 'call')} in {limit.seconds:g} s{of}"
    rate = company.clock.rate
    if rate == 0:
        entry.warnings.append(f"{text}: answered, because this company's time stands still")
        return None
    entry.detail = f"{text}; the setting limits=off lets them through"
    error = DeskError(TOO_MANY_CALLS, detail=entry.detail)
    # The caller waits in real seconds.
    wait = {"Retry-After": str(max(1, ceil(min(seconds / rate, _LONGEST_WAIT_SECONDS))))}
    return replies.refused(error, endpoint.refused_as, status=settings.rate_limit_status, headers=wait)
