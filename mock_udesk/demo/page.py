"""How the demo looks: a timeline in columns, with colours where somebody looks at it."""

import re
from collections.abc import Callable, Mapping
from html import unescape
from typing import Any

from ..company.story.columns import columns, padded
from ..endpoint import Found
from ..sample_app import RECEIVE_PATH, SIGNED, Call, Received, Traffic
from ..udesk_api import UDESK_API
from .wire import Wire, compact

_STYLES = {"dim": "2", "bold": "1", "customer": "32", "agent": "36", "good": "32;1", "bad": "31;1"}
_MARGIN = " " * 4
_TEXT_COLUMNS = 38
_RECORDS = "会话记录"
_TAG = re.compile(r"<[^>]+>")


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

    def rule(self, place: str, name: str, on: str, steps: int) -> None:
        """A rule of the scenario file, and where it stands there."""
        self._write(
            f"{_MARGIN}{padded(place, 16)}  {padded(name, 44)}{self._styled(f'  on {on}, {steps} steps', 'dim')}"
        )

    def customer_says(self, at: str, token: str, text: str) -> None:
        """A customer types something into the app."""
        self.line(at, self._names.get(token, token), "app", text, style="customer")

    def customer_does(self, at: str, token: str, what: str) -> None:
        """A customer taps something in the app."""
        self.line(at, self._names.get(token, token), "app", f"[{what}]", style="customer")

    def traffic(self, at: str, item: Traffic) -> None:
        """A call that the app made, or a push that it received."""
        match item:
            case Call():
                path = item.path.partition("?")[0]
                self.line(at, "app", "Udesk", section_of(item.method, path), f"{item.method} {path}  {outcome(item)}")
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
        if push.body.get("assign_type") in ("robot", "urobot"):
            for message in push.fresh:
                text, wire = robot_answer(message)
                self.line(
                    at,
                    "robot",
                    customer,
                    shortened(text, _TEXT_COLUMNS),
                    f"push: {push.body['assign_type']}, {wire}",
                    style="agent",
                )
        for number, message in enumerate(push.fresh if push.body.get("assign_type") == "agent" else ()):
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


def section_of(method: str, path: str) -> str:
    """What a call is about: its section of the document. The records have none, and are named after what they are in the contract."""
    found = UDESK_API.find(method, path)
    section = found.endpoint.section if isinstance(found, Found) else ""
    return _RECORDS if section.startswith("contract") and path.startswith("/im/sessions/") else section


def robot_answer(message: Mapping[str, Any]) -> tuple[str, str]:
    """What a robot says, and what comes with it on the wire."""
    if "data" in message:
        data = message["data"]
        return without_tags(data["answer"]), f"question_id {data['question_id']}"
    text, wire = without_tags(message["ansContent"]), f"ansType {message['ansType']}"
    if message["suggestQuestionList"]:
        wire += f", {len(message['suggestQuestionList'])} suggestions"
    if "flowId" in message:
        text += f" [{' | '.join(without_tags(line) for line in message['flowContent'].split('</p>') if line)}]"
        wire += f", flow {message['flowId']}"
    return text, wire


def shortened(text: str, width: int) -> str:
    """A text that is at most as wide as that; what is cut off leaves a mark."""
    if columns(text) <= width:
        return text
    while columns(text) > width - 1:
        text = text[:-1]
    return f"{text}…"


def without_tags(html: str) -> str:
    """A text without its tags."""
    return unescape(_TAG.sub("", html)).strip()


def outcome(call: Call) -> str:
    """An answer in a few words."""
    answer = call.answer
    words = str(call.code if call.code is not None else f"HTTP {call.status}")
    match answer:
        case {"item": list(rows), "total": total}:
            return f"status {words}, {len(rows)} of {total} rows"
        case {"urobot_list": list(rows)}:
            return f"{words}, {len(rows)} robots"
        case {"assign_info": {"sessionId": number, "robotName": name}}:
            return f"{words}, 会话 {number}, {name}"
        case {"assign_info": {"robot_name": name}}:
            return f"{words}, {name}"
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
