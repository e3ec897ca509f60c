"""A small desk and short names for what the tests do most: ask, say, look at what was pushed, be refused."""

import re
from collections.abc import Iterable
from copy import deepcopy
from datetime import datetime, timedelta
from typing import Any, TypeVar

import pytest

from mock_udesk.desk.commands import (
    Answer,
    AskForAgent,
    Assigned,
    CloseSession,
    Command,
    Queued,
    Said,
    SendMessage,
    SendWhileQueueing,
)
from mock_udesk.desk.desk import Desk
from mock_udesk.desk.effects import Effect, Happened, Outcome, PushAnswer, PushMessages, PushRead
from mock_udesk.desk.errors import DeskError, UsageError
from mock_udesk.desk.happenings import Happening
from mock_udesk.desk.knowledge import Flow, FlowItem, Knowledge, Question, Robot, Scene, SmallTalk, TopAsk, Urobot
from mock_udesk.desk.records import Agent, AgentStatus, CloseType, Data, Group, Message, Sender, Session, Stay, Target
from mock_udesk.desk.robot_commands import AskRobot, AskUrobot, TalkToRobot, TalkToUrobot
from mock_udesk.desk.state import Counters, Policy, State
from mock_udesk.desk.talks import RobotAnswer, Talk
from tests import NOW

R = TypeVar("R")

TOM, JERRY, AFTER_SALES = 3, 4, 11
ANYBODY = Target("company")
TOMS = Target("agent", TOM)
JERRYS = Target("agent", JERRY)
GROUPS = Target("group", AFTER_SALES)

ROBOT, UROBOT, OTHER_UROBOT = 1, 2, 3
SCENE, OTHER_SCENE, THIRD_SCENE = 114, 116, 120

# Two questions share the keyword 退货; one leads into the flows, and the flows lead back to it.
RETURNS = Flow(
    id=81,
    title="退换货",
    items=(
        FlowItem(text="我要换货", flow_id=82),
        FlowItem(text="我要退货", question_id=1),
        FlowItem(text="其他请转人工"),
    ),
)
EXCHANGE = Flow(id=82, title="换货", items=(FlowItem(text="返回", flow_id=81),))
SHOP = Knowledge(
    questions=(
        Question(
            id=1,
            title="怎么退货",
            answer="七天内可以退货。",
            similar=("如何退货",),
            keywords=("退货",),
            guidance=("退换货",),
            related=("运费谁出",),
            link="https://shop.test/returns",
        ),
        Question(id=2, title="运费谁出", answer="我们出。", keywords=("运费", "邮费")),
        Question(id=3, title="退货要几天", answer="三天。", keywords=("退货",)),
        Question(id=4, title="账号申诉", answer="申诉流程", flow_id=81),
    ),
    small_talk=(SmallTalk(title="你好", answer="您好!", similar=("早上好",)),),
    flows=(RETURNS, EXCHANGE),
    unknown="这个我还不会。",
    sensitive_words=("坏话",),
    sensitive_answer="请文明用语。",
)


