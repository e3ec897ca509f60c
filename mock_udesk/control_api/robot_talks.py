"""Customers' talks with robots, whole."""

from pydantic import Field

from ..desk.desk import Desk
from ..desk.errors import UsageError
from ..desk.talks import Talk
from ..endpoint import Reply, Table
from .answers import TalkPart, talk_fields
from .asking import OperatorAsk, PathId
from .conversations import CustomerRef, customer_ref
from .finding import customer_with_token
from .operator import OperatorCall
from .window import Limit

TABLE = Table()
_SECTION = "robots"


class ListTalks(OperatorAsk):
    """Which talks."""

    customer_token: str | None = None
    limit: Limit = Field(1000, description="At most so many, the latest")


class WhichTalk(OperatorAsk):
    """Which talk."""

    id: PathId


class TalkShown(TalkPart):
    """A talk with a robot, and whose it is."""

    customer: CustomerRef


class TalkList(Reply):
    """Talks with robots, oldest first; `total` counts all that fit."""

    robot_talks: list[TalkShown]
    total: int


@TABLE.add("GET", "/robot-talks", section=_SECTION, source="assumed")
def list_talks(call: OperatorCall, ask: ListTalks) -> TalkList:
    """Talks with robots and urobots: what was asked, what was answered and why, how it was rated."""
    desk = call.desk
    if ask.customer_token is not None:
        talks = desk.talks_of(customer_with_token(desk, ask.customer_token).id)
    else:
        talks = list(desk.state.talks.values())
    return TalkList(robot_talks=[_talk(desk, talk) for talk in talks[-ask.limit :]], total=len(talks))


@TABLE.add("GET", "/robot-talks/{id}", section=_SECTION, source="assumed")
def show_talk(call: OperatorCall, ask: WhichTalk) -> TalkShown:
    """One talk with a robot, by its sessionId."""
    desk = call.desk
    talk = desk.state.talks.get(ask.id)
    if talk is None:
        raise UsageError("unknown", f"there is no talk with a robot {ask.id}", hint="GET /_mock/robot-talks lists them")
    return _talk(desk, talk)


def _talk(desk: Desk, talk: Talk) -> TalkShown:
    return TalkShown(**talk_fields(talk, talk.exchanges), customer=customer_ref(desk, talk.customer_id))
