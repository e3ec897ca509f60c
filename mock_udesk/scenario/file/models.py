"""A scenario file as its author writes it."""

from collections.abc import Mapping
from typing import Annotated, ClassVar

from pydantic import Field

from ..people.overlay import CompanyFields
from .bodies import Count, Match
from .steps import STEPS, Step
from .values import Keys, Name, Text, Trigger

Steps = Annotated[list[Step], Field(min_length=1)]


class RuleFields(Keys):
    """When something happens and fits, these steps are done for that conversation."""

    elsewhere: ClassVar[Mapping[str, str]] = {
        **{name: f"do: [{name} …]" for name in STEPS},
        **{name: f"{name} inside match" for name in Match.model_fields},
        # YAML 1.1, as many libraries read it, makes true of a bare `on`.
        "true": '"on" in quotes: what wrote this takes a bare on for true',
        "steps": "do",
        "then": "do",
    }

    name: Name | None = Field(None, description="What the rule is called in the journal and in the use report")
    on: Trigger = Field(description="What happens")
    match: Match = Field(Match.model_construct(), description="What it must be like; left out: it always fits")
    times: Count | None = Field(None, description="At most so often in one conversation; left out: always")
    do: Steps = Field(description="Steps, done one after another")


class FileFields(Keys):
    """What the people and robots at Udesk do: whom the company has, and what they do when something happens."""

    elsewhere: ClassVar[Mapping[str, str]] = {
        **dict.fromkeys(
            ("agents", "groups", "customers", "robots", "urobots", "people", "settings"), "it below company"
        ),
        **dict.fromkeys(("on", "match", "do", "times"), "it in an item of rules"),
        "name": "scenario",
    }

    scenario: Name | None = Field(None, description="The scenario's name; left out: the file's")
    description: Text = Field("", description="What it teaches or tests")
    company: CompanyFields = Field(
        CompanyFields.model_construct(), description="Laid over the seeded company: Tom 3, Jerry 4 of the group 售后 11"
    )
    rules: list[RuleFields] = Field([], min_length=1, description="Tried in order; the first that fits is played")
    steps: dict[str, Steps] = Field({}, description="Named lists of steps, for `use: name`")
