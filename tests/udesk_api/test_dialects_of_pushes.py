"""Settings that change where, when and in which form pushes go, on both of their sides, switched while the company lives."""

from typing import Any

from ..integrator import Udesk
from . import talk


async def deliveries(udesk: Udesk) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await udesk.operator("GET", "/deliveries")).body["deliveries"]
    return found


async def test_a_receiver_has_so_long(udesk: Udesk) -> None:
    """push_timeout_seconds, ruling 19: a slow receiver is too late, then in time; real seconds, for the receiver is real."""
    await talk.settings(udesk, push_timeout_seconds=0.05, push_retry_seconds=[])
    udesk.receiver.answer_with("slow", "slow")
    await talk.session(udesk)
    await udesk.settle()

    await talk.settings(udesk, push_timeout_seconds=60)
    await talk.session(udesk, "c-2")
    await udesk.receiver.arrived(2)
    udesk.receiver.release()
    await udesk.settle()

    first, second = await deliveries(udesk)
    assert [row["state"] for row in (first, second)] == ["failed", "delivered"]
    assert first["attempts"][0]["reason"] == "no answer within 0.05 s"


async def test_the_waits_before_other_attempts(udesk: Udesk) -> None:
    """push_retry_seconds, ruling 19: 10, 30, 60, 300, 900 s after the end of the attempt before; by setting others; then failed."""
    udesk.receiver.always(500)
    counts = []
    for token, waits in (("c-1", None), ("c-2", [5, 7])):
        if waits is not None:
            await talk.settings(udesk, push_retry_seconds=waits)
        came = len(udesk.receiver.requests)
        await talk.session(udesk, token)
        for seconds in (0, *(waits or (10, 30, 60, 300, 900))):
            await udesk.advance(max(0, seconds - 0.5))
            before = len(udesk.receiver.requests)
            await udesk.advance(0.5 if seconds else 0)
            counts.append((before - came, len(udesk.receiver.requests) - came))

    assert counts == [(1, 1), (1, 2), (2, 3), (3, 4), (4, 5), (5, 6), (1, 1), (1, 2), (2, 3)]
    assert {row["state"] for row in await deliveries(udesk)} == {"failed"}


async def test_times_are_compact_or_dashed(udesk: Udesk) -> None:
    """receive_time_format, ruling 20: as in the field table, or as in the example of a close."""
    session_id = await talk.session(udesk)
    for value in ("compact", "dashed", "compact"):
        await talk.settings(udesk, receive_time_format=value)
        await talk.agent_says(udesk, session_id, "x")
        await udesk.settle()

    times = [push["messages"][0]["message_created_at"] for push in (await udesk.pushes())[1:]]
    assert times == ["20261122 10:00:00", "2026-11-22 10:00:00", "20261122 10:00:00"]


async def web_session(udesk: Udesk) -> int:
    answer = await udesk.operator("POST", "/sessions", {"web_token": "w", "im_web_plugin_id": 1})
    session_id: int = answer.body["id"]
    body = {"web_token": "w", "im_web_plugin_id": 1, "h5push": True}
    assert (await udesk.call("POST", "/im/h5push", json=body)).body["code"] == 1000
    return session_id


async def test_h5_pushes_go_nowhere_or_to_the_url(udesk: Udesk) -> None:
    """h5_push_url, ruling 22; §H5离线推送: 仅当开启并配置了H5url生效."""
    session_id = await web_session(udesk)
    said = {}
    for url in (None, udesk.h5.url, None):
        await talk.settings(udesk, h5_push_url=url)
        message_id = await talk.agent_says(udesk, session_id, "x")
        await udesk.settle()
        said[message_id] = url is not None

    ids = [body["message"]["message_id"] for body in udesk.h5.bodies]
    assert ids == [message_id for message_id, is_set in said.items() if is_set]


async def test_h5_bodies_are_the_documents_or_the_older_ones(udesk: Udesk) -> None:
    """h5_shape, ruling 22: `legacy` for {web_token, messages} alone, as a running receiver gets it (contract §11)."""
    await talk.settings(udesk, h5_push_url=udesk.h5.url)
    session_id = await web_session(udesk)
    for value in ("document", "legacy"):
        await talk.settings(udesk, h5_shape=value)
        await talk.agent_says(udesk, session_id, "x")
        await udesk.settle()

    document, legacy = udesk.h5.bodies
    assert document.keys() == {"web_token", "customer_token", "messages", "message"}
    assert (document["message"]["type"], document["messages"][0]["type"]) == ("off_push", "off_push")
    assert legacy.keys() == {"web_token", "messages"}
    (row,) = legacy["messages"]
    assert row["type"] == "message"
    assert row.keys() == {
        "type",
        "message_id",
        "agent_id",
        "agent_name",
        "im_sub_session_id",
        "message_created_at",
        "data",
    }
