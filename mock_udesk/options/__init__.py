"""What the commands can be told: by flag, by variable, by a key of the file that `--config` names, in that order."""

import os
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Self, TypeVar

import click

from .file import ConfigFile, read_file
from .scenarios import nothing_at, scenario_at_start
from .specs import INLINE, NAMES, SPECS, Spec
from .variables import passed_over

if TYPE_CHECKING:
    from ..company.founding import Founding
    from ..server.app import ServerOptions
    from ..settings import Settings

# Variables are MOCK_UDESK_<OPTION> for every command alike; click would put the command's name in between.
CONTEXT = {"auto_envvar_prefix": "MOCK_UDESK", "help_option_names": ["-h", "--help"], "max_content_width": 110}

# Options that are settings of the default company too.
_SETTINGS = ("receive_url", "h5_push_url", "auth", "limits")

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """All that `serve` and `demo` can be told, read and checked. `told`: the names of those that somebody has set."""

    host: str
    port: int
    subdomain: str
    email: str
    password: str
    token: str
    secret: str
    receive_url: str | None
    h5_push_url: str | None
    seed: int
    now: datetime | None
    rate: float
    auth: Literal["strict", "lenient", "off"]
    limits: Literal["off", "endpoint", "all"]
    control: Literal["open", "loopback"]
    control_token: str | None
    drain_seconds: float
    log_format: Literal["text", "json"]
    scenario: tuple[str, ...] = ()
    scenario_inline: str | None = None
    # What messages call the inline one: where it came from.
    inline_name: str = INLINE
    told: frozenset[str] = frozenset()

    @classmethod
    def of(cls, context: click.Context) -> Self:
        """What a command was told."""
        default = click.core.ParameterSource.DEFAULT
        names = [name for name in (field.name for field in fields(cls)) if name in context.params]
        told = frozenset(name for name in names if context.get_parameter_source(name) is not default)
        values = {name: context.params[name] for name in names}
        return cls(**values, inline_name=_inline_name(context), told=told)

    def founding(self) -> "Founding":
        """What the default company begins its life with, its scenario loaded; warnings are told on standard error.

        Raises ClickException with all that is wrong with the scenario.
        """
        from ..company.founding import Founding
        from ..company.signing.open_api import Credentials

        founding = Founding(
            subdomain=self.subdomain,
            credentials=Credentials(email=self.email, password=self.password, token=self.token, secret=self.secret),
            seed=self.seed,
            now=self.now,
            rate=self.rate,
            settings=self._settings(),
        )
        scenario = scenario_at_start(self.scenario, self.scenario_inline, inline_name=self.inline_name)
        return founding if scenario is None else replace(founding, scenario=scenario)

    def served(self, founding: "Founding") -> "ServerOptions":
        """How the server runs that this company is founded on."""
        from ..server.app import ServerOptions

        return ServerOptions(
            founding=founding,
            host=self.host,
            port=self.port,
            control=self.control,
            control_token=self.control_token,
            drain_seconds=self.drain_seconds,
        )

    def _settings(self) -> "Settings":
        """Those that were set, for they win over a scenario's, and defaults don't."""
        from ..settings import Settings

        defaults = {spec.name: spec.default for spec in SPECS}
        values = {name: getattr(self, name) for name in _SETTINGS}
        return Settings(
            **{name: value for name, value in values.items() if name in self.told or value != defaults[name]}
        )


def refuse_missing(context: click.Context) -> None:
    """Raises UsageError when there is nothing at a path of --scenario, and names where that path came from."""
    source = context.get_parameter_source("scenario")
    if source is click.core.ParameterSource.DEFAULT_MAP:
        wrong = [str(finding) for finding in _config_of(context).missing()]
        if wrong:
            raise click.UsageError("\n".join(["found in the file of --config:", *wrong]), context)
        return
    for path in context.params["scenario"]:
        if (said := nothing_at(path)) is None:
            continue
        if source is click.core.ParameterSource.ENVIRONMENT:
            # Two that are divided by a comma or a blank are one path here.
            raise click.UsageError(
                f"MOCK_UDESK_SCENARIO: {said}; {os.pathsep!r} stands between two, as in PATH", context
            )
        raise click.UsageError(f"--scenario: {said}", context)


