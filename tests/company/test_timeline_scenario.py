"""What a scenario does in a story: whose agents' status it tells, how waits end, and what is still waited for."""

from datetime import datetime, timedelta
from typing import Any

from mock_udesk.company.company import Company
from mock_udesk.company.founding import Founding
from mock_udesk.company.signing.open_api import Credentials
from mock_udesk.company.story.timeline import as_text, story
from mock_udesk.desk.commands import AskForAgent, CloseSession, SendMessage
from mock_udesk.desk.records import AgentStatus, CloseType
from mock_udesk.desk.staff_commands import ChangeAgent
from mock_udesk.options.scenarios import seeded
from mock_udesk.scenario.loader import load
from mock_udesk.scenario.scenario import Scenario, Source
from mock_udesk.settings import Settings

from .. import NOW


def _scenario(text: str) -> Scenario:
    return load([Source(file="s.yaml", text=text)], seeded=seeded)


def _company(text: str) -> Company:
    founding = Founding(
        subdomain="demo",
        credentials=Credentials(email="a@b.test", password="p", token="t", secret="s"),
        now=NOW,
        rate=0,
        scenario=_scenario(text),
    )
    return Company(founding, Settings(), epoch=1, ring=lambda: None)


def _ask(company: Company, token: str, agent_id: int = 3) -> Any:
    """The session; of who has to wait, None."""
    asked = company.submit(AskForAgent(customer_token=token, agent_id=agent_id), None)
    return getattr(asked, "session", None)


def _say(company: Company, session: Any, text: str) -> None:
    message = SendMessage(
        customer_token="c-1", session_id=session.id, message_id=text, type="message", data={"content": text}
    )
    company.submit(message, None)


def _pass(company: Company, seconds: float) -> None:
    company.clock.jump(to=company.clock.now() + timedelta(seconds=seconds))
    company.wake()


def _of(company: Company, who: str, token: str | None = "c-1") -> list[tuple[str, str]]:
    return [(line.what, line.text) for line in story(company, customer_token=token) if line.who == who]


OFFLINE = "rules: [{on: message, do: [{set_agent: {agent: Jerry, im_status: offline}}]}]"


def test_what_a_story_s_scenario_does_to_agents_belongs_to_it() -> None:
    """Whoever that is; to others' stories it does not."""
    company = _company(OFFLINE)
    session = _ask(company, "c-1")
    _ask(company, "c-2")
    _say(company, session, "hi")

    assert ("agent status", "Jerry is offline") in _of(company, "udesk")
    assert "Jerry" not in as_text(story(company, customer_token="c-2"))
    assert ("agent status", "Jerry is offline") in [
        (line.what, line.text) for line in story(company, session_id=session.id)
    ]


def test_the_status_of_the_agent_is_told_while_the_conversation_lasts() -> None:
    """Of the one they talk to, or wait for; neither before nor after, and not of others."""
    company = _company("rules: [{on: survey, do: [stop]}]")
    for status in (AgentStatus.BUSY, AgentStatus.ONLINE):
        company.submit(ChangeAgent(3, {"status": status}), None)
    company.submit(ChangeAgent(3, {"capacity": 1}), None)
    first = _ask(company, "c-1")
    _ask(company, "c-2")
    company.submit(ChangeAgent(3, {"status": AgentStatus.BUSY}), None)
    company.submit(ChangeAgent(4, {"status": AgentStatus.BUSY}), None)
    company.submit(CloseSession(first.id, CloseType.FORCE), None)
    company.submit(ChangeAgent(3, {"status": AgentStatus.OFFLINE}), None)

    first_told, second_told = (
        [line.text for line in story(company, customer_token=token) if line.what == "agent status"]
        for token in ("c-1", "c-2")
    )
    assert first_told == ["Tom is busy"]
    assert second_told == ["Tom is busy", "Tom is offline"]


WAITS = """
rules:
  - on: message
    match: {text: ask}
    do:
      - wait_for: {on: message, within: 1m30s, else: [{reply: late}]}
      - reply: thanks
      - wait_for: survey
      - stop
"""


def test_how_a_wait_ended_is_told() -> None:
    """By what came, or by its time; an end from outside is none of them."""
    company = _company(WAITS)
    session = _ask(company, "c-1")
    _say(company, session, "ask")
    _pass(company, 10)
    _say(company, session, "answer")
    _say(company, session, "ask again")
    _pass(company, 90)
    _say(company, session, "ask once more")
    company.submit(CloseSession(session.id, CloseType.FORCE), None)

    told = [row for row in _of(company, "scenario") if row[0] not in ("began", "loaded")]
    assert told == [
        ("goes on", "c-1: message has come, which was waited for (s.yaml:6:9): reply"),
        ("gives up", "c-1: no message has come in 1m30s (s.yaml:6:9): else, reply"),
    ]


def test_a_wait_that_is_the_last_step_is_told_too() -> None:
    """Then comes the end."""
    company = _company("rules: [{on: message, match: {text: ask}, do: [{wait_for: {on: message, within: 5s}}]}]")
    session = _ask(company, "c-1")
    _say(company, session, "ask")
    _say(company, session, "answer")
    _say(company, session, "ask again")
    _pass(company, 5)

    assert [row[1].rpartition(": ")[2] for row in _of(company, "scenario") if row[0] != "began"] == ["the end"] * 2


def test_what_is_waited_for_without_a_limit_stands_last() -> None:
    """Nobody knows when it comes."""
    company = _company(WAITS)
    session = _ask(company, "c-1")
    _say(company, session, "ask")
    _say(company, session, "answer")
    _ask(company, "c-2")

    last = story(company, customer_token="c-1")[-1]
    assert (last.kind, last.text, last.at) == ("waiting", "c-1: waits for survey, without an end, then stop", NOW)
    assert (
        as_text([last]) == "still to come\nwhenever  scenario  run  c-1: waits for survey, without an end, then stop\n"
    )
    assert story(company, session_id=session.id)[-1] == last
    assert not [line for line in story(company, customer_token="c-2") if line.kind == "waiting"]


def test_what_was_unloaded_tells_what_had_begun_and_the_next_one_what_it_ended() -> None:
    """Runs that had begun are not those that ended."""
    company = _company(WAITS)
    session = _ask(company, "c-1")
    for text in ("ask", "answer"):
        _say(company, session, text)
    company.load_scenario(_scenario(OFFLINE), None)
    company.unload_scenario(None)

    assert [text for what, text in _of(company, "scenario", None) if what in ("loaded", "unloaded")][1:] == [
        "scenario s: 1 rule had begun 1 run in all",
        "scenario s: 1 rule from s.yaml; 1 run under way ended",
        "scenario s: none of its rules ever began",
    ]


def test_a_story_that_lost_its_beginning_says_so() -> None:
    """The journal is bounded."""
    lines = story(_company(OFFLINE))

    assert as_text(lines, dropped=1234).startswith(
        "the story began earlier: the journal dropped its first 1,234 entries\n"
    )
    assert isinstance(lines[0].at, datetime)
