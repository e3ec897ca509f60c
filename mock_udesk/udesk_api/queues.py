"""Queues: who gave up waiting."""

from ..company.call import Call
from ..company.pushes.shapes import CustomerShape, customer, iso8601, queue_name
from ..desk.errors import SUCCESS
from ..desk.records import AbandonedQueue
from ..endpoint import Ask, Reply, Table
from .fields import Meta, OptionalEnd, OptionalStart, PageNumber, invalid, one_page, page_size

TABLE = Table()


class QueuesAsk(Ask):
    """Between which moments somebody began to wait, ends included."""

    start_time: OptionalStart = None
    end_time: OptionalEnd = None
    page: PageNumber = None
    per_page: PageNumber = None


class ShutQueue(Reply):
    """One customer who was not served."""

    id: int
    customer_id: int
    channel: str
    queue_start_time: str
    queue_seconds: int
    queue_name: str
    customer_name: CustomerShape | None
    im_web_plugin_id: int | None
    menu_names: str | None = None


class ShutQueues(Reply):
    """By the moment at which the waiting began."""

    code: int = SUCCESS
    shut_queues: list[ShutQueue]
    meta: Meta


@TABLE.add(
    "GET",
    "/im/im_queues",
    section="放弃排队查询",
    note=(
        "customer_name is the whole customer, as in the example, and null for one who was removed; queue_seconds is a number; "
        "a day as end_time has all its hours (ruling 18). Assumed: start_time and end_time may be left out; queue_name is the name "
        "that POST /im/sessions answers."
    ),
)
def im_queues(call: Call, ask: QueuesAsk) -> ShutQueues:
    """Customers who left a queue without having been served, time-outs included."""
    if ask.start_time is not None and ask.end_time is not None and ask.start_time > ask.end_time:
        raise invalid("end_time", "is before start_time")
    size = page_size(call, ask.per_page, default=30)
    rows = call.desk.abandoned_between(ask.start_time, ask.end_time)
    shown, meta = one_page(rows, page=ask.page, size=size)
    return ShutQueues(shut_queues=[_shut_queue(call, row) for row in shown], meta=meta)


def _shut_queue(call: Call, row: AbandonedQueue) -> ShutQueue:
    waiting = call.desk.customer_by("id", row.customer_id)
    return ShutQueue(
        id=row.id,
        customer_id=row.customer_id,
        channel=row.channel,
        queue_start_time=iso8601(row.joined_at),
        queue_seconds=int((row.left_at - row.joined_at).total_seconds()),
        queue_name=queue_name(row.target),
        customer_name=customer(waiting, channel=row.channel) if waiting is not None else None,
        im_web_plugin_id=row.im_web_plugin_id,
    )
