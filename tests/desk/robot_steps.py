"""What may be asked of a desk about robots, by chance, and what then holds of stays, talks and answers."""

from collections.abc import Callable, Sequence
from typing import Any

from mock_udesk.desk import robot_commands as r
from mock_udesk.desk.commands import Command
from mock_udesk.desk.desk import Desk
from mock_udesk.desk.knowledge import Flow, Knowledge, Robot, Scene, Urobot
from mock_udesk.desk.lifecycle import Stage
from mock_udesk.desk.records import FROM_API, Origin, Session, Stay
from mock_udesk.desk.state import State
from mock_udesk.desk.talks import Talk
from tests import NOW
from tests.desk.sample import OTHER_SCENE, OTHER_UROBOT, ROBOT, SCENE, SHOP, THIRD_SCENE, UROBOT

# Some of them are in a queue or a session when the story begins; the last two talk to a urobot and to a robot.
CUSTOMERS = ("a", "d", "e", "f", "x", "y")
WRITTEN = (r.AddRobot, r.AddUrobot, r.ChangeRobot, r.ChangeUrobot, r.RemoveRobot, r.RemoveUrobot)

ROBOT_IDS = (None, None, ROBOT, 9)
UROBOTS = (
    *((UROBOT, SCENE),) * 4,
    (UROBOT, OTHER_SCENE),
    (OTHER_UROBOT, THIRD_SCENE),
    (UROBOT, THIRD_SCENE),
    (9, SCENE),
)
ORIGINS = (FROM_API, FROM_API, Origin(channel="shop", robot_role_id="vip"), Origin(session_key="k"))
TEXTS = ("怎么退货", "我想退货", "你好", "坏话", "账号申诉", "退换货", "今天天气", "")
# Of the app, seen elsewhere too; and such as look like the desk's own.
MESSAGE_IDS = [*(f"m{number}" for number in range(12)), *map(str, range(55390, 55411))]
TALK_IDS = range(23702, 23707)
QUESTION_IDS = (0, 1, 2, 9)
KNOWLEDGE = (SHOP, Knowledge(unknown="?"), Knowledge(flows=(Flow(id=1, title="?"),)))

# Chooses one of these.
Pick = Callable[[Sequence[Any]], Any]


def _asking(pick: Pick) -> dict[str, Any]:
    """Who asks what."""
    return {"customer_token": pick(CUSTOMERS), "data": {"content": pick(TEXTS)}}


def _place(pick: Pick) -> dict[str, Any]:
    """A urobot in a scene."""
    robot_id, scene_id = pick(UROBOTS)
    return {"robot_id": robot_id, "scene_id": scene_id}


def _talk(pick: Pick) -> dict[str, Any]:
    """A customer's talk with a urobot."""
    return {**_place(pick), "customer_token": pick(CUSTOMERS), "talk_id": pick(TALK_IDS)}


def _rating(pick: Pick) -> r.RateAnswer:
    rated = {"answer_id": pick(MESSAGE_IDS), "is_useful": pick((False, True))}
    if pick((False, True)):
        return r.RateAnswer(**_talk(pick), **rated)
    return r.RateAnswer(customer_token=pick(CUSTOMERS), question_id=pick((None, *QUESTION_IDS)), **rated)


ROBOT_COMMANDS: dict[type[Command[Any]], Callable[[Pick], Command[Any]]] = {
    r.TalkToRobot: lambda pick: r.TalkToRobot(
        customer_token=pick(CUSTOMERS), robot_id=pick(ROBOT_IDS), origin=pick(ORIGINS)
    ),
    r.TalkToUrobot: lambda pick: r.TalkToUrobot(**_place(pick), customer_token=pick(CUSTOMERS), origin=pick(ORIGINS)),
    r.AskRobot: lambda pick: r.AskRobot(**_asking(pick), message_id=pick(MESSAGE_IDS), robot_id=pick(ROBOT_IDS)),
    r.AskUrobot: lambda pick: r.AskUrobot(
        **_place(pick),
        **_asking(pick),
        message_id=pick((None, pick(MESSAGE_IDS))),
        talk_id=pick((None, None, 23702, 23704)),
    ),
    r.WalkFlow: lambda pick: r.WalkFlow(**_talk(pick), flow_id=pick((81, 82, 9))),
    r.ClickQuestion: lambda pick: r.ClickQuestion(
        **_talk(pick), question_id=pick((None, *QUESTION_IDS)), title=pick(TEXTS)
    ),
    r.RateAnswer: _rating,
    r.RateTalk: lambda pick: r.RateTalk(**_talk(pick), option_id=pick(range(1, 6)), remark="好"),
    r.ReportTransfer: lambda pick: r.ReportTransfer(
        **_place(pick), session_id=pick((pick(TALK_IDS), pick(range(1001, 1007))))
    ),
    r.AddRobot: lambda pick: r.AddRobot(
        pick(({"name": "新"}, {"name": "新", "id": ROBOT}, {"name": ""}, {"knowledge": SHOP}))
    ),
    r.ChangeRobot: lambda pick: r.ChangeRobot(pick((1, 9)), {"knowledge": pick(KNOWLEDGE)}),
    r.RemoveRobot: lambda pick: r.RemoveRobot(pick((1, 2, 9, 9))),
    r.AddUrobot: lambda pick: r.AddUrobot(
        pick(({"name": "新", "scenes": (Scene(id=7, name="新"),)}, {"name": "旧", "id": UROBOT}, {"id": 0}))
    ),
    r.ChangeUrobot: lambda pick: r.ChangeUrobot(pick((2, 3, 9)), {"knowledge": pick(KNOWLEDGE)}),
    r.RemoveUrobot: lambda pick: r.RemoveUrobot(pick((3, 3, 9))),
}