def _inline_name(context: click.Context) -> str:
    match context.get_parameter_source("scenario_inline"):
        case click.core.ParameterSource.COMMANDLINE:
            return "--scenario-inline"
        case click.core.ParameterSource.DEFAULT_MAP:
            return _config_of(context).inline_name
        case _:
            return INLINE


def _config_of(context: click.Context) -> ConfigFile:
    file: ConfigFile = context.meta[_CONFIG]
    return file


# Where a context keeps what the file of --config gave.
_CONFIG = f"{__name__}.config"


def local_url(host: str, port: int) -> str:
    """Where a server that was told to listen on `host` is reached from this machine."""
    name = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}.get(host, host)
    return f"http://[{name}]:{port}" if ":" in name else f"http://{name}:{port}"


# What the same names mean to a command that speaks to a server that runs already.
_CALLERS_HELP = {
    "host": "Where the server was told to listen; one on 0.0.0.0 is reached at 127.0.0.1.",
    "port": "The server's port.",
    "control_token": "Sent with calls below /_mock, as Authorization: Bearer TOKEN.",
}


class _Setting(click.Option):
    """An option that says where a wrong value came from: the flag or the variable. Those of the file were checked before."""

    def resolve_envvar_value(self, ctx: click.Context) -> str | None:
        """The variable's value. Kubernetes sets MOCK_UDESK_PORT=tcp://… beside a service called mock-udesk: that is passed over."""
        value = super().resolve_envvar_value(ctx)
        if self.name == "port" and value is not None and re.match(r"[a-z]+://", value):
            click.echo(
                f"mock-udesk: MOCK_UDESK_PORT={value} is passed over: Kubernetes sets it for a service of this name; expected a number",
                err=True,
            )
            return None
        return value

    def type_cast_value(self, ctx: click.Context, value: Any) -> Any:
        """The value read. Raises UsageError with the place it came from."""
        try:
            return super().type_cast_value(ctx, value)
        except click.BadParameter as error:
            raise click.UsageError(f"{self._place(ctx)}: {error.message}", ctx) from None

    def _place(self, ctx: click.Context) -> str:
        name = self.name or ""
        match ctx.get_parameter_source(name):
            case click.core.ParameterSource.ENVIRONMENT:
                return f"{ctx.auto_envvar_prefix}_{name.upper()}"
            case _:
                return self.opts[0]


def settable() -> Callable[[F], F]:
    """Gives a command that runs a server all options and `--config`."""
    return _given(SPECS)


def settable_by_callers(*names: str) -> Callable[[F], F]:
    """Gives a command that speaks to a server the named options and `--config`."""
    return _given([replace(spec, help=_CALLERS_HELP.get(spec.name, spec.help)) for spec in SPECS if spec.name in names])


def _given(specs: Iterable[Spec]) -> Callable[[F], F]:
    chosen = list(specs)

    def decorate(command: F) -> F:
        command = click.option(
            "--config",
            metavar="FILE",
            is_eager=True,
            expose_value=False,
            callback=_apply_file,
            show_envvar=True,
            help="YAML file whose keys are options; flags and variables win over it.",
        )(command)
        for spec in reversed(chosen):
            command = click.option(
                f"--{spec.name.replace('_', '-')}",
                spec.name,
                cls=_Setting,
                type=spec.kind,
                default=spec.default,
                multiple=spec.is_list,
                show_default=spec.default not in (None, ()),
                show_envvar=True,
                help=spec.help,
            )(command)
        return command

    return decorate


def _apply_file(ctx: click.Context, _: click.Parameter, path: str | None) -> None:
    for line in passed_over(os.environ, NAMES):
        click.echo(f"mock-udesk: {line}", err=True)
    if path is None:
        return
    file = read_file(Path(path))
    if file.findings:
        raise click.UsageError("\n".join(["found in the file of --config:", *map(str, file.findings)]), ctx)
    ctx.default_map = dict(file.given)
    ctx.meta[_CONFIG] = file
