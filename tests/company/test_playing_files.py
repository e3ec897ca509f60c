"""A company that plays several files at once, and whose chance it is that they draw from. DESIGN, Company."""

from mock_udesk.company.companies import Companies
from mock_udesk.scenario.loader import load
from mock_udesk.scenario.scenario import Scenario, Source

from .. import NOW
from .test_company import Silent, a_founding
from .test_playing import a_company, ask, pushed, say

FIRST = """\
scenario: first
company:
  agents: [{name: Tom, im_max_join_num: 2}, {name: Ann, groups: [11]}]
  customers: [{customer_token: c-1, nick_name: Wang}]
  settings: {session_message: welcome, auth: lenient}
rules:
  - {on: message, match: {text: 退款}, do: [{reply: 好的}]}
"""
SECOND = """\
scenario: second
company:
  agents: [{name: Tom, im_max_join_num: 7}, {name: Bob}]
  customers: [{customer_token: c-2, nick_name: Li}]
  settings: {auth: "off", assign_seconds: 2}
rules:
  - {on: message, match: {text: 退款}, do: [{reply: 晚了}]}
  - {on: message, match: {text: 换货}, do: [{reply: 可以}]}
"""
CHANCE = """\
scenario: chance
company: {people: {customers: 3}}
rules:
  - {on: message, do: [{reply: "{{ fake.name() }} {{ fake.phone_number() }}"}]}
"""


def both() -> Scenario:
    """Two files, in order."""
    return load([Source(file="first.yaml", text=FIRST), Source(file="second.yaml", text=SECOND)])


def test_settings_of_all_files_are_laid_over_each_other() -> None:
    """What both set is as the later says, on the first day."""
    settings = a_company(both()).settings

    assert (settings.session_message, settings.auth, settings.assign_seconds) == ("welcome", "off", 2)


def test_settings_of_all_files_are_laid_over_a_living_company() -> None:
    """The same when they come in mid-life, and the desk acts on them."""
    company = a_company()
    company.load_scenario(both(), None)

    settings = company.settings
    assert (settings.session_message, settings.auth, settings.assign_seconds) == ("welcome", "off", 2)
    assert company.desk.state.policy.assign_seconds == 2


def test_settings_of_all_files_are_laid_when_they_are_reloaded() -> None:
    """`serve --reload`: the later wins here too."""
    companies = Companies(a_founding(scenario=load([Source(file="first.yaml", text=FIRST)])), Silent())
    company = companies.default.company
    company.reload_scenario(both())

    settings = company.settings
    assert (settings.session_message, settings.auth, settings.assign_seconds) == ("welcome", "off", 2)


def test_people_of_all_files_are_there_from_the_first_day() -> None:
    """Who is in both is as the later says."""
    state = a_company(both()).desk.state

    assert {agent.name: agent.capacity for agent in state.agents.values()} == {"Tom": 7, "Jerry": 5, "Ann": 5, "Bob": 5}
    assert [(one.token, one.nick_name) for one in state.customers.values()] == [("c-1", "Wang"), ("c-2", "Li")]


def test_people_of_all_files_come_to_a_living_company() -> None:
    """The same when they come in mid-life."""
    company = a_company()
    company.load_scenario(both(), None)
    state = company.desk.state

    assert {agent.name: agent.capacity for agent in state.agents.values()} == {"Tom": 7, "Jerry": 5, "Ann": 5, "Bob": 5}
    assert [(one.token, one.nick_name) for one in state.customers.values()] == [("c-1", "Wang"), ("c-2", "Li")]


def test_rules_of_all_files_are_tried_in_the_files_order() -> None:
    """The first that fits begins: of the earlier file; the later's are tried after them."""
    company = a_company(both(), assign_seconds=0)
    session = ask(company)
    for text in ("退款", "换货"):
        say(company, text, session)

    assert pushed(company)[-2:] == ["好的", "可以"]


def drawn(subdomain: str, seed: int, *, is_loaded_later: bool = False) -> tuple[str, list[str]]:
    """What a company's scenario says by chance, and whom it makes up."""
    companies = Companies(a_founding(), Silent())
    scenario = load([Source(file="chance.yaml", text=CHANCE)])
    company = companies.create(
        subdomain=subdomain, now=NOW, rate=0, seed=seed, scenario=None if is_loaded_later else scenario
    ).company
    if is_loaded_later:
        company.load_scenario(scenario, None)
    people = [customer.nick_name for customer in company.desk.state.customers.values()]
    session = ask(company, "customer-1")
    say(company, "你好", session, "customer-1")
    return pushed(company, "customer-1")[-1], people


def test_chance_is_of_the_companys_seed_and_not_of_its_name() -> None:
    """Seed of fake: founding.seed, never the subdomain; whether it was founded with the scenario or given it later."""
    said, people = drawn("a", 1)

    assert drawn("b", 1) == (said, people)
    assert drawn("b", 1, is_loaded_later=True) == (said, people)
    others_said, others = drawn("a", 2)
    assert said != others_said
    assert people != others
