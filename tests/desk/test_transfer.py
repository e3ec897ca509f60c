"""Handing a session over to another agent. Ruling 12."""

from mock_udesk.desk.commands import (
    AgentSays,
    AskForAgent,
    Assigned,
    DestroySessions,
    ReadAgentMessages,
    ReadCustomerMessages,
    SendMessage,
    SetOnline,
    TransferSession,
)
from mock_udesk.desk.desk import Desk
from mock_udesk.desk.happenings import Happening
from mock_udesk.desk.records import AgentStatus, Closer, CloseType, Origin, Session
from mock_udesk.desk.staff_commands import AddAgent, ChangeAgent
from mock_udesk.desk.state import Policy
from tests import NOW
from tests.desk.sample import (
    AFTER_SALES,
    JERRY,
    TOM,
    a_desk,
    agents_of,
    ask,
    close,
    customer_id,
    customer_messages,
    from_customer,
    happened,
    join,
    later,
    misused,
    pushes,
    refused,
    say,
    start,
)


def test_transfer_makes_a_new_session_of_the_same_stay() -> None:
    """A transfer has a new session id. Ruling 12; Doc: im-api-v2 §type: 客户需要修改im_sub_session_id 为新的."""
    desk = a_desk()
    old = start(desk, "c-1", agent_id=TOM)

    new = desk.handle(TransferSession(session_id=old.id, agent_id=JERRY), later(5)).reply

    assert (new.id, new.agent_id, new.customer_id, new.stay_id, new.created_at, new.is_open) == (
        1002,
        JERRY,
        old.customer_id,
        old.stay_id,
        later(5),
        True,
    )


def test_the_two_sessions_of_a_transfer_name_each_other() -> None:
    """`transferred_from` and `transferred_to` tie the two. records.py, Session."""
    desk = a_desk()
    old = start(desk, "c-1", agent_id=TOM)

    new = desk.handle(TransferSession(session_id=old.id, agent_id=JERRY), NOW).reply

    assert (old.transferred_from, old.transferred_to, new.transferred_from, new.transferred_to) == (
        None,
        1002,
        1001,
        None,
    )


def test_transfer_closes_the_old_session_with_redirect() -> None:
    """The old session is closed with `redirect`. Ruling 12; Doc: im-api-v2 §回复消息通知: redirect(转接)."""
    desk = a_desk()
    old = start(desk, "c-1", agent_id=TOM)

    desk.handle(TransferSession(session_id=old.id, agent_id=JERRY), later(5))

    assert (old.closed_at, old.close_type, old.closed_by) == (later(5), CloseType.REDIRECT, Closer.TRANSFER)


def test_transfer_is_one_push_with_the_new_id() -> None:
    """One push [transfer, message 会话转接成功,客服X为您服务] with the new id. Ruling 12; Doc: im-api-v2 §消息内容详情, transfer."""
    desk = a_desk()
    old = start(desk, "c-1", agent_id=TOM)

    effects = desk.handle(TransferSession(session_id=old.id, agent_id=JERRY), NOW).effects

    assert pushes(effects) == [
        (
            1002,
            [("transfer", {"content": "会话转接"}), ("message", {"content": "会话转接成功,客服Jerry为您服务"})],
        )
    ]


def test_transfer_message_names_the_agents_nick() -> None:
    """Customers see the nick where there is one. Doc: im-api-v2 §查询客服状态: 用于对客户显示."""
    desk = a_desk()
    desk.handle(ChangeAgent(JERRY, {"nick": "小杰"}), NOW)
    old = start(desk, "c-1", agent_id=TOM)

    effects = desk.handle(TransferSession(session_id=old.id, agent_id=JERRY), NOW).effects

    assert pushes(effects)[0][1][1] == ("message", {"content": "会话转接成功,客服小杰为您服务"})


