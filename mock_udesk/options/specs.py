"""All options of a server: what each is called, what kind of value it has, and what it is for."""

import os
from dataclasses import dataclass
from typing import Any

from .values import (
    LINES,
    MOMENT,
    PATH,
    PORT,
    RATE,
    SECONDS,
    SUBDOMAIN,
    SWITCH,
    TEXT,
    URL,
    WHOLE_NUMBER,
    Value,
    one_of,
)


@dataclass(frozen=True, slots=True)
class Spec:
    """One option. One that `is_list` may be given more than once, in a variable with colons between (on Windows semicolons)."""

    name: str
    kind: Value
    default: Any
    help: str
    is_list: bool = False


# What an inline scenario is called in messages when the variable holds it.
INLINE = "MOCK_UDESK_SCENARIO_INLINE"

SPECS = (
    Spec("host", TEXT, "127.0.0.1", "Address to listen on; 0.0.0.0 is every one of this machine."),
    Spec("port", PORT, 8090, "Port to listen on; 0 picks a free one and prints it."),
    Spec("subdomain", SUBDOMAIN, "demo", "Subdomain of the default company."),
    Spec("email", TEXT, "admin@demo.test", "The administrator that signs."),
    Spec("password", TEXT, "password", "The administrator's password, for POST /log_in."),
    Spec("token", TEXT, "00000000-0000-4000-8000-000000000000", "open_api_token that calls are signed with."),
    Spec(
        "secret",
        TEXT,
        "11111111-1111-4111-8111-111111111111",
        "Shared secret (共享的秘钥) of the MD5 signatures of structured messages.",
    ),
    Spec("receive_url", URL, None, "Where pushes are POSTed (接收消息URL)."),
    Spec("h5_push_url", URL, None, "Where H5 offline pushes are POSTed (H5_PUSH_URL)."),
    Spec(
        "scenario",
        PATH,
        (),
        "Scenario file, or folder of them, that plays the other side; may be given more than once, in the variable with "
        f"'{os.pathsep}' between, as in PATH.",
        is_list=True,
    ),
    Spec(
        "scenario_inline",
        LINES,
        None,
        "A scenario's YAML text itself, after those of --scenario: for where no file can be mounted.",
    ),
    Spec("seed", WHOLE_NUMBER, 0, "Seed of all that is made up."),
    Spec("now", MOMENT, None, "Where the company's clock starts; left out: real time."),
    Spec("rate", RATE, 1.0, "Speed of the company's clock: 0 stands still, 60 runs a minute in a second."),
    Spec(
        "auth",
        one_of("strict", "lenient", "off"),
        "strict",
        "lenient answers as usual and journals what strict would have refused; off checks nothing.",
    ),
    Spec(
        "limits",
        one_of("off", "endpoint", "all"),
        "endpoint",
        "endpoint: limits documented for single endpoints; all: 60 a minute too.",
    ),
    Spec(
        "control",
        one_of("open", "loopback"),
        "loopback",
        "Who may use the control API: everybody, or this machine alone.",
    ),
    Spec("control_token", TEXT, None, "Calls below /_mock then need Authorization: Bearer TOKEN."),
    Spec("drain_seconds", SECONDS, 0.5, "How long pushes may still take when the server is told to stop."),
    Spec("log_format", one_of("text", "json"), "text", "How requests are logged on standard output."),
)
NAMES = tuple(spec.name for spec in SPECS)

# An option of `serve` alone, which has a flag and a variable of its own; in a file it is passed over by other commands.
RELOAD = Spec(
    "reload",
    SWITCH,
    False,
    "Watches the files of --scenario and loads them anew when they change; while something is wrong, the last good one goes on.",
)
# All that a file may hold.
FILE_SPECS = (*SPECS, RELOAD)
FILE_NAMES = tuple(spec.name for spec in FILE_SPECS)
