"""The rows of conversation records 会话记录: what is told of a session, of what was said in it, and of its rating."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

from pydantic import Field
from pydantic_core import to_json

from ..company.call import Call
from ..company.pushes.shapes import beijing, queue_name
from ..desk.records import Closer, Message, Origin, Sender, Session
from ..desk.talks import Exchange, Talk
from ..endpoint import Reply

# Source: contract §11: 「未排队」 where nobody waited.
NEVER_QUEUED = "未排队"
# Doc: im-api-v2 §放弃排队查询, channel.
_CHANNELS = frozenset({"web", "wechat", "ios", "android", "weibo", "api", "mchat"})
# Assumed: no source has a value of close_method or way_of_open_session; these say what happened.
_CLOSE_METHODS: Mapping[Closer, str] = {
    Closer.AGENT: "客服关闭",
    Closer.CUSTOMER: "客户关闭",
    Closer.OPERATOR: "强制关闭",
    Closer.TIMER: "超时关闭",
    Closer.TRANSFER: "转接关闭",
}
_BY_CUSTOMER, _BY_ROBOT, _BY_TRANSFER = "客户发起", "机器人转人工", "客服转接"
# Doc: im-api-v2 §会话评价(评价客服), resolved_state_v2; 2 is what a running client sends for unsolved (ruling 16).
_RESOLVED: Mapping[int | None, str] = {0: "已解决", 1: "未解决", 2: "未解决"}


class SessionRow(Reply):
    """A session. Times are Beijing's. Null is what is not there yet, or what a mock's desk has no notion of."""

    session_id: int = Field(description="im_sub_session_id of the other calls")
    sub_session_id: int = Field(description="The same number")
    created_at: str
    closed_at: str | None
    customer_id: int
    customer_token: str = Field(description="Empty for customers of other channels")
    customer_nick_name: str | None
    customer_email: str | None
    customer_cellphone: str | None
    customer_level: str | None
    customer_description: str | None
    agent_id: int
    agent_nick_name: str | None
    platform: str
    source: str
    belong_queue: str | None = Field(description="The queue as POST /im/sessions named it; null for who did not wait")
    way_of_open_session: str
    close_method: str | None
    im_web_plugin_id: int | None
    im_web_plugin_name: str | None = None
    customer_msg_num: int
    agent_msg_num: int
    queue_customer_msg_num: int
    sustain_seconds: int
    queue_seconds: str = Field(description="Whole seconds, or 未排队")
    resp_seconds: int | None
    avg_resp_seconds: float | None
    transfer_to_agent: bool
    survey_option_id: int | None
    survey_option_name: str | None
    survey_remark: str | None
    survey_created_at: str | None
    resolved_state: int | None
    resolved_state_name: str | None
    robot_id: int | None
    robot_name: str | None
    menu_names: list[str] = Field(default_factory=list)
    session_tags: list[str] = Field(default_factory=list)


class LogRow(Reply):
    """Something that was said or announced in a session."""

    id: str
    message_id: str
    sender: Literal["customer", "agent"]
    created_at: str
    content: str = Field(description="JSON as a text: type and data always, platform; is_welcome, auto where true")


class VoteRow(Reply):
    """A customer's latest rating of a session."""

    session_id: int
    survey_option_id: int
    created_at: str


