"""Surveys over a real socket, expectations from the document."""

from typing import Any

import pytest

from mock_udesk.company.pushes.shapes import survey_options
from mock_udesk.settings import Settings

from ..integrator import Answer, Udesk
from . import talk


async def rate(udesk: Udesk, session_id: int | str, option_id: int | str = 36, **more: Any) -> Answer:
    body = {"im_sub_session_id": session_id, "option_id": option_id, **more}
    return await udesk.call("POST", "/im/sessions/survey", json=body)


async def rating(udesk: Udesk, session_id: int) -> dict[str, Any]:
    survey: dict[str, Any] = (await talk.shown(udesk, session_id))["survey"]
    return {name: survey[name] for name in ("option_id", "remark", "resolved_state")}


async def test_a_customer_rates_a_session(udesk: Udesk) -> None:
    """§会话评价(评价客服), 返回, whole; option_id as a text as in the example; also after the close (ruling 13)."""
    session_id = await talk.session(udesk)
    await udesk.call("DELETE", f"/im/sessions/{session_id}")

    answer = await rate(udesk, str(session_id), "37", remark="很好", resolved_state_v2=0)

    assert (answer.status, answer.body) == (200, {"code": 1000, "message": "感谢您的评价"})
    assert await rating(udesk, session_id) == {"option_id": 37, "remark": "很好", "resolved_state": 0}


async def test_a_second_rating_replaces_the_first_and_an_open_session_may_be_rated(udesk: Udesk) -> None:
    """Ruling 16."""
    session_id = await talk.session(udesk)
    await rate(udesk, session_id, 36, remark="a", resolved_state_v2=1)

    await rate(udesk, session_id, 38)

    assert await rating(udesk, session_id) == {"option_id": 38, "remark": "", "resolved_state": None}


async def test_an_unknown_session_can_not_be_rated(udesk: Udesk) -> None:
    """Ruling 13."""
    talk.assert_refused(await rate(udesk, 99), 2062, "找不到会话或会话已关闭")


async def test_an_unknown_option_is_refused(udesk: Udesk) -> None:
    """Ruling 16; the document's own example sends 111, which is none of its options."""
    talk.assert_malformed(await rate(udesk, await talk.session(udesk), "111"), "option_id")


async def test_a_remark_that_is_required_may_not_be_missing(udesk: Udesk) -> None:
    """Ruling 16; §survey_options: remark_option required."""
    session_id = await talk.session(udesk)

    talk.assert_refused(await rate(udesk, session_id, 40), 2000, talk.MISSING + "remark")
    talk.assert_refused(await rate(udesk, session_id, 40, remark=" "), 2000, talk.MISSING + "remark")
    assert (await rate(udesk, session_id, 40, remark="慢")).body["code"] == 1000


async def test_two_is_taken_as_a_resolved_state_with_a_warning(udesk: Udesk) -> None:
    """Ruling 16; contract §11: a running client sends 1 and 2."""
    session_id = await talk.session(udesk)

    answer = await rate(udesk, session_id, resolved_state_v2="2")

    assert answer.body["code"] == 1000
    assert "resolved_state_v2" in await talk.warnings(udesk)
    assert (await rating(udesk, session_id))["resolved_state"] == 2


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("resolved_state_v2", 3),
        ("resolved_state_v2", -1),
        ("resolved_state_v2", "x"),
        ("remark", ["x"]),
        ("remark", "x" * 2001),
        *(("option_id", value) for value in talk.NO_NUMBERS),
        *(("im_sub_session_id", value) for value in talk.NO_NUMBERS),
    ],
)
async def test_malformed_values_are_refused_by_name(udesk: Udesk, name: str, value: Any) -> None:
    """Ruling 5."""
    body = {"im_sub_session_id": 1001, "option_id": 36, name: value}

    talk.assert_malformed(await udesk.call("POST", "/im/sessions/survey", json=body), name)


@pytest.mark.parametrize("name", ["im_sub_session_id", "option_id"])
async def test_a_rating_needs_a_session_and_an_option(udesk: Udesk, name: str) -> None:
    """Ruling 5."""
    body = {key: value for key, value in {"im_sub_session_id": 1, "option_id": 36}.items() if key != name}

    talk.assert_refused(await udesk.call("POST", "/im/sessions/survey", json=body), 2000, talk.MISSING + name)


