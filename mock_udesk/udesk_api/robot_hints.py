"""What to send instead where a call about robots has a number of something else: the desk says what it is, the wire names stand here."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

from ..company.call import Call
from ..desk.errors import NO_SESSION, DeskError, Refusal
from ..desk.talks import Talk


@contextmanager
def hinting(refusal: Refusal, hint: Callable[[], str]) -> Iterator[None]:
    """Says in the journal what to send instead of what is refused so; "" says nothing."""
    try:
        yield
    except DeskError as error:
        if error.code == refusal.code and (said := hint()):
            error.detail = f"{error.detail}; {said}"
        raise


def in_talk(im_sub_session_id: int) -> AbstractContextManager[None]:
    """Says where the number of a talk comes from, when this one is none."""
    return hinting(NO_SESSION, lambda: to_talk_id("im_sub_session_id", im_sub_session_id))


def talk_as_session(call: Call, number: int) -> Talk | None:
    """The talk with a robot whose id was taken for that of a session with an agent."""
    state = call.desk.state
    return None if number in state.sessions else state.talks.get(number)


def to_talk(call: Call, customer_token: str, session_id: int) -> str:
    """How a message reaches the customer's own talk with a urobot, whose sessionId is in the place of a session's."""
    talk = talk_as_session(call, session_id)
    customer = call.desk.customer_by("token", customer_token)
    if talk is None or talk.kind != "urobot" or customer is None or customer.id != talk.customer_id:
        return ""
    return f"send im_sub_session_id -1 and urobot_session_id {talk.id}"


def to_talk_id(name: str, number: int | None) -> str:
    """Where the number of a talk comes from, which one that stands for all robots (0, -1) is not."""
    if number is None or number > 0:
        return ""
    return f"{name} is the sessionId that POST /im/sessions answered, not {number}"


def to_question(call: Call, robot_id: int, number: int) -> str:
    """Where a question is clicked, whose id is in the place of a flow's."""
    urobot = call.desk.state.urobots.get(robot_id)
    is_question = urobot is not None and any(question.id == number for question in urobot.knowledge.questions)
    return "POST /im/messages/hit clicks a question" if is_question else ""
