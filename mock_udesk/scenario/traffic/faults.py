"""A planned fault as users type it: on which calls or pushes, how often, and what then goes wrong."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, ClassVar, Final, Literal

from pydantic import BeforeValidator, Field, ValidationError, WithJsonSchema

from ...endpoint import BadParameters, Problem, problems
from ..people.typed import Typed, Unknown, unknown_names
from .fault_values import LONGEST_CALL, LONGEST_PUSH, RATE_SCHEMA, CallDelay, Headers, PushDelay, Sendable, Yes, true_or
from .matches import CallMatch, PushMatch

# What a call's fault answers with, or does in place of an answer; one of them at most.
CALL_KINDS: Final = (
    "http_status",
    "code",
    "close_connection",
    "malformed_json",
    "truncated",
    "empty",
    "slow_body",
    "rate_limited",
)
PUSH_KINDS: Final = ("duplicate", "drop", "hold", "reorder", "corrupt")
# What can be done to either; all that only one of them has; where in a plan people forget to put a name.
KINDS: Final[Mapping[str, tuple[str, ...]]] = {
    "call": ("delay_seconds", *CALL_KINDS),
    "push": ("delay_seconds", *PUSH_KINDS),
}
ONLY: Final[Mapping[str, tuple[str, ...]]] = {
    "call": (*CALL_KINDS, "body", "headers", "message"),
    "push": (*PUSH_KINDS, "within_seconds"),
}
PLACES: Final[Mapping[str, str]] = {
    **dict.fromkeys((*CALL_KINDS, *PUSH_KINDS, "delay_seconds", "within_seconds"), "do"),
    **dict.fromkeys(
        ("method", "path", "endpoint", "query", "params", "customer_token", "session_id", "push", "type"), "match"
    ),
}
_BODILESS: Final = (204, 304)
_DELAYS: Final[Mapping[str, str]] = {"delay": "delay_seconds", "delay_ms": "delay_seconds"}


class SlowBody(Typed):
    """An answer that drips."""

    seconds: Annotated[float, Field(gt=0, le=LONGEST_CALL)]


class RateLimited(Typed):
    """A refusal for too many calls."""

    retry_after_seconds: Annotated[int, Field(ge=0, le=86_400)] = 1


class CallDo(Typed):
    """What goes wrong with a call: one of these, and a delay if you like."""

    nested: ClassVar[tuple[str, ...]] = ("slow_body", "rate_limited")
    aliases: ClassVar[Mapping[str, str]] = {**_DELAYS, "status": "http_status"}
    elsewhere: ClassVar[Mapping[str, str]] = {
        name: f"only pushes can be that: say on: push (for calls there are {', '.join(KINDS['call'])})"
        for name in ONLY["push"]
    }

    delay_seconds: CallDelay | None = Field(
        None, description="Real seconds. Alone, the call is done when they have passed"
    )
    http_status: Annotated[int, Field(ge=200, le=599)] | None = None
    body: Annotated[Any, Sendable] | None = Field(
        None, description="With http_status: JSON, or a text that is sent as it is; else an envelope with the status"
    )
    headers: Headers | None = Field(None, description="With http_status")
    code: Annotated[int, Field(ge=0, lt=2**31)] | None = Field(None, description="In the envelope of the call's family")
    message: Annotated[str, Field(max_length=65_535), Sendable] | None = Field(
        None, description="With code; else the text that the table of codes has for it"
    )
    close_connection: (
        Annotated[
            Literal[True, "reset"],
            BeforeValidator(true_or("reset")),
            WithJsonSchema({"enum": [True, "reset"]}),
        ]
        | None
    ) = Field(None, description="Not one byte is answered; true closes (FIN), reset aborts (RST)")
    malformed_json: Yes | None = Field(None, description="JSON without its end")
    truncated: Yes | None = Field(None, description="The Content-Length of the whole, half of the body, and the end")
    empty: Yes | None = Field(None, description="200 without a body")
    slow_body: SlowBody | None = Field(None, description="The call's own answer, dripped; the call is done")
    # One type for both: what is nested in it is found by that.
    rate_limited: Annotated[
        RateLimited | None,
        BeforeValidator(lambda given: {} if given is True else given),
        WithJsonSchema(RATE_SCHEMA),
    ] = Field(None, description="As the service's own refusal of too many calls, with Retry-After")


class PushDo(Typed):
    """What goes wrong with a push: one of these, and a delay with all but drop and hold."""

    aliases: ClassVar[Mapping[str, str]] = _DELAYS
    elsewhere: ClassVar[Mapping[str, str]] = {
        name: f"only calls can be that: say on: call (for pushes there are {', '.join(KINDS['push'])})"
        for name in ONLY["call"]
    }

    delay_seconds: PushDelay | None = Field(None, description="Company seconds before its first attempt")
    duplicate: Annotated[int, Field(ge=1, le=100)] | None = Field(None, description="So many more of the same bytes")
    drop: Yes | None = Field(None, description="It is never sent, and its lane goes on")
    hold: Yes | None = Field(None, description="Until it is released; its lane goes on")
    reorder: Yes | None = Field(None, description="It goes out after the next push of its lane")
    within_seconds: Annotated[float, Field(gt=0, le=LONGEST_PUSH)] | None = Field(
        None, description="With reorder: company seconds after which it goes out anyway; 60 unless given"
    )
    corrupt: (
        Annotated[
            Literal[True, "malformed", "truncated", "empty"],
            BeforeValidator(true_or("malformed", "truncated", "empty")),
            WithJsonSchema({"enum": [True, "malformed", "truncated", "empty"]}),
        ]
        | None
    ) = Field(None, description="Its bytes are spoilt; true: malformed")


class _Planned(Typed):
    """What plans for calls and for pushes share."""

    nested: ClassVar[tuple[str, ...]] = ("match", "do")
    elsewhere: ClassVar[Mapping[str, str]] = {name: f"put it in {place}" for name, place in PLACES.items()}

    times: Annotated[int, Field(ge=1, lt=2**63)] | None = Field(None, description="At most so often; absent: always")
    probability: Annotated[float, Field(ge=0, le=1)] | None = Field(
        None, description="Of each match, from the company's seed: 0 never, 1 (unless given) always"
    )
    expires_in_seconds: Annotated[float, Field(gt=0, le=100 * 366 * 86_400)] | None = Field(
        None, description="On the company's clock"
    )


class CallFault(_Planned):
    """A planned fault of calls."""

    on: Literal["call"]
    when: Literal["before", "after"] | None = Field(
        None, description="before (unless given): the call is not done; after: it was, and its answer is spoilt"
    )
    match: CallMatch | None = None
    do: CallDo

    def plain(self) -> dict[str, Any]:
        """As plain JSON values, what is usual filled in; `read_plan` takes it back."""
        return _plain(self)


class PushFault(_Planned):
    """A planned fault of pushes."""

    on: Literal["push"]
    when: Literal["before"] | None = None
    match: PushMatch | None = None
    do: PushDo

    def plain(self) -> dict[str, Any]:
        """As plain JSON values, what is usual filled in; `read_plan` takes it back."""
        return _plain(self)


PlannedFault = CallFault | PushFault


class UnknownInPlan(BadParameters):
    """A plan has names that nobody knows where they stand."""

    def __init__(self, on: str, names: Sequence[Unknown]) -> None:
        super().__init__(tuple(Problem(one.path + one.name, one.text) for one in names))
        self.on = on
        self.names = names


def read_plan(given: object) -> PlannedFault:
    """A planned fault out of plain JSON values. Raises BadParameters with all that is wrong, each with its path and what would be right."""
    if not isinstance(given, Mapping):
        raise _refused("fault", "expected an object with on and do")
    on = given.get("on")
    if on not in ("call", "push"):
        raise _refused(
            "on", "missing; it is call or push" if on is None else f"expected call or push, found {on!r:.80}"
        )
    model: type[CallFault | PushFault] = CallFault if on == "call" else PushFault
    strangers = list(unknown_names(model, given))
    if strangers:
        raise UnknownInPlan(on, strangers)
    if on == "push" and given.get("when") == "after":
        raise _refused("when", "a push has no after: leave it out (it is spoilt on its way, once)")
    try:
        plan = model.model_validate(given)
    except ValidationError as error:
        raise BadParameters(problems(error, given)) from None
    wrong = [*_of_answers(plan), *_of_kinds(plan)]
    if wrong:
        raise BadParameters(tuple(wrong))
    return plan


def _plain(plan: PlannedFault) -> dict[str, Any]:
    return {
        "on": plan.on,
        "when": plan.when or "before",
        "match": plan.match.plain() if plan.match is not None else {},
        "times": plan.times,
        "probability": 1.0 if plan.probability is None else plan.probability,
        "expires_in_seconds": plan.expires_in_seconds,
        "do": _given(plan.do),
    }


def _given(do: Typed) -> dict[str, Any]:
    rows = {name: getattr(do, name) for name in type(do).model_fields}
    return {
        name: value.model_dump() if isinstance(value, Typed) else value
        for name, value in rows.items()
        if value is not None
    }


def _of_answers(plan: PlannedFault) -> list[Problem]:
    """What a call that is not answered yet, and a push that is not sent yet, can't be matched by."""
    if plan.match is None or plan.when == "after":
        return []
    if isinstance(plan.match, PushMatch):
        return [
            Problem(f"match.{name}", "it is not there yet when a push meets its fault: leave it out")
            for name in plan.match.sent_fields()
        ]
    return [
        Problem(f"match.{name}", "it is known only when the call was answered: say when: after")
        for name in plan.match.answer_fields()
    ]


