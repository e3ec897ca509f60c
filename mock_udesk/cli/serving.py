"""Runs a server, or the demo, until it is told to stop; says in the first lines how it is reached."""

import asyncio
import os
import sys
from collections.abc import Callable, Coroutine, Iterator
from contextlib import suppress
from datetime import datetime
from typing import Any, Literal, assert_never

import click
from pydantic_core import to_json

from .. import __version__
from ..company.entries import CallEntry
from ..desk.errors import UsageError
from ..options import Options
from ..server import garbage
from ..server.app import Server, ServerOptions, loop_factory
from ..server.ending import HURRIED, ended
from ..server.signals import told_to_stop
from .request import Request, curl_line

Write = Callable[[str], None]

_EXAMPLE = '{"customer_token":"c-1","assign_type":"agent"}'


def serve(options: Options) -> int:
    """Serves until SIGINT or SIGTERM; replies with 0, or 130 when a second one cut the drain short. Raises ClickException when it can't listen."""
    return _run(_serve(options, _writer()))


def demo(options: Options, *, is_once: bool, is_verbose: bool) -> int:
    """Plays the demo; replies with its exit code. Raises ClickException when it can't listen."""
    if options.receive_url is not None:
        click.echo(f"mock-udesk demo: {options.receive_url} is passed over: pushes go to the demo's own app", err=True)
    has_colour = sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    from ..demo import run as run_demo

    return _run(run_demo(options, is_once=is_once, is_verbose=is_verbose, has_colour=has_colour, write=_writer()))


def _run(program: Coroutine[Any, Any, int]) -> int:
    try:
        with asyncio.Runner(loop_factory=loop_factory()) as runner:
            return runner.run(program)
    except UsageError as error:
        raise click.ClickException(f"{error.message}; {error.hint}" if error.hint else error.message) from None


async def _serve(options: Options, write: Write) -> int:
    server = Server(
        ServerOptions(
            founding=options.founding(),
            host=options.host,
            port=options.port,
            control=options.control,
            control_token=options.control_token,
            drain_seconds=options.drain_seconds,
            log_call=request_log(options.log_format, write),
        )
    )
    with told_to_stop() as stop:
        await server.start()
        garbage.take_up()
        for line in first_lines(server.url, options):
            write(line)
        await stop.wait()
        undelivered, was_hurried = await ended(server)
    for line in last_lines(undelivered, options.log_format):
        write(line)
    return HURRIED if was_hurried else 0


def first_lines(url: str, options: Options) -> list[str]:
    """Where it listens, with which credentials, what is not as usual, and a curl line to paste."""
    curl = curl_line(
        Request(
            method="POST", path="/im/sessions", base_url=url, email=options.email, token=options.token, body=_EXAMPLE
        )
    )
    if options.log_format == "json":
        facts = {"event": "listening", "version": __version__, "url": url, "subdomain": options.subdomain}
        keys = {"email": options.email, "password": options.password, "token": options.token, "secret": options.secret}
        ways = {
            "receive_url": options.receive_url,
            "h5_push_url": options.h5_push_url,
            "control": options.control,
            "control_token_needed": options.control_token is not None,
            "auth": options.auth,
            "limits": options.limits,
            "now": options.now,
            "rate": options.rate,
        }
        return [to_json({**facts, **keys, **ways, "curl": curl}).decode()]
    return [
        f"mock-udesk {__version__} listens on {url}",
        f"  base URL      {url}/open_api_v1   (company {options.subdomain})",
        f"  email         {options.email}",
        f"  password      {options.password}",
        f"  token         {options.token}",
        f"  secret        {options.secret}",
        f"  pushes go to  {options.receive_url or 'nowhere yet: set --receive-url, or PATCH /_mock/company'}",
        *([f"  H5 pushes to  {options.h5_push_url}"] if options.h5_push_url is not None else []),
        f"  control API   {url}/_mock",
        *(f"  {name:12}  {text}" for name, text in _unusual(options)),
        "",
        "Ask for an agent (the sign is good for 5 minutes and for one call; `mock-udesk call … --curl` makes fresh ones):",
        curl,
        "",
    ]


def _unusual(options: Options) -> Iterator[tuple[str, str]]:
    """What is not as the defaults have it and changes what callers see."""
    if options.control_token is not None:
        yield "", "needs Authorization: Bearer TOKEN, the one of --control-token (not /_mock/health)"
    if options.control == "open":
        yield "control", "open: every machine that reaches this port may use /_mock"
    if options.now is not None or options.rate != 1.0:
        at = options.now.isoformat() if options.now is not None else "the moment of the start"
        match options.rate:
            case 0.0:
                yield (
                    "clock",
                    f"stands still at {at}: PATCH /_mock/clock lets it run, POST /_mock/clock/advance moves it",
                )
            case 1.0:
                yield "clock", f"starts at {at}"
            case _:
                yield "clock", f"starts at {at}, {options.rate:g} times as fast as real time"
    match options.auth:
        case "lenient":
            yield "auth", "lenient: wrong signatures are journalled, not refused"
        case "off":
            yield "auth", "off: signatures are not checked"
        case "strict":
            pass
        case _:
            assert_never(options.auth)
    match options.limits:
        case "off":
            yield "limits", "off: no call is refused for coming too often"
        case "all":
            yield "limits", "all: 60 calls a minute, besides the limits documented for single endpoints"
        case "endpoint":
            pass
        case _:
            assert_never(options.limits)


def last_lines(undelivered: list[str], form: Literal["text", "json"]) -> list[str]:
    """What could not be delivered, by name."""
    if form == "json":
        return [to_json({"event": "stopped", "undelivered": undelivered}).decode()]
    return [*(f"not delivered: {line}" for line in undelivered), "stopped"]


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
        notes = [note for note in (entry.detail, *entry.warnings) if note]
        said = f"  {'; '.join(notes)}" if notes else ""
        line = f"{at}{entry.method} {entry.path.partition('?')[0]} {entry.status}{code}{who}{milliseconds}{said}"
        # Whatever a caller sends stays on its line.
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
