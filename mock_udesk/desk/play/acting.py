"""What each step of a run does: everything is rendered and checked first, and then one command is carried out."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, assert_never

from .. import accepting, closing, conversation, leave_messages, people, staff, surveys
from ..books import Books
from ..commands import (
    AcceptQueued,
    AgentSays,
    CloseSession,
    InviteSurvey,
    LeaveQueue,
    ReadCustomerMessages,
    SolveLeaveMessage,
    TransferSession,
    UpdateCustomer,
)
from ..effects import Effect, PlanFault, PushBody
from ..errors import UsageError
from ..happenings import Happening
from ..plain_json import NotPlainError, plain, size
from ..records import CloseType, Session, Stay
from ..references import Reference, agent_named, group_named
from ..staff_commands import ChangeAgent
from ..standing import customer_named, standing
from .field_values import checked_agent, checked_customer
from .rendering import Texts, View
from .runs import Run
from .script import (
    Accept,
    Close,
    PushRaw,
    Read,
    Reply,
    SetAgent,
    SetCustomer,
    SetVariables,
    Solve,
    Step,
    Stop,
    Transfer,
    Wait,
    WaitFor,
)
from .script import InviteSurvey as InviteSurveyStep
from .script import LeaveQueue as LeaveQueueStep
from .script import PlanFault as PlanFaultStep
from .views import session_of, view

# How much a run may remember, as JSON.
MOST_VARIABLES = 64 * 1024


class Actor:
    """Does the steps of runs. All raise DeskError, UsageError or TextError, and then nothing has changed."""

    def __init__(self, books: Books, texts: Texts) -> None:
        self._books = books
        self._texts = texts

    def do(self, step: Step, run: Run, seed: str, now: datetime) -> Sequence[Effect]:
        """Does a step that takes no time, and returns what it made happen."""
        books, texts = self._books, self._texts
        match step:
            case Reply():
                session = self._session(run, "nobody can reply")
                data = self._data(step, self._view(run, seed, now))
                said = AgentSays(session_id=session.id, type=step.type, data=data)
                return conversation.agent_says(books, said, now).effects
            case Read():
                read = ReadCustomerMessages(self._session(run, "nobody can read").id)
                return conversation.read_customer_messages(books, read, now).effects
            case Transfer():
                session = self._session(run, "nobody can transfer")
                agent_id, group_id = self._receiver(step.agent, step.group, self._view(run, seed, now))
                handed = TransferSession(session_id=session.id, agent_id=agent_id, group_id=group_id)
                return closing.transfer_session(books, handed, now).effects
            case Accept():
                stay = self._stay(run, "nobody can be accepted")
                agent_id, group_id = self._receiver(step.agent, step.group, self._view(run, seed, now))
                accepted = AcceptQueued(stay_id=stay.id, agent_id=agent_id, group_id=group_id)
                return accepting.accept_queued(books, accepted, now).effects
            case Close():
                closed = CloseSession(self._session(run, "nobody can close").id, CloseType(step.close_type))
                return closing.close_session(books, closed, now).effects
            case InviteSurveyStep():
                return surveys.invite_survey(books, InviteSurvey(self._session(run, "nobody can ask").id), now).effects
            case SetAgent():
                return self._set_agent(step, run, self._view(run, seed, now), now)
            case SetCustomer():
                rendered = texts.value(step.fields, self._view(run, seed, now))
                changed = UpdateCustomer(run.customer_id, checked_customer(books.state, rendered))
                return people.update_customer(books, changed, now).effects
            case SetVariables():
                remember(run, texts.value(step.values, self._view(run, seed, now)))
                return ()
            case Solve():
                return self._solve(run, now)
            case LeaveQueueStep():
                return accepting.leave_queue(
                    books, LeaveQueue(self._stay(run, "nobody can leave a queue").id), now
                ).effects
            case PushRaw():
                return (self._push(step, run, self._view(run, seed, now), now),)
            case PlanFaultStep():
                return (self._plan(step, run, now),)
            case Wait() | WaitFor() | Stop():
                return ()
            case _:
                assert_never(step)

    def _view(self, run: Run, seed: str, now: datetime) -> View:
        return view(
            self._books,
            customer_id=run.customer_id,
            stay_id=run.stay_id,
            heard=run.heard,
            variables=run.variables,
            seed=seed,
            now=now,
        )

    def _data(self, step: Reply, shown: View) -> dict[str, Any]:
        """A message's data; its content is a text whatever an expression gives. Raises UsageError: there is nothing in it."""
        data = _plain(self._texts.value(step.data, shown), "data")
        content = step.data.get("content")
        if isinstance(content, str):
            if not isinstance(data["content"], str):
                data["content"] = self._texts.text(content, shown)
            if not data["content"].strip():
                what = "a text" if step.type in ("message", "rich") else f"the URL of the {step.type}"
                raise UsageError("invalid", f"content is {data['content']!r:.100}", hint=f"expected {what}")
        return data

    def _receiver(self, agent: Reference | None, group: Reference | None, shown: View) -> tuple[int | None, int | None]:
        """The ids of whom a step names, an agent or a group."""
        state = self._books.state
        if agent is not None:
            return agent_named(state, self._rendered(agent, shown)).id, None
        if group is not None:
            return None, group_named(state, self._rendered(group, shown)).id
        return None, None

    def _rendered(self, reference: Reference, shown: View) -> Reference:
        return self._texts.text(reference, shown) if isinstance(reference, str) else reference

    def _session(self, run: Run, clause: str) -> Session:
        """The open session of the run's stay, else UsageError that says where the customer stands."""
        state = self._books.state
        stay = None if run.stay_id is None else state.stays.get(run.stay_id)
        if stay is not None and stay.session_id is not None:
            return state.sessions[stay.session_id]
        if stay is not None:
            raise UsageError("conflict", f"{standing(self._books, stay)}: {clause} yet")
        raise self._over(run, clause)

    def _stay(self, run: Run, clause: str) -> Stay:
        stay = None if run.stay_id is None else self._books.state.stays.get(run.stay_id)
        if stay is None:
            raise self._over(run, clause)
        return stay

    def _over(self, run: Run, clause: str) -> UsageError:
        state = self._books.state
        who = customer_named(state, run.customer_id)
        session = session_of(state, None, run.heard)
        if session is None:
            why = f"{who} has no conversation that this run belongs to"
        else:
            why = f"session {session.id} of {who} is over"
        return UsageError("conflict", f"{why}: {clause} any more")

    def _set_agent(self, step: SetAgent, run: Run, shown: View, now: datetime) -> Sequence[Effect]:
        state = self._books.state
        if step.agent is None:
            agent_id = self._session(run, "there is no agent to set").agent_id
        else:
            agent_id = agent_named(state, self._rendered(step.agent, shown)).id
        fields = checked_agent(state, self._texts.value(step.fields, shown))
        return staff.change_agent(self._books, ChangeAgent(agent_id, fields), now).effects

    def _solve(self, run: Run, now: datetime) -> Sequence[Effect]:
        """The leave message that was heard of, else all of the customer's."""
        heard = run.heard
        if heard.kind is Happening.LEAVE_MESSAGE:
            ids = [heard.facts["leave_message_id"]]
        else:
            ids = list(self._books.left.get(run.customer_id, ()))
        effects: list[Effect] = []
        for leave_message_id in ids:
            solved = SolveLeaveMessage(leave_message_id)
            effects += leave_messages.solve_leave_message(self._books, solved, now).effects
        return effects

    def _push(self, step: PushRaw, run: Run, shown: View, now: datetime) -> Effect:
        body = _plain(self._texts.value(step.body, shown), "push")
        return PushBody(
            at=now,
            customer_id=run.customer_id,
            stay_id=run.stay_id,
            session_id=None if shown.session is None else shown.session.id,
            target=step.target,
            body=body,
        )

    def _plan(self, step: PlanFaultStep, run: Run, now: datetime) -> Effect:
        """Whose calls or pushes go wrong: the run's customer's, unless the plan says whose."""
        state = self._books.state
        plan = dict(step.plan)
        match = plan.get("match") or {}
        if "customer_token" not in match:
            token = state.customers[run.customer_id].token
            if token is None:
                who = customer_named(state, run.customer_id)
                raise UsageError(
                    "conflict",
                    f"{who} has no customer_token, so nothing of theirs can be told from others'",
                    hint="say whose with match: {customer_token: …}",
                )
            plan["match"] = {**match, "customer_token": token}
        session = session_of(state, run.stay_id, run.heard)
        return PlanFault(
            at=now,
            customer_id=run.customer_id,
            stay_id=run.stay_id,
            session_id=None if session is None else session.id,
            plan=plan,
        )


def remember(run: Run, values: Mapping[str, Any]) -> None:
    """Gives a run variables beside those that it has. Raises UsageError: no plain JSON, too much."""
    variables = {**run.variables, **_plain(values, "set")}
    bytes_ = size(variables)
    if bytes_ > MOST_VARIABLES:
        raise UsageError(
            "invalid",
            f"the run's variables are {bytes_:,} bytes of JSON",
            hint=f"at most {MOST_VARIABLES:,}",
        )
    run.variables = variables


def _plain(value: Mapping[str, Any], path: str) -> dict[str, Any]:
    try:
        copy: dict[str, Any] = plain(dict(value), path)
    except NotPlainError as error:
        raise UsageError("invalid", str(error), hint="set plain JSON values") from error
    return copy
