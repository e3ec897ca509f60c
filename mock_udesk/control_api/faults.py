"""Planned faults of calls and pushes: plan, list, remove, and let go what they hold."""

from collections.abc import Mapping
from typing import Any, ClassVar, Literal

from pydantic import Field, SkipValidation, model_validator

from ..company.company import Company
from ..company.faults import plan_wording
from ..company.faults.plans import Plan
from ..company.pushes.pushes import PUSHES
from ..desk.errors import UsageError
from ..endpoint import Reply, Table
from ..scenario.traffic.faults import CallDo, CallFault, PlannedFault, PushDo, read_plan
from ..scenario.traffic.matches import CallMatch, PushMatch
from .asking import OperatorAsk, PathId
from .criteria import criterion, path_warnings
from .masking import mask_of
from .operator import Moment, Nothing, OperatorCall

TABLE = Table()
_SECTION = "faults"


class PlanFault(OperatorAsk):
    """What shall go wrong, on which calls or pushes, and how often."""

    elsewhere: ClassVar[Mapping[str, str]] = CallFault.elsewhere

    on: Literal["call", "push"]
    when: SkipValidation[Literal["before", "after"]] = Field(
        "before",
        description="Of calls. before: it is not done (but with a delay alone, or a slow body); after: it was done, and then its answer is spoilt",
    )
    match: SkipValidation[CallMatch | PushMatch] | None = Field(
        None,
        description="Which calls or which pushes; absent: all. What an answer has (code, status, answer) only with when: after",
    )
    times: SkipValidation[int] | None = Field(None, ge=1, description="At most so often; absent: always")
    probability: SkipValidation[float] = Field(
        1.0, ge=0, le=1, description="Of each match, drawn from the company's seed: 0 never, 1 always"
    )
    expires_in_seconds: SkipValidation[float] | None = Field(None, gt=0, description="On the company's clock")
    do: SkipValidation[CallDo | PushDo] = Field(
        description="What happens. A call: its delay is in real seconds. A push: in the company's"
    )

    @model_validator(mode="before")
    @classmethod
    def _is_a_plan(cls, parameters: Any) -> Any:
        # Refuses by itself, with the path of all that is wrong: what `match` and `do` may hold depends on `on`.
        read_plan(parameters)
        return parameters

    def planned(self) -> PlannedFault:
        """The plan as it was read."""
        return read_plan({name: getattr(self, name) for name in self.model_fields_set})


class WhichFault(OperatorAsk):
    """Which planned fault."""

    id: PathId


class FaultShown(Reply):
    """A planned fault, and what came of it."""

    id: int
    on: Literal["call", "push"]
    when: Literal["before", "after"]
    match: dict[str, Any]
    times: int | None = Field(description="null: without end")
    probability: float
    expires_at: Moment | None
    do: dict[str, Any]
    text: str = Field(description="What it does, in words")
    cause: int | None = Field(
        description="The journal's entry that planned it: an operator's call, or a scenario's step"
    )
    state: Literal["active", "spent", "expired"] = Field(description="spent: its times are used up")
    matched: int = Field(description="How many calls or pushes matched while it might fire")
    fired: int
    left: int | None = Field(description="How often it may fire yet; null: without end")
    held: list[int] = Field(description="The deliveries that it holds")
    warnings: list[str] = Field(description="Why it can't fire as things stand: no such path, no URL to push to")


class FaultList(Reply):
    """All planned faults, oldest first; those that are spent or expired too."""

    faults: list[FaultShown]
    total: int


class Removed(Reply):
    """How many plans were taken back, and the deliveries that they had held, which go out now."""

    removed: int
    released: list[int]


class Released(Reply):
    """The deliveries that go out now."""

    released: list[int]


