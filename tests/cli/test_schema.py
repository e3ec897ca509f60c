"""`schema`: JSON Schema for editors, made from what reads the files."""

import json
from typing import Any

import jsonschema_rs
import pytest
from click.testing import CliRunner

from mock_udesk.cli import main
from mock_udesk.options.specs import FILE_NAMES
from mock_udesk.scenario.file.schema import scenario_schema


def printed(*args: str) -> Any:
    result = CliRunner().invoke(main, ["schema", *args])
    assert result.exit_code == 0
    return json.loads(result.stdout)


def test_the_schema_of_scenarios_is_printed_unless_another_is_asked_for() -> None:
    """schema, schema scenario"""
    assert printed() == printed("scenario") == scenario_schema()


def test_the_schema_of_config_files_has_every_option() -> None:
    """Each with what it is for; it is a schema itself."""
    schema = printed("config")

    jsonschema_rs.meta.validate(schema)
    assert tuple(schema["properties"]) == FILE_NAMES
    assert all(one["description"].endswith(".") for one in schema["properties"].values())


@pytest.mark.parametrize(
    "config",
    [
        None,
        {"port": 0, "host": "0.0.0.0", "token": 123, "secret": None, "auth": "off", "rate": 0.5},
        {"receive-url": "http://127.0.0.1/x", "receive_url": None, "now": "2026-11-22T10:00:00+08:00"},
        {"scenario": "a.yaml", "reload": True},
        {"scenario": ["a.yaml", "b"], "scenario_inline": "rules: []"},
    ],
)
def test_what_may_stand_in_a_config_file_fits_its_schema(config: object) -> None:
    """Keys with hyphens too; a key without a value is not given."""
    assert jsonschema_rs.is_valid(printed("config"), config)


@pytest.mark.parametrize(
    "config",
    [
        [],
        {"prot": 1},
        {"port": 65536},
        {"rate": -1},
        {"auth": "stern"},
        {"scenario": [["a"]]},
        {"receive_url": "ftp://x"},
        {"subdomain": "A_b"},
    ],
)
def test_what_is_wrong_in_a_config_file_does_not(config: object) -> None:
    """As `check` has it."""
    assert not jsonschema_rs.is_valid(printed("config"), config)
