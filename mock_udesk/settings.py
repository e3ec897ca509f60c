"""What can be set per company, with its meaning and default. Each that the rulings mark for what is emulated stands here."""

import re
from typing import Annotated, Any, Literal

from annotated_types import Ge, Le, MinLen
from pydantic import AnyHttpUrl, BaseModel, ConfigDict, Field, TypeAdapter, field_validator

Seconds = Annotated[float, Ge(0), Le(366 * 86_400)]
Wait = Annotated[float, Ge(0.001), Le(366 * 86_400)]

# Where the emulated API stands, which a path of its own leaves out; and what is between its slashes.
_PREFIX = re.compile(r"/open_api_v1(/|$)")
_NAMES = re.compile(r"[A-Za-z0-9_/-]+")
# Where calls of the emulated API are POSTed: none of them can be moved to.
TAKEN_PATHS = frozenset(
    (
        *("/log_in", "/customers", "/agents", "/user_groups", "/im/customer_online_state", "/im/h5push"),
        *("/im/sessions", "/im/sessions/survey", "/im/sessions/robot_survey", "/im/sessions/transfer_survey"),
        *("/im/sessions/struct_messages", "/im/messages", "/im/messages/read_messages", "/im/messages/flow"),
        *("/im/messages/hit", "/im/messages/answer_survey"),
    )
)
_HTTP_URL: TypeAdapter[AnyHttpUrl] = TypeAdapter(AnyHttpUrl, config=ConfigDict(defer_build=True))


class SurveyChoice(BaseModel):
    """One answer of a survey. Doc: im-api-v2 §survey_options."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: int = Field(ge=1)
    text: str
    desc: str = ""
    tags: str = ""
    remark_option: Literal["hide", "required", "optional"] = "optional"
    enabled: bool = True


class SurveyMethod(BaseModel):
    """One way a survey comes about. Doc: im-api-v2 §survey_options, methods."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: int = Field(ge=1)
    flag: Literal["after_session", "agent_invite", "customer_invite"]
    text: str
    enabled: bool = True


class SurveySettings(BaseModel):
    """The company's survey 满意度评价; texts and ids are those of the document's example."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    enabled: bool = True
    name: str = "满意度评价"
    title: str = "您对本服务的评价是?"
    desc: str = "感谢您的支持,为了使我们更好的为您服务,请您为本次服务做一个评价(回复字母即可)"
    remark_enabled: bool = True
    remark: str = "您可填写评价备注"
    show_type: Literal["text", "expression", "star"] = "text"
    # Where this is no enabled option's, the first enabled one is the default.
    default_option_id: int = 36
    options: Annotated[tuple[SurveyChoice, ...], MinLen(1)] = (
        SurveyChoice(id=36, text="非常满意", desc="非常满意", tags="服务好,专业性强,态度好"),
        SurveyChoice(id=37, text="满意", desc="满意"),
        SurveyChoice(id=38, text="一般", desc="一般"),
        SurveyChoice(id=39, text="不满意", desc="不满意"),
        SurveyChoice(id=40, text="非常不满意", desc="非常不满意", remark_option="required"),
    )
    methods: tuple[SurveyMethod, ...] = (
        SurveyMethod(id=7, flag="after_session", text="对话结束后弹出"),
        SurveyMethod(id=74, flag="agent_invite", text="客服主动邀请"),
        SurveyMethod(id=1485, flag="customer_invite", text="客户主动满意度评价(仅支持web和Android/iOS SDK)"),
    )
    resolved_enabled: bool = True
    resolved_title: str = "您的问题是否已解决?"
    resolved_value: str = "0"

    @field_validator("options")
    @classmethod
    def _ids_differ(cls, options: tuple[SurveyChoice, ...]) -> tuple[SurveyChoice, ...]:
        ids = [option.id for option in options]
        if len(set(ids)) < len(ids):
            raise ValueError(f"option ids must differ, found {ids}")
        return options


class CustomField(BaseModel):
    """A field of a company's own on its customers. Assumed: contract §7.1 has the path only."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    field_name: str
    field_label: str
    content_type: str = "text"
    options: tuple[str, ...] = ()


