"""Structured messages 结构化消息: cards with buttons that an app sends in an agent's name; signed and answered in a way of their own."""

import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import Field, ModelWrapValidatorHandler, PrivateAttr, model_validator

from ..company.call import Call
from ..desk.commands import SendStruct
from ..desk.errors import SUCCESS
from ..endpoint import Ask, Blank, Integer, Limit, OptionalToken, Reply, Table, Text
from .fields import missing

TABLE = Table()

# Doc: im-api-v2 §发送 IM 结构化消息, 返回.
SENT = "发送成功"
MOST_BUTTONS = 100
_HTTP_URL = re.compile(r"https?://[^/?#]", re.IGNORECASE)


class Button(Ask):
    """One button. `callback_name` is for those that call the SDK back."""

    type: Annotated[Literal["link", "phone", "sdk_callback"], Field(description="sdk_callback works in the SDK alone")]
    text: Text | None = None
    value: Text | None = None
    callback_name: OptionalToken = None


class StructData(Ask):
    """A card: only the title is required. Source: contract §4.25, the older page beside it."""

    title: Annotated[Annotated[Text, Field(min_length=1)], Blank]
    description: Text | None = None
    img_url: Annotated[Text | None, Blank] = None
    buttons: Annotated[list[Button] | None, Field(max_length=MOST_BUTTONS)] = None
    # With whatever else stands in it: this is what is sent.
    _as_it_came: Mapping[str, Any] = PrivateAttr()

    @model_validator(mode="wrap")
    @classmethod
    def _keeping_what_came(cls, values: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        card = handler(values)
        card._as_it_came = values
        return card


class StructIt(Ask):
    """What is sent, to which customer, in whose name. The ids stand in the query, where the sign is over them."""

    nested = ("data",)

    im_sub_session_id: Integer
    customer_id: Integer
    agent_id: Integer
    jid_resource: Annotated[OptionalToken, Field(description="The SDK's own source, kept by the session")] = None
    data: StructData


class StructSent(Reply):
    """It was sent."""

    status: int = SUCCESS
    message: str = SENT


@TABLE.add(
    "POST",
    "/im/sessions/struct_messages",
    section="发送 IM 结构化消息",
    signature="struct",
    refused_as=("status",),
    limit=Limit(1, 2.0),
    note=(
        "Signed with MD5 over the four parameters of its query and the shared secret (ruling 4). Customers made by the API are refused "
        "with status 2000, by setting not (ruling 24). Assumed: unknown or closed session 2062, unknown customer 2015, unknown agent "
        "5050, each as status; a button needs a type, and callback_name with sdk_callback; what a button can't do is a warning."
    ),
)
def struct_messages(call: Call, ask: StructIt) -> StructSent:
    """Sends a structured message to the customer of a session, in its agent's name."""
    data = ask.data
    buttons = data.buttons or []
    for at, button in enumerate(buttons):
        if button.type == "sdk_callback" and button.callback_name is None:
            raise missing(f"data.buttons[{at}].callback_name")
    call.submit(
        SendStruct(
            session_id=ask.im_sub_session_id,
            customer_id=ask.customer_id,
            agent_id=ask.agent_id,
            data=data._as_it_came,
        )
    )
    _warn(call, ask, buttons)
    return StructSent()


def _warn(call: Call, ask: StructIt, buttons: list[Button]) -> None:
    """What was sent and won't work."""
    state = call.desk.state
    jid_resource = state.sessions[ask.im_sub_session_id].origin.jid_resource
    if ask.jid_resource is not None and ask.jid_resource != jid_resource:
        call.warn(f"jid_resource {ask.jid_resource} is not the session's, {jid_resource or 'which has none'}")
    if any(button.type == "sdk_callback" for button in buttons) and state.customers[ask.customer_id].sdk_token is None:
        call.warn(f"buttons of type sdk_callback work in the SDK alone; customer {ask.customer_id} has no sdk_token")
    for at, button in enumerate(buttons):
        name = f"data.buttons[{at}]"
        if button.type != "sdk_callback" and button.callback_name is not None:
            call.warn(f"{name}.callback_name counts with type sdk_callback alone, not with {button.type}")
        if lacking := [field for field in ("text", "value") if not getattr(button, field)]:
            call.warn(f"{name} has no {' and no '.join(lacking)}")
        if button.value and (trouble := _trouble(button.type, button.value)):
            call.warn(f'{name}.value {trouble}, "{button.value:.80}"')


def _trouble(type_: str, value: str) -> str:
    """Why a button of this type can't do anything with its value; "" when it can."""
    if type_ == "link" and not _HTTP_URL.match(value):
        return "is no http or https URL"
    if type_ == "phone" and not any(character.isdecimal() for character in value):
        return "has no digit to call"
    return ""
