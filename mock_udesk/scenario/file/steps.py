"""The steps of a rule, as authors write them: a bare name, or a name with what belongs to it."""

from collections.abc import Mapping
from functools import partial
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator, Field, GetCoreSchemaHandler, model_validator
from pydantic_core import CoreSchema
from pydantic_core.core_schema import (
    literal_schema,
    no_info_before_validator_function,
    tagged_union_schema,
    union_schema,
)

from .bodies import Match, ReplyBody, SetAgentBody, SetCustomerBody, Whom
from .planned_faults import Planned
from .values import (
    Duration,
    Keys,
    Name,
    OneOf,
    Period,
    TemplateJson,
    TemplateObject,
    Trigger,
    nearest,
    wrong,
)

# The steps that may stand alone, as a text.
BARE = ("read", "invite_survey", "close", "accept", "leave_queue", "solve", "stop")


def _said(value: object) -> object:
    if value is None or isinstance(value, list):
        raise wrong("a text, or a mapping with content")
    return value if isinstance(value, dict) else {"content": value}


def _waited_for(value: object) -> object:
    if not isinstance(value, str | dict):
        raise wrong("what is waited for (message, survey …), or a mapping with on")
    return {"on": value} if isinstance(value, str) else value


def _whom(value: object) -> object:
    if not isinstance(value, str | int | dict):
        raise wrong("an agent's name or id, or a mapping with agent or group")
    return value if isinstance(value, dict) else {"agent": value}


def _nothing(value: object) -> None:
    if value is not None:
        raise wrong("nothing after the step's name")


def _normally(value: object) -> object:
    return "normal" if value is None else value


def _variables(value: object) -> object:
    if not isinstance(value, dict) or not value:
        raise wrong("a mapping: name: value")
    for name in value:
        if not name.isidentifier():
            raise wrong("a name of letters, digits and _", found=f"the variable {name}", path=(name,))
    return value


class WaitForBody(Keys):
    """What is waited for, how long, and what comes instead of the rest when it did not happen."""

    elsewhere: ClassVar[Mapping[str, str]] = {
        "timeout": "within",
        "otherwise": "else",
        "do": "no steps: what comes after wait_for is done",
    }

    on: Trigger = Field(description="What has to happen in the conversation")
    match: Match = Field(Match.model_construct(), description="What it must be like")
    within: Period | None = Field(None, description="How long it is waited for; left out: for ever")
    otherwise: "list[Step] | None" = Field(
        None, alias="else", min_length=1, description="Steps that replace the rest of the run when the time is over"
    )

    @model_validator(mode="after")
    def _can_be_over(self) -> "WaitForBody":
        if self.otherwise is not None and self.within is None:
            raise wrong(
                "within beside it: the time after which it is done", found="else without within", path=("else",)
            )
        return self


Nothing = Annotated[None, BeforeValidator(_nothing)]
_WhomShort = Annotated[Whom, BeforeValidator(_whom, json_schema_input_type=str | int | Whom)]
_Ending = Annotated[
    Literal["normal", "force"],
    OneOf(("normal", "force"), {"redirect": "normal or force (the step transfer redirects)"}),
]
_Target = Annotated[Literal["receive_url", "h5_push_url"], OneOf(("receive_url", "h5_push_url"))]


class ReplyStep(Keys):
    """The session's agent says something."""

    reply: Annotated[ReplyBody, BeforeValidator(_said, json_schema_input_type=str | int | ReplyBody)] = Field(
        description="A text, or {type, content}; texts are templates"
    )


class ReadStep(Keys):
    """The session's agent reads what the customer said."""

    read: Nothing


class WaitStep(Keys):
    """Time passes."""

    wait: Duration = Field(description="How long")


class WaitForStep(Keys):
    """Until something happens in the conversation; no rule sees it then."""

    wait_for: Annotated[WaitForBody, BeforeValidator(_waited_for, json_schema_input_type=Trigger | WaitForBody)]


class TransferStep(Keys):
    """The session goes to another agent, or to one of a group."""

    transfer: _WhomShort = Field(description="An agent's name or id, {agent: …} or {group: …}")


class AcceptStep(Keys):
    """The queued customer is taken, whoever waits before them."""

    accept: _WhomShort | None = Field(description="By whom; left out: by whom the queue waits for")


