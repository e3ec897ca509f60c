"""The room where customers talk to robots: talks begin, questions are asked and clicked, and each has its answer pushed."""

from collections.abc import Mapping
from datetime import datetime

from . import checks, people, routing
from .answering import Index, Match
from .books import Books
from .commands import Said
from .conversation import customer_message, facts_of, repeat
from .effects import Effect, Happened, Outcome, PushAnswer
from .errors import NO_SESSION, NOT_FOUND, SESSION_CLOSED, DeskError
from .happenings import Happening
from .knowledge import Robot, Urobot
from .lifecycle import Move, Stage, after
from .numbers import next_answer_id, next_log
from .records import FROM_API, Data, Message, Origin, Stay
from .robot_commands import (
    AskRobot,
    AskUrobot,
    ClickQuestion,
    RobotTalk,
    TalkToRobot,
    TalkToUrobot,
    UrobotTalk,
    WalkFlow,
)
from .talk_index import kind_of
from .talks import Exchange, RobotAnswer, Talk


def talk_to_robot(books: Books, command: TalkToRobot, now: datetime) -> Outcome[RobotTalk]:
    """Doc: im-api-v2 §机器人返回. Ruling 7."""
    customer_id = _asking(books, command.customer_token)
    robot = checks.apps_robot(books, command.robot_id)
    effects: list[Effect] = []
    stay = _come(books, customer_id, command.customer_token, command.origin, now, effects)
    talk = _latest_with(books, stay, robot) or _begin(books, stay, robot, None, now, effects)
    return Outcome(RobotTalk(talk, robot), tuple(effects))


def talk_to_urobot(books: Books, command: TalkToUrobot, now: datetime) -> Outcome[UrobotTalk]:
    """Doc: im-api-v2 §机器人返回, assign_type 为 'urobot'. Ruling 7. Assumed: each request has its own sessionId and logId."""
    customer_id = _asking(books, command.customer_token)
    urobot = checks.apps_urobot(books, command.robot_id, command.scene_id)
    effects: list[Effect] = []
    stay = _come(books, customer_id, command.customer_token, command.origin, now, effects)
    talk = _begin(books, stay, urobot, command.scene_id, now, effects)
    return Outcome(UrobotTalk(talk, urobot), tuple(effects))


def ask_robot(books: Books, command: AskRobot, now: datetime) -> Outcome[Said]:
    """Doc: im-api-v2 §发送消息: ID为0或空为机器人问题. Rulings 7 and 14."""
    customer_id = _asking(books, command.customer_token)
    robot = checks.apps_robot(books, command.robot_id)
    if customer_id is not None and command.message_id in books.messages.of(customer_id):
        return repeat(books, customer_id, command.message_id, "message", command.data)
    effects: list[Effect] = []
    stay = _come(books, customer_id, command.customer_token, None, now, effects)
    talk = _latest_with(books, stay, robot) or _begin(books, stay, robot, None, now, effects)
    return _ask(books, stay, talk, command.message_id, command.data, now, effects)


def ask_urobot(books: Books, command: AskUrobot, now: datetime) -> Outcome[Said]:
    """Doc: im-api-v2 §发送消息: ID为-1为Udesk机器人问题, urobot_session_id. Rulings 7, 13 and 14."""
    customer_id = _asking(books, command.customer_token)
    urobot = checks.apps_urobot(books, command.robot_id, command.scene_id)
    talk: Talk | None = None
    if command.talk_id is not None:
        talk = checks.apps_talk(
            books,
            customer_id,
            command.talk_id,
            robot_id=urobot.id,
            scene_id=command.scene_id,
            refusal=SESSION_CLOSED,
        )
    elif customer_id is not None:
        talk = books.talks.latest_with(urobot, customer_id, command.scene_id)
    if command.message_id and customer_id is not None and command.message_id in books.messages.of(customer_id):
        return repeat(books, customer_id, command.message_id, "message", command.data)
    effects: list[Effect] = []
    stay = _come(books, customer_id, command.customer_token, None, now, effects)
    talk = talk or _begin(books, stay, urobot, command.scene_id, now, effects)
    return _ask(books, stay, talk, command.message_id, command.data, now, effects)


