"""Sessions: asking for an agent or a robot, closing, deleting, giving up a queue, and what the customer is typing."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self, assert_never

from pydantic import Field, ModelWrapValidatorHandler, PrivateAttr, ValidationError, model_validator

from ..company.call import Call
from ..company.pushes.shapes import SurveyOptions, parse_queue_name, queue_name, text
from ..desk.commands import (
    AskForAgent,
    Assigned,
    Assigning,
    CloseByCustomer,
    DestroySessions,
    GiveUpQueue,
    NobodyOnline,
    PreviewMessage,
    Queued,
)
from ..desk.errors import NOBODY_ONLINE, NOT_ENABLED, QUEUEING, SUCCESS, DeskError
from ..desk.records import Origin, Session
from ..endpoint import Ask, Blank, Integer, Limit, OptionalInteger, OptionalToken, Reply, Table, Token
from ..endpoint import Text as LongText
from .fields import DONE, SUCCEEDED, Done, End, Start, expect_order
from .robot_sessions import RobotReply, UrobotReply, begin_with_robot, begin_with_urobot

TABLE = Table()

# Doc: im-api-v2 §创建会话(请求分配客服), the examples.
QUEUED = "当前客服正繁忙,您排在第{place}位。"
# An ASCII ! on every page that has it, so the setting fullwidth leaves it alone. Source: contract §4.1.
BEING_ASSIGNED = "客服分配中!"
NOBODY = "当前没有客服在线"

AssignType = Annotated[Literal["robot", "urobot", "agent"] | None, Blank]


class CreateSession(Ask):
    """Asks for somebody, a robot unless told otherwise. `agent_id` wins over `group_id`, both over `assign_type`."""

    customer_token: Token
    assign_type: AssignType = None
    agent_id: OptionalInteger = None
    group_id: OptionalInteger = None
    channel: OptionalToken = None
    robot_role_id: OptionalToken = None
    robot_id: Annotated[OptionalInteger, Field(description="Required with assign_type urobot")] = None
    scene_id: Annotated[OptionalInteger, Field(description="Required with assign_type urobot")] = None
    # Documented for reading unread messages alone; kept where a client sends it here (ruling 18).
    app_id: OptionalInteger = None
    _warnings: tuple[str, ...] = PrivateAttr(())

    @model_validator(mode="wrap")
    @classmethod
    def _without_what_does_not_count(cls, values: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        try:
            return handler(values)
        except ValidationError as error:
            wrong = {row["loc"][0] for row in error.errors(include_url=False) if row["loc"]}
            passed_over = {name: why for name, why in _not_counting(values).items() if name in wrong}
            if not passed_over:
                raise
        ask = handler({name: value for name, value in values.items() if name not in passed_over})
        ask._warnings = tuple(
            f"{name} {values[name]!r:.80} was passed over: {why}" for name, why in passed_over.items()
        )
        return ask


def _not_counting(values: Mapping[str, Any]) -> dict[str, str]:
    """What may be anything in this call, and why. Doc: im-api-v2 §创建会话(请求分配客服), agent_id and group_id."""
    # Assumed: the document has no app_id here, so a wrong one does no harm.
    reasons = {"app_id": "it is no number"}
    if _is_given(values.get("agent_id")):
        reasons |= dict.fromkeys(("group_id", "assign_type"), "agent_id is given")
    elif _is_given(values.get("group_id")):
        reasons["assign_type"] = "group_id is given"
    return reasons


def _is_given(value: object) -> bool:
    return value is not None and not (isinstance(value, str) and not value.strip())


class AgentInfo(Reply):
    """Who took the customer. Doc: im-api-v2 §请求客服返回."""

    im_sub_session_id: int
    count: int = 0
    agent_id: int
    agent_name: str
    agent_avatar: str
    survey_options: SurveyOptions


class QueuePlace(Reply):
    """Where the customer waits. Doc: im-api-v2 §排队返回."""

    count: int
    queue: str


class NoPlace(Reply):
    """Nobody yet: an agent is being assigned (分配临界), or nobody is online (客服不在线)."""

    count: int = 0


class SessionReply(Reply):
    """1000 a session, 2001 in a queue or being assigned, 2002 nobody online."""

    code: int
    message: str
    assign_type: Literal["agent"] = "agent"
    assign_info: AgentInfo | QueuePlace | NoPlace


@TABLE.add(
    "POST",
    "/im/sessions",
    section="创建会话(请求分配客服)",
    note=(
        "Unknown agent_id 5050, group_id 5060 (ruling 8), urobot or scene 2005 (ruling 17). `message` of a 1000 is 请求成功, by "
        "setting the welcome text (ruling 11). What agent_id or group_id make the service ignore may be anything, with a warning. "
        "A robot neither ends a session nor leaves a queue (ruling 7). topAsk has the document's misspelt keys and the right ones "
        "(ruling 21). Assumed: app_id may be anything too; with assign_type robot a robot_id that is no robot's and a scene_id are "
        "passed over with a warning; each asking for a urobot begins a new talk."
    ),
)
def create_session(call: Call, ask: CreateSession) -> SessionReply | RobotReply | UrobotReply:
    """Asks for a robot, an agent, a group or anybody; an open session or a place in the queue is returned again."""
    for warning in ask._warnings:
        call.warn(warning)
    origin = Origin(channel=ask.channel or "api", robot_role_id=ask.robot_role_id, app_id=ask.app_id)
    if ask.agent_id is None and ask.group_id is None and ask.assign_type != "agent":
        begin = begin_with_urobot if ask.assign_type == "urobot" else begin_with_robot
        return begin(
            call, customer_token=ask.customer_token, robot_id=ask.robot_id, scene_id=ask.scene_id, origin=origin
        )
    answer = call.submit(
        AskForAgent(customer_token=ask.customer_token, agent_id=ask.agent_id, group_id=ask.group_id, origin=origin)
    )
    settings = call.settings
    match answer:
        case Assigned():
            return _assigned(call, answer.session)
        case Queued():
            call.entry.detail = answer.reason
            message = text(QUEUED.format(place=answer.place), settings)
            place = QueuePlace(count=answer.place, queue=queue_name(answer.target))
            return SessionReply(code=QUEUEING, message=message, assign_info=place)
        case Assigning():
            return SessionReply(code=QUEUEING, message=BEING_ASSIGNED, assign_info=NoPlace())
        case NobodyOnline():
            call.entry.detail = answer.reason
            return SessionReply(code=NOBODY_ONLINE, message=text(NOBODY, settings), assign_info=NoPlace())
        case _:
            assert_never(answer)


def _assigned(call: Call, session: Session) -> SessionReply:
    agent = call.desk.state.agents[session.agent_id]
    is_welcome = call.settings.session_message == "welcome" and agent.welcome
    return SessionReply(
        code=SUCCESS,
        message=agent.welcome if is_welcome else SUCCEEDED,
        assign_info=AgentInfo(
            im_sub_session_id=session.id,
            agent_id=agent.id,
            agent_name=agent.shown_name,
            agent_avatar=agent.avatar,
            survey_options=call.company.survey_options,
        ),
    )


class CloseIt(Ask):
    """Which session."""

    session_id: Integer


@TABLE.add(
    "DELETE",
    "/im/sessions/{session_id}",
    section="关闭会话",
    note="A close (normal) is pushed, by setting not (ruling 12). Unknown or closed: 2062 (ruling 13).",
)
def close_session(call: Call, ask: CloseIt) -> Done:
    """The customer closes a session."""
    call.submit(CloseByCustomer(ask.session_id))
    return DONE


class DestroyThem(Ask):
    """Closed sessions made between two moments, ends included; of one customer or of all."""

    start_time: Start
    end_time: End
    customer_id: OptionalInteger = None


@TABLE.add(
    "DELETE",
    "/im/sessions/destroy_session",
    section="删除会话",
    note="Assumed: open sessions stay, an unknown customer_id has none to delete.",
)
def destroy_sessions(call: Call, ask: DestroyThem) -> Done:
    """Deletes closed sessions by the moment they were made."""
    expect_order(ask.start_time, ask.end_time)
    if ask.customer_id is not None and call.desk.customer_by("id", ask.customer_id) is None:
        call.warn(f"no customer has the id {ask.customer_id}")
    call.submit(DestroySessions(ask.start_time, ask.end_time, ask.customer_id))
    return DONE


class CloseQueue(Ask):
    """Who leaves which queue: its name as POST /im/sessions answered it."""

    customer_token: Token
    queue: Token


@TABLE.add(
    "DELETE",
    "/im/sessions/close_queue",
    section="放弃排队",
    note="Assumed: a wrong queue or no place is 2062 (ruling 13), an unknown customer_token 2015 (ruling 6).",
)
def close_queue(call: Call, ask: CloseQueue) -> Done:
    """The customer gives up waiting."""
    call.submit(GiveUpQueue(ask.customer_token, parse_queue_name(ask.queue)))
    return DONE


class Preview(Ask):
    """What the customer is typing; an empty text clears it."""

    session_id: Integer
    content: Annotated[LongText, Field(description="An empty text clears the preview")]


@TABLE.add(
    "PUT",
    "/im/sessions/{session_id}/message_preview",
    section="发送消息预览",
    limit=Limit(3, 1, per="session_id"),
    note="Opened for the company by setting message_preview; otherwise 2065.",
)
def message_preview(call: Call, ask: Preview) -> Done:
    """Shows the agent what the customer is typing."""
    if not call.settings.message_preview:
        raise DeskError(NOT_ENABLED, detail="the setting message_preview is off")
    call.submit(PreviewMessage(ask.session_id, ask.content))
    return DONE
