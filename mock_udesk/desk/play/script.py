"""A scenario as the desk plays it: rules and their steps as plain data."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, Literal, get_args

from ..happenings import Happening
from ..places import Place
from ..references import Reference

# A plain JSON value whose texts, however deep, are templates.
Template = Any

# What can set a rule off, or be waited for: all that happens in a conversation or to its customer.
TRIGGERS: tuple[Happening, ...] = (
    Happening.SESSION_STARTED,
    Happening.MESSAGE,
    Happening.QUEUED,
    Happening.QUEUE_MOVED,
    Happening.ASSIGNING,
    Happening.RELEASED,
    Happening.QUEUE_ABANDONED,
    Happening.TRANSFERRED,
    Happening.SESSION_CLOSED,
    Happening.AGENT_MESSAGE,
    Happening.AGENT_READ,
    Happening.AGENT_STATUS,
    Happening.SURVEY_INVITED,
    Happening.SURVEY,
    Happening.LEAVE_MESSAGE,
    Happening.LEAVE_MESSAGE_SOLVED,
    Happening.PREVIEW,
    Happening.MESSAGE_READ,
    Happening.CUSTOMER_CREATED,
    Happening.CUSTOMER_CHANGED,
    Happening.CUSTOMER_ONLINE,
    Happening.CUSTOMER_OFFLINE,
    Happening.H5_PUSH_SWITCHED,
    Happening.ROBOT_TALK,
    Happening.ROBOT_QUESTION,
    Happening.UROBOT_QUESTION,
    Happening.ROBOT_ANSWER,
    Happening.ANSWER_RATED,
    Happening.ROBOT_RATED,
    Happening.TRANSFER_REPORTED,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """What a happening must be like; whatever is None fits all.

    `text`: a regular expression, searched in the first 4,000 characters of what was said, so that nobody holds the desk up by a long text; its
    named groups become variables of the run. `agent`, `group`: by id or name; of several who share the name each fits. `group`: the queue's,
    else one of the agent's. `type`: the message's, of session_closed the close_type. `turn`: the how-manieth of its kind in the conversation, from 1.
    `place`: of queued and queue_moved. `status`: the agent's new one, of agent_status. `option`: of survey, by id or text. `when`: an
    expression over what templates know.
    """

    text: str | None = None
    agent: Reference | None = None
    group: Reference | None = None
    customer_token: str | None = None
    channel: str | None = None
    type: str | None = None
    turn: int | None = None
    place: int | None = None
    status: str | None = None
    option: Reference | None = None
    when: str | None = None


ANYTHING = Match()


# -- steps: `kind` is what an author calls each, and tells them apart in JSON ------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """The session's agent says something."""

    place: Place
    kind: Literal["reply"] = "reply"
    type: str
    data: Mapping[str, Template]


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """The session's agent reads what the customer said."""

    place: Place
    kind: Literal["read"] = "read"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """Time passes; 0 goes on at once."""

    place: Place
    kind: Literal["wait"] = "wait"
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitFor:
    """Until this happens in the conversation, which is then taken: no rule and no other run sees it.

    When `within_seconds` are over first, the run goes on in `otherwise`, which takes the place of the rest; None: with the next step.
    """

    place: Place
    kind: Literal["wait_for"] = "wait_for"
    on: Happening
    match: Match = ANYTHING
    within_seconds: float | None = None
    otherwise: "tuple[Step, ...] | None" = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer:
    """The session goes to another agent, or to one of a group."""

    place: Place
    kind: Literal["transfer"] = "transfer"
    # Names may be templates, in all steps.
    agent: Reference | None = None
    group: Reference | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Accept:
    """The queued customer is taken, whoever waits before them: by this agent, by one of this group, or by whom the queue waits for."""

    place: Place
    kind: Literal["accept"] = "accept"
    agent: Reference | None = None
    group: Reference | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Close:
    """The session ends, and with it the conversation's runs."""

    place: Place
    kind: Literal["close"] = "close"
    close_type: Literal["normal", "force"] = "normal"


