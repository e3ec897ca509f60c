"""What a happening must be like, and what stands below the name of a step."""

from collections.abc import Mapping
from typing import Annotated, ClassVar

from pydantic import Field, model_validator

from ...desk.conversation import SAID_BY_AGENTS
from .values import (
    Expression,
    Keys,
    Name,
    OneOf,
    Pattern,
    Plain,
    Reference,
    Status,
    Templated,
    TemplateJson,
    TemplateKey,
    TemplateObject,
    TemplateReference,
    TemplateText,
    wrong,
)

Count = Annotated[int, Field(strict=True, ge=1, lt=2**31)]


class Match(Keys):
    """What a happening must be like; what is left out fits all."""

    elsewhere: ClassVar[Mapping[str, str]] = {
        "content": "text: a regular expression, searched in what was said",
        "token": "customer_token",
        "customer": "customer_token",
        "times": "times beside match",
    }

    text: Pattern | None = Field(
        None, description="A regular expression, searched in what was said; its named groups become variables"
    )
    agent: Reference | None = Field(None, description="The agent in question, by name or id")
    group: Reference | None = Field(None, description="The queue's group, else one of the agent's, by name or id")
    customer_token: Plain | None = Field(None, description="The customer's customer_token")
    channel: Plain | None = Field(None, description="Where the conversation comes from: api, web, ios …")
    type: Plain | None = Field(
        None, description="The message's type; of session_closed how it ended: normal, force, redirect"
    )
    turn: Count | None = Field(None, description="The how-manieth of its kind in this conversation, from 1")
    place: Count | None = Field(None, description="The place in the queue, of queued and queue_moved")
    status: Status | None = Field(None, description="The agent's new status, of agent_status")
    option: Reference | None = Field(None, description="The rating, of survey, by id or text")
    when: Expression | None = Field(None, description="An expression over what templates know: customer.level == 'vip'")


# -- what stands below a step's name ------------------------------------------------------------------------------------


class ReplyBody(Keys):
    """What is said: `content`, or `data` as in the document's table of message types."""

    type: Annotated[
        str,
        OneOf(
            SAID_BY_AGENTS,
            {
                "text": "message (the nearest)",
                "survey": "the step invite_survey",
                "struct": "a call of the app: agents say none",
            },
        ),
    ] = Field("message", description="The type of the message")
    content: TemplateText | None = Field(None, description="The text, or the URL of an image, audio, video or file")
    data: TemplateObject | None = Field(None, description="The message's data, with content in it")

    @model_validator(mode="after")
    def _says_something(self) -> "ReplyBody":
        if self.content is not None and self.data is not None:
            raise wrong("content inside data alone", found="content beside data")
        content = self.content if self.data is None else self.data.get("content")
        if not isinstance(content, str) or not content.strip():
            what = "the text" if self.type in ("message", "rich") else f"the URL of the {self.type}"
            where = "content" if self.data is None else "data.content"
            trouble = "no" if content is None else "blank" if isinstance(content, str) else "a strange"
            raise wrong(f"{what} as {where}", found=f"{trouble} {where}", path=tuple(where.split(".")))
        return self


class Whom(Keys):
    """One agent, or one of a group."""

    elsewhere: ClassVar[Mapping[str, str]] = {
        "agent_id": "agent: a name or an id",
        "group_id": "group: a name or an id",
    }

    agent: TemplateReference | None = Field(None, description="By name or id; may be a template")
    group: TemplateReference | None = Field(None, description="By name or id; may be a template")

    @model_validator(mode="after")
    def _is_one(self) -> "Whom":
        if (self.agent is None) == (self.group is None):
            found = "neither agent nor group" if self.agent is None else "agent and group"
            raise wrong("one of agent and group", found=found)
        return self


_Texts = Templated[list[Templated[Name]]]


class SetAgentBody(Keys):
    """Which agent changes (left out: the session's), and what; all but `agent` may be templates."""

    elsewhere: ClassVar[Mapping[str, str]] = {
        "id": "agent: a name or an id",
        "status": "im_status",
        "capacity": "im_max_join_num",
    }

    agent: TemplateReference | None = Field(None, description="By name or id; left out: the session's agent")
    name: TemplateText = ""
    im_nick: TemplateText = Field("", description="The name customers see")
    avatar: TemplateText = ""
    email: TemplateText = ""
    cellphone: TemplateText = ""
    groups: Templated[list[TemplateReference]] = Field([], description="Groups by name or id")
    im_status: Templated[Status] = Field("", description="online, busy or offline")
    im_custom_status: TemplateText = ""
    im_max_join_num: Templated[Annotated[int, Field(strict=True, ge=0, le=1_000_000)]] = Field(
        0, description="How many sessions at a time"
    )
    welcome: TemplateText = Field("", description="Pushed when a session starts")

    @model_validator(mode="after")
    def _changes_something(self) -> "SetAgentBody":
        if not self.model_fields_set - {"agent"}:
            known = [name for name in SetAgentBody.model_fields if name != "agent"]
            raise wrong(f"one of {', '.join(known)}", found="nothing to change")
        return self


class SetCustomerBody(Keys):
    """What changes of the conversation's customer; all may be templates."""

    elsewhere: ClassVar[Mapping[str, str]] = {"id": "no id: it is the conversation's customer", "name": "nick_name"}

    nick_name: TemplateText = ""
    customer_token: TemplateKey | None = None
    web_token: TemplateKey | None = None
    sdk_token: TemplateKey | None = None
    email: TemplateKey | None = None
    cellphones: _Texts = Field([])
    other_emails: _Texts = Field([])
    description: TemplateText | None = None
    level: TemplateText = ""
    tags: _Texts = Field([])
    custom_fields: Templated[dict[str, TemplateJson]] = Field({})
    is_blocked: Templated[Annotated[bool, Field(strict=True)]] = False
    is_online: Templated[Annotated[bool, Field(strict=True)]] = True

    @model_validator(mode="after")
    def _changes_something(self) -> "SetCustomerBody":
        if not self.model_fields_set:
            raise wrong(f"one of {', '.join(SetCustomerBody.model_fields)}", found="nothing to change")
        return self
