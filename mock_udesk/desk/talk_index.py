"""The robots and the talks with them: what each robot knows, made ready for asking, and what finds a talk or an answer."""

from .answering import Index
from .knowledge import Robot, Urobot
from .talks import Exchange, RobotAnswer, RobotKind, Talk


class TalkIndex:
    """The robots and talks of a state by what they are looked for. Robots and urobots have numbers of their own, so the kind belongs to the key."""

    def __init__(self) -> None:
        # What robots know, made ready with the first question: most robots are never asked.
        self._knowledge: dict[tuple[RobotKind, int], Index] = {}
        # Talks by customer, in order; the latest of a customer with a robot, or with a urobot in a scene.
        self.by_customer: dict[int, list[Talk]] = {}
        self.latest: dict[tuple[int, RobotKind, int, int | None], Talk] = {}
        # Answers have ids that no two robots share.
        self.answers: dict[str, tuple[Talk, RobotAnswer]] = {}

    def knowledge_of(self, robot: Robot | Urobot) -> Index:
        """What a robot knows now, ready for asking."""
        index = self._knowledge.get((kind_of(robot), robot.id))
        if index is None or index.knowledge is not robot.knowledge:
            index = self._knowledge[kind_of(robot), robot.id] = Index(robot.knowledge)
        return index

    def forget_knowledge(self, robot: Robot | Urobot) -> None:
        """Lets go of what was made ready for a robot that is no more."""
        self._knowledge.pop((kind_of(robot), robot.id), None)

    def file_talk(self, talk: Talk) -> None:
        """Lists a talk, the latest of its customer."""
        self.by_customer.setdefault(talk.customer_id, []).append(talk)
        self.latest[talk.customer_id, talk.kind, talk.robot_id, talk.scene_id] = talk

    def file_exchange(self, talk: Talk, exchange: Exchange) -> None:
        """Lists an answer."""
        self.answers[exchange.answer.id] = talk, exchange.answer

    def latest_with(self, robot: Robot | Urobot, customer_id: int, scene_id: int | None) -> Talk | None:
        """The customer's latest talk with a robot, or with a urobot in this scene."""
        return self.latest.get((customer_id, kind_of(robot), robot.id, scene_id))

    def answer_by_id(self, customer_id: int, answer_id: str) -> tuple[Talk, RobotAnswer] | None:
        """An answer to this customer, with the talk it was given in."""
        found = self.answers.get(answer_id)
        return None if found is None or found[0].customer_id != customer_id else found


def kind_of(robot: Robot | Urobot) -> RobotKind:
    """Which of the two it is."""
    return "robot" if isinstance(robot, Robot) else "urobot"
