"""Customers: whom an app knows, found by id, email, cellphone or the app's own token."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import AliasChoices, Field, ModelWrapValidatorHandler, PrivateAttr, model_validator

from ..company.call import Call
from ..company.pushes.shapes import CustomerShape
from ..company.pushes.shapes import customer as shape
from ..desk.commands import CreateCustomer, DestroyCustomer, UpdateCustomer
from ..desk.errors import DUPLICATE, NOT_FOUND, SUCCESS, DeskError
from ..desk.records import Customer
from ..endpoint import Ask, Blank, OptionalInteger, OptionalToken, Reply, Table, Text, Token
from .fields import (
    DONE,
    Contents,
    Done,
    Meta,
    NoParameters,
    PageNumber,
    Tags,
    missing,
    one_page,
    one_page_of,
    page_size,
)

TABLE = Table()
DEFAULT_PAGE = 20
SECTION = "创建客户"
SOURCE: Literal["assumed"] = "assumed"

LookUp = Literal["id", "email", "cellphone", "token", "customer_token"]


class CustomerFields(Ask):
    """What an app says of a customer; `open_api_token` is the app's own id, the `customer_token` of all other calls."""

    nick_name: Text | None = None
    email: OptionalToken = None
    description: Text | None = None
    level: Annotated[Literal["normal", "vip"] | None, Blank] = None
    organization_id: OptionalInteger = None
    owner_id: OptionalInteger = None
    owner_group_id: OptionalInteger = None
    cellphones: Contents = Field(default_factory=list)
    open_api_token: Annotated[
        OptionalToken, Field(validation_alias=AliasChoices("open_api_token", "customer_token"))
    ] = None
    weixins: list[Any] | None = None
    custom_fields: dict[str, Any] | None = None


# Names under which the fields may stand without their wrapper.
_NAMES = frozenset({*CustomerFields.model_fields, "customer_token"})


def _wrapped(values: Any) -> tuple[Any, bool]:
    """The parameters with the customer's fields under `customer`, and whether they had to be put there. Source: contract §11, client 6."""
    if not isinstance(values, Mapping) or "customer" in values or not _NAMES & values.keys():
        return values, False
    fields = {name: value for name, value in values.items() if name in _NAMES}
    return {**{name: value for name, value in values.items() if name not in _NAMES}, "customer": fields}, True


