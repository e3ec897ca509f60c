"""Push bodies, compared whole with bodies written from the document, and each validated against its declared model."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_udesk.company.pushes.pushes import PUSHES, Parcel, bodies
from mock_udesk.company.pushes.shapes import survey_options
from mock_udesk.desk.commands import DestroyCustomer, ReadCustomerMessages
from mock_udesk.desk.desk import Desk
from mock_udesk.desk.effects import Effect, Happened, PlanFault, Played, PushMessages, PushRead
from mock_udesk.desk.records import Agent, Customer, Group, H5Push, Message, Origin, Sender, Session
from mock_udesk.desk.records import Closer as By
from mock_udesk.desk.records import CloseType as Close
from mock_udesk.desk.state import Policy, State
from mock_udesk.settings import Settings
from tests import NOW
from tests.desk.test_properties import FAST, Step, aimed, ask, desk_of, policies, steps

H5_URL = "http://h5.test/push"
WITH_H5 = Settings(h5_push_url=H5_URL)
MODELS = {push.name: push for push in PUSHES}


def said(
    number: int, type_: str, content: str, *, sender: Sender = Sender.AGENT, is_welcome: bool = False, **data: Any
) -> Message:
    return Message(
        id=f"udesk_{number}",
        sender=sender,
        type=type_,
        data={"content": content, **data},
        created_at=NOW + timedelta(seconds=number),
        agent_id=3 if sender is Sender.AGENT else None,
        is_welcome=is_welcome,
    )


START = said(1, "start_session", "对话开始", sender=Sender.SYSTEM)
WELCOME = said(2, "message", "您好,有什么可以帮助您?", is_welcome=True)
GOODBYE = said(8, "message", "会话结束,祝您愉快!", sender=Sender.SYSTEM)
CLOSE = Message(
    id="udesk_9",
    sender=Sender.SYSTEM,
    type="close",
    data={"close_type": "normal", "content": "会话关闭"},
    created_at=NOW + timedelta(seconds=9),
)


def desk_with(**customer: Any) -> Desk:
    """Customer 1 with Tom (3) in session 1001, which is closed so that the desk has nothing to do."""
    known: dict[str, Any] = {"token": "axb"} | customer
    record = Customer(id=1, nick_name="x", created_at=NOW, updated_at=NOW, **known)
    session = Session(
        id=1001,
        stay_id=1,
        customer_id=1,
        agent_id=3,
        created_at=NOW,
        origin=Origin(im_web_plugin_id=119681),
        closed_at=NOW + timedelta(seconds=9),
        close_type=Close.NORMAL,
        closed_by=By.AGENT,
    )
    tom = Agent(id=3, name="Tom", avatar="https://123.com/1.png", group_ids=[11])
    return Desk(
        State(
            customers={1: record},
            sessions={1001: session},
            agents={3: tom},
            groups={11: Group(id=11, name="售后")},
        )
    )


def push(desk: Desk, settings: Settings, *messages: Message) -> list[Parcel]:
    """What these messages send, each body checked against the model it is declared with."""
    parcels = bodies(
        PushMessages(at=messages[-1].created_at, customer_id=1, session_id=1001, messages=messages), desk, settings
    )
    for parcel in parcels:
        MODELS[parcel.push].body.model_validate(parcel.body)
        assert parcel.target == MODELS[parcel.push].target
    return parcels


def head(number: int, type_: str, at: str) -> dict[str, Any]:
    return {
        "type": type_,
        "message_id": f"udesk_{number}",
        "agent_id": 3,
        "agent_name": "Tom",
        "agent_avatar": "https://123.com/1.png",
        "im_sub_session_id": 1001,
        "message_created_at": at,
    }


def test_start_and_welcome_come_in_one_body() -> None:
    """im-api-v2 §回复消息通知: start_session 通常为数组推送,后面有欢迎语 message; ruling 11."""
    (parcel,) = push(desk_with(), Settings(), START, WELCOME)

    assert parcel.body == {
        "customer_token": "axb",
        "assign_type": "agent",
        "messages": [
            {**head(1, "start_session", "20261122 10:00:01"), "data": {"content": "对话开始"}},
            {**head(2, "message", "20261122 10:00:02"), "data": {"content": "您好,有什么可以帮助您?"}},
        ],
    }


@pytest.mark.parametrize(
    ("type_", "data"),
    [
        ("message", {"content": "a", "font": "宋体"}),
        ("image", {"content": "https://x.test/a.png"}),
        (
            "audio",
            {"content": "https://x.test/a.amr", "filename": "足球.amr", "filesize": "4.3M", "duration": 200},
        ),
        ("video", {"content": "https://x.test/a.mp4", "filename": "足球.mp4", "filesize": "4.3M"}),
        ("file", {"content": "https://x.test/a.pdf", "filename": "a.pdf", "filesize": "4.3M"}),
        ("rich", {"content": "<p>您好</p>"}),
    ],
)
def test_data_goes_out_as_the_agent_gave_it(type_: str, data: dict[str, Any]) -> None:
    """im-api-v2 §消息内容详情."""
    message = said(3, type_, **data)

    (parcel,) = push(desk_with(), Settings(), message)

    assert parcel.body["messages"] == [{**head(3, type_, "20261122 10:00:03"), "data": data}]


def test_a_close_carries_its_kind_and_the_survey() -> None:
    """im-api-v2 §回复消息通知, close: close_type, content, survey_options."""
    (parcel,) = push(desk_with(), Settings(), CLOSE)

    assert parcel.body["messages"][0]["data"] == {
        "close_type": "normal",
        "content": "会话关闭",
        "survey_options": survey_options(Settings().survey),
    }


def test_an_invitation_carries_the_title_and_the_survey() -> None:
    """Ruling 16."""
    (parcel,) = push(desk_with(), Settings(), said(4, "survey", "您对本服务的评价是?"))

    assert parcel.body["messages"][0]["data"] == {
        "content": "您对本服务的评价是?",
        "survey_options": survey_options(Settings().survey),
    }


def test_the_time_of_a_message_has_the_form_that_is_set() -> None:
    """Ruling 20."""
    (parcel,) = push(desk_with(), Settings(receive_time_format="dashed"), WELCOME)

    assert parcel.body["messages"][0]["message_created_at"] == "2026-11-22 10:00:02"


def test_a_customer_without_a_token_is_not_pushed_to_the_receive_url() -> None:
    """The body has nothing else to name the customer with."""
    assert push(desk_with(token=None, web_token="w"), Settings(), WELCOME) == []


def test_read_messages_are_pushed_by_their_ids() -> None:
    """im-api-v2 §发送客户消息已读状态: session_id and message_ids, nothing else."""
    read = PushRead(at=NOW, customer_id=1, session_id=1001, message_ids=("a", "b"))

    (parcel,) = bodies(read, desk_with(), WITH_H5)

    MODELS["read"].body.model_validate(parcel.body)
    assert parcel == Parcel("receive_url", "read", {"session_id": 1001, "message_ids": ["a", "b"]})


def test_read_messages_of_a_customer_without_a_token_go_nowhere() -> None:
    """The push is for customers of the API."""
    read = PushRead(at=NOW, customer_id=1, session_id=1001, message_ids=("a",))

    assert bodies(read, desk_with(token=None), Settings()) == []


AWAY: dict[str, Any] = {"is_online": False, "web_token": "6acbf1ea"}


def test_an_agents_message_goes_to_the_h5_url_as_in_the_document() -> None:
    """im-api-v2 §H5离线推送: messages and message in one body; ids are numbers as in the example; ruling 22."""
    message = said(3, "message", "在吗", font="宋体")

    receive, h5 = push(desk_with(**AWAY), WITH_H5, message)

    common = {
        "message_created_at": "2026-11-22 10:00:03",
        "agent_avatar": "https://123.com/1.png",
        "im_web_plugin_id": 119681,
        "agent_id": 3,
        "agent_name": "Tom",
        "sender": "agent",
        "message_id": "udesk_3",
        "im_sub_session_id": 1001,
        "type": "off_push",
    }
    data = {"content": "在吗", "font": "宋体", "msg_close": False}
    assert receive.target == "receive_url"
    assert h5.body == {
        "web_token": "6acbf1ea",
        "customer_token": "axb",
        "messages": [{**common, "data": data}],
        "message": {
            **common,
            "content": {
                "type": "message",
                "font": "宋体",
                "data": data,
                "platform": "web",
                "version": 1,
                "seq_num": "",
                "auto": False,
            },
        },
    }


def test_a_close_with_its_text_is_one_off_push_of_the_system() -> None:
    """im-api-v2 §H5离线推送, the example: sender system, type off_push, msg_close true, auto true."""
    _, h5 = push(desk_with(**AWAY), WITH_H5, GOODBYE, CLOSE)

    row = h5.body["messages"][0]
    content = h5.body["message"]["content"]
    data = {"content": "会话结束,祝您愉快!", "msg_close": True}
    assert (row["sender"], row["type"], row["data"]) == ("system", "off_push", data)
    assert content == {
        "type": "message",
        "font": "",
        "data": data,
        "platform": "web",
        "version": 1,
        "seq_num": "",
        "auto": True,
    }


def test_a_close_without_a_text_says_what_the_close_says() -> None:
    """Ruling 22."""
    _, h5 = push(desk_with(**AWAY), WITH_H5, CLOSE)

    assert h5.body["messages"][0]["data"] == {"content": "会话关闭", "msg_close": True}


@pytest.mark.parametrize("has_events", [True, False])
def test_a_redirect_is_no_close_for_the_h5_page(has_events: bool) -> None:
    """Ruling 12: the customer is handed over and talks on; `msg_close` would end the page's conversation."""
    settings = Settings(h5_push_url=H5_URL, h5_events=has_events)
    redirect = replace(CLOSE, data={"close_type": "redirect", "content": "会话关闭"})

    assert [parcel.target for parcel in push(desk_with(**AWAY), settings, redirect)] == ["receive_url"]


