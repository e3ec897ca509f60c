"""What a company plays: look at it with all that ran, play another, play none. The scenario's room is entered with the first one."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, Field, ValidationError

from ..desk.errors import UsageError
from ..endpoint import Absent, Reply, Table
from .asking import OperatorAsk, bad_parameters
from .operator import Moment, Nothing, OperatorCall, WasDone

if TYPE_CHECKING:
    from ..desk.desk import Desk
    from ..desk.play.runs import Run
    from ..scenario.scenario import Finding, Scenario

TABLE = Table()
_SECTION = "scenario"
# How many runs an answer lists; the rest are counted.
_MOST_RUNS = 1_000
# What a scenario is called in messages when it came without a name.
_UNNAMED = "scenario"


def _is_printable(name: str) -> str:
    if not name.isprintable():
        raise ValueError("expected a name without line ends and control characters")
    return name


class PutScenario(OperatorAsk):
    """What is to be played. The body as a whole is the scenario: an object, or YAML text."""

    scenario: dict[str, Any] | str | None = Field(
        None, description="As `mock-udesk schema scenario` describes it; a text is YAML"
    )
    file: Annotated[str, AfterValidator(_is_printable)] = Field(
        _UNNAMED, min_length=1, max_length=255, description="What messages call it; nothing is read"
    )


class FileShown(Reply):
    """A file that was loaded, as it was."""

    file: str
    scenario: str
    description: str
    rules: int
    text: str


class StepShown(Reply):
    """A step of a rule, and how often it was done."""

    path: str
    step: str
    place: str
    ran: int
    otherwise: Absent[list["StepShown"]] = Field(None, alias="else")


class RuleShown(Reply):
    """A rule, and how often it began a run."""

    index: int
    name: str
    on: str
    match: dict[str, Any]
    times: int | None
    place: str
    started: int
    steps: list[StepShown]


class UnusedRule(Reply):
    """A rule that never began a run."""

    index: int
    name: str
    place: str


class UnusedStep(Reply):
    """A step that was never done, of a rule that did begin."""

    rule: int
    path: str
    step: str
    place: str


class Unused(Reply):
    """What never ran."""

    rules: list[UnusedRule]
    steps: list[UnusedStep]


class RunShown(Reply):
    """A run under way: where it stands, and for what it waits. One of an older version plays on by the setting `scenario_runs`."""

    id: int
    version: int
    rule: int
    rule_name: str
    customer_id: int
    customer_token: str | None
    session_id: int | None
    at: str
    step: str
    waits_for: str | None
    due: Moment | None
    vars: dict[str, Any]


class FindingShown(Reply):
    """One thing wrong, or worth a look. `line` 0: it came as an object, which has no lines."""

    severity: Literal["error", "warning"]
    place: str
    file: str
    line: int
    column: int
    path: str
    found: str
    expected: str


class ScenarioShown(Reply):
    """What is played, how often each rule and step ran and which never did, and the runs under way."""

    loaded: bool
    version: int = Field(description="Counts what was loaded; 0: nothing is")
    files: list[FileShown]
    rules: list[RuleShown]
    unused: Unused
    runs: list[RunShown]
    runs_total: int
    warnings: list[FindingShown]


class ScenarioTrouble(Reply):
    """What is wrong with a scenario: all of it at once."""

    code: str
    message: str
    hint: str
    errors: list[FindingShown]
    warnings: list[FindingShown]


class ScenarioRefused(Reply):
    """The scenario has errors; nothing has changed."""

    http_status: ClassVar[int | None] = 422

    error: ScenarioTrouble


@TABLE.add("GET", "/scenario", section=_SECTION, source="assumed")
def show_scenario(call: OperatorCall, ask: Nothing) -> ScenarioShown:
    """What is played: rules and steps with how often each ran, what never did, and the runs under way."""
    return _shown(call)


@TABLE.add(
    "PUT",
    "/scenario",
    section=_SECTION,
    source="assumed",
    whole_body="scenario",
    note="The body is the scenario: an object, YAML text, or YAML in a JSON text. All or nothing; POST /_mock/reset goes back to the founding's.",
)
def put_scenario(call: OperatorCall, ask: PutScenario) -> ScenarioShown | ScenarioRefused:
    """Plays this scenario in place of what is played. Runs under way end or go on by the setting scenario_runs."""
    if ask.scenario is None:
        raise UsageError(
            "invalid",
            "there is no scenario in the body",
            hint="send YAML with Content-Type: application/yaml, or an object as JSON; DELETE /_mock/scenario unloads",
        )
    scenario = read_scenario(call, ask.scenario, ask.file, seeded=lambda: _copy(call.desk))
    if isinstance(scenario, ScenarioRefused):
        return scenario
    try:
        call.company.load_scenario(scenario, call.entry.id)
    except ValidationError as error:
        raise bad_parameters(error) from None
    return _shown(call)


@TABLE.add("DELETE", "/scenario", section=_SECTION, source="assumed")
def delete_scenario(call: OperatorCall, ask: Nothing) -> WasDone:
    """Plays none any more; people and settings stay as they are."""
    call.company.unload_scenario(call.entry.id)
    return WasDone()


def read_scenario(
    call: OperatorCall, given: dict[str, Any] | str, file: str = _UNNAMED, *, seeded: "Callable[[], Desk] | None" = None
) -> "Scenario | ScenarioRefused":
    """The scenario of an object or a YAML text, or the answer with all that is wrong.

    What it says of people and robots is tried on the desk that `seeded` makes; None: on that of a new company.
    """
    from ..company.founding import opened
    from ..scenario.loader import load
    from ..scenario.scenario import ScenarioErrors, Source
    from ..settings import Settings

    source = Source(file=file, text=given) if isinstance(given, str) else Source(file=file, data=given)
    try:
        return load([source], seeded=seeded or (lambda: opened(Settings(), call.company.clock.now())))
    except ScenarioErrors as error:
        call.entry.detail = str(error)
        return _refused(error)


def _copy(desk: "Desk") -> "Desk":
    from ..scenario.people.overlay import copy_of_people

    return copy_of_people(desk)


def _refused(error: Any) -> ScenarioRefused:
    errors = [_finding(finding) for finding in error.errors]
    count = "1 error" if len(errors) == 1 else f"{len(errors)} errors, the first"
    return ScenarioRefused(
        error=ScenarioTrouble(
            code="invalid",
            message=f"the scenario has {count}: {error.errors[0]}",
            hint="error.errors has all of them; mock-udesk check does the same with a file",
            errors=errors,
            warnings=[_finding(finding) for finding in error.findings if finding.severity == "warning"],
        )
    )


def _finding(finding: "Finding") -> FindingShown:
    place = finding.place
    return FindingShown(
        severity=finding.severity,
        place=str(place),
        file=place.file,
        line=place.line,
        column=place.column,
        path=place.path,
        found=finding.found,
        expected=finding.expected,
    )


def _shown(call: OperatorCall) -> ScenarioShown:
    desk, scenario = call.desk, call.company.scenario
    play = desk.state.play
    if play is None:
        # Never was there one; so its room stays closed.
        unused = Unused(rules=[], steps=[])
        return ScenarioShown(
            loaded=False, version=0, files=[], rules=[], unused=unused, runs=[], runs_total=0, warnings=[]
        )
    from ..company.story.use_report import report

    use = report(desk)
    runs = sorted(play.runs.values(), key=lambda run: run.id)
    return ScenarioShown(
        loaded=scenario is not None,
        version=play.version,
        files=[
            FileShown(
                file=part.file,
                scenario=part.name,
                description=part.description,
                rules=part.rules,
                text=part.text,
            )
            for part in (scenario.parts if scenario else ())
        ],
        rules=[RuleShown.model_validate(row) for row in use["rules"]],
        unused=Unused.model_validate(use["unused"]),
        runs=[_run(call, run) for run in runs[:_MOST_RUNS]],
        runs_total=len(runs),
        warnings=[_finding(finding) for finding in (scenario.warnings if scenario else ())],
    )


def _run(call: OperatorCall, run: "Run") -> RunShown:
    from ..company.story.play_wording import rule_of, step_of
    from ..desk.play.script import STEP_NAMES, WaitFor

    desk = call.desk
    customer = desk.state.customers.get(run.customer_id)
    stay = desk.state.stays.get(run.stay_id) if run.stay_id is not None else None
    rule, step = rule_of(run, desk), step_of(run, desk)
    return RunShown(
        id=run.id,
        version=run.version,
        rule=run.rule,
        rule_name=rule.name,
        customer_id=run.customer_id,
        customer_token=customer.token if customer else None,
        session_id=stay.session_id if stay else run.heard.session_id,
        at=str(step.place) if step else "",
        step=STEP_NAMES[type(step)] if step else "",
        waits_for=step.on.value if isinstance(step, WaitFor) and run.is_listening else None,
        due=run.due_at,
        vars=run.variables,
    )
