"""A customer's app: it asks, it says, it keeps what was pushed to it, and when that was on the company's clock."""

from typing import Any

from ..integrator import Answer, Udesk

WELCOME = "您好,有什么可以帮助您?"
# When it was pushed, what it is, what it says.
Told = tuple[str, str, str]


class App:
    """The integrator's side of the default company, for as many customers as speak."""

    def __init__(self, udesk: Udesk) -> None:
        self.udesk = udesk
        self._said = 0

    async def ask(self, customer_token: str = "c-1", **more: Any) -> Any:
        """Asks for an agent; the answer's body."""
        ask = {"customer_token": customer_token, "assign_type": "agent", **more}
        return (await self.udesk.call("POST", "/im/sessions", json=ask)).body

    async def say(
        self, content: str, customer_token: str = "c-1", *, to: int | None = None, type_: str = "message", **more: Any
    ) -> str:
        """Says something in the session that the customer was pushed to last, or to a robot, a queue, a leave message (`to`); its id."""
        self._said += 1
        message_id = f"m-{self._said}"
        message = {
            "customer_token": customer_token,
            "im_sub_session_id": await self.session_id(customer_token) if to is None else to,
            "message_id": message_id,
            "type": type_,
            "data": {"content": content},
            **more,
        }
        answer = await self.udesk.call("POST", "/im/messages", json=message)
        assert answer.body == {"code": 1000}, answer.raw
        return message_id

    async def rate(self, session_id: int, option_id: int, remark: str = "") -> None:
        """Rates a session."""
        survey = {"im_sub_session_id": session_id, "option_id": option_id, "remark": remark}
        answer = await self.udesk.call("POST", "/im/sessions/survey", json=survey)
        assert answer.body["code"] == 1000, answer.raw

    async def session_id(self, customer_token: str = "c-1") -> int:
        """The session of the latest push to the customer, as an app knows it."""
        number: int = (await self.rows(customer_token))[-1]["im_sub_session_id"]
        return number

    async def rows(self, customer_token: str = "c-1") -> list[dict[str, Any]]:
        """Every message that agents and the service have pushed to the customer so far, whole."""
        return [
            row
            for body in await self.udesk.pushes()
            if body.get("customer_token") == customer_token and body["assign_type"] == "agent"
            for row in body["messages"]
        ]

    async def told(self, customer_token: str = "c-1") -> list[Told]:
        """The same in short: time, type, content."""
        rows = await self.rows(customer_token)
        return [(row["message_created_at"][9:], row["type"], row["data"]["content"]) for row in rows]

    async def read(self) -> list[list[str]]:
        """The ids in each push that says what agents have read."""
        return [body["message_ids"] for body in await self.udesk.pushes() if "message_ids" in body]

    async def customer(self, customer_token: str = "c-1") -> Any:
        """The customer as the operator sees them."""
        (row,) = (await self.udesk.operator("GET", f"/customers?customer_token={customer_token}")).body["customers"]
        return row

    async def status(self, customer_token: str = "c-1") -> tuple[str, int]:
        """排队中, 会话中, …, and the place in the queue."""
        answer = await self.udesk.call("GET", "/im/queue_status", query={"customer_token": customer_token})
        return answer.body["status"], answer.body["count"]

    async def advance(self, seconds: float) -> None:
        """Lets time pass, with all that is due."""
        await self.udesk.advance(seconds)

    async def call(self, method: str, path: str, **more: Any) -> Answer:
        """Any other call."""
        return await self.udesk.call(method, path, json=more)


def queued(place: int, queue: str = "queue:company:1") -> dict[str, Any]:
    """The whole answer to who has to wait. Doc: im-api-v2 §排队返回."""
    return {
        "code": 2001,
        "message": f"当前客服正繁忙,您排在第{place}位。",
        "assign_type": "agent",
        "assign_info": {"count": place, "queue": queue},
    }


NOBODY: dict[str, Any] = {
    "code": 2002,
    "message": "当前没有客服在线",
    "assign_type": "agent",
    "assign_info": {"count": 0},
}


def begun(at: str, welcome: str = WELCOME) -> list[Told]:
    """What is pushed when a session starts; without a welcome there is none."""
    return [(at, "start_session", "对话开始"), *([(at, "message", welcome)] if welcome else [])]


def handed_over(at: str, name: str) -> list[Told]:
    """What is pushed when somebody else takes a session over."""
    return [(at, "transfer", "会话转接"), (at, "message", f"会话转接成功,客服{name}为您服务")]


def closed(at: str) -> Told:
    """What is pushed when a session is closed."""
    return at, "close", "会话关闭"