class _AnyId:
    """Equals every id the desk gives a message: `udesk_<n>` and 13 digits of milliseconds (ruling 20)."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, str) and re.fullmatch(r"udesk_\d+\d{13}", other) is not None

    def __hash__(self) -> int:
        return 0

    def __repr__(self) -> str:
        return "<any message id>"


ANY_ID: Any = _AnyId()


def later(seconds: float) -> datetime:
    """So many seconds after NOW."""
    return NOW + timedelta(seconds=seconds)


def a_desk(*, tom: int = 5, jerry: int = 5, policy: Policy | None = None) -> Desk:
    """Tom 3 and Jerry 4, online with so many places each; Jerry alone is in group 11 售后 (ruling 6)."""
    return Desk(
        State(
            policy=policy or Policy(),
            counters=Counters(agent=5, group=12),
            groups={AFTER_SALES: Group(id=AFTER_SALES, name="售后")},
            agents={
                TOM: Agent(id=TOM, name="Tom", status=AgentStatus.ONLINE, capacity=tom),
                JERRY: Agent(
                    id=JERRY, name="Jerry", status=AgentStatus.ONLINE, capacity=jerry, group_ids=[AFTER_SALES]
                ),
            },
        )
    )


def toms_desk(*, tom: int = 1, policy: Policy | None = None) -> Desk:
    """The sample desk with Jerry at home, so that only Tom takes customers; one place unless said otherwise."""
    desk = a_desk(tom=tom, policy=policy)
    desk.state.agents[JERRY].status = AgentStatus.OFFLINE
    return Desk(desk.state)


def robots_desk(*, tom: int = 5, policy: Policy | None = None) -> Desk:
    """The sample desk with Jerry at home, and with robot 1, urobot 2 in two scenes and urobot 3 in a third, which all know the shop."""
    state = toms_desk(tom=tom, policy=policy).state
    state.counters.robot, state.counters.urobot = ROBOT + 1, OTHER_UROBOT + 1
    state.robots[ROBOT] = Robot(id=ROBOT, name="小云", welcome="<p>您好</p>", knowledge=SHOP)
    scenes = (Scene(id=SCENE, name="默认场景"), Scene(id=OTHER_SCENE, name="售后场景"))
    top_asks = (TopAsk(id=7, name="热门", question_ids=(1, 2)),)
    state.urobots[UROBOT] = Urobot(
        id=UROBOT,
        name="小优",
        created_at=NOW,
        scenes=scenes,
        leading="您可以问",
        hello="您好",
        top_asks=top_asks,
        knowledge=SHOP,
    )
    state.urobots[OTHER_UROBOT] = Urobot(
        id=OTHER_UROBOT, name="小三", created_at=NOW, scenes=(Scene(id=THIRD_SCENE, name="默认场景"),), knowledge=SHOP
    )
    return Desk(state)


def talk_to_robot(desk: Desk, token: str = "c-1", *, robot_id: int | None = None, at: datetime = NOW) -> Talk:
    """The customer asks for a robot."""
    return desk.handle(TalkToRobot(customer_token=token, robot_id=robot_id), at).reply.talk


def talk_to_urobot(
    desk: Desk, token: str = "c-1", *, robot_id: int = UROBOT, scene_id: int = SCENE, at: datetime = NOW
) -> Talk:
    """The customer asks for a urobot."""
    return desk.handle(TalkToUrobot(customer_token=token, robot_id=robot_id, scene_id=scene_id), at).reply.talk


def ask_robot(
    desk: Desk, message_id: str, content: str = "怎么退货", *, token: str = "c-1", at: datetime = NOW
) -> Outcome[Said]:
    """The customer says something to the robot (0)."""
    return desk.handle(AskRobot(customer_token=token, message_id=message_id, data={"content": content}), at)


def ask_urobot(
    desk: Desk,
    content: str = "怎么退货",
    *,
    token: str = "c-1",
    message_id: str | None = None,
    talk_id: int | None = None,
    scene_id: int = SCENE,
    at: datetime = NOW,
) -> Outcome[Said]:
    """The customer says something to the urobot (-1)."""
    command = AskUrobot(
        customer_token=token,
        robot_id=UROBOT,
        scene_id=scene_id,
        data={"content": content},
        message_id=message_id,
        talk_id=talk_id,
    )
    return desk.handle(command, at)


def answer_in(effects: Iterable[Effect]) -> RobotAnswer:
    """The one robot's answer that was pushed."""
    (push,) = (effect for effect in effects if isinstance(effect, PushAnswer))
    return push.answer


def ask(
    desk: Desk, token: str, *, agent_id: int | None = None, group_id: int | None = None, at: datetime = NOW
) -> Answer:
    """The customer asks for somebody."""
    return desk.handle(AskForAgent(customer_token=token, agent_id=agent_id, group_id=group_id), at).reply


def start(
    desk: Desk, token: str, *, agent_id: int | None = None, group_id: int | None = None, at: datetime = NOW
) -> Session:
    """The customer asks and must get an agent."""
    answer = ask(desk, token, agent_id=agent_id, group_id=group_id, at=at)
    assert isinstance(answer, Assigned), answer
    return answer.session


def join(
    desk: Desk, token: str, *, agent_id: int | None = None, group_id: int | None = None, at: datetime = NOW
) -> Queued:
    """The customer asks and must have to wait."""
    answer = ask(desk, token, agent_id=agent_id, group_id=group_id, at=at)
    assert isinstance(answer, Queued), answer
    return answer


