"""Messages both ways, repeats, previews, messages while waiting (-3) and left behind (-2), read and unread."""

from datetime import timedelta
from typing import Any

import pytest

from mock_udesk.desk.commands import (
    AgentSays,
    AskForAgent,
    PreviewMessage,
    ReadAgentMessages,
    ReadCustomerMessages,
    Said,
    SendLeaveMessage,
    SendMessage,
    SendWhileQueueing,
    SetOnline,
    SolveLeaveMessage,
    TransferSession,
)
from mock_udesk.desk.desk import Desk
from mock_udesk.desk.effects import PushMessages, PushRead
from mock_udesk.desk.happenings import Happening
from mock_udesk.desk.records import AgentStatus, LeaveMessage, Message, Origin, Sender
from mock_udesk.desk.staff_commands import AddAgent, ChangeAgent
from mock_udesk.desk.state import Policy, State
from tests import NOW
from tests.desk.sample import (
    AFTER_SALES,
    ANY_ID,
    JERRY,
    TOM,
    a_desk,
    ask,
    close,
    customer_messages,
    from_customer,
    happened,
    join,
    later,
    misused,
    pushes,
    reads,
    refused,
    say,
    say_waiting,
    start,
    toms_desk,
)

GONE = (9200, "会话不存在/会话已关闭")
NO_SESSION = (2062, "找不到会话或会话已关闭")


def a_message(session_id: int, *, token: str = "c-1", message_id: str = "m-1") -> SendMessage:
    """A plain message to a session."""
    return SendMessage(
        customer_token=token, session_id=session_id, message_id=message_id, type="message", data={"content": "你好"}
    )


def left(message_id: str, *, agent_id: int | None = None, group_id: int | None = None) -> SendLeaveMessage:
    """A message left behind (-2) by c-1."""
    return SendLeaveMessage(
        customer_token="c-1",
        message_id=message_id,
        type="message",
        data={"content": "请回电"},
        agent_id=agent_id,
        group_id=group_id,
    )


# -- the customer says ------------------------------------------------------------------------------------------------


def test_message_of_the_customer_is_kept_in_the_session() -> None:
    """A customer's message goes to the session's agent. Doc: im-api-v2 §发送消息."""
    desk = a_desk()
    session = start(desk, "c-1")

    said = say(desk, session, "m-1", "你好", at=later(1))

    assert said == Said(from_customer("m-1", at=later(1)), 1001, False, False)
    assert customer_messages(session) == [from_customer("m-1", at=later(1))]


def test_message_of_the_customer_is_not_pushed_back() -> None:
    """Only what agents and the service say is pushed. Doc: im-api-v2 §回复消息通知."""
    desk = a_desk()
    session = start(desk, "c-1")

    effects = desk.handle(a_message(session.id), NOW).effects

    assert (pushes(effects), len(happened(effects, Happening.MESSAGE))) == ([], 1)


def test_data_of_a_message_is_kept_as_it_was_sent() -> None:
    """`data` has the fields of its type. Doc: im-api-v2 §消息内容详情, audio."""
    desk = a_desk()
    session = start(desk, "c-1")
    data = {"content": "https://example.com/1.amr", "filename": "足球.mp4", "filesize": "4.3M", "duration": 200}
    command = SendMessage(customer_token="c-1", session_id=session.id, message_id="m-1", type="audio", data=data)

    said = desk.handle(command, NOW).reply

    assert (said.message.type, said.message.data) == ("audio", data)


def test_message_to_a_closed_session_is_refused() -> None:
    """Closed: 9200 会话不存在/会话已关闭. Doc: im-api-v2 §发送消息; ruling 13."""
    desk = a_desk()
    session = start(desk, "c-1")
    close(desk, session)

    assert refused(desk, a_message(session.id)) == GONE


def test_message_to_an_unknown_session_is_refused() -> None:
    """Unknown: 9200. Ruling 13."""
    desk = a_desk()
    start(desk, "c-1")

    assert refused(desk, a_message(4711)) == GONE


def test_message_to_somebody_elses_session_is_refused() -> None:
    """Someone else's session: 9200. Ruling 13."""
    desk = a_desk()
    session = start(desk, "c-1")
    start(desk, "c-2")

    assert refused(desk, a_message(session.id, token="c-2")) == GONE


def test_message_of_an_unknown_customer_is_refused() -> None:
    """A session is never that of a customer who is not known: 9200, and nobody is made. Ruling 13."""
    desk = a_desk()
    session = start(desk, "c-1")

    assert refused(desk, a_message(session.id, token="nobody")) == GONE