class Wrapped(Ask):
    """A call with a `customer`, whose fields may come bare, without that wrapper; then `_is_bare` says so."""

    nested = ("customer",)

    _is_bare: bool = PrivateAttr(False)

    @model_validator(mode="wrap")
    @classmethod
    def _unwrapped(cls, values: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        wrapped, is_bare = _wrapped(values)
        ask = handler(wrapped)
        ask._is_bare = is_bare
        return ask


class CreateIt(Wrapped):
    """A customer; tags and further addresses stand beside it, not in it. Source: contract §7.1."""

    customer: CustomerFields
    tags: Tags = Field(default_factory=list)
    other_emails: Contents = Field(default_factory=list)


class Found(Reply):
    """One customer."""

    code: int = SUCCESS
    customer: CustomerShape


@TABLE.add(
    "POST",
    "/customers",
    section=SECTION,
    source=SOURCE,
    note=(
        "The document refers to another page; as running clients call it (contract §7.1). An email, number or token that somebody "
        "has is 2004 with `exception` (ruling 6). Assumed: fields without the `customer` wrapper are taken with a warning."
    ),
)
def create_customer(call: Call, ask: CreateIt) -> Found:
    """Adds a customer."""
    if not ask.customer.model_fields_set:
        # Rails' params.require takes an empty object for a missing one.
        raise missing("customer")
    fields = _fields(call, ask.customer, is_bare=ask._is_bare)
    if ask.tags:
        fields["tags"] = ask.tags
    if ask.other_emails:
        fields["other_emails"] = _emails(ask.other_emails)
    customer_id = call.submit(CreateCustomer({**fields, "is_made_by_api": True}))
    return Found(customer=shape(call.desk.state.customers[customer_id]))


def _fields(call: Call, asked: CustomerFields, *, is_bare: bool) -> dict[str, Any]:
    """The fields that were given, as the desk knows them; an empty one clears."""
    fields = {name: getattr(asked, name) for name in CustomerFields.model_fields if name in asked.model_fields_set}
    if is_bare:
        call.warn("the customer's fields belong into an object `customer`; taken as they came, without it")
    if "open_api_token" in fields:
        fields["token"] = fields.pop("open_api_token")
    if "email" in fields and fields["email"] is not None:
        _emails([fields["email"]])
    for name, empty in (("nick_name", ""), ("level", "normal"), ("weixins", []), ("custom_fields", {})):
        if name in fields and fields[name] is None:
            fields[name] = empty
    known = {field.field_name for field in call.settings.custom_fields}
    if strange := sorted(fields.get("custom_fields", {}).keys() - known):
        call.warn(f"custom_fields {', '.join(strange)[:200]}: not among those of GET /customers/custom_fields")
    return fields


def _emails(emails: list[str]) -> list[str]:
    # Source: contract §2.1, the SDK's answer to such an address.
    for email in emails:
        name, _, host = email.partition("@")
        if not (name and host) or any(letter.isspace() for letter in email):
            raise DeskError(DUPLICATE, detail=f"{email} is no address", exception="Validation failed: Email is invalid")
    return emails


class ListThem(Ask):
    """Which page; `query` is looked for in names, addresses, numbers and tokens."""

    query: Annotated[Text | None, Blank] = None
    filter_id: OptionalInteger = None
    page: PageNumber = None
    page_size: PageNumber = None
    per_page: PageNumber = None


class Customers(Reply):
    """One page, by id; `wechat` and `weibo` are accounts, of which there are none."""

    code: int = SUCCESS
    meta: Meta
    customers: list[CustomerShape]
    wechat: list[dict[str, Any]] = Field(default_factory=list)
    weibo: list[dict[str, Any]] = Field(default_factory=list)


@TABLE.add(
    "GET",
    "/customers",
    section=SECTION,
    coverage="partial",
    source=SOURCE,
    note="contract §7.1. filter_id is passed over with a warning; the service lists 10,000 rows at most, this all. Assumed: by id.",
)
def list_customers(call: Call, ask: ListThem) -> Customers:
    """Lists customers, all or those that fit a text."""
    size = page_size(call, ask.page_size, ask.per_page, default=DEFAULT_PAGE)
    if ask.filter_id is not None:
        call.warn("filter_id: filters are not emulated, all customers are listed")
    everybody = call.desk.state.customers
    if ask.query is None:
        shown, meta = one_page_of(everybody, page=ask.page, size=size)
    else:
        wanted = ask.query.strip().casefold()
        fitting = [customer for customer in everybody.values() if _fits(customer, wanted)]
        shown, meta = one_page(fitting, page=ask.page, size=size)
    return Customers(meta=meta, customers=[shape(customer) for customer in shown])


def _fits(customer: Customer, wanted: str) -> bool:
    texts = (customer.nick_name, customer.email, customer.token, *(number.content for number in customer.cellphones))
    return any(wanted in text.casefold() for text in texts if text)


class FindIt(Ask):
    """By what, and its value. Assumed: `token` is the app's own id, `customer_token` the same."""

    type: LookUp
    content: Token


def _find(call: Call, kind: LookUp, content: str) -> Customer:
    desk = call.desk
    match kind:
        case "id":
            is_number = content.isascii() and content.isdigit() and len(content) <= 18
            customer = desk.customer_by("id", int(content)) if is_number else None
        case "token" | "customer_token":
            customer = desk.customer_by("token", content)
        case "email" | "cellphone":
            customer = desk.customer_by(kind, content)
    if customer is None:
        raise DeskError(NOT_FOUND, detail=f"no customer has the {kind} {content}")
    return customer


@TABLE.add(
    "GET",
    "/customers/get_customer",
    section=SECTION,
    source=SOURCE,
    note="contract §7.1: type id, email, cellphone. Assumed: type token, customer_token. Nobody: 2015.",
)
def get_customer(call: Call, ask: FindIt) -> Found:
    """Finds one customer."""
    return Found(customer=shape(_find(call, ask.type, ask.content)))


class UpdateIt(Wrapped):
    """Whom, and what to change: what is not named stays."""

    type: LookUp
    content: Token
    customer: CustomerFields | None = None
    tags: Tags = Field(default_factory=list)
    other_emails: Contents = Field(default_factory=list)


@TABLE.add(
    "PUT",
    "/customers/update_customer",
    section=SECTION,
    source=SOURCE,
    note="contract §7.1. Assumed: numbers, tags and addresses are replaced whole; the answer is the customer.",
)
def update_customer(call: Call, ask: UpdateIt) -> Found:
    """Changes a customer."""
    asked = ask.customer if ask.customer is not None else CustomerFields()
    fields = _fields(call, asked, is_bare=ask._is_bare)
    if "tags" in ask.model_fields_set:
        fields["tags"] = ask.tags
    if "other_emails" in ask.model_fields_set:
        fields["other_emails"] = _emails(ask.other_emails)
    if not fields:
        raise missing("customer")
    customer_id = _find(call, ask.type, ask.content).id
    call.submit(UpdateCustomer(customer_id, fields))
    return Found(customer=shape(call.desk.state.customers[customer_id]))


@TABLE.add(
    "DELETE",
    "/customers/destroy_customer",
    section=SECTION,
    source=SOURCE,
    note="contract §7.1, a client of 2018. Assumed: open sessions are closed without a push, places in queues are given up.",
)
def destroy_customer(call: Call, ask: FindIt) -> Done:
    """Removes a customer."""
    call.submit(DestroyCustomer(_find(call, ask.type, ask.content).id))
    return DONE


class CustomFieldShape(Reply):
    """A field of the company's own."""

    field_name: str
    field_label: str
    content_type: str
    options: list[str]


class CustomFields(Reply):
    """All of them, as set by custom_fields."""

    code: int = SUCCESS
    custom_fields: list[CustomFieldShape]


@TABLE.add(
    "GET",
    "/customers/custom_fields",
    section=SECTION,
    source=SOURCE,
    note="contract §7.1 has the path alone; the shape is assumed.",
)
def custom_fields(call: Call, ask: NoParameters) -> CustomFields:
    """Lists the fields of the company's own that customers have."""
    return CustomFields(
        custom_fields=[
            CustomFieldShape(
                field_name=field.field_name,
                field_label=field.field_label,
                content_type=field.content_type,
                options=list(field.options),
            )
            for field in call.settings.custom_fields
        ]
    )
