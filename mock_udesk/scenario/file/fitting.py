"""Matches and replies that can never come to anything: what is asked for is nothing that happens so."""

from collections.abc import Iterator, Mapping, Sequence

from ...desk.conversation import SAID_BY_AGENTS
from ...desk.records import CloseType
from ...desk.talks import AnswerKind
from ..scenario import Finding
from .nodes import Path
from .steps import AnyStep, ReplyStep, UseStep, WaitForStep
from .uses import in_order
from .values import near_one
from .walk import Read, matches
from .words import finding_at

_QUESTIONS = ("message", "click")
# What a happening has a type of, and which there are; with others `type` never fits.
_TYPES: Mapping[str, tuple[str, ...]] = {
    "message": SAID_BY_AGENTS,
    "agent_message": (*SAID_BY_AGENTS, "struct"),
    "leave_message": SAID_BY_AGENTS,
    "survey_invited": ("survey",),
    "session_closed": tuple(str(kind) for kind in CloseType),
    "robot_talk": ("robot", "urobot"),
    "robot_question": _QUESTIONS,
    "urobot_question": _QUESTIONS,
    "robot_answer": tuple(str(kind) for kind in AnswerKind),
}
# What only some happenings have: with others it never fits.
_ONLY_OF: Mapping[str, tuple[str, ...]] = {
    "place": ("queued", "queue_moved"),
    "status": ("agent_status",),
    "option": ("survey", "robot_rated"),
    "type": tuple(_TYPES),
    "text": (
        *("message", "agent_message", "leave_message", "preview", "survey", "survey_invited", "agent_status"),
        *("robot_question", "urobot_question", "robot_answer", "robot_rated"),
    ),
}
# After these nobody is there who could say anything.
_WITHOUT_SESSION = ("session_closed", "queue_abandoned", "leave_message", "leave_message_solved")


def never_fits(read: Read) -> Iterator[Finding]:
    """What a match asks for and its trigger never has."""
    for path, match, on in matches(read):
        for name, triggers in _ONLY_OF.items():
            if getattr(match, name) is not None and on not in triggers:
                which = triggers[0] if len(triggers) == 1 else f"{', '.join(triggers[:-1])} and {triggers[-1]}"
                yield _warning(read, (*path, name), f"{name} of {on}, which never fits", f"it with {which} alone")
        known = _TYPES.get(on)
        if match.type is not None and known is not None and match.type not in known:
            near = near_one(match.type, known)
            expected = " or ".join(known) if near is None else f"{near} (the nearest)"
            yield _warning(read, (*path, "type"), f"the type {match.type[:80]} of {on}, which never fits", expected)


def nobody_replies(read: Read) -> Iterator[Finding]:
    """Replies of rules that begin where no session is, and wait for nothing before."""
    # Of each list of steps: whether it gets to its end without waiting; and the first reply on the way.
    passes: dict[str, bool] = {}
    replies: dict[str, bool] = {}
    for name in in_order(read):
        reply, passes[name] = _first_reply(read.steps[name], replies, passes)
        replies[name] = reply is not None
    for at, rule in read.rules:
        if rule.on in _WITHOUT_SESSION:
            step, _ = _first_reply(rule.do, replies, passes)
            if step is not None:
                expected = "a wait_for (session_started, message …) before it"
                found = f"a reply after {rule.on}, when nobody can say anything"
                yield _warning(read, ("rules", at, "do", step), found, expected)


def _first_reply(
    steps: Sequence[AnyStep], replies: Mapping[str, bool], passes: Mapping[str, bool]
) -> tuple[int | None, bool]:
    """Where the first reply is that is done without waiting for anything, and whether the end is reached so."""
    for at, step in enumerate(steps):
        if isinstance(step, ReplyStep) or (isinstance(step, UseStep) and replies.get(step.use, False)):
            return at, False
        if isinstance(step, WaitForStep) or (isinstance(step, UseStep) and not passes.get(step.use, False)):
            return None, False
    return None, True


def _warning(read: Read, path: Path, found: str, expected: str) -> Finding:
    return finding_at(read.root, path, read.file, found=found, expected=expected, severity="warning")
