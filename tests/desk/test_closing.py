"""How sessions end: by the agent, the customer, the operator. (By a timer: test_timers; by a transfer: test_transfer.)"""

from mock_udesk.desk.commands import CloseByCustomer, CloseSession
from mock_udesk.desk.effects import PushMessages
from mock_udesk.desk.happenings import Happening
from mock_udesk.desk.records import Closer, CloseType, Message, Sender
from mock_udesk.desk.state import Policy
from tests import NOW
from tests.desk.sample import (
    ANY_ID,
    TOM,
    a_desk,
    agents_of,
    close,
    customer_id,
    happened,
    join,
    later,
    misused,
    pushes,
    refused,
    start,
    toms_desk,
)


def test_close_by_the_agent_is_normal() -> None:
    """Closing by the agent is `normal`. Ruling 12; Doc: im-api-v2 §回复消息通知: normal(正常)."""
    desk = a_desk()
    session = start(desk, "c-1")

    reply = desk.handle(CloseSession(session.id, CloseType.NORMAL), later(5)).reply

    assert reply is session
    assert (session.is_open, session.closed_at, session.close_type, session.closed_by) == (
        False,
        later(5),
        CloseType.NORMAL,
        Closer.AGENT,
    )


def test_close_by_the_agent_is_pushed() -> None:
    """Closing pushes `close`, content 会话关闭; survey_options are added to the body later. Ruling 12; DESIGN."""
    desk = a_desk()
    session = start(desk, "c-1", agent_id=TOM)

    effects = close(desk, session, at=later(5))

    assert [effect for effect in effects if isinstance(effect, PushMessages)] == [
        PushMessages(
            at=later(5),
            customer_id=1,
            session_id=1001,
            messages=(
                Message(
                    id=ANY_ID,
                    sender=Sender.SYSTEM,
                    type="close",
                    data={"close_type": "normal", "content": "会话关闭"},
                    created_at=later(5),
                    agent_id=TOM,
                ),
            ),
        )
    ]


def test_close_by_the_operator_is_by_force() -> None:
    """Closing by force is `force`. Ruling 12; Doc: im-api-v2 §回复消息通知: force(强制)."""
    desk = a_desk()
    session = start(desk, "c-1")

    effects = desk.handle(CloseSession(session.id, CloseType.FORCE), NOW).effects

    assert (session.close_type, session.closed_by) == (CloseType.FORCE, Closer.OPERATOR)
    assert pushes(effects) == [(1001, [("close", {"close_type": "force", "content": "会话关闭"})])]


def test_close_by_the_customer_is_normal_and_pushed() -> None:
    """DELETE closes with `normal` and pushes the close. Doc: im-api-v2 §关闭会话; ruling 12."""
    desk = a_desk()
    session = start(desk, "c-1")

    effects = desk.handle(CloseByCustomer(session.id), later(5)).effects

    assert (session.closed_at, session.close_type, session.closed_by) == (
        later(5),
        CloseType.NORMAL,
        Closer.CUSTOMER,
    )
    assert pushes(effects) == [(1001, [("close", {"close_type": "normal", "content": "会话关闭"})])]


def test_close_by_the_customer_is_not_pushed_when_so_set() -> None:
    """The push after DELETE is a setting. Ruling 12."""
    desk = a_desk(policy=Policy(push_close_on_delete=False))
    session = start(desk, "c-1")

    effects = desk.handle(CloseByCustomer(session.id), NOW).effects

    assert (session.is_open, pushes(effects)) == (False, [])


def test_close_is_told_once() -> None:
    """A close is one happening `session_closed`. effects.py."""
    desk = a_desk()
    session = start(desk, "c-1")

    effects = close(desk, session, at=later(5))

    closed = happened(effects, Happening.SESSION_CLOSED)
    assert [(one.at, one.session_id) for one in closed] == [(later(5), 1001)]


def test_session_is_not_closed_twice_by_the_agent() -> None:
    """A closed session can't be closed again (409). commands.py, CloseSession."""
    desk = a_desk()
    session = start(desk, "c-1")
    close(desk, session)

    assert misused(desk, CloseSession(session.id, CloseType.FORCE)) == "conflict"


def test_close_with_redirect_can_not_be_asked_for() -> None:
    """`redirect` comes with a transfer alone. Ruling 12; commands.py, CloseSession: normal or force."""
    desk = a_desk()
    session = start(desk, "c-1")

    assert misused(desk, CloseSession(session.id, CloseType.REDIRECT)) == "invalid"


def test_unknown_session_is_not_closed_by_the_agent() -> None:
    """An unknown session is 404. commands.py, CloseSession."""
    desk = a_desk()

    assert misused(desk, CloseSession(1001, CloseType.NORMAL)) == "unknown"


def test_session_is_not_closed_twice_by_the_customer() -> None:
    """DELETE on a closed session: 2062 找不到会话或会话已关闭. Ruling 13."""
    desk = a_desk()
    session = start(desk, "c-1")
    desk.handle(CloseByCustomer(session.id), NOW)

    assert refused(desk, CloseByCustomer(session.id)) == (2062, "找不到会话或会话已关闭")


def test_unknown_session_is_not_closed_by_the_customer() -> None:
    """DELETE on an unknown session: 2062 找不到会话或会话已关闭. Ruling 13."""
    desk = a_desk()

    assert refused(desk, CloseByCustomer(1001)) == (2062, "找不到会话或会话已关闭")


def test_after_the_close_the_customer_has_no_stay() -> None:
    """A stay ends with its last session. records.py, Stay."""
    desk = a_desk()
    session = start(desk, "c-1")

    close(desk, session)

    assert (desk.stay_of(customer_id(desk, "c-1")), desk.stays_of(session.customer_id)) == (None, [])


def test_customers_own_close_serves_the_next_too() -> None:
    """However a session ends, its place goes to the next. Ruling 9."""
    desk = toms_desk()
    session = start(desk, "c-1")
    join(desk, "c-2")

    desk.handle(CloseByCustomer(session.id), NOW)

    assert agents_of(desk) == {"c-2": TOM}
