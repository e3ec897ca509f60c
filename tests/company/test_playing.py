"""A company and its scenario: founded with one, another in its place, none any more; and everything that it does has its cause."""

import json
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from mock_udesk.company.awaiting.upcoming import upcoming
from mock_udesk.company.companies import Companies
from mock_udesk.company.company import Company
from mock_udesk.company.journal.entries import ScenarioEntry, shown
from mock_udesk.company.journal.problems import problems
from mock_udesk.company.story.timeline import as_text, story
from mock_udesk.desk.commands import AgentSays, AskForAgent, Assigned, CreateCustomer, SendMessage
from mock_udesk.desk.errors import UsageError
from mock_udesk.desk.records import AgentStatus
from mock_udesk.desk.staff_commands import ChangeAgent
from mock_udesk.scenario.loader import load
from mock_udesk.scenario.scenario import Scenario, Source
from mock_udesk.settings import Settings

from .. import NOW
from .test_company import Silent, a_founding

REFUND = """\
scenario: refund
company:
  agents:
    - {name: Tom, im_max_join_num: 2, welcome: ""}
    - {name: Ann, groups: [11]}
  settings: {session_message: welcome, auth: lenient}
rules:
  - name: refunds
    on: message
    match: {text: 退款}
    do:
      - read
      - wait: 3s
      - reply: 好的
      - wait_for: {on: message, within: 30s, else: [{close: force}]}
      - reply: 已登记
  - on: survey
    do: [solve]
"""
GREETING = """\
scenario: greeting
rules:
  - on: session_started
    do: [{reply: 在的}]
"""


def scenario(text: str = REFUND, file: str = "refund.yaml") -> Scenario:
    return load([Source(file=file, text=text)])


def a_company(played: Scenario | None = None, **settings: Any) -> Company:
    founding = a_founding(settings=Settings(**settings), scenario=played)
    return Company(founding, founding.first_settings, epoch=1, ring=lambda: None)


def call(company: Company, path: str = "/im/sessions") -> int:
    """The entry of a call, which is answered at once."""
    entry = company.journal.open_call("call", "POST", f"/open_api_v1{path}", (), company.clock.now())
    company.journal.close_call(entry, status=200, code=1000, answer=b'{"code": 1000}')
    return entry.id


def ask(company: Company, token: str = "c-1") -> int:
    answer = company.submit(AskForAgent(customer_token=token, agent_id=3), call(company))
    assert isinstance(answer, Assigned)
    return answer.session.id


def say(company: Company, text: str, session_id: int, token: str = "c-1") -> int:
    entry = call(company, "/im/messages")
    message_id = f"m-{entry}"
    said = SendMessage(
        customer_token=token, session_id=session_id, message_id=message_id, type="message", data={"content": text}
    )
    company.submit(said, entry)
    return entry


def later(company: Company, seconds: float) -> None:
    company.clock.jump(to=company.clock.now() + timedelta(seconds=seconds))
    company.wake()


def pushed(company: Company, token: str = "c-1") -> list[str]:
    """What the customer got, in order: contents of the messages, `read` for the other kind of push."""
    customer = company.desk.customer_by("token", token)
    assert customer is not None
    bodies = [json.loads(row.body) for row in company.outbox.deliveries.values() if row.customer_id == customer.id]
    return [
        text
        for body in bodies
        for text in ([str(row["data"]["content"]) for row in body["messages"]] if "messages" in body else ["read"])
    ]


def played(company: Company) -> list[tuple[str, str]]:
    """What the scenario did, by the journal."""
    entries = [entry for entry in company.journal if isinstance(entry, ScenarioEntry)]
    return [(entry.what, entry.did.step if entry.did else "") for entry in entries]


# -- founding -----------------------------------------------------------------------------------------------------------