# -- a message id seen before ------------------------------------------------------------------------------------------


def test_message_sent_again_is_not_delivered_twice() -> None:
    """A `message_id` seen before from this customer is accepted, not delivered twice. Ruling 14."""
    desk = a_desk()
    session = start(desk, "c-1")
    say(desk, session, "m-1")

    said = say(desk, session, "m-1", at=later(1))

    assert (said.is_repeat, said.is_changed) == (True, False)
    assert (customer_messages(session), session.unread_by_agent) == ([from_customer("m-1")], ["m-1"])


def test_message_sent_again_with_other_content_says_so() -> None:
    """With other content it is also a problem; the first content stays. Ruling 14."""
    desk = a_desk()
    session = start(desk, "c-1")
    say(desk, session, "m-1", "你好")

    said = say(desk, session, "m-1", "再见")

    assert (said.is_repeat, said.is_changed) == (True, True)
    assert customer_messages(session) == [from_customer("m-1", "你好")]


def test_message_sent_again_as_another_type_is_changed() -> None:
    """Another type is other content. Ruling 14."""
    desk = a_desk()
    session = start(desk, "c-1")
    say(desk, session, "m-1", "你好")
    command = SendMessage(
        customer_token="c-1", session_id=session.id, message_id="m-1", type="rich", data={"content": "你好"}
    )

    said = desk.handle(command, NOW).reply

    assert (said.is_repeat, said.is_changed) == (True, True)


def test_same_message_id_of_another_customer_is_no_repeat() -> None:
    """Seen before *from this customer*. Ruling 14."""
    desk = a_desk()
    first, second = start(desk, "c-1"), start(desk, "c-2")
    say(desk, first, "m-1")

    said = say(desk, second, "m-1", token="c-2")

    assert (said.is_repeat, customer_messages(second)) == (False, [from_customer("m-1")])


def test_message_id_of_an_earlier_session_is_a_repeat() -> None:
    """Seen before from this customer, in whatever session; the same content is no problem. Ruling 14; commands.py, Said."""
    desk = a_desk()
    first = start(desk, "c-1")
    say(desk, first, "m-1")
    close(desk, first)
    second = start(desk, "c-1")

    said = say(desk, second, "m-1")

    assert (said.is_repeat, said.is_changed, customer_messages(second)) == (True, False, [])


def test_message_sent_again_after_a_transfer_is_a_plain_repeat() -> None:
    """An app that tries again after a transfer does so under the new id: same content, so no problem. Rulings 12 and 14."""
    desk = a_desk()
    old = start(desk, "c-1", agent_id=TOM)
    say(desk, old, "m-1")
    new = desk.handle(TransferSession(session_id=old.id, agent_id=JERRY), NOW).reply

    said = say(desk, new, "m-1")

    assert (said.is_repeat, said.is_changed, customer_messages(new)) == (True, False, [])


def test_refused_message_may_be_sent_again() -> None:
    """An error leaves everything as it was: the id was not seen. style.md; ruling 14."""
    desk = a_desk()
    refused(desk, a_message(4711))
    session = start(desk, "c-1")

    said = say(desk, session, "m-1")

    assert said.is_repeat is False


def test_repeats_are_known_to_a_desk_made_from_the_state() -> None:
    """`Desk(state)` goes on as if nothing had happened. DESIGN."""
    desk = a_desk()
    session = start(desk, "c-1")
    say(desk, session, "m-1")
    desk.handle(left("m-2"), NOW)
    twin = Desk(desk.state)

    repeats = [say(twin, session, message_id).is_repeat for message_id in ("m-1", "m-2", "m-3")]

    assert repeats == [True, True, False]


# -- while waiting (-3) ------------------------------------------------------------------------------------------------


def test_message_while_waiting_is_kept_for_the_agent() -> None:
    """-3: 排队中发送消息. Doc: im-api-v2 §发送消息; it belongs to no session yet."""
    desk = toms_desk()
    start(desk, "c-1")
    join(desk, "c-2")

    said = say_waiting(desk, "c-2", "m-1", "还要多久?")

    assert said == Said(from_customer("m-1", "还要多久?"), None, False, False)


