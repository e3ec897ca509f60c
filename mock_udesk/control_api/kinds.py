"""Kinds of entries as an operator names them: one, or several with commas between."""

from collections.abc import Collection

from ..desk.errors import UsageError
from ..desk.phrases import did_you_mean

Kinds = str | None


def kinds(text: Kinds, known: Collection[str]) -> frozenset[str]:
    """The kinds that are named, none: all. Raises UsageError with the nearest for one that nobody knows."""
    named = frozenset(part.strip().casefold() for part in (text or "").split(",") if part.strip())
    for name in sorted(named.difference(known)):
        meant = did_you_mean(name, known)
        raise UsageError("invalid", f"kind: unknown kind {name[:100]!r}{meant}", hint=f"there are {', '.join(known)}")
    return named
