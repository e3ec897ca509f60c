"""A customer of `mock-udesk play`, and the app that calls Udesk for them: signed, over HTTP."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

import click
from aiohttp import ClientSession

from ..company.companies import Slot
from ..company.pushes.shapes import queue_name
from ..company.signing.open_api import signed_query
from ..desk.desk import Desk
from ..desk.knowledge import Urobot
from ..desk.records import Stay
from ..endpoint import UDESK_PREFIX
from .lines import AskForAgent, Leave, Line, Rate, Say, Wait

# Doc: im-api-v2 §发送消息, im_sub_session_id, where there is no session.
_ROBOT, _UROBOT, _LEAVE_MESSAGE, _WHILE_QUEUEING = 0, -1, -2, -3


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """Whom customers begin with: a robot or `urobot`, else an agent; and which agent or group they ask for then."""

    agent_id: int | None = None
    group_id: int | None = None
    is_robot: bool = False
    urobot: Urobot | None = None

    @property
    def begins_with_robot(self) -> bool:
        """Whether no person comes first."""
        return self.is_robot or self.urobot is not None


class App:
    """The account that calls are signed with. Nonces are counted, so that two plays make the same calls."""

    def __init__(self, client: ClientSession, url: str, slot: Slot) -> None:
        self._client = client
        self._url = url
        self._slot = slot
        self._nonces = 0

    @property
    def desk(self) -> Desk:
        """The desk as it is now: what a customer sees on the screen is read from it, not asked for."""
        return self._slot.company.look()

    async def call(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Mapping[str, Any]:
        """The answer to one signed call."""
        company = self._slot.company
        self._nonces += 1
        # The company may hold timestamps to its own clock, to real time, or to whichever fits.
        now = company.clock.real() if company.settings.timestamp_against == "real" else company.clock.now()
        signed = urlencode(signed_query(company.credentials, now=now, nonce=f"play-{self._nonces}"), quote_via=quote)
        url = f"{self._url}{UDESK_PREFIX}{path}{'&' if '?' in path else '?'}{signed}"
        async with self._client.request(method, url, json=body) as response:
            answer: Mapping[str, Any] = await response.json()
        return answer

    def survey_option(self, named: str) -> int:
        """The id of a survey's option. Raises UsageError: there is none of that text."""
        options = self._slot.company.settings.survey.options
        for option in options:
            if named in (str(option.id), option.text):
                return option.id
        there = ", ".join(option.text for option in options)
        raise click.UsageError(f"--say: found /rate {named}, expected one of {there}")


class Actor:
    """One customer."""

    def __init__(self, app: App, token: str, wish: Wish) -> None:
        self.token = token
        self._app = app
        self._wish = wish
        self._said = 0
        self._urobot_session_id: int | None = None
        # Whether a person was asked for, and what the answer was: 2002 says that nobody is there.
        self._asked: object = None

    @property
    def has_asked(self) -> bool:
        """Whether this customer has asked for an agent."""
        return self._asked is not None

    @property
    def is_waiting(self) -> bool:
        """Whether this customer stands in a queue."""
        stay = self._stay()
        return stay is not None and stay.ticket is not None

    async def is_known_as(self, fields: Mapping[str, Any]) -> None:
        """Udesk is told of the customer, or of what is new about one it knows."""
        if self._app.desk.customer_by("token", self.token) is None:
            await self._app.call("POST", "/customers", {"customer": {**fields, "open_api_token": self.token}})
            return
        found = {"type": "token", "content": self.token}
        await self._app.call("PUT", "/customers/update_customer", {**found, "customer": fields})

    async def opens(self) -> None:
        """The chat is opened: a robot greets, or an agent is asked for."""
        ask: dict[str, Any] = {"customer_token": self.token}
        if self._wish.urobot is not None:
            answer = await self._app.call("POST", "/im/sessions", {**ask, "assign_type": "urobot", **self._urobot()})
            self._urobot_session_id = answer.get("assign_info", {}).get("sessionId")
        elif self._wish.is_robot:
            await self._app.call("POST", "/im/sessions", {**ask, "assign_type": "robot"})
        else:
            await self._wants_a_person()

    async def does(self, line: Line) -> None:
        """A line of --say. Waiting is everybody's, so it is not done here."""
        match line:
            case Say(text):
                await self._says(text)
            case AskForAgent():
                await self._wants_a_person()
            case Rate(option, remark):
                await self._rates(option, remark)
            case Leave():
                await self._leaves()
            case Wait():
                pass

    async def _says(self, text: str) -> None:
        if self._is_alone() and self._asked in (1000, 2001):
            # The conversation is over: who opens the chat again to say something asks for somebody first.
            await self._wants_a_person()
        self._said += 1
        where = self._where()
        message = {
            "customer_token": self.token,
            "im_sub_session_id": where,
            "message_id": f"{self.token}-{self._said}",
            "type": "message",
            "data": {"content": text},
        }
        if where == _UROBOT:
            message |= {**self._urobot(), "urobot_session_id": self._urobot_session_id}
        if where == _LEAVE_MESSAGE:
            message |= self._whom()
        await self._app.call("POST", "/im/messages", message)

    async def _wants_a_person(self) -> None:
        ask = {"customer_token": self.token, "assign_type": "agent", **self._whom()}
        self._asked = (await self._app.call("POST", "/im/sessions", ask)).get("code")

    async def _rates(self, option: str, remark: str) -> None:
        customer = self._app.desk.customer_by("token", self.token)
        sessions = self._app.desk.sessions_of(customer.id) if customer is not None else []
        if not sessions:
            raise click.UsageError(f"--say: found /rate {option}, but {self.token} has had no session to be rated")
        rating = {"option_id": self._app.survey_option(option), "remark": remark, "resolved_state_v2": 0}
        await self._app.call("POST", "/im/sessions/survey", {"im_sub_session_id": sessions[-1].id, **rating})

    async def _leaves(self) -> None:
        stay = self._stay()
        if stay is not None and stay.session_id is not None:
            await self._app.call("DELETE", f"/im/sessions/{stay.session_id}")
        elif stay is not None and stay.ticket is not None:
            queue = quote(queue_name(stay.ticket.target), safe="")
            await self._app.call("DELETE", f"/im/sessions/close_queue?customer_token={quote(self.token)}&queue={queue}")

    def _where(self) -> int:
        """The im_sub_session_id for what is said now."""
        stay = self._stay()
        if stay is not None and stay.session_id is not None:
            return stay.session_id
        if stay is not None and stay.ticket is not None:
            return _WHILE_QUEUEING
        if self._wish.begins_with_robot and not self.has_asked:
            return _UROBOT if self._wish.urobot is not None else _ROBOT
        return _LEAVE_MESSAGE

    def _is_alone(self) -> bool:
        return self._where() == _LEAVE_MESSAGE

    def _stay(self) -> Stay | None:
        customer = self._app.desk.customer_by("token", self.token)
        return self._app.desk.stay_of(customer.id) if customer is not None else None

    def _whom(self) -> dict[str, int]:
        named = {"agent_id": self._wish.agent_id, "group_id": self._wish.group_id}
        return {name: number for name, number in named.items() if number is not None}

    def _urobot(self) -> dict[str, int]:
        urobot = self._wish.urobot
        if urobot is None or not urobot.scenes:
            return {}
        return {"robot_id": urobot.id, "scene_id": urobot.scenes[0].id}
