"""The custom page of structured messages over a real socket: Doc: im-api-v2 §自定义 IM 结构化消息列表页面, ruling 24."""

import hashlib
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from ..integrator import Udesk

PAGE = "https://www.demo.com/struct_message"


async def _session(udesk: Udesk, **more: Any) -> dict[str, Any]:
    opened = await udesk.operator("POST", "/sessions", {"sdk_token": "s-1", "agent": "Jerry", **more})
    assert opened.status == 201, opened.body
    body: dict[str, Any] = opened.body
    return body


async def test_the_page_has_its_parameters_and_the_sign_of_four(udesk: Udesk) -> None:
    """In the document's order; md5 over session, customer, agent and timestamp: jid_resource is in the URL and not signed."""
    await udesk.operator("PATCH", "/company", {"struct_page_url": PAGE})
    session = await _session(udesk, jid_resource="12dsaf")
    answer = await udesk.operator("GET", f"/sessions/{session['id']}/struct-page")

    signed = f"im_sub_session_id={session['id']}&customer_id={session['customer']['id']}&agent_id=4&timestamp={udesk.timestamp}"
    assert (answer.status, answer.body["url"].partition("?")[0]) == (200, PAGE)
    assert parse_qsl(urlsplit(answer.body["url"]).query) == [
        ("im_sub_session_id", str(session["id"])),
        ("customer_id", str(session["customer"]["id"])),
        ("agent_id", "4"),
        ("jid_resource", "12dsaf"),
        ("timestamp", udesk.timestamp),
        ("sign", hashlib.md5(f"{signed}&{udesk.secret}".encode()).hexdigest()),
    ]


async def test_the_pages_parameters_send_a_structured_message(udesk: Udesk) -> None:
    """Doc: 您可以用以上参数调用发送 IM 结构化消息接口."""
    await udesk.operator("PATCH", "/company", {"struct_page_url": PAGE})
    session = await _session(udesk)
    url = (await udesk.operator("GET", f"/sessions/{session['id']}/struct-page")).body["url"]
    sent = await udesk.send(
        "POST", "/open_api_v1/im/sessions/struct_messages", urlsplit(url).query, json={"data": {"title": "卡片"}}
    )

    assert sent.body == {"status": 1000, "message": "发送成功"}


async def test_without_a_page_the_setting_is_named(udesk: Udesk) -> None:
    """409 that says how to set it."""
    session = await _session(udesk)
    answer = await udesk.operator("GET", f"/sessions/{session['id']}/struct-page")

    assert (answer.status, "struct_page_url is unset" in answer.body["error"]["message"]) == (409, True)
    assert answer.body["error"]["hint"] == 'PATCH /_mock/company {"struct_page_url": "https://…"} sets it'


async def test_a_closed_session_has_no_page(udesk: Udesk) -> None:
    """409; an unknown one is a 404."""
    await udesk.operator("PATCH", "/company", {"struct_page_url": PAGE})
    session = await _session(udesk)
    await udesk.operator("POST", f"/sessions/{session['id']}/close")
    closed = await udesk.operator("GET", f"/sessions/{session['id']}/struct-page")
    unknown = await udesk.operator("GET", "/sessions/7/struct-page")

    assert (closed.status, closed.body["error"]["message"]) == (
        409,
        f"session {session['id']} was closed by the agent (normal)",
    )
    assert unknown.status == 404
