"""What a fault is planned to do, and did to a call, in words: for lists and warnings."""

from collections.abc import Mapping
from typing import Any

from ...desk.errors import REFUSALS
from .plans import Firing, Plan

_CALLS: Mapping[str, str] = {
    "malformed_json": "answered with malformed JSON",
    "truncated": "the answer was cut in the middle",
    "empty": "answered with an empty body",
    "rate_limited": "answered as over the limit",
}


def planned(plan: Plan) -> str:
    """What a plan does: `delayed by 2 s, HTTP 503`."""
    return in_words(plan.do)


def fired(firing: Firing) -> str:
    """What happened to a call on which a plan fired: `planned fault 3: delayed by 1.5 s, HTTP 503`."""
    return f"planned fault {firing.plan.id}: {in_words(firing.did)}"


def code_text(code: int) -> str:
    """The text that the table of codes has for a code; "" for one it does not know."""
    return next((refusal.message for refusal in REFUSALS if refusal.code == code and "{" not in refusal.message), "")


def in_words(do: Mapping[str, Any]) -> str:
    """What a fault does, a delay first: `delayed by 2 s, HTTP 503`."""
    parts = [f"delayed by {_duration(do['delay_seconds'])}"] if "delay_seconds" in do else []
    parts += [words for name, value in do.items() if (words := _words(name, value))]
    return ", ".join(parts)


def _words(name: str, value: Any) -> str:
    match name:
        case "http_status":
            return f"HTTP {value}"
        case "code":
            return f"code {value}"
        case "close_connection":
            return f"the connection was {'reset' if value == 'reset' else 'closed'} without an answer"
        case "slow_body":
            return f"the answer dripped for {_duration(value['seconds'])}"
        case "duplicate":
            return f"sent {value + 1} times"
        case "drop":
            return "never sent"
        case "hold":
            return "held until it is released"
        case "reorder":
            return "sent after the next push of its lane"
        case "corrupt":
            return f"sent {'malformed' if value is True else value}"
    return _CALLS.get(name, "")


def _duration(delay: Any) -> str:
    match delay:
        case {"uniform": [least, most]}:
            return f"{least:g} to {most:g} s"
        case {"lognormal": {"median": median}}:
            return f"about {median:g} s"
    return f"{delay:g} s"
