"""What robots are and what they know: questions with answers, small talk, flows, sensitive words. Plain data, one model for robot and urobot."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Something a robot can answer. Guidance 问题引导 and related 相关问题 are titles of other questions, or of flows.

    The id is `question_id` and `aid` on the wire; with `flow_id` the answer begins that flow.
    """

    id: int
    title: str
    answer: str
    similar: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    guidance: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    link: str = ""
    flow_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SmallTalk:
    """Something a robot answers out of politeness 寒暄. Doc: im-api-v2 §回复消息通知: 0为寒暄库,非问答."""

    title: str
    answer: str
    similar: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowItem:
    """One line of a flow: a click on it goes on to another flow or asks a question; without either it is text alone."""

    text: str
    flow_id: int | None = None
    question_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """One page of choices. Doc: im-api-v2 §流程问题接口."""

    id: int
    title: str
    items: tuple[FlowItem, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Knowledge:
    """All that a robot knows; `unknown` is what it says to everything else."""

    questions: tuple[Question, ...] = ()
    small_talk: tuple[SmallTalk, ...] = ()
    flows: tuple[Flow, ...] = ()
    unknown: str = ""
    sensitive_words: tuple[str, ...] = ()
    sensitive_answer: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Robot:
    """A robot of 云问: asked with im_sub_session_id 0 or empty. Doc: im-api-v2 §机器人返回."""

    id: int
    name: str
    avatar: str = ""
    welcome: str = ""
    knowledge: Knowledge = Knowledge()


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """Where a urobot is used 场景."""

    id: int
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TopAsk:
    """One heading of a urobot's frequent questions 常见问题."""

    id: int
    name: str
    question_ids: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Urobot:
    """A robot of Udesk's own: asked with -1. Doc: im-api-v2 §机器人返回, §获取urobot列表."""

    id: int
    name: str
    created_at: datetime
    logo: str = ""
    scenes: tuple[Scene, ...] = ()
    leading: str = ""  # 引导语
    hello: str = ""  # 欢迎语
    top_asks: tuple[TopAsk, ...] = ()
    knowledge: Knowledge = Knowledge()
