"""What can be waited for, as it is typed."""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import Field, model_validator

from ..company.awaiting.conditions import Bounds, PlaceWanted, SessionWanted
from ..desk.errors import UsageError
from ..scenario.people.finding import agent_of, group_of
from ..scenario.people.typed import Key, Number, Typed
from ..scenario.traffic.matches import CallMatch, CountOrBounds, PushMatch
from . import window
from .asking import OperatorAsk
from .operator import OperatorCall


class SessionAsked(Typed):
    """Which sessions; what is left out may be anything."""

    customer_token: Key | None = None
    id: Number | None = Field(None, description="im_sub_session_id")
    state: Literal["open", "closed"] | None = None
    agent: Key | None = Field(None, description="Its agent, by id or name")
    group: Key | None = Field(None, description="A group that its agent is in, by id or name")
    channel: Key | None = None
    close_type: Literal["normal", "redirect", "force"] | None = None
    message_count: CountOrBounds = Field(
        None, description='All messages of its transcript: a number, or {"at_least": n, "at_most": n}'
    )

    aliases: ClassVar[Mapping[str, str]] = {
        "status": "state",
        "session_id": "id",
        "im_sub_session_id": "id",
        "agent_id": "agent",
        "group_id": "group",
    }


class QueueAsked(Typed):
    """Who stands in a queue; what is left out may be anything."""

    customer_token: Key | None = None
    place: CountOrBounds = Field(None, description='From 1; 0: being assigned. A number, or {"at_most": 1}')
    target: Literal["agent", "group", "company"] | None = Field(None, description="Whom the queue waits for")
    agent: Key | None = Field(None, description="This agent's queue")
    group: Key | None = Field(None, description="This group's queue")
    state: Literal["queued", "assigning", "left"] | None = Field(
        None, description="left: served, or gone; left out: queued or assigning"
    )

    aliases: ClassVar[Mapping[str, str]] = {
        "status": "state",
        "agent_id": "agent",
        "group_id": "group",
    }
    elsewhere: ClassVar[Mapping[str, str]] = {
        "count": "it belongs beside until, or did you mean place?",
    }


HowMany = Annotated[int, Field(ge=1, le=1_000_000_000)]


class Until(Typed):
    """What to wait for; one of the four."""

    nested: ClassVar[tuple[str, ...]] = ("session", "queue", "push", "call")

    session: SessionAsked | None = None
    queue: QueueAsked | None = None
    push: PushMatch | None = None
    call: CallMatch | None = None
    count: HowMany | None = Field(None, description="As count beside until")

    elsewhere: ClassVar[Mapping[str, str]] = dict.fromkeys(("since", "timeout_seconds"), "it belongs beside until")

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        given = [name for name in Until.nested if getattr(self, name) is not None]
        if len(given) != 1:
            raise ValueError(
                f"expected one of session, queue, push and call, found {', '.join(given) or 'none of them'}"
            )
        return self


class Await(OperatorAsk):
    """What to wait for, how many of it, and how long at most, in real seconds. What is there already counts."""

    nested: ClassVar[tuple[str, ...]] = ("until",)
    aliases: ClassVar[Mapping[str, str]] = {
        "timeout": "timeout_seconds",
        "within_seconds": "timeout_seconds",
    }
    elsewhere: ClassVar[Mapping[str, str]] = {
        **dict.fromkeys(Until.nested, "it belongs into until"),
    }

    until: Until
    count: HowMany = Field(1, description="At least so many; it may stand within until too")
    timeout_seconds: Annotated[float, Field(ge=0, le=3600)] = 5.0
    since: window.Since | None = Field(
        None,
        description="Of calls and pushes only what came later: an id of the journal (what came after it) or a moment",
    )


def how_many(ask: Await) -> int:
    """At least so many are waited for. Raises UsageError (invalid): two numbers are given."""
    within = ask.until.count
    if within is None:
        return ask.count
    if "count" in ask.model_fields_set and ask.count != within:
        raise _clash("until.count and count exclude each other", "say it once, within until or beside it")
    return within


def session_wanted(call: OperatorCall, asked: SessionAsked) -> SessionWanted:
    """Which sessions are meant. Raises UsageError (unknown): nobody has this id or name."""
    desk = call.desk
    return SessionWanted(
        customer_token=asked.customer_token,
        id=asked.id,
        is_open=None if asked.state is None else asked.state == "open",
        agent_id=None if asked.agent is None else agent_of(desk, asked.agent).id,
        group_id=None if asked.group is None else group_of(desk, asked.group).id,
        channel=asked.channel,
        close_type=asked.close_type,
        message_count=_bounds(asked.message_count),
    )


def place_wanted(call: OperatorCall, asked: QueueAsked) -> PlaceWanted:
    """Which places are meant. Raises UsageError: nobody has this id or name, or two things that can't both be."""
    desk = call.desk
    if asked.agent is not None and asked.group is not None:
        raise _clash("agent and group exclude each other", "each has a queue of its own")
    kind, target_id = asked.target, None
    if asked.agent is not None:
        kind, target_id = "agent", agent_of(desk, asked.agent).id
    elif asked.group is not None:
        kind, target_id = "group", group_of(desk, asked.group).id
    if asked.target is not None and kind != asked.target:
        raise _clash(f"target {asked.target} and {kind} exclude each other", f"leave target out: {kind} says it")
    place = _bounds(asked.place)
    if asked.state == "left":
        if asked.customer_token is None:
            raise _clash("state left needs a customer_token", "say who should have left the queue")
        if place is not None or kind is not None:
            raise _clash("who has left a queue has no place in one", "leave place, target, agent and group out")
    return PlaceWanted(
        customer_token=asked.customer_token, place=place, kind=kind, target_id=target_id, state=asked.state
    )


def _clash(message: str, hint: str) -> UsageError:
    return UsageError("invalid", message, hint=hint)


def _bounds(value: Any) -> Bounds | None:
    if value is None:
        return None
    if isinstance(value, Mapping):
        return Bounds(value.get("at_least", 0), value.get("at_most"))
    return Bounds(value, value)
