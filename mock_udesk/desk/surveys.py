"""Ratings of sessions 满意度评价: given by customers, asked for by agents."""

from datetime import datetime

from . import checks, sessions, texts
from .books import Books
from .commands import InviteSurvey, RateSession
from .conversation import agent_message, facts_of
from .effects import Effect, Outcome
from .errors import INVALID, MISSING, DeskError, UsageError
from .happenings import Happening
from .records import Message, Survey


def rate_session(books: Books, command: RateSession, now: datetime) -> Outcome[None]:
    """Doc: im-api-v2 §会话评价(评价客服). Ruling 16: open or closed, and the latest rating counts.

    Each rating is a row of the transcript, never pushed: Source: contract §11, im/sessions/log. Assumed: a second one adds its own.
    """
    session = checks.apps_session(books, command.session_id)
    options = {option.id: option for option in books.state.policy.survey_options}
    option = options.get(command.option_id)
    if option is None:
        why = f"option {command.option_id} is unknown; {checks.known(options)}"
        raise DeskError(INVALID, field="option_id", detail=why)
    if option.remark == "required" and not command.remark.strip():
        raise DeskError(MISSING, field="remark", detail=f"option {option.id} needs a remark")
    survey = Survey(option_id=option.id, remark=command.remark, resolved_state=command.resolved_state, rated_at=now)
    books.rate_session(session, survey)
    content = texts.worded(texts.RATED, books.state.policy, option=option.text)
    data = {"content": content, "option_id": option.id, "remark": command.remark}
    session.messages.append(texts.system_message(books.state.counters, "survey", data, session.agent_id, now))
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
        sessions.note_unread(books, session, message)
        effects.append(sessions.push(session, [message], now))
    return Outcome(message, tuple(effects))
