"""The integrator's side of the demo: a small app server, written from Udesk's document alone; it knows nothing of this mock.

Its customers chat in the app; it signs calls to Udesk for them, and receives what Udesk pushes on a server of its own.
"""

import asyncio
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any
from urllib.parse import quote
from uuid import uuid4

from aiohttp import ClientSession, ClientTimeout, ContentTypeError, web

RECEIVE_PATH = "/udesk/receive"

# What a signed call has in its query beside its own parameters, as it may be shown.
SIGNED = "email=…&timestamp=…&nonce=…&sign=…&sign_version=v2"


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A call to Udesk and its answer. `is_reaction`: made because of a push, not because the customer did something."""

    customer: str
    method: str
    path: str
    body: Mapping[str, Any] | None
    status: int
    answer: Mapping[str, Any]
    is_reaction: bool

    @property
    def code(self) -> object:
        """What Udesk says of it; 1000 is success."""
        return self.answer.get("code")


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """A push as it came in; `fresh` are the messages that had not come before."""

    customer: str
    body: Mapping[str, Any]
    fresh: tuple[Mapping[str, Any], ...]


Traffic = Call | Received


@dataclass(slots=True, kw_only=True)
class Chat:
    """What the app knows of one customer's conversation."""

    token: str
    name: str
    customer_id: int | None = None
    session_id: int | None = None
    # 0: not waiting.
    place: int = 0
    queue: str = ""
    # What the customer's screen shows of the other side, in order.
    screen: list[Mapping[str, Any]] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    read_by_agent: set[str] = field(default_factory=set)
    rated: Mapping[str, Any] | None = None
    seen: set[str] = field(default_factory=set)


