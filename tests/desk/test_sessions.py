"""Asking for somebody and getting a session at once."""

import pytest

from mock_udesk.desk.commands import AskForAgent, Assigned, CloseByCustomer, NobodyOnline
from mock_udesk.desk.effects import PushMessages
from mock_udesk.desk.happenings import Happening
from mock_udesk.desk.records import AgentStatus, Message, Origin, Sender, Session, Target
from mock_udesk.desk.staff_commands import ChangeAgent
from tests import NOW
from tests.desk.sample import (
    AFTER_SALES,
    ANY_ID,
    ANYBODY,
    GROUPS,
    JERRY,
    TOM,
    TOMS,
    a_desk,
    ask,
    close,
    customer_id,
    happened,
    later,
    pushes,
    refused,
    start,
    toms_desk,
)


def test_first_session_of_a_company_is_1001() -> None:
    """A customer who finds an agent gets a session at once. Doc: im-api-v2 §请求客服返回; ruling 6 (first session 1001)."""
    desk = a_desk()

    answer = ask(desk, "c-1", agent_id=TOM)

    assert isinstance(answer, Assigned)
    assert answer.is_new
    assert answer.session == Session(
        id=1001,
        stay_id=1,
        customer_id=1,
        agent_id=TOM,
        created_at=NOW,
        messages=answer.session.messages,
        unread_by_customer=answer.session.unread_by_customer,
    )


def test_asking_again_returns_the_open_session() -> None:
    """One open agent session per customer: asking again returns it and nothing happens. Ruling 7."""
    desk = a_desk()
    session = start(desk, "c-1")

    outcome = desk.handle(AskForAgent(customer_token="c-1"), later(1))

    assert (outcome.reply, outcome.effects) == (Assigned(session, False), ())


@pytest.mark.parametrize(("agent_id", "group_id"), [(JERRY, None), (None, AFTER_SALES)])
def test_open_session_is_returned_whoever_is_asked_for(agent_id: int | None, group_id: int | None) -> None:
    """Asking for somebody else while a session is open returns the open one. Ruling 7."""
    desk = a_desk()
    session = start(desk, "c-1", agent_id=TOM)

    answer = ask(desk, "c-1", agent_id=agent_id, group_id=group_id, at=later(1))

    assert answer == Assigned(session, False)


def test_after_the_close_a_new_session_is_made() -> None:
    """Only an open session is returned; after the close there is a new one. Ruling 7."""
    desk = a_desk()
    first = start(desk, "c-1")
    close(desk, first)

    second = start(desk, "c-1", at=later(1))

    assert (first.id, second.id) == (1001, 1002)


def test_sessions_of_two_customers_have_ids_in_turn() -> None:
    """Ids are counters. Ruling 6, DESIGN."""
    desk = a_desk()

    ids = [start(desk, token).id for token in ("c-1", "c-2", "c-3")]

    assert ids == [1001, 1002, 1003]


def test_agent_id_wins_over_group_id() -> None:
    """Doc: im-api-v2 §创建会话: agent_id 指定分配的客服id,如果指定忽略 assign_type 和 group_id."""
    desk = a_desk()

    session = start(desk, "c-1", agent_id=TOM, group_id=AFTER_SALES)

    assert session.agent_id == TOM


def test_unknown_agent_is_refused_with_5050() -> None:
    """`agent_id` unknown: 5050 客服不存在, and no customer is made. Ruling 8."""
    desk = a_desk()

    answer = refused(desk, AskForAgent(customer_token="c-1", agent_id=99))

    assert answer == (5050, "客服不存在")


def test_unknown_group_is_refused_with_5060() -> None:
    """`group_id` unknown: 5060 客服组不存在, and no customer is made. Ruling 8."""
    desk = a_desk()

    answer = refused(desk, AskForAgent(customer_token="c-1", group_id=99))

    assert answer == (5060, "客服组不存在")


def test_what_the_customer_brought_along_is_kept() -> None:
    """`channel`, `robot_role_id`, `app_id` are kept and shown. Ruling 18; Doc: im-api-v2 §创建会话."""
    desk = a_desk()

    answer = desk.handle(
        AskForAgent(
            customer_token="c-1",
            origin=Origin(
                channel="小程序", robot_role_id="7", jid_resource="12dsafdaslj129das", im_web_plugin_id=16, app_id=5
            ),
        ),
        NOW,
    ).reply

    assert isinstance(answer, Assigned)
    session = answer.session
    assert (
        session.origin.channel,
        session.origin.robot_role_id,
        session.origin.jid_resource,
        session.origin.im_web_plugin_id,
        session.origin.app_id,
    ) == ("小程序", "7", "12dsafdaslj129das", 16, 5)


def test_start_pushes_start_session_and_welcome_in_one_post() -> None:
    """A session that starts pushes [start_session, message (welcome)]. Doc: im-api-v2 §消息内容详情: 通常为数组推送,后面有欢迎语; ruling 11."""
    desk = a_desk()
    desk.handle(ChangeAgent(TOM, {"welcome": "您好,有什么可以帮助您?"}), NOW)

    outcome = desk.handle(AskForAgent(customer_token="c-1", agent_id=TOM), later(1))

    assert [effect for effect in outcome.effects if isinstance(effect, PushMessages)] == [
        PushMessages(
            at=later(1),
            customer_id=1,
            session_id=1001,
            messages=(
                Message(
                    id=ANY_ID,
                    sender=Sender.SYSTEM,
                    type="start_session",
                    data={"content": "对话开始"},
                    created_at=later(1),
                    agent_id=TOM,
                ),
                Message(
                    id=ANY_ID,
                    sender=Sender.AGENT,
                    type="message",
                    data={"content": "您好,有什么可以帮助您?"},
                    created_at=later(1),
                    agent_id=TOM,
                    is_welcome=True,
                ),
            ),
        )
    ]


