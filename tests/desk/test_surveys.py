"""Ratings of sessions, and the agent's invitation to rate. Ruling 16."""

from datetime import datetime

import pytest

from mock_udesk.desk.commands import InviteSurvey, RateSession, SetOnline
from mock_udesk.desk.desk import Desk
from mock_udesk.desk.errors import UsageError
from mock_udesk.desk.happenings import Happening
from mock_udesk.desk.records import Message, Sender, Survey
from mock_udesk.desk.state import Policy, SurveyOption
from tests import NOW
from tests.desk.sample import ANY_ID, TOM, a_desk, close, happened, later, misused, pushes, refused, start

TITLE = "您对本服务的评价是?"
GOOD, BAD = 36, 40


def a_desk_with_surveys(*, is_enabled: bool = True, is_pushed: bool = True, is_fullwidth: bool = False) -> Desk:
    """Two options of the document's example; the remark of the bad one is required."""
    return a_desk(
        policy=Policy(
            survey_enabled=is_enabled,
            survey_options=(
                SurveyOption(id=GOOD, remark="optional", text="非常满意"),
                SurveyOption(id=BAD, remark="required", text="不满意(请说明)"),
            ),
            survey_title=TITLE,
            push_survey_invitation=is_pushed,
            fullwidth=is_fullwidth,
        )
    )


def test_rating_is_kept_with_the_session() -> None:
    """Doc: im-api-v2 §会话评价(评价客服): option_id, remark, resolved_state_v2; an open session may be rated (ruling 16)."""
    desk = a_desk_with_surveys()
    session = start(desk, "c-1")

    desk.handle(RateSession(session_id=session.id, option_id=GOOD, remark="谢谢", resolved_state=0), later(5))

    assert session.survey == Survey(option_id=GOOD, remark="谢谢", resolved_state=0, rated_at=later(5))


def test_closed_session_may_be_rated() -> None:
    """One rates after the close. Ruling 13; contract §6, step 8."""
    desk = a_desk_with_surveys()
    session = start(desk, "c-1")
    close(desk, session)

    desk.handle(RateSession(session_id=session.id, option_id=GOOD), later(5))

    assert session.survey == Survey(option_id=GOOD, remark="", resolved_state=None, rated_at=later(5))


def test_second_rating_replaces_the_first() -> None:
    """A second survey replaces the first. Ruling 16."""
    desk = a_desk_with_surveys()
    session = start(desk, "c-1")
    desk.handle(RateSession(session_id=session.id, option_id=GOOD, remark="谢谢", resolved_state=0), NOW)

    desk.handle(RateSession(session_id=session.id, option_id=BAD, remark="太慢"), later(5))

    assert session.survey == Survey(option_id=BAD, remark="太慢", resolved_state=None, rated_at=later(5))


def test_unknown_option_is_refused() -> None:
    """Unknown `option_id`: 2000. Ruling 16."""
    desk = a_desk_with_surveys()
    session = start(desk, "c-1")

    code, _ = refused(desk, RateSession(session_id=session.id, option_id=99))

    assert code == 2000


def test_missing_required_remark_is_refused() -> None:
    """A required remark missing: 2000, named as Rails names it. Rulings 16 and 5."""
    desk = a_desk_with_surveys()
    session = start(desk, "c-1")

    answer = refused(desk, RateSession(session_id=session.id, option_id=BAD))

    assert answer == (2000, "param is missing or the value is empty: remark")


def test_rating_of_an_unknown_session_is_refused() -> None:
    """A survey 2062 only when the session is unknown. Ruling 13."""
    desk = a_desk_with_surveys()

    assert refused(desk, RateSession(session_id=1001, option_id=GOOD)) == (2062, "找不到会话或会话已关闭")


def test_rating_is_told() -> None:
    """A rating is one happening `survey`, and nothing is pushed. effects.py."""
    desk = a_desk_with_surveys()
    session = start(desk, "c-1")

    effects = desk.handle(RateSession(session_id=session.id, option_id=GOOD), NOW).effects

    assert ([one.session_id for one in happened(effects, Happening.SURVEY)], pushes(effects)) == ([1001], [])


def rating_row(content: str, option_id: int, remark: str, at: datetime) -> Message:
    """A rating as it stands in the transcript."""
    data = {"content": content, "option_id": option_id, "remark": remark}
    return Message(id=ANY_ID, sender=Sender.SYSTEM, type="survey", data=data, created_at=at, agent_id=TOM)


