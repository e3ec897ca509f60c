"""Robots' surveys: what customers think of an answer and of a urobot, and how often they ask for a person instead."""

from typing import Annotated, Any

from pydantic import BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from ..company.call import Call
from ..company.pushes.shapes import text
from ..desk.errors import SUCCESS
from ..desk.robot_commands import RateAnswer, RateTalk, ReportTransfer
from ..endpoint import Ask, Blank, Integer, OptionalInteger, Reply, Table, Text, Token
from .fields import DONE, Done, invalid, missing
from .robot_hints import in_talk
from .surveys import MOST_REMARK, THANKS, RateReply

TABLE = Table()

# Doc: im-api-v2 §问题评价(仅限urobot使用), option_id: 1表示满意,2表示不满意,默认为满意.
SATISFIED, UNSATISFIED = 1, 2


def _true_or_false(value: object) -> object:
    """As JSON has it, or as text or number: pydantic would take yes and on too, which no source has."""
    if isinstance(value, str) and value.strip().lower() not in ("true", "false", "1", "0"):
        raise ValueError("expected true or false")
    return value.strip() if isinstance(value, str) else value


Useful = Annotated[bool, BeforeValidator(_true_or_false)]


class RobotAnswerRating(Ask):
    """Whether a robot's answer helped: `message_id` and `question_id` as they were pushed."""

    customer_token: Token
    message_id: Token
    question_id: Annotated[Integer, Field(description="0 is small talk, which is not rated")]
    useful: Useful


@TABLE.add(
    "POST",
    "/im/messages/survey",
    section="机器人问答评价",
    source="assumed",
    path_setting="robot_answer_survey_path",
    note=(
        "The document has no path: it is what the setting robot_answer_survey_path says, and nowhere by default (ruling 26). "
        "Assumed: POST; an unknown customer or answer is 2015; question_id 0 or another answer's is 2000; the latest rating counts."
    ),
)
def rate_robot_answer(call: Call, ask: RobotAnswerRating) -> Done:
    """The customer says whether a robot's answer helped."""
    call.submit(
        RateAnswer(
            customer_token=ask.customer_token,
            answer_id=ask.message_id,
            is_useful=ask.useful,
            question_id=ask.question_id,
        )
    )
    return DONE


def _told_where(value: object) -> object:
    """The document's example of §会话评价(评价客服) has this path by mistake, and no customer_token: so a missing one says more."""
    if value is None or (isinstance(value, str) and not value.strip()):
        raise PydanticCustomError("missing", "missing; a session with an agent is rated at POST /im/sessions/survey")
    return value


def _with_token_required(schema: dict[str, Any]) -> None:
    del schema["properties"]["customer_token"]["default"]
    schema["required"].insert(0, "customer_token")


class UrobotRating(Ask):
    """How the customer rates a urobot: 2 满意, 3 一般, 4 不满意."""

    model_config = ConfigDict(json_schema_extra=_with_token_required)

    customer_token: Annotated[Token, BeforeValidator(_told_where)] = Field(None, validate_default=True)
    im_sub_session_id: Annotated[Integer, Field(description="sessionId of the urobot")]
    option_id: Annotated[Integer, Field(description="2 满意, 3 一般, 4 不满意")]
    remark: Annotated[Text | None, Field(max_length=MOST_REMARK)] = None
    robot_id: Integer
    scene_id: Integer


@TABLE.add(
    "POST",
    "/im/sessions/robot_survey",
    section="urobot机器人会话评价(urobot使用)",
    note=(
        "Assumed: im_sub_session_id is the urobot's sessionId; another option_id than 2, 3, 4 is 2000, an unknown talk 2062, an "
        "unknown urobot or scene 2005 (ruling 17); the latest rating counts."
    ),
)
def robot_survey(call: Call, ask: UrobotRating) -> RateReply:
    """The customer rates a talk with a urobot."""
    with in_talk(ask.im_sub_session_id):
        call.submit(
            RateTalk(
                customer_token=ask.customer_token,
                talk_id=ask.im_sub_session_id,
                robot_id=ask.robot_id,
                scene_id=ask.scene_id,
                option_id=ask.option_id,
                remark=ask.remark or "",
            )
        )
    return RateReply(message=text(THANKS, call.settings))


class UrobotAnswerRating(Ask):
    """Whether a urobot's answer helped; `messgae_id` is the document's spelling and the name on the wire."""

    customer_token: Token
    messgae_id: Annotated[OptionalInteger, Field(description="logId of the answer; required")] = None
    message_id: Annotated[OptionalInteger, Field(description="Taken for messgae_id, with a warning")] = None
    im_sub_session_id: Annotated[Integer, Field(description="sessionId of the urobot")]
    option_id: Annotated[Annotated[int | None, Blank], Field(description="1 satisfied (the default), 2 not")] = None
    robot_id: Integer
    scene_id: Integer


@TABLE.add(
    "POST",
    "/im/messages/answer_survey",
    section="问题评价(仅限urobot使用)",
    note=(
        "messgae_id is spelled so in the document's table and example; message_id is taken with a warning. Assumed: another option_id "
        "than 1 and 2 is 2000, an unknown answer 2015, an unknown talk 2062, an unknown urobot or scene 2005 (ruling 17); the latest "
        "rating counts."
    ),
)
def answer_survey(call: Call, ask: UrobotAnswerRating) -> RateReply:
    """The customer says whether a urobot's answer helped."""
    answer_id = ask.messgae_id if ask.messgae_id is not None else ask.message_id
    if answer_id is None:
        raise missing("messgae_id")
    option_id = SATISFIED if ask.option_id is None else ask.option_id
    if option_id not in (SATISFIED, UNSATISFIED):
        raise invalid("option_id", f"expected {SATISFIED} (满意) or {UNSATISFIED} (不满意), found {option_id}")
    if ask.message_id is not None:
        fate = "was taken for" if ask.messgae_id is None else "was passed over beside"
        call.warn(f"message_id {ask.message_id} {fate} messgae_id, as the document spells it")
    with in_talk(ask.im_sub_session_id):
        call.submit(
            RateAnswer(
                customer_token=ask.customer_token,
                answer_id=str(answer_id),
                is_useful=option_id == SATISFIED,
                talk_id=ask.im_sub_session_id,
                robot_id=ask.robot_id,
                scene_id=ask.scene_id,
            )
        )
    return RateReply(message=text(THANKS, call.settings))


class TransferReport(Ask):
    """Which urobot's customer asked for a person."""

    im_sub_session_id: Annotated[Integer, Field(description="sessionId of the urobot, or the session that it led to")]
    robot_id: Integer
    scene_id: Integer


class Reported(Reply):
    """Counted. Doc: im-api-v2 §转人工统计接口(urobot使用), the example."""

    code: int = SUCCESS
    message: str = "success"


@TABLE.add(
    "POST",
    "/im/sessions/transfer_survey",
    section="转人工统计接口(urobot使用)",
    note=(
        "For the statistics alone: nobody is handed over by it. Assumed: im_sub_session_id is the urobot's sessionId or the agent "
        "session's that followed; an unknown one is 2062, an unknown urobot or scene 2005 (ruling 17)."
    ),
)
def transfer_survey(call: Call, ask: TransferReport) -> Reported:
    """The app reports that a urobot's customer asked for a person."""
    with in_talk(ask.im_sub_session_id):
        call.submit(ReportTransfer(session_id=ask.im_sub_session_id, robot_id=ask.robot_id, scene_id=ask.scene_id))
    return Reported()