def test_the_making_of_a_session_is_not_pushed_to_the_h5_url() -> None:
    """Contract §5.4: only agent messages after the session was made."""
    assert [parcel.target for parcel in push(desk_with(**AWAY), WITH_H5, START, WELCOME)] == ["receive_url"]


def test_create_and_close_events_go_to_the_h5_url_by_setting() -> None:
    """Ruling 22; im-api-v2 §H5离线推送, type."""
    settings = Settings(h5_push_url=H5_URL, h5_events=True)

    started = push(desk_with(**AWAY), settings, START, WELCOME)
    closed = push(desk_with(**AWAY), settings, CLOSE)

    assert [row["type"] for parcel in started[1:] for row in parcel.body["messages"]] == ["create"]
    assert [row["type"] for parcel in closed[1:] for row in parcel.body["messages"]] == ["off_push", "close"]
    assert closed[2].body["message"]["sender"] == "system"


def test_a_customer_who_is_there_is_not_pushed_to_the_h5_url() -> None:
    """Ruling 22: while the customer is offline or has im/h5push on."""
    assert [parcel.target for parcel in push(desk_with(), WITH_H5, said(3, "message", "x"))] == ["receive_url"]


@pytest.mark.parametrize(("is_on", "pushes"), [(True, 2), (False, 1)])
def test_h5push_counts_for_a_customer_who_is_there(is_on: bool, pushes: int) -> None:
    """Ruling 22; the plugin's id is the session's."""
    desk = desk_with(h5_push=H5Push(im_web_plugin_id=5, is_on=is_on))

    parcels = push(desk, WITH_H5, said(3, "message", "x"))

    assert len(parcels) == pushes


