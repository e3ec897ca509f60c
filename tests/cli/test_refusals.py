"""What a company can't take of a scenario, as its author reads it."""

import click
import pytest
from pydantic import ValidationError

from mock_udesk.cli.refusals import refusal_lines, refusals_ending_it
from mock_udesk.desk.errors import UsageError
from mock_udesk.desk.places import Place
from mock_udesk.scenario.scenario import Finding, ScenarioErrors
from mock_udesk.settings import Settings


def wrong_settings() -> Exception:
    with pytest.raises(ValidationError) as error:
        Settings().changed({"auth": "stern", "limits": "none"})
    return error.value


@pytest.mark.parametrize(
    ("error", "lines"),
    [
        (UsageError("unknown", "there is no group 12"), ["there is no group 12"]),
        (UsageError("unknown", "there is no group 12", hint="there are: 11"), ["there is no group 12; there are: 11"]),
        (
            ScenarioErrors([Finding("error", Place("a.yaml", 1, 2, "rules"), "nothing", "a list")] * 2),
            ["a.yaml:1:2: rules: found nothing, expected a list"] * 2,
        ),
        (
            wrong_settings(),
            [
                "settings.auth: expected 'strict', 'lenient' or 'off', found \"stern\"",
                "settings.limits: expected 'off', 'endpoint' or 'all', found \"none\"",
            ],
        ),
    ],
)
def test_every_refusal_is_told_in_lines(error: Exception, lines: list[str]) -> None:
    """And ends a program that can't begin with it, after a line that says what can't be done."""
    with pytest.raises(click.ClickException) as ended, refusals_ending_it("it can't be played"):
        raise error

    assert refusal_lines(error) == lines
    assert ended.value.exit_code == 1
    assert ended.value.message.splitlines() == ["it can't be played:", *lines]
