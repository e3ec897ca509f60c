"""What can be said of customers, in files and in the control API, and how the desk calls it."""

from collections.abc import Iterator, Mapping
from typing import Any, Final, Literal, NamedTuple, Self

from pydantic import Field, model_validator

from ...desk.desk import CustomerKey, Desk
from ...desk.errors import UsageError
from ...desk.records import Customer
from ...desk.texts import ANONYMOUS, worded
from .typed import Key, Name, Number, Typed, given_fields, named_by

# What is unique to a customer, as users type it → what the desk finds them by.
CUSTOMER_KEYS: Final[Mapping[str, Literal["token", "web_token", "sdk_token", "email"]]] = {
    "customer_token": "token",
    "web_token": "web_token",
    "sdk_token": "sdk_token",
    "email": "email",
}


class CustomerFields(Typed):
    """What can be said of a customer."""

    customer_token: Key | None = Field(None, description="The app's own id (open_api_token)")
    web_token: Key | None = None
    sdk_token: Key | None = None
    email: Key | None = None
    cellphones: list[Key] = Field([])
    other_emails: list[Key] = Field([])
    description: str | None = None
    level: str = "normal"
    tags: list[str] = Field([])
    custom_fields: dict[str, Any] = Field({})
    is_blocked: bool = False
    is_online: bool = Field(True, description="Whether the customer's app is open")


class CustomerOverlay(CustomerFields):
    """A customer of a file: changed where the company has one with this id, or without an id one of these tokens or this email; else added."""

    id: Number | None = None
    nick_name: Name = ""

    @model_validator(mode="after")
    def _is_named(self) -> Self:
        return named_by(self, "id", "nick_name", *CUSTOMER_KEYS)


class Owned(NamedTuple):
    """Something unique that was typed, where, and whose it is already."""

    field: str
    name: str
    value: str
    owner: Customer


def customer_fields(customer: CustomerFields) -> dict[str, Any]:
    """The fields that were given, as the desk's commands take them."""
    return {CUSTOMER_KEYS.get(name, name): value for name, value in given_fields(customer).items()}


def owned(desk: Desk, customer: CustomerFields) -> Iterator[Owned]:
    """Of all that is unique to a customer, what somebody has already: tokens and address first, then numbers."""
    keys: list[tuple[str, str, CustomerKey, str | None]] = [
        *((name, name, kind, getattr(customer, name)) for name, kind in CUSTOMER_KEYS.items()),
        *((f"cellphones[{at}]", "cellphones", "cellphone", number) for at, number in enumerate(customer.cellphones)),
    ]
    for field, name, kind, value in keys:
        owner = desk.customer_by(kind, value) if value is not None else None
        if value is not None and owner is not None:
            yield Owned(field, name, value, owner)


def refuse_taken(desk: Desk, customer: CustomerFields, *, own_id: int | None, hint: str) -> None:
    """Raises UsageError (conflict) when a token, address or number is somebody else's; `{id}` in the hint is theirs."""
    for field, name, value, owner in owned(desk, customer):
        if owner.id != own_id:
            raise UsageError(
                "conflict",
                f"{name} {value!r} belongs to customer {owner.id} {owner.nick_name}".rstrip(),
                hint=hint.format(id=owner.id),
                field=field,
            )


def anonymous_name(desk: Desk, customer: CustomerFields) -> str:
    """The name of a customer of whom only a token is known, as calls of the emulated API make them. Raises UsageError: none is."""
    tokens = {"token": customer.customer_token, "web_token": customer.web_token, "sdk_token": customer.sdk_token}
    for kind, token in tokens.items():
        if token is not None:
            return worded(ANONYMOUS[kind], desk.state.policy, token=token)
    raise UsageError(
        "invalid",
        "nick_name: missing",
        hint="give nick_name, or one of customer_token, web_token, sdk_token",
        field="nick_name",
    )
