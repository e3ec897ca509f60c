"""How the demo looks: a timeline in columns, with colours where somebody looks at it."""

from collections.abc import Callable, Mapping
from typing import Any
from unicodedata import east_asian_width

from ..endpoint import Found
from ..sample_app import RECEIVE_PATH, SIGNED, Call, Received, Traffic
from ..udesk_api import UDESK_API
from .wire import Wire, compact

_STYLES = {"dim": "2", "bold": "1", "customer": "32", "agent": "36", "good": "32;1", "bad": "31;1"}
_MARGIN = " " * 4
_TEXT_COLUMNS = 38


def columns(text: str) -> int:
    """How wide a text is on a terminal: Chinese characters take two columns."""
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text)


def padded(text: str, width: int, *, is_right: bool = False) -> str:
    """A text made as wide as that; a wider one stays."""
    space = " " * max(0, width - columns(text))
    return space + text if is_right else text + space


class Page:
    """Writes the timeline line by line. `write` gets a line without its end."""

    def __init__(
        self, write: Callable[[str], None], *, names: Mapping[str, str], has_colour: bool, is_verbose: bool
    ) -> None:
        self._write = write
        self._names = names
        self._has_colour = has_colour
        self._is_verbose = is_verbose
        self._shown_at = ""
        self._wire = Wire()

    def title(self, text: str, *facts: str) -> None:
        """What this is, with a few facts below."""
        self._write(self._styled(text, "bold"))
        for fact in facts:
            self._write(self._styled(f"{_MARGIN}{fact}", "dim"))

    def step(self, number: int, text: str) -> None:
        """A new step of the play."""
        self._shown_at = ""
        self._write("")
        self._write(self._styled(f"{number:2}  {text}", "bold"))

    def passed(self, text: str) -> None:
        """What a step has shown."""
        self._write(f"{_MARGIN}{self._styled('✓', 'good')} {text}")

    def failed(self, what: str, expected: object, seen: object) -> None:
        """What went wrong in a step."""
        self._write(f"{_MARGIN}{self._styled('✗', 'bad')} {what}")
        self._write(f"{_MARGIN}  expected  {expected}")
        self._write(f"{_MARGIN}  seen      {seen}")

    def plain(self, text: str = "") -> None:
        """A line of its own."""
        self._write(text)

    def line(self, at: str, who: str, whom: str, text: str, wire: str = "", *, style: str = "") -> None:
        """Somebody says or asks something; `wire` is what that is on the wire. The time is written when it has changed."""
        time = "" if at == self._shown_at else at
        self._shown_at = at
        head = f"{_MARGIN}{padded(time, 8)}  {padded(who, 5, is_right=True)} → {padded(whom, 5)}  "
        body = self._styled(padded(text, _TEXT_COLUMNS), style) if wire else self._styled(text, style)
        self._write(f"{head}{body}{self._styled(f'  {wire}', 'dim') if wire else ''}".rstrip())

    def customer_says(self, at: str, token: str, text: str) -> None:
        """A customer types something into the app."""
        self.line(at, self._names.get(token, token), "app", text, style="customer")

    def traffic(self, at: str, item: Traffic) -> None:
        """A call that the app made, or a push that it received."""
        match item:
            case Call():
                found = UDESK_API.find(item.method, item.path.partition("?")[0])
                section = found.endpoint.section if isinstance(found, Found) else ""
                path = item.path.partition("?")[0]
                self.line(at, "app", "Udesk", section, f"{item.method} {path}  {outcome(item)}")
                self._called(item)
            case Received():
                self._received(at, item)

    def operator(self, method: str, path: str, body: Mapping[str, Any] | None) -> None:
        """What the demo does in the agents' place, by the control API; on the wire only."""
        if self._is_verbose:
            self._raw(f"· {method} /_mock{path}" + (f" {compact(body)}" if body else ""))

    def _received(self, at: str, push: Received) -> None:
        customer = self._names.get(push.customer, push.customer)
        if "message_ids" in push.body:
            self.line(at, "Udesk", "app", f"客服已读 {' '.join(push.body['message_ids'])}", "push: read")
        for number, message in enumerate(push.fresh):
            kind, data = message["type"], message["data"]
            wire = f"push: {kind}" if number == 0 else f"    + {kind}"
            match kind:
                case "start_session" | "transfer":
                    session = f"会话 {message['im_sub_session_id']}"
                    self.line(at, "Udesk", "app", data["content"], f"{wire}, {session}")
                case "close":
                    self.line(
                        at, "Udesk", "app", data["content"], f"{wire} ({data['close_type']}), with survey_options"
                    )
                case "message":
                    self.line(at, message["agent_name"], customer, data["content"], wire, style="agent")
                case _:
                    content = str(data.get("content", ""))
                    self.line(at, message["agent_name"], customer, f"[{kind}] {content}", wire, style="agent")
        if self._is_verbose:
            self._raw(f"< POST {RECEIVE_PATH}")
            self._body("< ", push.body)
            self._raw("> 200")

    def _called(self, call: Call) -> None:
        if self._is_verbose:
            self._raw(f"> {call.method} /open_api_v1{call.path}{'&' if '?' in call.path else '?'}{SIGNED}")
            if call.body is not None:
                self._body("> ", call.body)
            self._body(f"< {call.status} ", call.answer)

    def _body(self, head: str, body: object) -> None:
        text, notes = self._wire.told(body)
        self._raw(f"{head}{text}")
        for note in notes:
            self._raw(f"# {note}")

    def _raw(self, text: str) -> None:
        self._write(self._styled(f"{_MARGIN}{' ' * 10}{text}", "dim"))

    def _styled(self, text: str, style: str) -> str:
        return f"\x1b[{_STYLES[style]}m{text}\x1b[0m" if self._has_colour and style and text else text


def outcome(call: Call) -> str:
    """An answer in a few words."""
    answer = call.answer
    words = str(answer.get("code", f"HTTP {call.status}"))
    match answer:
        case {"customer": {"id": number}}:
            return f"{words}, 客户 {number}"
        case {"assign_info": {"im_sub_session_id": number, "agent_name": name}}:
            return f"{words}, 会话 {number}, {name}"
        case {"status": status, "count": count}:
            return f"{words}, {status} {count}"
        case {"message": message} if message:
            return f"{words}, {message}"
        case _:
            return words
