"""The conversation of the document's flow chart, step by step, each step held against what the document promises.

Doc: im-api-v2 §交互图 (contract §6): the app creates the customer, asks for a robot and then for an agent, sends messages and the
survey; all that robots and agents do is pushed. A second customer waits meanwhile, for a queue is what integrators get to see
last and wrong first. In the end the app reads the conversation back from the records.
"""

from collections.abc import Awaitable, Callable

from aiohttp import ClientError

from ..sample_app import SampleApp, Traffic
from .operator import Operator, Refused
from .page import Page
from .robot_steps import QUESTION, WARRANTY, RobotSteps
from .seen import StepFailed, answered_in, answers_in, pushed_in
from .staging import LI, NAMES, TOM, WANG, Staging

PICTURE = "https://example.com/reset.png"

Step = Callable[[], Awaitable[str]]


class Play:
    """Plays once. `traffic` is where the app puts all that it calls and receives."""

    def __init__(self, app: SampleApp, operator: Operator, page: Page, traffic: list[Traffic]) -> None:
        self._on = Staging(app, operator, page, traffic)
        self._robot = RobotSteps(self._on)
        self._welcome = ""
        self._with_tom: int | None = None

    async def run(self) -> bool:
        """Plays to the end, or to the first step that fails; replies with whether all were seen."""
        steps: tuple[tuple[str, float, Step], ...] = (
            ("A scenario file plays the agents", 0, self._a_file_plays),
            ("小王 opens the chat, and a robot greets", 3, self._robot.greets),
            ("小王 asks the robot, and taps what it suggests", 9, self._robot.answers),
            ("小王 walks a flow, step by step", 15, self._robot.walks_a_flow),
            ("The robot does not know", 8, self._robot.does_not_know),
            ("小王 wants a person, and gets Tom", 3, self._wang_gets_tom),
            ("小李 asks the other robot, wants Tom too, and has to wait", 12, self._li_waits),
            ("Tom reads, and answers with a picture", 15, self._tom_answers),
            ("小王 sees it and asks for more", 20, self._wang_asks_on),
            ("Tom hands 小王 over to Jerry; 小李 moves up", 9, self._tom_transfers),
            ("小王 goes on with Jerry in the new session", 7, self._jerry_helps),
            ("Jerry closes, and 小王 rates", 25, self._jerry_closes),
            ("Tom helps 小李, who leaves and rates", 16, self._li_leaves),
            ("The app reads it back from the records", 5, self._records_have_it),
            ("Nothing is left behind", 1, self._nothing_is_left),
        )
        for number, (title, seconds, step) in enumerate(steps, 1):
            self._on.page.step(number, title)
            try:
                await self._on.passes(seconds)
                self._on.page.passed(await step())
            except StepFailed as failure:
                self._failed(number, title, failure.what, failure.expected, failure.seen)
                return False
            except (ClientError, OSError, Refused, LookupError, TypeError) as error:
                self._failed(number, title, "the step itself", "to run to its end", f"{type(error).__name__}: {error}")
                return False
        return True

    # -- the steps -------------------------------------------------------------------------------------------------------

    async def _a_file_plays(self) -> str:
        scenario = await self._on.operator.call("GET", "/scenario")
        for rule in scenario["rules"]:
            self._on.page.rule(rule["place"], rule["name"], rule["on"], len(rule["steps"]))
        tom = await self._on.operator.call("GET", f"/agents/{TOM}")
        self._welcome = tom["welcome"]
        self._on.expect(
            "Tom's room", ("online", 1, 0), (tom["im_status"], tom["im_max_join_num"], tom["im_session_num"])
        )
        return f"{scenario['files'][0]['file']}: {len(scenario['rules'])} rules; Tom is online, with room for one"

    async def _wang_gets_tom(self) -> str:
        self._on.page.customer_does(self._on.at, WANG, "转人工")
        await self._on.app.wants_a_person(WANG, agent_id=TOM)
        seen = await self._on.see()
        await self._on.says(WANG, "您好，我上周买的耳机左边没声音了")
        seen += await self._on.see()
        session_id = self._on.chat(WANG).session_id
        self._on.expect(
            "Udesk's answers",
            ["POST /im/sessions/transfer_survey 1000", "POST /im/sessions 1000", "POST /im/messages 1000"],
            answers_in(seen, WANG),
        )
        self._on.expect(
            "what was pushed to 小王",
            [(session_id, "start_session", "对话开始"), (session_id, "message", self._welcome)],
            pushed_in(seen, WANG),
        )
        self._with_tom = session_id
        session = await self._on.operator.call("GET", f"/sessions/{session_id}")
        asked = [row["asked"]["data"]["content"] for talk in session["robot_talks"] for row in talk["exchanges"]]
        self._on.expect("what Tom sees of the robot", [QUESTION, WARRANTY, "退换货"], asked[:3])
        return f"session {session_id}: Tom sees what 小王 asked the robot, {len(asked)} times; Tom's welcome came with the start"

    async def _li_waits(self) -> str:
        self._on.page.customer_does(self._on.at, LI, "打开聊天窗口")
        await self._on.app.opens(LI, NAMES[LI], "robot")
        seen = await self._on.see()
        await self._on.says(LI, "怎么退货")
        seen += await self._on.see()
        self._on.page.customer_does(self._on.at, LI, "转人工")
        await self._on.app.wants_a_person(LI, agent_id=TOM)
        seen += await self._on.see()
        await self._on.says(LI, "在吗？我想问问退货的事")
        status = await self._on.app.asks_place(LI)
        seen += await self._on.see()
        self._on.expect(
            "Udesk's answers",
            [
                "POST /customers 1000",
                "POST /im/sessions 1000",
                "POST /im/messages 1000",
                "POST /im/sessions 2001",
                "POST /im/messages 1000",
                "GET /im/queue_status 1000",
            ],
            answers_in(seen, LI),
        )
        self._on.expect("what the robot answered", ["怎么退货"], [title for _, title in answered_in(seen, LI)])
        chat = self._on.chat(LI)
        self._on.expect("小李's place and queue", (1, f"queue:company:1:agent:{TOM}"), (chat.place, chat.queue))
        self._on.expect("queue_status", ("排队中", 1), (status.get("status"), status.get("count")))
        self._on.expect("what agents pushed to 小李", [], pushed_in(seen, LI))
        return f"小李 is at place 1 of {chat.queue}; what 小李 said is kept for Tom"

    async def _tom_answers(self) -> str:
        session_id = self._on.chat(WANG).session_id
        seen = await self._on.see()
        self._on.expect("what Tom has read", {f"{WANG}-4"}, self._on.chat(WANG).read_by_agent)
        self._on.expect(
            "what was pushed to 小王",
            [
                (session_id, "read", f"{WANG}-4"),
                (session_id, "message", "抱歉！请按图片长按 10 秒重置试试"),
                (session_id, "image", PICTURE),
            ],
            pushed_in(seen, WANG),
        )
        return "the read status, the answer and the picture arrived, in this order, 27 s after the question"

    async def _wang_asks_on(self) -> str:
        session_id = self._on.chat(WANG).session_id
        await self._on.app.looks(WANG)
        await self._on.says(WANG, "试过了，还是不行，我想换一个")
        seen = await self._on.see()
        self._on.expect(
            "Udesk's answers",
            ["POST /im/messages/read_messages 1000", "POST /im/messages 1000"],
            answers_in(seen, WANG),
        )
        session = await self._on.operator.call("GET", f"/sessions/{session_id}")
        self._on.expect("what 小王 has not read", [], session["unread_by_customer"])
        self._on.expect("what Tom has not read", [f"{WANG}-5"], session["unread_by_agent"])
        return "Tom sees that 小王 has read everything"

    async def _tom_transfers(self) -> str:
        seen = await self._on.see()
        new = self._on.chat(WANG).session_id
        self._on.expect("whether the session is a new one", True, new not in (None, self._with_tom))
        self._on.expect(
            "what was pushed to 小王",
            [(new, "transfer", "会话转接"), (new, "message", "会话转接成功,客服Jerry为您服务")],
            pushed_in(seen, WANG),
        )
        mine = self._on.chat(LI).session_id
        self._on.expect(
            "what was pushed to 小李",
            [(mine, "start_session", "对话开始"), (mine, "message", self._welcome)],
            pushed_in(seen, LI),
        )
        session = await self._on.operator.call("GET", f"/sessions/{mine}")
        said = [message["data"]["content"] for message in session["messages"] if message["sender"] == "customer"]
        self._on.expect("what Tom knows of 小李", ("Tom", ["在吗？我想问问退货的事"]), (session["agent"]["name"], said))
        return (
            f"小王 is in session {new} with Jerry; 小李 waited {session['queue_seconds']:g} s and is in {mine} with Tom"
        )

    async def _jerry_helps(self) -> str:
        session_id = self._on.chat(WANG).session_id
        await self._on.says(WANG, "麻烦您了，订单号 20261115")
        seen = await self._on.see()
        await self._on.passes(5)
        seen += await self._on.see()
        self._on.expect("Udesk's answers", ["POST /im/messages 1000"], answers_in(seen, WANG))
        self._on.expect(
            "what was pushed to 小王",
            [
                (session_id, "read", f"{WANG}-5 {WANG}-6"),
                (session_id, "message", "订单 20261115 已登记换货，明天寄出"),
            ],
            pushed_in(seen, WANG),
        )
        return "Jerry has read what 小王 told Tom last, too"

    async def _jerry_closes(self) -> str:
        session_id = self._on.chat(WANG).session_id
        self._on.app.ratings[WANG] = ("非常满意", "换货很快")
        await self._on.says(WANG, "太好了，谢谢！")
        seen = await self._on.see()
        await self._on.passes(2)
        seen += await self._on.see()
        self._on.expect(
            "Udesk's answers", ["POST /im/messages 1000", "POST /im/sessions/survey 1000"], answers_in(seen, WANG)
        )
        self._on.expect("what was pushed to 小王", [(session_id, "close", "会话关闭")], pushed_in(seen, WANG))
        await self._on.is_rated(WANG, session_id, seen)
        return f"session {session_id} is closed, and rated 非常满意"

    async def _li_leaves(self) -> str:
        session_id = self._on.chat(LI).session_id
        self._on.app.ratings[LI] = ("满意", "")
        seen = await self._on.see()
        await self._on.says(LI, "好的，明白了")
        await self._on.app.leaves(LI)
        seen += await self._on.see()
        answers = ["POST /im/messages 1000", f"DELETE /im/sessions/{session_id} 1000", "POST /im/sessions/survey 1000"]
        self._on.expect("Udesk's answers", answers, answers_in(seen, LI))
        self._on.expect(
            "what was pushed to 小李",
            [
                (session_id, "read", f"{LI}-2"),
                (session_id, "message", "小李，让您久等了，七天内都可以退"),
                (session_id, "close", "会话关闭"),
            ],
            pushed_in(seen, LI),
        )
        await self._on.is_rated(LI, session_id, seen)
        return f"session {session_id} is closed by 小李, and rated 满意"

    async def _records_have_it(self) -> str:
        told = self._on.told[WANG]
        rows = await self._on.app.reads_back(WANG, self._on.began, self._on.now)
        seen = await self._on.see()
        sessions = list(dict.fromkeys(session for session, *_ in told))
        self._on.expect(
            "Udesk's answers",
            ["GET /im/sessions/search 0", *["GET /im/sessions/log 0"] * len(sessions)],
            answers_in(seen, WANG),
        )
        self._on.expect("what the records have of 小王", told, [row for row in rows if row[2] in ("message", "image")])
        kinds = [kind for _, _, kind, _ in rows if kind not in ("message", "image")]
        self._on.expect(
            "the events between", ["robot_transfer", "start_session", "close", "transfer", "close", "survey"], kinds
        )
        return f"{len(sessions)} sessions, {len(rows)} lines: word for word what was said, in its order"

    async def _nothing_is_left(self) -> str:
        deliveries = await self._on.operator.call("GET", "/deliveries")
        left = [f"{row['id']} {row['state']}" for row in deliveries["deliveries"] if row["state"] != "delivered"]
        self._on.expect("pushes that were not delivered", [], left)
        problems = await self._on.operator.call("GET", "/problems")
        self._on.expect("problems", [], [f"{row['kind']}: {row['text']}" for row in problems["problems"]])
        sessions = await self._on.operator.call("GET", "/sessions?status=open")
        self._on.expect("open sessions", [], [row["id"] for row in sessions["sessions"]])
        scenario = await self._on.operator.call("GET", "/scenario")
        self._on.expect("rules of the file that never ran", [], scenario["unused"]["rules"])
        return (
            f"{self._on.calls} calls, {self._on.pushes} pushes: all answered, all delivered, no problem, no rule unused"
        )

    def _failed(self, number: int, title: str, what: str, expected: object, seen: object) -> None:
        self._on.shown()
        self._on.page.failed(f"step {number} ({title}): {what}", expected, seen)
