"""Warnings: what is worth a look, and what is not."""

import pytest

from mock_udesk.company.founding import opened
from mock_udesk.scenario.file.rehearsal import first_desk
from mock_udesk.scenario.loader import check
from mock_udesk.scenario.scenario import Source
from mock_udesk.settings import TAKEN_PATHS, Settings
from mock_udesk.udesk_api import UDESK_API
from tests import NOW


def said(text: str) -> list[str]:
    return [f"{finding.place.path}: {finding.found}" for finding in check([Source(file="f.yaml", text=text)])]


def test_the_people_of_a_new_company_are_known() -> None:
    """The same as the company is founded with: ruling 6."""
    ours, real = first_desk().state, opened(Settings(), NOW).state

    assert {(one.id, one.name, *one.group_ids) for one in ours.agents.values()} == {
        (one.id, one.name, *one.group_ids) for one in real.agents.values()
    }
    assert {(one.id, one.name) for one in ours.groups.values()} == {(one.id, one.name) for one in real.groups.values()}


@pytest.mark.parametrize("who", ["Tom", "3", "'4'", "{agent: Jerry}", "{group: 11}", "{group: 售后}", "'{{ vars.a }}'"])
def test_known_people_and_templates_are_no_warning(who: str) -> None:
    """By id or by name, as number or text."""
    assert said(f"rules: [{{on: message, do: [transfer: {who}]}}]") == []


def test_who_was_renamed_is_unknown_by_the_old_name() -> None:
    """`company` is laid over the seeded people."""
    text = "company: {agents: [{id: 3, name: Anna}]}\nrules: [{on: message, do: [transfer: Anna, transfer: Tom]}]"

    assert said(text) == ["rules[0].do[1].transfer: unknown agent Tom"]


def test_made_up_people_have_names_that_nobody_knows() -> None:
    """Then only what is near to a known name is taken for a typing error."""
    text = "company: {people: {agents: 5}}\nrules: [{on: message, do: [transfer: 张伟, transfer: 7, transfer: Jery]}]"

    assert said(text) == ["rules[0].do[2].transfer: unknown agent Jery"]


@pytest.mark.parametrize(
    ("first", "second", "is_shadowed"),
    [
        ("on: message", "on: message", True),
        ("on: message", "on: survey", False),
        ("on: message, times: 1", "on: message", False),
        ("on: message", "on: message, times: 1", True),
        ("on: message, match: {}", "on: message, match: {turn: 1}", True),
        ("on: message, match: {turn: 1}", "on: message", False),
        ("on: message, match: {turn: 1}", "on: message, match: {turn: 2}", False),
        ("on: message, match: {turn: 1}", "on: message, match: {turn: 1, text: a}", True),
        ("on: message, match: {turn: 1, type: image}", "on: message, match: {turn: 1, text: a}", False),
        ("on: message, match: {agent: Tom}", "on: message, match: {agent: 3}", True),
        ("on: message, match: {group: 11}", "on: message, match: {group: 售后, text: a}", True),
        ("on: message, match: {text: ''}", "on: message, match: {text: a}", False),
        ("on: message, match: {when: vars.a}", "on: message, match: {when: vars.a}", True),
    ],
)
def test_a_rule_that_an_earlier_one_always_runs_before_is_told(first: str, second: str, is_shadowed: bool) -> None:
    """The same trigger, no `times`, and nothing in its match that the later one has not."""
    text = f"rules:\n- {{{first}, do: [read]}}\n- {{{second}, do: [read]}}\n"

    assert said(text) == (
        ["rules[1]: a rule that never runs: rules[0] in line 2 fits whenever it does"] if is_shadowed else []
    )


def test_a_rule_of_an_earlier_file_counts_too() -> None:
    """Rules of all files are tried in order."""
    text = "rules: [{on: message, do: [read]}]"

    found = check([Source(file="a.yaml", text=text), Source(file="b.yaml", text=text)])

    assert [str(finding.place) for finding in found] == ["b.yaml:1:9"]
    assert found[0].found == "a rule that never runs: rules[0] in line 1 of a.yaml fits whenever it does"


def test_steps_after_a_wait_and_a_transfer_are_reached() -> None:
    """Only close and stop end a run for sure."""
    steps = (
        "transfer: Tom, wait: 1s, {wait_for: {on: message, within: 1s, else: [close]}}, accept, leave_queue, read, stop"
    )

    assert said(f"rules: [{{on: message, do: [{steps}]}}]") == []


