"""The command line: `mock-udesk`. What a command needs is imported when it runs, so that `--help` and `ready` are quick."""

import signal
import sys
from collections.abc import Sequence
from typing import Any

import click

from .. import __version__
from ..options import CONTEXT, Options, local_url, settable, settable_by_callers
from ..server import garbage


class _Program(click.Group):
    """A group that says what is wrong in one line."""

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        **extra: Any,
    ) -> Any:
        """Runs and ends the program: 0 done, 1 it went wrong, 2 it was asked wrongly."""
        if not standalone_mode:
            return super().main(args, prog_name, complete_var, standalone_mode=False, **extra)
        for stream in (sys.stdout, sys.stderr):
            # A terminal that lacks Chinese shows question marks instead of ending the program.
            if hasattr(stream, "reconfigure"):
                stream.reconfigure(errors="replace")
        try:
            sys.exit(super().main(args, prog_name, complete_var, standalone_mode=False, **extra) or 0)
        except click.exceptions.NoArgsIsHelpError as error:
            error.show()
            sys.exit(2)
        except click.ClickException as error:
            context = getattr(error, "ctx", None)
            name = context.command_path if context is not None else "mock-udesk"
            click.echo(f"{name}: {error.format_message()}", err=True)
            sys.exit(error.exit_code)
        except click.Abort:
            sys.exit(130)


@click.group(cls=_Program, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="mock-udesk")
def main() -> None:
    """A local, stateful mock of the Udesk customer-service chat API."""


@main.command(context_settings=CONTEXT)
@settable()
@click.pass_context
def serve(context: click.Context, /, **given: Any) -> None:
    """Runs the server until Ctrl-C or SIGTERM."""
    # Told to stop before it listens: nothing is lost, so that is a good end too (and process 1 would not hear it at all).
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    garbage.put_off()
    from .serving import serve as run

    context.exit(run(Options(**given)))


@main.command(context_settings=CONTEXT)
@click.option("--once", is_flag=True, allow_from_autoenv=False, help="Ends after the play: 0 when every step was seen.")
@click.option("-v", "--verbose", is_flag=True, allow_from_autoenv=False, help="Shows what goes over the wire.")
@settable()
@click.pass_context
def demo(context: click.Context, /, *, once: bool, verbose: bool, **given: Any) -> None:
    """Plays a whole conversation with a sample app, over real HTTP."""
    from .serving import demo as run

    context.exit(run(Options(**given), is_once=once, is_verbose=verbose))


@main.command(context_settings=CONTEXT)
@click.argument("method")
@click.argument("path")
@click.option(
    "-d", "--data", metavar="JSON", allow_from_autoenv=False, help="Body; @FILE reads one, @- standard input."
)
@click.option(
    "--base", metavar="URL", show_envvar=True, help="A company's base; left out: the server at --host, --port."
)
@click.option("--curl", is_flag=True, allow_from_autoenv=False, help="Prints the signed curl line instead.")
@settable_by_callers("host", "port", "email", "token", "secret", "control_token")
@click.pass_context
def call(context: click.Context, /, **given: Any) -> None:
    """Sends one signed request and prints the answer.

    PATH is relative to /open_api_v1, e.g. GET '/im/queue_status?customer_token=c-1'. Paths below /_mock go to the control
    API, unsigned. Ends with 0 when the HTTP status is below 400, whatever the answer's code is; else, and without an answer, with 1.
    """
    from .calling import is_struct, read_base, read_body, read_path, send
    from .request import Request, curl_line

    from_variable = context.get_parameter_source("base") is click.core.ParameterSource.ENVIRONMENT
    place = ("MOCK_UDESK_BASE" if from_variable else "--base") if given["base"] else "--host, --port"
    method, path = given["method"].upper(), read_path(given["path"])
    request = Request(
        method=method,
        path=path,
        is_struct=is_struct(method, path),
        body=read_body(given["data"]),
        base_url=read_base(given["base"] or local_url(given["host"], given["port"]), place),
        email=given["email"],
        token=given["token"],
        secret=given["secret"],
        control_token=given["control_token"],
    )
    if given["curl"]:
        click.echo(curl_line(request))
    else:
        context.exit(send(request))


@main.command(context_settings=CONTEXT)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "markdown", "json"], case_sensitive=False),
    default="text",
    allow_from_autoenv=False,
    help="For people, for a README, or for programs.",
)
def endpoints(form: str) -> None:
    """Lists what is emulated, and what is not.

    For every endpoint and push: how much of it is there, where that is known from, and what is missing.
    """
    from .coverage import listed

    click.echo(listed(form))


@main.command(context_settings=CONTEXT)
@click.option(
    "--url", metavar="URL", show_envvar=True, help="A server's base URL; left out: the one at --host, --port."
)
@click.option(
    "--timeout",
    metavar="SECONDS",
    type=click.FloatRange(0.01, 600),
    default=2.0,
    show_default=True,
    show_envvar=True,
    help="How long an answer may take.",
)
@settable_by_callers("host", "port")
@click.pass_context
def ready(context: click.Context, /, url: str | None, timeout: float, host: str, port: int) -> None:
    """Ends with 0 when the server answers healthy, else with 1.

    What an image's HEALTHCHECK runs.
    """
    from .health import trouble

    base = url or local_url(host, port)
    found = trouble(base, timeout)
    if found is None:
        click.echo(f"{base} is healthy")
        return
    click.echo(f"{context.command_path}: {base} is not ready: {found}", err=True)
    context.exit(1)
