"""How much is kept of what happened, and how much was let go: it stands in every list of it."""

from typing import Any

from pydantic import Field

from ..company.company import Company
from ..endpoint import Reply


class Kept(Reply):
    """How full it is; beyond its bounds the oldest is dropped."""

    dropped: int = Field(description="How many were let go of, so far")
    dropped_bytes: int
    kept: int = Field(description="How many there are, whether they fit or not")
    kept_bytes: int = Field(
        description="What they weigh; of pushes only those that have ended, for no other is dropped"
    )
    max_entries: int
    max_bytes: int


def kept(company: Company) -> dict[str, Any]:
    """Of the journal, whose bounds are for entries of every kind."""
    journal = company.journal
    return {
        "dropped": journal.dropped,
        "dropped_bytes": journal.dropped_bytes,
        "kept": len(journal),
        "kept_bytes": journal.weight,
        "max_entries": journal.max_entries,
        "max_bytes": journal.max_bytes,
    }


def kept_pushes(company: Company) -> dict[str, Any]:
    """Of the outbox, whose bounds are for deliveries that have ended."""
    outbox = company.outbox
    return {
        "dropped": outbox.dropped,
        "dropped_bytes": outbox.dropped_bytes,
        "kept": len(outbox.deliveries),
        "kept_bytes": outbox.ended_bytes,
        "max_entries": outbox.max_entries,
        "max_bytes": outbox.max_bytes,
    }
