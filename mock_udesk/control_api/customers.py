"""The company's customers: who they are, whether they are there, and where they stand."""

from typing import Annotated, Any

from pydantic import Field

from ..company.pushes.shapes import queue_name
from ..desk.commands import CreateCustomer, DestroyCustomer, UpdateCustomer
from ..desk.desk import Desk
from ..desk.records import Customer, Stay
from ..endpoint import Reply, Table
from ..scenario.people.customers import CUSTOMER_KEYS, CustomerFields, anonymous_name, customer_fields, refuse_taken
from ..scenario.people.typed import Name, Number
from .asking import OperatorAsk, PathId
from .finding import customer_of, target_name
from .operator import Moment, OperatorCall, WasDone

TABLE = Table()
_SECTION = "people"

_OWN_EACH = "each customer has their own; PATCH /_mock/customers/{id} changes that one"


class AddCustomer(OperatorAsk, CustomerFields):
    """A customer to be added; the id is the next free one unless given."""

    id: Number | None = None
    nick_name: Name | None = Field(None, description="May be left out beside a token: API匿名用户(token) and the like")


class ChangeCustomer(OperatorAsk, CustomerFields):
    """What to change of a customer; what is left out stays."""

    id: PathId
    nick_name: Name = ""


class WhichCustomer(OperatorAsk):
    """Which customer."""

    id: PathId


class ListCustomers(OperatorAsk):
    """Which customers: those with any of these, or all."""

    customer_token: str | None = None
    web_token: str | None = None
    sdk_token: str | None = None
    email: str | None = None
    limit: Annotated[int, Field(ge=1, le=100_000)] = Field(1000, description="At most so many, the oldest first")


class Standing(Reply):
    """Where a customer stands: with a robot, in which place of which queue (place 0: being assigned), or in a session."""

    state: str = Field(description="robot, queued, assigning or in_session")
    session_key: str
    channel: str
    robot_role_id: str | None
    app_id: int | None
    session_id: int | None
    queue: str | None
    queue_of: str | None = Field(description="Whom the queue waits for")
    place: int
    robot_talks: list[int] = Field(description="Ids of this stay's talks with robots, oldest first")
    since: Moment


class CustomerShown(Reply):
    """A customer, and where they stand."""

    id: int
    nick_name: str
    customer_token: str | None
    web_token: str | None
    sdk_token: str | None
    email: str | None
    cellphones: list[str]
    other_emails: list[str]
    description: str | None
    level: str
    tags: list[str]
    custom_fields: dict[str, Any]
    is_blocked: bool
    is_online: bool
    is_anonymous: bool
    session_id: int | None
    queue: str | None
    place: int
    stays: list[Standing]
    created_at: Moment
    updated_at: Moment


class CustomerList(Reply):
    """Customers; `total` counts all that fit."""

    customers: list[CustomerShown]
    total: int


@TABLE.add("GET", "/customers", section=_SECTION, source="assumed")
def list_customers(call: OperatorCall, ask: ListCustomers) -> CustomerList:
    """The company's customers, or the one with a token or email."""
    desk = call.desk
    keys = {name: getattr(ask, name) for name in CUSTOMER_KEYS}
    wanted = {name: value for name, value in keys.items() if value is not None}
    if wanted:
        found = [desk.customer_by(CUSTOMER_KEYS[name], value) for name, value in wanted.items()]
        first = found[0]
        customers = [first] if first is not None and all(other is first for other in found) else []
    else:
        customers = list(desk.state.customers.values())
    return CustomerList(customers=[_shown(desk, customer) for customer in customers[: ask.limit]], total=len(customers))


@TABLE.add("POST", "/customers", section=_SECTION, source="assumed", status=201)
def add_customer(call: OperatorCall, ask: AddCustomer) -> CustomerShown:
    """Adds a customer."""
    fields = customer_fields(ask)
    refuse_taken(call.desk, ask, own_id=None, hint=_OWN_EACH)
    if ask.nick_name is None:
        fields["nick_name"] = anonymous_name(call.desk, ask)
    number = call.submit(CreateCustomer(fields))
    desk = call.desk
    return _shown(desk, desk.state.customers[number])


@TABLE.add("GET", "/customers/{id}", section=_SECTION, source="assumed")
def show_customer(call: OperatorCall, ask: WhichCustomer) -> CustomerShown:
    """One customer."""
    desk = call.desk
    return _shown(desk, customer_of(desk, ask.id))


@TABLE.add("PATCH", "/customers/{id}", section=_SECTION, source="assumed")
def change_customer(call: OperatorCall, ask: ChangeCustomer) -> CustomerShown:
    """Changes a customer; `is_online` is what decides about offline pushes."""
    customer_of(call.desk, ask.id)
    fields = customer_fields(ask)
    del fields["id"]
    refuse_taken(call.desk, ask, own_id=ask.id, hint=_OWN_EACH)
    call.submit(UpdateCustomer(ask.id, fields))
    desk = call.desk
    return _shown(desk, desk.state.customers[ask.id])


@TABLE.add("DELETE", "/customers/{id}", section=_SECTION, source="assumed")
def remove_customer(call: OperatorCall, ask: WhichCustomer) -> WasDone:
    """Removes a customer; their sessions are closed and their places given up, without pushes."""
    customer_of(call.desk, ask.id)
    call.submit(DestroyCustomer(ask.id))
    return WasDone()


def standing(desk: Desk, stay: Stay) -> Standing:
    """Where a customer's stay stands now."""
    return Standing(
        state=stay.stage.value,
        session_key=stay.origin.session_key,
        channel=stay.origin.channel,
        robot_role_id=stay.origin.robot_role_id,
        app_id=stay.origin.app_id,
        session_id=stay.session_id,
        queue=queue_name(stay.ticket.target) if stay.ticket else None,
        queue_of=target_name(desk, stay.ticket.target) if stay.ticket else None,
        place=desk.place(stay) if stay.ticket else 0,
        robot_talks=list(stay.talk_ids),
        since=stay.ticket.joined_at if stay.ticket else stay.began_at,
    )


def _shown(desk: Desk, customer: Customer) -> CustomerShown:
    stays = [standing(desk, stay) for stay in desk.stays_of(customer.id)]
    return CustomerShown(
        id=customer.id,
        nick_name=customer.nick_name,
        customer_token=customer.token,
        web_token=customer.web_token,
        sdk_token=customer.sdk_token,
        email=customer.email,
        cellphones=[cellphone.content for cellphone in customer.cellphones],
        other_emails=list(customer.other_emails),
        description=customer.description,
        level=customer.level,
        tags=list(customer.tags),
        custom_fields=dict(customer.custom_fields),
        is_blocked=customer.is_blocked,
        is_online=customer.is_online,
        is_anonymous=customer.is_anonymous,
        session_id=next((stay.session_id for stay in stays if stay.session_id is not None), None),
        queue=next((stay.queue for stay in stays if stay.queue is not None), None),
        place=next((stay.place for stay in stays if stay.queue is not None), 0),
        stays=stays,
        created_at=customer.created_at,
        updated_at=customer.updated_at,
    )
