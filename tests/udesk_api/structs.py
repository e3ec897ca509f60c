"""Sentences that tests of structured messages begin with; the sign is made here from the document alone."""

import hashlib
from collections.abc import Mapping
from typing import Any

from ..integrator import Answer, Udesk

PATH = "/im/sessions/struct_messages"
SENT = {"status": 1000, "message": "发送成功"}
JID = "12dsafdaslj129das-12fds912-12dsa"
# §发送 IM 结构化消息, 示例.
DATA: dict[str, Any] = {
    "title": "测试API发送结构化消息",
    "description": "该消息来自API",
    "img_url": "https://www.udesk.cn/images/index/banner01.jpg",
    "buttons": [
        {"type": "link", "text": "访问", "value": "https://www.udesk.cn"},
        {"type": "phone", "text": "拨打电话", "value": "010-12345678"},
        {"type": "sdk_callback", "callback_name": "sdk_callback", "text": "回调按钮", "value": "v1"},
    ],
}


def signed(udesk: Udesk, ids: Mapping[str, Any], **changes: Any) -> dict[str, Any]:
    """A query with its sign: MD5 over the named values in this order, & and the secret. Doc: §自定义 IM 结构化消息列表页面, the example."""
    values: dict[str, Any] = {**ids, "timestamp": udesk.timestamp, **changes}
    names = ("im_sub_session_id", "customer_id", "agent_id", "timestamp")
    text = "&".join([*(f"{name}={values[name]}" for name in names if values.get(name) is not None), udesk.secret])
    query = {name: value for name, value in values.items() if value is not None}
    return {"sign": hashlib.md5(text.encode()).hexdigest()} | query


async def session(udesk: Udesk, **who: Any) -> dict[str, int]:
    """A customer of the SDK gets an agent; the three ids of the query."""
    answer = await udesk.operator("POST", "/sessions", who or {"sdk_token": "sdk-1", "jid_resource": JID})
    assert answer.status == 201, answer.raw
    return {
        "im_sub_session_id": answer.body["id"],
        "customer_id": answer.body["customer"]["id"],
        "agent_id": answer.body["agent"]["id"],
    }


async def send(udesk: Udesk, ids: Mapping[str, Any], body: Any = None, **changes: Any) -> Answer:
    """The app sends a structured message, the document's unless another is given; `changes` are of the query and signed with it."""
    sent = {"data": DATA} if body is None else body
    return await udesk.call("POST", PATH, query=signed(udesk, ids, **changes), json=sent, signed=False)