@TABLE.add("POST", "/faults", section=_SECTION, source="assumed", status=201)
def plan_fault(call: OperatorCall, ask: PlanFault) -> FaultShown:
    """Plans a fault: what shall go wrong with calls or pushes from now on."""
    company, planned = call.company, ask.planned()
    if planned.match is not None:
        # Refuses what nobody knows.
        criterion(call, planned.match)
    company.wake()
    return _shown(call, company.faults.add(planned.plain(), company.clock.now(), cause=call.entry.id))


@TABLE.add("GET", "/faults", section=_SECTION, source="assumed")
def list_faults(call: OperatorCall, ask: Nothing) -> FaultList:
    """All planned faults, with how often each has fired and what it holds."""
    shown = [_shown(call, plan) for plan in call.company.faults]
    return FaultList(faults=shown, total=len(shown))


@TABLE.add("DELETE", "/faults", section=_SECTION, source="assumed")
def remove_faults(call: OperatorCall, ask: Nothing) -> Removed:
    """Takes all planned faults back; pushes that they hold go out."""
    company = call.company
    plans = list(company.faults)
    company.faults.clear()
    return Removed(
        removed=len(plans), released=[delivery_id for plan in plans for delivery_id in _released(company, plan.id)]
    )


@TABLE.add("GET", "/faults/{id}", section=_SECTION, source="assumed")
def show_fault(call: OperatorCall, ask: WhichFault) -> FaultShown:
    """One planned fault."""
    return _shown(call, call.company.faults.get(ask.id))


@TABLE.add("DELETE", "/faults/{id}", section=_SECTION, source="assumed")
def remove_fault(call: OperatorCall, ask: WhichFault) -> Removed:
    """Takes one planned fault back; pushes that it holds go out."""
    company = call.company
    plan = company.faults.remove(ask.id)
    return Removed(removed=1, released=_released(company, plan.id))


@TABLE.add("POST", "/faults/{id}/release", section=_SECTION, source="assumed")
def release_all(call: OperatorCall, ask: WhichFault) -> Released:
    """Lets go all pushes that a planned fault holds, in their order, each at the end of its lane."""
    company = call.company
    plan = company.faults.get(ask.id)
    if "hold" not in plan.do:
        raise UsageError(
            "conflict",
            f"planned fault {plan.id} holds no pushes: {plan_wording.planned(plan)}",
            hint="only one with do: {hold: true} does",
        )
    return Released(released=_released(company, plan.id))


def _released(company: Company, plan_id: int) -> list[int]:
    return [delivery.id for delivery in company.release_held(plan_id)]


def _shown(call: OperatorCall, plan: Plan) -> FaultShown:
    company, mask = call.company, mask_of(call)
    return FaultShown(
        id=plan.id,
        on=plan.on,
        when=plan.when,
        match=mask.over_row(dict(plan.match)),
        times=plan.times,
        probability=plan.probability,
        expires_at=plan.expires_at,
        do=mask.over_row(dict(plan.do)),
        text=plan_wording.planned(plan),
        cause=plan.cause,
        state=plan.state(company.clock.now()),
        matched=plan.matched,
        fired=plan.fired,
        left=plan.left,
        held=list(company.outbox.held_by(plan.id)),
        warnings=[mask.over_text(text) for text in _warnings(call, plan)],
    )


def _warnings(call: OperatorCall, plan: Plan) -> list[str]:
    return path_warnings(call, plan.match) if plan.on == "call" else _unsent(call.company, plan.match)


def _unsent(company: Company, match: Mapping[str, Any]) -> list[str]:
    """A warning when there is no URL for the pushes that are meant: what is not sent meets no fault."""
    settings = company.settings
    urls = {"receive_url": settings.receive_url, "h5_push_url": settings.h5_push_url}
    own = next((push.target for push in PUSHES if push.name == match.get("push")), None)
    target = match.get("target", own)
    if urls[target] if target is not None else any(urls.values()):
        return []
    where = f"{target} is not set" if target is not None else "neither receive_url nor h5_push_url is set"
    return [f"{where}: nothing is sent there, so this never fires; PATCH /_mock/company sets it"]
