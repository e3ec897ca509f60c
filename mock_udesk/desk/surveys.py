"""Ratings of sessions 满意度评价: given by customers, asked for by agents."""

from datetime import datetime

from . import checks, sessions
from .books import Books
from .commands import InviteSurvey, RateSession
from .conversation import agent_message, facts_of
from .effects import Effect, Happening, Outcome
from .errors import INVALID, MISSING, DeskError, UsageError
from .records import Message, Survey


def rate_session(books: Books, command: RateSession, now: datetime) -> Outcome[None]:
    """Doc: im-api-v2 §会话评价(评价客服). Ruling 16: open or closed, and the latest rating counts."""
    session = checks.rated(books, command.session_id)
    options = {option.id: option for option in books.state.policy.survey_options}
    option = options.get(command.option_id)
    if option is None:
        raise DeskError(
            INVALID,
            message=f"{INVALID.message}: option_id",
            detail=f"option_id {command.option_id} is unknown; {checks.known(options)}",
        )
    if option.remark == "required" and not command.remark.strip():
        raise DeskError(
            MISSING,
            message=MISSING.message.format(name="remark"),
            detail=f"option_id {option.id} needs a remark",
        )
    session.survey = Survey(
        option_id=option.id, remark=command.remark, resolved_state=command.resolved_state, rated_at=now
    )
    facts = {"option_id": option.id, "remark": command.remark, "resolved_state": command.resolved_state}
    return Outcome(None, (sessions.happened(Happening.SURVEY, session, now, facts),))


def invite_survey(books: Books, command: InviteSurvey, now: datetime) -> Outcome[Message]:
    """Ruling 16. The document's type table never shows surveys to customers: so they are pushed by setting."""
    session = checks.open_session(books, command.session_id)
    policy = books.state.policy
    if not policy.survey_enabled:
        raise UsageError("conflict", "surveys are switched off", hint="switch the setting survey.enabled on")
    message = agent_message(books, session, "survey", {"content": policy.survey_title}, now)
    session.messages.append(message)
    session.is_survey_invited = True
    effects: list[Effect] = [sessions.happened(Happening.SURVEY_INVITED, session, now, facts_of(message))]
    if policy.push_survey_invitation:
        session.unread_by_customer[message.id] = not books.state.customers[session.customer_id].is_online
        effects.append(sessions.push(session, [message], now))
    return Outcome(message, tuple(effects))