def test_a_company_founded_with_a_scenario_has_its_people_settings_and_rules() -> None:
    """Issue 4: `company` is laid over the seeded company at the clock's first moment."""
    company = a_company(scenario())

    agents = {agent.name: agent for agent in company.desk.state.agents.values()}
    assert (agents["Tom"].id, agents["Tom"].capacity, agents["Ann"].group_ids) == (3, 2, [11])
    assert company.settings.session_message == "welcome"
    assert company.scenario is company.founding.scenario
    session = ask(company)
    say(company, "我要退款", session)
    assert pushed(company)[-1] == "read"


def test_the_first_day_is_told_by_one_entry() -> None:
    """Nobody is there yet to whom the people's making could matter; the files are named."""
    company = a_company(scenario())

    assert [shown(entry) for entry in company.journal] == [
        {
            "id": 1,
            "kind": "scenario",
            "at": "2026-11-22T10:00:00.000+08:00",
            "cause": None,
            "what": "loaded",
            "files": ["refund.yaml"],
            "names": ["refund"],
            "rules": 2,
        }
    ]


def test_a_setting_that_was_chosen_wins_over_the_files() -> None:
    """The file's settings are the base, flags and POST win, even where they choose the default."""
    company = a_company(scenario(), auth="strict")

    assert (company.settings.auth, company.settings.session_message) == ("strict", "welcome")


def test_a_reset_begins_with_the_founding_scenario_again() -> None:
    """Reset is back to the seed: another scenario that was put meanwhile is gone, and so is what its people became."""
    companies = Companies(a_founding(scenario=scenario()), Silent())
    slot = companies.default
    slot.company.load_scenario(scenario(GREETING, "greeting.yaml"), None)
    slot.company.submit(ChangeAgent(3, {"capacity": 9}), None)
    companies.reset(slot, settings=False)
    tom = slot.company.desk.state.agents[3]

    assert (tom.capacity, slot.company.settings.session_message) == (2, "welcome")
    assert slot.company.scenario is not None
    assert [part.name for part in slot.company.scenario.parts] == ["refund"]
    assert [entry.id for entry in slot.company.journal] == [1]


def test_a_reset_of_settings_goes_back_to_the_files() -> None:
    """`{"settings": true}`: what the company was founded with, the file's settings included."""
    companies = Companies(a_founding(scenario=scenario()), Silent())
    slot = companies.default
    slot.company.change_settings({"session_message": "success", "auth": "off"}, None)
    companies.reset(slot, settings=True)

    assert (slot.company.settings.session_message, slot.company.settings.auth) == ("welcome", "lenient")


def test_a_reset_begins_with_what_was_reloaded() -> None:
    """`serve --reload`, unlike PUT."""
    companies = Companies(a_founding(scenario=scenario()), Silent())
    slot = companies.default
    greeting = scenario(GREETING, "greeting.yaml")
    slot.company.reload_scenario(greeting)
    slot.company.load_scenario(scenario(), None)
    companies.reset(slot, settings=False)

    assert slot.company.scenario is greeting


def test_reloading_changes_what_the_file_said_of_settings_and_nothing_else() -> None:
    """What was set by flag or at run time stays; what the file sets no more goes back to the default."""
    head = "scenario: s\ncompany:\n  settings: "
    first = scenario(head + "{receive_url: 'http://file.test/', assign_seconds: 2, queue_timeout_seconds: 60}")
    second = scenario(head + "{receive_url: 'http://other.test/', assign_seconds: 3}")
    chosen = Settings(receive_url="http://flag.test/")
    company = Companies(a_founding(scenario=first, settings=chosen), Silent()).default.company
    company.change_settings({"assign_seconds": 9}, None)

    company.reload_scenario(second)

    settings = company.settings
    assert (settings.receive_url, settings.assign_seconds, settings.queue_timeout_seconds) == (
        "http://flag.test/",
        9,
        None,
    )