def test_messages_while_waiting_begin_the_session() -> None:
    """Messages said while queueing become the new session's first customer messages, unread. DESIGN; ruling 13."""
    desk = toms_desk()
    first = start(desk, "c-1")
    join(desk, "c-2")
    say_waiting(desk, "c-2", "m-1", "在吗", at=later(1))
    say_waiting(desk, "c-2", "m-2", "还要多久?", at=later(2))

    close(desk, first, at=later(3))

    session = desk.state.sessions[1002]
    assert customer_messages(session) == [
        from_customer("m-1", "在吗", at=later(1)),
        from_customer("m-2", "还要多久?", at=later(2)),
    ]
    assert (session.unread_by_agent, desk.unread_session_messages(TOM)) == (["m-1", "m-2"], 2)


def test_messages_while_waiting_survive_a_change_of_queue() -> None:
    """Asking for somebody else is the same stay; what was said is not lost. Ruling 8."""
    desk = a_desk(tom=1)
    start(desk, "c-1", agent_id=TOM)
    join(desk, "c-2", agent_id=TOM)
    say_waiting(desk, "c-2", "m-1")

    session = start(desk, "c-2", agent_id=JERRY)

    assert [message.id for message in customer_messages(session)] == ["m-1"]


def test_message_while_waiting_with_an_open_session_is_delivered_there() -> None:
    """-3 while not queueing: delivered if a session is open. Ruling 13."""
    desk = a_desk()
    session = start(desk, "c-1")

    said = say_waiting(desk, "c-1", "m-1", "你好")

    assert said == Said(from_customer("m-1"), 1001, False, False)
    assert customer_messages(session) == [from_customer("m-1")]


@pytest.mark.parametrize("token", ["c-1", "nobody"])
def test_message_while_waiting_of_who_does_not_wait_is_refused(token: str) -> None:
    """-3 while not queueing and without a session: 9200. Ruling 13."""
    desk = a_desk()
    close(desk, start(desk, "c-1"))
    command = SendWhileQueueing(customer_token=token, message_id="m-1", type="message", data={"content": "你好"})

    assert refused(desk, command) == GONE


def test_message_while_waiting_sent_again_in_the_session_is_a_repeat() -> None:
    """Seen before from this customer. Ruling 14."""
    desk = toms_desk()
    first = start(desk, "c-1")
    join(desk, "c-2")
    say_waiting(desk, "c-2", "m-1")
    close(desk, first)

    said = say(desk, desk.state.sessions[1002], "m-1", "还要多久?", token="c-2")

    assert (said.is_repeat, said.is_changed) == (True, False)


# -- left behind (-2) --------------------------------------------------------------------------------------------------


def test_leave_message_goes_to_the_agent_asked_for() -> None:
    """-2: IM工作台留言, agent_id 指定分配的客服id. Doc: im-api-v2 §发送消息."""
    desk = a_desk()

    said = desk.handle(left("m-1", agent_id=JERRY), NOW).reply

    assert (said.session_id, said.is_repeat) == (None, False)
    assert desk.state.leave_messages == {
        1: LeaveMessage(
            id=1, customer_id=1, agent_id=JERRY, group_id=None, message=from_customer("m-1", "请回电"), solved_at=None
        )
    }


def test_leave_messages_go_to_the_agents_in_turn() -> None:
    """Without agent_id: all agents in turn, in the order of their ids, online or not. DESIGN."""
    desk = a_desk()
    desk.handle(ChangeAgent(TOM, {"status": AgentStatus.OFFLINE}), NOW)

    for number in range(4):
        desk.handle(left(f"m-{number}"), NOW)

    assert [one.agent_id for one in desk.state.leave_messages.values()] == [TOM, JERRY, TOM, JERRY]


def test_leave_messages_for_a_group_go_to_its_members_in_turn() -> None:
    """With group_id: members of the group in turn. DESIGN; Doc: im-api-v2 §发送消息: group_id 配合im_sub_session_id=-2使用."""
    desk = a_desk()
    desk.handle(AddAgent({"id": 9, "name": "Ann", "group_ids": [AFTER_SALES]}), NOW)

    for number in range(3):
        desk.handle(left(f"m-{number}", group_id=AFTER_SALES), NOW)

    assert [(one.agent_id, one.group_id) for one in desk.state.leave_messages.values()] == [
        (JERRY, AFTER_SALES),
        (9, AFTER_SALES),
        (JERRY, AFTER_SALES),
    ]


def test_leave_message_with_no_agent_at_all_is_nobodys() -> None:
    """With no agent at all: assigned to agent_id 0. DESIGN."""
    desk = Desk(State())

    desk.handle(left("m-1"), NOW)

    assert [one.agent_id for one in desk.state.leave_messages.values()] == [0]