@pytest.mark.parametrize("is_closed", [False, True])
def test_rating_is_a_row_of_the_transcript(is_closed: bool) -> None:
    """A vote shows as a log row of type `survey` with 「客户评价」 in it, after the close too. Contract §11; ruling 13."""
    desk = a_desk_with_surveys()
    session = start(desk, "c-1", agent_id=TOM)
    if is_closed:
        close(desk, session)
    before = list(session.messages)

    desk.handle(RateSession(session_id=session.id, option_id=GOOD, remark="谢谢"), later(5))

    assert session.messages == [*before, rating_row("客户评价:非常满意", GOOD, "谢谢", later(5))]


def test_second_rating_is_a_second_row() -> None:
    """What was said in a session is what `log` returns: the first rating was given, though the latest counts. Issue 3; ruling 16."""
    desk = a_desk_with_surveys()
    session = start(desk, "c-1", agent_id=TOM)
    before = list(session.messages)

    desk.handle(RateSession(session_id=session.id, option_id=GOOD), later(5))
    desk.handle(RateSession(session_id=session.id, option_id=BAD, remark="太慢"), later(6))

    assert session.messages == [
        *before,
        rating_row("客户评价:非常满意", GOOD, "", later(5)),
        rating_row("客户评价:不满意(请说明)", BAD, "太慢", later(6)),
    ]


def test_row_of_a_rating_has_fullwidth_punctuation_when_so_set() -> None:
    """Full-width by setting `fullwidth`; the option's text is the company's own and stays. Ruling 28."""
    desk = a_desk_with_surveys(is_fullwidth=True)
    session = start(desk, "c-1")

    desk.handle(RateSession(session_id=session.id, option_id=BAD, remark="太慢"), NOW)

    assert session.messages[-1].data["content"] == "客户评价\uff1a不满意(请说明)"


def test_rating_is_nobodys_unread_message() -> None:
    """Neither agent nor customer has to read it: the service adds it, and it is never pushed. Rulings 16 and 23."""
    desk = a_desk_with_surveys()
    session = start(desk, "c-1", agent_id=TOM)
    desk.handle(SetOnline("c-1", is_online=False), NOW)

    desk.handle(RateSession(session_id=session.id, option_id=GOOD), NOW)

    assert (desk.offline_unread(session), session.unread_by_customer) == ([], {})
    assert (desk.unread_session_messages(TOM), session.unread_by_agent) == (0, [])


def test_invitation_is_pushed_with_the_title() -> None:
    """`invite_survey` pushes {type: survey, data: {content: title, …}}; options are added to the body later. Ruling 16; DESIGN."""
    desk = a_desk_with_surveys()
    session = start(desk, "c-1", agent_id=TOM)

    outcome = desk.handle(InviteSurvey(session.id), later(5))

    assert outcome.reply == Message(
        id=ANY_ID,
        sender=outcome.reply.sender,
        type="survey",
        data={"content": TITLE},
        created_at=later(5),
        agent_id=TOM,
    )
    assert outcome.reply.sender is not Sender.CUSTOMER
    assert pushes(outcome.effects) == [(1001, [("survey", {"content": TITLE})])]
    assert session.is_survey_invited


def test_invitation_is_not_pushed_when_so_set() -> None:
    """Setting off: as the document's type table has it, × for the customer. Ruling 16; Doc: im-api-v2 §type."""
    desk = a_desk_with_surveys(is_pushed=False)
    session = start(desk, "c-1")

    effects = desk.handle(InviteSurvey(session.id), NOW).effects

    assert (pushes(effects), session.is_survey_invited) == ([], True)
    assert len(happened(effects, Happening.SURVEY_INVITED)) == 1


def test_nobody_is_invited_in_a_closed_or_unknown_session() -> None:
    """A closed session is a conflict, an unknown one 404. commands.py, InviteSurvey."""
    desk = a_desk_with_surveys()
    session = start(desk, "c-1")
    close(desk, session)

    kinds = [misused(desk, InviteSurvey(session_id)) for session_id in (session.id, 4711)]

    assert kinds == ["conflict", "unknown"]


def test_nobody_is_invited_while_surveys_are_switched_off() -> None:
    """Surveys switched off: a misuse. commands.py, InviteSurvey."""
    desk = a_desk_with_surveys(is_enabled=False)
    session = start(desk, "c-1")

    with pytest.raises(UsageError):
        desk.handle(InviteSurvey(session.id), NOW)