def _of_kinds(plan: PlannedFault) -> list[Problem]:
    """What can't be done at once, and what is said of something that is not done."""
    do = _given(plan.do)
    kinds = CALL_KINDS if plan.on == "call" else PUSH_KINDS
    chosen = [name for name in kinds if name in do]
    if not chosen and "delay_seconds" not in do:
        return [Problem("do", f"expected one of delay_seconds, {', '.join(kinds)}")]
    if len(chosen) > 1:
        also = "delay_seconds goes with each" if plan.on == "call" else "delay_seconds goes with most"
        return [Problem("do", f"{' and '.join(chosen)} can't be at once: plan two faults ({also} of them)")]
    wrong = [
        Problem(f"do.{name}", f"it goes with {owner} only")
        for name, owner in (
            ("body", "http_status"),
            ("headers", "http_status"),
            ("message", "code"),
            ("within_seconds", "reorder"),
        )
        if name in do and owner not in do
    ]
    if "body" in do and do.get("http_status") in _BODILESS:
        wrong.append(Problem("do.body", f"an answer with HTTP {do['http_status']} has none"))
    if "delay_seconds" in do and ("drop" in do or "hold" in do):
        wrong.append(Problem("do.delay_seconds", f"it can't go with {chosen[0]}: that push goes nowhere by itself"))
    return wrong


def _refused(name: str, text: str) -> BadParameters:
    return BadParameters((Problem(name, text),))