def walk_flow(books: Books, command: WalkFlow, now: datetime) -> Outcome[RobotAnswer]:
    """Doc: im-api-v2 §流程问题接口."""
    talk, index = _clicked(books, command)
    flow_id = command.flow_id
    match = index.of_flow(flow_id)
    if match is None:
        why, question = f"urobot {talk.robot_id} has no flow {flow_id}", index.of_question(flow_id)
        if question is not None:
            of_what = f"question “{question.title}” of urobot {talk.robot_id}"
            why = f"{flow_id} is {of_what}, not a flow: a question is clicked"
        raise DeskError(NOT_FOUND, detail=f"{why}; {checks.known([flow.id for flow in index.knowledge.flows])}")
    return _click(books, talk, match.title, match, now)


def click_question(books: Books, command: ClickQuestion, now: datetime) -> Outcome[RobotAnswer]:
    """Doc: im-api-v2 §用户点击行为接口. Assumed: the id wins over the text, and means a flow where no question
    has it, for flows are suggested too; the text of none is asked as if typed.
    """
    talk, index = _clicked(books, command)
    question_id = command.question_id
    if question_id is None:
        words = books.state.policy.sensitive_words
        match = index.of_title(command.title) or index.find(command.title, kind="urobot", sensitive_words=words)
        return _click(books, talk, command.title, match, now)
    found = index.of_question(question_id) or index.of_flow(question_id) or index.of_title(command.title)
    if found is None:
        known = checks.known([question.id for question in index.knowledge.questions])
        raise DeskError(NOT_FOUND, detail=f"urobot {talk.robot_id} has no question {question_id}; {known}")
    return _click(books, talk, found.title, found, now)


def _clicked(books: Books, command: WalkFlow | ClickQuestion) -> tuple[Talk, Index]:
    """In which talk something was clicked, and what its urobot knows. Raises NOT_FOUND (customer), NO_ROBOT, NO_SCENE, NO_SESSION."""
    customer = checks.customer_by_token(books, command.customer_token)
    robot_id, scene_id = command.robot_id, command.scene_id
    checks.apps_urobot(books, robot_id, scene_id)
    talk = checks.apps_talk(
        books, customer.id, command.talk_id, robot_id=robot_id, scene_id=scene_id, refusal=NO_SESSION
    )
    return talk, books.knowledge_of("urobot", robot_id)


def _asking(books: Books, token: str) -> int | None:
    """Who asks; None: not known yet, and may be made. Raises NOT_FOUND. Ruling 6."""
    customer_id = books.by_token.get(token)
    if customer_id is None:
        people.check_may_be_made(books, token)
    return customer_id


def _come(
    books: Books, customer_id: int | None, token: str, origin: Origin | None, now: datetime, effects: list[Effect]
) -> Stay:
    """The stay of who asks, and the customer too when they are not known yet. `origin` None: not said."""
    if customer_id is None:
        customer_id = people.make(books, "token", token, now, effects).id
    return _enter(books, customer_id, origin, now)


def _enter(books: Books, customer_id: int, origin: Origin | None, now: datetime) -> Stay:
    """The customer's stay, with the robot in it; nobody leaves a queue or a session for that (ruling 7)."""
    stay = books.stay_of(customer_id, (origin or FROM_API).session_key)
    if stay is None:
        stay = routing.begin_stay(books, customer_id, origin or FROM_API, now)
    elif stay.stage is Stage.ROBOT and origin is not None:
        routing.come_from(stay, origin)
    if stay.stage in (Stage.NEW, Stage.ROBOT):
        stay.stage = after(stay.stage, Move.TALK)
    return stay


def _latest_with(books: Books, stay: Stay, robot: Robot) -> Talk | None:
    """The stay's latest talk with a robot that is no urobot."""
    latest = books.talks.latest_with(robot, stay.customer_id, None)
    if latest is None or latest.id in stay.talk_ids:
        return latest
    # That one was in an older stay, or is in one under another session key.
    talks = (books.state.talks[talk_id] for talk_id in reversed(stay.talk_ids))
    return next((talk for talk in talks if talk.kind == "robot" and talk.robot_id == robot.id), None)


