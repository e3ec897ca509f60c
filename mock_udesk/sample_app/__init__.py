"""The integrator's side of the demo: a small app server, written from Udesk's document alone; it knows nothing of this mock.

Its customers chat in the app: with a robot first, with a person when they ask for one. It calls Udesk for them, receives what
Udesk pushes on a server of its own, and reads conversations back from Udesk's records.
"""

import asyncio
import json
import re
from collections.abc import Callable, Mapping
from html import unescape
from typing import Any, Literal

from aiohttp import web

from .chat import Call, Chat, Received, Traffic
from .udesk import SIGNED, UdeskClient

__all__ = ["RECEIVE_PATH", "SIGNED", "Call", "Chat", "Received", "SampleApp", "Traffic"]

RECEIVE_PATH = "/udesk/receive"

# Doc: §流程问题接口: what can be clicked in flowContent; data-type 2 is a flow, 1 a question.
_FLOW_ITEM = re.compile(r'<b data-type="([12])"[^>]* data-id="(\d+)"[^>]*>(.*?)</b>')
# Doc: §发送消息, im_sub_session_id, where there is no session; §用户点击行为接口, query_type.
_ROBOT, _UROBOT, _LEAVE_MESSAGE, _WHILE_QUEUEING = 0, -1, -2, -3
_FREQUENT, _SUGGESTED = 6, 7
_PAGE_SIZE = 100


