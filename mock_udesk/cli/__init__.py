"""The command line: `mock-udesk`. What a command needs is imported when it runs, so that `--help` and `ready` are quick."""

import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from .. import __version__
from ..options import CONTEXT, Options, local_url, refuse_missing, settable, settable_by_callers
from ..options.specs import RELOAD
from ..options.values import MOMENT, WHOLE_NUMBER
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
@click.option(
    "--reload",
    is_flag=True,
    envvar="MOCK_UDESK_RELOAD",
    show_envvar=True,
    help=RELOAD.help,
)
@settable()
@click.pass_context
def serve(context: click.Context, /, *, reload: bool, **_: Any) -> None:
    """Runs the server until Ctrl-C or SIGTERM."""
    options = Options.of(context)
    refuse_missing(context)
    if reload and not options.scenario:
        raise click.UsageError("--reload: found nothing to watch, expected --scenario PATH", context)
    # Told to stop before it listens: nothing is lost, so that is a good end too (and process 1 would not hear it at all).
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    garbage.put_off()
    from .serving import serve as run

    context.exit(run(options, is_reloading=reload))


@main.command(context_settings=CONTEXT)
@click.option("--once", is_flag=True, allow_from_autoenv=False, help="Ends after the play: 0 when every step was seen.")
@click.option("-v", "--verbose", is_flag=True, allow_from_autoenv=False, help="Shows what goes over the wire.")
@settable()
@click.pass_context
def demo(context: click.Context, /, *, once: bool, verbose: bool, **_: Any) -> None:
    """Plays a whole conversation with a sample app, over real HTTP."""
    from .serving import demo as run

    context.exit(run(Options.of(context), is_once=once, is_verbose=verbose))


@main.command(context_settings={**CONTEXT, "auto_envvar_prefix": None})
@click.argument("files", metavar="FILE...", nargs=-1, required=True)
@click.option(
    "--say", "lines", metavar="TEXT", multiple=True, help="What the customer says; may be given more than once."
)
@click.option(
    "--robot", "is_robot", is_flag=True, help="The customer begins with the robot, and asks for an agent last."
)
@click.option("--urobot", metavar="NAME|ID", help="The customer begins with this urobot, and asks for an agent last.")
@click.option("--agent", metavar="NAME|ID", help="Which agent is asked for; left out: anybody.")
@click.option("--group", metavar="NAME|ID", help="Which group is asked for; left out: anybody.")
@click.option("--token", metavar="TOKEN", help="The customer's customer_token.  [default: c-1]")
@click.option("--name", metavar="TEXT", help="The customer's nick_name.")
@click.option("--level", metavar="TEXT", help="The customer's level, e.g. vip.")
@click.option(
    "--customers",
    metavar="N",
    type=click.IntRange(1, 1000),
    default=1,
    show_default=True,
    help="How many customers do the same, c-1 to c-N; the timeline is then everybody's.",
)
@click.option("--seed", type=WHOLE_NUMBER, default=0, show_default=True, help="Seed of all that is made up.")
@click.option(
    "--now", type=MOMENT, default="2026-11-22T10:00:00+08:00", show_default=True, help="When the play begins."
)
@click.pass_context
def play(context: click.Context, /, *, files: tuple[str, ...], lines: tuple[str, ...], **given: Any) -> None:
    """Plays a scenario on a clock of its own and prints the timeline.

    A dry run of FILE (files, folders) in no time: a server of its own, a customer who asks for an agent and says the
    lines of --say over real HTTP, and an app that takes every push. A line is said when nothing more is due but what
    waits for the customer; after the last one a day passes. Where no agent is to be had it is left as a message.

    \b
    Lines that are no speech:
      /agent            the customer asks for an agent: after a robot, or once more
      /wait 90s         is silent for so long, and does what comes next at once
      /rate 满意 TEXT    rates the latest session: an option and, if wanted, a remark
      /leave            ends the session, or gives up the queue
      //…               is said with one slash

    With --robot and --urobot, lines go to the robot until /agent; without it an agent is asked for after the last line.

    Ends with 1 when the scenario has errors, or when it failed while it was played. The same FILE and options print
    the same text on every machine.
    """
    from ..options.scenarios import nothing_at
    from .lines import read_line
    from .playing import Plan, tokens_of
    from .playing import play as run

    if given["is_robot"] and given["urobot"] is not None:
        raise click.UsageError("--robot, --urobot: found both, expected one of them", context)
    if given["agent"] is not None and given["group"] is not None:
        raise click.UsageError("--agent, --group: found both, expected one of them", context)
    for path in files:
        if (said := nothing_at(path)) is not None:
            raise click.UsageError(f"FILE: {said}", context)
    tokens = tokens_of(given.pop("token"), given.pop("customers"))
    context.exit(run(Plan(paths=files, lines=[read_line(line) for line in lines], tokens=tokens, **given)))


