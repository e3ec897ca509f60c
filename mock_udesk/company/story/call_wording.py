"""What a call and its answer say to a person: what it was, how it went, and what it was to change."""

import json
from collections.abc import Mapping
from typing import Any

from ...desk.phrases import counted
from ...endpoint import CONTROL_PREFIX, UDESK_PREFIX, plain_path
from ..journal.entries import CallEntry
from .wording import LONGEST_QUOTE, json_object

_MOST_AGENTS = 3


def call_path(entry: CallEntry) -> str:
    """A call's path without query, relative to `/open_api_v1`; an operator's from `/_mock` on, whatever company's base it had."""
    path = entry.path.partition("?")[0]
    if entry.kind == "operator":
        return path[path.find(CONTROL_PREFIX) :] if CONTROL_PREFIX in path else path
    _, found, rest = path.partition(UDESK_PREFIX)
    return plain_path(rest) if found else path


def verdict(entry: CallEntry, main: str) -> str:
    """How a call was answered; `main` is the chief thing that it made happen, in words."""
    if entry.status is None:
        return "not answered yet"
    answer = json_object(entry.answer)
    if entry.kind == "operator":
        error = answer.get("error")
        if isinstance(error, dict):
            return f"{entry.status} {error.get('message', '')}".rstrip()
        if entry.method == "PATCH" and call_path(entry) == f"{CONTROL_PREFIX}/company":
            return f"settings changed: {changes(entry)}"
        return main or _operator_result(entry, answer) or str(entry.status)
    code = entry.code if entry.code is not None else answer.get("code")
    words = main or str(answer.get("message", "")) or _state(answer)
    # A planned fault may lose the answer: then nothing was sent.
    status = f"HTTP {entry.status}" if entry.status else "no answer"
    parts = [status] if entry.status != 200 and entry.status != code else []
    parts += [str(code)] if code is not None else []
    parts += [words] if words else []
    text = " ".join(parts) or status
    warnings = [warning for warning in entry.warnings if warning != entry.detail]
    if entry.detail and not any(entry.detail in told for told in (words, *warnings)):
        text += f" ({entry.detail})"
    if warnings:
        text += f" · {'; '.join(warnings)}"
    return text


def changes(entry: CallEntry) -> str:
    """What an operator's call was to change, with the new values."""
    return ", ".join(f"{name} {_short(value)}" for name, value in json_object(entry.body).items()) or "nothing"


def _short(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= LONGEST_QUOTE else f"{text[: LONGEST_QUOTE - 1]}…"


def _operator_result(entry: CallEntry, answer: Mapping[str, Any]) -> str:
    """What there is to say of an operator's call that made nothing happen at the desk."""
    match answer:
        case {"now": str(now), "upcoming": _}:
            return f"it is {now[11:19]}"
        case {"queue_of": name, "count": count, "reason": reason}:
            return f"waits for {name}, place {count} ({reason})" if count else str(reason)
        case {"message_ids": []}:
            return "nothing was unread"
        case {"status": "solved"}:
            return "was solved already"
        case {"push": _, "attempts": _, "id": number}:
            return f"push {number} {'is released' if call_path(entry).endswith('/release') else 'goes out once more'}"
        case {"on": on, "do": _, "text": text, "id": number}:
            return f"planned fault {number} of {'pushes' if on == 'push' else 'calls'}: {text}"
        case {"removed": int(count), "released": _}:
            return f"{counted(count, 'planned fault')} taken back" if count else "none was planned"
        case {"released": list(ids)}:
            return f"let go: {', '.join(map(str, ids))}" if ids else "nothing was held"
        case {"subdomain": name, "secret": _} if "settings" not in answer:
            return f"company {name} founded"
        case {"state": "open", "id": number}:
            return f"session {number} is open already"
        case {"done": True}:
            return "done"
    return "nothing changed" if entry.method == "PATCH" else ""


def _state(answer: Mapping[str, Any]) -> str:
    """What a call that asked for a status learned."""
    match answer:
        case {"status": str(status), "count": int(count)}:
            return f"{status} {count}" if count else status
        case {"status": str(status), "status_code": _}:
            return status
        case {"agents": [{"im_status": _, "im_session_num": _}, *_] as agents}:
            few = [
                f"{row.get('name')} {row['im_status']} {row['im_session_num']}/{row.get('im_max_join_num')}"
                for row in agents[:_MOST_AGENTS]
            ]
            return ", ".join(few) + (f" and {len(agents) - len(few)} more" if len(agents) > len(few) else "")
    return ""
