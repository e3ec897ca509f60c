"""Scripts in few words, a plain renderer of templates, and what a test looks at: who played what, and why."""

from collections.abc import Iterable, Sequence
from copy import deepcopy
from datetime import datetime
from typing import Any

from mock_udesk.desk.commands import SendMessage
from mock_udesk.desk.desk import Desk
from mock_udesk.desk.effects import Effect, Happened, Outcome, Played, PushMessages
from mock_udesk.desk.happenings import Happening
from mock_udesk.desk.places import Place
from mock_udesk.desk.play.rendering import TextError, View
from mock_udesk.desk.play.runs import Play, Run
from mock_udesk.desk.play.script import Match, Read, Reply, Rule, Script, Step, Wait, WaitFor
from mock_udesk.desk.records import Session
from mock_udesk.desk.state import Policy
from tests import NOW
from tests.desk.sample import TOM, a_desk, start

ON = Happening
# Where steps and rules of tests stand, unless it matters.
HERE = Place("t.yaml", 1, 1, "here")


class Braces:
    """Renders `{customer.nick_name}` as str.format does; a text that begins with `=` is an expression, whose value it gives."""

    def text(self, template: str, view: View) -> str:
        """The template as a text."""
        if template.startswith("="):
            return str(self._value(template[1:], view))
        try:
            return template.format(**_names(view))
        except Exception as error:
            raise TextError(template, f"{type(error).__name__} {error}") from error

    def value(self, template: Any, view: View) -> Any:
        """The template with its texts rendered, however deep."""
        match template:
            case str():
                return self._value(template[1:], view) if template.startswith("=") else self.text(template, view)
            case dict():
                return {key: self.value(value, view) for key, value in template.items()}
            case list():
                return [self.value(item, view) for item in template]
            case _:
                return template

    def holds(self, expression: str, view: View) -> bool:
        """Whether an expression is true."""
        return bool(self._value(expression, view))

    def _value(self, expression: str, view: View) -> Any:
        try:
            return eval(expression, {}, _names(view))
        except Exception as error:
            raise TextError(expression, f"{type(error).__name__} {error}") from error


def _names(view: View) -> dict[str, Any]:
    return {
        "customer": view.customer,
        "session": view.session,
        "agent": view.agent,
        "message": view.heard,
        "now": view.now,
        "vars": view.variables,
        "fake": view.seed,
    }


TEXTS = Braces()


def at(line: int) -> Place:
    """A place in the tests' file."""
    return Place("t.yaml", line, 1, f"line {line}")


def reply(content: str, *, place: Place = HERE) -> Reply:
    """The agent says a plain text."""
    return Reply(place=place, type="message", data={"content": content})


def wait(seconds: float) -> Wait:
    """Time passes."""
    return Wait(place=HERE, seconds=seconds)


def wait_for(
    on: Happening,
    *,
    within: float | None = None,
    otherwise: tuple[Step, ...] | None = None,
    stands: Place = HERE,
    **match: Any,
) -> WaitFor:
    """Until this happens."""
    return WaitFor(place=stands, on=on, match=Match(**match), within_seconds=within, otherwise=otherwise)


def rule(on: Happening, *steps: Step, times: int | None = None, stands: Place = HERE, **match: Any) -> Rule:
    """When this happens and is like that, then these steps."""
    return Rule(place=stands, on=on, steps=steps or (Read(place=HERE),), match=Match(**match), times=times)


def load(desk: Desk, *rules: Rule, old_runs: Any = "end", at: datetime = NOW) -> Outcome[int]:
    """Plays these rules from now on."""
    return desk.load_script(Script(rules=rules), texts=TEXTS, seed=7, old_runs=old_runs, now=at)


def talk(*rules: Rule, policy: Policy | None = None, desk: Desk | None = None) -> tuple[Desk, Session]:
    """Tom and c-1 talk, and these rules are played."""
    desk = desk or a_desk(policy=policy)
    session = start(desk, "c-1", agent_id=TOM)
    load(desk, *rules)
    return desk, session


def twin_of(desk: Desk) -> Desk:
    """A desk made from a copy of all that this one knows."""
    return Desk(deepcopy(desk.state), TEXTS)


def tell(
    desk: Desk, session: Session, message_id: str, content: str = "你好", *, token: str = "c-1", at: datetime = NOW
) -> Outcome[Any]:
    """The customer says something in a session; all that comes of it."""
    command = SendMessage(
        customer_token=token, session_id=session.id, message_id=message_id, type="message", data={"content": content}
    )
    return desk.handle(command, at)


def replies(effects: Iterable[Effect]) -> list[str]:
    """What agents said, in order."""
    return [
        effect.facts["data"]["content"]
        for effect in effects
        if isinstance(effect, Happened) and effect.kind is ON.AGENT_MESSAGE
    ]


def played(effects: Iterable[Effect]) -> list[str]:
    """What was played, in a word each: the name of a step, else what became of the run."""
    return [effect.step if effect.what == "step" else effect.what for effect in effects if isinstance(effect, Played)]


def failures(effects: Iterable[Effect]) -> list[tuple[Place, str]]:
    """Where a scenario failed, and why."""
    return [(one.place, one.reason) for one in effects if isinstance(one, Played) and one.what == "failed"]


def endings(effects: Iterable[Effect]) -> list[str]:
    """Why runs ended."""
    return [one.reason for one in effects if isinstance(one, Played) and one.what == "ended"]


def playing(desk: Desk) -> Play:
    """What the desk plays."""
    assert desk.state.play is not None
    return desk.state.play


def runs(desk: Desk) -> list[Run]:
    """The runs under way, oldest first."""
    return list(playing(desk).runs.values())


def kinds(effects: Sequence[Effect]) -> list[str]:
    """Each effect in a word: what happened, what was played, or that something was pushed."""
    words = []
    for effect in effects:
        match effect:
            case Happened():
                words.append(str(effect.kind))
            case Played():
                words.append(effect.step if effect.what == "step" else effect.what)
            case PushMessages():
                words.append("push")
            case _:
                words.append(type(effect).__name__)
    return words