def test_transfer_message_has_fullwidth_punctuation_when_so_set() -> None:
    """Texts have half-width punctuation, full-width by setting `fullwidth`. Ruling 28."""
    desk = a_desk(policy=Policy(fullwidth=True))
    old = start(desk, "c-1", agent_id=TOM)

    effects = desk.handle(TransferSession(session_id=old.id, agent_id=JERRY), NOW).effects

    assert pushes(effects)[0][1][1] == ("message", {"content": "会话转接成功，客服Jerry为您服务"})


def test_close_of_the_old_session_is_pushed_when_so_set() -> None:
    """The close (redirect) of the old session is pushed only by setting. Ruling 12."""
    desk = a_desk(policy=Policy(push_redirect_close=True))
    old = start(desk, "c-1", agent_id=TOM)

    effects = desk.handle(TransferSession(session_id=old.id, agent_id=JERRY), NOW).effects

    assert sorted(session_id for session_id, _ in pushes(effects)) == [1001, 1002]
    assert (1001, [("close", {"close_type": "redirect", "content": "会话关闭"})]) in pushes(effects)


def test_transfer_is_told_as_a_transfer() -> None:
    """The happening is `transferred`, once. effects.py."""
    desk = a_desk()
    old = start(desk, "c-1", agent_id=TOM)

    effects = desk.handle(TransferSession(session_id=old.id, agent_id=JERRY), NOW).effects

    assert len(happened(effects, Happening.TRANSFERRED)) == 1


def test_transfer_to_a_group_chooses_among_its_members() -> None:
    """To a group the choice is that of ruling 9 among its members."""
    desk = a_desk()
    desk.handle(
        AddAgent({"id": 9, "name": "Ann", "status": AgentStatus.ONLINE, "group_ids": [AFTER_SALES]}),
        NOW,
    )
    start(desk, "c-2", agent_id=JERRY)
    old = start(desk, "c-1", agent_id=TOM)

    new = desk.handle(TransferSession(session_id=old.id, group_id=AFTER_SALES), NOW).reply

    assert new.agent_id == 9


def test_what_the_old_agent_had_not_read_is_unread_for_the_new_one() -> None:
    """What the old agent had not read is handed on as unread to the new session. DESIGN."""
    desk = a_desk()
    old = start(desk, "c-1", agent_id=TOM)
    say(desk, old, "m-1")
    desk.handle(ReadCustomerMessages(old.id), NOW)
    say(desk, old, "m-2")
    say(desk, old, "m-3")

    new = desk.handle(TransferSession(session_id=old.id, agent_id=JERRY), NOW).reply

    assert (old.unread_by_agent, new.unread_by_agent) == ([], ["m-2", "m-3"])
    assert (desk.unread_session_messages(TOM), desk.unread_session_messages(JERRY)) == (0, 2)


def said_offline(desk: Desk, session: Session) -> str:
    """The session's agent says something while the customer is away; its id."""
    desk.handle(SetOnline("c-1", is_online=False), NOW)
    return desk.handle(AgentSays(session_id=session.id, type="message", data={"content": "在吗"}), NOW).reply.id


def unread(desk: Desk, session: Session) -> list[tuple[int, str]]:
    """Session and id of what the customer missed, as asked for under a session."""
    return [(said_in.id, message.id) for said_in, message in desk.offline_unread(session)]


def test_what_the_customer_had_not_read_is_unread_in_the_new_session_too() -> None:
    """As with what the agent had not read; each message stays where it was said. Assumed: a transfer reads nothing. Ruling 23."""
    desk = a_desk()
    first = start(desk, "c-1", agent_id=TOM)
    missed = [said_offline(desk, first), said_offline(desk, first)]
    second = desk.handle(TransferSession(session_id=first.id, agent_id=JERRY), NOW).reply
    third = desk.handle(TransferSession(session_id=second.id, agent_id=TOM), NOW).reply
    missed.append(said_offline(desk, third))

    assert unread(desk, third) == [(1001, missed[0]), (1001, missed[1]), (1003, missed[2])]
    assert unread(desk, first) == [(1001, missed[0]), (1001, missed[1])]


