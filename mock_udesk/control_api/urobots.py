"""The company's urobots: their scenes, what they say first, what they know, and what they would answer."""

from datetime import datetime

from pydantic import Field

from ..company.pushes.shapes import iso8601
from ..desk.errors import UsageError
from ..desk.knowledge import Urobot
from ..desk.robot_commands import AddUrobot, ChangeUrobot, RemoveUrobot
from ..endpoint import Reply, Table
from ..scenario.people.finding import urobot_of
from ..scenario.people.robots import UrobotFields
from ..scenario.people.robots_to_desk import NEW, urobot_fields
from ..scenario.people.typed import Name, Number
from .asking import IdOrName, OperatorAsk
from .knowledge import KnowledgeShown, knowledge_fields
from .operator import Moment, Nothing, OperatorCall, WasDone
from .robot_calls import Tried, Try, WhichRobot, submit, tried

TABLE = Table()
_SECTION = "robots"


class NewUrobot(OperatorAsk, UrobotFields):
    """A urobot to be added; the id is the next free one unless given."""

    id: Number | None = None
    name: Name


class ChangeUrobotFields(OperatorAsk, UrobotFields):
    """What to change of a urobot: each field that is given is replaced whole, what is left out stays."""

    id: IdOrName
    name: Name = ""
    created_at: datetime | None = Field(None, description="As it is shown: it stays")


class SceneShown(Reply):
    """Where a urobot is used."""

    id: int
    name: str


class TopAskShown(Reply):
    """One heading of a urobot's frequent questions."""

    id: int
    name: str
    questions: list[int]


class UrobotHead(Reply):
    """Who a urobot is."""

    id: int
    name: str
    logo: str
    scenes: list[SceneShown]
    leading: str
    hello: str
    top_ask: list[TopAskShown]
    created_at: Moment


class UrobotShown(KnowledgeShown, UrobotHead):
    """A urobot with all it knows; who it is comes first."""


class UrobotList(Reply):
    """All urobots of the company."""

    urobots: list[UrobotShown]
    total: int


@TABLE.add("GET", "/urobots", section=_SECTION, source="assumed")
def list_urobots(call: OperatorCall, ask: Nothing) -> UrobotList:
    """All urobots with what they know."""
    rows = [_urobot(urobot) for urobot in call.desk.state.urobots.values()]
    return UrobotList(urobots=rows, total=len(rows))


@TABLE.add("POST", "/urobots", section=_SECTION, source="assumed", status=201)
def add_urobot(call: OperatorCall, ask: NewUrobot) -> UrobotShown:
    """Adds a urobot; its scenes, questions, small talk and flows must fit together."""
    number = submit(call, ask, AddUrobot(urobot_fields(ask, NEW, ())))
    return _urobot(call.desk.state.urobots[number])


@TABLE.add("GET", "/urobots/{id}", section=_SECTION, source="assumed")
def show_urobot(call: OperatorCall, ask: WhichRobot) -> UrobotShown:
    """One urobot, by id or name."""
    return _urobot(urobot_of(call.desk, ask.id))


@TABLE.add("PATCH", "/urobots/{id}", section=_SECTION, source="assumed")
def change_urobot(call: OperatorCall, ask: ChangeUrobotFields) -> UrobotShown:
    """Changes a urobot; a list that is given replaces the whole list, and answers given stay as they are."""
    urobot = urobot_of(call.desk, ask.id)
    _refuse_another_beginning(ask, urobot)
    fields = urobot_fields(ask, urobot.knowledge, urobot.top_asks)
    del fields["id"]
    fields.pop("created_at", None)
    submit(call, ask, ChangeUrobot(urobot.id, fields))
    return _urobot(call.desk.state.urobots[urobot.id])


@TABLE.add("DELETE", "/urobots/{id}", section=_SECTION, source="assumed")
def remove_urobot(call: OperatorCall, ask: WhichRobot) -> WasDone:
    """Removes a urobot; the talks it had stay."""
    call.submit(RemoveUrobot(urobot_of(call.desk, ask.id).id))
    return WasDone()


@TABLE.add("POST", "/urobots/{id}/try", section=_SECTION, source="assumed", changes_nothing=True)
def try_urobot(call: OperatorCall, ask: Try) -> Tried:
    """Which answer a text would get from a urobot, and why; nothing changes."""
    return tried(call, urobot_of(call.desk, ask.id).knowledge, "urobot", ask.text)


def _refuse_another_beginning(ask: ChangeUrobotFields, urobot: Urobot) -> None:
    """Raises UsageError unless `created_at` is left out, or as it is shown."""
    given = ask.created_at
    is_as_shown = given is not None and given.tzinfo is not None and iso8601(given) == iso8601(urobot.created_at)
    if "created_at" in ask.model_fields_set and not is_as_shown:
        raise UsageError(
            "invalid",
            f"created_at: urobot {urobot.id} was added at {iso8601(urobot.created_at)}, which stays",
            hint="leave it out",
            field="created_at",
        )


def _urobot(urobot: Urobot) -> UrobotShown:
    return UrobotShown(
        id=urobot.id,
        name=urobot.name,
        logo=urobot.logo,
        scenes=[SceneShown(id=scene.id, name=scene.name) for scene in urobot.scenes],
        leading=urobot.leading,
        hello=urobot.hello,
        top_ask=[TopAskShown(id=row.id, name=row.name, questions=list(row.question_ids)) for row in urobot.top_asks],
        created_at=urobot.created_at,
        **knowledge_fields(urobot.knowledge),
    )
