"""What a company was founded with, and the people and robots it has on its first day."""

import random
import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from ..desk.commands import SetPolicy
from ..desk.desk import Desk
from ..desk.errors import UsageError
from ..desk.records import AgentStatus
from ..desk.staff_commands import AddAgent, AddGroup
from ..desk.state import Policy, SurveyOption
from ..settings import Settings
from .first_robots import state_with_robots
from .signing.open_api import Credentials

if TYPE_CHECKING:
    from ..scenario.scenario import Scenario

_SUBDOMAIN = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Founding:
    """Everything a company begins its life with; a reset begins it again. `now` None: real time.

    `settings` has those that were chosen (its `model_fields_set`): they win over the scenario's, and those over the defaults.
    Raises UsageError (invalid) on a subdomain that is no host label; the clock checks `now` and `rate`.
    """

    subdomain: str
    credentials: Credentials
    seed: int = 0
    now: datetime | None = None
    rate: float = 1.0
    settings: Settings = field(default_factory=Settings)
    scenario: "Scenario | None" = None

    def __post_init__(self) -> None:
        if not _SUBDOMAIN.fullmatch(self.subdomain):
            raise UsageError(
                "invalid",
                f"subdomain {self.subdomain!r} is not a host label",
                hint="use 1 to 63 lower-case letters, digits and hyphens, not at the ends",
            )

    @property
    def first_settings(self) -> Settings:
        """The settings of the first day. Raises pydantic's ValidationError with all that is wrong in the scenario's."""
        if self.scenario is None:
            return self.settings
        return played_with(self.scenario, Settings()).changed(self.settings.model_dump(exclude_unset=True))


def played_with(scenario: "Scenario", settings: Settings) -> Settings:
    """These settings with those of all the scenario's files laid over them, in order. Raises pydantic's ValidationError."""
    for part in scenario.parts:
        settings = settings.changed(part.company.settings)
    return settings


def made_up(subdomain: str, seed: int) -> Credentials:
    """Credentials for a company that was given none: the same for the same subdomain and seed."""
    chance = random.Random(f"{subdomain}/{seed}/credentials")  # noqa: S311 - a mock's keys are meant to be the same again

    def uuid() -> str:
        return str(UUID(int=chance.getrandbits(128), version=4))

    return Credentials(email=f"admin@{subdomain}.test", password="password", token=uuid(), secret=uuid())


def add_people(desk: Desk, now: datetime) -> None:
    """Gives a new desk its first people. Ruling 6: Tom 3 and Jerry 4, online, five places each; Jerry in 售后 11."""
    welcome = "您好,有什么可以帮助您?"
    desk.handle(AddGroup({"id": 11, "name": "售后"}), now)
    for number, name, group_ids in ((3, "Tom", []), (4, "Jerry", [11])):
        fields = {
            "id": number,
            "name": name,
            "email": f"{name.lower()}@demo.test",
            "group_ids": group_ids,
            "status": AgentStatus.ONLINE,
            "capacity": 5,
            "welcome": welcome,
        }
        desk.handle(AddAgent(fields), now)


def policy(settings: Settings) -> Policy:
    """The settings that the desk itself acts on."""
    return Policy(
        auto_create_customers=settings.auto_create_customers,
        assign_seconds=settings.assign_seconds,
        queue_timeout_seconds=settings.queue_timeout_seconds,
        customer_idle_close_seconds=settings.customer_idle_close_seconds,
        push_redirect_close=settings.push_redirect_close,
        push_close_on_delete=settings.push_close_on_delete,
        push_survey_invitation=settings.push_survey_invitation,
        survey_enabled=settings.survey.enabled,
        survey_options=tuple(
            SurveyOption(id=option.id, remark=option.remark_option, text=option.text)
            for option in settings.survey.options
            if option.enabled
        ),
        survey_title=settings.survey.title,
        fullwidth=settings.fullwidth,
        sensitive_words=settings.sensitive_words if settings.sensitive_words_open else (),
        struct_to_api_customers=settings.struct_to_api_customers,
    )


def opened(settings: Settings, now: datetime) -> Desk:
    """A desk on its first day."""
    desk = Desk(state_with_robots())
    desk.handle(SetPolicy(policy(settings)), now)
    add_people(desk, now)
    return desk
