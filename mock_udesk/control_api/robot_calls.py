"""What calls about robots and urobots have in common: which one, what it would answer, and refusals in the words that were typed."""

from collections.abc import Mapping
from typing import Annotated, ClassVar, TypeVar

from pydantic import Field

from ..desk.answering import Index
from ..desk.commands import Command
from ..desk.errors import UsageError
from ..desk.knowledge import Knowledge
from ..desk.talks import RobotKind
from ..scenario.people.robots_to_desk import in_typed_words
from .answers import Answered, answer_fields
from .asking import IdOrName, OperatorAsk
from .operator import OperatorCall

R = TypeVar("R")


class WhichRobot(OperatorAsk):
    """Which robot."""

    id: IdOrName


class Try(OperatorAsk):
    """A text that a customer might say to the robot."""

    aliases: ClassVar[Mapping[str, str]] = dict.fromkeys(("content", "question", "message"), "text")

    id: IdOrName
    text: Annotated[str, Field(max_length=65_535)]


class Tried(Answered):
    """What the robot would answer, and why; nothing was asked."""


def submit(call: OperatorCall, ask: OperatorAsk, command: Command[R]) -> R:
    """Has the desk do it. Raises UsageError in the words of who typed the robot."""
    try:
        return call.submit(command)
    except UsageError as error:
        raise in_typed_words(error, ask.model_fields_set) from None


def tried(call: OperatorCall, knowledge: Knowledge, kind: RobotKind, text: str) -> Tried:
    """What a robot of this kind with this knowledge would answer to a text."""
    words = call.desk.state.policy.sensitive_words
    return Tried(**answer_fields(Index(knowledge).find(text, kind=kind, sensitive_words=words)))
