"""Runs a server, or the demo, until it is told to stop."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Coroutine, Mapping
from contextlib import asynccontextmanager, nullcontext, suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from ..company.founding import Founding
from ..desk.errors import UsageError
from ..options import Options
from ..server import garbage
from ..server.app import Server, loop_factory
from ..server.ending import HURRIED, ended
from ..server.signals import told_to_stop
from .log import MaskedWrite, Write, attempt_log, request_log
from .saying import first_lines, last_lines, warning_line

if TYPE_CHECKING:
    from ..scenario.scenario import Scenario
    from .reloading import Stamp

# How long a look at a receiver may take.
_PROBE_SECONDS: Final = 1.0


def serve(options: Options, *, is_reloading: bool) -> int:
    """Serves until SIGINT or SIGTERM; replies with 0, or 130 when a second one cut the drain short.

    Raises ClickException when it can't listen, or with all that is wrong with the scenario.
    """
    return _run(_serve(options, _writer(), is_reloading=is_reloading))


def demo(options: Options, *, is_once: bool, is_verbose: bool) -> int:
    """Plays the demo; replies with its exit code. Raises ClickException when it can't listen."""
    if options.receive_url is not None:
        click.echo(f"mock-udesk demo: {options.receive_url} is passed over: pushes go to the demo's own app", err=True)
    for given in (*options.scenario, *([options.inline_name] if options.scenario_inline is not None else [])):
        click.echo(f"mock-udesk demo: {given} is passed over: the demo plays its own; `play` plays yours", err=True)
    options = replace(options, scenario=(), scenario_inline=None)
    has_colour = sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    from ..demo import run as run_demo

    return _run(run_demo(options, is_once=is_once, is_verbose=is_verbose, has_colour=has_colour, write=_writer()))


def _run(program: Coroutine[Any, Any, int]) -> int:
    try:
        with asyncio.Runner(loop_factory=loop_factory()) as runner:
            return runner.run(program)
    except UsageError as error:
        raise click.ClickException(f"{error.message}; {error.hint}" if error.hint else error.message) from None


async def _serve(options: Options, write: Write, *, is_reloading: bool) -> int:
    seen = _seen(options) if is_reloading else None
    founding = options.founding()
    server = _founded(founding, options, write)
    with told_to_stop() as stop:
        await server.start()
        garbage.take_up()
        for line in first_lines(
            server.url, options, server.companies.default.company.founding, is_reloading=is_reloading
        ):
            write(line)
        async with (
            _looking_after_receivers(server, options, write),
            _reloading(server, founding.scenario, options, seen, write),
        ):
            await stop.wait()
        undelivered, was_hurried = await ended(server)
    for line in last_lines(undelivered, options.log_format):
        write(line)
    return HURRIED if was_hurried else 0


def _founded(founding: Founding, options: Options, write: Write) -> Server:
    """Raises ClickException with what the company can't take of its scenario."""
    if founding.scenario is None:
        telling: Any = nullcontext()
    else:
        from .refusals import refusals_ending_it

        telling = refusals_ending_it("the scenario can't be played")
    with telling:
        masked = MaskedWrite(write)
        server = Server(
            replace(
                options.served(founding),
                log_call=request_log(options.log_format, masked, default=options.subdomain),
                log_attempt=attempt_log(options.log_format, masked, default=options.subdomain),
            )
        )
        masked.companies = server.companies
        return server


def _seen(options: Options) -> "Mapping[Path, Stamp]":
    """The files as they are before they are read, so that no change is missed."""
    from .reloading import stamps

    return stamps(Path(path) for path in options.scenario)


@asynccontextmanager
async def _looking_after_receivers(server: Server, options: Options, write: Write) -> AsyncIterator[None]:
    """What may keep pushes from arriving is said: loopback in a container at once, that nobody takes connections when that is known."""
    settings = server.companies.default.company.settings
    urls = {name: url for name in ("receive_url", "h5_push_url") if (url := getattr(settings, name)) is not None}
    if not urls:
        yield
        return
    from ..control_api.reachability import loopback_text, refused_text

    if server.surroundings.is_in_container:
        for name, url in list(urls.items()):
            if text := loopback_text(name, url):
                del urls[name]
                write(warning_line(text, options.log_format))

    async def probe() -> None:
        reasons = await server.surroundings.probe(list(urls.values()), timeout_seconds=_PROBE_SECONDS)
        for (name, url), reason in zip(urls.items(), reasons, strict=True):
            if reason:
                write(warning_line(refused_text(name, url, reason), options.log_format))

    async with _meanwhile(probe()):
        yield


@asynccontextmanager
async def _reloading(
    server: Server,
    scenario: "Scenario | None",
    options: Options,
    seen: "Mapping[Path, Stamp] | None",
    write: Write,
) -> AsyncIterator[None]:
    """Meanwhile a changed file is loaded, if that was asked for."""
    if scenario is None or seen is None:
        yield
        return
    from .reloading import Reloading

    slot = server.companies.default
    watching = Reloading(
        slot,
        scenario,
        inline=(options.inline_name, options.scenario_inline) if options.scenario_inline is not None else None,
        seen=seen,
        form=options.log_format,
        write=write,
    )
    async with _meanwhile(watching.go_on()):
        yield


@asynccontextmanager
async def _meanwhile(work: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Something is done on the side, until the rest is over."""
    task = asyncio.create_task(work)
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


def _writer() -> Write:
    """Writes lines at once. When nobody reads them any more the program goes on in silence."""
    out = sys.stdout
    is_heard = True

    def write(line: str) -> None:
        nonlocal is_heard
        if not is_heard:
            return
        try:
            out.write(f"{line}\n")
            out.flush()
        except OSError:
            is_heard = False
            with suppress(OSError, ValueError):
                os.dup2(os.open(os.devnull, os.O_WRONLY), out.fileno())

    return write
