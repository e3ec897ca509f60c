"""Customers: made by the API or on first use, changed, there or not."""

import dataclasses
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

from . import checks, texts
from .books import Books
from .commands import AskForAgent, CreateCustomer, SetOnline, SwitchH5Push, UpdateCustomer
from .effects import Effect, Happened, Outcome
from .errors import DUPLICATE, NOT_FOUND, DeskError, UsageError
from .happenings import Happening
from .records import Cellphone, Customer, H5Push

TokenKind = Literal["token", "web_token", "sdk_token"]

# What the desk itself sees to.
_OWN = ("id", "created_at", "updated_at", "h5_push")
_CHANGEABLE = [field.name for field in dataclasses.fields(Customer) if field.name not in _OWN]
_KEYS = ("token", "web_token", "sdk_token", "email")
# Rails names an attribute so in its validation texts. Assumed: contract §7.1 has the like of it from the SDK only.
_RAILS_NAMES = {
    "token": "Open api token",
    "web_token": "Web token",
    "sdk_token": "Sdk token",
    "email": "Email",
    "cellphones": "Cellphones",
}


def create_customer(books: Books, command: CreateCustomer, now: datetime) -> Outcome[int]:
    """Doc: contract §7.1. Ruling 6."""
    checks.check_fields(command.fields, [*_CHANGEABLE, "id"])
    # The sessions and messages of a removed customer stay under its id.
    state = books.state
    customer_id = checks.new_id(command.fields, state.customers, "customer", state.counters.customer)
    fields = _checked(books, command.fields, customer_id=None)
    effects: list[Effect] = []
    return Outcome(_add(books, fields, customer_id, now, effects).id, tuple(effects))


def update_customer(books: Books, command: UpdateCustomer, now: datetime) -> Outcome[int]:
    """Doc: contract §7.1. Assumed: where nothing is another than before, nothing happens, and `updated_at` stays."""
    customer = checks.customer(books, command.customer_id)
    checks.check_fields(command.fields, _CHANGEABLE)
    fields = _checked(books, command.fields, customer_id=customer.id)
    if "cellphones" in fields:
        fields["cellphones"] = _cellphones(books, fields["cellphones"], customer.cellphones)
    fields = {name: value for name, value in fields.items() if value != getattr(customer, name)}
    if not fields:
        # As Rails does: what is saved unchanged is not touched.
        return Outcome(customer.id, ())
    books.unfile_customer(customer)
    for name, value in fields.items():
        setattr(customer, name, value)
    customer.updated_at = now
    books.file_customer(customer)
    effects = [happened(Happening.CUSTOMER_CHANGED, customer, now, fields=sorted(fields))]
    if "is_online" in fields:
        effects.append(_presence(customer, now))
    return Outcome(customer.id, tuple(effects))


def set_online(books: Books, command: SetOnline, now: datetime) -> Outcome[None]:
    """Doc: im-api-v2 §修改客户在线状态."""
    customer = checks.customer_by_token(books, command.customer_token)
    if customer.is_online is command.is_online:
        return Outcome(None, ())
    customer.is_online = command.is_online
    return Outcome(None, (_presence(customer, now),))


def switch_h5_push(books: Books, command: SwitchH5Push, now: datetime) -> Outcome[None]:
    """Doc: contract §8, im/h5push. Ruling 22."""
    customer = checks.customer(books, command.customer_id)
    switched = H5Push(im_web_plugin_id=command.im_web_plugin_id, is_on=command.is_on)
    if customer.h5_push == switched:
        return Outcome(None, ())
    customer.h5_push = switched
    switching = happened(
        Happening.H5_PUSH_SWITCHED, customer, now, im_web_plugin_id=command.im_web_plugin_id, is_on=command.is_on
    )
    return Outcome(None, (switching,))


def asking(books: Books, command: AskForAgent) -> Customer | None:
    """Who asks; None: not known yet, and may be made by `make_asking`. Raises NOT_FOUND, UsageError without exactly one token."""
    kind, token = _token(command)
    index = {"token": books.by_token, "web_token": books.by_web_token, "sdk_token": books.by_sdk_token}[kind]
    customer_id = index.get(token)
    if customer_id is not None:
        return books.state.customers[customer_id]
    if kind == "token":
        check_may_be_made(books, token)
    return None


