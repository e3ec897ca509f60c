"""Structured messages: what an app sends to a customer in an agent's name. Doc: im-api-v2 §发送 IM 结构化消息; ruling 24."""

from dataclasses import replace
from datetime import datetime

import pytest

from mock_udesk.desk.commands import (
    AskForAgent,
    Assigned,
    CreateCustomer,
    DestroyCustomer,
    ReadAgentMessages,
    SendStruct,
    SetOnline,
    TransferSession,
)
from mock_udesk.desk.desk import Desk
from mock_udesk.desk.effects import Outcome, PushMessages, PushRead
from mock_udesk.desk.happenings import Happening
from mock_udesk.desk.records import Message, Sender, Session
from mock_udesk.desk.state import Policy
from tests import NOW
from tests.desk.sample import ANY_ID, JERRY, TOM, a_desk, close, happened, later, pushes, refused, say, start

DATA = {
    "title": "测试API发送结构化消息",
    "description": "该消息来自API",
    "img_url": "https://www.udesk.cn/images/index/banner01.jpg",
    "buttons": [
        {"type": "link", "text": "访问", "value": "https://www.udesk.cn"},
        {"type": "sdk_callback", "callback_name": "sdk_callback", "text": "回调按钮", "value": "v1"},
    ],
}
NO_SESSION = (2062, "找不到会话或会话已关闭")


def web_session(desk: Desk, token: str = "w-1") -> Session:
    """A customer of the web talks to Tom; they have no token of the API."""
    answer = desk.handle(AskForAgent(web_token=token, agent_id=TOM), NOW).reply
    assert isinstance(answer, Assigned)
    return answer.session


def struct(session: Session) -> SendStruct:
    """The document's example for a session, named rightly."""
    return SendStruct(session_id=session.id, customer_id=session.customer_id, agent_id=session.agent_id, data=DATA)


def send(desk: Desk, session: Session, at: datetime = NOW) -> Outcome[Message]:
    """Sends it, which must go well."""
    return desk.handle(struct(session), at)


# -- what is sent ----------------------------------------------------------------------------------------------------------


def test_struct_is_the_agents_message_of_type_struct() -> None:
    """该接口用于通过 IM 向客户发送结构化消息; type: struct. Doc: im-api-v2 §发送 IM 结构化消息, §消息内容详情."""
    desk = a_desk()
    session = web_session(desk)

    message = send(desk, session, later(5)).reply

    assert message == Message(
        id=ANY_ID, sender=Sender.AGENT, type="struct", data=DATA, created_at=later(5), agent_id=TOM
    )
    assert session.messages[-1] == message


def test_struct_is_pushed_and_told_as_the_agents_message() -> None:
    """One happening agent_message and one push; which URL gets it the company decides by settings. Ruling 24; DESIGN."""
    desk = a_desk()
    session = web_session(desk)

    outcome = send(desk, session, later(5))

    (told,) = happened(outcome.effects, Happening.AGENT_MESSAGE)
    assert (told.session_id, told.customer_id, told.stay_id, told.agent_id, told.facts) == (
        session.id,
        session.customer_id,
        session.stay_id,
        TOM,
        {"message_id": outcome.reply.id, "type": "struct", "data": DATA},
    )
    assert outcome.effects[1:] == (
        PushMessages(at=later(5), customer_id=session.customer_id, session_id=session.id, messages=(outcome.reply,)),
    )


def test_struct_does_not_imply_that_the_agent_has_read() -> None:
    """A reply does not imply that the agent has read. Ruling 17."""
    desk = a_desk(policy=Policy(struct_to_api_customers=True))
    session = start(desk, "c-1", agent_id=TOM)
    say(desk, session, "m-1")

    outcome = send(desk, session)

    assert session.unread_by_agent == ["m-1"]
    assert not [effect for effect in outcome.effects if isinstance(effect, PushRead)]


# -- unread ----------------------------------------------------------------------------------------------------------------


def test_struct_counts_as_unread_of_a_customer_who_is_away() -> None:
    """`unread_customer_offline` counts agent messages pushed while the customer was offline. Ruling 23."""
    desk = a_desk(policy=Policy(struct_to_api_customers=True))
    session = start(desk, "c-1", agent_id=TOM)
    send(desk, session)
    desk.handle(SetOnline("c-1", is_online=False), later(1))

    missed = send(desk, session, later(2)).reply

    assert desk.offline_unread(session) == [(session, missed)]


def test_struct_that_is_not_pushed_is_missed_by_nobody() -> None:
    """Without the setting the receive URL gets no struct. Rulings 23 and 24: as with an invitation that isn't pushed."""
    desk = a_desk()
    desk.handle(CreateCustomer({"token": "c-1", "sdk_token": "s-1", "is_online": False}), NOW)
    session = start(desk, "c-1", agent_id=TOM)

    message = send(desk, session).reply

    assert message in session.messages
    assert (desk.offline_unread(session), session.unread_by_customer) == ([], {})