async def test_the_path_of_the_documents_example_is_the_robots(udesk: Udesk) -> None:
    """§会话评价(评价客服), 示例: a survey sent to /im/sessions/robot_survey; it rates nothing, and the journal says where to."""
    session_id = await talk.session(udesk)

    answer = await udesk.call(
        "POST", "/im/sessions/robot_survey", json={"im_sub_session_id": session_id, "option_id": "36"}
    )

    talk.assert_refused(answer, 2000, talk.MISSING + "customer_token")
    assert "a session with an agent is rated at POST /im/sessions/survey" in (await talk.entry(udesk))["detail"]
    assert (await talk.shown(udesk, session_id))["survey"] is None


@pytest.mark.parametrize("is_pushed", [True, False])
async def test_an_invitation_is_pushed_unless_set_otherwise(udesk: Udesk, is_pushed: bool) -> None:
    """Ruling 16: the document's table has it ×, a running client gets it."""
    await talk.settings(udesk, push_survey_invitation=is_pushed)
    session_id = await talk.session(udesk)

    await udesk.operator("POST", f"/sessions/{session_id}/invite-survey")

    invitations = [push["messages"][0] for push in await udesk.pushes() if push["messages"][0]["type"] == "survey"]
    data = {"content": "您对本服务的评价是?", "survey_options": survey_options(Settings().survey)}
    assert [row["data"] for row in invitations] == ([data] if is_pushed else [])


async def test_other_options_are_taken_once_they_are_set(udesk: Udesk) -> None:
    """Ruling 16: what survey_options shows is what is taken."""
    await talk.settings(
        udesk, survey={"show_type": "star", "options": [{"id": 5, "text": "五星"}], "default_option_id": 5}
    )

    info = (await talk.ask(udesk)).body["assign_info"]

    session_id = info["im_sub_session_id"]
    assert info["survey_options"]["star"] == {
        "default_option_id": 5,
        "options": [{"id": 5, "text": "五星", "tags": "", "remark_option": "optional"}],
    }
    assert (await rate(udesk, session_id, 5)).body["code"] == 1000
    talk.assert_malformed(await rate(udesk, session_id, 36), "option_id")


async def test_options_without_a_default_of_theirs_have_the_first_one(udesk: Udesk) -> None:
    """What default_option_id names can be answered, also where options alone were set."""
    await talk.settings(udesk, survey={"options": [{"id": 5, "text": "好", "enabled": False}, {"id": 6, "text": "差"}]})

    info = (await talk.ask(udesk)).body["assign_info"]

    assert info["survey_options"]["text"]["default_option_id"] == 6
    assert (await rate(udesk, info["im_sub_session_id"], 6)).body["code"] == 1000


@pytest.mark.parametrize("name", ["enabled", "remark_enabled", "resolved_enabled"])
@pytest.mark.parametrize("is_enabled", [True, False])
async def test_what_is_switched_off_says_so(udesk: Udesk, name: str, is_enabled: bool) -> None:
    """§survey_options, in the answer and in the close."""
    await talk.settings(udesk, survey={name: is_enabled})
    info = (await talk.ask(udesk)).body["assign_info"]
    await udesk.operator("POST", f"/sessions/{info['im_sub_session_id']}/close")

    close = (await udesk.pushes())[-1]["messages"][0]["data"]

    assert [options[name] for options in (info["survey_options"], close["survey_options"])] == [is_enabled] * 2


async def test_the_survey_of_the_answers_is_built_once_and_follows_the_settings(udesk: Udesk) -> None:
    """Every session's answer has it, so it must cost nothing."""
    company = udesk.slot.company
    before = company.survey_options
    is_kept = company.survey_options is before
    await talk.settings(udesk, survey={"title": "怎么样?"})

    after = (await talk.ask(udesk)).body["assign_info"]["survey_options"]

    assert (is_kept, before.title, after["title"]) == (True, "您对本服务的评价是?", "怎么样?")
