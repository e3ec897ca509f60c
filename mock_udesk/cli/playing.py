"""Plays a scenario as a dry run: a real server whose clock stands still, customers who say the given lines, and then the timeline."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, TypeVar

import click
from aiohttp import ClientSession, ClientTimeout, web

from ..company.companies import Slot
from ..company.founding import Founding
from ..company.signing.open_api import Credentials
from ..company.story.play_wording import rule_of, step_of
from ..company.story.use_report import report
from ..desk.desk import Desk
from ..desk.errors import UsageError
from ..desk.happenings import Happening
from ..desk.play.runs import Run
from ..desk.play.script import WaitFor
from ..endpoint import CONTROL_PREFIX
from ..options.scenarios import scenario_at_start
from ..options.specs import SPECS
from ..scenario.people.finding import agent_of, group_of, urobot_of
from ..server.app import Server, ServerOptions, loop_factory
from ..settings import Settings
from .actor import Actor, App, Wish
from .lines import AskForAgent, Line, Wait
from .refusals import refusals_ending_it

T = TypeVar("T")

# How long the play goes on after the last line, and how many moments at which something is due it may have in all.
_LAST: Final = timedelta(days=1)
_MOST_MOMENTS: Final = 5_000
# A play is told from its first step on.
_NOTHING_FORGOTTEN: Final[dict[str, Any]] = {"journal_max_entries": 1_000_000, "journal_max_bytes": 2**28}
# So many rules are named, and the rest counted.
_MOST_NAMED: Final = 5

# What a run may wait for that comes from the customer alone: for these the next line is not held back.
_CUSTOMERS = frozenset(
    {
        Happening.MESSAGE,
        Happening.ROBOT_TALK,
        Happening.ROBOT_QUESTION,
        Happening.UROBOT_QUESTION,
        Happening.ANSWER_RATED,
        Happening.ROBOT_RATED,
        Happening.TRANSFER_REPORTED,
        Happening.PREVIEW,
        Happening.MESSAGE_READ,
        Happening.SURVEY,
        Happening.LEAVE_MESSAGE,
        Happening.QUEUE_ABANDONED,
        Happening.CUSTOMER_CREATED,
        Happening.CUSTOMER_CHANGED,
        Happening.CUSTOMER_ONLINE,
        Happening.CUSTOMER_OFFLINE,
        Happening.H5_PUSH_SWITCHED,
    }
)
# Asking for an agent brings these about, unless the customer waits already.
_ASKING = frozenset({Happening.SESSION_STARTED, Happening.QUEUED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is to be played, and by whom."""

    paths: Sequence[str]
    lines: Sequence[Line]
    tokens: Sequence[str]
    name: str | None
    level: str | None
    agent: str | None
    group: str | None
    is_robot: bool
    urobot: str | None
    seed: int
    now: datetime


def tokens_of(token: str | None, customers: int) -> list[str]:
    """The customer_token of each customer: c-1 to c-N, or the given one, with numbers when there are many."""
    if customers == 1:
        return [token or "c-1"]
    return [f"{token or 'c'}-{number}" for number in range(1, customers + 1)]


def play(plan: Plan) -> int:
    """Plays and prints the timeline; replies with 1 when the scenario failed anywhere, else 0. What never began is said beside it.

    Raises ClickException with all that is wrong with the scenario.
    """
    with asyncio.Runner(loop_factory=loop_factory()) as runner:
        timeline, failures, unused = runner.run(_played(plan))
    click.echo(timeline, nl=False)
    if unused:
        click.echo(f"mock-udesk play: {_listed(unused)} never began", err=True)
    for text in failures:
        click.echo(f"mock-udesk play: the scenario failed: {text}", err=True)
    return 1 if failures else 0


async def _played(plan: Plan) -> tuple[str, list[str], list[str]]:
    scenario = scenario_at_start(plan.paths, None)
    async with _receiver() as url:
        given = {spec.name: spec.default for spec in SPECS}
        keys = {name: given[name] for name in ("email", "password", "token", "secret")}
        founding = Founding(
            subdomain=given["subdomain"],
            credentials=Credentials(**keys),
            seed=plan.seed,
            now=plan.now,
            rate=0.0,
            settings=Settings(receive_url=url, h5_push_url=url, **_NOTHING_FORGOTTEN),
            scenario=scenario,
        )
        with refusals_ending_it("the scenario can't be played"):
            server = Server(ServerOptions(founding=founding, drain_seconds=0.0))
        wish = _wish(plan, server.companies.default.company.desk)
        async with server, ClientSession(timeout=ClientTimeout(total=60)) as client:
            stage = _Stage(server, client, plan, wish)
            await stage.plays()
            return await stage.told()


def _wish(plan: Plan, desk: Desk) -> Wish:
    """Raises click's UsageError: whom an option names is not there."""
    agent = _found(agent_of, desk, "--agent", plan.agent)
    group = _found(group_of, desk, "--group", plan.group)
    return Wish(
        agent_id=agent.id if agent is not None else None,
        group_id=group.id if group is not None else None,
        is_robot=plan.is_robot,
        urobot=_found(urobot_of, desk, "--urobot", plan.urobot),
    )


def _found(find: Callable[[Desk, str], T], desk: Desk, option: str, named: str | None) -> T | None:
    try:
        return find(desk, named) if named is not None else None
    except UsageError as error:
        raise click.UsageError(f"{option}: {error.message}; {error.hint}") from None


