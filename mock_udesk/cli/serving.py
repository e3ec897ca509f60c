"""Runs a server, or the demo, until it is told to stop."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from contextlib import asynccontextmanager, nullcontext, suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click
from pydantic_core import to_json

from ..company.entries import CallEntry
from ..company.founding import Founding
from ..company.wording import first_of
from ..desk.errors import UsageError
from ..options import Options
from ..server import garbage
from ..server.app import Server, ServerOptions, loop_factory
from ..server.ending import HURRIED, ended
from ..server.signals import told_to_stop
from .saying import first_lines, last_lines

if TYPE_CHECKING:
    from ..scenario.scenario import Scenario
    from .reloading import Stamp

Write = Callable[[str], None]


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
        async with _reloading(server, founding.scenario, options, seen, write):
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
        return Server(
            ServerOptions(
                founding=founding,
                host=options.host,
                port=options.port,
                control=options.control,
                control_token=options.control_token,
                drain_seconds=options.drain_seconds,
                log_call=request_log(options.log_format, write),
            )
        )


def _seen(options: Options) -> "Mapping[Path, Stamp]":
    """The files as they are before they are read, so that no change is missed."""
    from .reloading import stamps

    return stamps(Path(path) for path in options.scenario)


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
    task = asyncio.create_task(watching.go_on())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


def request_log(form: Literal["text", "json"], write: Write) -> Callable[[CallEntry], None]:
    """What writes one line for each answered call. Queries stay out of it, for they hold the sign."""

    # Writing a time is dear, so once a second: the second, and how it is written.
    shown: tuple[datetime | None, str] = (None, "")

    def as_text(entry: CallEntry) -> None:
        nonlocal shown
        second = entry.received_at.replace(microsecond=0) if entry.received_at else None
        if second != shown[0]:
            shown = (second, f"{second.astimezone():%H:%M:%S} " if second else "")
        at = shown[1]
        code = f" {entry.code}" if entry.code is not None else ""
        who = f" {entry.customer_token}" if entry.customer_token else ""
        milliseconds = f" {entry.seconds * 1000:.1f} ms" if entry.seconds is not None else ""
        notes = [first_of(note) for note in (entry.detail, *entry.warnings) if note]
        said = f"  {'; '.join(notes)}" if notes else ""
        line = f"{at}{entry.method} {entry.path.partition('?')[0]} {entry.status}{code}{who}{milliseconds}{said}"
        # Whatever a caller sends stays on its line, and what has many is told by its first.
        write(line if line.isprintable() else repr(line)[1:-1])

    def as_json(entry: CallEntry) -> None:
        facts = {
            "event": entry.kind,
            "at": entry.received_at,
            "method": entry.method,
            "path": entry.path.partition("?")[0],
            "status": entry.status,
            "code": entry.code,
            "customer_token": entry.customer_token,
            "seconds": entry.seconds,
            "detail": entry.detail or None,
            "warnings": entry.warnings,
        }
        write(to_json(facts).decode())

    return as_json if form == "json" else as_text


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