def test_missed_struct_counts_on_after_a_transfer_and_may_be_read_then() -> None:
    """As any message of an agent: `read_messages` under the new id. Ruling 23."""
    desk = a_desk(policy=Policy(struct_to_api_customers=True))
    session = start(desk, "c-1", agent_id=TOM)
    desk.handle(SetOnline("c-1", is_online=False), later(1))
    missed = send(desk, session, later(2)).reply
    new = desk.handle(TransferSession(session_id=session.id, agent_id=JERRY), later(3)).reply

    before = desk.offline_unread(new)
    read = desk.handle(ReadAgentMessages(new.id, (missed.id,)), later(4)).reply

    assert (before, read, desk.offline_unread(new)) == ([(session, missed)], (missed.id,), [])


# -- who may get one -------------------------------------------------------------------------------------------------------


def test_struct_to_a_customer_made_by_the_api_is_refused() -> None:
    """通过API创建的客户不能用于这个接口. Doc: im-api-v2 §发送 IM 结构化消息; ruling 24: 2000."""
    desk = a_desk()
    session = start(desk, "c-1", agent_id=TOM)

    assert refused(desk, struct(session)) == (2000, "通过API创建的客户不能用于这个接口")


def test_struct_to_a_customer_made_by_the_api_is_sent_when_so_set() -> None:
    """Setting to allow, then pushed as type `struct`. Ruling 24."""
    desk = a_desk(policy=Policy(struct_to_api_customers=True))
    session = start(desk, "c-1", agent_id=TOM)

    assert pushes(send(desk, session).effects) == [(session.id, [("struct", DATA)])]


@pytest.mark.parametrize("is_made_by_api", [False, True])
def test_a_token_of_the_api_is_not_what_refuses(is_made_by_api: bool) -> None:
    """Who was made by the API counts, not who has a token: a web customer may have one too. Ruling 24."""
    desk = a_desk()
    desk.handle(CreateCustomer({"token": "c-1", "web_token": "w-1", "is_made_by_api": is_made_by_api}), NOW)
    session = start(desk, "c-1", agent_id=TOM)

    if is_made_by_api:
        assert refused(desk, struct(session))[0] == 2000
    else:
        assert pushes(send(desk, session).effects) == [(session.id, [("struct", DATA)])]


# -- what it must name -----------------------------------------------------------------------------------------------------


def test_struct_into_an_unknown_session_is_refused() -> None:
    """Raises NO_SESSION. commands.py, SendStruct."""
    desk = a_desk()
    session = web_session(desk)

    assert refused(desk, replace(struct(session), session_id=4711)) == NO_SESSION


def test_struct_into_a_closed_session_is_refused() -> None:
    """Raises NO_SESSION. commands.py, SendStruct."""
    desk = a_desk()
    session = web_session(desk)
    close(desk, session)

    assert refused(desk, struct(session)) == NO_SESSION


def test_struct_to_a_removed_customer_is_refused() -> None:
    """Their sessions are closed with them. commands.py, DestroyCustomer."""
    desk = a_desk()
    session = web_session(desk)
    desk.handle(DestroyCustomer(session.customer_id), NOW)

    assert refused(desk, struct(session)) == NO_SESSION


def test_struct_to_an_unknown_customer_is_refused() -> None:
    """Raises NOT_FOUND. commands.py, SendStruct."""
    desk = a_desk()
    session = web_session(desk)

    assert refused(desk, replace(struct(session), customer_id=4711)) == (2015, "资源不存在")


def test_struct_from_an_unknown_agent_is_refused() -> None:
    """Raises NO_AGENT. commands.py, SendStruct; ruling 8."""
    desk = a_desk()
    session = web_session(desk)

    assert refused(desk, replace(struct(session), agent_id=4711)) == (5050, "客服不存在")


def test_struct_to_somebody_elses_session_is_refused() -> None:
    """Raises NO_SESSION: not of this customer. commands.py, SendStruct."""
    desk = a_desk()
    session, other = web_session(desk), web_session(desk, "w-2")

    assert refused(desk, replace(struct(session), customer_id=other.customer_id)) == NO_SESSION


def test_struct_in_another_agents_name_is_refused() -> None:
    """Raises NO_SESSION: not of this agent. commands.py, SendStruct."""
    desk = a_desk()
    session = web_session(desk)

    assert refused(desk, replace(struct(session), agent_id=JERRY)) == NO_SESSION


def test_after_a_transfer_the_new_session_and_agent_are_to_be_named() -> None:
    """Transfer: a new session id; the old one is closed. Ruling 12."""
    desk = a_desk()
    old = web_session(desk)
    new = desk.handle(TransferSession(session_id=old.id, agent_id=JERRY), later(1)).reply

    assert refused(desk, struct(old)) == NO_SESSION
    assert refused(desk, replace(struct(new), agent_id=TOM)) == NO_SESSION
    assert send(desk, new).reply.agent_id == JERRY
