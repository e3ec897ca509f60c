"""Variables that begin like ours and are not: a mistyped one is said, and what others inject is left alone."""

import re
from collections.abc import Collection, Iterator, Mapping

_PREFIX = "MOCK_UDESK_"

# Variables that single commands read and that are no option of a server.
_OTHERS = ("CONFIG", "BASE", "URL", "TIMEOUT", "RELOAD")

# Where click would put the command's name; ours leave it out.
_COMMAND = re.compile(r"^(SERVE|DEMO|PLAY|CHECK|CALL|EXPLAIN|READY)_")

# Kubernetes sets these in every pod beside a service called mock-udesk or mock-udesk-….
_INJECTED = re.compile(r"(.+_)?(SERVICE_HOST|SERVICE_PORT(_.+)?|PORT_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)")
_INJECTED_VALUE = re.compile(r"[a-z]+://.*")


def passed_over(environ: Mapping[str, str], options: Collection[str]) -> Iterator[str]:
    """One line for each variable that nobody reads, with the nearest that somebody does."""
    known = [*(name.upper() for name in options), *_OTHERS]
    for variable, value in sorted(environ.items()):
        name = variable.removeprefix(_PREFIX)
        if name == variable or name in known or _INJECTED.fullmatch(name):
            continue
        if name.endswith("_PORT") and _INJECTED_VALUE.fullmatch(value):
            continue
        # Costly to import, and hardly ever needed.
        from difflib import get_close_matches

        meant = _COMMAND.sub("", name)
        near = get_close_matches(meant, known, n=1, cutoff=0.5) or [row for row in known if row.startswith(f"{meant}_")]
        expected = (
            f"expected {_PREFIX}{near[0]} (the nearest)" if near else "`mock-udesk serve --help` lists those there are"
        )
        yield f"{variable} is passed over: no such variable, {expected}"
