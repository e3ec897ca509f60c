"""What a strict test fails on: rules that never ran."""

from mock_udesk.company.journal.problems import problems

from .test_playing import a_company, ask, say, scenario

TEXT = """scenario: s
rules:
  - name: 退款
    on: message
    match: {text: 退款}
    do: [{reply: 好的}]
  - on: queued
    do: [{wait: 1s}]
"""


def told(text: str, *said: str, then: str = "") -> list[tuple[str, str]]:
    """Kind and text of the problems of a company that plays this, after these messages; then another scenario is loaded."""
    company = a_company(scenario(text, "s.yaml"))
    session = ask(company)
    for content in said:
        say(company, content, session)
    if then:
        company.load_scenario(scenario(then, "t.yaml"), None)
    return [(problem.kind, problem.text) for problem in problems(company)]


def test_a_rule_that_never_ran_is_a_problem_with_its_place() -> None:
    """Interfaces §3: `unused_rule`; file, line, name and what it waits for."""
    assert told(TEXT, "你好") == [
        ("unused_rule", "s.yaml:3:5: rule “退款” (on: message) never ran"),
        ("unused_rule", "s.yaml:7:5: rule 2 (on: queued) never ran"),
    ]


def test_a_rule_that_ran_once_is_none() -> None:
    """However often, and whatever became of it."""
    assert told(TEXT, "我要退款") == [("unused_rule", "s.yaml:7:5: rule 2 (on: queued) never ran")]


def test_the_rules_are_those_of_the_scenario_that_is_loaded() -> None:
    """What was played before is told of no more."""
    then = "scenario: t\nrules:\n  - {name: t, on: transferred, do: [read]}\n"

    assert told(TEXT, "你好", then=then) == [("unused_rule", "t.yaml:3:5: rule “t” (on: transferred) never ran")]


def test_without_a_scenario_there_is_none() -> None:
    """Nothing to run."""
    company = a_company(None)
    ask(company)

    assert problems(company) == []
