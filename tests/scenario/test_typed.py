"""What people type: names that nobody knows are found, with what would be right."""

import pytest

from mock_udesk.scenario.people.overlay import CompanyFields
from mock_udesk.scenario.people.staff import AgentFields
from mock_udesk.scenario.people.typed import given_fields, is_id, unknown_names


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"agents": [{"name": "Tom", "im_stats": "busy"}]}, {"agents[0].im_stats": "unknown, did you mean im_status?"}),
        ({"people": {"agent": 3}}, {"people.agent": "unknown, did you mean agents?"}),
        ({"auth": "off"}, {"auth": "put it in settings"}),
        (
            {"groups": [{"id": 11, "agents": ["Tom"]}]},
            {"groups[0].agents": "agents have groups, not groups agents: name it in the agent's groups"},
        ),
        (
            {"urobots": [{"name": "小美", "questions": [{"title": "怎么退货"}], "created_at": "2026-11-22"}]},
            {
                "urobots[0].questions[0].title": "unknown, did you mean question?",
                "urobots[0].created_at": "is when it was added, on the company's clock: leave it out",
            },
        ),
        (
            {"xyz": 1},
            {"xyz": "unknown; known are groups, agents, customers, robots, urobots, people, settings"},
        ),
        ({"agents": 3, "people": None}, {}),
        ("agents", {}),
    ],
)
def test_names_that_nobody_knows_are_found_with_their_path(given: object, expected: dict[str, str]) -> None:
    """Style, Errors: the value that was wrong and the values that would be right. What is no object is for validation."""
    found = {unknown.path + unknown.name: unknown.text for unknown in unknown_names(CompanyFields, given)}

    assert found == expected


@pytest.mark.parametrize(
    ("text", "expected"), [("3", True), ("", False), ("Tom", False), ("３", False), ("1" * 19, True), ("1" * 20, False)]
)
def test_digits_are_an_id(text: str, expected: bool) -> None:
    """So that a reference may be either."""
    assert is_id(text) is expected


def test_only_what_was_given_counts() -> None:
    """A default is no wish."""
    assert given_fields(AgentFields.model_validate({"im_nick": "小汤", "welcome": ""})) == {
        "im_nick": "小汤",
        "welcome": "",
    }
