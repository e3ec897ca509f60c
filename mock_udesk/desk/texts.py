"""The service's own words: what customers read that no agent has typed."""

from datetime import datetime

from .numbers import next_message_id
from .records import Data, Message, Sender
from .state import Counters, Policy

# Doc: im-api-v2 §消息内容详情 and §回复消息通知.
SESSION_STARTED = "对话开始"
TRANSFER = "会话转接"
TRANSFERRED = "会话转接成功,客服{name}为您服务"
SESSION_CLOSED = "会话关闭"
# Source: contract §5.4, a push that was seen; ruling 15.
GOODBYE = "会话结束,祝您愉快!"
# Source: contract §11, rows of im/sessions/log that were seen. Assumed: the option's text follows.
RATED = "客户评价:{option}"
# Doc: im-api-v2 §创建会话(请求分配客服): API匿名用户(customer_token). Assumed: the others are named alike.
ANONYMOUS = {
    "token": "API匿名用户({token})",
    "web_token": "WEB匿名用户({token})",
    "sdk_token": "SDK匿名用户({token})",
}
# Doc: im-api-v2 §机器人返回, unknow_message of the example: what a new robot says to what it does not know.
ROBOTS_UNKNOWN = (
    "<p>对不起,我目前只能回答常见的业务相关问题!此问题暂不在我知识范围内,我会继续努力学习的!"
    "您也可以换个简单的问法向我提问,或许我就可以回答您了...</p>"
)
# Assumed: the doc has no text for it. What a new urobot says to sensitive words.
SENSITIVE_ANSWER = "您的消息里有敏感词，我不能回答。请换个问题，我很乐意帮您。"

_FULL_WIDTH = str.maketrans(",!?();:", "\uff0c\uff01\uff1f\uff08\uff09\uff1b\uff1a")


def full_width(text: str) -> str:
    """A text with full-width punctuation. Ruling 28."""
    return text.translate(_FULL_WIDTH)


def worded(text: str, policy: Policy, **names: str) -> str:
    """One of the texts with its names filled in; full-width punctuation by policy, names as they are. Ruling 28."""
    return (full_width(text) if policy.fullwidth else text).format(**names)


def system_message(counters: Counters, type_: str, data: Data, agent_id: int, now: datetime) -> Message:
    """A message that the service itself adds to an agent's session."""
    return Message(
        id=next_message_id(counters, now),
        sender=Sender.SYSTEM,
        type=type_,
        data=data,
        created_at=now,
        agent_id=agent_id,
    )