def close(desk: Desk, session: Session, *, at: datetime = NOW) -> tuple[Effect, ...]:
    """The agent closes the session; what that made happen."""
    return desk.handle(CloseSession(session.id, CloseType.NORMAL), at).effects


def say(
    desk: Desk,
    session: Session,
    message_id: str,
    content: str = "你好",
    *,
    token: str = "c-1",
    at: datetime = NOW,
) -> Said:
    """The customer says something in a session."""
    command = SendMessage(
        customer_token=token, session_id=session.id, message_id=message_id, type="message", data={"content": content}
    )
    return desk.handle(command, at).reply


def say_waiting(desk: Desk, token: str, message_id: str, content: str = "还要多久?", *, at: datetime = NOW) -> Said:
    """The customer says something while waiting (-3)."""
    command = SendWhileQueueing(customer_token=token, message_id=message_id, type="message", data={"content": content})
    return desk.handle(command, at).reply


def from_customer(message_id: str, content: str = "你好", *, at: datetime = NOW) -> Message:
    """A plain message of a customer as the desk keeps it."""
    return Message(id=message_id, sender=Sender.CUSTOMER, type="message", data={"content": content}, created_at=at)


def customer_id(desk: Desk, token: str) -> int:
    """The id of a customer who must be known."""
    customer = desk.customer_by("token", token)
    assert customer is not None
    return customer.id


def stay(desk: Desk, token: str) -> Stay:
    """The stay a customer must have."""
    found = desk.stay_of(customer_id(desk, token))
    assert found is not None
    return found


def place(desk: Desk, token: str) -> int:
    """The customer's place as the desk tells it."""
    return desk.place(stay(desk, token))


def waiting_tokens(desk: Desk, target: Target) -> list[str | None]:
    """Who stands in a queue, first to last."""
    return [desk.state.customers[waiting.customer_id].token for waiting in desk.waiting(target)]


def agents_of(desk: Desk) -> dict[str | None, int]:
    """Who talks to whom: customer token → agent id, open sessions only."""
    return {
        desk.state.customers[session.customer_id].token: session.agent_id
        for session in desk.state.sessions.values()
        if session.is_open
    }


def pushes(effects: Iterable[Effect]) -> list[tuple[int, list[tuple[str, Data]]]]:
    """What was pushed, one entry a POST: the session's id, then type and data of each message."""
    return [
        (effect.session_id, [(message.type, message.data) for message in effect.messages])
        for effect in effects
        if isinstance(effect, PushMessages)
    ]


def push_moments(effects: Iterable[Effect]) -> list[datetime]:
    """The moments of the pushes."""
    return [effect.at for effect in effects if isinstance(effect, PushMessages)]


def reads(effects: Iterable[Effect]) -> list[PushRead]:
    """The read notices among the effects."""
    return [effect for effect in effects if isinstance(effect, PushRead)]


def happened(effects: Iterable[Effect], kind: Happening) -> list[Happened]:
    """The happenings of one kind among the effects."""
    return [effect for effect in effects if isinstance(effect, Happened) and effect.kind is kind]


def customer_messages(session: Session) -> list[Message]:
    """What the customer said in a session, oldest first."""
    return [message for message in session.messages if message.sender is Sender.CUSTOMER]


def refused(desk: Desk, command: Command[R], at: datetime = NOW) -> tuple[int, str]:
    """The code and text of a refusal, which must have changed nothing."""
    before = deepcopy(desk.state)
    with pytest.raises(DeskError) as refusal:
        desk.handle(command, at)
    assert desk.state == before
    return refusal.value.code, refusal.value.message


def why_refused(desk: Desk, command: Command[R], at: datetime = NOW) -> str:
    """What the journal says of a refusal: what was wrong and what would be right."""
    with pytest.raises(DeskError) as refusal:
        desk.handle(command, at)
    return refusal.value.detail


def misused(desk: Desk, command: Command[R], at: datetime = NOW) -> str:
    """The kind of a usage error, which must have changed nothing."""
    before = deepcopy(desk.state)
    with pytest.raises(UsageError) as misuse:
        desk.handle(command, at)
    assert desk.state == before
    return misuse.value.kind
