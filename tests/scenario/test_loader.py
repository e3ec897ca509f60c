"""From paths to sources, and from sources to a scenario or all that is wrong."""

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mock_udesk.company.founding import opened
from mock_udesk.scenario.loader import check, load, read_sources
from mock_udesk.scenario.scenario import MOST_FINDINGS, ScenarioErrors, Source
from mock_udesk.settings import Settings
from tests import NOW

RULE = "rules: [{on: message, do: [read]}]\n"


def said(*sources: Source) -> list[str]:
    return [f"{finding.severity}: {finding}" for finding in check(sources)]


def test_a_folder_gives_its_files_by_name(tmp_path: Path) -> None:
    """*.yaml and *.yml; hidden ones and folders in it are left out."""
    for name in ("b.yml", "a.yaml", ".hidden.yaml", "notes.txt", "scenario.schema.json"):
        (tmp_path / name).write_text(RULE, encoding="utf-8")
    (tmp_path / "c.yaml").mkdir()
    (tmp_path / "c.yaml" / "d.yaml").write_text(RULE, encoding="utf-8")

    sources = read_sources([tmp_path])

    assert sources == [Source(file=str(tmp_path / name), text=RULE) for name in ("a.yaml", "b.yml")]


def test_what_can_not_be_read_is_told_with_the_rest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Reading never raises: one missing file doesn't hide what is wrong with the next."""
    (tmp_path / "empty").mkdir()
    (tmp_path / "bad.yaml").write_text("rules: 5\n", encoding="utf-8")
    (tmp_path / "long.yaml").write_text("#" * (1 << 20) + "\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)

    sources = read_sources([Path(name) for name in ("none.yaml", "empty", "bad.yaml", "long.yaml")])

    assert said(*sources) == [
        "error: none.yaml: found No such file or directory, expected a scenario file, or a folder of them",
        "error: empty: found a folder without scenarios, expected files that end in .yaml or .yml",
        "error: bad.yaml:1:8: rules: found 5, expected a list",
        "error: long.yaml: found more than 1 MiB, expected a file of at most 1 MiB",
    ]


def test_files_make_one_scenario_together() -> None:
    """Rules in the order of the files; each part knows its own."""
    first = Source(file="dir/first.yaml", text=RULE)
    second = Source(
        file="second.yaml",
        text="scenario: zwei\ndescription: d\ncompany: {agents: [{name: Anna}]}\n"
        "rules: [{on: survey, do: [read]}, {on: queued, do: [read]}]\n",
    )

    scenario = load([first, second], paths=[Path("dir")])

    assert [rule.on.value for rule in scenario.script.rules] == ["message", "survey", "queued"]
    assert [(part.file, part.name, part.description, part.first_rule, part.rules) for part in scenario.parts] == [
        ("dir/first.yaml", "first", "", 0, 1),
        ("second.yaml", "zwei", "d", 1, 2),
    ]
    assert [part.text for part in scenario.parts] == [first.text, second.text]
    assert [agent.name for agent in scenario.parts[1].company.agents] == ["Anna"]
    assert (scenario.warnings, scenario.paths) == ((), (Path("dir"),))


def test_an_object_is_loaded_like_a_text() -> None:
    """Its places have paths and no lines; its text is JSON."""
    data = {"rules": [{"on": "message", "do": [{"reply": "您好"}, "close"]}]}

    scenario = load([Source(file="PUT", data=data)])

    step = scenario.script.rules[0].steps[1]
    assert (str(step.place), step.place.line, step.place.column) == ("PUT: rules[0].do[1].close", 0, 0)
    assert json.loads(scenario.parts[0].text) == data


def test_the_errors_of_an_object_are_told_by_path() -> None:
    """In the order of places: rules[2] before rules[10]. What wrote it may have taken a bare `on` for true."""
    rules = [{"on": "message", "do": ["read"], "times": 1} for _ in range(11)]
    rules[2] = {"true": "message", "do": ["read"]}
    rules[10] = {"on": "message", "do": [{"wait": 3}]}

    assert said(Source(file="PUT", data={"rules": rules})) == [
        "error: PUT: rules[2].on: found no on, expected on: message, or another trigger",
        'error: PUT: rules[2].true: found unknown key true, expected "on" in quotes: what wrote this takes a bare on for true',
        "error: PUT: rules[10].do[0].wait: found 3, expected a duration with its unit, like 3s, 3m or 3ms",
    ]


def test_one_file_may_name_whom_another_adds() -> None:
    """Names are looked up in all of them together."""
    people = Source(file="people.yaml", text="company: {agents: [{name: Anna}], groups: [{id: 12, name: 售前}]}\n")
    rules = Source(
        file="rules.yaml", text="rules: [{on: message, match: {group: 12}, do: [transfer: Anna, transfer: Ana]}]\n"
    )

    assert said(people, rules) == [
        "warning: rules.yaml:1:74: rules[0].do[1].transfer: found unknown agent Ana, expected Anna (the nearest)"
    ]


def test_very_many_errors_are_told_up_to_a_hundred() -> None:
    """A generated file that is wrong everywhere is wrong once, as a rule."""
    text = "rules:\n  - on: message\n    do:\n" + "      - dance\n" * 500

    found = check([Source(file="f.yaml", text=text)])

    assert len(found) == MOST_FINDINGS + 1
    assert str(found[-1]).endswith("found more errors than these 100, expected none of them")


def test_what_a_file_says_of_robots_is_tried_where_somebody_knows_them() -> None:
    """`seeded` makes the desk of a new company; without it nobody can tell what its robots know."""
    text = "company:\n  robots:\n    - id: 1\n      unknown_key: 1\n    - id: 99\n"
    source = Source(file="f.yaml", text=text.replace("      unknown_key: 1\n", ""))

    found = check([source], seeded=lambda: opened(Settings(), NOW))

    assert [(finding.place.path, finding.found) for finding in found] == [
        ("company.robots[1].id", "there is no robot 99 to be changed")
    ]
    assert check([source]) == ()


def test_what_is_wrong_with_one_part_hides_nothing_of_the_others() -> None:
    """Each rule, each list of steps and the company stand on their own."""
    text = """\
company:
  agents: [{id: 99}]
rules:
  - on: mesage
    do: [use: lost]
  - on: message
    match: {agent: Tomm, status: busy}
    do: [use: nope, stop, read]
steps:
  mine: [use: mine]
  bad: [dance]
  lost: [read]
"""

    assert said(Source(file="f.yaml", text=text)) == [
        "error: f.yaml:2:17: company.agents[0].id: found there is no agent 99 to be changed, "
        "expected a name adds one; there are: 3 Tom, 4 Jerry",
        'error: f.yaml:4:9: rules[0].on: found "mesage", expected message (the nearest)',
        "warning: f.yaml:7:34: rules[1].match.status: found status of message, which never fits, expected it with agent_status alone",
        "error: f.yaml:8:15: rules[1].do[0].use: found unknown steps nope, expected one of mine, bad, lost",
        "warning: f.yaml:8:27: rules[1].do[2]: found a step after stop, which never runs, expected stop as the last step: the run ends there",
        "error: f.yaml:10:15: steps.mine[0].use: found a circle (mine → mine), expected steps that come to an end",
        "error: f.yaml:11:9: steps.bad[0]: found unknown step dance, expected one of reply, read, wait, wait_for, transfer, accept, "
        "close, invite_survey, set_agent, set_customer, set, solve, leave_queue, push, fault, use, stop",
    ]


def test_errors_of_the_text_itself_hide_nothing_either() -> None:
    """A key that comes twice is one thing wrong; the next rule has another."""
    text = """\
rules:
  - {on: message, on: survey, do: [read]}
  - {on: message, match: {agent: Tomm}, do: [use: nope]}
"""

    assert [f"{finding.place.line}: {finding.found}" for finding in check([Source(file="f.yaml", text=text)])] == [
        "2: key on a second time",
        "3: unknown agent Tomm",
        "3: unknown steps nope",
    ]


def test_a_file_that_is_wrong_makes_no_errors_in_the_next() -> None:
    """Whom it adds is unknown then: neither is what names them an error, nor worth a warning."""
    groups = "company: {groups: [{id: 12, name: 售前}]}\n"
    uses = Source(
        file="b.yaml",
        text="company: {agents: [{name: Anna, groups: [售前]}]}\nrules: [{on: message, match: {group: 售前}, do: [use: x]}]\n",
    )
    first = [
        Source(file="a.yaml", text=groups.replace("id: 12", "id: x")),
        Source(file="a.yaml", text=groups + "rules: ["),
        Source(file="a.yaml", text=groups + "rules: [{on: mesage, do: [read]}]"),
    ]

    assert [[finding.place.file for finding in check([source, uses])] for source in first] == [["a.yaml", "b.yaml"]] * 3


def test_customers_are_changed_by_id_alone() -> None:
    """As agents are; on a first day there is none."""
    source = Source(
        file="f.yaml", text="company: {customers: [{nick_name: Li}, {id: 1, is_blocked: true}, {id: 2, level: vip}]}"
    )

    assert said(source) == [
        "error: f.yaml:1:72: company.customers[2].id: found there is no customer 2 to be changed, expected nick_name, or a token, adds one"
    ]


def test_what_is_wrong_with_an_object_comes_in_the_order_of_the_document() -> None:
    """As with a text, whose lines have it."""
    data = {
        "rules": [{"on": "message", "do": [{"transfer": "Ana"}, {"wait": 1}], "match": {"agent": "Anna"}}],
        "company": {"agents": [{"id": 0}]},
    }

    of_data = [finding.place.path for finding in check([Source(file="f", data=data)])]
    of_text = [finding.place.path for finding in check([Source(file="f", text=json.dumps(data))])]

    assert of_data == of_text == ["rules[0].do[1].wait", "company.agents[0].id"]


# -- whatever is written ------------------------------------------------------------------------------------------------

_PIECES = st.sampled_from(
    [
        *(
            "rules:",
            "steps:",
            "company:",
            "on: ",
            "do:",
            "- ",
            "  ",
            "\n",
            "\n  ",
            "\n    ",
            "{",
            "}",
            "[",
            "]",
            ": ",
            ", ",
        ),
        *("&a ", "*a ", "<<: ", "message", "reply", "wait", "3s", "'", '"', "|\n", "|2-\n", ">+9\n", "#", "%", "---\n"),
        *("...\n", "%YAML 1.1\n", "%TAG ! x\n", "!!str ", "!x ", "!<", "!", "? ", "\t", "\\u", "\\U00110000", "@", "`"),
        *("{{", "}}", "null", "~", "x-", "\r\n", "\ufeff", "\x85", "\u2028", "1e999", "&", "*", "set"),
    ]
)
_KEYS = st.sampled_from(
    [
        "rules",
        "steps",
        "company",
        "on",
        "do",
        "match",
        "reply",
        "wait",
        "wait_for",
        "within",
        "else",
        "transfer",
        "agent",
        "group",
        "use",
        "set",
        "push",
        "to",
        "agents",
        "name",
        "id",
        "groups",
        "set_agent",
        "set_customer",
        "im_status",
        "type",
        "content",
        "data",
        "text",
        "when",
        "turn",
        "times",
        "robots",
        "urobots",
        "people",
        "settings",
        "questions",
        "title",
        "flows",
        "scenario",
        "tags",
        "accept",
        "close",
    ]
) | st.text(max_size=5)
_LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.sampled_from(["message", "3s", "{{ vars.a }}", "{{", "read", "close", "Tom", "(", "a"])
    | st.text(max_size=8)
    | st.binary(max_size=2)
)
_JSON = st.recursive(
    _LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_KEYS, inner, max_size=5), max_leaves=30
)
_STEPS = st.lists(st.dictionaries(_KEYS, _JSON, max_size=2) | _LEAVES, max_size=4)
_RULES = st.fixed_dictionaries(
    {"on": st.sampled_from(["message", "survey"]) | _LEAVES, "do": _STEPS},
    optional={"match": st.dictionaries(_KEYS, _LEAVES, max_size=4) | _JSON, "times": _LEAVES},
)
_FILES = st.fixed_dictionaries(
    {"rules": st.lists(_RULES, max_size=3)},
    optional={
        "company": st.dictionaries(_KEYS, _JSON, max_size=4),
        "steps": st.dictionaries(st.sampled_from("ab"), _STEPS, max_size=2),
    },
)


