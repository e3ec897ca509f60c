"""What the document's examples speak of, brought about in a company: people and robots by the control API, numbers by the counters."""

from datetime import UTC, datetime
from typing import Any

from ..integrator import Answer, Udesk
from . import talk

# The urobot that most examples get along with: a question, two ways to ask on, a flow with both kinds of items.
KNOWLEDGE: dict[str, Any] = {
    "questions": [
        {"id": 1, "question": "怎么退货", "answer": "七天之内都可以退货", "similar": ["如何退货"]},
        {"id": 12, "question": "账号申诉", "answer": "申诉流程", "guidance": ["问题1"]},
        {"id": 307, "question": "分类问题A", "answer": "答案A"},
        {"id": 434, "question": "问题1", "answer": "答案1"},
    ],
    "chat": [{"question": "你好", "answer": "您好,很高兴为您服务"}],
    "flows": [
        {
            "id": 80,
            "title": "流程A",
            "items": [
                {"text": "流程子项A跳转子项-1", "flow": 81},
                {"text": "流程子项A跳转子项-2"},
                {"text": "分类问题A", "question": 307},
                {"text": "分类问题B"},
            ],
        },
        {"id": 81, "title": "流程子项A", "items": [{"text": "到此为止"}]},
    ],
    "unknown": "对不起,我还不会",
}
SENSITIVE: dict[str, Any] = {"sensitive_words": ["敏感词甲"], "sensitive_answer": "请文明用语"}


async def have(udesk: Udesk, path: str, **fields: Any) -> dict[str, Any]:
    """The operator adds something."""
    answer = await udesk.operator("POST", path, fields)
    assert answer.status in (200, 201), answer.raw
    found: dict[str, Any] = answer.body
    return found


def number(udesk: Udesk, **following: int) -> None:
    """The next of each number that the desk gives out: session, talk (`sessionId`), robot_log (`logId`), …"""
    counters = udesk.slot.company.look().state.counters
    for name, value in following.items():
        assert hasattr(counters, name), name
        setattr(counters, name, value)


async def robot(udesk: Udesk, robot_id: int, **more: Any) -> None:
    """A robot of 云问 with this id; whoever has it becomes this one."""
    await _have_or_change(udesk, "robot", {"id": robot_id, "name": "小云", **KNOWLEDGE, **more})


async def urobot(udesk: Udesk, robot_id: int, scene_id: int, **more: Any) -> None:
    """A urobot with this id and scene; whoever has it becomes this one."""
    scenes = [{"id": scene_id, "name": "默认场景"}]
    fields = {"id": robot_id, "name": "测试", "scenes": scenes, "top_ask": []}
    await _have_or_change(udesk, "urobot", {**fields, **KNOWLEDGE, **SENSITIVE, **more})


async def _have_or_change(udesk: Udesk, kind: str, fields: dict[str, Any]) -> None:
    robot_id = fields["id"]
    if (await udesk.operator("GET", f"/{kind}s/{robot_id}")).status == 200:
        rest = {name: value for name, value in fields.items() if name != "id"}
        answer = await udesk.operator("PATCH", f"/{kind}s/{robot_id}", rest)
        assert answer.status == 200, answer.raw
        return
    # An id that the company has passed over is never given out again: the examples speak of robots before ours.
    number(udesk, **{kind: min(robot_id, getattr(udesk.slot.company.look().state.counters, kind))})
    await have(udesk, f"/{kind}s", **fields)


async def urobot_talk(udesk: Udesk, token: str, robot_id: int, scene_id: int) -> dict[str, Any]:
    """A customer begins to talk to a urobot; its assign_info."""
    body = {"customer_token": token, "assign_type": "urobot", "robot_id": robot_id, "scene_id": scene_id}
    answer = await udesk.call("POST", "/im/sessions", json=body)
    assert answer.body["code"] == 1000, answer.raw
    found: dict[str, Any] = answer.body["assign_info"]
    return found


async def ask_urobot(udesk: Udesk, text: str, robot_id: int, scene_id: int, /, **more: Any) -> Answer:
    """A customer asks a urobot something."""
    answer = await talk.say(udesk, -1, "q-1", text, **{"robot_id": robot_id, "scene_id": scene_id, **more})
    talk.assert_done(answer)
    return answer


async def sdk_session(udesk: Udesk, **fields: Any) -> dict[str, Any]:
    """A customer of an app with the SDK gets an agent; the session."""
    return await have(udesk, "/sessions", **{"sdk_token": "s-1", **fields})


def at(timestamp: int) -> datetime:
    """A moment as an aware datetime."""
    return datetime.fromtimestamp(timestamp, UTC)
