"""One company's whole desk: what can be asked of it, what is due, and plain queries."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from . import (
    accepting,
    closing,
    commands,
    conversation,
    history,
    leave_messages,
    people,
    robot_commands,
    robot_ratings,
    robot_staff,
    robots,
    routing,
    staff,
    staff_commands,
    surveys,
)
from .books import Books
from .commands import Command
from .effects import Effect, Outcome
from .errors import UsageError
from .records import AbandonedQueue, Agent, Customer, Message, Session, Stay, Target
from .state import State
from .talks import Exchange, RobotAnswer, Talk
from .tallies import Tally
from .timers import Timer, TimerKind

# Nothing of a scenario is imported before there is one: a cold start would feel it.
if TYPE_CHECKING:
    from .play.conductor import Conductor
    from .play.rendering import Texts
    from .play.runs import Play
    from .play.script import Script

R = TypeVar("R")

CustomerKey = Literal["id", "token", "web_token", "sdk_token", "email", "cellphone"]

# How long an unsolved leave message counts. Doc: im-api-v2 §获取客服未读消息: 7天内未处理的留言消息数.
LEAVE_MESSAGES_COUNT_FOR = timedelta(days=7)

# Each command and who carries it out. `Any` stands for "the row's own command and reply": a mapping can't tie the two.
HANDLERS: Mapping[type[Command[Any]], Callable[[Books, Any, datetime], Outcome[Any]]] = {
    commands.CreateCustomer: people.create_customer,
    commands.UpdateCustomer: people.update_customer,
    commands.DestroyCustomer: closing.destroy_customer,
    commands.SetOnline: people.set_online,
    commands.SwitchH5Push: people.switch_h5_push,
    commands.AskForAgent: routing.ask_for_agent,
    commands.GiveUpQueue: routing.give_up_queue,
    commands.AcceptQueued: accepting.accept_queued,
    commands.LeaveQueue: accepting.leave_queue,
    commands.SendMessage: conversation.send_message,
    commands.SendWhileQueueing: conversation.send_while_queueing,
    commands.SendLeaveMessage: leave_messages.send_leave_message,
    commands.PreviewMessage: conversation.preview_message,
    commands.ReadAgentMessages: conversation.read_agent_messages,
    commands.AgentSays: conversation.agent_says,
    commands.ReadCustomerMessages: conversation.read_customer_messages,
    commands.SendStruct: conversation.send_struct,
    commands.TransferSession: closing.transfer_session,
    commands.CloseSession: closing.close_session,
    commands.CloseByCustomer: closing.close_by_customer,
    commands.DestroySessions: history.destroy_sessions,
    commands.RateSession: surveys.rate_session,
    commands.InviteSurvey: surveys.invite_survey,
    commands.SolveLeaveMessage: leave_messages.solve_leave_message,
    staff_commands.AddAgent: staff.add_agent,
    staff_commands.ChangeAgent: staff.change_agent,
    staff_commands.RemoveAgent: staff.remove_agent,
    staff_commands.AddGroup: staff.add_group,
    staff_commands.ChangeGroup: staff.change_group,
    staff_commands.RemoveGroup: staff.remove_group,
    commands.SetPolicy: staff.set_policy,
    robot_commands.TalkToRobot: robots.talk_to_robot,
    robot_commands.TalkToUrobot: robots.talk_to_urobot,
    robot_commands.AskRobot: robots.ask_robot,
    robot_commands.AskUrobot: robots.ask_urobot,
    robot_commands.WalkFlow: robots.walk_flow,
    robot_commands.ClickQuestion: robots.click_question,
    robot_commands.RateAnswer: robot_ratings.rate_answer,
    robot_commands.RateTalk: robot_ratings.rate_talk,
    robot_commands.ReportTransfer: robot_ratings.report_transfer,
    robot_commands.AddRobot: robot_staff.add_robot,
    robot_commands.ChangeRobot: robot_staff.change_robot,
    robot_commands.RemoveRobot: robot_staff.remove_robot,
    robot_commands.AddUrobot: robot_staff.add_urobot,
    robot_commands.ChangeUrobot: robot_staff.change_urobot,
    robot_commands.RemoveUrobot: robot_staff.remove_urobot,
}

# What happens by itself, but for the runs of scenarios: it takes the moment that it was due, so it comes out the same whenever somebody looks.
WHEN_DUE: Mapping[TimerKind, Callable[[Books, int, datetime, list[Effect]], None]] = {
    "assign": routing.assign_due,
    "idle_close": closing.idle_close_due,
    "queue_timeout": routing.queue_timeout_due,
}


class Desk:
    """The customer service of one company. All it knows is in `state`; a desk made from that goes on as if nothing had happened.

    `texts` renders the templates of what the state plays, if it plays anything. Raises UsageError when it does and there is nobody to.
    """

    def __init__(self, state: State | None = None, texts: "Texts | None" = None) -> None:
        self.state = State() if state is None else state
        self._books = Books(self.state)
        self._conductor: Conductor | None = None
        if self.state.play is not None:
            if texts is None:
                raise UsageError(
                    "invalid", "this state plays a scenario, and nobody renders its texts", hint="give texts"
                )
            self._conductor = self._new_conductor(self.state.play, texts)

    def handle(self, command: Command[R], now: datetime) -> Outcome[R]:
        """Carries out a command, and what scenarios do about it. Raises DeskError or UsageError, and then all is as it was.

        Does not wake: whoever calls wakes first, so that the past happens before the present.
        """
        outcome: Outcome[R] = HANDLERS[type(command)](self._books, command, now)
        return outcome if self._conductor is None else self._conductor.follow(outcome, now)

    def handle_unheard(self, command: Command[R], now: datetime) -> Outcome[R]:
        """Carries out a command of which no scenario hears yet: whoever asks hands the effects to `load_script`."""
        outcome: Outcome[R] = HANDLERS[type(command)](self._books, command, now)
        return outcome

    def wake(self, now: datetime) -> Outcome[None]:
        """Does all that is due by `now`, in order; each effect bears the moment it was due."""
        effects: list[Effect] = []
        causes: list[int | None] = []
        conductor = self._conductor
        while (due := self._books.timers.first()) is not None and due.at <= now:
            if conductor is None:
                WHEN_DUE[due.kind](self._books, due.owner, due.at, effects)
            elif due.kind == "run":
                conductor.time_up(due.owner, effects, causes, due.at)
            else:
                first = len(effects)
                WHEN_DUE[due.kind](self._books, due.owner, due.at, effects)
                causes += [None] * (len(effects) - first)
                conductor.go_along(effects, causes, first, due.at)
        return Outcome(None, tuple(effects), tuple(causes) if any(cause is not None for cause in causes) else ())

    # -- scenarios ----------------------------------------------------------------------------------------------------

    def load_script(
        self,
        script: "Script",
        *,
        texts: "Texts",
        seed: int,
        old_runs: Literal["end", "go_on"],
        now: datetime,
        unheard: Sequence[Effect] = (),
    ) -> Outcome[int]:
        """Plays this script from now on; replies with its version. Runs of the one before end, or go on by its rules to their end.

        `unheard` is what commands came to that belong to the loading: it is the first that the new rules hear of, and among the effects.
        """
        from .play.runs import Play

        if self.state.play is None:
            self.state.play = Play()
        self._conductor = self._new_conductor(self.state.play, texts)
        return self._conductor.load(script, seed=seed, old_runs=old_runs, now=now, unheard=unheard)

    def unload_script(self, *, old_runs: Literal["end", "go_on"], now: datetime) -> Outcome[None]:
        """Plays nothing any more, but for runs that go on; without a script nothing changes."""
        return Outcome(None, ()) if self._conductor is None else self._conductor.unload(old_runs=old_runs, now=now)

    def _new_conductor(self, play: "Play", texts: "Texts") -> "Conductor":
        from .play.conductor import Conductor

        return Conductor(self._books, texts, play)

    # -- what is due --------------------------------------------------------------------------------------------------

    def next_due(self) -> datetime | None:
        """When somebody must call `wake`; None: nothing will happen by itself."""
        due = self._books.timers.first()
        return None if due is None else due.at

    def timers(self) -> list[Timer]:
        """All that will happen by itself, the first due first."""
        return [self._timer(due.at, due.kind, due.owner) for due in self._books.timers.all()]

    def soonest(self, limit: int, *, until: datetime | None) -> tuple[list[Timer], int]:
        """The first `limit` things that will happen by themselves, and how many there are; `until` leaves out what is due later."""
        dues, count = self._books.timers.soonest(limit, until=until)
        return [self._timer(due.at, due.kind, due.owner) for due in dues], count

    def _timer(self, due: datetime, kind: TimerKind, owner: int) -> Timer:
        if kind == "run":
            return self._run_timer(due, owner)
        stay_id = self.state.sessions[owner].stay_id if kind == "idle_close" else owner
        return Timer(due, kind, self.state.stays[stay_id].customer_id, stay_id)

    def _run_timer(self, due: datetime, run_id: int) -> Timer:
        if self.state.play is None:
            raise AssertionError(f"run {run_id} without a play")
        run = self.state.play.runs[run_id]
        return Timer(due, "run", run.customer_id, run.stay_id, run.id)

    # -- queries, after wake ------------------------------------------------------------------------------------------

    def customer_by(self, kind: CustomerKey, value: str | int) -> Customer | None:
        """The customer whom this belongs to."""
        books, customers = self._books, self.state.customers
        if kind == "id":
            text = str(value)
            return customers.get(int(text)) if text.isascii() and text.isdecimal() and len(text) < 20 else None
        indexes: dict[str, dict[str, int]] = {
            "token": books.by_token,
            "web_token": books.by_web_token,
            "sdk_token": books.by_sdk_token,
            "email": books.by_email,
            "cellphone": books.by_cellphone,
        }
        customer_id = indexes[kind].get(str(value))
        return None if customer_id is None else customers[customer_id]

    def stay_of(self, customer_id: int, session_key: str = "") -> Stay | None:
        """The customer's stay under this key, unless it has ended."""
        return self._books.stay_of(customer_id, session_key)

    def stays_of(self, customer_id: int) -> list[Stay]:
        """All the customer's stays, oldest first."""
        return self._books.stays_of(customer_id)

    def place(self, stay: Stay) -> int:
        """The place in the queue, from 1; 0 when not queued: being assigned, in session, ended."""
        return self._books.place(stay)

    def queues(self) -> list[Target]:
        """The queues somebody waits in: agents', groups', the company's."""
        queues = (target for target, queue in self._books.queues.items() if len(queue))
        return sorted(queues, key=lambda target: (("agent", "group", "company").index(target.kind), target.id))

    def waiting(self, target: Target) -> Iterator[Stay]:
        """Who waits in a queue, in order, lazily."""
        queue = self._books.queues.get(target, ())
        return (self.state.stays[stay_id] for stay_id in queue)

    def queue_length(self, target: Target) -> int:
        """How many wait in a queue."""
        return len(self._books.queues.get(target, ()))

    def open_sessions(self, agent_id: int) -> int:
        """How many open sessions an agent has. Doc: im-api-v2 §查询客服状态: 当前接待人数."""
        return len(self._books.roster.sessions.get(agent_id, ()))

    def sessions_with(self, agent_id: int) -> list[Session]:
        """An agent's open sessions, oldest first."""
        return [self.state.sessions[session_id] for session_id in self._books.roster.sessions.get(agent_id, ())]

    def sessions_of(self, customer_id: int) -> list[Session]:
        """All sessions of a customer, open and closed, oldest first."""
        return [self.state.sessions[session_id] for session_id in self._books.sessions.get(customer_id, ())]

    def sessions_between(
        self, start: datetime, end: datetime, *, by: Literal["created", "closed"], first: int, limit: int
    ) -> tuple[list[Session], int]:
        """Sessions that were created, or closed, in this window, ends included: a page of them, oldest first, and how many there are.

        The page begins with the `first` (0 is the oldest) and has at most `limit`. Costs O(log n) and the page.
        """
        return history.sessions_between(self._books, start, end, by=by, first=first, limit=limit)

    def tally(self, session: Session) -> Tally:
        """What the session's transcript adds up to by now. Costs what was said since somebody asked last."""
        return self._books.tallies.of(session)

    def rated_between(self, start: datetime, end: datetime, *, first: int, limit: int) -> tuple[list[Session], int]:
        """Sessions whose rating, the latest, was given in this window; otherwise as `sessions_between`."""
        return history.rated_between(self._books, start, end, first=first, limit=limit)

    def talks_of(self, customer_id: int) -> list[Talk]:
        """All talks of a customer with robots, oldest first."""
        return list(self._books.talks.by_customer.get(customer_id, ()))

    def robot_part(self, session: Session) -> list[tuple[Talk, list[Exchange]]]:
        """What led to a session: its talks with robots, and what was said in each before the session began."""
        talks = self.state.talks
        return [(talks[talk_id], talks[talk_id].exchanges[:count]) for talk_id, count in session.talk_ids.items()]

    def answer_by_id(self, customer_id: int, answer_id: str) -> tuple[Talk, RobotAnswer] | None:
        """A robot's answer to this customer, with the talk it was given in."""
        return self._books.talks.answer_by_id(customer_id, answer_id)

    def members(self, group_id: int) -> list[Agent]:
        """The agents of a group, by id; none when it is unknown."""
        return [self.state.agents[agent_id] for agent_id in sorted(self._books.roster.members.get(group_id, ()))]

    def offline_unread(self, session: Session) -> list[tuple[Session, Message]]:
        """The agents' messages that were pushed while the customer was offline and are unread since, each with its session.

        Those of the sessions that this one was transferred from count too.
        """
        return conversation.offline_unread(self._books, session)

    def unread_session_messages(self, agent_id: int) -> int:
        """How many messages of customers an agent has not read, closed sessions' included."""
        return self._books.roster.unread.get(agent_id, 0)

    def unsolved_leave_messages(self, agent_id: int, now: datetime) -> int:
        """How many leave messages of the last 7 days an agent has not solved."""
        return self._books.roster.unsolved_since(agent_id, now - LEAVE_MESSAGES_COUNT_FOR)

    def abandoned_between(self, start: datetime | None, end: datetime | None) -> Sequence[AbandonedQueue]:
        """Queues left in vain that were joined in this window, ends included, in order."""
        return history.abandoned_between(self.state, start, end)
