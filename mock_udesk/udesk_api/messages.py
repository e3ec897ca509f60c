"""Messages: what customers say to agents and robots, and who has read what."""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from ..company.call import Call
from ..company.pushes.pushes import shown_message
from ..company.pushes.shapes import AgentMessage, iso8601
from ..desk.commands import ReadAgentMessages, Said, SendLeaveMessage, SendMessage, SendWhileQueueing, SetOnline
from ..desk.errors import MISSING_PARAMETER, NO_SESSION, NOT_FOUND, SESSION_CLOSED, SUCCESS, DeskError
from ..desk.robot_commands import AskRobot, AskUrobot
from ..endpoint import Ask, Blank, Integer, OptionalInteger, Reply, Table, Token
from .fields import DONE, Done, Integers, NoParameters, Texts, invalid
from .robot_hints import hinting, to_talk, to_talk_id
from .robot_sessions import known_robot

TABLE = Table()

# Doc: im-api-v2 §发送消息, im_sub_session_id.
ROBOT, UROBOT, LEAVE_MESSAGE, WHILE_QUEUEING = 0, -1, -2, -3
MOST_CONTENT = 65_535
MOST_AGENTS = 30


class MessageData(BaseModel):
    """What is looked at in what is said."""

    model_config = ConfigDict(defer_build=True)

    content: Annotated[str, Field(min_length=1, max_length=MOST_CONTENT)]


def _checked(data: dict[str, Any]) -> dict[str, Any]:
    """As it came, once it is what it has to be. The model is asked only for what is wrong: it would cost each message more."""
    content = data.get("content")
    if not isinstance(content, str) or not 0 < len(content) <= MOST_CONTENT:
        MessageData.__pydantic_validator__.validate_python(data)
    return data


# Empty counts as missing, which the handler sees: a validator of our own would cost each message more.
MessageId = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{0,255}$")]
# video and file: the list of §发送消息 lacks them, §type 类型及支持列表 has them (ruling 14).
MessageType = Literal["message", "image", "audio", "rich", "video", "file"]


class SendIt(Ask):
    """What a customer says, to whom."""

    customer_token: Token
    im_sub_session_id: Annotated[
        OptionalInteger,
        Field(description="A session; -2 leaves a message, -3 speaks while queueing; 0, empty and -1 are for robots"),
    ] = None
    message_id: Annotated[
        MessageId | None, Field(description="Letters, digits, _ and -; robots alone can do without")
    ] = None
    type: Annotated[MessageType | None, Blank] = None
    data: Annotated[
        dict[str, Any],
        AfterValidator(_checked),
        Field(description="content is required; the rest by type, see 消息内容详情"),
    ]
    robot_id: Annotated[OptionalInteger, Field(description="Required with -1")] = None
    scene_id: Annotated[OptionalInteger, Field(description="Required with -1")] = None
    urobot_session_id: Annotated[OptionalInteger, Field(description="With -1: sessionId of the urobot")] = None
    agent_id: OptionalInteger = None
    group_id: OptionalInteger = None


@TABLE.add(
    "POST",
    "/im/messages",
    section="发送消息",
    missing_code=MISSING_PARAMETER.code,
    note=(
        "A message_id seen before is taken and not delivered again, by setting refused (ruling 14). What robots answer is pushed; "
        "they take `message` alone. Assumed: an unknown urobot or scene is 2005 (ruling 17); a robot_id that is no robot's, "
        "a scene_id and a urobot_session_id sent with 0 or empty are passed over with a warning; -1 without a urobot_session_id goes "
        "on with the latest talk."
    ),
)
def send_message(call: Call, ask: SendIt) -> Done:
    """A customer says something: in a session, to a robot (0, empty, -1), while queueing (-3), or leaves a message (-2)."""
    session_id = ask.im_sub_session_id
    if session_id is None or session_id in (ROBOT, UROBOT):
        said = _ask_robot(call, ask) if session_id != UROBOT else _ask_urobot(call, ask)
        if said.is_repeat:
            _note_repeat(call, said, "not asked and not answered")
        return DONE
    if not ask.message_id:
        raise _lacking("message_id")
    said = _say(call, ask, session_id, ask.message_id)
    if said.is_repeat:
        _note_repeat(call, said, "not delivered again")
    elif ask.type in ("video", "file"):
        call.warn(f"type {ask.type} is not among those of 发送消息: message, image, audio, rich")
    return DONE


