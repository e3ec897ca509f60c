"""Which calls and which pushes are meant: one matcher for faults, verify, await and near misses. Imported with the first of them."""

from .calls import CallMatcher
from .pushes import PushMatcher

__all__ = ["CallMatcher", "PushMatcher"]
