"""Abandoned queues over a real socket, expectations from the document."""

from typing import Any

import pytest

from ..integrator import Udesk
from . import talk


async def abandoned(udesk: Udesk, **query: Any) -> Any:
    return (await udesk.call("GET", "/im/im_queues", query=query)).body


async def gives_up(udesk: Udesk, token: str, after_seconds: float = 0) -> None:
    """A customer waits for a while, and goes."""
    await talk.ask(udesk, token)
    await udesk.advance(after_seconds)
    query = {"customer_token": token, "queue": "queue:company:1"}
    talk.assert_done(await udesk.call("DELETE", "/im/sessions/close_queue", query=query))


async def test_who_gave_up_is_listed_with_the_whole_customer(udesk: Udesk) -> None:
    """§放弃排队查询: customer_name is the customer, queue_seconds a number (ruling 18), meta has both counts (ruling 21)."""
    await talk.full(udesk)
    await gives_up(udesk, "c-1", 27)

    body = await abandoned(udesk, start_time="2026-11-22", end_time="2026-11-22")

    customer = (await udesk.call("GET", "/customers/get_customer", query={"type": "token", "content": "c-1"})).body
    assert body == {
        "code": 1000,
        "shut_queues": [
            {
                "id": 1,
                "customer_id": customer["customer"]["id"],
                "channel": "api",
                "queue_start_time": "2026-11-22T10:00:00.000+08:00",
                "queue_seconds": 27,
                "queue_name": "queue:company:1",
                "customer_name": customer["customer"],
                "im_web_plugin_id": None,
                "menu_names": None,
            }
        ],
        "meta": {"current_page": 1, "total_pages": 1, "count": 1, "total_count": 1},
    }


async def test_the_suffix_of_the_older_page_is_taken(udesk: Udesk) -> None:
    """Contract §4.24: im_queues.json."""
    answer = await udesk.call("GET", "/im/im_queues.json")

    assert answer.body == {
        "code": 1000,
        "shut_queues": [],
        "meta": {"current_page": 1, "total_pages": 0, "count": 0, "total_count": 0},
    }


async def test_who_waited_too_long_is_listed_too(udesk: Udesk) -> None:
    """Ruling 15, ruling 18: time-outs are included."""
    await talk.settings(udesk, queue_timeout_seconds=60)
    await talk.full(udesk)
    await talk.ask(udesk)

    await udesk.advance(60)

    assert [row["queue_seconds"] for row in (await abandoned(udesk))["shut_queues"]] == [60]


@pytest.mark.parametrize(
    ("window", "count"),
    [
        ({"start_time": "2026-11-22", "end_time": "2026-11-22"}, 1),
        ({"start_time": "2026-11-22 10:00:00", "end_time": "2026-11-22 10:00:00"}, 1),
        ({"start_time": "2026-11-22T02:00:00.000Z"}, 1),
        ({"end_time": "2026-11-22"}, 1),
        ({"start_time": "2026-11-22 10:00:01"}, 0),
        ({"end_time": "2026-11-22 09:59:59"}, 0),
        ({"end_time": "2026-11-21"}, 0),
        ({"start_time": "", "end_time": ""}, 1),
    ],
)
async def test_the_window_is_of_the_moment_at_which_the_waiting_began(
    udesk: Udesk, window: dict[str, str], count: int
) -> None:
    """§放弃排队查询; ruling 18: a day as an end is inclusive."""
    await talk.full(udesk)
    await gives_up(udesk, "c-1", 86_400)

    assert (await abandoned(udesk, **window))["meta"]["total_count"] == count


async def test_the_rows_come_in_pages(udesk: Udesk) -> None:
    """§放弃排队查询: page from 1, per_page; count is 当页总数."""
    await talk.full(udesk)
    for number in range(5):
        await gives_up(udesk, f"c-{number}")

    pages = [await abandoned(udesk, page=page, per_page=2) for page in (1, 3, 4)]

    assert [[row["id"] for row in page["shut_queues"]] for page in pages] == [[1, 2], [5], []]
    assert pages[1]["meta"] == {"current_page": 3, "total_pages": 3, "count": 1, "total_count": 5}


async def test_a_page_has_at_most_a_hundred_rows(udesk: Udesk) -> None:
    """§放弃排队查询: 最大100. Assumed: a larger one is answered with 100."""
    assert (await abandoned(udesk, per_page=1000))["code"] == 1000
    assert "at most 100" in await talk.warnings(udesk)


async def test_a_customer_who_was_removed_is_null(udesk: Udesk) -> None:
    """The row stays though the customer is gone."""
    await talk.full(udesk)
    await talk.ask(udesk)
    await udesk.call("DELETE", "/customers/destroy_customer", query={"type": "token", "content": "c-1"})

    assert [row["customer_name"] for row in (await abandoned(udesk))["shut_queues"]] == [None]


@pytest.mark.parametrize(
    ("name", "value"),
    [("start_time", "x"), ("end_time", "2026-02-30"), ("page", 0), ("page", "x"), ("per_page", -1), ("page", 2**63)],
)
async def test_malformed_values_are_refused_by_name(udesk: Udesk, name: str, value: Any) -> None:
    """Ruling 5."""
    talk.assert_malformed(await udesk.call("GET", "/im/im_queues", query={name: value}), name)


async def test_a_window_that_ends_before_it_begins_is_refused(udesk: Udesk) -> None:
    """Ruling 5."""
    query = {"start_time": "2026-11-22", "end_time": "2026-11-21"}

    talk.assert_malformed(await udesk.call("GET", "/im/im_queues", query=query), "end_time")


async def test_a_web_customer_looks_as_in_the_documents_example(udesk: Udesk) -> None:
    """§放弃排队查询, 返回: source_channel web_im, platform_id 4, the filters of tickets, an object for the device."""
    await talk.settings(udesk, queue_timeout_seconds=60)
    await talk.full(udesk)
    await udesk.operator("POST", "/sessions", {"web_token": "w"})
    await udesk.advance(60)

    (row,) = (await abandoned(udesk))["shut_queues"]

    customer = row["customer_name"]
    assert (row["channel"], customer["source_channel"], customer["platform_id"]) == ("web", "web_im", 4)
    assert customer["latest_device_info"] == {}
    assert set(customer["ticket_show_filters"].values()) == {"true"}