class SampleApp:
    """An app server with its customers. Call `start` first, and `stop` at the end."""

    def __init__(self, *, udesk_url: str, email: str, token: str, notice: Callable[[Traffic], None]) -> None:
        self.chats: dict[str, Chat] = {}
        # What each customer gives when the survey comes up: the text of an option, and a remark.
        self.ratings: dict[str, tuple[str, str]] = {}
        self.url = ""
        self._account = {"url": udesk_url, "email": email, "token": token}
        self._notice = notice
        self._by_session: dict[int, str] = {}
        self._reactions: set[asyncio.Task[None]] = set()
        self._failed: list[BaseException] = []
        self._client: UdeskClient | None = None
        self._runner: web.AppRunner | None = None

    async def start(self) -> None:
        """Listens for pushes on a free port of this machine; `url` is then what Udesk has to know."""
        app = web.Application()
        app.router.add_post(RECEIVE_PATH, self._receive)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}{RECEIVE_PATH}"
        self._client = UdeskClient(**self._account, notice=self._notice)

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
        if self._failed:
            raise self._failed.pop()

    # -- what customers do in the app ----------------------------------------------------------------------------------

    async def opens(self, token: str, name: str, robot: Literal["robot", "urobot"]) -> Mapping[str, Any]:
        """A customer opens the chat for the first time: Udesk is told of them, and asked for a robot. Replies with what greets them."""
        chat = self.chats[token] = Chat(token=token, name=name)
        created = await self._udesk.call(
            chat.token, "POST", "/customers", {"customer": {"nick_name": name, "open_api_token": token}}
        )
        chat.customer_id = created.get("customer", {}).get("id")
        ask: dict[str, Any] = {"customer_token": token, "assign_type": robot}
        if robot == "urobot":
            first = (await self._udesk.call(chat.token, "GET", "/im/urobots"))["urobot_list"][0]
            chat.urobot = {"robot_id": first["id"], "scene_id": first["scene_list"][0]["id"]}
        greeting = await self._udesk.call(chat.token, "POST", "/im/sessions", {**ask, **chat.urobot})
        info: Mapping[str, Any] = greeting["assign_info"]
        chat.robot, chat.urobot_session_id = robot, info.get("sessionId")
        chat.top_asks = [option for heading in info.get("topAsk", ()) for option in heading["optionsList"]]
        return info

    async def says(self, token: str, content: str) -> None:
        """A customer says something, to whoever they are talking to."""
        chat = self.chats[token]
        chat.said.append(f"{token}-{len(chat.said) + 1}")
        message: dict[str, Any] = {
            "customer_token": token,
            "im_sub_session_id": self._where(chat),
            "message_id": chat.said[-1],
            "type": "message",
            "data": {"content": content},
        }
        if message["im_sub_session_id"] == _UROBOT:
            message |= {**chat.urobot, "urobot_session_id": chat.urobot_session_id}
        await self._udesk.call(chat.token, "POST", "/im/messages", message)

    async def taps(self, token: str, title: str) -> None:
        """A customer taps what the urobot shows: a frequent question, a suggestion, or an item of a flow."""
        chat = self.chats[token]
        urobot = {"customer_token": token, "im_sub_session_id": chat.urobot_session_id, **chat.urobot}
        answer = chat.robot_says
        for kind, number, text in _FLOW_ITEM.findall(answer.get("flowContent", "")):
            if unescape(text) == title and kind == "2":
                await self._udesk.call(chat.token, "POST", "/im/messages/flow", {**urobot, "flow_id": int(number)})
                return
            if unescape(text) == title:
                await self._hits(chat, urobot, int(number), _SUGGESTED)
                return
        suggested = {row["content"]: row["id"] for row in answer.get("suggestQuestionList", ())}
        if title in suggested:
            await self._hits(chat, urobot, suggested[title], _SUGGESTED)
            return
        frequent = {row["question"]: row["questionId"] for row in chat.top_asks}
        await self._hits(chat, urobot, frequent[title], _FREQUENT)

    async def likes(self, token: str) -> None:
        """A customer says that the urobot's latest answer has helped. `messgae_id` is Udesk's own spelling."""
        chat = self.chats[token]
        rating = {"customer_token": token, "messgae_id": chat.robot_says["logId"], "option_id": 1}
        rating["im_sub_session_id"] = chat.urobot_session_id
        await self._udesk.call(chat.token, "POST", "/im/messages/answer_survey", {**rating, **chat.urobot})

    async def wants_a_person(self, token: str, *, agent_id: int | None = None) -> None:
        """A customer has had enough of the robot."""
        chat = self.chats[token]
        if chat.robot == "urobot":
            report = {"im_sub_session_id": chat.urobot_session_id, **chat.urobot}
            await self._udesk.call(chat.token, "POST", "/im/sessions/transfer_survey", report)
        chat.robot = None
        await self._ask_for_agent(chat, agent_id)

    async def looks(self, token: str) -> None:
        """A customer looks at the screen: the agent's messages are read."""
        chat = self.chats[token]
        ids = [message["message_id"] for message in chat.screen if message["im_sub_session_id"] == chat.session_id]
        await self._udesk.call(
            chat.token, "POST", "/im/messages/read_messages", {"session_id": chat.session_id, "message_ids": ids}
        )

    async def asks_place(self, token: str) -> Mapping[str, Any]:
        """A customer wants to know how long it will take."""
        return await self._udesk.call(token, "GET", f"/im/queue_status?customer_token={token}")

    async def leaves(self, token: str) -> None:
        """A customer ends the conversation."""
        chat = self.chats[token]
        await self._udesk.call(chat.token, "DELETE", f"/im/sessions/{chat.session_id}")

    async def reads_back(self, token: str, start: str, end: str) -> list[tuple[int, str, str, str]]:
        """A customer's conversations between two moments from Udesk's records, page by page: session, who, type, and what was said."""
        window = {"start_time": start, "end_time": end, "page_size": _PAGE_SIZE}
        rows: list[tuple[int, str, str, str]] = []
        for session in await self._udesk.pages(token, "/im/sessions/search", window):
            if session["customer_token"] != token:
                continue
            query = {"session_id": session["session_id"], **window}
            for line in await self._udesk.pages(token, "/im/sessions/log", query):
                content = json.loads(line["content"])
                said = str(content["data"].get("content", ""))
                rows.append((session["session_id"], line["sender"], content["type"], said))
        return rows

    def _where(self, chat: Chat) -> int:
        if chat.session_id is not None:
            return chat.session_id
        if chat.place:
            return _WHILE_QUEUEING
        match chat.robot:
            case "robot":
                return _ROBOT
            case "urobot":
                return _UROBOT
            case None:
                return _LEAVE_MESSAGE

    async def _hits(self, chat: Chat, urobot: Mapping[str, Any], question_id: int, query_type: int) -> None:
        hit = {**urobot, "message_id": chat.robot_says.get("logId", 0), "question_id": question_id}
        await self._udesk.call(chat.token, "POST", "/im/messages/hit", {**hit, "query_type": query_type})

    async def _ask_for_agent(self, chat: Chat, agent_id: int | None) -> None:
        ask: dict[str, Any] = {"customer_token": chat.token, "assign_type": "agent"}
        if agent_id is not None:
            ask["agent_id"] = agent_id
        answer = await self._udesk.call(chat.token, "POST", "/im/sessions", ask)
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
        is_urobot = body["assign_type"] == "urobot"
        # One object for a urobot, as in the document's example; its table has a list.
        messages = body["messages"] if isinstance(body["messages"], list) else [body["messages"]]
        names = {str(message["logId" if is_urobot else "message_id"]): message for message in messages}
        fresh = tuple(message for name, message in names.items() if name not in chat.seen)
        self._notice(Received(customer=token, body=body, fresh=fresh))
        for message in fresh:
            if body["assign_type"] == "agent":
                self._follow(chat, message)
            else:
                chat.robot_says = message
        chat.seen.update(names)

    def _follow(self, chat: Chat, message: Mapping[str, Any]) -> None:
        match message["type"]:
            case "start_session" | "transfer":
                # Doc: §消息内容格式: 客户需要修改im_sub_session_id 为新的.
                self._enter(chat, message["im_sub_session_id"])
            case "close":
                chat.session_id = None
                if chat.token in self.ratings:
                    task = asyncio.create_task(self._rate(chat, message))
                    self._reactions.add(task)
                    task.add_done_callback(self._reacted)
            case _:
                chat.screen.append(message)

    def _reacted(self, task: asyncio.Task[None]) -> None:
        self._reactions.discard(task)
        error = None if task.cancelled() else task.exception()
        if error is not None:
            self._failed.append(error)

    def _enter(self, chat: Chat, session_id: int) -> None:
        chat.session_id, chat.place, chat.queue = session_id, 0, ""
        self._by_session[session_id] = chat.token

    async def _rate(self, chat: Chat, close: Mapping[str, Any]) -> None:
        """Shows the survey that came with the close, and hands in what the customer gives. Doc: §会话评价(评价客服)."""
        option, remark = self.ratings[chat.token]
        survey = close["data"]["survey_options"]
        options = {option["text"]: option["id"] for option in survey["options"] if option["enabled"]}
        rating = {
            "im_sub_session_id": close["im_sub_session_id"],
            "option_id": options[option],
            "remark": remark,
            "resolved_state_v2": 0,
        }
        chat.rated = await self._udesk.call(chat.token, "POST", "/im/sessions/survey", rating, is_reaction=True)

    @property
    def _udesk(self) -> UdeskClient:
        if self._client is None:
            raise RuntimeError("the app has not been started")
        return self._client
