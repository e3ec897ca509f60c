"""Wire objects that pushes and answers share: agent message, survey_options, customer, times, queue names, texts."""

import re
from datetime import datetime, timedelta, timezone
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from ...desk.records import Agent, Customer, Message, Target
from ...desk.texts import full_width
from ...endpoint import Absent
from ...settings import Settings, SurveySettings

BEIJING = timezone(timedelta(hours=8))

TimeFormat = Literal["compact", "dashed"]

# The only company number there is. Doc: im-api-v2 §排队返回 "queue:company:1:agent:486".
COMPANY_ID = 1

_TIME_FORMATS: dict[TimeFormat, str] = {"compact": "%Y%m%d %H:%M:%S", "dashed": "%Y-%m-%d %H:%M:%S"}
_QUEUE_NAME = re.compile(rf"queue:company:{COMPANY_ID}(?::(agent|group):([0-9]{{1,18}}))?", re.ASCII)


def text(words: str, settings: Settings) -> str:
    """One of the service's own texts with the company's punctuation. Ruling 28: half-width as captured, full-width by setting."""
    return full_width(words) if settings.fullwidth else words


def beijing(at: datetime, time_format: TimeFormat) -> str:
    """A moment to the second, Beijing time. Doc: im-api-v2 §回复消息通知 has both forms; ruling 20."""
    return at.astimezone(BEIJING).strftime(_TIME_FORMATS[time_format])


def iso8601(at: datetime) -> str:
    """A moment as `2022-03-25T15:55:20.000+08:00`. Doc: im-api-v2 §放弃排队查询, §获取urobot列表."""
    return at.astimezone(BEIJING).isoformat(timespec="milliseconds")


def queue_name(target: Target) -> str:
    """The name of a queue on the wire. Doc: im-api-v2 §排队返回 for agents; ruling 8 for groups and the company."""
    company = f"queue:company:{COMPANY_ID}"
    return company if target.kind == "company" else f"{company}:{target.kind}:{target.id}"


def parse_queue_name(name: str) -> Target | None:
    """The queue that a name means, or None when it is no name of ours."""
    match = _QUEUE_NAME.fullmatch(name)
    if match is None:
        return None
    match match.groups():
        case ("agent" | "group") as kind, str(number):
            return Target(kind, int(number))
        case _:
            return Target("company")


class Shape(BaseModel):
    """An object inside an answer or a push; it documents, and is built whole."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


MessageData = Annotated[
    dict[str, Any],
    Field(
        description=(
            "What was said, as it was sent: content; font for message; filename, filesize, duration for audio, video and file. "
            "A close has close_type, content, survey_options; a struct title, description, img_url, buttons."
        )
    ),
]


class AgentMessage(Shape):
    """A message from the agent or the service. Doc: im-api-v2 §回复消息通知, assign_type agent."""

    type: str
    message_id: str
    agent_id: int
    agent_name: str
    agent_avatar: str
    im_sub_session_id: int
    message_created_at: str
    data: MessageData


def agent_message(
    message: Message, agent: Agent | None, *, session_id: int, agent_id: int, time_format: TimeFormat
) -> dict[str, Any]:
    """The message as `AgentMessage`. `agent` is None when they were removed since; `agent_id` is the session's, for what nobody said."""
    return {
        "type": message.type,
        "message_id": message.id,
        "agent_id": agent.id if agent is not None else agent_id,
        "agent_name": agent.shown_name if agent is not None else "",
        "agent_avatar": agent.avatar if agent is not None else "",
        "im_sub_session_id": session_id,
        "message_created_at": beijing(message.created_at, time_format),
        "data": message.data,
    }


class SurveyChoiceShape(Shape):
    """One answer; `desc` stands in `text` alone."""

    id: int
    text: str
    desc: Absent[str] = None
    tags: str = Field(description="Comma-separated")
    remark_option: Literal["hide", "required", "optional"]


class SurveyKind(Shape):
    """The answers as they are shown."""

    default_option_id: int
    options: list[SurveyChoiceShape]


class SurveyOption(Shape):
    """One answer, as older clients read it; the id is `option_id` of POST /im/sessions/survey."""

    id: int
    text: str
    enabled: bool


class SurveyMethodShape(Shape):
    """One way a survey comes about."""

    id: int
    flag: Literal["after_session", "agent_invite", "customer_invite"]
    text: str
    enabled: bool


class ResolvedOption(Shape):
    """One answer to whether the matter is settled."""

    option_select: bool
    option_name: str


class ResolvedOptions(Shape):
    """Whether the matter is settled; the default `value` is a text."""

    title: str
    options: list[ResolvedOption]
    value: str


class SurveyOptions(Shape):
    """The company's survey. Doc: im-api-v2 §survey_options. Of `text`, `expression`, `star` there is the one of `show_type`."""

    enabled: bool
    name: str
    title: str
    desc: str
    remark_enabled: bool
    remark: str
    show_type: Literal["text", "expression", "star"]
    text: Absent[SurveyKind] = None
    expression: Absent[SurveyKind] = None
    star: Absent[SurveyKind] = None
    options: list[SurveyOption]
    methods: list[SurveyMethodShape]
    resolved_enabled: bool
    resolved_options: ResolvedOptions


