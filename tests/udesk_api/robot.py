"""Sentences that tests of robots begin with: one robot and one urobot that know the same, beside the seeded ones."""

from typing import Any

from mock_udesk.desk.talks import Talk

from ..integrator import Answer, Udesk
from . import talk

ROBOT, UROBOT, SCENE, OTHER_SCENE = 7, 54, 39, 40
UNKNOWN = "<p>对不起,此问题暂不在我知识范围内</p>"
TOP_QUESTION, FLOW, NEXT_FLOW = 2122, 81, 82
KNOWLEDGE: dict[str, Any] = {
    "questions": [
        {
            "id": 12,
            "question": "公司业务是什么",
            "answer": "嗨,我们是做云客服的公司!",
            "similar": ["你们是做什么的"],
            "keywords": ["业务"],
            "guidance": ["你会什么业务"],
            "related": ["公司在哪里", "账号申诉"],
            "link": "https://www.udesk.cn",
        },
        {"id": TOP_QUESTION, "question": "你会什么业务", "answer": "会答问题", "keywords": ["开票"]},
        {"id": 30, "question": "公司在哪里", "answer": "北京", "keywords": ["地址", "开票"]},
        {"id": 434, "question": "账号申诉", "answer": "申诉流程", "flow": FLOW},
    ],
    "chat": [{"question": "你好", "answer": "您好!"}],
    "flows": [
        {
            "id": FLOW,
            "title": "申诉",
            "items": [
                {"text": "流程子项A跳转子项-1", "flow": NEXT_FLOW},
                {"text": "流程子项A跳转子项-2"},
                {"text": "公司在哪里", "question": 30},
            ],
        },
        {"id": NEXT_FLOW, "title": "流程子项A", "items": [{"text": "到此为止"}]},
    ],
    "unknown": UNKNOWN,
}


async def have_robot(udesk: Udesk) -> None:
    """The operator adds a robot."""
    fields = {"id": ROBOT, "name": "Udesk客服机器人", "avatar": "https://x.test/r.png", "welcome": "<p>您好</p>"}
    answer = await udesk.operator("POST", "/robots", {**fields, **KNOWLEDGE})
    assert answer.status == 201, answer.raw


async def have_urobot(udesk: Udesk, robot_id: int = UROBOT, **more: Any) -> None:
    """The operator adds a urobot."""
    fields: dict[str, Any] = {
        "id": robot_id,
        "name": "测试",
        "scenes": [{"id": SCENE, "name": "默认场景"}, {"id": OTHER_SCENE, "name": "系统默认场景"}],
        "leading": "引导",
        "hello": "你好,很高兴为您服务!",
        "top_ask": [{"id": 2, "name": "问题类型1", "questions": [TOP_QUESTION, 30]}],
        "sensitive_words": ["坏话"],
        "sensitive_answer": "请文明用语",
    }
    answer = await udesk.operator("POST", "/urobots", {**fields, **KNOWLEDGE, **more})
    assert answer.status == 201, answer.raw


async def ask_for(udesk: Udesk, token: str = "c-1", **more: Any) -> Answer:
    """A customer asks for a robot, or with assign_type for somebody else."""
    return await udesk.call(
        "POST", "/im/sessions", json={"customer_token": token, "assign_type": "robot", "robot_id": ROBOT, **more}
    )


async def begin(udesk: Udesk, token: str = "c-1", **more: Any) -> dict[str, Any]:
    """A customer begins to talk to the urobot; its assign_info."""
    asked = {"assign_type": "urobot", "robot_id": UROBOT, "scene_id": SCENE, **more}
    answer = await ask_for(udesk, token, **asked)
    assert answer.body["code"] == 1000, answer.raw
    found: dict[str, Any] = answer.body["assign_info"]
    return found


async def say_to_urobot(udesk: Udesk, text: str, /, **more: Any) -> Answer:
    """A customer says something to the urobot, without a message_id unless one is given."""
    return await talk.say(udesk, -1, "", text, **{"robot_id": UROBOT, "scene_id": SCENE, **more})


async def answered(udesk: Udesk) -> list[Any]:
    """What was pushed of robots, oldest first: the `messages` of each."""
    return [push["messages"] for push in await udesk.pushes() if push.get("assign_type") in ("robot", "urobot")]


def talk_of(udesk: Udesk, talk_id: int) -> Talk:
    """The talk as the desk has it."""
    return udesk.slot.company.look().state.talks[talk_id]
