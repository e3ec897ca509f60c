"""The emulated API, one file a chapter of the document."""

from ..endpoint import Table
from . import account, customers, groups, h5, messages, queues, sessions, staff, status, surveys

UDESK_API = Table().join(
    chapter.TABLE for chapter in (account, customers, staff, groups, sessions, messages, surveys, status, queues, h5)
)

__all__ = ["UDESK_API"]
