"""The conversation of the document's flow chart, step by step, each step held against what the document promises.

Doc: im-api-v2 §交互图 (contract §6): the app creates the customer, asks for an agent, sends messages and the survey; all that
agents do is pushed. A second customer waits meanwhile, for a queue is what integrators get to see last and wrong first.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from aiohttp import ClientError

from ..sample_app import Call, Chat, Received, SampleApp, Traffic
from .operator import Operator, Refused
from .page import Page
from .seen import StepFailed, answers_in, phase, pushed_in, survey_in

NAMES = {"wang": "小王", "li": "小李"}
WANG, LI = NAMES
TOM, JERRY = 3, 4
PICTURE = "https://example.com/reset.png"

Step = Callable[[], Awaitable[str]]


class Play:
    """Plays once. `traffic` is where the app puts all that it calls and receives."""

    def __init__(self, app: SampleApp, operator: Operator, page: Page, traffic: list[Traffic]) -> None:
        self._app = app
        self._operator = operator
        self._page = page
        self._traffic = traffic
        self._at = ""
        self._welcome = ""
        self.calls = 0
        self.pushes = 0

    async def run(self) -> bool:
        """Plays to the end, or to the first step that fails; replies with whether all were seen."""
        steps: tuple[tuple[str, float, Step], ...] = (
            ("Tom takes one conversation at a time", 0, self._tom_has_room_for_one),
            ("小王 asks for Tom and gets him", 3, self._wang_gets_tom),
            ("小李 wants Tom too, and has to wait", 12, self._li_waits),
            ("Tom reads, and answers with a picture", 15, self._tom_answers),
            ("小王 sees it and asks for more", 20, self._wang_asks_on),
            ("Tom hands 小王 over to Jerry; 小李 moves up", 9, self._tom_transfers),
            ("小王 goes on with Jerry in the new session", 7, self._jerry_helps),
            ("Jerry closes, and 小王 rates", 30, self._jerry_closes),
            ("Tom helps 小李, who leaves and rates", 18, self._li_leaves),
            ("Nothing is left behind", 1, self._nothing_is_left),
        )
        for number, (title, seconds, step) in enumerate(steps, 1):
            self._page.step(number, title)
            try:
                await self._passes(seconds)
                self._page.passed(await step())
            except StepFailed as failure:
                self._failed(number, title, failure.what, failure.expected, failure.seen)
                return False
            except (ClientError, OSError, Refused, LookupError, TypeError) as error:
                self._failed(number, title, "the step itself", "to run to its end", f"{type(error).__name__}: {error}")
                return False
        return True

    # -- the steps -------------------------------------------------------------------------------------------------------

    async def _tom_has_room_for_one(self) -> str:
        self._page.line(self._at, "Tom", "Udesk", "最多同时接待 1 人", f"PATCH /_mock/agents/{TOM}")
        tom = await self._operator.call("PATCH", f"/agents/{TOM}", {"im_max_join_num": 1})
        self._welcome = tom["welcome"]
        self._expect("Tom's room", ("online", 1, 0), (tom["im_status"], tom["im_max_join_num"], tom["im_session_num"]))
        return "Tom is online, with room for one"

    async def _wang_gets_tom(self) -> str:
        await self._says(WANG, "您好，我上周买的耳机左边没声音了", agent_id=TOM)
        seen = await self._see()
        session_id = self._chat(WANG).session_id
        self._expect(
            "Udesk's answers",
            ["POST /customers 1000", "POST /im/sessions 1000", "POST /im/messages 1000"],
            answers_in(seen, WANG),
        )
        self._expect(
            "what was pushed to 小王",
            [(session_id, "start_session", "对话开始"), (session_id, "message", self._welcome)],
            pushed_in(seen, WANG),
        )
        return f"session {session_id}: Tom's welcome came with the start, in one push"

    async def _li_waits(self) -> str:
        await self._says(LI, "在吗？我想问问退货的事", agent_id=TOM)
        status = await self._app.asks_place(LI)
        seen = await self._see()
        self._expect(
            "Udesk's answers",
            ["POST /customers 1000", "POST /im/sessions 2001", "POST /im/messages 1000", "GET /im/queue_status 1000"],
            answers_in(seen, LI),
        )
        chat = self._chat(LI)
        self._expect("小李's place and queue", (1, f"queue:company:1:agent:{TOM}"), (chat.place, chat.queue))
        self._expect("queue_status", ("排队中", 1), (status.get("status"), status.get("count")))
        self._expect("what was pushed to 小李", [], pushed_in(seen, LI))
        return f"小李 is at place 1 of {chat.queue}; what 小李 said is kept for Tom"

    async def _tom_answers(self) -> str:
        session_id = self._chat(WANG).session_id
        seen = await self._agent_reads("Tom", session_id)
        seen += await self._agent_says(session_id, {"content": "抱歉！请按图片长按 10 秒重置试试"})
        seen += await self._agent_says(session_id, {"type": "image", "data": {"content": PICTURE}})
        self._expect("what Tom has read", {f"{WANG}-1"}, self._chat(WANG).read_by_agent)
        self._expect(
            "what was pushed to 小王",
            [
                (session_id, "read", f"{WANG}-1"),
                (session_id, "message", "抱歉！请按图片长按 10 秒重置试试"),
                (session_id, "image", PICTURE),
            ],
            pushed_in(seen, WANG),
        )
        return "the read status, the answer and the picture arrived, in this order"

    async def _wang_asks_on(self) -> str:
        session_id = self._chat(WANG).session_id
        await self._app.looks(WANG)
        await self._says(WANG, "试过了，还是不行，我想换一个")
        seen = await self._see()
        self._expect(
            "Udesk's answers",
            ["POST /im/messages/read_messages 1000", "POST /im/messages 1000"],
            answers_in(seen, WANG),
        )
        session = await self._operator.call("GET", f"/sessions/{session_id}")
        self._expect("what 小王 has not read", [], session["unread_by_customer"])
        self._expect("what Tom has not read", [f"{WANG}-2"], session["unread_by_agent"])
        return "Tom sees that 小王 has read everything"

    async def _tom_transfers(self) -> str:
        old = self._chat(WANG).session_id
        self._page.line(self._at, "Tom", "Udesk", "转接给 Jerry", f"POST /_mock/sessions/{old}/transfer")
        await self._operator.call("POST", f"/sessions/{old}/transfer", {"agent_id": JERRY})
        seen = await self._see()
        new = self._chat(WANG).session_id
        self._expect("whether the session is a new one", True, new is not None and new != old)
        self._expect(
            "what was pushed to 小王",
            [(new, "transfer", "会话转接"), (new, "message", "会话转接成功,客服Jerry为您服务")],
            pushed_in(seen, WANG),
        )
        mine = self._chat(LI).session_id
        self._expect(
            "what was pushed to 小李",
            [(mine, "start_session", "对话开始"), (mine, "message", self._welcome)],
            pushed_in(seen, LI),
        )
        session = await self._operator.call("GET", f"/sessions/{mine}")
        said = [message["data"]["content"] for message in session["messages"] if message["sender"] == "customer"]
        self._expect("what Tom knows of 小李", ("Tom", ["在吗？我想问问退货的事"]), (session["agent"]["name"], said))
        return (
            f"小王 is in session {new} with Jerry; 小李 waited {session['queue_seconds']:g} s and is in {mine} with Tom"
        )

    async def _jerry_helps(self) -> str:
        session_id = self._chat(WANG).session_id
        await self._says(WANG, "麻烦您了，订单号 20261115")
        seen = await self._see()
        seen += await self._agent_reads("Jerry", session_id)
        seen += await self._agent_says(session_id, {"content": "已为您登记换货，新耳机明天寄出"})
        self._expect("Udesk's answers", ["POST /im/messages 1000"], answers_in(seen, WANG))
        self._expect(
            "what was pushed to 小王",
            [(session_id, "read", f"{WANG}-2 {WANG}-3"), (session_id, "message", "已为您登记换货，新耳机明天寄出")],
            pushed_in(seen, WANG),
        )
        return "Jerry has read what 小王 told Tom last, too"

    async def _jerry_closes(self) -> str:
        session_id = self._chat(WANG).session_id
        self._app.taps[WANG] = ("非常满意", "换货很快")
        await self._says(WANG, "太好了，谢谢！")
        seen = await self._see()
        self._page.line(self._at, "Jerry", "Udesk", "结束会话", f"POST /_mock/sessions/{session_id}/close")
        await self._operator.call("POST", f"/sessions/{session_id}/close")
        seen += await self._see()
        self._expect(
            "Udesk's answers", ["POST /im/messages 1000", "POST /im/sessions/survey 1000"], answers_in(seen, WANG)
        )
        self._expect("what was pushed to 小王", [(session_id, "close", "会话关闭")], pushed_in(seen, WANG))
        await self._is_rated(WANG, session_id, seen)
        return f"session {session_id} is closed, and rated 非常满意"

    async def _li_leaves(self) -> str:
        session_id = self._chat(LI).session_id
        self._app.taps[LI] = ("满意", "")
        seen = await self._agent_says(session_id, {"content": "七天内可以退货，地址发给您了"})
        await self._says(LI, "好的，明白了")
        await self._app.leaves(LI)
        seen += await self._see()
        answers = ["POST /im/messages 1000", f"DELETE /im/sessions/{session_id} 1000", "POST /im/sessions/survey 1000"]
        self._expect("Udesk's answers", answers, answers_in(seen, LI))
        self._expect(
            "what was pushed to 小李",
            [(session_id, "message", "七天内可以退货，地址发给您了"), (session_id, "close", "会话关闭")],
            pushed_in(seen, LI),
        )
        await self._is_rated(LI, session_id, seen)
        return f"session {session_id} is closed by 小李, and rated 满意"

    async def _nothing_is_left(self) -> str:
        deliveries = await self._operator.call("GET", "/deliveries")
        left = [f"{row['id']} {row['state']}" for row in deliveries["deliveries"] if row["state"] != "delivered"]
        self._expect("pushes that were not delivered", [], left)
        problems = await self._operator.call("GET", "/problems")
        self._expect("problems", [], [f"{row['kind']}: {row['text']}" for row in problems["problems"]])
        sessions = await self._operator.call("GET", "/sessions?status=open")
        self._expect("open sessions", [], [row["id"] for row in sessions["sessions"]])
        return f"{self.calls} calls, {self.pushes} pushes: all answered, all delivered, no problem"

    # -- what the steps are made of ----------------------------------------------------------------------------------------

    async def _passes(self, seconds: float) -> None:
        clock = await self._operator.call("POST", "/clock/advance", {"seconds": seconds})
        self._at = clock["now"][11:19]

    async def _says(self, token: str, text: str, *, agent_id: int | None = None) -> None:
        self._page.customer_says(self._at, token, text)
        await self._app.says(token, NAMES[token], text, agent_id=agent_id)

    async def _agent_says(self, session_id: int | None, what: Mapping[str, Any]) -> list[Traffic]:
        await self._operator.call("POST", f"/sessions/{session_id}/messages", what)
        return await self._see()

    async def _agent_reads(self, name: str, session_id: int | None) -> list[Traffic]:
        self._page.line(self._at, name, "Udesk", "看消息", f"POST /_mock/sessions/{session_id}/read")
        await self._operator.call("POST", f"/sessions/{session_id}/read")
        return await self._see()

    async def _is_rated(self, token: str, session_id: int | None, seen: list[Traffic]) -> None:
        """What the customer tapped on the survey that came with the close has reached Udesk."""
        tapped, remark = self._app.taps[token]
        options = survey_in(seen, token)["options"]
        expected = {"option_id": next(row["id"] for row in options if row["text"] == tapped), "remark": remark}
        session = await self._operator.call("GET", f"/sessions/{session_id}")
        survey = session["survey"] or {}
        self._expect("the rating at Udesk", expected, {name: survey.get(name) for name in expected})
        self._expect("the session's state", ("closed", "normal"), (session["state"], session["close_type"]))

    async def _see(self) -> list[Traffic]:
        """All that has gone over the wire since the last time, shown once everything is still."""
        try:
            await self._operator.settle()
            await self._app.idle()
            await self._operator.settle()
        finally:
            seen = self._shown()
        return seen

    def _shown(self) -> list[Traffic]:
        # Pushes to different customers run side by side: told customer by customer, the story is the same each time.
        order = list(self._app.chats)
        seen = sorted(self._traffic, key=lambda item: (order.index(item.customer), phase(item)))
        self._traffic.clear()
        for item in seen:
            self._page.traffic(self._at, item)
        self.calls += sum(isinstance(item, Call) for item in seen)
        self.pushes += sum(isinstance(item, Received) for item in seen)
        return seen

    def _chat(self, token: str) -> Chat:
        return self._app.chats[token]

    def _expect(self, what: str, expected: object, seen: object) -> None:
        if expected != seen:
            raise StepFailed(what, expected, seen)

    def _failed(self, number: int, title: str, what: str, expected: object, seen: object) -> None:
        self._shown()
        self._page.failed(f"step {number} ({title}): {what}", expected, seen)
