"""scenarios/flow_walk.yaml."""

from typing import Any

from .app import App, begun

WHERE: dict[str, Any] = {"robot_id": 7, "scene_id": 701}


async def _answers(app: App) -> list[dict[str, Any]]:
    """What the urobot has pushed so far."""
    return [body["messages"] for body in await app.udesk.pushes() if body["assign_type"] == "urobot"]


async def _walk(app: App) -> int:
    """Asks, goes to 运动, clicks 游泳 there; the talk's sessionId."""
    info = (await app.ask(assign_type="urobot", **WHERE))["assign_info"]
    talk = {"customer_token": "c-1", "im_sub_session_id": info["sessionId"], **WHERE}
    await app.say("想选耳机", to=-1, **WHERE)
    first = (await _answers(app))[-1]
    answers = [
        await app.call("POST", "/im/messages/flow", **talk, flow_id=82),
        await app.call("POST", "/im/messages/hit", **talk, message_id=first["logId"], question_id=74, query_type=7),
    ]
    assert [answer.body for answer in answers] == [{"code": 1000}] * 2
    number: int = info["sessionId"]
    return number


async def test_each_click_leads_one_step_on(app: App) -> None:
    """The answers whole, with the flows as HTML to click in."""
    session_id = await _walk(app)

    answers = await _answers(app)
    assert [answer.pop("logId") for answer in answers] == sorted({answer["logId"] for answer in await _answers(app)})
    assert answers == [
        {
            "sessionId": session_id,
            "aid": 71,
            "ansContent": "请告诉我您主要在哪里用。",
            "ansType": 1,
            "hitQuestion": "怎么选耳机",
            "suggestQuestionList": [],
            "flowId": 81,
            "flowTitle": "使用场景",
            "flowContent": (
                '<p><b data-type="2" class="flow-item" data-id="82" data-robotid="7">运动</b></p>'
                '<p><b data-type="1" class="flow-item" data-id="73" data-robotid="7">通勤</b></p>'
            ),
        },
        {
            "sessionId": session_id,
            "aid": 0,
            "ansContent": "运动",
            "ansType": 1,
            "hitQuestion": "运动",
            "suggestQuestionList": [],
            "flowId": 82,
            "flowTitle": "运动",
            "flowContent": (
                '<p><b data-type="1" class="flow-item" data-id="72" data-robotid="7">跑步</b></p>'
                '<p><b data-type="1" class="flow-item" data-id="74" data-robotid="7">游泳</b></p>'
                '<p><b data-type="2" class="flow-item" data-id="81" data-robotid="7">返回</b></p>'
            ),
        },
        {
            "sessionId": session_id,
            "aid": 74,
            "ansContent": "好的，请点「转人工」。",
            "ansType": 1,
            "hitQuestion": "找导购",
            "suggestQuestionList": [],
        },
    ]


async def test_who_walked_to_a_person_is_met_by_one_who_knows(app: App) -> None:
    """Three `wait_for` in a row, each takes one click or the session."""
    await _walk(app)
    await app.advance(599)
    answer = await app.ask()
    await app.advance(1)

    assert answer["code"] == 1000
    assert await app.told() == [
        *begun("10:09:59"),
        ("10:10:00", "message", "您好,我是导购Tom,运动耳机我给您介绍两款。"),
    ]


async def test_who_walks_away_is_met_like_anybody(app: App) -> None:
    """`within: 10m` is over: the run has ended."""
    await _walk(app)
    await app.advance(600)
    await app.ask()
    await app.advance(60)

    assert await app.told() == begun("10:10:00")