def test_the_old_rules_hear_nothing_of_a_loading_and_the_new_ones_all_of_it() -> None:
    """The old ones would answer a company that is half of each; the new ones are those that the file's people belong to."""
    old = "rules: [{on: agent_status, match: {status: busy}, do: [{set_customer: {email: wang@old.test}}]}]"
    new = (
        "company: {agents: [{name: Jerry, im_max_join_num: 5}, {name: Tom, im_status: busy}]}\n"
        "rules: [{on: session_started, match: {agent: Jerry}, do: [{reply: 您久等了}]}]"
    )
    company = a_company(scenario(old))
    company.submit(AskForAgent(customer_token="c-1", agent_id=3), None)
    company.submit(ChangeAgent(4, {"capacity": 0}), None)
    company.submit(AskForAgent(customer_token="c-2", agent_id=4), None)

    company.load_scenario(scenario(new), None)

    said = [message.data.get("content") for message in company.desk.state.sessions[1002].messages]
    emails = [customer.email for customer in company.desk.state.customers.values()]
    assert said[-1] == "您久等了"
    assert emails == [None, None]


def test_a_reset_that_can_not_be_leaves_the_company_as_it_was() -> None:
    """Check first, change after: a scenario that can't be laid over the first people is refused."""
    companies = Companies(a_founding(), Silent())
    slot = companies.default
    company = slot.company
    company.submit(CreateCustomer({"id": 70, "token": "c-70", "nick_name": "Wang"}), None)
    # It changes somebody whom the first day does not have: an id without anything to know a customer by.
    twice = "scenario: s\ncompany: {customers: [{id: 1, customer_token: c-1}, {id: 2, customer_token: c-1}]}\n"
    company.founding = replace(company.founding, scenario=_unchecked(twice))

    with pytest.raises(UsageError, match="customers"):
        companies.reset(slot, settings=False)
    assert slot.company is company
    assert slot.epoch == company.epoch


def _unchecked(text: str) -> Scenario:
    """A scenario whose people were not tried on anybody."""
    from mock_udesk.scenario.people.overlay import CompanyFields

    rows = [{"id": 1, "customer_token": "c-1"}, {"id": 2, "customer_token": "c-1"}]
    good = scenario(GREETING, "greeting.yaml")
    return replace(good, parts=(replace(good.parts[0], text=text, company=CompanyFields(customers=rows)),))


# -- another in its place -----------------------------------------------------------------------------------------------


def test_runs_end_when_another_scenario_is_loaded() -> None:
    """Setting scenario_runs: end, the default."""
    company = a_company(scenario())
    session = ask(company)
    say(company, "退款", session)
    company.load_scenario(scenario(GREETING, "greeting.yaml"), None)
    later(company, 60)

    assert pushed(company)[-1] == "read"
    assert played(company)[-3:] == [("unloaded", ""), ("loaded", ""), ("ended", "")]
    ended = [entry for entry in company.journal if isinstance(entry, ScenarioEntry)][-1]
    assert ended.cause == ended.id - 1


def test_runs_go_on_by_setting_when_another_scenario_is_loaded() -> None:
    """Setting scenario_runs: go_on: they play their version to its end, while new runs are the new one's."""
    company = a_company(scenario(), scenario_runs="go_on")
    session = ask(company)
    say(company, "退款", session)
    company.load_scenario(scenario(GREETING, "greeting.yaml"), None)
    later(company, 3)
    ask(company, "c-2")

    assert pushed(company)[-1] == "好的"
    assert pushed(company, "c-2")[-1] == "在的"
    say(company, "谢谢", session)
    assert pushed(company)[-1] == "已登记"
    say(company, "退款", session)
    assert pushed(company)[-1] == "已登记"