def test_what_was_said_before_a_transfer_is_read_under_the_new_id_or_the_old() -> None:
    """An app goes on under the new id, and may still have the old one. Doc: im-api-v2 §修改客服消息已读状态."""
    desk = a_desk()
    old = start(desk, "c-1", agent_id=TOM)
    first, second, third = (said_offline(desk, old) for _ in range(3))
    new = desk.handle(TransferSession(session_id=old.id, agent_id=JERRY), NOW).reply

    by_new = desk.handle(ReadAgentMessages(new.id, (second, "udesk_0", first)), NOW)
    by_old = desk.handle(ReadAgentMessages(old.id, (third, first)), NOW)

    assert (by_new.reply, by_old.reply, unread(desk, new)) == ((second, first), (third,), [])
    assert [one.session_id for one in happened(by_new.effects, Happening.MESSAGE_READ)] == [new.id]


def test_what_the_customer_missed_is_gone_with_a_destroyed_session() -> None:
    """`destroy_session` removes closed sessions from records and unread counts. Ruling 18."""
    desk = a_desk()
    old = start(desk, "c-1", agent_id=TOM)
    said_offline(desk, old)
    new = desk.handle(TransferSession(session_id=old.id, agent_id=JERRY), later(5)).reply
    desk.handle(DestroySessions(NOW, NOW, None), later(5))

    assert unread(desk, new) == []


def test_another_conversation_of_the_customer_has_its_own_unread() -> None:
    """What was missed in a closed conversation is asked for under its own id. Ruling 23."""
    desk = a_desk()
    closed = start(desk, "c-1")
    missed = said_offline(desk, closed)
    close(desk, closed)
    new = start(desk, "c-1")

    reply = desk.handle(ReadAgentMessages(new.id, (missed,)), NOW).reply

    assert (reply, missed in dict(unread(desk, new)).values()) == ((), False)
    assert unread(desk, closed) == [(closed.id, missed)]


def test_message_to_the_old_session_is_refused() -> None:
    """The customer must use the new id: a message to the old one 9200. Ruling 13; contract §9.7."""
    desk = a_desk()
    old = start(desk, "c-1", agent_id=TOM)
    desk.handle(TransferSession(session_id=old.id, agent_id=JERRY), NOW)
    to_the_old = SendMessage(
        customer_token="c-1", session_id=old.id, message_id="m-1", type="message", data={"content": "你好"}
    )

    answer = refused(desk, to_the_old)

    assert answer == (9200, "会话不存在/会话已关闭")


def test_message_to_the_new_session_is_taken() -> None:
    """The customer goes on under the new id. Doc: im-api-v2 §type: 客户需要修改im_sub_session_id 为新的."""
    desk = a_desk()
    old = start(desk, "c-1", agent_id=TOM)
    new = desk.handle(TransferSession(session_id=old.id, agent_id=JERRY), NOW).reply

    say(desk, new, "m-1")

    assert customer_messages(new) == [from_customer("m-1")]


def test_asking_again_after_a_transfer_returns_the_new_session() -> None:
    """One open session per customer: the new one. Ruling 7."""
    desk = a_desk()
    old = start(desk, "c-1", agent_id=TOM)
    new = desk.handle(TransferSession(session_id=old.id, agent_id=JERRY), NOW).reply

    assert ask(desk, "c-1", agent_id=TOM) == Assigned(new, False)


def test_what_the_customer_brought_along_goes_on_to_the_new_session() -> None:
    """`channel` and the rest are kept. Ruling 18."""
    desk = a_desk()
    command = AskForAgent(
        customer_token="c-1", agent_id=TOM, origin=Origin(channel="小程序", robot_role_id="7", app_id=5)
    )
    desk.handle(command, NOW)

    new = desk.handle(TransferSession(session_id=1001, agent_id=JERRY), NOW).reply

    assert (new.origin.channel, new.origin.robot_role_id, new.origin.app_id) == ("小程序", "7", 5)


