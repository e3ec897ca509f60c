"""What the commands can be told: by flag, by variable, by a key of the file that `--config` names, in that order."""

import os
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeVar

import click

from .file import read_file
from .values import MOMENT, PORT, RATE, SECONDS, SUBDOMAIN, TEXT, URL, WHOLE_NUMBER, Value, one_of
from .variables import passed_over

if TYPE_CHECKING:
    from ..company.founding import Founding

# Variables are MOCK_UDESK_<OPTION> for every command alike; click would put the command's name in between.
CONTEXT = {"auto_envvar_prefix": "MOCK_UDESK", "help_option_names": ["-h", "--help"], "max_content_width": 110}

_PLACES = "mock_udesk.options.places"

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """All that `serve` and `demo` can be told, read and checked."""

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

    def founding(self) -> "Founding":
        """What the default company begins its life with."""
        from ..company.founding import Founding
        from ..company.signing import Credentials
        from ..settings import Settings

        return Founding(
            subdomain=self.subdomain,
            credentials=Credentials(email=self.email, password=self.password, token=self.token, secret=self.secret),
            seed=self.seed,
            now=self.now,
            rate=self.rate,
            settings=Settings(
                receive_url=self.receive_url, h5_push_url=self.h5_push_url, auth=self.auth, limits=self.limits
            ),
        )


def local_url(host: str, port: int) -> str:
    """Where a server that was told to listen on `host` is reached from this machine."""
    name = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}.get(host, host)
    return f"http://[{name}]:{port}" if ":" in name else f"http://{name}:{port}"


@dataclass(frozen=True, slots=True)
class _Spec:
    name: str
    kind: Value
    default: Any
    help: str


_SPECS = (
    _Spec("host", TEXT, "127.0.0.1", "Address to listen on; 0.0.0.0 is every one of this machine."),
    _Spec("port", PORT, 8090, "Port to listen on; 0 picks a free one and prints it."),
    _Spec("subdomain", SUBDOMAIN, "demo", "Subdomain of the default company."),
    _Spec("email", TEXT, "admin@demo.test", "The administrator that signs."),
    _Spec("password", TEXT, "password", "The administrator's password, for POST /log_in."),
    _Spec("token", TEXT, "00000000-0000-4000-8000-000000000000", "open_api_token that calls are signed with."),
    _Spec(
        "secret",
        TEXT,
        "11111111-1111-4111-8111-111111111111",
        "Shared secret (共享的秘钥) of the MD5 signatures of structured messages.",
    ),
    _Spec("receive_url", URL, None, "Where pushes are POSTed (接收消息URL)."),
    _Spec("h5_push_url", URL, None, "Where H5 offline pushes are POSTed (H5_PUSH_URL)."),
    _Spec("seed", WHOLE_NUMBER, 0, "Seed of all that is made up."),
    _Spec("now", MOMENT, None, "Where the company's clock starts; left out: real time."),
    _Spec("rate", RATE, 1.0, "Speed of the company's clock: 0 stands still, 60 runs a minute in a second."),
    _Spec(
        "auth",
        one_of("strict", "lenient", "off"),
        "strict",
        "lenient answers as usual and journals what strict would have refused; off checks nothing.",
    ),
    _Spec(
        "limits",
        one_of("off", "endpoint", "all"),
        "endpoint",
        "endpoint: limits documented for single endpoints; all: 60 a minute too.",
    ),
    _Spec(
        "control",
        one_of("open", "loopback"),
        "loopback",
        "Who may use the control API: everybody, or this machine alone.",
    ),
    _Spec("control_token", TEXT, None, "Calls below /_mock then need Authorization: Bearer TOKEN."),
    _Spec("drain_seconds", SECONDS, 0.5, "How long pushes may still take when the server is told to stop."),
    _Spec("log_format", one_of("text", "json"), "text", "How requests are logged on standard output."),
)
_NAMES = tuple(spec.name for spec in _SPECS)

# What the same names mean to a command that speaks to a server that runs already.
_CALLERS_HELP = {
    "host": "Where the server was told to listen; one on 0.0.0.0 is reached at 127.0.0.1.",
    "port": "The server's port.",
    "control_token": "Sent with calls below /_mock, as Authorization: Bearer TOKEN.",
}


class _Setting(click.Option):
    """An option that says where a wrong value came from: the flag, the variable, or the place in the file."""

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
            case click.core.ParameterSource.DEFAULT_MAP:
                return str(ctx.meta[_PLACES][name])
            case _:
                return self.opts[0]


def settable() -> Callable[[F], F]:
    """Gives a command that runs a server all options and `--config`."""
    return _given(_SPECS)


def settable_by_callers(*names: str) -> Callable[[F], F]:
    """Gives a command that speaks to a server the named options and `--config`."""
    return _given(
        [replace(spec, help=_CALLERS_HELP.get(spec.name, spec.help)) for spec in _SPECS if spec.name in names]
    )


def _given(specs: Iterable[_Spec]) -> Callable[[F], F]:
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
                show_default=spec.default is not None,
                show_envvar=True,
                help=spec.help,
            )(command)
        return command

    return decorate


def _apply_file(ctx: click.Context, _: click.Parameter, path: str | None) -> None:
    for line in passed_over(os.environ, _NAMES):
        click.echo(f"mock-udesk: {line}", err=True)
    if path is None:
        return
    given = read_file(Path(path), _NAMES)
    ctx.default_map = {name: value for name, (value, _) in given.items()}
    ctx.meta[_PLACES] = {name: place for name, (_, place) in given.items()}
