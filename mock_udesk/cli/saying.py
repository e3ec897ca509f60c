"""What a server says when it begins and when it ends: how it is reached, what it plays, and what it leaves behind."""

from collections.abc import Iterator
from typing import Literal, assert_never

from pydantic_core import to_json

from .. import __version__
from ..company.founding import Founding
from ..desk.phrases import counted
from ..options import Options
from ..settings import Settings
from .request import Request, curl_line

_EXAMPLE = '{"customer_token":"c-1","assign_type":"agent"}'


def first_lines(url: str, options: Options, founding: Founding, *, is_reloading: bool) -> list[str]:
    """Where it listens, with which credentials, what it plays, what is not as usual, and a curl line to paste."""
    settings = founding.first_settings
    curl = curl_line(
        Request(
            method="POST", path="/im/sessions", base_url=url, email=options.email, token=options.token, body=_EXAMPLE
        )
    )
    if options.log_format == "json":
        facts = {"event": "listening", "version": __version__, "url": url, "subdomain": options.subdomain}
        keys = {"email": options.email, "password": options.password, "token": options.token, "secret": options.secret}
        ways = {
            "receive_url": settings.receive_url,
            "h5_push_url": settings.h5_push_url,
            "control": options.control,
            "control_token_needed": options.control_token is not None,
            "auth": settings.auth,
            "limits": settings.limits,
            "now": options.now,
            "rate": options.rate,
            "scenarios": [{"file": file, "rules": rules} for file, rules in _played(founding)],
            "reload": is_reloading,
        }
        return [to_json({**facts, **keys, **ways, "curl": curl}).decode()]
    return [
        f"mock-udesk {__version__} listens on {url}",
        f"  base URL      {url}/open_api_v1   (company {options.subdomain})",
        f"  email         {options.email}",
        f"  password      {options.password}",
        f"  token         {options.token}",
        f"  secret        {options.secret}",
        f"  pushes go to  {settings.receive_url or 'nowhere yet: set --receive-url, or PATCH /_mock/company'}",
        *([f"  H5 pushes to  {settings.h5_push_url}"] if settings.h5_push_url is not None else []),
        f"  control API   {url}/_mock",
        *(
            f"  {'' if index else 'scenario':12}  {file} ({counted(rules, 'rule')})"
            for index, (file, rules) in enumerate(_played(founding))
        ),
        *([f"  {'reload':12}  a scenario's file that changes is loaded anew"] if is_reloading else []),
        *(f"  {name:12}  {text}" for name, text in _unusual(options, settings)),
        "",
        "Ask for an agent (the sign is good for 5 minutes and for one call; `mock-udesk call … --curl` makes fresh ones):",
        curl,
        "",
    ]


def _played(founding: Founding) -> list[tuple[str, int]]:
    """Each file of the scenario, and how many rules it has."""
    return [(part.file, part.rules) for part in founding.scenario.parts] if founding.scenario is not None else []


def _unusual(options: Options, settings: Settings) -> Iterator[tuple[str, str]]:
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
    match settings.auth:
        case "lenient":
            yield "auth", "lenient: wrong signatures are journalled, not refused"
        case "off":
            yield "auth", "off: signatures are not checked"
        case "strict":
            pass
        case _:
            assert_never(settings.auth)
    match settings.limits:
        case "off":
            yield "limits", "off: no call is refused for coming too often"
        case "all":
            yield "limits", "all: 60 calls a minute, besides the limits documented for single endpoints"
        case "endpoint":
            pass
        case _:
            assert_never(settings.limits)


def warning_line(text: str, form: Literal["text", "json"]) -> str:
    """What may go wrong later: where pushes go."""
    return to_json({"event": "warning", "text": text}).decode() if form == "json" else f"  {'warning':12}  {text}"


def last_lines(undelivered: list[str], form: Literal["text", "json"]) -> list[str]:
    """What could not be delivered, by name."""
    if form == "json":
        return [to_json({"event": "stopped", "undelivered": undelivered}).decode()]
    return [*(f"not delivered: {line}" for line in undelivered), "stopped"]