def _begin(
    books: Books, stay: Stay, robot: Robot | Urobot, scene_id: int | None, now: datetime, effects: list[Effect]
) -> Talk:
    counters = books.state.counters
    talk = Talk(
        id=counters.talk,
        kind=kind_of(robot),
        robot_id=robot.id,
        name=robot.name,
        hello=robot.hello if isinstance(robot, Urobot) else robot.welcome,
        customer_id=stay.customer_id,
        began_at=now,
        scene_id=scene_id,
        hello_log_id=int(next_log(counters)) if isinstance(robot, Urobot) else 0,
    )
    counters.talk += 1
    books.state.talks[talk.id] = talk
    books.file_talk(talk)
    stay.talk_ids[talk.id] = None
    facts = {"kind": talk.kind, "robot_id": robot.id, "scene_id": scene_id, "talk_id": talk.id, "name": robot.name}
    effects.append(_happened(Happening.ROBOT_TALK, stay, now, facts))
    return talk


def _ask(
    books: Books, stay: Stay, talk: Talk, message_id: str | None, data: Data, now: datetime, effects: list[Effect]
) -> Outcome[Said]:
    """What was typed is answered; without an id of the app's it has its log's number."""
    message = customer_message(message_id or next_log(books.state.counters), "message", data, now)
    index = books.knowledge_of(talk.kind, talk.robot_id)
    words = books.state.policy.sensitive_words
    match = index.find(str(data.get("content", "")), kind=talk.kind, sensitive_words=words)
    _answer(books, stay, talk, message, match, effects, is_named_by_app=bool(message_id))
    return Outcome(Said(message, None, is_repeat=False, is_changed=False), tuple(effects))


def _click(books: Books, talk: Talk, title: str, match: Match, now: datetime) -> Outcome[RobotAnswer]:
    effects: list[Effect] = []
    stay = _enter(books, talk.customer_id, None, now)
    message = customer_message(next_log(books.state.counters), "click", {"content": title}, now)
    answer = _answer(books, stay, talk, message, match, effects, is_named_by_app=False)
    return Outcome(answer, tuple(effects))


def _answer(
    books: Books,
    stay: Stay,
    talk: Talk,
    message: Message,
    match: Match,
    effects: list[Effect],
    *,
    is_named_by_app: bool,
) -> RobotAnswer:
    """Adds what was asked and answered to the talk, and the talk to the stay, which may be a later one."""
    now, counters = message.created_at, books.state.counters
    is_robot = talk.kind == "robot"
    answer = match.answer(next_answer_id(counters, now) if is_robot else next_log(counters), now)
    exchange = Exchange(message=message, is_named_by_app=is_named_by_app, answer=answer)
    talk.exchanges.append(exchange)
    books.file_exchange(talk, exchange)
    stay.talk_ids[talk.id] = None
    asked = Happening.ROBOT_QUESTION if is_robot else Happening.UROBOT_QUESTION
    whose = {"talk_id": talk.id, "robot_id": talk.robot_id}
    effects.append(_happened(asked, stay, now, {**facts_of(message), **whose}))
    facts = {
        **whose,
        "message_id": answer.id,
        "kind": str(answer.kind),
        "question_id": answer.question_id,
        "content": answer.content,
    }
    effects.append(_happened(Happening.ROBOT_ANSWER, stay, now, facts, reason=answer.reason))
    effects.append(
        PushAnswer(
            at=now,
            customer_id=talk.customer_id,
            stay_id=stay.id,
            talk_id=talk.id,
            kind=talk.kind,
            answer=answer,
        )
    )
    return answer


def _happened(kind: Happening, stay: Stay, now: datetime, facts: Mapping[str, object], *, reason: str = "") -> Happened:
    return Happened(at=now, kind=kind, customer_id=stay.customer_id, stay_id=stay.id, reason=reason, facts=facts)
