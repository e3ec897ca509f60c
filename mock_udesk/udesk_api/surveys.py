"""Surveys: what customers think of a session."""

from typing import Annotated

from pydantic import Field

from ..company.call import Call
from ..company.pushes.shapes import text
from ..desk.commands import RateSession
from ..desk.errors import SUCCESS
from ..endpoint import Ask, Blank, Integer, Reply, Table, Text
from .fields import invalid

TABLE = Table()

# Doc: im-api-v2 §会话评价(评价客服), the example.
THANKS = "感谢您的评价"
MOST_REMARK = 2_000


class RateIt(Ask):
    """How the customer rates a session: `option_id` is one of survey_options."""

    im_sub_session_id: Integer
    option_id: Integer
    remark: Annotated[Text | None, Field(max_length=MOST_REMARK)] = None
    resolved_state_v2: Annotated[
        Annotated[int | None, Blank], Field(description="0 option 1 (已解决), 1 option 2 (未解决)")
    ] = None


class RateReply(Reply):
    """Taken."""

    code: int = SUCCESS
    message: str


@TABLE.add(
    "POST",
    "/im/sessions/survey",
    section="会话评价(评价客服)",
    note=(
        "Ruling 16: open sessions may be rated, a second rating replaces the first, an unknown option_id or a missing remark that "
        "is required is 2000. resolved_state_v2 2 is what a running client sends for unsolved: taken with a warning. "
        "The document's curl has another path by mistake: /im/sessions/robot_survey."
    ),
)
def survey(call: Call, ask: RateIt) -> RateReply:
    """The customer rates a session, open or closed."""
    if ask.resolved_state_v2 is not None and ask.resolved_state_v2 not in (0, 1):
        hint = f"expected 0 (已解决) or 1 (未解决), found {ask.resolved_state_v2}"
        if ask.resolved_state_v2 != 2:
            raise invalid("resolved_state_v2", hint)
        call.warn(f"resolved_state_v2: {hint}")
    call.submit(
        RateSession(
            session_id=ask.im_sub_session_id,
            option_id=ask.option_id,
            remark=ask.remark or "",
            resolved_state=ask.resolved_state_v2,
        )
    )
    return RateReply(message=text(THANKS, call.settings))
