"""Pushes held against what is asked for."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from ...desk.desk import Desk
from ...endpoint.wrong import short
from ...scenario.traffic.patterns import Difference, differences, fits
from ..pushes.deliveries import Delivery
from ..secrets.values import parsed
from .differing import differing, without_secret_values

# What costs least to look at comes first.
FIELDS: Final = (
    "target",
    "push",
    "session_id",
    "customer_token",
    "type",
    "body",
    "state",
    "attempts",
    "fault",
    "copy_of",
)
# What of a push changes while it is on its way.
CHANGING: Final = frozenset({"state", "attempts"})


class PushMatcher:
    """A push match, `scenario/traffic/matches.py`'s plain form, ready to be held against deliveries."""

    def __init__(self, match: Mapping[str, Any]) -> None:
        self.match = dict(match)
        self.fields = tuple(name for name in FIELDS if name in match)

    def fits(self, delivery: Delivery, desk: Desk) -> bool:
        """Whether this push is meant; the desk knows its customer."""
        return all(self.is_met(name, delivery, desk) for name in self.fields)

    def differences(self, delivery: Delivery, desk: Desk) -> list[Difference]:
        """Everything in which this push is another than the one that is meant; empty when it fits."""
        return [row for rows in self.by_field(delivery, desk).values() for row in rows]

    def by_field(self, delivery: Delivery, desk: Desk) -> dict[str, list[Difference]]:
        """Of each field that is asked for in what it differs; an empty list where it does not."""
        return {name: without_secret_values(self._differences(name, delivery, desk)) for name in self.fields}

    def is_met(self, name: str, delivery: Delivery, desk: Desk) -> bool:
        """Whether one field is as it is asked for."""
        wanted = self.match[name]
        match name:
            case "body":
                return fits(wanted, parsed(delivery.body))
            case "type":
                return wanted in message_types(delivery)
            case "attempts":
                return _is_count(wanted, len(delivery.attempts))
        return bool(_VALUES[name](delivery, desk) == wanted)

    def _differences(self, name: str, delivery: Delivery, desk: Desk) -> list[Difference]:
        wanted = self.match[name]
        if name == "body":
            return differences(wanted, parsed(delivery.body), at="body")
        if self.is_met(name, delivery, desk):
            return []
        match name:
            case "type":
                return [differing(name, short(wanted), " + ".join(map(short, message_types(delivery))) or "nothing")]
            case "attempts":
                return [differing(name, _count_words(wanted), str(len(delivery.attempts)))]
            case "state" if delivery.reason:
                return [differing(name, short(wanted), f"{short(delivery.state)} ({delivery.reason})")]
        found = _VALUES[name](delivery, desk)
        return [differing(name, short(wanted), "nothing" if found is None else short(found))]


def message_types(delivery: Delivery) -> list[str]:
    """The types of the messages in a push, in order, each once."""
    return list(dict.fromkeys(str(row["type"]) for row in _messages(parsed(delivery.body)) if "type" in row))


def _messages(body: object) -> Iterator[Mapping[str, Any]]:
    if not isinstance(body, Mapping):
        return
    # A urobot's are one object, an H5 push has one more beside them, with its content.
    for part in (body.get("messages"), body.get("message")):
        for row in part if isinstance(part, list) else [part]:
            if isinstance(row, Mapping):
                yield row
                if isinstance(row.get("content"), Mapping):
                    yield row["content"]


def _customer_token(delivery: Delivery, desk: Desk) -> str | None:
    customer = desk.state.customers.get(delivery.customer_id)
    if customer is not None:
        return customer.token
    # Who was removed since is still named by what was sent.
    body = parsed(delivery.body)
    token = body.get("customer_token") if isinstance(body, Mapping) else None
    return token if isinstance(token, str) else None


_VALUES: Final[Mapping[str, Callable[[Delivery, Desk], Any]]] = {
    "target": lambda delivery, _: delivery.target,
    "push": lambda delivery, _: delivery.push,
    "session_id": lambda delivery, _: delivery.session_id,
    "customer_token": _customer_token,
    "state": lambda delivery, _: delivery.state,
    "fault": lambda delivery, _: delivery.fault,
    "copy_of": lambda delivery, _: delivery.copy_of,
}


def _is_count(wanted: Any, count: int) -> bool:
    if isinstance(wanted, Mapping):
        return bool(wanted.get("at_least", 0) <= count <= wanted.get("at_most", count))
    return bool(wanted == count)


def _count_words(wanted: Any) -> str:
    if not isinstance(wanted, Mapping):
        return str(wanted)
    return ", ".join(f"{name.replace('_', ' ')} {number}" for name, number in wanted.items())