class SampleApp:
    """An app server with its customers. Call `start` first, and `stop` at the end."""

    def __init__(self, *, udesk_url: str, email: str, token: str, notice: Callable[[Traffic], None]) -> None:
        self.chats: dict[str, Chat] = {}
        # What each customer taps when the survey comes up: the text of an option, and a remark.
        self.taps: dict[str, tuple[str, str]] = {}
        self.url = ""
        self._udesk = udesk_url.rstrip("/")
        self._email = email
        self._token = token
        self._notice = notice
        self._by_session: dict[int, str] = {}
        self._reactions: set[asyncio.Task[None]] = set()
        self._client: ClientSession | None = None
        self._runner: web.AppRunner | None = None

    async def start(self) -> None:
        """Listens for pushes on a free port of this machine; `url` is then what Udesk has to know."""
        app = web.Application()
        app.router.add_post(RECEIVE_PATH, self._receive)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}{RECEIVE_PATH}"
        self._client = ClientSession(timeout=ClientTimeout(total=10))

    async def stop(self) -> None:
        """Lets go of the port and of all connections."""
        for task in self._reactions:
            task.cancel()
        if self._client is not None:
            await self._client.close()
        if self._runner is not None:
            await self._runner.cleanup()

    async def idle(self) -> None:
        """Waits until all that was to be done because of pushes is done. Raises what went wrong with it."""
        while self._reactions:
            await asyncio.gather(*self._reactions)

    # -- what customers do in the app ----------------------------------------------------------------------------------

    async def says(self, token: str, name: str, content: str, *, agent_id: int | None = None) -> None:
        """A customer says something. The first time, Udesk is told of them and asked for an agent."""
        chat = self.chats.get(token)
        if chat is None:
            chat = self.chats[token] = Chat(token=token, name=name)
            customer = {"nick_name": name, "open_api_token": token}
            created = await self._call(chat, "POST", "/customers", {"customer": customer})
            chat.customer_id = created.get("customer", {}).get("id")
        if chat.session_id is None and not chat.place:
            await self._ask_for_agent(chat, agent_id)
        # Doc: §发送消息: a session's id; -3 while queueing, -2 leaves a message.
        where = chat.session_id or (-3 if chat.place else -2)
        chat.said.append(f"{token}-{len(chat.said) + 1}")
        message = {
            "customer_token": token,
            "im_sub_session_id": where,
            "message_id": chat.said[-1],
            "type": "message",
            "data": {"content": content},
        }
        await self._call(chat, "POST", "/im/messages", message)

    async def looks(self, token: str) -> None:
        """A customer looks at the screen: the agent's messages are read."""
        chat = self.chats[token]
        ids = [message["message_id"] for message in chat.screen if message["im_sub_session_id"] == chat.session_id]
        await self._call(
            chat, "POST", "/im/messages/read_messages", {"session_id": chat.session_id, "message_ids": ids}
        )

    async def asks_place(self, token: str) -> Mapping[str, Any]:
        """A customer wants to know how long it will take."""
        return await self._call(self.chats[token], "GET", f"/im/queue_status?customer_token={token}")

    async def leaves(self, token: str) -> None:
        """A customer ends the conversation."""
        chat = self.chats[token]
        await self._call(chat, "DELETE", f"/im/sessions/{chat.session_id}")

    async def _ask_for_agent(self, chat: Chat, agent_id: int | None) -> None:
        ask: dict[str, Any] = {"customer_token": chat.token, "assign_type": "agent"}
        if agent_id is not None:
            ask["agent_id"] = agent_id
        answer = await self._call(chat, "POST", "/im/sessions", ask)
        info = answer.get("assign_info", {})
        match answer.get("code"):
            case 1000:
                self._enter(chat, info["im_sub_session_id"])
            # The push that starts the session may be faster than this answer.
            case 2001 if chat.session_id is None:
                chat.place, chat.queue = info["count"], info.get("queue", "")

    # -- what Udesk pushes -----------------------------------------------------------------------------------------------

    async def _receive(self, request: web.Request) -> web.Response:
        """Takes a push. Doc: §回复消息通知: 返回 HTTP 状态码 200, 响应体为空即可. A push may come twice: message_id tells."""
        try:
            body = json.loads(await request.read())
            self._take(body)
        except (ValueError, KeyError, TypeError, AttributeError):
            return web.Response(status=400)
        return web.Response()

    def _take(self, body: dict[str, Any]) -> None:
        if "customer_token" not in body:
            # Doc: §发送客户消息已读状态: session_id and message_ids, nothing else.
            chat = self.chats[self._by_session[body["session_id"]]]
            chat.read_by_agent.update(body["message_ids"])
            self._notice(Received(customer=chat.token, body=body, fresh=()))
            return
        token = body["customer_token"]
        chat = self.chats.setdefault(token, Chat(token=token, name=token))
        fresh = tuple(message for message in body["messages"] if message["message_id"] not in chat.seen)
        chat.seen.update(message["message_id"] for message in fresh)
        self._notice(Received(customer=token, body=body, fresh=fresh))
        for message in fresh:
            self._follow(chat, message)

    def _follow(self, chat: Chat, message: Mapping[str, Any]) -> None:
        match message["type"]:
            case "start_session" | "transfer":
                # Doc: §消息内容格式: 客户需要修改im_sub_session_id 为新的.
                self._enter(chat, message["im_sub_session_id"])
            case "close":
                chat.session_id = None
                if chat.token in self.taps:
                    task = asyncio.create_task(self._rate(chat, message))
                    self._reactions.add(task)
                    task.add_done_callback(self._reactions.discard)
            case _:
                chat.screen.append(message)

    def _enter(self, chat: Chat, session_id: int) -> None:
        chat.session_id, chat.place, chat.queue = session_id, 0, ""
        self._by_session[session_id] = chat.token

    async def _rate(self, chat: Chat, close: Mapping[str, Any]) -> None:
        """Shows the survey that came with the close, and hands in what the customer taps. Doc: §会话评价(评价客服)."""
        tapped, remark = self.taps[chat.token]
        survey = close["data"]["survey_options"]
        options = {option["text"]: option["id"] for option in survey["options"] if option["enabled"]}
        rating = {
            "im_sub_session_id": close["im_sub_session_id"],
            "option_id": options[tapped],
            "remark": remark,
            "resolved_state_v2": 0,
        }
        chat.rated = await self._call(chat, "POST", "/im/sessions/survey", rating, is_reaction=True)

    # -- calls to Udesk --------------------------------------------------------------------------------------------------

    async def _call(
        self, chat: Chat, method: str, path: str, body: Mapping[str, Any] | None = None, *, is_reaction: bool = False
    ) -> Mapping[str, Any]:
        if self._client is None:
            raise RuntimeError("the app has not been started")
        query = "&" if "?" in path else "?"
        url = f"{self._udesk}/open_api_v1{path}{query}{self._signed()}"
        async with self._client.request(method, url, json=body) as response:
            try:
                answer = await response.json()
            except (ContentTypeError, ValueError):
                answer = {"text": await response.text()}
            call = Call(
                customer=chat.token,
                method=method,
                path=path,
                body=body,
                status=response.status,
                answer=answer,
                is_reaction=is_reaction,
            )
        self._notice(call)
        return call.answer

    def _signed(self) -> str:
        """Five parameters; what is signed is email&token&timestamp&nonce&v2, with SHA-256, in lower-case hex."""
        timestamp, nonce = str(int(time.time())), str(uuid4())
        sign = sha256(f"{self._email}&{self._token}&{timestamp}&{nonce}&v2".encode()).hexdigest()
        return f"email={quote(self._email)}&timestamp={timestamp}&nonce={nonce}&sign={sign}&sign_version=v2"