def test_the_plugin_is_that_of_h5push_where_the_session_has_none() -> None:
    """im-api-v2 §H5离线推送, im_web_plugin_id."""
    desk = desk_with(h5_push=H5Push(im_web_plugin_id=5, is_on=True))
    desk.state.sessions[1001].origin = Origin()

    _, h5 = push(desk, WITH_H5, said(3, "message", "x"))

    assert h5.body["messages"][0]["im_web_plugin_id"] == 5


def test_without_an_h5_url_nothing_is_made_for_it() -> None:
    """im-api-v2 §H5离线推送: 仅当开启并配置了H5url生效."""
    assert [parcel.target for parcel in push(desk_with(**AWAY), Settings(), said(3, "message", "x"))] == ["receive_url"]


def test_a_session_key_stands_in_the_body_and_an_empty_avatar_does_not() -> None:
    """im-api-v2 §H5离线推送: session_key in the table; the example has neither."""
    desk = desk_with(token=None, **AWAY)
    desk.state.sessions[1001].origin = Origin(session_key="179306259")
    desk.state.agents[3].avatar = ""

    (h5,) = push(desk, WITH_H5, said(3, "message", "x"))

    assert h5.body["session_key"] == "179306259"
    assert h5.body["customer_token"] is None
    assert "agent_avatar" not in h5.body["messages"][0]
    assert "agent_avatar" not in h5.body["message"]