def add_robots(state: State) -> None:
    """Robot 1, urobot 2 in two scenes and urobot 3 in a third, which all know the shop."""
    state.robots[ROBOT] = Robot(id=ROBOT, name="小云", knowledge=SHOP)
    for urobot_id, scene_ids in ((UROBOT, (SCENE, OTHER_SCENE)), (OTHER_UROBOT, (THIRD_SCENE,))):
        scenes = tuple(Scene(id=scene_id, name=f"场景{scene_id}") for scene_id in scene_ids)
        state.urobots[urobot_id] = Urobot(
            id=urobot_id, name=f"小{urobot_id}", created_at=NOW, scenes=scenes, knowledge=SHOP
        )
    state.counters.robot, state.counters.urobot = 2, 4


def ask_them(desk: Desk) -> None:
    """One customer asks the urobot, another the robot."""
    words = {"content": "怎么退货"}
    desk.handle(r.AskUrobot(customer_token="x", robot_id=UROBOT, scene_id=SCENE, data=words), NOW)
    desk.handle(r.AskRobot(customer_token="y", message_id="m1", data=words), NOW)


def turned_to_a_talk(command: Command[Any], aim: int, state: State) -> dict[str, Any]:
    """What to change in a command about a talk so that there is one: an old one too, its customer being there still."""
    talks = [talk for talk in state.talks.values() if talk.customer_id in state.customers]
    of_urobots = [talk for talk in talks if talk.kind == "urobot"]
    match command:
        case r.RateAnswer(question_id=int()):
            answered = [talk for talk in talks if talk.kind == "robot" and talk.exchanges]
        case r.RateAnswer():
            answered = [talk for talk in of_urobots if talk.exchanges]
        case r.AskUrobot() | r.WalkFlow() | r.ClickQuestion() | r.RateTalk() | r.ReportTransfer() if of_urobots:
            talk = of_urobots[aim % len(of_urobots)]
            place: dict[str, Any] = {"robot_id": talk.robot_id, "scene_id": talk.scene_id}
            if isinstance(command, r.ReportTransfer):
                return place | {"session_id": talk.id}
            return place | {"talk_id": talk.id, "customer_token": state.customers[talk.customer_id].token or "a"}
        case _:
            return {}
    if not answered:
        return {}
    talk = answered[aim % len(answered)]
    answer = talk.exchanges[-1].answer
    changes: dict[str, Any] = {
        "answer_id": answer.id,
        "customer_token": state.customers[talk.customer_id].token or "a",
    }
    if talk.kind == "robot":
        return changes | {"question_id": answer.question_id}
    return changes | {"talk_id": talk.id, "robot_id": talk.robot_id, "scene_id": talk.scene_id}


def robot_indexes(desk: Desk) -> dict[str, Any]:
    """All that a desk knows of robots beside its state."""
    talks = desk._books.talks
    return {
        "knowledge": {
            robot.id: talks.knowledge_of(robot).knowledge
            for robots in (desk.state.robots, desk.state.urobots)
            for robot in robots.values()
        },
        "talks": {customer_id: [talk.id for talk in found] for customer_id, found in talks.by_customer.items()},
        "latest": {key: talk.id for key, talk in talks.latest.items()},
        "answers": {answer_id: (talk.id, answer) for answer_id, (talk, answer) in talks.answers.items()},
    }


def answer_ids(desk: Desk) -> list[str]:
    """The ids of all that robots have answered."""
    return [exchange.answer.id for talk in desk.state.talks.values() for exchange in talk.exchanges]


def check_robot_stay(desk: Desk) -> None:
    """Who talks to a robot alone has neither place nor session, and has never waited."""
    for stay in desk.state.stays.values():
        if stay.stage is Stage.ROBOT:
            assert stay.talk_ids
            assert (stay.ticket, stay.session_id, stay.session_ids, stay.waits_since) == (None, None, [], None)
            assert not stay.waiting
        elif stay.ticket is not None:
            assert stay.waits_since is not None
            assert stay.began_at <= stay.waits_since <= stay.ticket.joined_at


def check_talks(desk: Desk) -> None:
    """Talks belong to their customers' stays, answers have ids of their own and are found by them, and no number is given twice."""
    state = desk.state
    owners: list[Stay | Session] = [*state.stays.values(), *state.sessions.values()]
    for owner in owners:
        assert all(state.talks[talk_id].customer_id == owner.customer_id for talk_id in owner.talk_ids)
    logs: list[int] = []
    for talk in state.talks.values():
        assert talk in desk.talks_of(talk.customer_id)
        of_this = [exchange.answer.id for exchange in talk.exchanges]
        assert talk.ratings.keys() <= set(of_this)
        moments = [exchange.message.created_at for exchange in talk.exchanges]
        assert moments == sorted(moments) == [exchange.answer.at for exchange in talk.exchanges]
        logs += _logs(talk)
        for exchange in talk.exchanges:
            assert desk.answer_by_id(talk.customer_id, exchange.answer.id) == (talk, exchange.answer)
    ids = answer_ids(desk)
    assert len(set(ids)) == len(ids)
    assert len(set(logs)) == len(logs)
    assert all(log < state.counters.robot_log for log in logs)


def _logs(talk: Talk) -> list[int]:
    """The urobot's log numbers in a talk: its hello, its answers, what the app gave no number."""
    if talk.kind == "robot":
        assert talk.hello_log_id == 0
        return []
    own = [int(exchange.message.id) for exchange in talk.exchanges if not exchange.is_named_by_app]
    return [talk.hello_log_id, *own, *(int(exchange.answer.id) for exchange in talk.exchanges)]
