"""All calls of the operator's API in one table; imported with the first of them, for that takes a tenth of a server's start."""

from ..endpoint import Table
from . import (
    companies,
    customers,
    deliveries,
    health,
    robot_talks,
    robots,
    scenario,
    sessions,
    staff,
    struct_page,
    time,
    traffic,
    urobots,
    waiting,
    wire,
)

CONTROL_API = Table().join(
    chapter.TABLE
    for chapter in (
        health,
        companies,
        staff,
        customers,
        robots,
        urobots,
        robot_talks,
        sessions,
        struct_page,
        waiting,
        traffic,
        deliveries,
        scenario,
        time,
        wire,
    )
)