def test_a_list_is_used_through_another_and_in_an_else() -> None:
    """As long as a rule leads there."""
    text = """
steps:
  a: [use: b]
  b: [read]
  c: [read]
rules:
  - on: message
    do: [{wait_for: {on: message, within: 1s, else: [use: c]}}, use: a]
"""

    assert said(text) == []


@pytest.mark.parametrize(
    ("rule", "found"),
    [
        ("on: message, match: {type: imge}", "the type imge of message, which never fits"),
        ("on: session_closed, match: {type: forced}", "the type forced of session_closed, which never fits"),
        ("on: agent_status, match: {type: image}", "type of agent_status, which never fits"),
        ("on: queued, match: {text: a}", "text of queued, which never fits"),
        ("on: message, match: {type: image, text: a}", None),
        ("on: session_closed, match: {type: redirect}", None),
        ("on: robot_answer, match: {type: small_talk, text: a}", None),
        ("on: robot_rated, match: {option: 1, text: a}", None),
    ],
)
def test_a_match_that_never_fits_is_told(rule: str, found: str | None) -> None:
    """What a trigger has no such value of."""
    told = [line.partition(": ")[2] for line in said(f"rules: [{{{rule}, do: [read]}}]")]

    assert told == ([found] if found else [])


@pytest.mark.parametrize("on", ["session_closed", "queue_abandoned", "leave_message"])
def test_a_reply_that_nobody_can_give_is_told(on: str) -> None:
    """There is no session then, unless something is waited for."""
    text = f"steps: {{bye: [reply: a]}}\nrules:\n- {{on: {on}, do: [%s]}}"
    found = f"rules[0].do[1]: a reply after {on}, when nobody can say anything"

    assert said(text % "wait: 1s, use: bye") == [found]
    assert said(text % "wait_for: session_started, use: bye") == []
    assert said(text.replace("bye: [reply", "bye: [{wait_for: message}, reply") % "wait: 1s, use: bye, reply: b") == []


@pytest.mark.parametrize(
    "text",
    [
        "rules: [{on: message, match: {agent: '{{ vars.a }}'}, do: [read]}]",
        "rules: [{on: message, match: {customer_token: '{{ vars.a }}'}, do: [read]}]",
        "rules: [{on: survey, match: {option: '{{ vars.a }}'}, do: [read]}]",
        "rules: [{on: message, do: [push: {'{{ vars.a }}': 1}]}]",
        "rules: [{on: message, do: [set: {a: {'{{ vars.a }}': 1}}]}]",
    ],
)
def test_a_template_where_none_is_rendered_is_an_error(text: str) -> None:
    """It would be taken as it stands, and never fit."""
    found = check([Source(file="f.yaml", text=text)])

    assert [finding.severity for finding in found] == ["error"]
    assert "a template" in found[0].found
    assert "as it is" in found[0].expected


def test_a_setting_that_no_company_can_have_is_an_error() -> None:
    """As PATCH /_mock/company refuses it."""
    assert said("company: {settings: {robot_answer_survey_path: /im/messages}}") == [
        'company.settings.robot_answer_survey_path: "/im/messages"'
    ]


def test_the_paths_that_are_taken_are_the_emulated_apis() -> None:
    """The settings know no other room, so they have a list of their own."""
    assert {path for path in TAKEN_PATHS if UDESK_API.has("POST", path)} == TAKEN_PATHS
    posted = {
        endpoint.path for endpoint in UDESK_API.endpoints if endpoint.method == "POST" and not endpoint.path_setting
    }
    assert {path for path in posted if "{" not in path} == TAKEN_PATHS


def test_of_many_people_the_first_are_named() -> None:
    """A hint is to be read."""
    rows = ", ".join(f"{{name: 客服{at}号}}" for at in range(100))
    (finding,) = check(
        [Source(file="f", text=f"company: {{agents: [{rows}]}}\nrules: [{{on: message, do: [transfer: Zoe]}}]")]
    )

    assert finding.expected.startswith("one of 3 Tom, 4 Jerry, 5 客服0号, ")
    assert finding.expected.endswith(" and 94 more")