def _note_repeat(call: Call, said: Said, fate: str) -> None:
    """A message_id that this customer has used before: the desk has done nothing with it. Ruling 14."""
    message = said.message
    used = f"message_id {message.id} was used before"
    if said.is_changed:
        call.problem("reused_message_id", f"{used}, with other content: {fate}")
    if call.settings.duplicate_message == "error":
        raise invalid(
            "message_id", f"{message.id} was used at {iso8601(message.created_at)}; each message needs its own"
        )
    if not said.is_changed:
        call.warn(f"{used}: {fate}")


def _lacking(name: str) -> DeskError:
    """The refusal of a message that lacks a parameter. Doc: im-api-v2 §发送消息, 错误返回: 2062 缺少参数."""
    return DeskError(MISSING_PARAMETER, detail=f"{name} is missing")


def _ask_robot(call: Call, ask: SendIt) -> Said:
    if not ask.message_id:
        raise _lacking("message_id")
    _expect_text(ask)
    for name in ("scene_id", "urobot_session_id"):
        if getattr(ask, name) is not None:
            call.warn(f"{name} {getattr(ask, name)} was passed over: it belongs to im_sub_session_id -1")
    return call.submit(
        AskRobot(
            customer_token=ask.customer_token,
            message_id=ask.message_id,
            data=ask.data,
            robot_id=known_robot(call, ask.robot_id, "which is asked with im_sub_session_id -1"),
        )
    )


def _ask_urobot(call: Call, ask: SendIt) -> Said:
    if ask.robot_id is None:
        raise _lacking("robot_id")
    if ask.scene_id is None:
        raise _lacking("scene_id")
    _expect_text(ask)
    talk_id = ask.urobot_session_id
    with hinting(SESSION_CLOSED, lambda: to_talk_id("urobot_session_id", talk_id)):
        return call.submit(
            AskUrobot(
                customer_token=ask.customer_token,
                robot_id=ask.robot_id,
                scene_id=ask.scene_id,
                data=ask.data,
                message_id=ask.message_id or None,
                talk_id=talk_id,
            )
        )


def _expect_text(ask: SendIt) -> None:
    """Doc: im-api-v2 §发送消息, 注意: 发送给机器人的消息 type 参数目前只支持 'message' 类型."""
    if ask.type is not None and ask.type != "message":
        raise invalid("type", f"robots take message alone, found {ask.type}")


def _say(call: Call, ask: SendIt, session_id: int, message_id: str) -> Said:
    type_ = ask.type or "message"
    if session_id == LEAVE_MESSAGE:
        return call.submit(
            SendLeaveMessage(
                customer_token=ask.customer_token,
                message_id=message_id,
                type=type_,
                data=ask.data,
                agent_id=ask.agent_id,
                group_id=ask.group_id,
            )
        )
    if session_id == WHILE_QUEUEING:
        return call.submit(
            SendWhileQueueing(customer_token=ask.customer_token, message_id=message_id, type=type_, data=ask.data)
        )
    token = ask.customer_token
    try:
        return call.submit(
            SendMessage(customer_token=token, session_id=session_id, message_id=message_id, type=type_, data=ask.data)
        )
    except DeskError as error:  # not `hinting`, which would cost each message more
        said = to_talk(call, token, session_id) if error.code == SESSION_CLOSED.code else ""
        error.detail = f"{error.detail}; {said}" if said else error.detail
        raise


class UnreadOffline(Ask):
    """Whose unread messages, of which session; `app_id` tells SDK apps apart."""

    im_sub_session_id: Integer
    customer_id: Integer
    app_id: OptionalInteger = None


class UnreadMessages(Reply):
    """How many, and which, oldest first."""

    code: int = SUCCESS
    count: int
    unread_messages: list[AgentMessage]