def test_leave_message_for_somebody_unknown_is_refused() -> None:
    """Unknown agent 5050, unknown group 5060, and no customer is made. Ruling 8; commands.py, SendLeaveMessage."""
    desk = a_desk()

    answers = [refused(desk, left("m-1", agent_id=99)), refused(desk, left("m-1", group_id=99))]

    assert answers == [(5050, "客服不存在"), (5060, "客服组不存在")]


def test_leave_message_of_an_unknown_token_makes_the_customer() -> None:
    """`-2` from an unknown token makes the customer like AskForAgent does. DESIGN; ruling 6."""
    desk = a_desk()

    desk.handle(left("m-1"), NOW)

    customer = desk.customer_by("token", "c-1")
    assert customer is not None
    assert customer.nick_name == "API匿名用户(c-1)"


def test_leave_message_of_an_unknown_token_is_refused_when_so_set() -> None:
    """`auto_create_customers` off: 2015. Ruling 6."""
    desk = a_desk(policy=Policy(auto_create_customers=False))

    code, _ = refused(desk, left("m-1"))

    assert code == 2015


def test_leave_message_sent_again_is_not_left_twice() -> None:
    """A message id seen before from this customer is not delivered again. Ruling 14."""
    desk = a_desk()
    desk.handle(left("m-1"), NOW)

    said = desk.handle(left("m-1"), NOW).reply

    assert (said.is_repeat, len(desk.state.leave_messages)) == (True, 1)


def test_unsolved_leave_messages_are_counted_per_agent() -> None:
    """7天内未处理的留言消息数. Doc: im-api-v2 §获取客服未读消息."""
    desk = a_desk()
    for message_id, agent_id in (("m-1", JERRY), ("m-2", JERRY), ("m-3", TOM)):
        desk.handle(left(message_id, agent_id=agent_id), NOW)

    assert {agent: desk.unsolved_leave_messages(agent, NOW) for agent in (TOM, JERRY, 99)} == {
        TOM: 1,
        JERRY: 2,
        99: 0,
    }


def test_leave_messages_of_more_than_seven_days_ago_are_not_counted() -> None:
    """Only those of the last 7 days count. Doc: im-api-v2 §获取客服未读消息."""
    desk = a_desk()
    desk.handle(left("m-1", agent_id=TOM), NOW)
    desk.handle(left("m-2", agent_id=TOM), NOW + timedelta(days=1))

    counts = [desk.unsolved_leave_messages(TOM, NOW + timedelta(days=days, seconds=1)) for days in (6, 7, 8)]

    assert counts == [2, 1, 0]


def test_leave_message_is_unsolved_until_the_operator_solves_it() -> None:
    """Leave messages stay unsolved until the operator solves them. Ruling 17."""
    desk = a_desk()
    desk.handle(left("m-1", agent_id=TOM), NOW)

    solved = desk.handle(SolveLeaveMessage(1), later(60)).reply

    assert (solved.solved_at, desk.unsolved_leave_messages(TOM, later(60))) == (later(60), 0)


def test_solving_a_leave_message_again_changes_nothing() -> None:
    """Solving it again changes nothing. commands.py, SolveLeaveMessage."""
    desk = a_desk()
    desk.handle(left("m-1", agent_id=TOM), NOW)
    desk.handle(SolveLeaveMessage(1), later(60))

    again = desk.handle(SolveLeaveMessage(1), later(90)).reply

    assert again.solved_at == later(60)


def test_unknown_leave_message_is_not_solved() -> None:
    """An unknown one is 404. commands.py, SolveLeaveMessage."""
    desk = a_desk()

    assert misused(desk, SolveLeaveMessage(7)) == "unknown"


# -- previews ----------------------------------------------------------------------------------------------------------


def test_preview_shows_what_the_customer_is_typing() -> None:
    """Doc: im-api-v2 §发送消息预览: 预览内容文本."""
    desk = a_desk()
    session = start(desk, "c-1")

    desk.handle(PreviewMessage(session.id, "测试预览"), NOW)

    assert session.preview == "测试预览"


def test_empty_preview_clears_it() -> None:
    """Doc: im-api-v2 §发送消息预览: 为空字符串时会清除预览."""
    desk = a_desk()
    session = start(desk, "c-1")
    desk.handle(PreviewMessage(session.id, "测试预览"), NOW)

    desk.handle(PreviewMessage(session.id, ""), NOW)

    assert session.preview == ""