@dataclass(frozen=True, slots=True, kw_only=True)
class InviteSurvey:
    """The session's agent asks for a rating."""

    place: Place
    kind: Literal["invite_survey"] = "invite_survey"


@dataclass(frozen=True, slots=True, kw_only=True)
class SetAgent:
    """An agent changes; None: the session's. `fields` have the names of the desk's record; `group_ids` may hold names."""

    place: Place
    kind: Literal["set_agent"] = "set_agent"
    agent: Reference | None
    fields: Mapping[str, Template]


@dataclass(frozen=True, slots=True, kw_only=True)
class SetCustomer:
    """The conversation's customer changes; `fields` have the names of the desk's command."""

    place: Place
    kind: Literal["set_customer"] = "set_customer"
    fields: Mapping[str, Template]


@dataclass(frozen=True, slots=True, kw_only=True)
class SetVariables:
    """Variables of this run, `vars` in templates; a text that is one expression as a whole keeps its type."""

    place: Place
    kind: Literal["set"] = "set"
    values: Mapping[str, Template]


@dataclass(frozen=True, slots=True, kw_only=True)
class Solve:
    """Somebody deals with the customer's leave messages: the one that set the run off, else all that are unsolved."""

    place: Place
    kind: Literal["solve"] = "solve"


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaveQueue:
    """The customer gives up the queue."""

    place: Place
    kind: Literal["leave_queue"] = "leave_queue"


@dataclass(frozen=True, slots=True, kw_only=True)
class PushRaw:
    """This very body is pushed: for what the document has and the mock does not."""

    place: Place
    kind: Literal["push"] = "push"
    body: Mapping[str, Template]
    target: Literal["receive_url", "h5_push_url"] = "receive_url"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanFault:
    """Calls or pushes go wrong from now on, those of the conversation's customer alone, unless the plan's match names a customer_token.

    `plan` is a planned fault in its plain form, which was checked; its texts are no templates.
    """

    place: Place
    kind: Literal["fault"] = "fault"
    plan: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """The run ends."""

    place: Place
    kind: Literal["stop"] = "stop"


Step = (
    Reply
    | Read
    | Wait
    | WaitFor
    | Transfer
    | Accept
    | Close
    | InviteSurvey
    | SetAgent
    | SetCustomer
    | SetVariables
    | Solve
    | LeaveQueue
    | PushRaw
    | PlanFault
    | Stop
)

# What an author calls each step.
STEP_NAMES: Mapping[type, str] = {
    step: str(field.default) for step in get_args(Step) for field in fields(step) if field.name == "kind"
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """When this happens and fits, these steps are done, one after another, for this conversation.

    `times`: at most so often per conversation, transfers included; None: always.
    """

    place: Place
    on: Happening
    steps: tuple[Step, ...]
    match: Match = ANYTHING
    times: int | None = None
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """All rules of what was loaded, in order."""

    rules: tuple[Rule, ...]


# -- steps by their place ------------------------------------------------------------------------------------------------


def step_at(steps: Sequence[Step], at: Sequence[int]) -> Step | None:
    """The step at an address: (3,) is the fourth, (3, 1) the second of its `else`. None: it is past the end."""
    for place in at[:-1]:
        step = steps[place]
        steps = (step.otherwise or ()) if isinstance(step, WaitFor) else ()
    return steps[at[-1]] if at[-1] < len(steps) else None


def next_at(at: Sequence[int]) -> tuple[int, ...]:
    """The address of the step after the one at this address, in the same list."""
    return (*at[:-1], at[-1] + 1)


def all_steps(steps: Sequence[Step]) -> Iterator[Step]:
    """These steps, each followed by those of its `else`."""
    for step in steps:
        yield step
        if isinstance(step, WaitFor) and step.otherwise is not None:
            yield from all_steps(step.otherwise)