def make_asking(books: Books, command: AskForAgent, now: datetime, effects: list[Effect]) -> Customer:
    """Makes the customer who asks for the first time. Doc: im-api-v2 §创建会话(请求分配客服), API匿名用户. Ruling 6."""
    kind, token = _token(command)
    return make(books, kind, token, now, effects)


def check_may_be_made(books: Books, token: str) -> None:
    """Raises NOT_FOUND when unknown tokens of the API make no customers. Ruling 6."""
    if not books.state.policy.auto_create_customers:
        raise DeskError(
            NOT_FOUND,
            detail=f"customer_token {token!r} is unknown and auto_create_customers is off: create the customer first",
        )


def make(books: Books, kind: TokenKind, token: str, now: datetime, effects: list[Effect]) -> Customer:
    """Makes a customer of whom only a token is known."""
    is_of_api = kind == "token"
    fields: dict[str, Any] = {
        kind: token,
        "nick_name": texts.worded(texts.ANONYMOUS[kind], books.state.policy, token=token),
        "is_anonymous": is_of_api,
        "is_made_by_api": is_of_api,
    }
    return _add(books, fields, books.state.counters.customer, now, effects)


def _token(command: AskForAgent) -> tuple[TokenKind, str]:
    tokens: dict[TokenKind, str | None] = {
        "token": command.customer_token,
        "web_token": command.web_token,
        "sdk_token": command.sdk_token,
    }
    given = [(kind, token) for kind, token in tokens.items() if token]
    if len(given) != 1:
        raise UsageError(
            "invalid", f"{len(given)} tokens are given", hint="give one of customer_token, web_token, sdk_token"
        )
    return given[0]


def _add(books: Books, fields: dict[str, Any], customer_id: int, now: datetime, effects: list[Effect]) -> Customer:
    books.state.counters.customer = customer_id + 1
    fields = {"nick_name": "", **fields, "cellphones": _cellphones(books, fields.get("cellphones", []), [])}
    customer = Customer(id=customer_id, created_at=now, updated_at=now, **fields)
    books.state.customers[customer_id] = customer
    books.file_customer(customer)
    effects.append(happened(Happening.CUSTOMER_CREATED, customer, now, nick_name=customer.nick_name))
    return customer


def _checked(books: Books, fields: Mapping[str, Any], customer_id: int | None) -> dict[str, Any]:
    """The fields as they will stand in the record, without the id; raises DUPLICATE when somebody else has one of the keys."""
    checked: dict[str, Any] = {}
    indexes = (books.by_token, books.by_web_token, books.by_sdk_token, books.by_email)
    for name, index in zip(_KEYS, indexes, strict=True):
        if name in fields:
            checked[name] = value = fields[name] or None
            if value is not None and index.get(value, customer_id) != customer_id:
                raise _duplicate(name, value, index[value])
    for name, value in fields.items():
        if name == "cellphones":
            checked[name] = numbers = list(dict.fromkeys(value))
            for number in numbers:
                if books.by_cellphone.get(number, customer_id) != customer_id:
                    raise _duplicate(name, number, books.by_cellphone[number])
        elif name not in _KEYS and name != "id":
            # The record has its own lists and objects: the caller may change theirs.
            checked[name] = (
                list(value) if isinstance(value, list) else dict(value) if isinstance(value, dict) else value
            )
    return checked


def _cellphones(books: Books, numbers: list[str], old: list[Cellphone]) -> list[Cellphone]:
    """Numbers with ids; a number that the customer had already keeps its own."""
    counters = books.state.counters
    ids = {cellphone.content: cellphone.id for cellphone in old}
    cellphones = []
    for number in numbers:
        if number not in ids:
            ids[number] = counters.cellphone
            counters.cellphone += 1
        cellphones.append(Cellphone(id=ids[number], content=number))
    return cellphones


def _duplicate(name: str, value: object, owner: int) -> DeskError:
    return DeskError(
        DUPLICATE,
        detail=f"{name} {value!r} belongs to customer {owner} already; each has their own",
        exception=f"Validation failed: {_RAILS_NAMES[name]} has already been taken",
    )


def _presence(customer: Customer, now: datetime) -> Happened:
    kind = Happening.CUSTOMER_ONLINE if customer.is_online else Happening.CUSTOMER_OFFLINE
    return happened(kind, customer, now)


def happened(kind: Happening, customer: Customer, now: datetime, **facts: Any) -> Happened:
    """Something that happened to a customer."""
    return Happened(at=now, kind=kind, customer_id=customer.id, facts=facts)