@TABLE.add(
    "GET",
    "/im/messages/unread_customer_offline",
    section="获取客户离线未读消息",
    note=(
        "Counted as ruling 23 has it. Assumed: messages look as they are pushed; an unknown customer is 2015, an unknown or "
        "somebody else's session 2062; app_id need not be given; what was missed before a transfer counts under the new id too."
    ),
)
def unread_customer_offline(call: Call, ask: UnreadOffline) -> UnreadMessages:
    """What agents said while the customer was offline, and the customer has not read since."""
    desk = call.desk
    if desk.customer_by("id", ask.customer_id) is None:
        raise DeskError(NOT_FOUND, detail=f"no customer has the id {ask.customer_id}")
    session = desk.state.sessions.get(ask.im_sub_session_id)
    if session is None or session.customer_id != ask.customer_id:
        raise DeskError(NO_SESSION, detail=f"customer {ask.customer_id} has no session {ask.im_sub_session_id}")
    if ask.app_id is not None and ask.app_id != session.origin.app_id:
        call.warn(f"session {session.id} has app_id {session.origin.app_id}, not {ask.app_id}")
    unread = [
        AgentMessage.model_validate(shown_message(message, said_in, desk, call.settings))
        for said_in, message in desk.offline_unread(session)
    ]
    return UnreadMessages(count=len(unread), unread_messages=unread)


class OnlineState(Ask):
    """Whether the customer is there: 0 offline, 1 online."""

    customer_token: Token
    state: Annotated[int, Field(ge=0, le=1)]


@TABLE.add(
    "POST",
    "/im/customer_online_state",
    section="修改客户在线状态",
    note="Assumed: an unknown customer_token is 2015 (ruling 6).",
)
def customer_online_state(call: Call, ask: OnlineState) -> Done:
    """The app says whether the customer is there."""
    call.submit(SetOnline(ask.customer_token, ask.state == 1))
    return DONE


class ReadThem(Ask):
    """Which agent messages the customer has read."""

    session_id: Integer
    message_ids: Texts


@TABLE.add(
    "POST",
    "/im/messages/read_messages",
    section="修改客服消息已读状态",
    note=(
        "Assumed: ids that are unknown or read already are passed over with a warning; an unknown session is 2062; what was said "
        "before a transfer is read under the new id too."
    ),
)
def read_messages(call: Call, ask: ReadThem) -> Done:
    """The customer has read what the agent said."""
    passed_over = dict.fromkeys(ask.message_ids)
    for message_id in call.submit(ReadAgentMessages(ask.session_id, tuple(passed_over))):
        del passed_over[message_id]
    if passed_over:
        call.warn(f"message_ids {', '.join(passed_over)[:200]} were passed over: unknown or read already")
    return DONE


class SensitiveWords(Reply):
    """The words, with commas between them; 1 switched on, 0 off."""

    code: int = SUCCESS
    customer_words_string: str
    customer_is_open: int


@TABLE.add(
    "GET",
    "/im/im_sensitive_words",
    section="获取客户敏感词配置",
    note="The company's words, which are settings (ruling 17). Assumed: those that a urobot has of its own are not listed.",
)
def im_sensitive_words(call: Call, ask: NoParameters) -> SensitiveWords:
    """The customers' sensitive words: urobots answer them with ansType 8, nothing else does (ruling 17)."""
    settings = call.settings
    return SensitiveWords(
        customer_words_string=",".join(settings.sensitive_words), customer_is_open=int(settings.sensitive_words_open)
    )


class AgentsUnread(Ask):
    """Whose, at most 30 agents."""

    agent_ids: Annotated[Integers, Field(max_length=MOST_AGENTS)]


class AgentUnread(Reply):
    """What one agent has not dealt with."""

    agent_id: int
    unread_session_message_num: int
    unsolved_leave_message_num: int


class AgentsUnreadReply(Reply):
    """One row for each id, in the order asked."""

    code: int = SUCCESS
    results: list[AgentUnread]


@TABLE.add(
    "GET",
    "/im/messages/agent_unread_messages",
    section="获取客服未读消息",
    note="More than 30 ids 2000, unknown ids have zeros (ruling 17).",
)
def agent_unread_messages(call: Call, ask: AgentsUnread) -> AgentsUnreadReply:
    """What customers said and agents have not read, and leave messages of the last seven days that nobody solved."""
    desk, now = call.desk, call.now
    return AgentsUnreadReply(
        results=[
            AgentUnread(
                agent_id=agent_id,
                unread_session_message_num=desk.unread_session_messages(agent_id),
                unsolved_leave_message_num=desk.unsolved_leave_messages(agent_id, now),
            )
            for agent_id in ask.agent_ids
        ]
    )