def test_message_clears_the_preview() -> None:
    """Doc: im-api-v2 §发送消息预览: 客服收到来自客户的消息后会自动清除预览内容."""
    desk = a_desk()
    session = start(desk, "c-1")
    desk.handle(PreviewMessage(session.id, "测试预览"), NOW)

    say(desk, session, "m-1")

    assert session.preview == ""


def test_preview_in_a_closed_or_unknown_session_is_refused() -> None:
    """2062 找不到会话或会话已关闭. Doc: im-api-v2 §发送消息预览; ruling 13."""
    desk = a_desk()
    session = start(desk, "c-1")
    close(desk, session)

    answers = [refused(desk, PreviewMessage(session_id, "在")) for session_id in (session.id, 4711)]

    assert answers == [NO_SESSION, NO_SESSION]


# -- the agent says ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("message_type", ["message", "image", "audio", "video", "file", "rich"])
def test_what_the_agent_says_is_pushed(message_type: str) -> None:
    """客服推送消息给API客户. Doc: im-api-v2 §回复消息通知."""
    desk = a_desk()
    session = start(desk, "c-1", agent_id=TOM)
    data = {"content": "https://example.com/1"}

    outcome = desk.handle(AgentSays(session_id=session.id, type=message_type, data=data), later(1))

    message = Message(id=ANY_ID, sender=Sender.AGENT, type=message_type, data=data, created_at=later(1), agent_id=TOM)
    assert outcome.reply == message
    assert [effect for effect in outcome.effects if isinstance(effect, PushMessages)] == [
        PushMessages(at=later(1), customer_id=1, session_id=1001, messages=(message,))
    ]
    assert session.messages[-1] == message


@pytest.mark.parametrize(
    "message_type",
    [
        "struct",
        "survey",
        "info_transfer",
        "active_guest",
        "info_appoint",
        "form",
        "form_received",
        "info",
        "robot_transfer",
        "nonsense",
    ],
)
def test_what_the_type_table_marks_is_never_said(message_type: str) -> None:
    """All that the type table marks × for receiving is never pushed to the customer. Ruling 17; Doc: im-api-v2 §type."""
    desk = a_desk()
    session = start(desk, "c-1")

    assert misused(desk, AgentSays(session_id=session.id, type=message_type, data={"content": "x"})) == "invalid"


def test_agent_says_nothing_in_a_closed_or_unknown_session() -> None:
    """A closed session is a conflict, an unknown one 404. commands.py, AgentSays."""
    desk = a_desk()
    session = start(desk, "c-1")
    close(desk, session)

    kinds = [
        misused(desk, AgentSays(session_id=session_id, type="message", data={"content": "x"}))
        for session_id in (session.id, 4711)
    ]

    assert kinds == ["conflict", "unknown"]


def test_what_is_said_to_a_web_customer_is_an_effect_too() -> None:
    """PushMessages is emitted for every customer; where it goes is the company's matter. DESIGN."""
    desk = a_desk()
    desk.handle(AskForAgent(web_token="w-1", origin=Origin(channel="web")), NOW)

    effects = desk.handle(AgentSays(session_id=1001, type="message", data={"content": "您好"}), NOW).effects

    assert pushes(effects) == [(1001, [("message", {"content": "您好"})])]


# -- read and unread by the agent ----------------------------------------------------------------------------------------


def test_messages_are_unread_until_the_agent_reads() -> None:
    """客户成功发送给客服,而客服尚未阅读的消息. Doc: im-api-v2 §获取客服未读消息."""
    desk = a_desk()
    session = start(desk, "c-1", agent_id=TOM)
    other = start(desk, "c-2", agent_id=TOM)
    say(desk, session, "m-1")
    say(desk, session, "m-2")
    say(desk, other, "m-1", token="c-2")

    assert (desk.unread_session_messages(TOM), desk.unread_session_messages(JERRY)) == (3, 0)


def test_reading_pushes_the_ids_in_order() -> None:
    """Read push `{session_id, message_ids}` when the agent reads. Doc: im-api-v2 §发送客户消息已读状态; ruling 23."""
    desk = a_desk()
    session = start(desk, "c-1")
    say(desk, session, "m-1")
    say(desk, session, "m-2")

    outcome = desk.handle(ReadCustomerMessages(session.id), later(2))

    assert outcome.reply == ("m-1", "m-2")
    assert reads(outcome.effects) == [PushRead(at=later(2), customer_id=1, session_id=1001, message_ids=("m-1", "m-2"))]
    assert desk.unread_session_messages(session.agent_id) == 0


