"""Companies and their settings: found, look, change, begin anew, remove."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, ClassVar

from pydantic import ConfigDict, Field, ValidationError

from ..company.companies import Slot
from ..endpoint import Ask, Reply, Table
from ..settings import Settings, describe
from .asking import IN_PATH, OperatorAsk, bad_parameters
from .chosen_settings import refuse_wrong
from .operator import Moment, Nothing, OperatorCall, WasDone
from .scenario import ScenarioRefused, read_scenario

TABLE = Table()
_SECTION = "companies"
_SETTINGS = list(Settings.model_fields)
# Answered to who asks, never kept in the journal.
_SECRETS = ("password", "token", "secret")


def _settings_schema(schema: dict[str, Any]) -> None:
    properties = Settings.model_json_schema()["properties"]
    schema["properties"] = {
        name: {"description": field.description}
        if "$ref" in str(properties[name])
        else {key: value for key, value in properties[name].items() if key not in {"default", "title"}}
        for name, field in Settings.model_fields.items()
    }
    schema["additionalProperties"] = False


class CreateCompany(OperatorAsk):
    """What a company is founded with; what is left out is made up from subdomain and seed."""

    elsewhere: ClassVar[Mapping[str, str]] = dict.fromkeys(_SETTINGS, 'put it in "settings"')

    subdomain: str | None = None
    email: Annotated[str, Field(min_length=1)] | None = None
    password: Annotated[str, Field(min_length=1)] | None = None
    token: Annotated[str, Field(min_length=1)] | None = None
    secret: Annotated[str, Field(min_length=1)] | None = None
    receive_url: str | None = None
    h5_push_url: str | None = None
    seed: Annotated[int, Field(ge=-(2**63), lt=2**63)] = 0
    now: datetime | None = Field(None, description="Where its clock starts; null: real time")
    rate: float = Field(1.0, description="Its clock's speed: 0 stands still, 1 is real time")
    scenario: dict[str, Any] | str | None = Field(
        None, description="What is played, as an object or as YAML text; settings that are given here win over its own"
    )
    settings: dict[str, Any] = Field({}, description="Any settings of GET /_mock/company")


class Created(Reply):
    """A company with the credentials its calls are signed with."""

    subdomain: str
    email: str
    password: str
    token: str
    secret: str
    base_url: str


class CompanyRow(Reply):
    """A company in the list of all; its credentials stand in its own settings."""

    subdomain: str
    email: str
    base_url: str
    is_default: bool
    seed: int
    epoch: int
    now: Moment
    rate: float


class CompanyList(Reply):
    """All companies of this server."""

    companies: list[CompanyRow]
    total: int


class CompanyShown(CompanyRow):
    """A company whole: credentials, clock, and each setting with value, default and meaning."""

    password: str
    token: str
    secret: str
    settings: dict[str, dict[str, Any]]


class ChangeCompany(Ask):
    """Settings by name; nested ones are merged key by key."""

    model_config = ConfigDict(json_schema_extra=_settings_schema)


class Subdomain(OperatorAsk):
    """Which company."""

    subdomain: Annotated[str, IN_PATH]


class Reset(OperatorAsk):
    """How far the company goes back."""

    settings: bool = Field(False, description="Settings and URLs too go back to what the company was founded with")


@TABLE.add("GET", "/companies", section=_SECTION, source="assumed")
def list_companies(call: OperatorCall, ask: Nothing) -> CompanyList:
    """All companies of this server."""
    rows = [CompanyRow(**_facts(call, slot)) for slot in call.companies]
    return CompanyList(companies=rows, total=len(rows))


@TABLE.add(
    "POST",
    "/companies",
    section=_SECTION,
    source="assumed",
    status=201,
    masks=_SECRETS,
    note="A company's clock runs at rate 1 from real now unless told otherwise.",
)
def create_company(call: OperatorCall, ask: CreateCompany) -> Created | ScenarioRefused:
    """Founds a company, apart from all others."""
    urls: dict[str, Any] = {
        name: getattr(ask, name) for name in ("receive_url", "h5_push_url") if name in ask.model_fields_set
    }
    refuse_wrong(call, ask.settings)
    scenario = read_scenario(call, ask.scenario) if ask.scenario is not None else None
    if isinstance(scenario, ScenarioRefused):
        return scenario
    try:
        slot = call.companies.create(
            subdomain=ask.subdomain,
            email=ask.email,
            password=ask.password,
            token=ask.token,
            secret=ask.secret,
            seed=ask.seed,
            now=ask.now,
            rate=ask.rate,
            settings={**ask.settings, **urls},
            scenario=scenario,
        )
    except ValidationError as error:
        raise bad_parameters(error) from None
    keys = slot.company.credentials
    return Created(
        subdomain=slot.subdomain,
        email=keys.email,
        password=keys.password,
        token=keys.token,
        secret=keys.secret,
        base_url=call.base_url(slot),
    )


@TABLE.add("DELETE", "/companies/{subdomain}", section=_SECTION, source="assumed")
def remove_company(call: OperatorCall, ask: Subdomain) -> WasDone:
    """Removes a company with all it has; the default one stays."""
    call.companies.remove(ask.subdomain)
    return WasDone()


@TABLE.add("GET", "/company", section=_SECTION, source="assumed")
def show_company(call: OperatorCall, ask: Nothing) -> CompanyShown:
    """This company: credentials, clock, and each setting with value, default and meaning."""
    return _whole(call)


@TABLE.add("PATCH", "/company", section=_SECTION, source="assumed", masks=_SECRETS)
def change_company(call: OperatorCall, ask: ChangeCompany) -> CompanyShown:
    """Changes settings, all or none."""
    changes = dict(ask.model_extra or {})
    refuse_wrong(call, changes)
    try:
        call.company.change_settings(changes, call.entry.id)
    except ValidationError as error:
        raise bad_parameters(error) from None
    return _whole(call)


@TABLE.add("POST", "/reset", section=_SECTION, source="assumed", masks=_SECRETS)
def reset(call: OperatorCall, ask: Reset) -> CompanyShown:
    """Begins this company anew: same seed, same ids, same first answers, the scenario it was founded with. Settings stay unless asked."""
    try:
        call.companies.reset(call.slot, settings=ask.settings)
    except ValidationError as error:
        raise bad_parameters(error) from None
    return _whole(call)


def _facts(call: OperatorCall, slot: Slot) -> dict[str, Any]:
    company = slot.company
    return {
        "subdomain": slot.subdomain,
        "email": company.credentials.email,
        "base_url": call.base_url(slot),
        "is_default": slot is call.companies.default,
        "seed": company.founding.seed,
        "epoch": slot.epoch,
        "now": company.clock.now(),
        "rate": company.clock.rate,
    }


def _whole(call: OperatorCall) -> CompanyShown:
    keys = call.company.credentials
    return CompanyShown(
        **_facts(call, call.slot),
        password=keys.password,
        token=keys.token,
        secret=keys.secret,
        settings=describe(call.company.settings),
    )
