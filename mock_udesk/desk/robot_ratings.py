"""What becomes of a talk with a robot: answers and talks are rated, and the app reports who went on to a person."""

from collections.abc import Mapping
from datetime import datetime
from itertools import chain

from . import checks
from .books import Books
from .effects import Happened, Outcome
from .errors import INVALID, NO_SESSION, NOT_FOUND, DeskError, UsageError
from .happenings import Happening
from .robot_commands import RateAnswer, RateTalk, ReportTransfer
from .talks import AnswerRating, RobotAnswer, Talk, TalkRating

# Doc: im-api-v2 §urobot机器人会话评价(urobot使用).
TALK_OPTIONS = {2: "满意", 3: "一般", 4: "不满意"}


def rate_answer(books: Books, command: RateAnswer, now: datetime) -> Outcome[None]:
    """Doc: im-api-v2 §机器人问答评价, with `question_id`; §问题评价(仅限urobot使用), without. Assumed: the latest rating counts."""
    customer = checks.customer_by_token(books, command.customer_token)
    if command.question_id is not None:
        talk, answer = _robots_answer(books, customer.id, command.answer_id, command.question_id)
    else:
        talk, answer = _urobots_answer(books, customer.id, command)
    talk.ratings[answer.id] = AnswerRating(is_useful=command.is_useful, rated_at=now)
    facts = {
        "talk_id": talk.id,
        "robot_id": talk.robot_id,
        "message_id": answer.id,
        "question_id": answer.question_id,
        "is_useful": command.is_useful,
    }
    return Outcome(None, (_happened(books, Happening.ANSWER_RATED, talk, now, facts),))


def rate_talk(books: Books, command: RateTalk, now: datetime) -> Outcome[None]:
    """Doc: im-api-v2 §urobot机器人会话评价(urobot使用). Assumed: the latest rating counts."""
    customer = checks.customer_by_token(books, command.customer_token)
    talk = _urobots_talk(books, customer.id, command.talk_id, robot_id=command.robot_id, scene_id=command.scene_id)
    if command.option_id not in TALK_OPTIONS:
        options = ", ".join(f"{number} {text}" for number, text in TALK_OPTIONS.items())
        why = f"option {command.option_id} is unknown; known: {options}"
        raise DeskError(INVALID, field="option_id", detail=why)
    talk.rating = TalkRating(option_id=command.option_id, remark=command.remark, rated_at=now)
    facts = {
        "talk_id": talk.id,
        "robot_id": talk.robot_id,
        "scene_id": talk.scene_id,
        "option_id": command.option_id,
        "remark": command.remark,
    }
    return Outcome(None, (_happened(books, Happening.ROBOT_RATED, talk, now, facts),))


def report_transfer(books: Books, command: ReportTransfer, now: datetime) -> Outcome[Talk]:
    """Doc: im-api-v2 §转人工统计接口(urobot使用). Assumed: 会话id is the urobot's or the agent session's, and the latest report counts.

    Assumed: a number that is both is the agent session's, if that came after such a talk: the document calls it im_sub_session_id,
    and that is what an app knows once somebody was handed over. Else it is the talk's.
    """
    checks.apps_urobot(books, command.robot_id, command.scene_id)
    state = books.state
    session = state.sessions.get(command.session_id)
    before = () if session is None else reversed(session.talk_ids)
    wanted = ("urobot", command.robot_id, command.scene_id)
    talks = (state.talks[talk_id] for talk_id in chain(before, (command.session_id,)) if talk_id in state.talks)
    talk = next((talk for talk in talks if (talk.kind, talk.robot_id, talk.scene_id) == wanted), None)
    if talk is None:
        raise DeskError(
            NO_SESSION,
            detail=f"{command.session_id} is neither a talk with urobot {command.robot_id} in scene {command.scene_id} "
            "nor an agent session after one",
        )
    talk.transferred_at = now
    facts = {"talk_id": talk.id, "robot_id": talk.robot_id, "scene_id": talk.scene_id, "session_id": command.session_id}
    return Outcome(talk, (_happened(books, Happening.TRANSFER_REPORTED, talk, now, facts),))


def _robots_answer(books: Books, customer_id: int, answer_id: str, question_id: int) -> tuple[Talk, RobotAnswer]:
    """An answer of a robot to this question. Doc: im-api-v2 §回复消息通知: 0为寒暄库,非问答; 非0时,可对问答进行有用无用评价."""
    found = books.talks.answer_by_id(customer_id, answer_id)
    if found is None:
        raise _no_answer(f"{answer_id!r} is no answer of a robot to this customer")
    talk, answer = found
    if talk.kind != "robot":
        why = f"{answer_id!r} is an answer of a urobot: name the talk, the urobot and the scene"
        raise DeskError(NOT_FOUND, detail=why)
    if question_id != answer.question_id:
        why = f"question {question_id} is not the answer's; that is {answer.question_id}"
        raise DeskError(INVALID, field="question_id", detail=why)
    if not question_id:
        why = "the answer is to no question of the robot's knowledge, so it can't be rated"
        raise DeskError(INVALID, field="question_id", detail=why)
    return found


def _urobots_answer(books: Books, customer_id: int, command: RateAnswer) -> tuple[Talk, RobotAnswer]:
    """An answer in a talk with a urobot."""
    if command.talk_id is None or command.robot_id is None or command.scene_id is None:
        raise UsageError(
            "invalid", "whose answer it is is not said", hint="give question_id, or talk_id, robot_id and scene_id"
        )
    talk = _urobots_talk(books, customer_id, command.talk_id, robot_id=command.robot_id, scene_id=command.scene_id)
    found = books.talks.answer_by_id(customer_id, command.answer_id)
    if found is None or found[0].id != talk.id:
        raise _no_answer(f"{command.answer_id!r} is no answer in talk {talk.id}")
    return found


def _urobots_talk(books: Books, customer_id: int, talk_id: int, *, robot_id: int, scene_id: int) -> Talk:
    """A talk that is rated, or an answer in it. Raises NO_ROBOT, NO_SCENE, NO_SESSION."""
    checks.apps_urobot(books, robot_id, scene_id)
    return checks.apps_talk(books, customer_id, talk_id, robot_id=robot_id, scene_id=scene_id, refusal=NO_SESSION)


def _no_answer(why: str) -> DeskError:
    return DeskError(NOT_FOUND, detail=f"{why}: its id comes with its push")


def _happened(books: Books, kind: Happening, talk: Talk, now: datetime, facts: Mapping[str, object]) -> Happened:
    """It belongs to the stay that the talk is part of, as long as that lasts."""
    stay = next((stay for stay in books.stays_of(talk.customer_id) if talk.id in stay.talk_ids), None)
    return Happened(
        at=now, kind=kind, customer_id=talk.customer_id, stay_id=None if stay is None else stay.id, facts=facts
    )