def test_the_older_h5_shape_is_that_of_a_running_receiver() -> None:
    """Contract §11, H5 offline push: {web_token, messages}; a close is of type message with msg_close; no avatar."""
    settings = Settings(h5_push_url=H5_URL, h5_shape="legacy")

    _, h5 = push(desk_with(**AWAY), settings, GOODBYE, CLOSE)

    assert h5 == Parcel(
        "h5_push_url",
        "h5_legacy",
        {
            "web_token": "6acbf1ea",
            "messages": [
                {
                    "type": "message",
                    "message_id": "udesk_9",
                    "agent_id": 3,
                    "agent_name": "Tom",
                    "im_sub_session_id": 1001,
                    "message_created_at": "2026-11-22 10:00:09",
                    "data": {"content": "会话结束,祝您愉快!", "msg_close": True},
                }
            ],
        },
    )


def test_the_time_on_the_h5_url_has_its_own_form() -> None:
    """Ruling 20."""
    settings = Settings(h5_push_url=H5_URL, h5_time_format="compact")

    _, h5 = push(desk_with(**AWAY), settings, said(3, "image", "https://x.test/a.png"))

    assert h5.body["messages"][0]["message_created_at"] == "20261122 10:00:03"
    assert h5.body["message"]["content"]["type"] == "image"


def test_nothing_is_sent_to_a_customer_who_is_gone() -> None:
    """Assumed: an agent may still read what somebody said who was removed since; there is nobody to tell."""
    desk = desk_with(**AWAY)
    del desk.state.customers[1]

    assert bodies(PushRead(at=NOW, customer_id=1, session_id=1001, message_ids=("a",)), desk, WITH_H5) == []
    assert push(desk, WITH_H5, said(3, "message", "x")) == []


@FAST
@given(
    policies,
    steps,
    st.sampled_from(
        (
            Settings(),
            Settings(h5_push_url=H5_URL, h5_events=True),
            Settings(h5_push_url=H5_URL, h5_shape="legacy"),
        )
    ),
)
def test_whatever_a_desk_pushes_has_its_bodies(policy: Policy, taken: list[Step], settings: Settings) -> None:
    """Any sequence; then everybody is removed, and the agents read what was said to them."""
    desk = desk_of(policy)
    now = NOW

    def sent(effects: Iterable[Effect]) -> list[Parcel]:
        pushed = [effect for effect in effects if not isinstance(effect, Happened | PlanFault | Played)]
        parcels = [parcel for effect in pushed for parcel in bodies(effect, desk, settings)]
        for parcel in parcels:
            MODELS[parcel.push].body.model_validate(parcel.body)
        return parcels

    for step in taken:
        now += timedelta(seconds=step.seconds)
        sent(desk.wake(now).effects)
        sent(ask(desk, aimed(step, desk), now)[1])
    for customer_id in list(desk.state.customers):
        sent(desk.handle(DestroyCustomer(customer_id), now).effects)
    reads = [sent(desk.handle(ReadCustomerMessages(session_id), now).effects) for session_id in desk.state.sessions]

    assert not any(reads)