def _assert_loaded_or_refused(source: Source) -> None:
    found = check([source])
    if any(finding.severity == "error" for finding in found):
        with pytest.raises(ScenarioErrors) as raised:
            load([source])
        assert raised.value.findings == found
    else:
        assert load([source]).warnings == found
    # What is wrong with a template is one sentence, which says what would be right too.
    assert all(str(finding).startswith("f") and finding.found for finding in found)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.lists(_PIECES, max_size=40).map("".join) | st.text(max_size=200))
def test_any_text_is_loaded_or_refused(text: str) -> None:
    """With ScenarioErrors, and with nothing else."""
    _assert_loaded_or_refused(Source(file="f", text=text))


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(_FILES | _JSON)
def test_any_data_is_loaded_or_refused(data: object) -> None:
    """With ScenarioErrors, and with nothing else."""
    _assert_loaded_or_refused(Source(file="f", data=data))


@pytest.mark.parametrize(
    "text",
    [
        "[" * (1 << 20),
        "!" * (1 << 20),
        "{a: " * (1 << 18),
        ",!" * (1 << 19),
        "x-a: &a " + "y" * 500_000 + "\nrules:\n- on: message\n  do: [{push: {a: [" + "*a," * 9_000 + "]}}]",
        "rules:\n- {on: message, match: {text: '" + "(" * 4_900 + "'}, do: [read]}",
        "steps:\n  a0: [use: a1499]\n"
        + "".join(f"  a{at}: [use: a{at - 1}]\n" for at in range(1, 1500))
        + "rules: [{on: message, do: [use: a0]}]",
        "steps:\n  a0: ["
        + "read, " * 10
        + "]\n"
        + "".join(f"  a{at}: [" + f"use: a{at - 1}, " * 10 + "]\n" for at in range(1, 10))
        + RULE,
        "company:\n  agents:\n" + "".join(f"    - {{name: a{at}}}\n" for at in range(6_000)) + RULE,
        "rules:\n- on: message\n  do:\n" + "".join(f"    - rread{at}\n" for at in range(10_000)),
        "rules:\n"
        + "".join(
            f"- {{on: message, match: {{text: '(?i)[\\x00-\\U0010ffff]{at}'}}, do: [read]}}\n" for at in range(4_000)
        ),
    ],
    ids=[
        "brackets",
        "tags",
        "mappings",
        "tags in a row",
        "long aliases",
        "parentheses",
        "a long circle",
        "unused lists",
        "agents",
        "steps",
        "ranges",
    ],
)
def test_what_is_meant_to_hurt_is_refused(text: str) -> None:
    """Size, depth, aliases and circles: what would take hours or all memory comes to an end here."""
    found = check([Source(file="f", text=text[: 1 << 20])])

    assert found
    assert found[0].severity == "error"
