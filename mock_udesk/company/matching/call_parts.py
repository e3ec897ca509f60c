"""A call taken apart, each part when it is first asked for: most calls are told apart by method and path alone."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any, Final
from urllib.parse import unquote

from ...endpoint import AUTH_PARAMETERS
from ...scenario.traffic.patterns import MISSING
from ..journal.entries import CallEntry, is_secret_header
from ..params import Unreadable, merge, read_body, read_query
from ..secrets.values import parsed
from ..story.call_wording import call_path

_ID: Final = "im_sub_session_id"


class CallParts:
    """What one call says. Nothing in here raises, whatever came."""

    def __init__(self, entry: CallEntry, auth_named: frozenset[str]) -> None:
        self.entry = entry
        self._auth_named = auth_named

    @cached_property
    def path(self) -> str:
        """Relative to /open_api_v1."""
        return call_path(self.entry)

    @cached_property
    def query(self) -> dict[str, Any]:
        """The query's values; of the signature's parameters those that the pattern names."""
        try:
            values = read_query(self.entry.path.partition("?")[2])
        except Unreadable:
            return {}
        return {
            name: value for name, value in values.items() if name not in AUTH_PARAMETERS or name in self._auth_named
        }

    @cached_property
    def headers(self) -> dict[str, str]:
        """By names in lower case; several of one name stand behind one another. What is secret is hidden."""
        found: dict[str, str] = {}
        for raw_name, raw_value in self.entry.headers:
            name = raw_name.decode("latin-1").lower()
            value = "***" if is_secret_header(name) else raw_value.decode("latin-1")
            found[name] = f"{found[name]}, {value}" if name in found else value
        return found

    @cached_property
    def body_read(self) -> Mapping[str, Any] | None:
        """The body's values as the service reads them; None where it reads none."""
        entry = self.entry
        if not entry.body:
            return None
        try:
            values, note = read_body(entry.body, self.headers.get("content-type", ""), method=entry.method)
        except (Unreadable, RecursionError):
            return None
        return None if note else values

    @cached_property
    def body(self) -> Any:
        """The body as it was sent: its values, else whatever JSON it is, else its text; MISSING when there was none."""
        if not self.entry.body:
            return MISSING
        return parsed(self.entry.body) if self.body_read is None else self.body_read

    @property
    def is_form(self) -> bool:
        """Whether the body's values are all texts, for they were sent as a form."""
        media = self.headers.get("content-type", "").partition(";")[0].strip().lower()
        return self.body_read is not None and not (media == "application/json" or media.endswith("+json"))

    @cached_property
    def params(self) -> dict[str, Any]:
        """Path over body over query."""
        return merge(self._in_path(), self.body_read or {}, dict(self.query))

    @cached_property
    def answer(self) -> Any:
        """The answer's JSON, else its text; MISSING before there is one."""
        entry = self.entry
        if entry.status is None or not entry.answer:
            return MISSING
        return parsed(entry.answer)

    def session_ids(self) -> set[str]:
        """The session that the call names, in its path, body or query, and the one it was answered with."""
        named: list[Any] = [self._in_path().get("session_id")]
        answer = self.answer if isinstance(self.answer, Mapping) else {}
        # Doc: im-api-v2 §创建会话: what was asked for stands in assign_info.
        named += [
            part.get(_ID) for part in (self.params, answer, answer.get("assign_info")) if isinstance(part, Mapping)
        ]
        return {str(value) for value in named if value is not None}

    def _in_path(self) -> dict[str, str]:
        """What stood in the place-holders of the endpoint's path."""
        if "{" not in self.entry.endpoint:
            return {}
        wanted, sent = self.entry.endpoint.partition(" ")[2].split("/"), self.path.split("/")
        if len(wanted) != len(sent):
            return {}
        pairs = zip(wanted, sent, strict=True)
        return {name[1:-1]: unquote(value, errors="replace") for name, value in pairs if name.startswith("{")}
