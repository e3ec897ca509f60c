"""The schema that editors use: as current as the models, and as strict."""

import json
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from mock_udesk.desk.play.script import TRIGGERS
from mock_udesk.scenario.file.schema import scenario_schema, schema_text
from mock_udesk.scenario.file.steps import STEPS
from mock_udesk.scenario.file.yaml_source import read
from mock_udesk.scenario.loader import check
from mock_udesk.scenario.scenario import Source
from tests.scenario.test_compile import CASES

ROOT = Path(__file__).parent.parent.parent
KEPT = ROOT / "scenarios" / "scenario.schema.json"


@pytest.fixture(scope="module")
def validator() -> Any:
    return jsonschema_rs.validator_for(scenario_schema())


def plain(text: str) -> Any:
    root, _ = read(text)

    assert root is not None
    return root.plain()


def test_the_kept_copy_is_current() -> None:
    """`mock-udesk schema > scenarios/scenario.schema.json` writes it anew."""
    assert KEPT.read_text(encoding="utf-8") == schema_text()


def test_it_is_a_schema_of_draft_2020_12() -> None:
    """Checked against the draft itself."""
    jsonschema_rs.meta.validate(scenario_schema())

    assert scenario_schema()["$schema"] == "https://json-schema.org/draft/2020-12/schema"


def test_every_trigger_is_offered() -> None:
    """An editor lists them after `on:`."""
    definitions = scenario_schema()["$defs"]

    for name in ("RuleFields", "WaitForBody"):
        assert definitions[name]["properties"]["on"]["enum"] == [trigger.value for trigger in TRIGGERS]


def test_what_may_stand_somewhere_is_described() -> None:
    """Every step has a sentence, and every key of a file, a rule and a match."""
    schema = scenario_schema()
    definitions = schema["$defs"]
    steps = [row["$ref"].rpartition("/")[2] for row in definitions["Step"]["anyOf"][1]["oneOf"]]

    assert len(steps) == len(STEPS)
    assert all(definitions[name]["description"] for name in steps)
    for mapping in (schema, definitions["RuleFields"], definitions["Match"], definitions["WaitForBody"]):
        assert [name for name, member in mapping["properties"].items() if not member.get("description")] == []


@pytest.mark.parametrize("step", [step for step, _ in CASES if step != "accept:"])
def test_every_spelling_of_a_step_is_allowed(validator: Any, step: str) -> None:
    """What the loader reads an editor doesn't mark."""
    data = plain(f"x-a: 1\nrules:\n  - on: message\n    do:\n      - {step}\n")

    assert [error.message for error in validator.iter_errors(data)] == []


@pytest.mark.parametrize(
    "name",
    [
        *("key_top", "key_rule", "key_match", "key_beside_step", "company_key", "missing_on", "missing_do"),
        *("missing_rules", "type_rules", "type_rule", "type_do", "type_times", "step_unknown", "step_two_in_one"),
        *("reply_type", "on_unknown", "duration", "close_how", "several", "set_agent_fields", "company_settings"),
    ],
)
def test_what_it_can_tell_it_refuses(validator: Any, name: str) -> None:
    """Unknown keys, wrong types, what is missing."""
    text = (Path(__file__).parent / "broken" / f"{name}.yaml").read_text(encoding="utf-8")

    assert not validator.is_valid(plain(text))


def test_the_example_of_the_interfaces_fits_both() -> None:
    """docs/interfaces.md, Scenario file: the example as it is printed."""
    text = (ROOT / "docs" / "interfaces.md").read_text(encoding="utf-8")
    example = text.partition("## 4. Scenario file")[2].partition("```yaml\n")[2].partition("```")[0]

    assert example
    assert jsonschema_rs.validator_for(scenario_schema()).is_valid(plain(example))
    assert json.loads(json.dumps(plain(example)))
    assert [finding for finding in check([Source(file="f.yaml", text=example)]) if finding.severity == "error"] == []
