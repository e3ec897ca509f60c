"""The emulated API, one file a chapter of the document."""

from ..endpoint import Table
from . import (
    account,
    customers,
    groups,
    h5,
    messages,
    queues,
    records,
    robot_surveys,
    sessions,
    staff,
    status,
    structs,
    surveys,
    urobots,
)

UDESK_API = Table().join(
    chapter.TABLE
    for chapter in (
        account,
        customers,
        staff,
        groups,
        sessions,
        messages,
        robot_surveys,
        surveys,
        urobots,
        status,
        queues,
        structs,
        h5,
        records,
    )
)

__all__ = ["UDESK_API"]