def test_people_and_settings_of_a_living_company_change_with_their_cause() -> None:
    """The call is the cause of the loading, and the loading of what the people become."""
    company = a_company()
    entry = call(company, "/whatever")
    company.load_scenario(scenario(), entry)

    agents = {agent.name: agent.capacity for agent in company.desk.state.agents.values()}
    rows = [shown(row) for row in company.journal][1:]
    assert agents == {"Tom": 2, "Jerry": 5, "Ann": 5}
    assert company.settings.session_message == "welcome"
    loaded = rows[0]["id"]
    assert [(row["kind"], row.get("happening", row.get("what")), row["cause"]) for row in rows] == [
        ("scenario", "loaded", entry),
        ("happening", "staff_changed", loaded),
        ("happening", "staff_changed", loaded),
    ]


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"customers": [{"customer_token": "c-1", "web_token": "w-2"}]}, UsageError),
        ({"settings": {"auth": "maybe"}}, ValidationError),
    ],
)
def test_a_scenario_is_loaded_as_a_whole_or_not_at_all(wrong: dict[str, Any], error: type[Exception]) -> None:
    """What a living company can't have is refused, and nothing of it has happened."""
    from mock_udesk.scenario.people.overlay import CompanyFields

    company = a_company(scenario())
    company.submit(CreateCustomer({"token": "c-1", "nick_name": "Wang"}), None)
    company.submit(CreateCustomer({"web_token": "w-2", "nick_name": "Li"}), None)
    good = scenario(REFUND.replace("im_max_join_num: 2", "im_max_join_num: 7"))
    fields = CompanyFields.model_construct(**{**dict(good.parts[0].company), **dict(_fields(wrong))})
    before = (company.journal.export(), company.settings, company.scenario, company.desk.state.agents[3].capacity)

    with pytest.raises(error):
        company.load_scenario(replace(good, parts=(replace(good.parts[0], company=fields),)), None)

    after = (company.journal.export(), company.settings, company.scenario, company.desk.state.agents[3].capacity)
    assert after == before


def _fields(wrong: dict[str, Any]) -> dict[str, Any]:
    from mock_udesk.scenario.people.overlay import CompanyFields

    if "settings" in wrong:
        return wrong
    fields = CompanyFields.model_validate(wrong)
    return {name: getattr(fields, name) for name in fields.model_fields_set}


def test_nothing_is_played_once_it_is_unloaded() -> None:
    """People and settings stay, runs end; a second time changes nothing."""
    company = a_company(scenario())
    session = ask(company)
    say(company, "退款", session)
    company.unload_scenario(None)
    last = company.journal.last_id
    company.unload_scenario(None)
    later(company, 60)
    say(company, "退款", session)

    assert company.scenario is None
    assert pushed(company)[-1] == "read"
    assert company.desk.state.agents[3].capacity == 2
    assert not [entry for entry in company.journal if isinstance(entry, ScenarioEntry) and entry.id > last]


def test_unloading_tells_what_ran_and_what_never_did() -> None:
    """Issue 4: the use report stands in the journal."""
    company = a_company(scenario())
    session = ask(company)
    say(company, "退款", session)
    later(company, 3)
    say(company, "好", session)
    company.unload_scenario(None)

    row = next(
        shown(entry) for entry in company.journal if isinstance(entry, ScenarioEntry) and entry.what == "unloaded"
    )
    rules = row["use"]["rules"]
    assert [(rule["name"], rule["started"]) for rule in rules] == [("refunds", 1), ("", 0)]
    assert [(step["step"], step["ran"]) for step in rules[0]["steps"]] == [
        ("read", 1),
        ("wait", 1),
        ("reply", 1),
        ("wait_for", 1),
        ("reply", 1),
    ]
    assert [step["ran"] for step in rules[0]["steps"][3]["else"]] == [0]
    assert [rule["place"] for rule in row["use"]["unused"]["rules"]] == [rules[1]["place"]]
    assert [step["step"] for step in row["use"]["unused"]["steps"]] == ["close"]


# -- what it does -------------------------------------------------------------------------------------------------------


