"""Web customers with several conversations at once, told apart by `session_key`. Doc: im-api-v2 §查询客户状态."""

from mock_udesk.desk.commands import (
    Answer,
    AskForAgent,
    Assigned,
    CloseByCustomer,
    DestroyCustomer,
    Queued,
    TransferSession,
)
from mock_udesk.desk.desk import Desk
from mock_udesk.desk.lifecycle import Stage
from mock_udesk.desk.records import Origin
from tests import NOW
from tests.desk.sample import ANYBODY, JERRY, TOM, a_desk, close, later, start, toms_desk


def ask_with(desk: Desk, key: str) -> Answer:
    """The web customer w-1 asks for anybody in the conversation of this key."""
    return desk.handle(AskForAgent(web_token="w-1", origin=Origin(session_key=key, channel="web")), NOW).reply


def test_each_session_key_has_its_own_session() -> None:
    """web_token 存在时,支持多会话不同的会话状态. Doc: im-api-v2 §查询客户状态, session_key."""
    desk = a_desk()

    answers = [ask_with(desk, key) for key in ("a", "b", "")]

    sessions = [answer.session for answer in answers if isinstance(answer, Assigned)]
    assert [(session.id, session.customer_id, session.origin.session_key) for session in sessions] == [
        (1001, 1, "a"),
        (1002, 1, "b"),
        (1003, 1, ""),
    ]


def test_asking_again_with_a_key_returns_its_session() -> None:
    """One open session per customer and key. Ruling 7; records.py, Stay."""
    desk = a_desk()
    first = ask_with(desk, "a")
    ask_with(desk, "b")

    again = ask_with(desk, "a")

    assert isinstance(first, Assigned)
    assert again == Assigned(first.session, False)


def test_stay_is_found_by_customer_and_key() -> None:
    """A customer has one stay at a time for each `session_key`. records.py, Stay."""
    desk = a_desk()
    ask_with(desk, "a")
    ask_with(desk, "b")

    found = {key: desk.stay_of(1, key) for key in ("a", "b", "")}

    assert {key: stay and stay.session_id for key, stay in found.items()} == {"a": 1001, "b": 1002, "": None}


def test_stays_of_a_customer_are_all_of_them() -> None:
    """`stays_of` lists what is not ended, whatever the key. DESIGN."""
    desk = a_desk()
    for key in ("a", "b"):
        ask_with(desk, key)

    assert [stay.origin.session_key for stay in desk.stays_of(1)] == ["a", "b"]


def test_closing_one_conversation_leaves_the_other() -> None:
    """Conversations of different keys end apart. Doc: im-api-v2 §查询客户状态."""
    desk = a_desk()
    for key in ("a", "b"):
        ask_with(desk, key)

    desk.handle(CloseByCustomer(1001), NOW)

    assert [stay.origin.session_key for stay in desk.stays_of(1)] == ["b"]


def test_customer_may_talk_in_one_conversation_and_wait_in_another() -> None:
    """Each key has a state of its own. Doc: im-api-v2 §查询客户状态: 不同的会话状态."""
    desk = toms_desk(tom=1)
    ask_with(desk, "a")

    answer = ask_with(desk, "b")

    assert isinstance(answer, Queued)
    assert (answer.target, answer.place) == (ANYBODY, 1)
    assert [stay.stage for stay in desk.stays_of(1)] == [Stage.IN_SESSION, Stage.QUEUED]


def test_two_conversations_of_one_customer_wait_in_two_places() -> None:
    """A customer has one place for each key. Ruling 8; records.py, Stay."""
    desk = toms_desk(tom=1)
    session = start(desk, "c-1")

    places = [answer.place for key in ("a", "b", "a") if isinstance(answer := ask_with(desk, key), Queued)]
    close(desk, session)

    assert places == [1, 2, 1]
    assert {stay.origin.session_key: stay.stage for stay in desk.stays_of(2)} == {
        "a": Stage.IN_SESSION,
        "b": Stage.QUEUED,
    }


def test_transfer_keeps_the_key() -> None:
    """A transfer goes on in the same stay. Ruling 12."""
    desk = a_desk()
    desk.handle(AskForAgent(web_token="w-1", origin=Origin(session_key="a"), agent_id=TOM), NOW)

    new = desk.handle(TransferSession(session_id=1001, agent_id=JERRY), NOW).reply

    found = desk.stay_of(1, "a")
    assert found is not None
    assert (new.origin.session_key, found.session_id) == ("a", 1002)


def test_destroyed_customer_leaves_all_conversations() -> None:
    """Closes their sessions, leaves their queues. commands.py, DestroyCustomer."""
    desk = toms_desk(tom=1)
    for key in ("a", "b"):
        ask_with(desk, key)

    desk.handle(DestroyCustomer(1), later(5))

    assert (desk.stays_of(1), desk.queues(), desk.open_sessions(TOM)) == ([], [], 0)


def test_desk_made_from_the_state_knows_the_keys() -> None:
    """`Desk(state)` rebuilds its indexes. DESIGN."""
    desk = a_desk()
    for key in ("a", "b"):
        ask_with(desk, key)

    twin = Desk(desk.state)

    assert ask_with(twin, "b") == Assigned(desk.state.sessions[1002], False)
