"""What a scenario gives an agent or a customer, once its templates are rendered: of the right kind and size, or in words why not."""

from collections.abc import Mapping
from typing import Any, Literal, assert_never

from .. import checks
from ..errors import UsageError
from ..plain_json import plain
from ..records import AgentStatus
from ..references import group_named
from ..state import State

_Kind = Literal["text", "name", "key", "texts", "keys", "capacity", "yes", "object", "status", "groups"]

# What `set_agent` may change, by the names of the desk's record.
AGENT_KINDS: Mapping[str, _Kind] = {
    "name": "name",
    "nick": "text",
    "avatar": "text",
    "email": "text",
    "cellphone": "text",
    "group_ids": "groups",
    "status": "status",
    "custom_status": "text",
    "capacity": "capacity",
    "welcome": "text",
}
# Likewise `set_customer`.
CUSTOMER_KINDS: Mapping[str, _Kind] = {
    "token": "key",
    "web_token": "key",
    "sdk_token": "key",
    "nick_name": "name",
    "email": "key",
    "other_emails": "keys",
    "cellphones": "keys",
    "description": "text",
    "level": "text",
    "tags": "texts",
    "custom_fields": "object",
    "is_blocked": "yes",
    "is_online": "yes",
}
# What may be left empty, and then is nothing.
_MAY_BE_NONE = ("token", "web_token", "sdk_token", "email", "description")
_LONGEST_KEY = 255
_MOST_CAPACITY = 1_000_000


def checked_agent(state: State, fields: Mapping[str, Any]) -> dict[str, Any]:
    """Rendered fields of an agent as the desk takes them, within the bounds of the control API. Raises UsageError."""
    return _checked(state, fields, AGENT_KINDS, ())


def checked_customer(state: State, fields: Mapping[str, Any]) -> dict[str, Any]:
    """Rendered fields of a customer as the desk takes them, within the bounds of the control API. Raises UsageError."""
    return _checked(state, fields, CUSTOMER_KINDS, _MAY_BE_NONE)


def _checked(
    state: State, fields: Mapping[str, Any], kinds: Mapping[str, _Kind], may_be_none: tuple[str, ...]
) -> dict[str, Any]:
    checks.check_fields(fields, kinds)
    return {
        name: None if value is None and name in may_be_none else _value(state, name, value, kinds[name])
        for name, value in fields.items()
    }


def _value(state: State, name: str, value: Any, kind: _Kind) -> Any:
    match kind:
        case "text":
            return _text(name, value)
        case "name":
            return _name(name, value)
        case "key":
            return _key(name, value)
        case "texts":
            return [_text(f"{name}[{number}]", item) for number, item in enumerate(_list(name, value))]
        case "keys":
            return [_key(f"{name}[{number}]", item) for number, item in enumerate(_list(name, value))]
        case "capacity":
            return _capacity(name, value)
        case "yes":
            if not isinstance(value, bool):
                raise _wrong(name, value, "true or false")
            return value
        case "object":
            if not isinstance(value, dict):
                raise _wrong(name, value, "an object")
            return plain(value, name)
        case "status":
            statuses = [str(status) for status in AgentStatus]
            if value not in statuses:
                raise _wrong(name, value, ", ".join(statuses))
            return AgentStatus(value)
        case "groups":
            return [_group(state, f"{name}[{number}]", item) for number, item in enumerate(_list(name, value))]
        case _:
            assert_never(kind)


def _text(name: str, value: Any) -> str:
    """A number is a text too: an expression as a whole keeps its kind."""
    if isinstance(value, str):
        return str(value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    raise _wrong(name, value, "a text")


def _key(name: str, value: Any) -> str:
    text = _text(name, value)
    if not 0 < len(text) <= _LONGEST_KEY:
        raise _wrong(name, value, f"a text of 1 to {_LONGEST_KEY} characters")
    return text


def _name(name: str, value: Any) -> str:
    text = _key(name, value)
    if not text.strip():
        raise _wrong(name, value, "more than blanks")
    return text


def _capacity(name: str, value: Any) -> int:
    """Digits are a number too: what a pattern found is always a text."""
    digits = isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) < 20
    number = int(value) if digits else value
    if isinstance(number, int) and not isinstance(number, bool) and 0 <= number <= _MOST_CAPACITY:
        return number
    raise _wrong(name, value, f"a whole number from 0 to {_MOST_CAPACITY:,}")


def _list(name: str, value: Any) -> list[Any]:
    if isinstance(value, list | tuple):
        return list(value)
    raise _wrong(name, value, "a list")


def _group(state: State, name: str, value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise _wrong(name, value, "the id or the name of a group")
    return group_named(state, value).id


def _wrong(name: str, value: Any, expected: str) -> UsageError:
    return UsageError("invalid", f"{name} is {value!r:.100}", hint=f"expected {expected}", field=name)