def test_whatever_a_scenario_does_names_its_cause() -> None:
    """Architecture: call → message → rule → step → what the step did → push; of a timer's step nothing is the cause."""
    company = a_company(scenario(), receive_url="http://127.0.0.1:9/")
    session = ask(company)
    entry = say(company, "退款", session)
    last = company.journal.last_id
    later(company, 3)

    rows = {row["id"]: row for row in map(shown, company.journal)}
    chain = [(row["kind"], row.get("happening") or row.get("step") or row.get("what")) for row in rows.values()]
    read = next(row for row in rows.values() if row["kind"] == "push" and row["id"] > entry)
    path = []
    at = read["id"]
    while at is not None:
        row = rows[at]
        path.append(row.get("happening") or row.get("step") or row.get("what") or row["kind"])
        at = row.get("cause")
    assert path == ["push", "read", "began", "message", "call"], chain
    assert company.outbox.deliveries[read["delivery_id"]].cause == read["cause"]
    reply = next(row for row in rows.values() if row["id"] > last)
    assert (reply["kind"], reply["step"], reply["cause"]) == ("scenario", "reply", None)


def test_a_failure_is_a_problem_that_names_its_place() -> None:
    """Issue 4: an error in a template names file, line and expression and is a fault of the scenario, never a broken push."""
    text = "scenario: s\nrules:\n  - on: message\n    do:\n      - reply: '{{ vars.nothing }}'\n"
    company = a_company(scenario(text, "s.yaml"))
    session = ask(company)
    say(company, "hi", session)
    company.journal.clear_calls()

    found = problems(company)
    assert [problem.kind for problem in found] == ["scenario_error"]
    assert found[0].text.startswith("s.yaml:5:"), found[0].text
    assert "vars.nothing" in found[0].text
    assert isinstance(company.journal.get(found[0].entry_id or 0), ScenarioEntry)


def test_a_raw_push_is_put_into_the_outbox_as_it_is() -> None:
    """Step `push`: for what the document has and the mock does not. Without a URL it is undeliverable like all others."""
    text = (
        "scenario: s\nrules:\n  - on: session_started\n    do:\n      - push: {cmd: '{{ customer.customer_token }}'}\n"
    )
    company = a_company(scenario(text, "s.yaml"))
    session = ask(company)

    row = [row for row in company.outbox.deliveries.values() if row.push == "scenario_push"]
    assert [(one.target, json.loads(one.body), one.session_id, one.state) for one in row] == [
        ("receive_url", {"cmd": "c-1"}, session, "undeliverable")
    ]
    assert "scenario push" in as_text(story(company, session_id=session))
    assert '{"cmd":"c-1"}' in as_text(story(company, session_id=session))


def test_the_moments_of_runs_are_to_come() -> None:
    """What time will bring has the runs' waits too, in words."""
    company = a_company(scenario())
    session = ask(company)
    say(company, "退款", session)
    waiting = upcoming(company, 10)
    later(company, 3)
    listening = upcoming(company, 10)

    assert [row.shown() for row in waiting[0]] == [
        {
            "due": "2026-11-22T10:00:03.000+08:00",
            "kind": "run",
            "text": "customer c-1: the wait is over, then reply",
        }
    ]
    assert [row.text for row in listening[0]] == ["customer c-1: gives up waiting for message, then close"]
    assert (waiting[1], listening[1]) == (1, 1)


def test_the_story_tells_which_rule_began_and_what_is_to_come() -> None:
    """One line a rule, its steps are told by what comes of them; what is due stands below."""
    company = a_company(scenario())
    session = ask(company)
    say(company, "退款", session)

    told = as_text(story(company, session_id=session)).splitlines()
    assert [line.split()[1] for line in told if "begins" in line] == ["scenario"]
    assert "refund.yaml:8:5" in next(line for line in told if "begins for c-1" in line)
    assert told[-1].split(maxsplit=3) == ["10:00:03", "scenario", "run", "c-1: the wait is over, then reply"]
    assert as_text(story(company)).splitlines()[1].endswith("scenario refund: 2 rules from refund.yaml")


