"""A conversation that templates look at, and short names for rendering and being refused."""

from typing import Any

import pytest

from mock_udesk.desk.happenings import Happening
from mock_udesk.desk.play.rendering import Heard, TextError, View
from mock_udesk.desk.records import Agent, AgentStatus, Cellphone, Customer, Origin, Session
from mock_udesk.scenario.templates import Templates
from tests import NOW

TEXTS = Templates()
HEARD = Heard(
    kind=Happening.MESSAGE,
    text="我要退款",
    facts={"message_id": "m-1", "type": "message", "data": {"content": "我要退款", "size": 3}},
)
CUSTOMER = Customer(
    id=5,
    nick_name="小王",
    created_at=NOW,
    updated_at=NOW,
    token="c-1",
    level="vip",
    cellphones=[Cellphone(id=1, content="13800138000")],
    tags=["新客", "深圳"],
    custom_fields={"TextField_1": "甲"},
)
AGENT = Agent(id=3, name="Tom", group_ids=[11], status=AgentStatus.BUSY, capacity=2)
SESSION = Session(
    id=9, stay_id=1, customer_id=5, agent_id=3, created_at=NOW, origin=Origin(session_key="k", channel="web")
)
VARIABLES = {"n": 2, "name": "order", "list": [1, 2, 3], "none": None, "big": "x" * 60_000}
VIEW = View(now=NOW, heard=HEARD, seed="demo 9", customer=CUSTOMER, session=SESSION, agent=AGENT, variables=VARIABLES)
ALONE = View(now=NOW, heard=HEARD, seed="demo")


def text(template: str, view: View = VIEW) -> str:
    return TEXTS.text(template, view)


def value(template: Any, view: View = VIEW) -> Any:
    return TEXTS.value(template, view)


def holds(expression: str, view: View = VIEW) -> bool:
    return TEXTS.holds(expression, view)


def refused(template: str, view: View = VIEW) -> tuple[str, str]:
    """The expression and the reason of the refusal."""
    with pytest.raises(TextError) as caught:
        TEXTS.text(template, view)
    return caught.value.expression, caught.value.reason