def test_agent_without_welcome_pushes_start_session_alone() -> None:
    """The welcome is left out if the agent's welcome is empty. DESIGN; ruling 11."""
    desk = a_desk()

    outcome = desk.handle(AskForAgent(customer_token="c-1", agent_id=TOM), NOW)

    assert pushes(outcome.effects) == [(1001, [("start_session", {"content": "对话开始"})])]


def test_message_ids_end_in_the_milliseconds_of_their_moment() -> None:
    """`message_id`: `udesk_<n><13 digits of ms>`. Ruling 20; contract §5.2: the form seen on the live service."""
    desk = a_desk()

    outcome = desk.handle(AskForAgent(customer_token="c-1"), later(1.25))

    ids = [m.id for effect in outcome.effects if isinstance(effect, PushMessages) for m in effect.messages]
    assert ids == [ANY_ID]
    assert int(ids[0][-13:]) == int(later(1.25).timestamp() * 1000)


def test_message_ids_of_one_moment_differ() -> None:
    """A message id is unique: receivers tell repeats apart by it. Contract §5.1."""
    desk = a_desk()

    messages = [message for token in ("c-1", "c-2", "c-3") for message in start(desk, token).messages]

    assert len({message.id for message in messages}) == len(messages) == 3


def test_start_is_told_once() -> None:
    """A session that starts is one happening with its agent. DESIGN, effects.py."""
    desk = a_desk()

    effects = desk.handle(AskForAgent(customer_token="c-1", agent_id=TOM), NOW).effects

    started = happened(effects, Happening.SESSION_STARTED)
    assert [(one.at, one.customer_id, one.session_id, one.agent_id) for one in started] == [(NOW, 1, 1001, TOM)]


def test_open_sessions_of_an_agent_are_counted() -> None:
    """`im_session_num` is the number of open sessions. Doc: im-api-v2 §查询客服状态: 当前接待人数."""
    desk = a_desk()
    first, second, _ = (start(desk, token, agent_id=TOM) for token in ("c-1", "c-2", "c-3"))
    close(desk, first)

    counts = {agent_id: desk.open_sessions(agent_id) for agent_id in (TOM, JERRY)}

    assert counts == {TOM: 2, JERRY: 0}
    assert second in desk.sessions_with(TOM)


def test_sessions_with_an_agent_are_the_open_ones() -> None:
    """`sessions_with` lists open sessions only. DESIGN."""
    desk = a_desk()
    sessions = [start(desk, token, agent_id=TOM) for token in ("c-1", "c-2", "c-3")]
    close(desk, sessions[1])

    assert desk.sessions_with(TOM) == [sessions[0], sessions[2]]


def test_sessions_of_a_customer_are_all_of_them() -> None:
    """`sessions_of` lists open and closed ones in the order of their creation. DESIGN."""
    desk = a_desk()
    first = start(desk, "c-1")
    close(desk, first)
    start(desk, "c-2")
    second = start(desk, "c-1")

    assert desk.sessions_of(customer_id(desk, "c-1")) == [first, second]


def test_everybody_offline_answers_nobody_online() -> None:
    """Everybody offline: 2002 当前没有客服在线, and no place is given. Doc: im-api-v2 §客服不在线; ruling 8."""
    desk = toms_desk()
    desk.handle(ChangeAgent(TOM, {"status": AgentStatus.OFFLINE}), NOW)

    answer = ask(desk, "c-1")

    assert isinstance(answer, NobodyOnline)
    assert answer.target == ANYBODY
    assert desk.stay_of(customer_id(desk, "c-1")) is None


def test_offline_agent_answers_nobody_online_while_others_are_there() -> None:
    """The asked-for agent is offline: 2002, whoever else is online. Ruling 8."""
    desk = a_desk()
    desk.handle(ChangeAgent(TOM, {"status": AgentStatus.OFFLINE}), NOW)

    answer = ask(desk, "c-1", agent_id=TOM)

    assert answer == NobodyOnline(TOMS, "Tom is offline")


def test_offline_group_answers_nobody_online() -> None:
    """Everybody of the asked-for group is offline: 2002. Ruling 8."""
    desk = toms_desk()

    answer = ask(desk, "c-1", group_id=AFTER_SALES)

    assert answer == NobodyOnline(GROUPS, "everybody of 售后 is offline")


def test_group_without_members_answers_nobody_online() -> None:
    """A group nobody belongs to has nobody online: 2002. Ruling 8."""
    desk = a_desk()
    desk.handle(ChangeAgent(JERRY, {"group_ids": []}), NOW)

    answer = ask(desk, "c-1", group_id=AFTER_SALES)

    assert isinstance(answer, NobodyOnline)
    assert answer.target == Target("group", AFTER_SALES)


def test_customer_who_closed_can_ask_for_somebody_else() -> None:
    """After the customer's own close whoever is asked for is taken. Ruling 7."""
    desk = a_desk()
    first = start(desk, "c-1", agent_id=TOM)
    desk.handle(CloseByCustomer(first.id), NOW)

    second = start(desk, "c-1", agent_id=JERRY, at=later(1))

    assert (second.agent_id, second.customer_id) == (JERRY, first.customer_id)