@main.command(context_settings={**CONTEXT, "auto_envvar_prefix": None})
@click.argument("paths", metavar="PATH...", nargs=-1, required=True)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "github"], case_sensitive=False),
    default="text",
    show_default=True,
    help="For people, for programs, or as notes of a GitHub workflow.",
)
@click.option("--strict", "is_strict", is_flag=True, help="Warnings count as errors.")
@click.option(
    "--together",
    "is_together",
    is_flag=True,
    help="The scenario files make one scenario, as --scenario of serve has it.",
)
@click.pass_context
def check(context: click.Context, /, *, paths: tuple[str, ...], form: Any, is_strict: bool, is_together: bool) -> None:
    """Says all that is wrong with scenario and config files.

    A PATH is a file, or a folder whose .yaml and .yml files are looked at. Whether a file holds a scenario or options is
    told by its keys; the scenarios that a config file names are looked at too. One line for each finding:
    FILE:LINE:COLUMN: PATH IN IT: what was found, what was expected.

    Ends with 0 when there are no errors, with 1 when there are, with 2 when nothing is at a PATH.
    """
    from .checking import check as run

    context.exit(run([Path(path) for path in paths], form=form, is_strict=is_strict, is_together=is_together))


@main.command(context_settings={**CONTEXT, "auto_envvar_prefix": None})
@click.argument("what", type=click.Choice(["scenario", "config"]), default="scenario")
def schema(what: str) -> None:
    """Prints the JSON Schema of scenario or config files.

    For editors, e.g. by a first line: # yaml-language-server: $schema=./scenario.schema.json
    """
    if what == "config":
        from ..options.schema import schema_text
    else:
        from ..scenario.file.schema import schema_text
    click.echo(schema_text(), nl=False)


@main.command(context_settings=CONTEXT)
@click.argument("method")
@click.argument("path")
@click.option(
    "-d",
    "--data",
    metavar="JSON",
    allow_from_autoenv=False,
    help="Body; @FILE reads one, @- standard input. A FILE.yaml is sent as YAML to the control API.",
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
    API, unsigned, e.g. PUT /_mock/scenario -d @refund.yaml. Ends with 0 when the HTTP status is below 400, whatever the answer's code is; else, without an answer,
    and when POST /_mock/verify says "ok": false, with 1.
    """
    from .calling import is_struct, is_yaml, named_after, read_base, read_body, read_path, send
    from .request import Request, curl_line

    from_variable = context.get_parameter_source("base") is click.core.ParameterSource.ENVIRONMENT
    place = ("MOCK_UDESK_BASE" if from_variable else "--base") if given["base"] else "--host, --port"
    method, path = given["method"].upper(), read_path(given["path"])
    is_in_yaml = is_yaml(path, given["data"])
    request = Request(
        method=method,
        path=named_after(method, path, given["data"]),
        is_struct=is_struct(method, path),
        body=read_body(given["data"], is_yaml=is_in_yaml),
        is_yaml=is_in_yaml,
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
@click.argument("url", metavar="URL")
@click.option("--method", metavar="METHOD", allow_from_autoenv=False, help="The call's method.")
@click.option("-d", "--data", metavar="TEXT", allow_from_autoenv=False, help="The call's body, as it was sent.")
@click.option("--at", type=MOMENT, allow_from_autoenv=False, help="When it was sent; left out: now.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"], case_sensitive=False),
    default="text",
    show_default=True,
    allow_from_autoenv=False,
    help="For people, or for programs.",
)
@settable_by_callers("email", "token", "secret", "password")
@click.pass_context
def explain(context: click.Context, /, *, form: Any, **given: Any) -> None:
    """Says why the signature of a URL is refused.

    Nothing is sent. URL is whole, a path with its query, or the query alone: what was signed is looked for by making the
    mistakes that people make, until one of them, or two, give the sign that is in it.

    Ends with 0 when it would be accepted, with 1 when not, with 2 when it is no URL.
    """
    from .explaining import Question
    from .explaining import explain as run

    context.exit(run(Question(**given), form=form))


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
