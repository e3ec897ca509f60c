"""What templates see: the nouns of a conversation by the names that users type, to be read and nothing else."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from ...desk.play.rendering import Heard, View
from ...desk.records import Agent, Customer, Session
from .fake import Fake
from .moments import beijing

Getter = Callable[[Any], Any]

_CUSTOMER: Mapping[str, Callable[[Customer], Any]] = {
    "id": lambda customer: customer.id,
    "customer_token": lambda customer: customer.token,
    "web_token": lambda customer: customer.web_token,
    "sdk_token": lambda customer: customer.sdk_token,
    "nick_name": lambda customer: customer.nick_name,
    "email": lambda customer: customer.email,
    "cellphones": lambda customer: [number.content for number in customer.cellphones],
    "level": lambda customer: customer.level,
    "tags": lambda customer: customer.tags,
    "description": lambda customer: customer.description,
    "custom_fields": lambda customer: customer.custom_fields,
    "is_online": lambda customer: customer.is_online,
}

_SESSION: Mapping[str, Callable[[Session], Any]] = {
    "id": lambda session: session.id,
    "channel": lambda session: session.origin.channel,
    "created_at": lambda session: beijing(session.created_at),
    "session_key": lambda session: session.origin.session_key,
    "queue_seconds": lambda session: session.queue_seconds,
}

_AGENT: Mapping[str, Callable[[Agent], Any]] = {
    "id": lambda agent: agent.id,
    "name": lambda agent: agent.name,
    # Doc: im-api-v2 §查询客服状态: 如果为空,显示客服姓名. Templates are read by customers, so they get what is shown.
    "im_nick": lambda agent: agent.shown_name,
    "email": lambda agent: agent.email,
    "groups": lambda agent: agent.group_ids,
    "im_status": lambda agent: str(agent.status),
    "im_max_join_num": lambda agent: agent.capacity,
}


def _data(heard: Heard) -> Any:
    return heard.facts.get("data", {})


def _content(heard: Heard) -> Any:
    data = _data(heard)
    return data.get("content", heard.text) if isinstance(data, Mapping) else heard.text


_MESSAGE: Mapping[str, Callable[[Heard], Any]] = {
    "id": lambda heard: heard.facts.get("message_id"),
    "type": lambda heard: heard.facts.get("type", ""),
    "text": lambda heard: heard.text,
    "content": _content,
    "data": _data,
}

# Of a moment; not only of `now`, but of it they are known when a file is loaded.
MOMENT: Mapping[str, Callable[[datetime], Any]] = {
    "year": lambda moment: moment.year,
    "month": lambda moment: moment.month,
    "day": lambda moment: moment.day,
    "hour": lambda moment: moment.hour,
    "minute": lambda moment: moment.minute,
    "second": lambda moment: moment.second,
    "microsecond": lambda moment: moment.microsecond,
}

# The nouns whose attributes are known before anything is rendered.
FIELDS: Mapping[str, Mapping[str, Getter]] = {
    "customer": _CUSTOMER,
    "session": _SESSION,
    "agent": _AGENT,
    "message": _MESSAGE,
    "now": MOMENT,
}
NAMES = (*FIELDS, "vars", "fake")


class Noun:
    """One of a conversation's nouns: its fields can be read, nothing behind them can."""

    __slots__ = ("_getters", "_of", "name")

    def __init__(self, name: str, of: object) -> None:
        self.name = name
        self._of = of
        self._getters = FIELDS[name]

    def __contains__(self, field: object) -> bool:
        return field in self._getters

    def __getitem__(self, field: str) -> Any:
        """A field's value, read now. Raises KeyError."""
        return self._getters[field](self._of)

    @property
    def fields(self) -> Iterable[str]:
        """What it has."""
        return self._getters.keys()


class Absent:
    """A noun that this conversation does not have."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name

    def __bool__(self) -> bool:
        return False

    @property
    def reason(self) -> str:
        """Why there is none."""
        return _WHY_ABSENT[self.name]


_WHY_ABSENT = {
    "customer": "there is no customer",
    "session": "there is no session: nobody has taken the customer yet, or it is over",
    "agent": "there is no agent: nobody has taken the customer yet",
}


class Variables(Mapping[str, Any]):
    """The variables of a run."""

    __slots__ = ("_values",)

    def __init__(self, values: Mapping[str, Any]) -> None:
        self._values = values

    def __getitem__(self, name: str) -> Any:
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)


def _noun(name: str, of: object | None) -> Noun | Absent:
    return Absent(name) if of is None else Noun(name, of)


_SHOWN: Mapping[str, Callable[[View], Any]] = {
    "customer": lambda view: _noun("customer", view.customer),
    "session": lambda view: _noun("session", view.session),
    "agent": lambda view: _noun("agent", view.agent),
    "message": lambda view: Noun("message", view.heard),
    "now": lambda view: beijing(view.now),
    "vars": lambda view: Variables(view.variables),
    "fake": lambda view: Fake(view.seed),
}


def shown(view: View, names: Iterable[str]) -> dict[str, Any]:
    """These names of the view, each with what a template sees under it."""
    return {name: _SHOWN[name](view) for name in names}
