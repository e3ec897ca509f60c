"""The part of the play in which 小王 talks to the robot."""

from .seen import answered_in, answers_in
from .staging import NAMES, WANG, Staging

# What the robots of a new company know, and a way through their flow 退换货.
QUESTION = "耳机没有声音?"
SILENT, WARRANTY = "耳机没声音怎么办", "耳机保修多久"
FLOW = ("我想换货", "耳机坏了", "没有声音")


class RobotSteps:
    """Each step replies with what it has shown. Raises StepFailed."""

    def __init__(self, staging: Staging) -> None:
        self._on = staging

    async def greets(self) -> str:
        """小王 opens the chat. Doc: §机器人返回."""
        self._on.page.customer_does(self._on.at, WANG, "打开聊天窗口")
        greeting = await self._on.app.opens(WANG, NAMES[WANG], "urobot")
        seen = await self._on.see()
        self._on.expect(
            "Udesk's answers",
            ["POST /customers 1000", "GET /im/urobots 1000", "POST /im/sessions 1000"],
            answers_in(seen, WANG),
        )
        titles = [option["question"] for heading in greeting["topAsk"] for option in heading["optionsList"]]
        self._on.expect("whether 没声音 is a frequent question", True, SILENT in titles)
        return f"“{greeting['helloWord']}” and {len(titles)} frequent questions; the robot's session is {greeting['sessionId']}"

    async def answers(self) -> str:
        """A question, and one that is suggested. Doc: §回复消息通知, §用户点击行为接口, §问题评价(仅限urobot使用)."""
        await self._on.says(WANG, QUESTION)
        seen = await self._on.see()
        self._on.page.customer_does(self._on.at, WANG, f"点“{WARRANTY}”, 觉得有用")
        await self._on.app.taps(WANG, WARRANTY)
        seen += await self._on.see()
        await self._on.app.likes(WANG)
        seen += await self._on.see()
        self._on.expect(
            "Udesk's answers",
            ["POST /im/messages 1000", "POST /im/messages/hit 1000", "POST /im/messages/answer_survey 1000"],
            answers_in(seen, WANG),
        )
        # ansType 2: an answer with suggestions.
        self._on.expect("what the robot answered", [(2, SILENT), (2, WARRANTY)], answered_in(seen, WANG))
        return "a similar phrasing was understood, and what was suggested can be asked with one tap"

    async def walks_a_flow(self) -> str:
        """From page to page. Doc: §流程问题接口."""
        await self._on.says(WANG, "退换货")
        seen = await self._on.see()
        for item in FLOW:
            self._on.page.customer_does(self._on.at, WANG, f"点“{item}”")
            await self._on.app.taps(WANG, item)
            seen += await self._on.see()
        answers = ["POST /im/messages 1000", *["POST /im/messages/flow 1000"] * 2, "POST /im/messages/hit 1000"]
        self._on.expect("Udesk's answers", answers, answers_in(seen, WANG))
        titles = [(1, "退换货"), (1, "换货步骤"), (1, "耳机哪里坏了"), (2, SILENT)]
        self._on.expect("what the robot answered", titles, answered_in(seen, WANG))
        return "each page of the flow came as flowContent; its last item is a question, which was answered"

    async def does_not_know(self) -> str:
        """A question that nothing fits. Doc: §回复消息通知, ansType 6."""
        await self._on.says(WANG, "左边那只掉进汤里了")
        seen = await self._on.see()
        self._on.expect("Udesk's answers", ["POST /im/messages 1000"], answers_in(seen, WANG))
        # ansType 6: 未知说辞.
        self._on.expect("what the robot answered", [(6, "左边那只掉进汤里了")], answered_in(seen, WANG))
        return "ansType 6; nobody is called: to ask for a person is the app's part"