def test_a_story_is_of_one_conversation_alone() -> None:
    """What a run did and will do belongs to its conversation."""
    company = a_company(scenario())
    first = ask(company)
    second = ask(company, "c-2")
    say(company, "退款", first)

    assert any(line.who == "scenario" for line in story(company, session_id=first))
    assert not any(line.who == "scenario" for line in story(company, session_id=second))
    assert not any(line.who == "scenario" for line in story(company, customer_token="c-2"))


def test_moving_up_in_a_queue_is_told() -> None:
    """`queue_moved` happens while a scenario asks for it."""
    text = (
        "scenario: s\ncompany: {agents: [{name: Tom, im_max_join_num: 1}]}\nrules:\n  - {on: queue_moved, do: [stop]}\n"
    )
    company = a_company(scenario(text, "s.yaml"))
    session = ask(company)
    for token in ("c-2", "c-3"):
        company.submit(AskForAgent(customer_token=token, agent_id=3), None)
    company.submit(ChangeAgent(3, {"capacity": 2}), None)

    assert session
    assert "c-3 moves up in the queue for Tom, place 1" in as_text(story(company))


def test_companies_with_one_scenario_know_nothing_of_each_other() -> None:
    """Architecture, proof test: alone and beside a busy company the journal is the same byte for byte."""

    def journal(*, is_busy: bool) -> bytes:
        companies = Companies(a_founding(), Silent())
        shared = scenario()
        slot = companies.create(subdomain="a", now=NOW, rate=0, scenario=shared)
        other = companies.create(subdomain="b", now=NOW, rate=0, scenario=shared, seed=3)
        if is_busy:
            for number in range(2):
                say(other.company, "退款", ask(other.company, f"b-{number}"), f"b-{number}")
            other.company.load_scenario(scenario(GREETING, "greeting.yaml"), None)
        session = ask(slot.company)
        say(slot.company, "退款", session)
        later(slot.company, 3)
        return slot.company.journal.export()

    assert journal(is_busy=True) == journal(is_busy=False)


def test_without_a_scenario_its_room_stays_closed() -> None:
    """A server that plays none starts and answers without loading what playing takes."""
    program = """
import sys
from mock_udesk.server.app import Server
from mock_udesk.company.companies import Companies
from mock_udesk.company.founding import Founding, made_up
from mock_udesk.desk.commands import AskForAgent

class Bell:
    def ring(self, slot): pass
    def replaced(self, slot, ended): pass

companies = Companies(Founding(subdomain="demo", credentials=made_up("demo", 0)), Bell())
companies.default.company.submit(AskForAgent(customer_token="c-1"), None)
companies.default.company.wake()
playing = ("jinja2", "ruamel", "faker", "mock_udesk.scenario", "mock_udesk.company.playing",
    "mock_udesk.desk.play.script", "mock_udesk.desk.play.runs", "mock_udesk.desk.play.conductor")
print([name for name in sys.modules if name.startswith(playing)])
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True)

    assert done.stdout.strip() == "[]"


def test_an_agent_who_is_offline_by_the_file_takes_nobody() -> None:
    """Any field of the control API."""
    text = "scenario: s\ncompany: {agents: [{name: Tom, im_status: offline}]}\n"
    company = a_company(scenario(text, "s.yaml"))

    assert company.desk.state.agents[3].status is AgentStatus.OFFLINE


def test_what_agents_say_by_hand_is_no_scenarios() -> None:
    """An operator's message has the operator's call as its cause, whatever is played."""
    company = a_company(scenario())
    session = ask(company)
    entry = call(company, "/whatever")
    company.submit(AgentSays(session_id=session, type="message", data={"content": "您好"}), entry)

    assert list(company.outbox.deliveries.values())[-1].cause == entry
