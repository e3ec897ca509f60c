"""Puts a checked file into the desk's words: rules and steps, each with its place, every `use` replaced."""

from collections.abc import Sequence
from typing import Any, assert_never

from ...desk.happenings import Happening
from ...desk.places import Place
from ...desk.play import script
from ..people.customers import CUSTOMER_KEYS
from ..people.staff import AGENT_FIELDS
from .bodies import Match, ReplyBody, SetAgentBody, SetCustomerBody
from .nodes import Path, path_text, place_of
from .steps import (
    AcceptStep,
    AnyStep,
    CloseStep,
    FaultStep,
    InviteSurveyStep,
    LeaveQueueStep,
    PushStep,
    ReadStep,
    ReplyStep,
    SetAgentStep,
    SetCustomerStep,
    SetStep,
    SolveStep,
    StopStep,
    TransferStep,
    UseStep,
    WaitForBody,
    WaitForStep,
    WaitStep,
)
from .uses import in_order
from .walk import STEP_NAME, Read


def rules(read: Read) -> tuple[script.Rule, ...]:
    """The rules of a file without errors."""
    compiler = _Compiler(read)
    return tuple(
        script.Rule(
            place=compiler.place(("rules", at)),
            on=Happening(rule.on),
            match=_match(rule.match),
            times=rule.times,
            name=rule.name or "",
            steps=compiler.steps(rule.do, ("rules", at, "do")),
        )
        for at, rule in read.rules
    )


class _Compiler:
    """One file's."""

    def __init__(self, read: Read) -> None:
        self._file = read.file
        self._root = read.root
        self._named: dict[str, tuple[script.Step, ...]] = {}
        for name in in_order(read):
            self._named[name] = self.steps(read.steps[name], ("steps", name))

    def place(self, path: Path, name: str = "") -> Place:
        """Where a rule stands, or the step of this name; of a bare one the path has the name, too."""
        line, column = place_of(self._root, path)
        return Place(self._file, line, column, path_text((*path, name) if name else path))

    def steps(self, steps: Sequence[AnyStep], path: Path) -> tuple[script.Step, ...]:
        """A list of steps, in the desk's words."""
        compiled: list[script.Step] = []
        for at, step in enumerate(steps):
            if isinstance(step, UseStep):
                compiled += self._named[step.use]
            else:
                compiled.append(self._step(step, (*path, at)))
        return tuple(compiled)

    def _step(self, step: AnyStep, path: Path) -> script.Step:
        place = self.place(path, STEP_NAME[type(step)])
        match step:
            case ReplyStep():
                return script.Reply(place=place, type=step.reply.type, data=_data(step.reply))
            case ReadStep():
                return script.Read(place=place)
            case WaitStep():
                return script.Wait(place=place, seconds=step.wait)
            case WaitForStep():
                return self._wait_for(step.wait_for, path, place)
            case TransferStep():
                return script.Transfer(place=place, agent=step.transfer.agent, group=step.transfer.group)
            case AcceptStep():
                whom = step.accept
                if whom is None:
                    return script.Accept(place=place)
                return script.Accept(place=place, agent=whom.agent, group=whom.group)
            case CloseStep():
                return script.Close(place=place, close_type=step.close)
            case InviteSurveyStep():
                return script.InviteSurvey(place=place)
            case SetAgentStep():
                body = step.set_agent
                fields = {AGENT_FIELDS[name]: value for name, value in _given(body).items() if name != "agent"}
                return script.SetAgent(place=place, agent=body.agent, fields=fields)
            case SetCustomerStep():
                fields = {CUSTOMER_KEYS.get(name, name): value for name, value in _given(step.set_customer).items()}
                return script.SetCustomer(place=place, fields=fields)
            case SetStep():
                return script.SetVariables(place=place, values=step.variables)
            case SolveStep():
                return script.Solve(place=place)
            case LeaveQueueStep():
                return script.LeaveQueue(place=place)
            case PushStep():
                return script.PushRaw(place=place, body=step.push, target=step.to)
            case FaultStep():
                return script.PlanFault(place=place, plan=step.fault.plain())
            case StopStep():
                return script.Stop(place=place)
            case UseStep():
                raise AssertionError(step)
            case _:
                assert_never(step)

    def _wait_for(self, body: WaitForBody, path: Path, place: Place) -> script.WaitFor:
        inside: Path = (*path, "wait_for", "else")
        return script.WaitFor(
            place=place,
            on=Happening(body.on),
            match=_match(body.match),
            within_seconds=body.within,
            otherwise=None if body.otherwise is None else self.steps(body.otherwise, inside),
        )


def _match(match: Match) -> script.Match:
    return script.Match(**_given(match)) if match.model_fields_set else script.ANYTHING


def _data(reply: ReplyBody) -> dict[str, Any]:
    return {"content": reply.content} if reply.data is None else dict(reply.data)


def _given(body: Match | SetAgentBody | SetCustomerBody) -> dict[str, Any]:
    return {name: getattr(body, name) for name in type(body).model_fields if name in body.model_fields_set}