def session_row(call: Call, session: Session) -> SessionRow:
    """A session as `SessionRow`."""
    state = call.company.desk.state
    customer, agent = state.customers.get(session.customer_id), state.agents.get(session.agent_id)
    tally = call.desk.tally(session)
    is_from_robot = bool(session.talk_ids) and session.transferred_from is None
    return SessionRow(
        session_id=session.id,
        sub_session_id=session.id,
        created_at=_beijing(session.created_at),
        closed_at=None if session.closed_at is None else _beijing(session.closed_at),
        customer_id=session.customer_id,
        customer_token=(customer.token if customer is not None else None) or "",
        customer_nick_name=customer.nick_name if customer is not None else None,
        customer_email=customer.email if customer is not None else None,
        customer_cellphone=customer.cellphones[0].content if customer is not None and customer.cellphones else None,
        customer_level=customer.level if customer is not None else None,
        customer_description=customer.description if customer is not None else None,
        agent_id=session.agent_id,
        agent_nick_name=agent.name if agent is not None else None,
        platform=_platform(session.origin),
        source=session.origin.channel,
        belong_queue=None if session.queue is None else queue_name(session.queue),
        way_of_open_session=(
            _BY_TRANSFER if session.transferred_from else _BY_ROBOT if is_from_robot else _BY_CUSTOMER
        ),
        close_method=None if session.closed_by is None else _CLOSE_METHODS[session.closed_by],
        im_web_plugin_id=session.origin.im_web_plugin_id,
        customer_msg_num=tally.from_customer,
        agent_msg_num=tally.from_agent,
        queue_customer_msg_num=tally.while_queueing,
        sustain_seconds=int(((session.closed_at or call.now) - session.created_at).total_seconds()),
        queue_seconds=NEVER_QUEUED if session.queue_seconds is None else str(int(session.queue_seconds)),
        resp_seconds=int(tally.first_wait_seconds) if tally.answers else None,
        avg_resp_seconds=round(tally.waited_seconds / tally.answers, 1) if tally.answers else None,
        transfer_to_agent=is_from_robot,
        **_rating(call, session),
        **_robot(call, session),
    )


def log_row(session: Session, message: Message) -> LogRow:
    """A message of the session as `LogRow`. Assumed: what the service itself says counts as the agent's; both ids are the message's."""
    content: dict[str, Any] = {
        "type": message.type,
        "data": message.data,
        "platform": _platform(session.origin),
    }
    if message.is_welcome:
        content["is_welcome"] = True
    if message.sender is Sender.SYSTEM:
        content["auto"] = True
    return LogRow(
        id=message.id,
        message_id=message.id,
        sender="customer" if message.sender is Sender.CUSTOMER else "agent",
        created_at=_beijing(message.created_at),
        content=to_json(content).decode(),
    )


def vote_row(session: Session) -> VoteRow:
    """The rating of a session that has one. Assumed: it was created when the customer rated."""
    survey = session.survey
    if survey is None:
        raise AssertionError(f"session {session.id} is not rated")
    return VoteRow(session_id=session.id, survey_option_id=survey.option_id, created_at=_beijing(survey.rated_at))


def _rating(call: Call, session: Session) -> dict[str, Any]:
    """The rating, with the names that its values have by now."""
    survey = session.survey
    if survey is None:
        names = ("option_id", "option_name", "remark", "created_at")
        return {**{f"survey_{name}": None for name in names}, "resolved_state": None, "resolved_state_name": None}
    options = call.settings.survey.options
    return {
        "survey_option_id": survey.option_id,
        "survey_option_name": next((option.text for option in options if option.id == survey.option_id), None),
        "survey_remark": survey.remark,
        "survey_created_at": _beijing(survey.rated_at),
        "resolved_state": survey.resolved_state,
        "resolved_state_name": _RESOLVED.get(survey.resolved_state),
    }


def _robot(call: Call, session: Session) -> dict[str, Any]:
    """The robot that the customer talked to last before the session, as it was called then."""
    last = max(reversed(call.desk.robot_part(session)), key=_last_heard, default=None)
    return {"robot_id": last[0].robot_id if last else None, "robot_name": last[0].name if last else None}


def _last_heard(part: tuple[Talk, list[Exchange]]) -> datetime:
    """When something was last said in a part of a talk; of a talk without a word, when it began."""
    talk, exchanges = part
    return exchanges[-1].message.created_at if exchanges else talk.began_at


def _platform(origin: Origin) -> str:
    """Assumed: the documented channels are platforms, and a channel of the caller's own (自定义渠道) is one of the API."""
    return origin.channel if origin.channel in _CHANNELS else "api"


def _beijing(at: datetime) -> str:
    return beijing(at, "dashed")
