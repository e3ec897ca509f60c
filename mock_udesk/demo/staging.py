"""What the steps of the play are made of: what people do, what is seen of it on the wire, and whether it is what was promised."""

from ..sample_app import Call, Chat, Received, SampleApp, Traffic
from .operator import Operator
from .page import Page
from .seen import StepFailed, phase, pushed_in, survey_in

NAMES = {"wang": "小王", "li": "小李"}
WANG, LI = NAMES
TOM = 3


class Staging:
    """The app, the agents' side and the page. `traffic` is where the app puts all that it calls and receives."""

    def __init__(self, app: SampleApp, operator: Operator, page: Page, traffic: list[Traffic]) -> None:
        self.app = app
        self.operator = operator
        self.page = page
        # The company's time of day, and the moments it began and is, as Udesk writes them.
        self.at = ""
        self.began = ""
        self.now = ""
        # What each customer and their agents said, in order: session, who, type, content.
        self.told: dict[str, list[tuple[object, str, object, object]]] = {}
        self.calls = 0
        self.pushes = 0
        self._traffic = traffic

    async def passes(self, seconds: float) -> None:
        """Time passes, and all that is due happens."""
        clock = await self.operator.call("POST", "/clock/advance", {"seconds": seconds})
        self.now = clock["now"][:19].replace("T", " ")
        self.began = self.began or self.now
        self.at = self.now[11:]

    async def says(self, token: str, text: str) -> None:
        """A customer types something into the app."""
        self.page.customer_says(self.at, token, text)
        await self.app.says(token, text)
        session_id = self.chat(token).session_id
        if session_id is not None:
            self.told.setdefault(token, []).append((session_id, "customer", "message", text))

    async def is_rated(self, token: str, session_id: int | None, seen: list[Traffic]) -> None:
        """What the customer tapped on the survey that came with the close has reached Udesk."""
        tapped, remark = self.app.ratings[token]
        options = survey_in(seen, token)["options"]
        expected = {"option_id": next(row["id"] for row in options if row["text"] == tapped), "remark": remark}
        session = await self.operator.call("GET", f"/sessions/{session_id}")
        survey = session["survey"] or {}
        self.expect("the rating at Udesk", expected, {name: survey.get(name) for name in expected})
        self.expect("the session's state", ("closed", "normal"), (session["state"], session["close_type"]))

    async def see(self) -> list[Traffic]:
        """All that has gone over the wire since the last time, shown once everything is still."""
        try:
            await self.operator.settle()
            await self.app.idle()
            await self.operator.settle()
        finally:
            seen = self.shown()
        return seen

    def shown(self) -> list[Traffic]:
        """Shows all that has gone over the wire since the last time."""
        # Pushes to different customers run side by side: told customer by customer, the story is the same each time.
        order = list(self.app.chats)
        seen = sorted(self._traffic, key=lambda item: (order.index(item.customer), phase(item)))
        self._traffic.clear()
        for item in seen:
            self.page.traffic(self.at, item)
            if isinstance(item, Received):
                rows = [row for row in pushed_in([item], item.customer) if row[1] in ("message", "image")]
                self.told.setdefault(item.customer, []).extend(
                    (session, "agent", kind, text) for session, kind, text in rows
                )
        self.calls += sum(isinstance(item, Call) for item in seen)
        self.pushes += sum(isinstance(item, Received) for item in seen)
        return seen

    def chat(self, token: str) -> Chat:
        """What the app knows of a customer's conversation."""
        return self.app.chats[token]

    def expect(self, what: str, expected: object, seen: object) -> None:
        """Raises StepFailed unless the two are equal."""
        if expected != seen:
            raise StepFailed(what, expected, seen)