class Settings(BaseModel):
    """All settings of one company. Frozen: a change makes a new value, so that a half-made change can't be seen."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=False)

    # where pushes go
    receive_url: str | None = Field(
        None,
        description="Where pushes are POSTed (接收消息URL); null: none are sent, each is journalled as undeliverable",
    )
    h5_push_url: str | None = Field(
        None, description="Where H5 offline pushes are POSTed (H5_PUSH_URL); null: there are none (ruling 22)"
    )

    # signatures
    auth: Literal["strict", "lenient", "off"] = Field(
        "strict",
        description="strict refuses as Udesk does; lenient answers as usual and journals what strict would have refused; off checks nothing",
    )
    timestamp_against: Literal["either", "company", "real"] = Field(
        "either",
        description="The time a timestamp is held to: the company's clock, real time, or whichever fits (ruling 1)",
    )
    accept_sha1: bool = Field(
        True, description="Accept SHA-1 over three parts when sign_version is absent, with a warning (ruling 2)"
    )
    sha1_window: bool = Field(False, description="Hold SHA-1 signatures to the window of 300 s too (ruling 2)")
    accept_sha1_five_parts: bool = Field(
        False,
        description="Accept SHA-1 over five parts beside sign_version=v2, as some running clients send it (ruling 2)",
    )

    # limits
    limits: Literal["off", "endpoint", "all"] = Field(
        "endpoint",
        description="endpoint: the limits documented for single endpoints; all: 60 a minute for each endpoint too; off: none (ruling 25)",
    )
    rate_limit_status: Literal[429, 200] = Field(
        429, description="HTTP status of an answer over the limit; the body is the same (ruling 25)"
    )

    # people and sessions
    auto_create_customers: bool = Field(
        True,
        description="An unknown customer_token makes a customer API匿名用户(token); off: it is refused with 2015 (ruling 6)",
    )
    message_preview: bool = Field(
        True, description="Whether message_preview has been opened for the company; off: 2065 (ruling 6)"
    )
    assign_seconds: Seconds = Field(
        0.0, description="How long a freed place stays 分配中 before the session starts (ruling 10)"
    )
    session_message: Literal["success", "welcome"] = Field(
        "success",
        description="`message` of a 1000 from POST /im/sessions: 请求成功, or the agent's welcome text (ruling 11)",
    )
    duplicate_message: Literal["accept", "error"] = Field(
        "accept",
        description="A message_id seen before from this customer: 1000 without delivering again, or refused with 2000 (ruling 14)",
    )
    queue_timeout_seconds: Wait | None = Field(
        None, description="After so long in a queue the customer is dropped from it; null: never (ruling 15)"
    )
    customer_idle_close_seconds: Wait | None = Field(
        None,
        description="After so long without a message of the customer the session is closed; null: never (ruling 15)",
    )
    custom_fields: tuple[CustomField, ...] = Field(
        (
            CustomField(field_name="TextField_1", field_label="备注"),
            CustomField(
                field_name="SelectField_1", field_label="来源", content_type="droplist", options=("官网", "推荐")
            ),
        ),
        description="What GET /customers/custom_fields lists",
    )
    sensitive_words: tuple[str, ...] = Field(
        (),
        description="The customer's sensitive words as GET /im/im_sensitive_words lists them; urobots answer them with ansType 8, nothing else does (ruling 17)",
    )
    sensitive_words_open: bool = Field(
        False, description="Whether the sensitive words are switched on, customer_is_open (ruling 17)"
    )
    survey: SurveySettings = Field(
        SurveySettings(),
        description=(
            "The survey: what survey_options holds, and which answers are taken (ruling 16); a default_option_id that is no enabled "
            "option's is answered as the first enabled one's"
        ),
    )

    # robots and structured messages
    robot_answer_survey_path: Annotated[str, Field(max_length=200)] | None = Field(
        None,
        description=(
            "Where robots' answers are rated (机器人问答评价), below /open_api_v1; the document has no path, /im/messages/survey is "
            "a guess; null: nowhere (ruling 26)"
        ),
    )
    urobot_messages: Literal["object", "list"] = Field(
        "object",
        description="messages of a urobot's push: an object as in its example, or a list of that one (ruling 21)",
    )
    struct_to_api_customers: bool = Field(
        False,
        description="Send structured messages to customers made by the API too, pushed as type struct; off: status 2000 (ruling 24)",
    )
    struct_page_url: str | None = Field(
        None, description="Your page with structured messages (嵌入链接), which agents see in a frame (ruling 24)"
    )

    # scenarios
    scenario_runs: Literal["end", "go_on"] = Field(
        "end",
        description="What becomes of a scenario's runs when another one is loaded, or it is unloaded: they end, or go on to their own ends",
    )

    # pushes
    push_redirect_close: bool = Field(
        False, description="Push the close (redirect) of the old session on a transfer too (ruling 12)"
    )
    push_close_on_delete: bool = Field(
        True, description="Push a close (normal) when the customer closes by DELETE (ruling 12)"
    )
    push_survey_invitation: bool = Field(
        True,
        description="Push the agent's survey invitation to the customer; off: as the document's type table has it (ruling 16)",
    )
    push_timeout_seconds: Annotated[float, Ge(0.05), Le(120)] = Field(
        10.0, description="How long a receiver may take, in real seconds (ruling 19)"
    )
    push_retry_seconds: Annotated[tuple[Seconds, ...], Field(max_length=50)] = Field(
        (10.0, 30.0, 60.0, 300.0, 900.0),
        description="Waits before the next attempts of a push, on the company's clock; after the last it has failed (ruling 19)",
    )
    push_success: Literal["200", "2xx"] = Field(
        "200", description="Which answers of a receiver count as delivered (ruling 19)"
    )
    receive_time_format: Literal["compact", "dashed"] = Field(
        "compact",
        description="message_created_at on the receive URL: 20170711 09:52:11 or 2017-07-11 09:52:11 (ruling 20)",
    )
    h5_time_format: Literal["compact", "dashed"] = Field(
        "dashed", description="message_created_at on the H5 URL (ruling 20)"
    )
    h5_shape: Literal["document", "legacy"] = Field(
        "document", description="Body of H5 pushes: as in the document, or {web_token, messages} alone (ruling 22)"
    )
    h5_events: bool = Field(False, description="Send create and close events to the H5 URL beside off_push (ruling 22)")
    fullwidth: bool = Field(
        False,
        description="Full-width punctuation in the service's own texts (ruling 28); the survey's and agents' stay as they are set",
    )

    # bounds
    journal_max_entries: int = Field(
        10_000,
        ge=100,
        le=1_000_000,
        description="How many entries the journal keeps; older ones are dropped and counted",
    )
    journal_max_bytes: int = Field(
        16 * 1024 * 1024,
        ge=65_536,
        le=2**31,
        description="How many bytes of requests, answers and pushes the journal keeps",
    )

    @field_validator("receive_url", "h5_push_url", "struct_page_url")
    @classmethod
    def _is_http_url(cls, url: str | None) -> str | None:
        if url is None or url == "":
            return None
        _HTTP_URL.validate_python(url)
        return url

    @field_validator("robot_answer_survey_path")
    @classmethod
    def _is_below_the_prefix(cls, path: str | None) -> str | None:
        expected = _expected_of(path) if path is not None else ""
        if path in TAKEN_PATHS:
            expected = "a path that is not another call's, which would answer in its place"
        if expected:
            raise ValueError(f"expected {expected}: /im/messages/survey")
        return path

    def changed(self, changes: dict[str, Any]) -> "Settings":
        """These settings with the named ones changed, nested objects merged key by key. Raises pydantic's ValidationError with all that is wrong.

        What nobody has set stays out of `model_fields_set`: so a scenario may set it.
        """
        merged = self.model_dump(exclude_unset=True)
        for key, value in changes.items():
            nested = merged.get(key)
            merged[key] = {**nested, **value} if isinstance(nested, dict) and isinstance(value, dict) else value
        return Settings.model_validate(merged)


def _expected_of(path: str) -> str:
    """What a path below /open_api_v1 is that this one is not; "" when it is one."""
    if not path.startswith("/"):
        return "a slash in front"
    if _PREFIX.match(path):
        return "a path below /open_api_v1, without that part"
    if "//" in path:
        return "one slash between names"
    if path.endswith("/"):
        return "no closing slash"
    return "" if _NAMES.fullmatch(path) else "letters, digits, _ and - between slashes"


def describe(settings: Settings) -> dict[str, dict[str, Any]]:
    """Every setting with its value, default and meaning, as `GET /_mock/company` shows them."""
    values, defaults = settings.model_dump(mode="json"), Settings().model_dump(mode="json")
    return {
        name: {"value": values[name], "default": defaults[name], "meaning": field.description}
        for name, field in Settings.model_fields.items()
    }
