"""The stages of a customer's stay and the one table of legal moves; the diagram in the README is printed from it."""

from enum import StrEnum


class Stage(StrEnum):
    """Where a stay stands. The first is before anything happened, the last after everything has."""

    NEW = "new"
    ROBOT = "robot"
    QUEUED = "queued"
    ASSIGNING = "assigning"
    IN_SESSION = "in_session"
    ENDED = "ended"


class Move(StrEnum):
    """What can happen to a stay."""

    TALK = "talk"  # a robot answers; who is in a queue or a session stays there (ruling 7)
    JOIN = "join"  # stand at the end of a queue
    RESERVE = "reserve"  # an agent's freed place is kept for the customer (分配中)
    RELEASE = "release"  # that agent is not to be had after all: back to the old place
    START = "start"  # a session begins
    TRANSFER = "transfer"  # the session goes on with somebody else, under a new id
    ABANDON = "abandon"  # the queue is left without having been served
    CLOSE = "close"  # the session ends
    REMOVE = "remove"  # the customer is removed while nobody but a robot talks to them


MOVES: dict[tuple[Stage, Move], Stage] = {
    (Stage.NEW, Move.TALK): Stage.ROBOT,
    (Stage.NEW, Move.JOIN): Stage.QUEUED,
    (Stage.NEW, Move.START): Stage.IN_SESSION,
    (Stage.ROBOT, Move.TALK): Stage.ROBOT,
    (Stage.ROBOT, Move.JOIN): Stage.QUEUED,
    (Stage.ROBOT, Move.START): Stage.IN_SESSION,
    (Stage.ROBOT, Move.REMOVE): Stage.ENDED,
    (Stage.QUEUED, Move.JOIN): Stage.QUEUED,
    (Stage.QUEUED, Move.RESERVE): Stage.ASSIGNING,
    (Stage.QUEUED, Move.START): Stage.IN_SESSION,
    (Stage.QUEUED, Move.ABANDON): Stage.ENDED,
    (Stage.ASSIGNING, Move.JOIN): Stage.QUEUED,
    (Stage.ASSIGNING, Move.RELEASE): Stage.QUEUED,
    (Stage.ASSIGNING, Move.START): Stage.IN_SESSION,
    (Stage.ASSIGNING, Move.ABANDON): Stage.ENDED,
    (Stage.IN_SESSION, Move.TRANSFER): Stage.IN_SESSION,
    (Stage.IN_SESSION, Move.CLOSE): Stage.ENDED,
}


def after(stage: Stage, move: Move) -> Stage:
    """The stage a move leads to; an illegal one is our own bug and raises KeyError, never an answer to a caller."""
    return MOVES[stage, move]


def diagram() -> str:
    """The table as a Mermaid state diagram."""
    rows = [f"    {start} --> {end}: {move}" for (start, move), end in MOVES.items()]
    return "\n".join(["stateDiagram-v2", f"    [*] --> {Stage.NEW}", *rows, f"    {Stage.ENDED} --> [*]"])