def survey_options(survey: SurveySettings) -> dict[str, Any]:
    """The survey as `SurveyOptions`. Assumed: an answer that is switched off stands in the compatible list alone, which can say so.

    A default that none of the answers has is the first answer's.
    """
    has_desc = survey.show_type == "text"
    shown = [
        {"id": choice.id, "text": choice.text}
        | ({"desc": choice.desc} if has_desc else {})
        | {"tags": choice.tags, "remark_option": choice.remark_option}
        for choice in survey.options
        if choice.enabled
    ]
    ids = [choice["id"] for choice in shown]
    default = survey.default_option_id if survey.default_option_id in ids or not ids else ids[0]
    return {
        "enabled": survey.enabled,
        "name": survey.name,
        "title": survey.title,
        "desc": survey.desc,
        "remark_enabled": survey.remark_enabled,
        "remark": survey.remark,
        "show_type": survey.show_type,
        survey.show_type: {"default_option_id": default, "options": shown},
        "options": [{"id": choice.id, "text": choice.text, "enabled": choice.enabled} for choice in survey.options],
        "methods": [
            {"id": method.id, "flag": method.flag, "text": method.text, "enabled": method.enabled}
            for method in survey.methods
        ],
        "resolved_enabled": survey.resolved_enabled,
        "resolved_options": {
            "title": survey.resolved_title,
            "options": [
                {"option_select": True, "option_name": "已解决"},
                {"option_select": True, "option_name": "未解决"},
            ],
            "value": survey.resolved_value,
        },
    }


class CellphoneShape(Shape):
    """One number. Doc: contract §7.1: pairs in, objects out."""

    id: int
    content: str


# As in the document's example, the only one that there is.
_TICKET_SHOW_FILTERS = dict.fromkeys(
    ("show_user", "show_assignee", "show_created_at", "show_priority", "show_status", "show_platform"), "true"
)
# source_channel and platform_id by channel, as far as that example tells.
_ORIGINS: dict[str | None, tuple[str, int]] = {"web": ("web_im", 4)}


class CustomerShape(Shape):
    """A customer. Doc: im-api-v2 §放弃排队查询 (customer_name) and contract §7.1; what the mock has no notion of is null or false.

    Assumed: ticket_show_filters are the same for everybody, latest_device_info is empty, and source_channel and platform_id are
    told of web customers alone, as in the document's example.
    """

    model_config = ConfigDict(serialize_by_alias=True, populate_by_name=True)

    id: int
    email: str | None
    signature: None = None
    notify: None = None
    weibo_name: None = None
    weixin_openid: None = None
    nick_name: str
    weibo_id: None = None
    company_id: int = COMPANY_ID
    created_at: str
    updated_at: str
    organization: None = None
    cellphone: str | None
    cellphones: list[CellphoneShape]
    other_emails: list[str]
    telephone: None = None
    weixin_id: None = None
    weixins: list[Any]
    authentication_token: None = None
    description: str | None
    qq: None = None
    platform_id: int | None
    ticket_show_filters: dict[str, str] = _TICKET_SHOW_FILTERS
    wechat_status: None = None
    custom_fields: dict[str, Any]
    tags: list[str]
    leave_msg_expire_at: None = None
    customer_import_record_id: None = None
    web_token: str | None
    sdk_token: str | None
    is_anonym: bool
    owner_id: int | None
    ip: None = None
    from_: None = Field(None, alias="from")
    weibo_status: None = None
    weibo_leave_msg_expire_at: None = None
    deleted: bool = False
    weixin_api_status: None = None
    weixin_appid: None = None
    weixin_appsecret: None = None
    owner_group_id: int | None
    source_channel: str | None
    weixin_channel_id: None = None
    province: None = None
    city: None = None
    phone_service_provider: None = None
    isp: None = None
    last_contact_at: None = None
    first_contact_at: None = None
    contact_count: None = None
    last_contact_at_via_phone: None = None
    first_contact_at_via_phone: None = None
    contact_count_via_phone: None = None
    last_contact_at_via_im: None = None
    first_contact_at_via_im: None = None
    contact_count_via_im: None = None
    latest_device_info: dict[str, str] = Field(default_factory=dict)
    organization_id: int | None
    is_blocked: bool
    generated_channel: None = None
    weibo_channel_id: None = None
    level: str
    open_api_token: str | None
    current_ticket_id: None = None
    mchat_openid: None = None


def customer(record: Customer, *, channel: str | None = None) -> CustomerShape:
    """A customer as answers show it, with the channel of the conversation they are shown for. Assumed: `cellphone` is the first of the numbers."""
    numbers = record.cellphones
    source_channel, platform_id = _ORIGINS.get(channel, (None, None))
    return CustomerShape(
        id=record.id,
        email=record.email,
        nick_name=record.nick_name,
        created_at=iso8601(record.created_at),
        updated_at=iso8601(record.updated_at),
        cellphone=numbers[0].content if numbers else None,
        cellphones=[CellphoneShape(id=number.id, content=number.content) for number in numbers],
        other_emails=record.other_emails,
        weixins=record.weixins,
        description=record.description,
        platform_id=platform_id,
        custom_fields=record.custom_fields,
        tags=record.tags,
        web_token=record.web_token,
        sdk_token=record.sdk_token,
        is_anonym=record.is_anonymous,
        owner_id=record.owner_id,
        owner_group_id=record.owner_group_id,
        source_channel=source_channel,
        organization_id=record.organization_id,
        is_blocked=record.is_blocked,
        level=record.level,
        open_api_token=record.token,
    )