class CloseStep(Keys):
    """The session ends, and with it the run."""

    close: Annotated[_Ending, BeforeValidator(_normally, json_schema_input_type=_Ending | None)] = Field(
        description="normal: the agent closes; force: the operator does"
    )


class InviteSurveyStep(Keys):
    """The session's agent asks for a rating."""

    invite_survey: Nothing


class SetAgentStep(Keys):
    """An agent changes: goes offline, takes fewer …"""

    set_agent: SetAgentBody


class SetCustomerStep(Keys):
    """The conversation's customer changes."""

    set_customer: SetCustomerBody


class SetStep(Keys):
    """Variables of this run, `vars.name` in templates."""

    variables: Annotated[dict[str, TemplateJson], BeforeValidator(_variables)] = Field(
        alias="set", min_length=1, description="name: value; a text that is one template as a whole keeps its type"
    )


class SolveStep(Keys):
    """Somebody deals with the customer's leave messages."""

    solve: Nothing


class LeaveQueueStep(Keys):
    """The customer gives up the queue."""

    leave_queue: Nothing


class PushStep(Keys):
    """This very body is pushed: for what the document has and the mock does not."""

    push: TemplateObject = Field(description="The body; its texts are templates")
    to: _Target = Field("receive_url", description="Which of the company's URLs gets it")


class FaultStep(Keys):
    """Calls or pushes go wrong from now on: those of the conversation's customer, unless its match names a customer_token."""

    fault: Planned = Field(description="A planned fault, as POST /_mock/faults takes it")


class UseStep(Keys):
    """The steps of a named list, in place of this one."""

    use: Name = Field(description="A name below the file's `steps`")


class StopStep(Keys):
    """The run ends."""

    stop: Nothing


AnyStep = (
    ReplyStep
    | ReadStep
    | WaitStep
    | WaitForStep
    | TransferStep
    | AcceptStep
    | CloseStep
    | InviteSurveyStep
    | SetAgentStep
    | SetCustomerStep
    | SetStep
    | SolveStep
    | LeaveQueueStep
    | PushStep
    | FaultStep
    | UseStep
    | StopStep
)

# The step's name → its model.
STEPS: Mapping[str, type[AnyStep]] = {
    "reply": ReplyStep,
    "read": ReadStep,
    "wait": WaitStep,
    "wait_for": WaitForStep,
    "transfer": TransferStep,
    "accept": AcceptStep,
    "close": CloseStep,
    "invite_survey": InviteSurveyStep,
    "set_agent": SetAgentStep,
    "set_customer": SetCustomerStep,
    "set": SetStep,
    "solve": SolveStep,
    "leave_queue": LeaveQueueStep,
    "push": PushStep,
    "fault": FaultStep,
    "use": UseStep,
    "stop": StopStep,
}
# What pydantic puts before a step's name where it says which model it took.
TAG = "step "


def _meant(value: object) -> dict[str, Any]:
    """The step that an author means, as a mapping, so that only its own errors are told."""
    if isinstance(value, str):
        if value in BARE:
            return {value: None}
        if value in STEPS:
            raise wrong(f"{value}: with what belongs to it", found=f"{value} alone")
        raise wrong(partial(nearest, value, tuple(STEPS)), found=f"unknown step {value[:80]}")
    if not isinstance(value, dict):
        raise wrong("a step")
    names = [key for key in value if key in STEPS]
    if len(names) > 1:
        found = f"{names[0]} and {names[1]} in one step"
        raise wrong("a step in each item of the list", found=found, path=(names[1],), at_key=True)
    if value and not names:
        name = next(iter(value))
        raise wrong(partial(nearest, name, tuple(STEPS)), found=f"unknown step {name[:80]}", path=(name,), at_key=True)
    if not names:
        raise wrong("a step", found="an empty mapping")
    return value


def _name_of(value: Any) -> str:
    return TAG + next(name for name in STEPS if name in value)


class _ByName:
    """Reads a step by the model of its name alone."""

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        steps = tagged_union_schema(
            {TAG + name: handler.generate_schema(model) for name, model in STEPS.items()}, discriminator=_name_of
        )
        typed = union_schema([literal_schema(list(BARE)), steps])
        return no_info_before_validator_function(_meant, steps, json_schema_input_schema=typed)


Step = Annotated[AnyStep, _ByName()]