def test_place_freed_by_a_transfer_goes_to_the_next() -> None:
    """Who is freed by a transfer takes from the queues. Ruling 9."""
    desk = a_desk(tom=1)
    old = start(desk, "c-1", agent_id=TOM)
    join(desk, "c-2", agent_id=TOM)

    desk.handle(TransferSession(session_id=old.id, agent_id=JERRY), NOW)

    assert agents_of(desk) == {"c-1": JERRY, "c-2": TOM}


def test_transfer_to_somebody_offline_is_refused() -> None:
    """Transfer to somebody offline is refused (409). Ruling 9."""
    desk = a_desk()
    old = start(desk, "c-1", agent_id=TOM)
    desk.handle(ChangeAgent(JERRY, {"status": AgentStatus.OFFLINE}), NOW)

    assert misused(desk, TransferSession(session_id=old.id, agent_id=JERRY)) == "conflict"


def test_transfer_to_somebody_full_is_refused() -> None:
    """Transfer to somebody full is refused (409). Ruling 9."""
    desk = a_desk(jerry=1)
    old = start(desk, "c-1", agent_id=TOM)
    start(desk, "c-2", agent_id=JERRY)

    assert misused(desk, TransferSession(session_id=old.id, agent_id=JERRY)) == "conflict"


def test_transfer_to_a_group_with_nobody_free_is_refused() -> None:
    """Nobody online with room in the group is refused (409). Ruling 9."""
    desk = a_desk(jerry=1)
    old = start(desk, "c-1", agent_id=TOM)
    start(desk, "c-2", agent_id=JERRY)

    assert misused(desk, TransferSession(session_id=old.id, group_id=AFTER_SALES)) == "conflict"


def test_transfer_to_the_same_agent_is_refused() -> None:
    """The same agent is no transfer. commands.py, TransferSession."""
    desk = a_desk()
    old = start(desk, "c-1", agent_id=TOM)

    assert misused(desk, TransferSession(session_id=old.id, agent_id=TOM)) in {"conflict", "invalid"}


def test_transfer_to_a_group_never_chooses_the_same_agent() -> None:
    """A group whose only member has the session already has nobody to hand it to. commands.py, TransferSession."""
    desk = a_desk()
    old = start(desk, "c-1", agent_id=JERRY)

    assert misused(desk, TransferSession(session_id=old.id, group_id=AFTER_SALES)) == "conflict"


def test_transfer_to_somebody_unknown_is_refused() -> None:
    """Unknown agents and groups are 404. commands.py, TransferSession; errors.py."""
    desk = a_desk()
    old = start(desk, "c-1", agent_id=TOM)

    kinds = [
        misused(desk, TransferSession(session_id=old.id, agent_id=99)),
        misused(desk, TransferSession(session_id=old.id, group_id=99)),
        misused(desk, TransferSession(session_id=99, agent_id=JERRY)),
    ]

    assert kinds == ["unknown", "unknown", "unknown"]


def test_closed_session_is_not_transferred() -> None:
    """A closed session can't be handed over. commands.py, TransferSession."""
    desk = a_desk()
    old = start(desk, "c-1", agent_id=TOM)
    close(desk, old)

    assert misused(desk, TransferSession(session_id=old.id, agent_id=JERRY)) == "conflict"


def test_transferred_session_can_be_transferred_back() -> None:
    """Each transfer opens the next session of the stay. records.py, Session."""
    desk = a_desk()
    old = start(desk, "c-1", agent_id=TOM)
    desk.handle(TransferSession(session_id=old.id, agent_id=JERRY), NOW)

    third = desk.handle(TransferSession(session_id=1002, agent_id=TOM), NOW).reply

    (stay,) = desk.stays_of(customer_id(desk, "c-1"))
    assert (third.id, third.agent_id, stay.session_ids, stay.session_id) == (1003, TOM, [1001, 1002, 1003], 1003)