def test_reading_nothing_pushes_nothing() -> None:
    """What was read is read once. Ruling 23."""
    desk = a_desk()
    session = start(desk, "c-1")
    say(desk, session, "m-1")
    desk.handle(ReadCustomerMessages(session.id), NOW)

    outcome = desk.handle(ReadCustomerMessages(session.id), NOW)

    assert (outcome.reply, reads(outcome.effects)) == ((), [])


def test_reply_does_not_imply_that_the_agent_has_read() -> None:
    """A reply does not imply that the agent has read. Ruling 17."""
    desk = a_desk()
    session = start(desk, "c-1", agent_id=TOM)
    say(desk, session, "m-1")

    outcome = desk.handle(AgentSays(session_id=session.id, type="message", data={"content": "您好"}), NOW)

    assert (reads(outcome.effects), desk.unread_session_messages(TOM)) == ([], 1)


def test_reading_in_an_unknown_session_is_a_misuse() -> None:
    """An unknown session is 404. commands.py, ReadCustomerMessages."""
    desk = a_desk()

    assert misused(desk, ReadCustomerMessages(1001)) == "unknown"


# -- read and unread by the customer ------------------------------------------------------------------------------------


def says(desk: Desk, content: str, **data: Any) -> str:
    """The agent of session 1001 says something; its id."""
    return desk.handle(AgentSays(session_id=1001, type="message", data={"content": content, **data}), NOW).reply.id


def test_messages_pushed_while_the_customer_was_offline_are_offline_unread() -> None:
    """Agent messages pushed while the customer was offline. Doc: im-api-v2 §获取客户离线未读消息; ruling 23."""
    desk = a_desk()
    session = start(desk, "c-1")
    says(desk, "还在吗")
    desk.handle(SetOnline("c-1", is_online=False), NOW)

    ids = [says(desk, "我在"), says(desk, "请回复")]

    assert [message.id for _, message in desk.offline_unread(session)] == ids


def test_coming_online_alone_reads_nothing() -> None:
    """They count until they are read, and what is pushed from then on does not. Ruling 23: and not since read."""
    desk = a_desk()
    session = start(desk, "c-1")
    desk.handle(SetOnline("c-1", is_online=False), NOW)
    missed = says(desk, "我在")
    desk.handle(SetOnline("c-1", is_online=True), NOW)

    says(desk, "您好")

    assert [message.id for _, message in desk.offline_unread(session)] == [missed]


def test_read_messages_are_not_offline_unread_any_more() -> None:
    """`read_messages` marks the agent's messages read by the customer. Doc: im-api-v2 §修改客服消息已读状态; ruling 23."""
    desk = a_desk()
    session = start(desk, "c-1")
    desk.handle(SetOnline("c-1", is_online=False), NOW)
    first, second = says(desk, "我在"), says(desk, "请回复")

    reply = desk.handle(ReadAgentMessages(session.id, (first,)), NOW).reply

    assert (reply, [message.id for _, message in desk.offline_unread(session)]) == ((first,), [second])


def test_reading_unknown_or_read_messages_is_passed_over() -> None:
    """Replies with the ids that were unread until now, unknown ones are passed over. commands.py, ReadAgentMessages."""
    desk = a_desk()
    session = start(desk, "c-1")
    first, second = says(desk, "我在"), says(desk, "请回复")
    desk.handle(ReadAgentMessages(session.id, (first,)), NOW)

    reply = desk.handle(ReadAgentMessages(session.id, (first, "udesk_0", second)), NOW).reply

    assert reply == (second,)


def test_reading_in_an_unknown_session_is_refused() -> None:
    """An unknown session: 2062. commands.py, ReadAgentMessages; ruling 13."""
    desk = a_desk()

    assert refused(desk, ReadAgentMessages(1001, ("udesk_1",))) == NO_SESSION


def test_leave_message_starts_no_session() -> None:
    """-2 is no request for an agent: the customer stays without a session. Doc: im-api-v2 §发送消息."""
    desk = a_desk()

    effects = desk.handle(left("m-1"), NOW).effects

    assert (desk.state.sessions, desk.stay_of(1), pushes(effects)) == ({}, None, [])
    assert len(happened(effects, Happening.LEAVE_MESSAGE)) == 1


def test_customer_who_left_a_message_can_still_ask() -> None:
    """The customer made by -2 is the one who asks later. Ruling 6."""
    desk = a_desk()
    desk.handle(left("m-1"), NOW)

    ask(desk, "c-1")

    assert len(desk.state.customers) == 1