def _called(name: str, place: str) -> str:
    return f"{name} ({place})" if name else f"the rule at {place}"


def _listed(rules: Sequence[str]) -> str:
    more = len(rules) - _MOST_NAMED
    return ", ".join(rules[:_MOST_NAMED]) + (f" and {more} more" if more > 0 else "")


@asynccontextmanager
async def _receiver() -> AsyncIterator[str]:
    """The app's side of pushes: whatever comes is answered with 200."""

    async def take(request: web.Request) -> web.Response:
        await request.read()
        return web.Response()

    app = web.Application(client_max_size=2**24)
    app.router.add_post("/udesk/receive", take)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/udesk/receive"
    finally:
        await runner.cleanup()


class _Stage:
    """A running server, and the customers who play on it."""

    def __init__(self, server: Server, client: ClientSession, plan: Plan, wish: Wish) -> None:
        self._server = server
        self._client = client
        self._plan = plan
        self._wish = wish
        app = App(client, server.url, self._slot)
        self._actors = {token: Actor(app, token, wish) for token in plan.tokens}
        self._moments = 0

    @property
    def _slot(self) -> Slot:
        return self._server.companies.default

    async def plays(self) -> None:
        """All lines, and what comes of them in a day."""
        fields = {"nick_name": self._plan.name, "level": self._plan.level}
        given = {name: value for name, value in fields.items() if value is not None}
        for number, actor in enumerate(self._actors.values(), 1):
            own = {**given, "nick_name": f"{self._plan.name}{number}"} if self._is_many and self._plan.name else given
            if own:
                await actor.is_known_as(own)
            await actor.opens()
        lines = list(self._plan.lines)
        if self._wish.begins_with_robot and AskForAgent() not in lines:
            # A talk with a robot is on the way to a person.
            lines.append(AskForAgent())
        is_at_once = False
        for line in lines:
            if isinstance(line, Wait):
                await self._until(self._now + timedelta(seconds=line.seconds))
                is_at_once = True
                continue
            if not is_at_once:
                await self._until_customers_turn()
            is_at_once = False
            for actor in self._actors.values():
                await actor.does(line)
                await self._settle()
        await self._until_customers_turn()
        await self._while_due(self._slot.company.next_due)

    async def told(self) -> tuple[str, list[str], list[str]]:
        """The timeline, of everybody when there are many; where the scenario failed; and which rules never began."""
        token = next(iter(self._actors))
        is_known = self._slot.company.desk.customer_by("token", token) is not None
        query = {"as": "text", "limit": "1000000"}
        if is_known and not self._is_many:
            query["customer_token"] = token
        url = f"{self._server.url}{CONTROL_PREFIX}"
        async with self._client.get(f"{url}/timeline", params=query) as response:
            timeline = await response.text()
        async with self._client.get(f"{url}/problems") as response:
            problems: dict[str, Any] = await response.json()
        failures = [row["text"] for row in problems["problems"] if row["kind"] == "scenario_error"]
        if self._moments >= _MOST_MOMENTS:
            failures.append(
                f"after {_MOST_MOMENTS:,} moments something is still due within the day: {self._endless()}does it ever end?"
            )
        unused = report(self._slot.company.desk)["unused"]["rules"]
        return timeline, failures, [_called(row["name"], row["place"]) for row in unused]

    def _endless(self) -> str:
        """Which rules have runs that go on by themselves."""
        desk = self._slot.company.desk
        runs = desk.state.play.runs.values() if desk.state.play is not None else ()
        going_on = [rule_of(run, desk) for run in runs if run.due_at is not None]
        named = dict.fromkeys(_called(rule.name, str(rule.place)) for rule in going_on)
        return f"runs of {_listed(list(named))} go on; " if named else ""

    @property
    def _is_many(self) -> bool:
        return len(self._actors) > 1

    @property
    def _now(self) -> datetime:
        return self._slot.company.clock.now()

    async def _settle(self) -> None:
        await self._server.pump.advance(self._slot, 0.0)

    async def _until_customers_turn(self) -> None:
        """Lets happen all that is due, unless nothing is left but what waits for the customer."""
        await self._settle()
        await self._while_due(self._next)

    async def _while_due(self, soonest: Callable[[], datetime | None]) -> None:
        """Moves from due moment to due moment, for a day at most."""
        end = self._now + _LAST
        while (due := soonest()) is not None and due <= end and self._moments < _MOST_MOMENTS:
            self._moments += 1
            await self._until(due)

    async def _until(self, moment: datetime) -> None:
        await self._server.pump.advance(self._slot, (moment - self._now).total_seconds())

    def _next(self) -> datetime | None:
        """When something is due that needs no customer: a step after a wait, an agent who is being assigned, another attempt of a push."""
        company = self._slot.company
        desk = company.look()
        moments = [timer.due for timer in desk.timers() if timer.kind == "assign"]
        moments += [due for due, _ in company.outbox.waiting()]
        runs = desk.state.play.runs.values() if desk.state.play is not None else ()
        moments += [run.due_at for run in runs if run.due_at is not None and not self._waits_for_customer(run, desk)]
        return min(moments, default=None)

    def _waits_for_customer(self, run: Run, desk: Desk) -> bool:
        step = step_of(run, desk) if run.is_listening else None
        if not isinstance(step, WaitFor):
            return False
        if step.on in _ASKING:
            actor = self._actors.get(desk.state.customers[run.customer_id].token or "")
            return actor is not None and not actor.is_waiting
        return step.on in _CUSTOMERS
